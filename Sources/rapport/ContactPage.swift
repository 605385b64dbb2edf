// The answer of may-contact, for a terminal: what a clerk needs first, what an auditor needs below.

import JSONBytes
import Ledger
import Relationship

struct ContactPage {
  private let asked: ContactAnswer
  private let token: (id: String, position: UInt64)?
  private let showsTrace: Bool

  private var answer: PermissionAnswer { asked.answer }
  private var decision: Decision { asked.answer.decision }

  init(_ asked: ContactAnswer, token: (id: String, position: UInt64)?, showsTrace: Bool) {
    self.asked = asked
    self.token = token
    self.showsTrace = showsTrace
  }

  func show() {
    Terminal.out(Verdicts.styled(decision))
    if let text = answer.customerText {
      Terminal.out("  The customer reads: \(Terminal.printable(text))")
    }
    Terminal.out()
    Told.line("Said by", Terminal.printable(answer.saidBy))
    Told.line("Event", place(decision.decidingEvent.stamp))
    Told.line("Rule", rule)
    if let basis = decision.basis, basis != decision.decidingEvent.stamp {
      Told.line("Rests on", place(basis))
    }
    if let carried = decision.carriedBy { Told.line("Address kept by", place(carried)) }
    if !answer.insteadTry.isEmpty {
      Told.line("Try instead", answer.insteadTry.map(Terminal.printable).joined(separator: ", "))
    } else if decision.verdict == .deny {
      Told.line("Try instead", "no other channel")
    }
    if !answer.duties.isEmpty {
      Told.line("Must carry", answer.duties.map(Self.duty).joined(separator: ", "))
    }
    if let caps = caps { Told.line("Heard from us", caps) }
    Told.line("Asked", clocks)
    if let token {
      Told.line(
        "Token", Terminal.printable(token.id) + faint("recorded at position \(token.position)"))
    }
    showTrace()
  }

  private func faint(_ text: String) -> String { Terminal.styled("  [\(text)]", .faint) }

  /// `e3  [event 26, 2026-03-05]`.
  private func place(_ stamp: EventStamp) -> String {
    Terminal.printable(stamp.id) + faint("event \(stamp.place), \(Times.day(stamp.time))")
  }

  private var rule: String {
    let kind = decision.messageClass.map { ", \($0.rawValue) message" } ?? ""
    return "\(decision.rule.rawValue)\(kind), policy \(Terminal.printable(answer.policyVersion))"
  }

  private static func duty(_ duty: SendingDuty) -> String {
    switch duty {
    case .oneClick: "one-click unsubscribe (RFC 8058)"
    case .stopKeyword: "how to STOP"
    }
  }

  /// Contacts counted and left, by what she set and by what the company set.
  private var caps: String? {
    let parts = [
      answer.customerCap.map { ("she set", $0) }, answer.companyCap.map { ("the company's", $0) },
    ].compactMap { $0 }
    guard !parts.isEmpty else { return nil }
    return parts.map { "\($1.used) of \($1.used + $1.left) (\($0))" }.joined(separator: ", ")
  }

  private var clocks: String {
    let known =
      switch answer.asOf.known {
      case .end: "all that is known"
      case .position(let place): "what was known at position \(place)"
      case .recorded(let instant): "what was known on \(Times.minute(instant)) UTC"
      }
    var text = "about \(Times.minute(answer.asOf.instant)) UTC, with \(known)"
    if asked.question.contactPoint != "none" {
      text += ", contact point \(Terminal.printable(asked.question.contactPoint))"
    }
    return text
  }

  /// A gate that was passed over says nothing. Short traces are always shown; of long ones only who asks sees all.
  private func showTrace() {
    let met = showsTrace ? answer.trace : answer.trace.filter { $0.result != .skip }
    guard !met.isEmpty else { return }
    Terminal.out()
    Terminal.out(Terminal.styled("Gates", .bold))
    for step in met {
      let padding = String(repeating: " ", count: max(1, 14 - step.gate.count))
      let result = step.result.rawValue
      let style: Terminal.Style =
        switch step.result {
        case .deny: .red
        case .defer: .yellow
        case .pass: .green
        case .skip: .faint
        }
      Terminal.out(
        "  \(step.gate)\(padding)\(Terminal.styled(result, style))"
          + String(repeating: " ", count: max(1, 7 - result.count)) + place(step.event))
    }
  }
}

/// Verdicts in words.
enum Verdicts {
  /// `Yes`, `Not before 2026-06-11 06:00 UTC`, `No`.
  static func text(_ verdict: Verdict, until: Until?) -> String {
    switch (verdict, until) {
    case (.allow, _): "Yes"
    case (.deny, _): "No"
    case (.defer, .instant(let instant)?): "Not before \(Times.minute(instant)) UTC"
    case (.defer, _): "Not yet: only something that happens can end it"
    }
  }

  static func styled(_ decision: Decision) -> String {
    let style: Terminal.Style =
      switch decision.verdict {
      case .allow: .green
      case .defer: .yellow
      case .deny: .red
      }
    return Terminal.styled(text(decision.verdict, until: decision.until), style)
  }
}
