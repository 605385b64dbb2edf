// The facts of one customer as one text, for tables, which hold texts and whole numbers alone.
//
//     text     := [check (fact | subject)*]
//     check    := 11 sixes               a sum over everything behind it
//     fact     := kind size [stamp] fields
//                                        kind: a digit, the number of the list (FactKind); 32 more where the stamp is
//                                        that of the fact before
//     subject  := `O` size id            what follows is of this subject; what stands before is of the customer whose
//                                        text it is
//     size     := 3 sixes                how many bytes follow
//     stamp    := time who place recorded source id
//     time     := 10 sixes               microseconds from 2^59 before 1970 on
//     who      := number                 author, 8 more for an import
//     place    := number
//     recorded := number                 from the time, zigzag, then a bit: 1 for microseconds, 0 for seconds
//     name     := number [literal]       0 a new one, 1 none, then those of CommonNames, then where it stands already
//     id       := number [literal]       0 a new one, 1 none, then where it stands already
//     secret   := number [literal | 43 digits]
//                                        0 a literal, 1 none, 2 a keyed hash in 43 digits, then where it stands already
//     literal  := number bytes           how many bytes, and their UTF-8
//     number   := digit+                 five bits a digit, the lowest first; 32 more where another follows
//     six      := digit                  six bits, the highest first
//     digit    := one byte               from `0` for 0 to `o` for 63
//
// An event may leave several facts; facts come in the order of events. What is appended to a text changes nothing of
// what stands there but the check, so that a customer's text grows at its end. A fact is read without those before it:
// FactsSheet looks through heads and times once, and a FactList reads a fact when somebody asks for it. Write it with
// FactsWriter; writer and decoder walk a fact's fields by the one list of FactsPassing.
//
// Price: an event of practice is about 85 bytes, its id 36 of them. Of an answer's 100 facts nearly all are orders,
// contacts and complaints of which the last ones matter. Any change here is another text: whoever keeps texts makes them
// anew (a read model raises its version).

package import JSONBytes

/// The lists of ``CustomerFacts``, but for occasions: every event is one, and the log knows it. The order is part of
/// the text.
enum FactKind: Int, CaseIterable {
  case permit, forbid, wish, request, answer, notice, choice, cadence, pause, resumption, point,
    verification, invalidation, country, birthDate, order, dealing, contact, token, signal,
    conflict,
    listing, complaint, assignment, restriction, lift, death, erasure

  static let count = 28
  /// In the place of a kind: a subject follows.
  static let subject: UInt8 = 31
}

/// Digits of the text.
enum FactsDigit {
  static let base: UInt8 = 0x30
  static let count: UInt8 = 64
  /// Another digit follows; of a kind: the stamp is that of the fact before.
  static let more: UInt8 = 32
  /// How many digits a size has, a time, a check.
  static let sizeCount = 3
  static let timeCount = 10
  static let checkCount = 11
  /// What is added to the microseconds of a time.
  static let timeBase: Int64 = 1 << 59

  /// What is added to the difference of two numbers so that small ones of either sign stay small.
  static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

  static func unzigzag(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// The sum over a text behind its check: four lanes, so that no step waits for the one before.
  static func sum(of text: [UInt8]) -> UInt64 {
    let bytes = text.span
    let prime: UInt64 = 0x100_0000_01b3
    var lanes: (UInt64, UInt64, UInt64, UInt64) = (
      0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9
    )
    var place = checkCount
    while place + 4 <= bytes.count {
      lanes.0 = (lanes.0 ^ UInt64(bytes[place])) &* prime
      lanes.1 = (lanes.1 ^ UInt64(bytes[place + 1])) &* prime
      lanes.2 = (lanes.2 ^ UInt64(bytes[place + 2])) &* prime
      lanes.3 = (lanes.3 ^ UInt64(bytes[place + 3])) &* prime
      place += 4
    }
    while place < bytes.count {
      lanes.0 = (lanes.0 ^ UInt64(bytes[place])) &* prime
      place += 1
    }
    var sum = UInt64(bytes.count)
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { sum = (sum ^ lane ^ lane >> 29) &* prime }
    return sum
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
package protocol FactsPassing {
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
