// A read model of the reference events, for the benchmark: the customer with nine aggregates.

import GRDB
import JSONBytes
import Projection

/// The fold of
///
///     SELECT customer, count(*), sum(amount_cents * qty) of orders, count of orders, count of complaints, max(time),
///       channel of the last event, last opt-out, last preference, min(time) FROM events GROUP BY customer
///
/// Equal times are broken by position, so the last event of two at one time is the later one in the log.
struct ReferenceCustomers: Projector {
  struct State: Sendable {
    var events: Int64 = 0
    var spend: Int64 = 0
    var orders: Int64 = 0
    var complaints: Int64 = 0
    var lastSeen = Int64.min
    var lastChannel: Int64 = 0
    var optOutAt: Int64?
    var preferenceAt: Int64?
    var firstSeen = Int64.max
  }

  static let name = "reference"
  static let version = 1
  static let eventTypes: Set<String>? = nil
  static let tables = """
    CREATE TABLE customer (
      -- One row a customer of the reference events.
      customer TEXT PRIMARY KEY, -- The subject.
      events INTEGER NOT NULL, -- How many events.
      spend INTEGER NOT NULL, -- Cents of all orders.
      orders INTEGER NOT NULL, -- How many orders.
      complaints INTEGER NOT NULL, -- How many complaints.
      last_seen INTEGER NOT NULL, -- Time of the last event, microseconds.
      last_channel INTEGER NOT NULL, -- Channel of the last event.
      optout_at INTEGER, -- Time of the last opt-out.
      preference_at INTEGER, -- Time of the last stated preference.
      first_seen INTEGER NOT NULL -- Time of the first event, microseconds.
    ) STRICT, WITHOUT ROWID;
    """
  static let indexes = ""

  func key(of event: DecodedEvent) -> String? { event.subject }

  func fresh(_ key: String) -> State { State() }

  func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> State {
    var state = State()
    try tables.rows(
      """
      SELECT events, spend, orders, complaints, last_seen, last_channel, optout_at, preference_at,
        first_seen
      FROM customer WHERE customer = ?
      """, [key]
    ) { row in
      state.events = row.integer()
      state.spend = row.integer()
      state.orders = row.integer()
      state.complaints = row.integer()
      state.lastSeen = row.integer()
      state.lastChannel = row.integer()
      state.optOutAt = row.optionalInteger()
      state.preferenceAt = row.optionalInteger()
      state.firstSeen = row.integer()
    }
    return state
  }

  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    let time = event.time.microseconds
    state.events += 1
    switch event.type {
    case "order.completed":
      state.orders += 1
      let cents = event.data["amount_cents"]?.integer ?? 0
      state.spend += cents * (event.data["qty"]?.integer ?? 0)
    case "complaint.opened": state.complaints += 1
    case "optout.recorded": state.optOutAt = max(state.optOutAt ?? time, time)
    case "preference.stated": state.preferenceAt = max(state.preferenceAt ?? time, time)
    default: break
    }
    if time >= state.lastSeen {
      state.lastSeen = time
      state.lastChannel = event.data["channel"]?.integer ?? 0
    }
    state.firstSeen = min(state.firstSeen, time)
    return nil
  }

  func store(_ state: State, of key: String, in tables: Tables) throws {
    let row = try tables.writer("customer")
    row.text(key)
    row.integer(state.events)
    row.integer(state.spend)
    row.integer(state.orders)
    row.integer(state.complaints)
    row.integer(state.lastSeen)
    row.integer(state.lastChannel)
    row.integer(state.optOutAt)
    row.integer(state.preferenceAt)
    row.integer(state.firstSeen)
    try row.insert()
  }
}
