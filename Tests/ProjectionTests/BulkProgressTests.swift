import RapportTesting
import Synchronization
import Testing

@testable import Projection

/// How far a rebuild by customers says it is: in positions, forward only, and whole at the end.
@Suite struct BulkProgressTests {
  /// What was told, in the order in which it was told.
  private final class Told: Sendable {
    private let values = Mutex<[UInt64]>([])

    var all: [UInt64] { values.withLock { $0 } }

    func hear(_ value: UInt64) { values.withLock { $0.append(value) } }
  }

  private static let end: UInt64 = 100_000

  /// Passes the log in blocks of 1,000, of each of which so many events are routed, and says how far that is.
  private func passing(routing count: Int) -> (progress: BulkProgress, told: Told) {
    let told = Told()
    let progress = BulkProgress(of: Self.end) { told.hear($0) }
    for _ in 0..<100 {
      progress.route(count)
      progress.pass(1_000)
    }
    progress.endRouting()
    return (progress, told)
  }

  @Test func aViewThatReadsFewEventsIsNearlyDoneWhenTheLogIsPassed() throws {
    let (_, told) = passing(routing: 10)
    #expect(try #require(told.all.last) >= Self.end * 99 / 100)
    #expect(told.all.count == 100, "and on the way there each block was heard of")
    #expect(told.all[49] == told.all[99] / 2)
  }

  @Test func aViewThatReadsEveryEventIsHalfDoneThen() {
    let (progress, told) = passing(routing: 1_000)
    #expect(told.all.last == Self.end / 2)
    progress.fold(50_000)
    #expect(told.all.last == Self.end * 3 / 4)
    progress.fold(50_000)
    #expect(told.all.last == Self.end)
  }

  @Test func aViewThatReadsNothingIsDoneWhenTheLogIsPassed() {
    #expect(passing(routing: 0).told.all.last == Self.end)
  }

  /// Events that were appended meanwhile are passed as well, and blocks come in any order: of some of them no event was
  /// routed yet that will be.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func itNeverGoesBackAndEndsAtTheEnd(offset: UInt64) throws {
    let seed = SeededGenerator.seedOfThisRun &+ offset
    var random = SeededGenerator(seed: seed)
    let told = Told()
    let end = UInt64(1 + random.below(100_000))
    let progress = BulkProgress(of: end) { told.hear($0) }
    var passed: UInt64 = 0
    var routed = 0
    while passed < end {
      let count = 1 + random.below(9_000)
      let selected = random.below(count + 1)
      progress.route(selected)
      routed += selected
      progress.pass(count)
      passed += UInt64(count)
    }
    progress.endRouting()
    while routed > 0 {
      let count = min(routed, 1 + random.below(5_000))
      progress.fold(count)
      routed -= count
    }
    progress.finish()
    #expect(told.all.last == end, "seed \(seed)")
    #expect(zip(told.all, told.all.dropFirst()).allSatisfy { $0 < $1 }, "seed \(seed)")
  }

  /// Several threads are heard, and what they say is told one after the other.
  @Test func threadsAreToldOfInOrder() async {
    let told = Told()
    let progress = BulkProgress(of: Self.end) { told.hear($0) }
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<250 {
            progress.route(30)
            progress.pass(100)
          }
        }
      }
    }
    progress.finish()
    #expect(told.all.last == Self.end)
    #expect(zip(told.all, told.all.dropFirst()).allSatisfy { $0 < $1 })
  }
}
