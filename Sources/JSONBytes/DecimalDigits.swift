/// Decimal and hexadecimal digits straight into bytes, for writers that make many lines.
extension [UInt8] {
  /// Appends `value` in decimal, without leading zeros.
  package mutating func appendDecimal(_ value: UInt64) {
    if value < 10 {
      append(0x30 + UInt8(truncatingIfNeeded: value))
      return
    }
    var digits: UInt64 = 0
    var count = 0
    var rest = value
    // Sixteen digits fit into one word of four bits each; more are written in two halves.
    if rest >= 10_000_000_000_000_000 {
      appendDecimal(rest / 10_000_000_000_000_000)
      appendDecimal(rest % 10_000_000_000_000_000, width: 16)
      return
    }
    while rest > 0 {
      digits = digits << 4 | rest % 10
      rest /= 10
      count += 1
    }
    for _ in 0..<count {
      append(0x30 + UInt8(truncatingIfNeeded: digits & 15))
      digits >>= 4
    }
  }

  /// Appends the last `width` decimal digits of `value`, with leading zeros. Width 1 to 20.
  package mutating func appendDecimal(_ value: UInt64, width: Int) {
    precondition((1...20).contains(width), "a decimal of 64 bits has 1 to 20 digits")
    let start = count
    for _ in 0..<width { append(0x30) }
    var rest = value
    var place = start + width - 1
    while rest > 0, place >= start {
      self[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
      place -= 1
    }
  }

  /// Appends the lowest `width` hexadecimal digits of `value`, lower case, with leading zeros.
  /// Width 1 to 16.
  package mutating func appendHex(_ value: UInt64, width: Int) {
    precondition((1...16).contains(width), "64 bits have 1 to 16 hexadecimal digits")
    for place in (0..<width).reversed() {
      let nibble = UInt8(truncatingIfNeeded: value >> UInt64(4 * place) & 15)
      append(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
    }
  }

  /// Appends a version 4 UUID made of 122 of the 128 bits, in the canonical lower-case form (RFC
  /// 9562).
  package mutating func appendUUID(_ high: UInt64, _ low: UInt64) {
    appendHex(high >> 32, width: 8)
    append(UInt8(ascii: "-"))
    appendHex(high >> 16, width: 4)
    append(UInt8(ascii: "-"))
    appendHex(high & 0x0FFF | 0x4000, width: 4)
    append(UInt8(ascii: "-"))
    appendHex(low >> 48 & 0x3FFF | 0x8000, width: 4)
    append(UInt8(ascii: "-"))
    appendHex(low, width: 12)
  }
}
