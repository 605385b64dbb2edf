// What the customer buys, books and looks at, and what we give.

import JSONBytes
import Projection
import Relationship

extension CustomerState {
  mutating func takeTrade(_ kind: EventKind, _ event: DecodedEvent) -> Taken {
    let fields = event.fields
    switch kind {
    case .orderCompleted:
      return takeOrder(event)
    case .orderRefunded:
      guard let amount = fields.money("amount") else { return Self.noSum("amount") }
      return add(amount, event, isOrder: false, to: \.refunded)
    case .orderCancelled:
      // An order that is older than the ledger may be cancelled without a sum.
      guard fields.has("total") || !fields.objects("lines").isEmpty else { return .done }
      guard let total = Self.total(of: fields) else { return Self.noSum("total") }
      return add(total, event, isOrder: false, to: \.cancelled)
    case .bookingCreated:
      let slots = fields.objects("slots")
      wishes.add(
        Occasion(
          event.moment, .booking, reference: fields.word("bookingId"), topic: fields.text("topic"),
          slots: slots.map { $0.word("slot") },
          startsAt: slots.compactMap { $0.instant("startsAt") }.min()))
      return .done
    case .productViewed:
      facts.add(
        Fact(
          event.mark, .viewed, .observed, topic: fields.word("topic"), about: fields.text("sku"),
          detail: fields.text("surface")))
      return .done
    case .configurationChosen:
      let options = fields.objects("options").map { "\($0.word("option")): \($0.word("value"))" }
      facts.add(
        Fact(
          event.mark, .configuration, .observed, topic: fields.word("topic"),
          about: fields.text("sku"), value: options.joined(separator: ", ")))
      return .done
    case .benefitGranted:
      benefits.change(fields.word("benefitId"), or: { Benefit($0) }) {
        $0.granted(
          Benefit.Grant(
            event.mark, name: fields.word("name"), tier: fields.text("tier"),
            validUntil: fields.instant("validUntil")))
      }
      return .done
    case .benefitUsed:
      benefits.change(fields.word("benefitId"), or: { Benefit($0) }) {
        $0.used(at: event.moment)
      }
      return .done
    default: return .done
    }
  }

  private mutating func takeOrder(_ event: DecodedEvent) -> Taken {
    let fields = event.fields
    let topics = Self.topics(of: fields)
    if !topics.isEmpty {
      wishes.add(
        Occasion(event.moment, .order, reference: fields.word("orderId"), slots: topics))
    }
    guard let total = fields.money("total") else { return Self.noSum("total") }
    let taken = add(total, event, isOrder: true, to: \.gross)
    guard taken == .done else { return taken }
    row.orders += 1
    if let index = spend.firstIndex(where: { $0.currency == total.currency }) {
      spend[index].orders += 1
    }
    return .done
  }

  /// Adds a sum to one of the totals of its currency. Nothing changes where a total would not fit.
  private mutating func add(
    _ sum: Money, _ event: DecodedEvent, isOrder: Bool, to total: WritableKeyPath<Spend, Int64>
  ) -> Taken {
    let index = spend.firstIndex { $0.currency == sum.currency }
    var changed = index.map { spend[$0] } ?? Spend(sum.currency)
    let (value, overflow) = changed[keyPath: total].addingReportingOverflow(sum.micros)
    changed[keyPath: total] = value
    guard !overflow, changed.net != nil else {
      return .problem("the sum of all amounts does not fit 64 bits of millionths")
    }
    if let index { spend[index] = changed } else { spend.append(changed) }
    row.saw(sum.currency, at: event.moment, isOrder: isOrder)
    return .done
  }

  /// Different topics of an order's lines, in their order.
  static func topics(of order: EventFields) -> [String] {
    var topics: [String] = []
    guard let lines = order.data["lines"] else { return topics }
    for line in lines.elements {
      if let topic = line["topic"]?.string, !topics.contains(topic) { topics.append(topic) }
    }
    return topics
  }

  /// The total of a cancellation: as it says, else the sum of its lines. Nil where it cannot be told exactly.
  static func total(of fields: EventFields) -> Money? {
    if fields.has("total") { return fields.money("total") }
    var sum: Money?
    for line in fields.objects("lines") {
      guard let price = line.money("lineTotal") ?? line.priceOfPieces else { return nil }
      guard let old = sum else {
        sum = price
        continue
      }
      let (micros, overflow) = old.micros.addingReportingOverflow(price.micros)
      guard old.currency == price.currency, !overflow else { return nil }
      sum = Money(micros: micros, currency: old.currency)
    }
    return sum
  }

  private static func noSum(_ field: String) -> Taken {
    .problem("\(field) is no sum of at most six places that fits 64 bits of millionths")
  }
}

extension EventFields {
  /// Unit price times quantity of a line.
  var priceOfPieces: Money? {
    guard let price = money("unitPrice"), let quantity = integer("quantity") else { return nil }
    let (micros, overflow) = price.micros.multipliedReportingOverflow(by: quantity)
    return overflow ? nil : Money(micros: micros, currency: price.currency)
  }
}
