// The question: may this department contact this customer about this, by this channel?

import JSONBytes

/// Why a question cannot be asked. Mend the field and ask again.
package struct QuestionFault: Error, Hashable, Sendable {
  package var field: String
  /// What is wrong and how to mend it.
  package var sentence: String
}

/// What is asked, but for the two clocks. docs/permission.md describes the fields.
package struct PermissionQuestion: Hashable, Sendable {
  package var department: String
  package var customer: String
  package var purpose: String
  package var topic: String
  package var channel: String
  /// The id of a contact point; `none` in person, or where there is no contact.
  package var contactPoint: String
  /// The event that the message answers or carries out.
  package var occasionEventId: String?
  package var campaignId: String?
  /// The message holds something promotional.
  package var promotion: Bool
  /// Contacts and tokens that are not counted: a token that is being redeemed, a message that is judged afterwards.
  package var uncounted: Set<String> = []

  /// Throws where a field is no concrete value: a question never asks about `*`.
  package init(
    department: String, customer: String, purpose: String, topic: String = "general",
    channel: String, contactPoint: String, occasionEventId: String? = nil,
    campaignId: String? = nil, promotion: Bool = false
  ) throws(QuestionFault) {
    for (field, value) in [("purpose", purpose), ("topic", topic), ("channel", channel)] {
      guard Self.isPath(value) else {
        throw QuestionFault(
          field: field,
          sentence: "`\(field)` is a path of letters, digits and hyphens joined by dots, never `*`")
      }
    }
    guard Channel.isChannel(channel) else {
      throw QuestionFault(
        field: "channel",
        sentence: "a channel begins with one of: \(Channel.names.joined(separator: ", "))")
    }
    guard contactPoint != "*", !contactPoint.isEmpty else {
      throw QuestionFault(
        field: "contactPoint",
        sentence: "`contactPoint` is the id of one contact point; `none` in person, or without "
          + "contact")
    }
    self.department = department
    self.customer = customer
    self.purpose = purpose
    self.topic = topic
    self.channel = channel
    self.contactPoint = contactPoint
    self.occasionEventId = occasionEventId
    self.campaignId = campaignId
    self.promotion = promotion
  }

  private static func isPath(_ text: String) -> Bool {
    let segments = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return text.utf8.count <= 128 && segments.count <= 8
      && segments.allSatisfy { segment in
        !segment.isEmpty
          && segment.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
              true
            default: false
            }
          }
      }
  }
}

/// What a question is about, as statements cover it.
struct AskedScope: Sendable {
  let purpose: AskedPath
  let topic: AskedPath
  let channel: AskedPath
}

/// A question with what the rules say of it, whoever the customer: made once for an audience.
final class AskedQuestion: Sendable {
  let question: PermissionQuestion
  let scope: AskedScope
  /// Nil: not registered.
  let registered: Purpose?
  /// The class whose gates it meets.
  let messageClass: MessageClass?
  /// The no of G0 that no customer can change.
  let refusal: Denial?
  /// The grant it rests on.
  let grant: EventStamp?
  /// Whether the channel has addresses, and whether it rings.
  let hasAddress: Bool
  let rings: Bool
  /// The question asked in its place, because it promotes.
  let asMarketing: AskedQuestion?

  init(_ question: PermissionQuestion, under rules: PermissionRules) {
    self.question = question
    scope = AskedScope(
      purpose: AskedPath(question.purpose), topic: AskedPath(question.topic),
      channel: AskedPath(question.channel))
    hasAddress = Channel.hasAddress(question.channel)
    rings = Channel.rings(question.channel)
    registered = rules.purposes[question.purpose]
    messageClass = registered?.messageClass
    let found = rules.grants[question.department]
    grant = found?.stamp
    refusal = Self.refusal(registered, found, question.purpose, rules)
    let promotes =
      question.promotion && refusal == nil
      && [.mandatory, .transactional, .relationship].contains(registered?.messageClass)
    var again = question
    again.purpose = "marketing"
    again.promotion = false
    asMarketing = promotes ? AskedQuestion(again, under: rules) : nil
  }

  var purpose: AskedPath { scope.purpose }
  var topic: AskedPath { scope.topic }
  var channel: AskedPath { scope.channel }

  private static func refusal(
    _ purpose: Purpose?, _ found: (grant: DepartmentGrant, stamp: EventStamp)?, _ path: String,
    _ rules: PermissionRules
  ) -> Denial? {
    guard let purpose else { return Denial(.purposeUnknown, rules.policyStamp) }
    if let retired = purpose.retired { return Denial(.purposeRetired, retired) }
    if purpose.messageClass == .internal { return Denial(.noContactPurpose, purpose.stamp) }
    guard let (grant, stamp) = found else { return Denial(.noGrant, rules.policyStamp) }
    if grant.aggregateOnly { return Denial(.aggregateOnly, stamp) }
    guard grant.serves(path) else { return Denial(.purposeNotGranted, stamp) }
    return nil
  }
}
