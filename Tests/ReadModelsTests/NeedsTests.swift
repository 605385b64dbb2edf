import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

/// Needs of docs/needs.md that no other suite shows.
@Suite struct NeedsTests {
  @Test func whatWeGaveStandsApartFromWhatSheAskedFor() throws {
    var history = History()
    history.add("preference.stated", wish)
    history.add(
      "benefit.granted", by: "user", ["benefitId": "free-repair", "name": "One free repair"])
    history.add("benefit.used", ["benefitId": "free-repair", "storeId": "s1"])
    #expect(try history.rows("SELECT kind, origin FROM fact") == [["preference", "stated"]])
    #expect(try history.row("SELECT benefit_id, used FROM benefit") == "free-repair 1")
  }

  @Test func aPresentIsInTheTimelineWithItsCost() throws {
    var history = History()
    history.add(
      "gift.sent", by: "user",
      [
        "giftId": "G1", "channel": "post", "description": "Box of tea", "sender": "Store 3",
        "costCode": "4610", "cost": money("9.50"), "department": "service",
      ])
    #expect(
      try history.row("SELECT channel, line FROM timeline")
        == "post Was sent a present by post: Box of tea (9.50 EUR)")
  }

  @Test func aReactionIsHerWordAboutTheThing() throws {
    var history = History()
    for (sku, reaction) in [("A", "own"), ("B", "notInterested"), ("C", "moreLikeThis")] {
      history.add("item.reacted", ["sku": .string(sku), "reaction": .string(reaction)])
    }
    #expect(
      try history.rows("SELECT about, kind, value, origin FROM fact ORDER BY position") == [
        ["A", "owns", "own", "stated"], ["B", "reaction", "notInterested", "stated"],
        ["C", "reaction", "moreLikeThis", "stated"],
      ])
  }

  @Test func aSuggestionShowsThatItWasTakenUp() throws {
    var history = History()
    history.add("suggestion.made", ["suggestionId": "S1", "topic": "shoes", "text": "red laces"])
    history.add("suggestion.adopted", by: "user", ["suggestionId": "S1"])
    #expect(
      try history.row("SELECT kind, about, value, detail FROM fact")
        == "suggestion S1 red laces adopted")
    #expect(
      try history.column("SELECT line FROM timeline ORDER BY position")
        == ["Made a suggestion about shoes", "We took up the suggestion S1"])
  }

  @Test func howOftenSheHearsFromUsIsHersToSay() throws {
    let choice: JSONValue = [
      "purpose": "marketing", "topic": "*", "channel": "email",
      "maxPer": ["count": 2, "period": "P1M"],
    ]
    var history = History()
    history.add("cadence.chosen", by: "service_account", choice)
    #expect(try history.rows("SELECT * FROM fact").isEmpty, "software does not choose for her")
    history.add("cadence.chosen", choice)
    #expect(
      try history.row("SELECT kind, value, origin FROM fact")
        == "cadence at most 2 in 1 month stated")
  }

  @Test func aYesCannotBeRecordedWithoutItsProof() throws {
    let path = SharedData.repository + "/schemas/events/consent.given.v1.json"
    let schema = try JSONDocument(scanning: SharedData.bytes(ofFile: path)).root.value
    let required = (schema["required"]?.elements ?? []).map { $0.string ?? "" }
    let proof: Set = [
      "purpose", "noticeEventId", "language", "consentType", "lawfulBasis", "controllers",
      "retentionPeriod", "jurisdiction", "withdrawalMethod", "method",
    ]
    #expect(proof.subtracting(required) == [])
  }

  @Test func nameAndPhoneNumberAreEnoughToBeKnown() throws {
    var history = History()
    history.add("customer.registered", by: "user", ["kind": "person", "name": "Practice Customer"])
    history.add(
      "contactpoint.added", by: "user",
      [
        "contactPointId": "cp1", "kind": "phone", "channels": ["voice"],
        "value": "+493023125001", "ownership": "sole", "addedBy": "customer",
      ])
    let who = try history.view().who
    #expect(who.isRegistered)
    #expect(who.profile.contains { $0.text == "Practice Customer" })
    #expect(who.contactPoints.map(\.text) == ["+493023125001"])
  }

  @Test func touchesOfEveryChannelAreOneThread() throws {
    var history = History()
    history.add(
      "complaint.opened", at: "2026-01-01",
      ["complaintId": "X1", "channel": "email", "topic": "shoes"])
    history.add(
      "question.asked", at: "2026-01-02", by: "user",
      ["questionId": "Q1", "topic": "shoes", "channel": "voice.live", "sensitivity": "normal"])
    history.add(
      "complaint.opened", at: "2026-01-03",
      ["complaintId": "X2", "channel": "inapp.web", "topic": "shoes"])
    #expect(
      try history.view().touches.map(\.channel) == ["inapp.web", "voice.live", "email"])
  }

  @Test func whatSheTellsOfHerselfIsKeptAsSheSaidIt() throws {
    var history = History()
    history.add("lifestage.stated", ["stage": "first own flat", "reviewBy": "2027-01-01"])
    history.add("lifestyle.stated", ["topic": "life.mobility", "value": "cycles to work"])
    history.add("need.stated", ["topic": "shoes", "text": "for a wet trail"])
    history.add("value.stated", ["topic": "products", "text": "can be repaired"])
    history.add(
      "reason.given", ["stance": "stay", "factor": "service", "text": "you pick up the phone"])
    #expect(
      try history.rows("SELECT kind, value, origin, said_by FROM fact ORDER BY position") == [
        ["lifestage", "first own flat", "stated", "app_user"],
        ["lifestyle", "cycles to work", "stated", "app_user"],
        ["need", "for a wet trail", "stated", "app_user"],
        ["value", "can be repaired", "stated", "app_user"],
        ["reason", "you pick up the phone", "stated", "app_user"],
      ])
  }
}
