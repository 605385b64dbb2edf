// How far a scan is: every position is done with once, whether it is handed out or passed by.
import RapportTesting
import Synchronization
import Testing

@testable import LogEngine

@Suite struct ScanPassTests {
  /// Sealed and hot parts, and types of which some or none are there.
  @Test(arguments: [nil, ["test.noted"], ["test.rare"], ["test.none"], []] as [Set<String>?])
  func aScanPassesEveryPositionOnce(types: Set<String>?) async throws {
    var ledger = try TestLedger.make(on: SimulatedFileSystem(seed: 1))
    ledger.limits = JournalLimits(rawMax: 4_096, reserveStep: 32 << 10)
    let log = try ledger.open().log
    for number in 0..<120 {
      try await log.append(
        testEvent(
          id: "e\(number)", subject: "c\(number % 7)",
          type: number == 30 ? "test.rare" : "test.noted"))
      if number == 99 { _ = await log.seal() }
    }
    for threads in 1...3 {
      let passed = Mutex(0)
      let handedOut = try log.scan(
        ScanSelection(types: types), threads: threads, into: 0,
        pass: { count in passed.withLock { $0 += count } }
      ) { (count: inout Int, batch: ScanBatch) throws(ReadError) in
        count += batch.selected?.count ?? batch.count
      }
      #expect(passed.withLock { $0 } == 120, "\(threads) threads")
      let expected = types.map {
        ($0.contains("test.noted") ? 119 : 0) + ($0.contains("test.rare") ? 1 : 0)
      }
      #expect(handedOut.reduce(0, +) == expected ?? 120, "\(threads) threads")
    }
    try await log.close()
  }

  /// Blocks that hold nothing of a type are done with before any other is read; the rest one after the other.
  @Test func blocksThatHoldNothingArePassedAtOnce() throws {
    let entries = (0..<100).map { number in
      EntryParts(
        id: "e-\(number)", revision: number + 1,
        type: (40..<60).contains(number) ? "note.lost" : "note.taken"
      ).entry(at: UInt64(number))
    }
    var limits = SegmentLimits()
    limits.blockEventsMax = 10
    let segment = try MadeSegment.make(entries, limits: limits)
    var told: [String] = []
    try segment.file.scan(
      ScanSelection(types: ["note.lost"]), pass: { told.append("passed \($0)") }
    ) { (batch: ScanBatch) throws(ReadError) in
      told.append("\(batch.selected?.count ?? batch.count) from \(batch.first.value)")
    }
    #expect(
      told == ["passed 80", "10 from 40", "passed 10", "10 from 50", "passed 10"])
  }
}
