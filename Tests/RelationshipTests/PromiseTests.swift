import JSONBytes
import Relationship
import Testing

@Suite struct PromiseTests {
  private enum Step {
    case granted(Promise.Grant)
    case redeemed(Promise.Redemption)
  }

  private func promise(_ steps: [Step]) -> Promise {
    var promise = Promise("p1")
    for step in steps {
      switch step {
      case .granted(let grant): promise.granted(grant)
      case .redeemed(let redemption): promise.redeemed(redemption)
      }
    }
    return promise
  }

  private func granted(_ id: String, on number: Int, until end: Int? = nil) -> Step {
    .granted(
      Promise.Grant(
        event(id, on: number, by: .staff), owed: euros(20), validUntil: end.map { day($0) }))
  }

  private func redeemed(_ id: String, on number: Int, place: UInt64? = nil) -> Step {
    .redeemed(Promise.Redemption(event(id, on: number, place: place), amount: euros(20)))
  }

  @Test func whatWasPromisedIsOwed() {
    let promise = promise([granted("e1", on: 1)])
    #expect(promise.state(at: day(2)) == .open)
    #expect(promise.owed(at: day(2)) == euros(20))
  }

  @Test func aRedeemedPromiseIsOwedNoMore() {
    let promise = promise([granted("e1", on: 1), redeemed("e2", on: 2)])
    #expect(promise.state(at: day(3)) == .redeemed)
    #expect(promise.owed(at: day(3)) == nil)
  }

  @Test func ofTwoTillsTheEarlierWinsAndTheOtherIsShown() {
    let promise = promise([granted("e1", on: 1), redeemed("e3", on: 3), redeemed("e2", on: 2)])
    #expect(promise.redemption?.mark.id == "e2")
    #expect(promise.conflicts == [3])
  }

  @Test func atTheSameInstantTheEarlierInTheLedgerWins() {
    let steps = [redeemed("late", on: 2, place: 9), redeemed("early", on: 2, place: 5)]
    #expect(promise([granted("e1", on: 1)] + steps).redemption?.mark.id == "early")
  }

  @Test func aPromiseExpiresAtItsInstantAndNotBefore() {
    let promise = promise([granted("e1", on: 1, until: 10)])
    #expect(promise.state(at: Timestamp(microseconds: day(10).microseconds - 1)) == .open)
    #expect(promise.state(at: day(10)) == .expired)
    #expect(promise.isUnredeemed, "the clock is no event")
  }

  @Test func aPromiseKeptAfterItsEndIsKept() {
    let promise = promise([granted("e1", on: 1, until: 10), redeemed("e2", on: 12)])
    #expect(promise.state(at: day(13)) == .redeemed)
  }

  @Test func aRedemptionWithoutAPromiseIsNoDebt() {
    let promise = promise([redeemed("e2", on: 2)])
    #expect(promise.state(at: day(3)) == .unknown)
    #expect(!promise.isUnredeemed)
  }

  @Test func theOrderOfArrivalChangesNothing() {
    let steps = [
      granted("e1", on: 1, until: 20), granted("e4", on: 4), redeemed("e2", on: 2),
      redeemed("e3", on: 3),
    ]
    for order in permutations(steps) { #expect(promise(order) == promise(steps)) }
    #expect(promise(steps).conflicts == [3, 4])
  }
}
