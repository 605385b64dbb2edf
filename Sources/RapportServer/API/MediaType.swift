// The media type of a request's content (RFC 9110, 8.3).

/// A media type and its parameters. Type, subtype and names of parameters do not depend on case.
struct MediaType: Hashable, Sendable {
  /// `application/json`, lower case.
  var essence: String
  /// By lower-case names.
  var parameters: [String: String]

  /// Nil for what is none, and where a parameter stands twice: two readers might take two.
  init?(_ text: String) {
    let parts = Self.parts(of: text)
    guard let first = parts.first else { return nil }
    essence = first.lowercased()
    let halves = essence.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, halves.allSatisfy(Self.isToken) else { return nil }
    parameters = [:]
    for part in parts.dropFirst() where !part.isEmpty {
      guard let mark = part.firstIndex(of: "=") else { return nil }
      let name = part[..<mark].lowercased()
      guard Self.isToken(name[...]), parameters[name] == nil,
        let value = Self.value(part[part.index(after: mark)...])
      else { return nil }
      parameters[name] = value
    }
  }

  /// Whether the text is UTF-8, as far as the type says.
  var isUTF8: Bool {
    parameters["charset"].map { ["utf-8", "utf8"].contains($0.lowercased()) } ?? true
  }

  /// Cut at semicolons outside quotes, without the blanks around each part.
  private static func parts(of text: String) -> [String] {
    var parts = [""]
    var isQuoted = false
    var isEscaped = false
    for character in text.unicodeScalars {
      if !isQuoted, character == ";" {
        parts.append("")
        continue
      }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = isQuoted && character == "\\" && !isEscaped
      parts[parts.count - 1].unicodeScalars.append(character)
    }
    return parts.map(trimmed)
  }

  private static func trimmed(_ text: String) -> String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let start = text.drop(while: isBlank)
    return String(start.reversed().drop(while: isBlank).reversed())
  }

  private static func value(_ text: Substring) -> String? {
    guard text.first == "\"" else { return isToken(text) ? String(text) : nil }
    guard text.count >= 2, text.last == "\"" else { return nil }
    var value = ""
    var isEscaped = false
    for character in text.dropFirst().dropLast() {
      if character == "\\", !isEscaped {
        isEscaped = true
      } else {
        if character == "\"", !isEscaped { return nil }
        value.append(character)
        isEscaped = false
      }
    }
    return isEscaped ? nil : value
  }

  /// RFC 9110, 5.6.2.
  private static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }
}
