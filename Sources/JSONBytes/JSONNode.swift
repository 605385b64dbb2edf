/// What a JSON value is.
package enum JSONKind: UInt8, Sendable {
  case null, `true`, `false`, number, string, array, object

  /// The word for an error message: never the value itself.
  package var word: String {
    switch self {
    case .null: "null"
    case .true, .false: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

/// One value, or one member name, of a scanned text: sixteen bytes that point into it.
///
/// Nodes lie in the order of the text. An object is followed by its members, each a name (a string
/// node) and then its value; an array by its elements. `next` is the index of the node behind the
/// whole value, so that a reader steps over what it does not want.
package struct JSONNode: Sendable {
  /// Offset of the first byte; of a string, of the byte behind the opening quote.
  package var start: UInt32
  /// Offset behind the last byte; of a string, of the closing quote.
  package var end: UInt32
  /// Index of the node behind this value.
  package var next: UInt32
  var info: UInt32

  static let escapedFlag: UInt32 = 1 << 3
  static let plainIntegerFlag: UInt32 = 1 << 4
  static let countMax = 1 << 24

  init(kind: JSONKind, start: Int, end: Int, next: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
    self.next = UInt32(truncatingIfNeeded: next)
    info = UInt32(kind.rawValue)
  }

  /// What the value is; of a member name, a string.
  @inline(__always)
  package var kind: JSONKind { JSONKind(rawValue: UInt8(info & 7)) ?? .null }
  /// A string that holds at least one escape, so that its bytes are not its text.
  @inline(__always)
  package var isEscaped: Bool { info & Self.escapedFlag != 0 }
  /// A number of at most 15 digits without fraction or exponent, and not `-0`: canonical as it
  /// stands.
  @inline(__always)
  package var isPlainInteger: Bool { info & Self.plainIntegerFlag != 0 }
  /// Elements of an array, members of an object.
  @inline(__always)
  package var count: Int { Int(info >> 8) }

  /// The node of the same value in a copy: so many bytes, and so many nodes, further on.
  func moved(offset: Int, places: Int) -> JSONNode {
    var node = self
    node.start = UInt32(truncatingIfNeeded: Int(start) + offset)
    node.end = UInt32(truncatingIfNeeded: Int(end) + offset)
    node.next = UInt32(truncatingIfNeeded: Int(next) + places)
    return node
  }

  mutating func mark(_ flag: UInt32) { info |= flag }
  mutating func setCount(_ count: Int) { info = (info & 0xFF) | UInt32(count) << 8 }
}
