// Finding out which rows a transaction changed, whoever wrote them and however.

import GRDB
import JSONBytes

/// Remembers each row as it was before the transaction touched it first, and compares at its end.
///
/// Temporary triggers do the remembering: they belong to the connection and leave no trace in the file. `INSERT OR
/// REPLACE` removes rows without telling triggers unless `recursive_triggers` is on; there are no others that it could
/// set off.
final class ChangeCapture: Sendable {
  private let tables: [KeyedTable]

  /// Nil where nobody follows the model: then nothing is done, and nothing costs anything. For the writer's connection,
  /// outside a transaction.
  init?(in db: Database) throws {
    guard try db.tableExists("_rapport_feed") else { return nil }
    tables = try ModelFile.tableNames(in: db).map { try KeyedTable($0, in: db) }
    // What was in a row is personal, and must not reach a temporary file.
    try db.execute(sql: "PRAGMA temp_store = MEMORY; PRAGMA recursive_triggers = ON")
    for (number, table) in tables.enumerated() { try db.execute(sql: Self.sql(table, number)) }
  }

  /// The table of rows before, and the triggers that fill it. In a trigger the conflict clause of the statement that set
  /// it off counts, so `OR IGNORE` would not do.
  private static func sql(_ table: KeyedTable, _ number: Int) -> String {
    let name = table.name.quotedDatabaseIdentifier
    let before = "_rapport_before_\(number)"
    let places = table.columns.indices
    let columns = places.map { "c\($0)" }.joined(separator: ", ")
    let keys = table.keyPlaces.map { "c\($0)" }.joined(separator: ", ")
    func equal(_ left: String, _ right: String) -> String {
      table.keyPlaces.map { place in
        let column = table.columns[place].quotedDatabaseIdentifier
        return "\(left.isEmpty ? "c\(place)" : "\(left).\(column)") IS \(right).\(column)"
      }.joined(separator: " AND ")
    }
    /// Remembers the row of a key that is to be changed: as it is now, or that there is none.
    func remember(_ row: String) -> String {
      let none = places.map { place in
        table.keyPlaces.contains(place)
          ? "\(row).\(table.columns[place].quotedDatabaseIdentifier)" : "NULL"
      }.joined(separator: ", ")
      return """
        INSERT INTO \(before) SELECT 1, t.* FROM \(name) AS t WHERE \(equal("t", row))
          AND NOT EXISTS (SELECT 1 FROM \(before) WHERE \(equal("", row)));
        INSERT INTO \(before) SELECT 0, \(none)
          WHERE NOT EXISTS (SELECT 1 FROM \(before) WHERE \(equal("", row)));
        """
    }
    /// Remembers that there was no row of a key that is there now.
    func rememberNew() -> String {
      let new = places.map { place in
        table.keyPlaces.contains(place)
          ? "NEW.\(table.columns[place].quotedDatabaseIdentifier)" : "NULL"
      }.joined(separator: ", ")
      return """
        INSERT INTO \(before) SELECT 0, \(new)
          WHERE NOT EXISTS (SELECT 1 FROM \(before) WHERE \(equal("", "NEW")));
        """
    }
    return """
      CREATE TEMP TABLE \(before) (was, \(columns));
      CREATE INDEX temp.\(before)_key ON \(before)(\(keys));
      CREATE TEMP TRIGGER \(before)_insert BEFORE INSERT ON main.\(name)
        BEGIN \(remember("NEW")) END;
      CREATE TEMP TRIGGER \(before)_inserted AFTER INSERT ON main.\(name)
        BEGIN \(rememberNew()) END;
      CREATE TEMP TRIGGER \(before)_update BEFORE UPDATE ON main.\(name)
        BEGIN \(remember("OLD")) \(remember("NEW")) END;
      CREATE TEMP TRIGGER \(before)_delete BEFORE DELETE ON main.\(name)
        BEGIN \(remember("OLD")) END;
      """
  }

  /// Writes the rows that differ into the feed. For the end of the transaction that wrote them; `progress` is as of
  /// that end.
  func finish(_ progress: Progress, in tables: Tables) throws {
    var changes: [(table: String, key: JSONValue, operation: RowChange.Operation, row: JSONValue)] =
      []
    for (number, table) in self.tables.enumerated() {
      for (was, before) in try touched(table, number, in: tables) {
        let after = try table.row(ofKey: table.key(of: before), in: tables)
        let operation: RowChange.Operation
        switch (was, after) {
        case (false, nil): continue
        case (true, nil): operation = .removed
        case (false, _?): operation = .added
        case (true, let after?):
          if after == before { continue }
          operation = .altered
        }
        changes.append(
          (table.name, table.keyJSON(before), operation, after.map { table.json($0) } ?? .null))
      }
      try tables.db.execute(sql: "DELETE FROM _rapport_before_\(number)")
    }
    try ChangeFeed.add(changes, progress, in: tables.db)
  }

  /// The rows that were touched, as they were, in the order of the key.
  private func touched(
    _ table: KeyedTable, _ number: Int, in tables: Tables
  ) throws -> [(was: Bool, row: [SQLValue])] {
    let keys = table.keyPlaces.map { "c\($0)" }.joined(separator: ", ")
    let reader = try RowReader(
      "SELECT * FROM temp._rapport_before_\(number) ORDER BY \(keys)", [], in: tables.db)
    defer { reader.finish() }
    var rows: [(Bool, [SQLValue])] = []
    while let values = try reader.nextValues() {
      rows.append((values.first == .integer(1), Array(values.dropFirst())))
    }
    return rows
  }
}
