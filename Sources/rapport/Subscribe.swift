// rapport subscribe: what is new, one JSON text a line, for programs that follow the ledger.

import ArgumentParser
import Glibc
import Ledger

struct Subscribe: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Follow events, or the changes of a view, from where this subscription left off.",
    discussion: """
      Prints one JSON object a line and remembers what it has written: the next run goes on there, also after a \
      crash. An item may come twice, never in another order; each carries its position. With --ack only those \
      positions count as done that the subscriber writes to standard input (docs/subscriptions.md). --json \
      changes nothing.

      A new subscription takes --to, --department, --from and --type; one that exists keeps what it was made with.

      Examples:
        rapport subscribe shop --once
        rapport subscribe shop --type order.completed --type order.refunded
        rapport subscribe counter --to view:service --department service
      """)

  enum Mode: String, EnumerableFlag {
    case follow, once

    static func help(for value: Mode) -> ArgumentHelp? {
      switch value {
      case .follow:
        "Wait for more, and print it when it comes. This is how it works unless told otherwise."
      case .once: "End when everything there is has been printed."
      }
    }
  }

  @OptionGroup var options: LedgerOptions

  @Argument(help: "Name of the subscription; a new name makes a new one.")
  var name: String

  @Option(
    help: ArgumentHelp(
      "What to follow: events, or the changes of a view. (new: events)",
      valueName: "events|view:NAME"))
  var to: String?

  @Option(
    help:
      "The department that gets it, and only what the plan grants to it. (new: none, the operator)")
  var department: String?

  @Option(
    help: ArgumentHelp(
      "Where a new subscription begins. (new: origin)", valueName: "origin|now|position"))
  var from: String?

  @Option(help: "Only events of this type, and erasures; repeatable.")
  var type: [String] = []

  @Flag(exclusivity: .exclusive)
  var mode: Mode = .follow

  @Flag(help: "Read the positions that are done from standard input, one a line.")
  var ack = false

  /// How long a subscriber rests when there is nothing new.
  private static let rest = Duration.milliseconds(5)

  func execute() async throws -> ExitStatus {
    let request = SubscriptionRequest(
      name: name, follows: try followed(), department: department,
      start: try from.map(SubscriptionStart.read))
    return try await withLedger(for: .reading) { ledger in
      let subscriber = try ledger.subscriber(request)
      do {
        try await Ledger.recordNotes(in: options.directory)
        try await run(subscriber)
      } catch {
        // The first error is the one to tell; what keeping it adds helps nobody.
        try? subscriber.end(because: LedgerError(any: error))
        try? subscriber.close()
        throw error
      }
      try subscriber.close()
      return .good
    }
  }

  /// Nil where nothing was said: then an existing subscription goes on as it is.
  private func followed() throws -> Followed? {
    let types = type.isEmpty ? nil : Set(type)
    switch to {
    case nil: return types.map { .events(types: $0) }
    case "events"?: return .events(types: types)
    case let to? where to.hasPrefix("view:") && types == nil:
      return .changes(view: String(to.dropFirst(5)))
    case let to? where to.hasPrefix("view:"):
      throw LedgerError("usage.type", "--type selects events; a view has rows", .usage)
    default:
      throw LedgerError("usage.to", "--to takes events, or view: and the name of a view", .usage)
    }
  }

  private func run(_ subscriber: Subscriber) async throws {
    var input = InputLines()
    while true {
      let items = try subscriber.next()
      for item in items {
        Terminal.out(item.line[...])
        Terminal.out("")
      }
      if !items.isEmpty {
        guard Terminal.finish() else { throw LedgerError.outputFailed }
        if !ack { try subscriber.acknowledgeAll() }
      }
      if ack {
        let lines = try input.read()
        for line in lines { try subscriber.acknowledge(line) }
        if !lines.isEmpty { try subscriber.keep() }
        // A subscriber that has closed its end is gone, and will acknowledge nothing more.
        if input.isAtEnd { return }
      }
      guard items.isEmpty else { continue }
      if mode == .once, subscriber.isSettled { return }
      try await Task.sleep(for: Self.rest)
    }
  }
}

/// Lines of standard input, as far as they have come; waits for none.
private struct InputLines {
  private var rest: [UInt8] = []
  private(set) var isAtEnd = false

  /// A line is at most so long.
  private static let sizeMax = 64

  mutating func read() throws -> [String] {
    var lines: [String] = []
    while !isAtEnd, hasMore() {
      var piece = [UInt8](repeating: 0, count: 1 << 14)
      // Safe: read(2) writes at most the buffer's size.
      let got = unsafe piece.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        isAtEnd = true
        break
      }
      rest += piece[..<got]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: rest[..<end], as: UTF8.self)
          .filter { !$0.isWhitespace }
        if !line.isEmpty { lines.append(line) }
        rest.removeSubrange(...end)
      }
      guard rest.count <= Self.sizeMax else {
        throw LedgerError(
          "subscription.acknowledgement",
          "an acknowledgement was refused: it is no position; write the position of an item, one a line"
        )
      }
    }
    return lines
  }

  private func hasMore() -> Bool {
    var one = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // Safe: the call fills in a local. A closed end counts: reading tells it.
    return unsafe poll(&one, 1, 0) > 0
  }
}
