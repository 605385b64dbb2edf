import Disk
import RapportTesting
import Testing

@testable import LogEngine

/// Sealing under faults: the journal, the segment, or both are there, and every entry can be read (rows 51 to 54).
struct FaultSealingTests {
  /// A log of small journals of two events each, sealed when asked.
  private func ledger(
    on disk: SimulatedFileSystem, _ sealing: LogOptions.Sealing = .onRequest
  ) throws -> TestLedger {
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(fileMax: 12_288, reserveStep: 32 << 10)
    ledger.sealing = sealing
    return ledger
  }

  /// A journal that cannot be sealed keeps those behind it waiting, and all are sealed when it can be.
  @Test(.faultRow(51, .simulated), arguments: [LogOptions.Sealing.automatic, .onRequest])
  func aJournalThatCannotBeSealedIsTriedAgainWithTheNext(sealing: LogOptions.Sealing) async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try ledger(on: disk, sealing)
    let log = try ledger.open().log
    disk.inject(.error(Errno.io), at: .next(.create, onPathsEndingWith: "00000.segment.tmp"))
    for number in 0..<7 { _ = try await log.append(event("\(number)")) }
    let report = await log.seal()
    #expect(report.alarms.count == 1)
    if sealing == .onRequest {
      #expect(try ledger.journals().count == 5, "none comes before the first")
    }
    _ = try await log.append(event("7"))
    #expect(await log.seal().alarms.count == 1, "nothing new went wrong")
    #expect(try ledger.journals().count == 1)
    #expect(try log.ids() == (0...7).map { "\($0)" })
    try await log.close()
    #expect(try ledger.open().report.wasClosed)
  }

  /// Row 52. A byte of the segment that changes on its way to the disk is found before the journal goes: the segment
  /// is set aside, the journal stays, appends go on, and the next attempt is a good one.
  @Test(.faultRow(52, .simulated))
  func aSegmentThatDoesNotGiveBackItsEntriesIsSetAside() async throws {
    let base = SimulatedFileSystem(seed: 1)
    let ledger = try ledger(on: base)
    let log = try ledger.open().log
    for number in 0..<4 { _ = try await log.append(event("\(number)", "c\(number)", "some text")) }
    try await log.close()
    let trial = base.copy()
    #expect(await (try ledger.on(trial).open().log).seal().segments.count == 2)
    let size = try #require(trial.bytes(of: segment)).count
    let writes = trial.calls.filter { $0.operation == .write && $0.path == segment + ".tmp" }
    let carrying = try carryingRanges(of: trial, size)
    var found = 0
    let step = CampaignSize.pick(tests: 41, small: 17, full: 1)
    for byte in stride(from: 0, to: size, by: step) {
      let disk = base.copy()
      let log = try ledger.on(disk).open().log
      let number = try #require(
        writes.lastIndex { Int($0.offset ?? 0) <= byte }, "the segment is written from its start")
      let bit = 8 * (byte - Int(writes[number].offset ?? 0)) + byte % 8
      disk.inject(
        .flippedBit(bit),
        at: .next(.write, onPathsEndingWith: "00000.segment.tmp", skipping: number))
      let report = await log.seal()
      FaultTally.countRuns(of: 52)
      if report.alarms.isEmpty {
        let isCarrying = carrying.contains { $0.contains(byte) }
        #expect(!isCarrying, "byte \(byte) was not noticed")
      } else {
        found += 1
        #expect(try ledger.on(disk).journals().contains("00000000000000000000.journal"))
        #expect(try disk.list("/ledger/quarantine").count == 1, "byte \(byte)")
        #expect(try !disk.exists(segment))
        _ = try await log.append(event("x"))
        #expect(await log.seal().segments.count >= 2, "byte \(byte)")
      }
      #expect(try log.ids().prefix(4) == ["0", "1", "2", "3"])
      try await log.close()
    }
    #expect(found * 10 > size / step * 8, "most bytes carry something")
  }

  /// Every byte of a segment but the zeros between its chunks.
  private func carryingRanges(
    of disk: SimulatedFileSystem, _ size: Int
  ) throws -> [Range<Int>] {
    let file = try SegmentFile.open(
      try disk.openForReading(segment), name: "00000000000000000000.segment",
      ledger: testLedgerID, first: .zero)
    let chunks = file.footer.chunks.map { Int($0.offset)..<Int($0.offset) + Int($0.size) }
    let end = chunks.last?.upperBound ?? 0
    return [0..<SegmentFormat.headerSize] + chunks + [(end + 7) / 8 * 8..<size]
  }

  private let segment = "/ledger/log/00000000000000000000.segment"
}
