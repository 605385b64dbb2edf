// The life of a subscription as a state machine: no file, no clock, no socket.

package import JSONBytes
package import LogEngine
package import Projection

/// Where a subscriber stands, and what it is to get next.
///
/// Delivery is at least once and in order. What was delivered and not acknowledged comes again after a restart: a new
/// state begins at ``acknowledged``, which is all that has to be kept, together with ``feed``.
package struct SubscriptionState: Hashable, Sendable {
  /// What there is to follow.
  package struct Available: Hashable, Sendable {
    /// Which feed it is: 0 for events, which are never lost.
    package var feed: Int64
    /// From here on all is kept.
    package var since: FeedCursor
    package var end: FeedCursor

    package init(feed: Int64 = 0, since: FeedCursor = .origin, end: FeedCursor) {
      self.feed = feed
      self.since = since
      self.end = end
    }
  }

  /// What to do.
  package enum Action: Hashable, Sendable {
    /// Hand out items from here on, then tell ``delivered(_:upTo:)``.
    case deliver(from: FeedCursor, countMax: Int)
    /// What the subscriber needs is not kept any more: tell ``beginReset(_:)``, and hand out the rows.
    case reset
    /// The rows are being handed out: go on, then tell ``rowsDelivered()``.
    case rows
    /// So much is not acknowledged that nothing more goes out.
    case awaitAcknowledgement
    /// There is nothing new.
    case rest
  }

  /// Why an acknowledgement changes nothing.
  package enum Refusal: Error, Hashable, Sendable {
    /// Nothing so far ahead was delivered.
    case beyondDelivered
    /// What lies behind it was acknowledged before.
    case outOfOrder
    /// It lies between two items.
    case noItem
  }

  /// How far a subscriber is behind.
  package struct Lag: Hashable, Sendable {
    package var events: UInt64
    package var seconds: Int64

    package init(events: UInt64, seconds: Int64) {
      self.events = events
      self.seconds = seconds
    }
  }

  /// Items that may be out and unacknowledged; then delivery waits.
  package static let unacknowledgedMax = 10_000

  /// Everything before it was acknowledged, or was nothing for this subscriber.
  package private(set) var acknowledged: FeedCursor
  /// The feed that ``acknowledged`` is a place in.
  package private(set) var feed: Int64
  /// Behind the last item that was delivered or passed over.
  private var delivered: FeedCursor
  private var deliveredFeed: Int64
  /// Where each item ends that was delivered and not acknowledged, ascending.
  private var open: [FeedCursor] = []
  /// Rows are being delivered; the place from which changes follow.
  private(set) var rowsUpTo: FeedCursor?
  /// Items of before a reset: their acknowledgements are late, not wrong.
  private var superseded: Set<FeedCursor> = []

  /// Goes on behind what was acknowledged. `feed` is 0 for events, and for a subscriber that has not had the rows yet.
  package init(acknowledged: FeedCursor, feed: Int64) {
    self.acknowledged = acknowledged
    self.feed = feed
    delivered = acknowledged
    deliveredFeed = feed
  }

  /// Behind the last item that was delivered or passed over, and the feed that this is a place in.
  var deliveredUpTo: FeedCursor { delivered }
  var deliveredOf: Int64 { deliveredFeed }

  /// Whether all that was delivered is acknowledged.
  package var isSettled: Bool { open.isEmpty && rowsUpTo == nil && feed == deliveredFeed }

  /// What to do now.
  package func next(_ available: Available) -> Action {
    if rowsUpTo != nil, available.feed == deliveredFeed { return .rows }
    if available.feed != deliveredFeed || delivered < available.since || delivered > available.end {
      return .reset
    }
    if open.count >= Self.unacknowledgedMax { return .awaitAcknowledgement }
    if delivered == available.end { return .rest }
    return .deliver(from: delivered, countMax: Self.unacknowledgedMax - open.count)
  }

  /// Items went out; each ends at one of `ends`, in order. Up to `end` there is nothing more for this subscriber.
  package mutating func delivered(_ ends: [FeedCursor], upTo end: FeedCursor) {
    precondition(rowsUpTo == nil, "changes go out behind the rows")
    for place in ends {
      precondition(place > (open.last ?? acknowledged) || open.isEmpty, "items go out in order")
      open.append(place)
    }
    precondition(end >= (open.last ?? delivered), "what was passed over lies behind the items")
    delivered = end
    settle()
  }

  /// The subscriber begins again with the rows of another feed, or of a later place.
  package mutating func beginReset(_ available: Available) {
    superseded.formUnion(open)
    open = []
    rowsUpTo = available.end
    deliveredFeed = available.feed
    delivered = available.end
  }

  /// All rows are out. Returns the place to acknowledge for them.
  package mutating func rowsDelivered() -> FeedCursor {
    guard let place = rowsUpTo else { preconditionFailure("rows are delivered after a reset") }
    rowsUpTo = nil
    open.append(place)
    return place
  }

  /// The subscriber has dealt with everything up to an item, which ends at `place`. Doing it again changes nothing.
  package mutating func acknowledge(_ place: FeedCursor) throws(Refusal) {
    if let index = open.firstIndex(of: place) {
      acknowledged = place
      feed = deliveredFeed
      superseded = []
      open.removeFirst(index + 1)
      settle()
      return
    }
    if superseded.contains(place) || (place == acknowledged && feed == deliveredFeed) { return }
    if place > delivered || rowsUpTo != nil { throw .beyondDelivered }
    throw place < acknowledged ? .outOfOrder : .noItem
  }

  /// As ``acknowledge(_:)``, of all items of one position that are out; `number` tells one of them.
  package mutating func acknowledge(upTo next: Position, number: Int?) throws(Refusal) {
    let last = number ?? open.last { $0.next == next }?.number ?? 0
    try acknowledge(FeedCursor(next, last))
  }

  /// All that is out was dealt with.
  package mutating func acknowledgeAll() {
    guard let last = open.last else { return }
    do throws(Refusal) {
      try acknowledge(last)
    } catch {
      preconditionFailure("an item that is out can be acknowledged")
    }
  }

  /// What was passed over needs no acknowledgement.
  private mutating func settle() {
    if isSettled { acknowledged = delivered }
  }

  /// How far behind `end` this subscriber is. `last` is the recorded time of the ledger's last event, `recorded` that of
  /// the last one acknowledged; nil where there is none.
  package func lag(end: Position, last: Timestamp?, recorded: Timestamp?) -> Lag {
    let events = end > acknowledged.next ? end.value - acknowledged.next.value : 0
    guard events > 0, let last, let recorded else { return Lag(events: events, seconds: 0) }
    let seconds = (last.microseconds - recorded.microseconds) / 1_000_000
    return Lag(events: events, seconds: max(0, seconds))
  }
}

extension SubscriptionState.Refusal {
  /// For people.
  package var sentence: String {
    switch self {
    case .beyondDelivered:
      "nothing so far was delivered yet; acknowledge the position of an item after it came"
    case .outOfOrder:
      "later items were acknowledged before; acknowledge in the order in which items came"
    case .noItem: "no item of that position was delivered; acknowledge positions of items"
    }
  }
}
