// `schema.registered`: once for each version of a type of the ledger's own, as durable as any append.

import EventCatalog
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Testing

@Suite struct SchemaRegistrationTests {
  private let folder = TemporaryFolder()
  private var directory: String { "\(folder.path)/ledger" }

  private func create(_ files: SchemaFiles, _ types: Ledger.KnownTypes) throws {
    _ = try Ledger.create(directory, name: "localhost", own: files, knowing: types)
  }

  private func write<Result>(_ body: (Ledger) async throws -> Result) async throws -> Result {
    let ledger = try Ledger.open(directory, for: .writing)
    let result = try await body(ledger)
    try await ledger.close()
    return result
  }

  private func add(_ files: SchemaFiles) async throws -> Ledger.SchemaAddition {
    try await write { try await $0.addSchemas(files) }
  }

  private func events() throws -> [DecodedEvent] {
    try Ledger.open(directory, for: .reading).mapper
      .events(from: .zero, countMax: .max, ofTypes: ["schema.registered"]).events
  }

  @Test func eachVersionIsToldOnce() async throws {
    try create(SchemaFiles(), .shippedAndOwn)
    #expect(try await add(SchemaFiles(events: [Parcels.first])).registered == 1)
    #expect(try await add(SchemaFiles(events: [Parcels.first])).registered == 0)
    #expect(try await add(SchemaChangeTests.change).registered == 1, "an upcast is no version")
    let again = SchemaFiles(events: [Parcels.first, Parcels.second], upcasts: [Parcels.upcast])
    #expect(try await add(again).registered == 0)
    let told = try events()
    #expect(told.map { $0.data["schema"]?.string } == ["parcel.sent/1", "parcel.sent/2"])
    #expect(told.allSatisfy { $0.defect == nil && $0.subject == nil && $0.authtype == "system" })
    // What `sha256sum` says of the file.
    #expect(
      told[0].data["contentHash"]?.string
        == "sha256:66e27f985e7b99824329e4e56fa1e4d2985daaf3cc5bf2f728cd2eb997bd53a2")
    #expect(told[0].data["contentHash"]?.string != told[1].data["contentHash"]?.string)
    #expect(try Ledger.open(directory, for: .reading).verify(deep: true).findings.isEmpty)
  }

  @Test func whatWasAddedAndNotToldIsToldTheNextTime() async throws {
    // As a ledger of an older program has it, or one whose writer ended between the files and the event.
    try create(SchemaFiles(events: [Parcels.first]), .shippedAndOwn)
    #expect(try events().isEmpty)
    let addition = try await add(SchemaFiles(events: [Parcels.first]))
    #expect(addition.added.isEmpty && addition.known == 1 && addition.registered == 1)
    #expect(try events().count == 1)
  }

  @Test func aLedgerOfItsOwnTypesAloneTellsNothing() async throws {
    try create(SchemaFiles(events: [Parcels.first]), .ownOnly)
    #expect(try await add(SchemaChangeTests.change).registered == 0)
    #expect(try Ledger.open(directory, for: .reading).size == 0)
  }

  @Test func whatIsRefusedIsNotTold() async throws {
    try create(SchemaFiles(), .shippedAndOwn)
    let ledger = try Ledger.open(directory, for: .writing)
    await #expect(throws: (any Error).self) {
      try await ledger.addSchemas(SchemaFiles(events: [Parcels.second, Parcels.first]))
    }
    try await ledger.close()
    #expect(try Ledger.open(directory, for: .reading).size == 0)
  }

  /// More versions than one append takes.
  @Test func manyVersionsAreToldInSeveralAppends() async throws {
    let text = String(decoding: Parcels.first.text, as: UTF8.self)
    let files: [Catalog.File] = (0..<2_100).map { number in
      (
        "parcel.p\(number).v1.json",
        Array(text.replacing("parcel.sent/1", with: "parcel.p\(number)/1").utf8)
      )
    }
    try create(SchemaFiles(events: files), .shippedAndOwn)
    #expect(try await write { try await $0.registerSchemas(files) } == 2_100)
    #expect(try await write { try await $0.registerSchemas(files) } == 0)
    #expect(try events().count == 2_100)
  }
}
