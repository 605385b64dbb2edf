// When a live view takes in what came, whom it makes wait, and when it lets its file go: without a thread or a file.

import LogEngine
import Projection
import Testing

@testable import Ledger

@Suite struct LiveStateTests {
  private static let gather = LiveState.gatherMicroseconds

  /// Two views in one lane, one in another, all of them following an empty ledger.
  private func following() -> LiveState {
    var state = LiveState([["a", "b"], ["sql"]], end: .zero)
    for name in ["a", "b", "sql"] { _ = state.stands(name, at: .zero, .following) }
    return state
  }

  @Test func aViewIsOpenedFirst() {
    var state = LiveState([["a", "b"]], end: .zero)
    #expect(state.work(of: 0, at: 0) == .open("a"))
    _ = state.stands("a", at: .zero, .following)
    #expect(state.work(of: 0, at: 0) == .open("b"))
    _ = state.stands("b", at: .zero, .following)
    #expect(state.work(of: 0, at: 0) == .rest(until: nil))
  }

  @Test func fewEventsAreGatheredAndManyAreNot() {
    var state = following()
    state.grew(to: Position(10), at: 100)
    #expect(state.work(of: 0, at: 100) == .rest(until: 100 + Self.gather))
    state.grew(to: Position(20), at: 200)
    #expect(state.work(of: 0, at: 200) == .rest(until: 100 + Self.gather), "from the first on")
    #expect(state.work(of: 0, at: 100 + Self.gather) == .takeIn)
    state.grew(to: Position(UInt64(LiveState.batchMax)), at: 300)
    #expect(state.work(of: 0, at: 300) == .takeIn)
    _ = state.stands("a", at: Position(1_000), .following)
    #expect(state.work(of: 0, at: 300) == .takeIn, "the other one is behind")
    _ = state.stands("b", at: Position(1_000), .following)
    state.tookIn(0, upTo: Position(1_000), at: 400)
    #expect(state.work(of: 0, at: 400) == .rest(until: nil))
  }

  @Test func whatFailedTriesAgainLaterAndHoldsUpNobody() {
    var state = following()
    let error = LedgerError("view.busy", "busy", .busy)
    state.failed("a", error, at: 0)
    state.grew(to: Position(2_000), at: 10)
    #expect(state.work(of: 0, at: 10) == .takeIn, "of the other one")
    _ = state.stands("b", at: Position(2_000), .following)
    #expect(state.work(of: 0, at: 20) == .rest(until: 1_000_000))
    #expect(state.work(of: 0, at: 1_000_000) == .open("a"))
    state.failed("a", error, at: 1_000_000)
    #expect(state.work(of: 0, at: 1_000_000) == .rest(until: 3_000_000), "twice as long")
    #expect(state.status(at: 1_000_000)[0].doing == .failed(error))
    #expect(state.status(at: 1_000_000)[0].lag == 2_000)
  }

  @Test func aFileThatIsWantedIsLetGoAndComesBack() {
    var state = following()
    state.want("b")
    #expect(state.work(of: 0, at: 0) == .letGo("b"))
    #expect(state.isInterrupted(0) && !state.isInterrupted(1))
    _ = state.stands("b", .lent)
    #expect(state.isLetGo("b") && !state.isLetGo("a"))
    state.want("b")
    state.giveBack("b")
    #expect(state.work(of: 0, at: 0) == .rest(until: nil), "another one wants it, too")
    state.giveBack("b")
    #expect(state.work(of: 0, at: 0) == .open("b"))
  }

  /// Otherwise two would have it open at once, and the view would never come back.
  @Test func aFileThatIsBeingOpenedIsNotLetGoYet() {
    var state = LiveState([["a"]], end: .zero)
    #expect(state.isLetGo("a"))
    #expect(state.takeWork(of: 0, at: 0) == .open("a"))
    state.want("a")
    #expect(!state.isLetGo("a"))
    _ = state.stands("a", at: .zero, .following)
    #expect(!state.isLetGo("a") && state.takeWork(of: 0, at: 0) == .letGo("a"))
    _ = state.stands("a", .lent)
    #expect(state.isLetGo("a"))
    state.giveBack("a")
    #expect(state.takeWork(of: 0, at: 0) == .open("a"))
    state.want("a")
    state.failed("a", LedgerError("view.busy", "busy", .busy), at: 0)
    #expect(state.isLetGo("a"), "nothing came of it")
  }

  @Test func aFileThatNobodyWantsAnyMoreIsOpenedAgain() {
    var state = following()
    state.want("a")
    #expect(state.takeWork(of: 0, at: 0) == .letGo("a"))
    state.giveBack("a")
    _ = state.stands("a", .lent)
    #expect(state.takeWork(of: 0, at: 0) == .open("a"))
  }

  /// A rollback puts an older file in force: nobody is told meanwhile that the view holds what he wrote.
  @Test func howFarAViewIsThatSomebodyHasIsUnknown() {
    var state = following()
    _ = state.stands("a", at: Position(5), .following)
    #expect(state.hold(Position(5), ["a"]) == true)
    state.want("a")
    #expect(state.hold(Position(5), ["a"]) == true, "it is still open")
    _ = state.stands("a", .lent)
    #expect(state.hold(Position(5), ["a"]) == false)
    state.giveBack("a")
    #expect(state.hold(Position(5), ["a"]) == false)
    _ = state.stands("a", at: Position(3), .following)
    #expect(state.hold(Position(3), ["a"]) == true && state.hold(Position(5), ["a"]) == false)
    #expect(state.hold(.zero, ["nobody's"]) == nil)
  }

  @Test func whatAViewLackedWhenItWasOpenedIsNotGathered() {
    var state = LiveState([["a"]], end: Position(5))
    _ = state.stands("a", at: Position(3), .following)
    #expect(state.work(of: 0, at: 1_000_000) == .takeIn)
  }

  @Test func eventsAreGatheredOnlyWhereNobodyWaitsForThem() async throws {
    var state = following()
    try await withCheckedThrowingContinuation { continuation in
      state.add(
        LiveState.Waiter(
          number: 1, position: Position(100), views: ["a"], continuation: continuation))
      state.grew(to: Position(3), at: 0)
      #expect(state.work(of: 0, at: 0) == .takeIn)
      #expect(state.work(of: 1, at: 0) == .rest(until: Self.gather), "for none of its views")
      state.removeWaiter(1)?.continuation.resume()
    }
    #expect(state.work(of: 0, at: 0) == .rest(until: Self.gather), "nobody waits any more")
  }

  @Test func whatFollowsIsLookedForOnceAtATime() {
    var state = following()
    state.triggered()
    #expect(state.work(of: 1, at: 5) == .rest(until: nil))
    #expect(state.work(of: 0, at: 5) == .react)
    state.reacts(Task {})
    state.triggered()
    #expect(state.work(of: 0, at: 5) == .rest(until: nil), "one is at work")
    state.reacted(nil, at: 6)
    #expect(state.work(of: 0, at: 6) == .react, "something came meanwhile")
    state.reacts(Task {})
    state.reacted(LedgerError("disk.full", "full", .disk), at: 7)
    #expect(state.work(of: 0, at: 7) == .rest(until: 1_000_007))
    #expect(state.reactionFailure?.code == "disk.full")
    state.stopReacting()
    #expect(state.work(of: 0, at: 2_000_000) == .rest(until: nil))
  }

  @Test func theEndTakesInWhatIsRecorded() async {
    var state = following()
    state.grew(to: Position(3), at: 0)
    await withCheckedContinuation { continuation in
      let isFirst = state.end(at: Position(5), continuation)
      #expect(isFirst)
      #expect(state.work(of: 0, at: 0) == .takeIn)
      _ = state.stands("a", at: Position(5), .following)
      _ = state.stands("b", at: Position(3), .stopped(Self.hole))
      #expect(state.work(of: 0, at: 0) == .end, "one that has stopped is not waited for")
      let early = state.laneEnded().ended.count
      #expect(early == 0)
      #expect(state.work(of: 1, at: 0) == .takeIn)
      for continuation in state.laneEnded().ended { continuation.resume() }
    }
    #expect(state.lanesRunning == 0)
  }

  private static let hole = Hole(position: Position(3), type: "t", subject: nil, reason: "r")
}
