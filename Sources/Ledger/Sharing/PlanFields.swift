// Helpers for reading the files of the sharing plan: each asks for one thing, and answers with a sentence where it is
// not there.

import EventCatalog

/// Why a file of the sharing plan cannot be used. Mend the file at ``line`` and load it again.
package struct PlanFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// As the caller named it.
  package var file: String
  /// From 1.
  package var line: Int
  /// Stable: `plan.yaml`, `plan.unknown`, `plan.missing`, `plan.value`, `plan.type`, `plan.field`, `plan.personal`,
  /// `plan.purpose` or `plan.duplicate`.
  package var code: String
  /// What is wrong and how to mend it.
  package var sentence: String

  /// `service.yaml:12: …`, as editors and terminals link it.
  package var description: String { "\(file):\(line): \(sentence)" }
}

/// A word of a file, and where it stands.
struct PlanWord: Hashable {
  var text: String
  var line: Int
}

/// The members of one group of a file. Names that are not known are refused at once, so that a typing error is no rule
/// silently left out.
struct PlanFields {
  let what: String
  let line: Int
  let file: String
  let members: [YAMLMember]

  /// A group of any names.
  init(_ node: YAMLNode, _ what: String, file: String) throws(PlanFileError) {
    guard case .mapping(let members) = node.content else {
      throw PlanFileError(
        file: file, line: node.line, code: "plan.value",
        sentence: "\(what) is written as names and values, but here is \(node.word)")
    }
    self.what = what
    self.file = file
    self.members = members
    line = node.line
  }

  /// A group of known names.
  init(
    _ node: YAMLNode, _ what: String, known: [String], file: String
  ) throws(PlanFileError) {
    try self.init(node, what, file: file)
    for member in members where !known.contains(member.name) {
      throw fault(
        member.line, "plan.unknown",
        "`\(member.name)` is not known in \(what); known here: \(known.joined(separator: ", "))")
    }
  }

  /// The one document of a file.
  static func document(_ bytes: [UInt8], file: String) throws(PlanFileError) -> YAMLNode {
    do throws(YAMLError) {
      return try YAMLDocument.parse(bytes)
    } catch {
      throw PlanFileError(
        file: file, line: error.line, code: "plan.yaml", sentence: error.sentence)
    }
  }

  subscript(name: String) -> YAMLNode? { members.first { $0.name == name }?.value }

  func fault(_ line: Int, _ code: String, _ sentence: String) -> PlanFileError {
    PlanFileError(file: file, line: line, code: code, sentence: sentence)
  }

  func required(_ name: String) throws(PlanFileError) -> YAMLNode {
    guard let node = self[name] else {
      throw fault(line, "plan.missing", "\(what) lacks `\(name)`; add it")
    }
    return node
  }

  /// The text of a scalar.
  func text(_ name: String) throws(PlanFileError) -> String? {
    guard let node = self[name] else { return nil }
    guard let text = node.text, !node.isNull else {
      throw fault(
        node.line, "plan.value", "`\(name)` is one word or text, but here is \(node.word)")
    }
    return text
  }

  func requiredText(_ name: String) throws(PlanFileError) -> String {
    _ = try required(name)
    return try text(name) ?? ""
  }

  /// `yes` or `no`.
  func flag(_ name: String) throws(PlanFileError) -> Bool? {
    guard let text = try text(name) else { return nil }
    switch text {
    case "yes", "true": return true
    case "no", "false": return false
    default: throw fault(self[name]?.line ?? line, "plan.value", "`\(name)` is `yes` or `no`")
    }
  }

  /// A whole number in a range.
  func number(_ name: String, in range: ClosedRange<Int>) throws(PlanFileError) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw fault(
        self[name]?.line ?? line, "plan.value",
        "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// The words of a list; none where it is empty or not there.
  func words(_ name: String) throws(PlanFileError) -> [PlanWord] {
    guard let node = self[name] else { return [] }
    return try Self.words(of: node, "`\(name)`", file: file)
  }

  /// The words of a list, each once.
  static func words(
    of node: YAMLNode, _ what: String, file: String
  ) throws(PlanFileError) -> [PlanWord] {
    guard case .sequence(let elements) = node.content else {
      throw PlanFileError(
        file: file, line: node.line, code: "plan.value",
        sentence: "\(what) is a list of words, such as [one, two], but here is \(node.word)")
    }
    var words: [PlanWord] = []
    for element in elements {
      guard let text = element.text, !element.isNull else {
        throw PlanFileError(
          file: file, line: element.line, code: "plan.value",
          sentence: "\(what) is a list of words, but here is \(element.word)")
      }
      guard !words.contains(where: { $0.text == text }) else {
        throw PlanFileError(
          file: file, line: element.line, code: "plan.duplicate",
          sentence: "`\(text)` stands twice in \(what); remove one")
      }
      words.append(PlanWord(text: text, line: element.line))
    }
    return words
  }
}
