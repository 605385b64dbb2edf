// Reads one fact out of a text: see FactsText for what it looks like.

import JSONBytes

/// Reads fields from a place on. Whatever bytes stand there, it reads something: a text that was damaged is known by its
/// check, before anybody reads a fact of it.
struct FactsDecoder {
  private let bytes: [UInt8]
  var place: Int
  /// The text breaks off, or names what is not there.
  private(set) var isDamaged = false
  /// Of the stamp that was read.
  private var time = Timestamp(microseconds: 0)
  /// The secret that was read, and where it stands.
  private var secret: (text: String, place: Int)?
  /// What is new in the text, for who goes on.
  private let met: FactsWords?

  init(_ bytes: [UInt8], at place: Int, meeting met: FactsWords? = nil) {
    self.bytes = bytes
    self.place = place
    self.met = met
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

  /// A number of so many digits of six bits.
  @inline(__always)
  mutating func sixes(_ count: Int) -> UInt64 {
    var value: UInt64 = 0
    for _ in 0..<count { value = value << 6 | UInt64(digit()) }
    return value
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
  private mutating func literal() -> Range<Int> {
    let count = digits()
    guard count <= UInt64(bytes.count - place) else {
      isDamaged = true
      return place..<place
    }
    defer { place += Int(count) }
    return place..<place + Int(count)
  }

  /// The literal that stands at another place.
  private mutating func literal(at other: UInt64) -> Range<Int> {
    guard other < UInt64(bytes.count) else {
      isDamaged = true
      return place..<place
    }
    let own = place
    place = Int(other)
    defer { place = own }
    return literal()
  }

  private func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  // MARK: Stamps

  @inline(__always)
  mutating func microseconds() -> Int64 {
    Int64(bitPattern: sixes(FactsDigit.timeCount)) - FactsDigit.timeBase
  }

  mutating func stamp() -> EventStamp {
    time = Timestamp(microseconds: microseconds())
    let who = digits()
    let author = Int(who & 7)
    let ledgerPlace = digits()
    let recorded = Timestamp(microseconds: time.microseconds &+ duration(digits()))
    var source = ""
    name(&source)
    var id = ""
    self.id(&id)
    if author >= FactCodes.authors.count { isDamaged = true }
    return EventStamp(
      id, source: source, place: ledgerPlace, time: time, recorded: recorded,
      author: author < FactCodes.authors.count ? FactCodes.authors[author] : .unknown,
      isImport: who & 8 != 0)
  }

  /// Passes over a stamp; of it only the time is read.
  mutating func passStamp() {
    time = Timestamp(microseconds: microseconds())
    _ = (digits(), digits(), digits())
    _ = readName()
    if digits() == 0 { _ = literal() }
  }

  @inline(__always)
  private func duration(_ coded: UInt64) -> Int64 {
    let difference = FactsDigit.unzigzag(coded >> 1)
    return coded & 1 == 0 ? difference &* 1_000_000 : difference
  }

  // MARK: Words

  /// What a name's number says.
  private enum Name {
    case none
    case common(Int)
    case literal(Range<Int>)
  }

  @inline(__always)
  private mutating func readName() -> Name {
    let number = digits()
    if number == 1 { return .none }
    if number == 0 {
      let place = place
      let range = literal()
      if let met { met.names[ByteText(string(range))] = place }
      return .literal(range)
    }
    if number - 2 < UInt64(CommonNames.count) { return .common(Int(number - 2)) }
    return .literal(literal(at: number - 2 - UInt64(CommonNames.count)))
  }
}

extension FactsDecoder: FactsPassing {
  mutating func number(_ value: inout Int) {
    value = Int(Int64(bitPattern: digits()))
  }

  mutating func flag(_ value: inout Bool) { value = digit() != 0 }

  mutating func name(_ value: inout String) {
    var name: String?
    self.name(&name)
    value = name ?? ""
  }

  mutating func name(_ value: inout String?) {
    switch readName() {
    case .none: value = nil
    case .common(let place): value = CommonNames.words[place]
    case .literal(let range): value = string(range)
    }
  }

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
      let place = place
      let text = string(literal())
      if let met, met.ids[ByteText(text)] == nil { met.ids[ByteText(text)] = place }
      value = text
    } else {
      value = string(literal(at: number - 2))
    }
  }

  mutating func text(_ value: inout String) { value = string(literal()) }

  mutating func secret(_ value: inout String?) {
    let start = place
    switch digits() {
    case 0: secret = (string(literal()), start)
    case 1:
      value = nil
      return
    case 2: secret = (hash(), start)
    case let number:
      let place = place
      let other = Int(clamping: number - 3)
      if secret?.place != other {
        self.place = min(other, bytes.count)
        let form = digits()
        if form > 2 || form == 1 { isDamaged = true }
        secret = (form == 2 ? hash() : string(literal()), other)
      }
      self.place = place
    }
    if let met, let secret { met.secret = secret }
    value = secret?.text
  }

  private mutating func hash() -> String {
    let end = place + KeyedHashDigits.count
    guard end <= bytes.count, let text = KeyedHashDigits.text(bytes, at: place) else {
      isDamaged = true
      return ""
    }
    place = end
    return text
  }

  mutating func path(_ value: inout PathScope) {
    switch readName() {
    case .none: break
    case .common(let place): value = CommonNames.paths[place]
    case .literal(let range): value = PathScope(string(range))
    }
  }

  mutating func period(_ value: inout CalendarPeriod?) {
    switch readName() {
    case .none: value = nil
    case .common(let place): value = CommonNames.periods[place]
    case .literal(let range): value = CalendarPeriod(string(range))
    }
  }

  mutating func instant(_ value: inout Timestamp?) {
    guard digit() == 0 else {
      value = nil
      return
    }
    value = Timestamp(microseconds: time.microseconds &+ duration(digits()))
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
    _ pass: (inout FactsDecoder, inout Element) -> Void
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

/// The words and ids that stand in a text, and where: for who writes on.
final class FactsWords {
  var names: [ByteText: Int] = [:]
  var ids: [ByteText: Int] = [:]
  var secret: (text: String, place: Int)?
}
