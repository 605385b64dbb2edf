// rapport why: the event behind every value and every answer.

import ArgumentParser
import JSONBytes
import Ledger

struct Why: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Tell why: of a customer every value with its event, of an event what it says and what led to it.",
    discussion: """
      ID is a customer, or an event by its position or its id; the token of a decision is one. A customer of \
      that id comes first; --customer and --event say which is meant. Of a decision (contact.decided) and of \
      a message (contact.sent) it tells what was asked and answered then, who said so, and what the same \
      question gives with all that is known by now: a message that was allowed then and is a no by now is \
      regretted.

      Examples:
        rapport why 0001
        rapport why 4711 --event
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "A customer, or an event.")
  var id: String

  @Flag(help: "It is a customer.")
  var customer = false

  @Flag(help: "It is an event: a position, or an id.")
  var event = false

  func validate() throws {
    if customer, event { throw ValidationError("--customer and --event exclude each other") }
  }

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      if !event {
        if let found = try ledger.why(customer: id) {
          show(found)
          return .good
        }
        if customer { throw LedgerError.noCustomer }
      }
      show(try ledger.why(event: id))
      return .good
    }
  }

  private func show(_ found: WhyCustomer) {
    if options.json {
      Terminal.out(found.json)
    } else {
      WhyPage.show(found)
    }
  }

  private func show(_ found: WhyEvent) {
    if options.json {
      Terminal.out(found.json)
    } else {
      WhyPage.show(found)
    }
  }
}
