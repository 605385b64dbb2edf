// What the threads that keep views live, and those who wait for them, know of each other: no thread, no file, no clock.

package import LogEngine
package import Projection

/// How a view stands that is kept live.
package struct LiveView: Hashable, Sendable {
  package enum Doing: Hashable, Sendable {
    /// Its file is about to be opened.
    case opening
    /// It takes in what comes.
    case following
    /// It is built anew, for this reason; the file in force is read meanwhile, where there is one.
    case rebuilding(String)
    /// Somebody has its file alone for a moment: to put another one in force, or to mend rows.
    case lent
    /// It waits before an event that it cannot take in.
    case stopped(Hole)
    /// It could not go on, and tries again by itself.
    case failed(LedgerError)
  }

  package var view: String
  /// Every event before it is in the rows, as far as this process knows.
  package var position: Position
  package var doing: Doing
  /// Events that the ledger holds and the view does not.
  package var lag: UInt64
  /// For how many microseconds there has been something to take in.
  package var behindMicroseconds: Int64
}

/// The state of all views that are kept live. Guarded by a monitor; every method returns at once.
struct LiveState {
  /// What a thread is to do next.
  enum Work: Equatable {
    case open(String)
    case letGo(String)
    case takeIn
    /// Looks for what follows by itself.
    case react
    case end
    /// Nothing, until something changes or the time comes.
    case rest(until: Int64?)
  }

  struct Standing {
    var lane: Int
    var position = Position.zero
    var doing = LiveView.Doing.opening
    /// When it was heard of events that it has not taken in.
    var behindSince: Int64?
    /// How many want the file for themselves.
    var wanted = 0
    /// Its thread was told to open its file, and has not said yet what came of it.
    var isInHand = false
    /// Whether ``position`` is that of the file in force. Not from when the file is let go until it is open again:
    /// whoever has it may put an older one in its place.
    var isKnown = false
    /// When it may be opened again.
    var retryAt: Int64 = 0
    var failures = 0

    var isOpen: Bool {
      switch doing {
      case .following, .stopped: true
      default: false
      }
    }
  }

  struct Waiter {
    var number: UInt64
    var position: Position
    var views: [String]
    var continuation: CheckedContinuation<Void, any Error>
  }

  /// A batch has about so many events, if they come within the time.
  static let batchMax = 1_000
  static let gatherMicroseconds: Int64 = 50_000
  private static let retryMicroseconds: Int64 = 1_000_000
  private static let retryDoublingsMax = 6

  /// In the order in which they take a batch in.
  let names: [String]
  private(set) var views: [String: Standing] = [:]
  /// The end of the ledger, as far as it was told.
  private(set) var end: Position
  private var waiters: [Waiter] = []
  private var lastNumber: UInt64 = 0
  private(set) var lanesRunning: Int
  /// All that is recorded is taken in, and then the threads end.
  private(set) var isEnding = false
  private var whenEnded: [CheckedContinuation<Void, Never>] = []
  /// When to look for what follows by itself; nil: nothing has come from which anything follows.
  private var reactAt: Int64?
  private(set) var reaction: Task<Void, Never>?
  private(set) var reactionFailure: LedgerError?
  private var mayReact = true
  /// Raised with everything that happens, so that a thread knows whether to look again.
  private(set) var changes: UInt64 = 0

  init(_ lanes: [[String]], end: Position) {
    names = lanes.flatMap { $0 }
    self.end = end
    lanesRunning = lanes.count
    for (lane, names) in lanes.enumerated() {
      for name in names { views[name] = Standing(lane: lane) }
    }
  }

  // MARK: What to do

  /// What a thread is to do, which it does: until it says how a view stands that it is to open, nobody else has its
  /// file.
  mutating func takeWork(of lane: Int, at now: Int64) -> Work {
    let work = work(of: lane, at: now)
    if case .open(let name) = work { views[name]?.isInHand = true }
    return work
  }

  func work(of lane: Int, at now: Int64) -> Work {
    var next: Int64?
    func wake(at time: Int64) { next = min(next ?? time, time) }
    var lowest: Position?
    var since = now
    for name in names {
      guard let view = views[name], view.lane == lane else { continue }
      if view.isOpen, view.wanted > 0 { return .letGo(name) }
      switch view.doing {
      case .opening, .failed:
        guard view.wanted == 0, !isEnding else { break }
        if view.retryAt <= now { return .open(name) }
        wake(at: view.retryAt)
      case .following where view.position < end:
        lowest = min(lowest ?? view.position, view.position)
        // What it lacked already when it was opened has waited long enough.
        since = min(since, view.behindSince ?? now - Self.gatherMicroseconds)
      default: break
      }
    }
    if lane == 0, mayReact, reaction == nil, let reactAt {
      if reactAt <= now { return .react }
      wake(at: reactAt)
    }
    if let lowest {
      let full = end.value - lowest.value >= UInt64(Self.batchMax)
      let due = since + Self.gatherMicroseconds
      if isEnding || full || due <= now || isAwaited(in: lane, behind: lowest) { return .takeIn }
      wake(at: due)
    }
    return isEnding ? .end : .rest(until: next)
  }

  /// Whether somebody waits for events that a view of this lane does not hold: they are not gathered any longer.
  private func isAwaited(in lane: Int, behind lowest: Position) -> Bool {
    waiters.contains { waiter in
      waiter.position > lowest && waiter.views.contains { views[$0]?.lane == lane }
    }
  }

  /// Whether somebody wants a file of this lane, which then breaks off between two batches.
  func isInterrupted(_ lane: Int) -> Bool {
    views.values.contains { $0.lane == lane && $0.isOpen && $0.wanted > 0 }
  }

  // MARK: What happened

  /// The ledger has grown up to `end`.
  mutating func grew(to end: Position, at now: Int64) {
    changes &+= 1
    guard end > self.end else { return }
    self.end = end
    for name in names where views[name]?.behindSince == nil { views[name]?.behindSince = now }
  }

  /// A view stands here, and does this. Returns those who waited for it.
  mutating func stands(
    _ name: String, at position: Position? = nil, _ doing: LiveView.Doing
  ) -> [Waiter] {
    changes &+= 1
    guard var view = views[name] else { return [] }
    view.isInHand = false
    if let position {
      view.position = position
      view.isKnown = true
      if position >= end { view.behindSince = nil }
    } else if doing == .lent || doing == .opening {
      view.isKnown = false
    }
    // Who wanted it may have given up by now: nobody else would have it opened again.
    view.doing = doing == .lent && view.wanted == 0 ? .opening : doing
    if doing == .following || doing == .lent { view.failures = 0 }
    views[name] = view
    let ready = waiters.filter(isReached)
    if !ready.isEmpty { waiters.removeAll(where: isReached) }
    return ready
  }

  /// A view could not go on. It tries again after a while, which doubles up to a minute.
  mutating func failed(_ name: String, _ error: LedgerError, at now: Int64) {
    changes &+= 1
    guard var view = views[name] else { return }
    view.retryAt = now + Self.retryMicroseconds << min(view.failures, Self.retryDoublingsMax)
    view.failures += 1
    view.isInHand = false
    view.doing = .failed(error)
    views[name] = view
  }

  /// A lane has taken in everything up to `end`.
  mutating func tookIn(_ lane: Int, upTo end: Position, at now: Int64) {
    for name in names {
      guard let view = views[name], view.lane == lane, view.position >= end else { continue }
      views[name]?.behindSince = self.end > view.position ? now : nil
    }
  }

  // MARK: What follows by itself

  /// An event came from which something may follow.
  mutating func triggered() {
    changes &+= 1
    reactAt = 0
  }

  /// From now on nothing follows any more: whoever has the ledger next looks for it.
  mutating func stopReacting() { mayReact = false }

  /// Somebody looks for what follows.
  mutating func reacts(_ task: Task<Void, Never>) {
    reactAt = nil
    reaction = task
  }

  /// It was looked for. After a failure it is again, after a while.
  mutating func reacted(_ failure: LedgerError?, at now: Int64) {
    changes &+= 1
    reaction = nil
    reactionFailure = failure
    if failure != nil { reactAt = min(reactAt ?? .max, now + Self.retryMicroseconds) }
  }

  // MARK: Having a file alone

  mutating func want(_ name: String) {
    changes &+= 1
    views[name]?.wanted += 1
  }

  /// Whether the thread of the view has let its file go, and is not about to open it.
  func isLetGo(_ name: String) -> Bool { views[name].map { !$0.isOpen && !$0.isInHand } ?? true }

  mutating func giveBack(_ name: String) {
    changes &+= 1
    guard var view = views[name] else { return }
    view.wanted -= 1
    if view.wanted == 0, view.doing == .lent { view.doing = .opening }
    view.retryAt = 0
    views[name] = view
  }

  // MARK: Waiting

  /// Whether all of these views hold the events before `position`: not while it is unknown how far one of them is. Nil
  /// where one of them is not kept live.
  func hold(_ position: Position, _ names: [String]) -> Bool? {
    var isReached = true
    for name in names {
      guard let view = views[name] else { return nil }
      isReached = isReached && view.isKnown && view.position >= position
    }
    return isReached
  }

  private func isReached(_ waiter: Waiter) -> Bool { hold(waiter.position, waiter.views) ?? false }

  mutating func nextNumber() -> UInt64 {
    lastNumber += 1
    return lastNumber
  }

  mutating func add(_ waiter: Waiter) {
    changes &+= 1
    waiters.append(waiter)
  }

  mutating func removeWaiter(_ number: UInt64) -> Waiter? {
    guard let place = waiters.firstIndex(where: { $0.number == number }) else { return nil }
    return waiters.remove(at: place)
  }

  // MARK: The end

  /// Takes in what the ledger holds up to `end`, and ends. False where that has happened already.
  mutating func end(
    at end: Position, _ continuation: CheckedContinuation<Void, Never>
  ) -> Bool {
    changes &+= 1
    if lanesRunning == 0 { return false }
    self.end = max(self.end, end)
    isEnding = true
    whenEnded.append(continuation)
    return true
  }

  /// A thread has ended. With the last one: those who waited for that, and those who will wait for a position in vain.
  mutating func laneEnded() -> (ended: [CheckedContinuation<Void, Never>], left: [Waiter]) {
    lanesRunning -= 1
    guard lanesRunning == 0 else { return ([], []) }
    defer { (whenEnded, waiters) = ([], []) }
    return (whenEnded, waiters)
  }

  // MARK: Telling

  func status(at now: Int64) -> [LiveView] {
    names.compactMap { name in
      views[name].map { view in
        let lag = end > view.position ? end.value - view.position.value : 0
        let since = view.behindSince ?? now
        return LiveView(
          view: name, position: view.position, doing: view.doing, lag: lag,
          behindMicroseconds: lag == 0 ? 0 : max(0, now - since))
      }
    }
  }
}
