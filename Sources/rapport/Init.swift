// rapport init: makes a ledger.

import ArgumentParser
import JSONBytes
import Ledger

struct Init: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a ledger, with the sharing plan that ships as its first events.",
    discussion: """
      Event types of your own are JSON Schema files, TYPE.vN.json; they are checked, copied, and kept \
      with the ledger beside those that ship. Which department may see what is the sharing plan's: see rapport plan.

      Example:
        rapport init --ledger ledger --name example.com
      """)

  @OptionGroup var options: LedgerOptions

  @Option(
    help: ArgumentHelp("Your organisation's domain, the first part of the ledger's origin."))
  var name = "localhost"

  @Option(help: "A folder with schemas of event types of your own.", completion: .directory)
  var schemas: String?

  func execute() async throws -> ExitStatus {
    let own = try schemas.map { try Ledger.schemas(in: $0) } ?? []
    if let schemas, own.isEmpty {
      throw LedgerError(
        "schema.missing", "there is no *.json file in \(schemas)", .missingInput)
    }
    let description = try Ledger.create(options.directory, name: name, schemas: own)
    let plan = try await withLedger(for: .writing) { ledger in
      let plan = try await ledger.publishPlan()
      try Summaries.catchUpViews(of: ledger)
      return plan
    }
    if options.json {
      Terminal.out([
        "ledger": .string(options.directory), "id": .string(description.id.description),
        "origin": .string(description.origin), "schemas": .integer(own.count),
        "plan": .string(plan.version), "appended": .integer(plan.appended),
      ])
    } else {
      Terminal.out("Made the ledger \(Terminal.printable(options.directory)).")
      Terminal.out("Origin: \(description.origin)")
      if !own.isEmpty {
        Terminal.out("Kept \(Numbers.counted(own.count, "schema", "schemas")) of its own.")
      }
      Terminal.out(
        "Published the sharing plan \(plan.version): \(Numbers.counted(plan.appended, "event", "events"))."
      )
      Terminal.out("Next: rapport append, rapport import, or rapport practice")
    }
    return .good
  }
}
