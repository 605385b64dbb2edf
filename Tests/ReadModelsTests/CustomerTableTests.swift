import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

@Suite struct CustomerTableTests {
  @Test func spendIsOrdersLessRefundsAndCancellations() throws {
    var history = History()
    history.add("order.completed", order("O1", "100.00"))
    history.add("order.completed", order("O2", "35.105"))
    history.add("order.refunded", ["refundId": "R1", "amount": money("20.00")])
    history.add("order.cancelled", ["cancellationId": "C1", "total": money("0.10")])
    #expect(
      try history.row("SELECT orders, currency, spend_micros FROM customer") == "2 EUR 115005000")
    #expect(
      try history.row(
        "SELECT currency, orders, gross_micros, refunded_micros, cancelled_micros, net_micros"
          + " FROM spend") == "EUR 2 135105000 20000000 100000 115005000")
  }

  @Test func currenciesAreNeverAddedAndTheFirstOrdersCounts() throws {
    var history = History()
    history.add("order.completed", at: "2026-03-01", order("O2", "7.00", "USD"))
    history.add("order.completed", at: "2026-02-01", order("O1", "5.00", "EUR"))
    #expect(
      try history.row("SELECT orders, currency, spend_micros FROM customer") == "2 EUR 5000000")
    #expect(try history.column("SELECT currency FROM spend ORDER BY 1") == ["EUR", "USD"])
  }

  @Test func anOrderSetsTheCurrencyThoughARefundCameBefore() throws {
    var history = History()
    history.add(
      "order.refunded", at: "2026-01-01", ["refundId": "R1", "amount": money("1", "GBP")])
    #expect(try history.row("SELECT currency, spend_micros FROM customer") == "GBP -1000000")
    history.add("order.completed", at: "2026-02-01", order("O1", "5.00", "EUR"))
    #expect(try history.row("SELECT currency, spend_micros FROM customer") == "EUR 5000000")
  }

  @Test func onlyCancellationsMeansNoOrderAndSpendBelowZero() throws {
    var history = History()
    history.add("order.cancelled", ["cancellationId": "C1", "total": money("12.50")])
    #expect(
      try history.row("SELECT orders, currency, spend_micros FROM customer") == "0 EUR -12500000")
  }

  @Test func whoNeverBoughtHasNoCurrencyAndNoSpend() throws {
    var history = History()
    history.add("interest.stated", ["topic": "tea"])
    #expect(
      try history.row("SELECT orders, currency, spend_micros FROM customer") == "0 - 0")
  }

  @Test func aCancellationWithoutATotalIsWorthItsLines() throws {
    var history = History()
    history.add(
      "order.cancelled",
      [
        "cancellationId": "C1",
        "lines": [
          ["quantity": 2, "unitPrice": money("1.255")], ["quantity": 1, "lineTotal": money("4")],
        ],
      ])
    #expect(try history.row("SELECT spend_micros FROM customer") == "-6510000")
  }

  @Test func aSumThatCannotBeKeptIsAHoleAndTheEventStaysInTheTimeline() throws {
    var history = History()
    history.add("order.completed", order("O1", "5.00"))
    history.add("order.completed", order("O2", "0.0000001"))
    history.add("order.completed", order("O3", "9223372036854.775807"))
    #expect(try history.column("SELECT position FROM _rapport_holes") == ["1", "2"])
    #expect(try history.row("SELECT orders, spend_micros, events FROM customer") == "1 5000000 3")
    #expect(try history.column("SELECT count(*) FROM timeline") == ["3"])
  }

  @Test func seenIsByTheTimeThingsHappened() throws {
    var history = History()
    history.add("interest.stated", at: "2026-02-02", ["topic": "tea"])
    history.add("interest.stated", at: "2026-01-01", ["topic": "tea"])
    let row = try history.row("SELECT first_seen, last_seen, events, revision FROM customer")
    #expect(row == "1767225600000000 1769990400000000 2 2")
  }

  @Test func aSaleToNobodyKnownIsAnonymousUntilSheRegisters() throws {
    var history = History()
    history.add("order.completed", of: "anon-7", order("O1", "5.00"))
    #expect(try history.row("SELECT anonymous, registered FROM customer") == "1 0")
    history.add("customer.registered", of: "anon-7", ["kind": "person"])
    #expect(try history.row("SELECT anonymous, registered FROM customer") == "0 1")
  }

  @Test func languageAndCountryAreTheLatestStated() throws {
    var history = History()
    history.add(
      "customer.registered", at: "2026-01-01",
      ["kind": "person", "language": "de", "country": "DE"])
    history.add(
      "profile.attribute.rectified", at: "2026-02-01", ["path": "language", "newValue": "en"])
    #expect(try history.row("SELECT kind, language, country FROM customer") == "person en DE")
  }

  @Test func openPromisesAndComplaintsAreCounted() throws {
    var history = History()
    history.add("complaint.opened", ["complaintId": "X1", "channel": "email", "topic": "shoes"])
    history.add("complaint.opened", ["complaintId": "X2", "channel": "email", "topic": "shoes"])
    history.add(
      "complaint.resolved", ["complaintId": "X2", "remedy": "credit", "customerAgrees": false])
    history.add(
      "credit.granted",
      ["promiseId": "P1", "amount": money("20"), "reason": "sorry", "redeemWhere": "*"])
    history.add(
      "credit.granted",
      ["promiseId": "P2", "amount": money("5"), "reason": "sorry", "redeemWhere": "*"])
    history.add("credit.redeemed", ["promiseId": "P2", "amount": money("5")])
    #expect(
      try history.row("SELECT open_complaints, open_promises FROM customer") == "2 1")
    #expect(
      try history.column("SELECT state FROM complaint ORDER BY complaint_id")
        == ["open", "disputed"])
  }

  @Test func aPromiseRedeemedTwiceShowsTheSecond() throws {
    var history = History()
    history.add(
      "credit.granted",
      ["promiseId": "P1", "amount": money("20"), "reason": "sorry", "redeemWhere": "*"])
    history.add("credit.redeemed", at: "2026-02-02", ["promiseId": "P1", "amount": money("20")])
    history.add(
      "credit.redeemed", at: "2026-02-03", ["promiseId": "P1", "amount": money("20")])
    #expect(
      try history.row("SELECT state, redeemed_position, conflicts FROM promise")
        == "redeemed 1 2")
  }

  @Test func stopEverythingIsSeenAndALaterYesDoesNotUndoIt() throws {
    var history = History()
    history.add(
      "optout.recorded", at: "2026-02-01",
      [
        "purpose": "marketing", "topic": "*", "channel": "*", "contactPoint": "*",
        "route": "portal",
      ])
    #expect(try history.row("SELECT stopped FROM customer") == "0")
    history.add(
      "optout.recorded", at: "2026-03-01", by: "service_account",
      ["purpose": "*", "topic": "*", "channel": "*", "contactPoint": "*", "route": "portal"])
    history.add(
      "consent.given", at: "2026-04-01",
      ["purpose": "marketing", "topic": "*", "channel": "email", "contactPoint": "cp1"])
    #expect(try history.row("SELECT stopped, stopped_position FROM customer") == "1 1")
  }

  @Test func anObjectionToEverythingStopsEverything() throws {
    var history = History()
    history.add("objection.raised", ["purpose": "*", "route": "letter"])
    #expect(try history.row("SELECT stopped FROM customer") == "1")
  }

  @Test func aPauseEndsWhenSheResumesAndNotWhenAnybodyElseDoes() throws {
    var history = History()
    let pause = history.add(
      "contact.paused",
      ["purpose": "*", "topic": "*", "channel": "*", "until": "2026-06-01T00:00:00Z"])
    history.add(
      "contact.resumed", by: "service_account", ["pauseEventId": .string(pause)])
    #expect(try history.row("SELECT paused_until FROM customer") == "1780272000000000")
    history.add("contact.resumed", ["pauseEventId": .string(pause)])
    #expect(try history.row("SELECT paused_until FROM customer") == "-")
  }

  @Test func erasedDeceasedAndRestrictedAreSeen() throws {
    var history = History()
    let restriction = history.add("restriction.applied", ["reason": "legalClaim"])
    history.add("death.notified", ["notifiedBy": "family"])
    #expect(
      try history.row("SELECT erased, deceased, restricted FROM customer") == "0 1 1")
    history.add("restriction.lifted", ["restrictionEventId": .string(restriction)])
    history.add("data.erased", ["requestId": "R1"])
    #expect(
      try history.row("SELECT erased, erased_position, deceased, restricted FROM customer")
        == "1 3 1 0")
  }

  @Test func anEventOfATypeOfTheLedgersOwnIsInTheTimeline() throws {
    var history = History()
    history.add("parcel.lost", ["anything": [1, 2]])
    #expect(try history.column("SELECT line FROM timeline") == ["Recorded parcel.lost"])
    #expect(try history.column("SELECT count(*) FROM _rapport_holes") == ["0"])
  }

  @Test func eventsWithoutACustomerTouchNobody() throws {
    var history = History()
    history.add("purpose.retired", of: nil, ["purpose": "marketing"])
    #expect(try history.column("SELECT count(*) FROM customer") == ["0"])
  }

  @Test func whatMovesWithTheClockIsAskedAsOfTheLastEvent() throws {
    var history = History()
    history.add(
      "credit.granted", at: "2026-01-01",
      [
        "promiseId": "P1", "amount": money("20"), "reason": "sorry", "redeemWhere": "*",
        "validUntil": "2026-02-01T00:00:00Z",
      ])
    history.add("interest.stated", at: "2026-01-11", ["topic": "tea"])
    #expect(try history.row("SELECT promise_id, age_days FROM promise_now") == "P1 10")
    history.add("interest.stated", at: "2026-02-01", ["topic": "tea"])
    #expect(try history.rows("SELECT * FROM promise_now").isEmpty)
    #expect(try history.row("SELECT days_since_last_seen FROM customer_now") == "0")
  }
}
