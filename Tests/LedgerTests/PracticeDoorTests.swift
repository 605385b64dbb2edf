// A practice history goes into a ledger unasked; here the door is asked about every event of one.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite struct PracticeDoorTests {
  /// Each event is recorded when it happened, as in the life that the history invents. The plan that ships is in force
  /// from the first customer on.
  ///
  /// Invented lives go by a few plain rules of permission, not by all of them: now and then the door decides otherwise
  /// about a message, or a credit is redeemed a little late. Nothing else is refused.
  @Test(arguments: [3, 8]) func theDoorTakesNearlyEveryEvent(seed: Int) async throws {
    var history = PracticeHistory(customers: 80, events: 2_000, seed: UInt64(seed))
    let clock = ManualClock(microseconds: 0)
    let ledger = try TestLedger(clock: clock)
    let open = try Ledger.open(ledger.directory, for: .writing, clock: { clock.time })
    var refused: [String] = []
    var late: [String: Int] = [:]
    var seen: [String: Int] = [:]
    var hasPlan = false
    var line: [UInt8] = []
    while history.nextLine(into: &line) {
      line.removeLast()
      let root = try JSONDocument(scanning: line).root
      let time = try #require(root["time"]?.text.flatMap { Timestamp($0) })
      ledger.wait(until: time)
      if !hasPlan, root["subject"] != nil {
        hasPlan = try await open.publishPracticePlan() > 0
        #expect(hasPlan)
      }
      let type = root["type"]?.string ?? ""
      let hasToken = root["data"]?["decisionEventId"] != nil
      seen[hasToken ? "\(type) with a token" : type, default: 0] += 1
      let item = EventTexts.Item(range: 0..<line.count, line: 1)
      let summary = try await open.append([EventTexts(bytes: line, items: [item])])
      for rejection in summary.rejections {
        if ["token.overtaken", "credit.expired"].contains(rejection.code) {
          late[rejection.code, default: 0] += 1
        } else {
          refused.append(
            "\(type) \(root["id"]?.string ?? ""): \(rejection.code), \(rejection.sentence)")
        }
      }
      line.removeAll(keepingCapacity: true)
    }
    try await open.close()
    #expect(
      refused.isEmpty, "\(refused.count) refused: \(refused.prefix(12).joined(separator: "\n"))")
    let sends = seen["contact.sent with a token", default: 0]
    #expect(late["token.overtaken", default: 0] * 10 < sends, "\(late) of \(sends) messages")
    #expect(late["credit.expired", default: 0] < 3)
    // What the door looks at is there.
    for type in [
      "consent.given", "consent.confirmed", "channel.chosen", "credit.redeemed", "question.asked",
      "contact.sent with a token", "profile.merged", "policy.published",
    ] {
      #expect(seen[type, default: 0] > 0, "\(type)")
    }
  }
}
