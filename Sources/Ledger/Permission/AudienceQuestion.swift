// How many could be reached about something, now, later or not, and why: the question and its answer.

package import JSONBytes
package import Relationship

/// Whom may this department contact about this?
package struct AudienceQuestion: Sendable {
  package var topic: String
  package var purpose: String
  package var department: String
  /// Nil: each channel of the policy's order; a customer counts once, with her best verdict.
  package var channel: String?
  package var campaignId: String?
  /// The message holds something promotional.
  package var promotion: Bool
  /// The moment asked about; nil: now.
  package var at: Timestamp?
  /// How many customers are named for each reason.
  package var sampleMax: Int

  /// Joins the parts.
  package init(
    topic: String = "general", purpose: String, department: String, channel: String? = nil,
    campaignId: String? = nil, promotion: Bool = false, at: Timestamp? = nil, sampleMax: Int = 5
  ) {
    self.topic = topic
    self.purpose = purpose
    self.department = department
    self.channel = channel
    self.campaignId = campaignId
    self.promotion = promotion
    self.at = at
    self.sampleMax = sampleMax
  }

  /// The question of one customer by one channel, whoever she is.
  func about(channel: String) throws(LedgerError) -> PermissionQuestion {
    try ContactQuestion(
      customer: "", department: department, purpose: purpose, topic: topic, channel: channel,
      campaignId: campaignId, promotion: promotion
    ).about("none")
  }
}

/// Customers for whom one rule decided alike.
package struct AudienceReason: Hashable, Sendable {
  package var verdict: Verdict
  package var rule: RuleCode
  package var count = 0
  /// The first of them by their ids.
  package var sample: [String] = []
  /// Of deferrals, the earliest end of any; nil where only an event can end them.
  package var earliest: Timestamp?
}

/// An audience, counted.
package struct Audience: Sendable {
  package let question: AudienceQuestion
  /// Customers who may be contacted now, who may be later, and who may not.
  package internal(set) var now = 0
  package internal(set) var later = 0
  package internal(set) var no = 0
  /// Now before later before no; within each the most frequent first.
  package internal(set) var reasons: [AudienceReason] = []
  /// How many of ``now`` by which channel, in the order in which they are tried.
  package internal(set) var channels: [(channel: String, count: Int)] = []
  package let policyVersion: String
  /// The moment asked about, and the position of the last event that was read.
  package let asOf: (instant: Timestamp, position: UInt64?)

  init(
    _ question: AudienceQuestion, policyVersion: String,
    asOf: (instant: Timestamp, position: UInt64?)
  ) {
    self.question = question
    self.policyVersion = policyVersion
    self.asOf = asOf
  }

  /// All of whom the ledger holds an event.
  package var customers: Int { now + later + no }

  /// The whole answer.
  package var json: JSONValue {
    .object([
      "purpose": .string(question.purpose), "topic": .string(question.topic),
      "channel": question.channel.map { .string($0) },
      "department": .string(question.department),
      "campaignId": question.campaignId.map { .string($0) },
      "promotion": .bool(question.promotion), "customers": .integer(customers),
      "now": .integer(now), "later": .integer(later), "no": .integer(no),
      "channels": .array(
        channels.map { ["channel": .string($0.channel), "now": .integer($0.count)] }),
      "reasons": .array(reasons.map(\.json)), "policyVersion": .string(policyVersion),
      "asOf": .asOf(asOf.instant, .end, asOf.position),
    ])
  }
}

extension AudienceReason {
  fileprivate var json: JSONValue {
    .object([
      "verdict": .string(verdict.rawValue), "rule": .string(rule.rawValue),
      "customers": .integer(count), "sample": .array(sample.map { .string($0) }),
      "earliest": earliest.map { .string($0.text) },
    ])
  }
}
