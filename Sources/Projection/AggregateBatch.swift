// The live way of working of an aggregation, a batch at a time: what the batch adds to each row, in one statement a row.

import GRDB

/// Adds the events of a batch to the rows of an aggregation.
///
/// Each key's events are folded as if nothing had come before, and SQLite joins that to the row: half the work of reading
/// the row first and writing it whole. The rows are those that the fold event by event gives.
enum AggregateBatch {
  /// Below this a row's sum and what a batch adds to it fit together, in whatever order it is added.
  private static let half: Int64 = 1 << 62

  /// Takes in the events. False, and nothing is changed, where they have to be folded one after the other: a sum might leave
  /// 64 bits, and then it is a question of their order which event does not fit.
  static func apply<P: AggregateProjector>(
    _ part: P.Type, _ groups: [(key: String, events: [DecodedEvent])], to tables: Tables
  ) throws -> Bool {
    let projector = P()
    var added: [AggregateState] = []
    added.reserveCapacity(groups.count)
    for group in groups {
      var state = projector.fresh(group.key)
      for event in group.events {
        guard projector.fold(event, into: &state) == nil else { return false }
      }
      guard state.magnitude < UInt64(half) else { return false }
      added.append(state)
    }
    var isDone = true
    try tables.db.inSavepoint {
      let writer = try tables.writer(P.aggregation.table, adding: P.aggregation.additions(half))
      do {
        for state in added { try state.write(to: writer) }
        return .commit
      } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
        // A row near the bound: its column would not take NULL.
        isDone = false
        return .rollback
      }
    }
    return isDone
  }
}

extension AggregateState {
  /// Writes a row.
  func write(to row: RowWriter) throws {
    for cell in key { cell.write(to: row) }
    for cell in values { cell.write(to: row) }
    try row.insert()
  }
}

extension AggregateState.Cell {
  fileprivate func write(to row: RowWriter) {
    switch self {
    case .null: row.integer(nil)
    case .integer(let value): row.integer(value)
    case .text(let value): row.text(value)
    }
  }
}

extension Aggregation {
  /// What `ON CONFLICT` does to a row: the row as it is, and `excluded`, what later events alone give. A sum that stands
  /// further from 0 than 2^63 less `room` becomes NULL, which its column does not take.
  fileprivate func additions(_ room: Int64) -> String {
    let columns = values.map { value in
      let name = value.column
      let new = "excluded.\(name)"
      switch value.term {
      case .count: return "\(name) = \(name) + \(new)"
      case .sum:
        let most = Int64.max - room
        return
          "\(name) = CASE WHEN \(name) BETWEEN -\(most) AND \(most) THEN \(name) + \(new) END"
      case .earliest:
        return "\(name) = min(ifnull(\(name), \(new)), ifnull(\(new), \(name)))"
      case .latest:
        return "\(name) = max(ifnull(\(name), \(new)), ifnull(\(new), \(name)))"
      case .lastInteger, .lastType:
        // Of equal times the later event counts, and that is the new one.
        let time = values[timeOfLast(value)].column
        return "\(name) = CASE WHEN excluded.\(time) >= ifnull(\(time), excluded.\(time))"
          + " THEN \(new) ELSE \(name) END"
      }
    }
    let keys = key.map(\.column).joined(separator: ", ")
    return "ON CONFLICT (\(keys)) DO UPDATE SET \(columns.joined(separator: ", "))"
  }
}
