import JSONBytes
import Relationship
import Testing

@Suite struct DialogueTests {
  private func question(_ event: EventMark, _ id: String = "q1") -> Question {
    Question(event, id: id, topic: "shoes", channel: "email", sensitivity: "normal")
  }

  private func asked(_ events: EventMark...) -> Dialogue {
    var dialogue = Dialogue()
    for event in events { dialogue.asked(question(event)) }
    return dialogue
  }

  private func answered(on number: Int, again: Int?) -> Question.Outcome {
    Question.Outcome(
      moment(number), .answered, answer: "forest trails", askAgain: again.map { day($0) })
  }

  private func declined(on number: Int, again: Int? = nil) -> Question.Outcome {
    Question.Outcome(moment(number), .declined, askAgain: again.map { day($0) })
  }

  @Test func whatWasNeverAskedMayBeAsked() {
    #expect(Dialogue().mayAsk("q1", at: day(1)) == .yes)
  }

  @Test func whatWaitsForItsAnswerIsNotAskedAgain() {
    #expect(asked(event("e1", on: 1)).mayAsk("q1", at: day(900)) == .waiting(event("e1", on: 1)))
  }

  @Test func anotherQuestionMayBeAsked() {
    #expect(asked(event("e1", on: 1)).mayAsk("q2", at: day(2)) == .yes)
  }

  @Test func anAnswerHoldsUntilItHasAged() {
    var dialogue = asked(event("e1", on: 1))
    let settled1 = dialogue.settled("e1", answered(on: 2, again: 30))
    #expect(settled1 != nil)
    #expect(
      dialogue.mayAsk("q1", at: day(29)) == .settled(event("e1", on: 1), until: day(30)))
    #expect(dialogue.mayAsk("q1", at: day(30)) == .yes)
  }

  @Test func anAnswerWithoutADateHoldsForEver() {
    var dialogue = asked(event("e1", on: 1))
    let settled2 = dialogue.settled("e1", answered(on: 2, again: nil))
    #expect(settled2 != nil)
    #expect(
      dialogue.mayAsk("q1", at: day(9_000)) == .settled(event("e1", on: 1), until: nil))
  }

  @Test func whoWouldRatherNotIsNeverAskedAgain() {
    var dialogue = asked(event("e1", on: 1))
    let settled3 = dialogue.settled("e1", declined(on: 2))
    #expect(settled3 != nil)
    #expect(
      dialogue.mayAsk("q1", at: day(9_000)) == .settled(event("e1", on: 1), until: nil))
  }

  @Test func whoNamesADayIsAskedAgainFromThenOn() {
    var dialogue = asked(event("e1", on: 1))
    let settled4 = dialogue.settled("e1", declined(on: 2, again: 50))
    #expect(settled4 != nil)
    #expect(dialogue.mayAsk("q1", at: day(50)) == .yes)
  }

  @Test func theLatestWordOnAQuestionCounts() {
    var dialogue = asked(event("e1", on: 1))
    let settled5 = dialogue.settled("e1", answered(on: 5, again: nil))
    #expect(settled5 != nil)
    let settled6 = dialogue.settled("e1", declined(on: 3, again: 4))
    #expect(settled6 != nil)
    #expect(dialogue.questions[0].state == "answered")
  }

  @Test func anAnswerToAQuestionThatIsNotHereSettlesNothing() {
    var dialogue = asked(event("e1", on: 1))
    let settled7 = dialogue.settled("e9", answered(on: 2, again: nil))
    #expect(settled7 == nil)
  }

  @Test func askingTwiceIsFound() {
    var dialogue = asked(event("e1", on: 1), event("e2", on: 3))
    #expect(!dialogue.askedTwice()[0])
    #expect(dialogue.askedTwice()[1], "it still waited")
    let settled8 = dialogue.settled("e1", answered(on: 2, again: 30))
    #expect(settled8 != nil)
    #expect(dialogue.askedTwice()[1], "it was answered")
  }

  @Test func askingAgainWhenTheAnswerHasAgedIsNoDefect() {
    var dialogue = asked(event("e1", on: 1), event("e2", on: 40))
    let settled9 = dialogue.settled("e1", answered(on: 2, again: 30))
    #expect(settled9 != nil)
    #expect(!dialogue.askedTwice()[1])
  }

  @Test func anAnswerThatCameAfterTheSecondAskingIsNoExcuse() {
    var dialogue = asked(event("e1", on: 1), event("e2", on: 40))
    let settled10 = dialogue.settled("e1", answered(on: 50, again: 30))
    #expect(settled10 != nil)
    #expect(dialogue.askedTwice()[1])
  }
}
