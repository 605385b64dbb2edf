import Foundation
import GRDB
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Testing

/// Live in batches of any size, in bulk one event after the other, and in bulk on one thread or two, with events that wait
/// in memory or in a file: of the same events every model that ships has the same rows.
@Suite struct BulkConformanceTests {
  static let models: [FoldedModel] =
    [FoldedModel(Customer360.self), PermissionModel.folded]
    + [ServiceModel.self, ProductModel.self, MarketingModel.self].map {
      (model: any DepartmentModel.Type) in
      FoldedModel(model.name, version: model.version, model.parts)
    }

  /// One thread with everything in memory; two with ranges of few events that wait in a file.
  static let limits: [BulkLimits] = {
    var large = BulkLimits()
    large.threads = 1
    var small = BulkLimits()
    small.threads = 2
    small.rangeSize = 7
    small.memoryMax = 0
    return [large, small]
  }()

  /// Compares all ways of making the models from the events of an open ledger.
  static func expectSameRows(
    _ source: some EventSource, in folder: String, batches: [Int] = [1, 7, 1_000],
    only: String? = nil, _ comment: String
  ) throws {
    let now = Timestamp(microseconds: 0)
    for model in models where only.map({ $0 == model.name }) ?? true {
      let (digest, holes) = try ModelFile.withFolded(model, from: source) { tables in
        (try Digest.contents(of: tables.db), try holeLines(tables))
      }
      for (number, limits) in limits.enumerated() {
        var engine = ProjectionEngine(model, folder: "\(folder)/bulk\(number)", catalogue: "")
        engine.limits = limits
        let report = try engine.rebuild(from: source, now: now)
        let comment = "\(model.name), \(limits.threads) threads, \(comment)"
        #expect(report.digest == digest, "\(comment)")
        #expect(try engine.contentDigest() == digest, "\(comment)")
        #expect(try engine.read(holeLines) == holes, "\(comment)")
        let whole = try engine.read { try String.fetchOne($0.db, sql: "PRAGMA integrity_check") }
        #expect(whole == "ok", "\(comment)")
      }
      for batch in batches {
        var engine = ProjectionEngine(model, folder: "\(folder)/live\(batch)", catalogue: "")
        engine.batchMax = batch
        let comment = "\(model.name), live at \(batch), \(comment)"
        // First of nothing, then not so much at once that a rebuild would cost less.
        _ = try engine.catchUp(with: Beginning(base: source, end: .zero), now: now)
        var end = Position.zero
        while end < source.end {
          end = try source.events(from: end, countMax: 15_000, ofTypes: []).next
          let caughtUp = try engine.catchUp(with: Beginning(base: source, end: end), now: now)
          #expect(caughtUp.rebuilt == nil, "\(comment)")
        }
        #expect(try engine.contentDigest() == digest, "\(comment)")
        #expect(try engine.read(holeLines) == holes, "\(comment)")
      }
    }
  }

  private static func holeLines(_ tables: Tables) throws -> [String] {
    try String.fetchAll(
      tables.db,
      sql: """
        SELECT format('%d %s %s %s', position, type, subject, reason)
          FROM _rapport_holes ORDER BY position
        """)
  }

  private static func entry(_ event: DecodedEvent, version: Int = 1) -> NewEvent {
    let envelope: KeyValuePairs<String, JSONValue?> = [
      "authid": event.authid.map { .string($0) }, "authtype": .string(event.authtype),
      "causationid": event.causationid.map { .string($0) },
      "correlationid": event.correlationid.map { .string($0) }, "data": event.data.value,
      "dataschema": .string("\(event.type)/\(version)"), "id": .string(event.id),
      "source": .string(event.source), "specversion": "1.0",
      "subject": event.subject.map { .string($0) }, "time": .string(event.time.text),
      "type": .string(event.type),
    ]
    var bytes: [UInt8] = []
    CanonicalWriter.write(JSONValue.object(envelope), to: &bytes)
    return testEvent(
      canonical: bytes, source: event.source, id: event.id, subject: event.subject,
      time: event.time)
  }

  /// How many histories stand in one ledger: most of a comparison's cost is the files of all models, not their events.
  private static let perLedger: UInt64 = 8

  /// 200 histories, of each model and each way.
  @Test(arguments: 0..<(200 / perLedger))
  func everyWayGivesTheSameRows(offset: UInt64) async throws {
    let seed = SeededGenerator.seedOfThisRun &+ offset &* Self.perLedger
    var random = SeededGenerator(seed: seed)
    var left = (0..<Self.perLedger).map { number in
      RandomHistory.events(
        seed: seed &+ number, count: 30 + random.below(60), customers: 1 + random.below(9),
        prefix: "h\(number)-"
      ).events[...]
    }
    let ledger = try TestLedger()
    let open = try Ledger.open(ledger.directory, for: .writing)
    while !left.isEmpty {
      let which = random.below(left.count)
      let count = min(left[which].count, 1 + random.below(20))
      // Of a type or a version that nobody knows: a hole in every model, the same one.
      let events = left[which].prefix(count).map { event in
        var event = event
        if random.below(40) == 0 { event.type = "house.unknown" }
        return Self.entry(event, version: random.below(40) == 0 ? 9 : 1)
      }
      _ = try await open.log.append(events)
      left[which] = left[which].dropFirst(count)
      if left[which].isEmpty { left.remove(at: which) }
      if random.below(16) == 0 { _ = await open.seal() }
    }
    try Self.expectSameRows(open.mapper, in: ledger.folder.path, "seed \(seed)")
    try await open.close()
  }

  /// What a department may not see is taken out on every way alike.
  @Test(arguments: ["service", "product", "marketing"], 0..<5 as Range<UInt64>)
  func everyWayGivesTheSameRowsThroughTheSharingPlan(
    department: String, offset: UInt64
  ) async throws {
    let seed = SeededGenerator.seedOfThisRun &+ offset
    let ledger = try TestLedger()
    let open = try Ledger.open(ledger.directory, for: .writing)
    _ = try await open.publishPlan()
    for event in RandomHistory.events(seed: seed, count: 80, customers: 6).events {
      _ = try await open.log.append([Self.entry(event)])
    }
    _ = await open.seal()
    let gate = try open.sharingGate(for: department)
    try Self.expectSameRows(
      gate.source(over: open.mapper), in: ledger.folder.path, batches: [7], only: department,
      "seed \(seed)")
    try await open.close()
  }

  /// Names that begin alike, and the longest; a range for each.
  @Test func everyWayGivesTheSameRowsWhateverTheNames() async throws {
    let names = ["a", "aa", "aaa", "a-", "a.", "b", String(repeating: "a", count: 128), "Ω", "ωω"]
    let seed = SeededGenerator.seedOfThisRun
    let ledger = try TestLedger()
    let open = try Ledger.open(ledger.directory, for: .writing)
    let types = RandomHistory.customerTypes.filter { !$0.hasPrefix("profile.") }
    let history = RandomHistory.events(seed: seed, count: 200, customers: 6, types: types)
    for (number, event) in history.events.enumerated() {
      var event = event
      event.subject = names[number % names.count]
      _ = try await open.log.append([Self.entry(event)])
      if number == 100 { _ = await open.seal() }
    }
    try Self.expectSameRows(open.mapper, in: ledger.folder.path, batches: [7], "seed \(seed)")
    try await open.close()
  }

  /// A log from before, or of another tool, may hold a customer's name in another spelling: her own rows and the merges are
  /// as if nobody had said that, on every way.
  @Test func aNameInAnotherSpellingIsAHoleOnEveryWay() async throws {
    let seed = SeededGenerator.seedOfThisRun
    var random = SeededGenerator(seed: seed)
    let ledger = try TestLedger()
    let open = try Ledger.open(ledger.directory, for: .writing)
    let history = RandomHistory.events(seed: seed, count: 400, customers: 4)
    let merges = (0..<8).map { number in
      let data =
        #"{"absorbed":"\#(number % 2 == 0 ? "c1" : "c2")","assurance":"probable","canonical":"c3"}"#
      return (id: "m\(number)", data: data)
    }
    var misspelt = 0
    for (number, event) in history.events.enumerated() {
      var entries = [Self.entry(event)]
      if number % 50 == 25 { entries.append(try Self.merge(merges[number / 50])) }
      for entry in entries {
        let isOther = random.below(2) == 0
        let text = String(decoding: entry.bytes, as: UTF8.self)
        let spelt = text.replacing(#""c1""#, with: isOther ? "\"Rene\u{301}\"" : "\"Ren\u{E9}\"")
        let document = try JSONDocument(scanning: Array(spelt.utf8)).root
        let subject = document["subject"]?.string
        let names = [document["subject"]] + ["canonical", "absorbed"].map { document["data"]?[$0] }
        let isRead = Customer360.eventTypes?.contains(document["type"]?.string ?? "") ?? true
        let other = Array("Rene\u{301}".utf8)
        if isRead, names.contains(where: { $0?.text.map(Array.init) == other }) { misspelt += 1 }
        _ = try await open.log.append([
          testEvent(
            canonical: Array(spelt.utf8), source: try #require(document["source"]?.string),
            id: try #require(document["id"]?.string), subject: subject, time: entry.time)
        ])
      }
      if number == 200 { _ = await open.seal() }
    }
    #expect(misspelt > 10)
    try Self.expectSameRows(
      open.mapper, in: ledger.folder.path, batches: [7, 1_000], "seed \(seed)")
    let engine = ProjectionEngine(
      FoldedModel(Customer360.self), folder: "\(ledger.folder.path)/bulk1", catalogue: "")
    let holes = try engine.holes(countMax: 1_000).filter {
      $0.reason.hasSuffix("Normalization Form C")
    }
    #expect(holes.count == misspelt, "seed \(seed)")
    let rows = try engine.query("SELECT customer_id FROM customer ORDER BY 1").rows
    #expect(
      rows.allSatisfy { row in
        if case .text(let name)? = row.first { NormalForm.isNormal(name) } else { false }
      })
    try await open.close()
  }

  private static func merge(_ merge: (id: String, data: String)) throws -> NewEvent {
    let text = #"""
      {"authid":"u","authtype":"user","data":\#(merge.data),"dataschema":"profile.merged/1","id":"\#(merge.id)",\#
      "source":"/t","specversion":"1.0","subject":"c3","time":"2026-11-01T00:00:00Z","type":"profile.merged"}
      """#
    return testEvent(
      canonical: Array(text.utf8), source: "/t", id: merge.id, subject: "c3",
      time: try #require(Timestamp("2026-11-01T00:00:00Z")))
  }

  /// Sealed events are read in runs that know nothing of where an older file stands: what is compared there, and which
  /// merges hold there, goes by that position.
  @Test func aComparisonGoesToWhereTheOldFileStands() async throws {
    let seed = SeededGenerator.seedOfThisRun
    let ledger = try TestLedger()
    let open = try Ledger.open(ledger.directory, for: .writing)
    let types = RandomHistory.customerTypes.filter { !$0.hasPrefix("profile.") }
    let history = RandomHistory.events(seed: seed, count: 1_500, customers: 30, types: types)
    var entries = history.events.map { Self.entry($0) }
    entries.insert(
      testEvent(
        canonical: Array(
          #"""
          {"authid":"u","authtype":"user","data":{"absorbed":"c2","assurance":"probable","canonical":"c1"},"dataschema":\#
          "profile.merged/1","id":"m","source":"/t","specversion":"1.0","subject":"c1","time":"2026-11-01T00:00:00Z",\#
          "type":"profile.merged"}
          """#.utf8), source: "/t", id: "m", subject: "c1",
        time: try #require(Timestamp("2026-11-01T00:00:00Z"))), at: 1_200)
    for start in stride(from: 0, to: 1_501, by: 100) {
      _ = try await open.log.append(Array(entries[start..<min(start + 100, entries.count)]))
    }
    for model in Self.models {
      let engine = ProjectionEngine(model, folder: "\(ledger.folder.path)/old", catalogue: "")
      let old = Beginning(base: open.mapper, end: Position(1_000))
      _ = try engine.rebuild(from: old, now: Timestamp(microseconds: 0))
    }
    _ = await open.seal()
    for model in Self.models {
      let engine = ProjectionEngine(model, folder: "\(ledger.folder.path)/old", catalogue: "")
      #expect(try engine.verify(against: open.mapper).isWhole, "\(model.name), seed \(seed)")
      var options = RebuildOptions()
      options.compares = true
      let report = try engine.rebuild(from: open.mapper, now: Timestamp(microseconds: 0), options)
      #expect(report.isUnchanged == true, "\(model.name), seed \(seed)")
      #expect(try engine.verify(against: open.mapper).isWhole, "\(model.name), seed \(seed)")
      #expect(try engine.status(end: open.log.end).lag == 0)
    }
    try await open.close()
  }

  /// Whole sets by night (`RAPPORT_NIGHTLY=1`), else the first lines of each.
  @Test(
    .enabled(if: SharedData.isPresent, "the shared data are not here (RAPPORT_SHARED)"),
    arguments: SharedImportsTests.sets.map { [$0.file, $0.mapping] } + [
      ["data/cdnow/CDNOW_sample.txt", "cdnow-sample"],
      ["data/online-retail/online_retail_2009-12_week1.csv", "online-retail"],
    ])
  func everyWayGivesTheSameRowsOfRealData(set: [String]) async throws {
    let ledger = try TestLedger()
    var path = SharedData.path(set[0])
    if ProcessInfo.processInfo.environment["RAPPORT_NIGHTLY"] != "1", !path.hasSuffix(".json") {
      let lines = SharedData.firstLines(600, of: SharedData.bytes(ofFile: path))
      path = "\(ledger.folder.path)/\(set[1])"
      try Data(lines).write(to: URL(filePath: path))
    }
    _ = try await ledger.importFile(path, set[1])
    try ledger.read { open in
      try Self.expectSameRows(
        open.mapper, in: ledger.folder.path, batches: [1_000], set[1])
    }
  }
}

/// A ledger when it had fewer events.
struct Beginning: EventSource {
  let base: any EventSource
  let end: Position

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    let left = Int(end.value - start.value)
    if left == 0 { return DecodedBatch(events: [], next: start, recorded: nil) }
    return try base.events(from: start, countMax: min(left, countMax), ofTypes: types)
  }

  func root(at end: Position) throws -> String { try base.root(at: end) }

  func customers(before end: Position) throws -> CustomerMap { try base.customers(before: end) }

  func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent] {
    try base.history(of: subjects, before: end)
  }
}
