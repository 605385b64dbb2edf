// What differs between two files of a read model: tables, columns, rows, and the events behind them.

import GRDB
package import LogEngine

/// What differs between two files of a read model at the same position.
package struct ModelDifference: Hashable, Sendable {
  /// Tables that differ, in name order.
  package var tables: [TableDifference]

  package var isEmpty: Bool { tables.isEmpty }
}

/// What differs in one table.
package struct TableDifference: Hashable, Sendable {
  package var table: String
  /// Rows that only the new file has, that only the old one has, and those that both have with other values.
  package var added = 0
  package var removed = 0
  package var changed = 0
  /// For each column that both have: in how many rows its value differs.
  package var columns: [String: Int] = [:]
  /// Columns that only one of the files has.
  package var columnsAdded: [String] = []
  package var columnsRemoved: [String] = []
  /// The first rows that differ, in the order of the primary key; behind them, where there are new columns, the first rows
  /// of which nothing else is new.
  package var samples: [RowDifference] = []

  /// Rows that are told one by one, at most.
  package static let samplesMax = 20
  /// Of them rows that are as they were but for new columns: all rows have those.
  package static let gainedMax = 3
}

/// One row that differs.
package struct RowDifference: Hashable, Sendable {
  package enum Kind: String, Sendable { case added, removed, changed }

  package struct Cell: Hashable, Sendable {
    package var column: String
    /// Nil where the file does not have the row, or the column.
    package var before: SQLValue?
    package var after: SQLValue?
  }

  package var kind: Kind
  /// The primary key.
  package var key: [Cell]
  /// The other columns: those that differ, or all of a row that only one file has.
  package var cells: [Cell]
  /// Positions of the events that the row may follow from, the first few; nil where that cannot be told.
  package var events: [Position]?
  /// How many they are.
  package var eventCount = 0

  /// Positions that are told, at most.
  package static let eventsMax = 50
}

extension ProjectionEngine {
  /// Compares two files row by row, where their digests differ; then finds the events behind the rows that are told.
  func difference(
    from oldDigest: ContentDigest, of old: Int, to newDigest: ContentDigest, of new: Int,
    _ source: any EventSource, _ end: Position
  ) throws -> ModelDifference {
    var difference = try read(old) { before in
      try read(new) { after in
        try ModelDifference(
          tables: newDigest.tablesDiffering(from: oldDigest).map { table in
            try TableComparison(table, before, after).difference()
          })
      }
    }
    for table in difference.tables.indices {
      let rows = difference.tables[table].samples.map { sample in
        RowName(
          table: difference.tables[table].table,
          key: sample.key.map { $0.after ?? $0.before ?? .null })
      }
      let events = try model.events(behind: rows, of: source, before: end)
      for (row, positions) in events.enumerated() {
        difference.tables[table].samples[row].events = positions.map {
          Array($0.prefix(RowDifference.eventsMax))
        }
        difference.tables[table].samples[row].eventCount = positions?.count ?? 0
      }
    }
    return difference
  }
}

/// One table of two files, read side by side in the order of the primary key.
struct TableComparison {
  let table: String
  let before: Side
  let after: Side

  /// A table in one of the files.
  struct Side {
    let tables: Tables
    /// Empty where the file does not have the table.
    let columns: [String]
    let key: [String]

    init(_ table: String, _ tables: Tables) throws {
      self.tables = tables
      let isThere = try tables.db.tableExists(table)
      columns = isThere ? try tables.db.columns(in: table).map(\.name) : []
      key = isThere ? try tables.db.primaryKey(table).columns : []
    }

    /// The rows, each as its key and all its columns by name.
    func reader(_ table: String) throws -> RowReader? {
      if columns.isEmpty { return nil }
      let order = key.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
      return try RowReader(
        "SELECT * FROM \(table.quotedDatabaseIdentifier) ORDER BY \(order)", [], in: tables.db)
    }
  }

  init(_ table: String, _ before: Tables, _ after: Tables) throws {
    self.table = table
    self.before = try Side(table, before)
    self.after = try Side(table, after)
  }

  func difference() throws -> TableDifference {
    var found = TableDifference(table: table)
    var others = TableDifference(table: table)
    found.columnsAdded = after.columns.filter { !before.columns.contains($0) }
    found.columnsRemoved = before.columns.filter { !after.columns.contains($0) }
    let oldKey = before.key.compactMap { before.columns.firstIndex(of: $0) }
    let newKey = after.key.compactMap { after.columns.firstIndex(of: $0) }
    let gained = after.columns.indices.filter {
      found.columnsAdded.contains(after.columns[$0]) && !newKey.contains($0)
    }
    let shared = after.columns.enumerated().compactMap { place, column in
      before.columns.firstIndex(of: column).map { (column, $0, place) }
    }
    try walk { old, new in
      switch (old, new) {
      case (nil, nil): break
      case (let row?, nil):
        found.removed += 1
        found.add(.removed, before, oldKey, row, [])
      case (nil, let row?):
        found.added += 1
        found.add(.added, after, newKey, row, [])
      case (let row?, let next?):
        let differing = shared.filter { row[$0.1] != next[$0.2] }
        let cells =
          differing.map { RowDifference.Cell(column: $0.0, before: row[$0.1], after: next[$0.2]) }
          + gained.map { .init(column: after.columns[$0], before: nil, after: next[$0]) }
        if differing.isEmpty {
          if !gained.isEmpty, others.samples.count < TableDifference.gainedMax {
            others.add(.changed, after, newKey, next, cells)
          }
          return
        }
        found.changed += 1
        for (column, _, _) in differing { found.columns[column, default: 0] += 1 }
        found.add(.changed, after, newKey, next, cells)
      }
    }
    found.samples += others.samples.prefix(TableDifference.samplesMax - found.samples.count)
    return found
  }

  /// Hands every row to `body`: as it was, nil where only the new file has it; and as it is, nil where only the old one
  /// has.
  func walk(_ body: ([SQLValue]?, [SQLValue]?) throws -> Void) throws {
    let old = try before.reader(table)
    let new = try after.reader(table)
    defer {
      old?.finish()
      new?.finish()
    }
    let oldKey = before.key.compactMap { before.columns.firstIndex(of: $0) }
    let newKey = after.key.compactMap { after.columns.firstIndex(of: $0) }
    // Rows of tables with other keys have nothing in common.
    let isSameKey = before.key == after.key
    var one = try old?.nextValues()
    var other = try new?.nextValues()
    while one != nil || other != nil {
      let order = isSameKey ? Self.order(one, oldKey, other, newKey) : one != nil ? -1 : 1
      try body(order <= 0 ? one : nil, order >= 0 ? other : nil)
      if order <= 0 { one = try old?.nextValues() }
      if order >= 0 { other = try new?.nextValues() }
    }
  }

  /// Which of two rows comes first: -1, 0 or 1; a missing one comes last.
  private static func order(
    _ one: [SQLValue]?, _ oneKey: [Int], _ other: [SQLValue]?, _ otherKey: [Int]
  ) -> Int {
    guard let one else { return 1 }
    guard let other else { return -1 }
    for (a, b) in zip(oneKey, otherKey) {
      let order = one[a].order(to: other[b])
      if order != 0 { return order }
    }
    return 0
  }
}

extension TableDifference {
  fileprivate mutating func add(
    _ kind: RowDifference.Kind, _ side: TableComparison.Side, _ key: [Int], _ row: [SQLValue],
    _ cells: [RowDifference.Cell]
  ) {
    guard samples.count < Self.samplesMax else { return }
    func cell(_ place: Int) -> RowDifference.Cell {
      .init(
        column: side.columns[place], before: kind == .added ? nil : row[place],
        after: kind == .removed ? nil : row[place])
    }
    let rest = row.indices.filter { !key.contains($0) }
    samples.append(
      RowDifference(
        kind: kind, key: key.map(cell), cells: kind == .changed ? cells : rest.map(cell)))
  }
}

extension SQLValue {
  /// As SQLite orders values: none, numbers, texts by their bytes.
  fileprivate func order(to other: SQLValue) -> Int {
    switch (self, other) {
    case (.integer(let one), .integer(let two)): one < two ? -1 : one > two ? 1 : 0
    case (.text(let one), .text(let two)):
      ByteKey.precedes(one, two) ? -1 : ByteKey.precedes(two, one) ? 1 : 0
    default: rank - other.rank
    }
  }

  private var rank: Int {
    switch self {
    case .null: 0
    case .integer, .real: 1
    case .text: 2
    case .blob: 3
    }
  }
}
