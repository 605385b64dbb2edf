import JSONBytes

/// Every event type that a ledger knows. Immutable; shared by all threads.
package final class Catalog: Sendable {
  /// At most this many types in a ledger (limit `typesMax`).
  package static let typesMax = 4_096

  /// In the order of their names.
  package let types: [EventType]
  private let names: NameTables
  private let table: NameTables.Table

  /// The schemas that ship with the program, and those that a ledger brings: `(file name, text)` of
  /// each.
  ///
  /// Throws ``SchemaError`` at the first file that cannot be used; a type that ships is refused
  /// among `own`.
  package static func shipped(
    adding own: [(name: String, text: [UInt8])] = []
  ) throws(SchemaError) -> Catalog {
    var schemas: [EventSchema] = []
    for (name, text) in EmbeddedSchemas.files {
      schemas.append(try EventSchema(Array(text.utf8), file: name, ships: true))
    }
    let shipped = Set(schemas.map(\.typeName))
    for (name, text) in own {
      let schema = try EventSchema(text, file: name, ships: false)
      if shipped.contains(schema.typeName) {
        throw SchemaError(
          .file, name, "", "",
          "the type \(schema.typeName) ships with the program; give yours another name")
      }
      schemas.append(schema)
    }
    return try Catalog(schemas)
  }

  /// Only the schemas handed in, in place of those that ship: for benchmarks, whose simple types
  /// bear names that ship with other fields.
  package static func only(
    _ own: [(name: String, text: [UInt8])]
  ) throws(SchemaError) -> Catalog {
    var schemas: [EventSchema] = []
    for (name, text) in own {
      schemas.append(try EventSchema(text, file: name, ships: false))
    }
    return try Catalog(schemas)
  }

  private init(_ schemas: [EventSchema]) throws(SchemaError) {
    var types: [EventType] = []
    let byType = Dictionary(grouping: schemas, by: \.typeName)
    for (name, versions) in byType.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    ) {
      let versions = versions.sorted { $0.version < $1.version }
      for (older, newer) in zip(versions, versions.dropFirst()) {
        if older.version == newer.version {
          throw SchemaError(.file, newer.file, "", "", "the same type and version comes twice")
        }
        if older.hasSubject != newer.hasSubject {
          throw SchemaError(
            .file, newer.file, "", SchemaKeyword.subject.rawValue,
            "must be the same in all versions of a type")
        }
      }
      types.append(
        EventType(
          name, index: types.count, hasSubject: versions[0].hasSubject, schemas: versions))
      if types.count > Self.typesMax {
        throw SchemaError(
          .file, versions[0].file, "", "",
          "a ledger has at most \(Self.typesMax) event types; join some with a field that tells "
            + "them apart")
      }
    }
    var names = NameTables()
    table = names.add(types.map(\.nameBytes))
    self.names = names
    self.types = types
  }

  /// The type whose name is `bytes[range]`; nil for one that is not known. Makes no String.
  package func type(_ bytes: Span<UInt8>, in range: Range<Int>) -> EventType? {
    let number = names.find(table, bytes, range.lowerBound, range.upperBound)
    return number < 0 ? nil : types[number]
  }

  /// The type called `name`; nil for one that is not known.
  package func type(named name: String) -> EventType? {
    let bytes = Array(name.utf8)
    return type(bytes.span, in: 0..<bytes.count)
  }

  /// Every schema as canonical JSON (RFC 8785), in the order of the file names: a hash of it names
  /// the catalogue, whatever blanks and order of members the files have.
  package var canonicalTexts: [(name: String, text: [UInt8])] {
    var list: [(name: String, text: [UInt8])] = []
    for schema in types.flatMap(\.schemas) {
      var text: [UInt8] = []
      do throws(JSONError) {
        try CanonicalWriter.write(schema.schema.root, numbers: .rounded, to: &text)
      } catch {
        preconditionFailure("the numbers of \(schema.file) were checked when it was loaded")
      }
      list.append((schema.file, text))
    }
    return list.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }
}
