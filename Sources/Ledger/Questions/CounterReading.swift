// Asking the ledger what a point of contact needs: its view of a customer, and the one question to ask next.

package import JSONBytes
import LogEngine
import Projection
package import ReadModels
package import Relationship
import Synchronization

extension Ledger {
  /// What matters of a customer at a point of contact: as things stand, or as of an instant, by the time things happened.
  /// Nil when there is no event of that customer (until then). Also what bringing the view up to date did.
  ///
  /// Costs one look at the view `customer`, and her history through the log's postings, for what she permits. Throws what
  /// ``customer(_:asOf:)`` throws, and ``PlanFileError`` where the ledger's own bank cannot be used.
  package func counter(
    _ id: String, at context: CounterContext, asOf instant: Timestamp? = nil
  ) throws -> (view: CounterView?, caughtUp: ViewProgress?) {
    let bank = try questionBank()
    let (view, progress) = try readCustomer(id, asOf: instant) { customer, subjects, at, tables in
      let said = try statements(of: customer, subjects, at: at)
      return try Customer360.counter(
        of: customer, subjects, at: at, context: context, bank: bank, in: tables,
        standing: said.standing)
    }
    return (view, progress)
  }

  /// The best next question for a customer, or why there is none; at one point of contact, or at any.
  ///
  /// Nil, cost and errors as of ``counter(_:at:asOf:)``.
  package func nextQuestion(
    for id: String, at context: CounterContext? = nil, asOf instant: Timestamp? = nil
  ) throws -> (choice: QuestionChoice?, caughtUp: ViewProgress?) {
    let bank = try questionBank()
    let (choice, progress) = try readCustomer(id, asOf: instant) {
      customer, subjects, at, tables -> QuestionChoice? in
      guard let situation = try Customer360.situation(of: customer, at: at, in: tables) else {
        return nil
      }
      let said = try statements(of: customer, subjects, at: at)
      return QuestionChoice(from: bank, for: situation, at: context, standing: said.standing)
    }
    return (choice, progress)
  }

  /// What a customer said, ready to be asked about uses of her data.
  private func statements(
    of customer: String, _ subjects: Set<String>, at instant: Timestamp
  ) throws -> SaidStatements {
    var book = PermissionBook()
    for event in try mapper.history(of: subjects.union([customer]), before: log.end)
    where event.defect == nil {
      book.take(event.permissionEvent)
    }
    let house = try house.withLock { try $0.facts(of: self) }
    return SaidStatements(
      customer: book.customer(customer, at: instant),
      rules: PermissionRules(house, at: instant),
      instant: instant)
  }
}

/// A customer's statements at one instant.
private struct SaidStatements {
  let customer: CustomerPermission
  /// Nil: no policy is in force; then nobody asks whether she was of age.
  let rules: PermissionRules?
  let instant: Timestamp

  /// What they come to for what the answer to a question is for.
  func standing(_ question: BankQuestion) -> ScopeStanding {
    customer.standing(on: question.scope, at: instant, under: rules)
  }
}
