// rapport view as a user runs it, and the example of docs/sql-views.md.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct ViewFileTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private static let page: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    let path = parts.dropLast(3).joined(separator: "/") + "/docs/sql-views.md"
    return String(decoding: SharedData.bytes(ofFile: path), as: UTF8.self)
  }()

  /// The first block of a language in the page.
  private func block(_ language: String) throws -> String {
    let start = try #require(Self.page.firstRange(of: "```\(language)\n"))
    let rest = Self.page[start.upperBound...]
    return String(rest[..<(try #require(rest.firstRange(of: "```")).lowerBound)])
  }

  private func makeLedger() throws {
    #expect(try program.run("init").status == 0)
    #expect(try program.run("append", input: try block("ndjson")).status == 0)
    try program.write(try block("sql"), to: "weekdays.sql")
  }

  @Test func theExampleGivesWhatItSays() throws {
    try makeLedger()
    let tried = try program.run("view", "test", "weekdays.sql")
    #expect(tried.status == 0, "\(tried.error)")
    #expect(tried.output.contains("The same 2 rows each time."))
    let added = try program.run("view", "add", "weekdays.sql")
    #expect(added.status == 0, "\(added.error)")
    let asked = try program.run(
      "query", "weekdays", "--json", "SELECT * FROM orders_by_day ORDER BY day")
    #expect(asked.output.split(separator: "\n") == (try block("json")).split(separator: "\n"))
    let listed = try program.run("view", "list", "--json").json()
    #expect(listed.elements.map { $0["view"]?.string } == ["weekdays"])
    #expect(try program.run("views").output.contains("weekdays"))
    #expect(try program.run("rebuild", "weekdays", "--dry-run", "--expect-unchanged").status == 0)
    #expect(try program.run("verify", "--deep").status == 0)
    let removed = try program.run("view", "remove", "weekdays")
    #expect(removed.status == 0 && removed.output == "Removed the view weekdays.\n")
    let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/ledger/views")
    #expect(!left.contains { $0.hasPrefix("weekdays") && $0.contains(".sqlite") })
    #expect(try program.run("query", "weekdays", "SELECT 1").status == 66)
  }

  @Test func aNextVersionShowsWhatItChangesAndGoesBack() throws {
    try makeLedger()
    #expect(try program.run("view", "add", "weekdays.sql").status == 0)
    let next = try block("sql").replacing("version: 1", with: "version: 2")
      .replacing(
        "millionths of the currency\n",
        with: "millionths of the currency\n  last INTEGER NOT NULL, -- position of the last\n"
      )
      .replacing("* 1000000) AS INTEGER))\n", with: "* 1000000) AS INTEGER)), max(position)\n")
      .replacing("excluded.revenue_micros;", with: "excluded.revenue_micros, last = excluded.last;")
    try program.write(next, to: "weekdays.2.sql")
    let added = try program.run("view", "add", "weekdays.2.sql", "--diff")
    #expect(added.status == 0, "\(added.error)")
    #expect(added.output.contains("table orders_by_day: new: last\n"), "\(added.output)")
    #expect(added.output.contains("~ \"2026-03-02\" · \"EUR\"\n        last: nothing -> 25\n"))
    // A rebuild that came into force is an event.
    #expect(try program.run("replay", "--type", "projection.rebuilt").lines.count == 1)
    let same = try program.run("view", "add", "weekdays.2.sql", "--diff", "--json").json()
    #expect(same["version"]?.integer == 2 && same["rebuild"]?["unchanged"]?.bool == true)
    #expect(
      try program.run("rebuild", "weekdays", "--rollback").output.contains("definition") == false)
    let back = try program.run("rebuild", "weekdays", "--rollback")
    #expect(back.status == 66 && back.error.contains("[view.noPrevious]"))
    try program.write(
      next.replacing("version: 2", with: "version: 3"), to: "weekdays.3.sql")
    #expect(try program.run("view", "add", "weekdays.3.sql").status == 0)
    let again = try program.run("rebuild", "weekdays", "--rollback", "--json").json()
    #expect(again.elements.map { $0["definition"]?.integer } == [2])
    #expect(try program.run("view", "list").output.hasPrefix("weekdays  version 2, for sales\n"))
    #expect(
      try program.run("query", "weekdays", "SELECT max(last) FROM orders_by_day").error == "")
    #expect(try program.run("verify").status == 0)
  }

  @Test func wrongViewsEndWithASentenceAndAStatus() throws {
    try makeLedger()
    let text = try block("sql")
    func run(_ verb: String, _ text: String) throws -> Program.Outcome {
      try program.write(text, to: "other.sql")
      return try program.run("view", verb, "other.sql")
    }
    let replaced = text.replacing("orders + excluded.orders", with: "excluded.orders")
    for verb in ["test", "add"] {
      let batched = try run(verb, replaced)
      #expect(batched.status == 65)
      #expect((batched.output + batched.error).contains("view.batchDependent"))
      #expect((batched.output + batched.error).contains("orders_by_day"))
    }
    let shown = try run("test", replaced).output
    #expect(shown.contains("day='2026-03-02'"))
    #expect(try run("add", replaced).error.contains("2026") == false, "no value in an error")

    let spying = try run(
      "add",
      text.replacing("FROM batch WHERE", with: "FROM batch, _rapport WHERE tree_root <> '' AND"))
    #expect(spying.status == 65 && spying.error.contains("other.sql:15: "))
    #expect(spying.error.contains("view.forbidden"))
    #expect(try run("add", text.replacing("sales", with: "pricing")).error.contains("totals only"))
    #expect(try program.run("view", "add", "nowhere.sql").status == 66)
    #expect(try program.run("view", "remove", "nowhere").status == 66)
    #expect(try program.run("view", "remove", "customer").status == 65)
    #expect(try program.run("view", "list").output == "This ledger keeps no views in SQL.\n")
  }
}
