// G3 to G7 and G9: objections, lists, noes, choices, bases, signals, comparison groups.

import JSONBytes
import Relationship
import Testing

@Suite struct PermissionWordTests {
  private static let yes =
    "e1 d1 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"

  @Test func aYesReopensOnlyWhatItNames() throws {
    let no =
      "f1 d5 consent.withdrawn {purpose: marketing, topic: news, channel: email, contactPoint: *}"
    func ask(_ yes: String) throws -> String { try Asking("EU", no, yes).ask("topic: news.n") }
    let narrow =
      "e2 d6 consent.given {purpose: marketing, topic: news.n, channel: email, contactPoint: a}"
    #expect(try ask(narrow) == "G6.consent e2")
    #expect(try ask(narrow.replacingFirst("news.n", "*")) == "G5.withdrawn f1", "wider topic")
    #expect(try ask(narrow.replacingFirst("email", "*")) == "G5.withdrawn f1", "no channel named")
    #expect(try ask(narrow.replacingFirst("d6", "d5")) == "G5.withdrawn f1", "the same instant")
    let wide = no.replacingFirst("channel: email", "channel: *")
    #expect(try Asking("EU", wide, narrow).ask("topic: news.n") == "G6.consent e2")
    let expiring = narrow.replacingFirst("contactPoint", "validityDuration: P1M, contactPoint")
    #expect(try ask(expiring) == "G5.withdrawn f1", "what has expired lifts nothing")
  }

  @Test func aNarrowerNoStopsMoreThanTheRule() throws {
    let stop = "f1 d5 optout.recorded {purpose: *, topic: *, channel: *, contactPoint: *}"
    let order = "o1 d4 order.completed {topics: [products.shoes], contactPointId: a}"
    let asking = Asking("EU", Self.yes, order, stop)
    #expect(try asking.ask("") == "G5.optOut f1")
    #expect(
      try asking.ask("purpose: service.receipt, occasionEventId: o1") == "class.transactional o1",
      "stop everything is no channel stop")
    #expect(try asking.ask("purpose: safety.recall") == "class.mandatoryOverride f1")
    let recall = try asking.answer("purpose: safety.recall").decision
    #expect(recall.basis?.id == "R11")
    #expect(try Asking("EU").answer("purpose: safety.recall").decision.rule == .mandatory)
    let channel = stop.replacingFirst("channel: *", "channel: email")
    #expect(
      try Asking("EU", order, channel).ask("purpose: service.receipt, occasionEventId: o1")
        == "G5.channelStopped f1")
    #expect(try Asking("EU", Self.yes, channel).ask("") == "G5.optOut f1")
  }

  @Test func objectionsStopRelationshipMessagesToo() throws {
    let no = "f1 d5 objection.raised {purpose: *}"
    let order = "o1 d4 order.completed {topics: [products.shoes]}"
    #expect(try Asking("EU", order).ask("purpose: relationship.survey") == "G6.relationship o1")
    #expect(try Asking("EU", order, no).ask("purpose: relationship.survey") == "G5.objection f1")
    #expect(try Asking("EU", order, no).ask("") == "G3.objection f1")
    #expect(try Asking("EU").ask("purpose: relationship.survey") == "G6.noRelationship P0")
    let old = order.replacingFirst("d4", "2024-06-01")
    #expect(try Asking("EU", old).ask("purpose: relationship.survey") == "G6.noRelationship P0")
    #expect(
      try Asking("EU", order + " by import").ask("purpose: relationship.survey")
        == "G6.noRelationship P0")
  }

  @Test func aWishLiftsALackOfInterest() throws {
    let no = "f1 d5 item.reacted {reaction: notInterested, topic: products.shoes}"
    let want = "w1 d6 item.reacted {reaction: want, topic: products.shoes}"
    let ask = "topic: products.shoes.red"
    #expect(try Asking("EU", Self.yes, no).ask(ask) == "G5.notInterested f1")
    #expect(try Asking("EU", Self.yes, no).ask("topic: products") == "G6.consent e1")
    #expect(try Asking("EU", Self.yes, no, want).ask(ask) == "G6.consent e1")
    #expect(try Asking("EU", Self.yes, no, want + " by staff").ask(ask) == "G5.notInterested f1")
    #expect(
      try Asking("EU", Self.yes, no, want.replacingFirst("d6", "d4")).ask(ask)
        == "G5.notInterested f1")
  }

  @Test func aRefusalInAnOrderIsAboutItsAddress() throws {
    let order =
      "o1 d5 order.completed {topics: [products.shoes], contactPointId: p, softOptIn: {offered: true, refused: true}}"
    #expect(try Asking("US", order).ask("channel: voice") == "G5.softOptInRefused o1")
    #expect(try Asking("US", order).ask("") == "G6.optOutRegime P0")
    let nowhere = order.replacingFirst("contactPointId: p, ", "")
    #expect(try Asking("US", nowhere).ask("") == "G5.softOptInRefused o1")
  }

  @Test func theLatestChoiceOfAScopeReplacesTheOthers() throws {
    let only = "k1 d5 channel.chosen {purpose: marketing, topic: *, channels: [voice], mode: only}"
    let prefer =
      "k2 d6 channel.chosen {purpose: marketing, topic: *, channels: [voice], mode: prefer}"
    let other =
      "k3 d7 channel.chosen {purpose: marketing, topic: news, channels: [email], mode: only}"
    #expect(try Asking("EU", Self.yes, only).ask("") == "G5.topicChannelOnly k1")
    #expect(try Asking("EU", Self.yes, only, prefer).ask("") == "G6.consent e1")
    #expect(try Asking("EU", Self.yes, only, other).ask("") == "G5.topicChannelOnly k1")
    #expect(try Asking("EU", Self.yes, only, other).ask("topic: news") == "G6.consent e1")
    #expect(
      try Asking("EU", Self.yes, only).answer("").customerText
        == "For everything you chose phone only.")
  }

  @Test func listsNeedFreshSnapshotsAndGiveWayToWhatTheLawSays() throws {
    let match = "m1 d91 registry.matched {list: us-dnc, contactPointId: p, snapshotEventId: S0}"
    let cleared = "m2 d95 registry.cleared {list: us-dnc, contactPointId: p, snapshotEventId: S0}"
    let order = "o1 d50 order.completed {topics: [products.shoes]}"
    let ask = "channel: voice"
    #expect(try Asking("US", "drop S0").ask(ask) == "G4.listStale P0")
    #expect(try Asking("US", match, cleared).ask(ask) == "G6.optOutRegime P0")
    #expect(try Asking("US", match, cleared + " by import").ask(ask) == "G4.listed m1")
    #expect(
      try Asking("US", match, "i1 d50 inquiry.received {topic: products}").ask(ask)
        == "G4.overriddenByRelationship i1")
    #expect(try Asking("US", match, order + " by import").ask(ask) == "G4.listed m1")
    let no =
      "f1 d40 consent.withdrawn {purpose: marketing, topic: *, channel: voice, contactPoint: *}"
    #expect(try Asking("US", match, order, no).ask(ask) == "G4.overrideCancelled f1")
    let signed =
      "e2 d90 consent.given {purpose: marketing, topic: *, channel: voice, contactPoint: p, method: paperSigned}"
    #expect(try Asking("US", match, signed).ask(ask) == "G4.listed m1", "signed before the match")
    let unsigned = signed.replacingFirst("paperSigned", "webForm").replacingFirst("d90", "d92")
    #expect(try Asking("US", match, unsigned).ask(ask) == "G4.listed m1")
    #expect(
      try Asking("US", match).ask("channel: sms") == "G6.signedConsentNeeded P0", "a list of voice")
    #expect(try Asking("US").ask("channel: voice, at: d121") == "G6.optOutRegime P0", "31 days old")
    #expect(try Asking("US").ask("channel: voice, at: d121 16:01") == "G4.listStale S0")
    let ahead = "S0 d30 registry.snapshot.loaded {list: us-dnc, asOf: d90}"
    #expect(
      try Asking("US", ahead).ask(ask) == "G4.listStale S0", "nobody loads a list as it will be")
  }

  @Test func aNoToAChannelBelowStopsTheOneAbove() throws {
    let yes = "e1 d1 consent.given {purpose: marketing, topic: *, channel: voice, contactPoint: p}"
    let no =
      "f1 d5 consent.withdrawn {purpose: marketing, topic: *, channel: voice.recorded, contactPoint: *}"
    #expect(try Asking("EU", yes, no).ask("channel: voice") == "G5.withdrawn f1")
    #expect(try Asking("EU", yes, no).ask("channel: voice.live") == "G6.consent e1")
    let again =
      "e2 d6 consent.given {purpose: marketing, topic: *, channel: voice.recorded, contactPoint: p}"
    #expect(try Asking("EU", yes, no, again).ask("channel: voice") == "G6.consent e1")
    let wider = again.replacingFirst("voice.recorded", "voice")
    #expect(try Asking("EU", yes, no, wider).ask("channel: voice") == "G5.withdrawn f1")
  }

  @Test func aListOfAChannelBelowStopsTheOneAbove() throws {
    var asking = Asking(
      "US", "m1 d91 registry.matched {list: us-dnc, contactPointId: p, snapshotEventId: S0}")
    asking.policy = [
      JSONMember(
        "lists",
        [
          "US": [
            ["list": "us-dnc", "channel": "voice.live", "maxAge": "P31D", "overriddenBy": []]
          ]
        ])
    ]
    #expect(try asking.ask("channel: voice") == "G4.listed m1")
    #expect(try asking.ask("channel: voice.live") == "G4.listed m1")
    #expect(try asking.ask("channel: voice.recorded") == "G6.signedConsentNeeded P1")
  }

  /// Where a channel is not named, the strictest of what is named below it counts.
  @Test func aChannelNeedsWhatThoseBelowItNeed() throws {
    var asking = Asking("US")
    let basis: JSONValue = [
      "voice.live": "optOut", "voice.recorded": "signedConsent", "email": "optOut",
      "email.html": "optIn",
    ]
    asking.policy = [JSONMember("basis", ["EU": basis, "UK": basis, "US": basis])]
    #expect(try asking.ask("channel: voice") == "G6.signedConsentNeeded P1")
    #expect(try asking.ask("channel: voice.live") == "G6.optOutRegime P1")
    #expect(try asking.ask("") == "G6.optOutRegime P1", "what is named is meant")
    #expect(try asking.ask("channel: email.html") == "G6.noBasis P1")
  }

  @Test func theLongestChannelDecidesWhatIsNeeded() throws {
    #expect(try Asking("UK").ask("channel: voice.live") == "G6.optOutRegime P0")
    #expect(try Asking("UK").ask("channel: voice.recorded") == "G6.noBasis P0")
    #expect(try Asking("US").ask("channel: voice.recorded") == "G6.signedConsentNeeded P0")
    let unsigned =
      "e2 d2 consent.given {purpose: marketing, topic: *, channel: sms, contactPoint: p}"
    #expect(try Asking("US", unsigned).ask("channel: sms") == "G6.signedConsentNeeded e2")
    let signed = unsigned.replacingFirst(
      "contactPoint: p", "contactPoint: p, method: electronicSigned")
    #expect(try Asking("US", signed).ask("channel: sms, at: d100 17:00") == "G6.consent e2")
    #expect(
      try Asking("US", signed).answer("channel: sms, at: d100 17:00").duties == [.stopKeyword])
  }

  @Test func anAddressFromAnImportIsNoBasis() throws {
    let point =
      "CA 2024-01-01 contactpoint.added {contactPointId: a, channels: [email], value: a@example.test, addedBy: import} by import"
    #expect(try Asking("US", point).ask("") == "G6.importedAddress CA")
    #expect(try Asking("US", point, Self.yes).ask("") == "G6.consent e1")
    let verified = "v1 d5 contactpoint.verified {contactPointId: a, method: link}"
    #expect(try Asking("US", point, verified).ask("") == "G6.optOutRegime P0")
    let order =
      "o1 d4 order.completed {topics: [products.shoes], contactPointId: a, softOptIn: {offered: true, refused: false}}"
    #expect(try Asking("EU", point, order).ask("topic: products.shoes") == "G6.importedAddress CA")
  }

  @Test func softOptInIsForSimilarThingsAtTheSameAddress() throws {
    let order =
      "o1 d4 order.completed {topics: [products], contactPointId: a, softOptIn: {offered: true, refused: false}}"
    #expect(try Asking("EU", order).ask("topic: products.shoes") == "G6.softOptIn o1")
    #expect(try Asking("EU", order).ask("topic: news") == "G6.notSimilar P0")
    #expect(try Asking("EU", order).ask("channel: voice, topic: products") == "G6.noBasis P0")
    #expect(try Asking("EU", order + " by import").ask("topic: products.shoes") == "G6.noBasis P0")
    let notOffered = order.replacingFirst("offered: true", "offered: false")
    #expect(try Asking("EU", notOffered).ask("topic: products") == "G6.noBasis P0")
  }

  @Test func aSignalHoldsForEveryDeviceThatKeepsIt() throws {
    let on = "s1 d2 signal.received {kind: gpc, value: 1, deviceId: dev1}"
    let off = "s2 d3 signal.received {kind: gpc, value: 0, deviceId: dev1}"
    let second = "s3 d3 signal.received {kind: gpc, value: 1, deviceId: dev2}"
    let ask = "purpose: sharing.advertising, channel: none"
    #expect(try Asking("US").ask(ask) == "G6.optOutRegime P0")
    #expect(try Asking("US", on).ask(ask) == "G7.signal s1")
    #expect(try Asking("US", on, off).ask(ask) == "G6.optOutRegime P0")
    #expect(try Asking("US", on, off, second).ask(ask) == "G7.signal s3")
    let consent =
      "e3 d4 consent.given {purpose: sharing.advertising, topic: *, channel: none, contactPoint: none}"
    let kept = "c1 d4 conflict.confirmed {signalEventId: s1, consentEventId: e3}"
    #expect(try Asking("US", on, consent).ask(ask) == "G7.signal s1")
    #expect(try Asking("US", on, consent, kept).ask(ask) == "G6.consent e3")
    #expect(try Asking("US", on, second, consent, kept).ask(ask) == "G7.signal s3")
    #expect(try Asking("US", on, consent, kept + " by staff").ask(ask) == "G7.signal s1")
    let later = "s4 d5 signal.received {kind: gpc, value: 1, deviceId: dev1}"
    #expect(
      try Asking("US", on, consent, kept, later).ask(ask) == "G7.signal s4",
      "what she kept, she kept before the device said so again")
  }

  @Test func aComparisonGroupEndsWithItsExperiment() throws {
    let control = "x1 d2 experiment.assigned {experimentId: x, campaignId: X, arm: control}"
    let over = "x2 d50 experiment.concluded {experimentId: x}"
    #expect(try Asking("EU", Self.yes, control).ask("campaignId: X") == "G9.holdout x1")
    #expect(try Asking("EU", Self.yes, control).ask("") == "G6.consent e1")
    #expect(try Asking("EU", Self.yes, control, over).ask("campaignId: X") == "G6.consent e1")
    #expect(
      try Asking("EU", Self.yes, control, over).ask("campaignId: X, at: d49") == "G9.holdout x1")
    let complaint = "k1 d95 complaint.opened {complaintId: k1, topic: products}"
    #expect(
      try Asking("EU", Self.yes, control, complaint).ask("campaignId: X") == "G9.holdout x1",
      "later is never promised where the answer is no")
  }

  @Test func anImportMovesNobodyIntoAnotherArm() throws {
    let control = "x1 d2 experiment.assigned {experimentId: x, campaignId: X, arm: control}"
    let treated = "x2 d3 experiment.assigned {experimentId: x, campaignId: X, arm: treated}"
    #expect(try Asking("EU", Self.yes, control, treated).ask("campaignId: X") == "G6.consent e1")
    #expect(
      try Asking("EU", Self.yes, control, treated + " by import").ask("campaignId: X")
        == "G9.holdout x1")
    #expect(
      try Asking("EU", Self.yes, control + " by import").ask("campaignId: X") == "G6.consent e1")
  }

  @Test func whatAdvertisesIsAdvertising() throws {
    let order = "o1 d99 order.completed {topics: [products.shoes], contactPointId: a}"
    let ask = "purpose: service.receipt, occasionEventId: o1, promotion: true"
    #expect(try Asking("EU", Self.yes, order).ask(ask) == "class.promotionInService R5")
    let sales = ask + ", department: sales"
    #expect(try Asking("EU", Self.yes, order).ask(sales) == "G6.consent e1")
    let pause = "p1 d2 contact.paused {purpose: marketing, topic: *, channel: *, until: d120}"
    let deferred = try Asking("EU", Self.yes, order, pause).answer(sales)
    #expect(deferred.decision.verdict == .defer && deferred.decision.rule == .promotionInService)
    #expect(deferred.decision.until == .instant(NotationTime.day(120)))
    #expect(deferred.trace.contains { $0.gate == "marketing G8" && $0.event.id == "p1" })
  }

  @Test func otherChannelsAreTheOnesShePermittedOrChose() throws {
    let post =
      "c1 d1 contactpoint.added {contactPointId: h, channels: [post], value: 1 Example Street}"
    #expect(try Asking("EU", post).answer("").insteadTry == [], "the law alone is no invitation")
    let chosen = "k1 d2 channel.chosen {purpose: marketing, topic: *, channels: [post], mode: only}"
    #expect(try Asking("EU", post, chosen).answer("").insteadTry == ["post"])
    let order = "o1 d90 order.completed {topics: [products.shoes]}"
    let stop = "f1 d91 optout.recorded {purpose: *, topic: *, channel: email, contactPoint: *}"
    #expect(
      try Asking("EU", post, order, stop).answer("purpose: service.receipt, occasionEventId: o1")
        .insteadTry == ["sms", "post", "voice"], "the policy's order")
  }

  @Test func aScopeWithStarsIsCoveredByStarsAlone() throws {
    let asking = Asking(
      "EU", Self.yes.replacingFirst("contactPoint: a", "validityDuration: P24M, contactPoint: a"),
      "f1 d5 consent.withdrawn {purpose: marketing, topic: news, channel: email, contactPoint: *}")
    let customer = try asking.book().customer("C", at: NotationTime.day(100))
    let rules = try #require(try asking.book().rules(at: NotationTime.day(100)))
    func standing(_ topic: String, _ channel: String = "email") -> ScopeStanding {
      customer.standing(
        on: StatementScope(
          purpose: PathScope("marketing"), topic: PathScope(topic), channel: PathScope(channel),
          point: .point("a")), at: NotationTime.day(100), under: rules)
    }
    #expect(standing("*").result == .permitted && standing("*").winner?.id == "e1")
    #expect(standing("*").until == NotationTime.read("2028-03-03"))
    #expect(standing("news.n").result == .forbidden && standing("news.n").winner?.id == "f1")
    #expect(standing("shoes").result == .permitted)
    #expect(standing("*", "*").result == .nothing)
  }
}
