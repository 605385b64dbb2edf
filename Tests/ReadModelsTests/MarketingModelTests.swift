import JSONBytes
import RapportTesting
import ReadModels
import Testing

@Suite struct MarketingModelTests {
  private func contact(
    _ campaign: String? = "spring", cell: String? = "A",
    _ more: KeyValuePairs<String, JSONValue?> = [:]
  ) -> JSONValue {
    let head: KeyValuePairs<String, JSONValue?> = [
      "department": "marketing", "purpose": "marketing", "topic": "shoes", "channel": "email",
      "contactPoint": "cp1", "class": "marketing", "campaignId": campaign.map { .string($0) },
      "cell": cell.map { .string($0) },
    ]
    guard case .object(let first) = JSONValue.object(head),
      case .object(let second) = JSONValue.object(more)
    else { return [:] }
    return .object(first + second)
  }

  private func plan(_ cells: [(String, String)], goal: String = "G1") -> JSONValue {
    [
      "campaignId": "spring", "goalId": .string(goal), "purpose": "marketing", "topic": "shoes",
      "cells": .array(
        cells.map { cell, dropAt in
          [
            "cell": .string(cell), "contentVersion": .string("v-\(cell)"), "channel": "email",
            "dropAt": .string("\(dropAt)T09:00:00Z"),
          ]
        }),
    ]
  }

  // MARK: campaign, cell, drop_calendar

  @Test func theLatestPlanOfACampaignCounts() throws {
    var history = History()
    history.add(
      "campaign.planned", of: nil, at: "2026-02-01", by: "user",
      plan([("A", "2026-03-01"), ("C", "2026-03-02")], goal: "G2"))
    history.add(
      "campaign.planned", of: nil, at: "2026-01-01", by: "user",
      plan([("A", "2026-02-01"), ("B", "2026-02-01")]))
    let cells = "SELECT cell, in_plan, content_version, drop_at FROM cell"
    #expect(
      try history.rows(of: MarketingCampaigns.self, "SELECT goal_id, plans FROM campaign")
        == ["G2 2"])
    #expect(
      try history.rows(of: MarketingCampaigns.self, cells) == [
        "A 1 v-A \(micros("2026-03-01T09:00:00Z"))", "C 1 v-C \(micros("2026-03-02T09:00:00Z"))",
      ])
    history.add("contact.sent", at: "2026-02-20", by: "user", contact(cell: "C"))
    history.add(
      "campaign.planned", of: nil, at: "2026-02-25", by: "user", plan([("B", "2026-04-01")]))
    #expect(
      try history.rows(of: MarketingCampaigns.self, cells)
        == ["B 1 v-B \(micros("2026-04-01T09:00:00Z"))", "C 0 - -"],
      "what was sent stays; what was only planned is gone")
    #expect(
      try history.rows(of: MarketingCampaigns.self, "SELECT day, what, cell FROM drop_calendar")
        == ["\(micros("2026-04-01")) plan B"])
  }

  @Test func aCellCountsWhatWasPlannedDecidedAndSent() throws {
    var history = History()
    for (customer, verdict) in [("c1", "allow"), ("c2", "deny"), ("c3", "defer"), ("c4", "deny")] {
      history.add(
        "contact.planned", of: customer, at: "2026-01-01", by: "user",
        contact("spring", cell: "A", ["dropAt": "2026-01-03T08:00:00Z"]))
      let rule = verdict == "allow" ? "R0" : "G8"
      history.add(
        "contact.decided", of: customer, at: "2026-01-03", by: "user",
        contact("spring", cell: "A", ["verdict": .string(verdict), "rule": .string(rule)]))
    }
    history.add("contact.sent", of: "c1", at: "2026-01-03", by: "user", contact())
    #expect(
      try history.rows(
        of: MarketingCampaigns.self,
        """
        SELECT campaign_id, cell, in_plan, planned, allowed, deferred, denied, sent, customers
        FROM cell
        """) == ["spring A 0 4 1 1 2 1 4"])
    #expect(
      try history.rows(
        of: MarketingCampaigns.self, "SELECT verdict, rule, decisions, customers FROM cell_refusal")
        == ["defer G8 1 1", "deny G8 2 2"])
  }

  @Test func theCalendarShowsWhatEveryDepartmentPlans() throws {
    var history = History()
    history.add(
      "campaign.planned", of: nil, at: "2026-01-01", by: "user", plan([("A", "2026-01-10")]))
    for (customer, hour) in [("c1", "08"), ("c2", "17")] {
      history.add(
        "contact.planned", of: customer, at: "2026-01-02", by: "user",
        contact("spring", cell: "A", ["dropAt": .string("2026-01-10T\(hour):00:00Z")]))
    }
    history.add(
      "contact.planned", of: "c1", at: "2026-01-02", by: "user",
      contact(nil, cell: nil, ["dropAt": "2026-01-03T08:00:00Z"]))
    history.add("contact.sent", of: "c3", at: "2026-01-04", by: "user", contact("other"))
    #expect(
      try history.rows(
        of: MarketingCampaigns.self,
        """
        SELECT campaign_id, day, what, cell, department, channel, contacts FROM drop_calendar
        ORDER BY day, what
        """) == [
          " \(micros("2026-01-03")) contacts  marketing email 1",
          "spring \(micros("2026-01-10")) contacts A marketing email 2",
          "spring \(micros("2026-01-10")) plan A  email 0",
        ])
    #expect(
      try history.rows(
        of: MarketingCampaigns.self, "SELECT what, contacts, days_left FROM drop_calendar_now")
        == ["contacts 2 6", "plan 0 6"])
    #expect(
      try history.rows(of: MarketingCampaigns.self, "SELECT campaign_id FROM cell")
        == ["other", "spring"], "contacts of no campaign are in no cell")
  }

  // MARK: response

  private func send(_ history: inout History, of customer: String = "c1", message: String? = nil)
    -> String
  {
    history.add(
      "contact.sent", of: customer, at: "2026-01-01", by: "user",
      contact("spring", cell: "A", ["messageId": message.map { .string($0) }]))
  }

  private func outcome(
    _ type: String, _ event: String, _ history: inout History,
    at day: String = "2026-01-02", _ more: KeyValuePairs<String, JSONValue?> = [:]
  ) {
    guard case .object(let members) = JSONValue.object(more) else { return }
    history.add(
      type, at: day, by: "service_account",
      .object([JSONMember("sendEventId", .string(event))] + members))
  }

  @Test func aContactShowsWhatItBroughtAndWhatItCost() throws {
    var history = History()
    let contact = send(&history)
    outcome("contact.delivered", contact, &history)
    outcome("contact.responded", contact, &history, at: "2026-01-04", ["response": "clicked"])
    outcome("contact.responded", contact, &history, at: "2026-01-03", ["response": "clicked"])
    outcome("contact.responded", contact, &history, ["response": "opened"])
    outcome("contact.responded", contact, &history, ["response": "bought"])
    outcome("contact.complained", contact, &history, ["complainedTo": "mailbox"])
    outcome(
      "optout.recorded", contact, &history,
      ["purpose": "marketing", "topic": "*", "channel": "email", "contactPoint": "*"])
    history.add(
      "complaint.opened", at: "2026-01-05", cause: contact,
      ["complaintId": "X1", "channel": "email", "topic": "shoes"])
    #expect(
      try history.rows(
        of: MarketingResponses.self,
        "SELECT customer_id, campaign_id, cell, clicked_time, replied_time FROM response")
        == ["c1 spring A \(micros("2026-01-03")) -"])
    #expect(
      try history.rows(
        of: MarketingResponses.self,
        """
        SELECT sent, delivered, clicked, replied, bought, complained, opted_out, complaints
        FROM cell_result
        """) == ["1 1 1 0 1 1 1 1"])
    #expect(try history.rows(of: MarketingResponses.self, "SELECT * FROM loose_outcome").isEmpty)
  }

  @Test func noFigureOfACellStandsWithoutWhatItCost() throws {
    var history = History()
    _ = send(&history)
    for harm in ["complained", "opted_out", "complaints"] {
      #expect(
        try history.rows(of: MarketingResponses.self, "SELECT \(harm) FROM cell_result") == ["0"])
    }
  }

  @Test func anOutcomeMayComeBeforeItsContactAndByTheCarriersNumber() throws {
    var history = History()
    history.add(
      "contact.bounced", at: "2026-01-02", by: "service_account",
      ["messageId": "M1", "bounce": "hard"])
    history.add(
      "contact.delivered", of: "c2", at: "2026-01-02", by: "service_account", ["messageId": "M1"])
    outcome("contact.responded", "e9", &history, ["response": "declined"])
    #expect(
      try history.rows(
        of: MarketingResponses.self,
        "SELECT customer_id, outcome, message_id FROM loose_outcome ORDER BY position")
        == ["c1 bounced M1", "c1 hardBounced M1", "c2 delivered M1", "c1 declined -"])
    _ = send(&history, message: "M1")
    #expect(
      try history.rows(
        of: MarketingResponses.self,
        "SELECT bounced_time = hard_bounced_time, delivered_time FROM response") == ["1 -"])
    #expect(
      try history.rows(
        of: MarketingResponses.self, "SELECT outcome FROM loose_outcome ORDER BY outcome")
        == ["declined", "delivered"])
  }

  @Test func thatAMessageWasOpenedIsKeptNowhere() throws {
    var history = History()
    let contact = send(&history)
    outcome("contact.responded", contact, &history, ["response": "opened"])
    outcome("contact.responded", "e9", &history, ["response": "opened"])
    #expect(!MarketingResponses.tables.contains("opened_time INTEGER, -- when the message"))
    #expect(try history.rows(of: MarketingResponses.self, "SELECT * FROM loose_outcome").isEmpty)
    #expect(
      try history.rows(
        of: MarketingResponses.self, "SELECT coalesce(delivered_time, clicked_time) FROM response")
        == ["-"])
  }

  // MARK: asked_for

  private let now = "SELECT customer_id, topic, kind FROM asked_for_now ORDER BY customer_id"

  @Test func whatCustomersAskForIsFoundByTopic() throws {
    var history = History()
    history.add("interest.stated", of: "c1", at: "2026-01-01", ["topic": "shoes"])
    history.add(
      "preference.stated", of: "c2", at: "2026-01-01",
      ["topic": "shoes", "value": "red", "standing": false, "strength": "nice"])
    history.add(
      "interest.stated", of: "c2", at: "2026-01-01",
      ["topic": "skis", "validUntil": "2026-02-01T00:00:00Z"])
    #expect(
      try history.rows(of: MarketingAskedFor.self, "SELECT * FROM topic_asked_for")
        == ["shoes 2", "skis 1"])
    history.add("interest.stated", of: "c3", at: "2026-02-02", ["topic": "boots"])
    #expect(
      try history.rows(of: MarketingAskedFor.self, now)
        == ["c1 shoes interest", "c2 shoes preference", "c3 boots interest"])
    #expect(
      try history.rows(
        of: MarketingAskedFor.self,
        "SELECT strength, standing FROM asked_for WHERE kind = 'preference'")
        == ["nice 0"])
  }

  @Test func aLaterStatementTakesTheEarlierOnesPlace() throws {
    var history = History()
    history.add("interest.stated", at: "2026-01-01", ["topic": "shoes"])
    history.add(
      "interest.stated", at: "2026-01-05",
      ["topic": "shoes", "validUntil": "2026-02-01T00:00:00Z"])
    history.add("interest.stated", of: "c2", at: "2026-02-03", ["topic": "boots"])
    #expect(try history.rows(of: MarketingAskedFor.self, now) == ["c2 boots interest"])
    #expect(
      try history.rows(
        of: MarketingAskedFor.self,
        "SELECT in_force, replaced_position FROM asked_for WHERE customer_id = 'c1' ORDER BY position"
      )
        == ["0 1", "1 -"])
  }

  @Test func aWishThatWasTakenBackIsAskedForNoMore() throws {
    var history = History()
    history.add(
      "preference.retracted", at: "2026-01-05", ["preferenceEventId": "wish"])
    #expect(
      try history.rows(
        of: MarketingAskedFor.self, "SELECT preference_event_id FROM loose_retraction")
        == ["wish"])
    history.add(
      "preference.stated", at: "2026-01-01", id: "wish",
      ["topic": "shoes", "value": "red", "standing": true, "strength": "must"])
    #expect(try history.rows(of: MarketingAskedFor.self, now).isEmpty)
    #expect(
      try history.rows(of: MarketingAskedFor.self, "SELECT retracted_time FROM asked_for")
        == [micros("2026-01-05")])
    #expect(try history.rows(of: MarketingAskedFor.self, "SELECT * FROM loose_retraction").isEmpty)
  }
}
