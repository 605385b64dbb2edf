// What may be offered: every rule alone, then all together over generated customers.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct OfferTests {
  private func fact(
    _ kind: Fact.Kind, on number: Int, _ topic: String = "", about: String? = nil,
    value: String? = nil, strength: String? = nil, _ origin: Origin = .stated
  ) -> Fact {
    Fact(
      event("e\(number)", on: number), kind, origin, topic: topic, about: about, value: value,
      strength: strength)
  }

  private func wish(
    on number: Int, _ topic: String, _ value: String, _ strength: String = "prefer"
  ) -> Fact {
    fact(.preference, on: number, topic, value: value, strength: strength)
  }

  private func offers(
    _ items: [OfferItem], _ facts: [Fact] = [], honoured: Set<UInt64> = [],
    bought: KeptPurchases = KeptPurchases(), obstacle: OfferObstacle? = nil
  ) -> Offers {
    let wishes = facts.filter { $0.kind == .preference }.map(\.mark.moment.place)
    return Offers(
      items,
      for: OfferSituation(
        facts: facts, openWishes: Set(wishes).subtracting(honoured), purchases: bought,
        obstacle: obstacle))
  }

  private func skus(_ offers: Offers) -> [String] {
    offers.lines.map { $0.item?.sku ?? "choice \($0.choice?.value ?? "?")" }
  }

  private func places(_ offers: Offers) -> [[UInt64]] {
    offers.lines.map { $0.events.map(\.moment.place) }
  }

  private let a = OfferItem("A", topic: "wine.red")
  private let b = OfferItem("B", topic: "wine.white")
  private let c = OfferItem("C", topic: "tea")

  @Test func whatNothingIsKnownOfStaysInTheOrderAskedForWithoutABasis() {
    let found = offers([b, a, b])
    #expect(skus(found) == ["B", "A"])
    #expect(found.lines.allSatisfy { $0.basis == nil && $0.events.isEmpty })
    #expect(found.withheld.isEmpty)
  }

  // MARK: Owned and refused

  @Test func whatSheHasIsNeverOffered() {
    let found = offers([a, c], [fact(.owns, on: 3, about: "A", value: "own")])
    #expect(skus(found) == ["C"])
    #expect(found.withheld.map(\.reason) == [.owned])
    #expect(found.withheld[0].events.map(\.moment.place) == [3])
    let topic = offers([a, b, c], [fact(.owns, on: 3, "wine", value: "own")])
    #expect(skus(topic) == ["C"], "she has that sort of thing")
  }

  @Test func whatSheIsNotInterestedInIsNeverOffered() {
    let one = offers([a, c], [fact(.reaction, on: 3, about: "A", value: "notInterested")])
    #expect(skus(one) == ["C"])
    #expect(one.withheld.map(\.reason) == [.refused])
    let topic = offers([a, b, c], [fact(.reaction, on: 3, "wine", value: "notInterested")])
    #expect(skus(topic) == ["C"])
  }

  @Test func aLaterWantReopensTheThingItNamesAndNothingElse() {
    let no = fact(.reaction, on: 3, "wine", value: "notInterested")
    let later = fact(.reaction, on: 4, about: "A", value: "want")
    #expect(skus(offers([a, b], [no, later])) == ["A"])
    let earlier = fact(.reaction, on: 2, about: "A", value: "want")
    #expect(skus(offers([a, b], [no, earlier])) == [])
    let general = fact(.reaction, on: 4, "wine", value: "want")
    let particular = fact(.reaction, on: 3, about: "A", value: "notInterested")
    #expect(
      skus(offers([a, b], [particular, general])) == ["B"],
      "a general yes does not undo a particular no")
  }

  @Test func anObstacleEndsEverything() {
    let found = offers([a, c], obstacle: .stopped(event("no", on: 9)))
    #expect(found.lines.isEmpty && found.withheld.isEmpty)
    #expect(found.obstacle?.code == "offer.stopped")
  }

  // MARK: Her choice

  @Test func herChoiceComesFirstAndGenericOffersOfThatSlotAreLeftOut() {
    let rioja = wish(on: 5, "wine", "Rioja")
    let found = offers([b, c, a], [rioja, fact(.interest, on: 9, "tea")])
    #expect(skus(found) == ["choice Rioja", "C"])
    #expect(places(found).first == [5])
    #expect(found.lines[0].basis == .stated)
    #expect(found.withheld.map(\.item.sku) == ["B", "A"])
    #expect(found.withheld.allSatisfy { $0.reason == .choiceStated })
    #expect(found.withheld[0].events.map(\.moment.place) == [5])
  }

  @Test func theItemThatTheWishCallsByItsNameIsTheChoice() {
    let found = offers([b, a, c], [wish(on: 5, "wine", "a")])
    #expect(skus(found) == ["A", "C"])
    #expect(found.lines[0].choice?.mark.moment.place == 5)
    #expect(found.withheld.map(\.item.sku) == ["B"])
  }

  @Test func aChoiceForSomethingNarrowerLeavesTheRestOpen() {
    #expect(skus(offers([a, b], [wish(on: 5, "wine.red", "Rioja")])) == ["choice Rioja", "B"])
    let unknown = OfferItem("U")
    #expect(skus(offers([unknown], [wish(on: 5, "wine", "Rioja")])) == ["U"])
  }

  @Test func aWishThatWasHonouredOnceIsAChoiceNoMore() {
    #expect(skus(offers([a], [wish(on: 5, "wine", "Rioja")], honoured: [5])) == ["A"])
  }

  @Test func whatMustBeComesBeforeWhatWouldBeNiceThenTheLatest() {
    let wishes = [
      wish(on: 1, "tea", "Assam", "must"), wish(on: 2, "wine", "Rioja", "nice"),
      wish(on: 3, "wine.red", "A", "prefer"), wish(on: 4, "wine.white", "Riesling", "prefer"),
    ]
    #expect(
      skus(offers([a, b, c], wishes))
        == ["choice Assam", "choice Riesling", "A", "choice Rioja"])
  }

  @Test func aChoiceThatContradictsALaterWordIsNone() {
    let rioja = wish(on: 5, "wine", "Rioja")
    let no = fact(.reaction, on: 6, "wine", value: "notInterested")
    #expect(skus(offers([a, c], [rioja, no])) == ["C"])
    let owned = [wish(on: 5, "wine", "A"), fact(.owns, on: 6, about: "A", value: "own")]
    #expect(skus(offers([a, b], owned)) == ["B"])
    #expect(skus(offers([b], owned)) == ["B"], "whether or not it is asked about")
  }

  @Test func whatSheWantsByNameIsNotGeneric() {
    let found = offers(
      [a, b], [wish(on: 5, "wine", "Rioja"), fact(.reaction, on: 3, about: "B", value: "want")])
    #expect(skus(found) == ["choice Rioja", "B"])
  }

  // MARK: Order

  @Test func herWordComesBeforeWhatWeSawAndThatBeforeTheRest() {
    let items = ["g", "n", "o", "s", "w"].map { OfferItem($0.uppercased(), topic: $0) }
    let facts = [
      fact(.inference, on: 9, "g", strength: "1", .inferred), fact(.viewed, on: 8, "o", .observed),
      fact(.interest, on: 2, "s"), fact(.reaction, on: 1, about: "W", value: "want"),
    ]
    let found = offers(items, facts)
    #expect(skus(found) == ["W", "S", "O", "G", "N"])
    #expect(found.lines.map(\.basis) == [.stated, .stated, .observed, .inferred, nil])
    #expect(places(found) == [[1], [2], [8], [9], []])
  }

  @Test func aGuessOrdersOnlyWhatRestsOnTheSameWordOfHers() {
    let guesses = [
      fact(.inference, on: 8, "wine.white", strength: "0.9", .inferred),
      fact(.inference, on: 9, "wine.red", strength: "0.2", .inferred),
    ]
    let interest = fact(.interest, on: 1, "wine")
    #expect(skus(offers([a, b], [interest])) == ["A", "B"])
    #expect(skus(offers([a, b], [interest] + guesses)) == ["B", "A"])
    #expect(
      skus(offers([a, b], guesses)) == ["A", "B"], "outside of what she said it moves nothing")
    let later = fact(.interest, on: 3, "wine.red")
    #expect(
      skus(offers([a, b], [interest, later] + guesses)) == ["A", "B"], "her later word leads")
  }

  @Test func moreLikeThisIsAboutOthersOfItsSort() {
    let more = fact(.reaction, on: 2, "wine", about: "A", value: "moreLikeThis")
    let found = offers([c, a, b], [more])
    #expect(skus(found) == ["B", "C", "A"])
    #expect(found.lines[0].basis == .stated)
  }
}
