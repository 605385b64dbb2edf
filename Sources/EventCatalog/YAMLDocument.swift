// The one file that reads YAML, through Yams. What comes out are plain values with the line on which each stands,
// so that whoever wrote the file is told where to mend it.
import Yams

/// One value of a YAML file, and the line on which it begins.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// `isPlain`: written without quotes, so that `true` or `12` may mean more than text.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    /// Members in the order of the file; no name stands twice.
    case mapping([YAMLMember])
  }

  package var content: Content
  /// From 1.
  package var line: Int

  package init(_ content: Content, line: Int) {
    self.content = content
    self.line = line
  }

  /// The text of a scalar; nil for anything else.
  package var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// Whether nothing is written here, or `~` or `null`.
  package var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return text.isEmpty || text == "~" || text == "null"
  }

  /// The word for an error message.
  package var word: String {
    switch content {
    case .scalar: isNull ? "nothing" : "a word"
    case .sequence: "a list"
    case .mapping: "a group of names and values"
    }
  }
}

/// A name and its value in a YAML mapping.
package struct YAMLMember: Sendable {
  package var name: String
  package var value: YAMLNode
  /// Of the name, from 1.
  package var line: Int
}

/// Why a file is not YAML as Rapport reads it.
package struct YAMLError: Error, Hashable, Sendable {
  /// From 1.
  package var line: Int
  /// Says what is wrong and how to mend it; holds nothing of the file but names.
  package var sentence: String
}

/// Reads one YAML document.
package enum YAMLDocument {
  /// Files that people write are far smaller.
  package static let sizeMax = 256 * 1024
  package static let nodesMax = 50_000
  package static let depthMax = 32

  /// The one document in `bytes`, UTF-8.
  ///
  /// Refused besides what is not YAML: a second document, anchors and aliases (a few lines of them unfold without
  /// end), names that are not scalars, more than ``nodesMax`` values or ``depthMax`` levels.
  package static func parse(_ bytes: [UInt8]) throws(YAMLError) -> YAMLNode {
    guard bytes.count <= sizeMax else {
      throw YAMLError(line: 1, sentence: "the file is larger than 256 KiB; split it")
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      throw YAMLError(line: 1, sentence: "the file is not UTF-8; save it as UTF-8")
    }
    let parser: Parser
    let root: Node?
    do {
      parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      root = try parser.singleRoot()
    } catch {
      throw problem(error, lines: 1 + text.utf8.count { $0 == 0x0A })
    }
    guard let root else {
      throw YAMLError(line: 1, sentence: "the file is empty")
    }
    var left = nodesMax
    // Anchors are weak references: the parser that owns them must live until the nodes are read.
    defer { withExtendedLifetime(parser) {} }
    return try plain(root, depth: 1, &left)
  }

  private static func plain(
    _ node: Node, depth: Int, _ left: inout Int
  ) throws(YAMLError) -> YAMLNode {
    let line = node.mark?.line ?? 1
    left -= 1
    guard left >= 0 else {
      throw YAMLError(line: line, sentence: "the file has more than 50,000 values; split it")
    }
    guard depth <= depthMax else {
      throw YAMLError(line: line, sentence: "values are nested deeper than 32; flatten them")
    }
    guard node.anchor == nil else {
      throw YAMLError(
        line: line,
        sentence: "anchors (&) and aliases (*) are not read here; write the value out, "
          + "or put quotes around it if it is text")
    }
    switch node {
    case .scalar(let scalar):
      return YAMLNode(.scalar(scalar.string, isPlain: scalar.style == .plain), line: line)
    case .sequence(let sequence):
      var elements: [YAMLNode] = []
      for element in sequence { elements.append(try plain(element, depth: depth + 1, &left)) }
      return YAMLNode(.sequence(elements), line: line)
    case .mapping(let mapping):
      var members: [YAMLMember] = []
      for (key, value) in mapping {
        let keyLine = key.mark?.line ?? line
        guard let name = key.scalar?.string else {
          throw YAMLError(line: keyLine, sentence: "a name must be a word, not a list or a group")
        }
        // Two spellings of one word (`a` and `"a"`) are one name to the reader of the file.
        guard !members.contains(where: { $0.name == name }) else {
          throw YAMLError(line: keyLine, sentence: "`\(name)` stands here twice; remove one")
        }
        members.append(
          YAMLMember(
            name: name, value: try plain(value, depth: depth + 1, &left), line: keyLine))
      }
      return YAMLNode(.mapping(members), line: line)
    case .alias:
      throw YAMLError(line: line, sentence: "aliases (*) are not read here; write the value out")
    }
  }

  /// The parser may find a fault behind the last of `lines`; an editor cannot go there.
  private static func problem(_ error: any Error, lines: Int) -> YAMLError {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _),
      YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      YAMLError(line: min(mark.line, lines), sentence: "this is not YAML: \(problem)")
    case YamlError.duplicatedKeysInMapping(let names, let context):
      YAMLError(
        line: context.mark.line,
        sentence: "`\(names.first ?? "")` stands twice in one group; remove one")
    case YamlError.reader(let problem, _, _, _):
      YAMLError(line: 1, sentence: "this is not YAML: \(problem)")
    default: YAMLError(line: 1, sentence: "this is not YAML")
    }
  }
}
