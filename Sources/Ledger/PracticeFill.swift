// Fills a ledger with a practice history.

import JSONBytes
import LogEngine
import Relationship

extension Ledger {
  /// Appends a seeded practice history: the same numbers and seed give the same entries but for `recordedtime`, so
  /// running it again adds nothing.
  package func fillWithPractice(
    customers: Int, events: Int, seed: UInt64, progress: @Sendable (UInt64) -> Void = { _ in }
  ) async throws -> AppendSummary {
    guard log.description.catalogue == .shipped else {
      throw LedgerError(
        "practice.catalogue",
        "a practice history is made of the event types that ship, and this ledger knows only its own; "
          + "name another folder", .usage)
    }
    var history = PracticeHistory(customers: customers, events: events, seed: seed)
    var pipeline = AppendPipeline(self, door: nil)
    var done: UInt64 = 0
    var line = 0
    while true {
      var texts = EventTexts(bytes: [], items: [])
      while texts.items.count < AppendPipeline.batchEventsMax,
        texts.bytes.count < AppendPipeline.batchSizeMax
      {
        let start = texts.bytes.count
        guard history.nextLine(into: &texts.bytes) else { break }
        line += 1
        // The line feed at the end is no part of the text.
        texts.items.append(EventTexts.Item(range: start..<texts.bytes.count - 1, line: line))
      }
      if texts.items.isEmpty { break }
      done += UInt64(texts.items.count)
      try await pipeline.append(texts)
      progress(done)
    }
    let summary = try await pipeline.finish()
    if let rejected = summary.rejections.first {
      throw LedgerError(
        "bug.practice",
        "event \(rejected.line) of the practice history was refused: \(rejected.sentence)", .bug)
    }
    return summary
  }

  /// Publishes the sharing plan that ships, unless one is in force: from the first day of the history on, so that its
  /// departments may ask about every day of it. Purposes and topics that the history registered are not registered
  /// again, and its permission policy stays: it comes after ``fillWithPractice(customers:events:seed:progress:)``.
  ///
  /// Returns the number of events appended.
  package func publishPracticePlan() async throws -> Int {
    let published = try publishedPlan()
    guard published.version == nil, published.plan.grants.isEmpty else { return 0 }
    let opening = Timestamp(microseconds: PracticePeriod.start * 1_000)
    return try await publishPlan(at: opening, keepsPolicy: true).appended
  }
}
