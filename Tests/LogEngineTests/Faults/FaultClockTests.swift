import Disk
import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

/// The clock goes where it likes (row 34): the order of events is their position, and `recordedtime` never decreases.
struct FaultClockTests {
  private static let hour: Int64 = 3_600_000_000
  private static let second: Int64 = 1_000_000

  @Test(.faultRow(34, .simulated)) func recordedTimesNeverDecreaseWhateverTheClockDoes()
    async throws
  {
    let seed = SeededGenerator.seedOfThisRun
    var random = SeededGenerator(seed: seed)
    let jumps = [
      -Self.hour, 10 * 365 * 24 * Self.hour, -Self.second, Self.second, 0, 1, -1,
      -10 * 365 * 24 * Self.hour,
    ]
    for round in 0..<CampaignSize.pick(tests: 4, small: 20, full: 300) {
      let disk = SimulatedFileSystem(seed: seed &+ UInt64(round))
      let ledger = try TestLedger.make(on: disk)
      var log = try ledger.open().log
      for number in 0..<20 {
        ledger.clock.advance(microseconds: random.pick(jumps))
        // Long before any of the jumps: an event ahead of the clock is refused.
        let event = testEvent(
          id: "\(number)", subject: "c1", time: Timestamp(microseconds: -1_000_000_000_000_000))
        _ = try await log.append(event)
        if random.chance(20) { _ = await log.seal() }
        if random.chance(20) {
          try await log.close()
          log = try ledger.open().log
        }
      }
      let times = try log.entries().map { entry in
        try #require(try JSONDocument(scanning: entry).root["recordedtime"]?.string)
      }
      // Written with equal length, they compare as texts.
      #expect(times == times.sorted(), "seed \(seed), round \(round)")
      #expect(log.verify().findings.isEmpty, "seed \(seed), round \(round)")
      try await log.close()
      FaultTally.countRuns(of: 34)
    }
  }
}
