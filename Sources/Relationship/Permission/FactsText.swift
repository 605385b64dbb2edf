// The facts of one customer as one text, for tables, which hold texts and whole numbers alone.
//
//     text     := fact*                  as events came in; an event may leave several facts
//     fact     := kind [stamp] fields    kind: a digit, the number of the list (FactKind); 32 more where the stamp
//                                        is that of the fact before
//     stamp    := who [subject] place time recorded source id
//     who      := number                 author, 8 more for an import, 16 more where the subject changes; the first
//                                        facts are of the customer whose text it is
//     place    := number                 from the place before, zigzag
//     time     := number                 from the time before, zigzag, then a bit: 1 for microseconds, 0 for seconds
//     recorded := number                 the same, then a bit: 1 from the one before, 0 from this stamp's time
//     name     := number [literal]       0 a new one, 1 none, then those of NameTable.common, then those met so far
//     id       := number [literal]       0 a new one, 1 none, then the ids met so far: of events and contact points
//     secret   := number [43 digits]     0 a literal, 1 none, 2 a keyed hash in 43 digits, 3 the secret before
//     literal  := number bytes           how many bytes, and their UTF-8
//     number   := digit+                 five bits a digit, the lowest first; 32 more where another follows
//     digit    := one byte               from `0` for 0 to `o` for 63
//
// What is appended to a text changes nothing of what stands there, so that a customer's text grows at its end. Read it
// with FactsReader, write it with FactsWriter; both walk a fact's fields by the one list of FactsPassing.
//
// Price: an event of practice is about 75 bytes, its id 36 of them, and reads in some 200 nanoseconds. Any change here
// is another text: whoever keeps texts makes them anew (a read model raises its version).

import JSONBytes

/// The lists of ``CustomerFacts``, but for occasions: every event is one, and the log knows it. The order is part of
/// the text.
enum FactKind: Int, CaseIterable {
  case permit, forbid, wish, request, answer, notice, choice, cadence, pause, resumption, point,
    verification, invalidation, country, birthDate, order, dealing, contact, token, signal,
    conflict,
    listing, complaint, assignment, restriction, lift, death, erasure
}

/// Digits of the text.
enum FactsDigit {
  static let base: UInt8 = 0x30
  static let count: UInt8 = 64
  /// Another digit follows; of a kind: the stamp is that of the fact before.
  static let more: UInt8 = 32

  /// What is added to the difference of two numbers so that small ones of either sign stay small.
  static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

  static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}

/// Words out of closed lists. Their places are part of the text: new ones come last.
enum FactCodes {
  static let statements: [StatementKind] = [
    .given, .confirmed, .guardian, .refused, .withdrawn, .revoked, .objection, .optOut,
    .notInterested, .softOptInRefused,
  ]
  static let classes: [MessageClass] = [
    .mandatory, .transactional, .relationship, .marketing, .sharing, .internal,
  ]
  static let dealings: [Dealing.Kind] = [.inquiry, .contract]
  static let authors: [Author] = [
    .customer, .staff, .serviceAccount, .apiKey, .system, .unauthenticated, .unknown,
  ]
}

/// Walks the fields of facts, in their order: a writer takes each in, a reader puts each in its place.
///
/// One list of fields serves both, so that none is written and not read.
protocol FactsPassing {
  mutating func number(_ value: inout Int)
  mutating func flag(_ value: inout Bool)
  /// A word out of few that many customers share: a path, a country, a list.
  mutating func name(_ value: inout String)
  mutating func name(_ value: inout String?)
  /// The id of an event or a contact point.
  mutating func id(_ value: inout String)
  mutating func id(_ value: inout String?)
  /// A text that nobody else has.
  mutating func text(_ value: inout String)
  /// A keyed hash, or what stands for one.
  mutating func secret(_ value: inout String?)
  mutating func path(_ value: inout PathScope)
  mutating func period(_ value: inout CalendarPeriod?)
  /// An instant near the fact's own time.
  mutating func instant(_ value: inout Timestamp?)
  mutating func hours(_ value: inout LocalHours)
  /// The elements of a list, each by `pass`; `blank` is what a reader fills.
  mutating func list<Element>(
    _ values: inout [Element], _ blank: Element, _ pass: (inout Self, inout Element) -> Void)
}

extension FactsPassing {
  /// A word out of a closed list, by its place there.
  @inline(__always)
  mutating func code<Code: Equatable>(_ value: inout Code, among codes: [Code]) {
    var place = codes.firstIndex(of: value) ?? 0
    number(&place)
    if codes.indices.contains(place) { value = codes[place] }
  }

  /// The same, or none.
  @inline(__always)
  mutating func code<Code: Equatable>(_ value: inout Code?, among codes: [Code]) {
    var place = value.flatMap { codes.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
    number(&place)
    value = codes.indices.contains(place - 1) ? codes[place - 1] : nil
  }

  mutating func instant(_ value: inout Timestamp) {
    var optional: Timestamp? = value
    instant(&optional)
    value = optional ?? value
  }

  mutating func secrets(_ values: inout [String]) {
    list(&values, "") { text, value in
      var secret: String? = value
      text.secret(&secret)
      value = secret ?? ""
    }
  }

  mutating func names(_ values: inout [String]) {
    list(&values, "") { text, value in text.name(&value) }
  }

  mutating func paths(_ values: inout [PathScope]) {
    list(&values, .everything) { text, value in text.path(&value) }
  }

  mutating func point(_ value: inout PointScope) {
    var sort = 0
    var point: String?
    switch value {
    case .any: break
    case .none: sort = 1
    case .point(let id): (sort, point) = (2, id)
    }
    number(&sort)
    if sort == 2 { id(&point) }
    value = sort == 0 ? .any : point.map { .point($0) } ?? .none
  }

  mutating func scope(_ value: inout StatementScope) {
    path(&value.purpose)
    path(&value.topic)
    path(&value.channel)
    point(&value.point)
  }
}
