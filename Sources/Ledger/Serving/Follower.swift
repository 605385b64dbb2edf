// One subscription as somebody follows it through the hub.

import Disk
import JSONBytes
import LogEngine
import Projection
import Synchronization

/// A place behind an item: what a stream gives each item as its id, and what comes back after a break.
package struct SubscriptionPlace: Hashable, Sendable {
  /// Events before it were had.
  package var position: UInt64
  /// Of a view's changes that brought it there, so many were had; 0 for events.
  package var number: Int

  /// Joins both parts.
  package init(position: UInt64, number: Int) {
    self.position = position
    self.number = number
  }

  init(_ cursor: FeedCursor) {
    self.init(position: cursor.next.value, number: cursor.number)
  }

  /// Nil for a place that no ledger has.
  var cursor: FeedCursor? {
    position < UInt64(Int64.max) && number >= 0 ? FeedCursor(Position(position), number) : nil
  }
}

extension SubscriptionItem {
  /// The place behind it; nil for what needs no acknowledgement.
  package var after: SubscriptionPlace? { place.map { SubscriptionPlace($0) } }
}

/// A subscription at work: at least once, in order, each item with its place. One task at a time asks for what is next;
/// acknowledgements come from anywhere.
package final class Follower: Sendable {
  private struct State: Sendable {
    /// As it is kept.
    var record: SubscriptionRecord
    var subscription: SubscriptionState
    /// Reads by itself what the shared tail keeps no more.
    var events: FollowedEvents?
    var view: FollowedView?
    /// How often something was acknowledged, and how often when the record was kept.
    var acknowledgements: UInt64 = 0
    var kept: UInt64 = 0
    /// Nothing is handed out or acknowledged any more.
    var isClosed = false
    var isAsking = false
  }

  package let name: String
  /// By which the hub knows it: another one may have the name by and by.
  let number: UInt64
  private let tail: SharedTail
  private let hub: SubscriptionHub
  private let ledger: Ledger
  private let state: Mutex<State>

  /// Of a subscription as it is kept; it goes on behind `place`.
  init(
    _ number: UInt64, _ record: SubscriptionRecord, behind place: FeedCursor, _ tail: SharedTail,
    _ hub: SubscriptionHub, _ ledger: Ledger
  ) {
    name = record.name
    self.number = number
    self.tail = tail
    self.hub = hub
    self.ledger = ledger
    state = Mutex(
      State(
        record: record,
        subscription: SubscriptionState(acknowledged: place, feed: record.feed),
        acknowledgements: place == record.acknowledged ? 0 : 1))
  }

  /// Who follows what, and how far it is.
  package var record: SubscriptionRecord {
    state.withLock { state in
      var record = state.record
      record.acknowledged = state.subscription.acknowledged
      record.feed = state.subscription.feed
      return record
    }
  }

  // MARK: Items

  /// What comes next, at most `countMax` items and about `sizeMax` bytes, one item at least. Waits for it; empty where
  /// there is nothing until `deadline` (a quarter of a second more or less), where too much is not acknowledged, where
  /// the task is cancelled, and at once where this is closed or the hub stops.
  ///
  /// Throws ``LedgerError``, as ``Subscriber/next()`` does. Traps where two tasks ask at once.
  package func next(
    countMax: Int, sizeMax: Int, until deadline: ContinuousClock.Instant
  ) async throws -> [SubscriptionItem] {
    precondition(countMax > 0 && sizeMax > 0, "who asks takes one item at least")
    let isAlone = state.withLock { state in
      defer { state.isAsking = true }
      return !state.isAsking
    }
    precondition(isAlone, "one task at a time asks a follower")
    defer { state.withLock { $0.isAsking = false } }
    let left = ContinuousClock.now.duration(to: deadline) / .microseconds(1)
    let end = MonotonicClock.now + Int64(max(0, min(left, 1e15)))
    while true {
      guard let mark = hub.mark(number, tail.kind.follows) else { return [] }
      let items = try state.withLock { try $0.isClosed ? [] : step(&$0, countMax, sizeMax) }
      if !items.isEmpty { return items }
      guard MonotonicClock.now < end, !Task.isCancelled else { return [] }
      let (place, feed) = state.withLock {
        ($0.subscription.deliveredUpTo, $0.subscription.deliveredOf)
      }
      await hub.wait(number, tail, behind: place, of: feed, since: mark, until: end)
    }
  }

  private func step(
    _ state: inout State, _ countMax: Int, _ sizeMax: Int
  ) throws -> [SubscriptionItem] {
    while true {
      let available: SubscriptionState.Available
      switch try tail.standing() {
      case .items(let some): available = some
      case .noFeed:
        guard case .changes(let view) = state.record.follows else { return [] }
        try hub.startFeed(of: view, by: state.record.department)
        continue
      case .outdated: return []
      }
      switch state.subscription.next(available) {
      case .rest, .awaitAcknowledgement: return []
      case .reset:
        guard case .changes(let view) = state.record.follows else {
          throw LedgerError.subscriptionAhead(state.record)
        }
        state.subscription.beginReset(available)
        var followed = FollowedView(try ledger.followable(view, by: state.record.department))
        followed.beginRows()
        state.view = followed
        return [.reset(view, available.end)]
      case .rows:
        if let items = try rows(&state, available, countMax) { return items }
      case .deliver(let from, let most):
        let run = try run(&state, available, from, min(most, countMax), sizeMax)
        guard let run else { continue }
        state.subscription.delivered(run.items.compactMap(\.place), upTo: run.end)
        if !run.items.isEmpty { return run.items }
        if run.end == from { return [] }
      }
    }
  }

  /// From the shared tail, or from where that begins no more. Nil where changes are not kept so far back.
  private func run(
    _ state: inout State, _ available: SubscriptionState.Available, _ from: FeedCursor,
    _ countMax: Int, _ sizeMax: Int
  ) throws -> SharedTail.Run? {
    if let run = try tail.next(from: from, countMax: countMax, sizeMax: sizeMax) {
      // Up to date: what reads by itself is not needed any more.
      state.events = nil
      return run
    }
    switch state.record.follows {
    case .events(let types):
      var events =
        try state.events
        ?? FollowedEvents(ledger, department: state.record.department, types: types)
      let found = try events.items(from: from.next, countMax: countMax)
      state.events = events
      return SharedTail.Run(items: found.items, end: FeedCursor(found.end)).cut(countMax, sizeMax)
    case .changes(let name):
      let engine = try ledger.followable(name, by: state.record.department).opened().engine
      return try engine.changes(of: available.feed, from: from, countMax: countMax).map {
        SharedTail.Run(items: $0.changes.map { .change(name, $0) }, end: $0.next)
          .cut(countMax, sizeMax)
      }
    }
  }

  /// The next rows after a reset; nil where the file was replaced, and all begins again.
  private func rows(
    _ state: inout State, _ available: SubscriptionState.Available, _ countMax: Int
  ) throws -> [SubscriptionItem]? {
    guard var view = state.view, let upTo = state.subscription.rowsUpTo,
      let found = try view.rows(upTo, countMax: countMax)
    else {
      // As if nothing had been handed out: the rows come anew.
      state.subscription = SubscriptionState(
        acknowledged: state.subscription.acknowledged, feed: 0)
      return nil
    }
    state.view = view
    guard found.isWhole else { return found.items.isEmpty ? nil : found.items }
    state.view = nil
    return found.items + [.current(view.view.name, state.subscription.rowsDelivered())]
  }

  // MARK: Acknowledging

  /// Everything up to an item was dealt with: the place behind it (``SubscriptionItem/after``). Kept within a second;
  /// ``keep()`` keeps it at once. Doing it again changes nothing.
  ///
  /// Throws `subscription.acknowledgement` for one that cannot be, and where this is closed or the hub has stopped:
  /// nothing is acknowledged by it.
  package func acknowledge(_ place: SubscriptionPlace) throws {
    let refusal = state.withLock { state -> LedgerError? in
      guard !state.isClosed else {
        return .acknowledgement(
          "nobody follows the subscription here any more; take it up again, and what was not acknowledged comes anew"
        )
      }
      do throws(SubscriptionState.Refusal) {
        guard let cursor = place.cursor else { throw .noItem }
        try state.subscription.acknowledge(cursor)
      } catch {
        return .acknowledgement(error.sentence)
      }
      state.acknowledgements += 1
      return nil
    }
    if let refusal { throw refusal }
    // One who had too much out goes on.
    hub.wake(number)
  }

  /// Everything that was handed out was dealt with. Kept within a second. Changes nothing where this is closed or the
  /// hub has stopped: what was out comes again.
  package func acknowledgeAll() {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.subscription.acknowledgeAll()
      state.acknowledgements += 1
    }
    hub.wake(number)
  }

  /// Keeps what was acknowledged. Durable when this returns. Blocks.
  package func keep() throws { try hub.keep(self) }

  /// A record to be kept, and how often something had been acknowledged then.
  struct Keeping: Sendable {
    let record: SubscriptionRecord
    fileprivate let acknowledgements: UInt64
  }

  /// What is to be kept; nil where that is kept already, and once this is closed. Whoever takes it tells ``isKept(_:)``
  /// when it is, and nobody takes another one before (``SubscriptionHub/keep(_:closes:)``). `closes`: this is closed by
  /// it.
  func toKeep(withPassedOver: Bool, closes: Bool = false) -> Keeping? {
    state.withLock { state in
      guard !state.isClosed else { return nil }
      state.isClosed = closes
      var record = state.record
      record.acknowledged = state.subscription.acknowledged
      record.feed = state.subscription.feed
      guard record != state.record, withPassedOver || state.acknowledgements > state.kept else {
        return nil
      }
      return Keeping(record: record, acknowledgements: state.acknowledgements)
    }
  }

  /// It is durable.
  func isKept(_ keeping: Keeping) {
    state.withLock { state in
      (state.record, state.kept) = (keeping.record, keeping.acknowledgements)
    }
  }

  /// Ends the following, also for one who waits in ``next(countMax:sizeMax:until:)``; somebody else may take up the
  /// name. What was not acknowledged comes again then, and so does what could not be kept, of which this throws.
  /// Blocks.
  package func close() throws {
    defer { hub.left(number) }
    try hub.keep(self, closes: true)
  }
}

extension LedgerError {
  static func acknowledgement(_ reason: String) -> LedgerError {
    LedgerError(
      "subscription.acknowledgement", "an acknowledgement was refused: \(reason)", .badData)
  }

  static func subscriptionAhead(_ record: SubscriptionRecord) -> LedgerError {
    LedgerError(
      "subscription.ahead",
      "the subscription \(record.name) is at position \(record.acknowledged.next), beyond the end of this ledger; it is the subscription of another copy: remove it, and subscribe anew",
      .badData)
  }

  static let subscriptionName = LedgerError(
    "usage.subscription",
    "a subscription's name is of lower-case letters, digits, dots, hyphens and underscores, at most 64",
    .usage)
}
