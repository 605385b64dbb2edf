// A point of contact's view of a customer, and the next question, for a terminal.

import JSONBytes
import Ledger
import ReadModels
import Relationship

struct CounterPage {
  private let view: CounterView
  private let asOf: Timestamp?

  init(_ view: CounterView, asOf: Timestamp?) {
    self.view = view
    self.asOf = asOf
  }

  func show() {
    Terminal.out(
      Terminal.styled(Terminal.printable(view.id), .bold) + ", \(Self.places[view.context] ?? "")")
    if view.lacking > 0 {
      Terminal.out(
        Terminal.styled("Incomplete", .yellow)
          + ": \(Numbers.counted(view.lacking, "event", "events")) could not be taken in; rapport views "
          + "says why. Once the cause is mended: " + Customer360.repairCommand)
    }
    if let asOf { Terminal.out(Terminal.styled("as of \(Times.minute(asOf)) UTC", .faint)) }
    PageParts.section("Wishes to honour now", view.wishes.map(line), hint: "none")
    PageParts.section("We owe", view.owed.map(line), hint: "nothing")
    PageParts.section("Good to know", view.facts.map(line), hint: "nothing yet: ask")
    Terminal.out()
    QuestionPage(view.question).show()
  }

  private static let places: [CounterContext: String] = [
    .booking: "at a booking", .till: "at the till", .phone: "on the phone", .web: "on the web",
    .store: "in the store",
  ]

  private func line(_ wish: CustomerView.Wish) -> String {
    let value = wish.value
    var text = "[ ] \(Terminal.printable(value.topic))"
    if let wanted = value.text { text += ": \(Terminal.printable(wanted))" }
    if value.standing == true { text += ", every time" }
    if let strength = value.strength { text += ", \(strength)" }
    if !wish.bookings.isEmpty {
      text += "; at booking \(wish.bookings.map(Terminal.printable).joined(separator: ", "))"
    }
    return text + PageParts.because(value.source, origin: value.origin.rawValue)
  }

  private func line(_ owed: CounterView.Owed) -> String {
    let promise = owed.promise
    var text = Terminal.styled(promise.owed?.text ?? "a promise", .bold)
    if let reason = promise.reason { text += ": \(Terminal.printable(reason))" }
    if let age = owed.ageDays { text += ", owed for \(Numbers.counted(age, "day", "days"))" }
    if let until = promise.validUntil { text += ", until \(Times.day(until))" }
    if !promise.conflicts.isEmpty { text += ", asked for again" }
    return text + (promise.promised.map { PageParts.because($0) } ?? "")
  }

  private func line(_ line: CounterView.Line) -> String {
    let source = PageParts.because(line.source, origin: line.matter.origin.rawValue)
    switch line.matter {
    case .fact(let fact):
      var words = [Self.sorts[line.sort] ?? line.sort.rawValue]
      if !fact.topic.isEmpty, fact.kind != .profile { words.append(Terminal.printable(fact.topic)) }
      if let about = fact.about, ![.restriction, .inference, .answer].contains(fact.kind) {
        words.append(Terminal.printable(about))
      }
      var text = words.joined(separator: " ")
      if let value = fact.value, fact.kind != .owns, fact.kind != .reaction {
        text += ": \(Terminal.printable(value))"
      }
      if let detail = fact.detail { text += " (\(Terminal.printable(detail)))" }
      return text + source
    case .complaint(let complaint):
      let opening = complaint.opening
      let words = [opening?.issue, opening?.product, opening?.topic].compactMap { $0 }
      var text = "open complaint: \(words.map(Terminal.printable).joined(separator: ", "))"
      if let wanted = opening?.wantedRemedy { text += ", wants: \(Terminal.printable(wanted))" }
      return text + source
    case .stopped: return Terminal.styled("said no to everything", .red) + source
    case .erased: return "erased" + source
    }
  }

  /// How a sort reads before what it is about.
  private static let sorts: [CounterViewRule.Sort: String] = [
    .warning: "careful", .notInterested: "not interested in", .liked: "likes", .owned: "has",
    .reach: "reach", .living: "lives", .value: "holds important", .need: "needs", .answer: "said",
    .seen: "we saw", .guess: "we guess",
  ]
}

/// The next question, or why there is none.
struct QuestionPage {
  private let choice: QuestionChoice

  init(_ choice: QuestionChoice) { self.choice = choice }

  func show() {
    guard let next = choice.next else {
      Terminal.out("\(choice.silence) [\(choice.silenceRule)]")
      return
    }
    let question = next.question
    Terminal.out(Terminal.styled("Ask: \(Terminal.printable(question.text))", .bold))
    if !question.choices.isEmpty {
      Terminal.out(
        "  "
          + question.choices.map { "[ ] \(Terminal.printable($0))" }.joined(separator: "  "))
    }
    var words = [
      "\(question.id) about \(question.topic)", "\(question.sensitivity.rawValue)",
      "the answer is recorded as \(question.fills.recordedAs)",
    ]
    if let day = next.reviewBy { words.append("ask again by \(Times.day(day))") }
    if let consent = next.consent { words.append("by the consent of event \(consent.place)") }
    Terminal.out("  \(words.joined(separator: ", "))")
    let event = next.relevance.place.map { " [event \($0)]" } ?? ""
    Terminal.out("  because \(next.reason)\(Terminal.styled(event, .faint))")
  }
}

/// What several pages are made of.
enum PageParts {
  /// `  [stated by the customer 2026-03-01, event 17]`.
  static func because(_ source: CustomerView.Source, origin: String? = nil) -> String {
    var words = origin.map { "\($0) " } ?? ""
    if let author = authors[source.saidBy.rawValue] { words += "by \(author) " }
    return Terminal.styled(
      "  [\(words)\(Times.day(source.time)), event \(source.position)]", .faint)
  }

  private static let authors = [
    "app_user": "the customer", "user": "staff", "service_account": "software",
    "api_key": "software", "system": "the ledger",
  ]

  /// Longer lists end with how many more there are.
  private static let linesMax = 8

  /// A heading and its lines; where there are none the hint, or nothing.
  static func section(_ title: String, _ lines: [String], hint: String? = nil) {
    guard !lines.isEmpty || hint != nil else { return }
    Terminal.out()
    Terminal.out(Terminal.styled(title, .bold))
    for line in lines.prefix(linesMax) {
      Terminal.out("  " + line.drop { $0 == " " })
    }
    if lines.count > linesMax {
      Terminal.out("  and \(Numbers.grouped(lines.count - linesMax)) more (--json shows all)")
    }
    if lines.isEmpty, let hint { Terminal.out("  \(hint)") }
  }
}
