// The smallest projector that has all the trouble: a count a customer, a row an event, and holes.

import GRDB
import JSONBytes
import Projection
import RapportTesting

/// Counts the events of each subject. An event of type `test.odd` is a hole. A subject called `boom` cannot be stored.
struct Tally: Projector {
  struct State: Sendable {
    var count: Int64 = 0
    var note: String?
    var new: [(place: UInt64, type: String)] = []
  }

  struct CannotStore: Error {}

  static let name = "tally"
  static let version = 1
  static let eventTypes: Set<String>? = nil
  static let tables = """
    CREATE TABLE tally ( -- A count a customer
      customer_id TEXT NOT NULL PRIMARY KEY, -- the customer
      events INTEGER NOT NULL, -- how many events
      note TEXT -- of the last event that has one
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tally_event ( -- A row an event
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event
      type TEXT NOT NULL, -- its type
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    """
  static let indexes = "CREATE INDEX tally_event_type ON tally_event(type);"
  static let isOfCustomers = true

  func key(of event: DecodedEvent) -> String? { event.subject }
  func fresh(_ key: String) -> State { State() }

  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State {
    var state = State()
    try tables.rows("SELECT events, note FROM tally WHERE customer_id = ?", [key]) { row in
      state.count = row.integer()
      state.note = row.optionalText()
    }
    return state
  }

  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    if event.type == "test.odd" { return "it is odd" }
    state.count += 1
    state.note = event.data["note"]?.string ?? state.note
    state.new.append((event.place, event.type))
    return nil
  }

  func store(_ state: State, of key: String, in tables: Tables) throws {
    if key == "boom" { throw CannotStore() }
    guard state.count > 0 else { return }
    let row = try tables.writer("tally")
    row.text(key)
    row.integer(state.count)
    row.text(state.note)
    try row.insert()
    let event = try tables.writer("tally_event")
    for new in state.new {
      event.text(key)
      event.integer(Int64(new.place))
      event.text(new.type)
      try event.insert()
    }
  }
}

/// The same model in its next version.
struct NextTally: Projector {
  typealias State = Tally.State
  static let name = "tally"
  static let version = 2
  static let eventTypes: Set<String>? = nil
  static let tables = Tally.tables
  static let indexes = Tally.indexes
  private let tally = Tally()

  func key(of event: DecodedEvent) -> String? { tally.key(of: event) }
  func fresh(_ key: String) -> State { tally.fresh(key) }
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State {
    try tally.load(key, for: events, from: tables)
  }
  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    tally.fold(event, into: &state)
  }
  func store(_ state: State, of key: String, in tables: Tables) throws {
    try tally.store(state, of: key, in: tables)
  }
}

/// A projector with a mistake: what it knows after a load is not what it knew before.
struct ForgetfulTally: Projector {
  typealias State = Tally.State
  static let name = "forgetful"
  static let version = 1
  static let eventTypes: Set<String>? = nil
  static let tables = Tally.tables
  static let indexes = ""
  private let tally = Tally()

  func key(of event: DecodedEvent) -> String? { tally.key(of: event) }
  func fresh(_ key: String) -> State { tally.fresh(key) }
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State {
    var state = try tally.load(key, for: events, from: tables)
    if state.count > 3 { state.count -= 1 }
    return state
  }
  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    tally.fold(event, into: &state)
  }
  func store(_ state: State, of key: String, in tables: Tables) throws {
    try tally.store(state, of: key, in: tables)
  }
}

/// `count` events of three customers, and two about the whole ledger.
func tallyEvents(_ count: Int) -> [DecodedEvent] {
  var history = History()
  for number in 0..<count {
    history.add(
      "test.noted", of: number % 50 == 49 ? nil : "c\(number % 3)", id: "e\(number)",
      ["note": .string("n\(number)")])
  }
  return history.events
}

let noon = Timestamp(microseconds: 1_767_268_800_000_000)
