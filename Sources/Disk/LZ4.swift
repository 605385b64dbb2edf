internal import CLZ4

/// LZ4 blocks (the block format, not frames): sizes are known from outside and checked before memory is asked for.
package enum LZ4 {
  /// Largest size that `size` bytes can have when compressed.
  package static func bound(_ size: Int) -> Int { size + size / 255 + 16 }

  /// No LZ4 block expands further than this; a stored size that promises more is wrong.
  package static let ratioMax = 255

  /// `bytes` compressed with LZ4's fast level. Input of at most 2 GiB.
  package static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    precondition(bytes.count <= 0x7E00_0000, "LZ4 takes blocks of at most 2 GiB")
    let capacity = bound(bytes.count)
    // Safe: LZ4 reads `bytes.count` and writes at most `capacity` bytes, and says how many.
    return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
      let written = unsafe bytes.withUnsafeBytes { input in
        unsafe LZ4_compress_default(
          input.baseAddress?.assumingMemoryBound(to: CChar.self),
          UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self),
          Int32(input.count), Int32(capacity))
      }
      precondition(written > 0 || bytes.isEmpty, "a block fits its bound")
      count = Int(written)
    }
  }

  /// The `size` bytes that `stored[range]` holds; nil when it is damaged or holds another number of them.
  package static func decompressed(
    _ stored: [UInt8], in range: Range<Int>, size: Int
  ) -> [UInt8]? {
    precondition(range.lowerBound >= 0 && range.upperBound <= stored.count, "a range within bytes")
    precondition(size >= 0 && size <= 0x7E00_0000, "a size that was checked before")
    var got: Int32 = -1
    // Safe: the range was checked; LZ4 writes at most `size` bytes and reads only the range.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { output, count in
      got = unsafe stored.withUnsafeBytes { input in
        guard let base = input.baseAddress else { return -1 }
        return unsafe LZ4_decompress_safe(
          (base + range.lowerBound).assumingMemoryBound(to: CChar.self),
          UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self),
          Int32(range.count), Int32(size))
      }
      count = max(0, Int(got))
    }
    return Int(got) == size ? bytes : nil
  }

  /// `LZ4_versionNumber()` of the library in use, e.g. 10904.
  package static var version: Int { Int(LZ4_versionNumber()) }
}
