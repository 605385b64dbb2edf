// All facts of one customer, and which of them hold.

package import JSONBytes

/// Every value ever given about a customer. Nothing is dropped: a value that no longer holds says why.
///
/// Within one origin, kind, topic and matter the latest value takes the place of the earlier ones. A value that was
/// taken back steps aside, so that the one before it holds again. The facts may arrive in any order.
package struct Facts: Sendable {
  private var list: EventList<Fact>
  /// Places of facts by what they are about. Made when first asked for, and only of many.
  private var matters: PlaceIndex<Matter>?

  /// The facts as they were stored.
  package init(_ facts: [Fact] = []) { list = EventList(facts) }

  /// By place in the ledger, then by item.
  package var all: [Fact] { list.all }

  /// Where in ``all`` the facts of the event at `place` stand.
  package func indexes(at place: UInt64) -> Range<Int> { list.indexes(at: place) }

  /// Takes in a fact; those of one event in the order of their items.
  package mutating func add(_ fact: Fact) {
    list.add(fact)
    if let matter = fact.matter { matters?.add(matter, fact.mark.moment.place) }
  }

  /// Takes in an event that ends the fact made by the event `id`; false if that fact is not here.
  package mutating func end(_ id: String, _ kind: Fact.Kind, _ end: Fact.End) -> Bool {
    guard let found = list.indexes(of: id, before: end.moment, where: { $0.kind == kind }) else {
      return false
    }
    for index in found where list.all[index].kind == kind { list.change(index) { $0.ended(end) } }
    return true
  }

  /// Changes every fact of `kind` that is about `matter`, but for its kind and matter; false if there is none.
  package mutating func change(
    _ kind: Fact.Kind, about matter: String, _ body: (inout Fact) -> Void
  ) -> Bool {
    let places = places(of: Matter(kind: kind, about: ByteText(matter)))
    for index in places.flatMap({ list.indexes(at: $0) })
    where list.all[index].matter == Matter(kind: kind, about: ByteText(matter)) {
      list.change(index, body)
    }
    return !places.isEmpty
  }

  private mutating func places(of matter: Matter) -> [UInt64] {
    if list.all.count <= Self.fewMax {
      return list.places { $0.matter == matter }
    }
    let made =
      matters
      ?? list.all.reduce(into: PlaceIndex()) { index, fact in
        if let matter = fact.matter { index.add(matter, fact.mark.moment.place) }
      }
    matters = made
    return made[matter]
  }

  /// Takes in an event that ends every fact of `kind` about `matter`; false if there is none.
  package mutating func end(_ kind: Fact.Kind, about matter: String, _ end: Fact.End) -> Bool {
    change(kind, about: matter) { $0.ended(end) }
  }

  /// The fact made by the event `id`, as said at `moment`.
  package mutating func fact(_ id: String, _ kind: Fact.Kind, before moment: Moment) -> Fact? {
    list.indexes(of: id, before: moment) { $0.kind == kind }?
      .first { list.all[$0].kind == kind }.map { list.all[$0] }
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
  static let fewMax = EventList<Fact>.fewMax

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

/// What a fact is about besides its topic.
private struct Matter: Hashable {
  var kind: Fact.Kind
  var about: ByteText
}

extension Fact {
  fileprivate var matter: Matter? { about.map { Matter(kind: kind, about: ByteText($0)) } }
}
