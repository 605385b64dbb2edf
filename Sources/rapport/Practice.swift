// rapport practice: a ledger of invented customers.

import ArgumentParser
import JSONBytes
import Ledger

struct Practice: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fill the ledger with a practice history of invented customers.",
    discussion: """
      The ledger is made when there is none. The same numbers and seed give the same events, so running it \
      again adds nothing. Nobody in it exists. The sharing plan that ships is published, unless one is in force.

      Example:
        rapport practice --customers 2000 --events 40000 --seed 7
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "How many customers.")
  var customers = 2_000

  @Option(help: "How many events at most.")
  var events = 40_000

  @Option(help: "Any number; another one gives other lives.")
  var seed: UInt64 = 1

  func validate() throws {
    guard (1...10_000_000).contains(customers), (1...1_000_000_000).contains(events) else {
      throw ValidationError("--customers is 1 to 10,000,000 and --events 1 to 1,000,000,000")
    }
  }

  func execute() async throws -> ExitStatus {
    let made = try Ledger.createIfMissing(options.directory)
    return try await withLedger(for: .writing) { ledger in
      let bar = ProgressBar("practice", unit: "events")
      let total = UInt64(events)
      let summary = try await ledger.fillWithPractice(
        customers: customers, events: events, seed: seed, progress: { bar.update($0, of: total) })
      bar.finish()
      let published = try await ledger.publishPracticePlan()
      if options.json {
        Terminal.out(
          .object([
            "made": .bool(made), "appended": .integer(summary.appended),
            "duplicates": .integer(summary.duplicates), "first": Summaries.position(summary.first),
            "last": Summaries.position(summary.last), "plan": .integer(published),
          ]))
      } else {
        if made { Terminal.out("Made the ledger \(Terminal.printable(options.directory)).") }
        Terminal.out(Summaries.line(summary))
        if published > 0 {
          Terminal.out(
            "Published the sharing plan: \(Numbers.counted(published, "event", "events")).")
        }
      }
      Summaries.catchUpViews(of: ledger)
      return .good
    }
  }
}
