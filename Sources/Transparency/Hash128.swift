import Crypto

/// The first 16 bytes of a SHA-256: what the indexes know an event id or a customer by.
///
/// Two names of an honest ledger share one about never (odds of 2⁻⁶⁴ among 2³² names); where it
/// would matter, the names themselves are compared after a match.
package struct Hash128: Hashable, Sendable {
  /// Bytes 0 to 7, the first in the highest place.
  package var high: UInt64
  /// Bytes 8 to 15.
  package var low: UInt64

  /// Joins the halves, as an index keeps them.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Of an event's source and id: SHA-256(source ‖ 0x00 ‖ id). A source holds no zero byte, so no
  /// other pair of texts gives the same bytes.
  package static func of(source: ArraySlice<UInt8>, id: ArraySlice<UInt8>) -> Hash128 {
    if InstructionHasher.isAvailable {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(source.count + 1 + id.count)
      bytes += source
      bytes.append(0x00)
      bytes += id
      return Hash128(InstructionHasher.hash(nil, bytes, 0..<bytes.count))
    }
    var hasher = PrefixedHasher()
    hasher.update(source)
    hasher.update(0x00)
    hasher.update(id)
    return Hash128(hasher.finalize())
  }

  /// Of a customer: SHA-256(subject).
  package static func of(subject: ArraySlice<UInt8>) -> Hash128 {
    if InstructionHasher.isAvailable { return Hash128(InstructionHasher.hash(nil, subject)) }
    var hasher = PrefixedHasher()
    hasher.update(subject)
    return Hash128(hasher.finalize())
  }

  private init(_ hash: MerkleHash) {
    let words = hash.hostWords
    self.init(high: words.0, low: words.1)
  }

  private init(_ digest: SHA256Digest) {
    // Safe: a SHA-256 digest is 32 bytes, and the two words are read within them.
    self = unsafe digest.withUnsafeBytes { buffer in
      func word(_ place: Int) -> UInt64 {
        unsafe UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
      }
      return Hash128(high: word(0), low: word(1))
    }
  }
}
