// rapport replay and rapport timeline: events as they were recorded.

import ArgumentParser
import JSONBytes
import Ledger

struct Replay: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print events as they were recorded.",
    discussion: """
      With --json each line is an entry, byte for byte as it was hashed. --from and --to are positions; the \
      second is not included. --last gives the newest of what is selected, in the order of the log, and reads \
      no more than it needs.

      Examples:
        rapport replay --type complaint.opened
        rapport replay --from 100 --to 200 --json
        rapport replay --last 20
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "First position.")
  var from: UInt64 = 0

  @Option(help: "The position after the last one.")
  var to: UInt64?

  @Option(help: "Only events of this type; repeatable.")
  var type: [String] = []

  @Option(help: "Only events of this customer.")
  var customer: String?

  @Option(help: "Only the last so many of them.")
  var last: Int?

  func validate() throws {
    if let last, last < 1 { throw ValidationError("--last is 1 or more") }
  }

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      for type in type where !ledger.knowsType(type) {
        throw LedgerError(
          "usage.type", "there is no event type \(Terminal.printable(type)) in this ledger", .usage)
      }
      if let to, to < from {
        throw LedgerError("usage.range", "--to must not lie before --from", .usage)
      }
      let types = type.isEmpty ? nil : Set(type)
      func show(_ entry: ArraySlice<UInt8>, _ event: ReplayedEvent?) {
        EventLines.show(entry: entry, event: event, showsCustomer: true)
      }
      if let last {
        try ledger.replay(
          last: last, from: from, to: to, types: types, customer: customer,
          described: !options.json, show)
      } else {
        try ledger.replay(
          from: from, to: to, types: types, customer: customer, described: !options.json, show)
      }
      return .good
    }
  }
}

struct Timeline: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the events of one customer, in the order of the log.",
    discussion: """
      With --json each line is an entry, byte for byte as it was hashed.

      Example:
        rapport timeline 0001
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "The customer.")
  var id: String

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      var count = 0
      try ledger.timeline(of: id, described: !options.json) { entry, event in
        count += 1
        EventLines.show(entry: entry, event: event, showsCustomer: false)
      }
      if count == 0 { throw LedgerError.noCustomer }
      return .good
    }
  }
}

extension LedgerError {
  /// The id is not repeated: it may be what somebody typed for an e-mail address.
  static let noCustomer = LedgerError(
    "customer.missing", "this ledger has no events of that customer; check the id", .missingInput)
}

/// How one event looks on a line.
enum EventLines {
  /// The exact bytes of the entry, or a line for people where there is a description.
  static func show(entry: ArraySlice<UInt8>, event: ReplayedEvent?, showsCustomer: Bool) {
    guard let event else {
      Terminal.out(entry)
      Terminal.out("")
      return
    }
    let position = String(event.position)
    var line = String(repeating: " ", count: max(0, 8 - position.count)) + position
    line = Terminal.styled(line, .faint) + "  " + Times.minute(event.time) + "  "
    if showsCustomer { line += padded(event.customer ?? "-", to: 36) + "  " }
    line += padded(event.type, to: 24) + "  " + Terminal.printable(event.line)
    Terminal.out(line)
  }

  private static func padded(_ text: String, to width: Int) -> String {
    let safe = Terminal.printable(text)
    return safe + String(repeating: " ", count: max(0, width - safe.count))
  }
}

/// Instants for people, in UTC.
enum Times {
  /// `2026-03-01 09:00`.
  static func minute(_ time: Timestamp) -> String {
    let text = time.text
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
  }

  /// `2026-03-01`.
  static func day(_ time: Timestamp) -> String { String(time.text.prefix(10)) }
}
