// Events that go in as one append, all or none, each asked about at the door.

import LogEngine
import Relationship

/// Collects the events of one append, asks the door about each with those before it, and appends them together. Who is
/// one customer is read from the log: a merge in the same append counts for the next one.
struct AppendTogether {
  private let ledger: Ledger
  private let expectations: [Expectation]
  private var events: [NewEvent] = []
  private var guarded: [Int: Guarded] = [:]
  /// Of each event its line.
  private var lines: [Int] = []
  private var summary = AppendSummary()

  /// `expectations` are the caller's own.
  init(_ ledger: Ledger, expecting expectations: [Expectation] = []) {
    self.ledger = ledger
    self.expectations = expectations
  }

  /// Takes in prepared events. Throws where they are more than one append can hold.
  mutating func add(_ prepared: AppendPipeline.Prepared) throws {
    for (index, kind) in prepared.guarded { guarded[events.count + index] = kind }
    events += prepared.events
    lines += prepared.items.map(\.line)
    for rejection in prepared.rejections { summary.reject(rejection) }
    guard events.count <= Limits.appendEventsMax else {
      throw LedgerError(
        "append.too-large",
        "one append holds at most \(Limits.appendEventsMax) events; split it")
    }
  }

  /// Appends them, or nothing: where the summary has rejections. Throws what the log refuses, such as an expectation
  /// of the caller's that does not hold.
  mutating func append() async throws -> AppendSummary {
    guard summary.rejected == 0 else { return summary }
    while true {
      let conditions = try ask()
      guard summary.rejected == 0 else { return summary }
      do throws(AppendError) {
        let ticket = try ledger.log.submit(
          events, expecting: expectations + conditions.expectations,
          groupsAsOf: conditions.groupsAsOf)
        summary.count(try await ticket.receipt())
        return summary
      } catch {
        if case .revisionConflict(let customer, let expected, _) = error,
          expectations.contains(Expectation(customer: customer, revision: expected))
        {
          throw LedgerError(error)
        }
        try await Door(ledger: ledger).wait(for: error)
      }
    }
  }

  /// What must hold besides, for what the door let in on a condition.
  private mutating func ask() throws -> JointConditions {
    let door = Door(ledger: ledger)
    var joint = JointConditions()
    for (index, kind) in guarded.sorted(by: { $0.key < $1.key }) {
      let before = OnTheWay([events[..<index]])
      switch try door.answer(events[index], kind, onTheWay: before) {
      case .goesIn: break
      case .refused(let refusal):
        summary.reject(
          Rejection(
            line: lines[index], code: refusal.code, sentence: refusal.sentence, content: []))
      case .goesInIf(let conditions): joint.add(conditions)
      }
    }
    return joint
  }
}
