import Crypto

/// SHA-256 fed straight from memory that others own: the one place here where pointers are taken.
struct PrefixedHasher {
  private var hasher = SHA256()

  init() {}

  /// Begins with the one byte that says what is hashed.
  init(_ prefix: UInt8) { update(prefix) }

  mutating func update(_ byte: UInt8) {
    // Safe: the pointer is to a local that lives through the call.
    unsafe withUnsafeBytes(of: byte) { unsafe hasher.update(bufferPointer: $0) }
  }

  mutating func update(_ words: (UInt64, UInt64, UInt64, UInt64)) {
    // Safe: the pointer is to a local that lives through the call.
    unsafe withUnsafeBytes(of: words) { unsafe hasher.update(bufferPointer: $0) }
  }

  mutating func update(_ slice: ArraySlice<UInt8>) {
    // Safe: the pointer is to the slice's own elements, which live through the call.
    unsafe slice.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
  }

  /// The caller has checked that `range` lies within `bytes`.
  mutating func update(_ bytes: [UInt8], in range: Range<Int>) {
    // Safe: the range was checked, and the rebased buffer is bounded by it.
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[range]))
    }
  }

  func finalize() -> SHA256Digest { hasher.finalize() }
}
