import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

@Suite struct FactTableTests {
  @Test func everyValueShowsItsOriginWhenAndItsEvent() throws {
    var history = History()
    history.add("preference.stated", at: "2026-03-01", wish)
    history.add(
      "product.viewed", by: "service_account",
      ["sku": "R-1", "topic": "travel.hotel", "surface": "web", "purpose": "marketing"])
    history.add(
      "inference.made", by: "service_account",
      [
        "model": "m1", "modelVersion": "3", "inputEventIds": [], "topic": "travel.hotel",
        "claim": "likes quiet", "confidence": .number("0.62"),
        "validUntil": "2027-01-01T00:00:00Z",
      ])
    let rows = try history.rows(
      "SELECT origin, kind, value, time, position, event_id, said_by FROM fact ORDER BY position")
    #expect(
      rows == [
        ["stated", "preference", "quiet room", "1772323200000000", "0", "e0", "app_user"],
        ["observed", "viewed", nil, "1767225600000000", "1", "e1", "service_account"],
        ["inferred", "inference", "likes quiet", "1767225600000000", "2", "e2", "service_account"],
      ])
    #expect(try history.column("SELECT sum(in_force) FROM fact") == ["3"], "never folded into one")
  }

  @Test func theLaterWordIsInForceAndTheEarlierSaysByWhichItWasReplaced() throws {
    var history = History()
    history.add("preference.stated", at: "2026-03-01", wish)
    history.add(
      "preference.stated", at: "2026-04-01",
      ["topic": "travel.hotel", "value": "high floor", "standing": false, "strength": "nice"])
    #expect(
      try history.rows("SELECT position, in_force, replaced_position FROM fact ORDER BY 1")
        == [["0", "0", "1"], ["1", "1", nil]])
  }

  @Test func whatWasTakenBackSaysHow() throws {
    var history = History()
    let stated = history.add("preference.stated", wish)
    history.add("preference.retracted", ["preferenceEventId": .string(stated)])
    #expect(
      try history.row("SELECT in_force, ended_how, ended_position FROM fact") == "0 retracted 1")
  }

  @Test func aReferenceThatComesBeforeItsEventIsTakenInWhenThatComes() throws {
    var history = History()
    history.add("preference.retracted", at: "2026-03-02", ["preferenceEventId": "wish"])
    #expect(try history.row("SELECT loose_ends FROM customer") == "1")
    #expect(try history.row("SELECT target, type FROM loose_end") == "wish preference.retracted")
    history.add("preference.stated", at: "2026-03-01", id: "wish", wish)
    #expect(try history.row("SELECT loose_ends FROM customer") == "0")
    #expect(try history.row("SELECT in_force, ended_how FROM fact") == "0 retracted")
  }

  @Test func aContactPointThatEndsBeforeItBeganEndsAllTheSame() throws {
    var history = History()
    history.add(
      "contactpoint.invalidated", at: "2026-03-02",
      ["contactPointId": "cp1", "reason": "hardBounce"])
    history.add(
      "contactpoint.added", at: "2026-03-01",
      [
        "contactPointId": "cp1", "kind": "email", "channels": ["email"],
        "value": "a@example.test", "ownership": "sole", "addedBy": "customer",
      ])
    #expect(
      try history.row("SELECT value, origin, in_force, ended_how FROM fact")
        == "a@example.test stated 0 invalidated")
  }

  @Test func anAddressFromABrokerWasNotStated() throws {
    var history = History()
    history.add(
      "contactpoint.added",
      [
        "contactPointId": "cp1", "kind": "email", "channels": ["email"],
        "value": "a@example.test", "ownership": "sole", "addedBy": "broker",
      ])
    #expect(try history.row("SELECT origin FROM fact") == "observed")
  }

  @Test func anAnswerIsAStatedValueAboutTheQuestionsTopic() throws {
    var history = History()
    let asked = history.add(
      "question.asked", by: "user",
      ["questionId": "Q1", "topic": "shoes", "channel": "email", "sensitivity": "normal"])
    history.add(
      "question.answered",
      ["questionEventId": .string(asked), "answer": "forest", "reviewBy": "2027-03-01"])
    #expect(
      try history.row("SELECT kind, topic, about, value FROM fact") == "answer shoes Q1 forest")
    #expect(
      try history.row("SELECT state, answer, ask_again, repeated FROM question")
        == "answered forest 1803859200000000 0")
  }

  @Test func aQuestionAskedTwiceIsADefectOfOurs() throws {
    var history = History()
    for time in ["2026-01-01", "2026-01-05"] {
      history.add(
        "question.asked", at: time, by: "user",
        ["questionId": "Q1", "topic": "shoes", "channel": "email", "sensitivity": "normal"])
    }
    #expect(try history.column("SELECT repeated FROM question ORDER BY position") == ["0", "1"])
  }

  @Test func aChoiceOfChannelsCountsOnlyFromHerOrWithProof() throws {
    let choice: JSONValue = [
      "purpose": "marketing", "topic": "*", "channels": ["email", "post"], "mode": "only",
    ]
    var history = History()
    history.add("channel.chosen", by: "service_account", choice)
    history.add("channel.chosen", by: "user", choice)
    #expect(try history.rows("SELECT * FROM fact").isEmpty)
    history.add("channel.chosen", choice)
    #expect(
      try history.row("SELECT about, value, detail FROM fact") == "marketing email, post only")
  }

  @Test(arguments: [["$enc": "AAEC"], "[erased]", .null, 7] as [JSONValue])
  func anythingMayStandInPlaceOfAPersonalValue(value: JSONValue) throws {
    var history = History()
    history.add("customer.registered", ["kind": "person", "name": value])
    let expected = value.string ?? "[hidden]"
    #expect(try history.column("SELECT value FROM fact WHERE topic = 'name'") == [expected])
  }

  @Test func aStandingWishMeetsTheNextBookingAndIsHonoured() throws {
    var history = History()
    let stated = history.add("preference.stated", at: "2026-01-01", wish)
    history.add(
      "booking.created", at: "2026-01-05",
      [
        "bookingId": "B1", "topic": "travel.hotel",
        "slots": [["slot": "room", "startsAt": "2026-02-01T13:00:00Z"]],
      ])
    let cues = "SELECT context, reference, state FROM cue ORDER BY context"
    #expect(try history.rows(cues) == [["", "", "open"], ["booking", "B1", "open"]])
    history.add(
      "preference.applied", at: "2026-02-01",
      [
        "preferenceEventId": .string(stated), "context": "booking", "reference": "B1",
        "department": "service",
      ])
    #expect(try history.rows(cues) == [["", "", "open"], ["booking", "B1", "honoured"]])
    history.add("preference.retracted", at: "2026-03-01", ["preferenceEventId": .string(stated)])
    #expect(try history.rows(cues) == [["booking", "B1", "honoured"]])
  }

  @Test func aMergeIsRecordedAndTakenBack() throws {
    var history = History()
    let merge = history.add(
      "profile.merged", by: "user",
      ["canonical": "c1", "absorbed": "c2", "assurance": "probable"])
    history.add("profile.unmerged", ["mergeEventId": .string(merge), "reason": "wrongPerson"])
    #expect(try history.row("SELECT absorbed, undone_position FROM link") == "c2 1")
  }
}
