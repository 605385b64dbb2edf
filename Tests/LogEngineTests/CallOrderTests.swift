import Disk
import RapportTesting
import Testing

@testable import LogEngine

/// The order of system calls is the promise: nothing is used before it is durable.
struct CallOrderTests {
  /// Calls from `start` on that change something or make it durable, as `operation name`.
  private func changes(_ disk: SimulatedFileSystem, from start: Int) -> [String] {
    disk.calls.dropFirst(start).compactMap { call in
      switch call.operation {
      case .read, .inspect, .list, .open: return nil
      default:
        let name = call.path.split(separator: "/").last.map(String.init) ?? ""
        return "\(call.operation.rawValue) \(name)"
      }
    }
  }

  private let journal = "00000000000000000000.journal"

  @Test func aFrameIsWrittenSyncedMarkedAndThenAnswered() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    try await ledger.open().log.close()
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    let start = disk.callCount
    _ = try await log.append(event("b"))
    let seen = changes(disk, from: start)
    #expect(seen == ["write \(journal)", "sync \(journal)", "write watermark"])
    let all = disk.calls.dropFirst(start).map(\.operation)
    #expect(all.last == .write, "the watermark is the last call before the answer")
    try await log.close()
  }

  @Test func strictDurabilitySyncsTheWatermarkToo() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    try await ledger.open().log.close()
    let log = try ledger.open(.strict).log
    _ = try await log.append(event("a"))
    let start = disk.callCount
    _ = try await log.append(event("b"))
    let seen = changes(disk, from: start)
    #expect(
      seen == ["write \(journal)", "sync \(journal)", "write watermark", "sync watermark"])
    try await log.close()
  }

  @Test func spaceIsReservedBeforeEventsAreTaken() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    try await ledger.open().log.close()
    let log = try ledger.open().log
    let start = disk.callCount
    _ = try await log.append(event("a"))
    #expect(
      changes(disk, from: start)
        == ["reserve \(journal)", "write \(journal)", "sync \(journal)", "write watermark"])
    try await log.close()
  }

  @Test func theNextJournalIsDurableUnderItsNameBeforeItTakesAFrame() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(fileMax: 8_192, reserveStep: 32 << 10)
    try await ledger.open().log.close()
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    let start = disk.callCount
    _ = try await log.append(event("b"))
    let next = "00000000000000000001.journal"
    #expect(
      changes(disk, from: start) == [
        "create \(next).tmp", "lock \(next).tmp", "write \(next).tmp", "sync \(next).tmp",
        "rename \(next)", "sync log", "close \(journal)", "reserve \(next).tmp",
        "write \(next).tmp", "sync \(next).tmp", "write watermark",
      ])
    #expect(try ledger.journals() == [journal, next])
    try await log.close()
  }

  @Test func aLedgerIsMadeSoThatItsDescriptionComesLast() throws {
    let disk = SimulatedFileSystem(seed: 1)
    _ = try TestLedger.make(on: disk)
    #expect(
      changes(disk, from: 0) == [
        "make the directory ledger", "lock LOCK", "make the directory log", "sync ledger",
        "make the directory index", "sync ledger",
        "create \(journal).tmp", "lock \(journal).tmp", "write \(journal).tmp",
        "sync \(journal).tmp", "rename \(journal)", "sync log", "close \(journal).tmp",
        "create watermark", "write watermark", "sync watermark", "close watermark", "sync log",
        "sync ",
        "create ledger.json.tmp", "write ledger.json.tmp", "sync ledger.json.tmp",
        "close ledger.json.tmp", "rename ledger.json", "sync ledger", "close LOCK",
      ])
  }

  @Test func anUncleanJournalIsWrittenAnewBeforeItIsUsed() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    _ = try await ledger.open().log.append(event("a"))
    let killed = disk.kill()
    // A torn tail: bytes behind the last frame.
    killed.overwrite(ledger.journal, with: [1, 2, 3], at: 8_192 + 600)
    let start = killed.callCount
    let (log, report) = try ledger.on(killed).open()
    #expect(report.quarantined == ["quarantine/\(journal).1"])
    #expect(
      changes(killed, from: start) == [
        "lock LOCK", "lock \(journal)", "create \(journal).tmp", "lock \(journal).tmp",
        "write \(journal).tmp", "sync \(journal).tmp", "make the directory quarantine",
        "sync ledger", "link \(journal).1", "sync quarantine", "rename \(journal)", "sync log",
        "close \(journal)", "write watermark", "sync watermark",
      ])
    try await log.close()
  }

  @Test func closingWritesTheNoteByRenameAndThenLetsTheLocksGo() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    let start = disk.callCount
    try await log.close()
    #expect(
      changes(disk, from: start) == [
        "make the directory tlog", "sync ledger", "create checkpoint.tmp", "write checkpoint.tmp",
        "sync checkpoint.tmp", "close checkpoint.tmp", "rename checkpoint", "sync tlog",
        "make the directory index", "create closed.tmp", "write closed.tmp", "sync closed.tmp",
        "close closed.tmp", "rename closed", "sync index", "close \(journal).tmp", "close LOCK",
      ])
  }

  /// After a clean end nothing is written anew; what an open changes is the watermark alone.
  @Test func openingAfterACleanEndRewritesNothing() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a"))
    try await log.close()
    let start = disk.callCount
    let (again, report) = try ledger.open()
    #expect(report == cleanReport)
    #expect(
      changes(disk, from: start) == [
        "lock LOCK", "lock \(journal)", "write watermark", "sync watermark",
      ])
    try await again.close()
  }

  private var cleanReport: OpenReport {
    var report = OpenReport()
    report.wasClosed = true
    return report
  }
}
