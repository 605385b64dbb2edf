// Views that follow a ledger while this process has it: their files stay open, and what is appended is in them at once.

import Disk
package import LogEngine
package import Projection
import ReadModels
import Relationship

/// All views of a ledger, kept live.
///
///     let live = ledger.keepLive()
///     try await live.wait(for: position, in: ["customer"], until: .now + .seconds(1))
///     await live.stop()
///
/// One thread takes events into the views that ship, another one into those in SQL, so that a slow one of these holds
/// up no other. A batch is about a thousand events or what came within 50 ms, and comes sooner where somebody waits for
/// it. A view that fails leaves the others alone and tries again by itself; one that must be built anew is, on a third
/// thread, while its file in force is read. What follows by itself from an event (``Ledger/react()``) is appended
/// behind it.
///
/// The files' locks are held: another process that wants to write one hears that it is busy, and one that only wants it
/// up to date waits for this one. Whoever must have a file alone in this process borrows it: ``lending(_:_:)``.
package final class LiveViews: Sendable {
  /// Hears of each batch, on the thread that took it in: which view, and how far it is now.
  package typealias Hear = @Sendable (String, Position) -> Void

  let ledger: Ledger
  private let views: [String: LedgerView]
  private let state: Monitor<LiveState>
  private let rebuilds = Monitor(Rebuilds())
  private let hear: Hear
  /// A thread that rests looks this often whether the ledger has grown. It asks nobody: whoever blocks all threads of
  /// Swift's pool, perhaps waiting for a view, must not keep the views from going on.
  private static let lookMicroseconds: Int64 = 20_000

  /// Views that wait to be built anew, one after the other: a rebuild may take the memory that it is given once.
  private struct Rebuilds {
    var names: [String] = []
    var isRunning = false
  }

  fileprivate init(_ ledger: Ledger, _ hear: @escaping Hear) {
    self.ledger = ledger
    self.hear = hear
    let all = ledger.views.compactMap { $0 as? LedgerView }
    views = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    let sql = all.filter { $0.model is SQLReadModel }.map(\.name)
    // What decides comes first.
    let shipped = all.map(\.name).filter { !sql.contains($0) }
      .sorted { $0 == PermissionModel.name && $1 != PermissionModel.name }
    let lanes = [shipped, sql].filter { !$0.isEmpty }
    let state = Monitor(LiveState(lanes, end: ledger.log.end))
    if ledger.tellsOfItself { state.change { $0.triggered() } }
    self.state = state
    for (number, names) in lanes.enumerated() {
      DedicatedThread.start(named: number == 0 ? "rapport-live" : "rapport-live-sql") {
        var lane = LiveLane(number, names, self)
        lane.run()
      }
    }
  }

  // MARK: Telling and waiting

  /// How each view stands.
  package var status: [LiveView] { state.look { $0.status(at: MonotonicClock.now) } }

  /// Why what follows by itself could not be appended the last time; nil where it could. It is tried again.
  package var reactionFailure: LedgerError? { state.look { $0.reactionFailure } }

  /// Every event before it is in the rows of a view; nil where no such view is kept.
  package func position(of view: String) -> Position? { state.look { $0.views[view]?.position } }

  /// Returns once these views hold every event before `position`, so that who wrote it reads it. What waits to be
  /// gathered is taken in at once. While somebody has a view's file alone, nobody knows what it will hold: then it
  /// waits until the view goes on. Costs a look where they hold it already.
  ///
  /// Throws `view.behind` when `deadline` comes first, ``LedgerError`` `ledger.closed` when this ends, and a
  /// `CancellationError`.
  package func wait(
    for position: Position, in names: [String], until deadline: ContinuousClock.Instant
  ) async throws {
    guard let isReached = state.look({ $0.hold(position, names) }) else {
      throw LedgerError(
        "view.unknown", "one of the views asked for is not kept live", .missingInput)
    }
    if isReached { return }
    let number = state.change { $0.nextNumber() }
    var timer: Task<Void, Never>?
    // Where the views were quicker.
    defer { timer?.cancel() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // What came between the look and here counts.
        let outcome: Result<Void, any Error>? = state.change { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.hold(position, names) ?? false { return .success(()) }
          if state.lanesRunning == 0 { return .failure(LedgerError(AppendError.closed)) }
          state.add(
            LiveState.Waiter(
              number: number, position: position, views: names, continuation: continuation))
          return nil
        }
        if let outcome { return continuation.resume(with: outcome) }
        // Only now, so that it finds the one who waits, however early the deadline is.
        timer = Task {
          guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
          leave(number, LedgerError.viewBehind)
        }
      }
    } onCancel: {
      leave(number, CancellationError())
    }
  }

  private func leave(_ number: UInt64, _ error: any Error) {
    let waiter = state.change { $0.removeWaiter(number) }
    waiter?.continuation.resume(throwing: error)
  }

  // MARK: A file alone

  /// Runs `body` while this process does not write the view's file; then the view goes on where the file stands. For
  /// what takes the file's lock itself: a repair, a rollback, the beginning of a feed. Blocks, and so is for threads
  /// that may.
  package func lending<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
    state.change { $0.want(name) }
    defer { state.change { $0.giveBack(name) } }
    state.wait { state -> Void? in
      state.isLetGo(name) || state.lanesRunning == 0 ? () : nil
    }
    return try body()
  }

  /// As of ``View/rebuild(_:_:)``: the new file is made beside the one in force, which goes on meanwhile and is only
  /// let go for the change. Blocks.
  package func rebuild(
    _ name: String, _ options: RebuildOptions, _ hear: @escaping View.Hear = { _, _ in }
  ) throws -> ViewRebuild {
    let view = try named(name)
    var isBorrowed = false
    defer { if isBorrowed { state.change { $0.giveBack(name) } } }
    return try view.rebuild(options, hear) { step in
      guard step == .finished else { return }
      isBorrowed = true
      state.change { $0.want(name) }
      state.wait { state -> Void? in
        state.isLetGo(name) || state.lanesRunning == 0 ? () : nil
      }
    }
  }

  /// As of ``View/repair(_:)``. Blocks.
  package func repair(
    _ name: String, _ hear: @escaping View.Hear = { _, _ in }
  ) throws -> ViewRepair {
    let view = try named(name)
    return try lending(name) { try view.repair(hear) }
  }

  /// As of ``View/rollBack()``. Blocks.
  package func rollBack(_ name: String) throws -> ViewProgress {
    let view = try named(name)
    return try lending(name) { try view.rollBack() }
  }

  private func named(_ name: String) throws -> LedgerView {
    guard let view = views[name] else {
      _ = try ledger.view(name)
      throw LedgerError(
        "view.unknown", "that view is not kept live; open the ledger again", .missingInput)
    }
    return view
  }

  // MARK: Ending

  /// Takes in everything that is recorded, closes the files, and lets other processes in. A rebuild that runs is not
  /// waited for: it ends with the process, or by itself. Calling it again waits for the same end.
  package func stop() async {
    state.change { $0.stopReacting() }
    while let reaction = state.look({ $0.reaction }) { await reaction.value }
    let end = ledger.log.end
    await withCheckedContinuation { continuation in
      if !state.change({ $0.end(at: end, continuation) }) { continuation.resume() }
    }
  }
}

extension Ledger {
  /// Keeps every view of this ledger live until it is told to stop; see ``LiveViews``. Traps on a ledger that is open
  /// for reading. A view that another process writes is `failed`, as busy, and is taken over when that process has
  /// ended.
  ///
  /// `hear` is called on the threads that take events in: it holds them up.
  package func keepLive(_ hear: @escaping LiveViews.Hear = { _, _ in }) -> LiveViews {
    precondition(opening == .writing, "views are kept live by the process that writes the ledger")
    return LiveViews(self, hear)
  }
}

extension LedgerError {
  /// The views asked for do not hold so much yet.
  static let viewBehind = LedgerError(
    "view.behind", "the view does not hold so many events yet; ask again in a moment", .busy)
}

// MARK: - For the threads

extension LiveViews {
  func view(_ name: String) -> LedgerView {
    guard let view = views[name] else { preconditionFailure("a lane has views of this ledger") }
    return view
  }

  /// What a lane is to do; sleeps until there is something.
  func nextWork(of lane: Int) -> LiveState.Work {
    while true {
      let now = MonotonicClock.now
      let end = ledger.log.end
      let (work, changes) = state.look { state in
        if end > state.end { state.grew(to: end, at: now) }
        return (state.takeWork(of: lane, at: now), state.changes)
      }
      guard case .rest(let time) = work else { return work }
      let look = now + Self.lookMicroseconds
      _ = state.wait(until: min(time ?? look, look)) { state -> Bool? in
        state.changes == changes ? nil : true
      }
    }
  }

  func isInterrupted(_ lane: Int) -> Bool { state.look { $0.isInterrupted(lane) } }

  func stands(_ name: String, at position: Position? = nil, _ doing: LiveView.Doing) {
    let ready = state.change { $0.stands(name, at: position, doing) }
    for waiter in ready { waiter.continuation.resume() }
    if let position { hear(name, position) }
  }

  func failed(_ name: String, _ error: any Error) {
    let error = LedgerError(any: error)
    state.change { $0.failed(name, error, at: MonotonicClock.now) }
  }

  func tookIn(_ lane: Int, upTo end: Position) {
    state.change { $0.tookIn(lane, upTo: end, at: MonotonicClock.now) }
  }

  func laneEnded() {
    let (ended, left) = state.change { $0.laneEnded() }
    for waiter in left { waiter.continuation.resume(throwing: LedgerError(AppendError.closed)) }
    for continuation in ended { continuation.resume() }
  }

  // MARK: What follows by itself

  /// An event came from which something may follow.
  func triggered() {
    guard ledger.tellsOfItself else { return }
    state.change { $0.triggered() }
  }

  /// Looks for what follows, in a task of its own: it is appended like everything else.
  func react() {
    state.change { state in
      state.reacts(
        Task { [self] in
          var failure: LedgerError?
          do {
            try await ledger.react()
          } catch {
            failure = LedgerError(any: error)
          }
          reacted(failure)
        })
    }
  }

  private func reacted(_ failure: LedgerError?) {
    state.change { state in
      state.reacted(failure, at: MonotonicClock.now)
    }
  }

  // MARK: Building anew

  /// Has a view built anew on the thread of rebuilds, which is started where there is none.
  func rebuild(_ name: String, because reason: RebuildReason) {
    stands(name, .rebuilding(reason.sentence))
    let starts = rebuilds.change { rebuilds in
      rebuilds.names.append(name)
      defer { rebuilds.isRunning = true }
      return !rebuilds.isRunning
    }
    guard starts else { return }
    DedicatedThread.start(named: "rapport-rebuild") { [self] in
      while let name = nextRebuild() {
        do {
          _ = try view(name).catchUp()
          stands(name, .opening)
        } catch {
          failed(name, error)
        }
      }
    }
  }

  private func nextRebuild() -> String? {
    rebuilds.change { rebuilds in
      guard !rebuilds.names.isEmpty else {
        rebuilds.isRunning = false
        return nil
      }
      return rebuilds.names.removeFirst()
    }
  }
}
