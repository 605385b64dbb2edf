// What a point of contact shows: at most seven facts, by the table of docs/questions.md.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct CounterViewTests {
  private func fact(
    _ kind: Fact.Kind, on number: Int, _ topic: String = "t", origin: Origin = .stated,
    about: String? = nil, value: String? = nil
  ) -> CounterMatter {
    .fact(
      Fact(
        event("e\(number)", on: number), kind, origin, topic: topic, about: about, value: value))
  }

  private func places(
    _ matters: [CounterMatter], at context: CounterContext
  ) -> [UInt64?] {
    CounterViewRule.chosen(from: matters, at: context).map { $0.mark?.moment.place }
  }

  private func complaint(on number: Int) -> CounterMatter {
    var complaint = Complaint("c\(number)")
    complaint.opened(
      Complaint.Opening(event("e\(number)", on: number), channel: "voice", topic: "t"))
    return .complaint(complaint)
  }

  @Test func nothingGivesNothing() {
    for context in CounterContext.allCases {
      #expect(CounterViewRule.chosen(from: [], at: context).isEmpty)
    }
  }

  @Test func whoeverServesHerLearnsFirstWhatMustNotBe() {
    let matters = [
      fact(.profile, on: 9, "name"), complaint(on: 8), .stopped(event("e1", on: 1)),
      fact(.death, on: 2, "", origin: .observed), fact(.restriction, on: 3, "", origin: .observed),
    ]
    for context in CounterContext.allCases {
      let expected: [UInt64?] = context == .web ? [3, 2, 1, 8] : [3, 2, 1, 8, 9]
      #expect(places(matters, at: context) == expected, "\(context)")
    }
  }

  @Test func ofOneSortTheLatestAreShownAndNotMoreThanTheTableSays() {
    let interests = (1...6).map { fact(.interest, on: $0) }
    #expect(places(interests, at: .web) == [6, 5, 4])
    #expect(places(interests, at: .store) == [6, 5])
    #expect(places(interests, at: .till) == [6])
    #expect(places(interests, at: .phone) == [])
  }

  @Test func thereAreNeverMoreThanSeven() {
    let kinds: [Fact.Kind] = [.need, .interest, .owns, .value, .lifestyle, .answer, .viewed]
    let matters = (1...40).map { fact(kinds[$0 % kinds.count], on: $0) }
    for context in CounterContext.allCases {
      #expect(places(matters, at: context).count <= CounterViewRule.factsMax)
    }
    #expect(places(matters + [fact(.profile, on: 50, "name")], at: .store).count == 7)
  }

  @Test func whatIsSpecialAndHowSheLivesIsForPrivatePlaces() {
    let matters = [
      fact(.need, on: 1, "special.t01"), fact(.lifestage, on: 2, ""), fact(.lifestyle, on: 3),
      fact(.interest, on: 4, "special.t02"), fact(.inference, on: 5, "x", origin: .inferred),
    ]
    #expect(places(matters, at: .till) == [])
    #expect(places(matters, at: .store) == [])
    #expect(places(matters, at: .phone) == [1, 3, 2])
    #expect(places(matters, at: .booking) == [1, 3, 2, 4, 5])
    #expect(places([fact(.need, on: 1, "specials")], at: .store) == [1], "another word")
  }

  @Test(arguments: [Origin.stated, .observed])
  func aGuessIsNotShownWhereSomethingStrongerIsKnown(origin: Origin) {
    let guess = fact(.inference, on: 5, "tea", origin: .inferred)
    let kind: Fact.Kind = origin == .stated ? .interest : .viewed
    #expect(places([guess, fact(kind, on: 1, "tea", origin: origin)], at: .web) == [1])
    #expect(places([guess, fact(kind, on: 1, "hats", origin: origin)], at: .web) == [1, 5])
  }

  @Test func wishesAddressesAndNumbersAreNotAmongTheFacts() {
    let kinds: [Fact.Kind] = [.preference, .contactPoint, .identifier, .privacySignal, .advocacy]
    for context in CounterContext.allCases {
      #expect(places(kinds.enumerated().map { fact($1, on: $0) }, at: context).isEmpty)
    }
  }

  @Test func aReactionIsLikedOrNotAndOwningIsItsOwn() {
    #expect(
      CounterViewRule.sort(of: fact(.reaction, on: 1, value: "notInterested")) == .notInterested)
    #expect(CounterViewRule.sort(of: fact(.reaction, on: 1, value: "want")) == .liked)
    #expect(CounterViewRule.sort(of: fact(.owns, on: 1, value: "own")) == .owned)
  }

  /// The page that explains the rule has the same table.
  @Test func theTableOfThePageIsTheRule() throws {
    let page = String(
      decoding: SharedData.bytes(ofFile: SharedData.repository + "/docs/questions.md"),
      as: UTF8.self)
    let lines = page.split(separator: "\n").map(String.init)
    let head = try #require(lines.first { $0.hasPrefix("| Sort |") })
    let contexts = head.split(separator: "|").dropFirst()
      .compactMap { CounterContext(rawValue: $0.filter { $0 != " " }) }
    #expect(contexts == CounterContext.allCases)
    let rows = lines.drop { $0 != head }.dropFirst(2).prefix { $0.hasPrefix("|") }
    for (column, context) in contexts.enumerated() {
      let written = rows.compactMap { row -> String? in
        let cells = row.split(separator: "|").map { $0.filter { $0 != " " } }
        let sort = cells[0].split(separator: "`").first.map(String.init) ?? ""
        return cells[column + 1] == "-" ? nil : "\(sort) \(cells[column + 1])"
      }
      let ruled = CounterViewRule.sorts(at: context).map { "\($0.sort.rawValue) \($0.countMax)" }
      #expect(written == ruled, "\(context)")
    }
  }
}
