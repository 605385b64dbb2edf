/// Declarations that other rooms see must say what they give.
enum Documentation {
  /// Kinds that need a sentence of their own. Properties, cases, initialisers and types inside a type are often
  /// told by the comment of their type and their name; they are only counted.
  private static let told: Set = [
    "struct", "enum", "class", "protocol", "actor", "func", "subscript",
  ]
  private static let counted: Set = ["var", "let", "init", "typealias", "case"]
  private static let modifiers: Set = [
    "package", "static", "final", "class", "mutating", "nonmutating", "consuming", "borrowing",
    "nonisolated", "indirect", "convenience", "required", "override", "lazy", "weak", "prefix",
    "postfix", "infix", "private", "fileprivate", "set", "unsafe", "isolated", "distributed",
  ]
  /// What protocols of the standard library, and of the command line's, ask for: told there.
  private static let wellKnown: Set = [
    "hash", "encode", "next", "makeIterator", "run", "validate", "withContiguousStorageIfAvailable",
    "index",
  ]

  /// Names that the protocols of `sources` ask for. Who fulfils them need not tell again.
  static func requirements(of sources: [SwiftSource]) -> Set<String> {
    var names: Set<String> = []
    for source in sources {
      var depth = 0
      var protocolDepth: Int?
      for number in source.lines.indices {
        let words = source.words(inLine: number).map { String($0.text) }
        if protocolDepth == nil, words.contains("protocol") { protocolDepth = depth }
        if protocolDepth != nil, let place = words.firstIndex(of: "func"), place + 1 < words.count {
          names.insert(words[place + 1])
        }
        for character in source.lines[number].code {
          if character == "{" { depth += 1 }
          if character == "}" {
            depth -= 1
            if depth == protocolDepth { protocolDepth = nil }
          }
        }
      }
    }
    return names
  }

  /// The undocumented types and functions of `source`; `requirements` names what protocols already tell.
  static func findings(in source: SwiftSource, requirements: Set<String> = []) -> [Finding] {
    undocumented(in: source).compactMap { found in
      guard told.contains(found.kind), !requirements.contains(found.name),
        !wellKnown.contains(found.name), !isOperator(found, in: source),
        !isShort(found, in: source), !found.isInnerType
      else { return nil }
      return Finding(
        path: source.path, line: found.line,
        message: "`\(found.kind) \(found.name)` has no `///`; "
          + (["func", "subscript"].contains(found.kind)
            ? "say what it gives, what it throws, and what the caller does next"
            : "say what it holds"))
    }
  }

  /// How many properties, cases and initialisers of `source` have no comment of their own.
  static func countOfSilent(in source: SwiftSource) -> Int {
    undocumented(in: source).count { counted.contains($0.kind) || $0.isInnerType }
  }

  private struct Declaration {
    var line: Int
    var kind: String
    var name: String
    /// Whether it stands inside another declaration.
    var isInner: Bool

    var isInnerType: Bool { isInner && kind != "func" && kind != "subscript" }
  }

  private static func undocumented(in source: SwiftSource) -> [Declaration] {
    source.lines.indices.compactMap { number in
      guard let found = declaration(inLine: number, of: source), !isTold(at: number, in: source)
      else { return nil }
      return found
    }
  }

  /// The declaration for other rooms that begins in the line; nil if there is none.
  private static func declaration(inLine number: Int, of source: SwiftSource) -> Declaration? {
    // Attributes may stand in front: `@discardableResult package func …`.
    let words = source.words(inLine: number)
      .drop { $0.before == "@" || $0.before == "(" }.map { String($0.text) }
    guard let visibility = words.firstIndex(of: "package"),
      words[..<visibility].allSatisfy(modifiers.contains)
    else { return nil }
    var rest = words[(visibility + 1)...]
    // `class` may be a modifier or the kind: the kind is followed by the name.
    while let word = rest.first, modifiers.contains(word),
      word != "class" || rest.dropFirst().first == "func" || rest.dropFirst().first == "var"
    {
      rest = rest.dropFirst()
    }
    guard let kind = rest.first, told.contains(kind) || counted.contains(kind) else { return nil }
    return Declaration(
      line: number + 1, kind: kind, name: rest.dropFirst().first ?? "",
      isInner: source.lines[number].code.first?.isWhitespace ?? false)
  }

  private static func isTold(at number: Int, in source: SwiftSource) -> Bool {
    var above = number - 1
    while above >= 0, isPassedOver(source.lines[above]) { above -= 1 }
    return above >= 0 && source.lines[above].isDocumentation
  }

  /// Attributes and conditions may stand between a comment and what it tells of.
  private static func isPassedOver(_ line: SwiftSource.Line) -> Bool {
    line.text.hasPrefix("@") && Word.all(in: line.code).allSatisfy { $0.text != "package" }
      || line.text.hasPrefix("#if") || line.text.hasPrefix("// swift-format-ignore")
  }

  /// `func <` and the like: the protocol and the sign tell enough.
  private static func isOperator(_ found: Declaration, in source: SwiftSource) -> Bool {
    guard let name = source.lines[found.line - 1].code.firstRange(of: "func ") else { return false }
    let first = source.lines[found.line - 1].code[name.upperBound...].first
    return first.map { !$0.isLetter && $0 != "_" && $0 != "`" } ?? false
  }

  /// A body on the same line tells itself.
  private static func isShort(_ found: Declaration, in source: SwiftSource) -> Bool {
    let code = trimmed(source.lines[found.line - 1].code)
    return ["func", "subscript"].contains(found.kind) && code.hasSuffix("}")
  }
}

/// A file opens by saying what it holds.
enum Opening {
  static func findings(in source: SwiftSource) -> [Finding] {
    let first = source.lines.first { line in
      let words = Word.all(in: line.code).map(\.text)
      return !line.isBlank && !words.contains("import") && !line.code.hasPrefix("#")
    }
    guard let first, first.comment.isEmpty else { return [] }
    return [
      Finding(
        path: source.path, line: 1,
        message: "a file opens by saying what it holds; put a sentence above its first declaration")
    ]
  }
}
