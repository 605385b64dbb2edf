package import JSONBytes

/// Whether any CloudEvents 1.0 event in structured JSON is whole, whatever its type: the rules of
/// the schema that the CloudEvents specification publishes, by hand.
package enum CloudEventsJSON {
  /// What is wrong first; nil where the envelope is whole.
  package static func fault(in event: JSONView) -> String? {
    guard event.kind == .object else { return "an event must be an object" }
    for name in ["id", "source", "specversion", "type"] {
      guard let value = event[name] else { return "\(name) is missing" }
      guard let text = value.text, !text.isEmpty else {
        return "\(name) must be a string, not empty"
      }
    }
    for name in ["datacontenttype", "dataschema", "subject", "time"] {
      guard let value = event[name], value.kind != .null else { continue }
      guard let text = value.text, !text.isEmpty else {
        return "\(name) must be a string, not empty, or null"
      }
    }
    if let base64 = event["data_base64"], base64.kind != .null, base64.kind != .string {
      return "data_base64 must be a string or null"
    }
    guard check(event["source"], { URIReference.isValid($0, $1, $2) }) else {
      return "source must be a URI reference"
    }
    guard check(event["dataschema"], { URIReference.isValid($0, $1, $2, absolute: true) }) else {
      return "dataschema must be an absolute URI"
    }
    guard check(event["time"], isDateTime) else { return "time must be RFC 3339" }
    return nil
  }

  /// Whether the envelope is whole.
  package static func isValid(_ event: JSONView) -> Bool { fault(in: event) == nil }

  private static func check(
    _ value: JSONView?, _ rule: (Span<UInt8>, Int, Int) -> Bool
  ) -> Bool {
    guard let text = value?.text else { return true }
    return rule(text.span, 0, text.count)
  }

  /// RFC 3339, section 5.6, with any count of fraction digits and a leap second.
  private static func isDateTime(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 20, CivilDate(text, in: start..<start + 10) != nil,
      text[start + 10] | 0x20 == UInt8(ascii: "t"),
      isClock(text, start + 11, seconds: true)
    else { return false }
    var place = start + 19
    if text[place] == UInt8(ascii: ".") {
      let first = place + 1
      place = first
      while place < end, TextRules.isDigit(text[place]) { place += 1 }
      guard place > first else { return false }
    }
    guard place < end else { return false }
    if text[place] | 0x20 == UInt8(ascii: "z") { return place + 1 == end }
    guard text[place] == UInt8(ascii: "+") || text[place] == UInt8(ascii: "-"), place + 6 == end
    else { return false }
    return isClock(text, place + 1, seconds: false)
  }

  /// `HH:MM`, with `:SS` behind it if `seconds`, at `start`.
  private static func isClock(_ text: Span<UInt8>, _ start: Int, seconds: Bool) -> Bool {
    var limits = [24, 60]
    if seconds { limits.append(61) }
    for (index, limit) in limits.enumerated() {
      let place = start + 3 * index
      guard TextRules.isDigit(text[place]), TextRules.isDigit(text[place + 1]),
        Int(text[place] - 0x30) * 10 + Int(text[place + 1] - 0x30) < limit,
        index == 0 || text[place - 1] == UInt8(ascii: ":")
      else { return false }
    }
    return true
  }
}
