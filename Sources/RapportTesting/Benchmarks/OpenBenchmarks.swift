// How soon a ledger answers after it was closed, and how much memory it takes while it runs.

import Foundation
import JSONBytes
import Ledger
import LogEngine

enum OpenBenchmarks {
  /// Opens a copy of the ledger of reference events for reading and for writing, then lets it run: one append, which
  /// waits for the derived indexes, and more events from a file with sealing beside them. Nothing else is in memory. The
  /// result is the count of events at the end.
  @Sendable static func open(_ given: Bench) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench, real: 10_000_000)
    let more = bench.parameter("more", smoke: 500, real: 500_000)
    let original = try await RivalsBenchmarks.ledgerFolder(holding: set, &bench)
    let directory = "\(bench.folder)/running"
    try FileManager.default.copyItem(atPath: original, toPath: directory)
    let reader = try await bench.time("openForReading", events: 0) {
      try Ledger.open(directory, for: .reading)
    }
    guard reader.size == UInt64(set.count) else { return nil }
    let ledger = try await bench.time("openForWriting", events: 0) {
      try Ledger.open(directory, for: .writing)
    }
    // Other events than those that are there: another seed.
    var events = ReferenceEvents(count: more + 1, seed: 2, customers: set.customers)
    var line: [UInt8] = []
    guard events.appendLine(to: &line) else { return nil }
    let first = EventTexts(
      bytes: line, items: [EventTexts.Item(range: 0..<line.count - 1, line: 1)])
    try await bench.time("firstAppend", events: 1) { _ = try await ledger.append([first]) }
    bench.note("residentBytes", .integer(Machine.residentMemory))
    let path = try Self.write(&events, to: "\(bench.folder)/more.ndjson")
    let summary = try await bench.time("append", events: more) {
      try await ledger.appendLines(try InputFile(path))
    }
    bench.note("residentBytesBehindAppends", .integer(Machine.residentMemory))
    let end = ledger.size
    try await bench.time("close", events: 0) { try await ledger.close() }
    try FileManager.default.removeItem(atPath: directory)
    guard summary.appended == more else { return nil }
    return bench.report(hash: "events=\(end)", expected: "events=\(set.count + more + 1)")
  }

  private static func write(_ events: inout ReferenceEvents, to path: String) throws -> String {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let file = FileHandle(forWritingAtPath: path)
    else { throw LedgerError("bench.folder", "\(path) cannot be written", .disk) }
    var bytes: [UInt8] = []
    while events.appendLine(to: &bytes) {
      guard bytes.count > 1 << 18 else { continue }
      try file.write(contentsOf: Data(bytes))
      bytes.removeAll(keepingCapacity: true)
    }
    try file.write(contentsOf: Data(bytes))
    try file.close()
    return path
  }
}
