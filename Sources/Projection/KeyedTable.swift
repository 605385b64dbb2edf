// One table of a read model: its columns, its primary key, and rows by that key.

import GRDB
import JSONBytes

/// The shape of a table, and its rows as JSON.
struct KeyedTable {
  let name: String
  let columns: [String]
  /// Places of the primary key's columns, in its order.
  let keyPlaces: [Int]

  init(_ name: String, in db: Database) throws {
    self.name = name
    columns = try db.columns(in: name).map(\.name)
    let places = columns
    keyPlaces = try db.primaryKey(name).columns.compactMap { places.firstIndex(of: $0) }
  }

  var keyColumns: [String] { keyPlaces.map { columns[$0] } }

  func key(of row: [SQLValue]) -> [SQLValue] { keyPlaces.map { row[$0] } }

  /// The primary key, an object of its columns.
  func keyJSON(_ row: [SQLValue]) -> JSONValue {
    .object(keyPlaces.map { JSONMember(columns[$0], row[$0].json) })
  }

  /// An object of all columns.
  func json(_ row: [SQLValue]) -> JSONValue { QueryResult.object(columns, row) }

  /// The row of a key; nil where there is none.
  func row(ofKey key: [SQLValue], in tables: Tables) throws -> [SQLValue]? {
    let place = keyColumns.map { "\($0.quotedDatabaseIdentifier) IS ?" }
      .joined(separator: " AND ")
    let reader = try RowReader(
      "SELECT * FROM main.\(name.quotedDatabaseIdentifier) WHERE \(place)",
      StatementArguments(key.map(\.databaseValue)), in: tables.db)
    defer { reader.finish() }
    return try reader.nextValues()
  }

  /// The rows behind a key, in its order.
  func rows(
    behind key: [SQLValue]?, countMax: Int, in tables: Tables
  ) throws -> [[SQLValue]] {
    let names = keyColumns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
    let marks = keyColumns.map { _ in "?" }.joined(separator: ", ")
    let from = key == nil ? "" : "WHERE (\(names)) > (\(marks)) "
    let reader = try RowReader(
      "SELECT * FROM main.\(name.quotedDatabaseIdentifier) \(from)ORDER BY \(names) LIMIT ?",
      StatementArguments((key ?? []).map(\.databaseValue) + [countMax.databaseValue]),
      in: tables.db)
    defer { reader.finish() }
    var rows: [[SQLValue]] = []
    while let row = try reader.nextValues() { rows.append(row) }
    return rows
  }
}

extension SQLValue {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let value): value.databaseValue
    case .real(let value): value.databaseValue
    case .text(let value): value.databaseValue
    // A read model has integers and texts only; a digest has refused anything else.
    case .blob: .null
    }
  }
}

extension ModelFile {
  /// The model's own tables, in the order of their names.
  static func tableNames(in db: Database) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT name FROM main.sqlite_master WHERE type = 'table'
          AND substr(name, 1, 8) <> '_rapport' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
        """)
  }
}
