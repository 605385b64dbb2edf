// Help texts, kept as files: a change of the command line shows in their diff.

import RapportTesting
import Testing

@Suite struct HelpTests {
  private static let commands = [
    "", "init", "append", "import", "customer", "timeline", "replay", "views", "rebuild", "repair",
    "query", "subscribe", "subscriptions", "subscriptions list", "subscriptions remove", "verify",
    "seal", "backup", "restore", "salvage", "practice", "doctor", "view", "view add", "view test",
    "view remove", "view list", "plan", "plan show", "plan publish", "schema", "schema list",
    "schema diff", "schema check",
    "schema add", "registry", "registry load",
    "may-contact", "audience", "why", "lookup", "receipt", "offer-check",
  ]

  @Test(arguments: commands) func helpIsAsKept(command: String) throws {
    let folder = TemporaryFolder()
    var program = Program(directory: folder.path)
    program.environment = ["COLUMNS": "80"]
    let outcome = try program.run(command.split(separator: " ").map(String.init) + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("rapport \(command)"))
    #expect(outcome.output.contains("Example") || command.isEmpty)
    try expectSnapshot(
      outcome.output,
      named: command.isEmpty ? "help" : "help-\(command.replacing(" ", with: "-"))",
      file: #filePath)
  }
}
