import JSONBytes

/// Every event type that a ledger knows. Immutable; shared by all threads.
package final class Catalog: Sendable {
  /// At most this many types in a ledger (limit `typesMax`).
  package static let typesMax = 4_096

  /// In the order of their names.
  package let types: [EventType]
  private let names: NameTables
  private let table: NameTables.Table

  /// A file of a catalogue: its name without folder, and its text.
  package typealias File = (name: String, text: [UInt8])

  /// The schemas and upcasts that ship with the program, and those that a ledger brings.
  ///
  /// Throws ``SchemaError`` at the first file that cannot be used; a type that ships is refused
  /// among `own` and `upcasts`.
  package static func shipped(
    adding own: [File] = [], upcasts: [File] = [], functions: UpcastFunctions = .shipped
  ) throws(SchemaError) -> Catalog {
    var schemas: [EventSchema] = []
    for (name, text) in EmbeddedSchemas.files {
      schemas.append(try EventSchema(Array(text.utf8), file: name, ships: true))
    }
    var lifts: [Upcast] = []
    for (name, text) in EmbeddedUpcasts.files {
      lifts.append(try Upcast(Array(text.utf8), file: name, ships: true))
    }
    let shipped = Set(schemas.map(\.typeName))
    func refuseShipped(_ typeName: String, _ file: String) throws(SchemaError) {
      guard shipped.contains(typeName) else { return }
      throw SchemaError(
        .file, file, "", "",
        "the type \(typeName) ships with the program; give yours another name")
    }
    for (name, text) in own {
      let schema = try EventSchema(text, file: name, ships: false)
      try refuseShipped(schema.typeName, name)
      schemas.append(schema)
    }
    for (name, text) in upcasts {
      let upcast = try Upcast(text, file: name, ships: false, functions: functions)
      try refuseShipped(upcast.typeName, name)
      lifts.append(upcast)
    }
    return try Catalog(schemas, lifts)
  }

  /// Only the files handed in, in place of those that ship: for organisations that bring all of their types, and
  /// for benchmarks, whose simple types bear names that ship with other fields.
  package static func only(
    _ own: [File], upcasts: [File] = [], functions: UpcastFunctions = .shipped
  ) throws(SchemaError) -> Catalog {
    var schemas: [EventSchema] = []
    for (name, text) in own {
      schemas.append(try EventSchema(text, file: name, ships: false))
    }
    var lifts: [Upcast] = []
    for (name, text) in upcasts {
      lifts.append(try Upcast(text, file: name, ships: false, functions: functions))
    }
    return try Catalog(schemas, lifts)
  }

  private init(_ schemas: [EventSchema], _ upcasts: [Upcast]) throws(SchemaError) {
    let readings = try VersionReadings(schemas, upcasts)
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
          name, index: types.count, hasSubject: versions[0].hasSubject, schemas: versions,
          upcasts: readings.upcasts(of: name), readings: readings.readings(of: versions)))
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

  /// Every upcast as canonical JSON, in the order of the file names: what else a hash that names the
  /// catalogue is made over.
  package var canonicalUpcasts: [(name: String, text: [UInt8])] {
    types.flatMap(\.upcasts).map { ($0.file, $0.canonicalText) }
      .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }
}
