// Questions and answers, and what kind of relationship it is.

import JSONBytes
import Projection
import Relationship

extension CustomerState {
  mutating func takeDialogue(_ kind: EventKind, _ event: DecodedEvent) -> Taken {
    let fields = event.fields
    switch kind {
    case .questionAsked:
      dialogue.asked(
        Question(
          event.mark, id: fields.word("questionId"), topic: fields.word("topic"),
          channel: fields.word("channel"), sensitivity: fields.word("sensitivity")))
      return .done
    case .questionAnswered:
      return answer(event)
    case .questionDeclined:
      let target = fields.word("questionEventId")
      let outcome = Question.Outcome(
        event.moment, .declined, askAgain: fields.instant("askAgainAt"))
      return dialogue.settled(target, outcome) == nil ? .waits(for: target) : .done
    case .relationshipInvited:
      relationships.add(
        .invited(
          event.mark, topic: fields.word("topic"), channel: fields.word("channel"),
          offer: fields.personal("offer")))
      return .done
    case .relationshipDeclared:
      relationships.add(
        .declared(
          event.mark, type: fields.personal("relationshipType"), topic: fields.word("topic"),
          by: fields.word("declaredBy")))
      return .done
    case .relationshipAccepted:
      return settle("invitationEventId", "accepted", event)
    case .relationshipDeclined:
      return settle("invitationEventId", "declined", event)
    case .relationshipReviewed:
      return settle("relationshipEventId", fields.word("outcome"), event)
    default: return .done
    }
  }

  /// An answer settles its question, and is a stated value about the question's topic.
  private mutating func answer(_ event: DecodedEvent) -> Taken {
    let fields = event.fields
    let target = fields.word("questionEventId")
    let answer = fields.personal("answer")
    let review = fields.day("reviewBy")
    let outcome = Question.Outcome(event.moment, .answered, answer: answer, askAgain: review)
    guard let question = dialogue.settled(target, outcome) else { return .waits(for: target) }
    facts.add(
      Fact(
        event.mark, .answer, .stated, topic: question.topic, about: question.id, value: answer,
        reviewBy: review))
    return .done
  }

  private mutating func settle(_ field: String, _ word: String, _ event: DecodedEvent) -> Taken {
    let target = event.fields.word(field)
    guard let index = relationships.indexes(of: target, before: event.moment)?.first else {
      return .waits(for: target)
    }
    relationships.change(index) { $0.answered(RelationshipStep.Outcome(event.moment, word)) }
    return .done
  }
}
