// rapport seal: makes segments of the journals.

import ArgumentParser
import JSONBytes
import Ledger

struct Seal: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Seal what is recorded so far: journals become columnar segments.",
    discussion: """
      Full journals are sealed in the background while a ledger is written; this does it now, with the \
      journal in use as well. Every entry is compared with its leaf hash before a journal goes; one that \
      cannot be sealed stays as it is and is named, and the command ends with 65.

      Example:
        rapport seal --ledger ledger
      """)

  @OptionGroup var options: LedgerOptions

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .writing) { ledger in
      let summary = await ledger.seal()
      if options.json {
        Terminal.out(Self.json(summary))
      } else {
        show(summary)
      }
      return summary.alarms.isEmpty ? .good : .badData
    }
  }

  private static func json(_ summary: SealSummary) -> JSONValue {
    .object([
      "segments": .array(
        summary.segments.map {
          .object([
            "file": .string($0.file), "first": .integer($0.first),
            "events": .integer($0.events), "bytes": .integer($0.byteCount),
            "entryBytes": .integer($0.entryBytes),
          ])
        }), "alarms": .array(summary.alarms.map { .string($0) }),
    ])
  }

  private func show(_ summary: SealSummary) {
    for segment in summary.segments {
      let each = Numbers.tenths(Double(segment.byteCount) / Double(max(segment.events, 1)))
      Terminal.out(
        "\(segment.file): \(Numbers.counted(segment.events, "event", "events")), "
          + "\(each) bytes each")
    }
    for alarm in summary.alarms { Terminal.out(Terminal.styled("not sealed", .red) + "  \(alarm)") }
    if summary.segments.isEmpty, summary.alarms.isEmpty {
      Terminal.out("Nothing to seal: everything recorded is in segments.")
    }
  }
}
