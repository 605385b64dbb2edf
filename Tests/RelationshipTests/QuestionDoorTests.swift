// The guard of the door: a question is not asked twice, whoever asks.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct QuestionDoorTests {
  private func made(
    _ type: String, _ id: String, on number: Int, authid: String? = nil, _ data: JSONValue
  ) -> PermissionEvent {
    PermissionEvent(
      EventStamp(
        id, source: "/t", place: UInt64(number), time: day(number), recorded: day(number),
        author: .staff, authid: authid),
      type: type, subject: "c1", data: History.view(data))
  }

  private func asking(
    _ id: String = "again", on number: Int, of question: String = "q1", authid: String? = nil
  ) -> PermissionEvent {
    made(
      "question.asked", id, on: number, authid: authid,
      [
        "questionId": .string(question), "topic": "shoes", "channel": "email",
        "sensitivity": "normal",
      ])
  }

  private func refusal(
    _ event: PermissionEvent, after history: [PermissionEvent]
  ) -> AppendRefusal? {
    QuestionRule.refusal(of: event, in: Dialogue(of: history))
  }

  @Test func theFirstAskingGoesIn() {
    #expect(refusal(asking(on: 1), after: []) == nil)
  }

  @Test func whileItWaitsForItsAnswerTheRefusalNamesTheFirstAsking() throws {
    let found = try #require(refusal(asking(on: 5), after: [asking("first", on: 3)]))
    #expect(found.code == "question.alreadyAsked")
    #expect(found.sentence.contains("event 3"))
    #expect(refusal(asking(on: 5, of: "q2"), after: [asking("first", on: 3)]) == nil)
  }

  @Test func anAnswerOpensItAgainOnItsDay() {
    let answer = made(
      "question.answered", "a", on: 4,
      ["questionEventId": "first", "answer": "red", "reviewBy": "2026-02-10"])
    // In any order of arrival.
    for history in permutations([asking("first", on: 3), answer]) {
      #expect(refusal(asking(on: 39), after: history)?.sentence.contains("2026-02-10") == true)
      #expect(refusal(asking(on: 40), after: history) == nil)
    }
  }

  @Test func aRefusalWithoutADayIsForGood() {
    let history = [
      asking("first", on: 3), made("question.declined", "no", on: 4, ["questionEventId": "first"]),
    ]
    #expect(refusal(asking(on: 9_000), after: history)?.code == "question.alreadyAsked")
    let dated = [
      asking("first", on: 3),
      made(
        "question.declined", "no", on: 4,
        ["questionEventId": "first", "askAgainAt": "2026-01-11T00:00:00Z"]),
    ]
    #expect(refusal(asking(on: 9), after: dated) != nil)
    #expect(refusal(asking(on: 10), after: dated) == nil)
  }

  @Test func whatAnImportBringsIsTakenAsItWas() {
    let history = [asking("first", on: 3)]
    #expect(refusal(asking(on: 5, authid: "import:batch"), after: history) == nil)
  }

  @Test func otherEventsAreNoAffairOfIt() {
    let other = made("interest.stated", "i", on: 5, ["topic": "shoes"])
    #expect(refusal(other, after: [asking("first", on: 3)]) == nil)
  }

  /// What the door lets through is never a defect: over generated dialogues, in the order of time, where an answer is to
  /// the last asking.
  @Test func whatTheDoorTakesIsNeverAskedTwice() {
    withEvery("seed", in: 0..<2_000) { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      var history: [PermissionEvent] = []
      var asked: [String: String] = [:]
      for number in 1...20 {
        switch random.below(3) {
        case 0 where !asked.isEmpty:
          history.append(
            made(
              "question.answered", "e\(number)", on: number,
              [
                "questionEventId": .string(random.pick(asked.values.sorted())), "answer": "x",
                "reviewBy": .string(String(day(number + random.below(6)).text.prefix(10))),
              ]))
        case 1 where !asked.isEmpty:
          history.append(
            made(
              "question.declined", "e\(number)", on: number,
              ["questionEventId": .string(random.pick(asked.values.sorted()))]))
        default:
          let question = random.pick(["q1", "q2"])
          let event = asking("e\(number)", on: number, of: question)
          if refusal(event, after: history) == nil {
            history.append(event)
            asked[question] = "e\(number)"
          }
        }
      }
      #expect(!Dialogue(of: history).askedTwice().contains(true), "\(loopValues)")
    }
  }
}
