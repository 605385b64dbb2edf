/// String text: from source bytes to UTF-8, and back with the shortest escapes (RFC 8785, 3.2.2.2).
package enum JSONText {
  /// The UTF-8 text of a string node, escapes undone.
  package static func decoded(_ node: JSONNode, _ bytes: [UInt8]) -> [UInt8] {
    decoded(node, bytes.span)
  }

  /// The UTF-8 text of a string node, escapes undone. The scanner has checked them.
  package static func decoded(_ node: JSONNode, _ bytes: Span<UInt8>) -> [UInt8] {
    var text: [UInt8] = []
    let end = Int(node.end)
    var index = Int(node.start)
    text.reserveCapacity(end - index)
    while index < end {
      let byte = bytes[index]
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        index += 1
        continue
      }
      let letter = bytes[index + 1]
      index += 2
      switch letter {
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "u"):
        var scalar = UInt32(JSONScanner.hexUnit(bytes, at: index, end: end) ?? 0)
        index += 4
        if scalar & 0xFC00 == 0xD800 {
          let low = UInt32(JSONScanner.hexUnit(bytes, at: index + 2, end: end) ?? 0)
          scalar = 0x10000 + (scalar & 0x3FF) << 10 + (low & 0x3FF)
          index += 6
        }
        append(scalar, to: &text)
      default: text.append(letter)
      }
    }
    return text
  }

  private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
    switch scalar {
    case ..<0x80: text.append(UInt8(scalar))
    case ..<0x800: text += [0xC0 | UInt8(scalar >> 6), 0x80 | UInt8(scalar & 0x3F)]
    case ..<0x10000:
      text += [
        0xE0 | UInt8(scalar >> 12), 0x80 | UInt8(scalar >> 6 & 0x3F), 0x80 | UInt8(scalar & 0x3F),
      ]
    default:
      text += [
        0xF0 | UInt8(scalar >> 18), 0x80 | UInt8(scalar >> 12 & 0x3F),
        0x80 | UInt8(scalar >> 6 & 0x3F), 0x80 | UInt8(scalar & 0x3F),
      ]
    }
  }

  /// Appends `text` (UTF-8) between quotes, escaping only what must be.
  package static func appendQuoted(_ text: some Sequence<UInt8>, to output: inout [UInt8]) {
    quote(text, &output)
  }

  /// The same, compiled for the bytes that most callers have.
  package static func appendQuoted(_ text: ArraySlice<UInt8>, to output: inout [UInt8]) {
    quote(text, &output)
  }

  private static func quote(_ text: some Sequence<UInt8>, _ output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""): output += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\\"): output += [byte, byte]
      case 0x08: output += [UInt8(ascii: "\\"), UInt8(ascii: "b")]
      case 0x09: output += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
      case 0x0A: output += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case 0x0C: output += [UInt8(ascii: "\\"), UInt8(ascii: "f")]
      case 0x0D: output += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
      case ..<0x20: output += "\\u00".utf8 + [hexDigit(byte >> 4), hexDigit(byte & 15)]
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
  }

  /// Whether `a` comes before `b` in the order of UTF-16 code units (RFC 8785, 3.2.3), given their
  /// UTF-8.
  ///
  /// The two orders differ only where one has a character above U+FFFF (lead byte 0xF0 and up:
  /// surrogates) and the other one of U+E000 to U+FFFF (0xEE, 0xEF).
  package static func precedesInUTF16(
    _ a: some RandomAccessCollection<UInt8>, _ b: some RandomAccessCollection<UInt8>
  ) -> Bool {
    var left = a.makeIterator()
    var right = b.makeIterator()
    while true {
      guard let y = right.next() else { return false }
      guard let x = left.next() else { return true }
      if x != y {
        return x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) ? x >= 0xF0 : x < y
      }
    }
  }
}
