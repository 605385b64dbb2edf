import Disk
import RapportTesting
import Synchronization
import Testing

@testable import LogEngine

/// Readers in other processes: acknowledged events only, in order, without gaps, never backwards, never an error that
/// is none.
struct ReaderTests {
  @Test func aReaderSeesNothingBeforeItsSync() async throws {
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    let early = try ledger.openForReading().log
    gate.close(for: .sync, onPathsWith: "journal")
    let ticket = try log.submit([event("b")])
    while !gate.holdsACall { try await Task.sleep(for: .milliseconds(1)) }
    // The frame is whole in the file, and not yet durable.
    let frames = try JournalReading(bytes: try #require(disk.bytes(of: ledger.journal))).frames()
    #expect(frames.count == 2)
    let (late, report) = try ledger.openForReading()
    #expect(report == OpenReport())
    for reader in [early, late] {
      #expect(try reader.refresh() == Position(1))
      #expect(try reader.ids() == ["a"])
      #expect(throws: ReadError.beyondEnd(Position(1))) { try reader.read(.all, from: Position(1)) }
    }
    gate.open()
    _ = try await ticket.receipt()
    for reader in [early, late] {
      #expect(try reader.refresh() == Position(2))
      #expect(try reader.ids() == ["a", "b"])
      #expect(reader.root == log.root)
    }
    try await log.close()
  }

  /// A writer was killed in the middle of a frame: to a reader it is "not yet", however it looks.
  @Test func aTornFrameBehindTheWatermarkIsNoDamage() async throws {
    for count in [1, 90, 96, 200, 300] {
      let disk = SimulatedFileSystem(seed: 1)
      let ledger = try TestLedger.make(on: disk)
      let log = try ledger.open().log
      _ = try await log.append(event("a"))
      let reader = try ledger.openForReading().log
      disk.inject(.shortWrite(byteCount: count, errno: Errno.io), at: .next(.write))
      _ = await refusal { try await log.append(event("b")) }
      #expect(try reader.refresh() == Position(1))
      let (late, report) = try ledger.openForReading()
      #expect(report == OpenReport())
      #expect(try late.ids() == ["a"])
      #expect(late.verify().findings.isEmpty)
    }
  }

  @Test func aReaderFollowsIntoNewJournals() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(fileMax: 12_288, reserveStep: 32 << 10)
    let log = try ledger.open().log
    let reader = try ledger.openForReading().log
    #expect(reader.end == .zero)
    for number in 0..<9 {
      _ = try await log.append(event("\(number)"))
      // Every second and every third frame is taken in with others.
      if number % 3 != 1 {
        #expect(try reader.refresh() == Position(UInt64(number + 1)))
        #expect(try reader.ids() == (0...number).map { "\($0)" })
      }
    }
    #expect(try ledger.journals().count == 5)
    let report = reader.verify()
    #expect(report.findings.isEmpty)
    #expect(report.journals == 5)
    #expect(report.frames == 9)
    #expect(report.root == log.root)
    try await log.close()
  }

  /// A writer that was killed writes the last journal anew under the same name.
  @Test(.faultRow(33, .simulated)) func aReaderFollowsIntoAJournalThatWasReplaced() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    var log = try ledger.open().log
    for id in ["a", "b"] { _ = try await log.append(event(id)) }
    let reader = try ledger.openForReading().log
    try await log.close()
    try disk.remove(ledger.closeNote)
    let before = try disk.identity(of: ledger.journal)
    log = try ledger.open().log
    #expect(try !disk.identity(of: ledger.journal).isSameFile(as: before))
    #expect(try reader.ids() == ["a", "b"], "the old file can still be read")
    _ = try await log.append(event("c"))
    #expect(try reader.refresh() == Position(3))
    #expect(try reader.ids() == ["a", "b", "c"])
    #expect(reader.damage.isEmpty)
    try await log.close()
  }

  /// Between a reader's look at the watermark and its list of journals the writer goes on, into a new journal: what
  /// lies behind the watermark is not looked at.
  @Test func aWriterThatIsFasterThanAReaderIsNoDamage() async throws {
    for kind in [DiskError.Operation.list, .open, .inspect] {
      let hook = Hook()
      let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { hook.run($0) })
      var ledger = try TestLedger.make(on: disk)
      ledger.limits = JournalLimits(fileMax: 12_288, reserveStep: 32 << 10)
      let log = try ledger.open().log
      _ = try await log.append(event("0"))
      let known = try ledger.openForReading().log
      _ = try await log.append(event("1"))
      let next = Mutex(2)
      // Three appends: the rest of this journal, and one that begins the next.
      hook.once(kind) {
        let end = log.end.value + 3
        for _ in 0..<3 {
          let number = next.withLock { number in
            number += 1
            return number - 1
          }
          // The ticket is not waited for: the end tells.
          _ = try? log.submit([event("\(number)")])
        }
        while log.end.value < end {}
      }
      let (fresh, report) = try ledger.openForReading()
      #expect(report == OpenReport(), "\(kind)")
      let seen = try fresh.ids()
      #expect(seen.starts(with: ["0", "1"]))
      hook.once(kind) {
        let end = log.end.value + 1
        _ = try? log.submit([event("more")])
        while log.end.value < end {}
      }
      #expect(try known.refresh() >= Position(2))
      #expect(known.damage.isEmpty)
      #expect(try fresh.refresh() >= fresh.end)
      #expect(try log.ids().starts(with: try known.ids()))
      #expect(try log.ids().starts(with: try fresh.ids()))
      try await log.close()
    }
  }

  /// A look that finds nothing new costs the watermark alone, and no search through reserved space.
  @Test func aLookWithoutNewsReadsTheWatermarkOnly() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    let reader = try ledger.openForReading().log
    var start = disk.callCount
    _ = try reader.refresh()
    #expect(disk.calls.dropFirst(start).allSatisfy { $0.path == ledger.watermark })
    _ = try await log.append(event("b"))
    start = disk.callCount
    _ = try reader.refresh()
    let bytes = disk.calls.dropFirst(start).reduce(0) { sum, call in
      sum + (call.operation == .read ? call.byteCount ?? 0 : 0)
    }
    #expect(bytes <= 3 * 8_192, "only what is new is read")
    // Opening, too, stops at the watermark.
    start = disk.callCount
    _ = try ledger.openForReading()
    #expect(
      disk.calls.dropFirst(start).allSatisfy { $0.operation != .read || ($0.offset ?? 0) <= 8_192 })
    try await log.close()
  }

  @Test func aReaderWaitsForTheEndAndIsWoken() async throws {
    let ledger = try TestLedger.make()
    let log = try ledger.open().log
    let reader = try ledger.openForReading().log
    let waiting = Task {
      try await reader.waitForEnd(past: Position(1))
      return reader.end
    }
    _ = try await log.append(event("a"))
    _ = try await log.append(event("b"))
    #expect(try await waiting.value == Position(2))
    let cancelled = Task { try await reader.waitForEnd(past: Position(100)) }
    try await Task.sleep(for: .milliseconds(15))
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    try await log.close()
  }

  @Test func aReaderTakesNoLockAndChangesNothing() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    _ = try await ledger.open().log.append(event("a"))
    let left = disk.kill()
    let reader = try ledger.on(left).openForReading().log
    _ = try reader.refresh()
    _ = reader.verify()
    try await reader.close()
    let changing: Set<DiskError.Operation> = [
      .create, .write, .reserve, .sync, .rename, .link, .remove, .lock, .makeDirectory,
    ]
    #expect(!left.calls.contains { changing.contains($0.operation) })
  }

  /// What the device cannot read is damage like any other; the rest is served, and a writer stops.
  @Test(.faultRow(14, .simulated)) func anUnreadableSectorIsReadAround() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    for id in ["a", "b", "c"] { _ = try await log.append(event(id)) }
    let left = disk.kill()
    left.makeUnreadable(ledger.journal, at: 8_192 + 100)
    guard case .disk(let error) = await openRefusal({ try ledger.on(left).open() }) else {
      Issue.record("a writer stops")
      return
    }
    #expect(error.number == Errno.io)
    let (reader, report) = try ledger.on(left).openForReading()
    #expect(reader.readable().ids == [0: "a", 2: "c"])
    #expect(reader.readable().holes == [positions(1..<2)])
    #expect(report.damage.count == 1)
    // It is mended by another copy of the file, and more comes.
    #expect(reader.end == Position(3))
  }

  /// A reader that knows of a hole takes in what comes behind it.
  @Test func aReaderWithAHoleGoesOn() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    for id in ["a", "b", "c"] { _ = try await log.append(event(id)) }
    disk.flipBit(of: ledger.journal, at: 8_192 + 150, bit: 0)
    let reader = try ledger.openForReading().log
    #expect(reader.damage.map(\.positions) == [positions(1..<2)])
    _ = try await log.append(event("d"))
    #expect(try reader.refresh() == Position(4))
    #expect(reader.readable().ids == [0: "a", 2: "c", 3: "d"])
    // The writer itself finds it when it reads.
    #expect(log.readable().holes == [positions(1..<2)])
    #expect(log.verify().findings.map(\.check) == [.frame])
    try await log.close()
  }

  /// Real files: a reader that polls while a writer appends, rolls, is closed and starts again.
  @Test(.faultRow(32, .processes)) func aReaderBesideAWriterNeverFailsAndNeverGoesBack()
    async throws
  {
    try await TemporaryDirectory.with { path in
      var ledger = TestLedger(disk: LinuxFileSystem(), directory: path + "/ledger")
      ledger.limits = JournalLimits(fileMax: 40_960, reserveStep: 16 << 10)
      try ledger.create()
      let shared = ledger
      let done = Flag()
      let polls = try await withThrowingTaskGroup(of: Int.self) { group in
        group.addTask {
          for round in 0..<4 {
            let log = try shared.open().log
            for number in 0..<60 { _ = try await log.append(event("\(round)-\(number)")) }
            try await log.close()
            if round % 2 == 0 { try shared.disk.remove(shared.closeNote) }
          }
          done.raise()
          return 0
        }
        group.addTask {
          let reader = try shared.openForReading().log
          var seen: [[UInt8]] = []
          var polls = 0
          while true {
            let isLast = done.isUp
            let end = try reader.refresh()
            #expect(end.value >= UInt64(seen.count))
            seen += try reader.entries(from: Position(UInt64(seen.count)))
            let (fresh, report) = try shared.openForReading()
            #expect(report.damage.isEmpty && report.remarks.isEmpty)
            #expect(fresh.end >= end)
            polls += 1
            if isLast { break }
          }
          #expect(seen.count == 240)
          #expect(try shared.openForReading().log.entries() == seen)
          return polls
        }
        return try await group.reduce(0, +)
      }
      print("reader beside writer: \(polls) polls")
    }
  }
}
