// Asking "may we?": what is asked, of whom, over which addresses, and what a send leaves behind.

import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@Suite struct PermissionAskingTests {
  private static let now = "2026-06-10T12:00:00Z"

  /// A customer with an e-mail address and a yes for it.
  private func customer(_ more: String = "", says yes: Bool = true) async throws -> TestLedger {
    let ledger = try TestLedger.at("2025-01-01")
    try await ledger.publish()
    let refused = try await ledger.tell(
      Lines.event(
        "r1", "customer.registered", at: "2026-01-01", ["kind": "person", "country": "DE"])
        + Lines.event("a1", "contactpoint.added", at: "2026-01-01", Lines.point())
        + Lines.event("n1", "notice.presented", at: "2026-01-01", by: "system", Lines.notice)
        + (yes ? Lines.event("g1", "consent.given", at: "2026-01-02", Lines.consent()) : "") + more)
    #expect(refused == [])
    ledger.wait(until: History.instant(Self.now))
    return ledger
  }

  private static func question(
    _ customer: String = "c1", purpose: String = "marketing", channel: String = "email",
    address: String? = nil, at: String? = Self.now
  ) -> ContactQuestion {
    ContactQuestion(
      customer: customer, department: "marketing", purpose: purpose, channel: channel,
      address: address, at: at.map(History.instant))
  }

  /// The verdict, the rule, the deciding event and the contact point, from the log; the model must say the same.
  private func ask(_ ledger: TestLedger, _ question: ContactQuestion) throws -> String {
    try ledger.read { ledger in
      let answer = try ledger.mayContact(question)
      #expect(try ledger.decideFromModel(question).json == answer.json)
      let decision = answer.answer.decision
      return "\(decision.verdict.rawValue) \(decision.rule.rawValue) "
        + "\(decision.decidingEvent.stamp.id) \(answer.question.contactPoint)"
    }
  }

  private func error(_ body: () throws -> Void) -> LedgerError? {
    do {
      try body()
      return nil
    } catch { return LedgerError(any: error) }
  }

  // MARK: What cannot be asked

  @Test func whoIsNotThereAndWhatIsNoQuestionAreTold() async throws {
    let ledger = try await customer()
    try ledger.read { ledger in
      func ask(_ question: ContactQuestion) -> [LedgerError?] {
        [
          error { _ = try ledger.mayContact(question) },
          error { _ = try ledger.decideFromModel(question) },
        ]
      }
      #expect(ask(Self.question("nobody")).allSatisfy { $0?.code == "customer.missing" })
      for wrong in [Self.question(purpose: "*"), Self.question(channel: "pigeon")] {
        #expect(
          ask(wrong).allSatisfy { $0?.code == "usage.question" && $0?.status == .usage })
      }
      #expect(
        error {
          _ = try ledger.audience(
            AudienceQuestion(purpose: "marketing", department: "marketing", channel: "pigeon"))
        }?.code == "usage.question")
    }
  }

  @Test func withoutAPolicyNothingIsAnswered() async throws {
    let ledger = try TestLedger()
    _ = try await ledger.append(Lines.event("a1", "contactpoint.added", Lines.point()))
    try ledger.read { ledger in
      #expect(error { _ = try ledger.mayContact(Self.question()) }?.code == "policy.none")
      #expect(error { _ = try ledger.decideFromModel(Self.question()) }?.code == "policy.none")
      let found = error {
        _ = try ledger.audience(AudienceQuestion(purpose: "marketing", department: "marketing"))
      }
      #expect(found?.code == "policy.none")
      #expect(found?.sentence.contains("rapport plan publish") == true)
    }
  }

  // MARK: Over which addresses

  @Test func theBestOfHerAddressesIsAnsweredAndOfEqualOnesThatAddedLast() async throws {
    let ledger = try await customer(
      Lines.event(
        "a2", "contactpoint.added", at: "2026-02-01", Lines.point("b", "b@example.test"))
        + Lines.event(
          "a3", "contactpoint.added", at: "2026-02-02", Lines.point("c", "c@example.test"))
        + Lines.event(
          "a4", "contactpoint.added", at: "2026-02-03",
          Lines.point("p", "+4930123456", channels: ["voice"])))
    #expect(try ask(ledger, Self.question()) == "allow G6.consent g1 a")
    #expect(try ask(ledger, Self.question(address: "b")).hasPrefix("deny G6.notCovered"))
    // Nobody said yes to a call.
    #expect(try ask(ledger, Self.question(channel: "voice")).hasSuffix(" p"))
    #expect(try ask(ledger, Self.question(channel: "sms")).hasPrefix("deny G1.contactPointUnknown"))
    try await ledger.tell(
      Lines.event("w1", "optout.recorded", at: "2026-03-01", Lines.optOut(point: "a")))
    #expect(
      try ask(ledger, Self.question()).hasSuffix(" c"), "all are denied, and c was added last")
  }

  @Test func anAddressIsAskedAboutAsItIsWritten() async throws {
    let ledger = try await customer(
      Lines.event(
        "a2", "contactpoint.added", at: "2026-02-03",
        Lines.point("p", "+4930123456", channels: ["voice"])))
    for written in ["a", "a@example.test", " A@Example.TEST "] {
      #expect(try ask(ledger, Self.question(address: written)) == "allow G6.consent g1 a")
    }
    #expect(
      try ask(ledger, Self.question(channel: "voice", address: "+49 30 123-456")).hasSuffix(" p"))
    // Hers, and no address for e-mail.
    #expect(
      try ask(ledger, Self.question(address: "+4930123456")).hasPrefix(
        "deny G1.contactPointUnknown"))
    // Not hers: nothing of it stands in the answer.
    let other = Self.question(address: "other@example.test")
    #expect(try ask(ledger, other).hasSuffix(" none"))
    let answer = try ledger.read { try $0.mayContact(other).json.text }
    #expect(!answer.contains("other@"))
  }

  @Test func anAddressThatTwoShareIsClosedByOne() async throws {
    let ledger = try await customer(
      Lines.event(
        "b1", "contactpoint.added", of: "c2", at: "2026-02-01",
        Lines.point("z", "A@example.test"))
        + Lines.event(
          "o1", "optout.recorded", of: "c2", at: "2026-03-01", Lines.optOut(point: "z")))
    #expect(try ask(ledger, Self.question()) == "deny G5.optOut o1 a")
    try ledger.read { ledger in
      let answer = try ledger.mayContact(Self.question())
      #expect(answer.answer.saidBy.hasPrefix("somebody at the same address"))
      #expect(!answer.json.text.contains("c2"))
    }
    // Before she said it, and as far as was known before.
    #expect(
      try ask(ledger, Self.question(at: "2026-02-20T00:00:00Z")) == "allow G6.consent g1 a")
    var known = Self.question()
    known.known = .recorded(History.instant("2026-02-20"))
    #expect(try ask(ledger, known) == "allow G6.consent g1 a")
  }

  @Test func anErasedAddressComesBackToNobody() async throws {
    let ledger = try await customer()
    let hash = try ledger.read { try $0.addressGate().text(of: "a@example.test", kind: "email") }
    try await ledger.tell(
      Lines.event(
        "x1", "data.erased", at: "2026-03-01", by: "staff",
        [
          "requestId": "q1", "keyIds": [], "oldEpoch": 1, "newEpoch": 2,
          "suppressed": [.string(hash)], "readModels": [], "scanResult": "clean",
        ])
        + Lines.event(
          "b1", "contactpoint.added", of: "c2", at: "2026-04-01",
          Lines.point("z", "a@example.test")))
    #expect(try ask(ledger, Self.question()) == "deny G1.erased x1 a")
    #expect(try ask(ledger, Self.question("c2")) == "deny G1.suppressed x1 z")
  }

  @Test func anAbsorbedSubjectStandsForTheCustomer() async throws {
    let ledger = try await customer(
      Lines.event(
        "w1", "consent.withdrawn", of: "c2", at: "2026-02-01",
        [
          "purpose": "marketing", "topic": "*", "channel": "email", "contactPoint": "*",
          "route": "portal",
        ])
        + Lines.event(
          "m1", "profile.merged", of: "c1", at: "2026-03-01", by: "staff",
          [
            "canonical": "c1", "absorbed": "c2", "assurance": "probable", "confidence": 1,
          ]))
    for subject in ["c1", "c2"] {
      #expect(try ask(ledger, Self.question(subject)) == "deny G1.mergeConflictUnverified m1 a")
    }
    #expect(
      try ask(ledger, Self.question(at: "2026-02-20T00:00:00Z")) == "allow G6.consent g1 a",
      "before the merge")
    try await ledger.tell(
      Lines.event(
        "m2", "profile.unmerged", of: "c1", at: "2026-04-01", by: "staff",
        ["mergeEventId": "m1", "reason": "wrongPerson"]))
    #expect(try ask(ledger, Self.question()) == "allow G6.consent g1 a")
    // In between, the model has them apart by now, and answers as it was.
    #expect(
      try ask(ledger, Self.question(at: "2026-03-20T00:00:00Z"))
        == "deny G1.mergeConflictUnverified m1 a")
  }

  // MARK: A send

  @Test func aSendLeavesTheAnswerAndItsTokenWhateverTheVerdict() async throws {
    let ledger = try await customer()
    let (token, position) = try await ledger.write { ledger in
      let asked = try await ledger.askToSend(Self.question(at: nil))
      #expect(asked.answer.answer.decision.verdict == .allow)
      let denied = try await ledger.askToSend(Self.question(purpose: "no.such", at: nil))
      #expect(denied.answer.answer.decision.rule == .purposeUnknown)
      #expect(denied.position == asked.position + 1)
      return (asked.token, asked.position)
    }
    try ledger.read { ledger in
      let events = try ledger.mapper.events(
        from: Position(position), countMax: 2, ofTypes: nil
      ).events.filter { $0.place >= position }
      #expect(events.map(\.type) == ["contact.decided", "contact.decided"])
      #expect(events[0].id == token && events[0].subject == "c1")
      let data = events[0].data
      #expect(data["verdict"]?.string == "allow" && data["rule"]?.string == "G6.consent")
      #expect(data["decidingEventId"]?.string == "g1" && data["contactPoint"]?.string == "a")
      #expect(data["knownAtPosition"]?.integer == Int64(position) - 1)
      #expect(data["questionAt"]?.text.flatMap { Timestamp($0) } == History.instant(Self.now))
      #expect(events[1].data["verdict"]?.string == "deny")
    }
    let late = try await ledger.write { ledger in
      await #expect(throws: LedgerError.self) {
        _ = try await ledger.askToSend(Self.question())
      }
      return ledger.size
    }
    #expect(late == position + 2, "a send about another moment leaves nothing")
  }

  /// The company's cap is eight in a week: a token counts, so that of many who ask at once eight may.
  @Test func ofManyWhoAskAtOnceTheCapLetsSoManyThrough() async throws {
    let ledger = try await customer()
    let rules = try await ledger.write { ledger in
      try await withThrowingTaskGroup(of: RuleCode.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try await ledger.askToSend(Self.question(at: nil)).answer.answer.decision.rule
          }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(rules.count { $0 == .consent } == 8, "\(rules)")
    #expect(rules.count { $0 == .companyCap } == 12)
  }

  /// An event that nobody can read may be a no.
  @Test func nothingIsSentWhereEventsCannotBeRead() async throws {
    let ledger = try await customer()
    try await ledger.write { ledger in
      let line = Lines.event("u1", "optout.recorded", at: "2026-05-01", Lines.optOut())
        .replacing("optout.recorded/1", with: "optout.recorded/9")
      let event = try ledger.intake.event(
        JSONDocument(
          scanning: Array(line.replacing("optout.recorded/9", with: "optout.recorded/1").utf8)
        ).root)
      // As a newer program would write it.
      let bytes = Array(
        String(decoding: event.bytes, as: UTF8.self).replacing("recorded/1", with: "recorded/9")
          .utf8)
      _ = try await ledger.log.append([
        testEvent(
          canonical: bytes, source: "/web", id: "u1", subject: "c1",
          time: History.instant("2026-05-01"))
      ])
      let answer = try ledger.mayContact(Self.question())
      #expect(answer.unread == 1 && answer.json["unread"] == 1)
      #expect(try ledger.decideFromModel(Self.question()).json == answer.json)
      let error = await #expect(throws: LedgerError.self) {
        _ = try await ledger.askToSend(Self.question(at: nil))
      }
      #expect(error?.code == "permission.incomplete")
    }
  }
}
