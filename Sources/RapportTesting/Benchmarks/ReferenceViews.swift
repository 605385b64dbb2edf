// The four read models of the comparison with DuckDB, as aggregations of the reference events.

import Projection

/// The customer with nine aggregates.
struct ReferenceCustomer360: AggregateProjector {
  static let name = "customer360"
  static let version = 1
  static let aggregation = Aggregation(
    table: "customer_360", "One row a customer of the reference events.", types: nil,
    key: [.init("customer", .subject, "The subject.")],
    values: [
      .init("events", .count, "How many events."),
      .init(
        "spend", .sum(["amount_cents", "qty"]), ofType: "order.completed", "Cents of all orders."),
      .init("orders", .count, ofType: "order.completed", "How many orders."),
      .init("complaints", .count, ofType: "complaint.opened", "How many complaints."),
      .init("last_seen", .latest, "Time of the last event, microseconds."),
      .init("last_channel", .lastInteger("channel"), "Channel of the last event."),
      .init("optout_at", .latest, ofType: "optout.recorded", "Time of the last opt-out."),
      .init("preference_at", .latest, ofType: "preference.stated", "Time of the last preference."),
      .init("first_seen", .earliest, "Time of the first event, microseconds."),
    ])
}

/// What each customer said last of each channel.
struct ReferencePermission: AggregateProjector {
  static let name = "permission"
  static let version = 1
  static let aggregation = Aggregation(
    table: "permission", "One row a customer and channel.",
    types: ["optout.recorded", "preference.stated"],
    key: [
      .init("customer", .subject, "The subject."),
      .init("channel", .integer("channel"), "Channel."),
    ],
    values: [
      .init("last", .lastType, "Type of the last event."),
      .init("changed", .latest, "Time of the last event, microseconds."),
    ])
}

/// What was sold of each product.
struct ReferenceProduct: AggregateProjector {
  static let name = "product"
  static let version = 1
  static let aggregation = Aggregation(
    table: "product", "One row a product.", types: ["order.completed"],
    key: [.init("sku", .text("sku"), "The product.")],
    values: [
      .init("units", .sum(["qty"]), "Pieces sold."),
      .init("revenue", .sum(["amount_cents", "qty"]), "Cents of all orders."),
      .init("events", .count, "How many orders."),
    ])
}

/// Complaints by day and channel.
struct ReferenceService: AggregateProjector {
  static let name = "service"
  static let version = 1
  static let aggregation = Aggregation(
    table: "service", "One row a day and channel.", types: ["complaint.opened"],
    key: [
      .init("day", .period(86_400_000_000), "Days since 1970, UTC."),
      .init("channel", .integer("channel"), "Channel."),
    ],
    values: [.init("events", .count, "How many complaints.")])
}

/// All four.
enum ReferenceViews {
  static let all: [any AggregateProjector.Type] = [
    ReferenceCustomer360.self, ReferencePermission.self, ReferenceProduct.self,
    ReferenceService.self,
  ]
}

extension ReferenceViews {
  /// How each view is compared with others' by its model's name: times in milliseconds, as the generator gives them.
  static let exports = [
    "customer360": """
    SELECT customer, events, spend, orders, complaints, last_seen / 1000, last_channel, optout_at / 1000,
      preference_at / 1000, first_seen / 1000 FROM customer_360 ORDER BY customer
    """,
    "permission":
      "SELECT customer, channel, last, changed / 1000 FROM permission ORDER BY customer, channel",
    "product": "SELECT sku, units, revenue, events FROM product ORDER BY sku",
    "service": "SELECT day, channel, events FROM service ORDER BY day, channel",
  ]
}
