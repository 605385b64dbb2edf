// A rebuild carries the feed of changes over: what the new rows differ in from the old ones are changes too.

import GRDB
import JSONBytes
import LogEngine

extension ProjectionEngine {
  /// The position of the old file, where somebody follows it and its feed can go on in a new file: both must be made of
  /// this ledger's events, with the same columns, under the same sharing plan. Otherwise who follows begins again with the rows.
  func feedPosition(of old: Int?, _ source: any EventSource) throws -> Position? {
    guard let old else { return nil }
    let found: (feed: FeedState?, progress: Progress?)
    do {
      found = try read(old) {
        (try ChangeFeed.state(in: $0.db), try Progress.read(model.name, from: $0.db))
      }
    } catch let error as DatabaseError
      where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
    {
      // A file that cannot be read is built anew for that very reason.
      return nil
    }
    guard found.feed != nil, let progress = found.progress, progress.position <= source.end,
      try source.isRoot(progress.treeRoot, at: progress.position),
      // Under another sharing plan the old changes may hold what must not be shown any more.
      CatalogueDigest.scope(of: progress.catalogueDigest) == catalogue.scope,
      // Rows of other columns are all other rows.
      try read(old, { try ModelFile.definitions(in: $0.db) }) == ModelFile.definitions(of: model)
    else { return nil }
    return progress.position
  }

  /// Copies the feed of the old file into the new one, which is at the same position or further, and adds the rows that
  /// differ. For the holder of the writer's lock. Costs a look at every row of both.
  func carryFeed(from old: Int, to new: Int) throws {
    try read(old) { before in
      try writeFeed(ofBuild: new) { db in
        let after = Tables(db)
        guard let progress = try Progress.read(model.name, from: db) else {
          preconditionFailure("a new file says how far it has got")
        }
        try db.execute(sql: ChangeFeed.tables)
        for table in ["_rapport_feed", "_rapport_changes"] {
          let rows = try Row.fetchCursor(before.db, sql: "SELECT * FROM \(table)")
          var insert: Statement?
          while let row = try rows.next() {
            let marks = row.map { _ in "?" }.joined(separator: ", ")
            let statement =
              try insert ?? db.makeStatement(sql: "INSERT INTO \(table) VALUES (\(marks))")
            try statement.execute(arguments: StatementArguments(row.databaseValues))
            insert = statement
          }
        }
        let names = Set(try ModelFile.tableNames(in: before.db))
          .union(try ModelFile.tableNames(in: db))
        for table in names.sorted(by: ByteKey.precedes) {
          let changes = try TableComparison(table, before, after).changes()
          try ChangeFeed.add(changes, progress, in: db)
        }
      }
    }
  }
}

extension TableComparison {
  /// The rows that differ, in the order of the key.
  fileprivate func changes() throws -> [(
    table: String, key: JSONValue, operation: RowChange.Operation, row: JSONValue
  )] {
    var changes: [(String, JSONValue, RowChange.Operation, JSONValue)] = []
    try walk { old, new in
      switch (old, new) {
      case (nil, nil): break
      case (let old?, nil):
        changes.append((table, before.keyJSON(old), .removed, .null))
      case (nil, let new?):
        changes.append((table, after.keyJSON(new), .added, after.json(new)))
      case (let old?, let new?):
        if old == new { return }
        changes.append((table, after.keyJSON(new), .altered, after.json(new)))
      }
    }
    return changes
  }
}

extension TableComparison.Side {
  fileprivate func keyJSON(_ row: [SQLValue]) -> JSONValue {
    .object(key.map { JSONMember($0, columns.firstIndex(of: $0).map { row[$0].json } ?? .null) })
  }

  fileprivate func json(_ row: [SQLValue]) -> JSONValue { QueryResult.object(columns, row) }
}
