// The row of the table `customer`, and what a customer spent.

import GRDB
package import JSONBytes
import Projection
package import Relationship

/// A row of a customer's table, read and written column by column behind `customer_id`.
protocol TableRow: Hashable, Sendable {
  static var table: String { get }
  /// The columns behind `customer_id` that the primary key has: rows are read in their order.
  static var order: String { get }
  /// Of a table whose rows can be no longer true: the values of the columns in ``order``. Nil: its rows stay.
  var vanishingKey: [DatabaseValue]? { get }
  init(reading row: RowReader)
  func write(to row: RowWriter)
}

extension TableRow {
  var vanishingKey: [DatabaseValue]? { nil }

  /// The rows of one customer for which `condition` holds, in order.
  static func load(
    _ customer: String, where condition: String = "1", _ arguments: StatementArguments = [],
    from tables: Tables
  ) throws -> [Self] {
    var rows: [Self] = []
    try tables.rows(
      "SELECT * FROM \(table) WHERE customer_id = ? AND \(condition) ORDER BY \(order)",
      [customer] + arguments
    ) { row in
      _ = row.text()
      rows.append(Self(reading: row))
    }
    return rows
  }

  /// Writes those of `rows` that are not in `before`, the rows as they were loaded, and removes what is gone.
  static func store(
    _ rows: [Self], before: [Self], of customer: String, in tables: Tables
  ) throws {
    if rows == before { return }
    let known = Set(before)
    if before.first?.vanishingKey != nil {
      let now = Set(rows)
      for row in before where !now.contains(row) { try row.delete(of: customer, in: tables) }
    }
    let writer = try tables.writer(table)
    for row in rows where !known.contains(row) {
      writer.text(customer)
      row.write(to: writer)
      try writer.insert()
    }
  }

  private func delete(of customer: String, in tables: Tables) throws {
    guard let key = vanishingKey else { return }
    let marks = key.map { _ in "?" }.joined(separator: ", ")
    try tables.db.cachedStatement(
      sql: "DELETE FROM \(Self.table) WHERE customer_id = ? AND (\(Self.order)) = (\(marks))"
    ).execute(arguments: StatementArguments([customer.databaseValue] + key))
  }
}

/// What a customer bought in one currency, in millionths.
struct Spend: TableRow {
  static let table = "spend"
  static let order = "currency"

  var currency: String
  var orders: Int64 = 0
  var gross: Int64 = 0
  var refunded: Int64 = 0
  var cancelled: Int64 = 0

  init(_ currency: String) { self.currency = currency }

  /// Nil when it does not fit 64 bits.
  var net: Int64? {
    let (less, one) = gross.subtractingReportingOverflow(refunded)
    let (net, two) = less.subtractingReportingOverflow(cancelled)
    return one || two ? nil : net
  }

  init(reading row: RowReader) {
    currency = row.text()
    orders = row.integer()
    gross = row.integer()
    refunded = row.integer()
    cancelled = row.integer()
    _ = row.integer()
  }

  func write(to row: RowWriter) {
    row.text(currency)
    row.integer(orders)
    row.integer(gross)
    row.integer(refunded)
    row.integer(cancelled)
    row.integer(net ?? 0)
  }
}

/// The one row of a customer.
package struct CustomerRow: Hashable, Sendable {
  package var kind: String?
  package var language: String?
  package var country: String?
  package var anonymous = false
  package var registered = false
  package var firstSeen = Timestamp.last
  package var lastSeen = Timestamp.first
  package var events: Int64 = 0
  package var orders: Int64 = 0
  package var currency: String?
  /// The event that set the currency: the first order, or the first refund or cancellation while there is none.
  var currencySet: Moment?
  package var spendMicros: Int64 = 0
  package var openComplaints: Int64 = 0
  package var openPromises: Int64 = 0
  package var contact = ContactState()
  package var pausedUntil: Timestamp?
  package var pausedPlace: UInt64?
  package var deceased = false
  package var restricted = false
  package var looseEnds: Int64 = 0
  package var revision: Int64 = 0
  package var lastPosition: UInt64 = 0

  init(_ customer: String) { anonymous = customer.hasPrefix("anon-") }

  /// Takes in what is common to all events.
  mutating func saw(_ event: DecodedEvent) {
    events += 1
    firstSeen = min(firstSeen, event.time)
    lastSeen = max(lastSeen, event.time)
    if event.place >= lastPosition {
      lastPosition = event.place
      revision = Int64(event.revision ?? 0)
    }
  }

  /// The currency is that of the earliest order, else that of the earliest refund or cancellation.
  mutating func saw(_ currency: String, at moment: Moment, isOrder: Bool) {
    let isFirstOrder = isOrder && orders == 0
    guard isOrder || orders == 0 else { return }
    if !isFirstOrder, let set = currencySet, set < moment { return }
    self.currency = currency
    currencySet = moment
  }

  init?(_ customer: String, from tables: Tables) throws {
    var row: CustomerRow?
    try tables.rows("SELECT * FROM customer WHERE customer_id = ?", [customer]) {
      row = CustomerRow(customer, reading: $0)
    }
    guard let row else { return nil }
    self = row
  }

  init(_ customer: String, reading row: RowReader) {
    _ = row.text()
    kind = row.optionalText()
    language = row.optionalText()
    country = row.optionalText()
    anonymous = row.bool()
    registered = row.bool()
    firstSeen = Timestamp(microseconds: row.integer())
    lastSeen = Timestamp(microseconds: row.integer())
    events = row.integer()
    orders = row.integer()
    currency = row.optionalText()
    currencySet = row.moment()
    spendMicros = row.integer()
    openComplaints = row.integer()
    openPromises = row.integer()
    _ = row.bool()
    let stop = row.moment()
    pausedUntil = row.optionalTime()
    pausedPlace = row.optionalPlace()
    _ = row.bool()
    contact = ContactState(stop: stop, erasure: row.moment())
    deceased = row.bool()
    restricted = row.bool()
    looseEnds = row.integer()
    revision = row.integer()
    lastPosition = row.optionalPlace() ?? 0
  }

  func write(_ customer: String, to row: RowWriter) throws {
    row.text(customer)
    row.text(kind)
    row.text(language)
    row.text(country)
    row.bool(anonymous && !registered)
    row.bool(registered)
    row.time(firstSeen)
    row.time(lastSeen)
    row.integer(events)
    row.integer(orders)
    row.text(currency)
    row.moment(currencySet)
    row.integer(spendMicros)
    row.integer(openComplaints)
    row.integer(openPromises)
    row.bool(contact.stop != nil)
    row.moment(contact.stop)
    row.time(pausedUntil)
    row.place(pausedPlace)
    row.bool(contact.erasure != nil)
    row.moment(contact.erasure)
    row.bool(deceased)
    row.bool(restricted)
    row.integer(looseEnds)
    row.integer(revision)
    row.place(lastPosition)
    try row.insert()
  }
}
