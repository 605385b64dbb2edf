/// Checks of text that the envelope and the formats share: by bytes, without a String.
enum TextRules {
  /// Whether `@` stands in the text, or the whole is a phone number: `+`, at least seven digits,
  /// and at most blanks, `-`, `.`, `/` and brackets between them. Digits alone may be any number.
  static func isContactPoint(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var digits = 0
    var phone = start < end && text[start] == UInt8(ascii: "+")
    var place = start
    while place < end {
      switch text[place] {
      case UInt8(ascii: "@"): return true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "+"): if place > start { phone = false }
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"),
        UInt8(ascii: "("), UInt8(ascii: ")"):
        break
      default: phone = false
      }
      place += 1
    }
    return phone && digits >= 7
  }

  /// Whether the text holds a character that a CloudEvents string must not (CloudEvents 1.0, Type
  /// System): a control character or a noncharacter.
  static func hasForbiddenCharacter(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var place = endOfPlain(text, start, end)
    while place < end {
      let byte = text[place]
      if byte < 0x20 || byte == 0x7F { return true }
      if byte >= 0xC2 {
        let next = place + 1 < end ? text[place + 1] : 0
        let third = place + 2 < end ? text[place + 2] : 0
        switch byte {
        // U+0080 to U+009F.
        case 0xC2: if next < 0xA0 { return true }
        // U+FDD0 to U+FDEF, U+FFFE, U+FFFF.
        case 0xEF:
          if next == 0xB7, (0x90...0xAF).contains(third) { return true }
          if next == 0xBF, third >= 0xBE { return true }
        // U+nFFFE and U+nFFFF: the last two of every plane.
        case 0xF0...0xF4:
          let fourth = place + 3 < end ? text[place + 3] : 0
          if next & 0x0F == 0x0F, third == 0xBF, fourth >= 0xBE { return true }
        default: break
        }
      }
      place += 1
    }
    return false
  }

  /// How far words of eight bytes go that are ASCII without control characters: each byte, seven bits of it, is at least
  /// 0x20, and one more is not 0x80.
  private static func endOfPlain(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard start >= 0, start <= end, end <= text.count else { return start }
    // Safe: words are read within `start..<end`, which lies within the text.
    return unsafe text.withUnsafeBytes { buffer in
      var place = start
      let ones: UInt64 = 0x0101_0101_0101_0101
      let highs: UInt64 = 0x8080_8080_8080_8080
      while place + 8 <= end {
        let word = unsafe buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        let isPlain =
          word & highs == 0 && (word &+ ones &* 0x60) & highs == highs
          && (word &+ ones) & highs == 0
        if !isPlain { return place }
        place += 8
      }
      return place
    }
  }

  /// Count of Unicode scalars in UTF-8.
  static func scalarCount(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var count = 0
    var place = start
    while place < end {
      if text[place] & 0xC0 != 0x80 { count += 1 }
      place += 1
    }
    return count
  }

  /// Whether 64 hexadecimal digits stand together somewhere: the text form of a SHA-256.
  static func holdsSHA256(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var run = 0
    for place in start..<end {
      run = isHexDigit(text[place]) ? run + 1 : 0
      if run == 64 { return true }
    }
    return false
  }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6
  }

  static func isLowerHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte &- UInt8(ascii: "a") < 6
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

  static func isUpper(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }

  static func isLower(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }

  static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

  /// Whether `text[start..<end]` is `word`.
  static func equals(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString
  ) -> Bool {
    let count = word.utf8CodeUnitCount
    guard end - start == count else { return false }
    // Safe: the pointer of a StaticString lives for ever, and `count` is its length.
    let bytes = unsafe UnsafeBufferPointer(start: word.utf8Start, count: count)
    for place in 0..<count {
      let byte = unsafe bytes[place]
      if text[start + place] != byte { return false }
    }
    return true
  }

  /// Whether `text[start..<end]` begins with `word`.
  static func starts(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, with word: StaticString
  ) -> Bool {
    let count = word.utf8CodeUnitCount
    return end - start >= count && equals(text, start, start + count, word)
  }
}
