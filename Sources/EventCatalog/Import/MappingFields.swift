// Helpers for reading a mapping file: each asks for one thing, and answers with a sentence where it is not there.

/// The members of one group of a mapping file. Names that the language does not have are refused at once, so that a
/// typing error is not an option silently left out.
struct MappingFields {
  let what: String
  let line: Int
  let file: String
  private let members: [YAMLMember]

  init(
    _ node: YAMLNode, _ what: String, known: [String], file: String
  ) throws(MappingError) {
    guard case .mapping(let members) = node.content else {
      throw MappingError(
        file: file, line: node.line, code: "mapping.value",
        sentence: "\(what) is written as names and values, but here is \(node.word)")
    }
    for member in members where !known.contains(member.name) {
      throw MappingError(
        file: file, line: member.line, code: "mapping.unknown",
        sentence: "`\(member.name)` is not known in \(what); known here: "
          + known.joined(separator: ", "))
    }
    self.what = what
    self.file = file
    self.members = members
    line = node.line
  }

  subscript(name: String) -> YAMLNode? { members.first { $0.name == name }?.value }

  var names: [String] { members.map(\.name) }

  func fault(_ line: Int, _ code: String, _ sentence: String) -> MappingError {
    MappingError(file: file, line: line, code: code, sentence: sentence)
  }

  func required(_ name: String) throws(MappingError) -> YAMLNode {
    guard let node = self[name] else {
      throw fault(line, "mapping.missing", "\(what) lacks `\(name)`; add it")
    }
    return node
  }

  /// The text of a scalar.
  func text(_ name: String) throws(MappingError) -> String? {
    guard let node = self[name] else { return nil }
    guard let text = node.text, !node.isNull else {
      throw fault(
        node.line, "mapping.value", "`\(name)` is one word or text, but here is \(node.word)")
    }
    return text
  }

  func requiredText(_ name: String) throws(MappingError) -> String {
    _ = try required(name)
    return try text(name) ?? ""
  }

  /// `yes` or `no`.
  func flag(_ name: String) throws(MappingError) -> Bool? {
    guard let text = try text(name) else { return nil }
    switch text {
    case "yes", "true": return true
    case "no", "false": return false
    default:
      throw fault(self[name]?.line ?? line, "mapping.value", "`\(name)` is `yes` or `no`")
    }
  }

  /// A whole number in a range.
  func number(_ name: String, in range: ClosedRange<Int>) throws(MappingError) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw fault(
        self[name]?.line ?? line, "mapping.value",
        "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// One of a few words.
  func choice<Value>(
    _ name: String, _ choices: KeyValuePairs<String, Value>
  ) throws(MappingError) -> Value? {
    guard let text = try text(name) else { return nil }
    guard let choice = choices.first(where: { $0.key == text }) else {
      throw fault(
        self[name]?.line ?? line, "mapping.value",
        "`\(name)` is one of: " + choices.map(\.key).joined(separator: ", "))
    }
    return choice.value
  }

  /// A scalar, or a list of them.
  func texts(_ name: String) throws(MappingError) -> [(text: String, line: Int)]? {
    guard let node = self[name] else { return nil }
    if case .sequence(let elements) = node.content {
      var texts: [(text: String, line: Int)] = []
      for element in elements {
        guard let text = element.text else {
          throw fault(
            element.line, "mapping.value",
            "`\(name)` is a list of words, but here is \(element.word)")
        }
        texts.append((text, element.line))
      }
      guard !texts.isEmpty else {
        throw fault(node.line, "mapping.value", "`\(name)` is an empty list; name at least one")
      }
      return texts
    }
    guard let text = try text(name) else { return nil }
    return [(text, node.line)]
  }
}
