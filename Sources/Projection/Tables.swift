// The tables of one open read model, as a projector reads and writes them.

package import GRDB

/// The tables of a read model inside one transaction. Never kept beyond it.
package final class Tables {
  private let database: Database?
  /// Where rows are gathered: the layouts of the tables by their names.
  private let layouts: [String: RecordLayout]
  private var writers: [String: RowWriter] = [:]

  package init(_ db: Database) {
    database = db
    layouts = [:]
  }

  /// Tables that are written and never read: the rows are gathered as records, for ``takeRuns()``.
  init(gathering shapes: [TableShape]) {
    database = nil
    layouts = Dictionary(uniqueKeysWithValues: shapes.map { ($0.name, $0.layout) })
  }

  /// For queries beyond what this type offers.
  package var db: Database {
    guard let database else { preconditionFailure("a rebuild writes rows, and reads none") }
    return database
  }

  /// The writer of `table`. Asked for again, the same one.
  package func writer(_ table: String) throws -> RowWriter {
    if let writer = writers[table] { return writer }
    let writer =
      if let layout = layouts[table] {
        RowWriter(table, layout)
      } else {
        try RowWriter(table, in: db)
      }
    writers[table] = writer
    return writer
  }

  /// A writer of `table` that joins each row to the one of its key that is there, as `addition` says (`ON CONFLICT …`).
  func writer(_ table: String, adding addition: String) throws -> RowWriter {
    let name = "\(table) \(addition)"
    if let writer = writers[name] { return writer }
    let writer = try RowWriter(table, in: db, adding: addition)
    writers[name] = writer
    return writer
  }

  /// The rows gathered since the last time, by table.
  func takeRuns() -> [(table: String, run: RecordRun)] {
    writers.compactMap { table, writer in writer.takeRun().map { (table, $0) } }
      .filter { $0.1.count > 0 }
  }

  /// How many bytes the rows have that were gathered.
  var gathered: Int { writers.values.reduce(0) { $0 + $1.gathered } }

  /// Hands every row of the query to `body`, in order. Two queries of the same text may not run inside each other.
  package func rows(
    _ sql: String, _ arguments: StatementArguments = StatementArguments(),
    _ body: (RowReader) throws -> Void
  ) throws {
    let reader = try RowReader(sql, arguments, in: db)
    defer { reader.finish() }
    while try reader.next() { try body(reader) }
  }

  /// Removes the rows of `table` whose `column` is `key`.
  package func delete(from table: String, where column: String, is key: String) throws {
    try db.cachedStatement(sql: "DELETE FROM \(table) WHERE \(column) = ?")
      .execute(arguments: [key])
  }
}
