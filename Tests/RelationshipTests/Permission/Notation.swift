// The notation of the permission table: events, times and questions as a compliance officer writes them.

import JSONBytes
import Relationship

/// A value of the notation: `a@example.test`, `[email, sms]`, `{count: 1, period: P7D}`.
indirect enum Written: Equatable {
  case word(String)
  case list([Written])
  case group([(name: String, value: Written)])

  static func == (one: Written, other: Written) -> Bool { "\(one)" == "\(other)" }

  subscript(name: String) -> Written? {
    guard case .group(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  var word: String? {
    if case .word(let word) = self { word } else { nil }
  }

  var words: [String] {
    if case .list(let list) = self { list.compactMap(\.word) } else { [] }
  }
}

/// Why a text is not in the notation.
struct NotationError: Error, CustomStringConvertible {
  let description: String
}

/// Reads values of the notation from a text.
struct NotationReader {
  private var rest: Substring

  init(_ text: some StringProtocol) { rest = Substring(text) }

  static func value(_ text: String) throws -> Written {
    var reader = NotationReader(text)
    let value = try reader.value(ending: "")
    reader.skipBlanks()
    guard reader.rest.isEmpty else { throw NotationError(description: "too much: \(text)") }
    return value
  }

  private mutating func skipBlanks() { rest = rest.drop { $0 == " " } }

  private mutating func take(_ character: Character) -> Bool {
    guard rest.first == character else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func value(ending: String) throws -> Written {
    skipBlanks()
    if take("[") {
      var list: [Written] = []
      skipBlanks()
      while !take("]") {
        list.append(try value(ending: ",]"))
        _ = take(",")
        skipBlanks()
        if rest.isEmpty { throw NotationError(description: "a list without end") }
      }
      return .list(list)
    }
    if take("{") {
      var members: [(String, Written)] = []
      skipBlanks()
      while !take("}") {
        guard let colon = rest.firstRange(of: ": ") else {
          throw NotationError(description: "no name before: \(rest)")
        }
        let name = String(rest[..<colon.lowerBound])
        rest = rest[colon.upperBound...]
        members.append((name, try value(ending: ",}")))
        _ = take(",")
        skipBlanks()
        if rest.isEmpty { throw NotationError(description: "a group without end") }
      }
      return .group(members)
    }
    let word = rest.prefix { !ending.contains($0) }
    rest = rest[word.endIndex...]
    return .word(word.trimmed)
  }
}

extension StringProtocol {
  /// Without blanks around it.
  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

/// Times of the notation.
enum NotationTime {
  /// Day 0 is 2 March 2026.
  static func day(_ number: Int, hour: Int = 16, minute: Int = 0) -> Timestamp {
    let start = CivilDate(year: 2026, month: 3, day: 2).map(\.daysSince1970) ?? 0
    let minutes = Int64((start + number) * 1_440 + hour * 60 + minute)
    return Timestamp(microseconds: minutes * 60_000_000)
  }

  /// `d3`, `d3 16:01`, `2026-03-05`, or RFC 3339.
  static func read(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ")
    guard let first = parts.first, parts.count <= 2 else { return nil }
    var (hour, minute) = (16, 0)
    if parts.count == 2 {
      guard isClock(parts[1]), let minutes = LocalHours.minutes(String(parts[1])) else {
        return nil
      }
      (hour, minute) = (minutes / 60, minutes % 60)
    }
    if first.first == "d", let number = Int(first.dropFirst()) {
      return day(number, hour: hour, minute: minute)
    }
    if let date = CivilDate(Array(first.utf8)) {
      let start = Timestamp(date).microseconds
      return Timestamp(microseconds: start + Int64(hour * 60 + minute) * 60_000_000)
    }
    return Timestamp(text)
  }

  static func isClock(_ text: some StringProtocol) -> Bool {
    LocalHours.minutes(String(text)) != nil
  }
}

/// One line of a history.
struct WrittenEvent {
  var label: String
  var time: Timestamp
  var recorded: Timestamp
  var subject: String?
  var type: String
  var fields: Written
  /// `customer`, `staff`, `system` or `import`, where it is given.
  var author: String?

  /// `label time [subject:] type {fields} [by author] [recorded time]`.
  init(_ line: String) throws {
    guard let open = line.firstIndex(of: "{"), let close = line.lastIndex(of: "}") else {
      throw NotationError(description: "no fields: \(line)")
    }
    var head = line[..<open].split(separator: " ").map(String.init)
    guard head.count >= 3 else { throw NotationError(description: "no event: \(line)") }
    label = head.removeFirst()
    var when = head.removeFirst()
    if NotationTime.isClock(head[0]) { when += " " + head.removeFirst() }
    guard let time = NotationTime.read(when) else {
      throw NotationError(description: "no time: \(line)")
    }
    self.time = time
    recorded = time
    if head.count == 2, head[0].hasSuffix(":") { subject = String(head.removeFirst().dropLast()) }
    guard head.count == 1 else { throw NotationError(description: "no type: \(line)") }
    type = head[0]
    fields = try NotationReader.value(String(line[open...close]))
    var tail = line[line.index(after: close)...].split(separator: " ").map(String.init)
    while !tail.isEmpty {
      switch tail.removeFirst() {
      case "by" where !tail.isEmpty: author = tail.removeFirst()
      case "recorded":
        let text = tail.joined(separator: " ")
        guard let instant = NotationTime.read(text) else {
          throw NotationError(description: "no time: \(text)")
        }
        recorded = instant
        tail = []
      default: throw NotationError(description: "what is behind the fields? \(line)")
      }
    }
  }
}
