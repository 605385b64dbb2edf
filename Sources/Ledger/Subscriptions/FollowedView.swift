// The changes of a view that a subscription hands out, and its rows where the changes do not reach back far enough.

import JSONBytes
import LogEngine
import Projection

/// One view as somebody follows it.
struct FollowedView {
  let view: LedgerView
  private var lookedAt: Position?
  private var known: FeedState?
  private var lookedAtMicroseconds: Int64 = 0
  private var place: RowPlace?

  init(_ view: LedgerView) { self.view = view }

  /// Brings the view up to date where the ledger has grown, and says which changes are kept. A rebuild of another process
  /// may change rows of a ledger at rest: it is seen within a second.
  mutating func available(_ ledger: Ledger) throws -> SubscriptionState.Available {
    let end = ledger.log.end
    let now = Ledger.now().microseconds
    if let known, lookedAt == end, now - lookedAtMicroseconds < 1_000_000 {
      return .init(feed: known.id, since: known.since, end: known.end)
    }
    _ = try view.catchUp()
    let feed = try view.opened().engine.startFeed(now: Ledger.now())
    known = feed
    lookedAt = end
    lookedAtMicroseconds = now
    return .init(feed: feed.id, since: feed.since, end: feed.end)
  }

  /// What was known is out of date: look again next time.
  mutating func forget() { known = nil }

  mutating func beginRows() { place = nil }

  /// The next rows. `isWhole` once all were handed out; nil where the file was replaced, and all begins again.
  mutating func rows(
    _ upTo: FeedCursor, countMax: Int
  ) throws -> (items: [SubscriptionItem], isWhole: Bool)? {
    guard let page = try view.opened().engine.rows(from: place, countMax: countMax) else {
      return nil
    }
    place = page.next
    let items = page.rows.map {
      SubscriptionItem.row(view.name, page.table, key: $0.key, row: $0.row, upTo)
    }
    return (items, page.next == nil)
  }

  /// The next changes; nil where they are not kept any more.
  mutating func changes(
    of feed: Int64, from start: FeedCursor, countMax: Int
  ) throws -> (items: [SubscriptionItem], end: FeedCursor)? {
    let engine = try view.opened().engine
    guard let found = try engine.changes(of: feed, from: start, countMax: countMax) else {
      return nil
    }
    // Another process may have added some since the last look.
    if let end = known?.end { known?.end = max(end, found.next) }
    return (found.changes.map { .change(view.name, $0) }, found.next)
  }
}
