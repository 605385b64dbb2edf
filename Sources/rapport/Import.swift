// rapport import: foreign files through a mapping.

import ArgumentParser
import struct LogEngine.Position
import JSONBytes
import Ledger

struct Import: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import files of another system through a mapping.",
    discussion: """
      The ledger is made when there is none. A mapping says how rows become events; those that ship are named below, any other is a file \
      (docs/imports.md). Importing a file again adds nothing; killed, run it again. Rows that do not fit go \
      to a reject file, FILE.rejects.ndjson (of the first FILE) in the current folder unless --rejects names another, and \
      the rest goes in.

      Mappings: \(Importer.shippedNames.joined(separator: ", "))

      Example:
        rapport import --mapping cdnow-sample CDNOW_sample.txt
      """)

  @OptionGroup var options: LedgerOptions

  @Option(help: "Name of a mapping that ships, or a mapping file.", completion: .file())
  var mapping: String

  @Flag(help: "Check each whole file first; append nothing of it when a row does not fit.")
  var strict = false

  @Option(help: "Where rows that do not fit are written.", completion: .file())
  var rejects: String?

  @Argument(help: "Files to import.", completion: .file())
  var files: [String]

  func execute() async throws -> ExitStatus {
    let mapping = try Importer.mapping(self.mapping)
    for file in files { try Importer.requirePlainFile(file) }
    let rejected = try RejectFile(rejectFile, keeping: files)
    if try Ledger.createIfMissing(options.directory) {
      Terminal.note("made the ledger \(Terminal.printable(options.directory))")
    }
    return try await withLedger(for: .writing) { ledger in
      let importer = Importer(ledger: ledger, mapping: mapping)
      var total = ImportSummary()
      do {
        for file in files {
          let bar = ProgressBar("import \(Terminal.printable(file))", unit: "bytes")
          defer { bar.finish() }
          let summary = try await importer.importFile(
            file, strict: strict, rejects: rejected, progress: { bar.update($0, of: $1) })
          bar.finish()
          Summaries.complain(summary.rejections, total: summary.rejected, file: file)
          total.add(summary)
        }
      } catch {
        // What was done until then is told, and the rows that did not fit are kept.
        show(total, try rejected.finish())
        throw error
      }
      show(total, try rejected.finish())
      try await Summaries.followUp(ledger)
      return total.rejected == 0 ? .good : .badData
    }
  }

  /// Where the rows that do not fit go, of all files together.
  private var rejectFile: String {
    if let rejects { return rejects }
    let name = files[0].split(separator: "/").last.map(String.init) ?? files[0]
    return "\(name).rejects.ndjson"
  }

  private func show(_ total: ImportSummary, _ rejectFile: String?) {
    if options.json {
      Terminal.out(
        .object([
          "read": .integer(total.rowsRead), "rejected": .integer(total.rejected),
          "skipped": .integer(total.skipped.reduce(0) { $0 + $1.rows }),
          "appended": .integer(total.events.appended),
          "duplicates": .integer(total.events.duplicates),
          "first": Summaries.position(total.events.first),
          "last": Summaries.position(total.events.last),
        ]))
      return
    }
    Terminal.out(
      "Read \(Numbers.counted(total.rowsRead, "row", "rows")), rejected "
        + "\(Numbers.grouped(total.rejected)).")
    for skipped in total.skipped {
      Terminal.out(
        "Left out \(Numbers.counted(skipped.rows, "row", "rows")): \(Terminal.printable(skipped.reason))."
      )
    }
    Terminal.out(
      "Appended \(Numbers.counted(total.events.appended, "event", "events")), duplicates "
        + "\(Numbers.grouped(total.events.duplicates)).")
    if strict, total.rejected > 0, total.events.appended + total.events.duplicates == 0 {
      Terminal.out("Nothing was appended of a file with rows that do not fit (--strict).")
    }
    if let rejectFile {
      Terminal.out("Rows that do not fit, with the reason: \(Terminal.printable(rejectFile))")
    }
  }
}
