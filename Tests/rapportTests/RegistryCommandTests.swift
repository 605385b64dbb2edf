// rapport registry load, as whoever is in charge of the lists uses it.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct RegistryCommandTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private func ledger() throws {
    _ = try program.run("init")
    let events = ["+12025550101", "+12025550102"].enumerated().map { index, number in
      """
      {"specversion":"1.0","id":"p\(index)","source":"/t","type":"contactpoint.added","subject":"c\(index)",\
      "time":"2026-01-01T09:00:00Z","dataschema":"contactpoint.added/1","authtype":"app_user","authid":"c\(index)",\
      "data":{"contactPointId":"p\(index)","kind":"phone","channels":["voice"],"value":"\(number)","ownership":"sole",\
      "addedBy":"customer"}}

      """
    }
    try program.write(events.joined(), to: "events.ndjson")
    #expect(try program.run("append", "events.ndjson").status == 0)
  }

  @Test func aListIsLoadedOnceAndTellsWhatItDid() throws {
    try ledger()
    try program.write("phone\n202-555-0101\nx\n2025550177\n", to: "list.csv")
    let first = try program.run("registry", "load", "us-dnc", "list.csv", "--as-of", "2026-03-01")
    #expect(first.status == 0)
    #expect(
      first.output == """
        us-dnc as of 2026-03-01T00:00:00.000000Z: read 3 numbers; 1 customer's number came on to the list, 0 left it.
        Appended 2 events.

        """)
    #expect(first.error.contains("1 line holds no number that can be read: 3"))
    #expect(!(first.output + first.error).contains("555"))
    let again = try program.run(
      "registry", "load", "us-dnc", "list.csv", "--as-of", "2026-03-01", "--json")
    #expect(
      again.output == #"""
        {"list":"us-dnc","asOf":"2026-03-01T00:00:00.000000Z","rows":3,"unreadable":1,"unreadableLines":[3],"matched":0,"cleared":0,"held":0,"appended":0}

        """#)
    // Without a date the file's own counts: the same file is the same state.
    try program.write("2025550102\n", to: "later.txt")
    let later = try program.run("registry", "load", "us-dnc", "later.txt", "--json")
    #expect(try later.json()["matched"]?.integer == 1 && later.json()["cleared"]?.integer == 1)
    let repeated = try program.run("registry", "load", "us-dnc", "later.txt", "--json")
    #expect(try repeated.json()["appended"]?.integer == 0)
    #expect(try program.run("verify").status == 0)
  }

  @Test(arguments: [
    (["no-such-list", "list.csv"], 65, "[registry.unknown]"),
    (["us-dnc", "nowhere.csv"], 66, "[input.missing]"),
    (["us-dnc", "list.csv", "--as-of", "soon"], 64, "[usage.time]"),
    (["us-dnc", "empty.csv"], 65, "[registry.empty]"),
    (["us-dnc", "list.csv", "--country", "QQ"], 65, "[registry.country]"),
  ]) func whatIsWrongIsTold(arguments: [String], status: Int32, code: String) throws {
    try ledger()
    try program.write("2025550101\n", to: "list.csv")
    try program.write("", to: "empty.csv")
    let outcome = try program.run(["registry", "load"] + arguments)
    #expect(outcome.status == status)
    #expect(outcome.error.contains(code), "\(outcome.error)")
  }
}
