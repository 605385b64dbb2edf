import JSONBytes

/// How far an event may spread: the data-classification extension of CloudEvents.
package enum DataClassification: String, CaseIterable, Sendable {
  case `public`, `internal`, confidential, restricted
}

/// What kind of data an event holds: the data-classification extension of CloudEvents.
package enum DataCategory: String, CaseIterable, Sendable {
  case nonSensitive = "non-sensitive"
  case standard, sensitive
  case specialCategory = "special-category"
}

/// A type of event: its name, and every version of its schema.
package final class EventType: Sendable {
  /// `order.completed`.
  package let name: String
  /// Number within the catalogue, from 0, in the order of the names. Not stable between catalogues.
  package let index: Int
  /// True where the event concerns one customer, who is its `subject`; false where it has no
  /// subject.
  package let hasSubject: Bool
  /// By version, oldest first.
  package let schemas: [EventSchema]
  /// In the order of the versions they lead from.
  package let upcasts: [Upcast]
  let nameBytes: [UInt8]
  /// How each of ``schemas`` is read, in their order.
  private let readings: [VersionReading]

  init(
    _ name: String, index: Int, hasSubject: Bool, schemas: [EventSchema], upcasts: [Upcast],
    readings: [VersionReading]
  ) {
    precondition(readings.count == schemas.count, "every version is read in some way")
    self.name = name
    self.index = index
    self.hasSubject = hasSubject
    self.schemas = schemas
    self.upcasts = upcasts
    self.readings = readings
    nameBytes = Array(name.utf8)
  }

  /// How events of a version are read; nil for a version that the catalogue does not have.
  package func reading(ofVersion version: Int) -> VersionReading? {
    for (place, schema) in schemas.enumerated() where schema.version == version {
      return readings[place]
    }
    return nil
  }

  /// The schema of a version; nil for one that the catalogue does not have.
  package func schema(version: Int) -> EventSchema? {
    // Nearly always there is one.
    for schema in schemas where schema.version == version { return schema }
    return nil
  }

  /// The schema that new events should follow.
  package var newest: EventSchema { schemas[schemas.count - 1] }
}

/// One version of an event type.
package final class EventSchema: Sendable {
  /// From 1.
  package let version: Int
  /// What its data must fit.
  package let schema: JSONSchema
  /// `order.completed/1`, as `dataschema` in an entry.
  package let identifier: String
  /// Name of the file it came from: `order.completed.v1.json`.
  package let file: String
  /// True if it came with the program, false if the ledger brought it.
  package let ships: Bool
  /// Two or three words for a list; nil where the file has none.
  package let title: String?
  /// What it states, in a sentence; nil where the file has none.
  package let description: String?
  /// What an event has that does not say so itself.
  package let dataClassification: DataClassification
  /// As ``dataClassification``.
  package let dataCategory: DataCategory
  let hasSubject: Bool
  let typeName: String
  /// Canonical JSON of what is filled in.
  let writtenIdentifier: [UInt8]
  let writtenClassification: [UInt8]
  let writtenCategory: [UInt8]

  /// The members of `data`, in the order of the file, with the label that a person reads.
  package var labels: [(name: String, label: String)] {
    guard let properties = schema.root["properties"] else { return [] }
    return properties.members.compactMap { name, value in
      value[SchemaKeyword.label.rawValue]?.string.map { (name, $0) }
    }
  }

  /// Compiles a file of a catalogue.
  ///
  /// Throws ``SchemaError``: what ``JSONSchema`` refuses, a name that is not `TYPE.vN.json`, an
  /// `$id` that is not `TYPE/N`, a missing `x-subject`, `x-dataclassification` or `x-datacategory`,
  /// data that is no object.
  init(_ text: [UInt8], file: String, ships: Bool) throws(SchemaError) {
    guard let (typeName, version) = Self.typeAndVersion(ofFile: file) else {
      throw SchemaError(
        .file, file, "", "",
        "the name must be TYPE.vN.json, such as order.completed.v1.json: words of lower-case "
          + "letters and digits joined by dots, at least two, 128 bytes at most, and a version "
          + "from 1 to 99999")
    }
    let schema = try JSONSchema(text, file: file)
    let root = schema.root
    func word(_ keyword: SchemaKeyword) throws(SchemaError) -> String {
      guard let word = root[keyword.rawValue]?.string else {
        throw SchemaError(.file, file, "", keyword.rawValue, "an event type must say it")
      }
      return word
    }
    let identifier = "\(typeName)/\(version)"
    guard try word(.id) == identifier else {
      throw SchemaError(
        .file, file, "", SchemaKeyword.id.rawValue, "must be \(identifier), as the file's name says"
      )
    }
    guard root[SchemaKeyword.schema.rawValue] != nil else {
      throw SchemaError(
        .file, file, "", SchemaKeyword.schema.rawValue, "must be \(SchemaKeyword.dialect)")
    }
    if !ships {
      do throws(JSONError) {
        var text: [UInt8] = []
        try CanonicalWriter.write(root, numbers: .rounded, to: &text)
      } catch {
        throw SchemaError(
          .malformed, file, "", "",
          "line \(error.line), column \(error.column) is a number beyond what JSON readers keep")
      }
    }
    guard root["type"]?.equals("object") == true else {
      throw SchemaError(.file, file, "", "type", "the data of an event must be of type object")
    }
    hasSubject = try word(.subject) == "customer"
    guard let classification = DataClassification(rawValue: try word(.dataClassification)),
      let category = DataCategory(rawValue: try word(.dataCategory))
    else { preconditionFailure("the compiler lets only known words through") }
    dataClassification = classification
    dataCategory = category
    writtenIdentifier = Array("\"\(identifier)\"".utf8)
    writtenClassification = Array("\"\(classification.rawValue)\"".utf8)
    writtenCategory = Array("\"\(category.rawValue)\"".utf8)
    title = root["title"]?.string
    description = root["description"]?.string
    self.typeName = typeName
    self.version = version
    self.schema = schema
    self.identifier = identifier
    self.file = file
    self.ships = ships
  }

  /// `order.completed.v1.json` -> `order.completed`, 1.
  static func typeAndVersion(ofFile file: some StringProtocol) -> (String, Int)? {
    guard file.hasSuffix(".json") else { return nil }
    let stem = file.dropLast(".json".count)
    guard let dot = stem.lastIndex(of: "."), isTypeName(stem[..<dot].utf8) else { return nil }
    let mark = stem[stem.index(after: dot)...]
    let digits = mark.dropFirst()
    guard mark.first == "v", (1...5).contains(digits.utf8.count), digits.first != "0",
      digits.utf8.allSatisfy(TextRules.isDigit), let version = Int(digits)
    else { return nil }
    return (String(stem[..<dot]), version)
  }

  /// Words of lower-case letters and digits that begin with a letter, joined by dots: at least two.
  static func isTypeName(_ name: some Collection<UInt8>) -> Bool {
    guard (1...128).contains(name.count) else { return false }
    let words = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return words.count >= 2
      && words.allSatisfy { word in
        word.first.map(TextRules.isLower) == true
          && word.allSatisfy { TextRules.isLower($0) || TextRules.isDigit($0) }
      }
  }
}
