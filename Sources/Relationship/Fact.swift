// What is known of a customer: stated, observed or inferred, never folded into one value.

package import JSONBytes

/// Where a value comes from. Stated beats observed beats inferred.
package enum Origin: String, Hashable, Comparable, Sendable, CaseIterable {
  /// A model or a rule guessed it.
  case inferred
  /// We saw it happen.
  case observed
  /// The customer, or somebody for her, said it.
  case stated

  private var rank: Int {
    switch self {
    case .inferred: 0
    case .observed: 1
    case .stated: 2
    }
  }

  /// By strength.
  package static func < (one: Origin, other: Origin) -> Bool { one.rank < other.rank }
}

/// One value with its origin and the event that gave it.
package struct Fact: EventMade {
  /// What sort of value it is.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    // About the person.
    case profile, contactPoint, identifier, death, restriction
    // What she told us.
    case preference, interest, owns, reaction, lifestage, lifestyle, need, value, reason, answer
    case feedback, suggestion
    // How she wants to hear from us.
    case channel, cadence, pause
    // What we saw.
    case viewed, configuration, advocacy, privacySignal
    // What we guess.
    case inference
  }

  /// How a fact came to an end.
  package enum Ending: String, Hashable, Sendable {
    case retracted, rejected, unlinked, invalidated, replaced, resumed, lifted
  }

  /// The end of a fact, and the event that ended it.
  package struct End: Hashable, Sendable {
    package var moment: Moment
    package var how: Ending

    /// Joins both parts.
    package init(_ moment: Moment, _ how: Ending) {
      self.moment = moment
      self.how = how
    }
  }

  /// What two facts share when the later one takes the earlier one's place.
  package struct Key: Hashable, Sendable {
    package var origin: Origin
    package var kind: Kind
    package var topic: String
    package var about: String?
  }

  package var mark: EventMark
  /// Number among the facts of one event, from 0.
  package var item: Int
  package var kind: Kind
  package var origin: Origin
  /// The topic as the event names it; for a profile the attribute. Empty where there is none.
  package var topic: String
  /// What it is about besides the topic: an SKU, an id, a scope.
  package var about: String?
  /// The value itself; may be personal.
  package var value: String?
  /// How strongly it was said, or how sure we are: `must`, `prefer`, `nice`; `claimed`, `verified`; a confidence.
  package var strength: String?
  /// Of a preference: it applies every time.
  package var standing: Bool?
  /// It holds until this instant; nil: no end is known.
  package var validUntil: Timestamp?
  /// When to ask again.
  package var reviewBy: Timestamp?
  /// What else the event says that is not personal, in a few words.
  package var detail: String?
  package private(set) var end: End?

  /// Joins the parts.
  package init(
    _ mark: EventMark, item: Int = 0, _ kind: Kind, _ origin: Origin, topic: String,
    about: String? = nil, value: String? = nil, strength: String? = nil, standing: Bool? = nil,
    validUntil: Timestamp? = nil, reviewBy: Timestamp? = nil, detail: String? = nil,
    end: End? = nil
  ) {
    self.mark = mark
    self.item = item
    self.kind = kind
    self.origin = origin
    self.topic = topic
    self.about = about
    self.value = value
    self.strength = strength
    self.standing = standing
    self.validUntil = validUntil
    self.reviewBy = reviewBy
    self.detail = detail
    self.end = end
  }

  /// What is said of one product is about that product, whatever topic it was said under.
  package var key: Key {
    Key(origin: origin, kind: kind, topic: isOfProduct ? "" : topic, about: about)
  }

  /// Whether it is about a product, whatever topic that was filed under.
  private var isOfProduct: Bool {
    switch kind {
    case .owns, .reaction, .viewed, .configuration: about != nil
    default: false
    }
  }

  /// Whether both have the same ``key``; makes none.
  func hasKey(of other: Fact) -> Bool {
    kind == other.kind && origin == other.origin && about == other.about
      && (isOfProduct || topic == other.topic)
  }

  /// Takes in the event that ends this fact. The earliest counts.
  mutating func ended(_ new: End) {
    if let old = end, old.moment < new.moment { return }
    end = new
  }

  /// Whether it holds at `instant` as far as its own dates say.
  package func isValid(at instant: Timestamp) -> Bool {
    mark.moment.time <= instant && (validUntil.map { instant < $0 } ?? true)
  }
}
