// What e-mail senders post, through the mappings that ship: facts, and decisions that follow at once.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct DoorWebhookTests {
  /// A customer who said yes to e-mail, and whoever else is in the way.
  private func customer(_ value: String = "a@example.test") async throws -> TestLedger {
    let ledger = try TestLedger.at("2025-01-01")
    try await ledger.publish()
    let refused = try await ledger.tell(
      Lines.event(
        "r1", "customer.registered", at: "2026-01-01", ["kind": "person", "country": "DE"])
        + Lines.event("a1", "contactpoint.added", at: "2026-01-01", Lines.point("a", value))
        + Lines.event("n1", "notice.presented", at: "2026-01-01", by: "system", Lines.notice)
        + Lines.event("g1", "consent.given", at: "2026-01-02", Lines.consent()))
    #expect(refused == [])
    ledger.wait(until: History.instant("2026-05-01"))
    return ledger
  }

  private func post(
    _ payloads: [String], _ mapping: String, into ledger: TestLedger
  ) async throws -> ImportSummary {
    let path = "\(ledger.folder.path)/\(mapping).ndjson"
    try Ledger.writePrivateFile(Array(payloads.joined(separator: "\n").utf8), to: path)
    return try await ledger.importFile(path, mapping)
  }

  /// Type, customer and data of what an import brought in, one line each.
  private func imported(into ledger: TestLedger) throws -> [String] {
    var lines: [String] = []
    try ledger.read { ledger in
      try ledger.replay(described: false) { entry, _ in
        let event = try JSONDocument(scanning: Array(entry)).root
        guard event["source"]?.string?.hasPrefix("/import/") == true,
          let type = event["type"]?.string, type != "import.completed"
        else { return }
        let data = event["data"]
        let words = ["bounce", "response", "route", "reason"].compactMap { data?[$0]?.string }
        lines.append(([type] + words).joined(separator: " "))
      }
    }
    return lines
  }

  // MARK: Decisions follow at once

  private static let sendGrid =
    #""email":"A@Example.Test","timestamp":1767600000,"sg_message_id":"m1""#

  @Test(arguments: [
    (
      #"[{"event":"bounce","type":"bounce","sg_event_id":"1",\#(sendGrid)}]"#,
      "deny G1.contactPointInvalid 1#2@a",
      ["contact.bounced hard", "contactpoint.invalidated hardBounce"]
    ),
    (
      #"[{"event":"bounce","type":"blocked","sg_event_id":"1",\#(sendGrid)}]"#,
      "allow G6.consent g1", ["contact.bounced soft"]
    ),
    (
      #"[{"event":"unsubscribe","sg_event_id":"1",\#(sendGrid)}]"#, "deny G5.optOut 1@a",
      ["optout.recorded import"]
    ),
    (
      #"[{"event":"spamreport","sg_event_id":"1",\#(sendGrid)}]"#, "deny G5.optOut 1#2@a",
      ["contact.complained", "optout.recorded spamComplaint"]
    ),
    (
      #"[{"event":"delivered","sg_event_id":"1",\#(sendGrid)},{"event":"open","sg_event_id":"2",\#(sendGrid)}]"#,
      "allow G6.consent g1", ["contact.delivered", "contact.responded opened"]
    ),
    (
      #"[{"event":"group_resubscribe","sg_event_id":"1",\#(sendGrid)}]"#, "allow G6.consent g1",
      ["import.quarantined loosensPermission"]
    ),
  ]) func whatIsPostedChangesTheAnswer(
    payload: String, answer: String, events: [String]
  ) async throws {
    let ledger = try await customer()
    #expect(try ledger.ask() == "allow G6.consent g1")
    _ = try await post([payload], "webhooks-sendgrid", into: ledger)
    #expect(try ledger.ask() == answer)
    #expect(try imported(into: ledger) == events)
    // Senders post again what was not answered in time.
    let again = try await post([payload], "webhooks-sendgrid", into: ledger)
    #expect(again.events.appended == 0)
  }

  @Test func aComplaintOfAnUnknownAddressIsKept() async throws {
    let ledger = try await customer()
    let unknown = Self.sendGrid.replacing("A@Example.Test", with: "new@example.test")
    let summary = try await post(
      [
        #"[{"event":"spamreport","sg_event_id":"1",\#(unknown)}]"#,
        #"[{"event":"open","sg_event_id":"2",\#(unknown)}]"#,
      ], "webhooks-sendgrid", into: ledger)
    #expect(summary.rejected == 0)
    #expect(
      try imported(into: ledger) == [
        "customer.registered", "contactpoint.added", "contact.complained",
        "optout.recorded spamComplaint", "contact.responded opened",
      ])
  }

  @Test func newsOfAnAddressThatNobodyHasIsSetAside() async throws {
    let ledger = try await customer()
    let unknown = Self.sendGrid.replacing("A@Example.Test", with: "new@example.test")
    let summary = try await post(
      [#"[{"event":"open","sg_event_id":"2",\#(unknown)}]"#], "webhooks-sendgrid", into: ledger)
    #expect(summary.rejections.map(\.code) == ["import.nobody"])
    #expect(summary.events.appended == 0)
  }

  /// Of two recipients one is unknown: the other's news is taken in, and each complaint names its own cause.
  @Test func eachRecipientOfANotificationIsHerself() async throws {
    let ledger = try await customer()
    let message =
      #"{\"notificationType\":\"Complaint\",\"complaint\":{\"complainedRecipients\":["#
      + #"{\"emailAddress\":\"new@example.test\"},{\"emailAddress\":\"a@example.test\"}]},"#
      + #"\"mail\":{\"messageId\":\"m1\",\"destination\":[\"a@example.test\"]}}"#
    let payload =
      #"{"Type":"Notification","MessageId":"n","Message":"\#(message)","Timestamp":"2026-03-26T17:58:59.675Z"}"#
    _ = try await post([payload], "webhooks-ses", into: ledger)
    var causes: [String: String] = [:]
    try ledger.read { ledger in
      try ledger.replay(types: ["optout.recorded"], described: false) { entry, _ in
        let event = try JSONDocument(scanning: Array(entry)).root
        causes[event["subject"]?.string ?? ""] = event["causationid"]?.string
      }
    }
    #expect(causes.count == 2)
    #expect(causes["c1"] == "n#2@a", "the second complaint, not the last one made")
    #expect(try ledger.ask().hasPrefix("deny G5.optOut"))
  }

  // MARK: The payloads of others

  /// What each kind of the published payloads becomes here.
  private static func meaning(_ expected: String) -> Set<String> {
    switch expected {
    case "bounced": ["contact.bounced hard", "contactpoint.invalidated hardBounce"]
    case "complained": ["contact.complained", "optout.recorded spamComplaint"]
    case "unsubscribed": ["optout.recorded import"]
    case "subscribed": ["import.quarantined loosensPermission"]
    case "delivered": ["contact.delivered"]
    case "opened": ["contact.responded opened"]
    case "clicked": ["contact.responded clicked"]
    default: []
    }
  }

  /// Payloads that say nothing when, to whom or of which message, and so cannot be placed.
  private static let unplaced: Set = [
    "mailgun test_clicked_event", "mailgun test_invalid_mailbox", "mailgun test_alt_smtp_code",
    "mailgun test_dropped_spam", "mailgun test_dropped_timed_out",
    "mailgun test_metadata_message_headers", "mailgun test_metadata_post_fields",
    "mailgun test_metadata_key_conflicts", "mailgun test_tags", "mailgun test_x_tags",
    "postmark test_bounce_unsubscribe_variant", "mailgun test_rejected_event",
  ]

  /// Payloads of which another word is made than the one that was expected elsewhere, and why.
  private static let ours: [String: Set<String>] = [
    // The sender refused to send, because it holds what we hold: a no, or an address that fails.
    "sendgrid test_dropped_unsubscribed_event": ["optout.recorded import"],
    "sendgrid test_dropped_bounced": ["contactpoint.invalidated hardBounce"],
    "sendgrid test_dropped_invalid_event": ["contactpoint.invalidated hardBounce"],
    "mailgun test_dropped_bounce": ["contactpoint.invalidated hardBounce"],
    "sendgrid test_compatibility_message_id_from_smtp_id": ["contact.delivered"],
  ]

  @Test(.enabled(if: SharedData.isPresent, "the shared data are not here (RAPPORT_SHARED)"))
  func everyPublishedPayloadMeansWhatItsSenderSays() async throws {
    let lines = SharedData.file("data/email-webhooks/events.jsonl").split(separator: 0x0A)
    #expect(lines.count == 48)
    var placed = 0
    for line in lines {
      let record = try JSONDocument(scanning: Array(line)).root
      let provider = record["provider"]?.string ?? ""
      let name = "\(provider) \(record["case"]?.string ?? "")"
      let expected = record["expected"]
      let mapping = provider == "amazon_ses" ? "webhooks-ses" : "webhooks-\(provider)"
      let recipient = expected?["recipient"]?.string ?? Self.recipient(record["payload"])
      let ledger = try await customer(recipient ?? "nobody@example.test")
      let before = try ledger.read { $0.size }
      let payload = String(decoding: record["payload"]?.source ?? [], as: UTF8.self)
      let summary = try await post([payload], mapping, into: ledger)
      let found = Set(try imported(into: ledger).filter { !$0.hasPrefix("customer.registered") })
      let others: Set = ["contactpoint.added"]
      if Self.unplaced.contains(name) {
        #expect(summary.events.appended <= 1 && found.isEmpty, "\(name): \(found)")
        continue
      }
      placed += 1
      let wanted =
        Self.ours[name] ?? Self.meaning(expected?["event_type"]?.string ?? "")
      #expect(found.subtracting(others) == wanted, "\(name): \(summary.rejections)")
      #expect(try ledger.read { $0.size } >= before)
      let again = try await post([payload], mapping, into: ledger)
      #expect(again.events.appended == 0, "\(name)")
    }
    #expect(placed == 48 - Self.unplaced.count)
  }

  private static func recipient(_ payload: JSONView?) -> String? {
    let record = payload?.kind == .array ? payload?.elements.first { _ in true } : payload
    return ["email", "recipient", "Recipient", "Email"].compactMap { record?[$0]?.string }.first
  }
}
