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

/// Whether permits count. The door asks it before a permit is appended, and every answer asks it again.
package enum PermitRule {
  /// Why a permit never counts, whatever the age of the customer; nil if it may. `facts` are those of its own subject, as
  /// far as they are known. Costs a search among notices and requests.
  package static func defect(
    of permit: Permit, in facts: CustomerFacts, knownAt known: KnownAt = .end
  ) -> PermitDefect? {
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
      guard let request = request(of: permit, in: facts, known) else { return .incompleteRecord }
      notice = request.noticeEventId
    }
    let isShown = facts.notices.contains {
      known.includes($0) && $0.isCalled(notice ?? "") && $0.time <= stamp.time
    }
    return isShown ? nil : .noNotice
  }

  /// The request that a confirmation answers: of the same scope, before it, complete, not expired, not imported.
  static func request(
    of permit: Permit, in facts: CustomerFacts, _ known: KnownAt
  ) -> ConsentRequest? {
    facts.requests.first {
      known.includes($0.stamp) && $0.stamp.isCalled(permit.requestEventId ?? "")
        && !$0.stamp.isImport && $0.isComplete && $0.scope == permit.scope
        && $0.stamp.time <= permit.stamp.time && permit.stamp.time <= $0.expiresAt
    }
  }

  /// From when on a permit permits and lifts nothing any more; nil: it does not end by itself.
  static func end(of permit: Permit, request: ConsentRequest?) -> Timestamp? {
    let validity = permit.validity ?? request?.validity
    let ends = [validity.map { $0.after(permit.stamp.momentOfYes) }, permit.until].compactMap { $0 }
    return ends.min()
  }

  /// From when on it permits nothing any more, by what its own subject said; nil: it does not end by itself.
  package static func end(of permit: Permit, in facts: CustomerFacts) -> Timestamp? {
    end(of: permit, request: request(of: permit, in: facts, .end))
  }

  /// From when on somebody born on a day is of age. Who was born on 29 February is so on 1 March.
  package static func birthday(_ age: Int, of birthDate: CivilDate) -> Timestamp {
    let year = birthDate.year + age
    let day =
      CivilDate(year: year, month: birthDate.month, day: birthDate.day)
      ?? CivilDate(year: year, month: 3, day: 1)
    guard let day else { preconditionFailure("1 March is in every year") }
    return Timestamp(day)
  }
}
