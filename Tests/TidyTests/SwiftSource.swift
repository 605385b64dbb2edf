/// A Swift file parted into code and comments, line by line, so that a rule can look at one without the other.
struct SwiftSource {
  /// Path below the repository, e.g. `Sources/Disk/LZ4.swift`.
  let path: String
  let lines: [Line]

  struct Line {
    /// The line as it stands, without the blanks around it.
    var text = ""
    /// The code of the line; what stands in strings and comments is blanked.
    var code = ""
    /// What stands in comments of the line, their marks included.
    var comment = ""

    var isBlank: Bool { text.isEmpty }
    var holdsOnlyComment: Bool { !comment.isEmpty && code.allSatisfy(\.isWhitespace) }
    /// A line of a documentation comment: `/// …`, or the end of `/** … */`.
    var isDocumentation: Bool {
      holdsOnlyComment && (comment.hasPrefix("///") || comment.hasSuffix("*/"))
    }
  }

  /// The room: the folder below `Sources` or `Tests`.
  var room: String {
    let parts = path.split(separator: "/")
    return parts.count > 2 ? String(parts[1]) : ""
  }

  /// Parts `text`. Cost: one pass over its bytes.
  init(path: String, text: String) {
    self.path = path
    var lexer = Lexer(bytes: Array(text.utf8))
    lexer.run()
    let raw = text.split(separator: "\n", omittingEmptySubsequences: false)
    lines = lexer.lines.enumerated().map { number, parted in
      Line(
        text: number < raw.count ? trimmed(raw[number]) : "",
        code: String(decoding: parted.code, as: UTF8.self),
        comment: trimmed(String(decoding: parted.comment, as: UTF8.self)))
    }
  }

  /// The words (identifiers and keywords) of a line's code, each with the characters that touch it.
  func words(inLine number: Int) -> [Word] { Word.all(in: lines[number].code) }
}

/// A word of code with the characters beside it; nil at the ends of the line.
struct Word {
  var text: Substring
  var before: Character?
  var after: Character?

  static func all(in code: String) -> [Word] {
    var words: [Word] = []
    var index = code.startIndex
    var before: Character?
    while index < code.endIndex {
      guard isPart(code[index]) else {
        before = code[index]
        index = code.index(after: index)
        continue
      }
      let start = index
      while index < code.endIndex, isPart(code[index]) { index = code.index(after: index) }
      let after = index < code.endIndex ? code[index] : nil
      words.append(Word(text: code[start..<index], before: before, after: after))
      before = code[code.index(before: index)]
    }
    return words
  }

  private static func isPart(_ character: Character) -> Bool {
    character == "_" || character.isLetter || character.isNumber
  }
}

/// `text` without the blanks around it.
func trimmed(_ text: some StringProtocol) -> String {
  guard let first = text.firstIndex(where: { !$0.isWhitespace }),
    let last = text.lastIndex(where: { !$0.isWhitespace })
  else { return "" }
  return String(text[first...last])
}

/// Tells code from strings and comments. Knows nested comments, raw and multi-line strings, interpolation and
/// regular expressions between slashes.
private struct Lexer {
  struct Parted {
    var code: [UInt8] = []
    var comment: [UInt8] = []
  }

  private enum Mode {
    /// Code; inside an interpolation, the parentheses open so far.
    case code(parentheses: Int)
    case string(hashes: Int, isMultiline: Bool)
    case pattern(hashes: Int)
    case lineComment
    case blockComment(depth: Int)
  }

  let bytes: [UInt8]
  var lines: [Parted] = [Parted()]
  private var index = 0
  private var modes: [Mode] = [.code(parentheses: 0)]
  /// The last byte of code that is no blank: tells a regular expression from a division.
  private var lastCode: UInt8 = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func run() {
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\n") {
        endLine()
        continue
      }
      switch modes[modes.count - 1] {
      case .code(let parentheses): code(parentheses)
      case .string(let hashes, let isMultiline): string(hashes, isMultiline)
      case .pattern(let hashes): pattern(hashes)
      case .lineComment: takeComment(1)
      case .blockComment(let depth): blockComment(depth)
      }
    }
  }

  private mutating func endLine() {
    switch modes[modes.count - 1] {
    case .lineComment, .pattern(hashes: 0), .string(_, isMultiline: false): modes.removeLast()
    default: break
    }
    lines.append(Parted())
    index += 1
  }

  private mutating func code(_ parentheses: Int) {
    let byte = bytes[index]
    if starts("//") {
      modes.append(.lineComment)
    } else if starts("/*") {
      modes.append(.blockComment(depth: 0))
    } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#") {
      stringOrHash()
    } else if byte == UInt8(ascii: "/"), isPatternStart() {
      takeCode(1)
      modes.append(.pattern(hashes: 0))
    } else if modes.count > 1, byte == UInt8(ascii: "(") {
      modes[modes.count - 1] = .code(parentheses: parentheses + 1)
      takeCode(1)
    } else if modes.count > 1, byte == UInt8(ascii: ")") {
      takeCode(1)
      if parentheses == 0 {
        modes.removeLast()
      } else {
        modes[modes.count - 1] = .code(parentheses: parentheses - 1)
      }
    } else {
      takeCode(1)
    }
  }

  private mutating func stringOrHash() {
    var hashes = 0
    while index + hashes < bytes.count, bytes[index + hashes] == UInt8(ascii: "#") { hashes += 1 }
    if starts("\"\"\"", at: index + hashes) {
      takeCode(hashes + 3)
      modes.append(.string(hashes: hashes, isMultiline: true))
    } else if starts("\"", at: index + hashes) {
      takeCode(hashes + 1)
      modes.append(.string(hashes: hashes, isMultiline: false))
    } else if hashes > 0, starts("/", at: index + hashes) {
      takeCode(hashes + 1)
      modes.append(.pattern(hashes: hashes))
    } else {
      takeCode(max(hashes, 1))
    }
  }

  private mutating func string(_ hashes: Int, _ isMultiline: Bool) {
    let quotes = isMultiline ? "\"\"\"" : "\""
    if starts(quotes), areHashes(hashes, at: index + quotes.utf8.count) {
      modes.removeLast()
      takeCode(quotes.utf8.count + hashes)
    } else if bytes[index] == UInt8(ascii: "\\"), areHashes(hashes, at: index + 1) {
      let escaped = index + 1 + hashes
      if starts("(", at: escaped) {
        blank(1 + hashes)
        takeCode(1)
        modes.append(.code(parentheses: 0))
      } else {
        // The escaped byte too, but never a line's end.
        blank(1 + hashes)
        if index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank(1) }
      }
    } else {
      blank(1)
    }
  }

  private mutating func pattern(_ hashes: Int) {
    if bytes[index] == UInt8(ascii: "\\") {
      blank(1)
      if index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank(1) }
    } else if bytes[index] == UInt8(ascii: "/"), areHashes(hashes, at: index + 1) {
      modes.removeLast()
      takeCode(1 + hashes)
    } else {
      blank(1)
    }
  }

  private mutating func blockComment(_ depth: Int) {
    if starts("/*") {
      modes[modes.count - 1] = .blockComment(depth: depth + 1)
      takeComment(2)
    } else if starts("*/") {
      takeComment(2)
      if depth <= 1 {
        modes.removeLast()
      } else {
        modes[modes.count - 1] = .blockComment(depth: depth - 1)
      }
    } else {
      takeComment(1)
    }
  }

  /// A slash opens a regular expression where no value stands before it and no blank behind.
  private func isPatternStart() -> Bool {
    guard index + 1 < bytes.count, bytes[index + 1] != UInt8(ascii: " ") else { return false }
    return [UInt8(ascii: "("), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: ":")]
      .contains(lastCode)
  }

  private func starts(_ text: String, at place: Int? = nil) -> Bool {
    let place = place ?? index
    let wanted = text.utf8
    guard place + wanted.count <= bytes.count else { return false }
    return bytes[place..<place + wanted.count].elementsEqual(wanted)
  }

  private func areHashes(_ count: Int, at place: Int) -> Bool {
    guard place + count <= bytes.count else { return false }
    return bytes[place..<place + count].allSatisfy { $0 == UInt8(ascii: "#") }
  }

  private mutating func takeCode(_ count: Int) {
    for byte in bytes[index..<min(index + count, bytes.count)] {
      lines[lines.count - 1].code.append(byte)
      if byte != UInt8(ascii: " ") { lastCode = byte }
    }
    index += count
  }

  private mutating func takeComment(_ count: Int) {
    lines[lines.count - 1].comment += bytes[index..<min(index + count, bytes.count)]
    index += count
  }

  private mutating func blank(_ count: Int) {
    lines[lines.count - 1].code += [UInt8](repeating: UInt8(ascii: " "), count: count)
    index += count
  }
}
