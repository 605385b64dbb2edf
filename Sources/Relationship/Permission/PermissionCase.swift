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
    _ rules: PermissionRules, _ zones: ZoneTable, at instant: Timestamp, point: AskedPoint
  ) {
    self.asked = asked
    self.purpose = purpose
    self.customer = customer
    self.rules = rules
    self.zones = zones
    self.instant = instant
    self.point = point
    let country = customer.facts.countries.last { $0.stamp.time <= instant }?.value
    regimeName = rules.policy.regimeName(of: country)
    regime = rules.policy.regime(named: regimeName)
    age = AgeStanding(customer, under: rules.policy, at: instant)
    standing = Standing(
      asked.scope, registered: purpose.firstRegistered, customer, at: instant,
      address: point.index, age: age)
    occasion = Self.occasion(asked, purpose, customer.facts, instant)
  }

  /// What an id stands for: one address, as a rule; several where subjects that are one customer use it for different
  /// ones.
  static func points(
    named id: String, _ asked: AskedQuestion, _ book: AddressBook, _ instant: Timestamp
  ) -> [AskedPoint] {
    if !asked.hasAddress, id == "none" { return [.none] }
    let addresses = book.addresses(ofPoint: id, at: instant)
    return addresses.isEmpty
      ? [.unknown] : addresses.map { point(at: $0, asked, book, instant) }
  }

  /// Unknown where the address does not serve the channel.
  private static func point(
    at address: Int, _ asked: AskedQuestion, _ book: AddressBook, _ instant: Timestamp
  ) -> AskedPoint {
    let serves = book.adds(of: address, at: instant).contains { point in
      point.channels.contains { $0.covers(asked.channel) }
    }
    return serves ? .address(address) : .unknown
  }

  /// The same question of each part that has the contact point, as if it were alone: of all parts where there is none,
  /// but for one about an occasion, which is its own part's.
  var ofParts: [PermissionCase] {
    customer.parts.compactMap { part in
      let point: AskedPoint
      switch self.point {
      case .unknown: return nil
      case .none: point = .none
      case .address(let address):
        guard let index = part.addresses[address],
          !part.customer.book.adds(of: index, at: instant).isEmpty
        else { return nil }
        point = Self.point(at: index, asked, part.customer.book, instant)
      }
      let one = PermissionCase(
        asked, purpose, part.customer, rules, zones, at: instant, point: point)
      return self.point == .none && occasion != nil && one.occasion == nil ? nil : one
    }
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
    // No more than the question has ancestors.
    var seen: [(purpose: PathScope, topic: PathScope)] = []
    return customer.facts.choices.last { choice in
      guard choice.stamp.time <= instant, choice.purpose.covers(asked.purpose),
        choice.topic.covers(asked.topic),
        !seen.contains(where: { $0.purpose == choice.purpose && $0.topic == choice.topic })
      else { return false }
      seen.append((choice.purpose, choice.topic))
      return fits(choice)
    }
  }
}

/// How old she is, as far as is known.
struct AgeStanding {
  /// She is known to be under age; the event that says so.
  private(set) var minor: EventStamp?
  /// Permits that took effect earlier do not count.
  private(set) var permitsCountFrom = Timestamp.first
  /// No birth date is known, but perhaps from an import: what a guardian said of her age holds.
  private(set) var isUnknown = true

  /// Of the latest birth date that does not come from an import; else of those that do the one by which she is
  /// youngest. A permit counts only where every birth date that is known agrees, by the law of every country she was
  /// known under.
  ///
  /// A birth date that is no date says nothing: the one before it stays in force.
  init(_ customer: CustomerPermission, under policy: PermissionPolicy, at instant: Timestamp) {
    let dates = customer.facts.birthDates
    if dates.isEmpty { return }
    let countries = customer.facts.countries.lazy.filter { $0.stamp.time <= instant }.map(\.value)
    let minorAge = policy.minorAge(in: countries.last)
    let highest = countries.map { policy.minorAge(in: $0) }.max() ?? minorAge
    var leading: (date: CivilDate, stamp: EventStamp)?
    for fact in dates where fact.stamp.time <= instant {
      guard let date = CivilDate(fact.value.utf8) else { continue }
      permitsCountFrom = max(permitsCountFrom, PermitRule.birthday(highest, of: date))
      if let old = leading, fact.stamp.isImport, !old.stamp.isImport || date < old.date { continue }
      leading = (date, fact.stamp)
    }
    guard let leading else { return }
    isUnknown = leading.stamp.isImport
    if instant < PermitRule.birthday(minorAge, of: leading.date) { minor = leading.stamp }
  }
}
