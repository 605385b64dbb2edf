import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

@Suite struct OrderIndependenceTests {
  /// Columns that say where in the ledger something stands, and not what is true.
  private static let places: Set<String> = [
    "position", "revision", "last_position", "conflicts", "wish_position",
  ]

  /// The rows without those columns, sorted.
  private func truth(_ history: History) throws -> [String: [String]] {
    try ModelFile.withFolded(Customer360.self, history.events) { tables in
      try TableDump(tables).rows.mapValues { rows in
        rows.map { row in
          row.split(separator: " | ").filter { cell in
            let name = cell.prefix { $0 != "=" }
            return !name.hasSuffix("_position") && !Self.places.contains(String(name))
          }.joined(separator: " | ")
        }.sorted()
      }
    }
  }

  /// An id used twice makes the order of arrival matter: which of the two is meant? So no ids that repeat.
  private static let types = RandomHistory.customerTypes.filter {
    !["contactpoint.verified", "contactpoint.invalidated", "contactpoint.added"].contains($0)
      && !["suggestion.made", "suggestion.adopted"].contains($0)
  }

  @Test(arguments: [0, 1, 2, 3] as [UInt64])
  func theSameEventsInAnotherOrderGiveTheSameRows(seed: UInt64) throws {
    try expectSameTruth(seed: seed, count: 300, types: Self.types)
  }

  @Test(arguments: areas)
  func theSameEventsInAnotherOrderGiveTheSameRowsWhereTheyMeet(area: [String]) throws {
    for seed in 0..<5 as Range<UInt64> {
      try expectSameTruth(seed: seed, count: 60, types: area.filter(Self.types.contains))
    }
  }

  private func expectSameTruth(seed: UInt64, count: Int, types: [String]) throws {
    let history = RandomHistory.events(
      seed: seed, count: count, types: types, distinctTimes: true)
    let expected = try truth(history)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<3 {
      let order = history.events.indices.shuffled(using: &random)
      let found = try truth(history.reordered(by: order))
      for (table, rows) in expected {
        let different = zip(found[table] ?? [], rows).first { $0.0 != $0.1 }
        #expect(found[table] == rows, "seed \(seed), \(table): \(String(describing: different))")
      }
    }
  }

  @Test func contactPointsAndSuggestionsComeInAnyOrder() throws {
    var history = History()
    func point(_ id: String, replaces: String? = nil) -> JSONValue {
      let members: KeyValuePairs<String, JSONValue?> = [
        "contactPointId": .string(id), "kind": "email", "channels": ["email"],
        "value": .string("\(id)@example.test"), "ownership": "sole", "addedBy": "customer",
        "replaces": replaces.map { .string($0) },
      ]
      return .object(members)
    }
    history.add("contactpoint.added", at: "2026-01-01", point("cp1"))
    history.add(
      "contactpoint.verified", at: "2026-01-02", ["contactPointId": "cp1", "method": "link"])
    history.add("contactpoint.added", at: "2026-01-03", point("cp2", replaces: "cp1"))
    history.add(
      "contactpoint.invalidated", at: "2026-01-04",
      ["contactPointId": "cp2", "reason": "hardBounce"])
    history.add(
      "suggestion.made", at: "2026-01-05",
      ["suggestionId": "S1", "topic": "shoes", "text": "red ones"])
    history.add("suggestion.adopted", at: "2026-01-06", ["suggestionId": "S1"])
    let expected = try truth(history)
    var random = SeededGenerator(seed: 1)
    for _ in 0..<60 {
      let order = history.events.indices.shuffled(using: &random)
      #expect(try truth(history.reordered(by: order)) == expected, "\(order)")
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "needs the published data beside the repository"))
  func thePurchasesOfAYearGiveThePublishedFigures() throws {
    var history = History()
    let text = String(decoding: SharedData.file("data/cdnow/CDNOW_sample.txt"), as: UTF8.self)
    for (line, row) in text.split(whereSeparator: \.isNewline).enumerated() {
      let cells = row.split(separator: " ").map(String.init)
      let day = [cells[2].prefix(4), cells[2].dropFirst(4).prefix(2), cells[2].suffix(2)]
      history.add(
        "order.completed", of: cells[1], at: day.joined(separator: "-"), id: "CDNOW:\(line + 1)",
        by: "service_account",
        [
          "orderId": .string("\(line + 1)"), "total": money(cells[4], "USD"),
          "lines": [["quantity": .number(cells[3])]],
        ])
    }
    let sum = "SELECT count(*), sum(orders), sum(spend_micros) FROM customer"
    #expect(try history.row(sum) == "2357 6919 244091940000")
    #expect(
      try history.row("SELECT spend_micros FROM customer WHERE customer_id = '1901'")
        == "6552700000")
    var random = SeededGenerator(seed: 2)
    let shuffled = history.reordered(by: history.events.indices.shuffled(using: &random))
    #expect(try shuffled.row(sum) == "2357 6919 244091940000")
    let people = "SELECT customer_id, first_seen, last_seen, orders, spend_micros FROM customer"
    #expect(try shuffled.rows(people) == history.rows(people))
  }
}
