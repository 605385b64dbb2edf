import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// What `read` gives, and the errors by their sentences.
struct ReadTests {
  private func log() async throws -> EventLog {
    let log = try TestLedger.make().open().log
    _ = try await log.append([
      testEvent(id: "0", subject: "c1", type: "test.a"),
      testEvent(id: "1", subject: "c2", type: "test.b"),
      testEvent(id: "2", type: "test.a"),
    ])
    _ = try await log.append([testEvent(id: "3", subject: "c1", type: "test.b")])
    return log
  }

  private func ids(_ batch: EventBatch) -> [String] {
    batch.rows.map { batch.entry($0)["id"]?.string ?? "" }
  }

  @Test func aReadGivesThePartThatLiesInOneFrame() async throws {
    let log = try await log()
    for (start, expected, next) in [
      (0, ["0", "1", "2"], 3), (1, ["1", "2"], 3), (2, ["2"], 3), (3, ["3"], 4),
    ] as [(UInt64, [String], UInt64)] {
      let batch = try log.read(.all, from: Position(start))
      #expect(ids(batch) == expected)
      #expect(batch.rows.map(\.position.value) == Array(start..<next))
      #expect(batch.next == Position(next))
    }
    #expect(throws: ReadError.beyondEnd(Position(4))) { try log.read(.all, from: Position(4)) }
    #expect(throws: ReadError.beyondEnd(Position(4))) { try log.read(.all, from: Position(.max)) }
  }

  @Test func aSelectionMayGiveNothingAndStillGoOn() async throws {
    let log = try await log()
    let one = try log.read(Selection(customer: "c1"), from: .zero)
    #expect(ids(one) == ["0"])
    #expect(one.next == Position(3))
    #expect(ids(try log.read(Selection(customer: "c1"), from: Position(3))) == ["3"])
    #expect(ids(try log.read(Selection(types: ["test.b"]), from: .zero)) == ["1"])
    #expect(ids(try log.read(Selection(types: ["test.a", "test.b"]), from: .zero)).count == 3)
    #expect(ids(try log.read(Selection(customer: "c2", types: ["test.a"]), from: .zero)).isEmpty)
    let none = try log.read(Selection(customer: "nobody"), from: .zero)
    #expect(none.rows.isEmpty)
    #expect(none.next == Position(3))
  }

  @Test func bytesAreThoseThatWereHashed() async throws {
    let log = try await log()
    let parsed = try log.read(.all, from: .zero)
    let plain = try log.read(.bytes, from: .zero)
    for (one, other) in zip(parsed.rows, plain.rows) {
      #expect(parsed.bytes(one) == plain.bytes(other))
      #expect(Array(parsed.entry(one).source) == Array(plain.bytes(other)))
    }
    let entries = try log.entries()
    #expect(JournalReading.root(entries).hex == log.root)
    #expect(try log.root(at: Position(3)) == JournalReading.root(entries.prefix(3)).hex)
    #expect(try log.root(at: Position(2)) == nil)
    #expect(try log.root(at: .zero) == JournalReading.root([]).hex)
  }

  @Test func verifyCountsWhatItReads() async throws {
    let log = try await log()
    var steps: [UInt64] = []
    let report = log.verify { done, _ in steps.append(done) }
    #expect(steps == [3, 4])
    #expect(report.events == 4 && report.frames == 2 && report.journals == 1)
    #expect(report.customers == 2)
    #expect(report.entryBytes == UInt64(try log.entries().reduce(0) { $0 + $1.count }))
    #expect(report.root == log.root)
    #expect(report.findings.isEmpty)
  }

  /// Entries that another program wrote, with right CRCs and roots, and that do not say what their place says.
  @Test(
    arguments: [
      (#""sequence":"00000000000000000000""#, #""sequence":"00000000000000000009""#, "sequence"),
      (#""revision":1"#, #""revision":2"#, "revision"),
      (#""revision":1,"#, "", "no revision"),
      (#""subject":"c1","#, "", "no subject"),
      (#""specversion":"1.0","#, #""specversion":"1.0"}"#, "not JSON"),
      ("T22:13:20", "T22:13:21", "recordedtime"),
    ])
  func verifyFindsAnEntryThatLies(from: String, to: String, finding: String) async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    _ = try await log.append(event("a", "c1"))
    let entry = String(decoding: try log.entries()[0], as: UTF8.self)
    let place = try #require(entry.firstRange(of: from))
    let edited = entry.replacingCharacters(in: place, with: to)
    let raw = [UInt8(edited.utf8.count >> 8), UInt8(edited.utf8.count & 255)] + Array(edited.utf8)
    let batch = try log.read(.bytes, from: .zero)
    let forged = EncodedFrame(
      raw: raw, count: 1, first: .zero, ledger: testLedgerID, epoch: 1,
      root: JournalReading.root([Array(edited.utf8)]), recorded: batch.recorded)
    disk.overwrite(ledger.journal, with: forged.bytes, at: 4_096)
    let report = log.verify()
    #expect(report.findings.map(\.check) == [.entry])
    #expect(report.findings.first?.detail.contains(finding) == true, "\(report.findings)")
    #expect(report.findings.first?.positions == positions(0..<1))
  }

  @Test func errorsSayWhatWhereAndHowToMend() {
    let damage = Corruption(
      .frame, file: "log/x.journal", offset: 8_192, positions: positions(3..<5), detail: "torn")
    #expect(
      damage.sentence == "log/x.journal, byte 8192 (positions 3 to 4): a frame is damaged, torn")
    let full = DiskError(.write, "/ledger/log/x", number: Errno.noSpace)
    #expect(AppendError.diskFull(full).sentence.contains("free some space"))
    #expect(AppendError.tooMany(count: 5, countMax: 4).sentence.contains("at most 4"))
    let opens: [(OpenError, String)] = [
      (.busy, "ledger.busy"), (.noLedger("x"), "ledger.missing"),
      (.notALedger("x"), "ledger.unreadable"), (.unsupportedFormat(found: 2), "ledger.format"),
      (.wrongLedger(file: "x"), "ledger.foreign-file"), (.corrupt([damage]), "ledger.corrupt"),
      (.rolledBack(have: .zero, known: Position(1), by: "x"), "ledger.rolled-back"),
      (.disk(full), "disk.full"), (.disk(DiskError(.read, "x", number: 5)), "disk.failed"),
    ]
    for (error, code) in opens {
      #expect(error.code == code)
      #expect(!error.sentence.isEmpty)
    }
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
