// rapport verify: reads everything and checks it.

import ArgumentParser
import JSONBytes
import Ledger

struct Verify: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read everything and check it: bytes, hashes, roots, revisions, and views.",
    discussion: """
      Checks the CRC of every frame, every leaf hash and tree root, positions, recorded times, gapless \
      revisions, and that each view equals one folded anew from the events. Changes nothing. Ends with 65 \
      when anything is wrong, and names file, byte offset and positions.

      Example:
        rapport verify --ledger ledger
      """)

  @OptionGroup var options: LedgerOptions

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let bar = ProgressBar("verify", unit: "events")
      let report = try ledger.verify { bar.update($0, of: $1) }
      bar.finish()
      if options.json { Terminal.out(Self.json(report)) } else { show(report) }
      return report.isGood ? .good : .badData
    }
  }

  private static func json(_ report: LedgerVerification) -> JSONValue {
    .object([
      "verified": .bool(report.isGood), "events": .integer(report.events),
      "frames": .integer(report.frames), "journals": .integer(report.journals),
      "customers": .integer(report.customers), "entryBytes": .integer(report.entryBytes),
      "root": report.root.map { .string($0) } ?? .null,
      "findings": .array(report.findings.map(\.json)), "views": .array(report.views.map(\.json)),
    ])
  }

  private func show(_ report: LedgerVerification) {
    for finding in report.findings {
      Terminal.out(Terminal.styled("damaged", .red) + "  \(finding.sentence)")
    }
    let megabytes = Numbers.tenths(Double(report.entryBytes) / 1_000_000)
    Terminal.out(
      "Read \(Numbers.counted(report.events, "event", "events")) of "
        + "\(Numbers.counted(report.customers, "customer", "customers")): \(megabytes) MB of entries in "
        + "\(Numbers.counted(report.frames, "frame", "frames")).")
    Terminal.out("Tree root  \(report.root ?? "not known, because of the damage")")
    for view in report.views {
      if let finding = view.finding {
        Terminal.out("View \(view.view)  \(finding)")
      } else {
        Terminal.out("View \(view.view)  equals one folded anew, digest \(view.digest ?? "")")
      }
    }
    if report.isGood {
      Terminal.out(Terminal.styled("All is well.", .green))
    } else {
      Terminal.out(
        Terminal.styled("Something is wrong.", .red)
          + " Nothing was changed. Restore damaged files from a "
          + "backup; make a view again with rapport rebuild.")
    }
  }
}
