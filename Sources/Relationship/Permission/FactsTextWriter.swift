// Writes the facts of one customer's events behind each other: see FactsText for what they look like.

package import JSONBytes

/// A customer's text, to which facts are appended.
package struct FactsWriter: Sendable {
  /// The text as far as it was written, its check not yet in its place.
  private var written: [UInt8] = []
  private var subject: String
  /// Of the fact before; nil at the start.
  private var last: EventStamp?
  /// Where the words and ids met so far stand, by their bytes.
  private var names: [ByteText: Int] = [:]
  private var ids: [ByteText: Int] = [:]
  private var secret: (text: String, place: Int)?

  /// An empty text of a customer.
  package init(_ customer: String) { subject = customer }

  /// A text to be gone on with. Reads all of it.
  init(_ bytes: [UInt8], of customer: String, _ sheet: FactsSheet) {
    written = bytes
    subject = customer
    let words = FactsWords()
    if let last = sheet.meetWords(words) {
      self.last = last.stamp
      subject = last.subject
    }
    (names, ids, secret) = (words.names, words.ids, words.secret)
  }

  /// The text. Costs a look at each byte.
  package var bytes: [UInt8] {
    if written.isEmpty { return [] }
    var bytes = written
    let sum = FactsDigit.sum(of: bytes)
    for place in 0..<FactsDigit.checkCount {
      let bits = 6 * (FactsDigit.checkCount - 1 - place)
      bytes[place] = FactsDigit.base + UInt8(sum >> UInt64(bits) & 63)
    }
    return bytes
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
    _ facts: FactList<Fact>, _ kind: FactKind, _ subject: String
  ) {
    for var fact in facts {
      if written.isEmpty { written.append(contentsOf: Self.noCheck) }
      if !subject.utf8.elementsEqual(self.subject.utf8) {
        sized(FactKind.subject) { text in
          var name = subject
          text.id(&name)
        }
        self.subject = subject
        last = nil
      }
      let isAgain = last == fact.stamp
      sized(UInt8(kind.rawValue) | (isAgain ? FactsDigit.more : 0)) { text in
        if !isAgain { text.stamp(fact.stamp) }
        fact.pass(&text)
      }
    }
  }

  private static let noCheck = [UInt8](repeating: FactsDigit.base, count: FactsDigit.checkCount)

  /// A head, and what `body` writes, with its size before it.
  private mutating func sized(_ head: UInt8, _ body: (inout FactsWriter) -> Void) {
    digit(head)
    let place = written.count
    sixes(0, FactsDigit.sizeCount)
    body(&self)
    let size = written.count - place - FactsDigit.sizeCount
    precondition(size < 1 << (6 * FactsDigit.sizeCount), "an event leaves less than its own size")
    for digit in 0..<FactsDigit.sizeCount {
      let bits = 6 * (FactsDigit.sizeCount - 1 - digit)
      written[place + digit] = FactsDigit.base + UInt8(size >> bits & 63)
    }
  }

  // MARK: Digits

  private mutating func digit(_ value: UInt8) { written.append(FactsDigit.base + value) }

  private mutating func sixes(_ value: UInt64, _ count: Int) {
    for place in 0..<count { digit(UInt8(value >> UInt64(6 * (count - 1 - place)) & 63)) }
  }

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
    written += text.utf8
  }

  // MARK: Stamps

  private mutating func stamp(_ stamp: EventStamp) {
    let author = FactCodes.authors.firstIndex(of: stamp.author) ?? FactCodes.authors.count - 1
    sixes(
      UInt64(bitPattern: stamp.time.microseconds + FactsDigit.timeBase), FactsDigit.timeCount)
    digits(UInt64(author) | (stamp.isImport ? 8 : 0))
    digits(stamp.place)
    duration(from: stamp.time, to: stamp.recorded)
    var source = stamp.source
    name(&source)
    var id = stamp.id
    self.id(&id)
    last = stamp
  }

  /// A difference, and whether it is of microseconds.
  private mutating func duration(from one: Timestamp, to other: Timestamp) {
    let difference = other.microseconds &- one.microseconds
    let isWhole = difference % 1_000_000 == 0
    let value = FactsDigit.zigzag(isWhole ? difference / 1_000_000 : difference)
    digits(value << 1 | (isWhole ? 0 : 1))
  }
}

extension FactsWriter: FactsPassing {
  package mutating func number(_ value: inout Int) { digits(UInt64(bitPattern: Int64(value))) }

  package mutating func flag(_ value: inout Bool) { digit(value ? 1 : 0) }

  package mutating func name(_ value: inout String) {
    let word = ByteText(value)
    if let place = CommonNames.places[word] { return digits(UInt64(place + 2)) }
    if let place = names[word] { return digits(UInt64(place + 2 + CommonNames.count)) }
    digit(0)
    names[word] = written.count
    literal(value)
  }

  package mutating func name(_ value: inout String?) {
    guard var name = value else { return digit(1) }
    self.name(&name)
  }

  package mutating func id(_ value: inout String) {
    let id = ByteText(value)
    if let place = ids[id] { return digits(UInt64(place + 2)) }
    digit(0)
    ids[id] = written.count
    literal(value)
  }

  package mutating func id(_ value: inout String?) {
    guard var id = value else { return digit(1) }
    self.id(&id)
  }

  package mutating func text(_ value: inout String) { literal(value) }

  package mutating func secret(_ value: inout String?) {
    guard let text = value else { return digit(1) }
    if let secret, secret.text.utf8.elementsEqual(text.utf8) {
      return digits(UInt64(secret.place + 3))
    }
    secret = (text, written.count)
    if let hash = KeyedHashDigits(text) {
      digit(2)
      written += hash.bytes
    } else {
      digit(0)
      literal(text)
    }
  }

  package mutating func path(_ value: inout PathScope) {
    var text = value.text
    name(&text)
  }

  package mutating func period(_ value: inout CalendarPeriod?) {
    var text = value?.text
    name(&text)
  }

  package mutating func instant(_ value: inout Timestamp?) {
    guard let value else { return digit(1) }
    digit(0)
    duration(from: last?.time ?? Timestamp(microseconds: 0), to: value)
  }

  package mutating func hours(_ value: inout LocalHours) {
    let parts = value.parts
    digits(UInt64(parts.days))
    digits(UInt64(parts.from))
    digits(UInt64(parts.to))
  }

  package mutating func list<Element>(
    _ values: inout [Element], _ blank: Element,
    _ pass: (inout FactsWriter, inout Element) -> Void
  ) {
    digits(UInt64(values.count))
    for var value in values { pass(&self, &value) }
  }
}
