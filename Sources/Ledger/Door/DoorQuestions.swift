// A question is not asked twice: the guard of the door for `question.asked`.

import Projection
import ReadModels
import Relationship

extension Door {
  /// Refused where the question waits for its answer, or is settled and not yet due. It is asked of the customer, under
  /// whichever of her subjects: an append to any of them meanwhile makes the log refuse, and the door decides again.
  func question(_ event: DecodedEvent, _ onTheWay: OnTheWay) throws -> DoorAnswer {
    let asked = event.permissionEvent
    if asked.stamp.isImport { return .goesIn }
    let known = try DoorEvents(of: try group(of: event), onTheWay: onTheWay, in: ledger)
    if known.holds(event) { return .goesIn }
    let dialogue = Dialogue(of: known.all.lazy.map(\.permissionEvent))
    if let refusal = QuestionRule.refusal(of: asked, in: dialogue) { return .refused(refusal) }
    return try expecting(known)
  }
}
