// What of a customer the events of a batch touch: no more of her is loaded.

import JSONBytes
import Projection
import Relationship

/// What events name, and what they add by themselves. Found by folding them into a customer of whom nothing is known; costs
/// that fold.
struct CustomerTouch {
  /// The parts that they touch at all.
  private(set) var parts: CustomerParts = []
  /// What they come to where nothing else is known.
  private var rehearsal: CustomerState
  /// Facts of these groups may begin, end or change.
  private(set) var groups: Set<ByteText> = []
  /// Facts that they name: the kind, a blank, the event's id.
  private(set) var facts: Set<ByteText> = []
  /// Other events that they name, by id.
  private(set) var events: Set<ByteText> = []

  private static let namesOfFacts: [(field: String, kind: Fact.Kind)] = [
    ("preferenceEventId", .preference), ("inferenceEventId", .inference),
    ("linkEventId", .identifier), ("pauseEventId", .pause), ("restrictionEventId", .restriction),
  ]
  private static let namesOfMatters: [(field: String, kind: Fact.Kind)] = [
    ("contactPointId", .contactPoint), ("replaces", .contactPoint), ("suggestionId", .suggestion),
  ]
  private static let namesOfEvents = [
    "questionEventId", "invitationEventId", "relationshipEventId", "mergeEventId",
  ]

  /// `events` are in the order in which they will be folded.
  init(_ events: [DecodedEvent], of customer: String) {
    rehearsal = CustomerState(customer)
    for event in events { add(event) }
    groups.formUnion(rehearsal.facts.all.map(\.group))
  }

  private mutating func add(_ event: DecodedEvent) {
    guard let kind = event.kind else { return }
    let fields = event.fields
    parts.formUnion(CustomerParts(touchedBy: kind, fields))
    // What cannot be understood is told when the event is folded.
    _ = rehearsal.takeMeaning(of: event, kind)
    for (field, kind) in Self.namesOfFacts {
      if let id = fields.text(field) { facts.insert(ByteText("\(kind.rawValue) \(id)")) }
    }
    for (field, kind) in Self.namesOfMatters {
      if let id = fields.text(field) { groups.insert(Fact.group(kind, id)) }
    }
    events.formUnion(Self.namesOfEvents.compactMap { fields.bytes($0) })
  }

  var promises: [ByteText] { rehearsal.promises.map { ByteText($0.id) } }
  var complaints: [ByteText] { rehearsal.complaints.map { ByteText($0.id) } }
  var benefits: [ByteText] { rehearsal.benefits.map { ByteText($0.id) } }
  var asked: [Question] { rehearsal.dialogue.questions }
  /// Bookings and orders that begin, or are told again.
  var occasions: Set<ByteText> { Set(rehearsal.wishes.occasions.map(\.name)) }
  /// Wishes that begin and apply every time.
  var standingWishes: [Fact] { rehearsal.facts.all.filter(\.isStandingWish) }
  /// Whether the data may no longer be used, or may be again: that is decided by all restrictions together.
  var restricts: Bool {
    let kind = Fact.Kind.restriction.rawValue + " "
    return groups.contains { $0.text.hasPrefix(kind) } || facts.contains { $0.text.hasPrefix(kind) }
  }
}

extension Fact {
  /// Facts that share a ``key`` share this, and so do a few others: it is what the rows of a fact can be chosen by.
  var group: ByteText { Self.group(kind, about ?? topic) }

  static func group(_ kind: Kind, _ matter: String) -> ByteText {
    ByteText("\(kind.rawValue) \(matter)")
  }

  /// ``group`` of a row of the table.
  static let groupSQL = "kind || ' ' || coalesce(about, topic)"

  var isStandingWish: Bool { kind == .preference && standing == true }
}

extension Occasion {
  /// What the tellings of one booking or order share.
  var name: ByteText { ByteText("\(context.rawValue) \(reference)") }

  /// ``name`` of a row of the tables `occasion` and `cue`.
  static let nameSQL = "context || ' ' || reference"
}

/// Which cues are looked at: those of some wishes, and those at some bookings and orders.
struct CueScope: Sendable {
  /// Groups of the wishes.
  var wishes: Set<ByteText>
  /// Names of the bookings and orders: see ``Occasion/name``.
  var occasions: Set<ByteText>

  func contains(_ cue: Cue) -> Bool {
    wishes.contains(cue.wish.group)
      || occasions.contains(ByteText("\(cue.context) \(cue.reference)"))
  }
}
