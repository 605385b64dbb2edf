// One process at a time writes a read model's file, and one rebuilds it.

import Glibc

/// A lock on a file of its own. The kernel frees it when the process ends, however it ends.
enum ViewLock {
  /// Runs `body` while holding the lock. Waits for another holder at most `patience` milliseconds, then throws `busy`.
  /// What `other` gives meanwhile is taken instead: it is asked each time that the lock is not to be had.
  static func holding<R>(
    _ file: String, patience: Int = 0, orThrow busy: ProjectionError,
    orWhen other: () throws -> R? = { nil }, _ body: () throws -> R
  ) throws -> R {
    let pause = 20
    var left = patience
    while true {
      if let descriptor = try ViewCalls.lock(file) {
        defer { close(descriptor) }
        return try body()
      }
      if let result = try other() { return result }
      guard left > 0 else { throw busy }
      usleep(UInt32(pause * 1000))
      left -= pause
    }
  }
}
