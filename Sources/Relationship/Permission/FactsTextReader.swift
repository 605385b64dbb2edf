// Reads the text of one customer's facts: see FactsText for what it looks like.

import JSONBytes

/// Reads texts one after another. It keeps the words that they share, so that each is made once; each thread has its
/// own.
package struct FactsReader: Sendable {
  /// The text to read; whoever fills it in keeps its room.
  package var bytes: [UInt8] = []
  private var place = 0
  /// The text breaks off, or names what is not there.
  private var isDamaged = false
  private var state = FactsTextState("")
  private var table = NameTable()
  /// Of this text: places in the table, and ids, in the order in which they were met.
  private var names: [Int] = []
  private var ids: [String] = []
  /// By subject, the customer first.
  private var all: [CustomerFacts] = []
  private var current = 0

  /// A reader that has met no word yet.
  package init() {}

  /// The facts of each subject in ``bytes``, the customer's own first, even where there are none of hers. Nil where the
  /// text is damaged. Cost: some 200 nanoseconds a fact.
  package mutating func read(of customer: String) -> [CustomerFacts]? {
    table.forgetIfFull()
    place = 0
    isDamaged = false
    state = FactsTextState(customer)
    names.removeAll(keepingCapacity: true)
    ids.removeAll(keepingCapacity: true)
    all = [CustomerFacts(customer)]
    current = 0
    while place < bytes.count, !isDamaged { readFact() }
    let facts = all
    all = []
    return isDamaged ? nil : facts
  }

  /// The same, and a writer that goes on behind it.
  package mutating func readToGoOn(
    of customer: String
  ) -> (facts: [CustomerFacts], writer: FactsWriter)? {
    guard let facts = read(of: customer) else { return nil }
    let words = names.map { table.texts[$0] }
    return (facts, FactsWriter(bytes, state, names: words, ids: ids))
  }

  private mutating func readFact() {
    let head = digit()
    if head & FactsDigit.more == 0 { readStamp() }
    guard let stamp = state.stamp, !isDamaged,
      let kind = FactKind(rawValue: Int(head & ~FactsDigit.more))
    else {
      isDamaged = true
      return
    }
    switch kind {
    case .permit: all[current].permits.append(fact(stamp))
    case .forbid: all[current].forbids.append(fact(stamp))
    case .wish: all[current].wishes.append(fact(stamp))
    case .request: all[current].requests.append(fact(stamp))
    case .answer: all[current].answers.append(fact(stamp))
    case .notice: all[current].notices.append(fact(stamp))
    case .choice: all[current].choices.append(fact(stamp))
    case .cadence: all[current].cadences.append(fact(stamp))
    case .pause: all[current].pauses.append(fact(stamp))
    case .resumption: all[current].resumptions.append(fact(stamp))
    case .point: all[current].points.append(fact(stamp))
    case .verification: all[current].verifications.append(fact(stamp))
    case .invalidation: all[current].invalidations.append(fact(stamp))
    case .country: all[current].countries.append(fact(stamp))
    case .birthDate: all[current].birthDates.append(fact(stamp))
    case .order: all[current].orders.append(fact(stamp))
    case .dealing: all[current].dealings.append(fact(stamp))
    case .contact: all[current].contacts.append(fact(stamp))
    case .token: all[current].tokens.append(fact(stamp))
    case .signal: all[current].signals.append(fact(stamp))
    case .conflict: all[current].conflicts.append(fact(stamp))
    case .listing: all[current].listings.append(fact(stamp))
    case .complaint: all[current].complaints.append(fact(stamp))
    case .assignment: all[current].assignments.append(fact(stamp))
    case .restriction: all[current].restrictions.append(fact(stamp))
    case .lift: all[current].lifts.append(fact(stamp))
    case .death: all[current].deaths.append(fact(stamp))
    case .erasure: all[current].erasures.append(fact(stamp))
    }
  }

  @inline(__always)
  private mutating func fact<Fact: PassedFact>(_ stamp: EventStamp) -> Fact {
    var fact = Fact(blank: stamp)
    fact.pass(&self)
    return fact
  }

  // MARK: Digits

  @inline(__always)
  private mutating func digit() -> UInt8 {
    guard place < bytes.count else {
      isDamaged = true
      return 0
    }
    let value = bytes[place] &- FactsDigit.base
    place += 1
    if value >= FactsDigit.count { isDamaged = true }
    return value & (FactsDigit.count - 1)
  }

  @inline(__always)
  private mutating func digits() -> UInt64 {
    let first = digit()
    if first < FactsDigit.more { return UInt64(first) }
    return moreDigits(UInt64(first & 31))
  }

  private mutating func moreDigits(_ first: UInt64) -> UInt64 {
    var value = first
    var shift: UInt64 = 5
    while true {
      let next = digit()
      value |= UInt64(next & 31) &<< shift
      if next < FactsDigit.more { return value }
      shift += 5
      if shift > 60 {
        isDamaged = true
        return 0
      }
    }
  }

  /// The bytes of a literal.
  @inline(__always)
  private mutating func literal() -> Range<Int> {
    let count = digits()
    guard count <= UInt64(bytes.count - place) else {
      isDamaged = true
      return place..<place
    }
    defer { place += Int(count) }
    return place..<place + Int(count)
  }

  @inline(__always)
  private func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  // MARK: Stamps

  private mutating func readStamp() {
    let who = digits()
    let author = Int(who & 7)
    guard author < FactCodes.authors.count, who < 32 else {
      isDamaged = true
      return
    }
    if who & 16 != 0 { changeSubject() }
    let before = state.stamp
    let ledgerPlace =
      (before?.place ?? 0) &+ UInt64(bitPattern: FactsDigit.unzigzag(digits()))
    let time = Timestamp(
      microseconds: (before?.time ?? FactsTextState.start).microseconds &+ duration(digits()))
    let coded = digits()
    let base = coded & 1 == 0 ? time : before?.recorded ?? FactsTextState.start
    let recorded = Timestamp(microseconds: base.microseconds &+ duration(coded >> 1))
    let source = nameText() ?? ""
    var id = ""
    self.id(&id)
    state.stamp = EventStamp(
      id, source: source, place: ledgerPlace, time: time, recorded: recorded,
      author: FactCodes.authors[author], isImport: who & 8 != 0)
  }

  private mutating func changeSubject() {
    var subject = ""
    id(&subject)
    state.subject = subject
    if let known = all.firstIndex(where: { $0.subject.utf8.elementsEqual(subject.utf8) }) {
      current = known
    } else {
      current = all.count
      all.append(CustomerFacts(subject))
    }
  }

  @inline(__always)
  private func duration(_ coded: UInt64) -> Int64 {
    let difference = FactsDigit.unzigzag(coded >> 1)
    return coded & 1 == 0 ? difference &* 1_000_000 : difference
  }

  // MARK: Words

  /// The place of a name in the table; nil for none.
  @inline(__always)
  private mutating func nameText() -> String? { namePlace().map { table.texts[$0] } }

  @inline(__always)
  private mutating func namePlace() -> Int? {
    let number = digits()
    if number == 1 { return nil }
    if number == 0 {
      let found = table.place(of: bytes, literal())
      names.append(found)
      return found
    }
    let place = Int(clamping: number - 2)
    if place < NameTable.commonCount { return place }
    guard place - NameTable.commonCount < names.count else {
      isDamaged = true
      return nil
    }
    return names[place - NameTable.commonCount]
  }
}

extension FactsReader: FactsPassing {
  mutating func number(_ value: inout Int) {
    value = Int(Int64(bitPattern: digits()))
  }

  mutating func flag(_ value: inout Bool) { value = digit() != 0 }

  mutating func name(_ value: inout String) { value = nameText() ?? "" }

  mutating func name(_ value: inout String?) { value = nameText() }

  mutating func id(_ value: inout String) {
    var id: String?
    self.id(&id)
    value = id ?? ""
  }

  mutating func id(_ value: inout String?) {
    let number = digits()
    if number == 1 {
      value = nil
    } else if number == 0 {
      let text = string(literal())
      ids.append(text)
      value = text
    } else if number - 2 < UInt64(ids.count) {
      value = ids[Int(number - 2)]
    } else {
      isDamaged = true
    }
  }

  mutating func text(_ value: inout String) { value = string(literal()) }

  mutating func secret(_ value: inout String?) {
    switch digit() {
    case 0: state.secret = string(literal())
    case 1:
      value = nil
      return
    case 2:
      let end = place + KeyedHashDigits.count
      guard end <= bytes.count, let secret = KeyedHashDigits.text(bytes, at: place) else {
        isDamaged = true
        return
      }
      place = end
      state.secret = secret
    default: break
    }
    value = state.secret
  }

  mutating func path(_ value: inout PathScope) {
    if let place = namePlace() { value = table.paths[place] }
  }

  mutating func period(_ value: inout CalendarPeriod?) {
    guard let place = namePlace() else {
      value = nil
      return
    }
    value = table.periods[place]
    if value == nil { isDamaged = true }
  }

  mutating func instant(_ value: inout Timestamp?) {
    guard digit() == 0 else {
      value = nil
      return
    }
    let start = state.stamp?.time ?? FactsTextState.start
    value = Timestamp(microseconds: start.microseconds &+ duration(digits()))
  }

  mutating func hours(_ value: inout LocalHours) {
    let (days, from, to) = (digits(), digits(), digits())
    guard days < 128, from <= 1_440, to <= 1_440 else {
      isDamaged = true
      return
    }
    value = LocalHours(dayBits: UInt8(days), from: Int(from), to: Int(to))
  }

  mutating func list<Element>(
    _ values: inout [Element], _ blank: Element,
    _ pass: (inout FactsReader, inout Element) -> Void
  ) {
    let count = digits()
    guard count <= UInt64(bytes.count - place) else {
      isDamaged = true
      return
    }
    values.reserveCapacity(Int(count))
    for _ in 0..<Int(count) where !isDamaged {
      var value = blank
      pass(&self, &value)
      values.append(value)
    }
  }
}
