// The answer of rapport why, for a terminal.

import JSONBytes
import Ledger
import ReadModels
import Relationship

enum WhyPage {
  // MARK: A customer

  static func show(_ why: WhyCustomer) {
    Terminal.out(
      Terminal.styled("The customer \(Terminal.printable(why.customer))", .bold)
        + ": every value, and the event behind it")
    if why.lacking > 0 {
      Terminal.out(
        "Incomplete: \(Numbers.counted(why.lacking, "event", "events")) could not be taken in")
    }
    Terminal.out()
    for line in why.lines {
      let text = "\(line.kind)  \(Terminal.printable(line.text))"
      Terminal.out(
        "  \(text)"
          + Told.place(line.source.position, line.source.time, line.source.saidBy, line.origin))
    }
    Terminal.out()
    Terminal.out(Terminal.styled("What her word comes to", .bold))
    if why.standings.isEmpty { Terminal.out("  nothing: she never said yes or no") }
    for standing in why.standings {
      let scope = [standing.purpose, standing.topic, standing.channel, standing.contactPoint]
        .map(Terminal.printable)
      var text = "  \(standing.says.rawValue)  purpose \(scope[0]), topic \(scope[1]), "
      text += "channel \(scope[2]), contact point \(scope[3])"
      if let until = standing.until { text += ", until \(Times.day(until))" }
      if let place = standing.decidedPlace {
        text += Told.place(place, standing.time, standing.saidBy, nil)
      }
      Terminal.out(text)
    }
  }

  // MARK: An event

  static func show(_ why: WhyEvent) {
    let event = why.event
    Terminal.out(
      Terminal.styled(Terminal.printable(event.title ?? event.type), .bold)
        + "  \(Terminal.printable(event.type))")
    Terminal.out("  \(Terminal.printable(event.line))")
    if let words = event.words { Terminal.out("  In their words: \(Terminal.printable(words))") }
    Terminal.out()
    Told.line("Event", Terminal.printable(event.id) + "  [event \(event.position)]")
    if let customer = event.customer { Told.line("Customer", Terminal.printable(customer)) }
    Told.line("Happened", "\(Times.minute(event.time)) UTC")
    Told.line("Recorded", "\(Times.minute(event.recorded)) UTC")
    Told.line("By", Told.author(event))
    if let contact = why.contact { show(contact) }
    section("Because of", why.causes.map { Told.text($0) })
    if let missing = why.missingCause {
      Terminal.out("  It names \(Terminal.printable(missing)) as its cause, which is not here.")
    }
    section(
      "Led to",
      why.effects.map { String(repeating: "  ", count: $0.depth - 1) + Told.text($0.event) })
    section("Rests on", why.named.map { "\($0.field): " + Told.text($0.event) })
    if why.contact == nil { showFields(why.data) }
  }

  private static func show(_ contact: WhyContact) {
    let question = contact.question
    var asked = "May \(Terminal.printable(question.department)) contact "
    asked +=
      "\(Terminal.printable(question.customer)) about \(Terminal.printable(question.topic)), "
    asked +=
      "for \(Terminal.printable(question.purpose)), by \(Terminal.printable(question.channel))"
    asked += ", on \(Times.minute(contact.instant)) UTC?"
    Terminal.out()
    Terminal.out(Terminal.styled("The question", .bold))
    Terminal.out("  \(asked)")
    Terminal.out()
    Terminal.out(Terminal.styled("The answer then", .bold))
    if let recorded = contact.recorded {
      Told.line(
        "Recorded",
        "\(Terminal.printable(recorded.verdict)), \(Terminal.printable(recorded.rule)), policy "
          + "\(Terminal.printable(recorded.policyVersion))  [event \(recorded.event.position)]")
      Told.line("Decided by", Terminal.printable(recorded.decidingEventId))
    } else {
      Terminal.out("  " + Terminal.styled("It was sent without asking.", .red))
    }
    if let then = contact.then {
      if let recorded = contact.recorded, !Self.isSame(then, recorded) {
        Terminal.out(
          "  " + Terminal.styled("Asked again", .yellow)
            + " with what was known then, the ledger gives another answer:")
      }
      show(then, contact.decidedThen)
    }
    Terminal.out()
    Terminal.out(Terminal.styled("The answer with all that is known by now", .bold))
    show(contact.now, contact.decidedNow)
    if contact.isRegretted {
      Terminal.out(
        "  " + Terminal.styled("Regretted", .red)
          + ": right as it was known then, wrong in fact.")
    }
  }

  private static func isSame(
    _ answer: PermissionAnswer, _ recorded: WhyContact.Recorded
  ) -> Bool {
    answer.decision.verdict.rawValue == recorded.verdict
      && answer.decision.rule.rawValue == recorded.rule
  }

  private static func show(_ answer: PermissionAnswer, _ decided: ToldEvent?) {
    Told.line("Answer", "\(Verdicts.styled(answer.decision)), \(answer.decision.rule.rawValue)")
    if let text = answer.customerText { Told.line("She reads", Terminal.printable(text)) }
    Told.line("Said by", Terminal.printable(answer.saidBy))
    if let decided { Told.line("Event", Told.text(decided)) }
  }

  private static func showFields(_ data: JSONValue) {
    guard case .object(let members) = data, !members.isEmpty else { return }
    Terminal.out()
    Terminal.out(Terminal.styled("It says", .bold))
    for member in members {
      Told.line(member.name, Terminal.printable(member.value.string ?? member.value.text))
    }
  }

  private static func section(_ title: String, _ lines: [String]) {
    guard !lines.isEmpty else { return }
    Terminal.out()
    Terminal.out(Terminal.styled(title, .bold))
    for line in lines { Terminal.out("  \(line)") }
  }
}

/// How events are told on pages.
enum Told {
  /// A name and what stands behind it, in two columns.
  static func line(_ name: String, _ text: String) {
    let padding = String(repeating: " ", count: max(1, 16 - name.count))
    Terminal.out("  \(name)\(padding)\(text)")
  }

  /// `2026-03-05 16:00  Withdrew consent …  [event 26]`.
  static func text(_ event: ToldEvent) -> String {
    "\(Times.minute(event.time))  \(Terminal.printable(event.line))"
      + Terminal.styled("  [\(Terminal.printable(event.type)), event \(event.position)]", .faint)
  }

  /// `staff, staff-17, from /desk`.
  static func author(_ event: ToldEvent) -> String {
    var words = [event.isImport ? "an import" : author(event.saidBy)]
    if let actor = event.authid { words.append(Terminal.printable(actor)) }
    return words.joined(separator: ", ") + ", from \(Terminal.printable(event.source))"
  }

  static func author(_ author: Author) -> String {
    switch author {
    case .customer: "the customer"
    case .staff: "staff"
    case .serviceAccount, .apiKey: "software"
    case .system: "the ledger"
    case .unauthenticated, .unknown: "somebody unknown"
    }
  }

  /// `  [stated by the customer 2026-03-05, event 26]`.
  static func place(
    _ position: UInt64, _ time: Timestamp?, _ saidBy: Author?, _ origin: String?
  ) -> String {
    var words = origin.map { "\($0) " } ?? ""
    if let saidBy { words += "by \(author(saidBy)) " }
    if let time { words += "\(Times.day(time)), " }
    return Terminal.styled("  [\(words)event \(position)]", .faint)
  }
}
