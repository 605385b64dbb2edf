// rapport backup, restore and salvage: copies of a ledger, and what can be saved of a damaged one.

import ArgumentParser
import JSONBytes
import Ledger

struct Backup: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy the ledger while it is in use, and verify the copy.",
    discussion: """
      The copy is whole up to the last checkpoint at least, and is read and checked from end to end before \
      it counts. Run again, it copies only what is new; after an interruption it goes on. Views and indexes \
      are not copied: they are made again.

      Example:
        rapport backup /mnt/backup/ledger --ledger ledger
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(
    help: "The folder of the copy: new, or an older copy of this ledger.", completion: .directory)
  var target: String

  func execute() async throws -> ExitStatus {
    let bar = ProgressBar("backup", unit: "bytes")
    let summary = try Ledger.backUp(options.directory, to: target) { bar.update($0, of: $1) }
    bar.finish()
    CopyPrinter.show(summary, "Copied to \(Terminal.printable(target))", asJSON: options.json)
    return .good
  }
}

struct Restore: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a ledger from a copy, after verifying it.",
    discussion: """
      The folder of --ledger must not hold a ledger: move a damaged one away first. Nothing is in force \
      before every event of the copy was read and checked.

      Example:
        rapport restore /mnt/backup/ledger --ledger ledger
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "The folder of the copy.", completion: .directory)
  var copy: String

  func execute() async throws -> ExitStatus {
    let bar = ProgressBar("restore", unit: "bytes")
    let summary = try Ledger.restore(copy, to: options.directory) { bar.update($0, of: $1) }
    bar.finish()
    CopyPrinter.show(
      summary, "Restored to \(Terminal.printable(options.directory))", asJSON: options.json)
    return .good
  }
}

/// What backup and restore tell.
enum CopyPrinter {
  static func show(_ summary: CopySummary, _ headline: String, asJSON: Bool) {
    if asJSON {
      Terminal.out(
        .object([
          "events": .integer(summary.events), "root": .string(summary.root),
          "checkpoint": summary.checkpoint.map { .integer($0) } ?? .null,
          "filesCopied": .integer(summary.filesCopied), "filesKept": .integer(summary.filesKept),
          "bytesCopied": .integer(summary.bytesCopied),
        ]))
      return
    }
    let megabytes = Numbers.tenths(Double(summary.bytesCopied) / 1_000_000)
    Terminal.out(
      "\(headline): \(Numbers.counted(summary.filesCopied, "file", "files")), \(megabytes) MB"
        + (summary.filesKept > 0
          ? "; \(Numbers.counted(summary.filesKept, "segment was", "segments were")) there already."
          : "."))
    Terminal.out(
      "Verified \(Numbers.counted(summary.events, "event", "events")), tree root \(summary.root)"
        + (summary.checkpoint.map { ", against the checkpoint of size \($0)." } ?? "."))
  }
}

struct SalvageCommand: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "salvage",
    abstract:
      "Copy every intact event of a damaged ledger into a new one, and list what is missing.",
    discussion: """
      The damaged ledger is not changed. The new one has an id of its own, and positions and revisions \
      without gaps; times, ids and content stay. Ends with 65 when anything is missing.

      Example:
        rapport salvage --ledger damaged --to saved
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "The folder of the new ledger.", completion: .directory)
  var to: String

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let bar = ProgressBar("salvage", unit: "events")
      let summary = try await ledger.salvage(to: to) { bar.update($0, of: $1) }
      bar.finish()
      if options.json { Terminal.out(Self.json(summary)) } else { show(summary) }
      return summary.missing.isEmpty ? .good : .badData
    }
  }

  private static func json(_ summary: SalvageSummary) -> JSONValue {
    .object([
      "copied": .integer(summary.copied), "root": .string(summary.root),
      "origin": .string(summary.origin), "missing": .array(summary.missing.map(\.json)),
      "customersTouched": .integer(summary.customerCount),
      "customers": .array(summary.customers.map { .string($0) }),
    ])
  }

  private func show(_ summary: SalvageSummary) {
    for missing in summary.missing {
      Terminal.out(Terminal.styled("missing", .red) + "  \(missing.sentence)")
    }
    let lost = summary.missing.reduce(0) { $0 + $1.count }
    Terminal.out(
      "Copied \(Numbers.counted(summary.copied, "event", "events")) to "
        + "\(Terminal.printable(to)), the ledger \(summary.origin).")
    if lost > 0 {
      Terminal.out("\(Numbers.counted(lost, "event is", "events are")) missing.")
      Terminal.out(
        "\(Numbers.counted(summary.customerCount, "customer is", "customers are")) touched by "
          + "the damage.")
    } else {
      Terminal.out("Nothing is missing.")
    }
  }
}
