import JSONBytes
import RapportTesting
import ReadModels
import Testing

@Suite struct ProductModelTests {
  private func line(
    _ sku: String?, _ quantity: Int, each: String? = nil, sum: String? = nil,
    _ currency: String = "EUR", topic: String? = nil, label: String? = nil
  ) -> JSONValue {
    .object([
      "sku": sku.map { .string($0) }, "topic": topic.map { .string($0) },
      "label": label.map { .string($0) }, "quantity": .integer(quantity),
      "unitPrice": each.map { money($0, currency) }, "lineTotal": sum.map { money($0, currency) },
    ])
  }

  private func sale(_ lines: [JSONValue], _ total: String, _ currency: String = "EUR") -> JSONValue
  {
    ["orderId": "O1", "lines": .array(lines), "total": money(total, currency)]
  }

  private let units = """
    SELECT sku, orders, units_sold, units_refunded, units_cancelled, lines_unpriced FROM product
    """
  private let revenue = """
    SELECT sku, currency, sold_micros, refunded_micros, cancelled_micros, net_micros
    FROM product_revenue
    """

  // MARK: product

  @Test func anOrderOfSeveralProductsCountsForEach() throws {
    var history = History()
    history.add(
      "order.completed",
      sale(
        [line("A", 2, each: "10.00"), line("B", 1, sum: "5.50"), line("A", 1, sum: "9.00")], "34.50"
      ))
    #expect(try history.rows(of: ProductSales.self, units) == ["A 1 3 0 0 0", "B 1 1 0 0 0"])
    #expect(
      try history.rows(of: ProductSales.self, revenue)
        == ["A EUR 29000000 0 0 29000000", "B EUR 5500000 0 0 5500000"])
  }

  @Test func currenciesAreNeverAdded() throws {
    var history = History()
    history.add("order.completed", sale([line("A", 1, sum: "10.00")], "10.00"))
    history.add("order.completed", sale([line("A", 1, sum: "7.00", "USD")], "7.00", "USD"))
    #expect(
      try history.rows(of: ProductSales.self, revenue)
        == ["A EUR 10000000 0 0 10000000", "A USD 7000000 0 0 7000000"])
  }

  @Test func refundsBeforeOrdersAndCancellationsTakeAway() throws {
    var history = History()
    history.add(
      "order.refunded",
      [
        "refundId": "R1", "lines": [line("A", 1, sum: "10.00")], "amount": money("10.00"),
        "reasonCode": "defect",
      ])
    history.add("order.completed", sale([line("A", 3, each: "10.00")], "30.00"))
    history.add(
      "order.cancelled",
      ["cancellationId": "C1", "lines": [line("A", 1)], "total": money("10.00")])
    #expect(try history.rows(of: ProductSales.self, units) == ["A 1 3 1 1 0"])
    #expect(
      try history.rows(of: ProductSales.self, revenue)
        == ["A EUR 30000000 10000000 10000000 10000000"])
    #expect(
      try history.rows(of: ProductSales.self, "SELECT * FROM product_return")
        == ["A cancelled  1 1", "A refunded defect 1 1"])
    #expect(
      try history.rows(
        of: ProductSales.self, "SELECT units_kept, returned_permille FROM product_now")
        == ["1 666"])
  }

  @Test func aLineWithoutAPriceTakesTheTotalOnlyWhereItIsAlone() throws {
    var history = History()
    history.add("order.completed", sale([line("A", 1)], "8.00"))
    history.add("order.completed", sale([line("A", 1), line("B", 1, sum: "3.00")], "9.00"))
    #expect(try history.rows(of: ProductSales.self, units) == ["A 2 2 0 0 1", "B 1 1 0 0 0"])
    #expect(
      try history.rows(of: ProductSales.self, revenue)
        == ["A EUR 8000000 0 0 8000000", "B EUR 3000000 0 0 3000000"])
  }

  @Test func whatNamesNoProductStandsByItself() throws {
    var history = History()
    history.add("order.completed", sale([line(nil, 3)], "27.00"))
    history.add("order.refunded", ["refundId": "R1", "amount": money("4.00")])
    #expect(try history.rows(of: ProductSales.self, units) == [" 1 3 0 0 0"])
    #expect(
      try history.rows(of: ProductSales.self, revenue) == [" EUR 27000000 4000000 0 23000000"])
  }

  @Test func aProductHasTheNameOfItsLatestSale() throws {
    var history = History()
    history.add(
      "order.completed", at: "2026-03-01", sale([line("A", 1, topic: "shoes", label: "New")], "1"))
    history.add(
      "order.completed", at: "2026-01-01", sale([line("A", 1, topic: "boots", label: "Old")], "1"))
    #expect(
      try history.rows(
        of: ProductSales.self, "SELECT topic, label, first_sold, last_sold FROM product")
        == ["shoes New \(micros("2026-01-01")) \(micros("2026-03-01"))"])
  }

  @Test func numbersThatDoNotFitAreHolesAndChangeNothing() throws {
    var history = History()
    let most = "9223372036854.775807"
    history.add("order.completed", sale([line("A", 1, sum: most)], most))
    history.add("order.completed", sale([line("A", Int.max, sum: "1.00")], "1.00"))
    history.add("order.completed", sale([line("A", 1, sum: "0.0000001")], "1.00"))
    var state = ProductSales().fresh("")
    let holes = history.events.map { ProductSales().fold($0, into: &state) }
    #expect(holes[0] == nil && holes[1] != nil && holes[2]?.contains("price") == true)
    #expect(try history.rows(of: ProductSales.self, units) == ["A 3 2 0 0 1"])
    #expect(
      try history.rows(of: ProductSales.self, revenue)
        == ["A EUR 9223372036854775807 0 0 9223372036854775807"])
  }

  @Test func customersAreCountedButNotNamed() throws {
    var history = History()
    for number in [1, 2, 3, 1, 2, 3, 4] {
      history.add("order.completed", of: "c\(number)", sale([line("A", 1)], "1"))
    }
    #expect(try history.rows(of: ProductSales.self, "SELECT customers FROM product") == ["4"])
    for number in 0..<9_000 {
      history.add("order.completed", of: "many-\(number)", sale([line("A", 1)], "1"))
    }
    #expect(try history.rows(of: ProductSales.self, "SELECT customers FROM product") == ["256"])
  }

  /// The count decides whether a group is shown: it must never be higher than it is, and near it where it matters.
  @Test func theCountOfCustomersIsNeverTooHigh() throws {
    var least = Int.max
    for seed in 0..<200 {
      var history = History()
      for number in 0..<10 {
        history.add("value.stated", of: "customer-\(seed)-\(number)", ["topic": "t", "text": "x"])
      }
      let row = try history.rows(of: ProductNeeds.self, "SELECT customers FROM need")
      let count = try #require(row.first.flatMap { Int($0) })
      #expect(count <= 10)
      least = min(least, count)
    }
    #expect(least >= 7)
  }

  // MARK: reaction

  @Test func reactionsAreCountedByProductAndTopic() throws {
    var history = History()
    func react(
      _ reaction: String, of customer: String, _ members: KeyValuePairs<String, JSONValue?>
    ) {
      var data = JSONValue.object(members)
      if case .object(let all) = data {
        data = .object([JSONMember("reaction", .string(reaction))] + all)
      }
      history.add("item.reacted", of: customer, data)
    }
    react("want", of: "c1", ["sku": "A"])
    react("want", of: "c2", ["sku": "A"])
    react("own", of: "c1", ["sku": "A"])
    react("notInterested", of: "c1", ["topic": "boots"])
    react("moreLikeThis", of: "c1", ["sku": "A", "topic": "boots"])
    #expect(
      try history.rows(
        of: ProductReactions.self,
        "SELECT sku, topic, own, not_interested, more_like_this, want, customers FROM reaction")
        == [" boots 0 1 0 0 1", "A  1 0 0 2 2", "A boots 0 0 1 0 1"])
  }

  // MARK: configuration_demand

  @Test func optionsThatCustomersChoseAreCounted() throws {
    var history = History()
    func choose(_ customer: String, _ colour: String) {
      history.add(
        "configuration.chosen", of: customer,
        [
          "sku": "BIKE", "topic": "bikes",
          "options": [
            ["option": "colour", "value": .string(colour)], ["option": "bell", "value": "yes"],
          ],
        ])
    }
    choose("c1", "red")
    choose("c2", "red")
    choose("c1", "blue")
    #expect(
      try history.rows(
        of: ProductConfigurations.self,
        "SELECT option, value, chosen, customers FROM configuration_demand")
        == ["bell yes 3 2", "colour blue 1 1", "colour red 2 2"])
    #expect(
      try history.rows(
        of: ProductConfigurations.self,
        "SELECT topic, permille FROM configuration_share WHERE value = 'red'") == ["bikes 666"])
  }

  // MARK: suggestion

  @Test func aSuggestionShowsWhatBecameOfIt() throws {
    var history = History()
    history.add(
      "suggestion.adopted", at: "2026-03-01", by: "user",
      ["suggestionId": "S1", "productId": "A"])
    let state = "SELECT state, topic, product_id FROM suggestion"
    #expect(try history.rows(of: ProductSuggestions.self, state) == ["unknown - A"])
    history.add(
      "suggestion.made", at: "2026-01-01",
      ["suggestionId": "S1", "topic": "shoes", "text": "red laces"])
    history.add(
      "suggestion.made", at: "2026-02-24",
      ["suggestionId": "S2", "topic": "shoes", "text": "wider"])
    #expect(
      try history.rows(of: ProductSuggestions.self, state) == ["adopted shoes A", "made shoes -"])
    #expect(
      try history.rows(
        of: ProductSuggestions.self, "SELECT suggestion_id, age_days FROM suggestion_now")
        == ["S2 5"])
  }

  // MARK: need

  @Test func needsAndValuesAreCountedByTopic() throws {
    var history = History()
    history.add("need.stated", of: "c1", at: "2026-01-01", ["topic": "shoes", "text": "wide"])
    history.add(
      "need.stated", of: "c2", at: "2026-01-05",
      ["topic": "shoes", "text": "dry", "validUntil": "2026-02-01T00:00:00Z"])
    history.add(
      "need.stated", of: "c2", at: "2026-01-05",
      ["topic": "skis", "text": "short", "validUntil": "2026-02-01T00:00:00Z"])
    history.add("value.stated", of: "c1", at: "2026-03-01", ["topic": "shoes", "text": "repair"])
    #expect(
      try history.rows(
        of: ProductNeeds.self,
        "SELECT topic, kind, stated, without_end, last_valid_until, customers FROM need") == [
          "shoes need 2 1 \(micros("2026-02-01")) 2", "shoes value 1 1 - 1",
          "skis need 1 0 \(micros("2026-02-01")) 1",
        ])
    #expect(
      try history.rows(of: ProductNeeds.self, "SELECT topic, kind FROM need_now")
        == ["shoes need", "shoes value"])
  }
}
