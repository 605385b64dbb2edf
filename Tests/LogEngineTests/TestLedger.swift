// A ledger on a disk for a test, and what the tests here ask of a log again and again.
import Disk
import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

let testLedgerID = LedgerID(high: 0x0190_A6C4_1B2D_7E3F, low: 0x8A5B_6C7D_8E9F_0A1B)

/// Where a ledger lies, and on which disk: what a process needs to know to open it.
struct TestLedger: Sendable {
  var disk: any FileSystem
  var directory = "/ledger"
  var clock = ManualClock()
  /// Small, so that reserved space takes no time to look through.
  var limits = JournalLimits(reserveStep: 32 << 10)
  /// What a test counts must not depend on the time it takes: nothing happens by itself.
  var sealing = LogOptions.Sealing.onRequest
  var checkpoints = LogOptions.Checkpoints.atClose

  static let description = LedgerDescription(id: testLedgerID, name: "example.org")

  /// A ledger without events on a new simulated disk.
  static func make(
    on disk: any FileSystem = SimulatedFileSystem(seed: 1)
  ) throws -> TestLedger {
    let ledger = TestLedger(disk: disk)
    try ledger.create()
    return ledger
  }

  /// The same ledger as another disk has it.
  func on(_ disk: any FileSystem) -> TestLedger {
    var other = self
    other.disk = disk
    return other
  }

  func create() throws(DiskError) {
    try EventLog.create(directory, Self.description, on: disk)
  }

  func open(
    _ durability: Durability = .normal
  ) throws(OpenError) -> (log: EventLog, report: OpenReport) {
    try open(for: .writing(durability))
  }

  func openForReading() throws(OpenError) -> (log: EventLog, report: OpenReport) {
    try open(for: .readingOnly)
  }

  private func open(for access: Access) throws(OpenError) -> (log: EventLog, report: OpenReport) {
    let clock = clock
    return try EventLog.open(
      directory, for: access, on: disk,
      options: LogOptions(
        journals: limits, sealing: sealing, checkpoints: checkpoints, indexes: .atOpen),
      clock: { clock.time })
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  var journal: String { path("log/00000000000000000000.journal") }
  var watermark: String { path("log/watermark") }
  var closeNote: String { path("index/closed") }

  /// Names of the journals, in order.
  func journals() throws -> [String] {
    try disk.list(path("log")).filter { $0.hasSuffix(".journal") }
  }
}

/// One event of customer `subject` with the given id.
func event(_ id: String, _ subject: String? = "c1", _ text: String = "") -> NewEvent {
  testEvent(
    id: id, subject: subject, data: text.isEmpty ? [:] : ["text": .string(text)])
}

extension EventLog {
  /// All entries, as the exact bytes of each. Traps where positions have a gap.
  func entries(from start: Position = .zero) throws(ReadError) -> [[UInt8]] {
    var all: [[UInt8]] = []
    var place = start
    while place < end {
      let batch = try read(.bytes, from: place)
      for row in batch.rows {
        precondition(row.position.value == start.value + UInt64(all.count), "positions ascend")
        all.append(Array(batch.bytes(row)))
      }
      place = batch.next
    }
    return all
  }

  /// The ids of all events, in order.
  func ids() throws -> [String] {
    try entries().map { try JSONDocument(scanning: $0).root["id"]?.string ?? "" }
  }

  /// What can be read around damage: ids by position, and the ranges that cannot.
  func readable() -> (ids: [UInt64: String], holes: [Range<Position>]) {
    var ids: [UInt64: String] = [:]
    var holes: [Range<Position>] = []
    var place = Position.zero
    while place < end {
      do throws(ReadError) {
        let batch = try read(.all, from: place)
        for row in batch.rows { ids[row.position.value] = batch.entry(row)["id"]?.string }
        place = batch.next
      } catch {
        guard case .corrupt(let found) = error, found.positions.contains(place) else {
          Issue.record("reading at \(place): \(error.sentence)")
          return (ids, holes)
        }
        holes.append(place..<found.positions.upperBound)
        place = found.positions.upperBound
      }
    }
    return (ids, holes)
  }

  /// Appends one event alone.
  @discardableResult
  func append(_ event: NewEvent) async throws(AppendError) -> Position {
    try await append([event])[0]
  }
}

/// The error that an append throws; nil where it throws none.
func refusal(_ body: () async throws -> some Any) async -> AppendError? {
  do {
    _ = try await body()
    return nil
  } catch let error as AppendError {
    return error
  } catch {
    Issue.record("an append throws its own errors: \(error)")
    return nil
  }
}

/// The error with which a log does not open; nil where it opens, and then it is closed again.
func openRefusal(
  _ body: () throws -> (log: EventLog, report: OpenReport)
) async -> OpenError? {
  do {
    try await body().log.close()
    return nil
  } catch let error as OpenError {
    return error
  } catch {
    Issue.record("\(error)")
    return nil
  }
}

/// The only damage of a log that does not open because of it; nil for anything else.
func damage(_ error: OpenError?) -> Corruption? {
  guard case .corrupt(let found) = error, found.count == 1 else { return nil }
  return found[0]
}

func positions(_ range: Range<UInt64>) -> Range<Position> {
  Position(range.lowerBound)..<Position(range.upperBound)
}
