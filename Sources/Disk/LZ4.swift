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

  /// Decompresses into a buffer; false where that is not exactly filled.
  // Safe: LZ4 reads only `stored` and writes only `output`.
  static func decompress(
    _ stored: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    precondition(stored.count <= 0x7E00_0000 && output.count <= 0x7E00_0000, "a page")
    return unsafe LZ4_decompress_safe(
      stored.baseAddress?.assumingMemoryBound(to: CChar.self),
      output.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(stored.count),
      Int32(output.count)) == Int32(output.count)
  }

  /// `LZ4_versionNumber()` of the library in use, e.g. 10904.
  package static var version: Int { Int(LZ4_versionNumber()) }
}

/// LZ4 at a high-compression level, with a state that is used again and again. Owned by one thread at a time.
@safe package final class LZ4HC {
  private let state: UnsafeMutableRawPointer
  private let level: Int32

  /// Levels 3 to 12, as in `lz4hc.h`.
  package init(level: Int32) {
    // Safe: of the size and alignment that LZ4 asks for; freed in deinit.
    unsafe state = .allocate(byteCount: Int(LZ4_sizeofStateHC()), alignment: 16)
    self.level = level
  }

  deinit {
    // Safe: nobody else holds the state.
    unsafe state.deallocate()
  }

  /// Appends the block of `bytes[range]` to `output` where that saves at least one byte in sixteen, and returns true;
  /// else appends the bytes themselves, and returns false.
  package func append(_ bytes: [UInt8], in range: Range<Int>, to output: inout [UInt8]) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a range within bytes")
    let most = range.count * 15 / 16
    let start = output.count
    guard most > 0 else {
      output += bytes[range]
      return false
    }
    output.append(contentsOf: repeatElement(0, count: most))
    // Safe: the range was checked; LZ4 reads only it, and writes at most `most` bytes behind `start`.
    let written = unsafe bytes.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return Int32(0) }
        return unsafe LZ4_compress_HC_extStateHC(
          state, (from + range.lowerBound).assumingMemoryBound(to: CChar.self),
          (to + start).assumingMemoryBound(to: CChar.self), Int32(range.count), Int32(most), level)
      }
    }
    if written > 0 {
      output.removeLast(most - Int(written))
      return true
    }
    output.removeLast(most)
    output += bytes[range]
    return false
  }
}

extension LZ4 {
  /// Puts the `size` bytes that `stored[range]` holds to `output[start...]`, which has room for them; false when it is
  /// damaged or holds another number of them.
  package static func decompress(
    _ stored: [UInt8], in range: Range<Int>, into output: inout [UInt8], at start: Int, size: Int
  ) -> Bool {
    precondition(range.lowerBound >= 0 && range.upperBound <= stored.count, "a range within bytes")
    precondition(
      start >= 0 && size >= 0 && start + size <= output.count, "room that was made before")
    // Safe: both ranges were checked; LZ4 reads only the one and writes only the other.
    let got = unsafe stored.withUnsafeBytes { input in
      unsafe output.withUnsafeMutableBytes { output in
        guard let from = input.baseAddress, let to = output.baseAddress else { return Int32(-1) }
        return unsafe LZ4_decompress_safe(
          (from + range.lowerBound).assumingMemoryBound(to: CChar.self),
          (to + start).assumingMemoryBound(to: CChar.self), Int32(range.count), Int32(size))
      }
    }
    return Int(got) == size
  }
}
