// A yes is expensive: every condition of a permit, at the door and in the answer.

import JSONBytes
import Relationship
import Testing

@Suite struct PermitTests {
  private static let scope = "purpose: marketing, topic: *, channel: email, contactPoint: a"

  @Test(arguments: [
    ("e1 d1 consent.given {\(scope)}", nil),
    (
      "e1 d1 consent.given {\(scope), evidence: {kind: callRecording, reference: r1}} by staff", nil
    ),
    ("e1 d1 consent.given {\(scope)} by staff", "permit.noEvidence"),
    ("e1 d1 consent.given {\(scope)} by system", "permit.noEvidence"),
    ("e1 d1 consent.given {\(scope)} by import", "permit.fromImport"),
    ("e1 d1 consent.given {\(scope), noticeEventId: n9}", "permit.noNotice"),
    ("e1 2023-01-01 consent.given {\(scope)}", "permit.noNotice"),
    ("e1 d1 consent.given {\(scope), controllers: []}", "permit.incompleteRecord"),
    ("e1 d1 consent.given {\(scope), retentionPeriod: }", "permit.incompleteRecord"),
    ("e1 d1 consent.given {\(scope), validityDuration: long}", "permit.incompleteRecord"),
    (
      "e1 d1 consent.given {purpose: *, topic: *, channel: email, contactPoint: a}",
      "permit.purposeStar"
    ),
    (
      "e1 d1 consent.confirmed {\(scope), requestEventId: r1, method: link}",
      "permit.incompleteRecord"
    ),
  ]) func aPermitThatLacksSomethingIsRefusedAndCountsForNothing(
    _ line: String, _ code: String?
  ) throws {
    let asking = Asking("EU", line)
    #expect(try asking.refusal() == code)
    #expect(try asking.ask("") == (code == nil ? "G6.consent e1" : "G6.noBasis P0"))
  }

  @Test func aMinorsOwnYesNeverCountsAndNeverWill() throws {
    let birth = "b1 d0 profile.attribute.rectified {path: birthDate, newValue: 2010-06-05}"
    let young = Asking("EU", birth, "e1 d1 consent.given {\(Self.scope)}")
    #expect(try young.refusal() == "permit.underAge")
    // d95 is 5 June 2026, her sixteenth birthday.
    #expect(try young.ask("at: d94") == "G2.minorNoGuardian b1")
    #expect(try young.ask("at: d95") == "G6.noBasis P0")
    let ofAge = Asking("EU", birth, "e1 d95 consent.given {\(Self.scope)}")
    #expect(try ofAge.refusal() == nil)
    #expect(try ofAge.ask("") == "G6.consent e1")
    #expect(
      try Asking("US", birth, "e1 d1 consent.given {\(Self.scope)}").refusal(minorAge: 13) == nil)
  }

  /// Where she was known under several laws, the highest age of them counts for what she said.
  @Test func theStrictestLawSheWasKnownUnderCounts() throws {
    let birth = "b1 d0 profile.attribute.rectified {path: birthDate, newValue: 2010-04-01}"
    let german = "k0 d0 profile.attribute.rectified {path: country, newValue: DE}"
    let moved = "k1 d40 profile.attribute.rectified {path: country, newValue: US}"
    let yes =
      "e1 d1 consent.given {purpose: marketing, topic: *, channel: sms, contactPoint: p, method: paperSigned}"
    #expect(
      try Asking("US", birth, yes).ask("channel: sms") == "G6.consent e1", "thirteen is enough")
    #expect(
      try Asking("US", german, birth, yes, moved).ask("channel: sms") == "G6.signedConsentNeeded P0"
    )
    let book = try Asking("US", german, moved).book()
    let rules = try #require(book.rules(at: NotationTime.day(50)))
    let facts = try [#require(book.customers["C"])]
    #expect(AppendRule.minorAge(of: facts, at: NotationTime.day(50), under: rules) == 16)
    #expect(AppendRule.minorAge(of: [], at: NotationTime.day(50), under: rules) == 16)
  }

  @Test func everyKnownBirthDateMustAgree() throws {
    let asking = Asking(
      "EU", "b1 d0 profile.attribute.rectified {path: birthDate, newValue: 2012-01-01}",
      "e1 d1 consent.given {\(Self.scope)}",
      "b2 d2 profile.attribute.rectified {path: birthDate, newValue: 1980-01-01}")
    #expect(try asking.ask("at: d3") == "G6.noBasis P0", "of age, but not by every birth date")
  }

  @Test func whoWasBornOnLeapDayIsOfAgeInMarch() throws {
    let date = try #require(CivilDate(year: 2008, month: 2, day: 29))
    #expect(PermitRule.birthday(16, of: date).text.hasPrefix("2024-02-29"))
    #expect(PermitRule.birthday(13, of: date).text.hasPrefix("2021-03-01"))
  }

  @Test func noPermitIsDatedBack() throws {
    let asking = Asking("EU", "e1 d1 consent.given {\(Self.scope)} recorded d20")
    #expect(try asking.ask("at: d10") == "G6.noBasis P0")
    #expect(try asking.ask("at: d20") == "G6.consent e1")
  }

  @Test func aNoIsNeverDatedForward() throws {
    let asking = Asking(
      "EU", "e1 d1 consent.given {\(Self.scope)}",
      "e2 d20 consent.withdrawn {\(Self.scope)} recorded d10")
    #expect(try asking.ask("at: d10") == "G5.withdrawn e2")
  }

  @Test func aDoubleOptInNeedsItsRequest() throws {
    let request = "r1 d1 consent.requested {\(Self.scope), expiresAt: d8}"
    func confirmed(_ request: String, _ line: String) throws -> String {
      try Asking("EU", request, line).ask("")
    }
    let yes = "e2 d2 consent.confirmed {\(Self.scope), requestEventId: r1, method: link}"
    #expect(try confirmed(request, yes) == "G6.consent e2")
    #expect(try confirmed(request, yes.replacingFirst("d2", "d9")) == "G6.noBasis P0", "too late")
    #expect(try confirmed(request, yes + " recorded d8") == "G6.consent e2")
    #expect(
      try confirmed(request, yes + " recorded d9") == "G6.noBasis P0",
      "nobody confirms by a clock that is slow")
    #expect(
      try confirmed(request, yes.replacingFirst("topic: *", "topic: news")) == "G6.noBasis P0")
    #expect(try confirmed(request + " by import", yes) == "G6.noBasis P0")
    #expect(try Asking("EU", request, yes + " by staff").refusal() == "permit.noEvidence")
    let ends = request.replacingFirst("expiresAt", "validityDuration: P1M, expiresAt")
    #expect(try confirmed(ends, yes) == "G6.expired e2", "the record is the request's")
  }

  @Test func aRequestIsPendingUntilItIsAnsweredOrExpires() throws {
    let request = "r1 d1 consent.requested {\(Self.scope), expiresAt: d8}"
    let asking = Asking("EU", request)
    #expect(try asking.ask("at: d7") == "G6.pending r1")
    #expect(try asking.ask("at: d8") == "G6.noBasis P0")
    let refused = Asking("EU", request, "e2 d2 consent.refused {\(Self.scope), requestEventId: r1}")
    #expect(try refused.ask("at: d7") == "G5.refused e2")
  }

  @Test func aPurposeThatIsRegisteredLaterNeedsANewYes() throws {
    let asking = Asking(
      "EU", "e1 d1 consent.given {\(Self.scope)}",
      "e2 d1 consent.withdrawn {purpose: marketing, topic: news, channel: email, contactPoint: *}",
      "R90 d2 purpose.registered {purpose: marketing.new, class: marketing, profiling: false}")
    #expect(try asking.ask("purpose: marketing.new") == "G6.notCovered P0")
    #expect(
      try asking.ask("purpose: marketing.new, topic: news") == "G5.withdrawn e2",
      "a no covers what comes later")
    let early =
      "R90 2024-01-01 purpose.registered {purpose: marketing.new, class: marketing, "
      + "profiling: false} recorded d2"
    #expect(
      try Asking("EU", "e1 d1 consent.given {\(Self.scope)}", early).ask("purpose: marketing.new")
        == "G6.notCovered P0", "nor is one dated back")
  }

  @Test func whatAnImportSaysThatSheSawIsNoNotice() throws {
    let shown = "N1 2024-01-01 notice.presented {noticeId: n1, noticeVersion: v1}"
    let yes = "e1 d1 consent.given {\(Self.scope)}"
    #expect(try Asking("EU", shown, yes).ask("") == "G6.consent e1")
    #expect(try Asking("EU", shown + " by import", yes).ask("") == "G6.noBasis P0")
    #expect(try Asking("EU", shown + " by import", yes).refusal() == "permit.noNotice")
  }

  @Test func choicesOfOthersAreRefused() throws {
    for line in [
      "e1 d1 channel.chosen {purpose: marketing, topic: *, channels: [email], mode: only}",
      "e1 d1 cadence.chosen {purpose: *, topic: *, channel: *, maxPer: {count: 1, period: P7D}}",
      "e1 d1 contact.resumed {pauseEventId: p1}",
    ] {
      #expect(try Asking("EU", line + " by system").refusal() == "choice.author")
      #expect(try Asking("EU", line + " by import").refusal() == "choice.author")
      #expect(try Asking("EU", line + " by staff").refusal() == "choice.author")
      #expect(try Asking("EU", line + " by customer").refusal() == nil)
    }
    let choice = "channel.chosen {purpose: marketing, topic: *, channels: [voice], mode: only}"
    let asking = Asking("EU", "e1 d1 consent.given {\(Self.scope)}", "e2 d2 \(choice) by system")
    #expect(try asking.ask("") == "G6.consent e1", "and does not count")
  }

  @Test func aPolicyThatCannotBeReadIsRefusedAndLeavesTheOldOneInForce() throws {
    let line = "P1 d1 policy.published {policyVersion: 2, part: permission, policy: {coolOff: P1M}}"
    #expect(try Asking("EU", line).refusal() == "policy.unreadable")
    #expect(try Asking("EU", line).ask("") == "G6.noBasis P0")
  }
}

extension String {
  /// With the first occurrence of a text replaced.
  func replacingFirst(_ text: String, _ other: String) -> String {
    guard let range = firstRange(of: text) else { return self }
    return self[..<range.lowerBound] + other + self[range.upperBound...]
  }
}
