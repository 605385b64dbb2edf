// What an import must not bring, by whichever way it comes.

import LogEngine
import Projection
import ReadModels
import Relationship

extension Door {
  /// An event of an import that did not come through the importer: it is refused where a row would be set aside.
  func imported(_ event: DecodedEvent, _ onTheWay: [NewEvent]) throws -> DoorAnswer {
    guard let reason = AppendRule.quarantine(event.permissionEvent) else { return .goesIn }
    return .refused(
      AppendRefusal(code: "import.\(reason.code)", sentence: "imports only tighten"))
  }
}
