// rapport customer: the 360-degree view, readable in half a minute.

import ArgumentParser
import JSONBytes
import Ledger
import ReadModels

struct Customer: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Show one customer: who, what is open, what we promised, what they said, last touches.",
    discussion: """
      Every value says where it comes from: stated (the customer said so), observed (we saw it), inferred (we \
      guess), with its day and the position of its event. --as-of answers for an instant, by the time things \
      happened: a date, to its end in UTC, or RFC 3339.

      Example:
        rapport customer 0001 --as-of 1997-09-30
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "The customer.")
  var id: String

  @Option(help: "A date or an instant.")
  var asOf: String?

  func execute() async throws -> ExitStatus {
    let instant = try asOf.map { try Ledger.instant($0) }
    return try await withLedger(for: .reading) { ledger in
      let (found, progress) = try ledger.customer(id, asOf: instant)
      if let progress { Summaries.note([progress]) }
      guard let view = found else { throw LedgerError.noCustomer }
      if options.json {
        Terminal.out(view.json)
      } else {
        CustomerPage(view, asOf: instant).show()
      }
      return .good
    }
  }
}
