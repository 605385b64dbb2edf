// Values on their way into a digest: many millions, so written in place and hashed a run at a time.

import Crypto

/// Gathers values in the form that ``Digest`` draws, and hashes them when it is full.
struct CanonicalBuffer {
  enum Kind: UInt8 { case null = 0, integer, text }

  private static let headSize = 9
  private var bytes: [UInt8]
  private var count = 0
  private var hash = SHA256()

  init() { bytes = [UInt8](repeating: 0, count: 1 << 16) }

  mutating func append(integer value: Int64) {
    let bigEndian = value.bigEndian
    // Safe: the pointer is used before the closure ends.
    unsafe withUnsafeBytes(of: bigEndian) { unsafe append(.integer, $0) }
  }

  mutating func appendNull() { appendHead(.null, count: 0) }

  mutating func append(text: String) {
    var text = text
    // Safe: the pointer is used before the closure ends.
    text.withUTF8 { unsafe append(.text, UnsafeRawBufferPointer($0)) }
  }

  /// Appends a value of these bytes, which are copied.
  mutating func append(_ kind: Kind, _ value: UnsafeRawBufferPointer) {
    appendHead(kind, count: value.count)
    unsafe append(value)
  }

  /// Appends bytes as they are.
  mutating func append(bare value: [UInt8]) {
    // Safe: the pointer is used before the closure ends.
    unsafe value.withUnsafeBytes { unsafe append($0) }
  }

  private mutating func appendHead(_ kind: Kind, count valueCount: Int) {
    if count + Self.headSize > bytes.count { flush() }
    let place = count
    // Safe: the head fits, as was just seen to.
    unsafe bytes.withUnsafeMutableBytes { base in
      unsafe base[place] = kind.rawValue
      unsafe base.storeBytes(
        of: UInt64(valueCount).bigEndian, toByteOffset: place + 1, as: UInt64.self)
    }
    count += Self.headSize
  }

  private mutating func append(_ value: UnsafeRawBufferPointer) {
    if count + value.count > bytes.count {
      flush()
      if value.count > bytes.count {
        // Safe: the caller lends `value` for this call.
        unsafe hash.update(bufferPointer: value)
        return
      }
    }
    let place = count
    // Safe: the value fits, as was just seen to, and is not part of this buffer.
    unsafe bytes.withUnsafeMutableBytes { base in
      unsafe UnsafeMutableRawBufferPointer(rebasing: base[place...]).copyMemory(from: value)
    }
    count += value.count
  }

  private mutating func flush() {
    let end = count
    // Safe: the pointer is used before the closure ends.
    unsafe bytes.withUnsafeBytes {
      unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<end]))
    }
    count = 0
  }

  /// The hash of all that was appended. The buffer is used no more.
  consuming func finish() -> [UInt8] {
    flush()
    return Array(hash.finalize())
  }
}
