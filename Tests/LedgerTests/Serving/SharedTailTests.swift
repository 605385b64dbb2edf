// What is read once for all who follow the same: nothing is passed over, and nothing goes out by a plan of before.

import EventCatalog
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@testable import Ledger

@Suite struct SharedTailTests {
  private static func asked(_ id: String) -> String {
    Lines.event(
      id, "inquiry.received", ["inquiryId": "i", "channel": "email", "topic": "delivery"])
  }

  private static func tail(
    _ ledger: Ledger, of types: Set<String>? = nil, sizeMax: Int = SharedTail.sizeMax
  ) throws -> SharedTail {
    SharedTail(
      TailKind(department: nil, follows: .events(types: types)),
      events: try FollowedEvents(ledger, department: nil, types: types), of: ledger,
      sizeMax: sizeMax)
  }

  /// A burst that is more than is kept, from where somebody was up to date.
  @Test(arguments: [1, 1_000, 1 << 20])
  func nothingIsPassedOverHoweverLittleIsKept(sizeMax: Int) async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.write { ledger in
      let tail = try Self.tail(ledger, sizeMax: sizeMax)
      let start = ledger.log.end
      _ = try await ledger.append(
        EventTexts(lines: (0..<20).map { Self.asked("e\($0)") }.joined()))
      var place = FeedCursor(start)
      var found: [UInt64] = []
      while true {
        let run = try #require(try tail.next(from: place, countMax: 3, sizeMax: 1 << 20))
        if run.items.isEmpty { break }
        found += run.items.compactMap { $0.place?.next.value }
        place = run.end
      }
      #expect(found == Array(start.value + 1...start.value + 20))
      // Who is further back than what is kept reads by itself.
      let kept = try tail.next(from: FeedCursor(start), countMax: 20, sizeMax: 1 << 20)
      #expect((kept == nil) == (sizeMax < 1 << 20))
    }
  }

  @Test func whatIsNotForItIsNoNews() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.write { ledger in
      let tail = try Self.tail(ledger, of: ["inquiry.received"])
      let place = FeedCursor(ledger.log.end)
      #expect(try !tail.hasNews(behind: place, of: 0))
      _ = try await ledger.append(
        EventTexts(
          lines: Lines.event("r", "customer.registered", ["kind": "person", "country": "DE"])))
      #expect(try !tail.hasNews(behind: place, of: 0))
      _ = try await ledger.append(EventTexts(lines: Self.asked("a")))
      #expect(try tail.hasNews(behind: place, of: 0))
    }
  }

  /// Names one other department, so that `service` sees nothing any more.
  private func narrow() throws -> SharingFiles {
    let department =
      "department: d0\nabout: Looks.\npurposes: [analysis]\nsees:\n  item.reacted: all\n"
    let purposes =
      "purposes:\n  analysis: {label: Figures, class: internal, lawfulBasis: gdpr.6-1-f}\n"
    return try SharingFiles(
      departments: [("d0.yaml", Array(department.utf8))],
      registry: ("purposes.yaml", Array(purposes.utf8)), catalog: Catalog.shipped())
  }

  /// Until the view is built anew its file holds what the department may not see any more.
  @Test func nothingOfAViewGoesOutThatAnotherPlanMade() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.write { ledger in
      _ = try await ledger.append(
        EventTexts(
          lines: Lines.event(
            "k", "complaint.opened",
            ["complaintId": "K", "channel": "email", "topic": "delivery", "severity": "low"])))
      let view = try ledger.followable("service", by: "service")
      _ = try view.catchUp()
      let feed = try view.opened().engine.startFeed(now: Ledger.now())
      let tail = try SharedTail(
        TailKind(department: "service", follows: .changes(view: "service")), changesOf: view, feed,
        of: ledger)
      #expect(
        try tail.standing() == .items(.init(feed: feed.id, since: feed.since, end: feed.end)))
      _ = try await ledger.publishPlan(narrow(), at: History.instant("2026-10-01"))
      #expect(try tail.standing() == .outdated)
      #expect(try !tail.hasNews(behind: feed.end, of: feed.id))
      _ = try view.catchUp()
      #expect(try tail.standing() == .noFeed, "who follows begins again with the rows")
      #expect(try tail.hasNews(behind: feed.end, of: feed.id))
    }
  }
}
