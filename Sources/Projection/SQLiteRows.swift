// Rows in and out of SQLite through its C interface: a rebuild writes millions of them. No pointer leaves this file.

import GRDB
import GRDBSQLite

/// Writes rows into one table. Values are given in the order of the table's columns, then `insert()` writes the row,
/// in place of one with the same primary key.
///
///     row.text(customer); row.integer(7); row.text(nil); try row.insert()
///
/// The values are gathered here and bound in one go, so that every pointer SQLite sees lives until the row is in. Of a
/// rebuild the rows are gathered as records.
package final class RowWriter {
  /// Nil where rows are gathered.
  private let statement: Statement?
  private var run: RecordRun?
  private let table: String
  private let columnCount: Int
  private var row = RowValues()

  /// `addition` is what becomes of a row that is there already, as `ON CONFLICT …`; nil: the new one takes its place.
  init(_ table: String, in db: Database, adding addition: String? = nil) throws {
    self.table = table
    columnCount = try db.columns(in: table).count
    let marks = Array(repeating: "?", count: columnCount).joined(separator: ",")
    let verb = addition == nil ? "INSERT OR REPLACE" : "INSERT"
    statement = try db.cachedStatement(
      sql: "\(verb) INTO \(table.quotedDatabaseIdentifier) VALUES (\(marks)) \(addition ?? "")")
  }

  /// Gathers records.
  init(_ table: String, _ layout: RecordLayout) {
    self.table = table
    columnCount = layout.columns.count
    statement = nil
    run = RecordRun(layout)
  }

  /// The next value; nil is NULL.
  package func integer(_ value: Int64?) { row.integer(value) }

  /// The next value: 1 or 0; nil is NULL.
  package func bool(_ value: Bool?) { integer(value.map { $0 ? 1 : 0 }) }

  /// The next value; nil is NULL.
  package func text(_ value: String?) {
    guard let value else { return row.integer(nil) }
    row.text(value)
  }

  /// The next value, from its UTF-8.
  package func text(utf8 value: some Collection<UInt8>) { row.text(utf8: value) }

  /// Writes the row of the values given since the last one. Traps if they are not as many as the columns.
  package func insert() throws {
    precondition(
      row.cells.count == columnCount,
      "a row of \(table) has \(columnCount) values, and \(row.cells.count) were given")
    defer { row.removeAll() }
    if let statement { try insert(with: statement) } else { run?.append(row) }
  }

  /// Hands over the rows gathered so far; nil for one that writes into a database.
  func takeRun() -> RecordRun? {
    guard let gathered = run.take() else { return nil }
    run = RecordRun(gathered.layout)
    return gathered
  }

  /// How many bytes the rows have that were gathered.
  var gathered: Int { run?.bytes.count ?? 0 }

  private func insert(with statement: Statement) throws {
    // Safe: GRDB owns the statement for as long as `statement` lives; the bound pointers point into `bytes`, which
    // does not change inside the closure, and are unbound before it ends.
    let result = unsafe row.bytes.withUnsafeBufferPointer { base -> CInt in
      let handle = unsafe statement.sqliteStatement
      var hasText = false
      for index in row.cells.indices {
        let column = CInt(truncatingIfNeeded: index + 1)
        switch row.cells[index] {
        case .null: _ = unsafe sqlite3_bind_null(handle, column)
        case .integer(let value): _ = unsafe sqlite3_bind_int64(handle, column, value)
        case .text(_, 0):
          // An empty array has no address, and a null address would bind NULL.
          _ = unsafe sqlite3_bind_text(handle, column, "", 0, nil)
        case .text(let offset, let count):
          hasText = true
          _ = unsafe base.baseAddress!.advanced(by: Int(offset)).withMemoryRebound(
            to: CChar.self, capacity: Int(count)
          ) { unsafe sqlite3_bind_text(handle, column, $0, CInt(count), nil) }
        }
      }
      let result = unsafe sqlite3_step(handle)
      unsafe sqlite3_reset(handle)
      if hasText { unsafe sqlite3_clear_bindings(handle) }
      return result
    }
    guard result == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: result), message: "a row of \(table) was not written")
    }
  }
}

/// Reads the rows of one query, value by value in the order of its columns.
///
///     while try row.next() { let id = row.text(), count = row.integer() }
package final class RowReader {
  private let statement: Statement
  private var column: CInt = 0

  init(_ sql: String, _ arguments: StatementArguments, in db: Database) throws {
    statement = try db.cachedStatement(sql: sql)
    try statement.setArguments(arguments)
  }

  /// Steps to the next row; false behind the last.
  package func next() throws -> Bool {
    column = 0
    // Safe: GRDB owns the statement for as long as `statement` lives.
    let result = unsafe sqlite3_step(statement.sqliteStatement)
    if result == SQLITE_ROW { return true }
    finish()
    guard result == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: result), message: "a row was not read")
    }
    return false
  }

  /// Ends the query. ``next()`` does so behind the last row; a reader that stops earlier must.
  package func finish() {
    // Safe: as in `next`. A reset repeats the error of the step before it, which was told.
    _ = unsafe sqlite3_reset(statement.sqliteStatement)
  }

  /// The next value; NULL is nil.
  package func optionalInteger() -> Int64? {
    defer { column += 1 }
    // Safe: as in `next`; the column exists or SQLite answers NULL.
    let handle = unsafe statement.sqliteStatement
    guard unsafe sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
    return unsafe sqlite3_column_int64(handle, column)
  }

  /// The next value; NULL is 0.
  package func integer() -> Int64 { optionalInteger() ?? 0 }

  /// The next value; NULL is nil.
  package func optionalBool() -> Bool? { optionalInteger().map { $0 != 0 } }

  /// The next value; NULL is false.
  package func bool() -> Bool { optionalBool() ?? false }

  /// The next value; NULL is nil.
  package func optionalText() -> String? {
    defer { column += 1 }
    // Safe: as in `next`; the bytes are copied before the statement moves on.
    let handle = unsafe statement.sqliteStatement
    guard unsafe sqlite3_column_type(handle, column) != SQLITE_NULL else { return nil }
    guard let start = unsafe sqlite3_column_text(handle, column) else { return nil }
    let count = unsafe Int(sqlite3_column_bytes(handle, column))
    let text = unsafe UnsafeBufferPointer(start: start, count: count)
    return unsafe String(decoding: text, as: UTF8.self)
  }

  /// The next value; NULL is empty.
  package func text() -> String { optionalText() ?? "" }

  /// The next value, its UTF-8 in place of what `bytes` hold, whose room is kept; NULL is empty.
  package func text(into bytes: inout [UInt8]) {
    defer { column += 1 }
    bytes.removeAll(keepingCapacity: true)
    // Safe: as in `next`; the bytes are copied before the statement moves on.
    let handle = unsafe statement.sqliteStatement
    guard let start = unsafe sqlite3_column_text(handle, column) else { return }
    let count = unsafe Int(sqlite3_column_bytes(handle, column))
    unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
  }

  /// Steps to the next row and gives all its values; nil behind the last.
  func nextValues() throws -> [SQLValue]? {
    guard try next() else { return nil }
    // Safe: as in `next`; each value is copied before the statement moves on.
    let handle = unsafe statement.sqliteStatement
    return (0..<(unsafe sqlite3_column_count(handle))).map { column in
      switch unsafe sqlite3_column_type(handle, column) {
      case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(handle, column))
      case SQLITE_TEXT:
        let start = unsafe sqlite3_column_text(handle, column)
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        let text = unsafe UnsafeBufferPointer(start: start, count: count)
        return .text(unsafe String(decoding: text, as: UTF8.self))
      // A read model has integers and texts only; a digest has refused anything else.
      default: return .null
      }
    }
  }

  /// Writes the row as ``Digest`` draws it. Returns the column whose value no digest covers; nil when all went well.
  func write(canonicalTo buffer: inout CanonicalBuffer) -> Int? {
    // Safe: as in `next`; each value is copied before the statement moves on.
    let handle = unsafe statement.sqliteStatement
    let count = unsafe sqlite3_column_count(handle)
    for column in 0..<count {
      switch unsafe sqlite3_column_type(handle, column) {
      case SQLITE_NULL: buffer.appendNull()
      case SQLITE_INTEGER: buffer.append(integer: unsafe sqlite3_column_int64(handle, column))
      case SQLITE_TEXT:
        let start = unsafe sqlite3_column_text(handle, column)
        let count = unsafe Int(sqlite3_column_bytes(handle, column))
        unsafe buffer.append(.text, UnsafeRawBufferPointer(start: start, count: count))
      default: return Int(column)
      }
    }
    return nil
  }
}
