// rapport subscriptions: who follows the ledger, and how far behind.

import ArgumentParser
import JSONBytes
import Ledger

struct Subscriptions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List or remove subscriptions: who follows what, and how far behind.",
    discussion: """
      Examples:
        rapport subscriptions
        rapport subscriptions remove shop
      """,
    subcommands: [SubscriptionsList.self, SubscriptionsRemove.self],
    defaultSubcommand: SubscriptionsList.self)
}

struct SubscriptionsList: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List subscriptions with position, lag and last error.",
    discussion: """
      The lag is counted in events that are not acknowledged yet, and in seconds between the last of those that \
      are and the newest event of the ledger.

      Example:
        rapport subscriptions --json
      """)

  @OptionGroup var options: LedgerOptions

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let all = try ledger.subscriptions()
      if options.json {
        Terminal.out(.array(all.map(\.json)))
        return .good
      }
      if all.isEmpty { Terminal.out("Nobody subscribes to this ledger.") }
      for status in all { show(status) }
      return .good
    }
  }

  private func show(_ status: SubscriptionStatus) {
    let record = status.record
    let whose = record.department ?? "the operator"
    Terminal.out(Terminal.styled(record.name, .bold) + "  \(record.follows.text), for \(whose)")
    let seconds = status.lag.seconds > 0 ? ", \(Numbers.grouped(status.lag.seconds)) s" : ""
    Terminal.out(
      "  position  \(Numbers.grouped(status.position)), "
        + "\(Numbers.grouped(status.lag.events)) behind\(seconds)")
    if let error = record.lastError {
      Terminal.out("  " + Terminal.styled("ended", .yellow) + "     \(Terminal.printable(error))")
    }
  }
}

struct SubscriptionsRemove: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Forget a subscription: what its subscriber has had is not known any more.",
    discussion: """
      Example:
        rapport subscriptions remove shop
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Name of the subscription.")
  var name: String

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      try ledger.removeSubscription(name)
      if options.json { Terminal.out(["removed": .string(name)]) }
      return .good
    }
  }
}
