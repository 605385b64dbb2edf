// G6: what permits the contact, and which sentence says best that nothing does.

import JSONBytes

extension PermissionCase {
  /// What a contact rests on.
  struct Basis {
    var rule: RuleCode
    var event: DecidingEvent
    /// The permit, where it is one.
    var permit: Int?
  }

  /// The basis, or the no.
  func basis() -> Result<Basis, NoBasis> {
    let needs = regime.basis(of: asked.channel)
    if case .permitted(let index) = standing.result,
      needs != .signedConsent || statement(index).isSigned
    {
      let rule: RuleCode = statement(index).kind == .guardian ? .guardian : .consent
      return .success(Basis(rule: rule, event: event(index), permit: index))
    }
    guard let basis = basisWithoutPermit(needs) else {
      return .failure(NoBasis(denial: missingBasis(needs)))
    }
    if let address, let stamp = customer.book.importOnly(address, at: instant) {
      return .failure(NoBasis(denial: Denial(.importedAddress, stamp)))
    }
    return .success(basis)
  }

  struct NoBasis: Error { var denial: Denial }

  private func basisWithoutPermit(_ needs: PermissionPolicy.Basis) -> Basis? {
    if needs == .optOut {
      return Basis(rule: .optOutRegime, event: DecidingEvent(policyStamp), permit: nil)
    }
    if needs == .optIn, let order = softOptIn(where: isSimilar) {
      return Basis(rule: .softOptIn, event: DecidingEvent(order), permit: nil)
    }
    guard messageClass == .relationship, let dealing = relationship() else { return nil }
    return Basis(rule: .relationship, event: DecidingEvent(dealing), permit: nil)
  }

  /// The latest order with a soft opt-in at this address, where the law knows one for the channel.
  private func softOptIn(where fits: (OrderFact) -> Bool) -> EventStamp? {
    guard let address, regime.softOptIn.contains(where: { $0.covers(asked.channel) }) else {
      return nil
    }
    let orders = customer.facts.orders
    return customer.softOptIns.last { found in
      guard found.address == address, orders.moment(at: found.index) <= instant else {
        return false
      }
      let order = orders[found.index]
      return order.counts && fits(order)
    }.map { orders.stamp(at: $0.index) }
  }

  private func isSimilar(_ order: OrderFact) -> Bool {
    order.topics.contains { topic in
      TopicPath.covers(topic, asked.topic.text)
        || rules.policy.areSimilar(topic, asked.topic.text)
    }
  }

  /// The latest order or contract that makes a customer of her.
  private func relationship() -> EventStamp? {
    let window = rules.policy.relationshipWindow
    let order = lastOrder(within: window)
    let contract = customer.facts.dealings.last {
      $0.kind == .contract && $0.counts && isWithin(window, $0.stamp)
    }?.stamp
    return [order, contract].compactMap { $0 }.max()
  }

  /// Why nothing permits: the first that fits.
  private func missingBasis(_ needs: PermissionPolicy.Basis) -> Denial {
    if let request = openRequest() { return Denial(.pending, request) }
    if let expired = standing.expired { return Denial(.expired, event(expired)) }
    if needs == .signedConsent {
      guard case .permitted(let index) = standing.result else {
        return Denial(.signedConsentNeeded, policyStamp)
      }
      return Denial(.signedConsentNeeded, event(index))
    }
    if needs == .optIn, softOptIn(where: { _ in true }) != nil {
      return Denial(.notSimilar, policyStamp)
    }
    if hasOtherPermit { return Denial(.notCovered, policyStamp) }
    return Denial(messageClass == .relationship ? .noRelationship : .noBasis, policyStamp)
  }

  /// The latest request that covers the question, is not answered and has not expired.
  private func openRequest() -> EventStamp? {
    customer.requests.last { one in
      one.request.stamp.time <= instant && instant < one.request.expiresAt
        && one.answered.map { instant < $0 } ?? true && covers(one.request.scope)
        && (one.address == point.index || one.address == PreparedStatement.anyAddress)
    }?.request.stamp
  }

  /// Whether she said yes to something else.
  private var hasOtherPermit: Bool {
    customer.statements.contains { statement in
      guard statement.kind.isPermit, statement.effect <= instant,
        statement.end.map({ instant < $0 }) ?? true
      else { return false }
      return statement.kind == .guardian
        ? age.minor != nil || age.isUnknown : statement.effect >= age.permitsCountFrom
    }
  }
}
