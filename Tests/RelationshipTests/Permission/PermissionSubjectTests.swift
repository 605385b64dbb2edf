// G0 to G2: departments, occasions, addresses, merges, minors.

import JSONBytes
import Relationship
import Testing

@Suite struct PermissionSubjectTests {
  private static let yes =
    "e1 d1 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"

  @Test func withoutAPolicyThereIsNoAnswer() throws {
    do {
      _ = try Asking("EU", "drop P0").ask("")
      Issue.record("an answer without a policy")
    } catch {
      #expect(error as? PermissionError == .noPolicy)
      #expect(PermissionError.noPolicy.code == "policy.none")
      #expect(PermissionError.noPolicy.sentence.contains("rapport plan publish"))
    }
    #expect(throws: PermissionError.noPolicy) {
      try Asking("EU").ask("at: 2023-06-01")
    }
  }

  @Test(arguments: [
    ("purpose: marketing.sweets", "G0.purposeUnknown P0"),
    ("purpose: analysis, department: pricing", "G0.noContactPurpose R13"),
    ("department: kitchen", "G0.noGrant P0"), ("department: sites", "G0.aggregateOnly D5"),
    ("department: service", "G0.purposeNotGranted D2"),
    ("purpose: service.receipt", "G0.noOccasion R5"),
  ]) func whoMayNotAskIsToldFirst(_ question: String, _ expected: String) throws {
    #expect(try Asking("EU", Self.yes).ask(question) == expected)
  }

  @Test func aRetiredPurposeIsClosedUntilItIsRegisteredAgain() throws {
    let retired = "x1 d5 purpose.retired {purpose: marketing}"
    #expect(try Asking("EU", Self.yes, retired).ask("") == "G0.purposeRetired x1")
    #expect(try Asking("EU", Self.yes, retired).ask("at: d4") == "G6.consent e1")
    let again = "R1b d9 purpose.registered {purpose: marketing, class: marketing, profiling: false}"
    #expect(try Asking("EU", Self.yes, retired, again).ask("") == "G6.consent e1")
  }

  @Test func anOccasionIsHersRecentAndNotUsedUp() throws {
    let order = "o1 d50 order.completed {topics: [products.shoes]}"
    let ask = "purpose: service.receipt, occasionEventId: o1"
    #expect(try Asking("EU", order).ask(ask) == "class.transactional o1")
    #expect(try Asking("EU", order).ask(ask + ", at: d49") == "G0.noOccasion R5")
    let old = order.replacingFirst("d50", "2025-06-10")
    #expect(try Asking("EU", old).ask(ask) == "class.transactional o1", "twelve months to the hour")
    let none =
      "R5 2024-01-01 purpose.registered {purpose: service.receipt, class: transactional, "
      + "profiling: false, occasions: [order.completed], occasionMax: 0}"
    #expect(try Asking("EU", none, order).ask(ask) == "G0.occasionUsed R5", "good for no message")
    #expect(try Asking("EU", old).ask(ask + ", at: d100 16:01") == "G0.noOccasion R5")
    #expect(try Asking("EU", order + " by import").ask(ask) == "G0.noOccasion R5")
    let proven = order.replacingFirst(
      "products.shoes]", "products.shoes], evidence: {kind: orderRecord, reference: r}")
    #expect(try Asking("EU", proven + " by import").ask(ask) == "class.transactional o1")
    let stranger = order.replacingFirst("order", "D: order")
    #expect(try Asking("EU", stranger).ask(ask) == "G0.noOccasion R5")
    let wrong = "i1 d50 inquiry.received {topic: products}"
    #expect(
      try Asking("EU", wrong).ask("purpose: service.receipt, occasionEventId: i1")
        == "G0.noOccasion R5")
  }

  @Test func aLiveTokenUsesAnOccasionUpUntilItIsStale() throws {
    let request =
      "r1 d1 consent.requested {purpose: marketing, topic: *, channel: email, contactPoint: a, expiresAt: d8}"
    let token =
      "c1 d1 16:01 contact.decided {department: service, purpose: service.consentConfirmation, "
      + "class: transactional, occasionEventId: r1, verdict: allow, decidingEventId: r1}"
    let ask = "purpose: service.consentConfirmation, occasionEventId: r1, at: d1"
    #expect(try Asking("EU", request, token).ask(ask + " 16:10") == "G0.occasionUsed c1")
    #expect(try Asking("EU", request, token).ask(ask + " 16:17") == "class.transactional r1")
  }

  @Test func anAddressThatDoesNotReachHerStaysClosed() throws {
    let bounced = "x1 d10 contactpoint.invalidated {contactPointId: a, reason: hardBounce}"
    let reassigned = "x2 d9 contactpoint.invalidated {contactPointId: a, reason: reassigned}"
    let verified = "v1 d20 contactpoint.verified {contactPointId: a, method: link}"
    let anew =
      "v2 d21 contactpoint.added {contactPointId: a2, channels: [email], value: a@example.test}"
    func ask(_ lines: String...) throws -> String {
      var asking = Asking("EU", Self.yes)
      asking.history += lines
      return try asking.ask("")
    }
    #expect(try ask(bounced) == "G1.contactPointInvalid x1")
    #expect(try ask(bounced, verified) == "G6.consent e1")
    #expect(try ask(bounced, verified + " by import") == "G1.contactPointInvalid x1")
    #expect(try ask(bounced, anew) == "G6.consent e1", "the same address, given again")
    #expect(try ask(bounced, anew + " by import") == "G1.contactPointInvalid x1")
    #expect(try ask(reassigned, verified) == "G1.contactPointInvalid x2")
    #expect(try ask(reassigned, anew) == "G6.consent e1")
    #expect(
      try ask(reassigned, bounced, verified) == "G1.contactPointInvalid x2",
      "a bounce makes nothing better")
  }

  @Test func aPointMustServeTheChannel() throws {
    #expect(
      try Asking("EU", Self.yes).ask("channel: sms, contactPoint: a") == "G1.contactPointUnknown P0"
    )
    #expect(try Asking("EU", Self.yes).ask("contactPoint: zz") == "G1.contactPointUnknown P0")
    #expect(try Asking("EU", Self.yes).ask("contactPoint: none") == "G1.contactPointUnknown P0")
    #expect(
      try Asking("EU").ask("channel: voice.live") == "G6.noBasis P0",
      "voice serves what is below it")
    let imported =
      "x1 d2 contactpoint.added {contactPointId: q, channels: [email, whatsapp], value: a@example.test} by import"
    #expect(
      try Asking("EU", Self.yes, imported).ask("channel: whatsapp, contactPoint: q")
        == "G1.contactPointUnknown P0", "an import adds nothing to an address that is there")
    #expect(try Asking("EU", Self.yes, imported).ask("contactPoint: q") == "G6.consent e1")
  }

  @Test func othersReadASharedAddress() throws {
    let shared =
      "CA 2024-01-01 contactpoint.added {contactPointId: a, channels: [email], value: a@example.test, ownership: shared}"
    #expect(
      try Asking("EU", shared, Self.yes).ask("purpose: marketing.profiled")
        == "G1.contactPointShared CA")
    #expect(try Asking("EU", shared, Self.yes).ask("") == "G6.consent e1")
  }

  @Test func theDeadAndTheErasedAreLeftAlone() throws {
    #expect(try Asking("EU", Self.yes, "x1 d5 death.notified {}").ask("") == "G1.deceased x1")
    #expect(
      try Asking("EU", Self.yes, "x1 d5 death.notified {}").ask("purpose: safety.recall")
        == "G1.deceased x1")
    let erased = Asking("EU", Self.yes, "x1 d50 data.erased {suppressed: [a]}")
    #expect(try erased.ask("purpose: safety.recall") == "G1.erased x1")
    #expect(try erased.ask("at: d10") == "G1.erased x1", "what she was before cannot be read")
  }

  @Test func anErasedAddressComesBackByTheActOfAPersonOnly() throws {
    let gone = "x1 d9 data.erased {suppressed: [a]}"
    let back = [
      "e10 d20 D: customer.registered {kind: person, country: DE}",
      "e11 d20 D: notice.presented {noticeId: n1, noticeVersion: v1}",
      "e12 d20 D: contactpoint.added {contactPointId: d, channels: [email], value: a@example.test}",
    ]
    var asking = Asking("EU", gone)
    asking.history += back
    let ask = "customer: D, contactPoint: d"
    #expect(try asking.ask(ask) == "G1.suppressed x1")
    #expect(try asking.answer(ask).decision.decidingEvent.isElsewhere)
    #expect(try asking.answer(ask).saidBy.hasPrefix("somebody at the same address"))
    asking.history.append("o1 d30 D: order.completed {topics: [products.shoes]}")
    #expect(
      try asking.ask(ask + ", purpose: service.receipt, occasionEventId: o1")
        == "class.transactional o1", "she bought")
    #expect(try asking.ask(ask) == "G1.suppressed x1", "and asked for nothing else")
  }

  @Test func anOptOutHoldsForEverybodyOfTheAddressEvenWhenItsAuthorIsErased() throws {
    let other = [
      "o1 d2 D: contactpoint.added {contactPointId: d, channels: [email], value: a@example.test}",
      "o2 d3 D: optout.recorded {purpose: marketing, topic: news, channel: email, contactPoint: d}",
    ]
    var asking = Asking("EU", Self.yes)
    asking.history += other
    #expect(try asking.ask("topic: news") == "G5.optOut o2")
    #expect(try asking.answer("topic: news").decision.decidingEvent.isElsewhere)
    #expect(try asking.ask("") == "G6.consent e1")
    asking.history += [
      "o3 d4 D: data.erased {suppressed: [d]}",
      "e9 d9 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}",
    ]
    #expect(try asking.ask("topic: news") == "G5.optOut o2", "a general yes lifts no particular no")
    #expect(try asking.ask("") == "G6.consent e9")
  }

  @Test func restrictionsEndWhenTheyAreLifted() throws {
    let restricted = "x1 d5 restriction.applied {reason: legalClaim}"
    let lifted = "x2 d9 restriction.lifted {restrictionEventId: x1}"
    #expect(try Asking("EU", Self.yes, restricted).ask("") == "G1.restricted x1")
    #expect(try Asking("EU", Self.yes, restricted, lifted).ask("") == "G6.consent e1")
    #expect(
      try Asking("EU", Self.yes, restricted, lifted + " by import").ask("") == "G1.restricted x1")
    #expect(try Asking("EU", restricted).ask("purpose: safety.recall") == "class.mandatory R11")
  }

  @Test func anUnverifiedMergeOpensNothing() throws {
    let no =
      "e1 d1 B: consent.withdrawn {purpose: marketing, topic: *, channel: email, contactPoint: *}"
    let yes =
      "e2 d2 A: consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    let probable = "e3 d3 A: profile.merged {canonical: A, absorbed: B, assurance: probable}"
    let verified = "e4 d4 A: profile.merged {canonical: A, absorbed: B, assurance: verified}"
    let asking = Asking("AB", no, yes, probable)
    #expect(try asking.ask("") == "G1.mergeConflictUnverified e3")
    #expect(try asking.ask("purpose: safety.recall") == "class.mandatory R11")
    #expect(try Asking("AB", no, yes, probable, verified).ask("") == "G6.consent e2")
    #expect(
      try Asking("AB", no, yes, probable, verified + " by import").ask("")
        == "G1.mergeConflictUnverified e4", "an import verifies nothing")
  }

  /// Each subject alone is forbidden, and only together does one's yes lift the other's no.
  @Test func twoNoesOfAnUnverifiedMergeAreNoYes() throws {
    let asking = Asking(
      "AB",
      "f1 d1 B: consent.withdrawn {purpose: marketing.newsletter, topic: *, channel: email, contactPoint: *}",
      "p1 d2 A: consent.given {purpose: marketing.newsletter, topic: *, channel: email, contactPoint: a}",
      "f2 d3 A: consent.withdrawn {purpose: marketing, topic: news, channel: *, contactPoint: *}",
      "p2 d4 B: consent.given {purpose: marketing, topic: news, channel: email, contactPoint: b}",
      "CB2 d4 B: contactpoint.added {contactPointId: b2, channels: [email], value: a@example.test}",
      "p3 d4 B: consent.given {purpose: marketing, topic: news, channel: email, contactPoint: b2}",
      "m d5 A: profile.merged {canonical: A, absorbed: B, assurance: probable}")
    #expect(
      try asking.ask("purpose: marketing.newsletter, topic: news")
        == "G1.mergeConflictUnverified m")
  }

  @Test func aGuardianSpeaksForAMinorOnly() throws {
    let birth = "b1 d0 profile.attribute.rectified {path: birthDate, newValue: 2010-06-05}"
    let word =
      "g1 d1 guardian.consented {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    #expect(try Asking("EU", birth, word).ask("at: d94") == "G6.guardian g1")
    #expect(try Asking("EU", birth, word).ask("at: d95") == "G2.guardianScopeEnded g1")
    let own = Self.yes.replacingFirst("d1", "d96")
    #expect(try Asking("EU", birth, word, own).ask("") == "G6.consent e1")
    #expect(
      try Asking("EU", birth, word, Self.yes.replacingFirst("d1", "d50")).ask("")
        == "G2.guardianScopeEnded g1", "what she said too early stays nothing")
    let ended = word.replacingFirst("contactPoint: a", "contactPoint: a, until: d50")
    #expect(try Asking("EU", birth, ended).ask("at: d60") == "G2.minorNoGuardian b1")
  }

  /// Nobody knows her age, but somebody consented for her as for a minor.
  @Test func aGuardianWithoutABirthDateMakesHerAMinor() throws {
    let word =
      "g1 d1 guardian.consented {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    #expect(try Asking("EU", word).ask("") == "G6.guardian g1")
    #expect(try Asking("EU", word).ask("purpose: marketing.profiled") == "G2.minorProfiling g1")
    #expect(try Asking("US", word).ask("channel: voice") == "G2.minorNoGuardian g1")
  }

  @Test func ofImportedBirthDatesTheYoungestLeads() throws {
    func imported(_ id: String, _ day: String, _ date: String) -> String {
      "\(id) \(day) customer.registered {kind: person, country: US, birthDate: \(date)} by import"
    }
    let young = imported("b0", "d2", "2015-01-01")
    let old = imported("b1", "d3", "1980-01-01")
    #expect(try Asking("US", young, old).ask("") == "G2.minorNoGuardian b0")
    #expect(try Asking("US", old).ask("") == "G6.optOutRegime P0")
    // A guardian says that she is a minor; an import does not say otherwise.
    let word =
      "g1 d1 guardian.consented {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    #expect(try Asking("EU", word, old).ask("") == "G6.guardian g1")
    #expect(
      try Asking("EU", word, old).ask("purpose: marketing.profiled") == "G2.minorProfiling g1")
    let own = "b2 d4 profile.attribute.rectified {path: birthDate, newValue: 1980-01-01}"
    #expect(try Asking("EU", word, old, own).ask("") == "G2.guardianScopeEnded g1")
  }

  @Test func aBirthDateThatIsNoneHidesNoOther() throws {
    let birth = "b1 d0 profile.attribute.rectified {path: birthDate, newValue: 2014-06-05}"
    let none = "b2 d1 profile.attribute.rectified {path: birthDate, newValue: unknown}"
    let far = "b3 d1 profile.attribute.rectified {path: birthDate, newValue: 2199-06-05}"
    #expect(try Asking("EU", birth, none).ask("") == "G2.minorNoGuardian b1")
    #expect(try Asking("EU", far).ask("") == "G2.minorNoGuardian b3", "and no trap")
  }

  @Test func theCustomersOwnBirthDateLeads() throws {
    let imported =
      "b0 d2 customer.registered {kind: person, country: US, birthDate: 2015-01-01} by import"
    #expect(
      try Asking("US", imported).ask("") == "G2.minorNoGuardian b0",
      "an imported one is better than none")
    let own = "b1 d1 profile.attribute.rectified {path: birthDate, newValue: 1980-01-01}"
    #expect(try Asking("US", imported, own).ask("") == "G6.optOutRegime P0")
    #expect(
      try Asking("EU", imported, own).ask("") == "G6.noBasis P0", "no country comes from an import")
  }
}
