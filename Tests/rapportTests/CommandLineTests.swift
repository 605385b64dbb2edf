// What the commands promise: outcomes, exit statuses, one JSON document on standard output.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct CommandLineTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  @Test func initMakesALedgerOnceAndSaysWhatComesNext() throws {
    let made = try program.run("init", "--name", "example.com")
    #expect(made.status == 0)
    #expect(made.output.contains("Origin: example.com/rapport/"))
    #expect(made.output.contains("Next: rapport append"))
    let again = try program.run("init")
    #expect(again.status == 64)
    #expect(again.error.contains("[ledger.exists]"))
  }

  @Test func theLedgerIsNamedByFlagThenByEnvironmentThenByTheFolder() throws {
    var named = program
    named.environment = ["RAPPORT_LEDGER": "from-environment"]
    #expect(try named.run("init").status == 0)
    #expect(try named.run("init", "--ledger", "from-flag").status == 0)
    #expect(try program.run("init").status == 0)
    for name in ["from-environment", "from-flag", "ledger"] {
      #expect(FileManager.default.fileExists(atPath: "\(folder.path)/\(name)/ledger.json"))
    }
  }

  @Test func goodLinesGoInAndBadOnesAreRejectedOneByOne() throws {
    try program.makeLedger()
    let outcome = try program.run(
      "append", "--json", input: Lines.order("a") + "{\"no\":1}\n" + Lines.order("b"))
    #expect(outcome.status == 65)
    let counts = try outcome.json()
    #expect(counts["appended"]?.integer == 2)
    #expect(counts["duplicates"]?.integer == 0)
    #expect(counts["rejected"]?.integer == 1)
    #expect(counts["first"]?.integer == 0)
    #expect(counts["last"]?.integer == 1)
    #expect(outcome.error.contains("line 2:"))
  }

  @Test func appendingTwiceAddsNothing() throws {
    _ = try program.run("init")
    let lines = (0..<20).map { Lines.order("e\($0)") }.joined()
    #expect(try program.run("append", "--json", input: lines).json()["appended"]?.integer == 20)
    let again = try program.run("append", "--json", input: lines)
    #expect(again.status == 0)
    #expect(try again.json()["appended"]?.integer == 0)
    #expect(try again.json()["duplicates"]?.integer == 20)
  }

  @Test func anIdWithOtherContentIsRejectedAndTheRestGoesIn() throws {
    _ = try program.run("init")
    _ = try program.run("append", input: Lines.order("a"))
    let outcome = try program.run(
      "append", "--json", input: Lines.order("a", amount: "99.00") + Lines.order("b"))
    #expect(outcome.status == 65)
    #expect(try outcome.json()["appended"]?.integer == 1)
    #expect(outcome.error.contains("[append.id-reused]"))
    #expect(!outcome.error.contains("99.00"))
  }

  @Test func expectationsAppendAllOrNothing() throws {
    _ = try program.run("init")
    let two = Lines.order("a") + Lines.order("b")
    let refused = try program.run("append", "--expect", "c1=exists", input: two)
    #expect(refused.status == 65)
    #expect(refused.error.contains("[append.revision-conflict]"))
    #expect(try program.run("append", "--expect", "c1=none", input: two).status == 0)
    #expect(
      try program.run("append", "--expect", "c1=2", "--expect", "c2=none", input: Lines.order("c"))
        .status == 0)
    let late = try program.run("append", "--expect", "c1=2", input: Lines.order("d"))
    #expect(late.status == 65)
    #expect(late.error.contains("is at revision 3, not 2"))
    let retried = try program.run("append", "--json", "--expect", "c1=2", input: Lines.order("c"))
    #expect(
      retried.status == 0, "a retry of what succeeded succeeds although the revision moved on")
    #expect(try retried.json()["duplicates"]?.integer == 1)
    let bad = try program.run(
      "append", "--json", "--expect", "c1=any", input: Lines.order("e") + "x\n")
    #expect(bad.status == 65)
    #expect(try bad.json()["appended"]?.integer == 0)
    #expect(try program.run("append", "--expect", "c1", input: "").status == 64)
  }

  @Test func replayWithJSONGivesTheExactBytesOfEachEntry() throws {
    try program.makeLedger()
    _ = try program.run("append", input: Lines.order("a") + Lines.order("b", customer: "c2"))
    let outcome = try program.run("replay", "--json")
    #expect(outcome.lines.count == 2)
    for line in outcome.lines {
      let document = try JSONDocument(scanning: Array(line.utf8))
      var canonical: [UInt8] = []
      try CanonicalWriter.write(document.root, numbers: .exact, to: &canonical)
      #expect(String(decoding: canonical, as: UTF8.self) == line)
    }
    #expect(try program.run("replay", "--json", "--customer", "c2").lines.count == 1)
    #expect(try program.run("replay", "--json", "--from", "1").lines == [outcome.lines[1]])
    #expect(try program.run("replay", "--json", "--to", "1").lines == [outcome.lines[0]])
    #expect(try program.run("replay", "--json", "--last", "1").lines == [outcome.lines[1]])
    #expect(try program.run("replay", "--json", "--last", "9").lines == outcome.lines)
    #expect(
      try program.run("replay", "--json", "--last", "1", "--to", "1").lines == [outcome.lines[0]])
    #expect(
      try program.run("replay", "--json", "--last", "2", "--customer", "c1").lines
        == [outcome.lines[0]])
    #expect(try program.run("replay", "--last", "0").status == 64)
    #expect(try program.run("replay", "--json", "--type", "complaint.opened").output.isEmpty)
    #expect(try program.run("replay", "--type", "no.such").status == 64)
    #expect(try program.run("timeline", "c1").output.contains("order.completed"))
    #expect(try program.run("timeline", "nobody").status == 66)
  }

  @Test func verifyTellsTheRootAndThatViewsEqualTheEvents() throws {
    try program.makeLedger()
    _ = try program.run("append", input: Lines.order("a"))
    let outcome = try program.run("verify", "--json")
    #expect(outcome.status == 0)
    let report = try outcome.json()
    #expect(report["verified"]?.bool == true)
    #expect(report["events"]?.integer == 1)
    #expect(report["root"]?.string?.utf8.count == 64)
    #expect(report["views"]?.elements.contains { $0["equal"]?.bool == true } == true)
  }

  @Test func queriesOnlyRead() throws {
    _ = try program.run("init")
    _ = try program.run("append", input: Lines.order("a"))
    let rows = try program.run(
      "query", "customer", "SELECT customer_id, orders, spend_micros FROM customer", "--json")
    #expect(rows.output == "[{\"customer_id\":\"c1\",\"orders\":1,\"spend_micros\":12500000}]\n")
    for sql in ["DELETE FROM customer", "SELECT 1; SELECT 2", "ATTACH 'x' AS y", ""] {
      #expect(try program.run("query", "customer", sql).status == 65, "\(sql)")
    }
    #expect(try program.run("query", "nothing", "SELECT 1").status == 66)
  }

  @Test func asOfGoesByTheTimeThingsHappened() throws {
    _ = try program.run("init")
    _ = try program.run(
      "append",
      input: Lines.order("late", time: "2026-02-01T09:00:00Z")
        + Lines.order("early", time: "2026-01-15T23:59:59.999999Z"))
    func orders(_ instant: String) throws -> Int64? {
      try program.run("customer", "c1", "--as-of", instant, "--json").json()["who"]?["orders"]?
        .integer
    }
    #expect(try orders("2026-01-15") == 1)
    #expect(try orders("2026-02-01") == 2)
    #expect(try orders("2026-02-01T08:59:59Z") == 1)
    #expect(try program.run("customer", "c1", "--as-of", "2026-01-14").status == 66)
    #expect(try program.run("customer", "c1", "--as-of", "yesterday").status == 64)
  }

  @Test func practiceWithTheSameSeedAddsNothingTheSecondTime() throws {
    let first = try program.run("practice", "--customers", "30", "--events", "400", "--json")
    #expect(first.status == 0)
    #expect(try first.json()["made"]?.bool == true)
    let second = try program.run("practice", "--customers", "30", "--events", "400", "--json")
    #expect(try second.json()["appended"]?.integer == 0)
    #expect(try program.run("verify").status == 0)
  }

  @Test func eventTypesOfALedgersOwnAreKeptWithItAndShippedNamesAreRefused() throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/own", withIntermediateDirectories: true)
    try program.write(
      """
      {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"visit.ended/1",\
      "title":"Visit ended","description":"A visit to the house ended.","x-subject":"customer",\
      "x-dataclassification":"internal","x-datacategory":"standard","type":"object",\
      "properties":{"minutes":{"type":"integer","minimum":0,"description":"Minutes."}},\
      "required":["minutes"],"additionalProperties":false}
      """, to: "own/visit.ended.v1.json")
    #expect(try program.run("init", "--schemas", "own").status == 0)
    try FileManager.default.removeItem(atPath: "\(folder.path)/own/visit.ended.v1.json")
    let visit = """
      {"specversion":"1.0","id":"v1","source":"/house","type":"visit.ended","subject":"c1",\
      "time":"2026-03-01T09:00:00Z","dataschema":"visit.ended/1","data":{"minutes":12}}

      """
    #expect(try program.run("append", input: visit).status == 0)
    #expect(
      try program.run(
        "append", input: visit.replacing("12", with: "-1").replacing("v1\"", with: "v2\"")
      )
      .status == 65)
    let shipped = SharedData.bytes(
      ofFile: "\(SharedData.repository)/schemas/events/order.completed.v1.json")
    try program.write(
      String(decoding: shipped, as: UTF8.self), to: "own/order.completed.v1.json")
    let refused = try program.run("init", "--ledger", "second", "--schemas", "own")
    #expect(refused.status == 65)
    #expect(refused.error.contains("ships with the program"))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/second/ledger.json"))
  }

  @Test func doctorWarnsThatPersonalFieldsAreInClear() throws {
    _ = try program.run("init")
    let outcome = try program.run("doctor")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("personal-fields"))
    #expect(try program.run("doctor", "--ledger", "nowhere").status == 65)
  }

  @Test func colourOnlyWhereATerminalIs() throws {
    _ = try program.run("init")
    _ = try program.run("append", input: Lines.order("a"))
    let outcome = try program.run("customer", "c1")
    #expect(!outcome.output.contains("\u{1B}"))
  }

  @Test func completionsAreGeneratedForEachShell() throws {
    for shell in ["bash", "zsh", "fish"] {
      let outcome = try program.run("--generate-completion-script", shell)
      #expect(outcome.status == 0)
      #expect(outcome.output.contains("practice"))
    }
  }
}
