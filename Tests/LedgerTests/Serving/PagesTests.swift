// What pages show of a customer: her timeline by both clocks, and the grid of topics and channels.

import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@Suite struct PagesTests {
  private func fill(_ test: TestLedger) async throws {
    try await test.publish(at: "2026-01-01")
    try await test.tell(
      Lines.event(
        "r", "customer.registered", at: "2026-03-01", ["kind": "person", "country": "DE"])
        + Lines.event("n", "notice.presented", at: "2026-03-02", by: "system", Lines.notice)
        + Lines.event("p", "contactpoint.added", at: "2026-03-03", Lines.point())
        + Lines.event(
          "y", "consent.given", at: "2026-03-04", Lines.consent("n", topic: "products.shoes")))
    // Recorded in May, and happened in April.
    test.wait(until: History.instant("2026-05-01"))
    try await test.tell(
      Lines.event("x", "consent.withdrawn", at: "2026-04-01", Lines.optOut()))
  }

  @Test func theTimelineComesInPagesTheNewestFirst() async throws {
    let test = try TestLedger.at("2026-01-02")
    try await fill(test)
    try test.read { ledger in
      var ids: [String] = []
      var end: Position?
      repeat {
        let page = try #require(try ledger.timelinePage(of: "c1", before: end, countMax: 2))
        #expect(page.events.count <= 2)
        ids += page.events.map(\.id)
        end = page.next
      } while end != nil
      #expect(ids == ["x", "y", "p", "n", "r"])
      #expect(try ledger.timelinePage(of: "nobody", countMax: 2) == nil)
    }
  }

  @Test func theTimelineGoesByBothClocks() async throws {
    let test = try TestLedger.at("2026-01-02")
    try await fill(test)
    try test.read { ledger in
      func ids(trueAt: String? = nil, known: KnownAt = .end) throws -> [String] {
        try #require(
          try ledger.timelinePage(
            of: "c1", trueAt: trueAt.map { History.instant($0) }, known: known, countMax: 9)
        ).events.map(\.id)
      }
      #expect(try ids(trueAt: "2026-03-03") == ["p", "n", "r"])
      #expect(try ids(known: .recorded(History.instant("2026-04-15"))) == ["y", "p", "n", "r"])
      #expect(try ids(trueAt: "2026-04-15") == ["x", "y", "p", "n", "r"])
      let third = try #require(
        try ledger.timelinePage(of: "c1", countMax: 9)?.events.first { $0.id == "p" })
      #expect(try ids(known: .position(third.position)) == ["p", "n", "r"])
    }
  }

  @Test func eachCellOfTheGridIsTheAnswerToItsQuestion() async throws {
    let test = try TestLedger.at("2026-01-02")
    try await fill(test)
    try test.read { ledger in
      for (instant, expected) in [("2026-03-10", Verdict.allow), ("2026-04-10", .deny)] {
        let at = History.instant(instant)
        let grid = try #require(try ledger.permissionGrid(of: "c1", at: at))
        #expect(grid.channels.contains("email") && grid.rows.count > 1)
        for row in grid.rows {
          #expect(row.cells.map(\.channel) == grid.channels)
          for cell in row.cells {
            let answer = try ledger.mayContact(
              ContactQuestion(
                customer: "c1", department: "marketing", purpose: "marketing", topic: row.topic,
                channel: cell.channel, at: at))
            #expect(cell.answer.decision == answer.answer.decision, "\(row.topic), \(cell)")
            #expect(cell.contactPoint == answer.question.contactPoint)
          }
        }
        let shoes = try #require(grid.rows.first { $0.topic == "products.shoes" })
        #expect(
          shoes.cells.first { $0.channel == "email" }?.answer.decision.verdict == expected)
        guard case .array(let topics)? = grid.json["topics"] else {
          Issue.record("topics are a list")
          return
        }
        #expect(topics.count == grid.rows.count)
      }
      #expect(try ledger.permissionGrid(of: "nobody") == nil)
    }
  }

  @Test func whatADepartmentContributesIsInThePlan() async throws {
    let test = try TestLedger()
    let before = try test.read { try $0.publishedPlan().contributions(of: "service") }
    #expect(before.isEmpty)
    try await test.publish()
    try test.read { ledger in
      let plan = try ledger.publishedPlan()
      #expect(plan.contributions(of: "service").isSuperset(of: ["inquiry.received"]))
      #expect(plan.contributions(of: "nobody's").isEmpty)
    }
  }

  @Test func theTextOfASchemaIsTheOneThatIsChecked() throws {
    let test = try TestLedger()
    try test.read { ledger in
      let found = try #require(ledger.schemaText(type: "consent.given"))
      let schema = try JSONDocument(scanning: found.text).root
      #expect(schema["$id"]?.string == "consent.given/\(found.version)")
      let same = try #require(ledger.schemaText(type: "consent.given", version: found.version))
      #expect(same.text == found.text)
      #expect(ledger.schemaText(type: "consent.given", version: 99) == nil)
      #expect(ledger.schemaText(type: "nothing.known") == nil)
    }
  }
}
