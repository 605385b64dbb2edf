// What holds of offers whatever was said, seen and guessed, over generated customers; and that a fault would be noticed.

import JSONBytes
import RapportTesting
import Relationship
import Testing

/// A generated customer and the items that are asked about.
private struct OfferCase {
  static let topics = ["wine", "wine.red", "wine.white", "tea", "tea.green.loose"]
  static let names = ["A", "B", "C", "D", "E", "F"]

  var items: [OfferItem] = []
  var said: [Fact] = []
  var guesses: [Fact] = []
  var openWishes: Set<UInt64> = []
  var purchases = KeptPurchases()

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let names = Self.names.shuffled(using: &random)
    items = names.map { name in
      OfferItem(name, topic: random.chance(85) ? random.pick(Self.topics) : nil)
    }
    for number in 0..<random.below(10) { say(number, &random) }
    for number in 20..<(20 + random.below(6)) {
      guesses.append(
        Fact(
          event("g\(number)", on: number), .inference, .inferred, topic: random.pick(Self.topics),
          strength: random.chance(80) ? "0.\(random.below(100))" : nil))
    }
    if random.chance(40) { purchases = Self.bought(random.pick(Self.names)) }
  }

  private mutating func say(_ number: Int, _ random: inout SeededGenerator) {
    let mark = event("s\(number)", on: number)
    let topic = random.pick(Self.topics)
    let name = random.pick(Self.names)
    let isAboutThing = random.chance(50)
    switch random.below(6) {
    case 0:
      said.append(
        Fact(
          mark, .preference, .stated, topic: topic, value: isAboutThing ? name : "Rioja",
          strength: random.pick(["must", "prefer", "nice"])))
      if random.chance(80) { openWishes.insert(mark.moment.place) }
    case 1: said.append(Fact(mark, .interest, .stated, topic: topic))
    case 2: said.append(Fact(mark, .viewed, .observed, topic: topic, about: name))
    case 3:
      said.append(
        Fact(
          mark, .owns, .stated, topic: isAboutThing ? "" : topic, about: isAboutThing ? name : nil,
          value: "own"))
    default:
      said.append(
        Fact(
          mark, .reaction, .stated, topic: isAboutThing ? "" : topic,
          about: isAboutThing ? name : nil,
          value: random.pick(["notInterested", "want", "moreLikeThis", "notInterested"])))
    }
  }

  private static func bought(_ sku: String) -> KeptPurchases {
    let data: JSONValue = [
      "orderId": "O", "lines": [["sku": .string(sku), "quantity": 1, "topic": "wine"]],
      "total": ["amount": "1.00", "currency": "EUR"],
    ]
    let stamp = EventStamp(
      "order", source: "/t", place: 15, time: day(15), recorded: day(15), author: .customer)
    return KeptPurchases(of: [
      PermissionEvent(
        stamp, type: "order.completed", subject: "c1", data: History.view(data))
    ])
  }

  func offers(_ guesses: [Fact]) -> Offers {
    Offers(
      items,
      for: OfferSituation(
        facts: said + guesses, openWishes: openWishes, purchases: purchases))
  }

  // MARK: What must hold

  private func covers(_ fact: Fact, _ item: OfferItem) -> Bool {
    if let sku = fact.about { return sku == item.sku }
    return item.topic.map { TopicPath.covers(fact.topic, $0) } ?? false
  }

  private func isHad(_ item: OfferItem) -> Bool {
    purchases.orders[item.sku] != nil || said.contains { $0.kind == .owns && covers($0, item) }
  }

  /// Refused, and no later word about the very thing.
  private func isRefused(_ item: OfferItem) -> Bool {
    said.contains { no in
      guard no.kind == .reaction, no.value == "notInterested", covers(no, item) else {
        return false
      }
      return no.about != nil
        || !said.contains {
          $0.kind == .reaction && $0.value == "want" && $0.about == item.sku && no.mark < $0.mark
        }
    }
  }

  /// What is wrong with an answer; nil: nothing. An oracle that shares no code with the rule.
  func fault(in found: Offers, _ lines: [Offer]) -> String? {
    let offered = lines.compactMap(\.item)
    if let item = offered.first(where: isHad) { return "\(item.sku) is owned" }
    if let item = offered.first(where: isRefused) { return "\(item.sku) was refused" }
    if Set(offered.map(\.sku)).union(found.withheld.map(\.item.sku)) != Set(items.map(\.sku)) {
      return "an item is neither offered nor withheld"
    }
    if offered.contains(where: { item in found.withheld.contains { $0.item == item } }) {
      return "an item is offered and withheld"
    }
    func strength(_ line: Offer) -> Int {
      switch line.basis {
      case .stated?: 2
      case .observed?: 1
      case .inferred?, nil: 0
      }
    }
    for (first, second) in zip(lines, lines.dropFirst()) where strength(first) < strength(second) {
      return "what is weaker stands above what is stronger"
    }
    if let late = lines.drop(while: { $0.choice != nil }).first(where: { $0.choice != nil }) {
      return "the choice of event \(late.events[0].moment.place) is not first"
    }
    for line in lines where line.basis != nil {
      guard let first = line.events.first else { return "a line names no event" }
      if first.id == "order", line.basis == .observed { continue }
      let facts = said + guesses
      guard let fact = facts.first(where: { $0.mark == first }), fact.origin == line.basis else {
        return "a line's first event is not its basis"
      }
    }
    for line in lines where line.choice == nil && line.basis != .stated {
      guard let item = line.item else { return "a line is about nothing" }
      if lines.contains(where: { choice in
        choice.choice.map { item.topic.map(TopicPath.coverer($0.topic)) ?? false } ?? false
      }) {
        return "\(item.sku) is a generic offer where a choice was stated"
      }
    }
    return nil
  }
}

extension TopicPath {
  fileprivate static func coverer(_ scope: String) -> (String) -> Bool {
    { covers(scope, $0) }
  }
}

@Suite struct OfferPropertyTests {
  private static let count: UInt64 = 2_000

  /// What does not depend on guesses: what is offered, and the order in which her words put it.
  private func frame(_ offers: Offers) -> [String] {
    offers.lines.map { line in
      let said = line.events.first { $0.id.hasPrefix("s") || $0.id == "order" }
      return said.map { "by \($0.id)" } ?? "\(line.item?.sku ?? "")"
    }
  }

  @Test func theRulesHoldWhateverWasSaidSeenAndGuessed() {
    withEvery("seed", in: 0..<Self.count) { seed in
      let made = OfferCase(seed: seed)
      let found = made.offers(made.guesses)
      #expect(made.fault(in: found, found.lines) == nil, "\(loopValues)")
    }
  }

  @Test func guessesChangeNothingButTheOrderInsideOneWordOfHers() {
    withEvery("seed", in: 0..<Self.count) { seed in
      let made = OfferCase(seed: seed)
      var random = SeededGenerator(seed: seed &+ 77)
      let without = made.offers([])
      for guesses in [
        made.guesses, made.guesses.reversed(), made.guesses.shuffled(using: &random),
        made.guesses.filter { _ in random.chance(50) },
      ] {
        let with = made.offers(guesses)
        #expect(frame(with) == frame(without), "\(loopValues)")
        #expect(with.withheld == without.withheld, "\(loopValues)")
      }
    }
  }

  @Test func theOrderInWhichFactsArriveChangesNothing() {
    withEvery("seed", in: 0..<Self.count) { seed in
      let made = OfferCase(seed: seed)
      var other = made
      other.said.reverse()
      #expect(
        other.offers(made.guesses.reversed()) == made.offers(made.guesses), "\(loopValues)")
    }
  }

  @Test func aGuessAboveHerWordAndARefusedOfferAreNoticed() {
    var (aboves, refusals) = (0, 0)
    for seed in 0..<Self.count {
      let made = OfferCase(seed: seed)
      let found = made.offers(made.guesses)
      let guess = found.lines.firstIndex { $0.basis == .inferred }
      if let guess, found.lines.first?.basis == .stated {
        var lines = found.lines
        lines.insert(lines.remove(at: guess), at: 0)
        #expect(made.fault(in: found, lines) != nil, "seed \(seed)")
        aboves += 1
      }
      if let refused = found.withheld.first(where: { $0.reason == .refused }) {
        let line = Offer(refused.item, basis: nil, events: [])
        #expect(made.fault(in: found, found.lines + [line]) != nil, "seed \(seed)")
        refusals += 1
      }
    }
    #expect(aboves > 100 && refusals > 100)
  }
}
