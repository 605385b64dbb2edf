// "May we?" as a command or a door asks it, and what comes back.

package import JSONBytes
package import Relationship

/// May this department contact this customer about this, by this channel?
package struct ContactQuestion: Sendable {
  package var customer: String
  package var department: String
  package var purpose: String
  /// `general` if nothing narrower fits.
  package var topic: String
  package var channel: String
  /// A contact point's id, or the address itself; nil: each of the customer's contact points on the channel.
  package var address: String?
  /// The event that the message answers or carries out.
  package var occasionEventId: String?
  package var campaignId: String?
  /// The message holds something promotional.
  package var promotion: Bool
  /// The moment asked about; nil: now.
  package var at: Timestamp?
  /// What the answer may know.
  package var known: KnownAt

  /// Joins the parts.
  package init(
    customer: String, department: String, purpose: String, topic: String = "general",
    channel: String, address: String? = nil, occasionEventId: String? = nil,
    campaignId: String? = nil, promotion: Bool = false, at: Timestamp? = nil,
    known: KnownAt = .end
  ) {
    self.customer = customer
    self.department = department
    self.purpose = purpose
    self.topic = topic
    self.channel = channel
    self.address = address
    self.occasionEventId = occasionEventId
    self.campaignId = campaignId
    self.promotion = promotion
    self.at = at
    self.known = known
  }

  /// The question about one contact point. Throws `usage.question` for what no question can ask.
  func about(_ contactPoint: String) throws(LedgerError) -> PermissionQuestion {
    do throws(QuestionFault) {
      return try PermissionQuestion(
        department: department, customer: customer, purpose: purpose, topic: topic,
        channel: channel, contactPoint: contactPoint, occasionEventId: occasionEventId,
        campaignId: campaignId, promotion: promotion)
    } catch {
      throw LedgerError("usage.question", error.sentence, .usage)
    }
  }
}

/// An answer, and the question that it is about.
package struct ContactAnswer: Sendable {
  /// With the contact point that the answer is about.
  package let question: PermissionQuestion
  package let answer: PermissionAnswer
  /// Events of hers that nobody can read: the answer does not know what they say.
  package let unread: Int

  init(_ question: PermissionQuestion, _ answer: PermissionAnswer, unread: Int) {
    self.question = question
    self.answer = answer
    self.unread = unread
  }

  /// What was decided, without the words around it.
  package var decision: JSONValue { answer.decision.json }

  /// The whole answer, as docs/permission.md shows it.
  package var json: JSONValue {
    let decision = answer.decision
    let members: KeyValuePairs<String, JSONValue?> = [
      "verdict": .string(decision.verdict.rawValue), "until": decision.until.map(\.json),
      "rule": .string(decision.rule.rawValue),
      "decidingEvent": .string(decision.decidingEvent.stamp.id),
      "decidingPosition": .integer(decision.decidingEvent.stamp.place),
      "class": decision.messageClass.map { .string($0.rawValue) },
      "policyVersion": .string(answer.policyVersion),
      "basis": decision.basis.map { .string($0.id) },
      "carriedBy": decision.carriedBy.map { .string($0.id) },
      "insteadTry": .array(answer.insteadTry.map { .string($0) }),
      "duties": .array(answer.duties.map { .string($0.rawValue) }), "caps": caps,
      "saidBy": .string(answer.saidBy), "customerText": answer.customerText.map { .string($0) },
      "question": question.json,
      "asOf": .asOf(answer.asOf.instant, answer.asOf.known, answer.asOf.position),
      "unread": unread == 0 ? nil : .integer(unread),
      "trace": .array(answer.trace.map(\.json)),
    ]
    return .object(members)
  }

  private var caps: JSONValue? {
    guard answer.customerCap != nil || answer.companyCap != nil else { return nil }
    return .object(["customer": answer.customerCap?.json, "company": answer.companyCap?.json])
  }
}

extension Decision {
  /// What was decided, without the words around it.
  package var json: JSONValue {
    .object([
      "verdict": .string(verdict.rawValue), "until": until.map(\.json),
      "rule": .string(rule.rawValue), "decidingEvent": .string(decidingEvent.stamp.id),
      "class": messageClass.map { .string($0.rawValue) },
      "basis": basis.map { .string($0.id) }, "carriedBy": carriedBy.map { .string($0.id) },
    ])
  }
}

extension Until {
  /// An instant, or `open`.
  var json: JSONValue {
    switch self {
    case .instant(let instant): .string(instant.text)
    case .open: "open"
    }
  }
}

extension CapUse {
  fileprivate var json: JSONValue { ["used": .integer(used), "left": .integer(left)] }
}

extension GateTrace {
  fileprivate var json: JSONValue {
    [
      "gate": .string(gate), "result": .string(result.rawValue), "event": .string(event.id),
    ]
  }
}

extension PermissionQuestion {
  fileprivate var json: JSONValue {
    .object([
      "department": .string(department), "customer": .string(customer),
      "purpose": .string(purpose), "topic": .string(topic), "channel": .string(channel),
      "contactPoint": .string(contactPoint),
      "occasionEventId": occasionEventId.map { .string($0) },
      "campaignId": campaignId.map { .string($0) },
      "promotion": .bool(promotion),
    ])
  }
}

extension JSONValue {
  /// The moment asked about, what could be known, and the position of the last event that was read.
  static func asOf(_ instant: Timestamp, _ known: KnownAt, _ position: UInt64?) -> JSONValue {
    let last = position.map { JSONValue.integer($0) } ?? .null
    let limit: JSONValue =
      switch known {
      case .end: last
      case .position(let position): .integer(position)
      case .recorded(let instant): .string(instant.text)
      }
    return ["t": .string(instant.text), "k": limit, "position": last]
  }
}
