// A practice history decides by rules of its own, written down a second time: both must say the same.

import EventCatalog
import JSONBytes
import Ledger
import RapportTesting
import Relationship
import Testing

@Suite struct PracticeDecisionTests {
  /// A history as the fold of permission sees it, at the positions that it counts itself; taken in when it happened.
  private func events(customers: Int, count: Int, seed: UInt64) throws -> [PermissionEvent] {
    var history = PracticeHistory(customers: customers, events: count, seed: seed)
    var events: [PermissionEvent] = []
    var line: [UInt8] = []
    while history.nextLine(into: &line) {
      line.removeLast()
      let root = try JSONDocument(scanning: line).root
      line.removeAll()
      let time = try #require(root["time"]?.text.flatMap { Timestamp($0) })
      events.append(
        PermissionEvent(
          EventStamp(
            try #require(root["id"]?.string), source: root["source"]?.string ?? "",
            place: UInt64(events.count), time: time, recorded: time,
            author: Author(authtype: root["authtype"]?.string ?? ""),
            authid: root["authid"]?.string),
          type: try #require(root["type"]?.string), subject: root["subject"]?.string,
          data: try #require(root["data"])))
    }
    return events
  }

  private func book(_ events: [PermissionEvent]) throws -> PermissionBook {
    var book = PermissionBook()
    let opening = try #require(events.first).stamp.time
    for grant in try SharingFiles.shipped(for: Catalog.shipped()).plan.grants {
      var text: [UInt8] = []
      grant.json.write(to: &text)
      book.take(
        PermissionEvent(
          EventStamp(
            "grant-\(grant.department)", source: "/house", place: 0, time: opening,
            recorded: opening, author: .staff),
          type: "department.granted", subject: nil, data: try JSONDocument(scanning: text).root))
    }
    for event in events { book.take(event) }
    return book
  }

  /// The rule that an event of a practice history names for its answer, and the rule that the answer has.
  private func rules(_ event: PermissionEvent, _ book: PermissionBook) throws -> (String, Decision)
  {
    func word(_ name: String) -> String { event.data[name]?.string ?? "" }
    var question = try PermissionQuestion(
      department: word("department"), customer: event.subject ?? "", purpose: word("purpose"),
      topic: word("topic"), channel: word("channel"), contactPoint: word("contactPoint"))
    question.occasionEventId = event.data["occasionEventId"]?.string
    question.campaignId = event.data["campaignId"]?.string
    let at = try #require(event.data["questionAt"]?.text.flatMap { Timestamp($0) })
    let known = try #require(event.data["knownAtPosition"]?.integer)
    let answer = try book.answer(
      question, at: at, knownAt: .position(UInt64(known)), zones: try #require(Self.zones))
    return (word("rule"), answer.decision)
  }

  private static let zones = Timestamp("2025-06-01T00:00:00Z").map {
    ZoneTable.ofTheSystem(
      [
        "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago", "America/Denver",
        "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
      ], around: $0)
  }

  /// Practice knows the last complaint and the last order only, and takes every hour for good: it is coarser, not other.
  @Test func practiceDecidesAsTheRulesDoInNineOfTen() throws {
    let events = try events(customers: 300, count: 12_000, seed: 5)
    let book = try book(events)
    var (same, all) = (0, 0)
    var reached: Set<RuleCode> = []
    for event in events where event.type == "contact.decided" {
      let (rule, decision) = try rules(event, book)
      all += 1
      guard decision.rule.rawValue == rule else { continue }
      same += 1
      reached.insert(decision.rule)
    }
    #expect(all > 1_000 && same * 10 >= all * 9, "\(same) of \(all)")
    #expect(reached.count >= 15, "\(reached.map(\.rawValue).sorted())")
  }
}
