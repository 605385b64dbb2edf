// A ledger whose types change: what is read, what a check says before, and what is added.

import EventCatalog
import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Synchronization
import Testing

/// Schemas, upcasts and events of a small type.
enum Parcels {
  static func schema(_ version: Int, _ rules: String) -> Catalog.File {
    let text = #"""
      {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "parcel.sent/\#(version)",
       "x-subject": "customer", "x-dataclassification": "internal", "x-datacategory": "standard",
       "type": "object", "additionalProperties": false, \#(rules)}
      """#
    return ("parcel.sent.v\(version).json", Array(text.utf8))
  }

  static let first = schema(
    1,
    #""properties": {"grams": {"type": "integer"}, "to": {"type": "string", "x-personal": true}}, "required": ["grams"]"#
  )
  /// An optional field more.
  static let grown = schema(
    2,
    #""properties": {"grams": {"type": "integer"}, "to": {"type": "string", "x-personal": true}, "note": {"type": "string"}}, "required": ["grams"]"#
  )
  /// Kilograms, and a country that must be there.
  static let second = schema(
    2,
    #""properties": {"kilograms": {"type": "number", "maximum": 30}, "to": {"type": "string", "x-personal": true}, "country": {"type": "string", "x-format": "country"}}, "required": ["kilograms", "country"]"#
  )
  static let upcast: Catalog.File = (
    "parcel.sent.v1-v2.json",
    Array(
      #"""
      {"type": "parcel.sent", "from": 1, "to": 2, "steps": [
        {"scale": "/grams", "over": 1000}, {"rename": "/grams", "to": "kilograms"},
        {"default": "/country", "value": "AT"}]}
      """#.utf8)
  )

  static func event(
    _ number: Int, version: Int = 1, data: String? = nil, type: String = "parcel.sent"
  ) -> String {
    let data = data ?? #"{"grams":\#(number * 250),"to":"Ada"}"#
    return #"""
      {"specversion":"1.0","id":"p-\#(number)","source":"/post","type":"\#(type)","subject":"c\#(number % 7)",\#
      "time":"2026-03-01T09:00:00Z","dataschema":"\#(type)/\#(version)","authtype":"system","authid":"post","data":\#(data)}

      """#
  }
}

@Suite struct SchemaChangeTests {
  private let folder = TemporaryFolder()
  private var directory: String { "\(folder.path)/ledger" }

  private func create(_ files: SchemaFiles, _ catalogue: Ledger.KnownTypes = .ownOnly) throws {
    _ = try Ledger.create(directory, name: "localhost", own: files, knowing: catalogue)
  }

  private func append(
    _ events: Range<Int>, seals: Bool = false, version: Int = 1, data: String? = nil
  )
    async throws
  {
    let ledger = try Ledger.open(directory, for: .writing)
    let path = "\(folder.path)/lines.ndjson"
    let lines = events.map { Parcels.event($0, version: version, data: data) }.joined()
    try Ledger.writePrivateFile(Array(lines.utf8), to: path)
    let summary = try await ledger.appendLines(try InputFile(path))
    #expect(summary.rejected == 0)
    if seals { _ = await ledger.seal() }
    try await ledger.close()
  }

  private func add(
    _ files: SchemaFiles, acceptingHoles: Bool = false
  ) async throws -> Ledger.SchemaAddition {
    let ledger = try Ledger.open(directory, for: .writing)
    do {
      let addition = try await ledger.addSchemas(files, acceptingHoles: acceptingHoles)
      try await ledger.close()
      return addition
    } catch {
      try await ledger.close()
      throw error
    }
  }

  private func events(ofTypes types: Set<String>? = nil) throws -> [DecodedEvent] {
    let ledger = try Ledger.open(directory, for: .reading)
    return try ledger.mapper.events(from: .zero, countMax: .max, ofTypes: types).events
  }

  private func text(_ view: JSONView) -> String { String(decoding: view.source, as: UTF8.self) }

  static let change = SchemaFiles(events: [Parcels.second], upcasts: [Parcels.upcast])

  @Test func storedEventsAreReadAsTheNewestVersionAndStayAsTheyAre() async throws {
    try create(SchemaFiles(events: [Parcels.first]))
    try await append(0..<3)
    #expect(try events().map(\.schemaVersion) == [1, 1, 1])
    let before = try Ledger.open(directory, for: .reading)
    var stored: [[UInt8]] = []
    try before.replay(described: false) { bytes, _ in stored.append(Array(bytes)) }

    let addition = try await add(Self.change)
    #expect(addition.added == ["parcel.sent.v2.json", "parcel.sent.v1-v2.json"])
    try await append(3..<4, version: 2, data: #"{"kilograms":2,"country":"DE"}"#)
    let events = try events()
    #expect(events.map(\.schemaVersion) == [2, 2, 2, 2])
    #expect(events.map(\.defect) == [nil, nil, nil, nil])
    #expect(events.map(\.type) == Array(repeating: "parcel.sent", count: 4))
    #expect(
      events.map { text($0.data) } == [
        #"{"country":"AT","kilograms":0,"to":"Ada"}"#,
        #"{"country":"AT","kilograms":0.25,"to":"Ada"}"#,
        #"{"country":"AT","kilograms":0.5,"to":"Ada"}"#, #"{"country":"DE","kilograms":2}"#,
      ])
    let after = try Ledger.open(directory, for: .reading)
    var replayed: [[UInt8]] = []
    try after.replay(described: true) { bytes, _ in replayed.append(Array(bytes)) }
    #expect(Array(replayed.prefix(3)) == stored)
  }

  @Test func whatCannotBeReadHasADefectAndItsDataAsStored() async throws {
    try create(SchemaFiles(events: [Parcels.first]))
    try await append(0..<1)
    // 100 kg is more than version 2 takes.
    try await append(1..<2, data: #"{"grams":100000,"to":"Ada"}"#)
    _ = try await add(Self.change, acceptingHoles: true)
    let found = try events()
    try #require(found.count == 2)
    #expect(found[0].defect == nil)
    #expect(found[1].schemaVersion == 1)
    #expect(text(found[1].data) == #"{"grams":100000,"to":"Ada"}"#)
    #expect(
      found[1].defect
        == "parcel.sent.v2.json: the result does not fit parcel.sent/2: /kilograms must be at most "
        + "30 (maximum); found: integer")
    // A ledger whose folder was changed by hand: the type, or the version, is gone.
    let log = try Ledger.open(directory, for: .reading).log
    let other = try Catalog.only([Parcels.second])
    let unreadable = try EventMapper(log: log, catalog: other)
      .events(from: .zero, countMax: .max, ofTypes: nil).events[0]
    #expect(unreadable.defect == "the catalogue has no version 1 of parcel.sent")
    let none = try EventMapper(log: log, catalog: Catalog.only([]))
      .events(from: .zero, countMax: .max, ofTypes: nil).events[0]
    #expect(none.defect == "the catalogue has no event type of its name")
    #expect(none.type == "parcel.sent")
    #expect(text(none.data) == #"{"grams":0,"to":"Ada"}"#)
    let missing = try Catalog.only([Parcels.first, Parcels.second])
    let gap = try EventMapper(log: log, catalog: missing)
      .events(from: .zero, countMax: .max, ofTypes: nil).events[0]
    #expect(
      gap.defect
        == "parcel.sent/1 cannot be read as version 2: an upcast is missing, such as "
        + "parcel.sent.v1-v2.json")
  }

  /// There is no way back from what was published, so stored events are read before.
  @Test(arguments: [false, true])
  func whatStoredEventsCouldNotBeReadByIsNotAdded(seals: Bool) async throws {
    try create(SchemaFiles(events: [Parcels.first]))
    try await append(0..<5)
    try await append(5..<7, seals: seals, data: #"{"grams":100000,"to":"Ada"}"#)
    do {
      _ = try await add(Self.change)
      Issue.record("it was added")
    } catch {
      let refusal = LedgerError(any: error)
      #expect(refusal.code == "schema.stored-events")
      #expect(
        refusal.sentence.hasPrefix(
          "2 stored events of parcel.sent, version 1, could not be read any more, the first at 5: ")
      )
      #expect(!refusal.sentence.contains("100") && !refusal.sentence.contains("Ada"))
    }
    #expect(try Ledger.open(directory, for: .reading).eventTypes[0].versions.count == 1)
    #expect(try await add(Self.change, acceptingHoles: true).added.count == 2)
    // They cannot be read now either: a third version makes nothing worse.
    let third = Parcels.schema(
      3,
      #""properties": {"kilograms": {"type": "number", "maximum": 30}, "to": {"type": "string", "x-personal": true}, "country": {"type": "string", "x-format": "country"}, "note": {"type": "string"}}, "required": ["kilograms", "country"]"#
    )
    let lift: Catalog.File = (
      "parcel.sent.v2-v3.json",
      Array(#"{"type": "parcel.sent", "from": 2, "to": 3, "steps": [{"drop": "/note"}]}"#.utf8)
    )
    #expect(try await add(SchemaFiles(events: [third], upcasts: [lift])).added.count == 2)
  }

  @Test func nothingIsAddedUnlessEverythingCanBe() async throws {
    try create(SchemaFiles(events: [Parcels.first]))
    func refused(_ files: SchemaFiles) async -> LedgerError? {
      do {
        _ = try await add(files)
        return nil
      } catch {
        return LedgerError(any: error)
      }
    }
    // Without the upcast, version 1 could not be read.
    #expect(await refused(SchemaFiles(events: [Parcels.second]))?.code == "schema.no-upcast")
    // A published file never changes.
    var changed = Parcels.first
    changed.text.append(0x0A)
    #expect(await refused(SchemaFiles(events: [changed]))?.code == "schema.published")
    #expect(
      await refused(SchemaFiles(upcasts: [Parcels.upcast]))?.sentence
        == "parcel.sent.v1-v2.json, at the top, to: the catalogue has no parcel.sent.v2.json")
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/schemas/events")
    #expect(names == ["parcel.sent.v1.json"])
    #expect(!FileManager.default.fileExists(atPath: "\(directory)/schemas/upcasts"))

    #expect(try await add(Self.change).added.count == 2)
    let again = try await add(Self.change)
    #expect(again.added.isEmpty && again.known == 2)
  }

  @Test func aTypeThatShipsIsNotRedefinedAndOwnTypesComeBesideIt() async throws {
    try create(SchemaFiles(), .shippedAndOwn)
    let digest = try Ledger.open(directory, for: .reading).catalog.canonicalUpcasts.map(\.name)
    #expect(digest.isEmpty)
    _ = try await add(SchemaFiles(events: [Parcels.first]))
    _ = try await add(Self.change)
    let ledger = try Ledger.open(directory, for: .reading)
    let type = try #require(ledger.eventTypes.first { $0.name == "parcel.sent" })
    #expect(!type.ships && type.personalFields == 1)
    #expect(type.versions.map(\.read) == [.upcast, .newest])
    #expect(type.versions[0].words == "by parcel.sent.v1-v2.json")
    #expect(ledger.eventTypes.filter(\.ships).count == 109)
    let comparison = try ledger.compare("parcel.sent", 1, 2)
    #expect(comparison.upcasts == ["parcel.sent.v1-v2.json"])
    #expect(comparison.gaps.contains("the data may lack the member country (required)"))
    #expect(throws: LedgerError.self) { try ledger.compare("parcel.sent", 1, 3) }
    #expect(throws: LedgerError.self) { try ledger.compare("parcel.lost", 1, 2) }
  }

  /// Sealed segments and journals, many blocks' worth of both, and events that fail at known places.
  @Test func theCheckAgainstTheLogFindsEveryEvent() async throws {
    try create(SchemaFiles(events: [Parcels.first]))
    // Two segments, then a journal; positions 5, 150 and 299 lack a field that is optional.
    for part in 0..<3 {
      let ledger = try Ledger.open(directory, for: .writing)
      let path = "\(folder.path)/lines.ndjson"
      let lines = (part * 100..<part * 100 + 100).map { number in
        Parcels.event(number, data: [5, 150, 299].contains(number) ? #"{"grams":30001}"# : nil)
      }
      try Ledger.writePrivateFile(Array(lines.joined().utf8), to: path)
      _ = try await ledger.appendLines(try InputFile(path))
      if part < 2 { _ = await ledger.seal() }
      try await ledger.close()
    }
    let ledger = try Ledger.open(directory, for: .reading)
    #expect(ledger.size == 300)
    for threads in 1...3 {
      let now = try #require(try ledger.checkSchemas(againstLog: threads).stored)
      #expect(now.events == 300 && now.failed == 0 && now.lifted == 0 && now.touched.isEmpty)

      let report = try ledger.checkSchemas(adding: Self.change, againstLog: threads)
      let stored = try #require(report.stored)
      #expect(report.findings.isEmpty && !report.isGood)
      #expect(stored.events == 300 && stored.lifted == 300)
      // 30 kg are 120 events of 250 g: those above fail besides.
      let failing = (0..<300).filter { [5, 150, 299].contains($0) || $0 * 250 > 30_000 }
      #expect(stored.failed == UInt64(failing.count))
      #expect(stored.failures.map(\.code) == [.upcastFailed])
      #expect(stored.failures.first?.positions == failing.prefix(5).map { UInt64($0) })
      #expect(stored.failures.first?.typeName == "parcel.sent")
      #expect(stored.touched == ["parcel.sent"])

      let missing = try ledger.checkSchemas(
        adding: SchemaFiles(events: [Parcels.second]), againstLog: threads)
      #expect(missing.findings.map(\.code) == ["schema.no-upcast"])
      #expect(missing.stored?.failures.map(\.code) == [.noUpcast])
      #expect(missing.stored?.failures.first?.positions == [0, 1, 2, 3, 4])
      #expect(missing.stored?.failed == 300)

      let grown = try ledger.checkSchemas(
        adding: SchemaFiles(events: [Parcels.grown]), againstLog: threads)
      #expect(grown.isGood && grown.stored?.lifted == 0)
      #expect(grown.stored?.touched == ["parcel.sent"], "views in SQL see another version")
    }
    let unknown = try ledger.checkStoredEvents(under: Catalog.only([Parcels.second]), threads: 2)
    #expect(unknown.failures.map(\.code) == [.unknownVersion])
    #expect(unknown.failures.first?.count == 300)
    let none = try ledger.checkStoredEvents(under: Catalog.only([]), threads: 2)
    #expect(none.failures.map(\.code) == [.unknownType])
    #expect(none.failures.first?.positions == [0, 1, 2, 3, 4])
  }

  /// More kinds of attributes than a segment has columns for: the later entries are kept whole, and are checked as well.
  @Test(arguments: [true, false]) func entriesThatAreKeptWholeAreCheckedAsWell(seals: Bool)
    async throws
  {
    try create(SchemaFiles(events: [Parcels.first]))
    let lines = (0..<300).map { number in
      Parcels.event(number, data: #"{"grams":\#(number < 296 ? number : 99_000)}"#)
        .replacing(#""subject""#, with: #""extra\#(number)":"x","subject""#)
    }
    let writer = try Ledger.open(directory, for: .writing)
    let path = "\(folder.path)/lines.ndjson"
    try Ledger.writePrivateFile(Array(lines.joined().utf8), to: path)
    #expect(try await writer.appendLines(try InputFile(path)).rejected == 0)
    if seals { _ = await writer.seal() }
    try await writer.close()
    let ledger = try Ledger.open(directory, for: .reading)
    let whole = Mutex(0)
    _ = try ledger.log.scan(ScanSelection(columns: [.schemas]), threads: 1, into: 0) { _, batch in
      let count = (0..<batch.count).count { batch.exception($0) != nil }
      whole.withLock { $0 += count }
    }
    if seals { #expect(whole.withLock { $0 } > 40, "the test is about these") }

    let stored = try #require(
      try ledger.checkSchemas(adding: Self.change, againstLog: 2).stored)
    #expect(stored.events == 300 && stored.lifted == 300)
    #expect(stored.failures.map(\.code) == [.upcastFailed])
    #expect(stored.failures.first?.positions == [296, 297, 298, 299])
    let unknown = try ledger.checkStoredEvents(under: Catalog.only([Parcels.second]), threads: 2)
    #expect(unknown.events == 300 && unknown.failed == 300)
    #expect(unknown.failures.first?.positions == [0, 1, 2, 3, 4])
  }

  @Test func theViewsThatReadATouchedTypeAreNamed() async throws {
    try create(SchemaFiles(events: [Parcels.first]), .shippedAndOwn)
    try await append(0..<10, seals: true)
    try await append(10..<20)
    let ledger = try Ledger.open(directory, for: .reading)
    let stored = try #require(
      try ledger.checkSchemas(adding: Self.change, againstLog: 2).stored)
    #expect(stored.views.map(\.name) == ["customer", "permission"])
    #expect(stored.views.map(\.types) == [["parcel.sent"], ["parcel.sent"]])
    #expect(stored.failed == 0 && stored.lifted == 20)
  }

  /// Nothing is touched and nothing is decoded: the mapper and the check agree on what can be read.
  @Test func theCheckAndTheMapperAgree() async throws {
    let ledger = try TestLedger()
    let writer = try Ledger.open(ledger.directory, for: .writing)
    for part in 0..<2 {
      _ = try await writer.fillWithPractice(customers: 40, events: 1_000, seed: UInt64(part))
      if part == 0 { _ = await writer.seal() }
    }
    try await writer.close()
    try ledger.read { ledger in
      let stored = try #require(try ledger.checkSchemas(againstLog: 2).stored)
      #expect(stored.events == ledger.size && stored.failed == 0)
      let events = try ledger.mapper.events(from: .zero, countMax: .max, ofTypes: nil).events
      #expect(events.allSatisfy { $0.defect == nil })
    }
  }

  @Test func aSalvagedLedgerKeepsItsUpcasts() async throws {
    try create(SchemaFiles(events: [Parcels.first]))
    try await append(0..<3)
    _ = try await add(Self.change)
    let target = "\(folder.path)/salvaged"
    _ = try await Ledger.open(directory, for: .reading).salvage(to: target)
    let salvaged = try Ledger.open(target, for: .reading)
    let events = try salvaged.mapper.events(from: .zero, countMax: .max, ofTypes: ["parcel.sent"])
    #expect(events.events.map(\.defect) == [nil, nil, nil])
    #expect(events.events.map(\.schemaVersion) == [2, 2, 2])
  }

  @Test func theCatalogueDigestChangesWithAnUpcastAlone() async throws {
    try create(SchemaFiles(events: [Parcels.first, Parcels.grown]), .shippedAndOwn)
    try await append(0..<2)
    let before = try Ledger.open(directory, for: .reading)
    _ = before.catchUpViews()
    #expect(try before.views[0].catchUp().rebuiltBecause == nil)
    let scale: Catalog.File = (
      "parcel.sent.v1-v2.json",
      Array(
        #"{"type": "parcel.sent", "from": 1, "to": 2, "steps": [{"scale": "/grams", "times": 2}]}"#
          .utf8)
    )
    _ = try await add(SchemaFiles(upcasts: [scale]))
    let after = try Ledger.open(directory, for: .reading)
    #expect(try after.views[0].catchUp().rebuiltBecause != nil)
  }
}
