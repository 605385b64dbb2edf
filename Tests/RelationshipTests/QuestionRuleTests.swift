// May this question be asked? Every rule, alone and in its order.

import JSONBytes
import RapportTesting
import Relationship
import Testing

/// Questions and what is known of a customer, in short.
enum Asked {
  static func bank(
    _ id: String = "q1", _ sensitivity: BankQuestion.Sensitivity = .normal, topic: String = "shoes",
    fills: String = "answer", purpose: String = "marketing", again: String? = "P12M",
    afterDeclined: String? = nil, contexts: Set<CounterContext> = Set(CounterContext.allCases),
    first: Bool = false, everybody: Bool = false
  ) throws -> BankQuestion {
    func rest(_ text: String?) throws -> BankQuestion.Rest {
      guard let text else { return .forEver }
      return .period(try #require(CalendarPeriod(text)))
    }
    return BankQuestion(
      id, text: "?", topic: topic, sensitivity: sensitivity,
      fills: try #require(FactPath(fills)), purpose: purpose, askAgain: try rest(again),
      afterDeclined: try afterDeclined.map { try rest($0) }, contexts: contexts, isFirst: first,
      isForEverybody: everybody)
  }

  static func question(_ event: EventMark, _ id: String = "q1") -> Question {
    Question(event, id: id, topic: "shoes", channel: "email", sensitivity: "normal")
  }

  /// Asked on a day, and settled two days later.
  static func dialogue(
    asked number: Int = 1, _ kind: Question.Outcome.Kind? = nil, again: Int? = nil
  ) -> Dialogue {
    var question = question(event("asked", on: number))
    if let kind {
      question.settle(Question.Outcome(moment(number + 2), kind, askAgain: again.map { day($0) }))
    }
    return Dialogue([question])
  }

  static let nothing = ScopeStanding(result: .nothing)

  static func stamp(_ id: String, on number: Int = 0) -> EventStamp {
    EventStamp(
      id, source: "/t", place: UInt64(number), time: day(number), recorded: day(number),
      author: .customer)
  }

  static let yes = ScopeStanding(result: .permitted, winner: stamp("yes"))
  static let no = ScopeStanding(result: .forbidden, winner: stamp("no"))
}

@Suite struct QuestionRuleTests {
  private func obstacle(
    to question: BankQuestion, on number: Int = 10, facts: [Fact] = [],
    _ dialogue: Dialogue = Dialogue(), customer: QuestionObstacle? = nil,
    standing: ScopeStanding = Asked.nothing, at context: CounterContext? = nil
  ) -> QuestionObstacle? {
    QuestionRule.obstacle(
      to: question,
      of: QuestionSituation(at: day(number), facts: facts, dialogue: dialogue, obstacle: customer),
      standing: standing, at: context)
  }

  private let asking = event("asked", on: 1)

  @Test func whatWasNeverAskedMayBeAsked() throws {
    #expect(obstacle(to: try Asked.bank()) == nil)
  }

  @Test func whatWaitsForItsAnswerIsNotAskedAgain() throws {
    #expect(
      obstacle(to: try Asked.bank(), on: 9_000, Asked.dialogue()) == .waiting(asking))
    #expect(obstacle(to: try Asked.bank("q2"), Asked.dialogue()) == nil, "another question may be")
  }

  @Test func anAnswerHoldsUntilItsDayAndForGoodWithoutOne() throws {
    let until = Asked.dialogue(.answered, again: 30)
    #expect(obstacle(to: try Asked.bank(), on: 29, until) == .answered(asking, until: day(30)))
    #expect(obstacle(to: try Asked.bank(), on: 30, until) == nil)
    let forGood = Asked.dialogue(.answered)
    #expect(obstacle(to: try Asked.bank(), on: 9_000, forGood) == .answered(asking, until: nil))
  }

  @Test func aRefusalIsRespectedAsSheSaidAndAtLeastAsLongAsTheBankSays() throws {
    let never = Asked.dialogue(.declined)
    #expect(
      obstacle(to: try Asked.bank(afterDeclined: "P1D"), on: 9_000, never)
        == .declined(asking, until: nil), "no day of hers: never, whatever the bank says")
    let soon = Asked.dialogue(.declined, again: 5)
    #expect(obstacle(to: try Asked.bank(), on: 5, soon) == nil)
    let patient = try Asked.bank(afterDeclined: "P20D")
    #expect(obstacle(to: patient, on: 22, soon) == .declined(asking, until: day(23)))
    #expect(obstacle(to: patient, on: 23, soon) == nil)
    let late = Asked.dialogue(.declined, again: 50)
    #expect(obstacle(to: patient, on: 49, late) == .declined(asking, until: day(50)))
    let final = BankQuestion(
      "q1", text: "?", topic: "shoes", fills: patient.fills, purpose: "marketing",
      askAgain: .forEver, afterDeclined: .forEver)
    #expect(obstacle(to: final, on: 9_000, soon) == .declined(asking, until: nil))
  }

  @Test func whatSheToldByHerselfIsNotAskedUntilItHasAged() throws {
    let question = try Asked.bank(fills: "lifestage", again: "P10D")
    let said = Fact(event("said", on: 4), .lifestage, .stated, topic: "", value: "a new flat")
    #expect(obstacle(to: question, on: 13, facts: [said]) == .known(said.mark, until: day(14)))
    #expect(obstacle(to: question, on: 14, facts: [said]) == nil, "by the bank")
    let dated = Fact(event("said", on: 4), .lifestage, .stated, topic: "", reviewBy: day(6))
    #expect(obstacle(to: question, on: 5, facts: [dated]) == .known(said.mark, until: day(6)))
    #expect(obstacle(to: question, on: 6, facts: [dated]) == nil, "by her own day")
    let guess = Fact(event("guess", on: 4), .lifestage, .inferred, topic: "")
    #expect(obstacle(to: question, facts: [guess]) == nil, "a guess tells nothing")
    #expect(
      obstacle(to: try Asked.bank(fills: "lifestage", again: nil), on: 9_000, facts: [said])
        == .known(said.mark, until: nil))
  }

  @Test(arguments: [
    ("lifestyle", "life.mobility", nil, true), ("lifestyle.life", "life.mobility", nil, true),
    ("lifestyle.life.mobility", "life.mobility", nil, true),
    ("lifestyle.life.mobility.bus", "life.mobility", nil, false),
    ("preference.life", "life.mobility", nil, false), ("reason.stay", "", "stay", true),
    ("reason.stay", "", "choose", false), ("channel", "*", "marketing", true),
    ("channel.marketing", "*", "marketing", true), ("channel.service", "*", "marketing", false),
    ("cadence.marketing", "*", "marketing email", true), ("answer", "shoes", "q1", true),
    ("answer", "shoes", "q2", false),
  ])
  func aKeyPathNamesTheFactThatAnAnswerFills(
    path: String, topic: String, about: String?, fills: Bool
  ) throws {
    let question = try Asked.bank(fills: path)
    let kind: Fact.Kind = path.hasPrefix("preference") ? .lifestyle : question.fills.kind
    let fact = Fact(event("said", on: 1), kind, .stated, topic: topic, about: about)
    #expect(question.isFilled(by: fact) == fills)
    #expect(question.fills.text == path)
  }

  @Test(arguments: ["", "profile", "inference.shoes", "viewed", "shoes"])
  func noKeyPathNamesWhatAnAnswerCannotFill(path: String) {
    #expect(FactPath(path) == nil)
  }

  @Test func aNoToWhatTheAnswerIsForStopsEvenANormalQuestion() throws {
    #expect(obstacle(to: try Asked.bank(), standing: Asked.no) == .refused(Asked.stamp("no")))
  }

  @Test(arguments: [BankQuestion.Sensitivity.sensitive, .special])
  func whatIsSensitiveNeedsAYesToKeepTheAnswer(sensitivity: BankQuestion.Sensitivity) throws {
    let question = try Asked.bank("q1", sensitivity, purpose: "care.comfort")
    #expect(obstacle(to: question) == .noConsent(purpose: "care.comfort"))
    #expect(obstacle(to: question, standing: Asked.no) == .refused(Asked.stamp("no")))
    #expect(obstacle(to: question, standing: Asked.yes) == nil)
  }

  @Test func aQuestionIsAskedWhereItBelongs() throws {
    let question = try Asked.bank(contexts: [.web, .store])
    #expect(obstacle(to: question, at: .till) == .elsewhere)
    #expect(obstacle(to: question, at: .web) == nil)
    #expect(obstacle(to: question) == nil)
  }

  @Test func aPauseThatCoversItStopsIt() throws {
    func pause(_ topic: String, _ scope: String) -> Fact {
      Fact(
        event("pause", on: 2), .pause, .stated, topic: topic, about: scope, validUntil: day(40))
    }
    let question = try Asked.bank()
    let obstacle = QuestionObstacle.paused(event("pause", on: 2), until: day(40))
    #expect(self.obstacle(to: question, facts: [pause("*", "* *")]) == obstacle)
    #expect(self.obstacle(to: question, facts: [pause("shoes", "marketing *")]) == obstacle)
    #expect(self.obstacle(to: question, facts: [pause("hats", "* *")]) == nil)
    #expect(self.obstacle(to: question, facts: [pause("*", "service *")]) == nil)
    let calls = [pause("*", "* voice")]
    #expect(self.obstacle(to: question, facts: calls) == nil)
    #expect(self.obstacle(to: question, facts: calls, at: .phone) == obstacle)
    #expect(self.obstacle(to: question, facts: calls, at: .store) == nil)
  }

  @Test func whatStopsEverythingComesFirst() throws {
    let all: [QuestionObstacle] = [
      .erased(place: 7), .deceased(event("death", on: 1)), .restricted(event("r", on: 1)),
      .unknownPerson,
    ]
    for customer in all {
      let found = obstacle(
        to: try Asked.bank(contexts: [.web]), Asked.dialogue(), customer: customer, at: .till)
      #expect(found == customer)
      #expect(customer.isAboutCustomer)
    }
    #expect(!QuestionObstacle.elsewhere.isAboutCustomer)
  }
}
