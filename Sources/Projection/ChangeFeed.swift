// The changes of a read model, kept in its file for those who follow it.

import GRDB
package import JSONBytes
import LogEngine

/// A row that was added, altered or removed.
package struct RowChange: Hashable, Sendable {
  package enum Operation: String, Sendable { case added, altered, removed }

  /// The model took in the events before ``FeedCursor/next``; of the changes that this made, this one has the
  /// number ``FeedCursor/number``.
  package var place: FeedCursor
  package var table: String
  /// The primary key: an object of its columns.
  package var key: JSONValue
  package var operation: Operation
  /// The row as it is after the change, an object of all columns; null where it was removed.
  package var row: JSONValue

  /// Where somebody stands who had this change.
  package var after: FeedCursor { FeedCursor(place.next, place.number + 1) }
}

/// What a model's file says about its changes.
package struct FeedState: Hashable, Sendable {
  /// Which feed it is: one that began anew, because the file it stood in was lost, is another one.
  package var id: Int64
  /// Every change from here on is kept; who stands before it must begin with the rows.
  package var since: FeedCursor
  /// Behind the last change.
  package var end: FeedCursor
}

/// A run of changes.
package struct RowChanges: Sendable {
  /// In order.
  package var changes: [RowChange]
  /// Where the next run begins.
  package var next: FeedCursor
}

/// A run of rows as they stand.
package struct RowPage: Sendable {
  package var table: String
  /// Key and row, as in ``RowChange``.
  package var rows: [(key: JSONValue, row: JSONValue)]
  /// Where to go on; nil behind the last row of the last table.
  package var next: RowPlace?
}

/// A place between the rows of a model: tables in name order, rows in the order of their primary key.
package struct RowPlace: Hashable, Sendable {
  /// When the file was built: a place in one file is none in another.
  var builtAt: Int64
  var table: String
  /// Behind the row of this key; nil before the first.
  var key: [SQLValue]?
}

/// The two tables of the feed. They are no part of the model: ``ModelFile/definitions(in:)`` and ``Digest`` leave them
/// out.
enum ChangeFeed {
  /// Changes are kept for so long, by recorded time, and at most so many.
  static let keptMicroseconds: Int64 = 7 * 86_400_000_000
  static let keptMax = 1_000_000

  static let tables = """
    CREATE TABLE _rapport_feed ( -- Somebody follows this model: one row
      id INTEGER NOT NULL PRIMARY KEY, -- which feed it is: when it began, microseconds since 1970 UTC
      since_next INTEGER NOT NULL, -- every change from here on is kept
      since_number INTEGER NOT NULL, -- and of that position from this number on
      changes INTEGER NOT NULL -- how many are kept
    ) STRICT;
    CREATE TABLE _rapport_changes ( -- Rows added, altered or removed
      next INTEGER NOT NULL, -- the model had taken in the events before this position
      number INTEGER NOT NULL, -- of the changes that this made, from 0
      recorded INTEGER, -- recorded time of the last of those events, microseconds since 1970 UTC
      name TEXT NOT NULL, -- table
      key TEXT NOT NULL, -- primary key, a JSON object
      operation TEXT NOT NULL, -- added, altered or removed
      row TEXT, -- the row after it, a JSON object
      PRIMARY KEY (next, number)
    ) STRICT, WITHOUT ROWID;
    """

  /// Nil where nobody follows the model.
  static func state(in db: Database) throws -> FeedState? {
    guard try db.tableExists("_rapport_feed"),
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT f.id, f.since_next, f.since_number, p.position,
              (SELECT max(number) + 1 FROM _rapport_changes WHERE next = p.position) AS number
            FROM _rapport_feed AS f, _rapport AS p
          """)
    else { return nil }
    let since = FeedCursor(Position(UInt64(row["since_next"] as Int64)), row["since_number"])
    let end = FeedCursor(Position(UInt64(row["position"] as Int64)), row["number"] as Int? ?? 0)
    // Changes of the last position may have been dropped, and then their numbers are known by `since` alone.
    return FeedState(id: row["id"], since: since, end: max(since, end))
  }

  /// Adds changes behind those of the same position.
  static func add(
    _ changes: [(table: String, key: JSONValue, operation: RowChange.Operation, row: JSONValue)],
    _ progress: Progress, in db: Database
  ) throws {
    guard !changes.isEmpty, let state = try state(in: db) else { return }
    let first = state.end.next == progress.position ? state.end.number : 0
    let insert = try db.cachedStatement(
      sql: "INSERT INTO _rapport_changes VALUES (?, ?, ?, ?, ?, ?, ?)")
    for (place, change) in changes.enumerated() {
      try insert.execute(arguments: [
        Int64(progress.position.value), first + place, progress.recorded?.microseconds,
        change.table, change.key.text, change.operation.rawValue,
        change.row == .null ? nil : change.row.text,
      ])
    }
    try db.execute(
      sql: "UPDATE _rapport_feed SET changes = changes + ?", arguments: [changes.count])
    try drop(progress, in: db)
  }

  /// Drops what is older than it must be, or more. Cost: what it drops.
  static func drop(
    _ progress: Progress, keptMax: Int = keptMax, in db: Database
  ) throws {
    guard let state = try state(in: db) else { return }
    let count = try Int.fetchOne(db, sql: "SELECT changes FROM _rapport_feed") ?? 0
    var since = state.since
    if count > keptMax, let row = try first(in: db, skipping: count - keptMax) {
      since = max(since, row.place)
    }
    if let recorded = progress.recorded {
      let limit = recorded.microseconds - keptMicroseconds
      let isOld = try first(in: db, skipping: 0).map { ($0.recorded ?? .max) < limit } ?? false
      if isOld {
        let kept = try place(
          in: db, "WHERE recorded >= ? ORDER BY next, number LIMIT 1", [limit])
        since = max(since, kept?.place ?? state.end)
      }
    }
    guard since > state.since else { return }
    let next = Int64(since.next.value)
    try db.execute(
      sql: "DELETE FROM _rapport_changes WHERE next < ? OR (next = ? AND number < ?)",
      arguments: [next, next, since.number])
    try db.execute(
      sql: "UPDATE _rapport_feed SET since_next = ?, since_number = ?, changes = changes - ?",
      arguments: [next, since.number, db.changesCount])
  }

  private static func first(
    in db: Database, skipping count: Int
  ) throws -> (place: FeedCursor, recorded: Int64?)? {
    try place(in: db, "ORDER BY next, number LIMIT 1 OFFSET ?", [count])
  }

  private static func place(
    in db: Database, _ rest: String, _ arguments: StatementArguments
  ) throws -> (place: FeedCursor, recorded: Int64?)? {
    try Row.fetchOne(
      db, sql: "SELECT next, number, recorded FROM _rapport_changes \(rest)", arguments: arguments
    ).map { row in
      (FeedCursor(Position(UInt64(row["next"] as Int64)), row["number"]), row["recorded"])
    }
  }

  /// Begins a feed, or goes on with the one that is there.
  static func start(id: Int64, in db: Database) throws {
    guard try state(in: db) == nil else { return }
    try db.execute(sql: tables)
    try db.execute(
      sql: "INSERT INTO _rapport_feed SELECT ?, position, 0, 0 FROM _rapport", arguments: [id])
  }

  /// Ends it: whoever follows later begins with the rows.
  static func end(in db: Database) throws {
    try db.execute(
      sql: "DROP TABLE IF EXISTS _rapport_feed; DROP TABLE IF EXISTS _rapport_changes")
  }
}

extension ProjectionEngine {
  /// Begins to keep the changes of the model in force, if nobody followed it so far. `now` names the feed.
  package func startFeed(now: Timestamp) throws -> FeedState {
    if let state = try feed() { return state }
    try writeFeed { try ChangeFeed.start(id: now.microseconds, in: $0) }
    guard let state = try feed() else { throw ProjectionError.busy(model: model.name) }
    return state
  }

  /// Keeps changes no more, and forgets those that it kept: nobody follows the model.
  package func endFeed() throws {
    guard folder.current() != nil, try feed() != nil else { return }
    try writeFeed { try ChangeFeed.end(in: $0) }
  }

  /// What is kept; nil where nobody follows the model.
  package func feed() throws -> FeedState? { try read { try ChangeFeed.state(in: $0.db) } }

  /// Runs `body` in a transaction on the file in force.
  private func writeFeed(_ body: (Database) throws -> Void) throws {
    try translatingErrors {
      try withWriterLock {
        guard let build = folder.current() else {
          throw ProjectionError.missing(model: model.name)
        }
        try writeFeed(ofBuild: build, body)
      }
    }
  }

  /// The same on any of its files, for the holder of the writer's lock.
  func writeFeed(ofBuild build: Int, _ body: (Database) throws -> Void) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON")
    }
    let queue = try DatabaseQueue(path: folder.file(ofBuild: build), configuration: configuration)
    try queue.write { try body($0) }
    try queue.close()
  }

  /// The changes from `start` on, at most about `countMax`; nil where they are not all kept any more, or those of
  /// another feed than `id`. Then the caller begins again with the rows.
  package func changes(
    of id: Int64, from start: FeedCursor, countMax: Int
  ) throws -> RowChanges? {
    try read { tables in
      let db = tables.db
      guard let state = try ChangeFeed.state(in: db), state.id == id, state.since <= start,
        start <= state.end
      else { return nil }
      let next = Int64(start.next.value)
      let rows = try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM _rapport_changes WHERE (next, number) >= (?, ?)
            ORDER BY next, number LIMIT ?
          """, arguments: [next, start.number, countMax])
      let changes = try rows.map { try RowChange($0) }
      let isAll = changes.count < countMax
      return RowChanges(
        changes: changes, next: isAll ? state.end : changes.last?.after ?? state.end)
    }
  }

  /// The rows behind `place`, at most `countMax`; nil for `place` is the beginning. Nil where the file is another one by
  /// now: then the caller begins again.
  package func rows(from place: RowPlace?, countMax: Int) throws -> RowPage? {
    try read { tables in
      guard let progress = try Progress.read(model.name, from: tables.db) else {
        throw ProjectionError.damaged(
          model: model.name, finding: "it does not say how far it has got")
      }
      let builtAt = progress.builtAt.microseconds
      if let place, place.builtAt != builtAt { return nil }
      return try RowPage.read(from: place, builtAt: builtAt, countMax: countMax, tables)
    }
  }
}

extension RowPage {
  fileprivate static func read(
    from place: RowPlace?, builtAt: Int64, countMax: Int, _ tables: Tables
  ) throws -> RowPage {
    let names = try ModelFile.tableNames(in: tables.db)
    guard let name = place.map(\.table) ?? names.first else {
      return RowPage(table: "", rows: [], next: nil)
    }
    let table = try KeyedTable(name, in: tables.db)
    let rows = try table.rows(behind: place?.key, countMax: countMax, in: tables)
    var page = RowPage(table: name, rows: rows.map { (table.keyJSON($0), table.json($0)) })
    if rows.count == countMax, let last = rows.last {
      page.next = RowPlace(builtAt: builtAt, table: name, key: table.key(of: last))
    } else if let following = names.first(where: { ByteKey.precedes(name, $0) }) {
      page.next = RowPlace(builtAt: builtAt, table: following, key: nil)
    }
    return page
  }

  private init(table: String, rows: [(key: JSONValue, row: JSONValue)]) {
    self.init(table: table, rows: rows, next: nil)
  }
}

extension RowChange {
  fileprivate init(_ row: Row) throws {
    guard let operation = Operation(rawValue: row["operation"]) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a change of no known kind")
    }
    func json(_ text: String?) throws -> JSONValue {
      try text.map { try JSONDocument(scanning: Array($0.utf8)).root.value } ?? .null
    }
    self.init(
      place: FeedCursor(Position(UInt64(row["next"] as Int64)), row["number"]),
      table: row["name"], key: try json(row["key"]), operation: operation,
      row: try json(row["row"]))
  }
}
