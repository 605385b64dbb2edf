// rapport offer-check: her own choice first, never what she has or refused, guesses only inside what she said.

import ArgumentParser
import Ledger
import ReadModels
import Relationship

struct OfferCheck: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "offer-check",
    abstract: "Say what may be offered to a customer, in which order, and by which events.",
    discussion: """
      Never offered is what the customer has, bought and kept, or is not interested in. Where they have stated a \
      choice for a topic or slot it comes first, and other items of it are left out. A guess orders only what \
      rests on the same word of theirs. An item is a SKU; its topic is the one their events name, or the one \
      behind the sign =.

      Ends with 0 when something may be offered, with 1 when nothing may.

      Example:
        rapport offer-check --customer 0001 --item TENT-2 --item WINE-7=wine.red
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "The customer.")
  var customer: String

  @Option(help: ArgumentHelp("A SKU, or SKU=TOPIC; repeatable.", valueName: "sku=topic"))
  var item: [String]

  func validate() throws {
    guard !item.isEmpty, item.count <= 1_000 else {
      throw ValidationError("--item names 1 to 1,000 items")
    }
    for text in item where Self.item(text) == nil {
      throw ValidationError("--item takes a SKU, or SKU=TOPIC such as WINE-7=wine.red")
    }
  }

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let (found, progress) = try ledger.offers(item.compactMap(Self.item), to: customer)
      if let progress { Summaries.note([progress]) }
      guard let offers = found else { throw LedgerError.noCustomer }
      if options.json { Terminal.out(offers.json) } else { Self.show(offers) }
      return offers.lines.isEmpty ? .no : .good
    }
  }

  private static func item(_ text: String) -> OfferItem? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty }), parts[0].utf8.count <= 64 else { return nil }
    return OfferItem(String(parts[0]), topic: parts.count == 2 ? String(parts[1]) : nil)
  }

  private static func show(_ offers: Offers) {
    if let obstacle = offers.obstacle {
      Terminal.out(
        "Nothing is offered: \(obstacle.clause) [\(obstacle.code), event \(obstacle.mark.moment.place)]"
      )
      return
    }
    if offers.lines.isEmpty { Terminal.out("Nothing of this may be offered.") }
    for (number, line) in offers.lines.enumerated() {
      Terminal.out("\(number + 1). \(words(line))\(events(line.events))")
    }
    if !offers.withheld.isEmpty {
      Terminal.out()
      Terminal.out(Terminal.styled("Left out", .bold))
    }
    for withheld in offers.withheld {
      Terminal.out(
        "  \(Terminal.printable(withheld.item.sku)): \(withheld.reason.clause) "
          + "[\(withheld.reason.code)]\(events(withheld.events))")
    }
  }

  private static func words(_ line: Offer) -> String {
    var words = line.item.map { Terminal.styled(Terminal.printable($0.sku), .bold) } ?? ""
    if let topic = line.item?.topic { words += " (\(Terminal.printable(topic)))" }
    if let choice = line.choice {
      let wish = choice.value.map { ": \(Terminal.printable($0))" } ?? ""
      if !words.isEmpty { words += ", " }
      words += "their choice for \(Terminal.printable(choice.topic))\(wish)"
    }
    return words + ", \(line.basis?.rawValue ?? "nothing known")"
  }

  private static let eventsMax = 4

  private static func events(_ marks: [EventMark]) -> String {
    guard !marks.isEmpty else { return "" }
    let shown = marks.prefix(eventsMax).map { "\($0.moment.place)" }.joined(separator: ", ")
    let more = marks.count > eventsMax ? " and \(marks.count - eventsMax) more" : ""
    let word = marks.count == 1 ? "event" : "events"
    return Terminal.styled("  [\(word) \(shown)\(more)]", .faint)
  }
}
