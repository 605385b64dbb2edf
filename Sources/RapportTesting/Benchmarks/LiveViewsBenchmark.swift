// Views that follow a ledger while it grows: whether they keep up, and how far they are behind.

import Disk
import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection

/// Reference events are appended at a fixed rate, durably, while each view is brought up to date again and again by a
/// thread of its own. The hash is the answer of the views at the end, as ``RebuildViewsBenchmark`` has it of a rebuild.
enum LiveViewsBenchmark {
  /// What the threads that follow tell.
  private struct Following: Sendable {
    var isOver = false
    var running = 0
    /// Of each look: how many events the furthest behind view had still to take in.
    var lags: [UInt64] = []
    var failure: String?
  }

  /// The four views of the comparison.
  @Sendable static func four(_ given: Bench) async throws -> String? {
    var bench = given
    let set = ReferenceSet(&bench, smoke: 2_000, real: 3_000_000)
    let rate = bench.parameter("rate", smoke: 20_000, real: 100_000)
    let threads = min(4, max(1, bench.parameter("threads", smoke: 2, real: 2)))
    let views = "\(bench.folder)/views"
    let engines = ReferenceViews.all.map {
      ProjectionEngine($0, folder: views, catalogue: "reference")
    }
    // The first, which looks at every event, alone; the others together.
    let parts = threads == 1 ? [engines] : [[engines[0]], Array(engines[1...])]
    let ledger = try AppendBenchmarks.makeLedger(bench)
    let appended = try await follow(ledger, parts, set, rate, &bench)
    let end = ledger.log.end
    for engine in engines where try engine.status(end: end).lag != 0 { return nil }
    try await ledger.close()
    guard appended == set.count else { return nil }
    let result = try RebuildViewsBenchmark.answer(in: views)
    return bench.report(hash: result, expected: RebuildViewsBenchmark.expected(set))
  }

  /// Appends the events at `rate` a second while `parts` follow. Returns how many were appended.
  private static func follow(
    _ ledger: Ledger, _ parts: [[ProjectionEngine]], _ set: ReferenceSet, _ rate: Int,
    _ bench: inout Bench
  ) async throws -> Int {
    // 10 ms worth of events an append.
    let batches = RivalsBenchmarks.batches(of: set, size: max(1, rate / 100))
    let state = Monitor(Following())
    let reading = SharedReading(ledger.mapper, runsMax: 16)
    for engines in parts { start(engines, on: ledger, reading, state) }
    let began = ContinuousClock.now
    let (count, late) = try await bench.time("append", events: set.count) {
      var appended = 0
      var late: [Duration] = []
      for (number, batch) in batches.enumerated() {
        let due = began + .microseconds(10_000 * number)
        try await Task.sleep(until: due, clock: .continuous)
        appended += try await ledger.append([batch]).appended
        late.append(ContinuousClock.now - due)
      }
      return (appended, late)
    }
    bench.note(latencies: late, as: "acknowledgedAfterMicroseconds")
    let ended = ContinuousClock.now
    state.change { $0.isOver = true }
    while state.look({ $0.running }) > 0 { try await Task.sleep(for: .milliseconds(2)) }
    let found = state.change { $0 }
    if let failure = found.failure { throw LedgerError("bench.view", failure) }
    bench.note(
      "caughtUpMilliseconds", .integer(Int((ContinuousClock.now - ended) / .milliseconds(1))))
    let lags = found.lags.sorted()
    if let most = lags.last {
      bench.note(
        "lagEvents",
        [
          "p50": .integer(lags[lags.count / 2]), "p99": .integer(lags[lags.count * 99 / 100]),
          "max": .integer(most),
        ])
    }
    return count
  }

  /// Brings the views up to date until the appends are over and nothing is left.
  private static func start(
    _ engines: [ProjectionEngine], on ledger: Ledger, _ reading: SharedReading,
    _ state: Monitor<Following>
  ) {
    state.change { $0.running += 1 }
    DedicatedThread.start(named: "views") {
      do {
        while true {
          let isLast = state.change { $0.isOver }
          var lag: UInt64 = 0
          try reading.refresh()
          for engine in engines {
            lag = max(lag, try engine.status(end: ledger.log.end).lag)
            _ = try engine.catchUp(with: reading, now: Ledger.now())
          }
          state.change { $0.lags.append(lag) }
          if isLast { break }
          // An append comes every 10 ms.
          if lag == 0 { Thread.sleep(forTimeInterval: 0.002) }
        }
      } catch {
        state.change { $0.failure = LedgerError(any: error).sentence }
      }
      state.change { $0.running -= 1 }
    }
  }

  /// The view `customer` of practice lives, brought up to date after every 10,000 events: so it takes them in live. On the
  /// clock is that alone. The hash is the content digest, which a rebuild must give as well.
  @Sendable static func customer(_ given: Bench) async throws -> String? {
    var bench = given
    let count = bench.parameter("events", smoke: 1_000, real: 200_000)
    let customers = bench.parameter("customers", smoke: 50, real: 20_000)
    let directory = "\(bench.folder)/practice"
    _ = try Ledger.create(directory)
    let ledger = try Ledger.open(directory, for: .writing)
    var history = PracticeHistory(customers: customers, events: count, seed: 1)
    let view = try ledger.view("customer")
    _ = try view.catchUp()
    var taken = Duration.zero
    var events = 0
    var isLive = true
    while true {
      let texts = piece(of: &history, countMax: 10_000)
      if texts.isEmpty { break }
      events += try await ledger.append(texts).appended
      let start = ContinuousClock.now
      let progress = try view.catchUp()
      taken += ContinuousClock.now - start
      isLive = isLive && progress.rebuiltBecause == nil
    }
    bench.note("live", ["eventsPerSecond": .integer(Int(Double(events) / (taken / .seconds(1))))])
    guard isLive, let live = try view.status().digest else { return nil }
    let rebuilt = try view.rebuild().digest
    try await ledger.close()
    return bench.report(hash: live, expected: rebuilt)
  }

  private static func piece(of history: inout PracticeHistory, countMax: Int) -> [EventTexts] {
    var texts: [EventTexts] = []
    var left = countMax
    while left > 0 {
      var batch = EventTexts(bytes: [], items: [])
      while batch.items.count < min(512, left) {
        let start = batch.bytes.count
        guard history.nextLine(into: &batch.bytes) else { break }
        batch.items.append(
          EventTexts.Item(range: start..<batch.bytes.count - 1, line: batch.items.count + 1))
      }
      if batch.items.isEmpty { break }
      left -= batch.items.count
      texts.append(batch)
    }
    return texts
  }
}
