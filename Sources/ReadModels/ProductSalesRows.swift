// The rows of what was sold and came back, and their tables.

import JSONBytes
import Projection
import Relationship

/// A row of `product`.
struct ProductRow: KeyedRow {
  static let table = "product"

  let sku: ByteText
  var topic: ByteText?
  var label: ByteText?
  /// The sale that gave topic and label.
  var named: Moment?
  var orders: Int64 = 0
  var unitsSold: Int64 = 0
  var unitsRefunded: Int64 = 0
  var unitsCancelled: Int64 = 0
  var linesUnpriced: Int64 = 0
  var sold = TimeSpan()
  /// The last order with this product: an order may have several lines of it.
  var lastOrder: UInt64?
  var customers = CustomerCount()

  var id: ByteText { sku }

  init(_ sku: ByteText) { self.sku = sku }

  /// False where a number does not fit any more: that number stays.
  mutating func take(
    _ line: SaleLine, isPriced: Bool, _ sale: SaleKind, _ event: DecodedEvent
  ) -> Bool {
    if !isPriced { linesUnpriced += 1 }
    switch sale {
    case .refunded: return unitsRefunded.add(line.quantity)
    case .cancelled: return unitsCancelled.add(line.quantity)
    case .sold: break
    }
    if lastOrder != event.place {
      orders += 1
      lastOrder = event.place
      sold.add(event.time)
      customers.add(event.subject)
    }
    if line.topic != nil || line.label != nil, named.map({ $0 <= event.moment }) ?? true {
      topic = line.topic
      label = line.label
      named = event.moment
    }
    return unitsSold.add(line.quantity)
  }

  init(reading row: RowReader) {
    sku = row.bytes()
    topic = row.optionalBytes()
    label = row.optionalBytes()
    named = row.moment()
    orders = row.integer()
    unitsSold = row.integer()
    unitsRefunded = row.integer()
    unitsCancelled = row.integer()
    linesUnpriced = row.integer()
    sold = TimeSpan(reading: row)
    lastOrder = row.optionalPlace()
    customers = row.count()
  }

  func write(to row: RowWriter) {
    row.text(sku)
    row.bytes(topic)
    row.bytes(label)
    row.moment(named)
    row.integer(orders)
    row.integer(unitsSold)
    row.integer(unitsRefunded)
    row.integer(unitsCancelled)
    row.integer(linesUnpriced)
    row.span(sold)
    row.place(lastOrder)
    row.count(customers)
  }
}

/// A row of `product_revenue`.
struct ProductRevenueRow: KeyedRow {
  struct ID: Hashable, Comparable, Sendable {
    var sku: ByteText
    var currency: ByteText

    static func < (one: ID, other: ID) -> Bool {
      (one.sku, one.currency) < (other.sku, other.currency)
    }
  }

  static let table = "product_revenue"

  let id: ID
  var sold: Int64 = 0
  var refunded: Int64 = 0
  var cancelled: Int64 = 0

  init(_ sku: ByteText, _ currency: ByteText) { id = ID(sku: sku, currency: currency) }

  /// Nil when it does not fit 64 bits.
  var net: Int64? {
    let (less, one) = sold.subtractingReportingOverflow(refunded)
    let (net, two) = less.subtractingReportingOverflow(cancelled)
    return one || two ? nil : net
  }

  /// False, and nothing added, where a total would not fit.
  mutating func add(_ micros: Int64, _ sale: SaleKind) -> Bool {
    var changed = self
    let isAdded =
      switch sale {
      case .sold: changed.sold.add(micros)
      case .refunded: changed.refunded.add(micros)
      case .cancelled: changed.cancelled.add(micros)
      }
    guard isAdded, changed.net != nil else { return false }
    self = changed
    return true
  }

  init(reading row: RowReader) {
    id = ID(sku: row.bytes(), currency: row.bytes())
    sold = row.integer()
    refunded = row.integer()
    cancelled = row.integer()
    _ = row.integer()
  }

  func write(to row: RowWriter) {
    row.text(id.sku)
    row.text(id.currency)
    row.integer(sold)
    row.integer(refunded)
    row.integer(cancelled)
    row.integer(net ?? 0)
  }
}

/// A row of `product_return`.
struct ProductReturnRow: KeyedRow {
  struct ID: Hashable, Comparable, Sendable {
    var sku: ByteText
    var what: ByteText
    var reason: ByteText

    static func < (one: ID, other: ID) -> Bool {
      (one.sku, one.what, one.reason) < (other.sku, other.what, other.reason)
    }
  }

  static let table = "product_return"

  let id: ID
  var times: Int64 = 0
  var units: Int64 = 0

  init(_ sku: ByteText, _ sale: SaleKind, _ reason: ByteText) {
    id = ID(sku: sku, what: ByteText(sale.rawValue), reason: reason)
  }

  init(reading row: RowReader) {
    id = ID(sku: row.bytes(), what: row.bytes(), reason: row.bytes())
    times = row.integer()
    units = row.integer()
  }

  func write(to row: RowWriter) {
    row.text(id.sku)
    row.text(id.what)
    row.text(id.reason)
    row.integer(times)
    row.integer(units)
  }
}

extension ProductSales {
  package static let tables = """
    CREATE TABLE product ( -- What was sold and came back, one row a product
      sku TEXT NOT NULL PRIMARY KEY, -- stock number; empty: sales that name no product
      topic TEXT, -- topic, as the latest sale by time that names the product says
      label TEXT, -- its name, as that sale says
      named_time INTEGER, -- when that was, microseconds since 1970 UTC
      named_position INTEGER, -- position of that order in the ledger
      orders INTEGER NOT NULL, -- completed orders with this product
      units_sold INTEGER NOT NULL, -- pieces in these orders
      units_refunded INTEGER NOT NULL, -- pieces for which money went back
      units_cancelled INTEGER NOT NULL, -- pieces of orders that were taken back
      lines_unpriced INTEGER NOT NULL, -- lines whose sum is not known: they are in no revenue
      first_sold INTEGER, -- time of the earliest order, microseconds since 1970 UTC; NULL: none
      last_sold INTEGER, -- time of the latest order, microseconds since 1970 UTC
      last_position INTEGER, -- position of the last order with it
      customers INTEGER NOT NULL, -- so many different customers, merged ones counted each, bought it at least; counted up to 256
      customer_bits TEXT NOT NULL -- what they are counted from: a bit of 256 by a hash of each pseudonym
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE product_revenue ( -- What a product brought, one row a currency; currencies are never added up
      sku TEXT NOT NULL, -- stock number; empty: sales that name no product
      currency TEXT NOT NULL, -- currency code (ISO 4217)
      sold_micros INTEGER NOT NULL, -- sum of the lines of completed orders, millionths of the currency
      refunded_micros INTEGER NOT NULL, -- sum of refunds, millionths of the currency
      cancelled_micros INTEGER NOT NULL, -- sum of cancellations, millionths of the currency
      net_micros INTEGER NOT NULL, -- sold less refunded less cancelled
      PRIMARY KEY (sku, currency)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE product_return ( -- Why a product came back
      sku TEXT NOT NULL, -- stock number; empty: refunds and cancellations that name no product
      what TEXT NOT NULL, -- refunded or cancelled
      reason TEXT NOT NULL, -- defect, late, notAsDescribed, unwanted or other; empty: nobody said
      times INTEGER NOT NULL, -- lines of refunds or cancellations
      units INTEGER NOT NULL, -- pieces
      PRIMARY KEY (sku, what, reason)
    ) STRICT, WITHOUT ROWID;

    """

  package static let indexes = """
    CREATE VIEW product_now AS -- Each product with what stayed with customers, and returns of a thousand sold
      SELECT product.*, units_sold - units_refunded - units_cancelled AS units_kept,
        CASE WHEN units_sold > 0
          THEN 1000 * (units_refunded + units_cancelled) / units_sold END AS returned_permille
      FROM product;
    """
}
