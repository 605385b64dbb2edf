import Foundation
import GRDB
import Glibc
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Synchronization
import Testing

@Suite struct ProjectionEngineTests {
  private let scratch = TemporaryFolder()

  private func engine<P: Projector>(
    _ projector: P.Type = Tally.self, catalogue: CatalogueDigest = "catalogue 1", batches: Int = 10
  ) -> ProjectionEngine {
    var engine = ProjectionEngine(
      P.self, folder: scratch.path + "/views", catalogue: catalogue)
    engine.batchMax = batches
    engine.patience = 0
    return engine
  }

  private func expected(_ events: [DecodedEvent]) throws -> ContentDigest {
    try ModelFile.withFolded(Tally.self, events) { try Digest.contents(of: $0.db) }
  }

  @Test func aMissingFileIsMadeAndTold() throws {
    let source = ArraySource(tallyEvents(30))
    let done = try engine().catchUp(with: source, now: noon)
    #expect(done.rebuilt?.reason == .missing)
    #expect(done.position == Position(30))
    #expect(try engine().contentDigest() == expected(tallyEvents(30)))
    let progress = try #require(try engine().status(end: source.end).progress)
    #expect(progress.position == Position(30))
    #expect(progress.treeRoot == (try source.root(at: Position(30))))
    #expect(progress.builtAt == noon)
    #expect(progress.digest == (try expected(tallyEvents(30)).digest))
  }

  @Test func newEventsAreTakenInWithoutARebuild() throws {
    let events = tallyEvents(95)
    let source = ArraySource(events[..<40])
    _ = try engine().catchUp(with: source, now: noon)
    source.append(events[40...])
    #expect(try engine().status(end: source.end).lag == 55)
    let done = try engine().catchUp(with: source, now: noon)
    #expect(done.applied == 55)
    #expect(done.rebuilt == nil)
    #expect(try engine().contentDigest() == expected(events))
    let progress = try #require(try engine().status(end: source.end).progress)
    #expect(progress.treeRoot == (try source.root(at: Position(95))))
    #expect(progress.recorded == events.last?.recorded)
  }

  @Test func anUpToDateModelIsOnlyRead() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    let lock = scratch.path + "/views/tally.lock"
    #expect(unsafe unlink(lock) == 0)
    let done = try engine().catchUp(with: source, now: noon)
    #expect(done.applied == 0 && done.rebuilt == nil)
    #expect(unsafe access(lock, F_OK) != 0, "nothing was written, so nothing was locked")
  }

  /// A reader that opened the log earlier than somebody who has fed the file meanwhile.
  private final class LateSource: EventSource {
    let base: ArraySource
    private let seen: Mutex<Position>

    init(_ base: ArraySource) {
      self.base = base
      seen = Mutex(base.end)
    }

    var end: Position { seen.withLock { $0 } }
    func refresh() throws { seen.withLock { $0 = base.end } }
    func root(at end: Position) throws -> String { try base.root(at: end) }
    func events(
      from start: Position, countMax: Int, ofTypes types: Set<String>?
    ) throws -> DecodedBatch {
      let left = end.value - min(start, end).value
      return try base.events(from: start, countMax: min(countMax, Int(left)), ofTypes: types)
    }
  }

  @Test func whoSeesLessOfTheLogPutsNoOlderFileInForce() throws {
    let source = ArraySource(tallyEvents(30))
    let late = LateSource(source)
    source.append(tallyEvents(60)[30...])
    _ = try engine().catchUp(with: source, now: noon)
    let done = try engine().catchUp(with: late, now: noon)
    #expect(done.rebuilt == nil)
    #expect(done.position == Position(60))
    let other = LateSource(source)
    source.append(tallyEvents(90)[60...])
    _ = try engine().catchUp(with: source, now: noon)
    let report = try engine().rebuild(from: other, now: noon)
    #expect(report.progress.position == Position(90))
  }

  @Test func aNewVersionOfTheFoldBuildsAnew() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    let done = try engine(NextTally.self).catchUp(with: source, now: noon)
    #expect(done.rebuilt?.reason == .projectorChanged(from: 1, to: 2))
    #expect(done.rebuilt?.digest == (try expected(tallyEvents(30))))
  }

  @Test func anotherCatalogueBuildsAnew() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    let done = try engine(catalogue: "catalogue 2").catchUp(with: source, now: noon)
    #expect(done.rebuilt?.reason == .catalogueChanged)
  }

  @Test(arguments: ["", "this is no database, and long enough to look at twice", "SQLite format 3"])
  func aDamagedFileIsBuiltAnewAndTold(content: String) throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    try overwrite(engine().link, with: content)
    let status = try engine().status(end: source.end)
    guard case .damaged? = status.finding else {
      Issue.record("found \(String(describing: status.finding))")
      return
    }
    let done = try engine().catchUp(with: source, now: noon)
    guard case .damaged? = done.rebuilt?.reason else {
      Issue.record("rebuilt because \(String(describing: done.rebuilt?.reason))")
      return
    }
    #expect(try engine().contentDigest() == expected(tallyEvents(30)))
  }

  @Test func aFileOfAnotherLedgerIsBuiltAnew() throws {
    _ = try engine().catchUp(with: ArraySource(tallyEvents(30)), now: noon)
    var history = History()
    for _ in 0..<40 { history.add("test.noted", of: "c9", id: "other") }
    let done = try engine().catchUp(with: ArraySource(history.events), now: noon)
    #expect(done.rebuilt?.reason == .otherLedger)
    #expect(try engine().contentDigest() == expected(history.events))
  }

  @Test func aModelAheadOfItsLedgerIsBuiltAnew() throws {
    _ = try engine().catchUp(with: ArraySource(tallyEvents(30)), now: noon)
    let done = try engine().catchUp(with: ArraySource(tallyEvents(20)), now: noon)
    #expect(done.rebuilt?.reason == .otherLedger)
    #expect(done.position == Position(20))
  }

  @Test func alteredTablesAreBuiltAnew() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    try alter("ALTER TABLE tally ADD COLUMN more TEXT")
    let done = try engine().catchUp(with: source, now: noon)
    #expect(done.rebuilt?.reason == .tablesAltered)
  }

  @Test func aModelFarBehindIsBuiltAnew() throws {
    let events = tallyEvents(20_030)
    let source = ArraySource(events[..<29])
    _ = try engine(batches: 1_000).catchUp(with: source, now: noon)
    source.append(events[29...])
    let done = try engine(batches: 1_000).catchUp(with: source, now: noon)
    #expect(done.rebuilt?.reason == .farBehind(events: 20_001))
    #expect(try engine().contentDigest() == expected(events))
  }

  @Test func rowsAndProgressChangeTogetherOrNotAtAll() throws {
    var history = History()
    for number in 0..<25 { history.add("test.noted", of: number == 17 ? "boom" : "c1") }
    let source = ArraySource(history.events[..<5])
    _ = try engine().catchUp(with: source, now: noon)
    source.append(history.events[5...])
    #expect(throws: Tally.CannotStore.self) { try engine().catchUp(with: source, now: noon) }
    let progress = try #require(try engine().status(end: source.end).progress)
    #expect(progress.position == Position(15), "the batch before the one that failed")
    #expect(try engine().contentDigest() == expected(Array(history.events[..<15])))
  }

  @Test func whatCannotBeUnderstoodIsAHoleLiveAndInARebuild() throws {
    var history = History()
    history.add("test.noted")
    history.add("test.odd")
    let source = ArraySource(history.events)
    _ = try engine().catchUp(with: source, now: noon)
    #expect(try engine().status(end: source.end).progress?.holes == 1)
    history.add("test.odd", of: "c2")
    source.append([history.events[2]])
    _ = try engine().catchUp(with: source, now: noon)
    let live = try engine().query("SELECT * FROM _rapport_holes ORDER BY position").rows
    #expect(live.map { $0[0] } == [.integer(1), .integer(2)])
    #expect(live.map { $0[2] } == [.text("c1"), .text("c2")])
    #expect(live.map { $0[3] } == [.text("it is odd"), .text("it is odd")])
    _ = try engine().rebuild(from: source, now: noon)
    #expect(try engine().query("SELECT * FROM _rapport_holes ORDER BY position").rows == live)
    #expect(try engine().status(end: source.end).progress?.holes == 2)
  }

  @Test func aSecondWriterIsToldToWait() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    source.append([tallyEvents(31)[30]])
    let lock = unsafe open(scratch.path + "/views/tally.lock", O_RDWR | O_CREAT, 0o600)
    #expect(flock(lock, LOCK_EX) == 0)
    #expect(throws: ProjectionError.busy(model: "tally")) {
      try engine().catchUp(with: source, now: noon)
    }
    close(lock)
    #expect(try engine().catchUp(with: source, now: noon).applied == 1)
  }

  @Test func aWholeModelVerifies() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    source.append(tallyEvents(60)[30...])
    #expect(try engine().verify(against: source).isWhole, "up to its own position")
  }

  @Test func aChangedCellIsFoundAndItsTableNamed() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    try alter("UPDATE tally SET events = events + 1 WHERE customer_id = 'c1'")
    let found = try engine().verify(against: source)
    #expect(!found.isWhole)
    #expect(found.tablesDiffering == ["tally"])
    _ = try engine().rebuild(from: source, now: noon)
    #expect(try engine().verify(against: source).isWhole)
  }

  /// A writer that was killed leaves a rollback journal beside the file, and the file half changed.
  @Test(arguments: ["catchUp", "status", "read", "query", "verify", "rebuild"])
  func whatAKilledWriterBeganIsTakenBackByWhoeverComesNext(first: String) throws {
    let events = tallyEvents(60)
    let source = ArraySource(events[..<30])
    _ = try engine().catchUp(with: source, now: noon)
    try leaveHalfDone("UPDATE tally SET events = 1000, note = hex(zeroblob(5000))")
    if first != "verify" { source.append(events[30...]) }
    switch first {
    case "catchUp": #expect(try engine().catchUp(with: source, now: noon).applied == 30)
    case "status": #expect(try engine().status(end: source.end).finding == nil)
    case "read": #expect(try engine().contentDigest() == expected(Array(events[..<30])))
    case "query":
      let rows = try engine().query("SELECT max(events) < 1000 FROM tally").rows
      #expect(rows == [[.integer(1)]])
    case "verify": #expect(try engine().verify(against: source).isWhole)
    default:
      var options = RebuildOptions()
      options.compares = true
      let report = try engine().rebuild(from: source, now: noon, options)
      #expect(report.before?.position == Position(30))
    }
  }

  /// Leaves the file of the model and its journal as they are in the middle of a change.
  private func leaveHalfDone(_ sql: String) throws {
    let manager = FileManager.default
    let file = scratch.path + "/views/tally@1.sqlite"
    let copy = scratch.path + "/copy"
    let queue = try DatabaseQueue(path: file)
    try queue.writeWithoutTransaction { db in
      // So little memory that SQLite writes into the file before the end of the transaction.
      try db.execute(sql: "PRAGMA journal_mode = DELETE; PRAGMA cache_size = 2; BEGIN; \(sql);")
      try manager.copyItem(atPath: file, toPath: copy)
      try manager.copyItem(atPath: file + "-journal", toPath: copy + "-journal")
      try db.execute(sql: "ROLLBACK")
    }
    try queue.close()
    try manager.removeItem(atPath: file)
    try manager.moveItem(atPath: copy, toPath: file)
    try manager.moveItem(atPath: copy + "-journal", toPath: file + "-journal")
  }

  @Test func whatIsMissingSaysHowToMakeIt() throws {
    #expect(throws: ProjectionError.missing(model: "tally")) { try engine().contentDigest() }
    #expect(throws: ProjectionError.missing(model: "tally")) { try engine().query("SELECT 1") }
    #expect(try engine().status(end: Position(3)).finding == .missing)
    #expect(try engine().status(end: Position(3)).lag == 3)
    #expect(ProjectionError.missing(model: "tally").sentence.contains("rapport rebuild tally"))
  }

  @Test func aPlainSQLiteOpensTheFileReadOnly() throws {
    let source = ArraySource(tallyEvents(30))
    _ = try engine().catchUp(with: source, now: noon)
    source.append(tallyEvents(60)[30...])
    _ = try engine().catchUp(with: source, now: noon)
    var configuration = Configuration()
    configuration.readonly = true
    let mode = try DatabaseQueue(path: engine().link, configuration: configuration).read {
      try String.fetchOne($0, sql: "PRAGMA journal_mode")
    }
    #expect(mode == "delete", "no write-ahead log is left that a reader would have to make")
  }

  private func alter(_ sql: String) throws {
    try DatabaseQueue(path: engine().link).write { try $0.execute(sql: sql) }
  }
}

/// Writes a file anew, through a link if there is one.
func overwrite(_ path: String, with content: String) throws {
  let descriptor = unsafe open(path, O_WRONLY | O_TRUNC)
  let bytes = Array(content.utf8)
  let written = unsafe write(descriptor, bytes, bytes.count)
  #expect(written == bytes.count)
  close(descriptor)
}
