// Views in SQL where a ledger knows its own event types alone, and what copies of a ledger keep of them.

import EventCatalog
import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Testing

@Suite struct OwnTypesViewTests {
  private let test: ParcelLedger

  init() throws { test = try ParcelLedger() }

  private func refusal(_ text: String) -> String? { ParcelLedger.code { try test.add(text) } }

  @Test func aViewNeedsNoDepartmentAndMayNameOne() async throws {
    try await test.append(0..<10)
    #expect(
      refusal(ParcelLedger.first.replacing("[parcel.sent]", with: "[order.completed]"))
        == "view.type")
    #expect(
      refusal(ParcelLedger.first.replacing("name: parcels", with: "name: customer"))
        == "view.reserved")
    try test.add(ParcelLedger.first)
    #expect(try test.read { $0.views.map(\.name) } == ["parcels"], "none that ships")
    // No plan speaks of these types, so a department is a word for readers.
    let named = ParcelLedger.second.replacing("-- reads", with: "-- department: post\n-- reads")
    try test.add(named)
    #expect(try test.read { $0.sqlViews.map(\.department) } == ["post"])
    #expect(try test.answer("SELECT sum(parcels), sum(grams) FROM parcel").rows.count == 1)
    #expect(try test.rollBack().definition == 1)
  }

  /// The batch holds every field: there is nobody to keep one from.
  @Test func theBatchHoldsAllFields() async throws {
    try await test.append(0..<3)
    try test.add(
      """
      -- name: parcels
      -- version: 1
      -- reads: [parcel.sent]

      CREATE TABLE parcel ( -- What came
        position INTEGER NOT NULL PRIMARY KEY, -- of the event
        customer TEXT, -- of the event
        data TEXT NOT NULL -- all of it
      ) STRICT;
      INSERT INTO parcel SELECT position, customer, data FROM batch;

      """)
    let rows = try test.answer("SELECT customer, data FROM parcel ORDER BY position").rows
    #expect(rows.map { $0[0].string } == ["c0", "c1", "c2"])
    #expect(rows[2][1].string == #"{"grams":500,"to":"Ada"}"#)
  }

  @Test func aChangeOfItsTypeBuildsItAnewOnce() async throws {
    try await test.append(0..<20)
    let text = ParcelLedger.second.replacing("$.grams", with: "$.country")
      .replacing("sum(data", with: "count(data")
    try test.add(text)
    #expect(try test.answer("SELECT sum(grams) AS n FROM parcel").rows == [[.integer(0)]])
    let ledger = try Ledger.open(test.directory, for: .writing)
    _ = try await ledger.addSchemas(SchemaChangeTests.change)
    try await ledger.close()
    try test.read { ledger in
      let check = try ledger.checkSchemas(againstLog: 1)
      #expect(check.isGood && check.stored?.lifted == 20)
      let view = try ledger.view("parcels")
      #expect(try view.rebuild().isUnchanged == false)
      #expect(try view.catchUp().rebuiltBecause == nil)
      #expect(try view.check().isEqual)
    }
    // Upcasts give every event a country.
    #expect(try test.answer("SELECT sum(grams) AS n FROM parcel").rows == [[.integer(20)]])
  }

  /// What one who follows the view gets that is new: kinds of items, and the columns of the rows.
  private func follow() throws -> (kinds: [String], columns: Set<String>) {
    try test.read { ledger in
      let subscriber = try ledger.subscriber(
        SubscriptionRequest(name: "s", follows: .changes(view: "parcels")))
      var kinds: [String] = []
      var columns: Set<String> = []
      while true {
        let items = try subscriber.next()
        if items.isEmpty { break }
        for item in items {
          let root = try JSONDocument(scanning: item.line).root
          kinds.append(root["kind"]?.string ?? "")
          columns.formUnion(root["row"]?.members.map(\.name) ?? [])
        }
        try subscriber.acknowledgeAll()
      }
      try subscriber.close()
      return (kinds, columns)
    }
  }

  @Test func whoFollowsTheViewBeginsAgainAfterARollback() async throws {
    try await test.fill()
    let rows = Array(repeating: "row", count: 7)
    let first = try follow()
    #expect(first.kinds == ["reset"] + rows + ["current"])
    #expect(first.columns == Set(ParcelLedger.columns(ofVersion: 2)))
    try await test.append(40..<42)
    #expect(try follow().kinds == ["change", "change"])
    _ = try test.rollBack()
    let back = try follow()
    #expect(back.kinds == ["reset"] + rows + ["current"])
    #expect(back.columns == Set(ParcelLedger.columns(ofVersion: 1)))
    try await test.append(42..<43)
    #expect(try follow().kinds == ["change"])
    #expect(try test.inForce() == "parcels@1.sqlite")
  }

  @Test(arguments: ["backup", "salvage"])
  func copiesKeepTheViews(way: String) async throws {
    try await test.fill()
    // One that cannot be used goes with them: who copies does not judge.
    let altered = "\(test.directory)/schemas/read-models/altered.sql"
    try Ledger.writePrivateFile(Array("DROP TABLE x;".utf8), to: altered)
    let before = try test.answer()
    let target = "\(test.folder.path)/copy"
    if way == "backup" {
      _ = try Ledger.backUp(test.directory, to: target)
    } else {
      let saved = try await Ledger.open(test.directory, for: .reading).salvage(to: target)
      #expect(saved.copied == 40 && saved.missing.isEmpty)
    }
    for name in ["parcels", "altered"] {
      let path = "schemas/read-models/\(name).sql"
      #expect(
        FileManager.default.contents(atPath: "\(target)/\(path)")
          == FileManager.default.contents(atPath: "\(test.directory)/\(path)"))
    }
    let copy = try Ledger.open(target, for: .reading)
    #expect(copy.sqlViews.map(\.version) == [2])
    let view = try copy.view("parcels")
    #expect(try view.catchUp().position == 40)
    var rows: [[JSONValue]] = []
    try view.query(
      "SELECT * FROM parcel ORDER BY customer", asOf: nil, { _, _ in }, columns: { _ in },
      row: { rows.append($0) })
    #expect(rows == before.rows)
  }

  /// A type of the ledger's own may bear a name by which another ledger tells of itself.
  @Test func anOwnTypeOfAWellKnownNameIsNoEventOfTheLedger() async throws {
    let folder = TemporaryFolder()
    let text = String(decoding: Parcels.first.text, as: UTF8.self)
    let own = SchemaFiles(
      events: [
        (
          "ledger.recovered.v1.json",
          Array(text.replacing("parcel.sent/1", with: "ledger.recovered/1").utf8)
        )
      ])
    _ = try Ledger.create(
      "\(folder.path)/ledger", name: "localhost", own: own, knowing: .ownOnly)
    let saved = try await Ledger.open("\(folder.path)/ledger", for: .reading)
      .salvage(to: "\(folder.path)/saved")
    #expect(saved.copied == 0 && saved.missing.isEmpty)
  }

  @Test func aPracticeHistoryNeedsTheTypesThatShip() async throws {
    let ledger = try Ledger.open(test.directory, for: .writing)
    await #expect {
      try await ledger.fillWithPractice(customers: 2, events: 10, seed: 1)
    } throws: {
      LedgerError(any: $0).code == "practice.catalogue"
    }
    try await ledger.close()
  }
}
