// Rapport's side of `tools/bench-rivals`: the measures that the rivals are put to as well, each in a process of its own.

import Disk
import Foundation
import JSONBytes
import Ledger
import LogEngine

/// The hash of each report is the answer itself, in words that the other sides must give too; it is checked against the
/// generator.
enum RivalsBenchmarks {
  private static let ledgerFolder = "ledger"

  // MARK: Making

  /// Makes a ledger of the reference events, from the file that ``files(_:)`` wrote, the way `rapport append` does it.
  @Sendable static func ledger(_ given: Bench) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench)
    let directory = try await makeLedger(of: set, &bench)
    let sizes = try sizes(of: directory)
    bench.note("logBytes", .integer(sizes.log))
    bench.note("ledgerBytes", .integer(sizes.all))
    let log = try Ledger.open(directory, for: .reading).log
    return bench.report(hash: try reader(of: log).sums().text, expected: set.answers().sums.text)
  }

  private static func reader(of log: EventLog) -> any ReferenceReader { ColumnReader(log: log) }

  private static func makeLedger(of set: ReferenceSet, _ bench: inout Bench) async throws -> String
  {
    let directory = "\(bench.data)/\(ledgerFolder)"
    let lines = "\(bench.data)/\(eventsFile)"
    if !FileManager.default.fileExists(atPath: lines) {
      _ = try writeFiles(of: set, picks: 0, to: bench.data)
    }
    let ledger = try emptyLedger(directory)
    let summary = try await bench.time("make", events: set.count) {
      let summary = try await ledger.appendLines(try InputFile(lines))
      let sealed = await ledger.seal()
      guard sealed.alarms.isEmpty else { throw LedgerError("bench.seal", sealed.alarms[0]) }
      try await ledger.close()
      return summary
    }
    guard summary.appended == set.count, summary.rejected == 0 else {
      throw LedgerError(
        "bench.ledger", "the ledger took \(summary.appended) of \(set.count) events")
    }
    return directory
  }

  private static func emptyLedger(_ directory: String) throws -> Ledger {
    _ = try Ledger.create(
      directory, schemas: ReferenceEvents.schemas.map { ($0.name, Array($0.text.utf8)) },
      catalogue: .own)
    return try Ledger.open(directory, for: .writing)
  }

  /// Bytes of the files below `log/`, and of all files of the ledger.
  private static func sizes(of directory: String) throws -> (log: UInt64, all: UInt64) {
    let files = LinuxFileSystem()
    var sizes: (log: UInt64, all: UInt64) = (0, 0)
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory) {
      let path = "\(directory)/\(name)"
      var isFolder: ObjCBool = false
      // Safe: the call fills in a local.
      _ = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      guard !isFolder.boolValue else { continue }
      let size = try files.identity(of: path).size
      sizes.all += size
      if name.hasPrefix("log/") { sizes.log += size }
    }
    return sizes
  }

  // MARK: Reading

  /// A full scan: every event checked and decoded, every value summed up.
  @Sendable static func scan(_ given: Bench) async throws -> String? {
    try await measure(given, expected: \.sums.text) { try $0.sums().text }
  }

  /// The events of the type that 3 % of the events have.
  @Sendable static func optOuts(_ given: Bench) async throws -> String? {
    try await measure(given, expected: \.optOuts.text) { try $0.optOuts().text }
  }

  private static func measure(
    _ given: Bench, expected: (ReferenceAnswers) -> String,
    _ body: (any ReferenceReader) throws -> String
  ) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench)
    let log = try await openLog(of: set, &bench)
    let reader = reader(of: log)
    bench.note("threads", .integer(reader.threads))
    let result = try await bench.time("read", events: set.count) { try body(reader) }
    return bench.report(hash: result, expected: expected(set.answers()))
  }

  /// The histories of random customers, each read for the first time by this process: one after the other, or by
  /// `readers` at once.
  @Sendable static func history(_ given: Bench) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench)
    let answers = set.answers(picks: bench.parameter("picks", smoke: 5, real: 1_000))
    let log = try await openLog(of: set, &bench)
    let reader = reader(of: log)
    bench.note("threads", .integer(reader.threads))
    let readers = max(1, bench.parameter("readers", smoke: 2, real: 1))
    let customers = answers.customers
    let parts = try await bench.time("read", events: answers.historyEvents) {
      try await withThrowingTaskGroup(of: [HistoryAnswer].self) { group in
        for first in 0..<readers {
          group.addTask {
            try stride(from: first, to: customers.count, by: readers).map { number in
              let start = ContinuousClock.now
              let history = try reader.history(of: customers[number])
              return HistoryAnswer(
                number: number, latency: ContinuousClock.now - start,
                line: history.text(of: customers[number]))
            }
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
    }
    let sorted = parts.sorted { $0.number < $1.number }
    let lines = sorted.map(\.line)
    let latencies = sorted.map(\.latency)
    bench.note(latencies: latencies, as: "historyMicroseconds")
    let result = lines.joined(separator: "\n")
    return bench.report(hash: result, expected: answers.historyText)
  }

  private struct HistoryAnswer: Sendable {
    var number: Int
    var latency: Duration
    var line: String
  }

  /// The folder of a ledger of the events, which is made where it is not there.
  static func ledgerFolder(holding set: ReferenceSet, _ bench: inout Bench) async throws -> String {
    let directory = "\(bench.data)/\(ledgerFolder)"
    if FileManager.default.fileExists(atPath: "\(directory)/ledger.json") { return directory }
    return try await makeLedger(of: set, &bench)
  }

  /// The ledger that is there already, or else one that is made first: opened for reading, and how long that took.
  private static func openLog(of set: ReferenceSet, _ bench: inout Bench) async throws -> EventLog {
    let directory = "\(bench.data)/\(ledgerFolder)"
    if !FileManager.default.fileExists(atPath: "\(directory)/ledger.json") {
      _ = try await makeLedger(of: set, &bench)
    }
    return try await bench.time("open", events: 0) {
      try Ledger.open(directory, for: .reading).log
    }
  }

  // MARK: Appending

  /// Durable appends from lines in memory: `writers` tasks, each with one append of `batch` events on its way. On the
  /// clock is everything from the bytes of the lines to the acknowledgement.
  @Sendable static func append(_ given: Bench) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench, real: 200_000)
    let batch = max(1, bench.parameter("batch", smoke: 64, real: 512))
    let writers = max(1, bench.parameter("writers", smoke: 4, real: 64))
    try bench.noteSyncLatency(count: bench.size == .smoke ? 20 : 500)
    let batches = batches(of: set, size: batch)
    let ledger = try emptyLedger("\(bench.folder)/appended")
    let latencies = try await bench.time("append", events: set.count) {
      try await withThrowingTaskGroup(of: [Duration].self) { group in
        for writer in 0..<writers {
          group.addTask {
            var times: [Duration] = []
            for number in stride(from: writer, to: batches.count, by: writers) {
              let start = ContinuousClock.now
              _ = try await ledger.log.append(try events(in: batches[number], ledger.intake))
              times.append(ContinuousClock.now - start)
            }
            return times
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
    }
    bench.note(latencies: latencies, as: "appendMicroseconds")
    try await ledger.close()
    let log = try Ledger.open("\(bench.folder)/appended", for: .reading).log
    let result = try reader(of: log).sums().text
    return bench.report(hash: result, expected: set.answers().sums.text)
  }

  static func batches(of set: ReferenceSet, size: Int) -> [EventTexts] {
    var events = set.events
    var batches: [EventTexts] = []
    var batch = EventTexts(bytes: [], items: [])
    var isLast = false
    while !isLast {
      let start = batch.bytes.count
      isLast = !events.appendLine(to: &batch.bytes)
      if !isLast {
        batch.items.append(
          EventTexts.Item(range: start..<batch.bytes.count - 1, line: batch.items.count + 1))
      }
      if batch.items.count == size || isLast && !batch.items.isEmpty {
        batches.append(batch)
        batch = EventTexts(bytes: [], items: [])
      }
    }
    return batches
  }

  private static func events(in batch: EventTexts, _ intake: Intake) throws -> [NewEvent] {
    var scanner = JSONScanner()
    let nodes = try batch.items.map { try scanner.scan(batch.bytes.span, in: $0.range) }
    let document = JSONDocument(bytes: batch.bytes, nodes: scanner.takeNodes())
    return try nodes.map { try intake.event(JSONView(document: document, index: $0)) }
  }
}
