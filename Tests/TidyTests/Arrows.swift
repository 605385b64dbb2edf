/// The arrows of docs/ARCHITECTURE.md: what each room may import, and what to do instead.
enum Arrows {
  /// Room to the rooms and packages it may import. `Package.swift` must say the same.
  static let allowed: [String: Set<String>] = [
    "CLZ4": [],
    "CDisk": [],
    "CSHA256": [],
    "Disk": ["CDisk", "CLZ4"],
    "Transparency": ["Crypto", "CSHA256"],
    "JSONBytes": [],
    "Vault": ["Disk", "Crypto"],
    "LogEngine": ["Disk", "Transparency", "JSONBytes"],
    "EventCatalog": ["JSONBytes", "Yams"],
    "Relationship": ["JSONBytes"],
    "Projection": ["LogEngine", "JSONBytes", "Crypto", "GRDB"],
    "ReadModels": ["Projection", "Relationship", "JSONBytes", "GRDB"],
    "Ledger": [
      "ReadModels", "Projection", "LogEngine", "Transparency", "EventCatalog", "Relationship",
      "JSONBytes", "Vault", "Disk", "GRDB",
    ],
    "RapportTesting": ["Ledger", "LogEngine", "Projection", "JSONBytes", "Disk", "GRDB"],
    "RapportServer": ["JSONBytes", "Vault", "Crypto"],
    "rapport": [
      "Ledger", "ReadModels", "Relationship", "Projection", "LogEngine", "JSONBytes",
      "ArgumentParser",
    ],
    "rapport-bench": ["Ledger", "RapportTesting"],
    "FuzzTargets": ["LogEngine", "EventCatalog", "Transparency", "JSONBytes", "Disk"],
  ]

  /// What the system and the compiler bring, and the rooms that may use it. Others may be used anywhere.
  static let system: [String: Set<String>] = [
    "Foundation": programsAndComposition,
    "FoundationEssentials": programsAndComposition,
    "Dispatch": programsAndComposition,
    "Glibc": programsAndComposition.union([
      "Disk", "LogEngine", "EventCatalog", "Projection", "FuzzTargets",
    ]),
  ]

  private static let programsAndComposition: Set<String> = [
    "Ledger", "RapportTesting", "rapport", "rapport-bench",
  ]

  /// The better way where an arrow is open to one file, or to one declaration, and not to this import.
  private static func narrower(_ found: Import, in source: SwiftSource) -> String? {
    switch found.module {
    case "Yams" where source.path != "Sources/EventCatalog/YAMLDocument.swift":
      "only YAMLDocument.swift imports Yams; ask it for a JSONValue"
    case "LogEngine" where source.room == "rapport" && found.declaration != "Position":
      "of LogEngine a program sees the position only: write `import struct LogEngine.Position`, "
        + "and ask Ledger for the rest"
    default: nil
    }
  }

  /// The imports of `source` that no arrow allows.
  static func findings(in source: SwiftSource) -> [Finding] {
    let modules = Set(allowed.keys).union(allowed.values.flatMap { $0 })
    return Import.all(in: source).compactMap { found in
      let room = source.room
      if let rooms = system[found.module] {
        return rooms.contains(room) ? nil : finding(found, in: source)
      }
      guard modules.contains(found.module) else { return nil }
      guard allowed[room]?.contains(found.module) ?? false else {
        return finding(found, in: source)
      }
      return narrower(found, in: source).map {
        Finding(path: source.path, line: found.line, message: $0)
      }
    }
  }

  private static func finding(_ found: Import, in source: SwiftSource) -> Finding {
    let room = source.room
    return Finding(
      path: source.path, line: found.line,
      message: "\(room) may not import \(found.module); \(instead(of: found.module, in: room))")
  }

  /// The better way, for the mistakes that lie near.
  static func instead(of module: String, in room: String) -> String {
    switch (room, module) {
    case (_, "Foundation"), (_, "FoundationEssentials"):
      "JSONBytes reads JSON, decimals and times, Disk reads files; bytes are [UInt8], lent as Span"
    case (_, "Dispatch"): "Disk.DedicatedThread runs what blocks; a Mutex guards what is shared"
    case ("Relationship", _):
      "a rule sees no clock, file or database: it takes values and returns values, Ledger calls it"
    case ("ReadModels", "LogEngine"), ("ReadModels", "JSONBytes"):
      "a read model gets decoded events from Projection and asks their JSONView"
    case ("ReadModels", _): "a fold uses its arguments alone; what it needs stands in the event"
    case ("LogEngine", _):
      "the log sees the envelope and never looks into the data; Ledger composes it with the rest"
    case ("Transparency", _), ("JSONBytes", _): "this room does no I/O; take bytes, return values"
    case ("rapport", _), ("rapport-bench", _): "a program asks Ledger, the facade"
    case (_, "RapportTesting"): "only tests and rapport-bench stand on the workshop"
    case (_, "Ledger"): "arrows point down; take the value or the closure that you need"
    default:
      "it looks at \((allowed[room] ?? []).sorted().joined(separator: ", ")) only; "
        + "a new arrow is drawn in docs/ARCHITECTURE.md and Package.swift first"
    }
  }

  /// The arrows as `Package.swift` states them, in its own words for packages.
  static func stated(inManifest text: String) -> [String: Set<String>] {
    let packages = [
      "crypto": "Crypto", "grdb": "GRDB", "yams": "Yams", "arguments": "ArgumentParser",
    ]
    var arrows: [String: Set<String>] = [:]
    let tokens = ManifestToken.all(in: text)
    for (place, token) in tokens.enumerated() {
      guard case .word(let word) = token,
        ["room", "target", "executableTarget", "systemLibrary"].contains(word)
      else { continue }
      let arguments = ManifestToken.call(after: place, in: tokens)
      guard case .text(let name)? = arguments.first(where: \.isText) else { continue }
      // The name comes first, a list of texts and words for packages behind it.
      let rest = word == "systemLibrary" ? [] : arguments.drop { !$0.isText }.dropFirst()
      arrows[name] = Set(
        rest.compactMap { token in
          switch token {
          case .text(let name): name
          case .word(let word): packages[word]
          case .mark: nil
          }
        })
    }
    return arrows
  }
}

/// One `import` of a file.
struct Import {
  /// From 1.
  var line: Int
  var module: String
  /// What a scoped import names: `Position` of `import struct LogEngine.Position`.
  var declaration: String?

  static func all(in source: SwiftSource) -> [Import] {
    source.lines.indices.compactMap { number in
      let words = source.words(inLine: number).map { String($0.text) }
      guard let place = words.firstIndex(of: "import"),
        words[..<place].indices.allSatisfy({ index in
          // The name in `@_spi(Name)`.
          mayStandBefore(words[index]) || index > 0 && words[index - 1] == "_spi"
        })
      else { return nil }
      var named = words[(place + 1)...]
      let kinds: Set = [
        "struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor",
      ]
      let isScoped = named.first.map(kinds.contains) ?? false
      if isScoped { named = named.dropFirst() }
      guard let module = named.first else { return nil }
      return Import(
        line: number + 1, module: module,
        declaration: isScoped ? named.dropFirst().first : nil)
    }
  }

  private static func mayStandBefore(_ word: String) -> Bool {
    [
      "package", "public", "internal", "private", "fileprivate", "testable", "preconcurrency",
      "_exported", "_implementationOnly", "_spi",
    ].contains(word)
  }
}

/// A word, text or mark of `Package.swift`: as much of Swift as a manifest needs.
enum ManifestToken {
  case word(String)
  case text(String)
  case mark(Character)

  var isText: Bool {
    if case .text = self { true } else { false }
  }

  static func all(in text: String) -> [ManifestToken] {
    var tokens: [ManifestToken] = []
    for line in text.split(separator: "\n") {
      var rest = line[...]
      while let first = rest.first, !rest.hasPrefix("//") {
        if first == "\"" {
          let inside = rest.dropFirst().prefix { $0 != "\"" }
          tokens.append(.text(String(inside)))
          rest = rest.dropFirst(inside.count + 2)
        } else if first.isLetter || first == "_" {
          let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
          tokens.append(.word(String(word)))
          rest = rest.dropFirst(word.count)
        } else {
          if !first.isWhitespace { tokens.append(.mark(first)) }
          rest = rest.dropFirst()
        }
      }
    }
    return tokens
  }

  /// What stands between the parentheses behind `place`; nothing where it is no call.
  static func call(after place: Int, in tokens: [ManifestToken]) -> ArraySlice<ManifestToken> {
    guard place + 1 < tokens.count, case .mark("(") = tokens[place + 1] else { return [] }
    var depth = 0
    for index in (place + 1)..<tokens.count {
      guard case .mark(let mark) = tokens[index] else { continue }
      if mark == "(" { depth += 1 }
      if mark == ")" { depth -= 1 }
      if depth == 0 { return tokens[(place + 2)..<index] }
    }
    return []
  }
}
