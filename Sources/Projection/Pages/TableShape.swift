import GRDB

/// What must be known of a table to write its rows as records, and, where that can be done, as pages.
struct TableShape: Sendable {
  let name: String
  let layout: RecordLayout
  /// The page that SQLite made for the table; nil where rows must go through SQLite: a table with row ids, or with
  /// indexes besides its primary key.
  let root: UInt32?

  /// The shapes of the tables in `db`, in name order.
  static func all(in db: Database) throws -> [TableShape] {
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT m.name AS name, m.rootpage AS root, l.wr AS bare, l.ncol AS columns
          FROM main.sqlite_master m JOIN pragma_table_list l ON l.name = m.name AND l.schema = 'main'
          WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_' ORDER BY m.name
        """)
    return try rows.map { row in
      let name: String = row["name"]
      let columnCount: Int = row["columns"]
      if row["bare"] == 1, let layout = try layout(of: name, in: db) {
        return TableShape(name: name, layout: layout, root: row["root"])
      }
      let plain = RecordLayout(columns: Array(0..<columnCount), keyCount: columnCount)
      return TableShape(name: name, layout: plain, root: nil)
    }
  }

  /// The order in which SQLite stores the columns of a table WITHOUT ROWID; nil where it has further indexes, or compares
  /// other than by bytes.
  private static func layout(of table: String, in db: Database) throws -> RecordLayout? {
    let indexes = try Row.fetchAll(
      db, sql: "SELECT name, origin FROM pragma_index_list(?)", arguments: [table])
    guard indexes.count == 1, indexes[0]["origin"] == "pk" else { return nil }
    let name: String = indexes[0]["name"]
    let columns = try Row.fetchAll(
      db, sql: "SELECT * FROM pragma_index_xinfo(?) ORDER BY seqno", arguments: [name])
    for column in columns where column["key"] == 1 {
      guard column["desc"] == 0, column["coll"] == "BINARY" else { return nil }
    }
    return RecordLayout(
      columns: columns.map { $0["cid"] }, keyCount: columns.count { $0["key"] == 1 })
  }
}
