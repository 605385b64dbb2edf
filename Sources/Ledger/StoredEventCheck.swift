// Every stored event under a catalogue: what can be read, what cannot, and which views would change.

package import EventCatalog
package import JSONBytes
import LogEngine
import Synchronization

/// What reading every stored event under a catalogue found.
package struct StoredEventCheck: Sendable {
  /// Events of one type that cannot be read for one reason.
  package struct Failure: Sendable {
    package enum Code: String, Sendable {
      case unknownType = "event.unknown-type"
      case unknownVersion = "event.unknown-version"
      /// There is no way from its version to the newest.
      case noUpcast = "schema.no-upcast"
      /// An upcast failed, or its result does not fit.
      case upcastFailed = "event.upcast-failed"
    }

    package var code: Code
    package var typeName: String
    package var version: Int
    package var count: UInt64
    /// The first positions, at most ``StoredEventCheck/positionsMax``.
    package var positions: [UInt64]
    /// Why, for the first of them.
    package var reason: String

    package var json: JSONValue {
      .object([
        "code": .string(code.rawValue), "type": .string(typeName), "version": .integer(version),
        "count": .integer(count), "positions": .array(positions.map { .integer($0) }),
        "reason": .string(reason),
      ])
    }
  }

  /// A view whose rows may change, because events that it reads are read in another way than now.
  package struct ChangedView: Hashable, Sendable {
    package var name: String
    package var types: [String]
  }

  package static let positionsMax = 5

  package var events: UInt64 = 0
  /// Events that need an upcast, those included of which it fails.
  package var lifted: UInt64 = 0
  package var failures: [Failure] = []
  /// Types of stored events that are read in another way than the ledger reads them now.
  package var touched: [String] = []
  package var views: [ChangedView] = []

  /// How many events cannot be read.
  package var failed: UInt64 { failures.reduce(0) { $0 + $1.count } }

  package var json: JSONValue {
    .object([
      "events": .integer(events), "lifted": .integer(lifted), "failed": .integer(failed),
      "failures": .array(failures.map(\.json)),
      "touchedTypes": .array(touched.map { .string($0) }),
      "views": .array(
        views.map {
          .object(["view": .string($0.name), "types": .array($0.types.map { .string($0) })])
        }),
    ])
  }
}

extension Ledger {
  /// Reads every stored event under `candidate`, and compares with how this ledger reads it now. `hear` is told of
  /// events done and of all events.
  ///
  /// Of events that need no upcast only type and version are read: some nanoseconds each where they are sealed. Data is
  /// read of those types alone that have events to lift. Throws where the log is damaged.
  package func checkStoredEvents(
    under candidate: Catalog, threads: Int,
    _ hear: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) throws -> StoredEventCheck {
    let end = log.end
    let done = Mutex<UInt64>(0)
    let tallies = try log.scan(
      ScanSelection(columns: [.schemas]), threads: threads, into: StoredTally()
    ) {
      (tally: inout StoredTally, batch: ScanBatch) throws(ReadError) in
      // What was appended meanwhile comes in whole batches, and is left to the next check.
      guard batch.first < end else { return }
      try tally.take(batch, candidate)
      done.withLock {
        $0 += UInt64(batch.count)
        hear($0, end.value)
      }
    }
    var tally = StoredTally()
    for other in tallies { tally.merge(other) }
    var check = StoredEventCheck()
    check.events = tally.kinds.values.reduce(0) { $0 + $1.count }
    var liftedTypes: Set<String> = []
    for (kind, seen) in tally.kinds {
      if let fault = kind.fault(under: candidate) {
        check.failures.append(
          StoredEventCheck.Failure(
            code: fault.code, typeName: kind.type, version: kind.version, count: seen.count,
            positions: seen.positions, reason: fault.reason))
      }
      if case .lifted? = candidate.type(named: kind.type)?.reading(ofVersion: kind.version) {
        liftedTypes.insert(kind.type)
        check.lifted += seen.count
      }
      if !kind.isReadAlike(candidate, catalog) { check.touched.append(kind.type) }
    }
    if !liftedTypes.isEmpty {
      check.failures += try failuresOfLifting(
        liftedTypes, under: candidate, before: end, threads: threads)
    }
    check.failures.sort {
      ($0.typeName, $0.version, $0.code.rawValue) < ($1.typeName, $1.version, $1.code.rawValue)
    }
    check.touched = Set(check.touched).sorted()
    for view in views {
      let types = check.touched.filter { view.eventTypes?.contains($0) ?? true }
      if !types.isEmpty {
        check.views.append(StoredEventCheck.ChangedView(name: view.name, types: types))
      }
    }
    return check
  }

  private func failuresOfLifting(
    _ types: Set<String>, under candidate: Catalog, before end: Position, threads: Int
  ) throws -> [StoredEventCheck.Failure] {
    let lifts = try log.scan(
      ScanSelection(columns: [.schemas, .data], types: types), threads: threads,
      into: StoredLifting()
    ) { (lifting: inout StoredLifting, batch: ScanBatch) throws(ReadError) in
      if batch.first < end { try lifting.take(batch, types, candidate) }
    }
    var whole = StoredLifting()
    for other in lifts { whole.merge(other) }
    return whole.failures.map { kind, failure in
      StoredEventCheck.Failure(
        code: .upcastFailed, typeName: kind.type, version: kind.version, count: failure.seen.count,
        positions: failure.seen.positions, reason: failure.reason)
    }
  }
}
