// An answer that may be acted on: once, soon, and as long as nothing was said that changes it.

package import JSONBytes

/// The pure part of redeeming a token (`contact.decided`), and of judging a message afterwards.
package enum DecisionToken {
  /// Why a token is refused: `token.stale`, `token.overtaken` or `token.used`; nil if it may be redeemed.
  ///
  /// - Parameters:
  ///   - token: as ``CustomerFacts/tokens`` has it.
  ///   - answered: what it says: the rule and the event that decided.
  ///   - now: the question of the token (``question(of:)``) decided at `instant`, with all that is known.
  ///
  /// The question is decided again where it is refused.
  package static func refusal(
    of token: ContactFact, answered: (rule: String, decidingEventId: String),
    at instant: Timestamp, of customer: CustomerPermission, now: Decision,
    under policy: PermissionPolicy
  ) -> Decision? {
    let isUsed = customer.facts.contacts.contains { contact in
      contact.decisionEventId.map(token.stamp.isCalled) ?? false && contact.stamp.time <= instant
    }
    let rule: RuleCode
    if isUsed {
      rule = .tokenUsed
    } else if instant > policy.tokenLifetime.after(token.stamp.time) {
      rule = .tokenStale
    } else if now.verdict != .allow || now.rule.rawValue != answered.rule
      || !now.decidingEvent.stamp.isCalled(answered.decidingEventId)
    {
      rule = .tokenOvertaken
    } else {
      return nil
    }
    return .deny(Denial(rule, token.stamp), token.messageClass)
  }

  /// The question behind a token or a message. Neither it nor its token is counted as a contact before itself.
  ///
  /// Throws where the event holds what no question can ask.
  package static func question(
    of contact: ContactFact, from customer: String
  ) throws(QuestionFault) -> PermissionQuestion {
    var question = try PermissionQuestion(
      department: contact.department, customer: customer, purpose: contact.purpose,
      topic: contact.topic, channel: contact.channel, contactPoint: contact.contactPoint,
      occasionEventId: contact.occasionEventId, campaignId: contact.campaignId,
      // What was sent as advertising is judged as advertising, whatever its purpose.
      promotion: contact.messageClass == .marketing)
    question.uncounted = Set([contact.stamp.id, contact.decisionEventId].compactMap { $0 })
    return question
  }

  /// Whether a message is regretted: right as it was known then, wrong in fact. `now` is its question decided for its own
  /// instant with everything that is known by now.
  package static func isRegretted(_ now: Decision) -> Bool { now.verdict == .deny }
}
