// What customers say of a product with one tap.

import GRDB
import JSONBytes
package import Projection

/// The table `reaction`. The key is a product and a topic, as the reaction names them, a blank between.
package struct ProductReactions: Projector {
  package static let name = ProductModel.name
  package static let version = ProductModel.version
  package static let eventTypes: Set<String>? = [EventKind.itemReacted.rawValue]

  package static let tables = """
    CREATE TABLE reaction ( -- How often customers said of a product or topic: own, not interested, more like this, want
      sku TEXT NOT NULL, -- stock number; empty: about the topic
      topic TEXT NOT NULL, -- topic; empty: about the product alone
      own INTEGER NOT NULL, -- times somebody said to own it
      not_interested INTEGER NOT NULL, -- times somebody said not to be interested
      more_like_this INTEGER NOT NULL, -- times somebody asked for more like it
      want INTEGER NOT NULL, -- times somebody wanted it
      first_time INTEGER, -- the earliest reaction, microseconds since 1970 UTC
      last_time INTEGER, -- the latest reaction, microseconds since 1970 UTC
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, reacted at least; counted up to 256
      customer_bits TEXT NOT NULL, -- what they are counted from: a bit of 256 by a hash of each pseudonym
      PRIMARY KEY (sku, topic)
    ) STRICT, WITHOUT ROWID;

    """
  package static let indexes = ""

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    guard event.kind == .itemReacted else { return nil }
    let fields = event.fields
    let sku = fields.word("sku")
    let topic = fields.word("topic")
    return sku.isEmpty && topic.isEmpty ? nil : "\(sku) \(topic)"
  }

  package func fresh(_ key: String) -> ReactionRow { ReactionRow(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> ReactionRow {
    var row = ReactionRow(key)
    try tables.rows(
      "SELECT * FROM reaction WHERE sku = ? AND topic = ?", [row.sku, row.topic]
    ) { row = ReactionRow(reading: $0) }
    return row
  }

  package func fold(_ event: DecodedEvent, into state: inout ReactionRow) -> String? {
    switch event.fields.word("reaction") {
    case "own": state.own += 1
    case "notInterested": state.notInterested += 1
    case "moreLikeThis": state.moreLikeThis += 1
    case "want": state.want += 1
    default: return nil
    }
    state.span.add(event.time)
    state.customers.add(event.subject)
    return nil
  }

  package func store(_ state: ReactionRow, of key: String, in tables: Tables) throws {
    guard state.span.first != nil else { return }
    let writer = try tables.writer("reaction")
    state.write(to: writer)
    try writer.insert()
  }
}

/// A row of `reaction`.
package struct ReactionRow: Sendable {
  fileprivate let sku: String
  fileprivate let topic: String
  fileprivate var own: Int64 = 0
  fileprivate var notInterested: Int64 = 0
  fileprivate var moreLikeThis: Int64 = 0
  fileprivate var want: Int64 = 0
  fileprivate var span = TimeSpan()
  fileprivate var customers = CustomerCount()

  fileprivate init(_ key: String) {
    // Neither a product's number nor a topic holds a blank.
    let parts = key.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    sku = String(decoding: parts[0], as: UTF8.self)
    topic = String(decoding: parts[1], as: UTF8.self)
  }

  fileprivate init(reading row: RowReader) {
    sku = row.text()
    topic = row.text()
    own = row.integer()
    notInterested = row.integer()
    moreLikeThis = row.integer()
    want = row.integer()
    span = TimeSpan(reading: row)
    customers = row.count()
  }

  fileprivate func write(to row: RowWriter) {
    row.text(sku)
    row.text(topic)
    row.integer(own)
    row.integer(notInterested)
    row.integer(moreLikeThis)
    row.integer(want)
    row.span(span)
    row.count(customers)
  }
}
