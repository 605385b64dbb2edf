// The tables of one open read model, as a projector reads and writes them.

package import GRDB

/// The tables of a read model inside one transaction. Never kept beyond it.
package final class Tables {
  /// For queries beyond what this type offers.
  package let db: Database
  private var writers: [String: RowWriter] = [:]

  package init(_ db: Database) { self.db = db }

  /// The writer of `table`. Asked for again, the same one.
  package func writer(_ table: String) throws -> RowWriter {
    if let writer = writers[table] { return writer }
    let writer = try RowWriter(table, in: db)
    writers[table] = writer
    return writer
  }

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
