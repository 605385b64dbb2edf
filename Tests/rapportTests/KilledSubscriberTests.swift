// `kill -9` of subscribers while events are appended: every position comes, in order, and once after de-duplication.

import Foundation
import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Synchronization
import Testing

@Suite(.serialized) struct KilledSubscriberTests {
  private static let kills = 100

  /// Appends orders in a task of its own until told to end; returns how many.
  private final class Appender: Sendable {
    private let isDone = Mutex(false)

    func run(_ ledger: Ledger, seed: UInt64) async throws -> Int {
      var random = SeededGenerator(seed: seed)
      var count = 0
      while !isDone.withLock({ $0 }) {
        var lines: [UInt8] = []
        var items: [EventTexts.Item] = []
        for _ in 0...random.below(20) {
          let line = Array(
            Lines.order("o-\(count)", customer: "c\(random.below(40))").utf8.dropLast())
          items.append(.init(range: lines.count..<lines.count + line.count, line: 1))
          lines += line
          count += 1
        }
        _ = try await ledger.append([EventTexts(bytes: lines, items: items)])
        try await Task.sleep(for: .milliseconds(random.below(30)))
      }
      return count
    }

    func end() { isDone.withLock { $0 = true } }
  }

  /// Starts and kills subscribers that write to a file. A line cut short by the kill is cut off, as a subscriber would.
  private func campaign(
    _ arguments: [String], _ body: (_ lines: [String], _ program: Program) throws -> Void
  ) async throws {
    let seed = SeededGenerator.seedOfThisRun
    print("killed subscriber: RAPPORT_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    try program.makeLedger()
    let out = "\(folder.path)/out.ndjson"
    try program.write("", to: "out.ndjson")
    let ledger = try Ledger.open("\(folder.path)/ledger", for: .writing)
    let appender = Appender()
    let appending = Task { try await appender.run(ledger, seed: seed) }
    for _ in 0..<Self.kills {
      let file = try #require(FileHandle(forWritingAtPath: out))
      try file.seekToEnd()
      let process = try program.start(["subscribe", "s"] + arguments)
      process.standardOutput = file
      try process.run()
      try await Task.sleep(for: .microseconds(random.below(400_000)))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let text = try Data(contentsOf: URL(fileURLWithPath: out))
      let whole = text.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      try file.truncate(atOffset: UInt64(whole))
      try file.close()
    }
    appender.end()
    let count = try await appending.value
    try await ledger.close()
    #expect(count > 0)
    let last = try program.run(["subscribe", "s", "--once"])
    #expect(last.status == 0, "seed \(seed): \(last.error)")
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: out)), as: UTF8.self)
    let before = text.split(separator: "\n").map(String.init)
    print(
      "killed \(Self.kills) times over \(count) events: \(before.count) lines before the last run")
    try body(before + last.lines, program)
  }

  @Test func everyEventComesOnceAfterDeduplicationAndInOrder() async throws {
    try await campaign([]) { lines, program in
      var had: Int64 = -1
      var repeats = 0
      for line in lines {
        let position = try #require(
          try JSONDocument(scanning: Array(line.utf8)).root["position"]?.integer)
        if position <= had {
          repeats += 1
          continue
        }
        #expect(position == had + 1, "a position was left out")
        had = position
      }
      let end = try program.run("verify", "--json").json()["events"]?.integer
      #expect(had + 1 == end)
      print("events: \(lines.count) lines, \(repeats) came again")
    }
  }

  /// A follower that keeps rows by key, takes a reset as one, and passes over what it has had, ends with the view's rows.
  @Test func theChangesOfAViewAddUpToItsRows() async throws {
    try await campaign(["--to", "view:customer"]) { lines, program in
      var rows: [String: String] = [:]
      var had: (Int64, Int64) = (-1, -1)
      for line in lines {
        let item = try JSONDocument(scanning: Array(line.utf8)).root.value
        let position = try #require(item["position"]?.integer)
        let name = "\(item["table"]?.string ?? "") \(item["key"]?.text ?? "")"
        switch item["kind"]?.string {
        case "reset":
          rows = [:]
          had = (-1, -1)
        case "row": rows[name] = item["row"]?.text
        case "current": had = (position, item["number"]?.integer ?? 0)
        default:
          let place = (position, item["number"]?.integer ?? 0)
          if place <= had { continue }
          had = place
          let row = item["row"] ?? .null
          rows[name] = row == .null ? nil : row.text
        }
      }
      for table in ["customer", "spend", "timeline"] {
        let answer = try program.run("query", "customer", "SELECT * FROM \(table)", "--json").json()
        let expected = answer.elements.map(\.value.text).sorted()
        let found = rows.filter { $0.key.hasPrefix("\(table) ") }.values.sorted()
        #expect(
          found == expected, "\(table): \(found.count) rows, and \(expected.count) in the view")
      }
    }
  }

  /// The worked example of docs/subscriptions.md, killed on its way.
  @Test func theWorkedExampleCountsEachOrderOnce() async throws {
    guard
      let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first(where: {
        FileManager.default.isExecutableFile(atPath: $0)
      })
    else {
      print("skipped: no python3 for the worked example of docs/subscriptions.md")
      return
    }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appendingPathComponent("docs/subscriptions.md"), encoding: .utf8)
    let script = try #require(
      page.components(separatedBy: "```python\n").last?.components(separatedBy: "```").first)
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    try program.makeLedger()
    try program.write(script, to: "orders.py")
    let orders = (0..<900).map { Lines.order("o-\($0)", customer: "c\($0 % 7)") }.joined()
    #expect(try program.run("append", "-", input: orders).status == 0)
    func start() throws -> Process {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: python)
      process.arguments = ["orders.py", Program.path, "ledger"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      process.standardError = FileHandle.nullDevice
      try process.run()
      return process
    }
    var random = SeededGenerator.ofThisRun()
    for _ in 0..<8 {
      let process = try start()
      try await Task.sleep(for: .microseconds(random.below(600_000)))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    // The one that was killed last may leave a subscriber behind for the moment until it sees its input closed.
    var status: Int32 = -1
    for _ in 0..<100 where status != 0 {
      let process = try start()
      process.waitUntilExit()
      status = process.terminationStatus
    }
    #expect(status == 0)
    let counted = try query("\(folder.path)/orders.sqlite", python)
    #expect(counted == "900 7 129", "each order is counted once: \(counted)")
  }

  private func query(_ file: String, _ python: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      "-c",
      "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('SELECT sum(count), count(*), max(count) FROM orders').fetchone())",
      file,
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let reader = LineReader(output)
    defer { process.waitUntilExit() }
    return try reader.next() ?? ""
  }
}
