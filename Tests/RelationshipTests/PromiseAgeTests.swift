// What we owe grows louder with age, and loudest where the customer had to ask.

import JSONBytes
import Relationship
import Testing

@Suite struct PromiseAgeTests {
  private func book(_ steps: ((inout PromiseBook) -> Void)...) -> PromiseBook {
    var book = PromiseBook()
    for step in steps { step(&book) }
    return book
  }

  private func granted(_ id: String, on number: Int, until end: Int? = nil) -> (inout PromiseBook)
    -> Void
  {
    {
      $0.granted(
        id,
        Promise.Grant(
          event("grant-\(id)", on: number, by: .staff), owed: euros(20),
          validUntil: end.map { day($0) }))
    }
  }

  private func redeemed(_ id: String, on number: Int) -> (inout PromiseBook) -> Void {
    { $0.redeemed(id, Promise.Redemption(event("kept-\(id)", on: number), amount: euros(20))) }
  }

  private func asked(_ id: String, on number: Int) -> (inout PromiseBook) -> Void {
    { $0.asked(event("asked-\(number)", on: number), becauseOf: "grant-\(id)") }
  }

  @Test func anOpenPromiseIsOldAfterThirtyDays() throws {
    let book = book(granted("p1", on: 1))
    let promise = try #require(book.all(at: day(31)).first)
    #expect(promise.days(at: day(31)) == 30 && promise.urgency(at: day(31)) == .open)
    #expect(promise.days(at: day(32)) == 31 && promise.urgency(at: day(32)) == .old)
    #expect(promise.days(at: day(0)) == 0, "a clock that runs behind makes no negative age")
  }

  @Test func whoHadToAskAgainComesBeforeWhoWaitedLong() {
    let book = book(
      granted("old", on: 1), granted("new", on: 50), granted("asked", on: 49),
      asked("asked", on: 51)
    )
    let all = book.all(at: day(60))
    #expect(all.map(\.promise.id) == ["asked", "old", "new"])
    #expect(all[0].askedAgain.map(\.id) == ["asked-51"])
    #expect(all.map { $0.urgency(at: day(60)) } == [.askedAgain, .old, .open])
  }

  @Test func whatWasKeptOrHasEndedIsOwedNoMore() {
    let book = book(
      granted("kept", on: 1), asked("kept", on: 2), redeemed("kept", on: 3), asked("kept", on: 4),
      granted("ended", on: 1, until: 9), granted("owed", on: 5))
    let all = book.all(at: day(10))
    #expect(all.map(\.promise.id) == ["owed", "ended", "kept"])
    #expect(all.map { $0.urgency(at: day(10)) } == [.open, nil, nil])
    #expect(
      all[2].askedAgain.map(\.id) == ["asked-2"], "asking after it was kept is no asking again")
  }

  @Test func theOrderOfArrivalChangesNothing() {
    let steps = [
      granted("p1", on: 1), asked("p1", on: 2), redeemed("p1", on: 5), granted("p2", on: 3),
    ]
    let expected = ["p2 []", "p1 [\"asked-2\"]"]
    for order in permutations(Array(steps.indices)) {
      var book = PromiseBook()
      for index in order { steps[index](&book) }
      let all = book.all(at: day(6))
      #expect(all.map { "\($0.promise.id) \($0.askedAgain.map(\.id))" } == expected)
    }
  }
}
