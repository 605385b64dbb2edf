import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// The decisions of docs/format.md on opening, one test for each row that this engine has; damage byte by byte is in
/// ``DamageTests``.
struct RecoveryTests {
  /// A log of three journals with two frames of one event each, ended well or killed.
  private func rolled(
    killed: Bool = false
  ) async throws -> (disk: SimulatedFileSystem, ledger: TestLedger) {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(fileMax: 12_288, reserveStep: 32 << 10)
    let log = try ledger.open().log
    for number in 0..<6 { _ = try await log.append(event("\(number)")) }
    if killed {
      let left = disk.kill()
      return (left, ledger.on(left))
    }
    try await log.close()
    return (disk, ledger)
  }

  private let second = "/ledger/log/00000000000000000002.journal"
  private let third = "/ledger/log/00000000000000000004.journal"

  @Test(arguments: [false, true])
  func aLogOfManyJournalsOpensAgainAndGoesOn(killed: Bool) async throws {
    let (_, ledger) = try await rolled(killed: killed)
    #expect(try ledger.journals().count == 3)
    let (log, report) = try ledger.open()
    #expect(report.wasClosed == !killed)
    #expect(report.quarantined.isEmpty)
    #expect(try log.ids() == ["0", "1", "2", "3", "4", "5"])
    #expect(try await log.append(event("2")) == Position(2))
    #expect(try await log.append(event("6")) == Position(6))
    #expect(log.verify().findings.isEmpty)
    try await log.close()
    #expect(try ledger.journals().count == 4)
    let reader = try ledger.openForReading()
    #expect(try reader.log.ids().count == 7)
    #expect(reader.report.damage.isEmpty)
  }

  @Test func aJournalThatHasJustBegunIsNotAGap() async throws {
    // The power fails behind the first write into the third journal.
    let (disk, ledger) = try await rolled(killed: true)
    let start = try #require(disk.bytes(of: third))
    disk.overwrite(third, with: Array(repeating: 0, count: 8_192), at: 4_096)
    let mark = Watermark(
      counter: 100, ledger: testLedgerID, size: Position(4),
      root: try #require(MerkleHash(bytes: try JournalReading(bytes: start).header().root)),
      journal: Position(2), epoch: 1)
    disk.overwrite(ledger.watermark, with: mark.slot, at: 0)
    let log = try ledger.open().log
    #expect(try log.ids() == ["0", "1", "2", "3"])
    #expect(try await log.append(event("4")) == Position(4))
    try await log.close()
  }

  // MARK: Row 2

  @Test func anUnknownFormatIsNamed() async throws {
    let (disk, ledger) = try await rolled()
    var page = try #require(disk.bytes(of: second))[..<124]
    page[8] = 9
    let bytes = Array(page) + littleEndian(JournalReading.crc(page))
    disk.overwrite(second, with: bytes, at: 0)
    #expect(await openRefusal { try ledger.open() } == .unsupportedFormat(found: 9))
    #expect(await openRefusal { try ledger.openForReading() } == .unsupportedFormat(found: 9))
  }

  @Test func aLedgerOfANewerFormatIsNamed() async throws {
    let (disk, ledger) = try await rolled()
    let text = try #require(disk.bytes(of: "/ledger/ledger.json"))
    let place = try #require(text.firstIndex(of: UInt8(ascii: "1")))
    let newer = String(decoding: text, as: UTF8.self).replacing(
      #""format":1"#, with: #""format":7"#)
    #expect(place > 0)
    disk.overwrite("/ledger/ledger.json", with: Array(newer.utf8), at: 0)
    #expect(await openRefusal { try ledger.open() } == .unsupportedFormat(found: 7))
    #expect(OpenError.unsupportedFormat(found: 7).code == "ledger.format")
  }

  @Test func aSegmentOfANewerFormatIsLeftToANewerProgram() async throws {
    let (disk, ledger) = try await rolled()
    let log = try ledger.open().log
    _ = await log.seal()
    try await log.close()
    let path = "/ledger/log/00000000000000000000.segment"
    var header = Array(try #require(disk.bytes(of: path)).prefix(252))
    header[8] = 2
    header.appendInteger(CRC32C.of(header))
    disk.overwrite(path, with: header, at: 0)
    #expect(await openRefusal { try ledger.open() } == .unsupportedFormat(found: 2))
    #expect(await openRefusal { try ledger.openForReading() } == .unsupportedFormat(found: 2))
  }

  @Test func aSegmentWithoutBytesIsMadeAgainFromItsJournal() async throws {
    let (disk, ledger) = try await rolled()
    let entries = try ledger.openForReading().log.entries()
    try disk.create("/ledger/log/00000000000000000000.segment").close()
    let (log, report) = try ledger.open()
    #expect(report.remarks.count == 1)
    #expect(try log.entries() == entries)
    #expect(await log.seal().alarms == [])
    #expect(try log.entries() == entries)
    try await log.close()
  }

  @Test func aJournalOfAnotherLedgerIsNamed() async throws {
    let (disk, ledger) = try await rolled()
    let foreign = SimulatedFileSystem(seed: 2)
    try EventLog.create(
      "/ledger", LedgerDescription(id: LedgerID(high: 1, low: 2), name: "example.org"), on: foreign)
    let page = try #require(foreign.bytes(of: ledger.journal))
    disk.overwrite(second, with: page, at: 0)
    let file = "log/00000000000000000002.journal"
    #expect(await openRefusal { try ledger.open() } == .wrongLedger(file: file))
    disk.overwrite(second, with: try #require(disk.bytes(of: third)), at: 0)
    disk.overwrite(ledger.watermark, with: try #require(foreign.bytes(of: ledger.watermark)), at: 0)
    disk.overwrite(ledger.watermark, with: Array(repeating: 0, count: 4_096), at: 4_096)
    #expect(await openRefusal { try ledger.open() } == .wrongLedger(file: "log/watermark"))
  }

  // MARK: Row 5

  @Test func aMissingJournalIsNamedByItsPositions() async throws {
    let (disk, ledger) = try await rolled()
    try disk.remove(second)
    let found = damage(await openRefusal { try ledger.open() })
    #expect(found?.check == .chain)
    #expect(found?.file == "log/00000000000000000004.journal")
    #expect(found?.positions == positions(2..<4))
    let (log, report) = try ledger.openForReading()
    #expect(log.readable().ids.values.sorted() == ["0", "1", "4", "5"])
    #expect(log.readable().holes == [positions(2..<4)])
    #expect(report.damage.map(\.check) == [.chain])
    #expect(log.verify().root == nil)
    #expect(log.verify().events == 4)
  }

  @Test func theLastJournalGoneIsALossAndNotTheEnd() async throws {
    let (disk, ledger) = try await rolled()
    try disk.remove(third)
    #expect(
      await openRefusal { try ledger.open() }
        == .rolledBack(have: Position(4), known: Position(6), by: "the watermark"))
    let log = try ledger.openForReading().log
    #expect(log.readable().holes == [positions(4..<6)])
  }

  @Test func theFirstJournalGoneIsNamedToo() async throws {
    let (disk, ledger) = try await rolled()
    try disk.remove(ledger.journal)
    let found = damage(await openRefusal { try ledger.open() })
    #expect(found?.positions == positions(0..<2))
    #expect(try ledger.openForReading().log.readable().ids.values.sorted() == ["2", "3", "4", "5"])
  }

  @Test func aRenamedJournalIsRefused() async throws {
    let (disk, ledger) = try await rolled()
    try disk.rename(second, to: "/ledger/log/00000000000000000003.journal")
    guard case .corrupt(let found) = await openRefusal({ try ledger.open() }) else {
      Issue.record("a wrong name is refused")
      return
    }
    #expect(found.allSatisfy { $0.check == .chain })
    // What its name promises is not there; what lies before and behind is.
    let (ids, holes) = try ledger.openForReading().log.readable()
    #expect(ids[0] == "0" && ids[1] == "1" && ids[4] == "4" && ids[5] == "5")
    #expect(holes.first?.lowerBound == Position(2))
  }

  @Test func aJournalThatOverlapsIsRefusedAndPassedBy() async throws {
    let (disk, ledger) = try await rolled()
    let copy = try disk.create("/ledger/log/00000000000000000001.journal")
    try copy.write(try #require(disk.bytes(of: second)), at: 0)
    guard case .corrupt(let found) = await openRefusal({ try ledger.open() }) else {
      Issue.record("an overlap is refused")
      return
    }
    #expect(found.first?.file == "log/00000000000000000001.journal")
    let (log, report) = try ledger.openForReading()
    #expect(try log.ids() == ["0", "1", "2", "3", "4", "5"])
    #expect(!report.damage.isEmpty)
  }

  @Test func aJournalOfAnotherHistoryIsRefused() async throws {
    let (disk, ledger) = try await rolled()
    // The same ledger once went another way.
    let other = SimulatedFileSystem(seed: 1)
    var twin = try TestLedger.make(on: other)
    twin.limits = ledger.limits
    let log = try twin.open().log
    for number in 0..<6 { _ = try await log.append(event("other \(number)")) }
    try await log.close()
    disk.overwrite(second, with: try #require(other.bytes(of: second)), at: 0)
    try disk.remove(ledger.closeNote)
    #expect(damage(await openRefusal { try ledger.open() })?.check == .root)
  }

  @Test func aFolderWithoutJournalsIsRefused() async throws {
    let ledger = try TestLedger.make()
    try ledger.disk.remove(ledger.journal)
    #expect(damage(await openRefusal { try ledger.open() })?.check == .chain)
  }

  // MARK: Rows 7 and 9, in the midst of many journals

  @Test func damageAtTheEndOfAFullJournalIsNotItsEnd() async throws {
    let (disk, ledger) = try await rolled()
    // The last frame of the second journal turns to zeros; the third journal shows that it was there.
    disk.overwrite(second, with: Array(repeating: 0, count: 4_096), at: 8_192)
    let zeros = damage(await openRefusal { try ledger.open() })
    #expect(zeros?.positions == positions(3..<4))
    let reader = try ledger.openForReading().log
    #expect(reader.readable().ids.values.sorted() == ["0", "1", "2", "4", "5"])
    #expect(reader.readable().holes == [positions(3..<4)])
    // Something else than zeros is named where it stands.
    disk.overwrite(second, with: [7], at: 8_192)
    let invalid = damage(await openRefusal { try ledger.open() })
    #expect(invalid?.file == "log/00000000000000000002.journal")
    #expect(invalid?.offset == 8_192)
    #expect(invalid?.positions == positions(3..<4))
    #expect(try ledger.openForReading().log.readable().holes == [positions(3..<4)])
  }

  @Test func zerosInTheMiddleAreDamageWhenAFrameFollows() async throws {
    let (disk, ledger) = try await rolled(killed: true)
    disk.overwrite(ledger.journal, with: Array(repeating: 0, count: 4_096), at: 4_096)
    let found = damage(await openRefusal { try ledger.open() })
    #expect(found?.check == .frame)
    #expect(found?.offset == 4_096)
    #expect(found?.positions == positions(0..<1))
  }

  /// An old close note does not make the frames behind it look like nothing.
  @Test func zerosBehindAnOldNoteAreLookedBehind() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    var log = try ledger.open().log
    _ = try await log.append(event("a"))
    try await log.close()
    log = try ledger.open().log
    for id in ["b", "c"] { _ = try await log.append(event(id)) }
    let left = ledger.on(disk.kill())
    let damaged = try #require(left.disk as? SimulatedFileSystem)
    damaged.overwrite(ledger.journal, with: Array(repeating: 0, count: 4_096), at: 8_192)
    // Even where the watermark is lost as well.
    damaged.overwrite(ledger.watermark, with: Array(repeating: 1, count: 8_192), at: 0)
    let found = damage(await openRefusal { try left.open() })
    #expect(found?.positions == positions(1..<2))
    #expect(found?.offset == 8_192)
  }

  /// The first page of a torn frame did not arrive, a later one did: what is left is set aside though a close note
  /// names this very end.
  @Test func bytesBehindZerosAreSetAsideThoughANoteFits() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    var log = try ledger.open().log
    _ = try await log.append(event("a"))
    try await log.close()
    log = try ledger.open().log
    let left = ledger.on(disk.kill())
    let torn = try #require(left.disk as? SimulatedFileSystem)
    torn.overwrite(ledger.journal, with: [1, 2, 3], at: 12_288)
    let (again, report) = try left.open()
    #expect(!report.wasClosed)
    #expect(report.quarantined.count == 1)
    #expect(try again.ids() == ["a"])
    try await again.close()
    #expect(torn.bytes(of: ledger.journal)?.dropFirst(8_192).allSatisfy { $0 == 0 } == true)
  }

  // MARK: Row 10

  /// Somebody edits an entry and computes all CRCs anew: the root still tells.
  @Test func anEditedEntryIsFoundByTheRoot() async throws {
    let (disk, ledger) = try await rolled()
    let bytes = try #require(disk.bytes(of: ledger.journal))
    let frame = try JournalReading(bytes: bytes).frames()[1]
    let edited = String(decoding: frame.entries[0], as: UTF8.self)
      .replacing(#""id":"1""#, with: #""id":"x""#)
    let raw = [UInt8(edited.utf8.count >> 8), UInt8(edited.utf8.count & 255)] + Array(edited.utf8)
    let forged = EncodedFrame(
      raw: raw, count: 1, first: Position(1), ledger: testLedgerID, epoch: frame.epoch,
      root: try #require(MerkleHash(bytes: frame.root)),
      recorded: Timestamp(microseconds: frame.recorded))
    let padding = Array(repeating: UInt8(0), count: forged.header.frameSize - forged.bytes.count)
    #expect(forged.header.frameSize == frame.size)
    disk.overwrite(ledger.journal, with: forged.bytes + padding, at: frame.offset)
    // With the note the entries are not read; verify reads them.
    let log = try ledger.open().log
    let report = log.verify()
    #expect(report.findings.first?.check == .root)
    #expect(report.findings.first?.positions == positions(1..<2))
    try await log.close()
    try disk.remove(ledger.closeNote)
    let found = damage(await openRefusal { try ledger.open() })
    #expect(found?.check == .root)
    #expect(found?.offset == UInt64(frame.offset))
    #expect(found?.positions == positions(1..<2))
  }

  @Test func aWatermarkWithAnotherRootIsRefused() async throws {
    let (disk, ledger) = try await rolled()
    let mark = Watermark(
      counter: 100, ledger: testLedgerID, size: Position(6), root: .empty, journal: Position(4),
      epoch: 1)
    disk.overwrite(ledger.watermark, with: mark.slot, at: 0)
    let found = damage(await openRefusal { try ledger.open() })
    #expect(found?.check == .root)
    #expect(try ledger.openForReading().report.damage.count == 1)
  }

  // MARK: Row 14

  @Test(arguments: ["garbage", "zeros", "gone"])
  func withoutAWatermarkStrictRefusesAndNormalGoesOn(kind: String) async throws {
    for killed in [false, true] {
      let (disk, ledger) = try await rolled(killed: killed)
      switch kind {
      case "gone": try disk.remove(ledger.watermark)
      default:
        disk.overwrite(
          ledger.watermark, with: Array(repeating: kind == "zeros" ? 0 : 9, count: 8_192), at: 0)
      }
      #expect(damage(await openRefusal { try ledger.open(.strict) })?.check == .watermark)
      // A reader cannot know whether the last frame was acknowledged.
      let (reader, told) = try ledger.openForReading()
      #expect(try reader.ids() == ["0", "1", "2", "3", "4"])
      #expect(reader.root == (try reader.root(at: Position(5))))
      #expect(told.remarks.count == 1)
      let (log, report) = try ledger.open()
      #expect(try log.ids() == ["0", "1", "2", "3", "4", "5"])
      #expect(report.remarks.count == 1)
      try await log.close()
      let again = try ledger.open(.strict)
      #expect(again.report.wasClosed)
      #expect(again.report.remarks.isEmpty)
      try await again.log.close()
    }
  }

  // MARK: The close note

  @Test func aNoteOfAnotherEndIsNotUsed() async throws {
    let (disk, ledger) = try await rolled()
    let later = try #require(disk.bytes(of: ledger.closeNote))
    // The log of now is shorter, and the watermark with it: a copy that took the note last.
    let short = SimulatedFileSystem(seed: 1)
    let twin = try TestLedger.make(on: short)
    let log = try twin.open().log
    _ = try await log.append(event("0"))
    try await log.close()
    try short.remove(ledger.closeNote)
    try short.create(ledger.closeNote).write(later, at: 0)
    let (again, report) = try twin.open()
    #expect(!report.wasClosed)
    #expect(report.remarks == ["the close note does not fit the log; it was not used"])
    #expect(try await again.append(event("0")) == .zero)
    #expect(try await again.append(event("1")) == Position(1))
    try await again.close()
  }

  @Test func aNoteThatCannotBeReadStopsNothing() async throws {
    let (disk, ledger) = try await rolled()
    disk.makeUnreadable(ledger.closeNote, at: 0)
    let (log, report) = try ledger.open()
    #expect(!report.wasClosed)
    #expect(report.remarks.count == 1)
    #expect(try await log.append(event("3")) == Position(3))
    try await log.close()
  }

  @Test func indexesAfterANoteAreThoseOfTheEntries() async throws {
    let (disk, ledger) = try await rolled()
    let noted = try ledger.on(disk.copy()).open().log
    let bare = disk.copy()
    try bare.remove(ledger.closeNote)
    let read = try ledger.on(bare).open().log
    for id in ["0", "5", "nothing"] {
      #expect(
        try noted.position(ofSource: "/test", id: id)
          == read.position(ofSource: "/test", id: id))
    }
    #expect(noted.revision(of: "c1") == 6 && read.revision(of: "c1") == 6)
    #expect(noted.root == read.root)
    try await noted.close()
    try await read.close()
  }

  // MARK: Twice

  /// Opening again without an end changes nothing more: same journals, one file in quarantine.
  @Test func recoveringTwiceEqualsRecoveringOnce() async throws {
    let (disk, ledger) = try await rolled(killed: true)
    disk.overwrite(third, with: [1, 2, 3, 4], at: 12_288)
    let first = try ledger.open()
    #expect(first.report.quarantined.count == 1)
    let once = try #require(ledger.disk as? SimulatedFileSystem).kill()
    let journal = once.bytes(of: third)
    let names = try once.list("/ledger/log")
    let second = try ledger.on(once).open()
    #expect(second.report.quarantined.isEmpty)
    #expect(second.log.root == first.log.root)
    let twice = once.kill()
    #expect(twice.bytes(of: third) == journal)
    #expect(try twice.list("/ledger/quarantine").count == 1)
    #expect(try twice.list("/ledger/log") == names)
  }

  /// Killed at any call of a recovery that sets a torn tail aside: the next one ends it, and the evidence is kept once.
  @Test func aRecoveryThatEndsAtAnyCallIsFinishedByTheNext() async throws {
    let (disk, ledger) = try await rolled(killed: true)
    disk.overwrite(third, with: [1, 2, 3, 4], at: 12_288)
    let torn = disk.bytes(of: third)
    let whole = disk.copy()
    try await ledger.on(whole).open().log.close()
    for call in 0..<whole.callCount {
      for seed in 0..<4 as Range<UInt64> {
        let victim = disk.copy()
        victim.cutPower(atCall: call)
        do throws(OpenError) {
          let log = try ledger.on(victim).open().log
          try? await log.close()  // The power is gone: no close can succeed.
        } catch {
          guard case .disk = error else {
            Issue.record("call \(call): \(error)")
            continue
          }
        }
        let left = ledger.on(seed == 0 ? victim.kill() : victim.crash(seed: seed))
        let log = try left.open().log
        #expect(try log.ids() == ["0", "1", "2", "3", "4", "5"], "call \(call), seed \(seed)")
        let aside = try left.disk.list("/ledger/quarantine")
        #expect(aside.count == 1, "call \(call), seed \(seed): \(aside)")
        let kept = (left.disk as? SimulatedFileSystem)?.bytes(of: "/ledger/quarantine/\(aside[0])")
        #expect(kept == torn, "call \(call), seed \(seed)")
        #expect(try await log.append(event("6")) == Position(6))
        try await log.close()
      }
    }
  }

  private func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
}
