// A decision may be acted on once, soon, and as long as nothing was said that changes it.

import JSONBytes
import Ledger
import RapportTesting
import Relationship
import Testing

@Suite struct DoorTokenTests {
  private static let start = "2026-06-10T12:00:00Z"

  /// A customer who said yes to e-mail, at noon.
  private func customer() async throws -> TestLedger {
    let ledger = try TestLedger.at("2025-01-01")
    try await ledger.publish()
    let refused = try await ledger.tell(
      Lines.event(
        "r1", "customer.registered", at: "2026-01-01", ["kind": "person", "country": "DE"])
        + Lines.event("a1", "contactpoint.added", at: "2026-01-01", Lines.point())
        + Lines.event("n1", "notice.presented", at: "2026-01-01", by: "system", Lines.notice)
        + Lines.event("g1", "consent.given", at: "2026-01-02", Lines.consent()))
    #expect(refused == [])
    ledger.wait(until: History.instant(Self.start))
    return ledger
  }

  private func token(
    _ ledger: TestLedger, purpose: String = "marketing", verdict: String = "allow"
  ) async throws -> String {
    try await ledger.write { ledger in
      let asked = try await ledger.askToSend(
        ContactQuestion(
          customer: "c1", department: "marketing", purpose: purpose, channel: "email",
          address: "a"))
      #expect(asked.answer.answer.decision.verdict.rawValue == verdict)
      return asked.token
    }
  }

  private static func sent(
    _ id: String, _ token: String?, at time: String = "2026-06-10T12:01:00Z",
    by author: String = "system", of subject: String = "c1", purpose: String = "marketing",
    channel: String = "email", campaign: String? = nil
  ) -> String {
    Lines.event(
      id, "contact.sent", of: subject, at: time, by: author, source: "/mailer",
      .object([
        "department": "marketing", "purpose": .string(purpose), "topic": "general",
        "channel": .string(channel), "contactPoint": "a", "class": "marketing",
        "campaignId": campaign.map { .string($0) },
        "decisionEventId": token.map { .string($0) },
      ]))
  }

  @Test func aTokenIsRedeemedOnceAndNamesWhoDidIt() async throws {
    let ledger = try await customer()
    let token = try await token(ledger)
    #expect(try await ledger.tell(Self.sent("s1", token)) == [])
    let again = try await ledger.tell(Self.sent("s2", token, at: "2026-06-10T12:00:30Z"))
    #expect(again.map(\.code) == ["token.used"], "also where it claims to be earlier")
    #expect(again.first?.sentence.contains("event s1 at position") == true)
    #expect(try await ledger.append(Self.sent("s1", token)).duplicates == 1)
  }

  @Test func whatTheTokenIsNotForIsRefused() async throws {
    let ledger = try await customer()
    let token = try await token(ledger)
    let refused = try await ledger.tell(
      Self.sent("s1", token, purpose: "marketing.newsletter")
        + Self.sent("s2", token, channel: "inapp") + Self.sent("s3", token, campaign: "x")
        + Self.sent("s4", "decided-none") + Self.sent("s5", token, of: "c2"))
    #expect(
      refused.map(\.code) == [
        "token.mismatch", "token.mismatch", "token.mismatch", "token.unknown", "token.unknown",
      ])
    #expect(try await ledger.tell(Self.sent("s6", token)) == [])
  }

  @Test func aNoIsNoToken() async throws {
    let ledger = try await customer()
    let token = try await token(ledger, purpose: "analysis", verdict: "deny")
    #expect(try await ledger.tell(Self.sent("s1", token)).map(\.code) == ["token.unknown"])
  }

  @Test func aTokenIsStaleAfterItsLifetime() async throws {
    let ledger = try await customer()
    let first = try await token(ledger)
    #expect(try await ledger.tell(Self.sent("s1", first, at: "2026-06-10T12:15:00Z")) == [])
    let second = try await token(ledger)
    #expect(
      try await ledger.tell(Self.sent("s2", second, at: "2026-06-10T12:30:01Z")).map(\.code)
        == ["token.stale"])
  }

  /// Who dates a message back would have it counted when it does no harm.
  @Test func noMessageIsOlderThanItsDecision() async throws {
    let ledger = try await customer()
    let token = try await token(ledger)
    #expect(
      try await ledger.tell(Self.sent("s1", token, at: "2026-06-09T12:00:00Z")).map(\.code)
        == ["token.mismatch"])
    // The sender's clock may be a little behind.
    #expect(try await ledger.tell(Self.sent("s2", token, at: "2026-06-10T11:58:00Z")) == [])
  }

  @Test func aWordInBetweenOvertakesIt() async throws {
    let ledger = try await customer()
    let token = try await token(ledger)
    _ = try await ledger.tell(
      Lines.event(
        "w1", "optout.recorded", at: "2026-06-10T12:00:20Z", Lines.optOut(point: "a")))
    #expect(try await ledger.tell(Self.sent("s1", token)).map(\.code) == ["token.overtaken"])
  }

  /// A no by somebody else about the same address is a no for the address.
  @Test func aWordOfAnotherCustomerAboutTheAddressOvertakesIt() async throws {
    let ledger = try await customer()
    let token = try await token(ledger)
    _ = try await ledger.tell(
      Lines.event(
        "a2", "contactpoint.added", of: "c2", at: "2026-06-10T12:00:10Z", Lines.point("b"))
        + Lines.event(
          "w1", "optout.recorded", of: "c2", at: "2026-06-10T12:00:20Z", Lines.optOut(point: "b")))
    #expect(try await ledger.tell(Self.sent("s1", token)).map(\.code) == ["token.overtaken"])
  }

  @Test func historyAndMessagesThatNobodyAskedAboutAreFacts() async throws {
    let ledger = try await customer()
    let token = try await token(ledger)
    #expect(
      try await ledger.tell(
        Self.sent("s1", nil) + Self.sent("s2", "of-another-ledger", by: "import")) == [])
    // A send that nobody asked about is no redemption.
    #expect(try await ledger.tell(Self.sent("s3", token)) == [])
  }

  @Test func ofManyWritersOneRedeems() async throws {
    let ledger = try await customer()
    let token = try await token(ledger)
    ledger.wait(until: History.instant("2026-06-10T12:02:00Z"))
    let rejections = try await ledger.write { ledger in
      try await withThrowingTaskGroup(of: [Rejection].self) { group in
        for number in 0..<32 {
          let bytes = Array(Self.sent("s\(number)", token).utf8.dropLast())
          let item = EventTexts.Item(range: 0..<bytes.count, line: 1)
          group.addTask {
            try await ledger.append([EventTexts(bytes: bytes, items: [item])]).rejections
          }
        }
        return try await group.reduce(into: [Rejection]()) { $0 += $1 }
      }
    }
    #expect(rejections.count == 31)
    #expect(rejections.allSatisfy { $0.code == "token.used" })
    #expect(try ledger.count(of: "contact.sent") == 1)
  }
}
