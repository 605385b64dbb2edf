// A question is not asked twice, and nothing sensitive without her yes: the guard of the door for `question.asked`.

import JSONBytes
import Projection
import ReadModels
import Relationship

extension Door {
  /// Refused where the question waits for its answer, or is settled and not yet due, and where the yes that it names is
  /// none. It is asked of the customer, under whichever of her subjects: an append to any of them meanwhile makes the log
  /// refuse, and the door decides again.
  func question(_ event: DecodedEvent, _ onTheWay: OnTheWay) throws -> DoorAnswer {
    let asked = event.permissionEvent
    if asked.stamp.isImport { return .goesIn }
    let known = try DoorEvents(around: event, onTheWay: onTheWay, in: ledger)
    if known.holds(event) { return .goesIn }
    let dialogue = Dialogue(of: known.all.lazy.map(\.permissionEvent))
    if let refusal = QuestionRule.refusal(of: asked, in: dialogue) { return .refused(refusal) }
    if let refusal = try consentRefusal(of: asked, known) { return .refused(refusal) }
    return try expecting(known)
  }

  /// Whose yes it is must be sure: subjects that only a merge joins which nobody verified are somebody else.
  private func consentRefusal(
    of asked: PermissionEvent, _ known: DoorEvents
  ) throws -> AppendRefusal? {
    guard let subject = asked.subject else { return nil }
    let instant = asked.stamp.time
    let parts = try ledger.desk.merges(before: known.groupsAsOf, of: ledger)
      .group(of: subject, at: instant).parts
    let own = parts.first { $0.contains(subject) } ?? [subject]
    return QuestionRule.consentRefusal(
      of: asked, by: own, known.facts().filter { own.contains($0.subject) },
      under: try rules(at: instant))
  }
}
