import CSHA256
import Crypto

/// A SHA-256 hash as the tree uses it: RFC 6962, section 2.1 (and RFC 9162, section 2.1.1).
///
/// A leaf and an inner node begin with different bytes, so that neither can be passed off as the
/// other.
package struct MerkleHash: Hashable, Sendable {
  // The 32 bytes, eight a word, the first in the highest place.
  private let word0: UInt64
  private let word1: UInt64
  private let word2: UInt64
  private let word3: UInt64

  init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// The root of a tree without leaves: SHA-256 of nothing.
  package static let empty = MerkleHash(
    0xE3B0_C442_98FC_1C14, 0x9AFB_F4C8_996F_B924, 0x27AE_41E4_649B_934C, 0xA495_991B_7852_B855)

  /// The leaf of the entry `bytes[range]`: SHA-256(0x00 ‖ entry). Nothing is copied.
  package static func leaf(_ bytes: [UInt8], in range: Range<Int>) -> MerkleHash {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a range within bytes")
    if InstructionHasher.isAvailable { return InstructionHasher.hash(0x00, bytes, range) }
    var hasher = PrefixedHasher(0x00)
    hasher.update(bytes, in: range)
    return MerkleHash(hasher.finalize())
  }

  /// The leaves of several entries. Costs less than one after another: two are hashed at once.
  package static func leaves(_ bytes: [UInt8], in ranges: [Range<Int>]) -> [MerkleHash] {
    for range in ranges {
      precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a range within bytes")
    }
    guard InstructionHasher.isAvailable else { return ranges.map { leaf(bytes, in: $0) } }
    return InstructionHasher.hashes(0x00, bytes, ranges)
  }

  /// The nodes above pairs of others, of which there is an even number.
  static func nodes(_ children: [MerkleHash]) -> [MerkleHash] {
    precondition(children.count % 2 == 0, "a node has two children")
    guard InstructionHasher.isAvailable else {
      return stride(from: 0, to: children.count, by: 2).map { node(children[$0], children[$0 + 1]) }
    }
    return InstructionHasher.nodes(children)
  }

  /// The node above two others: SHA-256(0x01 ‖ left ‖ right).
  package static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
    if InstructionHasher.isAvailable { return InstructionHasher.nodes([left, right])[0] }
    var hasher = PrefixedHasher(0x01)
    hasher.update(left.words)
    hasher.update(right.words)
    return MerkleHash(hasher.finalize())
  }

  private init(_ digest: SHA256Digest) {
    // Safe: a SHA-256 digest is 32 bytes, and the four words are read within them.
    self = unsafe digest.withUnsafeBytes { buffer in
      func word(_ place: Int) -> UInt64 {
        unsafe UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
      }
      return MerkleHash(word(0), word(1), word(2), word(3))
    }
  }

  /// The four words in host order.
  var hostWords: (UInt64, UInt64, UInt64, UInt64) { (word0, word1, word2, word3) }

  /// Big-endian words, ready to be hashed as they lie in memory.
  private var words: (UInt64, UInt64, UInt64, UInt64) {
    (word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian)
  }
}

extension MerkleHash {
  /// The hash that `bytes` spell; nil unless there are exactly 32.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == 32 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for byte in bytes {
      // One long shift register: each byte pushes the others up by one place.
      words.0 = words.0 << 8 | words.1 >> 56
      words.1 = words.1 << 8 | words.2 >> 56
      words.2 = words.2 << 8 | words.3 >> 56
      words.3 = words.3 << 8 | UInt64(byte)
    }
    self.init(words.0, words.1, words.2, words.3)
  }

  /// The hash that 64 hexadecimal digits spell, of either case; nil for any other text.
  package init?(hex: String) {
    guard hex.utf8.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    var high: UInt8?
    for character in hex.utf8 {
      guard let digit = Self.value(ofHexDigit: character) else { return nil }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    self.init(bytes: bytes)
  }

  private static func value(ofHexDigit character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    write(to: &bytes)
    return bytes
  }

  /// Appends the 32 bytes.
  package func write(to output: inout [UInt8]) {
    for word in [word0, word1, word2, word3] {
      for shift in stride(from: 56, through: 0, by: -8) {
        output.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
      }
    }
  }

  /// 64 hexadecimal digits in lower case.
  package var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// 44 characters of base64 with padding (RFC 4648, section 4): the form that checkpoints use.
  package var base64: String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    // 32 bytes are ten groups of three and one of two: with a zero behind them, eleven of three.
    let padded = bytes + [0]
    var text: [UInt8] = []
    text.reserveCapacity(44)
    for start in stride(from: 0, to: padded.count, by: 3) {
      let group = padded[start..<start + 3].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      for shift in [18, 12, 6, 0] as [UInt32] { text.append(digits[Int(group >> shift & 63)]) }
    }
    text[43] = UInt8(ascii: "=")
    return String(decoding: text, as: UTF8.self)
  }
}
