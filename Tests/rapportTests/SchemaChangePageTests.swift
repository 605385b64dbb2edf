// docs/schema-change.md: its files and commands, run as a reader would, print what it says.

import Foundation
import RapportTesting
import Testing

/// A page that a reader follows: files to write, commands to give, and what they print.
///
/// A block `sh` is a script; the block `text` behind it is what it prints. A block of another language is a file, whose name
/// is the last thing in backquotes before it.
struct PageScript {
  enum Step {
    case file(name: String, text: String)
    /// `output` is what the page says, `lines` where it stands in the page.
    case script(String, output: [String], lines: Range<Int>?)
  }

  private(set) var steps: [Step] = []

  init(_ lines: [String]) throws {
    var place = 0
    var name = ""
    while place < lines.count {
      let line = lines[place]
      place += 1
      guard line.hasPrefix("```") else {
        if line.hasSuffix("`:") { name = String(line.dropLast(2).split(separator: "`").last ?? "") }
        continue
      }
      let start = place
      place = try #require(lines[start...].firstIndex(of: "```"), "a block has no end")
      let block = Array(lines[start..<place])
      place += 1
      switch line {
      case "```sh":
        steps.append(.script(block.joined(separator: "\n"), output: [], lines: nil))
      case "```text":
        guard case .script(let script, _, nil) = steps.last else {
          Issue.record("line \(start): what is printed follows a script")
          continue
        }
        steps[steps.count - 1] = .script(script, output: block, lines: start..<start + block.count)
      default: steps.append(.file(name: name, text: block.joined(separator: "\n") + "\n"))
      }
    }
  }
}

/// What a page says beside what a run of `1 / scale` as many events printed: the same but for times, names that chance
/// makes, and numbers, which grow with the events or do not.
struct PageComparison {
  let scale: Int
  /// Digests of the page, and those of the run in their place.
  private var digests: [String: String] = [:]

  init(scale: Int) { self.scale = scale }

  mutating func expect(
    _ found: [String], like said: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let isSame = said.count == found.count && zip(said, found).allSatisfy { isAlike($0, $1) }
    #expect(
      isSame, "said: \(said.joined(separator: "\n"))\nprinted: \(found.joined(separator: "\n"))",
      sourceLocation: sourceLocation)
  }

  private mutating func isAlike(_ said: String, _ found: String) -> Bool {
    let (said, found) = (Self.words(said), Self.words(found))
    return said.count == found.count && zip(said, found).allSatisfy { isAlike(word: $0, $1) }
  }

  /// Without what differs from run to run.
  private static func words(_ line: String) -> [String] {
    line.replacing(/in [0-9.,]+ s \([0-9,]+ events\/s\)/, with: "in … s")
      .replacing(/shop\.example\/rapport\/[0-9a-f-]+/, with: "shop.example/…")
      .split(whereSeparator: \.isWhitespace).map(String.init)
  }

  private mutating func isAlike(word said: String, _ found: String) -> Bool {
    if said == found { return true }
    if said.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil,
      found.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil
    {
      let isNew = digests[said] == nil && !digests.values.contains(found)
      if isNew { digests[said] = found }
      return digests[said] == found
    }
    guard let one = Self.number(said), let other = Self.number(found) else { return false }
    guard one.rest == other.rest else { return false }
    // Positions end one short of a number of events, and a few events come after them.
    return (-1...9).contains { one.value - $0 == scale * (other.value - $0) }
  }

  /// The number in a word such as `(400,000` or `999999.`, and what stands around it.
  private static func number(_ word: String) -> (value: Int, rest: String)? {
    guard let match = word.firstMatch(of: /[0-9][0-9,]*[0-9]|[0-9]/),
      let value = Int(word[match.range].filter { $0 != "," })
    else { return nil }
    return (value, word.replacingCharacters(in: match.range, with: "#"))
  }
}

@Suite struct SchemaChangePageTests {
  private static let eventsOfThePage = 1_000_000
  private static let path = "\(SharedData.repository)/docs/schema-change.md"

  /// With RAPPORT_RECORD=1 the page gets what its commands print, of as many events as it speaks of. RAPPORT_PROGRAM names
  /// another program to run than the one beside the tests: the times of a page are those of a release build.
  @Test func theCommandsOfThePagePrintWhatItSays() throws {
    let isRecorded = ProcessInfo.processInfo.environment["RAPPORT_RECORD"] == "1"
    let events = isRecorded ? Self.eventsOfThePage : 20_000
    let text = String(decoding: SharedData.bytes(ofFile: Self.path), as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    var comparison = PageComparison(scale: Self.eventsOfThePage / events)
    var printed: [(lines: Range<Int>, output: [String])] = []
    for step in try PageScript(lines).steps {
      switch step {
      case .file(let name, let text): try write(text, to: "\(folder.path)/\(name)")
      case .script(let script, let said, let place):
        let output = try run(script, program, events)
        if let place { printed.append((place, output)) }
        if !isRecorded { comparison.expect(output, like: said) }
      }
    }
    #expect(printed.count >= 10, "the page has no commands any more")
    guard isRecorded else { return }
    for (place, output) in printed.reversed() { lines.replaceSubrange(place, with: output) }
    try lines.joined(separator: "\n").write(toFile: Self.path, atomically: true, encoding: .utf8)
  }

  private func write(_ text: String, to path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  /// Runs a script of the page in a shell that finds `rapport`. Returns what it prints on either output.
  private func run(_ script: String, _ program: Program, _ events: Int) throws -> [String] {
    var shell = program
    shell.launcher = ["/bin/sh", "-c", "exec 2>&1\n" + script]
    let environment = ProcessInfo.processInfo.environment
    let program = URL(fileURLWithPath: environment["RAPPORT_PROGRAM"] ?? Program.path)
    shell.environment = [
      "PATH": program.deletingLastPathComponent().path + ":"
        + (environment["PATH"] ?? "/usr/bin:/bin"),
      "EVENTS": "\(events)",
    ]
    let outcome = try shell.run([])
    #expect(outcome.error.isEmpty)
    return outcome.lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
