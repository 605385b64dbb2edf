// A customer made ready for questions about one moment: for answers that look back.

import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship

/// A customer, with the rules and the clocks of one moment.
struct PreparedCustomer {
  var customer: CustomerPermission
  /// Nil where no policy was in force.
  var rules: PermissionRules?
  var zones: ZoneTable

  /// Decides and explains; nil where no policy was in force.
  func answer(_ question: PermissionQuestion) -> PermissionAnswer? {
    rules.map { Permission(under: $0, zones: zones).answer(question, of: customer) }
  }
}

extension Ledger {
  /// A customer as she was at `instant`, by what was known then. Her history comes from the log; rules, and what others
  /// said about an address, from the model `permission`. Cost: what ``mayContact(_:)`` costs.
  func prepared(
    _ id: String, at instant: Timestamp, knownAt known: KnownAt = .end
  ) throws -> PreparedCustomer {
    try requirePermission()
    _ = try permissionView.catchUp()
    return try permissionView.opened().engine.read { tables in
      let state = try tables.state()
      let end = state.end
      let rules = try rules(at: instant, knownAt: known, in: tables, end: end)
      var sight = PermissionSight(tables, state, map: try mapper.customers(before: end))
      let group = try desk.merges(before: end, of: self)
        .group(of: id, at: instant, knownAt: known)
      let events = try addressGate().source(over: mapper)
        .history(of: Set(group.subjects), before: end)
      var facts = group.subjects.map { CustomerFacts($0) }
      for event in events where event.defect == nil {
        guard let place = group.subjects.firstIndex(where: { $0 == event.subject }) else {
          continue
        }
        facts[place].take(event.permissionEvent) { $0 }
      }
      let customer = CustomerPermission(
        group, facts: facts, knownAt: known, readUpTo: sight.readUpTo,
        notes: try sight.notes(on: facts, besides: group.subjects, knownAt: known))
      let names = rules.map { CustomerZones.names(facts, $0.policy) } ?? []
      return PreparedCustomer(
        customer: customer, rules: rules, zones: desk.zones(names, around: instant))
    }
  }

  private func rules(
    at instant: Timestamp, knownAt known: KnownAt, in tables: Tables, end: Position
  ) throws -> PermissionRules? {
    do {
      return try desk.rules(at: instant, knownAt: known, in: tables, end: end)
    } catch let error as LedgerError where error.code == PermissionError.noPolicy.code {
      return nil
    }
  }
}
