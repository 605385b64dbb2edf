// How fast the past is read again: all entries checked and scanned, and a view folded anew.

import JSONBytes
import Ledger
import LogEngine

enum ReplayBenchmarks {
  /// Reads every frame: CRC, LZ4, a scan of every entry. The result is a sum over the data.
  @Sendable static func scan(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 2_000, real: 1_000_000)
    let (path, _) = try AppendBenchmarks.writeEvents(count, bench)
    let writer = try AppendBenchmarks.makeLedger(bench)
    _ = try await writer.appendLines(try InputFile(path))
    try await writer.close()
    let ledger = try Ledger.open("\(bench.folder)/ledger", for: .reading)
    // The first read warms the page cache, and its time does not count.
    _ = try sum(ledger)
    let (total, bytes) = try await bench.time("scan", events: count) { try sum(ledger) }
    bench.note("entryBytes", .integer(bytes))
    return bench.report(hash: String(total), expected: expected(count))
  }

  private static func sum(_ ledger: Ledger) throws -> (amounts: Int64, bytes: Int) {
    var amounts: Int64 = 0
    var bytes = 0
    var next = Position.zero
    while next < ledger.log.end {
      let batch = try ledger.log.read(.all, from: next)
      for row in batch.rows {
        let data = batch.entry(row)["data"]
        amounts += (data?["amount_cents"]?.integer ?? 0) * (data?["qty"]?.integer ?? 0)
        bytes += row.entry.count
      }
      next = batch.next
    }
    return (amounts, bytes)
  }

  private static func expected(_ count: Int) -> String {
    var events = ReferenceEvents(count: count)
    var amounts: Int64 = 0
    while let event = events.next() { amounts += Int64(event.amountCents) * Int64(event.quantity) }
    return String(amounts)
  }

  /// Folds the view `customer` anew from a practice history, durable at the end. (The reference events have fields of
  /// their own, which no shipped view reads.) The hash is the content digest, and must be that of the live view.
  @Sendable static func rebuild(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 1_000, real: 500_000)
    let customers = bench.parameter("customers", smoke: 100, real: 50_000)
    let directory = "\(bench.folder)/ledger"
    _ = try Ledger.create(directory)
    let writer = try Ledger.open(directory, for: .writing)
    let filled = try await writer.fillWithPractice(customers: customers, events: count, seed: 1)
    let live = try await bench.time("catchUp", events: filled.appended) {
      try writer.catchUpViews()
    }
    try await writer.close()
    let ledger = try Ledger.open(directory, for: .reading)
    let view = try ledger.view("customer")
    let report = try await bench.time("rebuild", events: filled.appended) { try view.rebuild() }
    bench.note("rows", .integer(report.rows))
    guard live.first?.position == report.position, report.isUnchanged == true else { return nil }
    return bench.report(hash: report.digest, expected: report.digestBefore)
  }
}
