// rapport why: the event behind every value and every answer.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct WhyCommandTests {
  @Test func everyValueOfACustomerNamesItsEvent() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.consent(),
      AnswerLedger.event(
        "wish", "preference.stated",
        [
          "topic": "seat", "value": "window", "standing": true, "strength": "prefer",
        ]),
    ])
    let found = try ledger.program.run("why", "ann", "--json").value()
    #expect(found["asked"]?.string == "customer")
    let values = found["values"]?.elements ?? []
    #expect(!values.isEmpty)
    #expect(values.allSatisfy { $0["event"]?["eventId"]?.string?.isEmpty == false })
    #expect(values.allSatisfy { $0["event"]?["position"]?.integer != nil })
    let wish = values.first { $0["kind"]?.string == "preference" }
    #expect(wish?["event"]?["eventId"]?.string == "wish" && wish?["origin"]?.string == "stated")
    let standing = found["permissions"]?.elements.first
    #expect(standing?["says"]?.string == "permitted")
    #expect(standing?["event"]?["eventId"]?.string == "yes")
    #expect(standing?["event"]?["saidBy"]?.string == "app_user")
    let page = try ledger.program.run("why", "ann")
    #expect(page.output.contains("preference  seat, window  [stated by the customer 2025-03-01"))
    #expect(page.output.contains("permitted  purpose marketing, topic *, channel email"))
  }

  @Test func anEventTellsWhatLedToItAndWhatItLedTo() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.event(
        "late", "complaint.opened",
        ["complaintId": "k1", "channel": "voice", "topic": "delivery", "text": "where is it?"]),
      AnswerLedger.event(
        "credit", "credit.granted",
        [
          "promiseId": "c1", "amount": ["amount": "20.00", "currency": "EUR"], "reason": "late",
          "redeemWhere": "*",
        ], by: "user", time: "2025-03-02T09:00:00Z", cause: "late"),
      AnswerLedger.event(
        "paid", "credit.redeemed",
        ["promiseId": "c1", "amount": ["amount": "20.00", "currency": "EUR"]], by: "user",
        time: "2025-03-03T09:00:00Z", cause: "credit"),
    ])
    let middle = try ledger.program.run("why", "credit", "--event", "--json").value()
    #expect(middle["event"]?["title"]?.string?.isEmpty == false)
    #expect(middle["causes"]?.elements.compactMap { $0["id"]?.string } == ["late"])
    #expect(middle["effects"]?.elements.compactMap { $0["event"]?["id"]?.string } == ["paid"])
    let first = try ledger.program.run("why", "late", "--json").value()
    #expect(first["event"]?["words"]?.string == "where is it?")
    #expect(first["effects"]?.elements.map { $0["depth"]?.integer } == [1, 2])
    let position = try ledger.position(of: "paid")
    let page = try ledger.program.run("why", "\(position)", "--event")
    #expect(page.status == 0)
    #expect(page.output.contains("Because of"))
    let last = try ledger.program.run("why", "\(position)", "--event", "--json").value()
    #expect(last["causes"]?.elements.compactMap { $0["id"]?.string } == ["credit", "late"])
    #expect(last["event"]?["recorded"]?.string != last["event"]?["time"]?.string)
  }

  @Test func aCauseThatIsNotHereIsNamed() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.event(
        "ask", "inquiry.received", ["inquiryId": "i1", "channel": "voice", "topic": "service"],
        cause: "elsewhere-1")
    ])
    let found = try ledger.program.run("why", "ask", "--json").value()
    #expect(found["missingCause"]?.string == "elsewhere-1")
    #expect(found["causes"]?.elements.isEmpty == true)
  }

  @Test func aMessageThatWasRightAsKnownThenIsRegretted() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    let token = try #require(try ledger.ask("--send", "--json").value()["token"]?.string)
    // She said no before the message went out, and the note of it came in afterwards.
    let saidNo = AnswerLedger.now
    let sent = AnswerLedger.event(
      "sent", "contact.sent",
      [
        "department": "marketing", "purpose": "marketing", "topic": "general", "channel": "email",
        "contactPoint": "m1", "class": "marketing", "decisionEventId": .string(token),
      ], by: "service_account", time: AnswerLedger.now)
    try ledger.append([sent])
    let before = try ledger.program.run("why", "sent", "--json").value()
    #expect(before["contact"]?["regretted"] == false)
    #expect(before["contact"]?["recorded"]?["token"]?["id"]?.string == token)
    try ledger.append([AnswerLedger.withdrawal(time: saidNo)])
    let after = try ledger.program.run("why", "sent", "--json").value()["contact"]
    #expect(after?["recorded"]?["verdict"]?.string == "allow")
    #expect(after?["then"]?["verdict"]?.string == "allow")
    #expect(after?["then"]?["event"]?["id"]?.string == "yes")
    #expect(after?["now"]?["verdict"]?.string == "deny")
    #expect(after?["now"]?["event"]?["id"]?.string == "no")
    #expect(after?["now"]?["event"]?["words"]?.string == "no more letters of this kind")
    #expect(after?["regretted"] == true)
    let page = try ledger.program.run("why", "sent").output
    #expect(page.contains("May marketing contact ann about general, for marketing, by email"))
    #expect(page.contains("Regretted: right as it was known then, wrong in fact."))
    let decided = try ledger.program.run("why", token, "--json").value()
    #expect(
      decided["contact"]?["regretted"] == false, "the answer was asked before she said no")
    #expect(decided["effects"]?.elements.isEmpty == true)
  }

  @Test func whatIsMeantIsSaidAndWhatIsNotThereIsNotRepeated() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.event("one", "customer.registered", ["kind": "person"], customer: "1")
    ])
    #expect(try ledger.program.run("why", "1", "--json").value()["asked"]?.string == "customer")
    #expect(
      try ledger.program.run("why", "1", "--event", "--json").value()["event"]?["position"]?
        .integer == 1)
    #expect(try ledger.program.run("why", "1", "--event", "--customer").status == 64)
    let gone = try ledger.program.run("why", "ann@example.test")
    #expect(gone.status == 66 && gone.error.contains("[event.missing]"))
    #expect(!gone.error.contains("ann@"))
    #expect(try ledger.program.run("why", "9999999", "--event").status == 66)
    #expect(try ledger.program.run("why", "nobody", "--customer").status == 66)
  }

  @Test func anIdThatTwoSourcesUsedIsAskedForByPosition() throws {
    let ledger = try AnswerLedger()
    let one = AnswerLedger.event("same", "interest.stated", ["topic": "tea"])
    try ledger.append([one, one.replacing("/web/preferences", with: "/app/settings")])
    let outcome = try ledger.program.run("why", "same")
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("[event.several]"))
    let position = try ledger.position(of: "same")
    #expect(outcome.error.contains("\(position), \(position + 1)"))
    #expect(try ledger.program.run("why", "\(position + 1)", "--event").status == 0)
  }

  /// Every answer that a practice ledger records is found by its token, and tells what decided.
  @Test func everyAnswerOfAPracticeLedgerIsTold() throws {
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    #expect(
      try program.run("practice", "--customers", "40", "--events", "2000", "--seed", "7").status
        == 0)
    let decided = try program.run("replay", "--type", "contact.decided", "--json", "--last", "12")
    #expect(decided.lines.count == 12)
    for line in decided.lines {
      let entry = try JSONDocument(scanning: Array(line.utf8)).root
      let id = try #require(entry["id"]?.string)
      let told = try program.run("why", id, "--json").value()["contact"]
      #expect(told?["recorded"]?["verdict"]?.string == entry["data"]?["verdict"]?.string)
      #expect(told?["now"]?["decidingEvent"]?.string?.isEmpty == false)
    }
  }
}
