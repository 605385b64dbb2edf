// Acting on an answer: once, soon, and as long as it still holds; and judging a message afterwards.

import JSONBytes
import Relationship
import Testing

@Suite struct DecisionTokenTests {
  private static let yes =
    "e1 d1 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
  private static let token = "c1 d100 contact.decided {verdict: allow, decidingEventId: e1}"

  private func redeem(_ at: String, _ lines: String...) throws -> String? {
    var asking = Asking("EU", Self.yes, Self.token)
    asking.history += lines
    let instant = try #require(NotationTime.read(at))
    let book = try asking.book()
    let rules = try #require(book.rules(at: instant))
    let customer = book.customer("C", at: instant)
    let token = try #require(book.customers["C"]?.tokens.first)
    let now = Permission(under: rules, zones: TableZones.all)
      .decide(try DecisionToken.question(of: token, from: "C"), of: customer)
    return DecisionToken.refusal(
      of: token, answered: ("G6.consent", "e1"), at: instant, of: customer, now: now,
      under: rules.policy)?.rule.rawValue
  }

  @Test func aTokenIsGoodOnceAndForAQuarterOfAnHour() throws {
    #expect(try redeem("d100 16:15") == nil)
    #expect(try redeem("d100 16:16") == "token.stale")
    #expect(
      try redeem("d100 16:10", "c2 d100 16:05 contact.sent {decisionEventId: c1}") == "token.used")
    #expect(
      try redeem("d100 16:04", "c2 d100 16:05 contact.sent {decisionEventId: c1}") == nil)
    #expect(
      try redeem("d100 16:10", "c2 d100 16:05 contact.sent {decisionEventId: c1} by import") == nil,
      "an import redeems nothing")
  }

  @Test func whatIsSaidMeanwhileOvertakesIt() throws {
    let no =
      "f1 d100 16:02 optout.recorded {purpose: marketing, topic: *, channel: *, contactPoint: *}"
    #expect(try redeem("d100 16:05", no) == "token.overtaken")
    #expect(try redeem("d100 16:01", no) == nil, "she has not said it yet")
    let more =
      "e2 d100 16:02 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    #expect(try redeem("d100 16:05", more) == "token.overtaken", "it rests on another word now")
    #expect(try redeem("d100 16:05", "n1 d100 16:02 interest.stated {topic: news}") == nil)
  }

  /// With a cap of one, a token must not stand in its own way.
  @Test func aTokenIsNoContactBeforeItself() throws {
    let cap =
      "c0 d2 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 1, period: P7D}}"
    #expect(try redeem("d100 16:05", cap) == nil)
  }

  @Test func aMessageIsRegrettedWhenALateWordWouldHaveForbiddenIt() throws {
    func isRegretted(_ lines: String...) throws -> Bool {
      var asking = Asking("EU", Self.yes, "c2 d50 contact.sent {contactPoint: a}")
      asking.history += lines
      let book = try asking.book()
      let sent = try #require(book.customers["C"]?.contacts.first)
      let rules = try #require(book.rules(at: sent.stamp.time))
      return DecisionToken.isRegretted(
        Permission(under: rules, zones: TableZones.all).decide(
          try DecisionToken.question(of: sent, from: "C"),
          of: book.customer("C", at: sent.stamp.time)))
    }
    #expect(try !isRegretted())
    let letter =
      "f1 d40 consent.withdrawn {purpose: *, topic: *, channel: *, contactPoint: *} recorded d60"
    #expect(try isRegretted(letter), "a letter of the tenth day that was opened on the twentieth")
    #expect(
      try !isRegretted(
        "f1 d51 consent.withdrawn {purpose: *, topic: *, channel: *, contactPoint: *}"))
  }
}
