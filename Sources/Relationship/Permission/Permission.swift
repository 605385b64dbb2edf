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
    if let marketing = asked.asMarketing {
      var decision = decide(marketing, customer, point)
      guard decision.verdict != .allow else { return decision }
      decision.rule = .promotionInService
      decision.decidingEvent = DecidingEvent(purpose.stamp)
      decision.messageClass = .marketing
      return decision
    }
    return PermissionCase(
      asked, purpose, customer, permission.rules, permission.zones,
      at: permission.rules.instant, contactPoint: point
    ).decision()
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
      && (gate != .g4 || regime.lists.contains { $0.channel.covers(asked.channel) })
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

  func decision() -> Decision {
    for gate in Gate.allCases where isMet(gate) {
      if let denial = denial(at: gate) { return .deny(denial, messageClass) }
    }
    if isMet(.g8), let (obstacle, until) = deferral() {
      return Decision(
        verdict: .defer, until: until, rule: obstacle.rule,
        decidingEvent: DecidingEvent(obstacle.event), messageClass: messageClass)
    }
    return allowance()
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
      decision.carriedBy = Standing.carrier(
        of: statement, to: address, customer.book, instant)
      decision.isHerOwnPermit = statement.kind != .guardian
    }
    return decision
  }
}
