import GRDB
import Glibc
import RapportTesting
import Testing

@testable import Projection

/// Pages that are written without SQLite are pages that SQLite would have written.
@Suite struct PagedTablesTests {
  /// The primary key is neither first nor in order, so that records are not in the order of the columns.
  private static let tables = """
    CREATE TABLE note (
      text TEXT, number INTEGER NOT NULL, other INTEGER, name TEXT NOT NULL, flag INTEGER,
      PRIMARY KEY (name, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE empty (k TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE plain (k TEXT NOT NULL PRIMARY KEY, v INTEGER) STRICT;
    """

  private struct Note: Hashable {
    var text: String?
    var number: Int64
    var other: Int64?
    var name: String
    var flag: Int64? = 1

    func write(to row: RowWriter) throws {
      row.text(text)
      row.integer(number)
      row.integer(other)
      row.text(name)
      row.integer(flag)
      try row.insert()
    }
  }

  /// Writes the notes as pages, in as many runs as there are arrays, and hands the file over as SQLite opens it.
  private func written(
    _ runs: [[Note]], pageSize: Int = 512, _ body: (Database, ContentDigest) throws -> Void
  ) throws {
    try TemporaryDirectory.with { folder in
      let file = "\(folder)/pages.sqlite"
      let pages = try ModelFile.openPages(file, tables: Self.tables, pageSize: pageSize)
      let tables = pages.gathering()
      for run in runs {
        for note in run { try note.write(to: tables.writer("note")) }
        let row = try tables.writer("plain")
        row.text("run of \(run.count) \(run.first?.name ?? "")")
        row.integer(nil)
        try row.insert()
        try pages.add(tables.takeRuns())
      }
      try pages.finish()
      let queue = try ModelFile.openFresh(file)
      try queue.write { db in
        try pages.insertOthers(in: db)
        try body(db, try pages.digest(db))
      }
      try queue.close()
    }
  }

  private func notes(in db: Database) throws -> [Note] {
    try Row.fetchAll(db, sql: "SELECT * FROM note ORDER BY name, number").map {
      Note(text: $0[0], number: $0[1], other: $0[2], name: $0[3], flag: $0[4])
    }
  }

  private func expectWhole(_ db: Database, _ comment: String) throws {
    let found = try String.fetchAll(db, sql: "PRAGMA integrity_check")
    #expect(found == ["ok"], "\(comment)")
  }

  private func expectSame(_ runs: [[Note]], _ comment: String, pageSize: Int = 512) throws {
    try written(runs, pageSize: pageSize) { db, digest in
      try expectWhole(db, comment)
      let expected = runs.flatMap { $0 }
      #expect(try notes(in: db) == expected, "\(comment)")
      #expect(try Digest.contents(of: db) == digest, "\(comment)")
      #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM plain") == Set(runs).count)
    }
  }

  private static func name(_ number: Int) -> String {
    let digits = String(number)
    return "c" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  @Test func everyNumberOfRowsGivesAWholeTree() throws {
    try withEvery("rows", in: Array(0...70) + [200, 481, 2_000, 20_000]) { count in
      let notes = (0..<count).map {
        Note(text: "t\($0)", number: Int64($0), other: nil, name: Self.name($0))
      }
      try expectSame([notes], loopValues)
    }
  }

  @Test func everyLengthOfATextStandsInItsPlace() throws {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    let notes = (0...1_600).map { length in
      Note(
        text: String((0..<length).map { letters[($0 + length) % 26] }), number: 0, other: 9,
        name: Self.name(length))
    }
    try expectSame([notes], "by length")
    try expectSame([notes], "by length", pageSize: 8_192)
    // Alone as well: the row that does not fit is the first, the last and the only one of its page.
    try withEvery("length", in: [95, 96, 97, 100, 101, 102, 103, 508, 600, 1_117, 70_000]) { size in
      let text = String(repeating: "x", count: size)
      for count in 1...9 {
        let notes = (0..<count).map {
          Note(text: text, number: Int64($0), other: nil, name: Self.name($0))
        }
        try expectSame([notes], "\(loopValues), \(count) rows")
      }
    }
  }

  @Test func everySizeOfANumberStandsInItsPlace() throws {
    var numbers: Set<Int64> = [.min, .max]
    for bit in 0..<63 {
      for near: Int64 in -2...2 { numbers.formUnion([1 << bit &+ near, -(1 << bit) &+ near]) }
    }
    let notes = numbers.sorted().map { Note(text: nil, number: $0, other: $0, name: "n", flag: 0) }
    try expectSame([notes], "numbers")
  }

  @Test func rowsOfARunMayComeInAnyOrderAndTheLastOfAKeyCounts() throws {
    var random = SeededGenerator.ofThisRun()
    let notes = (0..<300).map {
      Note(text: "late", number: Int64($0 % 7), other: 2, name: Self.name($0 / 7))
    }
    let early = notes.filter { _ in Bool.random(using: &random) }.map { note in
      var note = note
      note.text = "early, and longer"
      return note
    }
    let run = early.shuffled(using: &random) + notes.shuffled(using: &random)
    try written([run]) { db, digest in
      try expectWhole(db, "shuffled")
      #expect(try self.notes(in: db) == notes)
      #expect(try Digest.contents(of: db) == digest)
    }
  }

  @Test func aFileGoesOnAsAnyOther() throws {
    var random = SeededGenerator.ofThisRun()
    func text() -> String {
      String(repeating: "y", count: Int.random(in: 0...700, using: &random))
    }
    for _ in 0..<20 {
      let count = Int.random(in: 1...3_000, using: &random)
      let notes = (0..<count).map {
        Note(text: text(), number: Int64($0 % 3), other: nil, name: Self.name($0 / 3))
      }
      // Runs end where a name does.
      let cut = count / 3 / 2 * 3
      try written([Array(notes[..<cut]), Array(notes[cut...])]) { db, _ in
        try expectWhole(db, "\(count) rows")
        for _ in 0..<200 {
          let name = Self.name(Int.random(in: 0...1_200, using: &random))
          try db.execute(sql: "DELETE FROM note WHERE name = ?", arguments: [name])
          try db.execute(
            sql: "INSERT OR REPLACE INTO note VALUES (?, 1, 2, ?, 0)",
            arguments: [text(), Self.name(Int.random(in: 0...1_200, using: &random))])
        }
        try db.execute(sql: "CREATE INDEX note_text ON note(text)")
        try expectWhole(db, "\(count) rows, changed")
      }
    }
  }

  @Test func thePageThatSQLiteLocksHoldsNothing() throws {
    try TemporaryDirectory.with { folder in
      let file = "\(folder)/large.sqlite"
      _ = try ModelFile.openPages(file, tables: Self.tables, pageSize: 512)
      let queue = try ModelFile.openFresh(file)
      let shapes = try queue.read { try TableShape.all(in: $0) }
      try queue.close()
      // As if 1 GiB less three pages were in use; the file has a hole there.
      let lockPage = 0x4000_0000 / 512 + 1
      let pages = try PagedTables(file, pageSize: 512, pageCount: lockPage - 4, shapes)
      let tables = pages.gathering()
      let text = String(repeating: "z", count: 3_000)
      let notes = (0..<100).map {
        Note(text: $0 == 0 ? text : "t", number: 1, other: nil, name: Self.name($0))
      }
      for note in notes { try note.write(to: tables.writer("note")) }
      try pages.add(tables.takeRuns())
      try pages.finish()
      let again = try ModelFile.openFresh(file)
      try again.write { db in
        #expect(try self.notes(in: db) == notes)
        #expect(try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 > lockPage + 5)
        try db.execute(sql: "INSERT INTO note VALUES ('more', 1, 1, 'more', 1)")
        #expect(try Digest.contents(of: db) != pages.digest(db))
      }
      try again.close()
    }
  }

  @Test func recordsCompareAsSQLiteCompares() throws {
    let names = ["", "a", "aa", "b", "é", "e\u{301}", "z", "\u{10FFFF}"]
    let numbers: [Int64] = [.min, -129, -1, 0, 1, 2, 127, 128, 65_536, .max]
    var run = RecordRun(RecordLayout(columns: [1, 0], keyCount: 2))
    for name in names {
      for number in numbers {
        var values = RowValues()
        values.integer(number)
        values.text(utf8: name.utf8)
        run.append(values)
      }
    }
    for one in 0..<run.count {
      for other in 0..<run.count {
        let (a, b) = (names[one / numbers.count], names[other / numbers.count])
        let (x, y) = (numbers[one % numbers.count], numbers[other % numbers.count])
        let isSame = one / numbers.count == other / numbers.count
        let isBefore = isSame ? x < y : ByteKey.precedes(a, b)
        let found = RecordOrder.compare(
          run.bytes.span, run.range(one).lowerBound, run.bytes.span, run.range(other).lowerBound,
          keyCount: 2)
        #expect((found < 0) == isBefore && (found == 0) == (one == other))
      }
    }
  }

  /// Tables that SQLite fills itself: rows stay as they came, NULLs in front as well.
  @Test func rowsOfOtherTablesMayHoldNull() throws {
    try TemporaryDirectory.with { folder in
      let file = "\(folder)/pages.sqlite"
      let pages = try ModelFile.openPages(
        file, tables: "CREATE TABLE t (name TEXT, n INTEGER, k INTEGER PRIMARY KEY) STRICT;")
      let tables = pages.gathering()
      for (name, number, key) in [("x", nil, 0), ("x", nil, 1), ("x", 5, 2), (nil, 7, 3)]
        as [(String?, Int64?, Int64)]
      {
        let row = try tables.writer("t")
        row.text(name)
        row.integer(number)
        row.integer(key)
        try row.insert()
      }
      try pages.add(tables.takeRuns())
      try pages.finish()
      let queue = try ModelFile.openFresh(file)
      try queue.write { db in
        try pages.insertOthers(in: db)
        #expect(try Int.fetchAll(db, sql: "SELECT k FROM t WHERE n IS NULL ORDER BY k") == [0, 1])
        #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == 4)
        try expectWhole(db, "NULL")
      }
      try queue.close()
    }
  }

  /// Small numbers as the only column: their cells are shorter than SQLite's least.
  @Test func cellsOfOneByteLeaveNoGap() throws {
    for count in 1...120 {
      try TemporaryDirectory.with { folder in
        let file = "\(folder)/pages.sqlite"
        let pages = try ModelFile.openPages(
          file, tables: "CREATE TABLE t (k INTEGER NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;",
          pageSize: 512)
        let tables = pages.gathering()
        for key in (2 - count)...1 {
          let row = try tables.writer("t")
          row.integer(Int64(key))
          try row.insert()
        }
        try pages.add(tables.takeRuns())
        try pages.finish()
        let queue = try ModelFile.openFresh(file)
        try queue.write { db in
          try pages.insertOthers(in: db)
          try expectWhole(db, "\(count) rows")
          #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == count)
        }
        try queue.close()
      }
    }
  }
}
