// Receipts: the fields of ISO/IEC TS 27560, and the states of W3C DPV then and now.

import JSONBytes
import Relationship
import Testing

@Suite struct ConsentReceiptTests {
  private static let scope = "purpose: marketing, topic: *, channel: email, contactPoint: a"
  private static let yes = "e1 d1 consent.given {\(scope)}"

  private func receipt(
    of id: String, _ history: [String], world: String = "EU", at day: Int = 100
  ) throws -> ConsentReceipt {
    var asking = Asking(world)
    asking.history = history
    let ledger = try asking.ledger()
    let events = try ledger.permissionEvents()
    let book = TableLedger.book(events)
    let instant = NotationTime.day(day)
    let own = try #require(events.first { $0.stamp.id == id })
    let subject = try #require(own.subject)
    let customer = book.customer(subject, at: instant)
    let consents = events.filter { customer.subjects.contains($0.subject ?? "") }.map {
      ConsentEvent($0, authid: "c", schema: "\($0.type)/1")
    }
    return try ConsentReceipt(
      of: ConsentEvent(own, authid: "c", schema: "\(own.type)/1"), history: consents,
      customer: customer, under: book.rules(at: instant), at: instant)
  }

  private func states(
    of id: String, _ history: [String], world: String = "EU", at day: Int = 100
  ) throws -> String {
    let receipt = try receipt(of: id, history, world: world, at: day)
    return "\(receipt.stateThen.rawValue) \(receipt.stateNow.rawValue) \(receipt.decidedNow.id)"
  }

  @Test func aConsentHasEveryMandatoryField() throws {
    let receipt = try receipt(of: "e1", [Self.yes])
    let shop = ConsentParty(
      name: "Example shop", address: "1 Example Street", contact: "privacy@example.test",
      type: "organisation")
    let json = receipt.json(parties: ["shop": shop], ledger: "example.com/rapport/1")
    #expect(json["receipt_metadata"]?["schema_version"] == "ISO/IEC TS 27560:2023")
    #expect(json["receipt_metadata"]?["pii_principal_id"] == "C")
    let record = try #require(json["consent_records"]?.elements.first)
    #expect(record["record_id"] == "e1" && record["schema_version"] == "consent.given/1")
    let processing = try #require(record["pii_processing"])
    #expect(processing["privacy_notice"]?["notice_id"] == "n1")
    #expect(processing["privacy_notice"]?["notice_version"] == "v1")
    #expect(processing["privacy_notice"]?["content_hash"]?.string?.hasPrefix("sha256:") == true)
    #expect(processing["language"] == "en")
    let purpose = try #require(processing["purposes"]?.elements.first)
    for name in [
      "purpose", "pii_information", "pii_controllers", "storage_locations", "retention_period",
      "jurisdiction", "recipient_third_parties", "withdrawal_method", "lawful_basis",
      "collection_method",
    ] {
      #expect(purpose[name] != nil, "no \(name)")
    }
    #expect(purpose["pii_information"]?.elements.first?["pii_type"] == "contact point")
    #expect(purpose["recipient_third_parties"] == [], "nobody else is a statement too")
    let event = try #require(record["events"]?.elements.first)
    #expect(event["event_state"] == "ConsentGiven" && event["entity_id"] == "c")
    #expect(event["validity_duration"] == "untilWithdrawn")
    let party = try #require(json["party_identification"]?.elements.first)
    #expect(party["party_name"] == "Example shop" && party["party_type"] == "organisation")
    #expect(json["not_filled"] == [])
    #expect(json["event_state"]?["now_valid"] == true)
  }

  @Test func whatNobodyGaveIsNamed() throws {
    let receipt = try receipt(of: "e1", [Self.yes])
    #expect(
      receipt.notFilled([:]) == ["shop: party_name, party_address, party_contact, party_type"])
    let guardian = try self.receipt(
      of: "e1", ["e1 d1 guardian.consented {\(Self.scope), verification: idCheck}"])
    #expect(guardian.notFilled([:]).contains("e1: retention_period"))
    #expect(!guardian.notFilled([:]).contains("e1: purpose"))
  }

  @Test func aYesStandsUntilANoReachesAllOfIt() throws {
    #expect(try states(of: "e1", [Self.yes]) == "ConsentGiven ConsentGiven e1")
    let history = [Self.yes, "e2 d5 consent.withdrawn {\(Self.scope)}"]
    #expect(try states(of: "e1", history) == "ConsentGiven ConsentWithdrawn e2")
    #expect(try states(of: "e1", history, at: 4) == "ConsentGiven ConsentGiven e1")
    #expect(try states(of: "e2", history) == "ConsentWithdrawn ConsentWithdrawn e2")
    #expect(
      try receipt(of: "e2", history).records.map(\.named.event.stamp.id) == ["e1"],
      "a withdrawal shows the consent that it ended")
    let stop = [Self.yes, "e2 d5 optout.recorded {\(Self.everything)}"]
    #expect(try states(of: "e1", stop) == "ConsentGiven ConsentWithdrawn e2")
  }

  private static let everything = "purpose: *, topic: *, channel: *, contactPoint: *"

  @Test func aNoToAPartIsAnExceptionAndNoEnd() throws {
    let history = [
      Self.yes,
      "e2 d5 consent.withdrawn {purpose: marketing, topic: news, channel: email, contactPoint: *}",
    ]
    let receipt = try receipt(of: "e1", history)
    #expect(receipt.stateNow == .given)
    #expect(receipt.exceptions.map(\.stamp.id) == ["e2"])
    #expect(try self.receipt(of: "e2", history).records.isEmpty, "it ended no consent whole")
  }

  @Test func whoEndedItDecidesTheWord() throws {
    func ended(_ line: String) throws -> ConsentState {
      try receipt(of: "e1", [Self.yes, line]).stateNow
    }
    #expect(
      try ended("e2 d5 consent.revoked {\(Self.scope), reason: controllerDecision}") == .revoked)
    #expect(
      try ended("e2 d5 consent.revoked {\(Self.scope), reason: noticeDefect}") == .invalidated)
    #expect(try ended("e2 d5 objection.raised {purpose: marketing}") == .withdrawn)
  }

  @Test func aYesRunsOutByItselfUnlessItEndedBefore() throws {
    let short = "e1 d1 consent.given {\(Self.scope), validityDuration: P7D}"
    #expect(try states(of: "e1", [short], at: 7) == "ConsentGiven ConsentGiven e1")
    #expect(try states(of: "e1", [short], at: 8) == "ConsentGiven ConsentExpired e1")
    let receipt = try receipt(of: "e1", [short])
    #expect(receipt.records[0].steps.map(\.type) == ["consent.given", "consent.expired"])
    let no = "e2 d5 consent.withdrawn {\(Self.scope)}"
    #expect(try states(of: "e1", [short, no]) == "ConsentGiven ConsentWithdrawn e2")
  }

  @Test func aSecondYesRenewsTheFirst() throws {
    let again = "e2 d5 consent.given {\(Self.scope)}"
    #expect(
      try states(of: "e2", [Self.yes, again]) == "RenewedConsentGiven RenewedConsentGiven e2")
    let no = "e3 d3 consent.withdrawn {\(Self.scope)}"
    #expect(
      try states(of: "e2", [Self.yes, no, again]) == "ConsentGiven ConsentGiven e2",
      "after a withdrawal it is a new one")
    #expect(
      try states(of: "e3", [Self.yes, no, again]) == "ConsentWithdrawn ConsentGiven e2",
      "the same scope was opened again")
  }

  @Test func aDoubleOptInHasTheRecordOfItsRequest() throws {
    let request = "r1 d1 consent.requested {\(Self.scope), expiresAt: d8}"
    let confirmed = "e2 d2 consent.confirmed {\(Self.scope), requestEventId: r1, method: link}"
    let receipt = try receipt(of: "e2", [request, confirmed])
    #expect(receipt.stateNow == .given && receipt.notFilled([:]).count == 1)
    #expect(receipt.records[0].steps.map(\.state) == [.requested, .given])
    let json = receipt.json(parties: [:], ledger: "l")
    let record = try #require(json["consent_records"]?.elements.first)
    #expect(record["record_id"] == "e2")
    let purpose = record["pii_processing"]?["purposes"]?.elements.first
    #expect(purpose?["retention_period"] == "P36M" && purpose?["collection_method"] == "link")
    #expect(try states(of: "r1", [request], at: 7) == "ConsentRequested ConsentRequested r1")
    #expect(
      try states(of: "r1", [request], at: 8) == "ConsentRequested ConsentUnknown r1",
      "nobody answered")
    #expect(try states(of: "r1", [request, confirmed]) == "ConsentRequested ConsentGiven e2")
    let refused = "e2 d2 consent.refused {\(Self.scope), requestEventId: r1}"
    #expect(try states(of: "r1", [request, refused]) == "ConsentRequested ConsentRefused e2")
    #expect(try states(of: "e2", [request, refused]) == "ConsentRefused ConsentRefused e2")
  }

  @Test func aYesThatNeverCountedIsInvalid() throws {
    let staff = "e1 d1 consent.given {\(Self.scope)} by staff"
    #expect(try states(of: "e1", [staff]) == "ConsentInvalidated ConsentInvalidated e1")
    #expect(try receipt(of: "e1", [staff]).defect == .noEvidence)
    let birth = "b1 d0 profile.attribute.rectified {path: birthDate, newValue: 2012-06-05}"
    #expect(try receipt(of: "e1", [birth, Self.yes]).defect == .underAge)
  }

  @Test func whatIsNoConsentHasNoReceipt() throws {
    let history = ["e1 d1 objection.raised {purpose: marketing}", "e2 d2 order.completed {}"]
    for (id, type) in [("e1", "objection.raised"), ("e2", "order.completed")] {
      #expect(throws: ReceiptFault.noConsent(type: type)) { try receipt(of: id, history) }
    }
    #expect(ReceiptFault.noConsent(type: "order.completed").sentence.contains("order.completed"))
  }

  @Test func anotherPersonOfTheAddressIsNotNamed() throws {
    let history = [
      "CA2 d0 B: contactpoint.added {contactPointId: a2, channels: [email], value: a@example.test}",
      "e1 d1 A: consent.given {\(Self.scope)}",
      "e2 d3 B: optout.recorded {purpose: *, topic: *, channel: *, contactPoint: a2}",
    ]
    let receipt = try receipt(of: "e1", history, world: "AB")
    #expect(receipt.stateNow == .withdrawn)
    let step = try #require(receipt.records[0].steps.last)
    #expect(step.isElsewhere && step.authid == nil)
    let text = receipt.json(parties: [:], ledger: "l").text
    #expect(text.contains("\"same_address_only\":true") && !text.contains("\"B\""))
  }

  /// A customer's own words are in her receipt, an address or a place of evidence is not.
  @Test func aReceiptHoldsWhatSheSaidAndNoMore() throws {
    let history = [
      "e1 d1 consent.given {\(Self.scope), evidence: {kind: callRecording, reference: tape7}}",
      "e2 d2 consent.withdrawn {\(Self.scope), words: leave me alone}",
    ]
    let text = try receipt(of: "e2", history).json(parties: [:], ledger: "l").text
    #expect(text.contains("leave me alone") && text.contains("callRecording"))
    #expect(!text.contains("tape7") && !text.contains("example.test"))
  }
}
