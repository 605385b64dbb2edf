// What was sold of each product, and what came back.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `product`, `product_revenue` and `product_return`.
///
/// An order has lines of several products, and an event has one key: so all of it is one key, of which a batch loads
/// no more than the rows of the products in its events. A line that names no product counts for the product of the
/// empty name, and so does a refund without lines: the sums then agree with those of the orders.
package struct ProductSales: Projector {
  package static let name = ProductModel.name
  package static let version = ProductModel.version
  private static let kinds: Set<EventKind> = [.orderCompleted, .orderRefunded, .orderCancelled]
  package static let eventTypes: Set<String>? = kinds.names

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.kind.map(Self.kinds.contains) == true ? "" : nil
  }

  package func fresh(_ key: String) -> ProductSalesState { ProductSalesState() }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> ProductSalesState {
    try ProductSalesState(for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout ProductSalesState) -> String? {
    state.take(event)
  }

  package func store(_ state: ProductSalesState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// The products that events touch.
package struct ProductSalesState: Sendable {
  private var products = KeyedRows<ProductRow>()
  private var revenue = KeyedRows<ProductRevenueRow>()
  private var returns = KeyedRows<ProductReturnRow>()

  init() {}

  init(for events: [DecodedEvent], from tables: Tables) throws {
    var skus: Set<ByteText> = []
    for event in events {
      for line in SaleLine.all(in: event) { skus.insert(line.sku) }
    }
    let list = SQLList.of(skus)
    let condition = "sku IN (SELECT value FROM json_each(?))"
    try products.load(where: condition, [list], from: tables)
    try revenue.load(where: condition, [list], from: tables)
    try returns.load(where: condition, [list], from: tables)
  }

  mutating func take(_ event: DecodedEvent) -> String? {
    guard let kind = event.kind, let sale = SaleKind(kind) else { return nil }
    var problem: String?
    for line in SaleLine.all(in: event) {
      problem = take(line, sale, event) ?? problem
    }
    return problem
  }

  /// Returns what of the line could not be understood.
  private mutating func take(_ line: SaleLine, _ sale: SaleKind, _ event: DecodedEvent) -> String? {
    var problem: String?
    products.change(line.sku, or: ProductRow(line.sku)) { row in
      if case .inexact = line.price { problem = EventFields.inexact("a price") }
      let isPriced = if case .exact = line.price { true } else { false }
      if !row.take(line, isPriced: isPriced, sale, event) {
        problem = "the units of a product do not fit 64 bits"
      }
    }
    if sale != .sold {
      let reason = event.fields.key("reasonCode")
      let row = ProductReturnRow(line.sku, sale, reason)
      returns.change(row.id, or: row) { row in
        row.times += 1
        // A number that does not fit is told of the product.
        _ = row.units.add(line.quantity)
      }
    }
    guard case .exact(let price) = line.price else { return problem }
    let row = ProductRevenueRow(line.sku, ByteText(price.currency))
    revenue.change(row.id, or: row) { row in
      if !row.add(price.micros, sale) {
        problem = "the sum of all amounts of a product does not fit 64 bits of millionths"
      }
    }
    return problem
  }

  func store(in tables: Tables) throws {
    try products.store(in: tables)
    try revenue.store(in: tables)
    try returns.store(in: tables)
  }
}

/// What happened to the goods.
enum SaleKind: String, Hashable, Sendable {
  case sold, refunded, cancelled

  init?(_ kind: EventKind) {
    switch kind {
    case .orderCompleted: self = .sold
    case .orderRefunded: self = .refunded
    case .orderCancelled: self = .cancelled
    default: return nil
    }
  }

  /// The field that holds the sum of the whole event.
  var whole: String { self == .refunded ? "amount" : "total" }
}

/// One line of an order, refund or cancellation.
struct SaleLine {
  var sku = ByteText("")
  var topic: ByteText?
  var label: ByteText?
  var quantity: Int64 = 0
  var price = EventFields.Sum.absent

  /// The lines of an event. Where there are none, the whole is one line that names no product; where there is one
  /// without a price, it has that of the whole.
  static func all(in event: DecodedEvent) -> [SaleLine] {
    guard let sale = event.kind.flatMap(SaleKind.init) else { return [] }
    let fields = event.fields
    guard let list = fields.data["lines"], list.count > 0 else {
      return [SaleLine(price: fields.sum(sale.whole))]
    }
    var lines = list.elements.map { SaleLine(EventFields($0)) }
    if lines.count == 1, lines[0].price == .absent { lines[0].price = fields.sum(sale.whole) }
    return lines
  }

  private init(price: EventFields.Sum) { self.price = price }

  private init(_ line: EventFields) {
    sku = line.key("sku")
    topic = line.bytes("topic")
    label = line.bytes("label")
    quantity = line.integer("quantity") ?? 0
    price = line.sum("lineTotal")
    if price == .absent, line.sum("unitPrice") != .absent, line.has("quantity") {
      price = line.priceOfPieces.map { .exact($0) } ?? .inexact
    }
  }
}
