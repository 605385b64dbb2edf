/// A name that some rooms may not use, and the better way.
struct BannedName {
  var name: String
  /// The character that must follow: `!` of `try!`, `(` of a call; nil for any.
  var follower: Character?
  /// Whether `value.name` is meant too; otherwise only the name by itself.
  var isAlsoMember = false
  var rooms: Set<String>
  /// The better way, in one sentence.
  var instead: String

  private static let programs: Set = ["rapport", "rapport-bench"]
  private static let allRooms = Set(Arrows.allowed.keys)
  private static let pureRooms: Set = ["Relationship", "Projection", "ReadModels"]
  private static let byteRooms: Set = [
    "Disk", "LogEngine", "JSONBytes", "Transparency", "EventCatalog", "Relationship",
  ]
  private static let aboveDisk = allRooms.subtracting(["Disk", "CDisk", "rapport-bench"])

  static let all: [BannedName] =
    [
      BannedName(
        name: "try", follower: "!", rooms: allRooms,
        instead: "a lost error is a lost promise; throw it, or catch it by name"),
      BannedName(
        name: "hashValue", isAlsoMember: true, rooms: allRooms,
        instead: "it differs in every process; use a digest, or sort"),
    ]
    + printing + bytes + clocks + chance + kernel + parsers

  private static let printing = ["print", "debugPrint", "dump", "NSLog"].map {
    BannedName(
      name: $0, follower: "(",
      rooms: allRooms.subtracting(programs).subtracting(["RapportTesting"]),
      instead: "only programs print; return the value, or hand a report to the caller")
  }

  private static let bytes = ["Data", "ByteBuffer", "NSData"].map {
    BannedName(
      name: $0, rooms: byteRooms,
      instead: "own bytes as [UInt8] and lend them as Span: one currency, no hidden copies")
  }

  private static let clocks =
    [
      ("Date", Character("(")), ("ContinuousClock", nil), ("SuspendingClock", nil), ("time", "("),
      ("clock_gettime", nil), ("gettimeofday", nil), ("DispatchTime", nil), ("Date", "."),
    ].map {
      BannedName(
        name: $0.0, follower: $0.1, rooms: pureRooms,
        instead: "no clock below Ledger; take the time from the event, or as an argument")
    }

  private static let chance =
    ["random", "shuffled", "randomElement", "SystemRandomNumberGenerator", "UUID", "getenv"].map {
      BannedName(
        name: $0, follower: $0.first?.isUppercase == true || $0 == "getenv" ? nil : "(",
        isAlsoMember: true, rooms: pureRooms,
        instead: "the same events must give the same rows; what varies comes in as an argument")
    }

  private static let kernel =
    [
      "fsync", "fdatasync", "pwrite", "pread", "fallocate", "posix_fallocate", "ftruncate",
      "truncate",
    ].map {
      BannedName(
        name: $0, follower: "(", rooms: aboveDisk,
        instead: "only Disk calls the kernel; use FileSystem, so that the simulated disk sees it")
    }
    + ["mmap"].map {
      BannedName(
        name: $0, follower: "(", rooms: allRooms,
        instead: "a mapping of a file that shrinks is a signal, not an error; read with pread")
    }

  private static let parsers =
    [
      ("JSONSerialization", "it keeps one of two equal keys in silence; use JSONBytes.JSONScanner"),
      ("JSONDecoder", "it keeps one of two equal keys in silence; use JSONBytes.JSONScanner"),
      ("JSONEncoder", "its numbers and order are its own; use JSONBytes.CanonicalWriter"),
      ("DateFormatter", "use JSONBytes.Timestamp: RFC 3339, microseconds, no locale"),
      ("ISO8601DateFormatter", "use JSONBytes.Timestamp: RFC 3339, microseconds, no locale"),
    ].map { BannedName(name: $0.0, rooms: allRooms, instead: $0.1) }

  /// The lines of `source` that use a banned name.
  static func findings(in source: SwiftSource) -> [Finding] {
    // SQLite writes its files by itself, so no simulated disk sees them; what it leaves to do is in one file.
    guard source.path != "Sources/Projection/ViewCalls.swift" else { return [] }
    let banned = Dictionary(grouping: all.filter { $0.rooms.contains(source.room) }, by: \.name)
    return source.lines.indices.flatMap { number -> [Finding] in
      let words = source.words(inLine: number)
      return words.enumerated().compactMap { place, word in
        let isDeclared = place > 0 && ["func", "case"].contains(words[place - 1].text)
        guard !isDeclared,
          let name = banned[String(word.text)]?.first(where: { $0.isMeant(by: word) })
        else { return nil }
        return Finding(
          path: source.path, line: number + 1,
          message: "no \(name.shown) in \(source.room); \(name.instead)")
      }
    }
  }

  private func isMeant(by word: Word) -> Bool {
    (isAlsoMember || word.before != ".") && (follower == nil || word.after == follower)
  }

  private var shown: String { "`\(name)\(follower.map { $0 == "(" ? "()" : String($0) } ?? "")`" }
}

/// Marks that need a reason in a comment beside them.
struct MarkWithReason {
  var mark: String
  /// How far above the comment may stand, in lines.
  var reach: Int
  var reason: String

  static let all = [
    MarkWithReason(
      mark: "unsafe", reach: 12,
      reason: "say why it holds: who owns the memory, how long, which bound was checked"),
    MarkWithReason(
      mark: "@unchecked", reach: 6, reason: "name the lock or thread that makes it safe to share"),
    MarkWithReason(
      mark: "try?", reach: 3, reason: "say why the error may be forgotten, or let it go on"),
  ]

  /// The lines of `source` that carry a mark without a comment near enough above or on the line.
  static func findings(in source: SwiftSource) -> [Finding] {
    source.lines.indices.flatMap { number -> [Finding] in
      all.compactMap { rule in
        guard rule.stands(inLine: number, of: source), !rule.isExplained(at: number, in: source)
        else { return nil }
        return Finding(
          path: source.path, line: number + 1,
          message: "`\(rule.mark)` without a comment beside it; \(rule.reason)")
      }
    }
  }

  /// How many lines of `source` carry `mark`.
  static func count(of mark: String, in source: SwiftSource) -> Int {
    guard let rule = all.first(where: { $0.mark == mark }) else { return 0 }
    return source.lines.indices.count { rule.stands(inLine: $0, of: source) }
  }

  private func stands(inLine number: Int, of source: SwiftSource) -> Bool {
    let name = mark.filter(\.isLetter)
    return source.words(inLine: number).contains { word in
      word.text == name && (!mark.hasSuffix("?") || word.after == "?")
        && (!mark.hasPrefix("@") || word.before == "@")
    }
  }

  private func isExplained(at number: Int, in source: SwiftSource) -> Bool {
    source.lines[max(0, number - reach)...number].contains { !$0.comment.isEmpty }
  }
}
