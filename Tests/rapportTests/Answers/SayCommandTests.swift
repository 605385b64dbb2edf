// The customer's say as the tables and the answers have it: choices, and contacts that count.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct SayCommandTests {
  @Test func herChoicesAreOneTableAndAreKept() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.consent(),
      AnswerLedger.event(
        "only", "channel.chosen",
        [
          "purpose": "marketing", "topic": "products.savings", "channels": ["voice"],
          "mode": "only",
        ]),
      AnswerLedger.event(
        "seldom", "cadence.chosen",
        [
          "purpose": "marketing", "topic": "*", "channel": "*",
          "maxPer": ["count": 1, "period": "P30D"],
        ]),
      AnswerLedger.event(
        "rest", "contact.paused",
        [
          "purpose": "marketing", "topic": "products.cards", "channel": "*",
          "until": "2150-01-01T00:00:00Z",
        ]),
    ])
    let rows = try ledger.program.run(
      "query", "permission", "SELECT kind, topic, event_id FROM choice ORDER BY position", "--json"
    ).value()
    #expect(rows.elements.compactMap { $0["kind"]?.string } == ["channels", "cap", "pause"])
    let savings = try ledger.ask("--topic", "products.savings", "--json").value()
    #expect(savings["rule"]?.string == "G5.topicChannelOnly")
    #expect(savings["decidingEvent"]?.string == "only")
    #expect(try ledger.ask("--topic", "products.cards").status == 2)
    let other = try ledger.ask("--topic", "products.tents", "--json").value()
    #expect(other["verdict"]?.string == "allow")
    #expect(other["caps"]?["customer"] == ["used": 0, "left": 1])
  }

  @Test func aPresentCountsAsAContact() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.consent(),
      AnswerLedger.event(
        "seldom", "cadence.chosen",
        [
          "purpose": "marketing", "topic": "*", "channel": "*",
          "maxPer": ["count": 1, "period": "P30D"],
        ]),
      AnswerLedger.event(
        "tea", "gift.sent",
        [
          "giftId": "g1", "channel": "post", "description": "a box of tea", "sender": "store 3",
          "costCode": "4610", "cost": ["amount": "9.50", "currency": "EUR"],
          "department": "service",
        ], by: "user", time: AnswerLedger.now),
    ])
    let rows = try ledger.program.run(
      "query", "permission", "SELECT department, purpose, event_id FROM pressure", "--json"
    ).value()
    #expect(rows.elements.first?["event_id"] == "tea")
    #expect(rows.elements.first?["department"] == "service")
    let asked = try ledger.ask("--json")
    #expect(asked.status == 2, "she has heard enough for now")
    let answer = try asked.value()
    #expect(answer["rule"]?.string == "G8.customerCap" && answer["decidingEvent"]?.string == "tea")
    #expect(answer["caps"]?["company"]?["used"]?.integer == 1)
  }
}
