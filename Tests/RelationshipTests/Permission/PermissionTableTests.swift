// Every row of the table, asked as it is written.

import EventCatalog
import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct PermissionTableTests {
  /// Steps that only the door can take: an import, a request. The tests of the ledger take them (DoorTableTests).
  private static let ofTheDoor: Set = [
    "T14: GET the unsubscribe link of a message to a, d2",
    "T31: import d20 {value: a@example.test, status: subscribed}",
  ]

  static let rows = (try? PermissionTable.shipped.get().rows) ?? []  // the first test says why not

  private func ledger(_ row: TableRow) throws -> TableLedger {
    let table = try PermissionTable.shipped.get()
    let world = try #require(table.worlds[row.world], "no world \(row.world)")
    return TableLedger(world: world, history: row.steps)
  }

  @Test func theTableIsWhole() throws {
    let table = try PermissionTable.shipped.get()
    #expect(table.worlds.keys.sorted() == ["AB", "EU", "UK", "US"])
    let numbers = table.rows.map { Int($0.name.dropFirst().filter(\.isNumber)) ?? 0 }
    #expect(Set(numbers) == Set(1...49) && table.rows.count == 62)
  }

  @Test(arguments: rows) func everyRowIsAnsweredAsItSays(row: TableRow) throws {
    let ledger = try ledger(row)
    let events = try ledger.permissionEvents()
    let book = TableLedger.book(events)
    for (event, code) in ledger.refused {
      let event = try ledger.permissionEvent(event, at: UInt64(events.count))
      let facts = book.customers[event.subject ?? ""] ?? CustomerFacts(event.subject ?? "")
      #expect(AppendRule.refusal(of: event, in: facts)?.code == code)
    }
    if row.isSending {
      try expectToken(row, book)
      return
    }
    let at = row.question["at"]?.word.flatMap(NotationTime.read) ?? NotationTime.day(100)
    let answer = try book.answer(try question(row), at: at, zones: TableZones.all)
    let decision = answer.decision
    #expect(decision.verdict.rawValue == row.verdict)
    #expect(decision.rule.rawValue == row.rule)
    #expect(decision.decidingEvent.stamp.id == row.decidingEvent)
    switch row.until {
    case nil: #expect(decision.until == nil)
    case "open"?: #expect(decision.until == .open)
    case let time?:
      #expect(decision.until == NotationTime.read(time).map { .instant($0) })
    }
    if let expected = row.besides["insteadTry"] { #expect(answer.insteadTry == expected.words) }
    if let expected = row.besides["duties"] {
      #expect(answer.duties.map(\.rawValue) == expected.words)
    }
    if let expected = row.besides["carriedBy"] { #expect(decision.carriedBy?.id == expected.word) }
    try expectWhole(answer, in: events)
  }

  /// What holds for every answer, whatever the row says.
  private func expectWhole(_ answer: PermissionAnswer, in events: [PermissionEvent]) throws {
    let decision = answer.decision
    let ids = Set(events.map(\.stamp.id))
    #expect(ids.contains(decision.decidingEvent.stamp.id))
    #expect((decision.basis != nil) == (decision.verdict == .allow))
    #expect((decision.until != nil) == (decision.verdict == .defer))
    #expect(answer.policyVersion == "1" && answer.asOf.position == UInt64(events.count - 1))
    #expect(!answer.saidBy.isEmpty && answer.customerText?.isEmpty != true)
    #expect(answer.trace.allSatisfy { ids.contains($0.event.id) })
    #expect(decision.verdict == .deny || answer.insteadTry.isEmpty)
    let first = answer.trace.first { $0.result == .deny }
    switch decision.verdict {
    case .deny where decision.rule != .promotionInService:
      #expect(first?.event == decision.decidingEvent.stamp)
    case .deny: #expect(first != nil)
    case .defer:
      #expect(first == nil && answer.trace.contains { $0.result == .defer })
    case .allow: #expect(answer.trace.allSatisfy { [.pass, .skip].contains($0.result) })
    }
  }

  private func expectToken(_ row: TableRow, _ book: PermissionBook) throws {
    let id = try #require(row.question["token"]?.word)
    let at = try #require(row.question["at"]?.word.flatMap(NotationTime.read))
    let token = try #require(book.customers["C"]?.tokens.first { $0.stamp.id == id })
    let question = try DecisionToken.question(of: token, from: "C")
    let rules = try #require(book.rules(at: at))
    let customer = book.customer("C", at: at)
    let now = Permission(under: rules, zones: TableZones.all).decide(question, of: customer)
    let refusal = DecisionToken.refusal(
      of: token, answered: ("G6.consent", "e1"), at: at, of: customer, now: now,
      under: rules.policy)
    #expect(refusal?.verdict.rawValue == row.verdict)
    #expect(refusal?.rule.rawValue == row.rule)
    #expect(refusal?.decidingEvent.stamp.id == row.decidingEvent)
  }

  private func question(_ row: TableRow) throws -> PermissionQuestion {
    func word(_ name: String) -> String? { row.question[name]?.word }
    let purpose = word("purpose") ?? ""
    let isMarketing = ["marketing", "relationship", "sharing"].contains {
      purpose.split(separator: ".").first.map(String.init) == $0
    }
    return try PermissionQuestion(
      department: word("department") ?? (isMarketing ? "marketing" : "service"),
      customer: word("customer") ?? "C", purpose: purpose, topic: word("topic") ?? "",
      channel: word("channel") ?? "", contactPoint: word("contactPoint") ?? "",
      occasionEventId: word("occasionEventId"), campaignId: word("campaignId"),
      promotion: word("promotion") == "true")
  }

  /// Row T15 whole: what a program and a person get besides the verdict.
  @Test func anAnswerExplainsItself() throws {
    let row = try #require(Self.rows.first { $0.name == "T15" })
    let events = try ledger(row).permissionEvents()
    let answer = try TableLedger.book(events).answer(
      try question(row), at: NotationTime.day(100), zones: TableZones.all)
    #expect(answer.saidBy == "customer, /table, 5 March 2026 16:00 UTC")
    #expect(answer.customerText == "For products.savings you chose e-mail only.")
    #expect(answer.decision.messageClass == .marketing && answer.duties.isEmpty)
    #expect(answer.companyCap == CapUse(used: 0, left: 8) && answer.customerCap == nil)
    #expect(
      answer.trace.map { "\($0.gate) \($0.result.rawValue) \($0.event.id)" } == [
        "G0 pass D1", "G1 pass CP", "G2 pass P0", "G3 pass e2", "G4 skip P0", "G5 deny e3",
        "G6 pass e2", "G7 skip P0", "G9 pass P0", "G8 pass P0",
      ])
  }

  @Test func whatTheDoorTakesIsListed() throws {
    var found: Set<String> = []
    for row in Self.rows {
      for step in try ledger(row).ofTheDoor { found.insert("\(row.name): \(step)") }
    }
    #expect(found == Self.ofTheDoor)
  }

  /// The field names of the table are those of the schemas.
  @Test func everyEventOfTheTableFitsItsSchema() throws {
    let catalog = try Catalog.shipped()
    for row in Self.rows {
      for event in try ledger(row).permissionEvents() {
        let schema = try #require(catalog.type(named: event.type)?.newest.schema, "\(event.type)")
        let violation = schema.violation(in: event.data)
        #expect(
          violation == nil, "\(row.name) \(event.stamp.id) \(event.type): \(violation as Any)")
      }
    }
  }
}

extension TableRow: CustomTestStringConvertible {
  var testDescription: String { name }
}

@Suite struct PermissionPageTests {
  /// docs/permission.md shows the rows that are asked, no others, and every rule.
  @Test func thePageShowsTheRowsAndRulesThatThereAre() throws {
    let page = String(
      decoding: SharedData.bytes(ofFile: SharedData.repository + "/docs/permission.md"),
      as: UTF8.self)
    let lines = page.split(separator: "\n").map(String.init)
    let table = try PermissionTable.shipped.get()
    #expect(lines.filter { $0.hasPrefix("| T") } == table.lines.filter { $0.hasPrefix("| T") })
    for rule in RuleCode.allCases {
      #expect(page.contains("`\(rule.rawValue)`"), "the page does not tell \(rule.rawValue)")
    }
    for defect in PermitDefect.allCases {
      #expect(page.contains("`\(defect.rawValue)`"), "the page does not tell \(defect.rawValue)")
    }
  }
}
