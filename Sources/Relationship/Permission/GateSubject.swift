// G0 to G2: who asks, whether she can be reached at all, and whether she is old enough.

import JSONBytes

extension PermissionCase {
  // MARK: G0 Standing

  /// The occasion that a service message needs: missing, then used up. The rest of G0 is in ``AskedQuestion/refusal``.
  func occasionDenial() -> Denial? {
    guard !purpose.occasions.isEmpty else { return nil }
    guard let occasion else { return Denial(.noOccasion, purpose.stamp) }
    guard let most = purpose.occasionMax else { return nil }
    var used = customer.facts.contacts.filter { isSent($0, for: occasion) }.map(\.stamp)
    for (index, token) in customer.facts.tokens.enumerated()
    where isSent(token, for: occasion) && isLive(token, index, at: instant) {
      used.append(token.stamp)
    }
    guard used.count >= most else { return nil }
    return Denial(.occasionUsed, used.sorted()[most - 1])
  }

  private func isSent(_ contact: ContactFact, for occasion: OccasionFact) -> Bool {
    guard contact.stamp.time <= instant, contact.purpose == purpose.path,
      let id = contact.occasionEventId, occasion.stamp.isCalled(id)
    else { return false }
    return !asked.question.uncounted.contains(contact.stamp.id)
  }

  /// Whether a token can still be redeemed at `moment`.
  func isLive(_ token: ContactFact, _ index: Int, at moment: Timestamp) -> Bool {
    let end = rules.policy.tokenLifetime.after(token.stamp.time)
    return token.stamp.time <= moment && moment <= end
      && customer.tokenUses[index].map { moment < $0 } ?? true
  }

  // MARK: G1 Subject

  func subjectDenial() -> Denial? {
    let facts = customer.facts
    // What she was before cannot be read any more, so that the answer is no for every instant once this is known.
    if let erasure = facts.erasures.last { return Denial(.erased, erasure.stamp) }
    if let address, let erasure = suppression(of: address) {
      return Denial(.suppressed, DecidingEvent(erasure, isElsewhere: true))
    }
    if let death = facts.deaths.last(where: { $0.time <= instant }) {
      return Denial(.deceased, death)
    }
    if messageClass != .mandatory,
      let restriction = customer.restrictions.last(where: { restriction, lifted in
        restriction.time <= instant && lifted.map { instant < $0 } ?? true
      })
    {
      return Denial(.restricted, restriction.stamp)
    }
    return pointDenial() ?? mergeDenial()
  }

  /// The erasure that keeps the address; nil if none does, or if the contact rests on an act of the person after it.
  private func suppression(of address: Int) -> EventStamp? {
    guard
      let erasure = customer.erasures[address].last(where: { $0.time <= instant })
    else { return nil }
    let permits = [standing.permits.last, standing.guardianInForce].compactMap { $0 }
    if permits.contains(where: { statement($0).effect > erasure.time }) { return nil }
    if let occasion, occasion.stamp.time > erasure.time,
      occasion.stamp.author == .customer || occasion.hasEvidence
    {
      return nil
    }
    return erasure
  }

  private func pointDenial() -> Denial? {
    switch point {
    case .none: return nil
    case .unknown: return Denial(.contactPointUnknown, policyStamp)
    case .address(let address):
      if let stamp = customer.book.invalidation(of: address, at: instant) {
        return Denial(.contactPointInvalid, stamp)
      }
      if purpose.isProfiling,
        let latest = customer.book.adds(of: address, at: instant).last, latest.isShared
      {
        return Denial(.contactPointShared, latest.stamp)
      }
      return nil
    }
  }

  /// While a merge is not verified, no subject's yes undoes another's no.
  private func mergeDenial() -> Denial? {
    guard let merge = customer.unverifiedMerges.first,
      [.relationship, .marketing, .sharing].contains(messageClass)
    else { return nil }
    let alone = customer.subjects.indices.map { subject in
      Standing(
        asked.scope, registered: purpose.firstRegistered, customer, at: instant,
        address: point.index, age: age, onlySubject: subject
      ).result
    }
    let isForbidden = alone.contains { if case .forbidden = $0 { true } else { false } }
    let isPermitted = alone.contains { if case .permitted = $0 { true } else { false } }
    // A yes of one subject may also lift a no of another in the union alone: that is no better.
    let isUnionForbidden = if case .forbidden = standing.result { true } else { false }
    guard isForbidden, isPermitted || !isUnionForbidden else { return nil }
    return Denial(.mergeConflictUnverified, merge)
  }

  // MARK: G2 Minor

  func minorDenial() -> Denial? {
    // A guardian who consents says that there is a minor, where no birth date is known.
    let minor = age.minor ?? (age.isUnknown ? lastGuardian : nil)
    if let minor {
      if purpose.isProfiling { return Denial(.minorProfiling, minor) }
      return standing.guardianInForce == nil ? Denial(.minorNoGuardian, minor) : nil
    }
    guard let guardian = standing.guardian, standing.permits.isEmpty else { return nil }
    return Denial(.guardianScopeEnded, statement(guardian).stamp)
  }

  private var lastGuardian: EventStamp? {
    customer.guardians.last { customer.statements[$0].effect <= instant }
      .map { customer.statements[$0].stamp }
  }
}
