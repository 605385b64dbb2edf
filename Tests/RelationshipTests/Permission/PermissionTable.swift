// Reads the fixture of the permission table: worlds and rows.

import JSONBytes
import RapportTesting
import Relationship

/// A step of a history.
enum TableStep {
  case event(WrittenEvent)
  case drop(String)
  case refused(WrittenEvent, code: String)
  /// What needs the door: an import, a request. Not asked here.
  case ofTheDoor(String)
}

struct TableRow {
  var name: String
  var world: String
  var steps: [TableStep]
  /// The question, or the token to redeem.
  var question: Written
  var isSending: Bool
  var verdict: String
  var until: String?
  /// What follows the verdict: `insteadTry`, `duties`, `carriedBy`.
  var besides: [String: Written]
  var decidingEvent: String
  var rule: String
}

struct PermissionTable {
  private(set) var worlds: [String: [TableStep]] = [:]
  private(set) var rows: [TableRow] = []
  /// The rows as they stand in the file, with the head of the table.
  private(set) var lines: [String] = []

  static let folder = SharedData.repository + "/Tests/RelationshipTests/Fixtures"

  static func text(_ name: String) -> String {
    String(decoding: SharedData.bytes(ofFile: "\(folder)/\(name)"), as: UTF8.self)
  }

  static let shipped = Result { try PermissionTable(text("permission-table.md")) }

  init(_ text: String) throws {
    var world: String?
    var isInBlock = false
    for line in text.split(separator: "\n").map(String.init) {
      if line.hasPrefix("### World ") {
        let words = line.dropFirst("### World ".count).components(":")
        world = words[0]
        worlds[words[0]] = words.count > 1 ? worlds[String(words[1].dropFirst("as ".count))] : []
      } else if line == "```" {
        isInBlock.toggle()
      } else if isInBlock, let world {
        worlds[world, default: []].append(try Self.step(line, code: nil))
      } else if line.hasPrefix("| ") || line.hasPrefix("|-") {
        lines.append(line)
        guard line.hasPrefix("| T") else { continue }
        rows.append(try row(line))
      }
    }
  }

  private static func step(_ line: String, code: String?) throws -> TableStep {
    if line.hasPrefix("drop ") { return .drop(String(line.dropFirst("drop ".count))) }
    if line.hasPrefix("refused ") {
      guard let code else { throw NotationError(description: "no code: \(line)") }
      return .refused(try WrittenEvent(String(line.dropFirst("refused ".count))), code: code)
    }
    if line.hasPrefix("import ") || line.hasPrefix("GET ") { return .ofTheDoor(line) }
    return .event(try WrittenEvent(line))
  }

  private func row(_ line: String) throws -> TableRow {
    let cells = line.components("|").dropFirst().map(\.trimmed)
    guard cells.count >= 7 else { throw NotationError(description: "no row: \(line)") }
    var steps: [TableStep] = []
    for part in cells[2].components("<br>") where part != "-" {
      if part.hasPrefix("as ") {
        guard let other = rows.first(where: { $0.name == part.dropFirst(3) }) else {
          throw NotationError(description: "no row before: \(part)")
        }
        steps += other.steps
        continue
      }
      // `text` or `text`: `code`
      let quoted = part.components("`")
      steps.append(try Self.step(quoted[1], code: quoted.count > 3 ? quoted[3] : nil))
    }
    var question = cells[3].components("`")[1]
    let isSending = question.hasPrefix("send ")
    if isSending { question = String(question.dropFirst("send ".count)) }
    let answer = cells[4].components(";").map(\.trimmed)
    let verdict = answer[0].split(separator: " ", maxSplits: 1).map(String.init)
    var besides: [String: Written] = [:]
    for part in answer.dropFirst() {
      let pair = part.components(": ")
      besides[pair[0]] = try NotationReader.value(pair[1])
    }
    return TableRow(
      name: cells[0], world: cells[1], steps: steps,
      question: try NotationReader.value(question), isSending: isSending, verdict: verdict[0],
      until: verdict.count > 1 ? verdict[1] : nil, besides: besides, decidingEvent: cells[5],
      rule: cells[6].components("`")[1])
  }
}

extension StringProtocol {
  /// The parts between occurrences of a text, trimmed.
  func components(_ separator: String) -> [String] {
    var parts: [String] = []
    var rest = Substring(self)
    while let range = rest.firstRange(of: separator) {
      parts.append(rest[..<range.lowerBound].trimmed)
      rest = rest[range.upperBound...]
    }
    return parts + [rest.trimmed]
  }
}
