import GRDB

/// Cells of an aggregation's rows as SQLite takes them.
enum AggregateRows {
  static func arguments(_ cells: [AggregateState.Cell]) -> StatementArguments {
    StatementArguments(
      cells.map { cell -> (any DatabaseValueConvertible)? in
        switch cell {
        case .null: nil
        case .integer(let value): value
        case .text(let value): value
        }
      })
  }
}
