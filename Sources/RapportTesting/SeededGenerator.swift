import Ledger

/// Numbers that look like chance and are the same for the same seed, on every machine and in every
/// version of Swift: ``SplitMix64``, for tests.
package struct SeededGenerator: RandomNumberGenerator, Hashable, Sendable {
  private var numbers: SplitMix64

  /// Starts the one sequence that belongs to `seed`. Neighbouring seeds have sequences that have
  /// nothing in common.
  package init(seed: UInt64) { numbers = SplitMix64(seed: SplitMix64.mix(seed)) }

  /// The next number of the sequence.
  package mutating func next() -> UInt64 { numbers.next() }

  /// A number from 0 to `bound` - 1, each about equally likely. `bound` is at least 1.
  package mutating func below(_ bound: Int) -> Int { numbers.below(bound) }

  /// True in `percent` of 100 draws.
  package mutating func chance(_ percent: Int) -> Bool { numbers.chance(percent) }

  /// One element. The collection must not be empty.
  package mutating func pick<Choices: RandomAccessCollection>(
    _ choices: Choices
  ) -> Choices.Element {
    numbers.pick(choices)
  }

  /// `count` bytes.
  package mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
