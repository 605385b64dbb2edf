import JSONBytes
import Projection
import RapportTesting
import Testing

@Suite struct ReadOnlyQueryTests {
  private let scratch = TemporaryFolder()

  private func engine() throws -> ProjectionEngine {
    let engine = ProjectionEngine(
      Tally.self, folder: scratch.path + "/views", catalogue: "catalogue")
    _ = try engine.catchUp(with: ArraySource(tallyEvents(9)), now: noon)
    return engine
  }

  @Test func aQueryAnswersWithColumnsAndRows() throws {
    let result = try engine().query(
      "SELECT customer_id, events, NULL AS none, 0.5 AS half, x'0aff' AS bytes FROM tally LIMIT 1")
    #expect(result.columns == ["customer_id", "events", "none", "half", "bytes"])
    #expect(
      result.rows == [[.text("c0"), .integer(3), .null, .real(0.5), .blob([0x0A, 0xFF])]])
    #expect(
      result.json.text
        == #"[{"customer_id":"c0","events":3,"none":null,"half":0.5,"bytes":"0aff"}]"#)
  }

  @Test func columnsNamedAlikeBecomeMembersOfTheirOwn() throws {
    let result = try engine().query("SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a")
    #expect(result.json.text == #"[{"a":1,"a_2":2,"a_2_2":3,"a_3":4}]"#)
  }

  @Test(arguments: [
    "SELECT 1;", "SELECT 1 -- done", "SELECT 1; /* done */ ;", " \n SELECT 1",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT max(i) FROM n",
    "EXPLAIN QUERY PLAN SELECT * FROM tally",
    "SELECT sql FROM sqlite_master", "VALUES (1)",
  ])
  func oneStatementThatReadsIsRun(sql: String) throws {
    #expect(try !engine().query(sql).rows.isEmpty)
  }

  @Test(arguments: [
    "INSERT INTO tally VALUES ('x', 1, NULL)", "UPDATE tally SET events = 0", "DELETE FROM tally",
    "DROP TABLE tally", "CREATE TABLE more (a)", "CREATE TEMP TABLE more (a)",
    "ATTACH ':memory:' AS other", "DETACH main", "PRAGMA journal_mode = WAL",
    "PRAGMA query_only = 0", "VACUUM", "VACUUM INTO '/tmp/never.sqlite'", "REINDEX", "ANALYZE",
    "BEGIN", "COMMIT", "SAVEPOINT s", "ALTER TABLE tally ADD COLUMN x",
    "SELECT load_extension('x')", "SELECT name FROM pragma_table_info('tally')",
  ])
  func whatDoesMoreThanReadIsRefusedWithASentence(sql: String) throws {
    let engine = try engine()
    let before = try engine.contentDigest()
    #expect {
      try engine.query(sql)
    } throws: { error in
      guard case .refusedQuery(let sentence)? = error as? ProjectionError else { return false }
      return sentence.hasPrefix("A query may only read")
    }
    #expect(try engine.contentDigest() == before)
  }

  @Test(arguments: [
    ("", "There is no SQL statement; give one, for example: SELECT count(*) FROM customer"),
    (
      " -- nothing",
      "There is no SQL statement; give one, for example: SELECT count(*) FROM customer"
    ),
    ("SELECT 1; SELECT 2", "There is more behind the SQL statement; give one only."),
    ("SELECT 1; DROP TABLE tally", "There is more behind the SQL statement; give one only."),
    ("SELEKT 1", #"SQLite cannot run this query: near "SELEKT": syntax error."#),
    ("SELECT wrong FROM tally", "SQLite cannot run this query: no such column: wrong."),
    ("SELECT * FROM nowhere", "SQLite cannot run this query: no such table: nowhere."),
    ("SELECT abs(-9223372036854775808)", "SQLite cannot run this query: integer overflow."),
    ("SELECT 1\u{0}", "An SQL statement holds no zero byte."),
  ])
  func badSQLIsRefusedWithASentence(sql: String, sentence: String) throws {
    #expect(throws: ProjectionError.refusedQuery(sentence)) { try engine().query(sql) }
  }

  @Test func rowsComeOneByOne() throws {
    var seen = 0
    var columns: [String] = []
    try engine().query(
      "SELECT * FROM tally_event", columns: { columns = $0 }, row: { _ in seen += 1 })
    #expect(columns == ["customer_id", "position", "type"])
    #expect(seen == 9)
  }
}
