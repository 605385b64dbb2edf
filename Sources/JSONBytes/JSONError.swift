/// Why a text is not JSON as this ledger takes it (RFC 8259, and stricter), and where.
package struct JSONError: Error, Hashable, Sendable {
  /// What is wrong; the raw value is the sentence.
  package enum Reason: String, Sendable {
    case unexpectedEnd = "the text ends inside a value"
    case unexpectedByte = "this byte cannot stand here"
    case trailingBytes = "there are bytes after the value"
    case badNumber = "this is not a JSON number"
    case badLiteral = "this is none of true, false and null"
    case badEscape = "this escape does not exist"
    case loneSurrogate = "half of a surrogate pair stands alone"
    case controlCharacter = "a control character in a string must be escaped"
    case badUTF8 = "these bytes are not UTF-8"
    case byteOrderMark = "a byte order mark is not part of JSON"
    case duplicateName = "an object names one member twice"
    case tooDeep = "values are nested deeper than 32"
    case tooManyMembers = "an object has more than 1,000 members"
    case tooManyElements = "an array has more than 1,000,000 elements"
    case tooLarge = "the text is larger than 1 GiB"
    case inexactNumber =
      "this number changes when it is stored as an IEEE double; write it as a string"
  }

  /// What is wrong.
  package var reason: Reason
  /// Byte offset in the text that was scanned.
  package var offset: Int
  /// From 1.
  package var line: Int
  /// From 1, in bytes.
  package var column: Int

  /// Finds line and column of `offset` by counting line feeds; costs one pass over the text before
  /// it.
  init(_ reason: Reason, at offset: Int, in bytes: Span<UInt8>, from start: Int) {
    self.reason = reason
    self.offset = offset - start
    var line = 1
    var lineStart = start
    var index = start
    while index < min(offset, bytes.count) {
      if bytes[index] == 0x0A {
        line += 1
        lineStart = index + 1
      }
      index += 1
    }
    self.line = line
    column = offset - lineStart + 1
  }

  /// A sentence that names the place and never the content.
  package var sentence: String { "line \(line), column \(column): \(reason.rawValue)" }
}
