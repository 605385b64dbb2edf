// rapport verify: reads everything and checks it.

import ArgumentParser
import JSONBytes
import Ledger

struct Verify: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read everything and check it: bytes, hashes, roots, revisions, and views.",
    discussion: """
      Checks the CRC of every frame and page, every leaf hash and tree root, positions, recorded times, \
      gapless revisions, zone maps, and that each view equals one folded anew from the events. With --deep \
      also: that no source and id is recorded twice, that every entry is canonical and fits its schema, and \
      that the indexes hold what the log gives. Changes nothing. Ends with 65 when anything is wrong, and \
      names file, byte offset and positions.

      Example:
        rapport verify --ledger ledger --deep
      """)

  @OptionGroup var options: LedgerOptions

  @Flag(help: "Check ids, schemas and indexes as well; takes about 32 bytes of memory an event.")
  var deep = false

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let bar = ProgressBar("verify", unit: "events")
      let report = try ledger.verify(deep: deep) { bar.update($0, of: $1) }
      bar.finish()
      if options.json { Terminal.out(Self.json(report)) } else { show(report) }
      return report.isGood ? .good : .badData
    }
  }

  private static func json(_ report: LedgerVerification) -> JSONValue {
    .object([
      "verified": .bool(report.isGood), "events": .integer(report.events),
      "frames": .integer(report.frames), "journals": .integer(report.journals),
      "segments": .integer(report.segments), "deep": .bool(report.isDeep),
      "customersTouched": .array(report.customersTouched.map { .string($0) }),
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
        + "\(Numbers.counted(report.segments, "segment", "segments")) and "
        + "\(Numbers.counted(report.frames, "frame", "frames")).")
    if report.isDeep, report.findings.isEmpty {
      Terminal.out(
        "No id twice; every entry canonical and valid under its schema; indexes as the log gives them."
      )
    }
    if !report.customersTouched.isEmpty {
      Terminal.out(
        "The damage touches \(Numbers.counted(report.customersTouched.count, "customer", "customers")): "
          + report.customersTouched.prefix(5).joined(separator: ", ")
          + (report.customersTouched.count > 5 ? ", …" : ""))
    }
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
