import Disk
import RapportTesting
import Testing

@testable import LogEngine

/// Every call of a short run fails once, with EIO, with ENOSPC, and with the power; afterwards every promise holds.
struct FaultSweepTests {
  /// What a run starts from.
  enum Start: String, CaseIterable, Sendable {
    /// An empty disk: the ledger is made, too.
    case nothing
    /// Three frames, closed.
    case closed
    /// Three frames and a torn tail, killed.
    case torn
    /// Two full journals; each two frames fill the next.
    case rolling
    /// A sealed segment and a hot journal; what is appended is sealed, too.
    case sealing
    /// Three frames, killed: the first checkpoint and the first segment are made in the run, and what fails is tried again.
    case unsealed

    var seals: Bool { self == .sealing || self == .unsealed }
  }

  private func start(_ start: Start) async throws -> (SimulatedFileSystem, TestLedger, [[String]]) {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = TestLedger(disk: disk)
    if start == .rolling {
      ledger.limits = JournalLimits(fileMax: 12_288, reserveStep: 32 << 10)
    }
    if start == .nothing { return (disk, ledger, []) }
    try ledger.create()
    let log = try ledger.open().log
    let before = start == .rolling ? [["0"], ["1"], ["2"], ["3"]] : [["0"], ["1", "2"], ["3"]]
    for ids in before {
      _ = try await log.append(ids.map { event($0) })
      if start == .sealing, ids.count > 1 { #expect(await log.seal().segments.count == 1) }
    }
    guard start == .torn || start == .unsealed else {
      try await log.close()
      return (disk, ledger, before)
    }
    let left = disk.kill()
    if start == .unsealed { return (left, ledger.on(left), before) }
    left.overwrite(ledger.journal, with: Array("RFRM and no more".utf8), at: 16_384)
    return (left, ledger.on(left), before)
  }

  /// Makes the ledger if need be, opens it, appends, closes it; goes on after errors where that is possible.
  private func run(
    _ start: Start, _ ledger: TestLedger, _ disk: SimulatedFileSystem, _ before: [[String]],
    powerFails: Bool = false
  ) async -> Witness {
    let witness = Witness(recorded: before)
    witness.expectPowerCut(powerFails)
    if start == .nothing {
      do throws(DiskError) { try ledger.create() } catch { return witness }
    }
    do throws(OpenError) {
      let log = try ledger.open().log
      for ids in [["a"], ["b", "c", "d"], ["e"], ["f"]] {
        await witness.append(ids, to: log, on: disk)
        // A journal that cannot be sealed stays as it is, and appends go on or tell of the halt.
        if start == .sealing && ids.count > 1 || start == .unsealed { _ = await log.seal() }
      }
      do throws(DiskError) { try await log.close() } catch {
        // What it could not do is checked on what is left.
      }
    } catch {
      guard case .disk = error else {
        Issue.record("\(error.sentence)")
        return witness
      }
    }
    return witness
  }

  /// Counted in `row`; those of a run that seals in row 51.
  private func sweep(
    _ start: Start, row: Int, _ strike: (SimulatedFileSystem, Int) -> Void, seeds: UInt64,
    powerFails: Bool = false
  ) async throws {
    let (base, ledger, before) = try await self.start(start)
    let whole = base.copy()
    let witness = await run(start, ledger.on(whole), whole, before)
    #expect(witness.acknowledgedCount == before.count + 4, "without a fault all goes well")
    try await witness.check(ledger.on(whole.crash()), "no fault")
    // The runs of one sweep begin elsewhere in each run of the tests; a campaign takes every call.
    let step = CampaignSize.pick(tests: start.seals ? 6 : 2, small: start.seals ? 3 : 1, full: 1)
    let first = Int(SeededGenerator.seedOfThisRun % UInt64(step))
    for call in stride(from: first, to: whole.callCount, by: step) {
      let disk = base.copy()
      strike(disk, call)
      let witness = await run(start, ledger.on(disk), disk, before, powerFails: powerFails)
      let what = call < disk.calls.count ? "\(disk.calls[call])" : "call \(call)"
      for seed in 0..<seeds {
        try await witness.check(ledger.on(disk.crash(seed: seed)), "\(what), seed \(seed)")
      }
      // What a failed sync did not save, the kernel still shows to the next process; the power fails after that.
      let killed = disk.kill()
      try await witness.check(ledger.on(killed), "\(what), killed", goesOn: true)
      for seed in 0..<seeds {
        try await witness.check(
          ledger.on(killed.crash(seed: seed)), "\(what), killed, gone on, seed \(seed)")
      }
      FaultTally.countRuns(2 * Int(seeds) + 1, of: start.seals ? 51 : row)
      checkSyncs(disk, what)
    }
  }

  /// After a failed sync of a file it is not synced again. A new file of the same name is another one, and so is a
  /// folder in which names have changed since: what is synced then is the change.
  private func checkSyncs(_ disk: SimulatedFileSystem, _ what: String) {
    guard let failed = disk.calls.first(where: { $0.operation == .sync && $0.failure != nil })
    else {
      return
    }
    for call in disk.calls.dropFirst(failed.number + 1) {
      let renews: [DiskError.Operation] = [.create, .rename, .remove, .link]
      if renews.contains(call.operation), call.path.hasPrefix(failed.path) { return }
      guard call.operation == .sync, call.path == failed.path else { continue }
      Issue.record("\(what): synced again after a failed sync")
      return
    }
  }

  private let seeds = CampaignSize.pick(tests: 1 as UInt64, small: 2, full: 2)

  @Test(.faultRow(5, .simulated), arguments: Start.allCases)
  func anErrorOfTheDeviceAtAnyCallBreaksNoPromise(start: Start) async throws {
    try await sweep(start, row: 5, { $0.inject(.error(Errno.io), at: .call($1)) }, seeds: seeds)
  }

  @Test(.faultRow(10, .simulated), arguments: Start.allCases)
  func noSpaceAtAnyCallBreaksNoPromise(start: Start) async throws {
    try await sweep(
      start, row: 10, { $0.inject(.error(Errno.noSpace), at: .call($1)) }, seeds: seeds)
  }

  @Test(.faultRow(2, .simulated), arguments: Start.allCases)
  func aPowerCutAtAnyCallBreaksNoPromise(start: Start) async throws {
    try await sweep(
      start, row: 2, { $0.cutPower(atCall: $1) }, seeds: 2 * seeds, powerFails: true)
  }

  /// The disk is full from the n-th byte written, with a short write before it.
  @Test(.faultRow(9, .simulated)) func aDiskThatFillsUpAtAnyPointBreaksNoPromise() async throws {
    let whole = SimulatedFileSystem(seed: 1)
    _ = await run(.nothing, TestLedger(disk: whole), whole, [])
    let size = whole.writtenByteCount
    let step = CampaignSize.pick(tests: 97, small: 61, full: 5)
    for byte in stride(from: 0, through: size, by: step) {
      FaultTally.countRuns(2, of: 9)
      let disk = SimulatedFileSystem(seed: 1, fullAtByte: byte)
      let ledger = TestLedger(disk: disk)
      let witness = await run(.nothing, ledger, disk, [])
      try await witness.check(ledger.on(disk.kill()), "full at byte \(byte), killed")
      try await witness.check(ledger.on(disk.crash(seed: byte)), "full at byte \(byte), crashed")
    }
  }

  /// A write that stops at any byte of a frame: not recorded, whatever arrived.
  @Test(.faultRow(11, .simulated)) func aFrameThatIsCutAtAnyByteIsNotRecorded() async throws {
    let (base, ledger, before) = try await start(.closed)
    let trial = base.copy()
    _ = try await ledger.on(trial).open().log.append(event("a"))
    let size =
      try #require(trial.calls.last { $0.operation == .write && $0.path.hasSuffix("journal") })
      .byteCount ?? 0
    #expect(size > 300)
    for count in 0..<Int(size) {
      FaultTally.countRuns(of: 11)
      let disk = base.copy()
      let log = try ledger.on(disk).open().log
      let witness = Witness(recorded: before)
      disk.inject(
        .shortWrite(byteCount: count, errno: Errno.io),
        at: .next(.write, onPathsEndingWith: ".journal"))
      guard case .halted = await witness.append(["a"], to: log) else {
        Issue.record("cut at \(count)")
        continue
      }
      do throws(DiskError) { try await log.close() } catch { #expect(error.operation == .write) }
      try await witness.check(ledger.on(disk.kill()), "cut at \(count)")
    }
  }

  // MARK: Wrong answers of the device

  /// Each is found when the log is opened, and nothing is cut off.
  @Test(
    .faultRow(12, .simulated),
    arguments: [
      ("lying write", 12, SimulatedFault.lyingWrite),
      ("misdirected write", 19, .misdirectedWrite(to: 4_096)),
      ("flipped bit", 15, .flippedBit(800)), ("lost write", 20, .lostWrite),
    ])
  func aWriteThatDidNotArriveIsALossAndNotTheEnd(
    name: String, row: Int, fault: SimulatedFault
  ) async throws {
    FaultTally.countRuns(of: row)
    let (disk, ledger, _) = try await start(.closed)
    let log = try ledger.on(disk).open().log
    disk.inject(fault, at: .next(.write, onPathsEndingWith: ".journal"))
    #expect(try await log.append(event("a")) == Position(4), "the device said yes")
    #expect(try await log.append(event("b")) == Position(5))
    disk.dropCaches()
    let left = ledger.on(disk.kill())
    switch await openRefusal({ try left.open() }) {
    case .corrupt(let found): #expect(found.first?.file.hasSuffix(".journal") == true)
    case .rolledBack(_, let known, _): #expect(known == Position(6))
    default: Issue.record("\(name) is not found")
    }
    let (ids, holes) = try left.openForReading().log.readable()
    #expect(ids[5] == "b", "what arrived can be read")
    #expect(holes.contains { $0.contains(Position(4)) || $0.contains(Position(0)) })
  }
}
