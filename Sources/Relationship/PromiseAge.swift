// Promises grow louder: how long each has been open, and how often the customer had to ask for it.

package import JSONBytes

/// A promise with the customer's words about it.
package struct AgedPromise: Hashable, Sendable {
  package var promise: Promise
  /// Inquiries and complaints that the promise caused while it was open, ascending: she had to ask for what is hers.
  package var askedAgain: [EventMark]

  /// How loud a promise is.
  package enum Urgency: String, Hashable, Sendable, Comparable {
    case open
    /// Open for more than ``AgedPromise/oldAfterDays`` days.
    case old
    /// The customer had to ask: worse than any age.
    case askedAgain

    fileprivate var rank: Int { self == .open ? 0 : self == .old ? 1 : 2 }

    package static func < (one: Urgency, other: Urgency) -> Bool { one.rank < other.rank }
  }

  /// From then on an open promise is old.
  package static let oldAfterDays = 30

  /// Full days since it was made; nil where nothing was promised. Never negative.
  package func days(at instant: Timestamp) -> Int? {
    promise.grant.map {
      max(0, Int((instant.microseconds - $0.mark.moment.time.microseconds) / 86_400_000_000))
    }
  }

  /// How loud it is at an instant; nil where nothing is owed then.
  package func urgency(at instant: Timestamp) -> Urgency? {
    guard promise.state(at: instant) == .open, let days = days(at: instant) else { return nil }
    if !askedAgain.isEmpty { return .askedAgain }
    return days > Self.oldAfterDays ? .old : .open
  }
}

/// Every promise to one customer. Events may come in any order.
package struct PromiseBook: Sendable {
  private var promises: [String: Promise] = [:]
  /// Inquiries and complaints, by the id of the event that they name as their cause.
  private var asked: [String: [EventMark]] = [:]

  /// No promises.
  package init() {}

  /// Takes in a `credit.granted`.
  package mutating func granted(_ id: String, _ grant: Promise.Grant) {
    promises[id, default: Promise(id)].granted(grant)
  }

  /// Takes in a `credit.redeemed`.
  package mutating func redeemed(_ id: String, _ redemption: Promise.Redemption) {
    promises[id, default: Promise(id)].redeemed(redemption)
  }

  /// Takes in an inquiry or complaint that names what caused it.
  package mutating func asked(_ mark: EventMark, becauseOf cause: String) {
    asked[cause, default: []].append(mark)
  }

  /// All promises at `instant`: those that are owed first, the loudest of them first, then the oldest.
  package func all(at instant: Timestamp) -> [AgedPromise] {
    promises.values.map(aged).map { ($0, $0.urgency(at: instant)?.rank ?? -1) }
      .sorted { one, other in
        if one.1 != other.1 { return one.1 > other.1 }
        let (first, second) = (since(one.0), since(other.0))
        return first == second
          ? one.0.promise.id.utf8.lexicographicallyPrecedes(other.0.promise.id.utf8)
          : first < second
      }.map(\.0)
  }

  private func since(_ promise: AgedPromise) -> Moment {
    (promise.promise.grant?.mark ?? promise.promise.redemption?.mark)?.moment
      ?? Moment(.last, place: .max)
  }

  /// What was asked before the promise was kept counts; what names it afterwards does not.
  private func aged(_ promise: Promise) -> AgedPromise {
    guard let grant = promise.grant else { return AgedPromise(promise: promise, askedAgain: []) }
    let kept = promise.redemption?.mark
    let marks = (asked[grant.mark.id] ?? []).filter { mark in
      grant.mark < mark && kept.map { mark < $0 } ?? true
    }
    return AgedPromise(promise: promise, askedAgain: marks.sorted())
  }
}
