package import Disk
package import JSONBytes
internal import Synchronization
internal import Transparency

/// Copies every event of a damaged log that can still be read into a new log, and lists what is missing.
///
/// The new log has its own identity: positions and revisions are given anew, without gaps, because they are what a
/// reader checks for completeness; times, ids and content stay. The old log is not touched.
package struct Salvage: Sendable {
  /// A range that could not be read.
  package struct Missing: Hashable, Sendable {
    package var damage: Corruption
    /// The positions that are missing: those of the damage that were asked for.
    package var positions: Range<Position>
  }

  package struct Report: Hashable, Sendable {
    /// Events copied.
    package var copied: UInt64 = 0
    package var missing: [Missing] = []
    /// Customers (the `subject`) whom the damage touches, at most ``customersMax`` of them: those that a damaged
    /// segment's postings name, and those who have a gap in their revisions. Where the postings are damaged as well, or a
    /// journal is, whose last events are missing shows no gap.
    package var customers: [String] = []
    /// How many there are.
    package var customerCount = 0
    /// Of the new log.
    package var root = ""

    package static let customersMax = 1_000
  }

  private let source: EventLog
  private var report = Report()
  private var revisions = HashTable()
  private var touched: Set<String> = []

  /// Copies what `source`, which is open for reading, still gives, into the new log in `directory`, made with
  /// `description`. `opening` are events that come first and say where the rest is from. `progress` hears of
  /// positions done and of all.
  package static func run(
    _ source: EventLog, to directory: String, _ description: LedgerDescription,
    opening: [NewEvent], on files: any FileSystem, clock: @escaping @Sendable () -> Timestamp,
    progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> Report {
    let time = SalvageClock(clock())
    let (target, _) = try EventLog.open(
      directory, for: .writing(.normal), on: files, clock: { time.now })
    var salvage = Salvage(source: source)
    do {
      try await salvage.copy(to: target, opening, time, progress)
      salvage.report.root = target.root
    } catch {
      // The first error is the one to tell.
      try? await target.close()
      throw error
    }
    try await target.close()
    return salvage.report
  }

  private init(source: EventLog) { self.source = source }

  private mutating func copy(
    to target: EventLog, _ opening: [NewEvent], _ time: SalvageClock,
    _ progress: @Sendable (UInt64, UInt64) -> Void
  ) async throws {
    let end = source.end
    var place = Position.zero
    var isOpened = opening.isEmpty
    while place < end {
      let batch: EventBatch
      do throws(ReadError) {
        batch = try source.read(.all, from: place)
      } catch {
        place = try pass(error, at: place)
        continue
      }
      for run in Self.runs(of: batch) {
        // Frames share one recordedtime: each run of events keeps its own.
        if let recorded = run.recorded { time.set(recorded) }
        if !isOpened {
          _ = try await target.append(opening)
          isOpened = true
        }
        try await append(run.rows, of: batch, to: target)
      }
      place = batch.next
      progress(min(place.value, end.value), end.value)
    }
    if !isOpened { _ = try await target.append(opening) }
    report.customerCount = touched.count
    report.customers = Array(touched.sorted().prefix(Report.customersMax))
  }

  private mutating func pass(_ error: ReadError, at place: Position) throws -> Position {
    guard case .corrupt(let damage) = error else { throw error }
    let next = max(place.advanced(by: 1), damage.positions.upperBound)
    report.missing.append(Missing(damage: damage, positions: place..<next))
    for customer in source.customers(in: place..<next) { touched.insert(customer) }
    return next
  }

  private struct Run {
    var recorded: Timestamp?
    var rows: [EventBatch.Row]
  }

  /// Consecutive rows with one recordedtime, as many as one append takes.
  private static func runs(of batch: EventBatch) -> [Run] {
    var runs: [Run] = []
    var size = 0
    for row in batch.rows {
      let recorded = batch.entry(row)["recordedtime"]?.text.flatMap { Timestamp($0) }
      size += row.entry.count
      if let last = runs.last, last.recorded == recorded,
        last.rows.count < Limits.appendEventsMax, size <= Limits.appendSizeMax
      {
        runs[runs.count - 1].rows.append(row)
      } else {
        runs.append(Run(recorded: recorded, rows: [row]))
        size = row.entry.count
      }
    }
    return runs
  }

  private mutating func append(
    _ rows: [EventBatch.Row], of batch: EventBatch, to target: EventLog
  ) async throws {
    var events: [NewEvent] = []
    for row in rows {
      let entry = batch.entry(row)
      guard let event = NewEvent(storedEntry: entry) else {
        report.missing.append(
          Missing(
            damage: Corruption(
              .entry, file: LogFiles.directory, offset: 0,
              positions: row.position..<row.position.advanced(by: 1),
              detail: "it is no event"),
            positions: row.position..<row.position.advanced(by: 1)))
        continue
      }
      noteRevision(entry)
      events.append(event)
    }
    guard !events.isEmpty else { return }
    _ = try await target.append(events)
    report.copied += UInt64(events.count)
  }

  private mutating func noteRevision(_ entry: JSONView) {
    guard let subject = entry["subject"]?.text, let revision = entry["revision"]?.integer else {
      return
    }
    let customer = Hash128.of(subject: subject)
    if UInt64(max(0, revision)) != (revisions[customer] ?? 0) + 1 {
      touched.insert(String(decoding: subject, as: UTF8.self))
    }
    revisions.set(UInt64(max(0, revision)), for: customer)
  }
}

/// The time that the new log takes for its own: that of the event which is copied.
private final class SalvageClock: Sendable {
  private let time: Mutex<Timestamp>

  init(_ start: Timestamp) { time = Mutex(start) }

  var now: Timestamp { time.withLock { $0 } }

  func set(_ new: Timestamp) { time.withLock { $0 = new } }
}

extension NewEvent {
  /// What was appended once, from what is stored: without the ledger's three attributes. Nil where it is no event.
  init?(storedEntry entry: JSONView) {
    var bytes: [UInt8] = [UInt8(ascii: "{")]
    var cuts: [Int] = []
    let own = ["recordedtime", "revision", "sequence"]
    for (name, value) in entry.members {
      while cuts.count < own.count, own[cuts.count] < name { cuts.append(bytes.count) }
      if own.contains(name) {
        cuts.append(bytes.count)
        continue
      }
      bytes.append(UInt8(ascii: "\""))
      bytes += name.utf8
      bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
      bytes += value.source
      bytes.append(UInt8(ascii: ","))
    }
    guard cuts.count == own.count, bytes.last == UInt8(ascii: ","),
      let source = entry["source"]?.text, let id = entry["id"]?.text,
      let time = entry["time"]?.text.flatMap({ Timestamp($0) })
    else { return nil }
    bytes[bytes.count - 1] = UInt8(ascii: "}")
    self.init(
      bytes: bytes, recordedCut: cuts[0], revisionCut: cuts[1], sequenceCut: cuts[2],
      key: Hash128.of(source: source, id: id),
      customer: entry["subject"]?.text.map { Hash128.of(subject: $0) }, time: time)
  }
}
