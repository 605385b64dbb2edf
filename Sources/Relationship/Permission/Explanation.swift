// The whole answer around a decision: trace, duties, caps, other channels, words. Made on demand.

import JSONBytes

extension Permission {
  /// Decides and explains. Costs a decision for each other channel of hers on top of the gates.
  package func answer(
    _ question: PermissionQuestion, of customer: CustomerPermission
  ) -> PermissionAnswer {
    let inquiry = PermissionInquiry(question, under: self)
    let decision = inquiry.decide(customer, contactPoint: question.contactPoint)
    let asked = inquiry.asked.asMarketing ?? inquiry.asked
    let sight = asked.registered.flatMap { purpose in
      asked.refusal == nil
        ? inquiry.sight(asked, purpose, customer, question.contactPoint) : nil
    }
    let root = Channel.root(of: question.channel)
    var duties: [SendingDuty] = []
    if decision.verdict != .deny, decision.messageClass == .marketing {
      if root == "email" { duties = [.oneClick] }
      if root == "sms" { duties = [.stopKeyword] }
    }
    let sentence = CustomerSentence(rules, question, choice: sight?.choiceInForce)
    return PermissionAnswer(
      decision: decision, policyVersion: rules.policy.version,
      insteadTry: decision.verdict == .deny
        ? insteadTry(question, of: customer, decision, sight) : [],
      duties: duties, customerCap: sight?.customerCapUse(), companyCap: sight?.companyCapUse(),
      asOf: (rules.instant, customer.known, customer.readUpTo),
      saidBy: SaidBy.text(decision.decidingEvent), customerText: sentence.text(decision.rule),
      trace: trace(inquiry.asked, inquiry, customer, question.contactPoint))
  }

  // MARK: Other channels

  /// The other channels that she has a usable contact point for and on which the same question is answered allow; for
  /// marketing and relationship only by her own permit or her choice: a no on one channel is no invitation to another.
  private func insteadTry(
    _ question: PermissionQuestion, of customer: CustomerPermission, _ denied: Decision,
    _ sight: PermissionCase?
  ) -> [String] {
    guard denied.messageClass != .sharing, let sight else { return [] }
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
        var other = question
        other.channel = channel
        other.contactPoint = point.id
        let decision = decide(other, of: customer)
        guard decision.verdict == .allow else { continue }
        let path = AskedPath(channel)
        let isChosen = only?.channels.contains { $0.covers(path) } ?? false
        if decision.messageClass?.isCounted == true, !decision.isHerOwnPermit, !isChosen {
          continue
        }
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
    _ asked: AskedQuestion, _ inquiry: PermissionInquiry, _ customer: CustomerPermission,
    _ point: String
  ) -> [GateTrace] {
    guard let purpose = asked.registered, asked.refusal == nil else {
      // Without purpose and grant no other gate can be met.
      return Gate.allCases.map { gate in
        let denial = gate == .g0 ? asked.refusal : nil
        return GateTrace(
          gate: gate.rawValue, result: denial == nil ? .skip : .deny,
          event: denial?.event.stamp ?? rules.policyStamp)
      }
    }
    let sight = inquiry.sight(asked, purpose, customer, point)
    if let marketing = asked.asMarketing {
      let inner = trace(marketing, inquiry, customer, point).map { step in
        GateTrace(gate: "marketing \(step.gate)", result: step.result, event: step.event)
      }
      // What the purpose first asked closes by itself.
      let conflict = inquiry.closing(asked, purpose, customer, point).flatMap {
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
    return Gate.allCases.map { gate in
      guard sight.isMet(gate) else {
        return GateTrace(gate: gate.rawValue, result: .skip, event: rules.policyStamp)
      }
      if let denial = sight.denial(at: gate) {
        return GateTrace(gate: gate.rawValue, result: .deny, event: denial.event.stamp)
      }
      if gate == .g8, let (obstacle, _) = sight.deferral() {
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
