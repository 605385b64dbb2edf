/// SplitMix64: the seeded generator behind everything that must come out the same on every machine.
///
/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. Integer
/// arithmetic only; the same seed gives the same numbers for ever, so the order of draws is part of
/// every format built on it.
package struct SplitMix64: RandomNumberGenerator, Hashable, Sendable {
  package private(set) var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= Self.golden
    return Self.finalized(state)
  }

  /// A number in [0, 1): the upper 53 bits of one draw, times 2^-53. Exact.
  package mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number of 0 to `bound` - 1 from one draw; larger bounds than 2^32 are not asked for here.
  ///
  /// The upper half of a product (Lemire): the bias is below `bound` / 2^64.
  package mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "there is no number below nothing")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// True in `percent` of 100 draws.
  package mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// True in `perMille` of 1,000 draws.
  package mutating func rarely(_ perMille: Int) -> Bool { below(1000) < perMille }

  /// One element. The collection must not be empty.
  package mutating func pick<Choices: RandomAccessCollection>(
    _ choices: Choices
  ) -> Choices.Element {
    choices[choices.index(choices.startIndex, offsetBy: below(choices.count))]
  }

  /// A well-mixed function of `value`: neighbours in, strangers out.
  package static func mix(_ value: UInt64) -> UInt64 { finalized(value &+ golden) }

  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func finalized(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
