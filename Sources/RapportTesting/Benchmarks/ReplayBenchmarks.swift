// How fast the past is read again: all entries checked and scanned, and a view folded anew.

import JSONBytes
import Ledger
import LogEngine
import Projection

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

  /// Folds the reference events into a customer with nine aggregates, live and anew, durable at the end. The hash is the
  /// content digest; both ways must give the same, and the sums must be those of the generator.
  @Sendable static func rebuild(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 2_000, real: 1_000_000)
    let (path, _) = try AppendBenchmarks.writeEvents(count, bench)
    let writer = try AppendBenchmarks.makeLedger(bench)
    _ = try await writer.appendLines(try InputFile(path))
    try await writer.close()
    let ledger = try Ledger.open("\(bench.folder)/ledger", for: .reading)
    let live = ProjectionEngine(
      ReferenceCustomers.self, folder: "\(bench.folder)/live", catalogue: "reference")
    let anew = ProjectionEngine(
      ReferenceCustomers.self, folder: "\(bench.folder)/anew", catalogue: "reference")
    // An empty file first, so that what follows is taken in batch by batch and not folded anew.
    _ = try live.rebuild(
      from: FirstEvents(base: ledger.mapper, count: count / 2), now: Ledger.now())
    _ = try await bench.time("live", events: count - count / 2) {
      try live.catchUp(with: ledger.mapper, now: Ledger.now())
    }
    let report = try await bench.time("rebuild", events: count) {
      try anew.rebuild(from: ledger.mapper, now: Ledger.now())
    }
    bench.note("rows", .integer(report.digest.rows))
    let sums = try anew.query("SELECT sum(events), sum(spend) FROM customer").rows
    guard sums == [[.integer(Int64(count)), .integer(orderedCents(count))]] else { return nil }
    return bench.report(
      hash: report.digest.digest, expected: try live.contentDigest().digest)
  }

  private static func orderedCents(_ count: Int) -> Int64 {
    var events = ReferenceEvents(count: count)
    var cents: Int64 = 0
    while let event = events.next() {
      if ReferenceEvents.types[event.type] == "order.completed" {
        cents += Int64(event.amountCents) * Int64(event.quantity)
      }
    }
    return cents
  }

  /// Folds the view `customer` that ships, anew and far behind, from a practice history.
  @Sendable static func rebuildCustomer(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 1_000, real: 500_000)
    let customers = bench.parameter("customers", smoke: 100, real: 50_000)
    let directory = "\(bench.folder)/ledger"
    _ = try Ledger.create(directory)
    let writer = try Ledger.open(directory, for: .writing)
    let filled = try await writer.fillWithPractice(customers: customers, events: count, seed: 1)
    let live = await bench.time("catchUp", events: filled.appended) {
      writer.catchUpViews()
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

/// The first events of another source: a ledger as it once was.
private struct FirstEvents: EventSource {
  let base: any EventSource
  let count: Int

  /// A place where a frame ends, so that the root there is known; near `count`.
  var end: Position {
    var place = Position.zero
    // A source that cannot be read has no events for the benchmark, which then fails by its hash.
    while place.value < UInt64(count), place < base.end,
      let batch = try? base.events(from: place, countMax: 1, ofTypes: []), batch.next > place
    {
      place = batch.next
    }
    return place
  }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    let left = Int(end.value - start.value)
    return try base.events(from: start, countMax: min(countMax, left), ofTypes: types)
  }

  func root(at end: Position) throws -> String { try base.root(at: end) }

  func isRoot(_ root: String, at end: Position) throws -> Bool {
    try base.isRoot(root, at: end)
  }
}
