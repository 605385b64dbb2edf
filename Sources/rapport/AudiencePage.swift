// An audience, for a terminal: how many now, later and not, and why.

import JSONBytes
import Ledger
import Relationship

struct AudiencePage {
  private let audience: Audience
  /// Characters of the longest bar.
  private static let barMax = 40

  init(_ audience: Audience) { self.audience = audience }

  func show() {
    let question = audience.question
    var title =
      "\(Terminal.printable(question.department)), for \(Terminal.printable(question.purpose))"
    title += " about \(Terminal.printable(question.topic))"
    title += question.channel.map { " by \(Terminal.printable($0))" } ?? " by any channel"
    Terminal.out(Terminal.styled(title, .bold))
    Terminal.out(
      "  as of \(Times.minute(audience.asOf.instant)) UTC, policy "
        + Terminal.printable(audience.policyVersion))
    Terminal.out()
    row("Now", audience.now, .green)
    row("Later", audience.later, .yellow)
    row("No", audience.no, .red)
    Terminal.out("  \(padded("All", to: 8))\(number(audience.customers))")
    let used = audience.channels.filter { $0.count > 0 }
    if question.channel == nil, !used.isEmpty {
      let channels = used.map {
        "\(Terminal.printable($0.channel)) \(Numbers.grouped($0.count))"
      }
      Terminal.out("  now by: \(channels.joined(separator: ", "))")
    }
    for (verdict, name) in [(Verdict.allow, "Now"), (.defer, "Later"), (.deny, "No")] {
      show(audience.reasons.filter { $0.verdict == verdict }, name)
    }
  }

  private func show(_ reasons: [AudienceReason], _ name: String) {
    guard !reasons.isEmpty else { return }
    Terminal.out()
    Terminal.out(Terminal.styled("\(name), because", .bold))
    for reason in reasons {
      var text = "  \(number(reason.count))  \(reason.rule.rawValue)"
      if let words = reason.rule.customerText { text += ": \(words)" }
      if let earliest = reason.earliest { text += ", first from \(Times.minute(earliest)) UTC" }
      Terminal.out(text)
      guard !reason.sample.isEmpty else { continue }
      let sample = reason.sample.map(Terminal.printable).joined(separator: ", ")
      Terminal.out(Terminal.styled("            such as \(sample)", .faint))
    }
  }

  private func row(_ name: String, _ count: Int, _ style: Terminal.Style) {
    let width =
      audience.customers == 0
      ? 0 : (count * Self.barMax + audience.customers - 1) / audience.customers
    let bar = String(repeating: "#", count: width)
    Terminal.out(
      "  \(padded(name, to: 8))\(number(count))  \(Terminal.styled(bar, style))")
  }

  private func number(_ count: Int) -> String {
    let text = Numbers.grouped(count)
    return String(repeating: " ", count: max(0, 10 - text.count)) + text
  }

  private func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
