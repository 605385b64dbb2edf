// What matters of a customer at a point of contact, and what the choice of a question goes by.

package import JSONBytes
package import Projection
package import Relationship

/// A customer as a point of contact sees her: wishes to honour now, what we owe, a few facts, the one question to ask.
/// Nothing else.
package struct CounterView: Hashable, Sendable {
  /// A promise that is open, and how long we have owed it.
  package struct Owed: Hashable, Sendable {
    package var promise: CustomerView.PromiseItem
    /// In whole days; nil where nobody says when it was promised.
    package var ageDays: Int?
  }

  /// One of the few facts.
  package struct Line: Hashable, Sendable {
    package var matter: CounterMatter
    package var sort: CounterViewRule.Sort
    package var source: CustomerView.Source
  }

  package var id: String
  /// The instant that the view answers for.
  package var instant: Timestamp
  package var context: CounterContext
  /// Events of the customer that could not be taken in: the view is complete but for them.
  package var lacking: Int
  /// The strongest first.
  package var wishes: [CustomerView.Wish]
  /// The oldest first.
  package var owed: [Owed]
  /// At most ``CounterViewRule/factsMax``.
  package var facts: [Line]
  package var question: QuestionChoice
}

extension Customer360 {
  /// What matters at a point of contact at `instant`; nil if the tables do not know the customer. `subjects` are all that
  /// are read as this customer; `standing` is what her statements come to for a question's scope.
  package static func counter(
    of customer: String, _ subjects: Set<String> = [], at instant: Timestamp,
    context: CounterContext, bank: QuestionBank, in tables: Tables,
    standing: (BankQuestion) throws -> ScopeStanding
  ) throws -> CounterView? {
    guard let builder = try builder(of: customer, at: instant, in: tables) else { return nil }
    let question = try QuestionChoice(
      from: bank, for: builder.situation, at: context, standing: standing)
    return CounterView(
      id: customer, instant: instant, context: context,
      lacking: try tables.holeCount(of: subjects.union([customer])),
      wishes: builder.wishesByStrength, owed: builder.owed, facts: builder.lines(at: context),
      question: question)
  }

  /// What the choice of a question goes by at `instant`; nil if the tables do not know the customer.
  package static func situation(
    of customer: String, at instant: Timestamp, in tables: Tables
  ) throws -> QuestionSituation? {
    try builder(of: customer, at: instant, in: tables)?.situation
  }
}

extension CustomerViewBuilder {
  fileprivate var situation: QuestionSituation {
    var obstacle: QuestionObstacle?
    if let erasure = state.row.contact.erasure {
      obstacle = .erased(place: erasure.place)
    } else if let death = facts.first(where: { $0.kind == .death }) {
      obstacle = .deceased(death.mark)
    } else if let restriction = facts.first(where: { $0.kind == .restriction }) {
      obstacle = .restricted(restriction.mark)
    } else if state.row.anonymous, !state.row.registered {
      obstacle = .unknownPerson
    }
    return QuestionSituation(
      at: instant, facts: facts, dialogue: state.dialogue, occasions: state.wishes.occasions,
      obstacle: obstacle)
  }

  /// Those that must be, then those preferred, then the nice ones; of one strength those with a booking ahead first, then
  /// the latest.
  fileprivate var wishesByStrength: [CustomerView.Wish] {
    let ranks = ["must": 0, "prefer": 1, "nice": 2]
    func rank(_ wish: CustomerView.Wish) -> Int { wish.value.strength.flatMap { ranks[$0] } ?? 3 }
    return wishes.sorted { one, other in
      if rank(one) != rank(other) { return rank(one) < rank(other) }
      if one.bookings.isEmpty != other.bookings.isEmpty { return other.bookings.isEmpty }
      let (first, second) = (one.value.source, other.value.source)
      return (first.time, first.position) > (second.time, second.position)
    }
  }

  fileprivate var owed: [CounterView.Owed] {
    promises.filter { $0.state == .open }.map { promise in
      let age = promise.promised.map {
        max(0, (instant.microseconds - $0.time.microseconds) / 86_400_000_000)
      }
      return CounterView.Owed(promise: promise, ageDays: age.map { Int($0) })
    }
  }

  fileprivate func lines(at context: CounterContext) -> [CounterView.Line] {
    let said = contact
    var matters = facts.map { CounterMatter.fact($0) }
    matters += state.complaints.filter(\.isOpen).map { .complaint($0) }
    if let stopped = said.stopped { matters.append(.stopped(stopped.mark)) }
    if let erased = said.erased { matters.append(.erased(erased.mark)) }
    return CounterViewRule.chosen(from: matters, at: context).compactMap { matter in
      guard let mark = matter.mark, let sort = CounterViewRule.sort(of: matter) else { return nil }
      return CounterView.Line(matter: matter, sort: sort, source: source(mark))
    }
  }
}
