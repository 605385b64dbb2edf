// A read model in SQL: what its file is refused for, what it may not do, and that its rows follow from the events alone.

import GRDB
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Testing

/// A model that counts events, with parts of it replaced.
enum CountModel {
  static let header = """
    -- name: counts
    -- version: 1
    -- department: sales
    -- reads: [test.made, test.odd]

    """
  static let table = """
    CREATE TABLE counts ( -- Events by customer
      customer TEXT NOT NULL PRIMARY KEY, -- the customer
      events INTEGER NOT NULL, -- her events
      amount INTEGER NOT NULL -- their sum
    ) STRICT;

    """
  static let statement = """
    INSERT INTO counts
      SELECT coalesce(customer, ''), count(*), 
        sum(json_extract(coalesce(data ->> '$.amount', 1), '$')) FROM batch
      WHERE true GROUP BY 1
      ON CONFLICT DO UPDATE SET events = events + excluded.events, amount = amount + excluded.amount;

    """
  static let text = header + table + statement

  static func model(_ statements: String) throws -> SQLReadModel {
    try SQLReadModel(header + table + statements, file: "counts.sql")
  }

  /// `count` events of three customers; of every fifth the amount is no number.
  static func events(_ count: Int, isOdd: Bool = true) -> [DecodedEvent] {
    var history = History()
    for number in 0..<count {
      let amount: JSONValue = isOdd && number % 5 == 4 ? "secret" : .integer(Int64(number))
      history.add(
        "test.made", of: "c\(number % 3)", at: "2026-01-0\(1 + number % 9)", ["amount": amount])
    }
    return history.events
  }
}

@Suite struct SQLReadModelTests {
  /// SQLite counts the steps of a statement on from batch to batch; a view must not end when they add up.
  @Test func manyBatchesOnOneConnectionAreTakenIn() throws {
    let events = CountModel.events(9_000, isOdd: false)
    let model = try CountModel.model(CountModel.statement)
    try TemporaryDirectory.with { folder in
      let source = ArraySource()
      let engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
      let now = Timestamp(microseconds: 0)
      _ = try engine.catchUp(with: source, now: now)
      source.append(events)
      let done = try engine.catchUp(with: source, now: now)
      #expect(done.rebuilt == nil)
      #expect(done.position == source.end)
      #expect(try engine.query("SELECT sum(events) FROM counts").rows == [[.integer(9_000)]])
    }
  }

  @Test func aCollationIsRefused() {
    let text = CountModel.text.replacing(
      "TEXT NOT NULL PRIMARY KEY", with: "TEXT COLLATE NOCASE NOT NULL PRIMARY KEY")
    do {
      _ = try SQLReadModel(text, file: "counts.sql")
      Issue.record("it was taken")
    } catch {
      #expect((error as? SQLModelError)?.description.contains("collation") == true, "\(error)")
    }
  }

  /// The rows follow from the text, not only from its version.
  @Test func anotherTextOfTheSameVersionBuildsAnew() throws {
    let events = CountModel.events(20, isOdd: false)
    try TemporaryDirectory.with { folder in
      func engine(_ statement: String) throws -> ProjectionEngine {
        ProjectionEngine(
          try CountModel.model(statement), folder: folder + "/views", catalogue: "test")
      }
      let source = ArraySource(events)
      let now = Timestamp(microseconds: 0)
      _ = try engine(CountModel.statement).catchUp(with: source, now: now)
      let other = CountModel.statement.replacing("count(*)", with: "2 * count(*)")
      let done = try engine(other).catchUp(with: source, now: now)
      #expect(done.rebuilt?.reason == .catalogueChanged)
      #expect(try engine(other).query("SELECT sum(events) FROM counts").rows == [[.integer(40)]])
    }
  }

  private func expectRefusal(
    _ code: String, _ line: Int, _ words: String, of text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try SQLReadModel(text, file: "counts.sql")
      Issue.record("it was taken", sourceLocation: sourceLocation)
    } catch let error as SQLModelError {
      #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
      #expect(error.line == line, "\(error)", sourceLocation: sourceLocation)
      #expect(error.description.contains(words), "\(error)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(error)", sourceLocation: sourceLocation)
    }
  }

  // MARK: The file

  @Test func aWholeFileIsTaken() throws {
    let model = try SQLReadModel(CountModel.text, file: "counts.sql")
    #expect(model.name == "counts" && model.version == 1 && model.department == "sales")
    #expect(model.eventTypes == ["test.made", "test.odd"] && model.onError == .goOn)
    #expect(model.tableNames == ["counts"])
  }

  @Test(arguments: [
    ("-- name: counts\n", 1, "lacks `-- version"),
    ("-- name: Counts\n", 1, "lower-case letters and digits"),
    ("-- name: ../x\n", 1, "lower-case letters and digits"),
    ("-- name: counts\n-- name: other\n", 2, "said twice"),
    ("-- name: counts\n-- version: 0\n", 2, "whole number from 1"),
    ("-- name: counts\n-- version: 1.5\n", 2, "whole number from 1"),
    ("-- name: counts\n-- colour: red\n", 2, "no key of that name"),
    ("-- name: counts\n-- onError: ignore\n", 2, "goOn or stop"),
    ("-- name: counts\n-- reads: [a b]\n", 2, "list of event types"),
    ("-- name: counts\n-- reads: [a, a]\n", 2, "names a type twice"),
    ("-- name: counts\n-- reads:\n", 2, "has no value"),
    ("-- name: counts\n-- just a remark\n", 2, "-- key: value"),
    ("", 1, "lacks `-- name"),
  ])
  func aHeaderThatIsWrongIsRefused(header: String, line: Int, words: String) {
    expectRefusal(
      "view.definition", line, words, of: header + "\n" + CountModel.table + CountModel.statement)
  }

  @Test func tablesAreStrictWithAPrimaryKeyAndComments() {
    func refused(_ table: String, _ words: String, _ code: String = "view.definition") {
      expectRefusal(code, 5, words, of: CountModel.header + table + ";\n" + CountModel.statement)
    }
    refused("CREATE TABLE counts (a TEXT PRIMARY KEY)", "lacks STRICT")
    refused("CREATE TABLE counts (a TEXT) STRICT", "no PRIMARY KEY")
    refused("CREATE TABLE counts (a REAL PRIMARY KEY) STRICT", "neither INTEGER nor TEXT")
    refused("CREATE TABLE counts (a TEXT PRIMARY KEY) STRICT", "1 columns and 0 comments")
    refused("CREATE TABLE batch (a TEXT PRIMARY KEY) STRICT", "not batch")
    refused("CREATE TABLE json_each (a TEXT PRIMARY KEY) STRICT", "not batch")
    refused("CREATE TABLE _rapport (a TEXT PRIMARY KEY) STRICT", "already exists")
    refused("CREATE TABLE IF NOT EXISTS _rapport (a TEXT PRIMARY KEY) STRICT", "there already")
    refused(
      "CREATE TABLE counts (a INTEGER PRIMARY KEY AUTOINCREMENT) STRICT", "AUTOINCREMENT",
      "view.forbidden")
    refused(
      "CREATE TABLE counts (a TEXT PRIMARY KEY, b TEXT DEFAULT CURRENT_TIMESTAMP) STRICT",
      "no plain number", "view.forbidden")
    refused(
      "CREATE TABLE counts (a INTEGER PRIMARY KEY, b INTEGER DEFAULT (random())) STRICT",
      "no plain number", "view.forbidden")
    refused("CREATE TABLE counts AS SELECT 1", "a view may not do", "view.forbidden")
    refused(
      "CREATE TEMP TABLE counts (a TEXT PRIMARY KEY) STRICT", "can be created", "view.forbidden")
    refused(
      "CREATE TABLE temp.counts (a TEXT PRIMARY KEY) STRICT", "does more than", "view.forbidden")
    refused("CREATE VIRTUAL TABLE counts USING fts5(a)", "can be created", "view.forbidden")
    refused(
      "CREATE TRIGGER t AFTER INSERT ON counts BEGIN SELECT 1; END", "can be created",
      "view.forbidden")
    refused("CREATE UNIQUE INDEX i ON counts(events)", "UNIQUE inside the table")
  }

  @Test func whatIsLeftOpenOrMissingIsRefused() {
    let start = CountModel.header + CountModel.table
    expectRefusal("view.definition", 10, "has no end", of: start + "DELETE FROM counts")
    expectRefusal("view.definition", 10, "has no end", of: start + "DELETE FROM counts; 'open")
    expectRefusal("view.definition", 1, "no statement that fills", of: start)
    expectRefusal(
      "view.definition", 1, "no CREATE TABLE", of: CountModel.header + "DELETE FROM counts;")
    expectRefusal(
      "view.definition", 15, "stand before",
      of: CountModel.text + "CREATE TABLE x (a);"
    )
  }

  // MARK: The sandbox

  /// Everything a statement may not do, each tried.
  @Test(arguments: [
    ("ATTACH ':memory:' AS other", "begins with"), ("DETACH main", "begins with"),
    ("PRAGMA writable_schema = ON", "begins with"), ("VACUUM", "begins with"),
    ("VACUUM INTO 'x.sqlite'", "begins with"), ("BEGIN", "begins with"), ("COMMIT", "begins with"),
    ("SAVEPOINT s", "begins with"), ("ROLLBACK", "begins with"),
    ("DROP TABLE counts", "begins with"),
    ("ALTER TABLE counts ADD COLUMN x", "begins with"), ("ANALYZE", "begins with"),
    ("REINDEX", "begins with"), ("EXPLAIN DELETE FROM counts", "begins with"),
    ("SELECT 1", "begins with"),
    ("DELETE FROM _rapport", "may not change _rapport"),
    ("UPDATE _rapport SET position = 0", "_rapport"),
    ("INSERT INTO _rapport_holes VALUES (1, '', '', '')", "_rapport_holes"),
    ("DELETE FROM batch", "may not change batch"),
    ("INSERT INTO counts SELECT name, 1, 1 FROM sqlite_master", "may not read sqlite_master"),
    ("INSERT INTO counts SELECT '', count(*), 1 FROM sqlite_master", "sqlite_master"),
    ("INSERT INTO counts SELECT tree_root, 1, 1 FROM _rapport", "may not read _rapport"),
    ("INSERT INTO counts SELECT '', count(*), 1 FROM _rapport", "_rapport"),
    ("INSERT INTO counts SELECT name, 1, 1 FROM pragma_table_info('counts')", "may not"),
    ("INSERT INTO counts SELECT '', count(*), 1 FROM pragma_database_list", "may not"),
    ("INSERT INTO counts SELECT name, 1, 1 FROM dbstat", "may not"),
    ("INSERT INTO counts VALUES ('', random(), 1)", "random"),
    ("INSERT INTO counts VALUES (hex(randomblob(8)), 1, 1)", "randomblob"),
    ("INSERT INTO counts VALUES (current_timestamp, 1, 1)", "current_timestamp"),
    ("INSERT INTO counts VALUES (CURRENT_DATE, 1, 1)", "current_date"),
    ("INSERT INTO counts VALUES (date('now'), 1, 1)", "date"),
    ("INSERT INTO counts VALUES (strftime('%s', 'n' || 'ow'), 1, 1)", "strftime"),
    ("INSERT INTO counts VALUES (datetime(), 1, 1)", "datetime"),
    ("INSERT INTO counts VALUES ('', unixepoch(), 1)", "unixepoch"),
    ("INSERT INTO counts VALUES ('', changes(), 1)", "changes"),
    ("INSERT INTO counts VALUES ('', total_changes(), 1)", "total_changes"),
    ("INSERT INTO counts VALUES ('', last_insert_rowid(), 1)", "last_insert_rowid"),
    ("INSERT INTO counts VALUES (load_extension('x'), 1, 1)", "load_extension"),
    ("INSERT INTO counts VALUES (sqlite_version(), 1, 1)", "sqlite_version"),
    ("INSERT INTO counts SELECT group_concat(id), 1, 1 FROM batch", "group_concat"),
    ("INSERT INTO counts VALUES (zeroblob(1000), 1, 1)", "zeroblob"),
    (
      "WITH x AS (SELECT random() AS r) INSERT INTO counts SELECT '', r, 1 FROM x", "random"
    ),
    (
      "INSERT INTO counts SELECT '', 1, 1 WHERE EXISTS (SELECT 1 FROM _rapport_catalogue)",
      "_rapport_catalogue"
    ),
  ])
  func whatAStatementMayNotDoIsRefused(sql: String, words: String) {
    expectRefusal(
      "view.forbidden", 10, words, of: CountModel.header + CountModel.table + sql + ";\n")
  }

  @Test(arguments: [
    ("INSERT INTO counts VALUES (?, 1, 1)", "nothing to put in place"),
    ("INSERT INTO counts VALUES (\"now\", 1, 1)", "no such column"),
    ("DELETE FROM sqlite_master", "may not be modified"),
    ("UPDATE sqlite_schema SET sql = ''", "may not be modified"),
    ("INSERT INTO nowhere VALUES (1)", "no such table"),
    ("INSERT INTO counts SELEKT 1", "syntax error"),
  ])
  func whatSQLiteCannotTakeIsRefused(sql: String, words: String) {
    expectRefusal(
      "view.definition", 10, words, of: CountModel.header + CountModel.table + sql + ";\n")
  }

  @Test func aViewReadsTheModelAndItsProgressOnly() throws {
    func text(_ view: String) -> String {
      CountModel.header + CountModel.table + view + ";\n" + CountModel.statement
    }
    _ = try SQLReadModel(
      text(
        "CREATE VIEW ages AS SELECT customer, (SELECT max(recorded) FROM _rapport) AS at FROM counts"
      ), file: "counts.sql")
    for other in ["_rapport_holes", "sqlite_master", "pragma_database_list"] {
      expectRefusal(
        "view.forbidden", 10, other, of: text("CREATE VIEW v AS SELECT * FROM \(other)"))
    }
    expectRefusal("view.definition", 10, "batch", of: text("CREATE VIEW v AS SELECT * FROM batch"))
    expectRefusal(
      "view.forbidden", 10, "_rapport_holes", of: text("CREATE INDEX i ON _rapport_holes(type)"))
  }

  @Test func anEndlessStatementIsStopped() throws {
    let model = try CountModel.model(
      """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        INSERT INTO counts SELECT '', max(i), 1 FROM n;
      """)
    #expect(throws: ProjectionError.tooManySteps(model: "counts", line: 10)) {
      try ModelFile.withFolded(model, CountModel.events(1)) { _ in }
    }
  }

  @Test func aTextWithoutBoundsBecomesAHole() throws {
    let model = try CountModel.model(
      "INSERT INTO counts SELECT replace(printf('%.*c', 4000, 'x'), 'x', printf('%.*c', 4000, 'x')), 1, 1 FROM batch;"
    )
    #expect(
      try Self.holes(of: model, CountModel.events(1)).map(\.reason) == [
        "the statement of line 10 failed: a text would be too long"
      ])
  }

  // MARK: Rows

  private static func holes(of model: SQLReadModel, _ events: [DecodedEvent]) throws -> [Hole] {
    try TemporaryDirectory.with { folder in
      let engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
      return try engine.rebuild(from: ArraySource(events), now: noon).holes
    }
  }

  /// Live at every batch size, a rebuild, and a file fed further: the same rows and the same holes.
  @Test(arguments: [1, 7, 1_000])
  func liveIsARebuildWhateverTheBatches(size: Int) throws {
    let model = try SQLReadModel(CountModel.text, file: "counts.sql")
    let events = CountModel.events(60)
    try TemporaryDirectory.with { folder in
      let source = ArraySource()
      var engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
      engine.batchMax = size
      _ = try engine.catchUp(with: source, now: noon)
      for end in [1, 2, 20, 60] {
        source.append(events[Int(source.end.value)..<end])
        #expect(try engine.catchUp(with: source, now: noon).rebuilt == nil)
        let live = try engine.contentDigest()
        let holes = try engine.holes(countMax: 100)
        #expect(holes.map(\.position.value) == (0..<UInt64(end)).filter { $0 % 5 == 4 })
        let other = ProjectionEngine(model, folder: folder + "/other\(end)", catalogue: "test")
        let rebuilt = try other.rebuild(from: source, now: noon)
        #expect(rebuilt.digest == live)
        #expect(rebuilt.holes == holes)
        #expect(try engine.verify(against: source).isWhole)
      }
    }
  }

  @Test func aHoleTellsWhyWithoutTheValue() throws {
    let model = try SQLReadModel(CountModel.text, file: "counts.sql")
    var history = History()
    history.add("test.made", ["amount": "secret"])
    let holes = try Self.holes(of: model, history.events)
    #expect(holes.map(\.reason) == ["the statement of line 10 failed: malformed JSON"])
  }

  @Test func aModelThatStopsWaitsBeforeTheEvent() throws {
    let text = CountModel.text.replacing("-- version: 1", with: "-- version: 1\n-- onError: stop")
    let model = try SQLReadModel(text, file: "counts.sql")
    try TemporaryDirectory.with { folder in
      let engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
      let done = try engine.catchUp(with: ArraySource(CountModel.events(20)), now: noon)
      #expect(done.stopped?.position == Position(4) && done.position == Position(4))
    }
  }

  @Test func mergesMakeRowsOfThePastAgain() throws {
    let model = try SQLReadModel(CountModel.text, file: "counts.sql")
    var history = History()
    for number in 0..<6 {
      history.add("test.made", of: "c\(number % 2)", at: "2026-01-0\(number + 1)")
    }
    history.add(
      "profile.merged", of: "c0", at: "2026-02-01", by: "user",
      ["canonical": "c0", "absorbed": "c1", "assurance": "probable"])
    history.add("test.made", of: "c1", at: "2026-02-02")
    let source = ArraySource()
    try TemporaryDirectory.with { folder in
      let engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
      _ = try engine.catchUp(with: source, now: noon)
      source.append(history.events[..<4])
      _ = try engine.catchUp(with: source, now: noon)
      source.append(history.events[4...])
      _ = try engine.catchUp(with: source, now: noon)
      let other = ProjectionEngine(model, folder: folder + "/other", catalogue: "test")
      #expect(try engine.contentDigest() == other.rebuild(from: source, now: noon).digest)
    }
  }

  // MARK: Batches

  @Test func aModelThatCountsBatchesIsCaught() throws {
    let source = ArraySource(CountModel.events(50, isOdd: false))
    func test(_ sql: String) throws -> SQLBatchTest {
      try SQLBatchTest(
        try CountModel.model(sql), from: source, at: [Position.zero..<source.end])
    }
    let good = try test(CountModel.statement)
    #expect(good.isGood && good.events == 50 && good.digest.rows == 3)
    // Each run replaces what the runs before had counted.
    let wrong = try test(
      "INSERT OR REPLACE INTO counts SELECT customer, count(*), 1 FROM batch GROUP BY customer;")
    #expect(!wrong.isGood)
    #expect(wrong.differences.map(\.table) == ["counts"])
    #expect(wrong.differences[0].columns == ["events"])
    #expect(wrong.differences[0].rows.allSatisfy { $0?.contains("customer='c0'") ?? false })
    // The rows are the same, but not the events that could not be taken in.
    let holes = try test(
      """
      INSERT INTO counts SELECT '', 1, 1 FROM batch WHERE (SELECT count(*) FROM counts) = 0 LIMIT 1;
      UPDATE counts SET events = iif((SELECT count(*) FROM batch) = 1, 'none', 1);
      """)
    #expect(!holes.isGood)
  }
}
