// A yes is expensive: what a permit must bring to count.

package import JSONBytes

/// Why a permit does not count.
package enum PermitDefect: String, Hashable, Sendable, CaseIterable {
  case noEvidence = "permit.noEvidence"
  case fromImport = "permit.fromImport"
  case noNotice = "permit.noNotice"
  case incompleteRecord = "permit.incompleteRecord"
  case purposeStar = "permit.purposeStar"
  case underAge = "permit.underAge"

  /// What is wrong and how to mend it.
  package var sentence: String {
    switch self {
    case .noEvidence:
      "only the customer herself can say yes, or staff with `evidence` of her act: a recording, "
        + "a scan, a signed form"
    case .fromImport:
      "an import cannot say yes for a customer; each consent needs its own evidence, and a member "
        + "of staff who answers for it"
    case .noNotice:
      "`noticeEventId` must name a notice.presented of the same customer that is not later than "
        + "the consent"
    case .incompleteRecord:
      "the consent record is not complete, or the request that is confirmed is not there, has "
        + "another scope, or has expired"
    case .purposeStar: "a consent names one purpose, never `*`"
    case .underAge: "she was under age by a birth date that is known; her guardian may consent"
    }
  }
}

/// What permits of one subject refer to, found by name: notices that were shown, and requests for a consent.
package struct PermitPapers: Sendable {
  private let notices: [EventStamp]
  private let requests: [ConsentRequest]
  private let known: KnownAt
  /// Where there are many: by the id of a notice, when it was first shown; requests by their ids.
  private var firstShown: [ByteText: Timestamp]?
  private var requestsNamed: [ByteText: [ConsentRequest]] = [:]

  /// The papers of a subject, as far as they are known. Costs a look at each where there are many.
  package init(_ facts: CustomerFacts, knownAt known: KnownAt = .end) {
    notices = Array(facts.notices)
    requests = Array(facts.requests)
    self.known = known
    guard notices.count + requests.count > Self.fewMax else { return }
    var shown: [ByteText: Timestamp] = [:]
    for notice in notices where known.includes(notice) {
      shown[ByteText(notice.id)] = min(shown[ByteText(notice.id)] ?? notice.time, notice.time)
    }
    for request in requests where known.includes(request.stamp) {
      requestsNamed[ByteText(request.stamp.id), default: []].append(request)
    }
    firstShown = shown
  }

  /// Of one permit only: nothing is put in order.
  fileprivate init(once facts: CustomerFacts, knownAt known: KnownAt) {
    notices = Array(facts.notices)
    requests = Array(facts.requests)
    self.known = known
  }

  /// So many are looked through faster than they are put in order.
  private static let fewMax = 16

  private func isShown(_ notice: String, by instant: Timestamp) -> Bool {
    if let firstShown { return firstShown[ByteText(notice)].map { $0 <= instant } ?? false }
    return notices.contains {
      known.includes($0) && $0.isCalled(notice) && $0.time <= instant
    }
  }

  private func requests(named id: String) -> [ConsentRequest] {
    if firstShown != nil { return requestsNamed[ByteText(id)] ?? [] }
    return requests.filter { known.includes($0.stamp) && $0.stamp.isCalled(id) }
  }

  /// Why a permit of the subject never counts, whatever the age of the customer; nil if it may.
  package func defect(of permit: Permit) -> PermitDefect? {
    let stamp = permit.stamp
    if stamp.isImport { return .fromImport }
    let isHers =
      stamp.author == .customer
      || stamp.author == .staff && permit.hasEvidence && permit.kind != .confirmed
    guard isHers else { return .noEvidence }
    if permit.scope.purpose.isEverything { return .purposeStar }
    guard permit.isComplete else { return .incompleteRecord }
    var notice = permit.noticeEventId
    if permit.kind == .confirmed {
      guard let request = request(of: permit) else { return .incompleteRecord }
      notice = request.noticeEventId
    }
    return isShown(notice ?? "", by: stamp.time) ? nil : .noNotice
  }

  /// The request that a confirmation answers: of the same scope, before it, complete, not imported, and not expired
  /// when the confirmation takes effect.
  private func request(of permit: Permit) -> ConsentRequest? {
    guard let id = permit.requestEventId else { return nil }
    return requests(named: id).filter {
      !$0.stamp.isImport && $0.isComplete && $0.scope == permit.scope
        && $0.stamp.time <= permit.stamp.time && permit.stamp.momentOfYes <= $0.expiresAt
    }.min { $0.stamp < $1.stamp }
  }

  /// From when on a permit permits and lifts nothing any more; nil: it does not end by itself.
  package func end(of permit: Permit) -> Timestamp? {
    let validity = permit.validity ?? request(of: permit)?.validity
    let ends = [validity.map { $0.after(permit.stamp.momentOfYes) }, permit.until].compactMap { $0 }
    return ends.min()
  }
}

/// Whether permits count. The door asks it before a permit is appended, and every answer asks it again.
package enum PermitRule {
  /// Why a permit never counts, whatever the age of the customer; nil if it may. `facts` are those of its own subject,
  /// as far as they are known. Costs a search among notices and requests: for many permits ask ``PermitPapers``.
  package static func defect(
    of permit: Permit, in facts: CustomerFacts, knownAt known: KnownAt = .end
  ) -> PermitDefect? {
    PermitPapers(once: facts, knownAt: known).defect(of: permit)
  }

  /// From when on it permits nothing any more, by what its own subject said; nil: it does not end by itself. Costs as
  /// ``defect(of:in:knownAt:)``.
  package static func end(of permit: Permit, in facts: CustomerFacts) -> Timestamp? {
    PermitPapers(once: facts, knownAt: .end).end(of: permit)
  }

  /// From when on somebody born on a day is of age. Who was born on 29 February is so on 1 March.
  package static func birthday(_ age: Int, of birthDate: CivilDate) -> Timestamp {
    let year = birthDate.year + age
    // Dates may be as wrong as they like.
    if year > Timestamp.last.date.year { return .last }
    let day =
      CivilDate(year: year, month: birthDate.month, day: birthDate.day)
      ?? CivilDate(year: year, month: 3, day: 1)
    guard let day else { preconditionFailure("1 March is in every year") }
    return Timestamp(day)
  }
}
