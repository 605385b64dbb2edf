import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Testing

/// A customer with what can be told of all events.
private struct Seen: AggregateProjector {
  static let name = "seen"
  static let version = 1
  static let aggregation = Aggregation(
    table: "seen", "A row a customer.", types: nil, key: [.init("customer", .subject, "Who.")],
    values: [
      .init("events", .count, "How many."),
      .init("orders", .count, ofType: "order.completed", "Orders."),
      .init("first", .earliest, "The first."), .init("last", .latest, "The last."),
      .init("type", .lastType, "Its type."),
      .init("order_at", .latest, ofType: "order.completed", "The last order."),
      .init("order_kind", .lastType, ofType: "order.completed", "Its type."),
    ])
}

/// Texts and periods as keys.
private struct Days: AggregateProjector {
  static let name = "days"
  static let version = 1
  static let aggregation = Aggregation(
    table: "days", "A row a channel, month and customer.",
    types: ["contact.sent", "complaint.opened", "order.completed"],
    key: [
      .init("channel", .text("channel"), "Channel."),
      .init("month", .period(30 * 86_400_000_000), "Thirty days."),
      .init("customer", .subject, "Who."),
    ],
    values: [
      .init("events", .count, "How many."), .init("last", .latest, "The last."),
      .init("type", .lastType, "Its type."),
    ])
}

@Suite struct AggregateTests {
  private func expectSame<P: AggregateProjector>(
    _ model: P.Type, _ found: String, _ events: [DecodedEvent], _ note: Comment
  ) throws {
    let expected = try ModelFile.withFolded(P.self, events) { try Digest.contents(of: $0.db) }
    #expect(found == expected.digest, note)
    #expect(expected.rows > 5, "there is something to compare")
  }

  @Test func columnsGiveWhatEventsGive() async throws {
    let ledger = try TestLedger()
    let writer = try Ledger.open(ledger.directory, for: .writing)
    for part in 0..<3 {
      _ = try await writer.fillWithPractice(customers: 60, events: 1_500, seed: UInt64(part))
      // Two segments, then a journal.
      if part < 2 { _ = await writer.seal() }
    }
    try await writer.close()
    try ledger.read { ledger in
      let events = try ledger.mapper.events(from: .zero, countMax: .max, ofTypes: nil).events
      for threads in 1...3 {
        let made = try AggregateRebuild(
          folder: "\(ledger.directory)/views", catalogue: "test", threads: threads
        ).run([Seen.self, Days.self], from: ledger.log, now: Ledger.now())
        try expectSame(Seen.self, made[0].digest.digest, events, "\(threads) threads")
        try expectSame(Days.self, made[1].digest.digest, events, "\(threads) threads")
        let engine = ProjectionEngine(
          Seen.self, folder: "\(ledger.directory)/views", catalogue: "test")
        #expect(try engine.contentDigest() == made[0].digest, "as the file says itself")
        #expect(try engine.status(end: ledger.log.end).lag == 0)
        #expect(try engine.status(end: ledger.log.end).finding == nil)
      }
    }
  }

  @Test func liveAndBulkOfTheContractAgree() throws {
    try expectProjectorConformance(Seen.self, seeds: 0..<2, events: 200)
    try expectProjectorConformance(Days.self, seeds: 0..<2, events: 200)
  }
}
