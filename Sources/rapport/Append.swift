// rapport append: CloudEvents from a file or standard input.

import ArgumentParser
import Ledger

struct Append: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Append CloudEvents, one JSON text a line.",
    discussion: """
      Lines that are no events are rejected one by one, and the rest goes in; an event that is recorded \
      already counts as a duplicate. With --expect the input is one append, all or none: ID is a customer, \
      and the word behind it what the customer's revision must be: any, none, exists, or a number.

      Examples:
        rapport append events.ndjson
        rapport append --expect c0ffee=3 - < two-events.ndjson
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "A file, or - for standard input.", completion: .file())
  var file = "-"

  @Option(
    help: ArgumentHelp(
      "What a customer's revision must be: ID=any, none, exists or a number; repeatable.",
      valueName: "id=revision"))
  var expect: [String] = []

  func execute() async throws -> ExitStatus {
    let input = try InputFile(file)
    let size = input.size
    return try await withLedger(for: .writing) { ledger in
      let bar = ProgressBar("append", unit: "bytes")
      let summary =
        expect.isEmpty
        ? try await ledger.appendLines(input, progress: { bar.update($0, of: size) })
        : try await ledger.appendTogether(input, expecting: expect)
      bar.finish()
      Summaries.show(summary, json: options.json, isOneAppend: !expect.isEmpty)
      try await Summaries.followUp(ledger)
      return summary.rejected == 0 ? .good : .badData
    }
  }
}
