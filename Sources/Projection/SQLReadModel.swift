// A read model that a department defines itself: tables, and statements that run over each batch of events.

package import LogEngine
import GRDB

/// A read model in SQL.
///
/// A value of this type has passed the sandbox: SQLite has prepared every text of it under an authorizer that lets it
/// touch its own tables and `batch`. There is no other way to make one.
///
/// The rows are those of the statements run over the events in log order, cut into batches in whatever way. An event that
/// makes a statement fail becomes a hole, alone: the others of its batch are taken in.
package struct SQLReadModel: ModelDefinition {
  package let name: String
  package let version: Int
  /// Whose model it is; nil where the file names none.
  package let department: String?
  package let eventTypes: Set<String>?
  package let tables: String
  package let indexes: String
  package let onError: HolePolicy
  /// The file as it was given.
  package let text: String
  let statements: [SQLStatement]
  /// In the order of the file.
  package let tableNames: [String]
  /// Whether rows of the past are others when customers are joined or parted.
  private let followsMerges: Bool

  /// Bytes of a definition.
  package static let sizeMax = 256 * 1024
  /// Events of one run of the statements when the model is built anew.
  private static let batchMax = 1_000

  /// Reads and checks `text`; `file` names it in errors. Throws ``SQLModelError`` for what is to be mended there. Cost: a
  /// database in memory, a few milliseconds.
  package init(_ text: String, file: String) throws {
    let parts = try SQLModelText(text, file: file)
    let approved = try SQLSandbox.check(parts, file: file)
    name = parts.name
    version = parts.version
    department = parts.department
    eventTypes = parts.reads
    tables = parts.tables.map { $0.text + ";" }.joined(separator: "\n")
    indexes = parts.indexes.map { $0.text + ";" }.joined(separator: "\n")
    onError = parts.onError
    statements = parts.statements
    tableNames = approved.tables
    followsMerges =
      approved.readsCustomer || !parts.reads.isDisjoint(with: CustomerMap.eventTypes)
    self.text = text
  }

  package var definition: String? { text }

  /// A statement that failed has to be taken back, so the file is built with a journal.
  package var rollsBack: Bool { true }

  /// Where a merge among the events of the batch changes rows of the past, all rows are made again: statements cannot be
  /// asked for those of one customer.
  package func apply(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource, to tables: Tables
  ) throws -> [Hole] {
    let map = try source.customers(before: batch.next)
    if followsMerges {
      let before = try source.customers(before: start)
      if !map.subjectsChanged(since: before).isEmpty {
        for table in tableNames {
          try tables.db.execute(sql: "DELETE FROM \(table.quotedDatabaseIdentifier)")
        }
        try tables.db.execute(sql: "DELETE FROM _rapport_holes")
        return try build(from: source, upTo: batch.next, into: tables).holes
      }
    }
    return try SQLBatch(self, tables).takeIn(batch.events, map)
  }

  package func build(
    from source: any EventSource, upTo limit: Position, into tables: Tables
  ) throws -> Built {
    let map = try source.customers(before: limit)
    let run = try SQLBatch(self, tables)
    var built = Built(next: .zero, recorded: nil, holes: [])
    while built.next < limit {
      let left = limit.value - built.next.value
      let batch = try source.events(
        from: built.next, countMax: Int(min(left, UInt64(Self.batchMax))), ofTypes: eventTypes)
      guard batch.next > built.next else { break }
      built.holes += try run.takeIn(batch.events, map)
      built.next = batch.next
      built.recorded = batch.recorded ?? built.recorded
    }
    return built
  }
}
