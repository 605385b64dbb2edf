// The guard: what may not be appended, whoever asks. It stands before the log, so that a refusal leaves nothing behind.

import EventCatalog
import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship
import Synchronization

/// What the door says of an event.
enum DoorAnswer: Sendable {
  case goesIn
  /// It goes in if these hold; otherwise the door is asked again.
  case goesInIf(DoorConditions)
  case refused(AppendRefusal)
}

/// Answers for one ledger. Holds nothing itself: any number of tasks ask it at once.
///
/// A recorded event that is sent again is let through: the log says that it is a duplicate, or that its id was used for
/// something else.
struct Door: Sendable {
  let ledger: Ledger
  /// Whether it also looks at what imports bring; the importer has done so itself, for whole rows.
  var asksImports = true

  /// Whether `event` may be appended. `onTheWay` are prepared events that will be recorded before it.
  ///
  /// Cost: the history of its customer, and of the subjects that merges join with her where these matter.
  func answer(
    _ event: NewEvent, _ kind: Guarded, onTheWay: OnTheWay
  ) throws -> DoorAnswer {
    if kind == .imported, !asksImports { return .goesIn }
    let log = ledger.log
    let event = try ledger.mapper.decoded(event, at: log.end, recorded: ledger.clock())
    // What cannot be read yet was never guarded; no type of the door has such a version.
    if event.defect != nil { return .goesIn }
    if try log.position(ofSource: event.source, id: event.id) != nil { return .goesIn }
    switch kind {
    case .identity: return .goesIn
    case .word: return try word(event, onTheWay)
    case .credit: return try credit(event, onTheWay)
    case .send: return try send(event, onTheWay)
    case .question: return try question(event, onTheWay)
    case .imported: return imported(event)
    }
  }

  /// The rules in force at `instant`; nil where no policy is.
  func rules(at instant: Timestamp) throws -> PermissionRules? {
    let facts = try ledger.house.withLock { try $0.facts(of: ledger) }
    return PermissionRules(facts, at: instant)
  }

  // MARK: A yes, a choice, a policy

  private func word(_ event: DecodedEvent, _ onTheWay: OnTheWay) throws -> DoorAnswer {
    let asked = event.permissionEvent
    // A yes of an import lacks what a yes needs, and says so; a policy would need nothing.
    if event.type == "policy.published", asked.stamp.isImport { return imported(event) }
    guard let subject = event.subject else {
      return answer(AppendRule.refusal(of: asked, in: CustomerFacts("")))
    }
    // What needs no facts is said without reading any.
    if let refusal = AppendRule.refusal(of: asked, in: CustomerFacts(subject)),
      refusal.code != PermitDefect.noNotice.rawValue,
      refusal.code != PermitDefect.incompleteRecord.rawValue
    {
      return .refused(refusal)
    }
    guard StatementKind(rawValue: event.type)?.isPermit == true else { return .goesIn }
    let facts = try DoorEvents(around: event, onTheWay: onTheWay, in: ledger).facts()
    let rules = try rules(at: max(event.time, event.recorded))
    return answer(
      AppendRule.refusal(
        of: asked, in: facts.first { $0.subject == subject } ?? CustomerFacts(subject),
        birthDates: facts.flatMap(\.birthDates),
        minorAge: rules.map { AppendRule.minorAge(of: facts, at: event.recorded, under: $0) }))
  }

  private func answer(_ refusal: AppendRefusal?) -> DoorAnswer {
    refusal.map { .refused($0) } ?? .goesIn
  }

  // MARK: A promise is kept once

  /// The credit belongs to the customer, under whichever of her subjects it was promised: an append to any of them
  /// meanwhile makes the log refuse, and the door decides again.
  private func credit(_ event: DecodedEvent, _ onTheWay: OnTheWay) throws -> DoorAnswer {
    guard let id = event.data["promiseId"]?.string else { return .goesIn }
    let known = try DoorEvents(around: event, onTheWay: onTheWay, in: ledger)
    if known.holds(event) { return .goesIn }
    var promise = Promise(id)
    for other in known.all where other.data["promiseId"]?.equals(id) == true {
      guard let amount = Money(other.data["amount"]) else { continue }
      if other.type == "credit.granted" {
        let end = other.data["validUntil"]?.text.flatMap { Timestamp($0) }
        promise.granted(Promise.Grant(Self.mark(other), owed: amount, validUntil: end))
      } else if other.type == "credit.redeemed" {
        promise.redeemed(Promise.Redemption(Self.mark(other), amount: amount))
      }
    }
    if let refusal = CreditRule.refusal(of: promise, at: event.time) { return .refused(refusal) }
    return try expecting(known)
  }

  private static func mark(_ event: DecodedEvent) -> EventMark {
    EventMark(
      event.id, at: Moment(event.time, place: event.place), by: Author(authtype: event.authtype))
  }

  /// The answer where the facts must stay as they are until the event is recorded.
  func expecting(_ known: DoorEvents) throws -> DoorAnswer {
    guard known.conditions.count <= Limits.expectationsMax else {
      throw LedgerError(
        "append.too-many-subjects",
        "more than \(Limits.expectationsMax) subjects are merged into this customer, too many to be sure of all at "
          + "once; take back what is not hers with profile.unmerged")
    }
    return .goesInIf(DoorConditions(subjects: known.conditions, groupsAsOf: known.groupsAsOf))
  }

  /// Waits until what an append lost a race to can be read. Throws the error itself where it lost none.
  func wait(for error: AppendError) async throws {
    switch error {
    case .revisionConflict(let customer, _, let actual):
      try await wait(for: customer, revision: actual)
    case .groupsChanged(let position):
      while ledger.log.end <= position {
        try await ledger.log.waitForEnd(past: ledger.log.end)
      }
    default: throw LedgerError(error)
    }
  }

  /// Waits for the customer's event with this revision.
  private func wait(for customer: String, revision: UInt32) async throws {
    while true {
      let end = ledger.log.end
      if try ledger.log.history(of: customer).positions.count >= revision { return }
      try await ledger.log.waitForEnd(past: end)
    }
  }
}
