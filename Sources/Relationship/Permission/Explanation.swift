// The whole answer around a decision: trace, duties, caps, other channels, words. Made on demand.

import JSONBytes

extension Permission {
  /// Decides and explains. Costs a decision, a look at the gates behind it, and a decision for each other channel by
  /// which she might be reached.
  package func answer(
    _ question: PermissionQuestion, of customer: CustomerPermission
  ) -> PermissionAnswer {
    PermissionInquiry(question, under: self)
      .answer(customer, contactPoints: [question.contactPoint]).answer
  }
}

extension PermissionInquiry {
  /// The best answer over several contact points, of which there is one at least; of equal ones the first. What the
  /// question says of customer and contact point is not looked at.
  package func answer(
    _ customer: CustomerPermission, contactPoints points: [String]
  ) -> (contactPoint: String, answer: PermissionAnswer) {
    guard let purpose = asked.registered, asked.refusal == nil, asked.asMarketing == nil else {
      let (point, decision) = best(customer, contactPoints: points)
      let governing = asked.asMarketing ?? asked
      let purpose = governing.refusal == nil ? governing.registered : nil
      let sight = purpose.map { self.sight(governing, $0, customer, point) }
      return (point, explained(decision, customer, sight, trace(asked, customer, point)))
    }
    var found = (point: points[0], sight: sight(asked, purpose, customer, points[0]))
    if points.count > 1 {
      var best = found.sight.decision().verdict
      for point in points.dropFirst() where best != .allow {
        let sight = sight(asked, purpose, customer, point)
        let verdict = sight.decision().verdict
        if verdict > best { (found, best) = ((point, sight), verdict) }
      }
    }
    let gates = GateFindings(found.sight)
    let answer = explained(gates.decision(), customer, found.sight, gates.trace)
    return (found.point, answer)
  }

  private func explained(
    _ decision: Decision, _ customer: CustomerPermission, _ sight: PermissionCase?,
    _ trace: [GateTrace]
  ) -> PermissionAnswer {
    let (rules, question) = (permission.rules, asked.question)
    let root = Channel.root(of: question.channel)
    var duties: [SendingDuty] = []
    if decision.verdict != .deny, decision.messageClass == .marketing {
      if root == "email" { duties = [.oneClick] }
      if root == "sms" { duties = [.stopKeyword] }
    }
    let sentence = CustomerSentence(rules, question, choice: sight?.choiceInForce)
    return PermissionAnswer(
      decision: decision, policyVersion: rules.policy.version,
      insteadTry: decision.verdict == .deny ? insteadTry(of: customer, decision, sight) : [],
      duties: duties, customerCap: sight?.customerCapUse(), companyCap: sight?.companyCapUse(),
      asOf: (rules.instant, customer.known, customer.readUpTo),
      saidBy: SaidBy.text(decision.decidingEvent), customerText: sentence.text(decision.rule),
      trace: trace)
  }

  // MARK: Other channels

  /// The other channels that she has a usable contact point for and on which the same question is answered allow; for
  /// marketing and relationship only by her own permit or her choice: a no on one channel is no invitation to another.
  private func insteadTry(
    of customer: CustomerPermission, _ denied: Decision, _ sight: PermissionCase?
  ) -> [String] {
    guard denied.messageClass != .sharing, let sight else { return [] }
    let (rules, question) = (permission.rules, asked.question)
    let only = sight.choiceInForce
    let preferred = only ?? sight.choice { _ in true }
    var found: [(channel: String, place: (Int, Int))] = []
    var asked: Set<[String]> = []
    for (index, point) in customer.book.points.enumerated() {
      for channel in point.channels.map(\.text)
      where Channel.hasAddress(channel) && !TopicPath.areRelated(channel, question.channel)
        && !found.contains(where: { $0.channel == channel })
        && asked.insert([channel, "\(customer.book.addressOfPoint[index])"]).inserted
      {
        let path = AskedPath(channel)
        let isChosen = only?.channels.contains { $0.covers(path) } ?? false
        let needsPermit = sight.messageClass.isCounted && !isChosen
        // Most channels she never said yes to.
        if needsPermit, !sight.hasOwnPermit(on: path) { continue }
        var other = question
        other.channel = channel
        other.contactPoint = point.id
        let decision = permission.decide(other, of: customer)
        guard decision.verdict == .allow, !needsPermit || decision.isHerOwnPermit else { continue }
        let choice = preferred?.channels.firstIndex { $0.covers(path) }
        let order = rules.policy.channelOrder.firstIndex { TopicPath.covers($0, channel) }
        found.append((channel, (choice ?? .max, order ?? .max)))
      }
    }
    return found.sorted { one, other in
      one.place == other.place ? one.channel < other.channel : one.place < other.place
    }.map(\.channel)
  }

  // MARK: Trace

  private func trace(
    _ asked: AskedQuestion, _ customer: CustomerPermission, _ point: String
  ) -> [GateTrace] {
    let rules = permission.rules
    guard let purpose = asked.registered, asked.refusal == nil else {
      // Without purpose and grant no other gate can be met.
      return Gate.allCases.map { gate in
        let denial = gate == .g0 ? asked.refusal : nil
        return GateTrace(
          gate: gate.rawValue, result: denial == nil ? .skip : .deny,
          event: denial?.event.stamp ?? rules.policyStamp)
      }
    }
    let sight = sight(asked, purpose, customer, point)
    if let marketing = asked.asMarketing {
      let inner = trace(marketing, customer, point).map { step in
        GateTrace(gate: "marketing \(step.gate)", result: step.result, event: step.event)
      }
      // What the purpose first asked closes by itself.
      let conflict = closing(asked, purpose, customer, point).flatMap {
        $0.rule == .mergeConflictUnverified ? $0 : nil
      }
      let outer = sight.closing.gates.map { gate, denial in
        let denial = gate == .g1 ? denial ?? conflict : denial
        return GateTrace(
          gate: gate.rawValue, result: denial == nil ? .pass : .deny,
          event: denial?.event.stamp ?? rules.policyStamp)
      }
      return [GateTrace(gate: "G0", result: .pass, event: asked.grant ?? rules.policyStamp)] + outer
        + inner
    }
    return GateFindings(sight).trace
  }
}

/// What every gate says of one case, each asked once.
private struct GateFindings {
  let sight: PermissionCase
  /// In the order of the gates; nil for one that is not met.
  private var denials: [Denial?] = []
  private var met: [Bool] = []
  private let obstacle: Obstacle?

  init(_ sight: PermissionCase) {
    self.sight = sight
    obstacle = sight.isMet(.g8) ? sight.obstacle() : nil
    for gate in Gate.allCases {
      met.append(sight.isMet(gate))
      denials.append(met[met.count - 1] ? sight.denial(at: gate) : nil)
    }
  }

  /// As ``PermissionCase/decision(withMerges:)``.
  func decision() -> Decision {
    for denial in denials {
      if let denial { return .deny(denial, sight.messageClass) }
    }
    return sight.decisionWithoutDenial(obstacle)
  }

  var trace: [GateTrace] {
    zip(Gate.allCases, zip(met, denials)).map { gate, found in
      let (isMet, denial) = found
      guard isMet else {
        return GateTrace(gate: gate.rawValue, result: .skip, event: sight.policyStamp)
      }
      if let denial {
        return GateTrace(gate: gate.rawValue, result: .deny, event: denial.event.stamp)
      }
      if gate == .g8, let obstacle {
        return GateTrace(gate: gate.rawValue, result: .defer, event: obstacle.event)
      }
      return GateTrace(gate: gate.rawValue, result: .pass, event: sight.passing(gate))
    }
  }
}

extension PermissionCase {
  /// The event by which a gate was passed; the policy where nobody said anything.
  fileprivate func passing(_ gate: Gate) -> EventStamp {
    let word: EventStamp? =
      switch gate {
      case .g0: occasion?.stamp ?? asked.grant
      case .g1: address.flatMap { customer.book.adds(of: $0, at: instant).last?.stamp }
      case .g2: customer.facts.birthDates.last { $0.stamp.time <= instant }?.stamp
      case .g3: winner
      case .g4: listStanding().override?.event.stamp ?? listStanding().looked
      case .g5: choiceInForce?.stamp ?? winner
      case .g6: try? basis().get().event.stamp  // a no is no event to pass by
      case .g7: customer.facts.signals.last { $0.stamp.time <= instant }?.stamp
      case .g9: customer.facts.assignments.last { $0.stamp.time <= instant }?.stamp
      case .g8: nil
      }
    return word ?? policyStamp
  }

  /// Whether she said yes by herself to what is asked, for another channel: nothing else makes a decision rest on her
  /// own permit.
  fileprivate func hasOwnPermit(on channel: AskedPath) -> Bool {
    customer.statements.contains { statement in
      statement.kind.isPermit && statement.kind != .guardian && statement.channel.covers(channel)
        && statement.purpose.covers(asked.purpose) && statement.topic.covers(asked.topic)
    }
  }

  private var winner: EventStamp? {
    switch standing.result {
    case .permitted(let index), .forbidden(let index): statement(index).stamp
    case .nothing: nil
    }
  }

  /// The tightest of the caps that she set; nil where she set none.
  func customerCapUse() -> CapUse? {
    guard messageClass.isCounted else { return nil }
    return caps(at: instant).map { chosen in
      use(of: chosen.part) { CapScope.covers(chosen.cadence.scope, $0) }
    }.min { ($0.left, $0.used) < ($1.left, $1.used) }
  }

  /// Use of the company's cap.
  func companyCapUse() -> CapUse? {
    messageClass.isCounted ? use(of: rules.policy.companyCap) { _ in true } : nil
  }

  private func use(
    of cap: PermissionPolicy.Cap, _ isOf: (ContactFact) -> Bool
  ) -> CapUse {
    let used = counted(cap.period, at: instant, isOf).count
    return CapUse(used: used, left: max(0, cap.count - used))
  }
}

/// Which contacts a cap of hers is about. What was sent as advertising is advertising, whatever its purpose.
enum CapScope {
  static func covers(_ scope: StatementScope, _ contact: ContactFact) -> Bool {
    let isAdvertising = contact.messageClass == .marketing
    return
      (TopicPath.covers(scope.purpose.text, contact.purpose)
      || isAdvertising && TopicPath.covers(scope.purpose.text, MessageClass.marketing.rawValue))
      && TopicPath.covers(scope.topic.text, contact.topic)
      && TopicPath.covers(scope.channel.text, contact.channel)
  }
}
