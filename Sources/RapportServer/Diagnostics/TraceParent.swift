// The header `traceparent` of W3C Trace Context: which trace a request belongs to.

/// A place in a trace.
struct TraceParent: Hashable, Sendable {
  /// 32 lower-case hexadecimal digits, not all zero.
  let trace: String
  /// 16 of them.
  let span: String
  let isSampled: Bool

  static let header = "traceparent"

  /// Reads a header of any version; what a later one adds is ignored. Nil for anything else: then a trace begins here.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 55, bytes.count <= 512,
      [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
      let version = Self.hex(bytes[0..<2]), version != "ff",
      let trace = Self.hex(bytes[3..<35]), trace.contains(where: { $0 != "0" }),
      let span = Self.hex(bytes[36..<52]), span.contains(where: { $0 != "0" }),
      let flags = Self.hex(bytes[53..<55]), let last = flags.last?.hexDigitValue
    else { return nil }
    guard bytes.count == 55 || (version != "00" && bytes[55] == UInt8(ascii: "-")) else {
      return nil
    }
    self.trace = trace
    self.span = span
    isSampled = last & 1 == 1
  }

  private init(trace: String, span: String, isSampled: Bool) {
    self.trace = trace
    self.span = span
    self.isSampled = isSampled
  }

  /// Begins a trace by random numbers; none of them may be zero alone.
  init(random: (UInt64, UInt64, UInt64)) {
    precondition(random.0 | random.1 != 0 && random.2 != 0, "a trace and a span have numbers")
    self.init(
      trace: Self.digits(random.0) + Self.digits(random.1), span: Self.digits(random.2),
      isSampled: false)
  }

  /// The next place in the same trace.
  func child(span: UInt64) -> TraceParent {
    precondition(span != 0, "a span has a number")
    return TraceParent(trace: trace, span: Self.digits(span), isSampled: isSampled)
  }

  /// As a header has it, in version 00.
  var text: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }

  private static func hex(_ bytes: ArraySlice<UInt8>) -> String? {
    let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    return bytes.allSatisfy(isDigit) ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private static func digits(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.utf8.count) + text
  }
}
