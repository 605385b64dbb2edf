// What subscribers of one kind get next, read once for all who are up to date.

import JSONBytes
import LogEngine
import Projection
import Synchronization

/// The kind of a subscription: all of one kind get the same items.
struct TailKind: Hashable, Sendable {
  var department: String?
  var follows: Followed
}

/// The last items of one kind. Any number of tasks ask; who comes while another one reads what is new waits for it.
final class SharedTail: Sendable {
  /// Items in order, and the place behind what was looked at.
  struct Run: Sendable {
    var items: [SubscriptionItem]
    var end: FeedCursor
  }

  private enum Reader: Sendable {
    case events(FollowedEvents)
    case changes(LedgerView, ProjectionEngine, FeedState)
  }

  /// What there is to follow.
  enum Standing: Equatable {
    case items(SubscriptionState.Available)
    /// The view's file keeps no changes: a feed is to be begun.
    case noFeed
    /// The view's file was made under another sharing plan than the one in force, or by another definition. It is built
    /// anew, and nothing of it goes out before.
    case outdated
  }

  private struct State: Sendable {
    var reader: Reader
    /// Of events for a department: the plan by which they were read.
    var plan: String?
    /// Where the ledger ended when what is kept, or the view's file, was found to be made under the plan in force.
    var planAsOf: Position?
    /// What was looked at and is kept: the items from ``start`` on.
    var items: [SubscriptionItem] = []
    var size = 0
    var start: FeedCursor
    var end: FeedCursor
  }

  /// So much is kept for those who are a little behind.
  static let itemsMax = 1_024
  static let sizeMax = 4 << 20
  private static let readMax = 256

  let kind: TailKind
  private let ledger: Ledger
  private let sizeMax: Int
  private let state: Mutex<State>

  /// Of events as `reader` gives them, from where the ledger ends.
  init(
    _ kind: TailKind, events reader: FollowedEvents, of ledger: Ledger,
    sizeMax: Int = SharedTail.sizeMax
  ) {
    self.kind = kind
    self.ledger = ledger
    self.sizeMax = sizeMax
    let end = FeedCursor(ledger.log.end)
    state = Mutex(State(reader: .events(reader), start: end, end: end))
  }

  /// Of the changes of a view, from where its feed ends.
  init(
    _ kind: TailKind, changesOf view: LedgerView, _ feed: FeedState, of ledger: Ledger
  ) throws {
    self.kind = kind
    self.ledger = ledger
    sizeMax = Self.sizeMax
    state = Mutex(
      State(
        reader: .changes(view, try view.opened().engine, feed), start: feed.end, end: feed.end))
  }

  /// What there is to follow now. Cost, of a view: a look at a few rows, and at some more where the ledger has grown.
  func standing() throws -> Standing {
    let end = ledger.log.end
    let (reader, planAsOf) = state.withLock { ($0.reader, $0.planAsOf) }
    guard case .changes(let view, var engine, _) = reader else {
      return .items(.init(end: FeedCursor(end)))
    }
    if planAsOf != end {
      engine = try view.opened().engine
      let finding = try engine.status(end: end).finding
      if let finding, finding != .missing { return .outdated }
    }
    guard let feed = try engine.feed() else { return .noFeed }
    state.withLock { state in
      if case .changes(_, _, let known) = state.reader, feed.id != known.id {
        (state.items, state.size, state.start, state.end) = ([], 0, feed.end, feed.end)
      }
      state.reader = .changes(view, engine, feed)
      state.planAsOf = end
    }
    return .items(.init(feed: feed.id, since: feed.since, end: feed.end))
  }

  /// The items from a place on, at most `countMax` and about `sizeMax` bytes; one at least, where there is any. Nil for
  /// a place that lies before what is kept: then the reader reads by itself.
  func next(from place: FeedCursor, countMax: Int, sizeMax: Int) throws -> Run? {
    try state.withLock { state in
      try forgetOtherPlan(&state)
      if place > state.end {
        // Nobody has looked for a while: from here on they are read for all again.
        (state.items, state.size, state.start, state.end) = ([], 0, place, place)
      }
      guard place >= state.start else { return nil }
      if place == state.end { try readOn(&state) }
      // Items end at ascending places: the first that ends behind this one.
      var (low, high) = (0, state.items.count)
      while low < high {
        let middle = (low + high) / 2
        if let end = state.items[middle].place, end > place {
          high = middle
        } else {
          low = middle + 1
        }
      }
      return Run(items: Array(state.items[low...]), end: state.end).cut(countMax, sizeMax)
    }
  }

  /// The plan in force decides, also about what was read under the one before.
  private func forgetOtherPlan(_ state: inout State) throws {
    let end = ledger.log.end
    guard case .events = state.reader, let department = kind.department, state.planAsOf != end
    else { return }
    let digest = try ledger.sharingGate(for: department).digest
    if let old = state.plan, old != digest {
      (state.items, state.size, state.start) = ([], 0, state.end)
    }
    // Last: where the plan could not be read, it is looked at again.
    (state.plan, state.planAsOf) = (digest, end)
  }

  /// Reads what follows, and drops what is too old or too much; of what it read just now nothing.
  private func readOn(_ state: inout State) throws {
    var run: Run
    switch state.reader {
    case .events(var events):
      let found = try events.items(from: state.end.next, countMax: Self.readMax)
      state.reader = .events(events)
      run = Run(items: found.items, end: FeedCursor(found.end))
    case .changes(let view, let engine, let feed):
      guard let found = try engine.changes(of: feed.id, from: state.end, countMax: Self.readMax)
      else { return }
      run = Run(items: found.changes.map { .change(view.name, $0) }, end: found.next)
    }
    run = run.cut(Self.readMax, sizeMax)
    let old = state.items.count
    state.items += run.items
    state.size += run.items.reduce(0) { $0 + $1.line.count }
    state.end = run.end
    var dropped = 0
    while dropped < old,
      state.items.count - dropped > Self.itemsMax || state.size > sizeMax
    {
      state.size -= state.items[dropped].line.count
      state.start = state.items[dropped].place ?? state.start
      dropped += 1
    }
    state.items.removeFirst(dropped)
  }

  /// Whether somebody at a place has something to do: there is an item, or another feed than the one it is a place in,
  /// or none. Reads what is new.
  func hasNews(behind place: FeedCursor, of feed: Int64) throws -> Bool {
    switch try standing() {
    case .items(let available): if available.feed != feed { return true }
    case .noFeed: return true
    case .outdated: return false
    }
    var from = place
    while true {
      guard let run = try next(from: from, countMax: 1, sizeMax: 1), run.items.isEmpty else {
        return true
      }
      guard run.end > from else { return false }
      from = run.end
    }
  }
}

extension SharedTail.Run {
  /// So much of it at most, and the place behind that; one item at least.
  func cut(_ countMax: Int, _ sizeMax: Int) -> SharedTail.Run {
    var count = 0
    var size = 0
    while count < items.count, count < countMax,
      count == 0 || size + items[count].line.count <= sizeMax
    {
      size += items[count].line.count
      count += 1
    }
    guard count < items.count, count > 0, let end = items[count - 1].place else { return self }
    return SharedTail.Run(items: Array(items[..<count]), end: end)
  }
}
