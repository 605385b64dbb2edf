// The state machine of a subscription: every short life, then long random ones.

import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Testing

@Suite struct SubscriptionStateTests {
  private func place(_ next: UInt64, _ number: Int = 0) -> FeedCursor {
    FeedCursor(Position(next), number)
  }

  private func fresh(_ at: UInt64 = 0) -> SubscriptionState {
    SubscriptionState(acknowledged: place(at), feed: 0)
  }

  @Test func deliversFromWhereItStandsUntilTheEnd() {
    var state = fresh(3)
    #expect(state.next(.init(end: place(3))) == .rest)
    let all = SubscriptionState.unacknowledgedMax
    #expect(state.next(.init(end: place(5))) == .deliver(from: place(3), countMax: all))
    state.delivered([place(4), place(5)], upTo: place(5))
    #expect(state.next(.init(end: place(5))) == .rest)
    #expect(
      state.next(.init(end: place(6))) == .deliver(from: place(5), countMax: all - 2))
    #expect(state.acknowledged == place(3) && !state.isSettled)
  }

  @Test func acknowledgingMovesProgressAndWhatWasPassedOverGoesWithTheLastItem() throws {
    var state = fresh()
    state.delivered([place(2), place(5)], upTo: place(9))
    try state.acknowledge(place(2))
    #expect(state.acknowledged == place(2))
    try state.acknowledge(place(5))
    #expect(state.acknowledged == place(9) && state.isSettled)
    state.delivered([], upTo: place(12))
    #expect(state.acknowledged == place(12))
  }

  @Test func whatIsNotAcknowledgedComesAgainAfterARestart() throws {
    var state = fresh()
    state.delivered([place(1), place(2), place(3)], upTo: place(3))
    try state.acknowledge(place(1))
    let again = SubscriptionState(acknowledged: state.acknowledged, feed: state.feed)
    #expect(
      again.next(.init(end: place(3)))
        == .deliver(from: place(1), countMax: SubscriptionState.unacknowledgedMax))
  }

  /// Every acknowledgement after every number of acknowledged items of every small delivery.
  @Test func acknowledgementsBackwardBeyondOrBetweenAreRefused() throws {
    // Items end at 2, 4 and 6: positions 1, 3 and 5; the even ones concern nobody.
    for done in 0...3 {
      for asked in 0..<9 as Range<UInt64> {
        var state = fresh()
        state.delivered([place(2), place(4), place(6)], upTo: place(7))
        for item in 0..<done { try state.acknowledge(place(UInt64(item + 1) * 2)) }
        let before = state.acknowledged
        let last: UInt64 = done == 3 ? 7 : UInt64(done) * 2
        #expect(before == place(last))
        func attempt() throws { try state.acknowledge(place(asked)) }
        if asked == last {
          try attempt()
        } else if asked > 7 {
          #expect(throws: SubscriptionState.Refusal.beyondDelivered) { try attempt() }
        } else if asked < last {
          #expect(throws: SubscriptionState.Refusal.outOfOrder) { try attempt() }
        } else if asked % 2 == 0 {
          try attempt()
          #expect(state.acknowledged == place(asked == 6 ? 7 : asked))
          continue
        } else {
          #expect(throws: SubscriptionState.Refusal.noItem) { try attempt() }
        }
        #expect(state.acknowledged == before, "a refused acknowledgement changes nothing")
      }
    }
  }

  @Test func tooMuchUnacknowledgedStopsDelivery() throws {
    var state = fresh()
    let all = SubscriptionState.unacknowledgedMax
    state.delivered((1...all).map { place(UInt64($0)) }, upTo: place(UInt64(all)))
    #expect(state.next(.init(end: place(UInt64(all + 5)))) == .awaitAcknowledgement)
    try state.acknowledge(place(10))
    #expect(
      state.next(.init(end: place(UInt64(all + 5))))
        == .deliver(from: place(UInt64(all)), countMax: 10))
  }

  @Test func whoFellBehindGetsTheRowsAndProgressMovesWithTheirEndOnly() throws {
    let kept = SubscriptionState.Available(feed: 7, since: place(10, 2), end: place(20, 3))
    for (start, feed) in [(place(0), 0), (place(10, 1), 7), (place(20, 3), 8), (place(20, 4), 7)] {
      var state = SubscriptionState(acknowledged: start, feed: Int64(feed))
      #expect(state.next(kept) == .reset)
      state.beginReset(kept)
      #expect(state.next(kept) == .rows)
      #expect(throws: SubscriptionState.Refusal.beyondDelivered) {
        try state.acknowledge(place(20, 3))
      }
      #expect(state.rowsDelivered() == place(20, 3))
      #expect(state.acknowledged == start && state.feed == Int64(feed) && !state.isSettled)
      state.delivered([place(20, 4)], upTo: place(20, 4))
      try state.acknowledge(place(20, 3))
      #expect(state.acknowledged == place(20, 3) && state.feed == 7)
      try state.acknowledge(upTo: Position(20), number: nil)
      #expect(state.acknowledged == place(20, 4) && state.isSettled)
    }
    for start in [place(10, 2), place(20, 3)] {
      let state = SubscriptionState(acknowledged: start, feed: 7)
      #expect(state.next(kept) != .reset)
    }
  }

  @Test func anAcknowledgementFromBeforeAResetIsLateAndNotWrong() throws {
    var state = SubscriptionState(acknowledged: place(1), feed: 7)
    state.delivered([place(2), place(3)], upTo: place(3))
    let other = SubscriptionState.Available(feed: 8, since: place(3), end: place(3))
    #expect(state.next(other) == .reset)
    state.beginReset(other)
    try state.acknowledge(place(2))
    #expect(state.acknowledged == place(1) && state.feed == 7)
    #expect(throws: SubscriptionState.Refusal.beyondDelivered) { try state.acknowledge(place(9)) }
  }

  @Test func lagIsInEventsAndSeconds() {
    let state = fresh(4)
    let second = Timestamp(microseconds: 1_000_000)
    let minute = Timestamp(microseconds: 60_000_000)
    #expect(
      state.lag(end: Position(9), last: minute, recorded: second) == .init(events: 5, seconds: 59))
    #expect(
      state.lag(end: Position(4), last: minute, recorded: second) == .init(events: 0, seconds: 0))
    #expect(state.lag(end: Position(9), last: nil, recorded: nil) == .init(events: 5, seconds: 0))
  }

  /// Random lives with restarts: every item is had, in order, whatever is delivered, acknowledged and forgotten.
  @Test func everyItemIsHadInOrderOverRandomLives() throws {
    let seed = SeededGenerator.seedOfThisRun
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      var state = fresh()
      var end: UInt64 = 0
      var seen: [UInt64] = []
      var out: [UInt64] = []
      let concerns = Set((0..<60 as Range<UInt64>).filter { _ in random.chance(60) })
      while state.acknowledged.next.value < 60 {
        switch random.below(4) {
        case 0: end = min(60, end + UInt64(random.below(9)))
        case 1:
          guard case .deliver(let from, _) = state.next(.init(end: place(end))) else { break }
          let upTo = min(end, from.next.value + UInt64(random.below(5)))
          let items = (from.next.value..<upTo).filter { concerns.contains($0) }
          state.delivered(items.map { place($0 + 1) }, upTo: place(upTo))
          seen += items
          out += items
        case 2 where !out.isEmpty:
          let last = random.below(out.count)
          try state.acknowledge(place(out[last] + 1))
          out.removeFirst(last + 1)
        case 3 where random.chance(20):
          state = SubscriptionState(acknowledged: state.acknowledged, feed: state.feed)
          out = []
        default: break
        }
      }
      var first: [UInt64] = []
      for item in seen where first.last.map({ item > $0 }) ?? true { first.append(item) }
      #expect(first == concerns.sorted(), "seed \(seed)")
      #expect(Set(seen) == concerns, "seed \(seed): nothing is invented")
    }
  }
}
