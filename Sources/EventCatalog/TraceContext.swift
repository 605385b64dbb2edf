/// The two attributes of W3C Trace Context.
enum TraceContext {
  /// `traceparent`: version, trace, span and flags, of 2, 32, 16 and 2 lower-case hexadecimal
  /// digits; a later version than 00 may go on behind a dash.
  static func isParent(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard (55...512).contains(end - start) else { return false }
    for (offset, length) in [(0, 2), (3, 32), (36, 16), (53, 2)] {
      for place in start + offset..<start + offset + length {
        guard TextRules.isLowerHexDigit(text[place]) else { return false }
      }
    }
    for offset in [2, 35, 52] where text[start + offset] != UInt8(ascii: "-") { return false }
    if TextRules.starts(text, start, end, with: "ff") { return false }
    if isZero(text, start + 3, start + 35) || isZero(text, start + 36, start + 52) { return false }
    if end - start == 55 { return true }
    return !TextRules.starts(text, start, end, with: "00") && text[start + 55] == UInt8(ascii: "-")
  }

  private static func isZero(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for place in start..<end where text[place] != 0x30 { return false }
    return true
  }

  /// `tracestate`: at most 32 members `key=value` joined by commas, at most 512 printable
  /// characters.
  static func isState(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard (1...512).contains(end - start) else { return false }
    var members = 1
    var memberStart = start
    var equalSign = -1
    for place in start..<end {
      switch text[place] {
      case UInt8(ascii: ","):
        guard equalSign > memberStart else { return false }
        members += 1
        memberStart = place + 1
        equalSign = -1
      case UInt8(ascii: "="): if equalSign < 0 { equalSign = place }
      case 0x20...0x7E: break
      default: return false
      }
    }
    return members <= 32 && equalSign > memberStart
  }
}
