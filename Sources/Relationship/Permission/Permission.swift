// May we? One pure function answers it: gates in their order, the first no is the answer.

import JSONBytes

/// Questions under one set of rules: one instant, one state of knowledge.
///
/// The same question, the same instant and the same events give the same answer. Nothing is read here but the arguments.
package struct Permission: Sendable {
  package let rules: PermissionRules
  package let zones: ZoneTable

  /// `zones` holds the zones that customers and the policy may name; one that is missing is never open for a call.
  package init(under rules: PermissionRules, zones: ZoneTable) {
    self.rules = rules
    self.zones = zones
  }

  /// Decides about one customer. Costs some microseconds; see ``PermissionInquiry`` for many.
  package func decide(
    _ question: PermissionQuestion, of customer: CustomerPermission
  ) -> Decision {
    PermissionInquiry(question, under: self).decide(customer, contactPoint: question.contactPoint)
  }
}

/// One question, made once and asked of many customers.
package struct PermissionInquiry: Sendable {
  let permission: Permission
  let asked: AskedQuestion

  /// Prepares a question.
  package init(_ question: PermissionQuestion, under permission: Permission) {
    self.permission = permission
    asked = AskedQuestion(question, under: permission.rules)
  }

  /// Whether a message by this channel goes to an address: without one it is denied.
  package var needsAddress: Bool { asked.hasAddress }

  /// Decides about a customer and one of her contact points; `none` for a channel without addresses. What the question
  /// says of customer and contact point is not looked at.
  package func decide(_ customer: CustomerPermission, contactPoint: String) -> Decision {
    decide(asked, customer, contactPoint)
  }

  /// Decides about several contact points, of which there is one at least: the best verdict, and of equal ones the first.
  package func best(
    _ customer: CustomerPermission, contactPoints: [String]
  ) -> (contactPoint: String, decision: Decision) {
    var best = (
      contactPoint: contactPoints[0], decision: decide(customer, contactPoint: contactPoints[0])
    )
    for point in contactPoints.dropFirst() where best.decision.verdict != .allow {
      let decision = decide(customer, contactPoint: point)
      if decision.verdict > best.decision.verdict { best = (point, decision) }
    }
    return best
  }

  private func decide(
    _ asked: AskedQuestion, _ customer: CustomerPermission, _ point: String
  ) -> Decision {
    guard let purpose = asked.registered, asked.refusal == nil else {
      guard let refusal = asked.refusal else { preconditionFailure("no purpose is a refusal") }
      return .deny(refusal, asked.messageClass)
    }
    guard let marketing = asked.asMarketing else {
      return sight(asked, purpose, customer, point).decision()
    }
    var decision = decide(marketing, customer, point)
    if decision.verdict != .deny, let denial = closing(asked, purpose, customer, point) {
      return .deny(denial, .marketing)
    }
    guard decision.verdict != .allow else { return decision }
    decision.rule = .promotionInService
    decision.decidingEvent = DecidingEvent(purpose.stamp)
    decision.messageClass = .marketing
    return decision
  }

  /// For each address that the contact point may be, one.
  private func cases(
    _ asked: AskedQuestion, _ purpose: Purpose, _ customer: CustomerPermission, _ point: String
  ) -> [PermissionCase] {
    let instant = permission.rules.instant
    return PermissionCase.points(named: point, asked, customer.book, instant).map {
      PermissionCase(
        asked, purpose, customer, permission.rules, permission.zones, at: instant, point: $0)
    }
  }

  /// The case that is decided. Of several addresses that the contact point may be, the one with the lowest verdict.
  func sight(
    _ asked: AskedQuestion, _ purpose: Purpose, _ customer: CustomerPermission, _ point: String
  ) -> PermissionCase {
    let cases = cases(asked, purpose, customer, point)
    if cases.count == 1 { return cases[0].governing }
    let all = cases.map(\.governing)
    let verdicts = all.map { $0.decision().verdict }
    let lowest = all.indices.min { verdicts[$0] < verdicts[$1] } ?? 0
    return all[lowest]
  }

  /// What the purpose of a message that promotes closes by itself, whatever is said of advertising.
  func closing(
    _ asked: AskedQuestion, _ purpose: Purpose, _ customer: CustomerPermission, _ point: String
  ) -> Denial? {
    for one in cases(asked, purpose, customer, point) {
      if let denial = one.closing.denial { return denial }
      if let merge = customer.unverifiedMerges.first,
        one.ofParts.contains(where: { $0.closing.denial != nil })
      {
        return Denial(.mergeConflictUnverified, merge)
      }
    }
    return nil
  }
}

/// The gates, in the order in which they are met.
enum Gate: String, CaseIterable {
  case g0 = "G0"
  case g1 = "G1"
  case g2 = "G2"
  case g3 = "G3"
  case g4 = "G4"
  case g5 = "G5"
  case g6 = "G6"
  case g7 = "G7"
  case g9 = "G9"
  case g8 = "G8"

  /// Whether a message of this class meets the gate.
  func isMet(by messageClass: MessageClass, profiling: Bool) -> Bool {
    switch (self, messageClass) {
    case (.g0, _), (.g1, _): true
    case (.g2, _): profiling || ![.mandatory, .transactional].contains(messageClass)
    case (.g3, _), (.g4, _): messageClass == .marketing
    case (.g5, _): messageClass != .mandatory
    case (.g6, _): ![.mandatory, .transactional].contains(messageClass)
    case (.g7, _): messageClass == .sharing
    case (.g8, _): ![.mandatory, .sharing].contains(messageClass)
    case (.g9, _): messageClass.isCounted
    }
  }
}

extension PermissionCase {
  /// A gate of lists is met only where a list of the law names the channel.
  func isMet(_ gate: Gate) -> Bool {
    gate.isMet(by: messageClass, profiling: purpose.isProfiling)
      && (gate != .g4 || regime.lists.contains(where: isAbout))
  }

  /// The first no; nil where there is none, or where G6 says what the contact rests on.
  func denial(at gate: Gate) -> Denial? {
    switch gate {
    case .g0: return occasionDenial()
    case .g1: return subjectDenial()
    case .g2: return minorDenial()
    case .g3: return objectionDenial()
    case .g4: return listStanding().denial
    case .g5: return noDenial()
    case .g6:
      if case .failure(let none) = basis() { return none.denial }
      return nil
    case .g7: return signalDenial()
    case .g9: return holdoutDenial()
    case .g8: return nil
    }
  }

  /// `withMerges`: whether it is asked too what each part of her would answer alone.
  func decision(withMerges: Bool = true) -> Decision {
    for gate in Gate.allCases where isMet(gate) {
      let denial = gate == .g1 && !withMerges ? ownDenial() : denial(at: gate)
      if let denial { return .deny(denial, messageClass) }
    }
    return decisionWithoutDenial(isMet(.g8) ? obstacle() : nil)
  }

  /// What no gate denies: later, or yes.
  func decisionWithoutDenial(_ obstacle: Obstacle?) -> Decision {
    guard let obstacle else { return allowance() }
    return Decision(
      verdict: .defer, until: firstClear().map { .instant($0) } ?? .open, rule: obstacle.rule,
      decidingEvent: DecidingEvent(obstacle.event), messageClass: messageClass)
  }

  /// What an allow rests on.
  private func allowance() -> Decision {
    switch messageClass {
    case .transactional:
      let event = occasion?.stamp ?? purpose.stamp
      return allow(.transactional, DecidingEvent(event), permit: nil)
    case .mandatory:
      guard let forbid = standing.forbids.last else {
        return allow(.mandatory, DecidingEvent(purpose.stamp), permit: nil)
      }
      var decision = allow(.mandatoryOverride, event(forbid), permit: nil)
      decision.basis = purpose.stamp
      return decision
    case .relationship, .marketing, .sharing, .internal:
      if isMet(.g4), let override = listStanding().override {
        return allow(override.rule, override.event, permit: override.permit)
      }
      guard case .success(let basis) = basis() else {
        preconditionFailure("a contact without a basis was denied at G6")
      }
      return allow(basis.rule, basis.event, permit: basis.permit)
    }
  }

  private func allow(_ rule: RuleCode, _ event: DecidingEvent, permit: Int?) -> Decision {
    var decision = Decision(
      verdict: .allow, rule: rule, decidingEvent: event, messageClass: messageClass,
      basis: event.stamp)
    if let permit {
      let statement = statement(permit)
      if let address, statement.address >= 0, statement.address != address {
        let reach = customer.book.reach(of: address, at: instant)
        decision.carriedBy = reach?.permits[statement.address]?.via
      }
      decision.isHerOwnPermit = statement.kind != .guardian
    }
    return decision
  }
}
