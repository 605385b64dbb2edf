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
    // A purpose that is good for no message at all says so itself.
    return Denial(.occasionUsed, most > 0 ? used.sorted()[most - 1] : purpose.stamp)
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

  func subjectDenial() -> Denial? { ownDenial() ?? mergeDenial() }

  /// Without the question who she is.
  func ownDenial() -> Denial? {
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
    return pointDenial()
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
      return sharedDenial(address)
    }
  }

  private func sharedDenial(_ address: Int) -> Denial? {
    guard purpose.isProfiling,
      let latest = customer.book.adds(of: address, at: instant).last, latest.isShared
    else { return nil }
    return Denial(.contactPointShared, latest.stamp)
  }

  // MARK: Merges that are not verified

  private static let classesOfMerges: [MessageClass] = [.relationship, .marketing, .sharing]

  /// While a merge is not verified, no part's yes undoes another's no, and none may be told more than it would be
  /// alone.
  private func mergeDenial() -> Denial? {
    guard let merge = customer.unverifiedMerges.first,
      Self.classesOfMerges.contains(messageClass)
    else { return nil }
    let isInConflict = isInConflict()
    if !isInConflict {
      let own = decision(withMerges: false).verdict
      guard own > .deny, ofParts.contains(where: { $0.decision().verdict < own }) else {
        return nil
      }
    }
    return Denial(.mergeConflictUnverified, merge)
  }

  /// Whether what the parts say alone disagrees. What another customer said of a shared address is none of it.
  private func isInConflict() -> Bool {
    let alone = customer.parts.map { part in
      Standing(
        asked.scope, registered: purpose.firstRegistered, part.customer, at: instant,
        address: address.map { part.addresses[$0] ?? PreparedStatement.unknownAddress }
          ?? point.index, age: AgeStanding(part.customer, under: rules.policy, at: instant))
    }
    func hasOwnNo(_ standing: Standing, _ customer: CustomerPermission) -> Bool {
      standing.forbids.contains { customer.statements[$0].subject != PreparedStatement.elsewhere }
    }
    let isForbidden = zip(alone, customer.parts).contains { hasOwnNo($0, $1.customer) }
    let isPermitted = alone.contains { if case .permitted = $0.result { true } else { false } }
    // A yes of one part may also lift a no of another in the union alone: that is no better.
    return isForbidden && (isPermitted || !hasOwnNo(standing, customer))
  }

  /// The case that decides where a class knows no conflict: that of a part whose verdict alone is lower. A merge that
  /// is not verified raises nothing.
  var governing: PermissionCase {
    guard !customer.parts.isEmpty, !Self.classesOfMerges.contains(messageClass) else { return self }
    let own = decision().verdict
    let lower = ofParts.map { (one: $0, verdict: $0.decision().verdict) }
      .filter { $0.verdict < own }
    return lower.min { $0.verdict < $1.verdict }?.one ?? self
  }

  // MARK: Messages that promote

  /// What a purpose closes by itself for a message that promotes, gate by gate: an address that others read, an age, a
  /// no to the purpose.
  var closing: (denial: Denial?, gates: [(gate: Gate, denial: Denial?)]) {
    let gates: [(gate: Gate, denial: Denial?)] = [
      (.g1, address.flatMap(sharedDenial)), (.g2, isMet(.g2) ? minorDenial() : nil),
      (.g5, isMet(.g5) ? noDenial() ?? standingNo() : standingNo()),
    ]
    return (gates.lazy.compactMap(\.denial).first, gates)
  }

  private func standingNo() -> Denial? {
    standing.forbids.last.map { Denial(RuleCode(statement($0).kind), event($0)) }
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
