// Care of a ledger's files: sealing, copies, and what can be saved of a damaged one.

import Disk
import EventCatalog
package import JSONBytes
import LogEngine

/// What sealing made.
package struct SealSummary: Sendable {
  package struct Segment: Sendable {
    /// Name of the file within the ledger.
    package var file: String
    /// Position of its first event.
    package var first: UInt64
    package var events: UInt64
    /// Bytes of the file.
    package var byteCount: UInt64
    /// Bytes of its entries.
    package var entryBytes: UInt64
  }

  package var segments: [Segment]
  /// What could not be sealed, one sentence each.
  package var alarms: [String]
}

/// What a copy holds.
package struct CopySummary: Sendable {
  package var events: UInt64
  package var root: String
  package var checkpoint: UInt64?
  package var filesCopied: Int
  package var filesKept: Int
  package var bytesCopied: UInt64
}

/// What was saved of a damaged ledger.
package struct SalvageSummary: Sendable {
  package struct Missing: Sendable {
    package var sentence: String
    package var json: JSONValue
    package var count: UInt64
  }

  package var copied: UInt64
  package var missing: [Missing]
  package var customers: [String]
  package var customerCount: Int
  package var root: String
  package var origin: String
}

extension Ledger {
  /// Seals everything recorded so far: the journals become segments.
  package func seal() async -> SealSummary {
    let report = await log.seal()
    return SealSummary(
      segments: report.segments.map {
        SealSummary.Segment(
          file: $0.file, first: $0.first.value, events: $0.events, byteCount: $0.byteCount,
          entryBytes: $0.entryBytes)
      }, alarms: report.alarms)
  }

  /// Copies the ledger in `directory`, which may be in use, to `target`, or brings the copy there up to date, and
  /// verifies the copy.
  package static func backUp(
    _ directory: String, to target: String,
    progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) throws -> CopySummary {
    try copySubscriptions(directory, to: target) {
      do throws(LogCopy.Failure) {
        return summary(
          try LogCopy.backUp(directory, to: target, on: LinuxFileSystem(), progress: progress))
      } catch {
        throw LedgerError(error)
      }
    }
  }

  /// Makes a ledger in `directory`, where there is none, from a copy, and verifies it before it counts.
  package static func restore(
    _ copy: String, to directory: String,
    progress: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) throws -> CopySummary {
    try copySubscriptions(copy, to: directory) {
      do throws(LogCopy.Failure) {
        return summary(
          try LogCopy.restore(copy, to: directory, on: LinuxFileSystem(), progress: progress))
      } catch {
        throw LedgerError(error)
      }
    }
  }

  /// How far subscribers are is read before the log is copied, so that no one of the copy is ahead of its log, and
  /// written when the log is there and verified.
  private static func copySubscriptions(
    _ source: String, to target: String, _ copyLog: () throws -> CopySummary
  ) throws -> CopySummary {
    let records = try SubscriptionStore.records(inLedger: source)
    let summary = try copyLog()
    try SubscriptionStore.replace(records, inLedger: target)
    return summary
  }

  private static func summary(_ report: LogCopy.Report) -> CopySummary {
    CopySummary(
      events: report.events, root: report.root, checkpoint: report.checkpoint,
      filesCopied: report.filesCopied, filesKept: report.filesKept,
      bytesCopied: report.bytesCopied)
  }

  /// Copies every event that can be read into a new ledger in `target`, which must not be one yet, with the ledger's own
  /// schemas, upcasts and views in SQL. The first event of the new ledger names the old one.
  package func salvage(
    to target: String, progress: @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> SalvageSummary {
    let origin = log.description.origin
    let name = origin.split(separator: "/").first.map(String.init) ?? "localhost"
    let own = try SchemaFiles.ofLedger(directory, on: LinuxFileSystem())
    let made = try Self.create(
      target, name: name, schemas: own.events, upcasts: own.upcasts,
      catalogue: log.description.catalogue)
    try SQLModelFolder(directory, LinuxFileSystem()).copy(to: target)
    let opening = try salvageEvent(origin: made.origin)
    let description = try EventLog.readDescription(in: target, on: LinuxFileSystem())
    let report = try await Salvage.run(
      log, to: target, description, opening: opening, on: LinuxFileSystem(), clock: Self.now,
      progress: progress)
    return SalvageSummary(
      copied: report.copied,
      missing: report.missing.map {
        SalvageSummary.Missing(
          sentence: $0.damage.sentence, json: Self.json($0.damage, $0.positions),
          count: $0.positions.upperBound.value - $0.positions.lowerBound.value)
      },
      customers: report.customers, customerCount: report.customerCount, root: report.root,
      origin: made.origin)
  }

  /// `ledger.recovered`, where the ledger tells of itself: what the new ledger goes on from.
  private func salvageEvent(origin: String) throws -> [NewEvent] {
    guard tellsOfItself else { return [] }
    let event: JSONValue = [
      "specversion": "1.0", "id": .string("salvage-\(log.description.id)"),
      "source": .string("/\(origin)"), "type": "ledger.recovered",
      "time": .string(Self.now().text), "dataschema": "ledger.recovered/1", "authtype": "system",
      "authid": "rapport",
      "data": [
        "position": .integer(0),
        "finding": .string(
          "salvaged from \(log.description.origin), size \(log.end), root \(log.root)"),
      ],
    ]
    return try own(event)
  }

  static func json(_ found: Corruption, _ positions: Range<Position>) -> JSONValue {
    .object([
      "file": .string(found.file), "offset": .integer(found.offset),
      "from": .integer(positions.lowerBound.value), "to": .integer(positions.upperBound.value),
      "check": .string("\(found.check)"), "detail": .string(found.detail),
    ])
  }
}

extension LedgerError {
  init(_ error: LogCopy.Failure) {
    switch error {
    case .open(let error): self.init(error)
    case .disk(let error): self.init(error)
    case .occupied: self.init(error.code, error.sentence, .usage)
    case .damaged: self.init(error.code, error.sentence, .badData)
    }
  }
}
