// Wishes that get used: a standing wish meets the bookings and orders that come after it.

package import JSONBytes

/// A booking or an order: a chance to honour a wish.
package struct Occasion: Hashable, Sendable {
  package enum Context: String, Hashable, Sendable { case booking, order }

  package var moment: Moment
  package var context: Context
  /// The booking's or order's number.
  package var reference: String
  /// What a booking is for. A wish about it, or about something wider, fits.
  package var topic: String?
  /// What can be filled: the slots of a booking, the topics of an order's lines. A wish at, above or below one fits.
  package var slots: [String]
  /// When it begins; nil: it has happened with the event.
  package var startsAt: Timestamp?

  /// Joins the parts.
  package init(
    _ moment: Moment, _ context: Context, reference: String, topic: String? = nil,
    slots: [String], startsAt: Timestamp? = nil
  ) {
    self.moment = moment
    self.context = context
    self.reference = reference
    self.topic = topic
    self.slots = slots
    self.startsAt = startsAt
  }

  /// Whether a wish about `wish` can be honoured here.
  package func fits(_ wish: String) -> Bool {
    if let topic {
      if TopicPath.covers(wish, topic) { return true }
      if slots.contains(where: { TopicPath.areRelated(wish, "\(topic).\($0)") }) { return true }
    }
    return slots.contains { TopicPath.areRelated(wish, $0) }
  }
}

/// Proof that a wish was honoured (`preference.applied`).
package struct Honouring: Hashable, Sendable {
  package var moment: Moment
  /// Place of the `preference.stated`.
  package var wish: UInt64
  /// `booking`, `order`, `visit` or `contact`.
  package var context: String
  package var reference: String
  package var department: String

  /// Joins the parts.
  package init(
    _ moment: Moment, wish: UInt64, context: String, reference: String, department: String
  ) {
    self.moment = moment
    self.wish = wish
    self.context = context
    self.reference = reference
    self.department = department
  }
}

/// A wish to honour: at the customer's next visit, or at one booking or order.
package struct Cue: Hashable, Sendable {
  package var wish: Fact
  /// `booking`, `order`, `visit`, `contact`; empty: whenever she comes next.
  package var context: String
  /// The booking's or order's number; empty where `context` is.
  package var reference: String
  /// Nil where no booking or order of that number is known.
  package var occasion: Occasion?
  /// The latest time it was honoured.
  package var honoured: Honouring?

  /// Joins the parts.
  package init(
    _ wish: Fact, context: String, reference: String, occasion: Occasion?, honoured: Honouring?
  ) {
    self.wish = wish
    self.context = context
    self.reference = reference
    self.occasion = occasion
    self.honoured = honoured
  }

  /// A standing wish waits again after each visit; anything else is done once it was honoured.
  package var isOpen: Bool {
    honoured == nil || (context.isEmpty && wish.standing == true)
  }
}

/// What there is to honour, and what was honoured.
package struct Wishes: Sendable {
  /// By place in the ledger.
  package private(set) var occasions: [Occasion]
  /// By wish, context and reference; the latest of each.
  package private(set) var honoured: [Honouring]
  /// Indexes in ``honoured``.
  private var proofs: [ProofKey: Int]

  /// What two proofs share when the later one counts.
  private struct ProofKey: Hashable {
    var wish: UInt64
    var context: String
    var reference: String

    init(_ proof: Honouring) {
      self.init(wish: proof.wish, context: proof.context, reference: proof.reference)
    }

    init(wish: UInt64, context: String, reference: String) {
      self.wish = wish
      self.context = context
      self.reference = reference
    }
  }

  /// What two tellings of a booking or an order share.
  private struct OccasionKey: Hashable {
    var context: String
    var reference: String
  }

  /// The state as it was stored.
  package init(occasions: [Occasion] = [], honoured: [Honouring] = []) {
    self.occasions = occasions
    self.honoured = honoured
    proofs = Dictionary(
      honoured.indices.map { (ProofKey(honoured[$0]), $0) }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// Takes in a booking or an order.
  package mutating func add(_ occasion: Occasion) {
    let place = occasion.moment.place
    occasions.insert(occasion, at: occasions.insertionIndex { $0.moment.place <= place })
  }

  /// Takes in a `preference.applied`.
  package mutating func add(_ new: Honouring) {
    let key = ProofKey(new)
    guard let index = proofs[key] else {
      proofs[key] = honoured.count
      honoured.append(new)
      return
    }
    if honoured[index].moment < new.moment { honoured[index] = new }
  }

  /// Every wish to honour, and every one that was: in the order of wish, context and reference.
  ///
  /// A wish in force waits for the next visit. A standing one also waits at each booking and order that fits, came
  /// after it and falls into its time. What was honoured stays, whatever became of the wish. Costs a look at each
  /// standing wish in force with each booking and order.
  package func cues(for facts: Facts) -> [Cue] { cues(for: facts, inForce: facts.inForce) }

  /// The same, where the facts in force are known.
  package func cues(for facts: Facts, inForce: [Fact]) -> [Cue] {
    var cues: [Cue] = []
    let latest = latestOccasions
    let upcoming = latest.values.sorted { $0.moment.place < $1.moment.place }
    var last: [UInt64: Honouring] = [:]
    for proof in honoured where last[proof.wish].map({ $0.moment < proof.moment }) ?? true {
      last[proof.wish] = proof
    }
    for wish in inForce where wish.kind == .preference {
      let place = wish.mark.moment.place
      cues.append(
        Cue(wish, context: "", reference: "", occasion: nil, honoured: last[place]))
      guard wish.standing == true else { continue }
      for occasion in upcoming where waits(wish, for: occasion) {
        let context = occasion.context.rawValue
        let key = ProofKey(wish: place, context: context, reference: occasion.reference)
        guard proofs[key] == nil else { continue }
        cues.append(
          Cue(
            wish, context: context, reference: occasion.reference, occasion: occasion,
            honoured: nil))
      }
    }
    for proof in honoured {
      let wish = facts.indexes(at: proof.wish).first { facts.all[$0].kind == .preference }
      guard let wish else { continue }
      cues.append(
        Cue(
          facts.all[wish], context: proof.context, reference: proof.reference,
          occasion: latest[OccasionKey(context: proof.context, reference: proof.reference)],
          honoured: proof))
    }
    return cues.sorted {
      ($0.wish.mark.moment.place, $0.context, $0.reference)
        < ($1.wish.mark.moment.place, $1.context, $1.reference)
    }
  }

  /// One occasion a number: where an order was told twice, the latest.
  private var latestOccasions: [OccasionKey: Occasion] {
    var latest: [OccasionKey: Occasion] = [:]
    for occasion in occasions {
      let key = OccasionKey(context: occasion.context.rawValue, reference: occasion.reference)
      if let old = latest[key], occasion.moment < old.moment { continue }
      latest[key] = occasion
    }
    return latest
  }

  private func waits(_ wish: Fact, for occasion: Occasion) -> Bool {
    wish.mark.moment < occasion.moment && occasion.fits(wish.topic)
      && wish.isValid(at: occasion.startsAt ?? occasion.moment.time)
  }
}
