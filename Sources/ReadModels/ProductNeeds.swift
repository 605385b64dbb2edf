// What customers need, and what they hold important.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The table `need`. The key is the topic. The words of the customers are not here: a number says how many spoke.
package struct ProductNeeds: Projector {
  package static let name = ProductModel.name
  package static let version = ProductModel.version
  private static let kinds: Set<EventKind> = [.needStated, .valueStated]
  package static let eventTypes: Set<String>? = kinds.names

  package static let tables = """
    CREATE TABLE need ( -- What customers say they need and hold important, by topic
      topic TEXT NOT NULL, -- topic
      kind TEXT NOT NULL, -- need; value: what matters to the customer
      stated INTEGER NOT NULL, -- how often it was said
      without_end INTEGER NOT NULL, -- of these, how often no end was said
      last_valid_until INTEGER, -- the latest end that was said, microseconds since 1970 UTC; NULL: none
      first_time INTEGER NOT NULL, -- the earliest time, microseconds since 1970 UTC
      last_time INTEGER NOT NULL, -- the latest time, microseconds since 1970 UTC
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, said it at least; counted up to 256
      customer_bits TEXT NOT NULL, -- what they are counted from: a bit of 256 by a hash of each pseudonym
      PRIMARY KEY (topic, kind)
    ) STRICT, WITHOUT ROWID;

    """
  package static let indexes = """
    CREATE VIEW need_now AS -- Needs and values of which one may hold as of the last event of the ledger
      SELECT need.*, (recorded - last_time) / 86400000000 AS days_since_last FROM need, _rapport
      WHERE without_end > 0 OR last_valid_until > recorded;
    """

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.kind.map(Self.kinds.contains) == true ? event.fields.text("topic") : nil
  }

  package func fresh(_ key: String) -> NeedsState { NeedsState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> NeedsState {
    var state = NeedsState(key)
    try state.rows.load(where: "topic = ?", [key], from: tables)
    return state
  }

  package func fold(_ event: DecodedEvent, into state: inout NeedsState) -> String? {
    let row = NeedRow(state.topic, event.kind == .needStated ? "need" : "value")
    state.rows.change(row.id, or: row) { $0.take(event) }
    return nil
  }

  package func store(_ state: NeedsState, of key: String, in tables: Tables) throws {
    try state.rows.store(in: tables)
  }
}

/// What is needed on one topic.
package struct NeedsState: Sendable {
  fileprivate let topic: String
  fileprivate var rows = KeyedRows<NeedRow>()

  fileprivate init(_ topic: String) { self.topic = topic }
}

/// A row of `need`.
private struct NeedRow: KeyedRow {
  static let table = "need"

  let topic: ByteText
  /// The kind: a state is about one topic.
  let id: ByteText
  var stated: Int64 = 0
  var withoutEnd: Int64 = 0
  var lastValidUntil: Timestamp?
  var span = TimeSpan()
  var customers = CustomerCount()

  init(_ topic: String, _ kind: String) {
    self.topic = ByteText(topic)
    id = ByteText(kind)
  }

  mutating func take(_ event: DecodedEvent) {
    stated += 1
    if let end = event.fields.instant("validUntil") {
      lastValidUntil = max(lastValidUntil ?? end, end)
    } else {
      withoutEnd += 1
    }
    span.add(event.time)
    customers.add(event.subject)
  }

  init(reading row: RowReader) {
    topic = row.bytes()
    id = row.bytes()
    stated = row.integer()
    withoutEnd = row.integer()
    lastValidUntil = row.optionalTime()
    span = TimeSpan(reading: row)
    customers = row.count()
  }

  func write(to row: RowWriter) {
    row.text(topic)
    row.text(id)
    row.integer(stated)
    row.integer(withoutEnd)
    row.time(lastValidUntil)
    row.span(span)
    row.count(customers)
  }
}
