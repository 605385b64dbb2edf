// What an import must not bring, where it did not come through the importer.

import Projection
import ReadModels
import Relationship

extension Door {
  /// An event of an import that somebody appends: refused where the importer would set its row aside for its type.
  func imported(_ event: DecodedEvent) -> DoorAnswer {
    guard AppendRule.quarantine(event.permissionEvent) != nil else { return .goesIn }
    return .refused(
      AppendRefusal(
        code: "import.loosens",
        sentence:
          "`\(event.type)` of an import would loosen what the customer or the company closed; imports only tighten"
      ))
  }
}
