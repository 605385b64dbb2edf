// The part of the model `permission` that is about no customer: the events that rules are made of.

import JSONBytes
package import Projection
package import Relationship

/// One row an event: there are few, and rules are made of them without a look at the log.
package struct PermissionHouse: Projector {
  package static let name = "permission"
  package static let version = 1
  package static let eventTypes: Set<String>? = HouseFacts.types

  package static let tables = """
    CREATE TABLE house ( -- Policies, purposes, topics, grants, lists and experiments, as they were published
      type TEXT NOT NULL, -- type of the event
      position INTEGER NOT NULL, -- position of the event in the ledger
      event_id TEXT NOT NULL, -- id of the event
      source TEXT NOT NULL, -- where the event entered
      time INTEGER NOT NULL, -- when it happened, microseconds since 1970 UTC
      recorded INTEGER NOT NULL, -- when the ledger took it, microseconds since 1970 UTC
      said_by TEXT NOT NULL, -- kind of actor
      actor TEXT, -- pseudonym of the actor
      data TEXT NOT NULL, -- its data, JSON
      PRIMARY KEY (type, position)
    ) STRICT, WITHOUT ROWID;

    """
  package static let indexes = ""

  /// Rows that are new.
  package struct State: Sendable {
    fileprivate var events: [DecodedEvent] = []
  }

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.subject == nil && HouseFacts.types.contains(event.type) ? event.type : nil
  }

  package func fresh(_ key: String) -> State { State() }

  /// No event touches another one's row.
  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> State { State() }

  package func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    state.events.append(event)
    return nil
  }

  package func store(_ state: State, of key: String, in tables: Tables) throws {
    let row = try tables.writer("house")
    for event in state.events {
      row.text(key)
      row.place(event.place)
      row.text(event.id)
      row.text(event.source)
      row.time(event.time)
      row.time(event.recorded)
      row.text(event.authtype)
      row.text(event.authid)
      var data: [UInt8] = []
      CanonicalWriter.write(event.data.value, to: &data)
      row.text(utf8: data)
      try row.insert()
    }
  }

  /// Every row, as the fold of permission takes it in. Cost: all of them; keep what is made of it.
  package static func events(in tables: Tables) throws -> [PermissionEvent] {
    var events: [PermissionEvent] = []
    try tables.rows("SELECT * FROM house ORDER BY position") { row in
      let type = row.text()
      let place = row.optionalPlace() ?? 0
      let (id, source) = (row.text(), row.text())
      let time = Timestamp(microseconds: row.integer())
      let recorded = Timestamp(microseconds: row.integer())
      let author = Author(authtype: row.text())
      let stamp = EventStamp(
        id, source: source, place: place, time: time, recorded: recorded, author: author,
        authid: row.optionalText())
      let data = try JSONDocument(scanning: Array(row.text().utf8))
      events.append(PermissionEvent(stamp, type: type, subject: nil, data: data.root))
    }
    return events
  }

  /// Position of the last row, and how many there are: where both are the same, so are the rows of this file. Cost: a
  /// few look-ups.
  package static func mark(in tables: Tables) throws -> [Int64] {
    var mark: [Int64] = [0, 0]
    try tables.rows("SELECT coalesce(max(position), -1), count(*) FROM house") { row in
      mark = [row.integer(), row.integer()]
    }
    return mark
  }
}
