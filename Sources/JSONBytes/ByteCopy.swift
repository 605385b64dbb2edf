/// Copying pieces of bytes without a slice.
extension [UInt8] {
  /// Appends `bytes[lower..<upper]`. The same as `+=` of a slice, without a reference to it: an entry is put together
  /// from forty pieces.
  @inline(__always)
  package mutating func append(_ bytes: [UInt8], from lower: Int, to upper: Int) {
    precondition(lower >= 0 && lower <= upper && upper <= bytes.count, "a range within the bytes")
    // Safe: the range was checked, and the bytes are not changed meanwhile.
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe append(contentsOf: UnsafeBufferPointer(rebasing: buffer[lower..<upper]))
    }
  }
}
