// Writes the facts of one customer's events behind each other: see FactsText for what they look like.

import JSONBytes

/// A customer's text, to which facts are appended.
package struct FactsWriter: Sendable {
  /// The text as far as it was written.
  package private(set) var bytes: [UInt8] = []
  private var state: FactsTextState
  /// Places of the words and ids met so far, by their bytes.
  private var names: [ByteText: Int] = [:]
  private var ids: [ByteText: Int] = [:]

  /// An empty text of a customer.
  package init(_ customer: String) { state = FactsTextState(customer) }

  /// A text that a reader has read to its end, to be gone on with.
  init(_ bytes: [UInt8], _ state: FactsTextState, names: [String], ids: [String]) {
    self.bytes = bytes
    self.state = state
    for (place, name) in names.enumerated() { self.names[ByteText(name)] = place }
    for (place, id) in ids.enumerated() where self.ids[ByteText(id)] == nil {
      self.ids[ByteText(id)] = place
    }
  }

  /// Appends what one event left: `facts` hold nothing else. Costs a few dozen bytes a fact.
  package mutating func append(_ facts: CustomerFacts) {
    append(facts.permits, .permit, facts.subject)
    append(facts.forbids, .forbid, facts.subject)
    append(facts.wishes, .wish, facts.subject)
    append(facts.requests, .request, facts.subject)
    append(facts.answers, .answer, facts.subject)
    append(facts.notices, .notice, facts.subject)
    append(facts.choices, .choice, facts.subject)
    append(facts.cadences, .cadence, facts.subject)
    append(facts.pauses, .pause, facts.subject)
    append(facts.resumptions, .resumption, facts.subject)
    append(facts.points, .point, facts.subject)
    append(facts.verifications, .verification, facts.subject)
    append(facts.invalidations, .invalidation, facts.subject)
    append(facts.countries, .country, facts.subject)
    append(facts.birthDates, .birthDate, facts.subject)
    append(facts.orders, .order, facts.subject)
    append(facts.dealings, .dealing, facts.subject)
    append(facts.contacts, .contact, facts.subject)
    append(facts.tokens, .token, facts.subject)
    append(facts.signals, .signal, facts.subject)
    append(facts.conflicts, .conflict, facts.subject)
    append(facts.listings, .listing, facts.subject)
    append(facts.complaints, .complaint, facts.subject)
    append(facts.assignments, .assignment, facts.subject)
    append(facts.restrictions, .restriction, facts.subject)
    append(facts.lifts, .lift, facts.subject)
    append(facts.deaths, .death, facts.subject)
    append(facts.erasures, .erasure, facts.subject)
  }

  private mutating func append<Fact: PassedFact>(
    _ facts: [Fact], _ kind: FactKind, _ subject: String
  ) {
    for var fact in facts {
      let isAgain = state.stamp == fact.stamp
      digit(UInt8(kind.rawValue) | (isAgain ? FactsDigit.more : 0))
      if !isAgain { stamp(fact.stamp, subject) }
      fact.pass(&self)
    }
  }

  // MARK: Digits

  private mutating func digit(_ value: UInt8) { bytes.append(FactsDigit.base + value) }

  private mutating func digits(_ value: UInt64) {
    var rest = value
    while rest >= UInt64(FactsDigit.more) {
      digit(UInt8(rest & 31) | FactsDigit.more)
      rest >>= 5
    }
    digit(UInt8(rest))
  }

  private mutating func literal(_ text: String) {
    digits(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  // MARK: Stamps

  private mutating func stamp(_ stamp: EventStamp, _ subject: String) {
    let isOther = !subject.utf8.elementsEqual(state.subject.utf8)
    let author = FactCodes.authors.firstIndex(of: stamp.author) ?? FactCodes.authors.count - 1
    digits(UInt64(author) | (stamp.isImport ? 8 : 0) | (isOther ? 16 : 0))
    if isOther {
      var subject = subject
      id(&subject)
    }
    digits(FactsDigit.zigzag(Int64(bitPattern: stamp.place &- (state.stamp?.place ?? 0))))
    duration(from: state.stamp?.time ?? FactsTextState.start, to: stamp.time, bits: 0, 0)
    let before = state.stamp?.recorded ?? FactsTextState.start
    let (near, far) = (
      Self.distance(stamp.time, stamp.recorded), Self.distance(before, stamp.recorded)
    )
    if far < near {
      duration(from: before, to: stamp.recorded, bits: 1, 1)
    } else {
      duration(from: stamp.time, to: stamp.recorded, bits: 1, 0)
    }
    var source = stamp.source
    name(&source)
    var id = stamp.id
    self.id(&id)
    state.stamp = stamp
    state.subject = subject
  }

  private static func distance(_ one: Timestamp, _ other: Timestamp) -> UInt64 {
    (one.microseconds &- other.microseconds).magnitude
  }

  /// A difference, whether it is of microseconds, and then so many more bits.
  private mutating func duration(
    from one: Timestamp, to other: Timestamp, bits: UInt64, _ more: UInt64
  ) {
    let difference = other.microseconds &- one.microseconds
    let isWhole = difference % 1_000_000 == 0
    let value = FactsDigit.zigzag(isWhole ? difference / 1_000_000 : difference)
    digits((value << 1 | (isWhole ? 0 : 1)) << bits | more)
  }
}

/// What a text is read and written with, from one fact to the next.
struct FactsTextState: Sendable {
  var subject: String
  /// Of the fact before; nil at the start.
  var stamp: EventStamp?
  var secret: String?

  /// The instant that the first time is counted from.
  static let start = Timestamp(microseconds: 0)

  init(_ customer: String) { subject = customer }
}

extension FactsWriter: FactsPassing {
  mutating func number(_ value: inout Int) { digits(UInt64(bitPattern: Int64(value))) }

  mutating func flag(_ value: inout Bool) { digit(value ? 1 : 0) }

  mutating func name(_ value: inout String) {
    let word = ByteText(value)
    if let place = Self.commonNames[word] { return digits(UInt64(place + 2)) }
    if let place = names[word] {
      return digits(UInt64(place + 2 + NameTable.commonCount))
    }
    names[word] = names.count
    digit(0)
    literal(value)
  }

  private static let commonNames = Dictionary(
    uniqueKeysWithValues: NameTable.common.enumerated().map { (ByteText($1), $0) })

  mutating func name(_ value: inout String?) {
    guard var name = value else { return digit(1) }
    self.name(&name)
  }

  mutating func id(_ value: inout String) {
    let id = ByteText(value)
    if let place = ids[id] { return digits(UInt64(place + 2)) }
    ids[id] = ids.count
    digit(0)
    literal(value)
  }

  mutating func id(_ value: inout String?) {
    guard var id = value else { return digit(1) }
    self.id(&id)
  }

  mutating func text(_ value: inout String) { literal(value) }

  mutating func secret(_ value: inout String?) {
    guard let secret = value else { return digit(1) }
    if let last = state.secret, last.utf8.elementsEqual(secret.utf8) { return digit(3) }
    state.secret = secret
    if let digits = KeyedHashDigits(secret) {
      digit(2)
      bytes += digits.bytes
    } else {
      digit(0)
      literal(secret)
    }
  }

  mutating func path(_ value: inout PathScope) {
    var text = value.text
    name(&text)
  }

  mutating func period(_ value: inout CalendarPeriod?) {
    var text = value?.text
    name(&text)
  }

  mutating func instant(_ value: inout Timestamp?) {
    guard let value else { return digit(1) }
    digit(0)
    duration(from: state.stamp?.time ?? FactsTextState.start, to: value, bits: 0, 0)
  }

  mutating func hours(_ value: inout LocalHours) {
    let parts = value.parts
    digits(UInt64(parts.days))
    digits(UInt64(parts.from))
    digits(UInt64(parts.to))
  }

  mutating func list<Element>(
    _ values: inout [Element], _ blank: Element,
    _ pass: (inout FactsWriter, inout Element) -> Void
  ) {
    digits(UInt64(values.count))
    for var value in values { pass(&self, &value) }
  }
}
