// Of a decision, or of a message that was sent: what was asked, what was answered then, and what the answer is with all
// that is known by now.

package import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship

/// An answer that was given, seen again.
package struct WhyContact: Sendable {
  package var question: PermissionQuestion
  /// The moment asked about.
  package var instant: Timestamp
  /// What the ledger recorded as the answer; nil for a message that was sent without asking.
  package var recorded: Recorded?
  /// The question, asked again with what was known then.
  package var then: PermissionAnswer?
  /// The question, asked again for the same moment with everything that is known by now.
  package var now: PermissionAnswer
  /// The event that decided then, in words; nil where it is not one of hers.
  package var decidedThen: ToldEvent?
  /// The event that decides by now.
  package var decidedNow: ToldEvent?
  /// It was sent, or allowed, and is a no by now: right as it was known, wrong in fact.
  package var isRegretted: Bool

  /// The answer as `contact.decided` holds it.
  package struct Recorded: Sendable {
    /// The token.
    package var event: ToldEvent
    package var verdict: String
    package var rule: String
    package var decidingEventId: String
    package var policyVersion: String
  }

  /// Stable names, for programs.
  package var json: JSONValue {
    .object([
      "question": .object([
        "customer": .string(question.customer), "department": .string(question.department),
        "purpose": .string(question.purpose), "topic": .string(question.topic),
        "channel": .string(question.channel), "contactPoint": .string(question.contactPoint),
        "occasionEventId": question.occasionEventId.map { .string($0) },
        "campaignId": question.campaignId.map { .string($0) },
        "promotion": .bool(question.promotion), "at": .string(instant.text),
      ]),
      "recorded": recorded.map { recorded in
        [
          "token": recorded.event.json, "verdict": .string(recorded.verdict),
          "rule": .string(recorded.rule), "decidingEvent": .string(recorded.decidingEventId),
          "policyVersion": .string(recorded.policyVersion),
        ]
      },
      "then": then.map { Self.json($0, decidedThen) },
      "now": Self.json(now, decidedNow), "regretted": .bool(isRegretted),
    ])
  }

  private static func json(_ answer: PermissionAnswer, _ decided: ToldEvent?) -> JSONValue {
    let decision = answer.decision
    return .object([
      "verdict": .string(decision.verdict.rawValue), "rule": .string(decision.rule.rawValue),
      "decidingEvent": .string(decision.decidingEvent.stamp.id),
      "decidingPosition": .integer(decision.decidingEvent.stamp.place),
      "saidBy": .string(answer.saidBy),
      "customerText": answer.customerText.map { .string($0) }, "event": decided?.json,
    ])
  }
}

extension Ledger {
  /// Nil where the event is neither an answer nor a message, or asks what no question can ask.
  func contact(_ event: DecodedEvent, _ chain: EventChain) throws -> WhyContact? {
    guard let subject = event.subject, event.defect == nil,
      ["contact.decided", "contact.sent"].contains(event.type)
    else { return nil }
    let made = Self.contactFact(event)
    // What no question can ask, imported history has: nothing was answered.
    guard let question = try? DecisionToken.question(of: made, from: subject) else { return nil }
    let token =
      event.type == "contact.decided"
      ? event : made.decisionEventId.flatMap { chain.meant($0, from: event) }
    let instant =
      event.type == "contact.decided"
      ? event.data["questionAt"]?.text.flatMap { Timestamp($0) } ?? event.time : event.time
    let known = token?.data["knownAtPosition"]?.integer.flatMap { UInt64(exactly: $0) }
    let then = try known.flatMap {
      try prepared(subject, at: instant, knownAt: .position($0)).answer(question)
    }
    // Without a policy there is no answer, then or now.
    guard let now = try prepared(subject, at: instant).answer(question) else { return nil }
    let recorded = token.map(recorded)
    let wasAllowed = event.type == "contact.sent" || recorded?.verdict == Verdict.allow.rawValue
    return WhyContact(
      question: question, instant: instant, recorded: recorded, then: then, now: now,
      decidedThen: try then.flatMap { try deciding($0) }, decidedNow: try deciding(now),
      isRegretted: wasAllowed && DecisionToken.isRegretted(now.decision))
  }

  private static func contactFact(_ event: DecodedEvent) -> ContactFact {
    func text(_ name: String) -> String? { event.data[name]?.string }
    return ContactFact(
      stamp: event.permissionEvent.stamp, department: text("department") ?? "",
      purpose: text("purpose") ?? "", topic: text("topic") ?? "", channel: text("channel") ?? "",
      contactPoint: text("contactPoint") ?? "none",
      messageClass: text("class").flatMap { MessageClass(rawValue: $0) },
      occasionEventId: text("occasionEventId"), campaignId: text("campaignId"),
      decisionEventId: text("decisionEventId"))
  }

  private func recorded(_ token: DecodedEvent) -> WhyContact.Recorded {
    func text(_ name: String) -> String { token.data[name]?.string ?? "" }
    return WhyContact.Recorded(
      event: told(token), verdict: text("verdict"), rule: text("rule"),
      decidingEventId: text("decidingEventId"), policyVersion: text("policyVersion"))
  }

  /// The event that decided, in words. Another customer's, of the same address, is not told.
  private func deciding(_ answer: PermissionAnswer) throws -> ToldEvent? {
    let event = answer.decision.decidingEvent
    return event.isElsewhere ? nil : try self.event(at: event.stamp.place).map(told)
  }
}
