// Fills a ledger with a practice history.

import LogEngine

extension Ledger {
  /// Appends a seeded practice history: the same numbers and seed give the same entries but for `recordedtime`, so
  /// running it again adds nothing.
  package func fillWithPractice(
    customers: Int, events: Int, seed: UInt64, progress: @Sendable (UInt64) -> Void = { _ in }
  ) async throws -> AppendSummary {
    var history = PracticeHistory(customers: customers, events: events, seed: seed)
    var pipeline = AppendPipeline(log: log, intake: intake)
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
}
