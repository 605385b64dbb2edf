// Rows of what names an event that is not here yet.

import GRDB
import Projection

/// A row that waits for an event.
protocol WaitingRow: VanishingRow {
  associatedtype Name: Hashable & Sendable
  /// The names by which the event will be known as the one it waits for: any of them will do.
  var awaited: [Name] { get }
}

/// Those rows of one table that events put in or may take out. Costs one look-up a row, however many wait.
struct WaitingRows<Row: WaitingRow>: Sendable {
  private var rows = KeyedRows<Row>()
  private var byName: [Row.Name: [Row.ID]] = [:]

  mutating func put(_ row: Row) {
    rows.put(row)
    index(row)
  }

  /// Takes out the rows that wait for an event of one of these names, in the order of the table.
  mutating func take(_ names: [Row.Name]) -> [Row] {
    var taken: [Row] = []
    for name in names {
      for id in byName.removeValue(forKey: name) ?? [] {
        // It may have been taken out by its other name.
        guard let row = rows[id] else { continue }
        rows.remove(id)
        taken.append(row)
      }
    }
    return taken.sorted { $0.id < $1.id }
  }

  private mutating func index(_ row: Row) {
    for name in row.awaited { byName[name, default: []].append(row.id) }
  }

  /// Loads the rows for which `condition` holds; once, before any is put in.
  mutating func load(
    where condition: String, _ arguments: StatementArguments, from tables: Tables
  ) throws {
    try rows.load(where: condition, arguments, from: tables)
    for row in rows.stored { index(row) }
  }

  /// Writes what is new, and removes what was taken out.
  func store(in tables: Tables) throws { try rows.store(in: tables) }

  /// As loaded, in no order.
  var stored: Dictionary<Row.ID, Row>.Values { rows.stored }
}
