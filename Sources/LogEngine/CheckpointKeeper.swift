internal import Disk
internal import Synchronization
internal import Transparency

/// Persists `tlog/checkpoint`: within a second of a commit, before a segment takes the place of its journal, and at
/// close (docs/format.md, section 9).
///
/// A checkpoint names only what is durable: it is made of what was published, and that is synced before.
final class CheckpointKeeper: Sendable {
  private struct State: Sendable {
    /// Events in the persisted checkpoint.
    var persisted: UInt64
    /// When the first commit came that no persisted checkpoint covers; nil while there is none.
    var firstUncovered: Int64?
    /// The same through failures: nil once a checkpoint was persisted.
    var oldestUncovered: Int64?
    /// When to try again after a failure.
    var notBefore: Int64 = 0
    /// Somebody waits for this size to be persisted.
    var wanted: UInt64 = 0
    var failure: DiskError?
    /// Attempts that have come to their end, good or not.
    var attempts: UInt64 = 0
    var isEnding = false
    var hasEnded = false
  }

  private let core: LogCore
  private let state: Monitor<State>
  private let stopAppends: @Sendable (DiskError) -> Void

  /// Starts the thread. `persisted` is the size of the checkpoint that was found; `stopAppends` is called when none
  /// could be persisted for ``Limits/checkpointStopAge``.
  init(core: LogCore, persisted: UInt64, stopAppends: @escaping @Sendable (DiskError) -> Void) {
    self.core = core
    self.stopAppends = stopAppends
    state = Monitor(State(persisted: persisted))
    DedicatedThread.start(named: "rapport-note") { [self] in run() }
  }

  /// Hears of a commit. Cheap: wakes the thread for the first one that no checkpoint covers.
  func commit() {
    guard core.options.checkpoints == .continuous else { return }
    let isFirst = state.look { state in
      guard state.firstUncovered == nil else { return false }
      state.firstUncovered = MonotonicClock.now
      return true
    }
    if isFirst { state.change { _ in } }
  }

  /// Returns once a persisted checkpoint covers the first `size` events, which are committed. Not on a pool thread.
  func persist(covering size: Position) throws(DiskError) {
    let attempts = state.change { state in
      state.wanted = max(state.wanted, size.value)
      return state.attempts
    }
    let failure: DiskError? = state.wait { state -> DiskError?? in
      if state.persisted >= size.value { return .some(nil) }
      if state.attempts > attempts, let failure = state.failure { return .some(failure) }
      return state.hasEnded ? .some(DiskError(.write, self.path, number: Errno.io)) : nil
    }
    if let failure { throw failure }
  }

  /// Persists what is not covered yet, and ends the thread. Not on a pool thread.
  func finish() throws(DiskError) {
    let failure: DiskError? = {
      do throws(DiskError) {
        try persist(covering: core.end)
        return nil
      } catch {
        return error
      }
    }()
    abandon()
    if let failure { throw failure }
  }

  /// Ends the thread without a last checkpoint: after a failure nothing is promised any more.
  func abandon() {
    state.change { $0.isEnding = true }
    _ = state.wait { $0.hasEnded ? true : nil }
  }

  private var path: String {
    "\(core.directory)/\(LogFiles.checkpoints)/\(LogFiles.checkpoint)"
  }

  private enum Work { case persist, sleep(until: Int64), end }

  private func run() {
    while true {
      switch next() {
      case .end:
        state.change { $0.hasEnded = true }
        return
      case .sleep(let deadline):
        // Wakes earlier where somebody waits or the log ends.
        _ = state.wait(until: deadline) { state in
          state.isEnding || state.wanted > state.persisted ? true : nil
        }
      case .persist: attempt()
      }
    }
  }

  private func next() -> Work {
    state.wait { state in
      if state.isEnding { return .end }
      if state.wanted > state.persisted { return .persist }
      guard let first = state.firstUncovered else { return nil }
      let due = max(first + Limits.checkpointAgeMax, state.notBefore)
      return MonotonicClock.now >= due ? .persist : .sleep(until: due)
    }
  }

  private func attempt() {
    state.look { $0.firstUncovered = nil }
    let (size, root) = core.shared.withLock { ($0.index.end, $0.index.root) }
    let began = MonotonicClock.now
    do throws(DiskError) {
      try Self.write(
        Checkpoint(origin: core.description.origin, size: size.value, root: root),
        in: core.directory, on: core.files)
      state.change { state in
        state.persisted = max(state.persisted, size.value)
        state.failure = nil
        state.oldestUncovered = nil
        state.attempts += 1
      }
    } catch {
      let waiting = state.change { state -> Int64 in
        let first = state.oldestUncovered ?? began
        state.oldestUncovered = first
        state.firstUncovered = first
        state.notBefore = MonotonicClock.now + Limits.checkpointAgeMax
        state.wanted = 0
        state.failure = error
        state.attempts += 1
        return MonotonicClock.now - first
      }
      if waiting > Limits.checkpointStopAge { stopAppends(error) }
    }
  }

  /// Writes the three lines by the rules of everything that counts: a new file, synced, renamed, the folder synced.
  static func write(
    _ checkpoint: Checkpoint, in directory: String, on files: any FileSystem
  ) throws(DiskError) {
    let folder = "\(directory)/\(LogFiles.checkpoints)"
    if try !files.exists("\(folder)/\(LogFiles.checkpoint)") {
      try DurableFolder.make(LogFiles.checkpoints, in: directory, on: files)
    }
    try DurableReplace.write(checkpoint.text, to: LogFiles.checkpoint, in: folder, on: files)
  }
}
