import JSONBytes
import RapportTesting
import ReadModels
import Testing

@Suite struct ServiceModelTests {
  private func complaint(_ id: String, topic: String = "shoes") -> JSONValue {
    ["complaintId": .string(id), "channel": "voice.live", "topic": .string(topic)]
  }

  private func resolution(_ id: String, agrees: Bool? = nil) -> JSONValue {
    .object([
      "complaintId": .string(id), "remedy": "repair", "customerAgrees": agrees.map { .bool($0) },
    ])
  }

  private let inquiry: JSONValue = ["inquiryId": "I1", "channel": "email", "topic": "shoes.laces"]

  private func question(_ id: String) -> JSONValue {
    [
      "questionId": .string(id), "topic": "shoes", "channel": "inperson", "sensitivity": "normal",
    ]
  }

  private func answer(_ event: String, reviewBy: String? = nil) -> JSONValue {
    .object([
      "questionEventId": .string(event), "answer": "blue",
      "reviewBy": reviewBy.map { .string($0) },
    ])
  }

  // MARK: complaint

  @Test func aComplaintSaysSinceWhenItWaitsAndWhatIsWanted() throws {
    var history = History()
    history.add(
      "complaint.opened", at: "2026-01-03",
      [
        "complaintId": "X1", "channel": "email", "topic": "shoes", "severity": "high",
        "orderId": "O1", "company": "north", "wantedRemedy": "a new sole",
      ])
    history.add("inquiry.received", of: "c2", at: "2026-01-10", inquiry)
    #expect(
      try history.rows(
        of: ServiceComplaints.self,
        """
        SELECT customer_id, complaint_id, state, topic, severity, order_id, company,
          wanted_remedy, opened_time, age_days FROM complaint_now
        """) == ["c1 X1 open shoes high O1 north a new sole \(micros("2026-01-03")) 7"])
  }

  @Test func aComplaintWithWhoseAnswerTheCustomerDisagreesStillWaits() throws {
    var history = History()
    history.add("complaint.opened", at: "2026-01-01", complaint("X1"))
    history.add(
      "complaint.resolved", at: "2026-01-05", by: "user", resolution("X1", agrees: false))
    let state = "SELECT state, remedy, customer_agrees FROM complaint"
    #expect(try history.rows(of: ServiceComplaints.self, state) == ["disputed repair 0"])
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT complaint_id FROM complaint_now")
        == ["X1"])
    history.add(
      "complaint.resolved", at: "2026-01-08", by: "user", resolution("X1", agrees: true))
    #expect(try history.rows(of: ServiceComplaints.self, state) == ["resolved repair 1"])
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT * FROM complaint_now").isEmpty)
  }

  @Test func aResolutionMayComeBeforeItsComplaint() throws {
    var history = History()
    history.add("complaint.resolved", at: "2026-01-05", by: "user", resolution("X1"))
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT state FROM complaint") == ["unknown"])
    #expect(try history.rows(of: ServiceComplaints.self, "SELECT * FROM effort").isEmpty)
    history.add("complaint.opened", at: "2026-01-01", complaint("X1"))
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT state FROM complaint") == ["resolved"])
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT contacts, days FROM effort_now")
        == ["1 4"])
  }

  // MARK: effort

  @Test func effortCountsTheContactsFromOpeningToSettlement() throws {
    var history = History()
    history.add("inquiry.received", at: "2026-01-01", inquiry)
    history.add("complaint.opened", at: "2026-01-02", complaint("X1"))
    history.add("inquiry.received", at: "2026-01-03", inquiry)
    history.add(
      "conversation.held", at: "2026-01-04", by: "user",
      ["channel": "inperson", "duration": "PT5M", "learnedEventIds": []])
    history.add(
      "inquiry.received", at: "2026-01-05",
      ["inquiryId": "I2", "channel": "email", "topic": "travel"])
    history.add("complaint.resolved", at: "2026-01-06", by: "user", resolution("X1", agrees: true))
    history.add("inquiry.received", at: "2026-01-07", inquiry)
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT complaint_id, contacts FROM effort")
        == ["X1 3"],
      "the complaint, the question about laces, the talk; not what came before, after, of travel")
  }

  @Test func contactsThatArriveLateCountAllTheSame() throws {
    var history = History()
    history.add("complaint.opened", at: "2026-01-02", complaint("X1"))
    history.add("complaint.resolved", at: "2026-01-06", by: "user", resolution("X1"))
    let contacts = "SELECT contacts FROM effort"
    #expect(try history.rows(of: ServiceComplaints.self, contacts) == ["1"])
    history.add("inquiry.received", at: "2026-01-04", inquiry)
    #expect(try history.rows(of: ServiceComplaints.self, contacts) == ["2"])
    history.add("complaint.opened", at: "2026-01-01", complaint("X1"))
    #expect(try history.rows(of: ServiceComplaints.self, contacts) == ["3"])
  }

  @Test func theScoreTheCustomerGaveStandsBesideTheEffort() throws {
    var history = History()
    history.add("complaint.opened", at: "2026-01-02", complaint("X1"))
    let resolved = history.add(
      "complaint.resolved", at: "2026-01-06", by: "user", resolution("X1"))
    for (instrument, score) in [("effort", "2.5"), ("satisfaction", "5")] {
      history.add(
        "feedback.given", at: "2026-01-07",
        [
          "instrument": .string(instrument), "score": .number(score), "scaleMax": 5,
          "occasionEventId": .string(resolved),
        ])
    }
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT contacts, score_micros FROM effort_now")
        == ["1 2500000"])
    #expect(
      try history.rows(of: ServiceComplaints.self, "SELECT scale_max_micros FROM effort_score")
        == ["5000000"])
  }

  // MARK: open_promise

  private func credit(_ amount: String = "20.00") -> JSONValue {
    ["promiseId": "P1", "amount": money(amount), "reason": "late parcel", "redeemWhere": "*"]
  }

  @Test func whatWeOweIsOpenUntilItIsRedeemed() throws {
    var history = History()
    history.add("credit.granted", at: "2026-01-01", by: "user", credit())
    history.add("credit.granted", of: "c2", at: "2026-02-10", by: "user", credit("5.00"))
    let open = "SELECT customer_id, owed_micros, currency, reason, age_days FROM open_promise_now"
    #expect(
      try history.rows(of: ServicePromises.self, open)
        == ["c1 20000000 EUR late parcel 40", "c2 5000000 EUR late parcel 0"])
    #expect(
      try history.rows(of: ServicePromises.self, "SELECT * FROM promise_board") == ["0 2 1 0 0"])
    history.add(
      "credit.redeemed", at: "2026-02-10", by: "user",
      ["promiseId": "P1", "amount": money("20.00"), "storeId": "berlin-3"])
    #expect(try history.rows(of: ServicePromises.self, open) == ["c2 5000000 EUR late parcel 0"])
    #expect(
      try history.rows(
        of: ServicePromises.self,
        "SELECT customer_id, redeemed_micros, redeemed_store, repeats FROM kept_promise")
        == ["c1 20000000 berlin-3 0"])
    #expect(
      try history.rows(of: ServicePromises.self, "SELECT * FROM promise_board") == ["1 1 0 0 0"])
  }

  @Test func twoTillsRedeemOnce() throws {
    var history = History()
    history.add(
      "credit.redeemed", at: "2026-01-03", by: "user",
      ["promiseId": "P1", "amount": money("20.00"), "storeId": "second"])
    history.add(
      "credit.redeemed", at: "2026-01-02", by: "user",
      ["promiseId": "P1", "amount": money("20.00"), "storeId": "first"])
    history.add("credit.granted", at: "2026-01-01", by: "user", credit())
    #expect(try history.rows(of: ServicePromises.self, "SELECT * FROM open_promise").isEmpty)
    #expect(
      try history.rows(
        of: ServicePromises.self,
        "SELECT owed_micros, redeemed_store, redeemed_time, repeats FROM kept_promise")
        == ["20000000 first \(micros("2026-01-02")) 1"])
  }

  @Test func aPromiseThatHasEndedIsNotOwed() throws {
    var history = History()
    history.add(
      "credit.granted", at: "2026-01-01", by: "user",
      [
        "promiseId": "P1", "amount": money("20.00"), "reason": "r", "redeemWhere": "*",
        "validUntil": "2026-02-01T00:00:00Z",
      ])
    history.add("inquiry.received", of: "c2", at: "2026-02-03", cause: "e0", inquiry)
    #expect(try history.rows(of: ServicePromises.self, "SELECT * FROM open_promise_now").isEmpty)
    #expect(
      try history.rows(
        of: ServicePromises.self, "SELECT promise_id, expired_days FROM expired_promise_now")
        == ["P1 2"])
  }

  @Test func aPromiseThatHasToBeAskedForAgainSaysSo() throws {
    var history = History()
    let promise = history.add("credit.granted", at: "2026-01-01", by: "user", credit())
    history.add("inquiry.received", at: "2026-01-05", cause: promise, inquiry)
    history.add("complaint.opened", at: "2026-01-09", cause: promise, complaint("X1"))
    history.add("inquiry.received", at: "2026-01-10", inquiry)
    #expect(
      try history.rows(
        of: ServicePromises.self, "SELECT asked_again, asked_again_time FROM open_promise")
        == ["2 \(micros("2026-01-09"))"])
  }

  @Test func askingAgainCountsLiveAsInBulk() throws {
    var history = History()
    let promise = history.add("credit.granted", at: "2026-01-01", by: "user", credit())
    for day in 2..<8 {
      history.add("inquiry.received", at: "2026-01-0\(day)", cause: promise, inquiry)
    }
    history.add(
      "credit.redeemed", at: "2026-01-09", by: "user",
      ["promiseId": "P1", "amount": money("20.00")])
    history.add("inquiry.received", at: "2026-01-10", cause: promise, inquiry)
    try expectProjectorConformance(
      ServicePromises.self, over: history.events, named: "a promise asked for again",
      comparisons: history.events.count)
    #expect(
      try history.rows(of: ServicePromises.self, "SELECT asked_again FROM kept_promise") == ["6"])
  }

  @Test func aSumThatNoRowCanKeepIsAHoleAndAnUnseenOneIsNot() throws {
    var history = History()
    history.add("credit.granted", by: "user", credit("0.00000001"))
    var state = ServicePromises().fresh("c1")
    let hole = ServicePromises().fold(history.events[0], into: &state)
    #expect(hole?.contains("amount") == true)
    #expect(
      try history.rows(of: ServicePromises.self, "SELECT owed_micros, reason FROM open_promise")
        == ["- late parcel"])
    history = History()
    history.add("credit.granted", by: "user", ["promiseId": "P1"])
    #expect(ServicePromises().fold(history.events[0], into: &state) == nil)
    #expect(
      try history.rows(of: ServicePromises.self, "SELECT owed_micros, reason FROM open_promise")
        == ["- -"])
  }

  // MARK: asked_twice

  @Test func aQuestionThatWasAnsweredAndIsAskedAgainIsADefect() throws {
    var history = History()
    let first = history.add("question.asked", at: "2026-01-01", by: "user", question("Q1"))
    history.add("question.answered", at: "2026-01-02", answer(first))
    history.add("question.asked", at: "2026-01-03", by: "service_account", question("Q1"))
    history.add("question.asked", at: "2026-01-03", by: "user", question("Q2"))
    #expect(
      try history.rows(
        of: ServiceDialogue.self,
        "SELECT question_id, asked_by, earlier_state, earlier_time, not_before FROM asked_twice")
        == ["Q1 service_account answered \(micros("2026-01-01")) -"])
  }

  @Test func aQuestionMayBeAskedAgainOnceItsAnswerHasAged() throws {
    var history = History()
    let first = history.add("question.asked", at: "2026-01-01", by: "user", question("Q1"))
    history.add("question.answered", at: "2026-01-02", answer(first, reviewBy: "2026-06-01"))
    history.add("question.asked", at: "2026-06-01", by: "user", question("Q1"))
    let defects = "SELECT time, earlier_state, not_before FROM asked_twice ORDER BY time"
    #expect(try history.rows(of: ServiceDialogue.self, defects).isEmpty)
    history.add("question.asked", at: "2026-05-31", by: "user", question("Q1"))
    #expect(
      try history.rows(of: ServiceDialogue.self, defects) == [
        "\(micros("2026-05-31")) answered \(micros("2026-06-01"))",
        "\(micros("2026-06-01")) asked -",
      ], "the one of June now repeats the one of May, which waits for its answer")
  }

  @Test func anAnswerThatArrivesBeforeItsQuestionCounts() throws {
    var history = History()
    history.add("question.answered", at: "2026-01-02", answer("q-first"))
    history.add("question.asked", at: "2026-01-03", by: "user", question("Q1"))
    let answered = "SELECT sum(answered) FROM dialogue"
    let defects = "SELECT earlier_state FROM asked_twice"
    #expect(try history.rows(of: ServiceDialogue.self, answered) == ["1"])
    #expect(try history.rows(of: ServiceDialogue.self, defects).isEmpty)
    #expect(
      try history.rows(of: ServiceDialogue.self, "SELECT question_event_id FROM loose_answer")
        == ["q-first"])
    history.add("question.asked", at: "2026-01-01", id: "q-first", by: "user", question("Q1"))
    #expect(try history.rows(of: ServiceDialogue.self, answered) == ["1"])
    #expect(try history.rows(of: ServiceDialogue.self, defects) == ["answered"])
    #expect(try history.rows(of: ServiceDialogue.self, "SELECT * FROM loose_answer").isEmpty)
  }

  // MARK: dialogue

  private func sent(_ campaign: String?) -> JSONValue {
    .object([
      "department": "marketing", "purpose": "marketing", "topic": "shoes", "channel": "email",
      "contactPoint": "cp1", "class": "marketing", "campaignId": campaign.map { .string($0) },
    ])
  }

  @Test func dialogueSetsWhatWeHeardAgainstWhatWeSent() throws {
    var history = History()
    for _ in 0..<4 { history.add("contact.sent", at: "2026-01-01", by: "user", sent(nil)) }
    history.add("inquiry.received", at: "2026-01-02", inquiry)
    history.add("complaint.opened", at: "2026-01-03", complaint("X1"))
    let first = history.add("question.asked", at: "2026-01-04", by: "user", question("Q1"))
    let second = history.add("question.asked", at: "2026-01-04", by: "user", question("Q2"))
    history.add("question.answered", at: "2026-01-05", answer(first))
    history.add("question.answered", at: "2026-01-06", answer(first))
    history.add("question.declined", at: "2026-01-05", ["questionEventId": .string(second)])
    history.add(
      "conversation.held", at: "2026-01-07", by: "user",
      ["channel": "inperson", "duration": "PT9M", "learnedEventIds": ["e1", "e2", "e3"]])
    #expect(
      try history.rows(
        of: ServiceDialogue.self,
        """
        SELECT campaign_id, inquiries, complaints, asked, answered, declined, conversations,
          learned, sent, heard, heard_per_100 FROM dialogue_balance
        """) == [" 1 1 2 1 1 1 3 4 3 75"])
  }

  @Test func whatACampaignsContactCausedBelongsToTheCampaign() throws {
    var history = History()
    let contact = history.add("contact.sent", at: "2026-01-01", by: "user", sent("spring"))
    history.add("contact.sent", at: "2026-01-01", by: "user", sent("spring"))
    history.add("inquiry.received", at: "2026-01-02", cause: contact, inquiry)
    let asked = history.add(
      "question.asked", at: "2026-01-02", by: "user", cause: contact, question("Q1"))
    history.add("question.answered", at: "2026-01-03", answer(asked))
    history.add("inquiry.received", of: "c2", at: "2026-01-02", inquiry)
    #expect(
      try history.rows(
        of: ServiceDialogue.self,
        "SELECT campaign_id, customers, heard, sent, heard_per_100 FROM campaign_dialogue")
        == [" 1 1 0 -", "spring 1 2 2 100"])
  }

  @Test func howLongATalkTookIsNoFigure() {
    let tables = ServiceDialogue.tables + ServiceComplaints.tables
    #expect(!tables.lowercased().contains("duration"))
    #expect(!(ServiceModel.reads["conversation.held"] ?? []).contains("duration"))
  }
}
