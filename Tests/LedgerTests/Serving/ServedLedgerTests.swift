// What a door answers out of open files is what the ledger answers, and knows of everything that was acknowledged
// before.

import Disk
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Relationship
import Testing

@Suite struct ServedLedgerTests {
  private static func question(_ customer: String, _ channel: String = "email") -> ContactQuestion {
    ContactQuestion(
      customer: customer, department: "marketing", purpose: "marketing", channel: channel)
  }

  private static let known =
    Lines.event("r", "customer.registered", ["kind": "person", "country": "DE"])
    + Lines.event("n", "notice.presented", by: "system", Lines.notice)
    + Lines.event("p", "contactpoint.added", Lines.point())

  @Test func aCustomerIsWhatTheLedgerSaysOfHer() async throws {
    let test = try TestLedger()
    try await test.publish()
    try await test.serve { served in
      var history = PracticeHistory(customers: 30, events: 1_200, seed: 5)
      var bytes: [UInt8] = []
      while history.nextLine(into: &bytes) {}
      _ = try await served.ledger.append(
        EventTexts(lines: String(decoding: bytes, as: UTF8.self)))
      try await served.record(
        Self.known
          + Lines.event(
            "m", "profile.merged", by: "staff",
            [
              "canonical": "c1", "absorbed": "c2", "assurance": "verified",
              "evidence": ["kind": "idCheck", "reference": "desk"],
            ])
          + Lines.event("r2", "customer.registered", of: "c2", ["kind": "person"]))
      let end = served.ledger.log.end
      try await served.wait(for: end)
      var customers: Set<String> = []
      try served.ledger.replay(described: true) { _, event in
        if let customer = event?.customer { customers.insert(customer) }
      }
      var merged = 0
      for id in customers.sorted() {
        let found = try #require(try served.customer(id))
        var expected = try #require(try served.ledger.customer(id).view)
        expected.instant = found.view.instant
        #expect(found.view == expected && found.position == end, "\(id)")
        #expect(found.revisions == (try served.ledger.revisions(ofCustomer: id)), "\(id)")
        for known in found.revisions {
          let count = try served.ledger.log.history(of: known.subject).positions.count
          #expect(Int(known.revision) == count, "\(known)")
        }
        if found.revisions.count > 1 { merged += 1 }
        var written: [UInt8] = []
        found.write(to: &written)
        #expect(try JSONDocument(scanning: written).root["id"]?.string == found.view.id)
      }
      #expect(customers.count > 20 && merged > 0)
      #expect(try served.customer("nobody") == nil)
    }
  }

  /// A writer who saw the view may not overwrite what came between.
  @Test func theRevisionsAreThoseOfTheViewAndNotOfTheLog() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      try await served.wait(for: try await served.record(Self.known))
      let live = served.live
      // While somebody has the file, the view stays where it is.
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        DedicatedThread.start(named: "test") {
          continuation.resume(
            with: Result {
              try live.lending("customer") {
                let event = try served.ledger.intake.event(
                  JSONDocument(
                    scanning: Array(
                      Lines.event(
                        "late", "inquiry.received",
                        ["inquiryId": "i", "channel": "email", "topic": "delivery"]
                      ).utf8)
                  ).root)
                let end = served.ledger.log.end
                _ = try served.ledger.log.submit([event])
                let limit = MonotonicClock.now + 120_000_000
                while served.ledger.log.end == end { try #require(MonotonicClock.now < limit) }
                let found = try #require(try served.customer("c1"))
                #expect(found.position == end)
                #expect(found.revisions.map(\.revision) == [3])
                #expect(try served.ledger.revisions(ofCustomer: "c1").map(\.revision) == [4])
              }
            })
        }
      }
      try await served.wait(for: served.ledger.log.end)
      #expect(try served.customer("c1")?.revisions.map(\.revision) == [4])
    }
  }

  @Test func aDecisionKnowsWhatWasAcknowledgedBefore() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish(at: "2026-01-01")
    try await test.serve { served in
      try await served.record(Self.known)
      for number in 0..<20 {
        try await served.record(
          number.isMultiple(of: 2)
            ? Lines.event("y\(number)", "consent.given", at: "2026-03-03", Lines.consent("n"))
            : Lines.event("x\(number)", "consent.withdrawn", at: "2026-03-03", Lines.optOut()))
        let answer = try await served.decide([Self.question("c1")], until: .farAway)[0].get()
        let expected = try served.ledger.mayContact(Self.question("c1"))
        #expect(answer.json == expected.json, "after event \(number)")
      }
    }
  }

  @Test func whoHasStoppedServesNoSubscriptions() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      _ = try served.subscriptions()
      try await served.stop()
      #expect(await code { _ = try served.subscriptions() } == "ledger.closed")
      // Nobody keeps another process from them.
      try test.read { try $0.subscriber(SubscriptionRequest(name: "shop")).close() }
    }
  }

  @Test func manyQuestionsHaveTheirAnswersInOrder() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish(at: "2026-01-01")
    try await test.serve { served in
      try await served.record(
        Self.known + Lines.event("y", "consent.given", at: "2026-03-03", Lines.consent("n")))
      let answers = try await served.decide(
        [Self.question("c1"), Self.question("nobody"), Self.question("c1", "sms")],
        until: .farAway)
      #expect(answers.count == 3)
      #expect(try answers[0].get().json == served.ledger.mayContact(Self.question("c1")).json)
      guard case .failure(let error) = answers[1] else {
        Issue.record("nobody has an answer")
        return
      }
      #expect(error.code == "customer.missing")
      #expect(
        try answers[2].get().json == served.ledger.mayContact(Self.question("c1", "sms")).json)
    }
  }
}
