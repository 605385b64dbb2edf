// What a customer bought and kept: orders less what came back, in any order of arrival.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct OfferPurchaseTests {
  private func made(_ type: String, _ number: Int, _ data: JSONValue) -> PermissionEvent {
    PermissionEvent(
      EventStamp(
        "e\(number)", source: "/t", place: UInt64(number), time: day(number),
        recorded: day(number), author: .serviceAccount),
      type: type, subject: "c1", data: History.view(data))
  }

  private func sum(_ amount: String, _ currency: String = "EUR") -> JSONValue {
    ["amount": .string(amount), "currency": .string(currency)]
  }

  private func line(_ sku: String, _ quantity: Int, _ topic: String? = nil) -> JSONValue {
    .object([
      "sku": .string(sku), "quantity": .integer(quantity), "topic": topic.map { .string($0) },
    ])
  }

  private func order(_ number: Int, _ id: String, _ lines: JSONValue...) -> PermissionEvent {
    made(
      "order.completed", number,
      ["orderId": .string(id), "lines": .array(lines), "total": sum("20.00")])
  }

  /// The products that are kept, whatever the order in which the events come.
  private func kept(_ events: PermissionEvent...) -> [String: [UInt64]]? {
    let all = permutations(events).map { KeptPurchases(of: $0) }
    guard all.allSatisfy({ $0 == all[0] }) else { return nil }
    return all[0].orders.mapValues { $0.map(\.moment.place) }
  }

  @Test func whatWasBoughtIsKept() {
    #expect(kept(order(1, "O1", line("A", 1), line("B", 2))) == ["A": [1], "B": [1]])
    #expect(kept(order(1, "O1", line("A", 1)), order(2, "O2", line("A", 1))) == ["A": [1, 2]])
    #expect(kept() == [:])
  }

  @Test func whatCameBackInFullIsNot() {
    let back = made(
      "order.refunded", 2,
      ["refundId": "R", "orderId": "O1", "amount": sum("5"), "lines": [line("A", 2)]])
    #expect(kept(order(1, "O1", line("A", 2)), back) == [:])
    #expect(kept(order(1, "O1", line("A", 3)), back) == ["A": [1]], "one of three is kept")
    #expect(kept(order(1, "O1", line("A", 2), line("B", 1)), back) == ["B": [1]])
    let cancelled = made(
      "order.cancelled", 2, ["cancellationId": "X", "lines": [line("A", 2)]])
    #expect(kept(order(1, "O1", line("A", 2)), cancelled) == [:])
  }

  @Test func anOrderThatIsTakenBackAsAWholeKeepsNothing() {
    let cancelled = made("order.cancelled", 3, ["cancellationId": "X", "orderId": "O1"])
    let bought = order(1, "O1", line("A", 2), line("B", 1))
    #expect(kept(bought, cancelled) == [:])
    #expect(kept(bought, order(2, "O2", line("A", 1)), cancelled) == ["A": [2]])
    func refund(_ number: Int, _ amount: String, _ currency: String = "EUR") -> PermissionEvent {
      made(
        "order.refunded", number,
        [
          "refundId": .string("R\(number)"), "orderId": "O1", "amount": sum(amount, currency),
        ])
    }
    #expect(kept(bought, refund(3, "19.99")) == ["A": [1], "B": [1]], "a part of the price")
    #expect(kept(bought, refund(3, "15.00"), refund(4, "5.00")) == [:], "together all of it")
    #expect(kept(bought, refund(3, "20.00", "USD")) == ["A": [1], "B": [1]])
  }

  @Test func aLineThatTakesGoodsBackCountsAgainstThem() {
    #expect(kept(order(1, "O1", line("A", 1)), order(2, "O2", line("A", -1))) == [:])
  }

  @Test func whatWasOrderedOfATopicIsKnownUntilTheOrderIsTakenBack() {
    let first = order(1, "O1", line("A", 1, "wine"), line("B", 1, "wine"))
    let second = order(2, "O2", line("A", 1, "wine"))
    let cancelled = made("order.cancelled", 3, ["cancellationId": "X", "orderId": "O1"])
    #expect(
      KeptPurchases(of: [second, first]).topicOrders.mapValues { $0.map(\.moment.place) }
        == ["wine": [1, 2]])
    #expect(
      KeptPurchases(of: [first, cancelled, second]).topicOrders
        .mapValues { $0.map(\.moment.place) } == ["wine": [2]])
  }

  @Test func theTopicOfAProductIsTheOneNamedLast() {
    let events = [
      order(1, "O1", line("A", 1, "wine.red")),
      made("product.viewed", 3, ["sku": "A", "topic": "wine", "surface": "web", "purpose": "x"]),
      made("item.reacted", 2, ["sku": "A", "reaction": "want", "topic": "tea"]),
      made(
        "booking.created", 4,
        [
          "bookingId": "B", "topic": "travel.hotel",
          "slots": [["slot": "room", "sku": "ROOM"], ["slot": "lunch"]],
        ]),
    ]
    for order in permutations(events) {
      #expect(KeptPurchases(of: order).topics == ["A": "wine", "ROOM": "travel.hotel.room"])
    }
  }
}
