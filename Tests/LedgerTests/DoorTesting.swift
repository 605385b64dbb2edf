// Events in one line for tests of the door, and what became of them.

import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Relationship
import Testing
import Vault

/// Lines of CloudEvents as somebody sends them.
enum Lines {
  /// One event. `by` is `customer`, `staff`, `system`, or `import` for a batch; `source` defaults to the web.
  static func event(
    _ id: String, _ type: String, of subject: String? = "c1", at time: String = "2026-03-02",
    by author: String = "customer", source: String? = nil, _ data: JSONValue = [:]
  ) -> String {
    let (authtype, authid) =
      switch author {
      case "customer": ("app_user", subject ?? "c")
      case "staff": ("user", "s1")
      case "import": ("service_account", "import:b1")
      default: ("system", "rapport")
      }
    let event: JSONValue = .object([
      "specversion": "1.0", "id": .string(id), "source": .string(source ?? "/web"),
      "type": .string(type), "subject": subject.map { .string($0) },
      "time": .string(History.instant(time).text), "dataschema": .string("\(type)/1"),
      "authtype": .string(authtype), "authid": .string(authid), "data": data,
    ])
    return event.text + "\n"
  }

  static let notice: JSONValue = [
    "noticeId": "n1", "noticeVersion": "v1", "language": "en",
    "contentHash": .string("sha256:" + String(repeating: "0", count: 64)), "surface": "web",
    "purposes": ["marketing"],
  ]

  static func consent(
    _ notice: String = "n1", purpose: String = "marketing", topic: String = "*",
    channel: String = "email", point: String = "a"
  ) -> JSONValue {
    [
      "purpose": .string(purpose), "topic": .string(topic), "channel": .string(channel),
      "contactPoint": .string(point), "noticeEventId": .string(notice), "language": "en",
      "consentType": "expressed", "validityDuration": "untilWithdrawn",
      "lawfulBasis": "gdpr.6-1-a", "personalDataTypes": ["contact point"],
      "controllers": ["shop"], "recipients": [], "storageLocations": ["DE"],
      "retentionPeriod": "P36M", "jurisdiction": "DE", "withdrawalMethod": "any",
      "method": "webForm",
    ]
  }

  static func point(
    _ id: String = "a", _ value: String = "a@example.test", channels: [String] = ["email"],
    addedBy: String = "customer"
  ) -> JSONValue {
    [
      "contactPointId": .string(id), "kind": .string(value.hasPrefix("+") ? "phone" : "email"),
      "channels": .array(channels.map { .string($0) }), "value": .string(value),
      "ownership": "sole", "addedBy": .string(addedBy),
    ]
  }

  static func optOut(point: String = "*", topic: String = "*") -> JSONValue {
    [
      "purpose": "marketing", "topic": .string(topic), "channel": "email",
      "contactPoint": .string(point), "route": "portal",
    ]
  }
}

extension TestLedger {
  /// One whose clock stands at a day, until it is told what happened later.
  static func at(_ day: String) throws -> TestLedger {
    try TestLedger(clock: ManualClock(microseconds: History.instant(day).microseconds))
  }

  /// Moves the clock on to an instant; never back.
  func wait(until instant: Timestamp) {
    guard let clock, clock.time < instant else { return }
    clock.advance(microseconds: instant.microseconds - clock.time.microseconds)
  }

  /// Appends events one after the other, each recorded when it happened.
  @discardableResult
  func tell(_ lines: String) async throws -> [Rejection] {
    try await write { ledger in
      var rejections: [Rejection] = []
      for line in lines.split(separator: "\n") {
        let bytes = Array(line.utf8)
        let time = try JSONDocument(scanning: bytes).root["time"]?.text.flatMap { Timestamp($0) }
        if let time { wait(until: time) }
        let item = EventTexts.Item(range: 0..<bytes.count, line: 1)
        rejections += try await ledger.append([EventTexts(bytes: bytes, items: [item])]).rejections
      }
      return rejections
    }
  }

  /// Puts the plan and policy that ship in force.
  func publish(at day: String = "2024-01-01") async throws {
    _ = try await write { try await $0.publishPlan(at: History.instant(day)) }
  }

  /// The verdict, rule and deciding event of a question, by everything in the log: `deny G5.withdrawn w1`.
  func ask(
    _ customer: String = "c1", purpose: String = "marketing", channel: String = "email",
    point: String = "a", at day: String = "2026-06-10T16:00:00Z"
  ) throws -> String {
    try read { ledger in
      let hash = try ledger.addressHash()
      var book = PermissionBook { hash.text(of: $0) }
      let batch = try ledger.mapper.events(
        from: .zero, countMax: Int(ledger.size), ofTypes: nil)
      for event in batch.events { book.take(event.permissionEvent) }
      let question = try PermissionQuestion(
        department: "marketing", customer: customer, purpose: purpose, channel: channel,
        contactPoint: point)
      let instant = History.instant(day)
      let zones = ZoneTable.ofTheSystem(
        [
          "Europe/Berlin", "Europe/London", "America/New_York", "America/Chicago",
          "America/Denver", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu",
        ], around: instant)
      let decision = try book.answer(question, at: instant, zones: zones).decision
      return
        "\(decision.verdict.rawValue) \(decision.rule.rawValue) \(decision.decidingEvent.stamp.id)"
    }
  }

  /// How many events of a type there are.
  func count(of type: String) throws -> Int {
    try read { ledger in
      var count = 0
      try ledger.replay(types: [type], described: false) { _, _ in count += 1 }
      return count
    }
  }
}
