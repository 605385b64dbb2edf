// Lines about what the customer tells us, what we guess, and the dialogue.

extension SummaryLine {
  static func telling(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .preferenceStated:
      let standing = fields.bool("standing") == true ? "a standing wish" : "a wish"
      return "Stated \(standing)\(topic(fields)) (\(fields.word("strength")))"
    case .preferenceRetracted: return "Took a wish back"
    case .preferenceApplied:
      return "A wish was honoured (\(fields.word("context")) \(fields.word("reference")))"
    case .interestStated: return "Is interested in \(fields.word("topic"))"
    case .itemReacted:
      let item = fields.text("sku") ?? fields.word("topic")
      switch fields.word("reaction") {
      case "own": return "Owns \(item)"
      case "notInterested": return "Is not interested in \(item)"
      case "moreLikeThis": return "Would like more things like \(item)"
      default: return "Would like to have \(item)"
      }
    case .lifestageStated: return "Told us about a stage of life"
    case .lifestyleStated: return "Told us about a way of living: \(fields.word("topic"))"
    case .needStated: return "Told us about a need: \(fields.word("topic"))"
    case .valueStated: return "Told us what matters: \(fields.word("topic"))"
    case .reasonGiven:
      return "Gave a reason to \(fields.word("stance")): \(words(fields.word("factor")))"
    case .inferenceMade:
      return "We guessed something\(topic(fields)) (model \(fields.word("model")))"
    case .inferenceRejected: return "Struck out a guess of ours"
    default: return nil
    }
  }

  static func dialogue(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .questionAsked:
      return "We asked the question \(fields.word("questionId")) \(by(fields))"
    case .questionAnswered: return "Answered a question"
    case .questionDeclined:
      guard let again = fields.instant("askAgainAt") else {
        return "Would rather not answer a question; never to be asked again"
      }
      return "Would rather not answer a question; may be asked again from \(day(again))"
    case .relationshipInvited: return "Was invited to a relationship\(topic(fields)) \(by(fields))"
    case .relationshipAccepted: return "Accepted the invitation"
    case .relationshipDeclined: return "Declined the invitation"
    case .relationshipDeclared:
      let actor = fields.word("declaredBy") == "customer" ? "Said" : "Staff noted"
      return "\(actor) what kind of relationship it is\(topic(fields))"
    case .relationshipReviewed:
      let outcomes = ["same": "unchanged", "changed": "it has changed", "ended": "it has ended"]
      let outcome = fields.word("outcome")
      return "The relationship was looked at again: \(outcomes[outcome] ?? outcome)"
    default: return nil
    }
  }
}
