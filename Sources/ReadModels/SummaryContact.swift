// Lines about contacts, and the results measured over them.

extension SummaryLine {
  static func contact(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .contactSent: return "Was sent \(message(fields))"
    case .contactPlanned:
      let when = fields.instant("dropAt").map { " for \(day($0))" } ?? ""
      return "Planned\(when): \(message(fields))"
    case .contactDecided:
      let verdict = fields.word("verdict")
      let answers = ["allow": "Yes", "deny": "No"]
      let later = fields.instant("deferUntil").map { "Not before \(day($0))" } ?? "Later"
      return "May we send \(message(fields))? \(answers[verdict] ?? later)"
    case .contactDelivered: return "A message arrived"
    case .contactBounced: return "A message did not arrive (\(fields.word("bounce")) bounce)"
    case .contactResponded:
      let verbs = [
        "opened": "Opened a message", "clicked": "Clicked in a message",
        "replied": "Replied to a message", "called": "Called after a message",
        "visited": "Visited after a message", "bought": "Bought after a message",
        "declined": "Declined what a message offered",
      ]
      return verbs[fields.word("response")] ?? "Reacted to a message"
    case .contactComplained:
      let whom = ["mailbox": "the mailbox provider", "company": "us", "authority": "an authority"]
      let word = fields.word("complainedTo")
      return "Called a message unwanted, to \(whom[word] ?? word)"
    default: return nil
    }
  }

  static func results(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .goalDefined:
      return "Goal \(fields.word("goalId")) was set: \(words(fields.word("goal"))) by"
        + " \(fields.word("metric"))"
    case .campaignPlanned:
      return "Campaign \(fields.word("campaignId")) was planned with"
        + " \(number(fields.objects("cells").count, "cell"))"
    case .experimentStarted:
      return "Experiment \(fields.word("experimentId")) began with"
        + " \(number(fields.objects("arms").count, "arm"))"
    case .experimentAssigned:
      return "Was put into the arm \(fields.word("arm")) of the experiment"
        + " \(fields.word("experimentId"))"
    case .experimentExposed:
      return "Met the arm \(fields.word("arm")) of the experiment \(fields.word("experimentId"))"
    case .experimentConcluded: return "Experiment \(fields.word("experimentId")) ended"
    default: return nil
    }
  }

  /// `marketing about products.shoes by e-mail`.
  private static func message(_ fields: EventFields) -> String {
    "\(fields.word("purpose"))\(topic(fields)) \(by(fields))"
  }
}
