// One run of the statements of a read model in SQL: the events as a table, then each statement, inside a savepoint.

import GRDB
import GRDBSQLite
import JSONBytes
import LogEngine

/// The table `batch` of a connection, and the statements that read it. For use inside one transaction.
struct SQLBatch {
  private let model: SQLReadModel
  private let tables: Tables
  private let budget = StepBudget()

  /// What a department writes its statements against. Part of the contract: docs/sql-views.md explains every column.
  static let table = """
    CREATE TEMP TABLE batch (
      position INTEGER NOT NULL PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL,
      schemaversion INTEGER NOT NULL, subject TEXT, customer TEXT, revision INTEGER,
      time INTEGER NOT NULL, recordedtime INTEGER NOT NULL,
      day TEXT NOT NULL, week TEXT NOT NULL, month TEXT NOT NULL,
      authtype TEXT NOT NULL, authid TEXT, causationid TEXT, correlationid TEXT, data TEXT NOT NULL
    ) STRICT
    """

  /// Steps of SQLite's machine that one statement may take over one batch: a second or two.
  static let stepsMax = 200_000_000
  /// Bytes of a text that a statement may make: far beyond the longest event.
  static let textSizeMax: CInt = 4 << 20

  /// Makes the table where the connection has none yet.
  init(_ model: SQLReadModel, _ tables: Tables) throws {
    self.model = model
    self.tables = tables
    if try !tables.db.tableExists("batch") { try tables.db.execute(sql: Self.table) }
  }

  /// Runs the statements over the events, those left out that do not count. Returns the events that could not be taken in,
  /// in log order. Cost where one fails: the batch is halved until it is alone.
  func takeIn(_ events: [DecodedEvent], _ map: CustomerMap) throws -> [Hole] {
    let well = events.filter { $0.defect == nil && map.counts($0.position) }
    let holes = try limiting { try run(well[...], map) }
    return (Hole.ofDefects(events) + holes).inOrder
  }

  private func run(_ events: ArraySlice<DecodedEvent>, _ map: CustomerMap) throws -> [Hole] {
    guard let first = events.first else { return [] }
    do {
      try tables.db.inSavepoint {
        try fill(events, map)
        for statement in model.statements { try execute(statement) }
        return .commit
      }
      return []
    } catch let failure as StatementFailure {
      guard events.count > 1 else { return [Hole(first, failure.reason)] }
      let middle = events.startIndex + events.count / 2
      return try run(events[..<middle], map) + run(events[middle...], map)
    }
  }

  private func execute(_ statement: SQLStatement) throws {
    budget.left = Self.stepsMax
    do {
      try tables.db.cachedStatement(sql: statement.text).execute()
    } catch let error as DatabaseError {
      if error.resultCode == .SQLITE_INTERRUPT {
        throw ProjectionError.tooManySteps(model: model.name, line: statement.line)
      }
      guard let reason = error.reasonInEvents else { throw error }
      throw StatementFailure(reason: "the statement of line \(statement.line) failed: \(reason)")
    }
  }

  private func fill(_ events: ArraySlice<DecodedEvent>, _ map: CustomerMap) throws {
    // SQLite counts the steps of a cached statement on, from batch to batch: what our own took is not the statements'.
    budget.left = Self.stepsMax
    try tables.db.cachedStatement(sql: "DELETE FROM temp.batch").execute()
    let row = try tables.writer("batch")
    for event in events {
      row.integer(Int64(event.position.value))
      row.text(event.id)
      row.text(event.source)
      row.text(event.type)
      row.integer(Int64(event.schemaVersion))
      row.text(event.subject)
      row.text(event.subject.map { map.customer(of: $0) })
      row.integer(event.revision.map { Int64($0) })
      row.integer(event.time.microseconds)
      row.integer(event.recorded.microseconds)
      let date = event.time.text.prefix(10)
      row.text(String(date))
      row.text(Self.monday(of: event.time))
      row.text(String(date.prefix(7)))
      row.text(event.authtype)
      row.text(event.authid)
      row.text(event.causationid)
      row.text(event.correlationid)
      row.text(utf8: event.data.source)
      try row.insert()
    }
  }

  /// The date of the Monday on or before an instant, UTC.
  private static func monday(of time: Timestamp) -> String {
    let day: Int64 = 86_400_000_000
    var days = time.microseconds / day
    if time.microseconds % day < 0 { days -= 1 }
    // 1970 began on a Thursday.
    let weekday = ((days + 3) % 7 + 7) % 7
    return String(Timestamp(microseconds: (days - weekday) * day).text.prefix(10))
  }

  /// Runs `body` with a bound on the work and on the texts of this connection; both are lifted again.
  private func limiting<R>(_ body: () throws -> R) throws -> R {
    let connection = unsafe tables.db.sqliteConnection
    // Safe: GRDB owns the connection, which is open inside the transaction; the budget lives as long as `self`, which
    // outlasts the call, and the handler is taken off before.
    let length = unsafe sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, Self.textSizeMax)
    unsafe sqlite3_progress_handler(
      connection, StepBudget.stride, countSteps, Unmanaged.passUnretained(budget).toOpaque())
    defer {
      unsafe sqlite3_progress_handler(connection, 0, nil, nil)
      _ = unsafe sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, length)
    }
    return try withExtendedLifetime(budget) { try body() }
  }
}

/// The events of the batch made a statement fail.
private struct StatementFailure: Error {
  /// Without any value.
  var reason: String
}

/// Steps that the statement at work has left.
private final class StepBudget {
  static let stride: CInt = 100_000
  var left = SQLBatch.stepsMax
}

/// Stops the statement whose steps are used up.
private func countSteps(_ context: UnsafeMutableRawPointer?) -> CInt {
  guard let context = unsafe context else { return 1 }
  // Safe: the context is the budget of the run that set this handler, which is alive until it takes it off.
  let budget = unsafe Unmanaged<StepBudget>.fromOpaque(context).takeUnretainedValue()
  budget.left -= Int(StepBudget.stride)
  return budget.left <= 0 ? 1 : 0
}

extension DatabaseError {
  /// What is wrong with the events, in words that hold no value of theirs; nil where it is not for them that a statement
  /// failed. SQLite's messages about constraints name tables, columns and the text of the definition alone.
  fileprivate var reasonInEvents: String? {
    switch resultCode {
    case .SQLITE_CONSTRAINT: message ?? "a constraint failed"
    case .SQLITE_MISMATCH: "a value has the wrong type for its column"
    case .SQLITE_TOOBIG: "a text would be too long"
    case .SQLITE_ERROR:
      switch message {
      case "integer overflow"?, "malformed JSON"?: message
      default: "a value cannot be computed"
      }
    default: nil
    }
  }
}
