// Asking for a send: the answer goes into the log, and its id is the token that the sender redeems.

import JSONBytes
import LogEngine
import Relationship

extension Ledger {
  /// Decides about a contact that is about to be made, for now and with all that is known, and appends
  /// `contact.decided`, whatever the verdict. Its id is the token: a `contact.sent` that names it redeems it.
  ///
  /// The answer is of the customer as she is when it is recorded: where an event of hers came in between, it is decided
  /// again. Throws besides what ``mayContact(_:)`` throws: `usage.question` for a question about another time,
  /// `permission.incomplete` where a contact would be allowed although events of hers cannot be read, since one of them
  /// may be a no. Cost: an answer and an append.
  package func askToSend(
    _ question: ContactQuestion
  ) async throws -> (answer: ContactAnswer, token: String, position: UInt64) {
    guard question.at == nil, question.known == .end else {
      throw LedgerError(
        "usage.question",
        "a send is asked for now, with all that is known; leave the moment and what may be known away",
        .usage)
    }
    for _ in 0..<Self.sendsMax {
      let (answer, expectations, groupsAsOf) = try decided(question)
      guard answer.unread == 0 || answer.answer.decision.verdict == .deny else {
        throw LedgerError(
          "permission.incomplete",
          "\(answer.unread) events of this customer cannot be read, and one of them may be a no; see rapport views, "
            + "mend the cause, then: rapport repair permission")
      }
      let token = Self.token()
      let event = try own(Self.event(answer, token, origin: log.description.origin))
      do throws(AppendError) {
        let ticket = try log.submit(event, expecting: expectations, groupsAsOf: groupsAsOf)
        guard let position = try await ticket.receipt().positions.first else {
          preconditionFailure("an append of one event has one position")
        }
        return (answer, token, position.value)
      } catch {
        try await Door(ledger: self).wait(for: error)
      }
    }
    throw Self.busy
  }

  private static let sendsMax = 32

  /// 128 random bits: nobody guesses a token.
  private static func token() -> String {
    var random = SystemRandomNumberGenerator()
    func digits(_ number: UInt64) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    return "decided-" + digits(random.next()) + digits(random.next())
  }

  private static func event(
    _ answer: ContactAnswer, _ token: String, origin: String
  ) -> JSONValue {
    let (question, decision) = (answer.question, answer.answer.decision)
    var until: Timestamp?
    if case .instant(let instant)? = decision.until { until = instant }
    let data: KeyValuePairs<String, JSONValue?> = [
      "campaignId": question.campaignId.map { .string($0) },
      "channel": .string(question.channel), "class": .string(classWord(of: decision)),
      "contactPoint": .string(question.contactPoint),
      "decidingEventId": .string(decision.decidingEvent.stamp.id),
      "deferUntil": until.map { .string($0.text) },
      "department": .string(question.department),
      "knownAtPosition": .integer(answer.answer.asOf.position ?? 0),
      "occasionEventId": question.occasionEventId.map { .string($0) },
      "policyVersion": .string(answer.answer.policyVersion), "purpose": .string(question.purpose),
      "questionAt": .string(answer.answer.asOf.instant.text),
      "rule": .string(decision.rule.rawValue), "topic": .string(question.topic),
      "verdict": .string(decision.verdict.rawValue),
    ]
    return [
      "specversion": "1.0", "id": .string(token), "source": .string("/\(origin)"),
      "type": "contact.decided", "subject": .string(question.customer),
      "time": .string(answer.answer.asOf.instant.text), "dataschema": "contact.decided/1",
      "authtype": "system", "authid": "rapport", "data": .object(data),
    ]
  }

  /// The class as the event has it. A purpose that is not registered, or never involves contact, has none; its denial
  /// is noted under the strictest.
  private static func classWord(of decision: Decision) -> String {
    switch decision.messageClass {
    case nil, .internal?: MessageClass.marketing.rawValue
    case let messageClass?: messageClass.rawValue
    }
  }
}
