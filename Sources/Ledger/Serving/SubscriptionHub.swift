// All subscriptions of a ledger in one process: thousands of followers, one file, one lock, one thread.

import Disk
import JSONBytes
import LogEngine
import Projection
import Synchronization

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

  /// What the hub knows of one who follows, or is about to.
  private struct Following {
    var name: String
    /// Of what it has a share; nil until that is there.
    var kind: TailKind?
    /// Nil until it is there.
    var follower: Follower?
    /// How often it was told to look again.
    var calls: UInt64 = 0
  }

  private struct State {
    /// Of each kind that somebody follows, and how many do.
    var tails: [TailKind: (tail: SharedTail, count: Int)] = [:]
    /// By number: each has its own, also one that takes up a name again.
    var followings: [UInt64: Following] = [:]
    var names: Set<String> = []
    /// By the numbers of the followers.
    var waiters: [UInt64: Waiter] = [:]
    var lastNumber: UInt64 = 0
    /// The ledger's end as it was told, and how often each view has moved.
    var end: Position
    var moves: [String: UInt64] = [:]
    var hasNews = false
    var isStopping = false
    var hasEnded = false
    var failure: LedgerError?

    /// A number for one who has the name alone from now on; nil where somebody has it.
    mutating func reserve(_ name: String) -> UInt64? {
      guard !isStopping, names.insert(name).inserted else { return nil }
      lastNumber += 1
      followings[lastNumber] = Following(name: name)
      return lastNumber
    }

    /// The tail of a kind, of which a follower has a share from now on; `made` where there is none. Nil where there is
    /// none at all.
    mutating func share(_ kind: TailKind, with number: UInt64, _ made: SharedTail?) -> SharedTail? {
      guard let tail = tails[kind]?.tail ?? made else { return nil }
      tails[kind] = (tail, (tails[kind]?.count ?? 0) + 1)
      followings[number]?.kind = kind
      return tail
    }

    /// A follower is there no more; nor is a tail that it had alone.
    mutating func leave(_ number: UInt64) -> Waiter? {
      guard let following = followings.removeValue(forKey: number) else { return nil }
      names.remove(following.name)
      if let kind = following.kind, let shared = tails[kind] {
        tails[kind] = shared.count > 1 ? (shared.tail, shared.count - 1) : nil
      }
      return waiters.removeValue(forKey: number)
    }
  }

  /// How often the deadlines of those who wait are looked at.
  private static let tickMicroseconds: Int64 = 250_000
  private static let keepMicroseconds: Int64 = 1_000_000
  /// So many are woken at once, and then the others have their turn.
  private static let wokenMax = 256

  private let ledger: Ledger
  private let live: LiveViews
  /// Locked from when a record is taken until it is durable: a later one is never overwritten by one of before.
  private let store: Mutex<SubscriptionStore>
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
      store = Mutex(try SubscriptionStore(inLedger: ledger.directory))
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
  /// Throws `subscription.busy` where somebody follows under this name, here or in another process,
  /// `subscription.acknowledgement` for a place that lies beyond the end, `view.behind` for a view that is being built
  /// anew, and `ledger.closed` where the hub stops.
  package func follow(
    _ request: SubscriptionRequest, after place: SubscriptionPlace? = nil
  ) throws -> Follower {
    guard SubscriptionRecord.isName(request.name) else { throw LedgerError.subscriptionName }
    // A process that took up the name before this one came has its lock.
    try ledger.nameLock(request.name).release()
    guard let number = state.change({ $0.reserve(request.name) }) else {
      if isStopping { throw LedgerError(AppendError.closed) }
      throw LedgerError(
        "subscription.busy", "somebody follows the subscription \(request.name) already", .busy)
    }
    do {
      // Whoever had the name before has written what it acknowledged.
      let record = try record(request)
      let tail = try tail(
        TailKind(department: record.department, follows: record.follows), for: number)
      let follower = Follower(
        number, record, behind: try start(of: record, after: place, tail), tail, self, ledger)
      let isServed = state.change { state -> Bool in
        guard !state.isStopping else { return false }
        state.followings[number]?.follower = follower
        return true
      }
      guard isServed else { throw LedgerError(AppendError.closed) }
      return follower
    } catch {
      left(number)
      // What it met may come of the end alone.
      throw isStopping ? LedgerError(AppendError.closed) : error
    }
  }

  /// The subscription that is asked for; a new one where there is none.
  private func record(_ request: SubscriptionRequest) throws -> SubscriptionRecord {
    var record: SubscriptionRecord
    if let found = try store.withLock({ try $0.record(request.name) }) {
      try ledger.requireSame(found, request)
      record = found
    } else {
      if case .changes(let view)? = request.follows {
        try startFeed(of: ledger.followable(view, by: request.department))
      }
      record = try ledger.new(request)
      try ledger.noteSubscribed(record)
      try store.withLock { try $0.write(record) }
    }
    record.lastError = nil
    return record
  }

  /// Where a subscription goes on whose reader had everything before `place`.
  private func start(
    of record: SubscriptionRecord, after place: SubscriptionPlace?, _ tail: SharedTail
  ) throws -> FeedCursor {
    guard let place else { return record.acknowledged }
    let refusal = LedgerError.acknowledgement(
      "nothing so far was delivered yet; go on behind an item that came")
    guard let cursor = place.cursor else { throw refusal }
    switch try tail.standing() {
    case .items(let available): if cursor > available.end { throw refusal }
    case .noFeed: throw refusal
    case .outdated: throw LedgerError.viewBehind
    }
    return max(record.acknowledged, cursor)
  }

  private func tail(_ kind: TailKind, for number: UInt64) throws -> SharedTail {
    if let known = state.change({ $0.share(kind, with: number, nil) }) { return known }
    let made: SharedTail
    switch kind.follows {
    case .events(let types):
      made = SharedTail(
        kind, events: try FollowedEvents(ledger, department: kind.department, types: types),
        of: ledger)
    case .changes(let name):
      let view = try ledger.followable(name, by: kind.department)
      made = try SharedTail(kind, changesOf: view, try startFeed(of: view), of: ledger)
    }
    return state.change { $0.share(kind, with: number, made) ?? made }
  }

  /// How many kinds somebody follows.
  var kindCount: Int { state.look { $0.tails.count } }

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
  func left(_ number: UInt64) {
    let waiter = state.change { $0.leave(number) }
    waiter?.continuation.resume()
  }

  /// Keeps what a follower acknowledged. Durable when this returns. `closes`: it acknowledges nothing more.
  func keep(_ follower: Follower, closes: Bool = false) throws {
    try store.withLock { store in
      guard let keeping = follower.toKeep(withPassedOver: true, closes: closes) else { return }
      try store.write(keeping.record)
      follower.isKept(keeping)
    }
  }

  // MARK: Waiting

  /// What was known before somebody looked: if it has changed until they wait, they do not wait.
  struct Mark {
    fileprivate var end: Position
    fileprivate var moves: UInt64
    fileprivate var calls: UInt64
  }

  /// Nil where the follower has left, or the hub stops.
  func mark(_ number: UInt64, _ follows: Followed) -> Mark? {
    let end = ledger.log.end
    return state.look { state in
      guard !state.isStopping, let following = state.followings[number] else { return nil }
      var mark = Mark(end: end, moves: 0, calls: following.calls)
      if case .changes(let view) = follows { mark.moves = state.moves[view] ?? 0 }
      return mark
    }
  }

  /// Waits for something behind `place`, until `deadline` (``MonotonicClock``), or until the task is cancelled. Returns
  /// at once where something has come since `mark`, the follower was told to look again, or has left.
  func wait(
    _ number: UInt64, _ tail: SharedTail, behind place: FeedCursor, of feed: Int64,
    since mark: Mark, until deadline: Int64
  ) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = state.change { state -> Bool in
          if state.isStopping || Task.isCancelled { return false }
          guard state.followings[number]?.calls == mark.calls else { return false }
          switch tail.kind.follows {
          case .events: if state.end > mark.end { return false }
          case .changes(let view): if state.moves[view] ?? 0 != mark.moves { return false }
          }
          state.waiters[number] = Waiter(
            tail: tail, place: place, feed: feed, deadline: deadline, continuation: continuation)
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      wake(number)
    }
  }

  private var isStopping: Bool { state.look { $0.isStopping } }

  /// Has a follower look again, also one who is about to wait.
  func wake(_ number: UInt64) {
    let waiter = state.change { state in
      state.followings[number]?.calls += 1
      return state.waiters.removeValue(forKey: number)
    }
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
      ($0.followings, $0.names, $0.tails) = ([:], [], [:])
    }
  }

  private func wakeThoseWithNews() {
    let waiters = state.look { $0.waiters }
    // Nearly all of one kind stand at the same place.
    var known: [TailKind: [FeedCursor: Bool]] = [:]
    var woken = 0
    for (number, waiter) in waiters {
      let kind = waiter.tail.kind
      var hasNews = known[kind]?[waiter.place]
      if hasNews == nil {
        // What is wrong is told to whoever looks.
        hasNews = (try? waiter.tail.hasNews(behind: waiter.place, of: waiter.feed)) ?? true
        known[kind, default: [:]][waiter.place] = hasNews
      }
      guard hasNews == true else { continue }
      wake(number)
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
      for number in late.keys { state.waiters[number] = nil }
      return Array(late.values)
    }
    for waiter in late { waiter.continuation.resume() }
  }

  /// Keeps what followers acknowledged. The last time what was only passed over as well, and from then on they
  /// acknowledge nothing more: it would be lost.
  private func keepAll(isLast: Bool) {
    do {
      try store.withLock { store in
        // Asked for here: of one who left meanwhile, somebody else may have the name.
        let followers = state.look { $0.followings.values.compactMap(\.follower) }
        let kept = followers.compactMap { follower in
          follower.toKeep(withPassedOver: isLast, closes: isLast).map { (follower, $0) }
        }
        guard !kept.isEmpty else { return }
        try store.write(kept.map(\.1.record))
        for (follower, keeping) in kept { follower.isKept(keeping) }
        state.change { $0.failure = nil }
      }
    } catch {
      let failure = LedgerError(any: error)
      state.change { $0.failure = failure }
    }
  }

  /// Why what was acknowledged could not be kept the last time; nil where it could. It is tried again.
  package var failure: LedgerError? { state.look { $0.failure } }

  // MARK: Ending

  /// Ends every wait, keeps what was acknowledged, and lets other processes take up subscriptions. Blocks. Throws what
  /// kept it from keeping; the rest is done all the same.
  package func stop() throws {
    watch.cancel()
    state.change { $0.isStopping = true }
    state.wait { $0.hasEnded ? () : nil }
    let closed = Result { try store.withLock { try $0.close() } }
    let released = Result { try ledger.releaseHub(lock) }
    if let failure { throw failure }
    try closed.get()
    try released.get()
  }
}
