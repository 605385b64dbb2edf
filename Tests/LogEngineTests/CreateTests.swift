import Disk
import RapportTesting
import Testing

@testable import LogEngine

struct CreateTests {
  private func isWhole(_ ledger: TestLedger) async throws {
    let log = try ledger.open().log
    #expect(log.end == .zero)
    #expect(log.description == TestLedger.description)
    #expect(try await log.append(event("a")) == .zero)
    try await log.close()
    #expect(try ledger.openForReading().log.ids() == ["a"])
  }

  @Test func aNewLedgerIsEmptyAndTakesEvents() async throws {
    try await isWhole(try TestLedger.make())
    try await TemporaryDirectory.with { path in
      var ledger = TestLedger(disk: LinuxFileSystem())
      ledger.directory = path + "/new"
      try ledger.create()
      try await isWhole(ledger)
    }
  }

  @Test func aSecondOneInTheSameFolderIsRefused() async throws {
    let ledger = try TestLedger.make()
    #expect(throws: DiskError(.create, "/ledger/ledger.json", number: Errno.exists)) {
      try ledger.create()
    }
    try await isWhole(ledger)
  }

  /// Killed, or struck by a power cut, at any call: making it again works, or the ledger is whole.
  @Test func aMakingThatEndsAtAnyCallCanBeDoneAgain() async throws {
    let whole = SimulatedFileSystem(seed: 1)
    _ = try TestLedger.make(on: whole)
    for call in 0..<whole.callCount {
      for powerSeed in 0..<6 as Range<UInt64> {
        let disk = SimulatedFileSystem(seed: 1, powerFailsAtCall: call)
        do throws(DiskError) {
          try TestLedger(disk: disk).create()
          #expect(call == whole.callCount - 1, "only letting the lock go may fail without harm")
        } catch {
          #expect(error.number == Errno.io)
        }
        // Seed 0 stands for the kill, which keeps what was written.
        let left = powerSeed == 0 ? disk.kill() : disk.crash(seed: powerSeed)
        let ledger = TestLedger(disk: left)
        do throws(DiskError) {
          try ledger.create()
        } catch {
          #expect(error.alreadyExists, "call \(call), seed \(powerSeed): \(error)")
          #expect(try left.exists("/ledger/ledger.json"), "call \(call), seed \(powerSeed)")
        }
        try await isWhole(ledger)
      }
    }
  }

  @Test func anErrorAtAnyCallStopsItAndTheNextAttemptWorks() async throws {
    let whole = SimulatedFileSystem(seed: 1)
    _ = try TestLedger.make(on: whole)
    for call in 0..<whole.callCount {
      for errno in [Errno.io, Errno.noSpace] {
        let disk = SimulatedFileSystem(seed: 1, failAtCall: call, errno: errno)
        let ledger = TestLedger(disk: disk)
        do throws(DiskError) {
          try ledger.create()
          // The one call that may fail without harm lets the lock go.
          #expect(disk.calls[call].operation == .close)
        } catch {
          #expect(error.number == errno)
          do throws(DiskError) {
            try ledger.create()
          } catch {
            #expect(error.alreadyExists, "call \(call): \(error)")
          }
        }
        try await isWhole(ledger)
      }
    }
  }

  /// Once made, it stays, whatever the power does.
  @Test func aLedgerThatWasMadeSurvivesAPowerCut() async throws {
    for seed in 0..<20 as Range<UInt64> {
      let disk = SimulatedFileSystem(seed: 1)
      let ledger = try TestLedger.make(on: disk)
      try await isWhole(ledger.on(disk.crash(seed: seed)))
    }
  }

  /// `ledger.json` was lost, but events are there: they are nobody's leftover.
  @Test(arguments: [0, 1, 2, 3])
  func aFolderWithSomebodysEventsIsRefused(eventCount: Int) async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    var log = try ledger.open().log
    for number in 0..<eventCount { _ = try await log.append(event("\(number)")) }
    // A restart without a note leaves the journal as long as its frames, with no reserved space behind.
    let killed = ledger.on(disk.kill())
    log = try killed.open().log
    try await log.close()
    let before = try killed.disk.identity(of: killed.journal).size
    #expect(before == UInt64(4_096 * (1 + eventCount)))
    try killed.disk.remove("/ledger/ledger.json")
    if eventCount == 0 {
      try killed.create()
    } else {
      #expect(throws: DiskError(.create, "/ledger/log", number: Errno.exists)) {
        try killed.create()
      }
      #expect(try killed.disk.identity(of: killed.journal).size == before)
    }
  }

  @Test func aFolderInUseByAnotherAttemptIsRefused() throws {
    let disk = SimulatedFileSystem(seed: 1)
    try disk.makeDirectory("/ledger")
    let lock = try WriterLock("/ledger/LOCK", on: disk)
    #expect(throws: DiskError(.lock, "/ledger/LOCK", number: Errno.again)) {
      try TestLedger(disk: disk).create()
    }
    #expect(try disk.list("/ledger") == ["LOCK"])
    lock.release()
    try TestLedger(disk: disk).create()
  }

  @Test func aFolderWithoutALedgerIsNamed() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = TestLedger(disk: disk)
    #expect(await openRefusal { try ledger.open() } == .noLedger("/ledger"))
    try disk.makeDirectory("/ledger")
    #expect(await openRefusal { try ledger.open() } == .noLedger("/ledger"))
    #expect(await openRefusal { try ledger.openForReading() } == .noLedger("/ledger"))
    #expect(try disk.list("/ledger").isEmpty, "opening makes no file")
  }
}
