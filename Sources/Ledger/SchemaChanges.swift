// What a ledger's catalogue is, would be with other files, and becomes.

import Disk
package import EventCatalog
import LogEngine

extension Ledger {
  /// Which event types a new ledger knows.
  package enum KnownTypes: Sendable {
    /// Those that ship, and its own.
    case shippedAndOwn
    /// Its own alone; such a ledger has none of the views that ship.
    case ownOnly
  }

  /// Makes an empty ledger with types of its own; as ``create(_:name:schemas:upcasts:catalogue:on:)``.
  package static func create(
    _ directory: String, name: String, own: SchemaFiles, knowing types: KnownTypes
  ) throws -> (id: String, origin: String) {
    try create(
      directory, name: name, schemas: own.events, upcasts: own.upcasts,
      catalogue: types == .ownOnly ? .own : .shipped)
  }

  /// What bringing schemas into a ledger did.
  package struct SchemaAddition: Sendable {
    /// Names of files that were added, schemas before upcasts.
    package var added: [String]
    /// How many were there already, byte for byte.
    package var known: Int
    /// How many versions of types the log tells of now and did not before.
    package var registered = 0
    /// How the types concerned stand now.
    package var report: SchemaCheckReport
  }

  /// The catalogue as it would be with `new` beside what the ledger has.
  ///
  /// Throws ``SchemaError`` where the files do not make one, and `schema.published` where one would change what is there.
  package func catalog(adding new: SchemaFiles) throws -> Catalog {
    let own = try SchemaFiles.ofLedger(directory, on: LinuxFileSystem())
    return try own.adding(new).all.catalog(log.description.catalogue)
  }

  /// Checks all of `new`, then writes what is not there yet into the ledger's folder, each file durable before the next,
  /// and appends `schema.registered` for each version that the log does not tell of yet.
  /// In force from the next opening on: this object goes on with the catalogue that it has.
  ///
  /// The ledger is open for writing, so nobody else appends. Throws what ``catalog(adding:)`` does, the first finding
  /// of the check among the types concerned, and `schema.stored-events` where stored events of them could not be read any
  /// more, unless these holes are accepted; then nothing was written. After a disk error some files may be there, and some
  /// of them untold: doing it again does the rest. `hear` is told of events read and of all events.
  package func addSchemas(
    _ new: SchemaFiles, acceptingHoles: Bool = false,
    _ hear: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) async throws -> SchemaAddition {
    precondition(opening == .writing, "schemas come in under the writer's lock")
    let files = LinuxFileSystem()
    let own = try SchemaFiles.ofLedger(directory, on: files)
    let (all, fresh) = try own.adding(new)
    let catalog = try all.catalog(log.description.catalogue)
    let names = Set((new.events + new.upcasts).map(\.name))
    let concerned = catalog.types.filter { type in
      type.schemas.contains { names.contains($0.file) }
        || type.upcasts.contains { names.contains($0.file) }
    }
    let check = SchemaCheck(catalog, types: Set(concerned.map(\.name)))
    if let finding = check.findings.first {
      throw LedgerError(finding.code.rawValue, finding.sentence)
    }
    if !acceptingHoles, !fresh.isEmpty { try requireReadable(concerned, under: catalog, hear) }
    try fresh.keep(inLedger: directory, on: files)
    return SchemaAddition(
      added: (fresh.events + fresh.upcasts).map(\.name), known: new.count - fresh.count,
      registered: try await registerSchemas(new.events, of: catalog),
      report: SchemaCheckReport(check, types: concerned.count))
  }

  /// Throws where stored events of `types` that can be read now could not be read under `candidate`. What is published
  /// stays: there would be no way back.
  private func requireReadable(
    _ types: [EventType], under candidate: Catalog,
    _ hear: @escaping @Sendable (UInt64, UInt64) -> Void
  ) throws {
    // Of a type with one version nothing that is stored is read in another way.
    guard types.contains(where: { $0.schemas.count > 1 }) else { return }
    let names = Set(types.map(\.name))
    let failures = try checkStoredEvents(under: candidate, threads: 2, hear).failures
      .filter { names.contains($0.typeName) }
    if failures.isEmpty { return }
    let now = try checkStoredEvents(under: catalog, threads: 2).failures
    for failure in failures {
      let known = now.first { $0.typeName == failure.typeName && $0.version == failure.version }
      guard failure.count > known?.count ?? 0 else { continue }
      throw LedgerError(
        "schema.stored-events",
        "\(failure.count) stored events of \(failure.typeName), version \(failure.version), could not "
          + "be read any more, the first at \(failure.positions.first ?? 0): \(failure.reason). What is "
          + "added stays: mend it first, or accept these holes with --accept-holes")
    }
  }
}
