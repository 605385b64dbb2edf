// Merges and views in SQL: the rows are right, and they are made anew no oftener than they must be.

import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Synchronization
import Testing

/// A ledger in memory that counts the events it hands out, but for histories of customers.
private final class CountingSource: EventSource {
  private let ledger: ArraySource
  private let handed = Mutex(0)

  init(_ ledger: ArraySource) { self.ledger = ledger }

  var count: Int { handed.withLock { $0 } }
  var end: Position { ledger.end }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    let batch = try ledger.events(from: start, countMax: countMax, ofTypes: types)
    handed.withLock { $0 += Int(batch.next.value - start.value) }
    return batch
  }

  func root(at end: Position) throws -> String { try ledger.root(at: end) }

  func customers(before end: Position) throws -> CustomerMap { try ledger.customers(before: end) }

  func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap {
    try ledger.customers(before: end, asOf: point)
  }

  func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent] {
    try ledger.history(of: subjects, before: end)
  }
}

@Suite struct SQLMergeTests {
  private static let now = Timestamp(microseconds: 0)

  private func merge(
    _ absorbed: String, into kept: String, _ history: inout History
  ) -> String {
    history.add(
      "profile.merged", of: kept, at: "2026-02-01", by: "user",
      [
        "canonical": .string(kept), "absorbed": .string(absorbed), "assurance": "probable",
      ])
  }

  /// Feeds `history` from the event `start` on, and gives how many events were read for that. The rows must be those of a
  /// rebuild, and the holes as well.
  private func feed(
    _ history: History, from start: Int, batches size: Int, _ model: SQLReadModel,
    catchUps: Int = 1
  ) throws -> Int {
    try TemporaryDirectory.with { folder in
      let ledger = ArraySource(history.events[..<start])
      let source = CountingSource(ledger)
      var engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
      engine.batchMax = size
      _ = try engine.catchUp(with: source, now: Self.now)
      let before = source.count
      let ends = (1...catchUps).map { start + (history.events.count - start) * $0 / catchUps }
      for (from, to) in zip([start] + ends, ends) {
        ledger.append(history.events[from..<to])
        let done = try engine.catchUp(with: source, now: Self.now)
        #expect(done.rebuilt == nil)
        #expect(done.position == source.end)
        #expect(done.applied == UInt64(to - from))
      }
      let count = source.count - before
      let other = ProjectionEngine(model, folder: folder + "/other", catalogue: "test")
      let rebuilt = try other.rebuild(from: source, now: Self.now)
      #expect(try engine.contentDigest() == rebuilt.digest)
      #expect(try engine.holes(countMax: 1_000) == rebuilt.holes)
      #expect(try engine.status(end: source.end).finding == nil)
      return count
    }
  }

  @Test func aMergeOfWhomTheViewKnowsNothingMakesNoRowAnew() throws {
    let model = try SQLReadModel(CountModel.text, file: "counts.sql")
    var history = History()
    for number in 0..<60 {
      history.add("test.made", of: "c\(number % 3)", at: "2026-01-01")
      history.add("test.other", of: "a\(number)", at: "2026-01-01")
    }
    // What the kept subject did stays hers; what the absorbed one does from here on is hers as well.
    for number in 0..<40 {
      _ = merge("a\(number)", into: "c\(number % 3)", &history)
      history.add("test.made", of: "a\(number)", at: "2026-02-02")
    }
    #expect(try feed(history, from: 120, batches: 8, model) == 80, "each event is read once")
  }

  /// Every batch holds merges that change rows of the past, and still all is read no more than once more.
  @Test(arguments: [1, 8, 1_000])
  func theRowsAreMadeAnewOnceACatchUp(batches: Int) throws {
    let model = try SQLReadModel(CountModel.text, file: "counts.sql")
    var history = History()
    for number in 0..<150 {
      let amount: JSONValue = number % 7 == 0 ? "none" : 1
      history.add("test.made", of: "a\(number % 50)", at: "2026-01-01", ["amount": amount])
    }
    var merges: [String] = []
    for number in 0..<40 {
      merges.append(merge("a\(number)", into: "a\(40 + number % 10)", &history))
      history.add("test.made", of: "a\(number)", at: "2026-02-02")
    }
    for (number, merge) in merges.enumerated() {
      history.add(
        "profile.unmerged", of: "a\(40 + number % 10)", at: "2026-03-01", by: "user",
        ["mergeEventId": .string(merge), "reason": "wrongPerson"])
      history.add("test.made", of: "a\(number)", at: "2026-03-02")
    }
    let all = history.events.count
    #expect(try feed(history, from: 150, batches: batches, model) <= all + 1_000)
    #expect(try feed(history, from: 150, batches: batches, model, catchUps: 4) <= 5 * all)
  }

  /// A view that reads the merges themselves must forget one that was taken back, whoever it was about.
  @Test func aMergeThatIsTakenBackIsForgotten() throws {
    let model = try SQLReadModel(
      CountModel.header.replacing("test.odd", with: "profile.merged") + CountModel.table
        + "INSERT INTO counts SELECT id, 1, 1 FROM batch;", file: "counts.sql")
    var history = History()
    let one = merge("a1", into: "c1", &history)
    _ = merge("a2", into: "c2", &history)
    history.add("test.made", of: "c3")
    let start = history.events.count
    history.add(
      "profile.unmerged", of: "c1", at: "2026-03-01", by: "user",
      ["mergeEventId": .string(one), "reason": "wrongPerson"])
    history.add("test.made", of: "c1", at: "2026-03-01")
    #expect(try feed(history, from: start, batches: 1, model) > 2)
  }

  /// A view that stops is filled no further than the batch that asks for it.
  @Test func aViewThatStopsAtAnEventTakesInWhatLiesBeforeIt() throws {
    let text = CountModel.text.replacing("-- version: 1", with: "-- version: 1\n-- onError: stop")
    let model = try SQLReadModel(text, file: "counts.sql")
    var history = History()
    for number in 0..<4 { history.add("test.made", of: "a\(number)", ["amount": 1]) }
    _ = merge("a1", into: "a0", &history)
    for number in 0..<4 { history.add("test.made", of: "a\(number)", ["amount": 1]) }
    history.add("test.made", of: "a0", ["amount": "none"])
    try TemporaryDirectory.with { folder in
      let source = ArraySource(history.events[..<4])
      var engine = ProjectionEngine(model, folder: folder + "/views", catalogue: "test")
      engine.batchMax = 2
      _ = try engine.catchUp(with: source, now: Self.now)
      source.append(history.events[4...])
      let done = try engine.catchUp(with: source, now: Self.now)
      #expect(done.position == Position(9) && done.stopped?.position == Position(9))
      #expect(
        try engine.query("SELECT customer, events FROM counts ORDER BY customer").rows
          == [
            [.text("a0"), .integer(4)], [.text("a2"), .integer(2)], [.text("a3"), .integer(2)],
          ])
    }
  }
}
