import JSONBytes
import Relationship
import Testing

@Suite struct ContactStateTests {
  @Test(arguments: [
    ("*", "*", "*", "*", true), ("*", nil, nil, nil, true), ("*", "*", "*", nil, true),
    ("marketing", "*", "*", "*", false), ("*", "shoes", "*", "*", false),
    ("*", "*", "email", "*", false), ("*", "*", "*", "cp1", false),
  ])
  func onlyANoToEverythingStopsEverything(
    purpose: String, topic: String?, channel: String?, point: String?, isEverything: Bool
  ) {
    #expect(
      ContactState.isEverything(
        purpose: purpose, topic: topic, channel: channel, contactPoint: point) == isEverything)
  }

  @Test func theLatestNoIsTheOneThatDecides() {
    var state = ContactState()
    state.stopped(at: moment(5))
    state.stopped(at: moment(2))
    #expect(state.stop == moment(5))
  }

  @Test func erasureIsFinalFromItsFirstInstant() {
    var state = ContactState()
    state.erased(at: moment(5))
    state.erased(at: moment(2))
    #expect(state.erasure == moment(2))
  }

  private func pause(
    _ id: String, on number: Int, until end: Int, topic: String = "*", channel: String = "*",
    by author: Author = .staff
  ) -> Fact {
    Fact(
      event(id, on: number, by: author), .pause, .stated, topic: topic,
      about: ContactState.scope(purpose: "*", channel: channel), validUntil: day(end))
  }

  @Test func ofSeveralPausesTheOneThatEndsLastCounts() {
    let facts = Facts([pause("a", on: 1, until: 90), pause("b", on: 2, until: 30)])
    #expect(ContactState.pause(in: facts)?.mark.id == "a")
  }

  @Test func herOwnPauseReplacesTheOthers() {
    let facts = Facts([
      pause("a", on: 1, until: 90), pause("b", on: 2, until: 30, by: .customer),
    ])
    #expect(ContactState.pause(in: facts)?.validUntil == day(30))
  }

  @Test func aNarrowerPauseIsNoPauseOfEverything() {
    let facts = Facts([
      pause("a", on: 1, until: 90, topic: "shoes"), pause("b", on: 2, until: 90, channel: "email"),
    ])
    #expect(ContactState.pause(in: facts) == nil)
  }

  @Test func aPauseEndsWhenSheSaysSo() {
    var facts = Facts([pause("a", on: 1, until: 90)])
    let ended1 = facts.end("a", .pause, Fact.End(moment(5), .resumed))
    #expect(ended1)
    #expect(ContactState.pause(in: facts) == nil)
  }
}
