// Ideas of customers, and what became of them.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The table `suggestion`. The key is the suggestion. The idea's own words are the customer's and are not here; the
/// position says where they stand in the ledger.
package struct ProductSuggestions: Projector {
  package static let name = ProductModel.name
  package static let version = ProductModel.version
  private static let kinds: Set<EventKind> = [.suggestionMade, .suggestionAdopted]
  package static let eventTypes: Set<String>? = kinds.names

  package static let tables = """
    CREATE TABLE suggestion ( -- Ideas of customers, and what became of them
      suggestion_id TEXT NOT NULL PRIMARY KEY, -- number of the suggestion
      state TEXT NOT NULL, -- made; adopted; unknown: adopted, but the ledger holds no suggestion of that number
      topic TEXT, -- topic
      made_time INTEGER, -- when it was made first, microseconds since 1970 UTC
      made_position INTEGER, -- position of the event that made it: its words stand there
      made_event_id TEXT, -- id of that event
      made_by TEXT, -- kind of actor
      times_made INTEGER NOT NULL, -- how often it was recorded under this number
      adopted_time INTEGER, -- when we took it up first, microseconds since 1970 UTC
      adopted_position INTEGER, -- position of the event that says so
      adopted_event_id TEXT, -- id of that event
      adopted_by TEXT, -- kind of actor
      product_id TEXT -- the product that came of it
    ) STRICT, WITHOUT ROWID;

    """
  package static let indexes = """
    CREATE VIEW suggestion_now AS -- Ideas that wait for us as of the last event of the ledger, and for how long
      SELECT suggestion.*, (recorded - made_time) / 86400000000 AS age_days FROM suggestion, _rapport
      WHERE state = 'made';
    """

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.kind.map(Self.kinds.contains) == true ? event.fields.text("suggestionId") : nil
  }

  package func fresh(_ key: String) -> SuggestionRow { SuggestionRow(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> SuggestionRow {
    var row = SuggestionRow(key)
    try tables.rows("SELECT * FROM suggestion WHERE suggestion_id = ?", [key]) {
      row = SuggestionRow(reading: $0)
    }
    return row
  }

  package func fold(_ event: DecodedEvent, into state: inout SuggestionRow) -> String? {
    state.take(event)
    return nil
  }

  package func store(_ state: SuggestionRow, of key: String, in tables: Tables) throws {
    let writer = try tables.writer("suggestion")
    state.write(to: writer)
    try writer.insert()
  }
}

/// A row of `suggestion`.
package struct SuggestionRow: Sendable {
  private let id: String
  private var topic: String?
  private var made: EventMark?
  private var timesMade: Int64 = 0
  private var adopted: EventMark?
  private var productId: String?

  fileprivate init(_ id: String) { self.id = id }

  private var state: String { made == nil ? "unknown" : adopted == nil ? "made" : "adopted" }

  /// The earliest of each sort counts.
  fileprivate mutating func take(_ event: DecodedEvent) {
    let mark = event.mark
    if event.kind == .suggestionMade {
      timesMade += 1
      if let old = made, old < mark { return }
      made = mark
      topic = event.fields.text("topic")
    } else {
      if let old = adopted, old < mark { return }
      adopted = mark
      productId = event.fields.text("productId")
    }
  }

  fileprivate init(reading row: RowReader) {
    id = row.text()
    _ = row.text()
    topic = row.optionalText()
    made = row.mark()
    timesMade = row.integer()
    adopted = row.mark()
    productId = row.optionalText()
  }

  fileprivate func write(to row: RowWriter) {
    row.text(id)
    row.text(state)
    row.text(topic)
    row.mark(made)
    row.integer(timesMade)
    row.mark(adopted)
    row.text(productId)
  }
}
