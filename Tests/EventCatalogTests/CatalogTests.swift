/// The types that ship, those that a ledger brings, and how they are found.
import EventCatalog
import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct CatalogTests {
  static let shipped = Result { try Catalog.shipped() }

  @Test func allTypesThatShipLoad() throws {
    let catalog = try Self.shipped.get()
    #expect(catalog.types.count == 109)
    #expect(catalog.types.filter { !$0.hasSubject }.count == 16)
    #expect(catalog.types.map(\.name) == catalog.types.map(\.name).sorted())
    for (index, type) in catalog.types.enumerated() {
      #expect(type.index == index)
      #expect(type.newest.identifier == "\(type.name)/\(type.newest.version)")
      #expect(type.schemas.allSatisfy { $0.ships })
    }
  }

  @Test func everyExampleFitsItsOwnSchema() throws {
    for type in try Self.shipped.get().types {
      for schema in type.schemas {
        let examples = try #require(schema.schema.root["examples"], "\(schema.file)")
        #expect(examples.count > 0, "\(schema.file)")
        for example in examples.elements {
          let violation = schema.schema.violation(in: example)
          #expect(violation == nil, "\(schema.file): \(violation?.sentence ?? "")")
        }
      }
    }
  }

  /// A person who reads the catalogue finds what each type and each field means.
  @Test func everyTypeAndEveryFieldIsDescribed() throws {
    func check(_ view: JSONView, _ place: String) {
      for (name, field) in view["properties"]?.members.map({ $0 }) ?? [] {
        #expect(field["description"]?.text?.isEmpty == false, "\(place)/\(name)")
        check(field, "\(place)/\(name)")
      }
      for keyword in ["items", "additionalProperties"] { view[keyword].map { check($0, place) } }
      for (name, definition) in view["$defs"]?.members.map({ $0 }) ?? [] {
        check(definition, "\(place)/$defs/\(name)")
      }
    }
    for schema in try Self.shipped.get().types.flatMap(\.schemas) {
      #expect(schema.title?.isEmpty == false, "\(schema.file)")
      #expect(schema.description?.isEmpty == false, "\(schema.file)")
      let fields = schema.schema.root["properties"]?.count
      #expect(schema.labels.count == fields, "\(schema.file): a field has no x-label")
      check(schema.schema.root, schema.file)
    }
  }

  /// What law protects is marked: spot checks, one of each tag.
  @Test(arguments: [
    ("customer.registered", ["/birthDate", "/name"]), ("contactpoint.added", ["/value"]),
    ("order.completed", ["/evidence/reference"]), ("order.refunded", ["/reason"]),
    ("preference.stated", ["/value"]), ("lifestage.stated", ["/since", "/stage"]),
    ("complaint.opened", ["/evidence/reference", "/text", "/wantedRemedy"]), ("product.viewed", []),
  ])
  func personalFieldsAreMarked(type: String, pointers: [String]) throws {
    let schema = try #require(try Self.shipped.get().type(named: type)).newest.schema
    #expect(schema.personalPointers == pointers)
    #expect(schema.holdsPersonal == !pointers.isEmpty)
  }

  /// What ships is closed: an unknown field of data is refused in every type.
  @Test func noTypeThatShipsTakesAnUnknownField() throws {
    for type in try Self.shipped.get().types {
      let example = try #require(type.newest.schema.root["examples"]?.elements.map(\.value).first)
      guard case .object(let members) = example else { continue }
      let extended = JSONValue.object(members + [JSONMember("unheardOf", 1)])
      let document = try JSONDocument(scanning: Array(extended.text.utf8))
      #expect(
        type.newest.schema.violation(in: document.root)?.keyword == "additionalProperties",
        "\(type.name)")
    }
  }

  static func own(
    _ identifier: String = "parcel.lost/1", subject: String = "customer", more: String = ""
  ) -> [UInt8] {
    Array(
      #"""
      {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "\#(identifier)",
       "x-subject": "\#(subject)", "x-dataclassification": "internal", "x-datacategory": "standard",
       "type": "object", "properties": {"parcelId": {"type": "string", "x-format": "id"}}\#(more)}
      """#.utf8)
  }

  @Test func aLedgerBringsTypesOfItsOwn() throws {
    let catalog = try Catalog.shipped(adding: [
      ("parcel.lost.v2.json", Self.own("parcel.lost/2")), ("parcel.lost.v1.json", Self.own()),
    ])
    #expect(catalog.types.count == 110)
    let type = try #require(catalog.type(named: "parcel.lost"))
    #expect(type.schemas.map(\.version) == [1, 2])
    #expect(type.newest.identifier == "parcel.lost/2")
    #expect(type.schema(version: 3) == nil)
    #expect(!type.newest.ships)
  }

  @Test func onlyTheTypesHandedInAreKnownToABenchmark() throws {
    let catalog = try Catalog.only([("order.completed.v1.json", Self.own("order.completed/1"))])
    #expect(catalog.types.map(\.name) == ["order.completed"])
    #expect(catalog.type(named: "contact.sent") == nil)
  }

  static let ownText = String(decoding: own(), as: UTF8.self)

  static let refusals: [(String, String, String)] = [
    (
      "order.completed.v2.json", String(decoding: own("order.completed/2"), as: UTF8.self),
      "order.completed.v2.json: the type order.completed ships with the program; give yours "
        + "another name"
    ),
    (
      "parcel.lost.v1.json", String(decoding: own("parcel.lost/2"), as: UTF8.self),
      "parcel.lost.v1.json, at the top, $id: must be parcel.lost/1, as the file's name says"
    ),
    (
      "parcel.lost.v1.json", ownText.replacing("x-subject", with: "x-label"),
      "parcel.lost.v1.json, at the top, x-subject: an event type must say it"
    ),
    (
      "parcel.lost.v1.json",
      ownText.replacing("x-dataclassification", with: "x-label"),
      "parcel.lost.v1.json, at the top, x-dataclassification: an event type must say it"
    ),
    (
      "parcel.lost.v1.json",
      ownText.replacing(#""type": "object","#, with: ""),
      "parcel.lost.v1.json, at the top, type: the data of an event must be of type object"
    ),
    (
      "parcel.lost.v1.json", String(decoding: own(more: #", "format": "x""#), as: UTF8.self),
      "parcel.lost.v1.json, at the top, format: not supported: the standard leaves it unchecked; "
        + "use x-format, which is checked"
    ),
    (
      "parcel.lost.v1.json", String(decoding: own(more: #", "maximum": 1e400"#), as: UTF8.self),
      "parcel.lost.v1.json: line 3, column 97 is a number beyond what JSON readers keep"
    ),
  ]

  @Test(arguments: refusals)
  func aFileThatIsNoEventTypeIsRefused(name: String, text: String, sentence: String) {
    let error = #expect(throws: SchemaError.self) {
      _ = try Catalog.shipped(adding: [(name, Array(text.utf8))])
    }
    #expect(error?.sentence == sentence)
  }

  @Test(arguments: [
    "parcel.lost.json", "parcel.lost.v0.json", "parcel.lost.v01.json", "parcel.lost.v1",
    "parcel.v1.json",
    "Parcel.lost.v1.json", "parcel..lost.v1.json", ".lost.v1.json", "parcel.lost.v100000.json",
    "parcel_x.lost.v1.json",
    "parcel.1lost.v1.json", "parcel.lost.v1.JSON", "parcel.lost.1.json", "parcel.lost.v٣.json",
    "v1.json",
    String(repeating: "a", count: 127) + ".b.v1.json",
  ])
  func aFileNameSaysTypeAndVersion(name: String) {
    let error = #expect(throws: SchemaError.self) {
      _ = try Catalog.shipped(adding: [(name, Self.own())])
    }
    #expect(error?.code == .file)
    #expect(error?.sentence.hasPrefix("\(name): the name must be TYPE.vN.json, such as ") == true)
  }

  @Test func versionsOfATypeAgreeOnTheSubject() {
    let error = #expect(throws: SchemaError.self) {
      _ = try Catalog.shipped(adding: [
        ("parcel.lost.v1.json", Self.own()),
        ("parcel.lost.v2.json", Self.own("parcel.lost/2", subject: "none")),
      ])
    }
    #expect(
      error?.sentence
        == "parcel.lost.v2.json, at the top, x-subject: must be the same in all versions of a type")
  }

  @Test func theSameFileTwiceIsRefused() {
    let error = #expect(throws: SchemaError.self) {
      _ = try Catalog.only([
        ("parcel.lost.v1.json", Self.own()), ("parcel.lost.v1.json", Self.own()),
      ])
    }
    #expect(error?.sentence == "parcel.lost.v1.json: the same type and version comes twice")
  }

  @Test func aLedgerHasAtMost4096Types() throws {
    func files(_ count: Int) -> [(name: String, text: [UInt8])] {
      (0..<count).map { ("own.t\($0).v1.json", Self.own("own.t\($0)/1")) }
    }
    let full = try Catalog.only(files(4_096))
    #expect(full.types.count == Catalog.typesMax)
    for number in stride(from: 0, to: 4_096, by: 97) {
      #expect(full.type(named: "own.t\(number)")?.name == "own.t\(number)")
    }
    #expect(full.type(named: "own.t4096") == nil)
    let error = #expect(throws: SchemaError.self) { _ = try Catalog.only(files(4_097)) }
    #expect(
      error?.sentence.hasSuffix(
        ": a ledger has at most 4096 event types; join some with a field that tells them apart")
        == true)
  }

  @Test func aTypeIsFoundByItsBytesAndNoOther() throws {
    let catalog = try Self.shipped.get()
    for type in catalog.types {
      #expect(catalog.type(named: type.name) === type)
      for wrong in [
        String(type.name.dropLast()), type.name + "d", type.name.uppercased(), "x" + type.name,
        type.name + " ",
      ] {
        #expect(catalog.type(named: wrong)?.name != type.name, "\(wrong)")
      }
      // In the middle of other bytes.
      let bytes = Array("{\(type.name)}".utf8)
      #expect(catalog.type(bytes.span, in: 1..<bytes.count - 1) === type)
    }
    #expect(catalog.type(named: "") == nil)
  }

  /// Blanks and the order of members do not change what a hash of the catalogue is made over; a
  /// limit does.
  @Test func canonicalTextsDependOnTheMeaningAlone() throws {
    func texts(_ text: String) throws -> [[UInt8]] {
      try Catalog.only([("parcel.lost.v1.json", Array(text.utf8))]).canonicalTexts.map(\.text)
    }
    let text = String(decoding: Self.own(more: #", "maxProperties": 1.0"#), as: UTF8.self)
    let document = try JSONDocument(scanning: Array(text.utf8))
    guard case .object(let members) = document.root.value else { return }
    let turned = JSONValue.object(members.reversed()).text
    let own = try texts(text)
    #expect(try own == texts(turned))
    #expect(try own == texts(text.replacing("1.0", with: "1")))
    #expect(try own != texts(text.replacing("1.0", with: "2")))
    let names = try Self.shipped.get().canonicalTexts.map(\.name)
    #expect(names == names.sorted() && names.count == 109)
  }
}

@Suite struct EmbeddedTests {
  /// What is built in is what lies in schemas/: else `tools/embed` was forgotten.
  private static let embedded: [String: [(name: String, text: String)]] = [
    "events": EmbeddedSchemas.files, "imports": EmbeddedImports.files,
    "departments": EmbeddedDepartments.files, "policies": EmbeddedPolicies.files,
    "questions": EmbeddedQuestions.files, "upcasts": EmbeddedUpcasts.files,
  ]

  @Test(arguments: ["events", "imports", "departments", "policies", "questions", "upcasts"])
  func theProgramHoldsTheFilesOfTheRepository(folder: String) throws {
    let files = try #require(Self.embedded[folder])
    let path = SharedData.repository + "/schemas/" + folder
    let ending = ["events", "upcasts"].contains(folder) ? ".json" : ".yaml"
    // Git keeps no empty folder: as long as nothing that ships is lifted, there is none.
    let isThere = FileManager.default.fileExists(atPath: path)
    let names = (isThere ? try FileManager.default.contentsOfDirectory(atPath: path) : [])
      .filter { $0.hasSuffix(ending) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    #expect(files.map(\.name) == names, "run tools/embed")
    for (name, text) in files {
      #expect(
        Array(text.utf8) == SharedData.bytes(ofFile: "\(path)/\(name)"), "\(name): run tools/embed")
    }
  }
}
