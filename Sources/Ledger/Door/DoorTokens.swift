// A message that redeems a decision token: once, soon, and as long as nothing was said that changes the answer.

import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship
import Vault

extension Door {
  /// Whether a `contact.sent` with a token may be appended. The question of the token is decided again, for the time
  /// of the message and with everything that is known.
  func send(_ event: DecodedEvent, _ onTheWay: OnTheWay) throws -> DoorAnswer {
    guard let subject = event.subject, let id = event.data["decisionEventId"]?.string else {
      return .goesIn
    }
    // A merge that was taken back since joins others at the time of the message: what they said counts as well.
    let group = try ledger.desk.merges(before: ledger.log.end, of: ledger)
      .group(of: subject, at: event.time)
    let known = try DoorEvents(
      around: event, besides: group.subjects, onTheWay: onTheWay, in: ledger)
    if known.holds(event) { return .goesIn }
    let facts = known.facts(behind: try ledger.addressGate())
    guard
      let decided = known.all.last(where: { $0.type == "contact.decided" && Self.isCalled(id, $0) }
      ),
      let token = facts.flatMap(\.tokens).first(where: { $0.stamp.place == decided.place })
    else {
      return refused(
        "token.unknown",
        "`decisionEventId` names no decision that allows to contact this customer; ask first, and send with its id"
      )
    }
    if let used = facts.flatMap(\.contacts).first(where: { $0.decisionEventId == token.stamp.id }) {
      return refused(
        "token.used",
        "the decision was used before, by event \(ComingEvent.name(used.stamp.id, at: used.stamp.place)); ask again"
      )
    }
    guard let sent = Self.contact(event), Self.isSame(sent, token) else {
      return refused(
        "token.mismatch",
        "the message is not the one that was decided about: department, purpose, topic, channel, contact point, "
          + "occasion and campaign must be those of the decision; ask about this one")
    }
    guard event.time >= Self.earliest(of: token) else {
      return refused(
        "token.mismatch",
        "the message is dated before its decision; give it the time at which it was sent")
    }
    guard let rules = try rules(at: event.time) else {
      return refused(PermissionError.noPolicy.code, PermissionError.noPolicy.sentence)
    }
    let own = facts.filter { group.subjects.contains($0.subject) }
    let customer = CustomerPermission(
      group, facts: own, knownAt: .end, readUpTo: known.all.last?.place,
      notes: try addressNotes(on: own, besides: group.subjects))
    let zones = ledger.desk.zones(
      CustomerZones.names(facts, rules.policy), around: event.time)
    let question = try DecisionToken.question(of: token, from: subject)
    let refusal = DecisionToken.refusal(
      of: token,
      answered: (
        decided.data["rule"]?.string ?? "", decided.data["decidingEventId"]?.string ?? ""
      ), at: event.time, of: customer,
      now: Permission(under: rules, zones: zones).decide(question, of: customer),
      under: rules.policy)
    guard let refusal else { return try expecting(known) }
    return refused(refusal.rule.rawValue, Self.sentence(refusal.rule))
  }

  /// What others said about her addresses, from the model `permission`.
  private func addressNotes(
    on facts: [CustomerFacts], besides subjects: [String]
  ) throws -> WordsElsewhere {
    _ = try ledger.permissionView.catchUp()
    return try ledger.permissionView.opened().engine.read { tables in
      let state = try tables.state()
      var sight = PermissionSight(
        tables, state, map: try ledger.mapper.customers(before: state.end))
      return try sight.notes(on: facts, besides: subjects, knownAt: .end)
    }
  }

  private func refused(_ code: String, _ sentence: String) -> DoorAnswer {
    .refused(AppendRefusal(code: code, sentence: sentence))
  }

  private static func sentence(_ rule: RuleCode) -> String {
    switch rule {
    case .tokenStale: "the decision is too old to be acted on; ask again"
    case .tokenUsed: "the decision was used before; ask again"
    default:
      "something was said since the decision that changes the answer; do not send, and ask again"
    }
  }

  /// The first moment at which a message may say that it was sent: the sender's clock may be as far behind as it may be
  /// ahead.
  private static func earliest(of token: ContactFact) -> Timestamp {
    Timestamp(microseconds: token.stamp.time.microseconds - Limits.timeAheadMax)
  }

  private static func isCalled(_ id: String, _ event: DecodedEvent) -> Bool {
    event.id.utf8.elementsEqual(id.utf8)
  }

  private static func contact(_ event: DecodedEvent) -> ContactFact? {
    var facts = CustomerFacts(event.subject ?? "")
    facts.take(event.permissionEvent) { _ in nil }
    return facts.contacts.first
  }

  private static func isSame(_ sent: ContactFact, _ decided: ContactFact) -> Bool {
    sent.department == decided.department && sent.purpose == decided.purpose
      && sent.topic == decided.topic && sent.channel == decided.channel
      && sent.contactPoint == decided.contactPoint && sent.messageClass == decided.messageClass
      && sent.occasionEventId == decided.occasionEventId
      && sent.campaignId == decided.campaignId
  }
}
