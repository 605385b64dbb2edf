import GRDB
import Projection
import Testing

@Suite struct DigestTests {
  private func digest(_ sql: String...) throws -> ContentDigest {
    try DatabaseQueue().write { db in
      for statement in sql { try db.execute(sql: statement) }
      return try Digest.contents(of: db)
    }
  }

  private static let alpha =
    "CREATE TABLE alpha (k TEXT NOT NULL PRIMARY KEY, v INTEGER) STRICT, WITHOUT ROWID"

  /// Computed by another program, from the drawing in the comment of `Digest`.
  @Test func theEncodingIsTheOneThatIsDocumented() throws {
    let digest = try digest(
      Self.alpha, "INSERT INTO alpha VALUES ('ä', -5), ('x', 1), ('y', NULL)",
      "CREATE TABLE beta (k INTEGER NOT NULL PRIMARY KEY) STRICT")
    #expect(
      digest.digest
        == "sha256:63da358ca400a485f0595fca75c11b94baf916dcc86691f4196b653840430087")
    #expect(
      digest.tables == [
        TableDigest(
          table: "alpha",
          digest: "sha256:b223d65073f0635f2333e17431eefd8f46c0e4a118a5afc8f0c912dcea04cd71",
          rows: 3),
        TableDigest(
          table: "beta",
          digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          rows: 0),
      ])
  }

  @Test func nothingButTheRowsCounts() throws {
    let plain = try digest(Self.alpha, "INSERT INTO alpha VALUES ('a', 1), ('b', 2)")
    let same = try digest(
      "PRAGMA page_size = 1024", "CREATE TABLE _rapport (name TEXT) STRICT",
      "CREATE TABLE _rapport_holes (position INTEGER PRIMARY KEY) STRICT",
      "CREATE TABLE alpha (k TEXT NOT NULL PRIMARY KEY, v INTEGER) STRICT",
      "INSERT INTO alpha VALUES ('c', 3), ('b', 9)", "INSERT INTO alpha VALUES ('a', 1)",
      "DELETE FROM alpha WHERE k = 'c'", "UPDATE alpha SET v = 2 WHERE k = 'b'",
      "CREATE INDEX alpha_v ON alpha(v)", "CREATE VIEW alpha_now AS SELECT * FROM alpha",
      "INSERT INTO _rapport VALUES ('x')")
    #expect(plain == same)
  }

  @Test(arguments: [
    ("('a', 1)", "('a', NULL)"), ("('a', 0)", "('a', NULL)"), ("('', 1)", "('a', 1)"),
    ("('a', 1)", "('a', -1)"), ("('a', 1)", "('a', 1), ('b', 1)"), ("('a', 256)", "('a', 1)"),
    ("('a', 1), ('b', 2)", "('a', 2), ('b', 1)"),
  ])
  func otherRowsHaveAnotherDigest(one: String, other: String) throws {
    let first = try digest(Self.alpha, "INSERT INTO alpha VALUES \(one)")
    let second = try digest(Self.alpha, "INSERT INTO alpha VALUES \(other)")
    #expect(first.digest != second.digest)
    #expect(first.tablesDiffering(from: second) == ["alpha"])
  }

  @Test func textsThatReadAlikeWhenJoinedDiffer() throws {
    let table = "CREATE TABLE pair (a TEXT PRIMARY KEY, b TEXT) STRICT"
    let one = try digest(table, "INSERT INTO pair VALUES ('ab', 'c')")
    let other = try digest(table, "INSERT INTO pair VALUES ('a', 'bc')")
    #expect(one.digest != other.digest)
  }

  @Test func aNumberAndItsDigitsDiffer() throws {
    let number = try digest(
      "CREATE TABLE t (k INTEGER PRIMARY KEY, v ANY) STRICT", "INSERT INTO t VALUES (1, 7)")
    let text = try digest(
      "CREATE TABLE t (k INTEGER PRIMARY KEY, v ANY) STRICT", "INSERT INTO t VALUES (1, '7')")
    #expect(number.digest != text.digest)
  }

  @Test func theNameOfATableCounts() throws {
    let one = try digest("CREATE TABLE one (k INTEGER PRIMARY KEY) STRICT")
    let two = try digest("CREATE TABLE two (k INTEGER PRIMARY KEY) STRICT")
    #expect(one.digest != two.digest)
    #expect(one.tablesDiffering(from: two) == ["one", "two"])
  }

  @Test(arguments: ["1.5", "x'00'"])
  func aRealOrABlobIsRefused(value: String) throws {
    #expect(throws: ProjectionError.undigestible(table: "t", column: 1)) {
      try digest(
        "CREATE TABLE t (k INTEGER PRIMARY KEY, v ANY) STRICT",
        "INSERT INTO t VALUES (1, \(value))")
    }
  }
}
