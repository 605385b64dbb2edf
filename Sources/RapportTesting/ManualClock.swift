import Synchronization

package import JSONBytes

/// A clock that moves only when a test moves it, forward or back.
package final class ManualClock: Sendable {
  private let now: Mutex<Int64>

  /// Starts at `microseconds` since 1970; without it on 2023-11-14, some time in the evening.
  package init(microseconds: Int64 = 1_700_000_000_000_000) { now = Mutex(microseconds) }

  /// What the clock shows.
  package var time: Timestamp { now.withLock { Timestamp(microseconds: $0) } }

  /// Moves the clock by this much; a negative number moves it back.
  package func advance(microseconds: Int64) { now.withLock { $0 += microseconds } }
}
