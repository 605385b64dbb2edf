import GRDB
import Projection
import RapportTesting
import ReadModels
import Testing

@Suite struct Customer360TablesTests {
  private func definitions(_ type: String) throws -> [(name: String, sql: String)] {
    try ModelFile.withFolded(Customer360.self, []) { tables in
      try Row.fetchAll(
        tables.db, sql: "SELECT name, sql FROM sqlite_master WHERE type = ? ORDER BY name",
        arguments: [type]
      ).map { ($0["name"], $0["sql"] ?? "") }
    }
  }

  @Test func everyTableAndColumnHasACommentInTheFile() throws {
    for (name, sql) in try definitions("table") {
      let lines = sql.split(separator: "\n").map { $0.drop { $0 == " " } }
      #expect(lines[0].contains("( -- "), "table \(name)")
      for line in lines.dropFirst().dropLast() where !line.hasPrefix("PRIMARY KEY") {
        #expect(line.contains(" -- "), "\(name): \(line)")
      }
      #expect(lines.last?.hasPrefix(") STRICT") == true, "\(name) is strict")
    }
  }

  @Test func everySQLViewHasAComment() throws {
    for (name, sql) in try definitions("view") {
      #expect(sql.split(separator: "\n")[0].contains(" AS -- "), "view \(name)")
    }
  }

  @Test func thereAreTheTablesOfTheDesign() throws {
    let names = Set(try definitions("table").map(\.name))
    let wanted = [
      "customer", "spend", "fact", "timeline", "promise", "question", "cue", "benefit",
      "relationship",
    ]
    #expect(names.isSuperset(of: wanted))
  }

  @Test func noColumnHoldsAValueTierAnOwnerOrAHandlingTime() throws {
    let columns = try definitions("table").map(\.sql).joined().lowercased()
    for word in ["owner", "lifetime", "score", "handling", "segment"] {
      #expect(!columns.contains(word), "\(word)")
    }
  }

  @Test func theDigestDiffersForEverySingleChangedCell() throws {
    let events = RandomHistory.events(seed: 11, count: 500).events
    try ModelFile.withFolded(Customer360.self, events) { tables in
      let db = tables.db
      let whole = try Digest.contents(of: db).digest
      var cells = 0
      for table in try Digest.contents(of: db).tables.map(\.table) {
        let key = try db.primaryKey(table).columns
        let row = try #require(
          try Row.fetchOne(db, sql: "SELECT * FROM \(table) ORDER BY random() LIMIT 1"),
          "\(table) has rows")
        let place = key.map { "\($0) IS ?" }.joined(separator: " AND ")
        let values = StatementArguments(key.map { row[$0] as DatabaseValue })
        for column in row.columnNames {
          let isText = try db.columns(in: table).first { $0.name == column }?.type == "TEXT"
          try db.inSavepoint {
            try db.execute(
              sql: "UPDATE \(table) SET \(column) = coalesce(\(column), \(isText ? "''" : "0"))"
                + (isText ? " || 'x'" : " + 77777") + " WHERE \(place)", arguments: values)
            #expect(db.changesCount == 1, "\(table).\(column)")
            #expect(try Digest.contents(of: db).digest != whole, "\(table).\(column)")
            return .rollback
          }
          cells += 1
        }
        try db.inSavepoint {
          try db.execute(sql: "DELETE FROM \(table) WHERE \(place)", arguments: values)
          #expect(try Digest.contents(of: db).digest != whole, "\(table), a row less")
          return .rollback
        }
      }
      #expect(cells > 150)
      #expect(try Digest.contents(of: db).digest == whole)
    }
  }
}
