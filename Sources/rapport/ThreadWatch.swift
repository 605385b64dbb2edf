// The end of a program whose pool of threads waits for one that the system does not give.

import Glibc
import Ledger

/// Whether the pool of Swift waits for ever. Where the system gives it no thread, it asks again each second and tells
/// nobody; a program that stood still all that time would stand still for ever.
struct ThreadWatch {
  /// So many looks, a second apart, at which nothing moved and no thread was to be had.
  static let looksMax = 15
  /// Less of the processor's time than this between two looks, microseconds, is standing still.
  private static let stillBelow: Int64 = 20_000

  private var looks = 0
  private var usedBefore: Int64?

  /// One look. `used` is the processor's time of this process in microseconds, `hasThread` is asked only where it stands
  /// still. True when the program should end.
  mutating func isStuck(used: Int64, hasThread: () -> Bool) -> Bool {
    defer { usedBefore = used }
    guard let before = usedBefore, used - before < Self.stillBelow, !hasThread() else {
      looks = 0
      return false
    }
    looks += 1
    return looks == Self.looksMax
  }

  /// Sleeps a second between looks, and returns when the program should end.
  static func wait() {
    var watch = ThreadWatch()
    repeat { sleep(1) } while !watch.isStuck(used: used(), hasThread: { Ledger.hasThreads(1) })
  }

  private static func used() -> Int64 {
    var time = timespec()
    // Safe: the call fills in a local.
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
