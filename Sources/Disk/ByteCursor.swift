/// Reads fixed-width little-endian fields one after another. Reading behind the end gives nil, never a trap: a
/// length is an attacker's first field.
package struct ByteCursor: Sendable {
  private let bytes: [UInt8]
  package private(set) var offset: Int

  package init(_ bytes: [UInt8], at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  package var remaining: Int { max(0, bytes.count - offset) }

  /// Steps over `count` bytes; false when there are not so many.
  package mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, remaining >= count else { return false }
    offset += count
    return true
  }

  /// The next `count` bytes; nil when there are not so many.
  package mutating func take(_ count: Int) -> [UInt8]? {
    guard count >= 0, remaining >= count else { return nil }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  /// The next field, little-endian; nil behind the end.
  @inlinable package mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
    _: Value.Type = Value.self
  ) -> Value? {
    littleEndian(byteCount: Value.bitWidth / 8).map { Value(truncatingIfNeeded: $0) }
  }

  /// The work of ``integer(_:)``, not generic: unspecialised across modules it cost ten times as much.
  @usableFromInline package mutating func littleEndian(byteCount: Int) -> UInt64? {
    guard remaining >= byteCount else { return nil }
    var value: UInt64 = 0
    for place in (0..<byteCount).reversed() {
      value = value << 8 | UInt64(bytes[offset + place])
    }
    offset += byteCount
    return value
  }
}

extension [UInt8] {
  /// Appends a field, little-endian.
  @inlinable package mutating func appendInteger<Value: FixedWidthInteger>(_ value: Value) {
    appendLittleEndian(UInt64(truncatingIfNeeded: value), byteCount: Value.bitWidth / 8)
  }

  /// The work of ``appendInteger(_:)``, not generic.
  @usableFromInline package mutating func appendLittleEndian(_ value: UInt64, byteCount: Int) {
    var rest = value
    for _ in 0..<byteCount {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  /// Appends `count` zeros.
  package mutating func appendZeros(_ count: Int) {
    append(contentsOf: repeatElement(0, count: count))
  }
}
