// A request to an unsubscribe link: one click is a no at once, and a mail scanner that follows links says nothing.

/// What a request to an unsubscribe link asks for.
package enum OneClick: Hashable, Sendable {
  /// The click of RFC 8058: append `optout.recorded` at once, with no further question.
  case unsubscribe
  /// Somebody, or a scanner, follows the link: show a page with one button, and append nothing.
  case page
  /// Something else: answer that it is not known, and append nothing.
  case neither

  /// A larger body is not read: what is meant has 26 bytes.
  package static let bodySizeMax = 16 << 10

  private static let name = Array("List-Unsubscribe".utf8)
  private static let value = Array("One-Click".utf8)

  /// Reads a request: `method` as it came, the value of its header `Content-Type` (nil where there is none, or more
  /// than one), its body.
  ///
  /// A POST counts if a form in its body, of either type that RFC 8058 (section 3.2) allows, says
  /// `List-Unsubscribe=One-Click`. Nothing else of the request matters: a no is free. What the link itself says is not
  /// looked at, so that a GET never unsubscribes. Costs a pass over the body.
  package static func read(
    method: String, contentType: String?, body: [UInt8]
  ) -> OneClick {
    switch method {
    case "GET", "HEAD": return .page
    case "POST": break
    default: return .neither
    }
    guard let contentType, body.count <= bodySizeMax else { return .neither }
    let parts = contentType.split(separator: ";", omittingEmptySubsequences: false)
    let form: [(name: [UInt8], value: [UInt8])]
    switch parts.first.map({ trimmed($0).lowercased() }) {
    case "application/x-www-form-urlencoded": form = pairs(of: body)
    case "multipart/form-data":
      guard let boundary = boundary(in: parts.dropFirst()) else { return .neither }
      form = fields(of: body, between: boundary)
    default: return .neither
    }
    return form.contains { $0.name == name && $0.value == value } ? .unsubscribe : .neither
  }

  // MARK: application/x-www-form-urlencoded

  private static func pairs(of body: [UInt8]) -> [(name: [UInt8], value: [UInt8])] {
    // A line break at the end is no part of a form, but some senders write one.
    var body = body[...]
    while let last = body.last, last == 0x0D || last == 0x0A { body.removeLast() }
    return body.split(separator: UInt8(ascii: "&")).map { pair in
      let mark = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      return (decoded(pair[..<mark]), decoded(pair[mark...].dropFirst()))
    }
  }

  /// `+` is a blank, `%2D` the byte with that number; what is no such escape stands for itself.
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        let digits = rest.prefix(2).compactMap(hexValue)
        if digits.count == 2 {
          bytes.append(digits[0] << 4 | digits[1])
          rest = rest.dropFirst(2)
        } else {
          bytes.append(byte)
        }
      default: bytes.append(byte)
      }
    }
    return bytes
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  // MARK: multipart/form-data

  /// What stands between the parts: 1 to 70 characters (RFC 2046, 5.1.1).
  private static func boundary(in parameters: ArraySlice<Substring>) -> [UInt8]? {
    guard let text = parameter("boundary", in: parameters), (1...70).contains(text.utf8.count)
    else { return nil }
    return Array(text.utf8)
  }

  private static func parameter(
    _ name: String, in parameters: some Sequence<Substring>
  ) -> String? {
    for parameter in parameters {
      guard let mark = parameter.firstIndex(of: "="),
        trimmed(parameter[..<mark]).lowercased() == name
      else { continue }
      let value = trimmed(parameter[parameter.index(after: mark)...])
      let isQuoted = value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
      return isQuoted ? String(value.dropFirst().dropLast()) : value
    }
    return nil
  }

  /// Each part with its name; parts that have none, or no empty line behind their headers, are left out.
  private static func fields(
    of body: [UInt8], between boundary: [UInt8]
  ) -> [(name: [UInt8], value: [UInt8])] {
    var fields: [(name: [UInt8], value: [UInt8])] = []
    var headers: [ArraySlice<UInt8>]?
    var content: [ArraySlice<UInt8>] = []
    for line in lines(of: body) {
      guard line.starts(with: Array("--".utf8) + boundary) else {
        if headers != nil { content.append(line) }
        continue
      }
      if let field = field(content) { fields.append(field) }
      headers = []
      content = []
      if line.dropFirst(boundary.count + 2).starts(with: "--".utf8) { break }
    }
    return fields
  }

  private static func field(
    _ lines: [ArraySlice<UInt8>]
  ) -> (name: [UInt8], value: [UInt8])? {
    guard let gap = lines.firstIndex(where: \.isEmpty) else { return nil }
    for header in lines[..<gap] {
      let parts = String(decoding: header, as: UTF8.self).split(separator: ";")
      guard parts.first?.lowercased().hasPrefix("content-disposition:") == true,
        let name = parameter("name", in: parts.dropFirst())
      else { continue }
      return (Array(name.utf8), Array(lines[(gap + 1)...].joined(separator: [0x0A])))
    }
    return nil
  }

  /// Lines without their CR LF, or LF alone.
  private static func lines(of body: [UInt8]) -> [ArraySlice<UInt8>] {
    body.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      $0.last == 0x0D ? $0.dropLast() : $0
    }
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var text = Substring(text)
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return String(text)
  }
}
