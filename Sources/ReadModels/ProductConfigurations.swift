// What customers put into a product when they put it together.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `configuration_demand` and `configured_product`. The key is the product.
package struct ProductConfigurations: Projector {
  package static let name = ProductModel.name
  package static let version = ProductModel.version
  package static let eventTypes: Set<String>? = [EventKind.configurationChosen.rawValue]

  package static let tables = """
    CREATE TABLE configuration_demand ( -- Options that customers chose when they put a product together
      sku TEXT NOT NULL, -- stock number of the product
      option TEXT NOT NULL, -- the option
      value TEXT NOT NULL, -- what was chosen; empty: it may not be seen
      chosen INTEGER NOT NULL, -- how often
      first_time INTEGER NOT NULL, -- the earliest time, microseconds since 1970 UTC
      last_time INTEGER NOT NULL, -- the latest time, microseconds since 1970 UTC
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, chose it at least; counted up to 256
      customer_bits TEXT NOT NULL, -- what they are counted from: a bit of 256 by a hash of each pseudonym
      PRIMARY KEY (sku, option, value)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE configured_product ( -- How often a product was put together: what demand is a share of
      sku TEXT NOT NULL PRIMARY KEY, -- stock number of the product
      topic TEXT, -- topic, as the latest configuration by time says
      topic_time INTEGER, -- when that was, microseconds since 1970 UTC
      topic_position INTEGER, -- position of that event in the ledger
      configurations INTEGER NOT NULL, -- times it was put together
      first_time INTEGER NOT NULL, -- the earliest time, microseconds since 1970 UTC
      last_time INTEGER NOT NULL, -- the latest time, microseconds since 1970 UTC
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, did at least; counted up to 256
      customer_bits TEXT NOT NULL -- what they are counted from: a bit of 256 by a hash of each pseudonym
    ) STRICT, WITHOUT ROWID;

    """
  package static let indexes = """
    CREATE VIEW configuration_share AS -- Of a thousand times a product was put together, how often with this option
      SELECT demand.sku, product.topic, demand.option, demand.value, demand.chosen,
        1000 * demand.chosen / product.configurations AS permille, demand.customers
      FROM configuration_demand AS demand JOIN configured_product AS product USING (sku);
    """

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.kind == .configurationChosen ? event.fields.text("sku") : nil
  }

  package func fresh(_ key: String) -> ConfigurationsState { ConfigurationsState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> ConfigurationsState {
    try ConfigurationsState(key, for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout ConfigurationsState) -> String? {
    state.take(event)
    return nil
  }

  package func store(_ state: ConfigurationsState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// The configurations of one product.
package struct ConfigurationsState: Sendable {
  private let sku: ByteText
  private var product = KeyedRows<ConfiguredProductRow>()
  private var demand = KeyedRows<ConfigurationDemandRow>()

  init(_ sku: String) { self.sku = ByteText(sku) }

  init(_ sku: String, for events: [DecodedEvent], from tables: Tables) throws {
    self.init(sku)
    try product.load(where: "sku = ?", [sku], from: tables)
    let options = events.flatMap { $0.fields.objects("options") }
    try demand.load(
      where: """
        sku = ? AND option IN (SELECT value FROM json_each(?))
        AND value IN (SELECT value FROM json_each(?))
        """,
      [
        sku, SQLList.of(Set(options.map { $0.key("option") })),
        SQLList.of(Set(options.map { $0.key("value") })),
      ], from: tables)
  }

  mutating func take(_ event: DecodedEvent) {
    let fields = event.fields
    product.change(sku, or: ConfiguredProductRow(sku)) { row in
      row.configurations += 1
      row.span.add(event.time)
      row.customers.add(event.subject)
      if let topic = fields.bytes("topic"), row.topicSaid.map({ $0 < event.moment }) ?? true {
        row.topic = topic
        row.topicSaid = event.moment
      }
    }
    for option in fields.objects("options") {
      guard let name = option.bytes("option") else { continue }
      let row = ConfigurationDemandRow(sku, name, option.key("value"))
      demand.change(row.id, or: row) { row in
        row.chosen += 1
        row.span.add(event.time)
        row.customers.add(event.subject)
      }
    }
  }

  func store(in tables: Tables) throws {
    try demand.store(in: tables)
    try product.store(in: tables)
  }
}

/// A row of `configured_product`.
struct ConfiguredProductRow: KeyedRow {
  static let table = "configured_product"

  let id: ByteText
  var topic: ByteText?
  var topicSaid: Moment?
  var configurations: Int64 = 0
  var span = TimeSpan()
  var customers = CustomerCount()

  init(_ sku: ByteText) { id = sku }

  init(reading row: RowReader) {
    id = row.bytes()
    topic = row.optionalBytes()
    topicSaid = row.moment()
    configurations = row.integer()
    span = TimeSpan(reading: row)
    customers = row.count()
  }

  func write(to row: RowWriter) {
    row.text(id)
    row.bytes(topic)
    row.moment(topicSaid)
    row.integer(configurations)
    row.span(span)
    row.count(customers)
  }
}

/// A row of `configuration_demand`.
struct ConfigurationDemandRow: KeyedRow {
  struct ID: Hashable, Comparable, Sendable {
    var sku: ByteText
    var option: ByteText
    var value: ByteText

    static func < (one: ID, other: ID) -> Bool {
      (one.sku, one.option, one.value) < (other.sku, other.option, other.value)
    }
  }

  static let table = "configuration_demand"

  let id: ID
  var chosen: Int64 = 0
  var span = TimeSpan()
  var customers = CustomerCount()

  init(_ sku: ByteText, _ option: ByteText, _ value: ByteText) {
    id = ID(sku: sku, option: option, value: value)
  }

  init(reading row: RowReader) {
    id = ID(sku: row.bytes(), option: row.bytes(), value: row.bytes())
    chosen = row.integer()
    span = TimeSpan(reading: row)
    customers = row.count()
  }

  func write(to row: RowWriter) {
    row.text(id.sku)
    row.text(id.option)
    row.text(id.value)
    row.integer(chosen)
    row.span(span)
    row.count(customers)
  }
}
