import Disk
import RapportTesting
import Testing

@testable import LogEngine

struct ExpectationTests {
  /// For each expectation: the revisions 0, 1 and 2 for which it holds.
  @Test(
    arguments: [
      (ExpectedRevision.any, [true, true, true]), (.noStream, [true, false, false]),
      (.streamExists, [false, true, true]), (.exactly(0), [true, false, false]),
      (.exactly(1), [false, true, false]), (.exactly(2), [false, false, true]),
      (.exactly(.max), [false, false, false]),
    ])
  func eachKindHoldsForItsRevisions(expected: ExpectedRevision, holds: [Bool]) async throws {
    let log = try TestLedger.make().open().log
    for revision in 0...2 {
      if revision > 0 { _ = try await log.append(event("r\(revision)", "c1")) }
      // Of a customer that the append does not write to.
      let error = await refusal {
        try await log.append(
          [event("\(revision)", "other")],
          expecting: [Expectation(customer: "c1", revision: expected)])
      }
      #expect((error == nil) == holds[revision], "revision \(revision)")
      if let error {
        #expect(
          error
            == .revisionConflict(customer: "c1", expected: expected, actual: UInt32(revision)))
        #expect(error.code == "append.revision-conflict")
      }
    }
    #expect(log.revision(of: "other") == UInt32(holds.count { $0 }))
    try await log.close()
  }

  @Test func allExpectationsOfAnAppendMustHold() async throws {
    let log = try TestLedger.make().open().log
    _ = try await log.append([event("a", "c1"), event("b", "c2"), event("c", "c2")])
    func attempt(_ one: UInt32, _ two: UInt32) async -> AppendError? {
      await refusal {
        try await log.append(
          [event("d", "c3")],
          expecting: [
            Expectation(customer: "c1", revision: .exactly(one)),
            Expectation(customer: "c2", revision: .exactly(two)),
            Expectation(customer: "c3", revision: .noStream),
          ])
      }
    }
    #expect(
      await attempt(1, 1) == .revisionConflict(customer: "c2", expected: .exactly(1), actual: 2))
    #expect(
      await attempt(2, 2) == .revisionConflict(customer: "c1", expected: .exactly(2), actual: 1))
    #expect(log.end == Position(3), "nothing is recorded on a conflict")
    #expect(await attempt(1, 2) == nil)
    #expect(log.end == Position(4))
    try await log.close()
  }

  @Test func anExpectationOfItsOwnCustomerIsThatBeforeTheAppend() async throws {
    let log = try TestLedger.make().open().log
    let expectation = Expectation(customer: "c1", revision: .noStream)
    _ = try await log.append([event("a"), event("b")], expecting: [expectation])
    #expect(log.revision(of: "c1") == 2)
    try await log.close()
  }

  @Test func expectationsAloneAreACheck() async throws {
    let log = try TestLedger.make().open().log
    _ = try await log.append(event("a"))
    let right = [Expectation(customer: "c1", revision: .exactly(1))]
    #expect(try await log.append([], expecting: right) == [])
    let wrong = [Expectation(customer: "c1", revision: .noStream)]
    let error = await refusal { try await log.append([], expecting: wrong) }
    #expect(error == .revisionConflict(customer: "c1", expected: .noStream, actual: 1))
    try await log.close()
  }

  @Test func anAppendNames64ExpectationsAndNotOneMore() async throws {
    let log = try TestLedger.make().open().log
    let most = (0..<64).map { Expectation(customer: "c\($0)", revision: .noStream) }
    #expect(try await log.append([event("a")], expecting: most) == [.zero])
    let more = most + [Expectation(customer: "x", revision: .any)]
    let error = await refusal { try await log.append([event("b")], expecting: more) }
    #expect(error == .tooMany(count: 65, countMax: 64))
    try await log.close()
  }

  /// Duplicates are looked for before revisions: the answer to a retry does not depend on what came between.
  @Test func aRetryOfWhatSucceededSucceedsThoughTheRevisionHasMovedOn() async throws {
    let ledger = try TestLedger.make()
    var log = try ledger.open().log
    let decided = [event("a"), event("b")]
    let expecting = [Expectation(customer: "c1", revision: .noStream)]
    let first = try await log.append(decided, expecting: expecting)
    #expect(try await log.append(decided, expecting: expecting) == first)
    _ = try await log.append(event("c"))
    #expect(try await log.append(decided, expecting: expecting) == first)
    try await log.close()
    log = try ledger.open().log
    #expect(try await log.append(decided, expecting: expecting) == first)
    // A part that was not recorded is new, and is judged by the revision of now.
    let error = await refusal {
      try await log.append(decided + [event("d")], expecting: expecting)
    }
    #expect(error == .revisionConflict(customer: "c1", expected: .noStream, actual: 3))
    // Other content comes first, too.
    let reused = await refusal {
      try await log.append([event("a", "c1", "other")], expecting: expecting)
    }
    #expect(reused == .idReused(index: 0, position: .zero))
    try await log.close()
  }

  /// Of writers that all decided on the same revision, exactly one wins each round.
  @Test func ofWritersThatDecideAtOnceOneWins() async throws {
    let log = try TestLedger.make().open().log
    for round in 0..<20 {
      let wins = await withTaskGroup(of: Bool.self) { group in
        for writer in 0..<8 {
          group.addTask {
            await refusal {
              try await log.append(
                [event("\(round)-\(writer)")],
                expecting: [Expectation(customer: "c1", revision: .exactly(UInt32(round)))])
            } == nil
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(wins == 1)
    }
    #expect(log.revision(of: "c1") == 20)
    try await log.close()
  }
}
