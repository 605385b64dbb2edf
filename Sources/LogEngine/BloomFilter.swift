internal import Disk

/// A blocked Bloom filter over 64-bit hashes: one block of 64 bytes, that is one cache miss, for each look-up
/// (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007).
///
/// The block is the hash, mixed, times the count of blocks, in its upper 64 bits; within the block seven bits of nine
/// mixed bits each. Ten bits a hash give about one false answer in a hundred.
struct BloomFilter: Hashable, Sendable {
  private(set) var words: [UInt64]
  private var blocks: UInt64 { UInt64(words.count / 8) }

  static let bitsEach = 10
  static let probes = 7

  /// Empty, with room for `capacity` hashes.
  init(capacity: Int) {
    let blocks = max(1, (capacity * Self.bitsEach + 511) / 512)
    words = Array(repeating: 0, count: blocks * 8)
  }

  /// From the words of a file; nil where they are no whole blocks.
  init?(words: [UInt64]) {
    guard !words.isEmpty, words.count % 8 == 0 else { return nil }
    self.words = words
  }

  /// Hashes that there is room for at ten bits each.
  var capacity: Int { words.count * 64 / Self.bitsEach }

  /// The finalizer of SplitMix64: every bit of the result depends on every bit of the hash.
  private static func mixed(_ hash: UInt64) -> UInt64 {
    var value = hash &+ 0x9E37_79B9_7F4A_7C15
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }

  mutating func insert(_ hash: UInt64) {
    let mixed = Self.mixed(hash)
    let block = Int(mixed.multipliedFullWidth(by: blocks).high) * 8
    var bits = Self.mixed(mixed)
    for _ in 0..<Self.probes {
      words[block + Int(bits >> 6 & 7)] |= 1 << (bits & 63)
      bits >>= 9
    }
  }

  /// False only where the hash was never inserted.
  func mayContain(_ hash: UInt64) -> Bool { mayContain(Probe(hash)) }

  /// A hash that several filters are asked about.
  struct Probe {
    fileprivate let mixed: UInt64
    fileprivate let bits: UInt64

    init(_ hash: UInt64) {
      mixed = BloomFilter.mixed(hash)
      bits = BloomFilter.mixed(mixed)
    }
  }

  /// As ``mayContain(_:)``.
  func mayContain(_ probe: Probe) -> Bool {
    let block = Int(probe.mixed.multipliedFullWidth(by: blocks).high) * 8
    var bits = probe.bits
    var all: UInt64 = 1
    for _ in 0..<Self.probes {
      all &= words[block + Int(bits >> 6 & 7)] >> (bits & 63)
      bits >>= 9
    }
    return all & 1 == 1
  }

  /// The first of the bits that ``mayContain(_:)-(Probe)`` looks at, in the lowest place.
  func firstBit(_ probe: Probe) -> UInt64 {
    let block = Int(probe.mixed.multipliedFullWidth(by: blocks).high) * 8
    return words[block + Int(probe.bits >> 6 & 7)] >> (probe.bits & 63) & 1
  }
}
