// The rows of the table, asked of a real ledger: from its log and from its model.

import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Relationship
import Synchronization
import Testing

@testable import Ledger

/// A ledger on disk that holds the events of a written one, each recorded when it says.
struct RecordedLedger {
  let ledger: Ledger
  private let folder = TemporaryFolder()

  init(_ written: TableLedger) async throws {
    let now = Mutex(Timestamp(microseconds: 0))
    let directory = "\(folder.path)/ledger"
    _ = try Ledger.create(directory)
    ledger = try Ledger.open(directory, for: .writing, clock: { now.withLock { $0 } })
    let gate = try ledger.addressGate()
    for event in try written.permissionEvents() {
      // No ledger takes an event that lies more than five minutes ahead of its clock.
      let earliest = Timestamp(microseconds: event.stamp.time.microseconds - 300_000_000)
      now.withLock { $0 = max(event.stamp.recorded, earliest) }
      // Past the door: the table holds what it would refuse.
      _ = try await ledger.log.append([
        try ledger.intake.event(JSONDocument(scanning: Self.line(event, written, gate)).root)
      ])
    }
  }

  private static func line(
    _ event: PermissionEvent, _ written: TableLedger, _ gate: AddressGate
  ) -> [UInt8] {
    let members: KeyValuePairs<String, JSONValue?> = [
      "specversion": "1.0", "id": .string(event.stamp.id), "source": .string(event.stamp.source),
      "type": .string(event.type), "subject": event.subject.map { .string($0) },
      "time": .string(event.stamp.time.text), "dataschema": .string("\(event.type)/1"),
      "authtype": .string(event.stamp.author.rawValue),
      "authid": .string(event.stamp.isImport ? "import:b1" : "x"),
      "data": hashed(event, written, gate),
    ]
    var bytes: [UInt8] = []
    JSONValue.object(members).write(to: &bytes)
    return bytes
  }

  /// The hashes that an erasure keeps, under the ledger's own secret.
  private static func hashed(
    _ event: PermissionEvent, _ written: TableLedger, _ gate: AddressGate
  ) -> JSONValue {
    guard event.type == "data.erased", case .object(let members) = event.data.value else {
      return event.data.value
    }
    var own: [String: String] = [:]
    for point in written.events where point.type == "contactpoint.added" {
      guard let value = point.fields["value"]?.word else { continue }
      let kind = TableDefaults.kind(of: point.fields["channels"]?.words ?? [])
      own[TableLedger.hash(value)] = gate.text(of: value, kind: kind)
    }
    return .object(
      members.map { member in
        guard member.name == "suppressed" else { return member }
        return JSONMember(
          member.name,
          .array(member.value.elements.map { .string(own[$0.string ?? ""] ?? $0.string ?? "") }))
      })
  }
}

@Suite struct PermissionLedgerTests {
  @Test(arguments: PermissionTableTests.rows.filter { !$0.isSending })
  func everyRowIsAnsweredByALedger(row: TableRow) async throws {
    let table = try PermissionTable.shipped.get()
    let world = try #require(table.worlds[row.world])
    let recorded = try await RecordedLedger(TableLedger(world: world, history: row.steps))
    let ledger = recorded.ledger
    func word(_ name: String) -> String? { row.question[name]?.word }
    let purpose = word("purpose") ?? ""
    let isMarketing = ["marketing", "relationship", "sharing"].contains {
      purpose.split(separator: ".").first.map(String.init) == $0
    }
    let point = word("contactPoint") ?? "none"
    let question = ContactQuestion(
      customer: word("customer") ?? "C",
      department: word("department") ?? (isMarketing ? "marketing" : "service"),
      purpose: purpose, topic: word("topic") ?? "", channel: word("channel") ?? "",
      address: point == "none" ? nil : point, occasionEventId: word("occasionEventId"),
      campaignId: word("campaignId"), promotion: word("promotion") == "true",
      at: word("at").flatMap(NotationTime.read) ?? NotationTime.day(100))
    let answer = try ledger.mayContact(question)
    let decision = answer.answer.decision
    #expect(decision.verdict.rawValue == row.verdict)
    #expect(decision.rule.rawValue == row.rule)
    #expect(decision.decidingEvent.stamp.id == row.decidingEvent)
    #expect(answer.question.contactPoint == point)
    switch row.until {
    case nil: #expect(decision.until == nil)
    case "open"?: #expect(decision.until == .open)
    case let text?: #expect(decision.until == NotationTime.read(text).map { .instant($0) })
    }
    if let expected = row.besides["insteadTry"] {
      #expect(answer.answer.insteadTry == expected.words)
    }
    if let expected = row.besides["carriedBy"] { #expect(decision.carriedBy?.id == expected.word) }
    #expect(answer.unread == 0)
    let fromModel = try ledger.decideFromModel(question)
    #expect(fromModel.json == answer.json)
    try await ledger.close()
  }

  /// P3 over whole ledgers: what is appended, followed, merged and asked by the facade's own ways.
  @Test(arguments: 0..<24 as Range<UInt64>)
  func logAndModelAnswerAlike(seed: UInt64) async throws {
    var history = GeneratedHistory(seed: 7_000 + seed, count: 30)
    let written = TableLedger(
      world: try PermissionTable.shipped.get().worlds["AB"] ?? [],
      history: try history.lines.map { .event(try WrittenEvent($0)) })
    let recorded = try await RecordedLedger(written)
    let ledger = recorded.ledger
    for number in 0..<12 {
      let (asked, at) = try PropertyRun.question(history.question())
      var question = ContactQuestion(
        customer: asked.customer, department: asked.department, purpose: asked.purpose,
        topic: asked.topic, channel: asked.channel,
        address: number % 3 == 0 ? nil : asked.contactPoint == "none" ? nil : asked.contactPoint,
        occasionEventId: asked.occasionEventId, campaignId: asked.campaignId,
        promotion: asked.promotion, at: at)
      if number % 4 == 3 { question.known = .position(ledger.log.end.value / 2) }
      let answer = try ledger.mayContact(question)
      #expect(try ledger.decideFromModel(question).json == answer.json, "seed \(seed)")
    }
    try await ledger.close()
  }
}
