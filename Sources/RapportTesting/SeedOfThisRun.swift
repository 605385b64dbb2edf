// The seed of a run that nobody chose, printed so that a failure can be had again.

import Glibc

extension SeededGenerator {
  /// The seed for tests that try something else in every run: `RAPPORT_TEST_SEED` where it is set
  /// to a number, else a random one. Printed once, so that a failure can be had again.
  package static let seedOfThisRun: UInt64 = {
    // Safe: the string is copied at once.
    let named = unsafe getenv("RAPPORT_TEST_SEED").map { unsafe String(cString: $0) }
    let seed = named.flatMap { UInt64($0) } ?? UInt64.random(in: 0..<UInt64(UInt32.max))
    if let named, UInt64(named) == nil {
      preconditionFailure("RAPPORT_TEST_SEED must be a number from 0 to 2^64 - 1")
    }
    print("seed of this run: RAPPORT_TEST_SEED=\(seed)")
    return seed
  }()

  /// The generator of ``seedOfThisRun``.
  package static func ofThisRun() -> SeededGenerator { SeededGenerator(seed: seedOfThisRun) }
}
