/// The shape of a URI reference (RFC 3986): which characters, where a scheme, where brackets.
enum URIReference {
  /// Whether the text is a URI reference; with `absolute`, one that begins with a scheme.
  static func isValid(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, absolute: Bool = false
  ) -> Bool {
    let schemeEnd = schemeEnd(text, start, end)
    guard let schemeEnd else { return false }
    if absolute, schemeEnd == start { return false }
    // Brackets enclose an IP address, in the authority only.
    var authorityEnd = schemeEnd
    if TextRules.starts(text, schemeEnd, end, with: "//") {
      authorityEnd = schemeEnd + 2
      while authorityEnd < end, text[authorityEnd] != UInt8(ascii: "/"),
        text[authorityEnd] != UInt8(ascii: "?"), text[authorityEnd] != UInt8(ascii: "#")
      {
        authorityEnd += 1
      }
    }
    var fragmentSeen = false
    var place = start
    while place < end {
      let byte = text[place]
      switch byte {
      case UInt8(ascii: "%"):
        guard place + 2 < end, TextRules.isHexDigit(text[place + 1]),
          TextRules.isHexDigit(text[place + 2])
        else { return false }
        place += 2
      case UInt8(ascii: "#"):
        if fragmentSeen { return false }
        fragmentSeen = true
      case UInt8(ascii: "["), UInt8(ascii: "]"):
        if place < schemeEnd || place >= authorityEnd { return false }
      default:
        if !isAllowed(byte) { return false }
      }
      place += 1
    }
    return true
  }

  /// Behind the `:` of the scheme; `start` where there is none; nil where a `:` stands behind what
  /// is no scheme.
  private static func schemeEnd(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var isScheme = start < end && TextRules.isLetter(text[start])
    for place in start..<end {
      let byte = text[place]
      switch byte {
      case UInt8(ascii: ":"): return isScheme ? place + 1 : nil
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): return start
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
      default: if !TextRules.isAlphanumeric(byte) { isScheme = false }
      }
    }
    return start
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
      UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "@"),
      UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
      true
    default: TextRules.isAlphanumeric(byte)
    }
  }
}
