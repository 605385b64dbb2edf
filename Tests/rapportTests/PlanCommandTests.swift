// rapport plan, as an engineer, a compliance officer and an auditor use it.

import Foundation
import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct PlanCommandTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  /// A plan of one department in the folder `plan`.
  private func write(_ sees: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/plan/departments", withIntermediateDirectories: true)
    try program.write(
      "department: lab\nabout: Looks.\npurposes: [analysis]\nsees:\n  \(sees)\n",
      to: "plan/departments/lab.yaml")
  }

  @Test func initPublishesThePlanThatShipsAsTheFirstEvents() throws {
    let made = try program.run("init", "--json")
    let version = try #require(try made.json()["plan"]?.string)
    #expect(try made.json()["appended"]?.integer == 24)
    let plan = try program.run("plan", "--json").json()
    #expect(plan["version"]?["name"]?.string == version)
    #expect(plan["departments"]?.count == 7 && plan["purposes"]?.count == 14)
    #expect(plan["policy"]?["name"]?.string == "1")
    let again = try program.run("plan", "publish", "--json")
    #expect(again.status == 0)
    #expect(try again.json()["appended"]?.integer == 0)
    #expect(try program.run("plan", "--diff").output == "No department sees more or less.\n")
    #expect(try program.run("verify").status == 0)
  }

  @Test func theMatrixNamesDepartmentsTypesAndPurposes() throws {
    _ = try program.run("init")
    let page = try program.run("plan").output
    #expect(page.contains("service  for relationship, safety, service  since "))
    #expect(page.contains("sites  for analysis; totals only, of 10 customers or more"))
    #expect(
      page.split(separator: "\n").contains {
        $0.hasPrefix("complaint.opened ") && $0.contains("10/13*")
      })
    let fields = try program.run("plan", "--fields", "--department", "sites").output
    #expect(
      fields.contains("order.completed.storeId ") && !fields.contains("order.completed.total"))
    #expect(try program.run("plan", "--department", "nobody").status == 66)
  }

  @Test func withoutAPlanNobodySeesAnything() throws {
    _ = try Ledger.create("\(folder.path)/ledger")
    let page = try program.run("plan")
    #expect(page.status == 0 && page.output.contains("no department sees anything"))
    #expect(page.output.contains("rapport plan publish"))
    #expect(try program.run("plan", "--json").json()["departments"]?.count == 0)
  }

  @Test func aDryRunSaysWhatPublishingOpensAndCloses() throws {
    _ = try program.run("init")
    try write("item.reacted: [sku]")
    let trial = try program.run("plan", "publish", "plan", "--dry-run")
    #expect(trial.status == 0)
    #expect(trial.output.contains("lab\n  + purpose analysis\n"))
    #expect(trial.output.contains("  + item.reacted.sku\n"))
    #expect(trial.output.contains("  - complaint.opened.text\n"), "service is not in the folder")
    #expect(trial.output.hasSuffix("Nothing was appended.\n"))
    #expect(try program.run("plan", "--json").json()["departments"]?.count == 7)
    #expect(try program.run("plan", "publish", "plan", "--by", "staff-17").status == 0)
    let plan = try program.run("plan", "--json", "--department", "lab").json()
    #expect(plan["version"]?["publication"]?["authid"]?.string == "staff-17")
    #expect(plan["departments"]?.elements.map { $0["department"]?.string } == ["lab"])
  }

  @Test func aDifferenceIsTakenFromAMomentOrAFolder() throws {
    _ = try program.run("init")
    try write("item.reacted: [sku]")
    _ = try program.run("plan", "publish", "plan")
    try write("item.reacted: [sku, topic]")
    _ = try program.run("plan", "publish", "plan")
    let since = try program.run("plan", "--diff", "24", "--department", "lab", "--json").json()
    let change = try #require(since["changes"]?.elements.first { _ in true })
    #expect(change["fieldsOpened"]?.elements.contains { $0.equals("item.reacted.topic") } == true)
    try write("item.reacted: all")
    #expect(
      try program.run("plan", "--diff", "plan").output == "lab\n  - item.reacted.reaction\n")
    #expect(
      try program.run("plan", "--diff", "--department", "service").output
        .contains("  + complaint.opened.text\n"), "what publishing the plan that ships would open")
    #expect(try program.run("plan", "--at", "0").output.contains("was in force then"))
    #expect(try program.run("plan", "--at", "yesterday").status == 64)
    #expect(try program.run("plan", "--at", "999999").status == 64)
    #expect(try program.run("plan", "2026-01-01").status == 64)
  }

  @Test func aFileThatDoesNotFitIsRefusedWithItsPlaceAndPublishesNothing() throws {
    _ = try program.run("init")
    try write("item.reacted: [sku, colour]")
    let refused = try program.run("plan", "publish", "plan")
    #expect(refused.status == 65)
    #expect(
      refused.error.contains("plan/departments/lab.yaml:5: `item.reacted` has no field `colour`"))
    #expect(refused.error.contains("[plan.field]"))
    let missing = try program.run("plan", "publish", "nowhere")
    #expect(missing.status == 66 && missing.error.contains("[plan.missing]"))
    #expect(try program.run("plan", "publish", "--by", "a@example.com").status == 64)
    #expect(try program.run("replay", "--json").lines.count == 24)
  }

  @Test func practiceHasThePlanAndAddsItOnce() throws {
    let first = try program.run("practice", "--customers", "10", "--events", "200", "--json")
    #expect(try first.json()["plan"]?.integer == 9)
    let second = try program.run("practice", "--customers", "10", "--events", "200", "--json")
    #expect(try second.json()["plan"]?.integer == 0)
    // Practice lives under a policy of its own, until the one that ships is published.
    let published = try program.run("plan", "publish", "--json").json()
    #expect(published["appended"]?.integer == 1 && published["policy"]?.string == "1")
    #expect(try program.run("plan", "publish", "--json").json()["appended"]?.integer == 0)
  }
}
