import CSHA256

/// SHA-256 by the processor's own instructions, where it has them; swift-crypto is the way everywhere else, and what
/// the tests compare with.
enum InstructionHasher {
  static let isAvailable = rapport_sha256_is_available() == 1

  private static func prefix(_ byte: UInt8?) -> Int32 { byte.map { Int32($0) } ?? -1 }

  /// The hash of a prefix, if any, and of `bytes[range]`, which lies within `bytes`.
  static func hash(_ byte: UInt8?, _ bytes: [UInt8], _ range: Range<Int>) -> MerkleHash {
    hash(byte, bytes[range])
  }

  static func hash(_ byte: UInt8?, _ slice: ArraySlice<UInt8>) -> MerkleHash {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    // Safe: the function reads the slice and writes four words.
    unsafe slice.withUnsafeBufferPointer { input in
      unsafe withUnsafeMutableBytes(of: &words) { output in
        unsafe rapport_sha256(
          prefix(byte), input.baseAddress, input.count,
          output.baseAddress?.assumingMemoryBound(to: UInt64.self))
      }
    }
    return MerkleHash(words.0, words.1, words.2, words.3)
  }

  /// The hashes of a prefix and each of the ranges, which lie within `bytes`.
  static func hashes(_ byte: UInt8?, _ bytes: [UInt8], _ ranges: [Range<Int>]) -> [MerkleHash] {
    var places: [UInt64] = []
    places.reserveCapacity(ranges.count * 2)
    for range in ranges {
      places.append(UInt64(range.lowerBound))
      places.append(UInt64(range.upperBound))
    }
    return unsafe hashes(count: ranges.count) { words in
      // Safe: the ranges were checked; four words are written for each.
      unsafe bytes.withUnsafeBufferPointer { input in
        unsafe places.withUnsafeBufferPointer { places in
          unsafe rapport_sha256_many(
            prefix(byte), input.baseAddress, places.baseAddress, ranges.count, words)
        }
      }
    }
  }

  /// The nodes above pairs, of which `children` holds whole ones.
  static func nodes(_ children: [MerkleHash]) -> [MerkleHash] {
    var pairs: [UInt64] = []
    pairs.reserveCapacity(children.count * 4)
    for child in children {
      let words = child.hostWords
      pairs.append(words.0)
      pairs.append(words.1)
      pairs.append(words.2)
      pairs.append(words.3)
    }
    return unsafe hashes(count: children.count / 2) { words in
      // Safe: eight words are read and four written for each pair.
      unsafe pairs.withUnsafeBufferPointer { pairs in
        unsafe rapport_sha256_nodes(pairs.baseAddress, children.count / 2, words)
      }
    }
  }

  private static func hashes(
    count: Int, _ body: (UnsafeMutablePointer<UInt64>?) -> Void
  ) -> [MerkleHash] {
    guard count > 0 else { return [] }
    // Safe: room for all words, which are all written.
    let words = unsafe [UInt64](unsafeUninitializedCapacity: count * 4) { output, initialized in
      unsafe body(output.baseAddress)
      initialized = count * 4
    }
    return (0..<count).map {
      MerkleHash(words[4 * $0], words[4 * $0 + 1], words[4 * $0 + 2], words[4 * $0 + 3])
    }
  }
}
