// A read model as the engine keeps it: whatever makes its rows, one file, one name, one version.

package import JSONBytes
package import LogEngine

/// What becomes of a read model at an event that it cannot take in.
package enum HolePolicy: String, Hashable, Sendable {
  /// The model goes on, and its file tells of the event in `_rapport_holes`.
  case goOn
  /// The model stops before the commit that holds the event, until the cause is mended.
  case stop
}

/// What making a read model from the beginning gave.
package struct Built: Sendable {
  /// The position behind the last event looked at.
  package var next: Position
  /// The recorded time of the event before ``next``; nil where there is none.
  package var recorded: Timestamp?
  /// Events that could not be taken in, in log order.
  package var holes: [Hole]

  /// Joins the parts.
  package init(next: Position, recorded: Timestamp?, holes: [Hole]) {
    self.next = next
    self.recorded = recorded
    self.holes = holes
  }
}

/// The definition of a read model: its tables, and the two ways of filling them, which must give the same rows.
///
/// ``FoldedModel`` makes one of projectors, `SQLReadModel` one of SQL statements.
package protocol ModelDefinition: Sendable {
  /// Name of the read model and of its file, `views/<name>.sqlite`: lower-case letters and digits.
  var name: String { get }
  /// Raised whenever the same events would give other rows: the engine then rebuilds.
  var version: Int { get }
  /// The event types that it reads; nil means all. Others are passed over.
  var eventTypes: Set<String>? { get }
  /// `CREATE TABLE … STRICT` statements, each with a primary key and comments.
  var tables: String { get }
  /// Secondary indexes and SQL views, made after the rows of a rebuild are in. May be empty.
  var indexes: String { get }
  var onError: HolePolicy { get }
  /// What the rows depend on besides ``version``, as its file keeps it: the text of a model in SQL. Nil where there is
  /// nothing.
  var definition: String? { get }
  /// Whether every row is about one customer, so that ``refold(_:of:upTo:in:)`` makes all that follows from her events.
  var isOfCustomers: Bool { get }
  /// Whether filling the tables may take back what it began; a fresh file is then written with a journal.
  var rollsBack: Bool { get }

  /// Whether the events of `batch`, which begins at `start`, make rows of earlier events others, so that every row has to be
  /// made anew; asked before ``apply(_:at:of:to:)``, which then is not called.
  func mustRefill(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource
  ) throws -> Bool

  /// Live: takes in the events of `batch`, which begins at `start`, inside the transaction that also stores the progress.
  /// Returns those that could not be taken in, in log order.
  func apply(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource, to tables: Tables
  ) throws -> [Hole]

  /// Bulk: makes every row of the events before `limit`, into tables that are empty and have no indexes.
  func build(
    from source: any EventSource, upTo limit: Position, into tables: Tables
  ) throws -> Built

  /// Makes the rows of customers again, as of `end`, from the events of them alone. Returns those that could not be taken
  /// in; nil, and does nothing, where rows of these customers cannot be told apart from others.
  func refold(
    _ customers: Set<String>, of source: any EventSource, upTo end: Position, in tables: Tables
  ) throws -> [Hole]?

  /// For each of these rows, named by the values of its primary key: the positions of the events before `end` that it may
  /// follow from, in log order; nil where the model cannot tell. Cost: a customer's history each, or one scan for all.
  func events(
    behind rows: [RowName], of source: any EventSource, before end: Position
  ) throws -> [[Position]?]
}

extension ModelDefinition {
  package var onError: HolePolicy { .goOn }
  package var definition: String? { nil }
  package var isOfCustomers: Bool { false }
  package var rollsBack: Bool { false }

  package func mustRefill(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource
  ) throws -> Bool { false }

  /// The live way, in large batches.
  package func build(
    from source: any EventSource, upTo limit: Position, into tables: Tables
  ) throws -> Built {
    var built = Built(next: .zero, recorded: nil, holes: [])
    while built.next < limit {
      let batch = try source.events(
        from: built.next, before: limit, countMax: 8_192, ofTypes: eventTypes)
      guard batch.next > built.next else { break }
      built.holes += try apply(batch, at: built.next, of: source, to: tables)
      built.next = batch.next
      built.recorded = batch.recorded ?? built.recorded
    }
    return built
  }

  package func refold(
    _ customers: Set<String>, of source: any EventSource, upTo end: Position, in tables: Tables
  ) throws -> [Hole]? { nil }

  package func events(
    behind rows: [RowName], of source: any EventSource, before end: Position
  ) throws -> [[Position]?] { rows.map { _ in nil } }
}

/// A row of a read model.
package struct RowName: Hashable, Sendable {
  package var table: String
  /// The values of its primary key, in order.
  package var key: [SQLValue]

  /// Joins the parts.
  package init(table: String, key: [SQLValue]) {
    self.table = table
    self.key = key
  }
}
