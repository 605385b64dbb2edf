// The reference events as files that every side of a comparison reads, with the answers that each must give.

import Foundation
import JSONBytes
import Ledger

/// Which reference events: everything that decides their bytes.
struct ReferenceSet: Sendable {
  let count: Int
  let customers: Int
  let seed: UInt64

  /// By the parameters `events`, `customers` (a tenth of the events unless told otherwise) and `seed`.
  init(_ bench: inout Bench, smoke: Int = 2_000, real: Int = 1_000_000) {
    count = bench.parameter("events", smoke: smoke, real: real)
    customers = bench.parameter("customers", smoke: count / 10, real: count / 10)
    seed = UInt64(clamping: bench.parameter("seed", smoke: 1, real: 1))
  }

  var events: ReferenceEvents { ReferenceEvents(count: count, seed: seed, customers: customers) }

  /// The answers, without any file.
  func answers(picks: Int = 0) -> ReferenceAnswers {
    var answers = ReferenceAnswers(about: self, picks: picks)
    var events = events
    while let event = events.next() { answers.add(event) }
    return answers
  }
}

/// A file that grows by pieces of a megabyte, so that it does not count in the peak memory of what is measured.
private struct Output {
  private let file: FileHandle
  private(set) var size = 0
  var bytes: [UInt8] = []

  init(_ path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw LedgerError("bench.folder", "cannot write to \(path)", .disk) }
    self.file = file
  }

  mutating func flush(above limit: Int) throws {
    guard bytes.count > limit else { return }
    size += bytes.count
    try file.write(contentsOf: Data(bytes))
    bytes.removeAll(keepingCapacity: true)
  }

  mutating func close() throws {
    try flush(above: 0)
    try file.close()
  }
}

extension RivalsBenchmarks {
  static let eventsFile = "events.ndjson"

  /// Writes the reference events twice, and the answers about them:
  ///
  ///     events.ndjson    lines of CloudEvents, for Rapport
  ///     rows.ndjson      the same events as flat rows, for the others
  ///     answers.json     what the scans must give
  ///     histories.txt    one line for each of `picks` random customers: name, events, amounts, last time
  @Sendable static func files(_ given: Bench) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench)
    let picks = bench.parameter("picks", smoke: 20, real: 10_000)
    let folder = bench.data
    let (answers, lineBytes, rowBytes) = try await bench.time("write", events: set.count) {
      try writeFiles(of: set, picks: picks, to: folder)
    }
    bench.note("eventsBytes", .integer(lineBytes))
    bench.note("rowsBytes", .integer(rowBytes))
    return bench.report(hash: answers.sums.text)
  }

  static func writeFiles(
    of set: ReferenceSet, picks: Int, to folder: String
  ) throws -> (answers: ReferenceAnswers, lineBytes: Int, rowBytes: Int) {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var answers = ReferenceAnswers(about: set, picks: picks)
    var lines = try Output("\(folder)/\(eventsFile)")
    var rows = try Output("\(folder)/rows.ndjson")
    var events = set.events
    while let event = events.next() {
      answers.add(event)
      event.appendLine(to: &lines.bytes)
      event.appendRow(to: &rows.bytes)
      try lines.flush(above: 1 << 20)
      try rows.flush(above: 1 << 20)
    }
    try lines.close()
    try rows.close()
    try write(answers.historyText + "\n", to: "\(folder)/histories.txt")
    let summary: JSONValue = [
      "events": .integer(set.count), "customers": .integer(set.customers),
      "seed": .integer(Int(clamping: set.seed)), "scan": .string(answers.sums.text),
      "lengths": .string(answers.lengths.text), "type": .string(answers.optOuts.text),
    ]
    try write(summary.text + "\n", to: "\(folder)/answers.json")
    return (answers, lines.size, rows.size)
  }

  private static func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }
}
