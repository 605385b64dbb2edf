// One SQL statement from outside, which may read this file and do nothing else. No pointer leaves this file.

import GRDBSQLite
package import JSONBytes

/// A value as SQLite has it.
package enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  /// A blob becomes its hexadecimal digits; a real that is no number, null.
  package var json: JSONValue {
    switch self {
    case .null: .null
    case .integer(let value): .integer(value)
    case .real(let value):
      value.isFinite ? .number(CanonicalWriter.ecmaScript(value)) : .null
    case .text(let value): .string(value)
    case .blob(let bytes):
      .string(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    }
  }
}

/// The answer to a query.
package struct QueryResult: Hashable, Sendable {
  package var columns: [String]
  package var rows: [[SQLValue]]

  /// One array, an object a row.
  package var json: JSONValue {
    let names = Self.memberNames(columns)
    return .array(rows.map { Self.object(names, $0) })
  }

  /// A row as an object, under ``memberNames(_:)``.
  package static func object(_ names: [String], _ row: [SQLValue]) -> JSONValue {
    .object(zip(names, row).map { JSONMember($0, $1.json) })
  }

  /// Names for the members of an object: of columns that are named alike, the second becomes `name_2` and so on.
  package static func memberNames(_ columns: [String]) -> [String] {
    var used: Set<String> = []
    return columns.map { column in
      var name = column
      var number = 2
      while !used.insert(name).inserted {
        name = "\(column)_\(number)"
        number += 1
      }
      return name
    }
  }
}

/// Runs a query on a connection of its own, opened read-only, with an authorizer that lets it read and compute: no
/// write, no ATTACH, no PRAGMA, no extension. What the tables hold stands in `SELECT sql FROM sqlite_master`.
@safe struct ReadOnlyQuery: ~Copyable {
  private let connection: OpaquePointer
  private let model: String

  /// Runs `sql`, one statement: hands over the names of its columns, then its rows one by one.
  static func run(
    _ sql: String, on file: String, model: String, columns: ([String]) throws -> Void,
    row: ([SQLValue]) throws -> Void
  ) throws {
    let query = try ReadOnlyQuery(file, model: model)
    try query.run(sql, columns, row)
  }

  private init(_ file: String, model: String) throws {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX
    // Safe: `handle` is a local that the call fills in; it is closed here, or owned by `self` from now on.
    let result = unsafe sqlite3_open_v2(file, &handle, flags, nil)
    guard let opened = unsafe handle, result == SQLITE_OK else {
      unsafe sqlite3_close(handle)
      throw ProjectionError.damaged(model: model, finding: "SQLite cannot open the file")
    }
    unsafe connection = opened
    self.model = model
    unsafe sqlite3_busy_timeout(connection, 5_000)
    unsafe sqlite3_exec(
      connection, "PRAGMA trusted_schema = OFF; PRAGMA query_only = ON", nil, nil, nil)
    unsafe sqlite3_set_authorizer(connection, readsOnly, nil)
  }

  // Safe: the connection is owned by this value alone, and every statement is finalized before.
  deinit { unsafe sqlite3_close(connection) }

  private func run(
    _ sql: String, _ head: ([String]) throws -> Void, _ row: ([SQLValue]) throws -> Void
  ) throws {
    let statement = unsafe try prepare(sql)
    // Safe: prepared above, used by this call alone, finalized once.
    defer { unsafe sqlite3_finalize(statement) }
    let count = unsafe sqlite3_column_count(statement)
    let columns = (0..<count).map { column in
      // Safe: SQLite's string lives as long as the statement; it is copied at once.
      unsafe sqlite3_column_name(statement, column).map { unsafe String(cString: $0) } ?? ""
    }
    try head(columns)
    while true {
      let result = unsafe sqlite3_step(statement)
      if result == SQLITE_DONE { return }
      guard result == SQLITE_ROW else { throw refusal(result) }
      try row((0..<count).map { unsafe Self.value(of: statement, $0) })
    }
  }

  /// The statement for `sql`; refuses an empty text and one with a second statement.
  private func prepare(_ sql: String) throws -> OpaquePointer {
    guard !sql.utf8.contains(0) else {
      throw ProjectionError.refusedQuery("An SQL statement holds no zero byte.")
    }
    var statement: OpaquePointer?
    var rest = ""
    // Safe: `tail` points into the C string, which lives until the closure ends; what is behind it is copied.
    let result = unsafe sql.withCString { start in
      var tail: UnsafePointer<CChar>?
      let result = unsafe sqlite3_prepare_v2(connection, start, -1, &statement, &tail)
      if let tail = unsafe tail { rest = unsafe String(cString: tail) }
      return result
    }
    guard result == SQLITE_OK else { throw refusal(result) }
    // Safe: a statement that is not handed out is finalized here.
    guard let prepared = unsafe statement else {
      throw ProjectionError.refusedQuery(
        "There is no SQL statement; give one, for example: SELECT count(*) FROM customer")
    }
    guard isBlank(rest) else {
      unsafe sqlite3_finalize(prepared)
      throw ProjectionError.refusedQuery("There is more behind the SQL statement; give one only.")
    }
    return unsafe prepared
  }

  /// Whether nothing to run stands there: SQLite makes no statement of blanks, comments and semicolons.
  private func isBlank(_ text: String) -> Bool {
    var statement: OpaquePointer?
    // Safe: the connection is ours; a statement that was made is finalized at once.
    let result = unsafe sqlite3_prepare_v2(connection, text, -1, &statement, nil)
    let isNone = unsafe statement == nil
    unsafe sqlite3_finalize(statement)
    return result == SQLITE_OK && isNone
  }

  private func refusal(_ result: CInt) -> ProjectionError {
    // Safe: the message is copied before another call can change it.
    let message = unsafe String(cString: sqlite3_errmsg(connection))
    switch result & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy(model: model)
    case SQLITE_CORRUPT, SQLITE_NOTADB:
      return .damaged(model: model, finding: "the file is not a whole database")
    case SQLITE_AUTH, SQLITE_READONLY, SQLITE_PERM: return onlyReads
    default:
      // Where a statement is made of others, the authorizer's no comes as an ordinary error.
      return message.hasPrefix("not authorized")
        ? onlyReads : .refusedQuery("SQLite cannot run this query: \(message).")
    }
  }

  private var onlyReads: ProjectionError {
    .refusedQuery(
      "A query may only read: SELECT from the tables of the view \(model), nothing that writes,"
        + " attaches or sets something.")
  }

  private static func value(of statement: OpaquePointer, _ column: CInt) -> SQLValue {
    // Safe: the statement stands on a row, and the bytes are copied before it moves on.
    switch unsafe sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      let start = unsafe sqlite3_column_text(statement, column)
      let count = unsafe Int(sqlite3_column_bytes(statement, column))
      let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
      return .text(unsafe String(decoding: bytes, as: UTF8.self))
    case SQLITE_BLOB:
      let start = unsafe sqlite3_column_blob(statement, column)
      let count = unsafe Int(sqlite3_column_bytes(statement, column))
      return .blob(unsafe Array(UnsafeRawBufferPointer(start: start, count: count)))
    default: return .null
    }
  }
}

/// The authorizer: what a query may do besides reading columns.
private func readsOnly(
  _ context: UnsafeMutableRawPointer?, _ action: CInt, _ first: UnsafePointer<CChar>?,
  _ second: UnsafePointer<CChar>?, _ database: UnsafePointer<CChar>?,
  _ trigger: UnsafePointer<CChar>?
) -> CInt {
  // Safe: SQLite's strings live until this function returns.
  func name(_ text: UnsafePointer<CChar>?) -> String {
    unsafe text.map { unsafe String(cString: $0).lowercased() } ?? ""
  }
  switch action {
  case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
  case SQLITE_FUNCTION:
    return unsafe name(second) == "load_extension" ? SQLITE_DENY : SQLITE_OK
  default: return SQLITE_DENY
  }
}
