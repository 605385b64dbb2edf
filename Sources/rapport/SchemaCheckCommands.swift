// rapport schema check and rapport schema add: before a catalogue changes, and when it does.

import ArgumentParser
import JSONBytes
import Ledger

struct SchemaCheckCommand: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that every version can be read, and with --against-log every stored event.",
    discussion: """
      With --schemas the catalogue is what the ledger has and the files of that folder beside it: \
      nothing is written. Ends with 65 when something cannot be read.

      Examples:
        rapport schema check
        rapport schema check --schemas new --against-log
      """)

  @OptionGroup var options: LedgerOptions

  @Option(
    help: "A folder with schemas and upcasts to try: events/, upcasts/, or plain files.",
    completion: .directory)
  var schemas: String?

  @Flag(help: "Read every stored event, and say which views would change.")
  var againstLog = false

  @Option(help: ArgumentHelp("Threads that read.", valueName: "count"))
  var threads = 2

  func validate() throws {
    guard (1...64).contains(threads) else { throw ValidationError("--threads is 1 to 64") }
  }

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let files = try schemas.map { try SchemaFolder.files($0) }
      let start = ContinuousClock.now
      let bar = ProgressBar("check", unit: "events")
      let report = try ledger.checkSchemas(
        adding: files, againstLog: againstLog ? threads : nil
      ) {
        bar.update($0, of: $1)
      }
      bar.finish()
      if options.json {
        Terminal.out(report.json)
      } else {
        show(report)
        if let stored = report.stored { show(stored, (ContinuousClock.now - start) / .seconds(1)) }
        Terminal.out(
          report.isGood
            ? Terminal.styled("All is well.", .green)
            : Terminal.styled("Something cannot be read.", .red)
              + " Add an upcast, or a schema; see docs/schemas.md.")
      }
      return report.isGood ? .good : .badData
    }
  }

  private func show(_ report: SchemaCheckReport) {
    Terminal.out(
      "\(Numbers.counted(report.types, "event type", "event types")), "
        + "\(Numbers.counted(report.links.count, "step", "steps")) between versions.")
    for link in report.links {
      let way =
        link.upcast.map { "by \($0)" }
        ?? (link.isRead ? "as it is" : Terminal.styled("not at all", .red))
      Terminal.out("  \(link.type) \(link.from) -> \(link.to)  is read \(way)")
      for gap in link.gaps { Terminal.out("    " + Terminal.printable(gap)) }
    }
    for finding in report.findings {
      Terminal.out(
        Terminal.styled("problem", .red) + "  \(Terminal.printable(finding.sentence)) "
          + "[\(finding.code)]")
    }
  }

  private func show(_ stored: StoredEventCheck, _ seconds: Double) {
    let rate = UInt64(Double(stored.events) / max(seconds, 0.001))
    Terminal.out(
      "Read \(Numbers.counted(stored.events, "stored event", "stored events")) in "
        + "\(Numbers.tenths(seconds)) s (\(Numbers.grouped(rate)) events/s); "
        + "\(Numbers.counted(stored.lifted, "needs", "need")) an upcast, "
        + "\(Numbers.counted(stored.failed, "fails", "fail")).")
    for failure in stored.failures {
      let more = failure.count > UInt64(failure.positions.count) ? ", …" : ""
      let type = failure.typeName.isEmpty ? "no type" : Terminal.printable(failure.typeName)
      Terminal.out(
        Terminal.styled("problem", .red) + "  \(type) version \(failure.version): "
          + "\(Numbers.counted(failure.count, "event", "events")) at "
          + failure.positions.map { "\($0)" }.joined(separator: ", ") + more
          + ": \(Terminal.printable(failure.reason)) [\(failure.code.rawValue)]")
    }
    for view in stored.views {
      Terminal.out(
        "The view \(view.name) may change: it reads \(view.types.joined(separator: ", ")).")
    }
    if schemas != nil, stored.views.isEmpty { Terminal.out("No view changes.") }
  }
}

struct SchemaAdd: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Add event types, versions and upcasts of your own to the ledger.",
    discussion: """
      All files are checked before the first is written, and every stored event of a type that \
      changes. A file that the ledger has with another content is refused: what was published never \
      changes. A new version of a type is told in the \
      ledger as schema.registered, unless the ledger knows its own types alone.

      Example:
        rapport schema add new
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(
    help: "A folder with events/ and upcasts/, or plain files.", completion: .directory)
  var folder: String

  @Flag(help: "Add them even where stored events could not be read any more.")
  var acceptHoles = false

  func execute() async throws -> ExitStatus {
    let files = try SchemaFolder.files(folder)
    return try await withLedger(for: .writing) { ledger in
      let bar = ProgressBar("check", unit: "events")
      let addition = try await ledger.addSchemas(files, acceptingHoles: acceptHoles) {
        bar.update($0, of: $1)
      }
      bar.finish()
      // By the catalogue that they were made by: what they hold can then be compared with what they will.
      if addition.registered > 0 { Summaries.catchUpViews(of: ledger) }
      if options.json {
        Terminal.out(
          .object([
            "added": .array(addition.added.map { .string($0) }),
            "known": .integer(addition.known), "registered": .integer(addition.registered),
          ]))
        return .good
      }
      for name in addition.added { Terminal.out("Added \(Terminal.printable(name)).") }
      if addition.known > 0 {
        Terminal.out(
          "\(Numbers.counted(addition.known, "file was", "files were")) there already.")
      }
      if addition.registered > 0 {
        let versions = Numbers.counted(addition.registered, "version", "versions")
        Terminal.out("Registered \(versions) in the ledger.")
      }
      if !addition.added.isEmpty {
        Terminal.out("Views that read these types are built anew when they are read next.")
      }
      return .good
    }
  }
}

/// A folder that a user names.
enum SchemaFolder {
  static func files(_ folder: String) throws -> SchemaFiles {
    let files = try SchemaFiles.read(folder)
    if files.isEmpty {
      throw LedgerError("schema.missing", "there is no *.json file in \(folder)", .missingInput)
    }
    return files
  }
}
