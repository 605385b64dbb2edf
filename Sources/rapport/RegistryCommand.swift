// rapport registry: do-not-call lists.

import ArgumentParser
import JSONBytes
import Ledger

struct RegistryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry",
    abstract: "Statutory do-not-call lists: take in a new state of one.",
    discussion: """
      Which lists there are, where they hold and how old they may be says the permission policy (docs/permission.md).

      Example:
        rapport registry load us-dnc numbers.txt --as-of 2026-03-01
      """,
    subcommands: [RegistryLoadCommand.self])
}

struct RegistryLoadCommand: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Take in a do-not-call list: who came on to it, and who left it.",
    discussion: """
      LIST is a list of the permission policy in force, such as us-dnc or uk-tps. FILE has a number a line, or delimited \
      text with a column of numbers. Numbers are read as those of the list's country, compared with the customers' by a \
      keyed hash, and none of them is kept. The same file again adds nothing.

      A number that cannot be read is counted and told by its line, never printed. While there is one, nobody is \
      taken off the list: it may be hers.

      Examples:
        rapport registry load us-dnc numbers.txt --as-of 2026-03-01
        rapport registry load uk-tps tps.csv --json
      """)

  @OptionGroup var options: LedgerOptions

  @Option(
    help: ArgumentHelp(
      "Whose state the file shows.",
      discussion:
        "A date (its beginning, UTC) or an RFC 3339 time. Otherwise when the file was changed last.",
      valueName: "date"))
  var asOf: String?

  @Option(
    help: ArgumentHelp(
      "Whose numbers they are, where the list holds in several countries: DE.",
      valueName: "country"))
  var country: String?

  @Argument(help: "The list, as the permission policy calls it.", completion: .none)
  var list: String

  @Argument(help: "The file of numbers.", completion: .file())
  var file: String

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .writing) { ledger in
      let load = try await ledger.loadRegistry(list, file, asOf: asOf, country: country)
      show(load)
      Summaries.catchUpViews(of: ledger)
      return .good
    }
  }

  private func show(_ load: RegistryLoad) {
    if options.json {
      Terminal.out(
        .object([
          "list": .string(load.list), "asOf": .string(load.asOf.text),
          "rows": .integer(load.rows), "unreadable": .integer(load.unreadable),
          "unreadableLines": .array(load.unreadableLines.map { .integer($0) }),
          "matched": .integer(load.matched), "cleared": .integer(load.cleared),
          "held": .integer(load.held), "appended": .integer(load.appended),
        ]))
      return
    }
    if load.unreadable > 0 {
      let lines = load.unreadableLines.map(String.init).joined(separator: ", ")
      let more = load.unreadable > load.unreadableLines.count ? " and more" : ""
      Terminal.note(
        "\(Numbers.counted(load.unreadable, "line holds", "lines hold")) no number that can be read: \(lines)\(more)"
      )
    }
    Terminal.out(
      "\(Terminal.printable(load.list)) as of \(load.asOf.text): read "
        + "\(Numbers.counted(load.rows, "number", "numbers")); "
        + "\(Numbers.counted(load.matched, "customer's number", "customers' numbers")) came on to the list, "
        + "\(Numbers.grouped(load.cleared)) left it.")
    if load.held > 0 {
      Terminal.out(
        "\(Numbers.counted(load.held, "number stays", "numbers stay")) on the list until every line can be read."
      )
    }
    Terminal.out("Appended \(Numbers.counted(load.appended, "event", "events")).")
  }
}
