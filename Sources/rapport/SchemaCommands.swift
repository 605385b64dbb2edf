// rapport schema list and rapport schema diff: the event types, their versions, and what lies between two of them.

import ArgumentParser
import JSONBytes
import Ledger

struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Look at the event types, compare their versions, check and add some.",
    discussion: """
      A stored event never changes. A type changes by a new version, TYPE.vN.json; where events of an \
      older version do not fit it as they are, an upcast, TYPE.vN-vM.json, lifts them when they are read.

      Example:
        rapport schema check --schemas new --against-log
      """,
    subcommands: [SchemaList.self, SchemaDiff.self, SchemaCheckCommand.self, SchemaAdd.self])
}

struct SchemaList: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the event types with their versions and how older ones are read.",
    discussion: """
      Example:
        rapport schema list
      """)

  @OptionGroup var options: LedgerOptions

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let types = ledger.eventTypes
      if options.json {
        Terminal.out(.array(types.map(\.json)))
        return .good
      }
      for type in types {
        let newest = type.versions.last?.version ?? 0
        Terminal.out(
          Terminal.styled(type.name, .bold) + "  version \(newest), "
            + "\(type.ships ? "ships" : "own"), "
            + Numbers.counted(type.personalFields, "personal field", "personal fields"))
        for version in type.versions.dropLast() {
          Terminal.out("  version \(version.version)  is read \(version.words)")
        }
      }
      return .good
    }
  }
}

struct SchemaDiff: LedgerCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two versions of an event type.",
    discussion: """
      Says which fields came, went and changed, and what a reader of the second version meets in an \
      event of the first. With --schemas versions count that the ledger does not have yet.

      Examples:
        rapport schema diff order.completed 1 2
        rapport schema diff order.completed 1 2 --schemas new
      """)

  @OptionGroup var options: LedgerOptions

  @Argument(help: "The event type.")
  var type: String

  @Argument(help: "A version of it.")
  var first: Int

  @Argument(help: "Another version of it.")
  var second: Int

  @Option(
    help: "A folder with schemas and upcasts to try: events/, upcasts/, or plain files.",
    completion: .directory)
  var schemas: String?

  func execute() async throws -> ExitStatus {
    try await withLedger(for: .reading) { ledger in
      let files = try schemas.map { try SchemaFolder.files($0) }
      let comparison = try ledger.compare(type, first, second, adding: files)
      if options.json { Terminal.out(comparison.json) } else { show(comparison) }
      return .good
    }
  }

  private func show(_ comparison: VersionComparison) {
    Terminal.out(Terminal.styled("\(comparison.type) \(first) -> \(second)", .bold))
    if comparison.changes.isEmpty { Terminal.out("  The same fields and rules.") }
    for change in comparison.changes { Terminal.out("  " + Terminal.printable(change)) }
    if comparison.gaps.isEmpty {
      Terminal.out("Whatever fits version \(first) fits version \(second) as it is.")
    } else {
      Terminal.out("In an event of version \(first), a reader of version \(second) may meet:")
      for gap in comparison.gaps { Terminal.out("  " + Terminal.printable(gap)) }
    }
    if !comparison.upcasts.isEmpty {
      Terminal.out("Events are lifted by \(comparison.upcasts.joined(separator: ", ")).")
    }
  }
}
