// rapport init: makes a ledger.

import ArgumentParser
import JSONBytes
import Ledger

struct Init: LedgerCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a ledger, with the sharing plan that ships as its first events.",
    discussion: """
      Event types of your own are JSON Schema files, TYPE.vN.json, and upcasts between their versions \
      TYPE.vN-vM.json; they are checked, copied, and kept with the ledger beside those that ship. Which \
      department may see what is the sharing plan's: see rapport plan.

      Example:
        rapport init --ledger ledger --name example.com
      """)

  @OptionGroup var options: LedgerOptions

  @Option(
    help: ArgumentHelp("Your organisation's domain, the first part of the ledger's origin."))
  var name = "localhost"

  @Option(
    help: "A folder with event types of your own: events/, upcasts/, or plain files.",
    completion: .directory)
  var schemas: String?

  @Flag(
    help:
      "Know the types of --schemas alone, and none that ships; such a ledger has none of the views that ship."
  )
  var ownTypesOnly = false

  func validate() throws {
    if ownTypesOnly, schemas == nil {
      throw ValidationError(
        "--own-types-only needs --schemas: a ledger without types takes no event")
    }
  }

  func execute() async throws -> ExitStatus {
    let own = try schemas.map { try SchemaFolder.files($0) } ?? SchemaFiles()
    let description = try Ledger.create(
      options.directory, name: name, own: own, knowing: ownTypesOnly ? .ownOnly : .shippedAndOwn)
    let (plan, registered) = try await withLedger(for: .writing) { ledger in
      // Types of an organisation's own are in no plan that ships.
      let plan = ownTypesOnly ? nil : try await ledger.publishPlan()
      let registered = try await ledger.registerSchemas(own.events)
      Summaries.catchUpViews(of: ledger)
      return (plan, registered)
    }
    if options.json {
      Terminal.out([
        "ledger": .string(options.directory), "id": .string(description.id.description),
        "origin": .string(description.origin), "schemas": .integer(own.events.count),
        "upcasts": .integer(own.upcasts.count),
        "plan": plan.map { .string($0.version) } ?? .null,
        "appended": .integer((plan?.appended ?? 0) + registered),
      ])
    } else {
      Terminal.out("Made the ledger \(Terminal.printable(options.directory)).")
      Terminal.out("Origin: \(description.origin)")
      if !own.isEmpty {
        Terminal.out(
          "Kept \(Numbers.counted(own.events.count, "schema", "schemas")) and "
            + "\(Numbers.counted(own.upcasts.count, "upcast", "upcasts")) of its own.")
      }
      if let plan {
        Terminal.out(
          "Published the sharing plan \(plan.version): "
            + "\(Numbers.counted(plan.appended, "event", "events")).")
      }
      Terminal.out(
        ownTypesOnly
          ? "Next: rapport append, or rapport import"
          : "Next: rapport append, rapport import, or rapport practice")
    }
    return .good
  }
}
