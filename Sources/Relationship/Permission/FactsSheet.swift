// The text of one customer's facts, looked through once: where each fact stands, and when it happened.

import JSONBytes

/// A text whose check is right, and where its facts stand. Facts are read out of it one by one.
final class FactsSheet: Sendable {
  /// One fact.
  struct Entry: Sendable {
    /// Of its stamp, in microseconds.
    var time: Int64
    var stamp: Int32
    /// Where its fields begin; 0: behind the stamp.
    var fields: Int32
    /// The number of the subject, and of the kind.
    var part: Int32
  }

  let bytes: [UInt8]
  /// The customer first.
  let subjects: [String]
  /// By subject and kind; within a part as they stand in the text.
  let entries: [Entry]
  /// Where each part begins, and the end.
  private let starts: [Int32]
  private static let partsOfOne = 32

  /// Nil where the text is damaged.
  init?(_ bytes: [UInt8], of customer: String) {
    self.bytes = bytes
    var subjects = [customer]
    guard let found = Self.found(in: bytes, &subjects) else { return nil }
    self.subjects = subjects
    // Counted, then put in their places.
    var starts = [Int32](repeating: 0, count: subjects.count * Self.partsOfOne + 1)
    for entry in found { starts[Int(entry.part) + 1] += 1 }
    for part in 1..<starts.count { starts[part] += starts[part - 1] }
    self.starts = starts
    var next = starts
    var entries = found
    for entry in found {
      entries[Int(next[Int(entry.part)])] = entry
      next[Int(entry.part)] += 1
    }
    self.entries = entries
  }

  /// The facts in the order in which they stand.
  private static func found(in bytes: [UInt8], _ subjects: inout [String]) -> [Entry]? {
    var entries: [Entry] = []
    if bytes.isEmpty { return entries }
    var cursor = FactsDecoder(bytes, at: 0)
    let check = cursor.sixes(FactsDigit.checkCount)
    guard !cursor.isDamaged, check == FactsDigit.sum(of: bytes), bytes.count < Int32.max else {
      return nil
    }
    entries.reserveCapacity(bytes.count / 64 + 1)
    var subject: Int32 = 0
    var stamp: Int32 = 0
    var time: Int64 = 0
    while cursor.place < bytes.count {
      let head = UInt8(cursor.sixes(1))
      let size = Int(cursor.sixes(FactsDigit.sizeCount))
      let start = cursor.place
      guard !cursor.isDamaged, size <= bytes.count - start else { return nil }
      let kind = head & ~FactsDigit.more
      if head == FactKind.subject {
        var name = ""
        cursor.id(&name)
        let known = subjects.firstIndex { $0.utf8.elementsEqual(name.utf8) }
        if known == nil { subjects.append(name) }
        subject = Int32(known ?? subjects.count - 1)
      } else if kind < FactKind.count {
        let isAgain = head & FactsDigit.more != 0
        if !isAgain {
          stamp = Int32(start)
          time = cursor.microseconds()
        }
        guard stamp > 0 else { return nil }
        entries.append(
          Entry(
            time: time, stamp: stamp, fields: isAgain ? Int32(start) : 0,
            part: subject * Int32(partsOfOne) + Int32(kind)))
      } else {
        return nil
      }
      guard !cursor.isDamaged else { return nil }
      cursor.place = start + size
    }
    return entries
  }

  // MARK: Facts

  /// The stamp of a fact. Some 100 nanoseconds, most of them for its id.
  func stamp(of entry: Int) -> EventStamp {
    var decoder = FactsDecoder(bytes, at: Int(entries[entry].stamp))
    return decoder.stamp()
  }

  /// A fact of the entry's kind.
  func fact<Fact: PassedFact>(_ entry: Int) -> Fact {
    let place = entries[entry]
    var decoder = FactsDecoder(bytes, at: Int(place.stamp))
    var fact = Fact(blank: decoder.stamp())
    if place.fields > 0 { decoder.place = Int(place.fields) }
    fact.pass(&decoder)
    return fact
  }

  /// A fact without its stamp: some 50 nanoseconds.
  func fields<Fact: PassedFact>(_ entry: Int) -> Fact {
    let place = entries[entry]
    var decoder = FactsDecoder(bytes, at: Int(place.stamp))
    decoder.passStamp()
    if place.fields > 0 { decoder.place = Int(place.fields) }
    var fact = Fact(blank: Self.noStamp)
    fact.pass(&decoder)
    return fact
  }

  private static let noStamp = EventStamp(
    "", source: "", place: 0, time: .first, recorded: .first, author: .unknown)

  private func list<Fact: PassedFact>(_ subject: Int, _ kind: FactKind) -> FactList<Fact> {
    let part = subject * Self.partsOfOne + kind.rawValue
    return FactList(self, starts[part]..<starts[part + 1])
  }

  /// Of each subject.
  var facts: [CustomerFacts] { subjects.indices.map { facts(of: $0) } }

  private func facts(of subject: Int) -> CustomerFacts {
    var facts = CustomerFacts(subjects[subject])
    facts.permits = list(subject, .permit)
    facts.forbids = list(subject, .forbid)
    facts.points = list(subject, .point)
    // What every answer looks at more than once.
    facts.permits.readAll()
    facts.forbids.readAll()
    facts.points.readAll()
    facts.wishes = list(subject, .wish)
    facts.requests = list(subject, .request)
    facts.answers = list(subject, .answer)
    facts.notices = list(subject, .notice)
    facts.choices = list(subject, .choice)
    facts.cadences = list(subject, .cadence)
    facts.pauses = list(subject, .pause)
    facts.resumptions = list(subject, .resumption)
    facts.verifications = list(subject, .verification)
    facts.invalidations = list(subject, .invalidation)
    facts.countries = list(subject, .country)
    facts.birthDates = list(subject, .birthDate)
    facts.orders = list(subject, .order)
    facts.dealings = list(subject, .dealing)
    facts.contacts = list(subject, .contact)
    facts.tokens = list(subject, .token)
    facts.signals = list(subject, .signal)
    facts.conflicts = list(subject, .conflict)
    facts.listings = list(subject, .listing)
    facts.complaints = list(subject, .complaint)
    facts.assignments = list(subject, .assignment)
    facts.restrictions = list(subject, .restriction)
    facts.lifts = list(subject, .lift)
    facts.deaths = list(subject, .death)
    facts.erasures = list(subject, .erasure)
    return facts
  }
}

extension FactsSheet {
  /// Reads every fact in the order in which they stand, and notes the words that stand here; the last stamp, and whose
  /// it is. Nil where there is no fact.
  func meetWords(_ words: FactsWords) -> (stamp: EventStamp, subject: String)? {
    var last: (stamp: EventStamp, subject: String)?
    var subject = subjects[0]
    var decoder = FactsDecoder(bytes, at: FactsDigit.checkCount, meeting: words)
    while decoder.place < bytes.count {
      let head = UInt8(decoder.sixes(1))
      let size = Int(decoder.sixes(FactsDigit.sizeCount))
      let end = decoder.place + size
      if head == FactKind.subject {
        decoder.id(&subject)
      } else if let kind = FactKind(rawValue: Int(head & ~FactsDigit.more)) {
        let known = head & FactsDigit.more != 0 ? last?.stamp : nil
        let stamp = known ?? decoder.stamp()
        last = (stamp, subject)
        decoder.skim(kind, stamp)
      }
      precondition(decoder.place == end, "a text whose check is right is read as it was written")
    }
    return last
  }
}

extension FactsDecoder {
  /// Reads a fact of a kind for its words alone.
  fileprivate mutating func skim(_ kind: FactKind, _ stamp: EventStamp) {
    switch kind {
    case .permit: skim(Permit(blank: stamp))
    case .forbid: skim(Forbid(blank: stamp))
    case .wish: skim(TopicWish(blank: stamp))
    case .request: skim(ConsentRequest(blank: stamp))
    case .answer, .resumption, .lift: skim(EventLink(blank: stamp))
    case .notice, .restriction, .death: skim(stamp)
    case .choice: skim(ChannelChoice(blank: stamp))
    case .cadence: skim(Cadence(blank: stamp))
    case .pause: skim(Pause(blank: stamp))
    case .point: skim(PointAdded(blank: stamp))
    case .verification, .invalidation: skim(PointChange(blank: stamp))
    case .country, .birthDate: skim(ProfileValue(blank: stamp))
    case .order: skim(OrderFact(blank: stamp))
    case .dealing: skim(Dealing(blank: stamp))
    case .contact, .token: skim(ContactFact(blank: stamp))
    case .signal: skim(PrivacySignal(blank: stamp))
    case .conflict: skim(SignalConflict(blank: stamp))
    case .listing: skim(Listing(blank: stamp))
    case .complaint: skim(ComplaintFact(blank: stamp))
    case .assignment: skim(Assignment(blank: stamp))
    case .erasure: skim(Erasure(blank: stamp))
    }
  }

  private mutating func skim(_ blank: some PassedFact) {
    var fact = blank
    fact.pass(&self)
  }
}

extension CustomerFacts {
  /// The same facts, all of them read.
  var whole: CustomerFacts {
    var facts = CustomerFacts(subject)
    facts.append(self)
    return facts
  }
}
