import JSONBytes

/// A table from scalars to values: the step `map`.
struct UpcastTable: Sendable {
  enum Unlisted: Sendable {
    case fails
    case stays
    case becomes(JSONValue)
  }

  private var values: [String: JSONValue] = [:]
  var unlisted = Unlisted.fails

  /// A text that is the same for equal scalars (1 is 1.0) and differs for others; nil for arrays and objects.
  static func key(_ value: JSONValue) -> String? {
    switch value {
    case .null: "null"
    case .bool(let isTrue): isTrue ? "true" : "false"
    case .number(let text): "n" + CanonicalWriter.canonicalNumber(text)
    case .string(let text): "s" + text
    case .array, .object: nil
    }
  }

  /// Adds a line; false where the value stands in the table already.
  mutating func add(_ key: String, _ value: JSONValue) -> Bool {
    // Strings of Swift are equal where Unicode says so; keys are told apart byte by byte.
    let key = Self.exact(key)
    guard values[key] == nil else { return false }
    values[key] = value
    return true
  }

  func value(for value: JSONValue) throws(UpcastFault) -> JSONValue {
    if let key = Self.key(value), let found = values[Self.exact(key)] { return found }
    switch unlisted {
    case .stays: return value
    case .becomes(let other): return other
    case .fails:
      throw UpcastFault("the table has no line for the value, which is of type \(value.word)")
    }
  }

  /// ASCII as it is; what lies beyond by its numbers.
  private static func exact(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "\\") }) { return text }
    return text.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
  }
}
