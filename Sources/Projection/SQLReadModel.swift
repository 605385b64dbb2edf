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
  private let readsCustomer: Bool

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
    readsCustomer = approved.readsCustomer
    self.text = text
  }

  package var definition: String? { text }

  /// A statement that failed has to be taken back, so the file is built with a journal.
  package var rollsBack: Bool { true }

  /// Where a merge among the events of the batch changes rows of the past, all rows are made again: statements cannot be
  /// asked for those of one customer. It does where events that the model reads have another customer now, or count no
  /// more. Cost: the histories of those who have another name.
  package func mustRefill(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource
  ) throws -> Bool {
    guard let types = eventTypes else { preconditionFailure("a model in SQL names what it reads") }
    let map = try source.customers(before: batch.next)
    let before = try source.customers(before: start)
    if !types.isDisjoint(with: CustomerMap.eventTypes), map.takesBack(since: before, before: start)
    {
      return true
    }
    guard readsCustomer else { return false }
    let renamed = map.subjectsRenamed(since: before)
    if renamed.isEmpty { return false }
    return try source.history(of: renamed, before: start).contains { types.contains($0.type) }
  }

  package func apply(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource, to tables: Tables
  ) throws -> [Hole] {
    try SQLBatch(self, tables).takeIn(batch.events, try source.customers(before: batch.next))
  }

  package func build(
    from source: any EventSource, upTo limit: Position, into tables: Tables
  ) throws -> Built {
    let map = try source.customers(before: limit)
    let run = try SQLBatch(self, tables)
    var built = Built(next: .zero, recorded: nil, holes: [])
    while built.next < limit {
      let batch = try source.events(
        from: built.next, before: limit, countMax: Self.batchMax, ofTypes: eventTypes)
      guard batch.next > built.next else { break }
      built.holes += try run.takeIn(batch.events, map)
      built.next = batch.next
      built.recorded = batch.recorded ?? built.recorded
    }
    return built
  }
}
