// The views in SQL that ship as examples, over practice histories as their departments see them.

import EventCatalog
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@Suite struct SQLViewTests {
  private static let folder: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/") + "/schemas/read-models"
  }()

  private static let names = ["cohorts", "complaintthemes", "weeklysales"]

  private func example(_ name: String) throws -> SQLReadModel {
    let bytes = SharedData.bytes(ofFile: "\(Self.folder)/\(name).sql")
    return try SQLReadModel(String(decoding: bytes, as: UTF8.self), file: "\(name).sql")
  }

  /// What the model's department sees of a practice history.
  private func events(of model: SQLReadModel, seed: UInt64) throws -> [DecodedEvent] {
    let catalog = try Catalog.shipped()
    let department = try #require(model.department)
    let plan = try SharingFiles.shipped(for: catalog).plan
    let gate = SharingGate(plan[department], catalog: catalog)
    let all = PracticeEvents.decoded(customers: 40, events: 700, seed: seed)
    let source = gate.source(over: ArraySource(all))
    // Every event stays at its position; of those it may not see, the department sees nothing.
    let seen = try source.events(from: .zero, countMax: .max, ofTypes: nil).events
    var byPosition: [Position: DecodedEvent] = [:]
    for event in seen { byPosition[event.position] = event }
    return all.map { event in
      if let event = byPosition[event.position] { return event }
      var hidden = event
      hidden.data = History.view([:])
      return hidden
    }
  }

  @Test(arguments: names, [1, 7, 1_000])
  func anExampleLiveIsAnExampleRebuilt(name: String, size: Int) throws {
    let model = try example(name)
    for seed: UInt64 in 1...2 {
      let events = try events(of: model, seed: seed)
      try TemporaryDirectory.with { folder in
        let source = ArraySource()
        var engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
        engine.batchMax = size
        let now = Timestamp(microseconds: 0)
        _ = try engine.catchUp(with: source, now: now)
        for part in 1...4 {
          source.append(events[Int(source.end.value)..<events.count * part / 4])
          #expect(try engine.catchUp(with: source, now: now).rebuilt == nil)
        }
        let other = ProjectionEngine(model, folder: folder + "/other", catalogue: "test")
        let report = try other.rebuild(from: source, now: now)
        #expect(try engine.contentDigest() == report.digest, "seed \(seed)")
        #expect(report.holes.isEmpty, "seed \(seed)")
        #expect(report.digest.rows > 5, "seed \(seed)")
      }
    }
  }

  @Test(arguments: names)
  func anExampleDoesNotDependOnBatches(name: String) throws {
    let model = try example(name)
    let source = ArraySource(try events(of: model, seed: 11))
    let test = try SQLBatchTest(model, from: source, at: [Position.zero..<source.end])
    #expect(test.isGood && test.holes == 0 && test.events > 10)
  }

  private func ledger() async throws -> TestLedger {
    let ledger = try TestLedger()
    try await ledger.write { writer in
      _ = try await writer.fillWithPractice(customers: 20, events: 800, seed: 3)
      _ = try await writer.publishPracticePlan()
    }
    return ledger
  }

  private func write(_ text: String, in ledger: TestLedger) throws -> String {
    let path = "\(ledger.folder.path)/view.sql"
    try Ledger.writePrivateFile(Array(text.utf8), to: path)
    return path
  }

  private func code(_ body: () throws -> Void) -> String? {
    do { try body() } catch { return LedgerError(any: error).code }
    return nil
  }

  @Test func anAddedViewIsAViewLikeAnyOther() async throws {
    let test = try await ledger()
    let path = try write(try example("weeklysales").text, in: test)
    try test.read { ledger in
      let model = try ledger.sqlModel(path)
      #expect(try ledger.test(model).test.isGood)
      #expect(try ledger.addView(model).position == ledger.log.end.value)
      #expect(try ledger.addView(model).rebuiltBecause == nil, "the same again is as good")
    }
    try test.read { ledger in
      #expect(ledger.sqlViews.map(\.name) == ["weeklysales"])
      let view = try ledger.view("weeklysales")
      #expect(try view.check().isEqual)
      #expect(try view.rebuild().isUnchanged == true)
      #expect(try view.status().lag == 0)
      var rows = 0
      try view.query(
        "SELECT * FROM best_weeks", asOf: nil, { _, _ in }, columns: { _ in },
        row: { _ in rows += 1 })
      #expect(rows > 3)
    }
    // Another text needs another version, and then replaces the first.
    let changed = try example("weeklysales").text.replacing("'distance'", with: "'remote'")
    try test.read { ledger in
      let path = try write(changed, in: test)
      #expect(code { _ = try ledger.addView(try ledger.sqlModel(path)) } == "view.published")
      let next = try write(changed.replacing("version: 1", with: "version: 2"), in: test)
      #expect(try ledger.addView(try ledger.sqlModel(next)).rebuiltBecause != nil)
    }
    try test.read { ledger in
      #expect(ledger.sqlViews.map(\.version) == [2])
      try ledger.removeView("weeklysales")
      #expect(code { try ledger.removeView("weeklysales") } == "view.unknown")
      #expect(code { try ledger.removeView("customer") } == "view.reserved")
    }
    try test.read { ledger in
      #expect(ledger.sqlViews.isEmpty)
      #expect(code { _ = try ledger.view("weeklysales") } == "view.unknown")
    }
  }

  @Test func whatThePlanDoesNotAllowIsRefused() async throws {
    let test = try await ledger()
    let text = try example("weeklysales").text
    func refused(_ old: String, _ new: String) throws -> String? {
      let path = try write(text.replacing(old, with: new), in: test)
      return try test.read { ledger in code { _ = try ledger.sqlModel(path) } }
    }
    #expect(try refused("department: sales", "department: pricing") == "view.aggregateOnly")
    #expect(try refused("department: sales", "department: gardening") == "view.department")
    #expect(try refused("-- department: sales\n", "") == "view.department")
    #expect(
      try refused("reads: [order.completed]", "reads: [complaint.opened]") == "view.notGranted")
    #expect(try refused("reads: [order.completed]", "reads: [order.dreamt]") == "view.type")
    #expect(try refused("name: weeklysales", "name: sales") == "view.reserved")
    #expect(try refused("x", "x") == nil)
  }

  /// What is not granted is in no byte of what the statements get: sales may not read who acted.
  @Test func theBatchHoldsGrantedFieldsOnly() async throws {
    let test = try await ledger()
    let text = """
      -- name: spy
      -- version: 1
      -- department: service
      -- reads: [order.completed]

      CREATE TABLE spy ( -- What came
        position INTEGER NOT NULL PRIMARY KEY, -- of the event
        data TEXT NOT NULL, -- all of it
        authid TEXT -- who acted
      ) STRICT;
      INSERT INTO spy SELECT position, data, authid FROM batch;

      """
    let path = try write(text, in: test)
    try test.read { ledger in _ = try ledger.addView(try ledger.sqlModel(path)) }
    try test.read { ledger in
      var rows: [[JSONValue]] = []
      try ledger.view("spy").query(
        "SELECT data, authid FROM spy", asOf: nil, { _, _ in }, columns: { _ in },
        row: { rows.append($0) })
      #expect(rows.count > 5)
      for row in rows {
        #expect(row[0].string?.contains("margin") == false)
        #expect(row[0].string?.contains("orderId") == true)
        #expect(row[1] == .null)
      }
    }
  }

  @Test func aDefinitionThatWasAlteredIsLeftOutWithARemark() async throws {
    let test = try await ledger()
    let path = try write(try example("cohorts").text, in: test)
    try test.read { ledger in _ = try ledger.addView(try ledger.sqlModel(path)) }
    try Ledger.writePrivateFile(
      Array("DROP TABLE x;".utf8), to: "\(test.directory)/schemas/read-models/cohorts.sql")
    try test.read { ledger in
      #expect(ledger.sqlViews.isEmpty)
      #expect(ledger.remarks.contains { $0.contains("cohorts.sql was left out") })
      try ledger.removeView("cohorts")
    }
  }
}
