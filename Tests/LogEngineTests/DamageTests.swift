import Disk
import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

/// Every flipped byte and every cut of a log of three frames: what was acknowledged is never cut off, what was not is
/// set aside, and a reader serves what lies around damage.
struct DamageTests {
  /// Appends of 1, 3 and 1 events, then a kill.
  struct Base {
    var disk: SimulatedFileSystem
    var ledger: TestLedger
    var frames: [ParsedFrame]
    static let ids = [["a"], ["b", "c", "d"], ["e"]]
    static let all = ids.flatMap { $0 }

    /// A disk on which the watermark knows of the first `acknowledged` frames: the others were written, and the
    /// process was killed before it could tell.
    init(acknowledged: Int = 3) async throws {
      let running = SimulatedFileSystem(seed: 1)
      let ledger = try TestLedger.make(on: running)
      let log = try ledger.open().log
      var marks: [[UInt8]] = [try #require(running.bytes(of: ledger.watermark))]
      for ids in Self.ids {
        _ = try await log.append(ids.map { event($0, "c1", "some text for \($0)") })
        marks.append(try #require(running.bytes(of: ledger.watermark)))
      }
      disk = running.kill()
      disk.overwrite(ledger.watermark, with: marks[acknowledged], at: 0)
      self.ledger = ledger.on(disk)
      let bytes = try #require(disk.bytes(of: ledger.journal + ""))
      frames = try JournalReading(bytes: bytes).frames()
    }

    func range(_ frame: Int) -> Range<Position> {
      let first = Position(frames[frame].first)
      return first..<first.advanced(by: frames[frame].count)
    }

    /// Header, payload and trailer.
    func used(_ frame: Int) -> Range<Int> {
      frames[frame].offset..<frames[frame].offset + 96 + frames[frame].storedSize + 16
    }

    /// Flips one bit of a byte, runs `body`, and flips it back.
    func flipping(_ path: String, _ place: Int, _ body: () async throws -> Void) async throws {
      disk.flipBit(of: path, at: place, bit: place % 8)
      try await body()
      disk.flipBit(of: path, at: place, bit: place % 8)
    }
  }

  private let file = "log/00000000000000000000.journal"

  /// P4: damage is reported with file, offset and positions; nothing is changed; the rest can be read.
  @Test(.faultRow(15, .bytes), arguments: [3, 2, 1])
  func aFlippedByteOfAnAcknowledgedFrameIsRefusedAndReadAround(acknowledged: Int) async throws {
    let base = try await Base(acknowledged: acknowledged)
    let whole = base.disk.bytes(of: base.ledger.journal)
    // A frame with a valid one behind it is committed, whether or not the watermark knows of it.
    for frame in 0..<min(acknowledged + 1, 3) where frame < 2 || acknowledged == 3 {
      for place in base.used(frame) {
        FaultTally.countRuns(of: 15)
        try await base.flipping(base.ledger.journal, place) {
          let found = damage(await openRefusal { try base.ledger.open() })
          #expect(found?.file == file, "byte \(place)")
          #expect(found?.offset == UInt64(base.frames[frame].offset), "byte \(place)")
          #expect(found?.positions == base.range(frame), "byte \(place)")
          let (log, report) = try base.ledger.openForReading()
          let (ids, holes) = log.readable()
          let shown = Base.ids.prefix(acknowledged).enumerated()
          if frame < acknowledged {
            #expect(report.damage == found.map { [$0] }, "byte \(place)")
            #expect(holes == [base.range(frame)], "byte \(place)")
          }
          let expected = shown.filter { $0.offset != frame }.flatMap { $0.element }
          #expect(ids.values.sorted() == expected, "byte \(place)")
        }
      }
    }
    #expect(base.disk.bytes(of: base.ledger.journal) == whole)
    #expect(try !base.disk.exists("/ledger/quarantine"))
  }

  @Test(.faultRow(18, .simulated)) func aFlippedByteOfAFrameThatWasNeverAcknowledgedIsATornTail()
    async throws
  {
    let base = try await Base(acknowledged: 2)
    for place in base.used(2) {
      FaultTally.countRuns(of: 18)
      let disk = base.disk.copy()
      disk.flipBit(of: base.ledger.journal, at: place, bit: place % 8)
      let torn = disk.bytes(of: base.ledger.journal)
      let ledger = base.ledger.on(disk)
      #expect(try ledger.openForReading().report.damage.isEmpty, "byte \(place)")
      let (log, report) = try ledger.open()
      #expect(report.quarantined == ["quarantine/00000000000000000000.journal.1"])
      #expect(disk.bytes(of: "/ledger/" + (report.quarantined.first ?? "")) == torn)
      #expect(try log.ids() == ["a", "b", "c", "d"], "byte \(place)")
      #expect(try await log.append(event("f")) == Position(4))
      try await log.close()
      let again = try ledger.open()
      #expect(again.report.wasClosed)
      #expect(try again.log.ids() == ["a", "b", "c", "d", "f"])
      try await again.log.close()
    }
  }

  /// Padding and the rest of the header page carry nothing. Every 61st byte: they are all alike.
  @Test func aFlippedByteThatCarriesNothingHarmsNothing() async throws {
    let base = try await Base()
    let end = base.frames[2].offset + base.frames[2].size
    let carrying = (0..<3).map { base.used($0) }
    let places = stride(from: 128, to: end, by: 61).filter { place in
      !carrying.contains { $0.contains(place) }
    }
    #expect(places.count > 150)
    for place in places {
      let disk = base.disk.copy()
      disk.flipBit(of: base.ledger.journal, at: place, bit: place % 8)
      let log = try base.ledger.on(disk).open().log
      #expect(try log.ids() == Base.all, "byte \(place)")
      #expect(log.verify().findings.isEmpty, "byte \(place)")
      try await log.close()
    }
  }

  @Test(.faultRow(16, .bytes)) func aFlippedByteOfTheFileHeaderIsRefusedAndReadAround() async throws
  {
    let base = try await Base()
    for place in 0..<128 {
      FaultTally.countRuns(of: 16)
      try await base.flipping(base.ledger.journal, place) {
        let found = damage(await openRefusal { try base.ledger.open() })
        #expect(found?.check == .header, "byte \(place)")
        #expect(found?.file == file)
        #expect(found?.offset == 0)
        let (log, report) = try base.ledger.openForReading()
        #expect(try log.ids() == Base.all, "byte \(place)")
        #expect(report.damage == found.map { [$0] })
      }
    }
  }

  @Test(.faultRow(56, .bytes)) func aFlippedByteOfTheWatermarkLosesNothing() async throws {
    let base = try await Base()
    for place in Array(0..<128) + Array(4_096..<4_096 + 128) + [128, 4_095, 8_191] {
      FaultTally.countRuns(of: 56)
      let disk = base.disk.copy()
      disk.flipBit(of: base.ledger.watermark, at: place, bit: place % 8)
      let (log, report) = try base.ledger.on(disk).open(.strict)
      #expect(try log.ids() == Base.all, "byte \(place)")
      #expect(report.remarks.count == (place % 4_096 < 128 ? 1 : 0), "byte \(place)")
      try await log.close()
    }
  }

  /// Neither the note nor the description can make an open trap or lose an event.
  @Test func aFlippedByteOfADerivedFileLosesNothing() async throws {
    let running = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: running)
    let log = try ledger.open().log
    for ids in Base.ids { _ = try await log.append(ids.map { event($0) }) }
    try await log.close()
    let size = try #require(running.bytes(of: ledger.closeNote)).count
    for place in 0..<size {
      let disk = running.copy()
      disk.flipBit(of: ledger.closeNote, at: place, bit: place % 8)
      let (log, report) = try ledger.on(disk).open()
      #expect(!report.wasClosed, "byte \(place)")
      #expect(report.remarks == ["the close note is damaged; it was not used"])
      #expect(try await log.append(event("c")) == Position(2), "byte \(place)")
      #expect(try await log.append(event("f")) == Position(5))
      try await log.close()
    }
    for size in 0..<size {
      let disk = running.copy()
      disk.cut(ledger.closeNote, to: size)
      let (log, report) = try ledger.on(disk).open()
      #expect(!report.wasClosed, "cut to \(size)")
      #expect(log.end == Position(5))
      try await log.close()
    }
  }

  @Test func aFlippedByteOfTheDescriptionIsRefusedOrHarmless() async throws {
    let base = try await Base()
    let path = "/ledger/ledger.json"
    let size = try #require(base.disk.bytes(of: path)).count
    var refused = 0
    for place in 0..<size {
      try await base.flipping(path, place) {
        do throws(OpenError) {
          #expect(try base.ledger.openForReading().log.readable().ids.count == 5)
        } catch {
          refused += 1
          switch error {
          case .notALedger, .unsupportedFormat, .wrongLedger: break
          default: Issue.record("byte \(place): \(error)")
          }
        }
      }
    }
    #expect(refused > size / 2)
  }

  // MARK: Cuts

  /// Every byte of what the last frame carries, every 13th of its zeros: only the size of the file differs there.
  @Test(.faultRow(4, .bytes)) func everyCutOfAFrameThatWasNeverAcknowledgedIsATornTail()
    async throws
  {
    let base = try await Base(acknowledged: 2)
    let last = base.frames[2]
    let end = last.offset + last.size
    let cuts =
      Array(last.offset...base.used(2).upperBound)
      + stride(from: base.used(2).upperBound, to: end, by: 13) + [end, end + 1, end + 4_096]
    for cut in cuts {
      FaultTally.countRuns(of: 4)
      let disk = base.disk.copy()
      disk.cut(base.ledger.journal, to: cut)
      let ledger = base.ledger.on(disk)
      #expect(try ledger.openForReading().log.ids() == ["a", "b", "c", "d"])
      let (log, report) = try ledger.open()
      let isWhole = cut >= end
      #expect(try log.ids() == (isWhole ? Base.all : ["a", "b", "c", "d"]), "cut to \(cut)")
      #expect(report.quarantined.count == (isWhole || cut == last.offset ? 0 : 1), "cut to \(cut)")
      #expect(try await log.append(event("e", "c1", "some text for e")) == Position(4))
      try await log.close()
      let again = try ledger.open()
      #expect(try again.log.ids() == Base.all, "cut to \(cut)")
      #expect(again.log.verify().findings.isEmpty)
      try await again.log.close()
    }
  }

  /// A log shorter than what was acknowledged is refused wherever it is cut. Every byte of the last frame's content,
  /// every 7th of the rest: a cut within one frame or its zeros differs only in the size of the file.
  @Test(.faultRow(17, .bytes)) func everyCutOfWhatWasAcknowledgedIsRefused() async throws {
    let base = try await Base()
    let end = base.frames[2].offset + base.frames[2].size
    let cuts = Array(base.used(2)) + stride(from: 0, to: end, by: 7)
    for cut in cuts {
      FaultTally.countRuns(of: 17)
      let disk = base.disk.copy()
      disk.cut(base.ledger.journal, to: cut)
      let ledger = base.ledger.on(disk)
      let left = base.frames.filter { $0.offset + $0.size <= cut }
      let size = UInt64(left.reduce(0) { $0 + $1.count })
      switch await openRefusal({ try ledger.open() }) {
      case .rolledBack(let have, let known, _):
        #expect(have == Position(size) && known == Position(5), "cut to \(cut)")
      case .corrupt(let found):
        #expect(found.count == 1)
        #expect(found.first?.file == file)
        if cut >= 128 {
          #expect(found.first?.positions == positions(size..<5), "cut to \(cut)")
          #expect(found.first?.offset == UInt64(4_096 + left.reduce(0) { $0 + $1.size }))
        }
      default: Issue.record("cut to \(cut) is not refused")
      }
      #expect(disk.bytes(of: ledger.journal)?.count == cut, "nothing is changed")
      let (ids, holes) = try ledger.openForReading().log.readable()
      #expect(ids.values.sorted() == Array(Base.all.prefix(Int(size))), "cut to \(cut)")
      #expect(holes == [positions(size..<5)], "cut to \(cut)")
    }
  }
}
