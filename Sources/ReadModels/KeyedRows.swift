// Rows of a department's table while events are folded: found by their key, written when they have changed.

import GRDB
import JSONBytes
import Projection
import Relationship

/// A row of a table, with its whole primary key.
protocol KeyedRow: Hashable, Sendable {
  /// What tells the rows of one state apart, in the order of the table.
  associatedtype ID: Hashable & Comparable & Sendable
  static var table: String { get }
  var id: ID { get }
  init(reading row: RowReader)
  /// Gives every column, in the order of the table.
  func write(to row: RowWriter)
}

/// A row that can be no longer true, and is then removed.
protocol VanishingRow: KeyedRow {
  /// Columns of the primary key.
  static var keyColumns: [String] { get }
  /// Their values.
  var keyValues: [DatabaseValue] { get }
}

/// Those rows of one table that events touch. Costs one look-up a change, whatever the table holds.
struct KeyedRows<Row: KeyedRow>: Sendable {
  private var rows: [Row.ID: Row] = [:]
  /// The rows as the table has them.
  private var loaded: [Row.ID: Row] = [:]

  subscript(id: Row.ID) -> Row? { rows[id] }

  /// In the order of the table.
  var sorted: [Row] { rows.values.sorted { $0.id < $1.id } }

  /// The row as the table has it; nil if it has none.
  func stored(_ id: Row.ID) -> Row? { loaded[id] }

  /// Every row as the table has it, in no order.
  var stored: Dictionary<Row.ID, Row>.Values { loaded.values }

  init() {}

  /// Changes the row of `id`; makes it first if there is none.
  mutating func change(
    _ id: Row.ID, or make: @autoclosure () -> Row, _ body: (inout Row) -> Void
  ) {
    body(&rows[id, default: make()])
  }

  /// Puts a row in place of the one with its key.
  mutating func put(_ row: Row) { rows[row.id] = row }

  /// Loads the rows for which `condition` holds.
  mutating func load(
    where condition: String, _ arguments: StatementArguments, from tables: Tables
  ) throws {
    try tables.rows("SELECT * FROM \(Row.table) WHERE \(condition)", arguments) {
      let row = Row(reading: $0)
      rows[row.id] = row
      loaded[row.id] = row
    }
  }

  /// Writes what is new or has changed, in the order of the table, and removes what is gone.
  func store(in tables: Tables) throws {
    for (id, row) in loaded where rows[id] == nil { try Self.delete(row, in: tables) }
    let writer = try tables.writer(Row.table)
    for row in sorted where loaded[row.id] != row {
      row.write(to: writer)
      try writer.insert()
    }
  }

  private static func delete(_ row: Row, in tables: Tables) throws {
    guard let row = row as? any VanishingRow else {
      preconditionFailure("rows of \(Row.table) do not vanish")
    }
    try row.delete(in: tables)
  }
}

extension KeyedRows where Row: VanishingRow {
  mutating func remove(_ id: Row.ID) { rows[id] = nil }

  /// Rows that follow from others: the table has `old` and shall have `new`.
  init(_ new: [Row], inPlaceOf old: [Row]) {
    rows = Dictionary(uniqueKeysWithValues: new.map { ($0.id, $0) })
    loaded = Dictionary(uniqueKeysWithValues: old.map { ($0.id, $0) })
  }
}

extension VanishingRow {
  /// Removes the row from its table.
  func delete(in tables: Tables) throws {
    let condition = Self.keyColumns.map { "\($0) = ?" }.joined(separator: " AND ")
    try tables.db.cachedStatement(sql: "DELETE FROM \(Self.table) WHERE \(condition)")
      .execute(arguments: StatementArguments(keyValues))
  }
}

extension EventFields {
  /// A text that is compared by its bytes.
  func bytes(_ name: String) -> ByteText? { text(name).map(ByteText.init) }

  /// As ``bytes(_:)``; empty where it is not there.
  func key(_ name: String) -> ByteText { ByteText(word(name)) }

  /// A personal value, as ``personal(_:)`` gives it.
  func personalBytes(_ name: String) -> ByteText? { personal(name).map(ByteText.init) }
}

extension RowWriter {
  /// The next value.
  func text(_ value: ByteText) { text(utf8: value.text.utf8) }

  /// The next value; nil is NULL.
  func bytes(_ value: ByteText?) { text(value?.text) }

  /// The next value; an empty one is NULL: nobody said it.
  func word(_ value: ByteText?) { text(value.flatMap { $0.text.isEmpty ? nil : $0.text }) }
}

extension RowReader {
  /// The next value; NULL is nil.
  func optionalBytes() -> ByteText? { optionalText().map(ByteText.init) }

  /// The next value; NULL is empty.
  func bytes() -> ByteText { ByteText(text()) }
}

/// Lists as one argument of a query: `column IN (SELECT value FROM json_each(?))`.
enum SQLList {
  static func of(_ texts: some Sequence<ByteText>) -> String {
    JSONValue.array(texts.map { .string($0.text) }).text
  }

  static func of(_ numbers: some Sequence<Int64>) -> String {
    JSONValue.array(numbers.map { .integer($0) }).text
  }
}
