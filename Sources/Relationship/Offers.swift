// What may be offered: never what she has or refused, her own choice first, and guesses only inside what she said.

/// What of a customer an offer goes by, at one instant.
package struct OfferSituation: Sendable {
  /// The facts that hold at the instant.
  package var facts: [Fact]
  /// Positions of the wishes that wait to be honoured: her choices.
  package var openWishes: Set<UInt64>
  package var purchases: KeptPurchases
  /// What keeps us from offering her anything.
  package var obstacle: OfferObstacle?

  /// Joins the parts.
  package init(
    facts: [Fact] = [], openWishes: Set<UInt64> = [],
    purchases: KeptPurchases = KeptPurchases(), obstacle: OfferObstacle? = nil
  ) {
    self.facts = facts
    self.openWishes = openWishes
    self.purchases = purchases
    self.obstacle = obstacle
  }
}

extension OfferSituation {
  /// Whether a wish is a choice that still counts: it waits to be honoured, no later lack of interest covers it, and it
  /// calls by its name nothing that she has or refused.
  fileprivate func isChoice(_ wish: Fact) -> Bool {
    guard openWishes.contains(wish.mark.moment.place) else { return false }
    let name = wish.value?.lowercased()
    func isNamed(_ sku: String) -> Bool { sku.lowercased() == name }
    if purchases.orders.keys.contains(where: isNamed) { return false }
    return !facts.contains { fact in
      let isNo = fact.kind == .reaction && fact.value == "notInterested"
      if let sku = fact.about { return (isNo || fact.kind == .owns) && isNamed(sku) }
      return isNo && !fact.topic.isEmpty && TopicPath.covers(fact.topic, wish.topic)
        && wish.mark < fact.mark
    }
  }
}

/// Why nothing is offered at all, and the event that says so.
package enum OfferObstacle: Hashable, Sendable {
  case erased(EventMark)
  case deceased(EventMark)
  case restricted(EventMark)
  /// She said no to everything.
  case stopped(EventMark)

  /// Stable, for programs.
  package var code: String {
    switch self {
    case .erased: "offer.erased"
    case .deceased: "offer.deceased"
    case .restricted: "offer.restricted"
    case .stopped: "offer.stopped"
    }
  }

  package var mark: EventMark {
    switch self {
    case .erased(let mark), .deceased(let mark), .restricted(let mark), .stopped(let mark): mark
    }
  }

  /// In words.
  package var clause: String {
    switch self {
    case .erased: "the customer's data were erased"
    case .deceased: "the customer has died"
    case .restricted: "the customer's data are kept and not used"
    case .stopped: "the customer said no to everything"
    }
  }
}

/// What may be offered of some items, in order, and what may not.
///
/// 1. What she has or refused is withheld; so is everything where she said no to everything.
/// 2. Where she has stated a choice for an item's topic or slot, the choice comes first, and items that are not it are
///    withheld. An item is the choice if the wish calls it by its SKU. What she wants by name is never generic.
/// 3. Then what rests on her own word; then what rests on what we saw; then the rest.
/// 4. A guess orders only items that rest on the same word of hers. It moves nothing else, whatever its confidence.
///
/// What is alike in all this stays in the order in which it was asked for. Costs a pass over the facts for each item.
package struct Offers: Hashable, Sendable {
  package private(set) var lines: [Offer] = []
  /// In the order in which they were asked for.
  package private(set) var withheld: [WithheldOffer] = []
  package private(set) var obstacle: OfferObstacle?

  /// Checks items, each looked at once.
  package init(_ items: [OfferItem], for situation: OfferSituation) {
    obstacle = situation.obstacle
    guard situation.obstacle == nil else { return }
    var seen: Set<String> = []
    var found: [Candidate] = []
    var chosen: [Fact] = []
    for item in items where seen.insert(item.sku).inserted {
      let reading = ItemReading(item, situation)
      for wish in reading.choices where !chosen.contains(wish) { chosen.append(wish) }
      if let withheld = reading.withheld {
        self.withheld.append(withheld)
      } else {
        found.append(Candidate(reading, found.count))
      }
    }
    // A choice that calls an item by its name is that item's line, or withheld with it.
    let named = Set(items.map { $0.sku.lowercased() })
    let open = chosen.filter { wish in
      wish.value.map { !named.contains($0.lowercased()) } ?? true
    }
    let offered = found.sorted(by: Candidate.isBetter).map(\.offer)
    let choices =
      offered.filter { $0.choice != nil }
      + open.map { Offer(nil, choice: $0, basis: .stated, events: [$0.mark]) }
    lines =
      choices.sorted { Self.isStronger($0.choice, $1.choice) }
      + offered.filter { $0.choice == nil }
  }

  private static func isStronger(_ one: Fact?, _ other: Fact?) -> Bool {
    guard let one, let other else { return one != nil && other == nil }
    return isStronger(one, other)
  }

  /// Of two wishes the one that matters more, then the later one.
  fileprivate static func isStronger(_ one: Fact, _ other: Fact) -> Bool {
    let (first, second) = (rank(one), rank(other))
    return first != second ? first < second : one.mark > other.mark
  }

  private static func rank(_ wish: Fact) -> Int {
    switch wish.strength {
    case "must": 0
    case "prefer": 1
    case "nice": 2
    default: 3
    }
  }
}

/// What the facts say of one item.
private struct ItemReading {
  let item: OfferItem
  private(set) var withheld: WithheldOffer?
  /// Wishes for its topic or slot, whether or not it is what she wished.
  private(set) var choices: [Fact] = []
  /// The wish that calls it by its name.
  private(set) var named: Fact?
  /// She wants it, by name.
  private(set) var wanted: Fact?
  /// Her words that cover its topic, the latest first.
  private(set) var stated: [Fact] = []
  /// What we saw of it or its topic, the latest first.
  private(set) var observed: [EventMark] = []
  /// Guesses about its topic, the surest first.
  private(set) var guesses: [Fact] = []

  init(_ item: OfferItem, _ situation: OfferSituation) {
    self.item = item
    for fact in situation.facts { read(fact, situation) }
    for (topic, orders) in situation.purchases.topicOrders
    where item.topic.map({ TopicPath.covers(topic, $0) }) ?? false { observed += orders }
    stated.sort { $0.mark > $1.mark }
    observed.sort(by: >)
    guesses.sort {
      ($0.confidence, $0.mark) > ($1.confidence, $1.mark)
    }
    withheld = reason(situation)
  }

  private func isAbout(_ fact: Fact) -> Bool {
    if let sku = fact.about { return sku == item.sku }
    return item.topic.map { !fact.topic.isEmpty && TopicPath.covers(fact.topic, $0) } ?? false
  }

  private func coversTopic(_ fact: Fact) -> Bool {
    item.topic.map { !fact.topic.isEmpty && TopicPath.covers(fact.topic, $0) } ?? false
  }

  private mutating func read(_ fact: Fact, _ situation: OfferSituation) {
    switch fact.kind {
    case .preference:
      guard situation.isChoice(fact), coversTopic(fact) else { return }
      choices.append(fact)
      guard fact.value?.lowercased() == item.sku.lowercased() else { return }
      named = [named, fact].compactMap { $0 }.min(by: Offers.isStronger)
    case .reaction where fact.value == "want" && fact.about == item.sku:
      if wanted.map({ $0.mark < fact.mark }) ?? true { wanted = fact }
    case .reaction where fact.value == "moreLikeThis":
      // Of one thing more like it, not it again.
      if coversTopic(fact), fact.about != item.sku { stated.append(fact) }
    case .reaction where fact.value == "want":
      if fact.about == nil, coversTopic(fact) { stated.append(fact) }
    case .interest, .need: if coversTopic(fact) { stated.append(fact) }
    case .viewed, .configuration:
      if fact.about == item.sku || coversTopic(fact) { observed.append(fact.mark) }
    case .inference: if coversTopic(fact) { guesses.append(fact) }
    default: break
    }
  }

  private func reason(_ situation: OfferSituation) -> WithheldOffer? {
    let owning = situation.facts.filter { $0.kind == .owns && isAbout($0) }.map(\.mark)
    let had = owning.sorted(by: >) + (situation.purchases.orders[item.sku] ?? []).reversed()
    if !had.isEmpty { return WithheldOffer(item, .owned, events: had) }
    let refusals = situation.facts.filter {
      $0.kind == .reaction && $0.value == "notInterested" && isAbout($0)
    }.filter { refusal in
      // A later word about the thing itself reopens it, and nothing else.
      guard refusal.about == nil, let wanted else { return true }
      return wanted.mark < refusal.mark
    }.map(\.mark)
    if !refusals.isEmpty {
      return WithheldOffer(item, .refused, events: refusals.sorted(by: >))
    }
    guard !choices.isEmpty, named == nil, wanted == nil else { return nil }
    return WithheldOffer(
      item, .choiceStated, events: choices.sorted(by: Offers.isStronger).map(\.mark))
  }

  var offer: Offer {
    let own = [named?.mark, wanted?.mark].compactMap { $0 } + stated.map(\.mark)
    let guessed = guesses.map(\.mark)
    let basis: Origin? =
      own.isEmpty ? observed.isEmpty ? guessed.isEmpty ? nil : .inferred : .observed : .stated
    return Offer(item, choice: named, basis: basis, events: own + observed + guessed)
  }
}

/// An item that may be offered, with what its place goes by.
private struct Candidate {
  let reading: ItemReading
  let offer: Offer
  let number: Int

  init(_ reading: ItemReading, _ number: Int) {
    self.reading = reading
    self.number = number
    offer = reading.offer
  }

  /// 0 her choice, 1 wanted by name, 2 her word about the topic, 3 seen, 4 the rest.
  private var tier: Int {
    if reading.named != nil { return 0 }
    if reading.wanted != nil { return 1 }
    if !reading.stated.isEmpty { return 2 }
    return reading.observed.isEmpty ? 4 : 3
  }

  static func isBetter(_ one: Candidate, _ other: Candidate) -> Bool {
    if one.tier != other.tier { return one.tier < other.tier }
    let (first, second) = (one.reading, other.reading)
    switch one.tier {
    case 0:
      if let mine = first.named, let others = second.named, mine != others {
        return Offers.isStronger(mine, others)
      }
    case 1:
      if let mine = first.wanted?.mark, let others = second.wanted?.mark, mine != others {
        return mine > others
      }
    case 2:
      if let mine = first.stated.first?.mark, let others = second.stated.first?.mark {
        if mine != others { return mine > others }
        // The same word of hers: here, and only here, a guess may choose.
        let (sure, otherSure) = (first.confidence, second.confidence)
        if sure != otherSure { return sure > otherSure }
      }
    case 3:
      if let mine = first.observed.first, let others = second.observed.first, mine != others {
        return mine > others
      }
    default: break
    }
    return one.number < other.number
  }
}

extension ItemReading {
  /// Of the surest guess; less than any where there is none.
  fileprivate var confidence: Double { guesses.first?.confidence ?? -1 }
}

extension Fact {
  /// Of a guess, 0 to 1; 0 where it does not say.
  fileprivate var confidence: Double { strength.flatMap { Double($0) } ?? 0 }
}
