// The files of a ledger's own catalogue: read, checked together, kept.

package import Disk
package import EventCatalog
package import LogEngine

/// Schemas of event types, and the upcasts that lift their older versions.
package struct SchemaFiles: Sendable {
  package var events: [Catalog.File]
  package var upcasts: [Catalog.File]

  package init(events: [Catalog.File] = [], upcasts: [Catalog.File] = []) {
    self.events = events
    self.upcasts = upcasts
  }

  package var isEmpty: Bool { events.isEmpty && upcasts.isEmpty }
  package var count: Int { events.count + upcasts.count }

  private static let folder = "schemas"
  private static let sizeMax = 1 << 20

  /// The files of a folder that people keep: `events/*.json` and `upcasts/*.json`, and plain `*.json`, of which the name
  /// says what each is. Throws where there is no such folder, or a file in it is larger than 1 MiB.
  package static func read(
    _ folder: String, on files: any FileSystem = LinuxFileSystem()
  ) throws(DiskError) -> SchemaFiles {
    var found = try parts(of: folder, on: files)
    for file in try jsonFiles(in: folder, on: files) {
      if Upcast.isName(file.name) { found.upcasts.append(file) } else { found.events.append(file) }
    }
    return found
  }

  /// What a ledger keeps; nothing where it has no types of its own.
  static func ofLedger(
    _ directory: String, on files: any FileSystem
  ) throws(DiskError) -> SchemaFiles {
    try parts(of: "\(directory)/\(folder)", on: files)
  }

  private static func parts(
    of folder: String, on files: any FileSystem
  ) throws(DiskError) -> SchemaFiles {
    var found = SchemaFiles()
    let events = "\(folder)/events"
    if try files.exists(events) { found.events = try jsonFiles(in: events, on: files) }
    let upcasts = "\(folder)/upcasts"
    if try files.exists(upcasts) { found.upcasts = try jsonFiles(in: upcasts, on: files) }
    return found
  }

  private static func jsonFiles(
    in folder: String, on files: any FileSystem
  ) throws(DiskError) -> [Catalog.File] {
    var found: [Catalog.File] = []
    for name in try files.list(folder).sorted() where name.hasSuffix(".json") {
      found.append((name, try files.contents(of: "\(folder)/\(name)", sizeMax: sizeMax)))
    }
    return found
  }

  /// The catalogue of these files: beside those that ship, or alone.
  package func catalog(_ catalogue: LedgerDescription.Catalogue) throws(SchemaError) -> Catalog {
    switch catalogue {
    case .shipped: try Catalog.shipped(adding: events, upcasts: upcasts)
    case .own: try Catalog.only(events, upcasts: upcasts)
    }
  }

  /// These and new ones, and which of the new are not there yet. A file that is there with another content is refused:
  /// what was published never changes, for stored events were checked against it.
  func adding(_ new: SchemaFiles) throws -> (all: SchemaFiles, fresh: SchemaFiles) {
    let events = try Self.fresh(new.events, beside: self.events)
    let upcasts = try Self.fresh(new.upcasts, beside: self.upcasts)
    return (
      SchemaFiles(events: self.events + events, upcasts: self.upcasts + upcasts),
      SchemaFiles(events: events, upcasts: upcasts)
    )
  }

  private static func fresh(
    _ new: [Catalog.File], beside known: [Catalog.File]
  ) throws -> [Catalog.File] {
    try new.filter { file in
      guard let old = known.first(where: { $0.name == file.name }) else { return true }
      guard old.text == file.text else {
        throw LedgerError(
          "schema.published",
          "\(file.name) is in the ledger with another content; what was published never changes: "
            + "give the change the next version")
      }
      return false
    }
  }

  /// Writes the files into the folder of a ledger, each whole and synced before the next. Schemas come first: an upcast
  /// without its schemas would keep the ledger from opening.
  func keep(inLedger directory: String, on files: any FileSystem) throws(DiskError) {
    if isEmpty { return }
    let folder = "\(directory)/\(Self.folder)"
    try files.makeDirectory(folder)
    for (name, list) in [("events", events), ("upcasts", upcasts)] where !list.isEmpty {
      try files.makeDirectory("\(folder)/\(name)")
      try files.syncDirectory(folder)
      for file in list {
        try DurableReplace.write(file.text, to: file.name, in: "\(folder)/\(name)", on: files)
      }
    }
    try files.syncDirectory(directory)
  }
}
