package import JSONBytes

/// Whether every version of every type can be read, and how each step between two versions is taken.
package struct SchemaCheck: Sendable {
  /// From one version to the next.
  package struct Link: Sendable {
    /// How a reader of the newer version takes events of the older one.
    package enum Way: Sendable {
      /// Whatever fits the older fits the newer.
      case asItIs
      /// An upcast leads on from the older one, maybe beyond the newer one.
      case upcast(Upcast)
      case none
    }

    package var type: EventType
    package var older: EventSchema
    package var newer: EventSchema
    package var way: Way
    /// Why an upcast is needed; empty where none is.
    package var gaps: [SchemaGap]

    package var json: JSONValue {
      let word: String
      var file: String?
      switch way {
      case .asItIs: word = "asItIs"
      case .upcast(let upcast): (word, file) = ("upcast", upcast.file)
      case .none: word = "none"
      }
      return .object([
        "type": .string(type.name), "from": .integer(older.version), "to": .integer(newer.version),
        "read": .string(word), "upcast": file.map { .string($0) },
        "gaps": .array(gaps.map(\.json)),
      ])
    }
  }

  /// Something to mend.
  package struct Finding: Hashable, Sendable {
    package enum Code: String, Sendable {
      /// Events of a version cannot be read as the newest one.
      case noUpcast = "schema.no-upcast"
      /// An example of the older schema does not come through its upcasts.
      case exampleFails = "schema.example-fails"
    }

    package var code: Code
    package var typeName: String
    package var version: Int
    package var sentence: String

    package var json: JSONValue {
      .object([
        "code": .string(code.rawValue), "type": .string(typeName), "version": .integer(version),
        "sentence": .string(sentence),
      ])
    }
  }

  package private(set) var links: [Link] = []
  package private(set) var findings: [Finding] = []

  /// Checks the types of a catalogue that have several versions; only those of `names` where it is given.
  package init(_ catalog: Catalog, types names: Set<String>? = nil) {
    for type in catalog.types where type.schemas.count > 1 && names?.contains(type.name) ?? true {
      for (older, newer) in zip(type.schemas, type.schemas.dropFirst()) {
        let gaps = SchemaGap.gaps(from: older.schema, to: newer.schema)
        let upcast = type.upcasts.first { $0.from == older.version }
        links.append(
          Link(
            type: type, older: older, newer: newer,
            way: upcast.map { .upcast($0) } ?? (gaps.isEmpty ? .asItIs : .none), gaps: gaps))
      }
      for schema in type.schemas.dropLast() { check(schema, of: type) }
    }
  }

  private mutating func check(_ schema: EventSchema, of type: EventType) {
    func found(_ code: Finding.Code, _ sentence: String) -> Finding {
      Finding(code: code, typeName: type.name, version: schema.version, sentence: sentence)
    }
    switch type.reading(ofVersion: schema.version) {
    case .unreadable(let reason)?:
      let gaps = SchemaGap.gaps(from: schema.schema, to: type.newest.schema)
      let why = gaps.first.map { "; \($0.sentence)" } ?? ""
      findings.append(found(.noUpcast, reason + why))
    case .lifted(let upcaster)?:
      let examples = schema.schema.root["examples"]?.elements.map { $0 } ?? []
      for (number, example) in examples.enumerated() where schema.schema.accepts(example) {
        do throws(UpcastFailure) {
          _ = try upcaster.lift(example)
        } catch {
          findings.append(
            found(.exampleFails, "example \(number + 1) of \(schema.file): \(error.sentence)"))
        }
      }
    case .newest?, .asItIs?, nil: break
    }
  }
}
