// Many followers of one hub: each gets everything once, in order, whatever the others do, and goes on where it was.

import Disk
import Foundation
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Synchronization
import Testing

@testable import Ledger

@Suite struct SubscriptionHubTests {
  private static func asked(_ id: String) -> String {
    Lines.event(
      id, "inquiry.received", ["inquiryId": "i", "channel": "email", "topic": "delivery"])
  }

  private static func lines(seed: UInt64, count: Int) -> String {
    var history = PracticeHistory(customers: 20, events: count, seed: seed)
    var bytes: [UInt8] = []
    while history.nextLine(into: &bytes) {}
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func position(of line: String?) throws -> UInt64? {
    try line.flatMap {
      try JSONDocument(scanning: Array($0.utf8)).root["position"]?.integer.map { UInt64($0) }
    }
  }

  /// What a subscriber alone gets of the events.
  private static func expected(_ test: TestLedger, _ department: String?) throws -> [String] {
    try test.read { ledger in
      let subscriber = try ledger.subscriber(
        SubscriptionRequest(name: "alone-\(department ?? "all")", department: department))
      var lines: [String] = []
      while true {
        let items = try subscriber.next()
        if items.isEmpty { break }
        lines += items.map { String(decoding: $0.line, as: UTF8.self) }
        try subscriber.acknowledgeAll()
      }
      try subscriber.close()
      return lines
    }
  }

  @Test func everyFollowerGetsEverythingInOrder() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    let departments = [nil, "service"]
    let lines = Self.lines(seed: 3, count: 900).split(separator: "\n").map { "\($0)\n" }
    let found = try await test.serve { served in
      let hub = try served.subscriptions()
      return try await withThrowingTaskGroup(of: (String?, [String]).self) { group in
        for number in 0..<60 {
          let department = departments[number % 2]
          let follower = try hub.follow(
            SubscriptionRequest(name: "f\(number)", department: department))
          group.addTask {
            var lines: [String] = []
            while !(lines.last?.contains("\"id\":\"last\"") ?? false) {
              let items = try await follower.next(
                countMax: 1 + number, sizeMax: 4_096, until: .farAway)
              lines += items.map { String(decoding: $0.line, as: UTF8.self) }
              follower.acknowledgeAll()
            }
            return (department, lines)
          }
        }
        for start in stride(from: 0, to: lines.count, by: 90) {
          let batch = lines[start..<min(start + 90, lines.count)].joined()
          _ = try await served.ledger.append(EventTexts(lines: batch))
        }
        try await served.record(Self.asked("last"))
        return try await group.reduce(into: [(String?, [String])]()) { $0.append($1) }
      }
    }
    for department in departments {
      let expected = try Self.expected(test, department)
      let all = found.filter { $0.0 == department }
      #expect(all.count == 30 && expected.count > 20)
      for (_, lines) in all {
        #expect(lines == expected, "\(department ?? "all")")
      }
    }
  }

  /// Any cut of a stream and what comes after it are the whole.
  @Test(arguments: [UInt64(1), 2])
  func aFollowerGoesOnBehindWhatItAcknowledged(seed: UInt64) async throws {
    let test = try TestLedger()
    try await test.publish()
    var random = SeededGenerator(seed: seed)
    var taken: [String] = []
    let end = try await test.serve { served in
      _ = try await served.ledger.append(EventTexts(lines: Self.lines(seed: seed, count: 600)))
      try await served.record(Self.asked("last"))
      return served.ledger.size
    }
    while try Self.position(of: taken.last).map({ $0 + 1 < end }) ?? true {
      try await test.serve { served in
        let follower = try served.subscriptions().follow(
          SubscriptionRequest(name: "shop", department: "service"))
        for _ in 0..<1 + random.below(4) {
          let items = try await follower.next(
            countMax: 1 + random.below(60), sizeMax: 1 << 20, until: .now + .milliseconds(1))
          guard let place = items.indices.randomElement(using: &random) else { break }
          let kept = items[...place].map { String(decoding: $0.line, as: UTF8.self) }
          // What it does not acknowledge comes again.
          let isLast = random.chance(40)
          let had = isLast ? kept : items.map { String(decoding: $0.line, as: UTF8.self) }
          taken += had
          let last = isLast ? place : items.count - 1
          try follower.acknowledge(try #require(items[last].after))
          if isLast { break }
        }
        if random.chance(50) { try follower.close() }
      }
    }
    #expect(taken == (try Self.expected(test, "service")))
  }

  /// A stream that broke off goes on behind the last item that its reader had, acknowledged or not.
  @Test func aFollowerGoesOnBehindThePlaceThatItNames() async throws {
    let test = try TestLedger()
    try await test.publish()
    try await test.serve { served in
      let hub = try served.subscriptions()
      try await served.record((0..<9).map { Self.asked("e\($0)") }.joined())
      let request = SubscriptionRequest(
        name: "shop", follows: .events(types: ["inquiry.received"]))
      let first = try hub.follow(request)
      let items = try await first.next(countMax: 5, sizeMax: 1 << 20, until: .farAway)
      #expect(items.count == 5)
      try first.close()
      let again = try hub.follow(
        SubscriptionRequest(name: "shop"), after: items[2].after)
      let rest = try await again.next(countMax: 99, sizeMax: 1 << 20, until: .farAway)
      #expect(rest.map(\.line).prefix(2) == items.map(\.line).suffix(2) && rest.count == 6)
      #expect(again.record.acknowledged.next.value == items[2].after?.position)
      try again.close()
      let third = try hub.follow(SubscriptionRequest(name: "shop"))
      #expect(third.record.acknowledged.next.value == items[2].after?.position, "it was kept")
      try third.close()
      let far = SubscriptionPlace(position: 1_000, number: 0)
      #expect(
        await code { _ = try hub.follow(SubscriptionRequest(name: "shop"), after: far) }
          == "subscription.acknowledgement")
    }
  }

  @Test func aNameIsFollowedOnce() async throws {
    let test = try TestLedger()
    try await test.publish()
    let request = SubscriptionRequest(name: "shop")
    try await test.serve { served in
      let hub = try served.subscriptions()
      let first = try hub.follow(request)
      #expect(await code { _ = try hub.follow(request) } == "subscription.busy")
      for name in ["shop", "other"] {
        #expect(
          await code {
            try test.read { _ = try $0.subscriber(SubscriptionRequest(name: name)) }
          } == "subscription.busy")
      }
      #expect(
        await code { try test.read { try $0.removeSubscription("shop") } } == "subscription.busy")
      try first.close()
      _ = try hub.follow(request)
    }
    // What a process left that was killed keeps nobody out.
    #expect(
      FileManager.default.createFile(
        atPath: "\(test.directory)/subscriptions/HUB.lock", contents: nil))
    try test.read { ledger in
      let subscriber = try ledger.subscriber(request)
      try subscriber.close()
    }
    #expect(!FileManager.default.fileExists(atPath: "\(test.directory)/subscriptions/HUB.lock"))
    // Who has a name keeps the hub from it.
    let reader = try Ledger.open(test.directory, for: .reading)
    let subscriber = try reader.subscriber(request)
    try await test.serve { served in
      let hub = try served.subscriptions()
      #expect(await code { _ = try hub.follow(request) } == "subscription.busy")
      try subscriber.close()
      _ = try hub.follow(request)
    }
  }

  @Test func aViewIsFollowedFromItsRowsOn() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let complaint = Lines.event(
        "k1", "complaint.opened",
        ["complaintId": "K1", "channel": "email", "topic": "delivery", "severity": "low"])
      let end = try await served.record(complaint)
      try await served.wait(for: end)
      let follower = try served.subscriptions().follow(
        SubscriptionRequest(
          name: "desk", follows: .changes(view: "service"), department: "service"))
      var kinds: [String] = []
      var changes: [JSONValue] = []
      func take() async throws {
        let items = try await follower.next(countMax: 100, sizeMax: 1 << 20, until: .farAway)
        for item in items {
          let value = try JSONDocument(scanning: item.line).root.value
          if let kind = value["kind"]?.string { kinds.append(kind) }
          if value["kind"]?.string == "change" { changes.append(value) }
        }
        follower.acknowledgeAll()
      }
      while !kinds.contains("current") { try await take() }
      #expect(kinds.first == "reset" && kinds.contains("row"))
      let another = Lines.event(
        "k2", "complaint.opened",
        ["complaintId": "K2", "channel": "email", "topic": "delivery", "severity": "low"])
      let later = try await served.record(another)
      while changes.isEmpty { try await take() }
      #expect(changes.contains { $0["row"]?["complaint_id"]?.string == "K2" })
      #expect(changes.allSatisfy { $0["position"]?.integer == Int64(later.value) })
      try await served.wait(for: later)
      try follower.close()
    }
  }

  @Test func whoWaitsIsAnsweredWithNothingInTime() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let hub = try served.subscriptions()
      let follower = try hub.follow(
        SubscriptionRequest(name: "shop", follows: .events(types: ["inquiry.received"])))
      #expect(
        try await follower.next(countMax: 1, sizeMax: 1, until: .now + .milliseconds(5)).isEmpty)
      let waiting = Task {
        try await follower.next(countMax: 1, sizeMax: 1, until: .farAway)
      }
      waiting.cancel()
      #expect(try await waiting.value.isEmpty)
      // What is not for it comes first.
      let woken = Task { try await follower.next(countMax: 9, sizeMax: 1 << 20, until: .farAway) }
      try await served.record(
        Lines.event("r", "customer.registered", ["kind": "person", "country": "DE"]))
      try await served.record(Self.asked("a"))
      #expect(try await woken.value.count == 1)
      follower.acknowledgeAll()
      let last = Task { try await follower.next(countMax: 9, sizeMax: 1 << 20, until: .farAway) }
      try await served.stop()
      #expect(try await last.value.isEmpty)
    }
  }

  private static let inquiries = Followed.events(types: ["inquiry.received"])

  /// Of the ledger as it ends now.
  private static func tail(_ ledger: Ledger) throws -> SharedTail {
    SharedTail(
      TailKind(department: nil, follows: inquiries),
      events: try FollowedEvents(ledger, department: nil, types: ["inquiry.received"]),
      of: ledger)
  }

  @Test func whoClosesWaitsNoMoreAndLeavesTheNameToTheNext() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let hub = try served.subscriptions()
      let request = SubscriptionRequest(name: "shop", follows: Self.inquiries)
      let deadline = ContinuousClock.Instant.farAway
      let old = try hub.follow(request)
      let waiting = Task { try await old.next(countMax: 1, sizeMax: 1, until: deadline) }
      try old.close()
      #expect(try await waiting.value.isEmpty)
      let new = try hub.follow(request)
      let woken = Task { try await new.next(countMax: 9, sizeMax: 1 << 20, until: deadline) }
      // A stream that hears late that it is over keeps nobody from what comes.
      #expect(try await old.next(countMax: 1, sizeMax: 1, until: deadline).isEmpty)
      try old.close()
      #expect(ContinuousClock.now < deadline)
      try await served.record(Self.asked("a"))
      let items = try await woken.value
      #expect(items.count == 1)
      let place = try #require(items.last?.after)
      #expect(await code { try old.acknowledge(place) } == "subscription.acknowledgement")
      try new.acknowledge(place)
      try new.close()
    }
  }

  /// Who had too much out, and is about to wait when it is acknowledged, goes on.
  @Test func whoIsToldToLookBeforeItWaitsLooks() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let hub = try served.subscriptions()
      let follower = try hub.follow(SubscriptionRequest(name: "shop", follows: Self.inquiries))
      let mark = try #require(hub.mark(follower.number, Self.inquiries))
      follower.acknowledgeAll()
      let deadline = MonotonicClock.now + 60_000_000
      await hub.wait(
        follower.number, try Self.tail(served.ledger), behind: FeedCursor(served.ledger.log.end),
        of: 0, since: mark, until: deadline)
      #expect(MonotonicClock.now < deadline)
      try follower.close()
      #expect(hub.mark(follower.number, Self.inquiries) == nil)
    }
  }

  @Test func whatIsAcknowledgedIsKeptOrRefused() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let hub = try served.subscriptions()
      let follower = try hub.follow(SubscriptionRequest(name: "shop", follows: Self.inquiries))
      try await served.record(Self.asked("a") + Self.asked("b"))
      let items = try await follower.next(countMax: 2, sizeMax: 1 << 20, until: .farAway)
      try #require(items.count == 2)
      let places = try items.map { try #require($0.after) }
      try follower.acknowledge(places[0])
      try await served.stop()
      #expect(await code { try follower.acknowledge(places[1]) } == "subscription.acknowledgement")
      follower.acknowledgeAll()
      try follower.close()
      #expect(try test.read { try $0.subscriptions().map(\.position) } == [places[0].position])
    }
  }

  @Test func whatCouldNotBeKeptIsTriedAgain() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let hub = try served.subscriptions()
      let ledger = served.ledger
      let record = try ledger.new(SubscriptionRequest(name: "shop", follows: Self.inquiries))
      // No thread of the hub knows it.
      let follower = Follower(
        .max, record, behind: FeedCursor(Position(7)), try Self.tail(ledger), hub, ledger)
      let taken = try #require(follower.toKeep(withPassedOver: false))
      #expect(taken.record.acknowledged == FeedCursor(Position(7)))
      #expect(follower.toKeep(withPassedOver: false)?.record == taken.record)
      follower.isKept(taken)
      #expect(follower.toKeep(withPassedOver: false) == nil)
    }
  }

  @Test func whatNobodyFollowsIsReadForNobody() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let hub = try served.subscriptions()
      let all = ["a", "b"].map { SubscriptionRequest(name: $0, follows: Self.inquiries) }
      let first = try hub.follow(all[0])
      let second = try hub.follow(all[1])
      let other = try hub.follow(SubscriptionRequest(name: "c"))
      #expect(await code { _ = try hub.follow(all[0]) } == "subscription.busy")
      #expect(hub.kindCount == 2)
      try other.close()
      try first.close()
      #expect(hub.kindCount == 1)
      try second.close()
      try second.close()
      #expect(hub.kindCount == 0)
    }
  }
}
