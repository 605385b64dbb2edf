// The contract of a read model: one definition, two ways of working, the same rows.

/// A fold of events into the rows of one key: a customer, a product, a day.
///
/// One definition works in two ways. *Live*: of a batch of events the engine loads the state of each key concerned
/// from the tables, folds that key's events in log order, and stores the state, in the transaction that also stores
/// the progress. *Bulk*: it folds all events into states in memory, without a single statement of SQL, and stores
/// each state once, sorted by key, into a fresh file. Both must give the same rows, and
/// `expectProjectorConformance` of RapportTesting checks that they do.
///
/// So a projector uses its arguments alone: no clock, no chance, no environment, no other read model, and no order
/// that a dictionary gives. What moves with the clock (an age, days left) is in no table.
package protocol Projector: Sendable {
  /// What `fold` needs to know of one key, and the rows that are new since `load`.
  associatedtype State: Sendable

  /// Name of the read model and of its file, `views/<name>.sqlite`: lower-case letters and digits.
  static var name: String { get }
  /// Raised whenever the same events would give other rows: the engine then rebuilds.
  static var version: Int { get }
  /// The event types that `key` and `fold` look at; nil means all. Others are passed over.
  static var eventTypes: Set<String>? { get }
  /// `CREATE TABLE … STRICT` statements, with a primary key each, integers and text only, and a comment behind
  /// `CREATE TABLE name (` and behind every column: SQLite keeps the text, and it is what an analyst reads.
  static var tables: String { get }
  /// Secondary indexes and SQL views, made after the rows of a bulk fold are in. May be empty.
  static var indexes: String { get }

  /// Whether the key is the customer, the `subject`. Then subjects that merges join have one state, under the customer
  /// whom they are; and the first column of every table's primary key is that customer, so that her rows can be made again.
  static var isOfCustomers: Bool { get }

  /// Makes the fold. It holds no state: one value serves many threads.
  init()

  /// The key whose state the event changes; nil when it changes none.
  func key(of event: DecodedEvent) -> String?

  /// The state of a key of which the tables hold nothing.
  func fresh(_ key: String) -> State

  /// The state as the tables hold it; a fresh one when they hold nothing of the key.
  ///
  /// `events` are those that will be folded next: what they cannot touch may be left out.
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State

  /// Takes one event in. Never throws: what of the event cannot be understood is told in a short sentence without
  /// personal data, and becomes a hole of the read model; the rest of the event is taken in, live as in bulk.
  func fold(_ event: DecodedEvent, into state: inout State) -> String?

  /// Writes the rows of the state: inserts what is new, replaces what has changed.
  func store(_ state: State, of key: String, in tables: Tables) throws
}

extension Projector {
  package static var isOfCustomers: Bool { false }
}
