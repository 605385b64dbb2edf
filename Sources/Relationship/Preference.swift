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
package struct Wishes: Hashable, Sendable {
  /// By place in the ledger.
  package private(set) var occasions: [Occasion]
  /// By wish, context and reference; the latest of each.
  package private(set) var honoured: [Honouring]

  /// The state as it was stored.
  package init(occasions: [Occasion] = [], honoured: [Honouring] = []) {
    self.occasions = occasions
    self.honoured = honoured
  }

  /// Takes in a booking or an order.
  package mutating func add(_ occasion: Occasion) {
    let place = occasion.moment.place
    let index = occasions.firstIndex { $0.moment.place > place } ?? occasions.endIndex
    occasions.insert(occasion, at: index)
  }

  /// Takes in a `preference.applied`.
  package mutating func add(_ new: Honouring) {
    let index = honoured.firstIndex {
      $0.wish == new.wish && $0.context == new.context && $0.reference == new.reference
    }
    guard let index else {
      honoured.append(new)
      return
    }
    if honoured[index].moment < new.moment { honoured[index] = new }
  }

  /// Every wish to honour, and every one that was: in the order of wish, context and reference.
  ///
  /// A wish in force waits for the next visit. A standing one also waits at each booking and order that fits, came
  /// after it and falls into its time. What was honoured stays, whatever became of the wish.
  package func cues(for facts: Facts) -> [Cue] { cues(for: facts, inForce: facts.inForce) }

  /// The same, where the facts in force are known.
  package func cues(for facts: Facts, inForce: [Fact]) -> [Cue] {
    var cues: [Cue] = []
    for wish in inForce where wish.kind == .preference {
      let place = wish.mark.moment.place
      let own = honoured.filter { $0.wish == place }
      cues.append(
        Cue(
          wish, context: "", reference: "", occasion: nil,
          honoured: own.max { $0.moment < $1.moment }))
      guard wish.standing == true else { continue }
      for occasion in latestOccasions where waits(wish, for: occasion) {
        let isHonoured = own.contains {
          $0.context == occasion.context.rawValue && $0.reference == occasion.reference
        }
        guard !isHonoured else { continue }
        cues.append(
          Cue(
            wish, context: occasion.context.rawValue, reference: occasion.reference,
            occasion: occasion, honoured: nil))
      }
    }
    for proof in honoured {
      guard let wish = facts.all.first(where: { isWish($0, at: proof.wish) }) else { continue }
      let occasion = latestOccasions.first {
        $0.context.rawValue == proof.context && $0.reference == proof.reference
      }
      cues.append(
        Cue(
          wish, context: proof.context, reference: proof.reference, occasion: occasion,
          honoured: proof))
    }
    return cues.sorted {
      ($0.wish.mark.moment.place, $0.context, $0.reference)
        < ($1.wish.mark.moment.place, $1.context, $1.reference)
    }
  }

  /// One occasion a number: where an order was told twice, the latest.
  private var latestOccasions: [Occasion] {
    var latest: [String: Occasion] = [:]
    for occasion in occasions {
      let name = "\(occasion.context.rawValue) \(occasion.reference)"
      if let old = latest[name], occasion.moment < old.moment { continue }
      latest[name] = occasion
    }
    return latest.values.sorted { $0.moment.place < $1.moment.place }
  }

  private func waits(_ wish: Fact, for occasion: Occasion) -> Bool {
    wish.mark.moment < occasion.moment && occasion.fits(wish.topic)
      && wish.isValid(at: occasion.startsAt ?? occasion.moment.time)
  }

  private func isWish(_ fact: Fact, at place: UInt64) -> Bool {
    fact.kind == .preference && fact.mark.moment.place == place
  }
}
