// Short ways to ask: a world of the table, a history in its notation, a question in its notation.

import JSONBytes
import Relationship

/// A world of the permission table with a history of its own.
struct Asking {
  var world = "EU"
  var history: [String]
  /// Members of the policy that are others than in the table; published as P1 on the second day.
  var policy: [JSONMember] = []

  init(_ world: String = "EU", _ history: String...) {
    self.world = world
    self.history = history
  }

  func ledger() throws -> TableLedger {
    let table = try PermissionTable.shipped.get()
    return TableLedger(
      world: table.worlds[world] ?? [],
      history: try history.map { line in
        line.hasPrefix("drop ")
          ? .drop(String(line.dropFirst("drop ".count))) : .event(try WrittenEvent(line))
      })
  }

  func book() throws -> PermissionBook {
    var book = TableLedger.book(try ledger().permissionEvents())
    guard !policy.isEmpty, case .object(let members) = TableDefaults.policy,
      let day = NotationTime.read("2024-01-02")
    else { return book }
    let rest = members.filter { member in !policy.contains { $0.name == member.name } }
    var text: [UInt8] = []
    let data: JSONValue = [
      "policyVersion": "2", "part": "permission", "policy": .object(rest + policy),
    ]
    data.write(to: &text)
    book.take(
      PermissionEvent(
        EventStamp("P1", source: "/table", place: 0, time: day, recorded: day, author: .staff),
        type: "policy.published", subject: nil, data: try JSONDocument(scanning: text).root))
    return book
  }

  /// The whole answer; `known`: what it may know.
  func answer(_ question: String, knownAt known: KnownAt = .end) throws -> PermissionAnswer {
    let written = try NotationReader.value("{\(question)}")
    func word(_ name: String) -> String? { written[name]?.word }
    let purpose = word("purpose") ?? "marketing"
    let root = purpose.prefix { $0 != "." }
    let channel = word("channel") ?? "email"
    let point =
      ["email": "a", "voice": "p", "sms": "p"][String(channel.prefix { $0 != "." })] ?? "none"
    let asked = try PermissionQuestion(
      department: word("department")
        ?? (["marketing", "relationship", "sharing"].contains(root) ? "marketing" : "service"),
      customer: word("customer") ?? (world == "AB" ? "A" : "C"), purpose: purpose,
      topic: word("topic") ?? "general", channel: channel,
      contactPoint: word("contactPoint") ?? point, occasionEventId: word("occasionEventId"),
      campaignId: word("campaignId"), promotion: word("promotion") == "true")
    let at = word("at").flatMap(NotationTime.read) ?? NotationTime.day(100)
    return try book().answer(asked, at: at, knownAt: known, zones: TableZones.all)
  }

  /// Rule and deciding event: `G6.consent e1`; of a deferral also its end.
  func ask(_ question: String, knownAt known: KnownAt = .end) throws -> String {
    let decision = try answer(question, knownAt: known).decision
    let end =
      switch decision.until {
      case nil: ""
      case .open?: " open"
      case .instant(let instant)?: " " + instant.text.prefix(16) + "Z"
      }
    return "\(decision.rule.rawValue) \(decision.decidingEvent.stamp.id)\(end)"
  }

  /// Why the last event of the history must not be appended behind the others; nil if it may.
  func refusal(minorAge: Int? = 16) throws -> String? {
    let ledger = try ledger()
    guard let last = history.last, let label = last.split(separator: " ").first,
      let event = ledger.events.first(where: { $0.label == label })
    else { return nil }
    let events = try ledger.permissionEvents().filter { $0.stamp.id != event.label }
    let own = try ledger.permissionEvent(event, at: UInt64(events.count))
    let facts = TableLedger.book(events).customers[own.subject ?? ""]
    return AppendRule.refusal(
      of: own, in: facts ?? CustomerFacts(own.subject ?? ""), minorAge: minorAge)?.code
  }
}
