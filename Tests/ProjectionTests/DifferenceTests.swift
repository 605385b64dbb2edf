import Foundation
import GRDB
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Testing

/// The tally with a fault: one customer's later events are counted twice.
private struct FaultyTally: Projector {
  typealias State = Tally.State
  static let name = Tally.name
  static let version = Tally.version
  static let eventTypes: Set<String>? = nil
  static let tables = Tally.tables
  static let indexes = Tally.indexes
  static let isOfCustomers = true
  private let tally = Tally()

  func key(of event: DecodedEvent) -> String? { tally.key(of: event) }
  func fresh(_ key: String) -> State { tally.fresh(key) }
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State {
    try tally.load(key, for: events, from: tables)
  }
  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    if event.subject == "c1", event.place > 20 { state.count += 1 }
    return tally.fold(event, into: &state)
  }
  func store(_ state: State, of key: String, in tables: Tables) throws {
    try tally.store(state, of: key, in: tables)
  }
}

/// The tally's next version, with a column more and one less.
private struct WiderTally: Projector {
  typealias State = Int64
  static let name = Tally.name
  static let version = 2
  static let eventTypes: Set<String>? = nil
  static let tables = """
    CREATE TABLE tally ( -- A count a customer
      customer_id TEXT NOT NULL PRIMARY KEY, -- the customer
      events INTEGER NOT NULL, -- how many events
      twice INTEGER NOT NULL -- twice as many
    ) STRICT, WITHOUT ROWID;
    """
  static let indexes = ""

  func key(of event: DecodedEvent) -> String? { event.subject }
  func fresh(_ key: String) -> Int64 { 0 }
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> Int64 {
    var count: Int64 = 0
    try tables.rows("SELECT events FROM tally WHERE customer_id = ?", [key]) {
      count = $0.integer()
    }
    return count
  }
  func fold(_ event: DecodedEvent, into state: inout Int64) -> String? {
    state += 1
    return nil
  }
  func store(_ state: Int64, of key: String, in tables: Tables) throws {
    let row = try tables.writer("tally")
    row.text(key)
    row.integer(state)
    row.integer(2 * state)
    try row.insert()
  }
}

@Suite struct DifferenceTests {
  private let scratch = TemporaryFolder()

  private func engine(_ projector: any Projector.Type = Tally.self) -> ProjectionEngine {
    ProjectionEngine(projector, folder: scratch.path + "/views", catalogue: "catalogue")
  }

  private func inForce() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: engine().link)
  }

  private func options(_ change: (inout RebuildOptions) -> Void = { _ in }) -> RebuildOptions {
    var options = RebuildOptions()
    options.compares = true
    change(&options)
    return options
  }

  private func counts(_ table: TableDifference?) -> String {
    "+\(table?.added ?? 0) -\(table?.removed ?? 0) ~\(table?.changed ?? 0)"
  }

  @Test func aFaultShowsWithItsCustomersColumnsAndEvents() throws {
    let events = tallyEvents(60)
    let source = ArraySource(events)
    _ = try engine().rebuild(from: source, now: noon)
    let report = try engine(FaultyTally.self).rebuild(
      from: source, now: noon, options { $0.isDry = true })
    #expect(report.isUnchanged == false)
    #expect(report.notInForce == .dryRun)
    let table = try #require(report.difference?.tables.first)
    #expect(report.difference?.tables.count == 1)
    #expect(table.table == "tally")
    #expect(counts(table) == "+0 -0 ~1")
    #expect(table.columns == ["events": 1])
    let row = try #require(table.samples.first)
    #expect(row.key.map(\.column) == ["customer_id"])
    #expect(row.key.first?.after == SQLValue.text("c1"))
    #expect(row.cells.map(\.column) == ["events"])
    let own = events.filter { $0.subject == "c1" }.map(\.position)
    #expect(row.events == own)
    #expect(row.eventCount == own.count)
    #expect(try inForce() == "tally@1.sqlite", "a dry run puts nothing in force")
  }

  @Test func whereNothingWasToChangeAChangeStopsTheNewFile() throws {
    let source = ArraySource(tallyEvents(60))
    _ = try engine().rebuild(from: source, now: noon)
    let expecting = options { $0.expectsUnchanged = true }
    let refused = try engine(FaultyTally.self).rebuild(from: source, now: noon, expecting)
    #expect(refused.notInForce == .changed)
    #expect(try inForce() == "tally@1.sqlite")
    let same = try engine().rebuild(from: source, now: noon, expecting)
    #expect(same.notInForce == nil)
    #expect(same.difference?.isEmpty == true)
    #expect(try inForce() == "tally@2.sqlite")
  }

  @Test func whatCannotBeComparedIsNotUnchanged() throws {
    let source = ArraySource(tallyEvents(60))
    let expecting = options { $0.expectsUnchanged = true }
    #expect(try engine().rebuild(from: source, now: noon, expecting).notInForce == nil, "the first")
    try engine().alter("DELETE FROM _rapport")
    let report = try engine().rebuild(from: source, now: noon, expecting)
    #expect(report.notInForce == .notCompared)
    #expect(try inForce() == "tally@1.sqlite")
  }

  @Test func aRebuildThatFailsKeepsTheFileToGoBackTo() throws {
    struct Failed: Error {}
    let source = ArraySource(tallyEvents(30))
    for _ in 0..<2 { _ = try engine().rebuild(from: source, now: noon) }
    #expect(throws: Failed.self) {
      try engine().rebuild(from: source, now: noon) { if $0 == .finished { throw Failed() } }
    }
    _ = try engine().rebuild(from: source, now: noon, options { $0.isDry = true })
    _ = try engine().rollBack()
    #expect(try inForce() == "tally@1.sqlite")
  }

  @Test func anotherVersionIsComparedAtThePositionOfTheOldFile() throws {
    let events = tallyEvents(60)
    let source = ArraySource(events[..<40])
    _ = try engine().rebuild(from: source, now: noon)
    source.append(events[40...])
    let report = try engine(WiderTally.self).rebuild(from: source, now: noon, options())
    #expect(report.before?.position == Position(40))
    #expect(report.compared?.position == Position(40))
    #expect(report.progress.position == Position(60))
    let tables = try #require(report.difference?.tables)
    #expect(tables.map(\.table) == ["tally", "tally_event"])
    #expect(tables[0].columnsAdded == ["twice"])
    #expect(tables[0].columnsRemoved == ["note"])
    #expect(tables[0].columns.isEmpty, "what both have is the same")
    #expect(
      tables[0].changed == 0 && tables[0].samples.map(\.kind) == [.changed, .changed, .changed])
    #expect(tables[0].samples.map { $0.cells.map(\.column) } == [["twice"], ["twice"], ["twice"]])
    #expect(tables[0].samples[0].cells[0].before == nil)
    #expect(tables[1].removed == 40)
    #expect(tables[1].samples.count == TableDifference.samplesMax)
  }

  @Test func aFileThatWasAlteredIsToldRowByRow() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().rebuild(from: source, now: noon)
    try engine().alter(
      """
      DELETE FROM tally WHERE customer_id = 'c0';
      UPDATE tally SET note = 'x', events = 7 WHERE customer_id = 'c1';
      INSERT INTO tally VALUES ('zz', 1, NULL);
      """)
    let report = try engine().rebuild(from: source, now: noon, options())
    let table = try #require(report.difference?.tables.first)
    #expect(counts(table) == "+1 -1 ~1")
    #expect(table.columns == ["events": 1, "note": 1])
    #expect(table.samples.map(\.kind) == [.added, .changed, .removed])
    #expect(table.samples[2].events == [], "no event has that customer")
  }

  @Test func holesStopTheNewFileUnlessTheyAreNamed() throws {
    var history = History()
    for number in 0..<9 { history.add(number % 4 == 3 ? "test.odd" : "test.noted") }
    let source = ArraySource(history.events)
    let refused = try engine().rebuild(from: source, now: noon, options { $0.acceptedHoles = [] })
    guard case .holes(let holes, let count)? = refused.notInForce else {
      Issue.record("it came into force")
      return
    }
    #expect(holes.map(\.position.value) == [3, 7])
    #expect(count == 2)
    let one = options { $0.acceptedHoles = [Position(3)] }
    let still = try engine().rebuild(from: source, now: noon, one)
    #expect(still.notInForce.map { if case .holes(_, 1) = $0 { true } else { false } } == true)
    let both = options { $0.acceptedHoles = [Position(3), Position(7)] }
    #expect(try engine().rebuild(from: source, now: noon, both).notInForce == nil)
  }

  @Test func theFileBeforeComesBackAndGoesOn() throws {
    let events = tallyEvents(60)
    let source = ArraySource(events[..<30])
    _ = try engine().rebuild(from: source, now: noon)
    #expect(throws: ProjectionError.noPrevious(model: "tally")) { try engine().rollBack() }
    _ = try engine(FaultyTally.self).rebuild(from: source, now: noon)
    #expect(try inForce() == "tally@2.sqlite")
    source.append(events[30...])
    let back = try engine().rollBack()
    #expect(back.value == 30)
    #expect(try inForce() == "tally@1.sqlite")
    _ = try engine().catchUp(with: source, now: noon)
    let expected = try ModelFile.withFolded(Tally.self, events) { try Digest.contents(of: $0.db) }
    #expect(try engine().contentDigest() == expected)
    _ = try engine().rebuild(from: source, now: noon)
    #expect(try engine().contentDigest() == expected)
  }

  @Test func aFileOfAnotherVersionDoesNotComeBack() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().rebuild(from: source, now: noon)
    _ = try engine(NextTally.self).rebuild(from: source, now: noon)
    #expect {
      try engine(NextTally.self).rollBack()
    } throws: {
      ($0 as? ProjectionError)?.code == "view.cannotRollBack"
    }
    #expect(try inForce() == "tally@2.sqlite")
  }

  /// Rows of two files that chance made, compared by a look at each: nothing of the walk is shared.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func countsAreThoseOfALookAtEachRow(offset: UInt64) throws {
    let seed = SeededGenerator.seedOfThisRun &+ offset
    var generator = SeededGenerator(seed: seed)
    let source = ArraySource(tallyEvents(40))
    _ = try engine().rebuild(from: source, now: noon)
    let before = try rows()
    for _ in 0..<generator.below(30) {
      let id = "c\(generator.below(6))"
      let position = generator.below(60)
      let statement = [
        "DELETE FROM tally_event WHERE position = \(position)",
        "INSERT OR REPLACE INTO tally_event VALUES ('\(id)', \(position), 't\(generator.below(3))')",
        "UPDATE tally_event SET type = 'u' WHERE position = \(position)",
      ][generator.below(3)]
      try engine().alter(statement)
    }
    let altered = try rows()
    let report = try engine().rebuild(from: source, now: noon, options())
    let table = report.difference?.tables.first { $0.table == "tally_event" }
    let added = before.keys.filter { altered[$0] == nil }.count
    let removed = altered.keys.filter { before[$0] == nil }.count
    let changed = before.filter { key, value in altered[key].map { $0 != value } ?? false }.count
    #expect(counts(table) == "+\(added) -\(removed) ~\(changed)", "seed \(seed)")
  }

  private func rows() throws -> [[SQLValue]: SQLValue] {
    let rows = try engine().query("SELECT customer_id, position, type FROM tally_event").rows
    return Dictionary(uniqueKeysWithValues: rows.map { ([$0[0], $0[1]], $0[2]) })
  }
}

@Suite struct StoppingModelTests {
  private let scratch = TemporaryFolder()

  private func engine() -> ProjectionEngine {
    ProjectionEngine(
      FoldedModel(Tally.self, onError: .stop), folder: scratch.path + "/views",
      catalogue: "catalogue")
  }

  private func events(oddAt place: Int, _ count: Int) -> [DecodedEvent] {
    var history = History()
    for number in 0..<count { history.add(number == place ? "test.odd" : "test.noted") }
    return history.events
  }

  @Test func itWaitsHoweverMuchComesBehind() throws {
    let source = ArraySource(events(oddAt: 3, 10))
    _ = try engine().catchUp(with: source, now: noon)
    source.append(events(oddAt: 3, 20_020)[10...])
    let done = try engine().catchUp(with: source, now: noon)
    #expect(done.rebuilt == nil, "building it anew would end at the same event")
    #expect(done.stopped?.position == Position(3))
  }

  @Test(arguments: [0, 1, 7, 19]) func itStopsBeforeTheEventLiveAndInARebuild(place: Int) throws {
    let events = events(oddAt: place, 20)
    let expected = try ModelFile.withFolded(Tally.self, Array(events[..<place])) {
      try Digest.contents(of: $0.db)
    }
    let live = ArraySource()
    _ = try engine().catchUp(with: live, now: noon)
    live.append(events)
    let done = try engine().catchUp(with: live, now: noon)
    #expect(done.stopped?.position == Position(UInt64(place)))
    #expect(done.position == Position(UInt64(place)))
    #expect(try engine().contentDigest() == expected)
    #expect(try engine().holes(countMax: 9).map(\.position) == [Position(UInt64(place))])
    let anew = try engine().rebuild(from: live, now: noon)
    #expect(anew.stopped?.position == Position(UInt64(place)))
    #expect(anew.progress.position == Position(UInt64(place)))
    #expect(try engine().contentDigest() == expected)
    #expect(try engine().catchUp(with: live, now: noon).applied == 0, "it waits")
  }
}

@Suite struct PastTests {
  private let scratch = TemporaryFolder()

  @Test func theModelOfAPointIsThatOfTheEventsUntilThen() throws {
    let events = RandomHistory.events(seed: 3, count: 60).events
    let source = ArraySource(events)
    let engine = ProjectionEngine(
      Tally.self, folder: scratch.path + "/views", catalogue: "catalogue")
    let sql = "SELECT customer_id, position FROM tally_event ORDER BY 1, 2"
    func rows(_ point: AsOf) throws -> [[SQLValue]] {
      var rows: [[SQLValue]] = []
      try engine.query(
        sql, asOf: point, from: source, now: noon, columns: { _ in }, row: { rows.append($0) })
      return rows
    }
    func expected(_ map: CustomerMap, _ isPast: (DecodedEvent) -> Bool) throws -> [[SQLValue]] {
      var rows: [[SQLValue]] = []
      for event in events where isPast(event) && map.counts(event.position) {
        guard let subject = event.subject else { continue }
        rows.append([.text(map.customer(of: subject)), .integer(Int64(event.place))])
      }
      return rows.sorted { "\($0)" < "\($1)" }
    }
    for place in stride(from: 0 as UInt64, through: 60, by: 7) {
      let map = try source.customers(before: Position(place))
      let wanted = try expected(map) { $0.place < place }
      #expect(try rows(.position(Position(place))).sorted { "\($0)" < "\($1)" } == wanted)
    }
    for event in events.prefix(20) {
      let map = try source.customers(before: source.end, asOf: .time(event.time))
      let wanted = try expected(map) { $0.time <= event.time }
      #expect(try rows(.time(event.time)).sorted { "\($0)" < "\($1)" } == wanted)
    }
    // Ages are asked as of then.
    var recorded: [[SQLValue]] = []
    let time = History.instant("2026-01-01")
    try engine.query(
      "SELECT recorded FROM _rapport", asOf: .time(time), from: source, now: noon,
      columns: { _ in }, row: { recorded.append($0) })
    #expect(
      recorded.allSatisfy {
        if case .integer(let at)? = $0.first { at <= time.microseconds } else { true }
      })
    let folder = scratch.path + "/views/past"
    // A power cut may leave a name without its bytes.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".sqlite") {
      try overwrite("\(folder)/\(name)", with: "")
    }
    let map = try source.customers(before: source.end)
    let whole = try rows(.position(source.end)).count
    #expect(whole == (try expected(map) { _ in true }.count))
    let kept = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/views/past")
    #expect(kept.filter { $0.hasSuffix(".sqlite") }.count <= 4, "the cache is bounded: \(kept)")
  }
}

@Suite struct RepairTests {
  private let scratch = TemporaryFolder()

  private func engine(_ digest: String) -> ProjectionEngine {
    ProjectionEngine(
      Tally.self, folder: scratch.path + "/views",
      catalogue: CatalogueDigest(
        whole: digest, types: ["test.noted": "1", "test.lifted": digest]))
  }

  private func events(_ seed: UInt64, hasDefects: Bool) -> [DecodedEvent] {
    var generator = SeededGenerator(seed: seed)
    var history = History()
    for _ in 0..<60 {
      history.add(
        generator.chance(20) ? "test.lifted" : "test.noted", of: "c\(generator.below(8))")
    }
    return history.events.map { event in
      var event = event
      if hasDefects, event.type == "test.lifted" { event.defect = "it could not be lifted" }
      return event
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func aRepairGivesTheRowsOfARebuild(offset: UInt64) throws {
    let seed = SeededGenerator.seedOfThisRun &+ offset
    let broken = ArraySource(events(seed, hasDefects: true))
    _ = try engine("1").catchUp(with: broken, now: noon)
    let holes = try engine("1").holes(countMax: 100)
    #expect(holes.map(\.reason).allSatisfy { $0 == "it could not be lifted" })
    let mended = ArraySource(events(seed, hasDefects: false))
    let report = try engine("2").repair(from: mended, now: noon)
    #expect(report.rebuilt == nil)
    #expect(report.holesBefore == holes.count)
    #expect(report.holes.isEmpty)
    #expect(report.customers == Set(holes.compactMap(\.subject)).count, "seed \(seed)")
    let expected = try ModelFile.withFolded(FoldedModel(Tally.self), from: mended) {
      try Digest.contents(of: $0.db)
    }
    #expect(try engine("2").contentDigest() == expected, "seed \(seed)")
    #expect(try engine("2").status(end: mended.end).finding == nil, "it is not built anew now")
  }

  /// Nothing closes the hole of a name in another spelling. It costs no rebuild, and the customer whose name is equal as
  /// characters is mended for herself.
  @Test func aNameInAnotherSpellingStaysAHole() throws {
    func events(isMended: Bool) -> [DecodedEvent] {
      var history = History()
      for number in 0..<30 {
        // The other spelling comes first: a set of both would hold it.
        history.add(
          number % 3 == 1 ? "test.lifted" : "test.noted",
          of: ["Rene\u{301}", "Ren\u{E9}", "c"][number % 3])
      }
      return history.events.map { event in
        var event = event
        event.defect = event.faultOfNames
        if !isMended, event.type == "test.lifted" { event.defect = "it could not be lifted" }
        return event
      }
    }
    _ = try engine("1").catchUp(with: ArraySource(events(isMended: false)), now: noon)
    let mended = ArraySource(events(isMended: true))
    for part in 1...2 {
      let report = try engine("2").repair(from: mended, now: noon)
      #expect(report.rebuilt == nil)
      #expect(report.customers == (part == 1 ? 1 : 0), "she alone, and she once")
      #expect(report.holesBefore == (part == 1 ? 20 : 10))
      #expect(report.holes.map(\.position.value) == (0..<10).map { 3 * $0 })
    }
    let expected = try ModelFile.withFolded(FoldedModel(Tally.self), from: mended) {
      try Digest.contents(of: $0.db)
    }
    #expect(try engine("2").contentDigest() == expected)
  }

  @Test func whereNothingIsToBeMendedNothingIsDone() throws {
    let source = ArraySource(events(1, hasDefects: false))
    _ = try engine("1").catchUp(with: source, now: noon)
    let file = try FileManager.default.destinationOfSymbolicLink(atPath: engine("1").link)
    let report = try engine("1").repair(from: source, now: noon)
    #expect(report.rebuilt == nil)
    #expect(report.customers == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: engine("1").link) == file)
  }

  /// What must not be seen any more may be in rows of customers whom nothing names.
  @Test func underAnotherSharingPlanARepairIsARebuild() throws {
    func shared(_ plan: String) -> ProjectionEngine {
      ProjectionEngine(
        Tally.self, folder: scratch.path + "/views",
        catalogue: CatalogueDigest(whole: "1", types: ["test.noted": "1", "test.lifted": "1"])
          .under(plan))
    }
    let source = ArraySource(events(1, hasDefects: false))
    _ = try shared("a").catchUp(with: source, now: noon)
    let report = try shared("b").repair(from: source, now: noon)
    #expect(report.rebuilt != nil)
  }

  @Test func aTypeThatIsNewCostsNoRebuild() throws {
    let source = ArraySource(events(1, hasDefects: false))
    _ = try engine("1").catchUp(with: source, now: noon)
    let wider = ProjectionEngine(
      Tally.self, folder: scratch.path + "/views",
      catalogue: CatalogueDigest(
        whole: "3", types: ["test.noted": "1", "test.lifted": "1", "test.new": "1"]))
    #expect(try wider.catchUp(with: source, now: noon).rebuilt == nil)
    #expect(
      try engine("2").catchUp(with: source, now: noon).rebuilt?.reason == .catalogueChanged)
  }
}

extension ProjectionEngine {
  /// Another program writes into the file in force.
  fileprivate func alter(_ sql: String) throws {
    try DatabaseQueue(path: link).write { try $0.execute(sql: sql) }
  }
}
