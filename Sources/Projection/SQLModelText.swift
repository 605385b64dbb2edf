// The file of a read model in SQL: its header, and its statements one by one.

/// Why the file of a read model in SQL was refused. The file is to be mended; nothing was done.
package struct SQLModelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Stable; for programs.
  package var code: String
  package var file: String
  package var line: Int
  /// What is wrong, and how to mend it.
  package var sentence: String

  /// Joins the parts.
  package init(code: String, file: String, line: Int, sentence: String) {
    self.code = code
    self.file = file
    self.line = line
    self.sentence = sentence
  }

  package var description: String { "\(file):\(line): \(sentence)" }
}

/// One statement of the file.
struct SQLStatement: Hashable, Sendable {
  /// Without the semicolon.
  var text: String
  /// The line of its first word, from 1.
  var line: Int
  /// Its first words in capitals, comments left out; at most three.
  var words: [String]
  /// Comments inside it.
  var comments: Int
}

/// What the file says, before SQLite has looked at it.
///
///     -- name: weeklysales
///     -- version: 1
///     -- department: sales
///     -- reads: [order.completed]
///     -- onError: goOn
///
///     CREATE TABLE … STRICT;
///     CREATE INDEX …; CREATE VIEW …;
///     INSERT INTO … SELECT … FROM batch …;
struct SQLModelText: Sendable {
  private(set) var name = ""
  private(set) var version = 0
  private(set) var department: String?
  private(set) var reads: Set<String> = []
  private(set) var onError = HolePolicy.goOn
  private(set) var tables: [SQLStatement] = []
  private(set) var indexes: [SQLStatement] = []
  private(set) var statements: [SQLStatement] = []

  private static let keys = ["name", "version", "department", "reads", "onError", "about"]

  private let file: String

  init(_ text: String, file: String) throws(SQLModelError) {
    self.file = file
    guard text.utf8.count <= SQLReadModel.sizeMax else {
      throw wrong(1, "the file is longer than 256 KiB")
    }
    guard !text.utf8.contains(0) else { throw wrong(1, "the file holds a zero byte") }
    try readHeader(text)
    try readStatements(text)
  }

  private func wrong(_ line: Int, _ sentence: String) -> SQLModelError {
    SQLModelError(code: "view.definition", file: file, line: line, sentence: sentence)
  }

  // MARK: Header

  private mutating func readHeader(_ text: String) throws(SQLModelError) {
    var seen: Set<String> = []
    var number = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("--") else { break }
      number += 1
      let content = Self.trimmed(line.dropFirst(2))
      guard let colon = content.firstIndex(of: ":") else {
        throw wrong(
          number, "a line of the header is `-- key: value`; an empty line ends the header")
      }
      let key = String(content[..<colon])
      let value = Self.trimmed(content[content.index(after: colon)...])
      guard Self.keys.contains(key) else {
        throw wrong(number, "the header has no key of that name; there is \(Self.list(Self.keys))")
      }
      guard seen.insert(key).inserted else { throw wrong(number, "`\(key)` is said twice") }
      guard !value.isEmpty else { throw wrong(number, "`\(key)` has no value") }
      try take(key, value, number)
    }
    for key in ["name", "version", "reads"] where !seen.contains(key) {
      throw wrong(
        max(number, 1), "the header at the top of the file lacks `-- \(key): …`")
    }
  }

  private mutating func take(
    _ key: String, _ value: Substring, _ line: Int
  ) throws(SQLModelError) {
    switch key {
    case "name":
      guard Self.isName(value), value.utf8.count <= 40 else {
        throw wrong(line, "a name is of lower-case letters and digits, at most 40, a letter first")
      }
      name = String(value)
    case "version":
      guard value.utf8.allSatisfy(Self.isDigit), let number = Int(value),
        (1...1_000_000).contains(number)
      else { throw wrong(line, "`version` is a whole number from 1") }
      version = number
    case "department":
      guard Self.isName(value) else {
        throw wrong(line, "`department` is the name of one, such as sales")
      }
      department = String(value)
    case "reads": reads = try Self.types(value, wrong, line)
    case "onError":
      guard let policy = HolePolicy(rawValue: String(value)) else {
        throw wrong(line, "`onError` is goOn or stop")
      }
      onError = policy
    default: break
    }
  }

  private static func types(
    _ value: Substring, _ wrong: (Int, String) -> SQLModelError, _ line: Int
  ) throws(SQLModelError) -> Set<String> {
    var inner = value
    if value.hasPrefix("["), value.hasSuffix("]") { inner = value.dropFirst().dropLast() }
    var found: Set<String> = []
    for part in inner.split(separator: ",", omittingEmptySubsequences: false) {
      let type = trimmed(part)
      let isType =
        !type.isEmpty && type.utf8.count <= 128
        && type.utf8.allSatisfy {
          isDigit($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: ".")
        }
      guard isType else {
        throw wrong(
          line, "`reads` is a list of event types, such as [order.completed, order.refunded]")
      }
      guard found.insert(String(type)).inserted else {
        throw wrong(line, "`reads` names a type twice")
      }
    }
    return found
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.allSatisfy { isDigit($0) || (0x61...0x7A).contains($0) }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let last = text.last, " \t\r".contains(last) { text.removeLast() }
    while let first = text.first, " \t".contains(first) { text.removeFirst() }
    return text
  }

  private static func list(_ words: [String]) -> String {
    words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }

  // MARK: Statements

  private mutating func readStatements(_ text: String) throws(SQLModelError) {
    var splitter = SQLSplitter(text)
    while let statement = splitter.next() {
      guard splitter.isEnded else {
        throw wrong(
          statement.line, "this statement has no end; a semicolon, a quote or */ is missing")
      }
      try sort(statement)
    }
    guard !tables.isEmpty else { throw wrong(1, "there is no CREATE TABLE … STRICT statement") }
    guard !statements.isEmpty else {
      throw wrong(1, "there is no statement that fills a table from batch")
    }
  }

  private mutating func sort(_ statement: SQLStatement) throws(SQLModelError) {
    let words = statement.words
    switch words.first {
    case "CREATE":
      guard statements.isEmpty else {
        throw wrong(
          statement.line, "tables, indexes and views stand before the statements that fill them")
      }
      switch words.dropFirst().first {
      case "TABLE":
        guard indexes.isEmpty else {
          throw wrong(statement.line, "tables stand before indexes and views")
        }
        tables.append(statement)
      case "INDEX", "VIEW": indexes.append(statement)
      case "UNIQUE":
        throw wrong(
          statement.line,
          "indexes are made when the rows are in; say UNIQUE inside the table instead")
      default:
        throw SQLModelError(
          code: "view.forbidden", file: file, line: statement.line,
          sentence: "only tables, indexes and views can be created")
      }
    case "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH": statements.append(statement)
    default:
      throw SQLModelError(
        code: "view.forbidden", file: file, line: statement.line,
        sentence:
          "a statement over the batch begins with INSERT, REPLACE, UPDATE, DELETE or WITH; "
          + "there is no other")
    }
  }
}

/// Cuts SQL into statements, as SQLite's own tokenizer would.
private struct SQLSplitter {
  private let bytes: [UInt8]
  private var place = 0
  private var line = 1
  /// Whether the last statement ended with a semicolon, and nothing in it was left open.
  private(set) var isEnded = true

  init(_ text: String) { bytes = Array(text.utf8) }

  private func byte(_ offset: Int = 0) -> UInt8? {
    place + offset < bytes.count ? bytes[place + offset] : nil
  }

  private mutating func step() {
    if bytes[place] == UInt8(ascii: "\n") { line += 1 }
    place += 1
  }

  /// Steps behind the closing byte of what was opened; false where there is none.
  private mutating func skip(to closing: UInt8) -> Bool {
    while let next = byte() {
      step()
      guard next == closing else { continue }
      // A quote that is doubled stands for itself; a bracket is not doubled.
      if closing != UInt8(ascii: "]"), byte() == closing { step() } else { return true }
    }
    return false
  }

  private mutating func skipComment(toEnd end: [UInt8]) -> Bool {
    while place < bytes.count {
      if bytes[place...].starts(with: end) {
        for _ in end { step() }
        return true
      }
      step()
    }
    return end == [UInt8(ascii: "\n")]
  }

  mutating func next() -> SQLStatement? {
    var start: Int?
    var startLine = line
    var words: [String] = []
    var word: [UInt8] = []
    var comments = 0
    isEnded = true
    func begin(_ place: Int, _ line: Int) {
      if start == nil { (start, startLine) = (place, line) }
    }
    func endWord() {
      if !word.isEmpty, words.count < 3 {
        words.append(String(decoding: word, as: UTF8.self).uppercased())
      }
      word = []
    }
    while let next = byte() {
      let isWordByte =
        next >= 0x80 || next == UInt8(ascii: "_") || (0x30...0x39).contains(next)
        || (0x61...0x7A).contains(next | 0x20)
      if isWordByte {
        begin(place, line)
        word.append(next)
        step()
        continue
      }
      endWord()
      switch next {
      case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
        if start != nil { comments += 1 }
        _ = skipComment(toEnd: [UInt8(ascii: "\n")])
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
        if start != nil { comments += 1 }
        let open = line
        step()
        step()
        if !skipComment(toEnd: Array("*/".utf8)) {
          begin(place, open)
          isEnded = false
        }
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "["):
        begin(place, line)
        step()
        if !skip(to: next == UInt8(ascii: "[") ? UInt8(ascii: "]") : next) { isEnded = false }
      case UInt8(ascii: ";"):
        let end = place
        step()
        guard let from = start else { continue }
        return SQLStatement(
          text: String(decoding: bytes[from..<end], as: UTF8.self), line: startLine, words: words,
          comments: comments)
      case 0x20, 0x09, 0x0A, 0x0C, 0x0D: step()
      default:
        begin(place, line)
        step()
      }
    }
    endWord()
    guard let from = start else { return nil }
    isEnded = false
    return SQLStatement(
      text: String(decoding: bytes[from...], as: UTF8.self), line: startLine, words: words,
      comments: comments)
  }
}
