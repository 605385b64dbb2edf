// The best next question: what we do not know, about what matters to her.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct QuestionChoiceTests {
  private func choice(
    _ questions: [BankQuestion], facts: [Fact] = [], _ dialogue: Dialogue = Dialogue(),
    _ occasions: [Occasion] = [], customer: QuestionObstacle? = nil, on number: Int = 10,
    at context: CounterContext? = nil, yes: Set<String> = []
  ) -> QuestionChoice {
    QuestionChoice(
      from: QuestionBank(questions),
      for: QuestionSituation(
        at: day(number), facts: facts, dialogue: dialogue, occasions: occasions,
        obstacle: customer),
      at: context, standing: { yes.contains($0.id) ? Asked.yes : Asked.nothing })
  }

  private func fact(
    _ kind: Fact.Kind, _ origin: Origin, _ topic: String, on number: Int = 1,
    value: String? = nil
  ) -> Fact {
    Fact(event("f\(number)", on: number), kind, origin, topic: topic, value: value)
  }

  @Test func anEmptyBankAsksNothingAndSaysSo() {
    let choice = choice([])
    #expect(choice.next == nil)
    #expect(choice.silence == "nothing is asked: the bank has no question")
    #expect(choice.silenceRule == "question.none")
  }

  @Test func theOrderOfTheBankDecidesWhereNothingElseDoes() throws {
    let choice = choice([try Asked.bank("a"), try Asked.bank("b")])
    #expect(choice.next?.question.id == "a")
    #expect(choice.next?.relevance == QuestionRelevance.none)
  }

  @Test func whatMattersToHerComesFirstByTheStrengthOfWhoSaysSo() throws {
    let bank = try [
      Asked.bank("none", topic: "n"), Asked.bank("guessed", topic: "g"),
      Asked.bank("everybody", topic: "e", everybody: true), Asked.bank("seen", topic: "s"),
      Asked.bank("said", topic: "t.u"),
    ]
    var left = bank
    let facts = [
      fact(.inference, .inferred, "g", on: 1), fact(.viewed, .observed, "s", on: 2),
      fact(.interest, .stated, "t", on: 3),
    ]
    for id in ["said", "seen", "everybody", "guessed", "none"] {
      #expect(choice(left, facts: facts).next?.question.id == id)
      left.removeAll { $0.id == id }
    }
  }

  @Test func anOrderOrABookingTellsWhatSheDealsIn() throws {
    let bank = try [Asked.bank("a", topic: "hats"), Asked.bank("b", topic: "shoes.running")]
    let order = Occasion(moment(4), .order, reference: "O1", slots: ["shoes"])
    let found = choice(bank, Dialogue(), [order]).next
    #expect(found?.question.id == "b")
    #expect(found?.relevance == .observed(moment(4)))
    let booking = Occasion(moment(5), .booking, reference: "B1", topic: "shoes", slots: ["seat"])
    #expect(choice(bank, Dialogue(), [order, booking]).next?.relevance == .observed(moment(5)))
    let later = Occasion(moment(11), .order, reference: "O2", slots: ["shoes"])
    #expect(choice(bank, Dialogue(), [later]).next?.question.id == "a", "not known on day 10")
  }

  @Test func whatSheIsNotInterestedInDoesNotMatter() throws {
    let bank = try [Asked.bank("a", topic: "hats"), Asked.bank("b", topic: "shoes")]
    let no = fact(.reaction, .stated, "shoes", value: "notInterested")
    #expect(choice(bank, facts: [no]).next?.question.id == "a")
    let yes = fact(.reaction, .stated, "shoes", value: "want")
    #expect(choice(bank, facts: [yes]).next?.question.id == "b")
  }

  @Test func whatNobodyKnowsComesBeforeWhatHasAged() throws {
    let bank = try [
      Asked.bank("aged", topic: "shoes", fills: "preference.shoes", again: "P2D"),
      Asked.bank("unknown", topic: "hats"),
    ]
    let said = fact(.preference, .stated, "shoes", on: 3)
    #expect(choice(bank, facts: [said]).next?.question.id == "unknown")
    let aged = choice([bank[0]], facts: [said]).next
    #expect(aged?.aged == said.mark)
    #expect(aged?.relevance == .stated(said.mark))
  }

  @Test func theBanksFirstIsAskedAtEveryTouchUntilItIsAnswered() throws {
    let bank = try [
      Asked.bank("said", topic: "shoes"), Asked.bank("first", topic: "c", first: true),
    ]
    let interest = fact(.interest, .stated, "shoes")
    for context in CounterContext.allCases {
      #expect(choice(bank, facts: [interest], at: context).next?.question.id == "first")
    }
    let answered = Dialogue([
      Question(
        event("q", on: 2), id: "first", topic: "c", channel: "email", sensitivity: "normal",
        outcome: Question.Outcome(moment(3), .answered, askAgain: day(40)))
    ])
    #expect(choice(bank, facts: [interest], answered).next?.question.id == "said")
    #expect(choice(bank, facts: [interest], answered, on: 40).next?.question.id == "first")
  }

  @Test func aSensitiveOneNamesTheYesThatPermitsIt() throws {
    let bank = try [Asked.bank("s", .special, purpose: "care.comfort")]
    #expect(choice(bank).next == nil)
    #expect(choice(bank).refused.map(\.obstacle) == [.noConsent(purpose: "care.comfort")])
    #expect(choice(bank).silence.contains("care.comfort"))
    #expect(choice(bank, yes: ["s"]).next?.consent == Asked.stamp("yes"))
    #expect(choice([try Asked.bank()], yes: ["q1"]).next?.consent == nil, "a normal one needs none")
  }

  @Test func silenceSaysWhichRuleStoppedIt() throws {
    let bank = try [Asked.bank("a"), Asked.bank("b"), Asked.bank("c", contexts: [.web])]
    let all = choice(bank, customer: .unknownPerson)
    #expect(all.silenceRule == "question.unknownPerson")
    #expect(all.silence == "nothing is asked: nobody knows who this customer is")
    let waiting = Dialogue(
      ["a", "b"].enumerated().map { Asked.question(event("e\($0)", on: $0), $1) })
    let some = choice(bank, waiting, at: .till)
    #expect(
      some.silence
        == "nothing is asked; of the bank's questions 2: it was asked and waits for its answer; "
        + "1: it belongs to other points of contact")
    #expect(some.refused.map(\.question.id) == ["a", "b", "c"])
  }

  @Test func theAnswerIsToBeReviewedWhenTheBankSays() throws {
    #expect(choice([try Asked.bank(again: "P20D")]).next?.reviewBy == day(30))
    #expect(choice([try Asked.bank(again: nil)]).next?.reviewBy == nil)
  }

  /// Whatever was said, seen, guessed, asked: the question that is chosen may be asked, and none that may be is better.
  @Test func theChoiceIsAlwaysPermittedAndNeverWorseThanAnother() throws {
    let topics = ["a", "a.b", "c", "c.d.e"]
    let bank = try topics.enumerated().flatMap { index, topic in
      try [
        Asked.bank(
          "n\(index)", topic: topic, fills: "preference.\(topic)", again: "P30D",
          everybody: index == 2),
        Asked.bank(
          "s\(index)", .sensitive, topic: topic, fills: "need.\(topic)", first: index == 3),
      ]
    }
    withEvery("seed", in: 0..<2_000) { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      let facts = (0..<random.below(8)).map { number in
        fact(
          random.pick([.preference, .interest, .need, .viewed, .inference]),
          random.pick(Origin.allCases), random.pick(topics), on: number)
      }
      let dialogue = Dialogue(
        (0..<random.below(8)).map { number in
          var question = Asked.question(
            event("q\(number)", on: number), random.pick(bank).id)
          if random.chance(70) {
            question.settle(
              Question.Outcome(
                moment(number + 1), random.chance(50) ? .answered : .declined,
                askAgain: random.chance(50) ? day(number + random.below(30)) : nil))
          }
          return question
        })
      let yes = Set(bank.map(\.id).filter { _ in random.chance(40) })
      let found = choice(bank, facts: facts, dialogue, on: 20, yes: yes)
      #expect(found.refused.count + (found.next == nil ? 0 : 1) <= bank.count)
      guard let next = found.next else {
        #expect(found.refused.count == bank.count, "\(loopValues)")
        return
      }
      #expect(!found.refused.contains { $0.question.id == next.question.id }, "\(loopValues)")
      #expect(
        next.question.sensitivity == .normal || yes.contains(next.question.id), "\(loopValues)")
      #expect(dialogue.mayAsk(next.question.id, at: day(20)) == .yes, "\(loopValues)")
      // One that may be asked alone and is no worse in everything is not passed over.
      for question in bank where question.id != next.question.id {
        guard let other = choice([question], facts: facts, dialogue, on: 20, yes: yes).next else {
          continue
        }
        let isBetter =
          other.question.isFirst && !next.question.isFirst
          || other.question.isFirst == next.question.isFirst && (other.aged == nil)
            && (next.aged != nil)
          || other.question.isFirst == next.question.isFirst
            && (other.aged == nil) == (next.aged == nil) && next.relevance < other.relevance
        #expect(!isBetter, "\(loopValues): \(question.id) is better than \(next.question.id)")
      }
    }
  }
}
