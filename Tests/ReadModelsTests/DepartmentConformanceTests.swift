import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

@Suite struct DepartmentConformanceTests {
  /// Types that every part has to pass over.
  private static let others = ["customer.registered", "consent.given", "policy.published"]

  private func types(_ part: Part) -> [String] {
    (part.projector.eventTypes ?? []).sorted()
  }

  @Test(arguments: Part.all)
  func liveAndBulkGiveTheSameRows(part: Part) throws {
    try expectProjectorConformance(
      part.projector, seeds: 0..<4, events: 100, types: types(part) + Self.others, comparisons: 5)
  }

  @Test(arguments: Part.all)
  func liveAndBulkGiveTheSameRowsWhereFewCustomersMeetOften(part: Part) throws {
    for seed in 6..<9 as Range<UInt64> {
      let history = RandomHistory.events(
        seed: seed, count: 50, customers: 2, types: types(part))
      try expectProjectorConformance(
        part.projector, over: history.events, named: "seed \(seed)", comparisons: 12)
    }
  }

  @Test(arguments: Part.all)
  func liveAndBulkGiveTheSameRowsForPracticeHistories(part: Part) throws {
    for seed in 1..<2 as Range<UInt64> {
      let events = PracticeEvents.decoded(customers: 12, events: 600, seed: seed)
      try expectProjectorConformance(
        part.projector, over: events, named: "practice history, seed \(seed)", comparisons: 4)
    }
  }

  @Test(arguments: Part.all)
  func liveAndBulkGiveTheSameRowsWhereNothingComesInOrder(part: Part) throws {
    for seed in 3..<4 as Range<UInt64> {
      let events = PracticeEvents.decoded(customers: 5, events: 400, seed: seed)
      var random = SeededGenerator(seed: seed)
      let shuffled = events.reordered(by: events.indices.shuffled(using: &random))
      try expectProjectorConformance(
        part.projector, over: shuffled, named: "shuffled practice history, seed \(seed)",
        comparisons: 4)
    }
  }

  @Test func practiceHistoriesFillEveryTable() throws {
    let events = PracticeEvents.decoded(customers: 60, events: 9_000, seed: 1)
    for part in Part.all {
      for (table, rows) in try part.dump(events).rows where !table.hasPrefix("loose_") {
        #expect(!rows.isEmpty || table == "asked_twice", "\(table) has rows")
      }
    }
  }

  /// Columns that say where in the ledger something stands, and not what is true.
  private static let places: Set<String> = ["position", "last_position"]

  /// A cause stands in the ledger before its effect, so what rests on causes is told in that order alone.
  private static let causal: Set<String> = ["asked_again", "asked_again_time"]

  private func truth(_ part: Part, _ events: [DecodedEvent]) throws -> [String: [String]] {
    try part.dump(events).rows.mapValues { rows in
      rows.map { row in
        row.split(separator: " | ").filter { cell in
          let name = String(cell.prefix { $0 != "=" })
          return !name.hasSuffix("_position") && !Self.places.contains(name)
            && !Self.causal.contains(name)
        }.joined(separator: " | ")
      }.sorted()
    }
  }

  /// Ids that repeat make the order of arrival matter: which of the two is meant? So histories whose references are
  /// exact, and no carrier's numbers, of which there are few.
  @Test(arguments: Part.all)
  func theSameEventsInAnotherOrderGiveTheSameRows(part: Part) throws {
    for seed in [20, 21, 22, 24] as [UInt64] {
      let history = RandomHistory.events(
        seed: seed, count: 150, types: types(part), distinctTimes: true)
      let events = history.events.map { event in
        var event = event
        event.causationid = nil
        event.data = History.view(event.data.value.without("messageId"))
        return event
      }
      let expected = try truth(part, events)
      var random = SeededGenerator(seed: seed)
      for _ in 0..<3 {
        let order = events.indices.shuffled(using: &random)
        let found = try truth(part, events.reordered(by: order))
        for (table, rows) in expected {
          let different = zip(found[table] ?? [], rows).first { $0.0 != $0.1 }
          #expect(
            found[table] == rows, "seed \(seed), \(table): \(String(describing: different))")
        }
      }
    }
  }
}

extension JSONValue {
  /// An object without one of its members.
  func without(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.name != name })
  }
}
