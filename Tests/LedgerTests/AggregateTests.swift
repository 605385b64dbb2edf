import EventCatalog
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

/// Sums, numbers as keys, and what the last event said.
private struct Weights: AggregateProjector {
  static let name = "weights"
  static let version = 1
  static let aggregation = Aggregation(
    table: "weights", "A row a number of pieces.", types: ["parcel.sent"],
    key: [.init("pieces", .integer("pieces"), "Pieces.")],
    values: [
      .init("parcels", .count, "How many."), .init("grams", .sum(["grams"]), "Grams."),
      .init("worth", .sum(["grams", "pieces", "price"]), "Of all."),
      .init("load", .sum(["grams", "pieces"]), "Grams of all pieces."),
      .init("last", .latest, "The last."), .init("price", .lastInteger("price"), "Its price."),
    ])
}

@Suite struct AggregateTests {
  private func expectSame<P: AggregateProjector>(
    _ model: P.Type, _ found: String, _ source: some EventSource, _ note: Comment
  ) throws {
    let expected = try ModelFile.withFolded(FoldedModel(P.self), from: source) {
      try Digest.contents(of: $0.db)
    }
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
      for threads in 1...3 {
        let made = try AggregateRebuild(
          folder: "\(ledger.directory)/views", catalogue: "test", threads: threads
        ).run([Seen.self, Days.self], from: ledger.mapper, now: Ledger.now())
        try expectSame(Seen.self, made[0].digest.digest, ledger.mapper, "\(threads) threads")
        try expectSame(Days.self, made[1].digest.digest, ledger.mapper, "\(threads) threads")
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

  // MARK: Numbers

  private static let numbers = Parcels.schema(
    1,
    #"""
    "properties": {"grams": {"type": "integer"}, "pieces": {"type": "integer"}, "price": {"type": "integer"}},
    "required": ["grams"]
    """#)

  /// The model by columns, after it was seen to be what the contract gives, live in batches of 1 and 7 events.
  private func weights(_ directory: String, _ note: Comment) throws -> ProjectionEngine {
    let ledger = try Ledger.open(directory, for: .reading)
    let folder = "\(directory)/views"
    var expected: String?
    for size in [1, 7] {
      var live = ProjectionEngine(
        Weights.self, folder: "\(directory)/live\(size)", catalogue: "test")
      live.batchMax = size
      // First of nothing: what is far behind would be built anew.
      let nothing = Beginning(base: ledger.mapper, end: .zero)
      _ = try live.catchUp(with: nothing, now: Ledger.now())
      let caughtUp = try live.catchUp(with: ledger.mapper, now: Ledger.now())
      #expect(caughtUp.rebuilt == nil, note)
      let digest = try live.contentDigest().digest
      #expect(expected.map { $0 == digest } ?? true, note)
      expected = digest
    }
    let engine = ProjectionEngine(Weights.self, folder: folder, catalogue: "test")
    for threads in 1...2 {
      let made = try AggregateRebuild(folder: folder, catalogue: "test", threads: threads)
        .run([Weights.self], from: ledger.mapper, now: Ledger.now())
      #expect(made[0].digest.digest == expected, note)
      #expect(try engine.status(end: ledger.log.end).lag == 0)
    }
    return engine
  }

  private func parcels(
    _ files: SchemaFiles, _ texts: [[String]], version: Int = 1
  ) async throws -> (folder: TemporaryFolder, directory: String) {
    let folder = TemporaryFolder()
    let directory = "\(folder.path)/ledger"
    _ = try Ledger.create(directory, name: "localhost", own: files, knowing: .ownOnly)
    let ledger = try Ledger.open(directory, for: .writing)
    var number = 0
    for part in texts {
      for data in part {
        let text = Array(Parcels.event(number, version: version, data: data).utf8)
        _ = try await ledger.append([
          EventTexts(bytes: text, items: [EventTexts.Item(range: 0..<text.count, line: 1)])
        ])
        number += 1
      }
      if part != texts.last { _ = await ledger.seal() }
    }
    try await ledger.close()
    return (folder, directory)
  }

  @Test func sumsAndNumbersAreThoseOfEvents() async throws {
    var random = SeededGenerator.ofThisRun()
    func number(_ bound: Int) -> Int { Int.random(in: -bound...bound, using: &random) }
    let texts = (0..<3).map { _ in
      (0..<40).map { _ in
        var members = [#""grams":\#(number(9_000))"#]
        if Bool.random(using: &random) { members.append(#""pieces":\#(number(3))"#) }
        if Bool.random(using: &random) { members.append(#""price":\#(number(500))"#) }
        return "{\(members.joined(separator: ","))}"
      }
    }
    let made = try await parcels(SchemaFiles(events: [Self.numbers]), texts)
    let engine = try weights(made.directory, "seed \(SeededGenerator.seedOfThisRun)")
    #expect(try engine.holes(countMax: 1).isEmpty)
    #expect(try engine.query("SELECT count(*) FROM weights").rows != [[.integer(0)]])
  }

  /// Which event does not fit is a question of the order in which they came, whoever folds them.
  @Test func aSumThatDoesNotFitIsAHole() async throws {
    let most = 9_000_000_000_000_000
    // 1,024 of them and some more fill 63 bits; the one behind with another sign fits again.
    let full = Array(repeating: #"{"grams":\#(most),"pieces":1,"price":1}"#, count: 1_026)
    let back = [
      #"{"grams":-5000000000000000,"pieces":1,"price":1}"#,
      #"{"grams":4000000000,"pieces":1,"price":4000000000}"#,
      #"{"grams":7,"pieces":1,"price":7}"#,
      // The only event of its key: there is no row.
      #"{"grams":9000000000000000,"pieces":5000,"price":1}"#,
    ]
    let made = try await parcels(SchemaFiles(events: [Self.numbers]), [full, back])
    let engine = try weights(made.directory, "sums at the bound")
    let holes = try engine.holes(countMax: 10)
    #expect(holes.map(\.position.value) == [1_024, 1_025, 1_027, 1_029], "\(holes)")
    #expect(holes.allSatisfy { $0.reason.contains("would leave 64 bits") })
    let rows = try engine.query("SELECT parcels, grams FROM weights").rows
    #expect(rows == [[.integer(1_026), .integer(Int64(most) * 1_024 - 5_000_000_000_000_000 + 7)]])
  }

  /// Columns hold what was said; the model reads what it means by now.
  @Test func eventsOfOlderVersionsAreLifted() async throws {
    let second = Parcels.schema(
      2,
      #"""
      "properties": {"grams": {"type": "integer"}, "pieces": {"type": "integer"}, "price": {"type": "integer"}},
      "required": ["grams", "pieces"]
      """#)
    let upcast: Catalog.File = (
      "parcel.sent.v1-v2.json",
      Array(
        #"""
        {"type": "parcel.sent", "from": 1, "to": 2, "steps": [{"default": "/pieces", "value": 1}]}
        """#.utf8)
    )
    let texts = [Array(repeating: #"{"grams":5}"#, count: 30), [#"{"grams":3}"#]]
    let made = try await parcels(
      SchemaFiles(events: [Self.numbers, second], upcasts: [upcast]), texts)
    let engine = try weights(made.directory, "lifted")
    #expect(
      try engine.query("SELECT pieces, parcels, grams FROM weights").rows
        == [[.integer(1), .integer(31), .integer(153)]])
  }

  /// Columns tell what happened to a name; one in another spelling is nobody's, wherever it stands.
  @Test(arguments: ["subject", "absorbed"])
  func namesInAnotherSpellingAreHoles(place: String) async throws {
    let test = try TestLedger()
    let writer = try Ledger.open(test.directory, for: .writing)
    let other = "Rene\u{301}"
    func event(_ id: String, _ subject: String, _ absorbed: String) -> NewEvent {
      testEvent(
        id: id, subject: subject, type: "profile.merged",
        data: [
          "absorbed": .string(absorbed), "assurance": "probable", "canonical": .string(subject),
        ])
    }
    for number in 0..<20 {
      _ = try await writer.log.append([event("m\(number)", "a\(number)", "b\(number)")])
    }
    _ = await writer.seal()
    _ = try await writer.log.append([
      place == "subject" ? event("n", other, "b") : event("n", "Ren\u{E9}", other),
      event("l", "Ren\u{E9}", "last"),
    ])
    for isSealed in [false, true] {
      if isSealed { _ = await writer.seal() }
      for threads in 1...2 {
        let folder = "\(test.folder.path)/\(isSealed)\(threads)"
        let made = try AggregateRebuild(folder: folder, catalogue: "test", threads: threads)
          .run([Seen.self], from: writer.mapper, now: Ledger.now())
        try expectSame(Seen.self, made[0].digest.digest, writer.mapper, "sealed: \(isSealed)")
        let engine = ProjectionEngine(Seen.self, folder: folder, catalogue: "test")
        #expect(try engine.holes(countMax: 9).map(\.position.value) == [20])
        #expect(
          try engine.query("SELECT events FROM seen WHERE customer = 'Ren\u{E9}'").rows
            == [[.integer(1)]])
      }
    }
    #expect(
      try writer.mapper.customers(before: writer.log.end).group(of: "Ren\u{E9}")
        == ["Ren\u{E9}", "last"])
    try await writer.close()
  }

  /// A merge that was taken back, and what took it back, count for nobody.
  @Test func eventsThatCountNoMoreAreLeftOut() async throws {
    let test = try TestLedger()
    func event(_ id: String, _ type: String, _ data: String) -> String {
      """
      {"specversion":"1.0","id":"\(id)","source":"/t","type":"\(type)","subject":"a","time":"2026-03-01T09:00:00Z",\
      "dataschema":"\(type)/1","authtype":"user","authid":"u1","data":\(data)}

      """
    }
    let noted =
      #"{"purpose":"marketing","topic":"*","channel":"*","contactPoint":"*","route":"portal"}"#
    _ = try await test.append(
      event("o1", "optout.recorded", noted)
        + event(
          "m1", "profile.merged", #"{"canonical":"a","absorbed":"b","assurance":"probable"}"#))
    try test.read { ledger in
      let folder = "\(test.folder.path)/aggregates"
      let live = ProjectionEngine(Seen.self, folder: folder, catalogue: "live")
      _ = try live.catchUp(with: ledger.mapper, now: Ledger.now())
    }
    _ = try await test.append(
      event("u1", "profile.unmerged", #"{"mergeEventId":"m1","reason":"wrongPerson"}"#))
    try test.read { ledger in
      let folder = "\(test.folder.path)/aggregates"
      let live = ProjectionEngine(Seen.self, folder: folder, catalogue: "live")
      #expect(try live.catchUp(with: ledger.mapper, now: Ledger.now()).rebuilt == nil)
      #expect(try live.query("SELECT events FROM seen").rows == [[.integer(1)]])
      let made = try AggregateRebuild(
        folder: "\(test.folder.path)/columns", catalogue: "test", threads: 1
      ).run([Seen.self], from: ledger.mapper, now: Ledger.now())
      #expect(try live.contentDigest() == made[0].digest)
    }
  }
}
