// rapport audience: the counts are the sum of single answers.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct AudienceCommandTests {
  private static let moment = "2026-06-10T10:00:00Z"

  @Test func theCountsAreTheSumOfSingleAnswers() throws {
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    #expect(
      try program.run("practice", "--customers", "60", "--events", "3000", "--seed", "7").status
        == 0)
    let question = ["--department", "marketing", "--purpose", "marketing", "--channel", "email"]
    let audience = try program.run(
      ["audience", "--topic", "general", "--at", Self.moment, "--json"] + question
    ).value()
    let customers = try program.run(
      "query", "customer", "SELECT customer_id FROM customer", "--json"
    ).value().elements.compactMap { $0["customer_id"]?.string }
    var verdicts: [Int32: Int64] = [:]
    var rules: [String: Int64] = [:]
    for customer in customers {
      let asked = try program.run(
        ["may-contact", "--customer", customer, "--at", Self.moment, "--json"] + question)
      verdicts[asked.status, default: 0] += 1
      let answer = try asked.value()
      rules["\(answer["verdict"]?.string ?? "") \(answer["rule"]?.string ?? "")", default: 0] += 1
    }
    #expect(audience["customers"]?.integer == Int64(customers.count))
    #expect(audience["now"]?.integer == verdicts[0, default: 0])
    #expect(audience["no"]?.integer == verdicts[1, default: 0])
    #expect(audience["later"]?.integer == verdicts[2, default: 0])
    let reasons = (audience["reasons"]?.elements ?? []).reduce(into: [String: Int64]()) {
      $0["\($1["verdict"]?.string ?? "") \($1["rule"]?.string ?? "")"] = $1["customers"]?.integer
    }
    #expect(reasons == rules)
    let page = try program.run(
      ["audience", "--topic", "general", "--at", Self.moment] + question)
    #expect(page.status == 0)
    #expect(page.output.contains("No, because") && page.output.contains("###"))
    let all = page.lines.first { $0.contains("  All ") }
    #expect(all?.hasSuffix(" \(customers.count)") == true)
  }

  @Test func samplesAreNamedAndNoMoreThanAsked() throws {
    let ledger = try AnswerLedger()
    let asked = ["audience", "--topic", "general", "--purpose", "marketing", "--department"]
    let one = try ledger.program.run(asked + ["marketing", "--json"]).value()
    #expect(one["no"]?.integer == 1)
    #expect(one["reasons"]?.elements.first?["sample"] == ["ann"])
    let none = try ledger.program.run(asked + ["marketing", "--samples", "0", "--json"]).value()
    #expect(none["reasons"]?.elements.first?["sample"] == [])
    let stranger = try ledger.program.run(asked + ["sites", "--json"]).value()
    #expect(stranger["reasons"]?.elements.first?["rule"]?.string?.hasPrefix("G0.") == true)
    #expect(try ledger.program.run(asked + ["marketing", "--samples", "-1"]).status == 64)
  }

  @Test func whoAskedForATopicIsReachedByHerYesAlone() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.event("hobby", "interest.stated", ["topic": "products.tents"])
    ])
    let rows = try ledger.program.run(
      "query", "marketing", "SELECT topic, customer_id FROM asked_for", "--json"
    ).value()
    #expect(rows.elements.first?["topic"] == "products.tents")
    func now() throws -> Int64? {
      try ledger.program.run(
        "audience", "--topic", "products.tents", "--purpose", "marketing", "--department",
        "marketing", "--channel", "email", "--json"
      ).value()["now"]?.integer
    }
    #expect(try now() == 0, "an interest is no consent")
    try ledger.append([AnswerLedger.consent()])
    #expect(try now() == 1)
  }
}
