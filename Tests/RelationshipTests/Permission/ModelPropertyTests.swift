// P3 of docs/permission.md: the model, made live or anew, answers as the log does.

import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@Suite struct ModelPropertyTests {
  @Test func p3TheModelAnswersAsTheLogDoes() throws {
    let work = try ModelWork()
    try PropertyRun.expect("P3") { history in
      ((0..<3).map { _ in history.question() }, [])
    } check: { base, asked, _ in
      let source = try ModelWork.source(base)
      // The sizes take turns: all of them over the histories, two for each.
      let live = try work.fill(source, batches: [1, 3, 7, 1_000][base.lines.count % 4])
      guard try work.fill(source, batches: nil) == live else {
        throw PropertyRun.Failure(
          question: asked[0], sentence: "live and in bulk the rows differ")
      }
      try PropertyRun.expectSame(
        asked, PropertyRun.answers(asked, base.book), work.answers(asked, of: source, base),
        " in the model")
      guard let cut = base.events.indices.randomElement(at: base.lines.count) else { return }
      let stamp = base.events[cut].stamp
      for known in [KnownAt.position(stamp.place), .recorded(stamp.recorded)] {
        try PropertyRun.expectSame(
          asked, PropertyRun.answers(asked, base.book, knownAt: known),
          work.answers(asked, of: source, base, knownAt: known), " in the model, as of then")
      }
    }
  }

  /// The same where merges come and go while the model follows.
  @Test func p3HoldsWhileMergesComeAndGo() throws {
    let work = try ModelWork()
    for seed in 0..<UInt64(150) {
      var history = GeneratedHistory(seed: seed, count: 8)
      for number in 0..<4 {
        let (one, other) = [("A", "B"), ("B", "C"), ("C", "A")][(number + Int(seed)) % 3]
        let assurance = number % 2 == 0 ? "verified" : "probable"
        history.add(
          "profile.merged {canonical: \(one), absorbed: \(other), assurance: \(assurance)}", one,
          "d\(40 + number)")
        for _ in 0..<3 { history.addEvent() }
        if let merge = history.reference("profile.merged", one), history.random.chance(60) {
          history.add("profile.unmerged {mergeEventId: \(merge)}", one, "d\(60 + number)")
        }
      }
      let base = try HistoryCase(history.lines)
      let asked = (0..<3).map { _ in history.question() }
      let source = try ModelWork.source(base)
      let bulk = try work.fill(source, batches: nil)
      let live = try work.fill(source, batches: 2)
      #expect(bulk == live, "seed \(seed)")
      do {
        try PropertyRun.expectSame(
          asked, PropertyRun.answers(asked, base.book), work.answers(asked, of: source, base))
      } catch let failure as PropertyRun.Failure {
        Issue.record("seed \(seed): \(failure.question)\(failure.sentence)")
        return
      }
    }
  }
}

extension Range<Int> {
  /// One of them, by a number.
  fileprivate func randomElement(at number: Int) -> Int? {
    isEmpty ? nil : lowerBound + (number &* 7_919) % count
  }
}
