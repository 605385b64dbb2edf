import JSONBytes

/// Number of an event within one practice life, from 1; 0 stands for none.
///
/// Everything an event is called follows from the seed, the life and this number, so that a life
/// refers to its earlier events without keeping their names.
typealias Ordinal = UInt32

/// Names made from the seed: pseudonyms, ids of events, numbers of orders and the like.
struct PracticeIds: Sendable {
  let seed: UInt64
  /// Number of the life that holds the events without a subject.
  let house: UInt32
  /// Six hexadecimal digits that keep the numbers of two seeds apart.
  let tag: [UInt8]

  init(seed: UInt64, house: UInt32) {
    self.seed = seed
    self.house = house
    var tag: [UInt8] = []
    tag.appendHex(SplitMix64.mix(seed ^ 0x7461_6700), width: 6)
    self.tag = tag
  }

  /// 64 bits of a life for one use of them.
  func bits(of life: UInt32, _ salt: UInt64) -> UInt64 {
    SplitMix64.mix(SplitMix64.mix(seed &+ salt) ^ UInt64(life))
  }

  /// Appends the id of an event: a version 4 UUID.
  func appendEvent(_ ordinal: Ordinal, of life: UInt32, to output: inout [UInt8]) {
    let place = bits(of: life, 0x0001) &+ UInt64(ordinal) &* 0xD6E8_FEB8_6659_FD93
    output.appendUUID(SplitMix64.mix(place), SplitMix64.mix(~place))
  }

  /// Appends a pseudonym. Buyers whom nobody knows have one that begins with `anon-`.
  func appendSubject(_ life: UInt32, isAnonymous: Bool, to output: inout [UInt8]) {
    if isAnonymous { output += "anon-".utf8 }
    let place = bits(of: life, 0x0002)
    output.appendUUID(SplitMix64.mix(place), SplitMix64.mix(~place))
  }

  /// Appends an `Id` such as `order-5f81aa-000123-7`: its kind, the seed's tag, the life, the event
  /// that made it.
  func appendId(_ kind: String, _ ordinal: Ordinal, of life: UInt32, to output: inout [UInt8]) {
    output += kind.utf8
    output.append(UInt8(ascii: "-"))
    output += tag
    output.append(UInt8(ascii: "-"))
    if life < 1_000_000 {
      output.appendDecimal(UInt64(life), width: 6)
    } else {
      output.appendDecimal(UInt64(life))
    }
    output.append(UInt8(ascii: "-"))
    output.appendDecimal(UInt64(ordinal))
  }

  /// Appends the SHA-256 of invented content, which is to say any 64 digits.
  func appendHash(_ salt: UInt64, to output: inout [UInt8]) {
    output += "sha256:".utf8
    var random = SplitMix64(seed: SplitMix64.mix(seed ^ salt))
    for _ in 0..<4 { output.appendHex(random.next(), width: 16) }
  }
}
