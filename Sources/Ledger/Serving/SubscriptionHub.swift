// All subscriptions of a ledger in one process: thousands of followers, one file, one lock, one thread.

import Disk
import JSONBytes
import LogEngine
import Projection

/// Hands out subscriptions to any number of followers at once.
///
///     let follower = try hub.follow(SubscriptionRequest(name: "shop", department: "service"))
///     let items = try await follower.next(countMax: 64, sizeMax: 16 << 10, until: deadline)
///     if let place = items.last?.after { try follower.acknowledge(place) }
///
/// Followers of one kind (department, and what they follow) share the items: these are read once for all who are up to
/// date. Who is behind reads by itself and costs the others nothing; who does not read costs its state, some hundred
/// bytes. What is acknowledged is kept within a second, of all together with one sync.
///
/// While it is there no other process takes up a subscription of the ledger.
package final class SubscriptionHub: Sendable {
  struct Waiter {
    var tail: SharedTail
    var place: FeedCursor
    var feed: Int64
    var deadline: Int64
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var tails: [TailKind: SharedTail] = [:]
    var followers: [String: Follower] = [:]
    /// By the names of the followers.
    var waiters: [String: Waiter] = [:]
    /// The ledger's end as it was told, and how often each view has moved.
    var end: Position
    var moves: [String: UInt64] = [:]
    var hasNews = false
    var isStopping = false
    var hasEnded = false
    var failure: LedgerError?
  }

  /// How often the deadlines of those who wait are looked at.
  private static let tickMicroseconds: Int64 = 250_000
  private static let keepMicroseconds: Int64 = 1_000_000
  /// So many are woken at once, and then the others have their turn.
  private static let wokenMax = 256

  private let ledger: Ledger
  private let live: LiveViews
  private let store: SubscriptionStore
  private let lock: WriterLock
  private let state: Monitor<State>
  private let watch: Task<Void, Never>

  /// Takes the subscriptions of a ledger whose views are kept live. Throws `subscription.busy` where another process
  /// serves them.
  init(_ ledger: Ledger, _ live: LiveViews) throws {
    self.ledger = ledger
    self.live = live
    lock = try ledger.lockHub()
    do {
      store = try SubscriptionStore(inLedger: ledger.directory)
    } catch {
      try ledger.releaseHub(lock)
      throw error
    }
    let log = ledger.log
    // The task may begin later: it goes on where the state is.
    let start = log.end
    let state = Monitor(State(end: start))
    self.state = state
    watch = Task {
      var end = start
      do {
        while true {
          try await log.waitForEnd(past: end)
          end = log.end
          state.change { [end] in
            $0.end = end
            $0.hasNews = true
          }
        }
      } catch {
        // The log is closed, or nobody follows it any more.
      }
    }
    DedicatedThread.start(named: "rapport-follow") { [self] in run() }
  }

  /// A view has taken something in.
  func moved(_ view: String) {
    state.change {
      $0.moves[view, default: 0] += 1
      $0.hasNews = true
    }
  }

  // MARK: Following

  /// Takes up a subscription, and makes it where there is none, as ``Ledger/subscriber(_:)`` does. Blocks for a moment.
  ///
  /// `place`: what the follower says that it has had, after a break (`Last-Event-ID`). It goes on behind it, and all
  /// before counts as acknowledged; a place that was acknowledged before changes nothing.
  ///
  /// Throws `subscription.busy` where somebody follows under this name, here or in another process, and
  /// `subscription.acknowledgement` for a place that lies beyond the end.
  package func follow(
    _ request: SubscriptionRequest, after place: SubscriptionPlace? = nil
  ) throws -> Follower {
    guard SubscriptionRecord.isName(request.name) else { throw LedgerError.subscriptionName }
    // A process that took up the name before this one came has its lock.
    try ledger.nameLock(request.name).release()
    var record: SubscriptionRecord
    if let found = try store.record(request.name) {
      try ledger.requireSame(found, request)
      record = found
    } else {
      if case .changes(let view)? = request.follows {
        try startFeed(of: ledger.followable(view, by: request.department))
      }
      record = try ledger.new(request)
      try ledger.noteSubscribed(record)
      try store.write(record)
    }
    record.lastError = nil
    let tail = try tail(TailKind(department: record.department, follows: record.follows))
    let follower = Follower(try resumed(record, after: place, tail), tail, self, ledger)
    let isFree = state.change { state -> Bool in
      guard state.followers[request.name] == nil, !state.isStopping else { return false }
      state.followers[request.name] = follower
      return true
    }
    guard isFree else {
      throw LedgerError(
        "subscription.busy", "somebody follows the subscription \(request.name) already", .busy)
    }
    return follower
  }

  private func resumed(
    _ record: SubscriptionRecord, after place: SubscriptionPlace?, _ tail: SharedTail
  ) throws -> SubscriptionRecord {
    guard let place else { return record }
    guard let cursor = place.cursor, let end = try tail.available()?.end, cursor <= end else {
      throw LedgerError.acknowledgement(
        "nothing so far was delivered yet; go on behind an item that came")
    }
    var record = record
    record.acknowledged = max(record.acknowledged, cursor)
    return record
  }

  private func tail(_ kind: TailKind) throws -> SharedTail {
    if let known = state.look({ $0.tails[kind] }) { return known }
    let made: SharedTail
    switch kind.follows {
    case .events(let types):
      made = SharedTail(
        kind, events: try FollowedEvents(ledger, department: kind.department, types: types),
        of: ledger)
    case .changes(let name):
      let view = try ledger.followable(name, by: kind.department)
      made = SharedTail(
        kind, changesOf: name, try view.opened().engine, try startFeed(of: view), of: ledger)
    }
    return state.change { state in
      if let known = state.tails[kind] { return known }
      state.tails[kind] = made
      return made
    }
  }

  /// The feed of a view; one is begun where there is none, for which the view lets its file go.
  @discardableResult
  func startFeed(of view: LedgerView) throws -> FeedState {
    let engine = try view.opened().engine
    do {
      if let feed = try engine.feed() { return feed }
    } catch ProjectionError.missing {
      throw LedgerError.viewBehind
    }
    return try live.lending(view.name) { try engine.startFeed(now: Ledger.now()) }
  }

  func startFeed(of name: String, by department: String?) throws {
    try startFeed(of: ledger.followable(name, by: department))
  }

  /// The follower is there no more.
  func left(_ name: String) {
    let waiter = state.change { state in
      state.followers[name] = nil
      return state.waiters.removeValue(forKey: name)
    }
    waiter?.continuation.resume()
  }

  func keep(_ record: SubscriptionRecord) throws { try store.write(record) }

  // MARK: Waiting

  /// What was known before somebody looked: if it has changed until they wait, they do not wait.
  struct Mark {
    fileprivate var end: Position
    fileprivate var moves: UInt64
  }

  func mark(_ follows: Followed) -> Mark {
    let end = ledger.log.end
    return state.look { state in
      guard case .changes(let view) = follows else { return Mark(end: end, moves: 0) }
      return Mark(end: end, moves: state.moves[view] ?? 0)
    }
  }

  /// Waits for something behind `place`, until `deadline` (``MonotonicClock``), or until the task is cancelled.
  func wait(
    _ name: String, _ tail: SharedTail, behind place: FeedCursor, of feed: Int64, since mark: Mark,
    until deadline: Int64
  ) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = state.change { state -> Bool in
          if state.isStopping || state.hasEnded || Task.isCancelled { return false }
          switch tail.kind.follows {
          case .events: if state.end > mark.end { return false }
          case .changes(let view): if state.moves[view] ?? 0 != mark.moves { return false }
          }
          state.waiters[name] = Waiter(
            tail: tail, place: place, feed: feed, deadline: deadline, continuation: continuation)
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      wake(name)
    }
  }

  var isStopping: Bool { state.look { $0.isStopping } }

  /// Has a follower look again.
  func wake(_ name: String) {
    let waiter = state.change { $0.waiters.removeValue(forKey: name) }
    waiter?.continuation.resume()
  }

  // MARK: The thread

  private func run() {
    var keepAt = MonotonicClock.now + Self.keepMicroseconds
    while true {
      let tick = MonotonicClock.now + Self.tickMicroseconds
      _ = state.wait(until: min(tick, keepAt)) { state -> Bool? in
        state.hasNews || state.isStopping ? true : nil
      }
      // Where Swift's pool is too busy for the watch, this thread sees by itself that the ledger has grown.
      let end = ledger.log.end
      let (hasNews, isStopping) = state.change { state in
        if end > state.end { (state.end, state.hasNews) = (end, true) }
        defer { state.hasNews = false }
        return (state.hasNews, state.isStopping)
      }
      if hasNews || isStopping { wakeThoseWithNews() }
      wakeLate(all: isStopping)
      if keepAt <= MonotonicClock.now || isStopping {
        keepAll(isLast: isStopping)
        keepAt = MonotonicClock.now + Self.keepMicroseconds
      }
      if isStopping { break }
    }
    state.change {
      $0.hasEnded = true
      $0.followers = [:]
    }
  }

  private func wakeThoseWithNews() {
    let waiters = state.look { $0.waiters }
    // Nearly all of one kind stand at the same place.
    var known: [TailKind: [FeedCursor: Bool]] = [:]
    var woken = 0
    for (name, waiter) in waiters {
      let kind = waiter.tail.kind
      var hasNews = known[kind]?[waiter.place]
      if hasNews == nil {
        // What is wrong is told to whoever looks.
        hasNews = (try? waiter.tail.hasNews(behind: waiter.place, of: waiter.feed)) ?? true
        known[kind, default: [:]][waiter.place] = hasNews
      }
      guard hasNews == true else { continue }
      wake(name)
      woken += 1
      if woken.isMultiple(of: Self.wokenMax) { giveTurn() }
    }
  }

  /// A moment in which those who were woken, and appends, have the processor.
  private func giveTurn() {
    _ = state.wait(until: MonotonicClock.now + 1_000) { state -> Bool? in
      state.isStopping ? true : nil
    }
  }

  private func wakeLate(all: Bool) {
    let now = MonotonicClock.now
    let late = state.change { state in
      let late = state.waiters.filter { all || $0.value.deadline <= now }
      for name in late.keys { state.waiters[name] = nil }
      return Array(late.values)
    }
    for waiter in late { waiter.continuation.resume() }
  }

  /// Keeps what followers acknowledged; what was only passed over as well, where it is the last time.
  private func keepAll(isLast: Bool) {
    let followers = state.look { Array($0.followers.values) }
    let records = followers.compactMap { $0.recordToKeep(withPassedOver: isLast) }
    guard !records.isEmpty else { return }
    do {
      try store.write(records)
      state.change { $0.failure = nil }
    } catch {
      let failure = LedgerError(any: error)
      state.change { $0.failure = failure }
      for follower in followers { follower.mustKeepAgain() }
    }
  }

  /// Why what was acknowledged could not be kept the last time; nil where it could. It is tried again.
  package var failure: LedgerError? { state.look { $0.failure } }

  // MARK: Ending

  /// Ends every wait, keeps what was acknowledged, and lets other processes take up subscriptions. Blocks. Throws what
  /// kept it from keeping.
  package func stop() throws {
    watch.cancel()
    state.change { $0.isStopping = true }
    state.wait { $0.hasEnded ? () : nil }
    try store.close()
    try ledger.releaseHub(lock)
    if let failure { throw failure }
  }
}
