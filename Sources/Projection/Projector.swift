package import GRDB

/// A fold of events into the rows of one key: a customer, a product, a day.
///
/// One definition works in two ways. *Live*: for a batch of events the engine loads the state of each key
/// concerned from the tables, folds the events in log order, and stores the states, in the transaction that also
/// stores the progress. *Bulk*: it folds all events into states in memory and stores each once, sorted by key,
/// into a fresh file. Both must give the same rows: a projector uses its arguments alone, no clock, no chance, no
/// other read model.
package protocol Projector: Sendable {
  /// What is known of one key: everything `fold` needs, and the rows that are new since `load`.
  associatedtype State: Sendable

  /// Name of the read model and of its file, `views/<name>.sqlite`.
  static var name: String { get }
  /// Raised whenever the same events would give other rows: the engine then rebuilds.
  static var version: Int { get }
  /// The event types that `key` and `fold` look at; nil means all. Others are passed over.
  static var eventTypes: Set<String>? { get }
  /// The tables whose rows make the content digest, each with its primary key columns in order.
  static var tables: [ReadModelTable] { get }

  init()

  /// Creates the tables (STRICT, a comment on every table and column), without secondary indexes.
  func createTables(in db: Database) throws
  /// Creates secondary indexes and SQL views, after the rows of a bulk fold are in.
  func createIndexes(in db: Database) throws

  /// The key whose state the event changes; nil when it changes none.
  func key(of event: DecodedEvent) -> String?
  /// The state as the tables hold it; a fresh one when they hold nothing of the key.
  func load(_ key: String, from db: Database) throws -> State
  /// A state of which no event was folded yet.
  func fresh(_ key: String) -> State
  /// Takes one event in. Must not throw: what cannot be understood is a hole, told by `problem(with:)`.
  func fold(_ event: DecodedEvent, into state: inout State)
  /// Writes the rows of the state: inserts what is new, replaces what has changed.
  func store(_ state: State, of key: String, in db: Database) throws
}

/// A table of a read model, as the digest and the diff see it.
package struct ReadModelTable: Hashable, Sendable {
  package var name: String
  package var primaryKey: [String]

  package init(_ name: String, primaryKey: [String]) {
    self.name = name
    self.primaryKey = primaryKey
  }
}
