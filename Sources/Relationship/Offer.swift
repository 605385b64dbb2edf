// An offer, what it rests on, and why another one is not made.

import JSONBytes

/// Something that may be offered.
package struct OfferItem: Hashable, Sendable {
  package var sku: String
  /// What it belongs to: a topic, or the slot of a booking. Nil: nobody knows.
  package var topic: String?

  /// Joins both parts.
  package init(_ sku: String, topic: String? = nil) {
    self.sku = sku
    self.topic = topic
  }
}

/// One line of what may be offered, the first is the best.
package struct Offer: Hashable, Sendable {
  /// Nil: her own choice, which none of the items is.
  package var item: OfferItem?
  /// What she chose for the slot or topic; personal. Nil where the line rests on something else.
  package var choice: Fact?
  /// The strongest that the line rests on; nil: nothing is known.
  package var basis: Origin?
  /// The events behind the line, the strongest first.
  package var events: [EventMark]

  /// Joins the parts.
  package init(
    _ item: OfferItem?, choice: Fact? = nil, basis: Origin?, events: [EventMark]
  ) {
    self.item = item
    self.choice = choice
    self.basis = basis
    self.events = events
  }
}

/// Why an item is not offered.
package struct WithheldOffer: Hashable, Sendable {
  package enum Reason: String, Hashable, Sendable, CaseIterable {
    /// She has it: she said so, or bought it and did not return all of it.
    case owned
    /// She is not interested in it, or in its topic.
    case refused
    /// She has told us her choice for the slot or topic, and this is not it.
    case choiceStated

    /// Stable, for programs.
    package var code: String { "offer.\(rawValue)" }

    /// In words, behind the item.
    package var clause: String {
      switch self {
      case .owned: "the customer has it"
      case .refused: "the customer is not interested"
      case .choiceStated: "the customer has chosen something else here"
      }
    }
  }

  package var item: OfferItem
  package var reason: Reason
  /// The events behind it.
  package var events: [EventMark]

  /// Joins the parts.
  package init(_ item: OfferItem, _ reason: Reason, events: [EventMark]) {
    self.item = item
    self.reason = reason
    self.events = events
  }
}

/// What a customer bought and kept, by product.
package struct KeptPurchases: Hashable, Sendable {
  /// Of each product of which a piece was kept, the orders, the latest last.
  package private(set) var orders: [String: [EventMark]] = [:]
  /// Of each topic that an order names, the orders that were not taken back as a whole, the latest last.
  package private(set) var topicOrders: [String: [EventMark]] = [:]
  /// The topic of each product that an order, a booking or a look at it named, as said last.
  package private(set) var topics: [String: String] = [:]

  /// Nothing bought.
  package init() {}

  /// What follows from a customer's events, in any order. A refund or cancellation that names no lines takes back the
  /// whole order it names: a refund once the sums are at least the order's total.
  package init(of events: some Sequence<PermissionEvent>) {
    var fold = PurchaseFold()
    for event in events { fold.take(event) }
    topics = fold.topics.mapValues(\.topic)
    for (topic, lines) in fold.linesOfTopic {
      let kept = Set(lines.filter { !fold.isTakenBack($0.order) }.map(\.mark)).sorted()
      if !kept.isEmpty { topicOrders[topic] = kept }
    }
    for (sku, bought) in fold.bought {
      let kept = bought.filter { !fold.isTakenBack($0.order) }
      let returned = fold.returned[sku] ?? 0
      guard kept.reduce(0, { $0.adding($1.quantity) }) > returned else { continue }
      orders[sku] = kept.filter { $0.quantity > 0 }.map(\.mark).sorted()
    }
  }
}

extension Int64 {
  /// The sum, or the nearest number that there is.
  fileprivate func adding(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}

/// Orders and what came back of them, while events are read.
private struct PurchaseFold {
  struct Bought {
    var mark: EventMark
    var order: String
    var quantity: Int64
  }

  var bought: [String: [Bought]] = [:]
  var linesOfTopic: [String: [Bought]] = [:]
  /// Pieces that came back, whatever order they were of.
  var returned: [String: Int64] = [:]
  var topics: [String: (topic: String, moment: Moment)] = [:]
  private var totals: [String: Money] = [:]
  private var refunds: [String: [Money]] = [:]
  private var cancelled: Set<String> = []

  mutating func take(_ event: PermissionEvent) {
    let mark = event.stamp.mark
    switch event.type {
    case "order.completed":
      let order = event.text("orderId") ?? ""
      totals[order] = Money(event.data["total"])
      for line in lines(of: event) {
        let bought = Bought(mark: mark, order: order, quantity: line.quantity)
        if let topic = line.topic, line.quantity > 0 {
          linesOfTopic[topic, default: []].append(bought)
        }
        guard let sku = line.sku else { continue }
        self.bought[sku, default: []].append(bought)
        name(sku, line.topic, mark.moment)
      }
    case "order.refunded": takeBack(event, sum: "amount", isWhole: false)
    case "order.cancelled": takeBack(event, sum: "total", isWhole: event.data["lines"] == nil)
    case "booking.created":
      for slot in event.data["slots"]?.elements.map({ $0 }) ?? [] {
        guard let sku = slot["sku"]?.string, let word = slot["slot"]?.string else { continue }
        name(sku, event.text("topic").map { "\($0).\(word)" } ?? word, mark.moment)
      }
    case "product.viewed", "configuration.chosen", "item.reacted":
      if let sku = event.text("sku") { name(sku, event.text("topic"), mark.moment) }
    default: break
    }
  }

  /// Whether all of an order came back as a whole.
  func isTakenBack(_ order: String) -> Bool {
    if cancelled.contains(order) { return true }
    guard let total = totals[order], let refunds = refunds[order] else { return false }
    var back: Int64 = 0
    for refund in refunds where refund.currency == total.currency {
      back = back.adding(refund.micros)
    }
    return back >= total.micros
  }

  private typealias Line = (sku: String?, topic: String?, quantity: Int64)

  private func lines(of event: PermissionEvent) -> [Line] {
    (event.data["lines"]?.elements.map { $0 } ?? []).map { line in
      (line["sku"]?.string, line["topic"]?.string, line["quantity"]?.integer ?? 0)
    }
  }

  /// Goods by name; else the sum of what came back of an order, or all of it.
  private mutating func takeBack(_ event: PermissionEvent, sum: String, isWhole: Bool) {
    let named = lines(of: event).filter { $0.sku != nil }
    if !named.isEmpty {
      for line in named {
        let sku = line.sku ?? ""
        returned[sku] = (returned[sku] ?? 0).adding(Int64(clamping: line.quantity.magnitude))
      }
    } else if let order = event.text("orderId") {
      if isWhole {
        cancelled.insert(order)
      } else if let sum = Money(event.data[sum]) {
        refunds[order, default: []].append(sum)
      }
    }
  }

  private mutating func name(_ sku: String, _ topic: String?, _ moment: Moment) {
    guard let topic else { return }
    if let old = topics[sku], moment < old.moment { return }
    topics[sku] = (topic, moment)
  }
}
