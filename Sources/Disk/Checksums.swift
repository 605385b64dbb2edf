internal import CDisk

/// CRC32C (Castagnoli): initial value and final XOR 0xFFFFFFFF; of `123456789` it is 0xE3069283.
package enum CRC32C {
  /// Of `bytes[range]`, where they follow others whose sum is `before`: of all of them. Above 10 GB/s where the processor
  /// has the instruction.
  package static func of(
    _ bytes: [UInt8], in range: Range<Int>, behind before: UInt32 = 0
  ) -> UInt32 {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a range within bytes")
    // Safe: the range was checked against the array, which lives through the call.
    return unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return before }
      return unsafe rapport_crc32c(before, base + range.lowerBound, range.count)
    }
  }

  package static func of(_ bytes: [UInt8]) -> UInt32 { of(bytes, in: 0..<bytes.count) }

  /// The same by a table: what tests compare with.
  package static func byTable(_ bytes: [UInt8]) -> UInt32 {
    // Safe: pointer and count are of one array that lives through the call.
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return unsafe rapport_crc32c_by_table(0, base, buffer.count)
    }
  }
}
