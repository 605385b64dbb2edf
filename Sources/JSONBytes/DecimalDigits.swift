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
    if width > 8 {
      let (upper, lower) = value.quotientAndRemainder(dividingBy: 100_000_000)
      appendDecimal(upper, width: width - 8)
      append(digitsOf: lower, width: 8)
    } else {
      append(digitsOf: value, width: width)
    }
  }

  /// The last `width` digits, at most eight: the first one in the lowest byte of a word.
  private mutating func append(digitsOf value: UInt64, width: Int) {
    var word: UInt64 = 0
    var rest = value
    for _ in 0..<width {
      word = word << 8 | rest % 10
      rest /= 10
    }
    word |= 0x3030_3030_3030_3030
    // Safe: the word has eight bytes, and `width` is at most as many.
    unsafe Swift.withUnsafeBytes(of: word.littleEndian) { bytes in
      unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<width]))
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
