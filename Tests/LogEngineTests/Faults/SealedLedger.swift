// A small ledger that has everything: two segments, one of them with value columns, and a journal of two frames.
import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// What damage is done to, and what every event of it was before.
struct SealedLedger {
  let disk: SimulatedFileSystem
  let ledger: TestLedger
  let entries: [[UInt8]]
  /// First positions of the two segments and of the journal.
  let firsts: [UInt64]

  init(seed: String = "") async throws {
    let running = SimulatedFileSystem(seed: 1)
    let made = try TestLedger.make(on: running)
    let log = try made.open().log
    var firsts: [UInt64] = []
    for (part, count) in [5, 70].enumerated() {
      firsts.append(log.end.value)
      for half in [0..<count / 2, count / 2..<count] {
        _ = try await log.append(half.map { Self.made(part, $0, seed) })
      }
      let report = await log.seal()
      #expect(report.segments.count == part + 1 && report.alarms.isEmpty)
    }
    firsts.append(log.end.value)
    for number in 0..<2 {
      _ = try await log.append((0..<3).map { Self.made(2 + number, $0, seed) })
    }
    entries = try log.entries()
    self.firsts = firsts
    // Everything is known from the files: no close note, no indexes.
    disk = running.kill()
    ledger = made.on(disk)
    for name in (try? disk.list("/ledger/index")) ?? [] { try disk.remove("/ledger/index/\(name)") }
    try await Self.writeCheckpoint(of: log, on: disk)
  }

  private static func made(_ part: Int, _ number: Int, _ seed: String) -> NewEvent {
    testEvent(
      id: "\(part)-\(number)\(seed)", source: "/test/\(number % 2)", subject: "c\(number % 4)",
      type: number % 3 == 0 ? "test.other" : "test.noted",
      data: ["number": .integer(number), "text": .string("text \(number % 5)")])
  }

  /// As closing does: everything acknowledged is covered.
  private static func writeCheckpoint(
    of log: EventLog, on disk: SimulatedFileSystem
  ) async throws {
    let root = try #require(MerkleHash(hex: log.root))
    try CheckpointKeeper.write(
      Checkpoint(origin: TestLedger.description.origin, size: log.end.value, root: root),
      in: "/ledger", on: disk)
  }

  var segments: [String] { firsts.prefix(2).map { "log/" + LogFiles.segment(Position($0)) } }
  var journal: String { "log/" + LogFiles.journal(Position(firsts[2])) }
  static let checkpoint = "tlog/checkpoint"

  func path(_ name: String) -> String { "/ledger/\(name)" }

  func size(_ name: String) throws -> Int { try #require(disk.bytes(of: path(name))).count }

  /// The bytes of a segment that carry something: all but the zeros between its chunks.
  func carrying(_ segment: Int) throws -> [Range<Int>] {
    let name = LogFiles.segment(Position(firsts[segment]))
    let file = try SegmentFile.open(
      try disk.openForReading(path("log/\(name)")), name: name, ledger: testLedgerID,
      first: Position(firsts[segment]))
    let chunks = file.footer.chunks.map { Int($0.offset)..<Int($0.offset) + Int($0.size) }
    let end = chunks.last?.upperBound ?? 0
    return [0..<SegmentFormat.headerSize] + chunks + [
      (end + 7) / 8 * 8..<(try size(segments[segment]))
    ]
  }

  // MARK: What must hold of a damaged copy

  /// What a reader was told of damage, the holes it found, and whether `verify` says that all is well.
  struct Reading {
    var isRefused = false
    var isTold = false
    var holes: [Range<Position>] = []
    var isVerified = true
  }

  /// Reads a damaged copy: every event that is served has the bytes that it had, and each that is not was reported.
  func read(_ copy: SimulatedFileSystem, _ place: String) throws -> Reading {
    var reading = Reading()
    let log: EventLog
    do throws(OpenError) {
      let opened = try ledger.on(copy).openForReading()
      log = opened.log
      reading.isTold = !opened.report.damage.isEmpty || !opened.report.remarks.isEmpty
    } catch {
      if case .disk(let error) = error { Issue.record("\(place): \(error)") }
      reading.isRefused = true
      return reading
    }
    var next = Position.zero
    while next < log.end {
      do throws(ReadError) {
        let batch = try log.read(.bytes, from: next)
        for row in batch.rows {
          // What is behind them was appended afterwards.
          guard row.position.value < UInt64(entries.count) else { continue }
          let isSame = batch.bytes(row).elementsEqual(entries[Int(row.position.value)])
          #expect(isSame, "\(place): position \(row.position) has other bytes")
        }
        next = batch.next
      } catch {
        guard case .corrupt(let found) = error, found.positions.contains(next) else {
          Issue.record("\(place): reading at \(next): \(error.sentence)")
          return reading
        }
        reading.holes.append(next..<found.positions.upperBound)
        next = found.positions.upperBound
      }
    }
    if log.end.value < UInt64(entries.count) {
      #expect(reading.isTold, "\(place): the end is missing, and nobody says so")
    }
    reading.isVerified = log.verify().findings.isEmpty
    return reading
  }

  /// Opens a damaged copy for writing: it refuses and changes nothing, or keeps everything that was acknowledged.
  /// Returns whether it refused.
  @discardableResult
  func write(_ copy: SimulatedFileSystem, _ place: String) async throws -> Bool {
    let before = (segments + [journal, Self.checkpoint]).map { copy.bytes(of: path($0)) }
    do throws(OpenError) {
      let log = try ledger.on(copy).open().log
      // An index that cannot be made of a damaged segment stops appends, and an id that cannot be compared is not taken.
      _ = await refusal { try await log.append(event("new", "c1")) }
      do throws(DiskError) { try await log.close() } catch {
        // A log that has halted says so; what it left is looked at.
      }
      let reading: Reading
      do {
        reading = try read(copy, "\(place), written")
      } catch {
        Issue.record("\(place): \(error)")
        return false
      }
      #expect(!reading.isRefused, "\(place): what a writer has opened, a reader opens")
      return false
    } catch {
      if case .disk(let error) = error { Issue.record("\(place): \(error)") }
      let after =
        (segments + [journal, Self.checkpoint]).map { copy.bytes(of: path($0)) }
      #expect(after == before, "\(place): refused, and something was changed")
      return true
    }
  }
}
