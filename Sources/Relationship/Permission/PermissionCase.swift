// One question about one customer at one instant: what the gates look at.

import JSONBytes

/// Which contact point is asked about.
enum AskedPoint: Hashable {
  /// In person, or without contact: there is none.
  case none
  case address(Int)
  /// Not one of the customer's.
  case unknown

  /// As statements are bound: see ``PreparedStatement/address``.
  var index: Int {
    switch self {
    case .none: PreparedStatement.noAddress
    case .address(let index): index
    case .unknown: PreparedStatement.unknownAddress
    }
  }
}

/// Everything that gates share. Made for each question; holds references alone and allocates for 2.5 only.
struct PermissionCase {
  let asked: AskedQuestion
  let rules: PermissionRules
  let zones: ZoneTable
  let customer: CustomerPermission
  let instant: Timestamp
  let purpose: Purpose
  let point: AskedPoint
  let regimeName: String
  let regime: PermissionPolicy.Regime
  let age: AgeStanding
  /// What 2.5 says.
  let standing: Standing
  /// The event that the message answers; nil where none fits.
  let occasion: OccasionFact?

  init(
    _ asked: AskedQuestion, _ purpose: Purpose, _ customer: CustomerPermission,
    _ rules: PermissionRules, _ zones: ZoneTable, at instant: Timestamp, contactPoint: String
  ) {
    self.asked = asked
    self.purpose = purpose
    self.customer = customer
    self.rules = rules
    self.zones = zones
    self.instant = instant
    point = Self.point(contactPoint, asked, customer.book, instant)
    let country = customer.facts.countries.last { $0.stamp.time <= instant }?.value
    regimeName = rules.policy.regimeName(of: country)
    regime = rules.policy.regime(named: regimeName)
    age = AgeStanding(customer, minorAge: regime.minorAge, at: instant)
    standing = Standing(
      asked.scope, registered: purpose.firstRegistered, customer, at: instant,
      address: point.index, age: age, onlySubject: nil)
    occasion = Self.occasion(asked, purpose, customer.facts, instant)
  }

  private static func point(
    _ id: String, _ asked: AskedQuestion, _ book: AddressBook, _ instant: Timestamp
  ) -> AskedPoint {
    if !asked.hasAddress, id == "none" { return .none }
    guard let address = book.address(ofPoint: id),
      book.points.contains(where: { $0.id == id && $0.stamp.time <= instant }),
      book.adds(of: address, at: instant).contains(where: { point in
        point.channels.contains { $0.covers(asked.channel) }
      })
    else { return .unknown }
    return .address(address)
  }

  private static func occasion(
    _ asked: AskedQuestion, _ purpose: Purpose, _ facts: CustomerFacts, _ instant: Timestamp
  ) -> OccasionFact? {
    guard let id = asked.question.occasionEventId, !purpose.occasions.isEmpty else { return nil }
    return facts.occasions.last { fact in
      fact.stamp.isCalled(id) && fact.counts && purpose.occasions.contains(fact.type)
        && fact.stamp.time <= instant
        && purpose.occasionWindow.map { instant <= $0.after(fact.stamp.time) } ?? true
    }
  }

  var messageClass: MessageClass { purpose.messageClass }
  var policyStamp: EventStamp { rules.policyStamp }

  /// The address asked about; nil where there is none.
  var address: Int? {
    if case .address(let index) = point { index } else { nil }
  }

  func statement(_ index: Int) -> PreparedStatement { customer.statements[index] }

  func event(_ index: Int) -> DecidingEvent {
    let statement = customer.statements[index]
    return DecidingEvent(
      statement.stamp, isElsewhere: statement.subject == PreparedStatement.elsewhere)
  }

  /// The channel choice in force (2.6): of the latest for each purpose and topic, the latest that is `only` and covers
  /// the question.
  var choiceInForce: ChannelChoice? { choice { $0.isOnly } }

  /// The latest choice that fits and covers the question.
  func choice(where fits: (ChannelChoice) -> Bool) -> ChannelChoice? {
    let choices = customer.facts.choices
    return choices.indices.last { index in
      let choice = choices[index]
      guard choice.stamp.time <= instant, fits(choice), choice.purpose.covers(asked.purpose),
        choice.topic.covers(asked.topic)
      else { return false }
      return !choices[(index + 1)...].contains {
        $0.stamp.time <= instant && $0.purpose == choice.purpose && $0.topic == choice.topic
      }
    }.map { choices[$0] }
  }
}

/// How old she is, as far as is known.
struct AgeStanding {
  /// She is known to be under age; the event that says so.
  private(set) var minor: EventStamp?
  /// Permits that took effect earlier do not count.
  private(set) var permitsCountFrom = Timestamp.first
  /// No birth date is known.
  private(set) var isUnknown = true

  /// Of the latest birth date that does not come from an import, else of an imported one. A permit counts only where
  /// every birth date that is known agrees.
  init(_ customer: CustomerPermission, minorAge: Int, at instant: Timestamp) {
    var leading: (birthday: Timestamp, stamp: EventStamp)?
    for fact in customer.facts.birthDates where fact.stamp.time <= instant {
      guard let date = CivilDate(fact.value.utf8) else { continue }
      let birthday = PermitRule.birthday(minorAge, of: date)
      permitsCountFrom = max(permitsCountFrom, birthday)
      if let old = leading?.stamp, fact.stamp.isImport, !old.isImport { continue }
      leading = (birthday, fact.stamp)
    }
    isUnknown = leading == nil
    if let leading, instant < leading.birthday { minor = leading.stamp }
  }
}
