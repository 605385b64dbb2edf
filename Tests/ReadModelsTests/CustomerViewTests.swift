import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Relationship
import Testing

@Suite struct CustomerViewTests {
  private func credit(_ id: String, until end: String? = nil) -> JSONValue {
    let members: KeyValuePairs<String, JSONValue?> = [
      "promiseId": .string(id), "amount": money("20.00"), "reason": "late repair",
      "redeemWhere": "*", "validUntil": end.map { .string($0) },
    ]
    return .object(members)
  }

  @Test func whoNobodyKnowsHasNoView() throws {
    #expect(
      try Customer360.view(of: "c1", at: History.instant("2026-01-01"), from: []) == nil)
  }

  @Test func whatWeOweComesFirstWithItsReasonAndSinceWhen() throws {
    var history = History()
    history.add("credit.granted", at: "2026-01-01", by: "user", credit("P1"))
    history.add("credit.redeemed", at: "2026-01-02", ["promiseId": "P1", "amount": money("20")])
    history.add("credit.granted", at: "2026-01-03", by: "user", credit("P2"))
    let view = try history.view()
    #expect(view.promises.map(\.id) == ["P2", "P1"])
    let owed = try #require(view.openPromises.first)
    #expect(owed.owed?.text == "20.00 EUR")
    #expect(owed.reason == "late repair")
    #expect(owed.promised?.position == 2)
    #expect(owed.promised?.saidBy == .staff)
  }

  @Test func aPromiseThatHasExpiredIsOwedNoMoreAtThatInstant() throws {
    var history = History()
    history.add(
      "credit.granted", at: "2026-01-01", credit("P1", until: "2026-06-01T00:00:00Z"))
    #expect(try history.view(at: "2026-05-31").openPromises.map(\.id) == ["P1"])
    #expect(try history.view(at: "2026-06-01").promises.map(\.state) == [.expired])
  }

  @Test func statedObservedAndInferredStandApart() throws {
    var history = History()
    history.add("preference.stated", wish)
    history.add(
      "product.viewed",
      ["sku": "R-1", "topic": "travel.hotel", "surface": "web", "purpose": "marketing"])
    history.add(
      "inference.made",
      [
        "model": "m1", "modelVersion": "3", "inputEventIds": [], "topic": "travel.hotel",
        "claim": "likes quiet", "validUntil": "2027-01-01T00:00:00Z",
      ])
    let view = try history.view()
    #expect(view.stated.map(\.kind) == [.preference])
    #expect(view.observed.map(\.kind) == [.viewed])
    #expect(view.inferred.map(\.kind) == [.inference])
    #expect(view.inferred[0].outrankedBy == 0, "by what she said of the same topic")
    #expect(view.inferred[0].source.eventId == "e2")
  }

  @Test func aGuessThatHasEndedIsNotShown() throws {
    var history = History()
    history.add(
      "inference.made",
      [
        "model": "m1", "modelVersion": "3", "inputEventIds": [], "topic": "tea",
        "claim": "likes tea", "validUntil": "2026-06-01T00:00:00Z",
      ])
    #expect(try history.view(at: "2026-05-31").inferred.count == 1)
    #expect(try history.view(at: "2026-06-01").inferred.isEmpty)
  }

  @Test func aPauseThatIsOverIsNoPause() throws {
    var history = History()
    history.add(
      "contact.paused",
      ["purpose": "*", "topic": "*", "channel": "*", "until": "2026-06-01T00:00:00Z"])
    let running = try history.view(at: "2026-05-31").contact
    #expect(running.pausedUntil == History.instant("2026-06-01"))
    #expect(running.paused?.position == 0)
    #expect(try history.view(at: "2026-06-01").contact.pausedUntil == nil)
  }

  @Test func aStopNamesTheEventThatDecided() throws {
    var history = History()
    history.add("interest.stated", ["topic": "tea"])
    history.add("objection.raised", id: "no", by: "user", ["purpose": "*", "route": "spoken"])
    let stopped = try #require(try history.view().contact.stopped)
    #expect(stopped.position == 1)
    #expect(stopped.eventId == "no")
    #expect(stopped.saidBy == .staff)
  }

  @Test func wishesComeWithTheBookingsAheadAndThoseMissed() throws {
    var history = History()
    history.add("preference.stated", at: "2026-01-01", wish)
    for (id, start) in [("B1", "2026-02-01T13:00:00Z"), ("B2", "2026-08-01T13:00:00Z")] {
      history.add(
        "booking.created", at: "2026-01-05",
        [
          "bookingId": .string(id), "topic": "travel.hotel",
          "slots": [["slot": "room", "startsAt": .string(start)]],
        ])
    }
    let view = try history.view(at: "2026-05-01")
    #expect(view.wishes.map(\.bookings) == [["B2"]])
    #expect(view.wishes.map(\.missed) == [1])
    #expect(view.bookings.map(\.reference) == ["B2"])
    #expect(view.bookings.map(\.source.eventId) == ["e2"])
  }

  @Test func theLastTouchesAreByTimeInAnyChannel() throws {
    var history = History()
    for number in 1...9 {
      history.add("interest.stated", at: "2026-01-0\(number)", ["topic": .string("t\(number)")])
    }
    history.add("interest.stated", at: "2026-01-04", ["topic": "late"])
    #expect(
      try history.view().touches.map(\.line)
        == (5...9).reversed().map { "Is interested in t\($0)" })
  }

  @Test func theFirstOrdersCurrencyComesFirst() throws {
    var history = History()
    history.add("order.completed", at: "2026-01-01", order("O1", "5.00", "USD"))
    history.add("order.completed", at: "2026-01-02", order("O2", "7.00", "EUR"))
    #expect(try history.view().who.spending.map(\.net.text) == ["5.00 USD", "7.00 EUR"])
  }

  @Test func anotherCustomersEventsDoNotCount() throws {
    var history = History()
    history.add("interest.stated", of: "c1", ["topic": "tea"])
    history.add("interest.stated", of: "c2", ["topic": "tea"])
    #expect(try history.view().who.events == 1)
  }

  @Test func theViewAsOfADayIsThatOfTheEventsThatHadHappened() throws {
    let all = RandomHistory.events(seed: 5, count: 400)
    let day = History.instant("2026-06-01")
    var early = History()
    for event in all.events where event.time <= day {
      early.add(
        event.type, of: event.subject, at: event.time, recorded: event.recorded, id: event.id,
        by: event.authtype, source: event.source, event.data.value)
    }
    let filtered = all.events.filter { $0.time <= day }
    let one = try Customer360.view(of: "c1", at: day, from: filtered)
    let other = try Customer360.view(of: "c1", at: day, from: early.events)
    #expect(one?.who.events == other?.who.events)
    #expect(one?.stated.map(\.text) == other?.stated.map(\.text))
  }

  @Test func theFileAnswersLikeTheEvents() throws {
    let history = RandomHistory.events(seed: 6, count: 400)
    let at = History.instant("2026-07-01")
    try TemporaryDirectory.with { folder in
      let engine = ProjectionEngine(
        Customer360.self, folder: folder + "/views", catalogue: "")
      let source = ArraySource(history.events)
      _ = try engine.catchUp(with: source, now: at)
      let map = try source.customers(before: source.end)
      for subject in ["c1", "c2", "c3", "anon-1"] {
        let customer = map.customer(of: subject)
        let stored = try engine.read { try Customer360.view(of: customer, at: at, in: $0) }
        let derived = try Customer360.view(
          of: customer, at: at, from: history.events, customers: map)
        #expect(stored == derived)
        #expect(stored != nil)
      }
    }
  }

  @Test func theJSONSaysTheSame() throws {
    var history = History()
    history.add("credit.granted", at: "2026-01-01", by: "user", credit("P1"))
    let json = try history.view(at: "2026-05-01").json
    #expect(json["id"]?.string == "c1")
    #expect(json["at"]?.string == "2026-05-01T00:00:00.000000Z")
    let promise = try #require(json["promises"]?.elements.first)
    #expect(
      promise.text
        == #"{"id":"P1","state":"open","owed":{"amount":"20.00","currency":"EUR"},"#
        + #""reason":"late repair","redeemWhere":"*","promised":{"position":0,"#
        + #""time":"2026-01-01T00:00:00.000000Z","saidBy":"user","eventId":"e0"},"conflicts":[]}"#)
    #expect(json["inferred"] == .array([]))
  }
}
