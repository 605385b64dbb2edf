// The catalogue of a ledger as commands tell of it.

import EventCatalog
package import JSONBytes

/// An event type: its versions, and how events of each are read.
package struct EventTypeReport: Sendable {
  package enum Read: String, Sendable {
    case newest, asItIs, upcast, none
  }

  package struct Version: Sendable {
    package var version: Int
    package var file: String
    package var read: Read
    /// For people: `as it is`, `by FILE`, or why not.
    package var words: String
  }

  package var name: String
  package var ships: Bool
  /// Of the newest version.
  package var personalFields: Int
  /// Oldest first.
  package var versions: [Version] = []

  init(_ type: EventType) {
    name = type.name
    ships = type.newest.ships
    personalFields = type.newest.schema.personalPointers.count
    for schema in type.schemas {
      let (read, words): (Read, String) =
        switch type.reading(ofVersion: schema.version) {
        case .newest?: (.newest, "as it is")
        case .asItIs?: (.asItIs, "as it is")
        case .lifted(let upcaster)?: (.upcast, "by " + upcaster.files.joined(separator: ", "))
        case .unreadable(let reason)?: (.none, "not at all: \(reason)")
        case nil: preconditionFailure("every version of a type is read in some way")
        }
      versions.append(
        Version(version: schema.version, file: schema.file, read: read, words: words))
    }
  }

  package var json: JSONValue {
    .object([
      "type": .string(name), "newest": .integer(versions.last?.version ?? 0),
      "ships": .bool(ships), "personalFields": .integer(personalFields),
      "versions": .array(
        versions.map {
          .object([
            "version": .integer($0.version), "file": .string($0.file),
            "read": .string($0.read.rawValue), "how": .string($0.words),
          ])
        }),
    ])
  }
}

/// What lies between two versions of a type.
package struct VersionComparison: Sendable {
  package var type: String
  package var first: Int
  package var second: Int
  /// A sentence for each field that came, went or changed.
  package var changes: [String]
  /// What a reader of the second version may meet in an event of the first and does not take; a sentence each.
  package var gaps: [String]
  /// The files that lift events of the first version, where the second is the newest.
  package var upcasts: [String]
  package let json: JSONValue

  init(_ type: EventType, _ first: EventSchema, _ second: EventSchema) {
    let difference = SchemaDifference(from: first.schema, to: second.schema)
    var files: [String] = []
    if second === type.newest, case .lifted(let upcaster)? = type.reading(ofVersion: first.version)
    {
      files = upcaster.files
    }
    self.type = type.name
    self.first = first.version
    self.second = second.version
    changes = (difference.added + difference.removed + difference.changed).map(\.sentence)
    gaps = difference.gaps.map(\.sentence)
    upcasts = files
    json = .object([
      "type": .string(type.name), "from": .integer(first.version), "to": .integer(second.version),
      "added": .array(difference.added.map(\.json)),
      "removed": .array(difference.removed.map(\.json)),
      "changed": .array(difference.changed.map(\.json)),
      "gaps": .array(difference.gaps.map(\.json)), "upcasts": .array(files.map { .string($0) }),
    ])
  }
}

/// Whether every version, and where it was asked for every stored event, can be read.
package struct SchemaCheckReport: Sendable {
  /// From one version of a type to the next.
  package struct Link: Sendable {
    package var type: String
    package var from: Int
    package var to: Int
    /// The file that leads on; nil where none does.
    package var upcast: String?
    /// What a reader of the newer version may meet and does not take; empty where none is.
    package var gaps: [String]

    /// Whether events of the older version can be read.
    package var isRead: Bool { upcast != nil || gaps.isEmpty }
  }

  package struct Finding: Hashable, Sendable {
    package var code: String
    package var sentence: String
  }

  package var types: Int
  package var links: [Link]
  package var findings: [Finding]
  package var stored: StoredEventCheck?
  private let check: SchemaCheck

  init(_ check: SchemaCheck, types: Int) {
    self.check = check
    self.types = types
    links = check.links.map { link in
      var file: String?
      if case .upcast(let upcast) = link.way { file = upcast.file }
      return Link(
        type: link.type.name, from: link.older.version, to: link.newer.version, upcast: file,
        gaps: link.gaps.map(\.sentence))
    }
    findings = check.findings.map { Finding(code: $0.code.rawValue, sentence: $0.sentence) }
  }

  package var isGood: Bool { findings.isEmpty && stored?.failed ?? 0 == 0 }

  package var json: JSONValue {
    .object([
      "good": .bool(isGood), "types": .integer(types), "links": .array(check.links.map(\.json)),
      "findings": .array(check.findings.map(\.json)), "log": stored?.json,
    ])
  }
}

extension Ledger {
  /// All event types, in the order of their names.
  package var eventTypes: [EventTypeReport] { catalog.types.map { EventTypeReport($0) } }

  /// Compares two versions of a type; either may be the newer. They are those of the ledger, and with `files` those that it
  /// would have with them. Throws where there are none such.
  package func compare(
    _ typeName: String, _ first: Int, _ second: Int, adding files: SchemaFiles? = nil
  ) throws -> VersionComparison {
    let catalog = try files.map { try self.catalog(adding: $0) } ?? catalog
    guard let type = catalog.type(named: typeName) else {
      throw LedgerError(
        "usage.type", "there is no event type of that name in this ledger; see rapport schema list",
        .usage)
    }
    func schema(_ version: Int) throws -> EventSchema {
      guard let schema = type.schema(version: version) else {
        let known = type.schemas.map { "\($0.version)" }.joined(separator: ", ")
        throw LedgerError(
          "usage.version", "\(type.name) has no version \(version); there is \(known)", .usage)
      }
      return schema
    }
    return VersionComparison(type, try schema(first), try schema(second))
  }

  /// Checks the catalogue of the ledger, or as it would be with `files` beside what the ledger has; with `againstLog` by
  /// so many threads also every stored event under it. Writes nothing. `hear` is told of events done and of all events.
  package func checkSchemas(
    adding files: SchemaFiles? = nil, againstLog threads: Int? = nil,
    _ hear: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) throws -> SchemaCheckReport {
    let candidate = try files.map { try catalog(adding: $0) } ?? catalog
    var report = SchemaCheckReport(SchemaCheck(candidate), types: candidate.types.count)
    if let threads {
      report.stored = try checkStoredEvents(under: candidate, threads: threads, hear)
    }
    return report
  }
}
