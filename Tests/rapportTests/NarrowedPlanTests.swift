// A plan that takes something back: it is gone from the department's file and from what its subscribers get.

import Foundation
import Ledger
import RapportTesting
import Testing

@Suite(.serialized) struct NarrowedPlanTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private func publish(_ sees: String, more: String = "") throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/plan/departments", withIntermediateDirectories: true)
    try program.write(
      "department: service\nabout: Helps.\npurposes: [service]\n\(more)sees:\n  \(sees)\n",
      to: "plan/departments/service.yaml")
    let outcome = try program.run("plan", "publish", "plan")
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  private func promise(_ number: Int) throws {
    let line = """
      {"specversion":"1.0","id":"p\(number)","source":"/desk","type":"credit.granted","subject":"c1",\
      "time":"2026-03-01T09:00:00Z","dataschema":"credit.granted/1","authtype":"user","authid":"desk",\
      "data":{"promiseId":"p\(number)","amount":{"amount":"5","currency":"EUR"},"reason":"SECRETREASON",\
      "redeemWhere":"*"}}

      """
    let outcome = try program.run("append", "-", input: line)
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  /// Whether the file in force holds the words anywhere.
  private func holds(_ words: String) throws -> Bool {
    let file = URL(fileURLWithPath: "\(folder.path)/ledger/views/service.sqlite")
    return try Data(contentsOf: file.resolvingSymlinksInPath()).range(of: Data(words.utf8)) != nil
  }

  @Test func whatIsTakenBackIsInNoChangeAndNoRow() throws {
    _ = try program.run("init")
    try publish("credit.granted: {fields: all, personal: [reason]}")
    let view = ["subscribe", "f", "--to", "view:service", "--department", "service", "--once"]
    #expect(try program.run(view).status == 0)
    try promise(1)
    #expect(try holds("SECRETREASON"), "the department may see it so far")
    try publish("credit.redeemed: all")
    let outcome = try program.run(view)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(!outcome.output.contains("SECRETREASON"))
    #expect(
      outcome.output.contains("reset"), "who follows begins again with the rows as they stand")
    #expect(try !holds("SECRETREASON"))
    let rows = try program.run(
      "query", "service", "SELECT count(*) AS n FROM open_promise", "--json")
    #expect(rows.output == "[{\"n\":0}]\n")
  }

  @Test func whoSeesTotalsOnlyHasNoRowOfACustomer() throws {
    _ = try program.run("init")
    try promise(1)
    try publish("credit.granted: all", more: "aggregateOnly: yes\nk: 10\n")
    let rows = try program.run(
      "query", "service", "SELECT count(*) AS n FROM open_promise", "--json")
    #expect(rows.output == "[{\"n\":0}]\n", "\(rows.error)")
    #expect(try !holds("\"c1\""))
  }
}
