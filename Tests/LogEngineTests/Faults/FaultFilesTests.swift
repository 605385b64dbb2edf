import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// Files that are missing, exchanged, older, or edited by somebody who computes every checksum anew (rows 21 to 27, 55
/// and 56).
struct FaultFilesTests {
  private func events(_ base: SealedLedger, _ file: Int) -> Range<Position> {
    let ends = base.firsts.dropFirst() + [UInt64(base.entries.count)]
    return positions(base.firsts[file]..<Array(ends)[file])
  }

  /// A writer refuses with corruption that names this file; a reader serves everything but `missing`.
  private func refuses(
    _ copy: SimulatedFileSystem, _ base: SealedLedger, naming file: String,
    missing: Range<Position>? = nil, _ place: String
  ) async throws {
    let ledger = base.ledger.on(copy)
    switch await openRefusal({ try ledger.open() }) {
    case .corrupt(let found):
      #expect(found.contains { $0.file.hasSuffix(file) }, "\(place): \(found.map(\.sentence))")
      if let missing {
        #expect(found.contains { $0.positions == missing }, "\(place): \(found.map(\.sentence))")
      }
    case let other: Issue.record("\(place): \(String(describing: other))")
    }
    let reading = try base.read(copy, place)
    #expect(reading.isTold || reading.isRefused, "\(place): a reader is not told")
    if let missing {
      let lost = reading.holes.reduce(0) { $0 + $1.upperBound.value - $1.lowerBound.value }
      #expect(lost == missing.upperBound.value - missing.lowerBound.value, "\(place)")
      #expect(reading.holes.allSatisfy { missing.contains($0.lowerBound) }, "\(place)")
    }
    FaultTally.countRuns(of: Int(place.prefix { $0.isNumber }) ?? 0)
  }

  // MARK: Rows 21 to 23

  @Test(.faultRow(21, .bytes)) func aDeletedFileIsNamedByItsPositions() async throws {
    let base = try await SealedLedger()
    for (number, name) in base.segments.enumerated() {
      let copy = base.disk.copy()
      try copy.remove(base.path(name))
      // What follows the gap tells of it.
      let next = number == 0 ? base.segments[1] : base.journal
      try await refuses(
        copy, base, naming: next, missing: events(base, number), "21: \(name) deleted")
    }
    let copy = base.disk.copy()
    try copy.remove(base.path(base.journal))
    try await refuses(copy, base, naming: "log/", "21: the journal deleted")
  }

  @Test(.faultRow(22, .bytes)) func aForeignOrOlderFileIsRefused() async throws {
    let base = try await SealedLedger()
    // The same ledger once went another way.
    let twin = try await SealedLedger(seed: "x")
    #expect(twin.firsts == base.firsts)
    for (number, name) in base.segments.enumerated() {
      let copy = base.disk.copy()
      try replace(copy, base.path(name), with: try #require(twin.disk.bytes(of: base.path(name))))
      let ledger = base.ledger.on(copy)
      guard case .corrupt(let found) = await openRefusal({ try ledger.open() }) else {
        Issue.record("a segment of another history")
        continue
      }
      // Its own start may be right: then the file behind it does not follow.
      let names = base.segments.dropFirst(number) + [base.journal]
      #expect(names.contains(found[0].file), "\(found[0].sentence)")
      FaultTally.countRuns(of: 22)
    }
    let foreign = SimulatedFileSystem(seed: 3)
    var other = base.ledger.on(foreign)
    other.directory = "/ledger"
    try EventLog.create(
      "/ledger", LedgerDescription(id: LedgerID(high: 1, low: 2), name: "example.org"), on: foreign)
    let log = try other.open().log
    _ = try await log.append(event("a"))
    _ = await log.seal()
    try await log.close()
    let copy = base.disk.copy()
    try replace(
      copy, base.path(base.segments[0]),
      with: try #require(foreign.bytes(of: base.path(base.segments[0]))))
    #expect(
      await openRefusal { try base.ledger.on(copy).open() } == .wrongLedger(file: base.segments[0]))
    FaultTally.countRuns(of: 22)
  }

  @Test(.faultRow(23, .bytes)) func swappedAndRenamedFilesAreRefused() async throws {
    let base = try await SealedLedger()
    let (one, other) = (base.path(base.segments[0]), base.path(base.segments[1]))
    var copy = base.disk.copy()
    let bytes = try #require(copy.bytes(of: one))
    try replace(copy, one, with: try #require(copy.bytes(of: other)))
    try replace(copy, other, with: bytes)
    try await refuses(copy, base, naming: base.segments[0], "23: two segments swapped")
    copy = base.disk.copy()
    try copy.rename(one, to: base.path("log/" + LogFiles.segment(Position(3))))
    try await refuses(copy, base, naming: "log/" + LogFiles.segment(Position(3)), "23: renamed")
    copy = base.disk.copy()
    try copy.rename(
      base.path(base.journal), to: base.path("log/" + LogFiles.journal(Position(80))))
    try await refuses(copy, base, naming: LogFiles.journal(Position(80)), "23: a journal renamed")
  }

  private func replace(_ disk: SimulatedFileSystem, _ path: String, with bytes: [UInt8]) throws {
    try disk.remove(path)
    try disk.create(path).write(bytes, at: 0)
  }

  // MARK: Rows 24 and 25

  /// An older copy of the whole folder knows nothing of what it lacks; a checkpoint that was kept elsewhere does.
  @Test(.faultRow(24, .bytes)) func anOlderCopyIsARollbackToWhoKnowsMore() async throws {
    let running = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: running)
    var copies: [SimulatedFileSystem] = []
    for number in 0..<6 {
      let log = try ledger.open().log
      _ = try await log.append(event("\(number)"))
      if number == 2 { _ = await log.seal() }
      try await log.close()
      copies.append(running.copy())
    }
    let kept = try #require(running.bytes(of: "/ledger/tlog/checkpoint"))
    let mark = try #require(running.bytes(of: ledger.watermark))
    for (number, copy) in copies.dropLast().enumerated() {
      let known = Position(6)
      let have = Position(UInt64(number + 1))
      // The checkpoint alone, and the watermark alone.
      var older = copy.copy()
      try replace(older, "/ledger/tlog/checkpoint", with: kept)
      #expect(
        await openRefusal { try ledger.on(older).open() }
          == .rolledBack(have: have, known: known, by: "the checkpoint"))
      #expect(try ledger.on(older).openForReading().log.readable().ids.count == number + 1)
      #expect(older.bytes(of: "/ledger/tlog/checkpoint") == kept, "no smaller one is written")
      older = copy.copy()
      try replace(older, ledger.watermark, with: mark)
      #expect(
        await openRefusal { try ledger.on(older).open() }
          == .rolledBack(have: have, known: known, by: "the watermark"))
      FaultTally.countRuns(2, of: 24)
    }
  }

  @Test(.faultRow(25, .bytes)) func aLogWithSegmentsIsNotOpenedWithoutItsCheckpoint() async throws {
    let base = try await SealedLedger()
    let path = base.path(SealedLedger.checkpoint)
    let text = try #require(base.disk.bytes(of: path))
    var garbage: [[UInt8]?] = [nil, [], Array("x".utf8), Array(repeating: 0, count: text.count)]
    garbage += (1..<text.count).map { Array(text.prefix($0)) }
    for bytes in garbage {
      let copy = base.disk.copy()
      if let bytes { try replace(copy, path, with: bytes) } else { try copy.remove(path) }
      guard case .corrupt(let found) = await openRefusal({ try base.ledger.on(copy).open() }) else {
        Issue.record("a checkpoint of \(bytes?.count ?? -1) bytes")
        continue
      }
      #expect(found.first?.check == .checkpoint)
      #expect(copy.bytes(of: path) == bytes, "nothing is signed anew")
      FaultTally.countRuns(of: 25)
    }
  }

  // MARK: Row 27

  /// Somebody edits an event of a segment, and computes every checksum, leaf and root of it anew.
  @Test(.faultRow(27, .bytes)) func anEditedEventIsFoundByItsRoot() async throws {
    let base = try await SealedLedger()
    for number in 0..<2 {
      let range = events(base, number)
      for edited in [range.lowerBound.value, range.upperBound.value - 1] {
        var entries = Array(base.entries[Int(range.lowerBound.value)..<Int(range.upperBound.value)])
        let place = Int(edited - range.lowerBound.value)
        let text = String(decoding: entries[place], as: UTF8.self)
        entries[place] = Array(text.replacing("text ", with: "lies ").utf8)
        let name = base.segments[number]
        // With the old root in the header it opens, and verify tells; with the true one it does not follow.
        for keepsRoot in [true, false] {
          let forged = try segment(entries, base, number, keepsRoot: keepsRoot)
          let copy = base.disk.copy()
          try replace(copy, base.path(name), with: forged)
          if keepsRoot {
            let reader = try base.ledger.on(copy).openForReading().log
            let report = reader.verify()
            #expect(report.findings.contains { $0.check == .root && $0.file == name })
          } else {
            guard case .corrupt(let found) = await openRefusal({ try base.ledger.on(copy).open() })
            else {
              Issue.record("a segment with another root")
              continue
            }
            #expect(found.first?.check == .root)
          }
          FaultTally.countRuns(of: 27)
        }
      }
    }
  }

  /// A segment of other entries in the place of one of the ledger's.
  private func segment(
    _ entries: [[UInt8]], _ base: SealedLedger, _ number: Int, keepsRoot: Bool
  ) throws -> [UInt8] {
    var frontier = Frontier()
    for entry in base.entries.prefix(Int(base.firsts[number])) {
      frontier.append(MerkleHash.leaf(entry, in: 0..<entry.count))
    }
    var builder = SegmentBuilder(
      ledger: testLedgerID, first: Position(base.firsts[number]), frontier: frontier,
      level: Int32(TestLedger.description.compressionLevel))
    for entry in entries {
      builder.add(entry, entries: [0..<entry.count])
      frontier.append(MerkleHash.leaf(entry, in: 0..<entry.count))
    }
    var root = frontier.root
    if keepsRoot {
      let end = Int(base.firsts[number]) + entries.count
      root = JournalReading.root(base.entries.prefix(end))
    }
    var bytes: [UInt8] = []
    _ = try builder.write(root: root) { (piece: [UInt8]) throws(DiskError) in bytes += piece }
    return bytes
  }

  // MARK: Rows 55 and 56

  /// The order of steps does not let it happen. Where somebody brings it about, the hole is reported.
  @Test(.faultRow(55, .bytes)) func aDamagedSegmentWithoutItsJournalIsAHole() async throws {
    let base = try await SealedLedger()
    for (number, name) in base.segments.enumerated() {
      for byte in [0, 40, 255, try base.size(name) - 1] {
        let copy = base.disk.copy()
        copy.flipBit(of: base.path(name), at: byte, bit: 0)
        try await refuses(
          copy, base, naming: name, missing: events(base, number), "55: \(name), byte \(byte)")
      }
    }
  }

  /// With its journal beside it, the journal stands in for it, and it is made again.
  @Test(.faultRow(55, .bytes)) func aDamagedSegmentBesideItsJournalIsMadeAgain() async throws {
    let running = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: running)
    let log = try ledger.open().log
    for number in 0..<3 { _ = try await log.append(event("\(number)")) }
    let journal = try #require(running.bytes(of: ledger.journal))
    _ = await log.seal()
    let entries = try log.entries()
    try await log.close()
    let segment = "/ledger/log/" + LogFiles.segment(.zero)
    let whole = try #require(running.bytes(of: segment))
    for byte in [0, 100, whole.count - 3] {
      let copy = running.copy()
      try copy.create(ledger.journal).write(journal, at: 0)
      copy.flipBit(of: segment, at: byte, bit: 1)
      let again = try ledger.on(copy).open()
      #expect(try again.log.entries() == entries)
      #expect(await again.log.seal().alarms.isEmpty)
      try await again.log.close()
      #expect(copy.bytes(of: segment) == whole, "byte \(byte): the same file again")
      #expect(try ledger.on(copy).openForReading().log.entries() == entries)
      FaultTally.countRuns(of: 55)
    }
  }

  @Test(.faultRow(56, .bytes), arguments: ["gone", "garbage", "zeros", "older"])
  func withoutAWatermarkSegmentsAndCheckpointTellTheEnd(kind: String) async throws {
    let base = try await SealedLedger()
    let copy = base.disk.copy()
    let path = base.ledger.watermark
    switch kind {
    case "gone": try copy.remove(path)
    case "older":
      let mark = Watermark(
        counter: 1, ledger: testLedgerID, size: .zero, root: .empty, journal: .zero, epoch: 1)
      try replace(copy, path, with: mark.slot + Array(repeating: 0, count: 8_192 - 128))
    default:
      copy.overwrite(path, with: Array(repeating: kind == "zeros" ? 0 : 7, count: 8_192), at: 0)
    }
    let strict = damage(await openRefusal { try base.ledger.on(copy.copy()).open(.strict) })
    // A mark that is old is no damage that anybody could see: a power cut leaves one.
    #expect((strict?.check == .watermark) == (kind != "older"))
    let log = try base.ledger.on(copy).open().log
    #expect(try log.entries() == base.entries)
    #expect(log.verify().findings.isEmpty)
    try await log.close()
    // The checkpoint knows of more than is there.
    let shorter = base.disk.copy()
    try replace(
      shorter, base.path(base.journal),
      with: Array(try #require(base.disk.bytes(of: base.path(base.journal))).prefix(4_096)))
    if kind == "gone" { try shorter.remove(path) }
    switch await openRefusal({ try base.ledger.on(shorter).open() }) {
    case .rolledBack(let have, let known, _):
      #expect(have == Position(base.firsts[2]) && known == Position(UInt64(base.entries.count)))
    case let other: Issue.record("\(String(describing: other))")
    }
    FaultTally.countRuns(3, of: 56)
  }
}
