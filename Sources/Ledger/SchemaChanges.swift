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

  /// Checks all of `new`, then writes what is not there yet into the ledger's folder, each file durable before the next.
  /// In force from the next opening on: this object goes on with the catalogue that it has.
  ///
  /// The ledger is open for writing, so nobody else appends. Throws what ``catalog(adding:)`` does, and the first finding
  /// of the check among the types concerned; then nothing was written. After a disk error some files may be there:
  /// doing it again writes the rest.
  package func addSchemas(_ new: SchemaFiles) throws -> SchemaAddition {
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
    try fresh.keep(inLedger: directory, on: files)
    return SchemaAddition(
      added: (fresh.events + fresh.upcasts).map(\.name), known: new.count - fresh.count,
      report: SchemaCheckReport(check, types: concerned.count))
  }
}
