// All facts of one customer, and which of them hold.

package import JSONBytes

/// Every value ever given about a customer. Nothing is dropped: a value that no longer holds says why.
///
/// Within one origin, kind, topic and matter the latest value takes the place of the earlier ones. A value that was
/// taken back steps aside, so that the one before it holds again. The facts may arrive in any order.
package struct Facts: Hashable, Sendable {
  /// By place in the ledger, then by item.
  package private(set) var all: [Fact]

  /// The facts as they were stored.
  package init(_ facts: [Fact] = []) { all = facts }

  /// Takes in a fact.
  package mutating func add(_ fact: Fact) {
    let own = (fact.mark.moment.place, fact.item)
    // Facts come nearly always in log order: look from the end.
    let index = all.lastIndex { ($0.mark.moment.place, $0.item) < own }
    all.insert(fact, at: index.map { $0 + 1 } ?? 0)
  }

  /// Takes in an event that ends the fact made by the event `id`; false if that fact is not here.
  package mutating func end(
    _ id: String, _ kinds: Set<Fact.Kind>, _ end: Fact.End
  ) -> Bool {
    let indexes = all.indices.filter { kinds.contains(all[$0].kind) }
    let marks = indexes.map { all[$0].mark }
    guard let found = EventReference.index(of: id, before: end.moment, in: marks) else {
      return false
    }
    let place = marks[found].moment.place
    for index in indexes where all[index].mark.moment.place == place { all[index].ended(end) }
    return true
  }

  /// Changes every fact of `kind` that is about `matter`; false if there is none.
  package mutating func change(
    _ kind: Fact.Kind, about matter: String, _ body: (inout Fact) -> Void
  ) -> Bool {
    var found = false
    for index in all.indices where all[index].kind == kind && all[index].about == matter {
      body(&all[index])
      found = true
    }
    return found
  }

  /// Takes in an event that ends every fact of `kind` about `matter`; false if there is none.
  package mutating func end(_ kind: Fact.Kind, about matter: String, _ end: Fact.End) -> Bool {
    change(kind, about: matter) { $0.ended(end) }
  }

  /// The fact made by the event `id`, as said at `moment`.
  package func fact(_ id: String, _ kind: Fact.Kind, before moment: Moment) -> Fact? {
    let candidates = all.filter { $0.kind == kind }
    return EventReference.index(of: id, before: moment, in: candidates.map(\.mark))
      .map { candidates[$0] }
  }

  /// For each fact the one that took its place; nil where none did. In the order of ``all``; costs one pass.
  package func successors() -> [Moment?] {
    if all.count <= Self.fewMax { return successorsOfFew() }
    var latest: [Fact.Key: Moment] = [:]
    for fact in all where replaces(fact) {
      let moment = fact.mark.moment
      latest[fact.key] = max(latest[fact.key] ?? moment, moment)
    }
    return all.map { fact in
      guard fact.end == nil, let winner = latest[fact.key], winner > fact.mark.moment else {
        return nil
      }
      return winner
    }
  }

  /// Facts that are compared one with the other sooner than looked up.
  static let fewMax = 12

  private func successorsOfFew() -> [Moment?] {
    all.indices.map { index in
      guard all[index].end == nil else { return nil }
      var winner = all[index].mark.moment
      for other in all.indices where other != index && all[other].mark.moment > winner {
        if all[other].hasKey(of: all[index]), replaces(all[other]) {
          winner = all[other].mark.moment
        }
      }
      return winner > all[index].mark.moment ? winner : nil
    }
  }

  /// Whether a fact takes the place of earlier ones: not once it was taken back. A pause is replaced by a later one
  /// of the customer, and by hers alone; it then stays replaced.
  private func replaces(_ fact: Fact) -> Bool {
    fact.kind == .pause ? fact.mark.author == .customer : fact.end == nil
  }

  /// The facts that hold, whatever the time: neither taken back nor replaced.
  package var inForce: [Fact] { inForce(successors()) }

  /// The same, where ``successors()`` are known.
  package func inForce(_ successors: [Moment?]) -> [Fact] {
    all.indices.compactMap { index in
      all[index].end == nil && successors[index] == nil ? all[index] : nil
    }
  }

  /// The strongest fact on `topic` at `instant`: stated before observed before inferred, then the latest.
  ///
  /// Facts of other origins stay what they are; this only says which of them leads.
  package func leading(on topic: String, at instant: Timestamp) -> Fact? {
    inForce.filter { $0.topic == topic && $0.isValid(at: instant) }
      .max { ($0.origin, $0.mark) < ($1.origin, $1.mark) }
  }
}
