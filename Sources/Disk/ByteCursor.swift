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

  package mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, remaining >= count else { return false }
    offset += count
    return true
  }

  package mutating func take(_ count: Int) -> [UInt8]? {
    guard count >= 0, remaining >= count else { return nil }
    defer { offset += count }
    return Array(bytes[offset..<offset + count])
  }

  package mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(
    _: Value.Type = Value.self
  ) -> Value? {
    let size = Value.bitWidth / 8
    guard remaining >= size else { return nil }
    var value: Value = 0
    for place in (0..<size).reversed() {
      value = value << 8 | Value(bytes[offset + place])
    }
    offset += size
    return value
  }
}

extension [UInt8] {
  /// Appends a field, little-endian.
  package mutating func appendInteger<Value: FixedWidthInteger>(_ value: Value) {
    var rest = value
    for _ in 0..<Value.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  package mutating func appendZeros(_ count: Int) {
    append(contentsOf: repeatElement(0, count: count))
  }
}
