// How far a rebuild by customers is.

import Synchronization

/// The work is every position once, on the way past it, and once more each event that a range has to fold. How many
/// these are is known when all positions are passed; until then as many are expected as there were so far.
///
/// It is told in positions, so that a rate is one of the log, and time left follows from it: where a view reads few of
/// the events, most of the work is done when the log is passed.
final class BulkProgress: Sendable {
  private struct State {
    /// Positions that were passed.
    var passed: UInt64 = 0
    /// Events on their way to a range.
    var routed: UInt64 = 0
    var folded: UInt64 = 0
    var isRouted = false
    var told: UInt64 = 0
  }

  private let end: UInt64
  private let tell: @Sendable (UInt64) -> Void
  private let state = Mutex(State())

  /// `tell` hears how many of the `end` positions are done, from any thread; it never goes back.
  init(of end: UInt64, _ tell: @escaping @Sendable (UInt64) -> Void) {
    self.end = end
    self.tell = tell
  }

  /// So many positions were passed, whether there was anything for the view or not.
  func pass(_ count: Int) { change { $0.passed += UInt64(count) } }

  /// So many events are on their way.
  func route(_ count: Int) { state.withLock { $0.routed += UInt64(count) } }

  /// All positions are passed.
  func endRouting() { change { $0.isRouted = true } }

  /// So many events were folded.
  func fold(_ count: Int) { change { $0.folded += UInt64(count) } }

  /// Everything is done.
  func finish() {
    change {
      $0.isRouted = true
      $0.folded = $0.routed
    }
  }

  private func change(_ body: (inout State) -> Void) {
    // Told inside the lock, so that it never goes back.
    state.withLock { state in
      body(&state)
      let done = max(state.told, done(state))
      if done == state.told { return }
      state.told = done
      tell(done)
    }
  }

  private func done(_ state: State) -> UInt64 {
    // What was appended meanwhile is passed as well.
    let passed = state.isRouted ? end : min(state.passed, end)
    guard passed > 0 else { return 0 }
    let expected = Double(state.routed) * (Double(end) / Double(passed))
    let share = Double(passed + min(state.folded, state.routed)) / (Double(end) + expected)
    return min(end, UInt64(share * Double(end)))
  }
}
