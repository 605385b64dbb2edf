import JSONBytes
import Relationship
import Testing

@Suite struct FactsTests {
  private func fact(
    _ id: String, on number: Int, place: UInt64? = nil, _ kind: Fact.Kind = .preference,
    _ origin: Origin = .stated, topic: String = "seat", about: String? = nil,
    value: String? = nil, until: Int? = nil, by author: Author = .customer
  ) -> Fact {
    Fact(
      event(id, on: number, place: place, by: author), kind, origin, topic: topic, about: about,
      value: value ?? id, validUntil: until.map { day($0) })
  }

  private func inForce(_ facts: Facts) -> [String] { facts.inForce.map(\.mark.id) }

  @Test func theLaterWordTakesThePlaceOfTheEarlier() {
    #expect(inForce(Facts([fact("window", on: 1), fact("aisle", on: 2)])) == ["aisle"])
  }

  @Test func laterMeansTheTimeItWasSaidNotWhenItArrived() {
    var facts = Facts()
    facts.add(fact("new", on: 9, place: 1))
    facts.add(fact("old", on: 2, place: 2))
    #expect(inForce(facts) == ["new"])
  }

  @Test func atTheSameInstantTheLaterInTheLedgerWins() {
    #expect(
      inForce(Facts([fact("one", on: 1, place: 4), fact("two", on: 1, place: 5)])) == ["two"])
  }

  @Test func topicsAndOriginsAndKindsAreNeverFoldedIntoOneValue() {
    let facts = Facts([
      fact("seat", on: 1), fact("meal", on: 2, topic: "meal"),
      fact("viewed", on: 3, .viewed, .observed, about: "SKU-1"),
      fact("guess", on: 4, .inference, .inferred, about: "model"),
      fact("interest", on: 5, .interest),
    ])
    #expect(inForce(facts) == ["seat", "meal", "viewed", "guess", "interest"])
  }

  @Test func statedLeadsBeforeObservedBeforeInferred() {
    let guess = fact("guess", on: 9, .inference, .inferred)
    let seen = fact("seen", on: 5, .viewed, .observed)
    let said = fact("said", on: 1)
    let all = Facts([said, seen, guess])
    #expect(all.leading(on: "seat", at: day(10))?.mark.id == "said")
    #expect(Facts([seen, guess]).leading(on: "seat", at: day(10))?.mark.id == "seen")
    #expect(Facts([guess]).leading(on: "seat", at: day(10))?.mark.id == "guess")
    #expect(Facts([guess]).leading(on: "meal", at: day(10)) == nil)
  }

  @Test func whatHasEndedByItsOwnDateLeadsNoMore() {
    let facts = Facts([
      fact("said", on: 1, until: 5), fact("guess", on: 2, .inference, .inferred),
    ])
    #expect(facts.leading(on: "seat", at: day(4))?.mark.id == "said")
    #expect(facts.leading(on: "seat", at: day(5))?.mark.id == "guess")
  }

  @Test func aRetractedWishIsGoneAndTheOneBeforeHoldsAgain() {
    var facts = Facts([fact("window", on: 1), fact("aisle", on: 2)])
    let ended1 = facts.end("aisle", .preference, Fact.End(moment(3), .retracted))
    #expect(ended1)
    #expect(inForce(facts) == ["window"])
    #expect(facts.all.count == 2, "nothing is dropped")
  }

  @Test func aRejectedGuessIsGone() {
    var facts = Facts([fact("guess", on: 1, .inference, .inferred)])
    let ended2 = facts.end("guess", .inference, Fact.End(moment(2), .rejected))
    #expect(ended2)
    #expect(inForce(facts).isEmpty)
  }

  @Test func whatIsNotHereCannotBeEnded() {
    var facts = Facts([fact("wish", on: 1)])
    let ended3 = facts.end("other", .preference, Fact.End(moment(2), .retracted))
    #expect(!ended3)
    let ended4 = facts.end("wish", .inference, Fact.End(moment(2), .rejected))
    #expect(!ended4, "of another kind")
  }

  @Test func anIdThatTwoSourcesUseMeansTheLatestBeforeTheReference() {
    var facts = Facts([
      fact("e", on: 1, topic: "first"), fact("e", on: 2, topic: "second"),
      fact("e", on: 4, topic: "third"),
    ])
    let ended5 = facts.end("e", .preference, Fact.End(moment(3), .retracted))
    #expect(ended5)
    #expect(facts.inForce.map(\.topic) == ["first", "third"])
  }

  @Test func sayingNotInterestedOfAProductHoldsUnderAnyTopic() {
    let facts = Facts([
      fact("want", on: 1, .reaction, topic: "shoes", about: "SKU-1"),
      fact("not", on: 2, .reaction, topic: "", about: "SKU-1"),
      fact("own", on: 3, .owns, topic: "", about: "SKU-1"),
    ])
    #expect(inForce(facts) == ["not", "own"])
  }

  @Test func onlyTheCustomersOwnPauseReplacesAPause() {
    func pause(_ id: String, on number: Int, by author: Author) -> Fact {
      fact(id, on: number, .pause, topic: "*", until: 90, by: author)
    }
    let staff = Facts([pause("hers", on: 1, by: .customer), pause("ours", on: 2, by: .staff)])
    #expect(inForce(staff) == ["hers", "ours"])
    let own = Facts([pause("ours", on: 1, by: .staff), pause("hers", on: 2, by: .customer)])
    #expect(inForce(own) == ["hers"])
  }

  @Test func aPauseThatWasReplacedDoesNotComeBack() {
    var facts = Facts([
      fact("long", on: 1, .pause, topic: "*", until: 90),
      fact("short", on: 2, .pause, topic: "*", until: 30),
    ])
    let ended6 = facts.end("short", .pause, Fact.End(moment(3), .resumed))
    #expect(ended6)
    #expect(inForce(facts).isEmpty)
  }

  @Test func theOrderOfArrivalChangesNothing() {
    let steps = [
      fact("a", on: 1, place: 10), fact("b", on: 2, place: 11), fact("c", on: 3, place: 12),
      fact("d", on: 3, place: 13, topic: "meal"),
    ]
    for order in permutations(steps) {
      var facts = Facts()
      for step in order { facts.add(step) }
      #expect(facts.all == Facts(steps).all)
    }
  }
}
