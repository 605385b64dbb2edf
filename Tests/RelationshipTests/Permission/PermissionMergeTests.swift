// Merges that are not verified, and messages that promote: where two answers meet, the lower one counts.

import JSONBytes
import Relationship
import Testing

@Suite struct PermissionMergeTests {
  private static let probable =
    "m1 d50 A: profile.merged {canonical: A, absorbed: B, assurance: probable}"
  private static let verified = probable.replacingFirst("probable", "verified")

  @Test func aMergeThatIsNotVerifiedRaisesNothing() throws {
    // B's order would be a basis for A.
    let order = "o1 d40 B: order.completed {topics: [products.shoes], contactPointId: b}"
    let ask = "purpose: relationship.survey"
    #expect(try Asking("AB", order).ask(ask) == "G6.noRelationship P0")
    #expect(try Asking("AB", order, Self.verified).ask(ask) == "G6.relationship o1")
    #expect(try Asking("AB", order, Self.probable).ask(ask) == "G1.mergeConflictUnverified m1")
    #expect(
      try Asking("AB", order, Self.verified + " by import").ask(ask)
        == "G1.mergeConflictUnverified m1", "an import verifies nothing")
    #expect(
      try Asking("AB", order, Self.probable).ask("\(ask), contactPoint: b") == "G6.relationship o1",
      "she had that alone")
  }

  @Test func aMergeThatIsNotVerifiedShortensNoDeferral() throws {
    let yes =
      "e1 d1 A: consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    let pause = "p1 d2 A: contact.paused {purpose: *, topic: *, channel: *, until: d200}"
    let short = "p2 d3 B: contact.paused {purpose: *, topic: *, channel: *, until: d60}"
    #expect(try Asking("AB", yes, pause, short).ask("") == "G8.paused p1 2026-09-18T16:00Z")
    #expect(try Asking("AB", yes, pause, short, Self.verified).ask("") == "G6.consent e1")
    #expect(
      try Asking("AB", yes, pause, short, Self.probable).ask("") == "G1.mergeConflictUnverified m1")
  }

  @Test func aReceiptIsAnsweredAsIfTheMergeWereNot() throws {
    let order = "o1 d40 B: order.completed {topics: [products.shoes], contactPointId: b}"
    let ask = "purpose: service.receipt, occasionEventId: o1"
    #expect(try Asking("AB", order, Self.verified).ask(ask) == "class.transactional o1")
    #expect(
      try Asking("AB", order, Self.probable).ask(ask) == "G0.noOccasion R5",
      "what B ordered is not told to A")
    #expect(
      try Asking("AB", order, Self.probable).ask("\(ask), contactPoint: b")
        == "class.transactional o1")
    let credit =
      "k1 d40 B: credit.granted {promiseId: k1, amount: {amount: 20.00, currency: USD}, redeemWhere: *}"
    #expect(
      try Asking("AB", credit, Self.probable).ask(
        "purpose: service.promise, channel: inperson, contactPoint: none, occasionEventId: k1")
        == "class.transactional k1", "in person it is a matter of who was promised it")
  }

  /// Of three subjects two are one person for sure: what they say together counts.
  @Test func whatIsVerifiedCountsTogether() throws {
    let no =
      "f1 d1 B: consent.withdrawn {purpose: marketing, topic: *, channel: email, contactPoint: *}"
    let yes =
      "e1 d2 A: consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    let third = "m2 d60 A: profile.merged {canonical: A, absorbed: D, assurance: probable}"
    #expect(try Asking("AB", no, yes, Self.verified, third).ask("") == "G6.consent e1")
    #expect(
      try Asking("AB", no, yes, Self.probable, third).ask("") == "G1.mergeConflictUnverified m2")
  }

  @Test func aWishLiftsHerOwnLackOfInterestAlone() throws {
    let no = "f1 d1 A: item.reacted {reaction: notInterested, topic: products.shoes}"
    let want = "w1 d6 B: item.reacted {reaction: want, topic: products.shoes}"
    let yes =
      "e1 d1 A: consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    let ask = "topic: products.shoes"
    #expect(try Asking("AB", no, want, yes, Self.verified).ask(ask) == "G6.consent e1")
    #expect(
      try Asking("AB", no, want, yes, Self.probable).ask(ask) == "G1.mergeConflictUnverified m1")
    #expect(
      try Asking("AB", no, want.replacingFirst(" B:", " A:"), yes, Self.probable).ask(ask)
        == "G6.consent e1")
  }

  /// What somebody else said of a shared address is no conflict between the two files: it stands by itself.
  @Test func theNoOfAThirdPersonIsNoConflict() throws {
    let shared =
      "c1 d1 D: contactpoint.added {contactPointId: d, channels: [email], value: a@example.test}"
    let no =
      "o1 d10 D: optout.recorded {purpose: marketing, topic: *, channel: email, contactPoint: d}"
    let same =
      "c2 d1 B: contactpoint.added {contactPointId: b2, channels: [email], value: a@example.test}"
    let yes =
      "e1 d2 B: consent.given {purpose: marketing, topic: *, channel: email, contactPoint: b}"
    #expect(try Asking("AB", shared, no, same, yes, Self.probable).ask("") == "G5.optOut o1")
  }

  // MARK: Promotion

  private static let yes =
    "e1 d1 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
  private static let order = "o1 d99 order.completed {topics: [products.shoes], contactPointId: a}"
  private static let receipt =
    "purpose: service.receipt, occasionEventId: o1, promotion: true, department: sales"

  @Test func aMessageThatPromotesKeepsToTheNoesOnItsOwnPurpose() throws {
    let no =
      "f1 d5 consent.withdrawn {purpose: service.receipt, topic: *, channel: email, contactPoint: *}"
    #expect(try Asking("EU", Self.yes, Self.order).ask(Self.receipt) == "G6.consent e1")
    let answer = try Asking("EU", Self.yes, Self.order, no).answer(Self.receipt)
    #expect(answer.decision.rule == .withdrawn && answer.decision.decidingEvent.stamp.id == "f1")
    #expect(answer.trace.first { $0.result == .deny }?.event.id == "f1")
    #expect(
      try Asking("EU", Self.yes, Self.order, no).ask(
        Self.receipt.replacingFirst("promotion: true", "promotion: false"))
        == "class.transactional o1", "a receipt without promotion is a receipt")
    let pause = "p1 d2 contact.paused {purpose: marketing, topic: *, channel: *, until: d120}"
    #expect(
      try Asking("EU", Self.yes, Self.order, no, pause).ask(Self.receipt) == "G5.withdrawn f1",
      "later is never promised where the answer is no")
  }

  @Test func aMessageThatPromotesKeepsToWhatItsPurposeIs() throws {
    let profiled =
      "R20 2024-01-01 purpose.registered {purpose: service.profiled, class: transactional, profiling: true}"
    let shared =
      "CA 2024-01-01 contactpoint.added {contactPointId: a, channels: [email], value: a@example.test, ownership: shared}"
    let ask = "purpose: service.profiled, promotion: true, department: sales"
    #expect(try Asking("EU", Self.yes, profiled).ask(ask) == "G6.consent e1")
    #expect(try Asking("EU", Self.yes, profiled, shared).ask(ask) == "G1.contactPointShared CA")
    let minor = "b1 d0 profile.attribute.rectified {path: birthDate, newValue: 2014-06-05}"
    let guardian =
      "g1 d1 guardian.consented {purpose: marketing, topic: *, channel: email, contactPoint: a}"
    #expect(try Asking("EU", minor, guardian).ask("") == "G6.guardian g1")
    #expect(try Asking("EU", minor, guardian, profiled).ask(ask) == "G2.minorProfiling b1")
  }

  @Test func marketingIsMarketingWhateverIsRegistered() throws {
    let free =
      "R1 2024-01-01 purpose.registered {purpose: marketing, class: transactional, profiling: false}"
    #expect(try Asking("EU", free).ask("") == "G6.noBasis P0")
    #expect(try Asking("EU", free, Self.order).ask(Self.receipt) == "class.promotionInService R5")
  }
}
