import Disk
import RapportTesting
import Synchronization
import Testing

@testable import LogEngine

/// Opening, closing, halting, and what happens in between.
struct LifecycleTests {
  private func closing(_ log: EventLog) async -> DiskError? {
    do throws(DiskError) {
      try await log.close()
      return nil
    } catch {
      return error
    }
  }

  @Test func closingTwiceIsClosingOnce() async throws {
    let log = try TestLedger.make().open().log
    try await log.close()
    try await log.close()
    #expect(await refusal { try await log.append(event("a")) } == .closed)
  }

  @Test func allWhoCloseAtOnceAreAnswered() async throws {
    let log = try TestLedger.make().open().log
    _ = try await log.append(event("a"))
    await withTaskGroup(of: DiskError?.self) { group in
      for _ in 0..<20 { group.addTask { await closing(log) } }
      for await error in group { #expect(error == nil) }
    }
  }

  @Test(.faultRow(39, .simulated)) func closingFinishesWhatWasTaken() async throws {
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    gate.close(for: .sync, onPathsWith: "journal")
    let tickets = try (0..<50).map { try log.submit([event("\($0)")]) }
    let closed = Task { await closing(log) }
    try await Task.sleep(for: .milliseconds(30))
    gate.open()
    #expect(await closed.value == nil)
    for ticket in tickets { _ = try await ticket.receipt() }
    let (again, report) = try ledger.open()
    #expect(report.wasClosed)
    #expect(again.end.value == 50)
    try await again.close()
  }

  /// Whoever appends while others close gets positions or `closed`, and what was acknowledged is there.
  @Test(.faultRow(39, .simulated)) func closingRacesWithAppendsAndLosesNone() async throws {
    for round in 0..<40 {
      let ledger = try TestLedger.make(on: SimulatedFileSystem(seed: UInt64(round)))
      let log = try ledger.open().log
      let acknowledged = await withTaskGroup(of: [String].self) { group in
        for writer in 0..<8 {
          group.addTask {
            var mine: [String] = []
            for number in 0..<1_000 {
              let id = "\(writer)-\(number)"
              guard let error = await refusal({ try await log.append(event(id)) }) else {
                mine.append(id)
                continue
              }
              #expect(error == .closed)
              break
            }
            return mine
          }
        }
        group.addTask {
          for _ in 0..<round { await Task.yield() }
          #expect(await closing(log) == nil)
          return []
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
      let (again, report) = try ledger.open()
      #expect(report.wasClosed)
      #expect(Set(try again.ids()) == Set(acknowledged), "round \(round)")
      #expect(again.end.value == UInt64(acknowledged.count))
      try await again.close()
    }
  }

  /// A log that nobody holds any more ends by itself: what was taken is answered and durable, the locks are free, and
  /// there is no close note.
  @Test func aDroppedLogFinishesWhatItTookAndFreesItsLocks() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    var log: EventLog? = try ledger.open().log
    let tickets = try (0..<20).compactMap { try log?.submit([event("\($0)")]) }
    log = nil
    for ticket in tickets { _ = try await ticket.receipt() }
    let again = try await openWhenFree(ledger)
    #expect(again.log.end == Position(20))
    #expect(!again.report.wasClosed)
    try await again.log.close()
  }

  private func openWhenFree(
    _ ledger: TestLedger
  ) async throws -> (log: EventLog, report: OpenReport) {
    for _ in 0..<5_000 {
      do throws(OpenError) { return try ledger.open() } catch { #expect(error == .busy) }
      try await Task.sleep(for: .milliseconds(1))
    }
    return try ledger.open()
  }

  // MARK: One writer

  @Test(.faultRow(29, .simulated)) func aSecondWriterIsRefusedAndWritesNothing() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    let written = disk.writtenByteCount
    #expect(await openRefusal { try ledger.open() } == .busy)
    #expect(disk.writtenByteCount == written)
    #expect(try await log.append(event("b")) == Position(1))
    try await log.close()
    try await ledger.open().log.close()
  }

  /// Somebody removed `LOCK`: the lock on the journal still keeps a second writer away, who removes nothing.
  @Test(.faultRow(30, .simulated)) func theJournalIsLockedToo() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    try disk.remove("/ledger/LOCK")
    try disk.create("/ledger/log/00000000000000000001.journal.tmp").close()
    let written = disk.writtenByteCount
    #expect(await openRefusal { try ledger.open() } == .busy)
    #expect(disk.writtenByteCount == written)
    #expect(try disk.exists("/ledger/log/00000000000000000001.journal.tmp"))
    #expect(try await log.append(event("b")) == Position(1))
    try await log.close()
  }

  @Test(.faultRow(30, .simulated)) func aWriterWhoseLockFileIsGoneHaltsBeforeItsNextJournal()
    async throws
  {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(fileMax: 8_192, reserveStep: 32 << 10)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    try disk.remove("/ledger/LOCK")
    let error = await refusal { try await log.append(event("b")) }
    #expect(error == .halted(DiskError(.lock, "/ledger/LOCK", number: Errno.noEntry)))
    #expect(error?.code == "ledger.halted")
    #expect(try log.ids() == ["a"])
    #expect(await closing(log) == DiskError(.lock, "/ledger/LOCK", number: Errno.noEntry))
  }

  // MARK: Halted

  @Test(.faultRow(5, .simulated)) func aFailedSyncHaltsTheLogAndIsNotTriedAgain() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    disk.inject(.error(Errno.io), at: .next(.sync))
    let unknown = await refusal { try await log.append(event("b")) }
    let failure = DiskError(.sync, ledger.journal + ".tmp", number: Errno.io)
    #expect(unknown == .outcomeUnknown(failure))
    #expect(unknown?.code == "append.outcome-unknown")
    #expect(await refusal { try await log.append(event("c")) } == .halted(failure))
    #expect(log.end == Position(1), "readers stay at what was acknowledged")
    #expect(try log.ids() == ["a"])
    #expect(await closing(log) == failure)
    #expect(await closing(log) == failure)
    let failed = try #require(disk.calls.first { $0.operation == .sync && $0.failure != nil })
    #expect(!disk.calls.dropFirst(failed.number + 1).contains { $0.operation == .sync })
    #expect(try !disk.exists(ledger.closeNote))
    // The locks are free, and the next start finds the frame or not, but whole.
    let again = try ledger.open().log
    #expect(try again.ids() == ["a", "b"])
    try await again.close()
  }

  /// What was in preparation behind the frame that failed is thrown away with it.
  @Test(.faultRow(5, .simulated)) func everybodyWhoWaitsHearsOfTheHalt() async throws {
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let log = try TestLedger.make(on: disk).open().log
    _ = try await log.append(event("a"))
    disk.inject(.error(Errno.io), at: .next(.sync))
    gate.close(for: .sync, onPathsWith: "journal")
    let first = try log.submit([event("b")])
    while !gate.holdsACall { try await Task.sleep(for: .milliseconds(1)) }
    let others = try (0..<200).map { try log.submit([event("x\($0)")]) }
    gate.open()
    guard case .outcomeUnknown = await refusal({ try await first.receipt() }) else {
      Issue.record("the frame in flight is unknown")
      return
    }
    for ticket in others {
      guard case .halted = await refusal({ try await ticket.receipt() }) else {
        Issue.record("what was behind it is not recorded")
        return
      }
    }
    _ = await closing(log)
  }

  @Test(.faultRow(11, .simulated)) func aShortWriteIsNotRecordedAndHalts() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    // All but the very last byte of the frame reaches the file.
    let frame = try JournalReading(bytes: try #require(disk.bytes(of: ledger.journal))).frames()[0]
    let written = 96 + frame.storedSize + 16
    disk.inject(.shortWrite(byteCount: written - 1, errno: Errno.noSpace), at: .next(.write))
    let error = await refusal { try await log.append(event("b")) }
    guard case .diskFull = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    guard case .halted = await refusal({ try await log.append(event("c")) }) else {
      Issue.record("the log has halted")
      return
    }
    _ = await closing(log)
    let (again, report) = try ledger.on(disk.kill()).open()
    #expect(try again.ids() == ["a"], "the answer said that nothing was recorded")
    #expect(report.quarantined.count == 1)
    #expect(try await again.append(event("b")) == Position(1))
    try await again.close()
  }

  @Test(.faultRow(10, .simulated)) func aFullDiskRefusesBeforeAnythingIsWrittenAndTheLogGoesOn()
    async throws
  {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    disk.fill()
    let written = disk.writtenByteCount
    // More than is reserved.
    let big = (0..<3).map { testEvent(id: "big\($0)", countedSize: 60_000) }
    let error = await refusal { try await log.append(big) }
    guard case .diskFull = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.code == "disk.full")
    #expect(disk.writtenByteCount == written)
    #expect(log.end == Position(1))
    disk.freeSpace()
    #expect(try await log.append(big).count == 3)
    try await log.close()
    #expect(try ledger.open().report.wasClosed)
  }

  @Test(.faultRow(10, .simulated)) func aFullDiskWhenAJournalIsFullRefusesAndTheLogGoesOn()
    async throws
  {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(fileMax: 8_192, reserveStep: 32 << 10)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    disk.fill()
    guard case .diskFull = await refusal({ try await log.append(event("b")) }) else {
      Issue.record("the next journal cannot be made")
      return
    }
    disk.freeSpace()
    #expect(try await log.append(event("b")) == Position(1))
    #expect(try ledger.journals().count == 2)
    try await log.close()
  }

  /// A sync that says "no space" is a failed sync like any other: also of a folder, also when a journal is made.
  @Test(.faultRow(7, .simulated), arguments: [Errno.io, Errno.noSpace, Errno.quota])
  func aFailedSyncOfTheFolderHalts(errno: Int32) async throws {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(fileMax: 8_192, reserveStep: 32 << 10)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    disk.inject(.error(errno), at: .next(.sync, onPathsEndingWith: "/log"))
    guard case .halted = await refusal({ try await log.append(event("b")) }) else {
      Issue.record("a new journal whose name is not durable is not used")
      return
    }
    guard case .halted = await refusal({ try await log.append(event("c")) }) else {
      Issue.record("the log has halted")
      return
    }
    _ = await closing(log)
    // The old or the new, never half of one.
    for seed in 0..<8 as Range<UInt64> {
      let left = ledger.on(seed == 0 ? disk.kill() : disk.crash(seed: seed))
      let again = try left.open().log
      #expect(try again.ids() == ["a"])
      #expect(try await again.append(event("b")) == Position(1))
      try await again.close()
    }
  }

  /// Space cannot be reserved because the device fails, while a frame is in flight: that one is finished first.
  @Test func aFaultOfTheBuilderLetsTheFrameInFlightArrive() async throws {
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let log = try TestLedger.make(on: disk).open().log
    _ = try await log.append(event("a"))
    gate.close(for: .sync, onPathsWith: "journal")
    let inFlight = try log.submit([event("b")])
    while !gate.holdsACall { try await Task.sleep(for: .milliseconds(1)) }
    let start = disk.callCount
    disk.inject(.error(Errno.io), at: .next(.reserve))
    let big = (0..<3).map { testEvent(id: "big\($0)", countedSize: 60_000) }
    let refused = await refusal { try await log.append(big) }
    guard case .halted = refused else {
      Issue.record("\(String(describing: refused))")
      return
    }
    // The builder has ended, and its file stays open for the committer.
    try await Task.sleep(for: .milliseconds(30))
    #expect(!disk.calls.dropFirst(start).contains { $0.operation == .close })
    gate.open()
    #expect(try await inFlight.receipt().positions == [Position(1)])
    #expect(await closing(log)?.operation == .reserve)
  }

  @Test(.faultRow(56, .simulated)) func aWatermarkThatCannotBeWrittenHaltsAfterTheAnswer()
    async throws
  {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    disk.inject(.error(Errno.io), at: .next(.write, onPathsEndingWith: "watermark"))
    #expect(try await log.append(event("a")) == .zero, "the event is durable")
    guard case .halted = await refusal({ try await log.append(event("b")) }) else {
      Issue.record("readers could not follow any more")
      return
    }
    _ = await closing(log)
    #expect(try ledger.on(disk.crash()).open().log.ids() == ["a"])
  }

  @Test func aCloseNoteThatCannotBeWrittenIsTold() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    disk.fill()
    let error = await closing(log)
    #expect(error?.isFull == true)
    disk.freeSpace()
    let (again, report) = try ledger.open()
    #expect(!report.wasClosed)
    #expect(try again.ids() == ["a"])
    try await again.close()
  }

  // MARK: Waiting

  @Test func whoWaitsForTheEndIsWokenByACommit() async throws {
    let log = try TestLedger.make().open().log
    let waiting = (0..<10).map { number in
      Task { try await log.waitForEnd(past: Position(UInt64(number))) }
    }
    for number in 0..<10 { _ = try await log.append(event("\(number)")) }
    for task in waiting { try await task.value }
    // What has passed already is not waited for.
    try await log.waitForEnd(past: Position(9))
    try await log.close()
  }

  @Test func aCancelledWaitReturnsAtOnce() async throws {
    let log = try TestLedger.make().open().log
    for round in 0..<50 {
      let task = Task { try await log.waitForEnd(past: .zero) }
      if round % 2 == 0 { try await Task.sleep(for: .milliseconds(1)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
    #expect(log.core.shared.withLock { $0.waiters.isEmpty }, "nothing is left behind")
    try await log.close()
  }

  @Test func whoWaitsWhenTheLogEndsIsSentAway() async throws {
    let log = try TestLedger.make().open().log
    let task = Task { try await log.waitForEnd(past: .zero) }
    while log.core.shared.withLock({ $0.waiters.isEmpty }) {
      try await Task.sleep(for: .milliseconds(1))
    }
    try await log.close()
    await #expect(throws: CancellationError.self) { try await task.value }
    await #expect(throws: CancellationError.self) { try await log.waitForEnd(past: .zero) }
  }
}
