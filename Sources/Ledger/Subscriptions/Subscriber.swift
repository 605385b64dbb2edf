// A running subscription: reads what there is, hands it out, keeps what was acknowledged.

import Disk
import JSONBytes
import LogEngine
import Projection

/// One subscription at work. For one task at a time; another process that takes up the same name is refused.
///
///     let subscriber = try ledger.subscriber("shop")
///     for item in try subscriber.next() { use(item.line) }
///     try subscriber.acknowledgeAll()
package final class Subscriber {
  /// Items of one turn, at most.
  package static let turnMax = 1_000
  /// What was only passed over is kept this often, microseconds.
  private static let passedOverEvery: Int64 = 1_000_000

  package private(set) var record: SubscriptionRecord
  private let ledger: Ledger
  private let store: SubscriptionStore
  private let lock: WriterLock
  private var state: SubscriptionState
  private var events: FollowedEvents?
  private var view: FollowedView?
  private var kept: Int64 = 0

  init(
    _ record: SubscriptionRecord, _ ledger: Ledger, _ store: SubscriptionStore, _ lock: WriterLock
  ) throws {
    self.record = record
    self.ledger = ledger
    self.store = store
    self.lock = lock
    state = SubscriptionState(acknowledged: record.acknowledged, feed: record.feed)
    switch record.follows {
    case .events(let types):
      events = try FollowedEvents(ledger, department: record.department, types: types)
    case .changes(let name):
      view = FollowedView(try ledger.followable(name, by: record.department))
    }
  }

  /// Whether all that was handed out is acknowledged.
  package var isSettled: Bool { state.isSettled }

  /// What comes next, at most ``turnMax`` items. Empty where there is nothing new, or where too much is not acknowledged;
  /// ask again after a moment.
  package func next() throws -> [SubscriptionItem] {
    _ = try ledger.log.refresh()
    return view == nil ? try nextEvents() : try nextChanges()
  }

  private func nextEvents() throws -> [SubscriptionItem] {
    while true {
      switch state.next(.init(end: FeedCursor(ledger.log.end))) {
      case .rest:
        try keepPassedOver()
        return []
      case .awaitAcknowledgement: return []
      case .reset, .rows:
        throw LedgerError.subscriptionAhead(record)
      case .deliver(let from, let countMax):
        guard var events else { preconditionFailure("a subscription to events reads events") }
        let found = try events.items(
          from: from.next, countMax: min(countMax, Self.turnMax))
        self.events = events
        state.delivered(found.items.compactMap(\.place), upTo: FeedCursor(found.end))
        if !found.items.isEmpty { return found.items }
      }
    }
  }

  private func nextChanges() throws -> [SubscriptionItem] {
    guard var view else { preconditionFailure("a subscription to changes reads a view") }
    defer { self.view = view }
    while true {
      let available: SubscriptionState.Available
      do {
        available = try view.available(ledger)
      } catch let error as ProjectionError where error.isTemporary {
        // Somebody else writes the view's file: what it writes is seen at the next turn.
        return []
      }
      switch state.next(available) {
      case .rest:
        try keepPassedOver()
        return []
      case .awaitAcknowledgement: return []
      case .reset:
        state.beginReset(available)
        view.beginRows()
        return [.reset(view.view.name, available.end)]
      case .rows:
        guard let upTo = state.rowsUpTo,
          let found = try view.rows(upTo, countMax: Self.turnMax)
        else {
          view.forget()
          let again = try view.available(ledger)
          state.beginReset(again)
          view.beginRows()
          return [.reset(view.view.name, again.end)]
        }
        if !found.isWhole {
          if found.items.isEmpty { continue }
          return found.items
        }
        return found.items + [.current(view.view.name, state.rowsDelivered())]
      case .deliver(let from, let countMax):
        guard
          let found = try view.changes(
            of: available.feed, from: from, countMax: min(countMax, Self.turnMax))
        else {
          view.forget()
          continue
        }
        state.delivered(found.items.compactMap(\.place), upTo: found.end)
        if !found.items.isEmpty { return found.items }
      }
    }
  }

  // MARK: Acknowledging

  /// Everything that was handed out was dealt with. Durable when this returns.
  package func acknowledgeAll() throws {
    state.acknowledgeAll()
    try keep()
  }

  /// Reads an acknowledgement, as a subscriber writes it: the position of an item; of a view's items also its number,
  /// `8.2`. Several count as one with ``keep()``.
  ///
  /// Throws ``LedgerError`` `subscription.acknowledgement` for one that cannot be: nothing is acknowledged by it.
  package func acknowledge(_ text: some StringProtocol) throws {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let number = parts.count == 2 ? Int(parts[1]) : nil
    guard let position = UInt64(parts[0]), position < UInt64(Int64.max),
      parts.count == 1 || (parts.count == 2 && number != nil && view != nil)
    else {
      throw refused("it is no position; write the position of an item, one a line")
    }
    do throws(SubscriptionState.Refusal) {
      if view == nil {
        try state.acknowledge(FeedCursor(Position(position + 1)))
      } else {
        try state.acknowledge(upTo: Position(position), number: number)
      }
    } catch {
      throw refused(error.sentence)
    }
  }

  private func refused(_ reason: String) -> LedgerError {
    LedgerError(
      "subscription.acknowledgement", "an acknowledgement was refused: \(reason)", .badData)
  }

  /// Keeps what was acknowledged. Durable when this returns; costs a sync where there is something new.
  package func keep() throws {
    guard record.acknowledged != state.acknowledged || record.feed != state.feed else { return }
    record.acknowledged = state.acknowledged
    record.feed = state.feed
    record.lastError = nil
    try store.write(record)
    kept = Ledger.now().microseconds
  }

  /// What concerns nobody is no reason for a sync each time.
  private func keepPassedOver() throws {
    if Ledger.now().microseconds - kept >= Self.passedOverEvery { try keep() }
  }

  /// Keeps why this run ends early, for `rapport subscriptions`.
  package func end(because error: LedgerError) throws {
    try keep()
    record.lastError = error.description
    try store.write(record)
  }

  /// Ends the work and lets the next one take up the name.
  package func close() throws {
    try keep()
    try store.close()
    lock.release()
  }
}

extension ProjectionError {
  /// Whether waiting mends it.
  fileprivate var isTemporary: Bool {
    switch self {
    case .busy, .rebuildRunning: true
    default: false
    }
  }
}
