// Publishing a plan: only what changed, once, and known for every past day.

import EventCatalog
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Relationship
import Synchronization
import Testing

@Suite struct PlanPublishingTests {
  private let ledger: TestLedger

  init() throws { ledger = try TestLedger() }

  private func types() throws -> [String] {
    try ledger.read { ledger in
      var types: [String] = []
      try ledger.replay(described: true) { _, event in types.append(event?.type ?? "") }
      return types
    }
  }

  private func files(_ sees: String...) throws -> SharingFiles {
    try SharingFiles(
      departments: sees.enumerated().map { number, sees in
        (
          "d\(number).yaml",
          Array(
            "department: d\(number)\nabout: Looks.\npurposes: [analysis]\nsees:\n  \(sees)\n".utf8)
        )
      },
      registry: (
        "purposes.yaml",
        Array(
          "purposes:\n  analysis: {label: Figures, class: internal, lawfulBasis: gdpr.6-1-f}\n".utf8
        )
      ), catalog: Catalog.shipped())
  }

  @Test func publishingTwiceAppendsNothing() async throws {
    let first = try await ledger.write { try await $0.publishPlan() }
    #expect(first.appended == 14 + 1 + 1 + 1 + 7 && first.first == 0)
    let again = try await ledger.write { try await $0.publishPlan() }
    #expect(again.appended == 0 && again.changes.isEmpty && again.version == first.version)
    #expect(try types().count == first.appended)
  }

  /// No door lets it in; in the log all the same it counts for nothing.
  @Test func whatAnImportBroughtIsNoGrant() async throws {
    _ = try await ledger.write { try await $0.publishPlan(files("item.reacted: [topic]")) }
    let before = try ledger.read { try $0.publishedPlan().plan }
    let wide = Lines.event(
      "g1", "department.granted", of: nil, by: "import", source: "/import/old",
      [
        "department": "d0", "purposes": ["analysis"], "fields": ["item.reacted"],
        "aggregateOnly": false,
      ])
    let refused = try await ledger.append(wide)
    #expect(refused.rejections.map(\.code) == ["import.loosens"])
    try await ledger.write { open in
      let event = try open.intake.event(JSONDocument(scanning: Array(wide.utf8)).root)
      _ = try await open.log.append([event])
    }
    #expect(try ledger.read { try $0.publishedPlan().plan } == before)
    #expect(
      try await ledger.write { try await $0.publishPlan(files("item.reacted: [topic]")) }.appended
        == 0)
  }

  @Test func onlyWhatChangedIsAppended() async throws {
    _ = try await ledger.write {
      try await $0.publishPlan(files("item.reacted: all", "need.stated: all"))
    }
    let before = try types().count
    let done = try await ledger.write {
      try await $0.publishPlan(files("item.reacted: all", "need.stated: [topic]"), by: "staff-1")
    }
    #expect(done.changes.map(\.department) == ["d1"])
    #expect(done.changes[0].fieldsClosed == ["need.stated.validUntil"])
    #expect(try types().dropFirst(before) == ["policy.published", "department.granted"])
    let published = try ledger.read { try $0.publishedPlan() }
    #expect(published.publications["d1"]?.authid == "staff-1")
    #expect(published.publications["d0"]?.authid == "rapport")
  }

  @Test func aDepartmentThatIsGoneSeesNothing() async throws {
    _ = try await ledger.write {
      try await $0.publishPlan(files("item.reacted: all", "need.stated: all"))
    }
    let done = try await ledger.write { try await $0.publishPlan(files("item.reacted: all")) }
    #expect(done.changes.map(\.department) == ["d1"] && !done.changes[0].opens)
    #expect(try ledger.read { try $0.sharingGate(for: "d1") }.types.isEmpty)
    #expect(try ledger.read { try $0.sharingGate(for: "d0") }.types.contains("item.reacted"))
    #expect(
      try await ledger.write { try await $0.publishPlan(files("item.reacted: all")) }.appended == 0)
  }

  /// The same grant after another one is a new event, not a repeated one.
  @Test func aPlanCanComeBack() async throws {
    for _ in 0..<3 {
      for sees in ["item.reacted: all", "item.reacted: [sku]"] {
        #expect(try await ledger.write { try await $0.publishPlan(files(sees)) }.appended > 0)
        let fields = try ledger.read { try $0.publishedPlan().plan["d0"].fields }
        #expect(fields.contains("item.reacted.topic") == sees.hasSuffix("all"))
      }
    }
  }

  @Test func aTrialAppendsNothing() async throws {
    let trial = try await ledger.write { try await $0.publishPlan(isTrial: true) }
    #expect(trial.appended == 0 && trial.changes.count == 7 && trial.purposes.count == 14)
    #expect(try types().isEmpty)
  }

  @Test func whatLiesInAFolderIsNotInForce() async throws {
    #expect(try ledger.read { try $0.publishedPlan() }.plan.grants.isEmpty)
    _ = try await ledger.write { try await $0.fillWithPractice(customers: 3, events: 120, seed: 1) }
    try ledger.read { ledger in
      let gate = try ledger.sharingGate(for: "service")
      #expect(gate.types.isEmpty)
      let batch = try gate.source(over: ledger.mapper)
        .events(from: .zero, countMax: .max, ofTypes: nil)
      #expect(batch.events.isEmpty && batch.next.value == 120, "and reads past everything")
    }
  }

  @Test func aRetiredPurposeStaysRetired() async throws {
    _ = try await ledger.write { try await $0.publishPlan() }
    _ = try await ledger.append(
      """
      {"specversion":"1.0","id":"r1","source":"/house","type":"purpose.retired",\
      "time":"2026-01-01T09:00:00Z","dataschema":"purpose.retired/1","data":{"purpose":"sharing.advertising"}}

      """)
    let again = try await ledger.write { try await $0.publishPlan() }
    #expect(again.appended == 0 && again.retired == ["sharing.advertising"])
    #expect(
      try ledger.read { try $0.publishedPlan() }.purposes["sharing.advertising"]?.isRetired == true)
  }

  /// What an auditor asks: the plan on a day, by when the ledger took it, and after so many events.
  @Test func thePlanOfADayIsTheOneThatWasEnforced() async throws {
    let clock = Mutex(History.instant("2026-03-01T09:00:00Z"))
    func publish(_ sees: String, on day: String) async throws {
      let ledger = try Ledger.open(
        ledger.directory, for: .writing, clock: { clock.withLock { $0 } })
      clock.withLock { $0 = History.instant("\(day)T09:00:00Z") }
      _ = try await ledger.publishPlan(files(sees), at: clock.withLock { $0 })
      try await ledger.close()
    }
    try await publish("item.reacted: [sku]", on: "2026-03-01")
    let count = UInt64(try types().count)
    try await publish("item.reacted: all", on: "2026-04-01")
    func sees(_ moment: PlanMoment) throws -> Bool? {
      let plan = try ledger.read { try $0.publishedPlan(at: moment).plan }
      return plan.grants.isEmpty ? nil : plan["d0"].fields.contains("item.reacted.topic")
    }
    #expect(try sees(.recorded(Ledger.instant("2026-02-28"))) == nil)
    #expect(try sees(.recorded(Ledger.instant("2026-03-01"))) == false)
    #expect(try sees(.recorded(Ledger.instant("2026-03-31"))) == false)
    #expect(try sees(.recorded(Ledger.instant("2026-04-01"))) == true)
    #expect(try sees(.events(0)) == nil)
    #expect(try sees(.events(count)) == false)
    #expect(try sees(.now) == true)
    #expect(throws: LedgerError.self) { try sees(.events(1_000)) }
  }

  /// Grants written by hand: a group opens what is clear in it, and what names nothing opens nothing.
  @Test func aGrantByHandCountsAsWritten() async throws {
    _ = try await ledger.append(
      """
      {"specversion":"1.0","id":"g1","source":"/house","type":"department.granted",\
      "time":"2026-01-01T09:00:00Z","dataschema":"department.granted/1","data":{"department":"lab",\
      "purposes":["analysis"],"fields":["need.stated","customer.language","order.completed.lines"],\
      "aggregateOnly":false}}

      """)
    try ledger.read { ledger in
      let grant = try ledger.publishedPlan().plan["lab"]
      let fields = ledger.grantableFields
      #expect(fields.unknown(in: grant) == ["customer.language"])
      let expanded = fields.expanded(grant).fields
      #expect(expanded.contains("need.stated.topic") && !expanded.contains("need.stated.text"))
      #expect(expanded.contains("order.completed.lines.margin.amount"))
      #expect(try ledger.sharingGate(for: "lab").types == ["need.stated", "order.completed"])
    }
  }

  /// A practice ledger has the plan, from the first day of its history on, and nothing of it twice.
  @Test func aPracticeLedgerGetsThePlanOnce() async throws {
    _ = try await ledger.write { ledger in
      _ = try await ledger.fillWithPractice(customers: 20, events: 400, seed: 3)
      #expect(try await ledger.publishPracticePlan() == 1 + 1 + 7)
      #expect(try await ledger.publishPracticePlan() == 0)
      #expect(try await ledger.publishPlan(keepsPolicy: true).appended == 0)
    }
    let source = try ledger.read { ledger in
      try ledger.sharingGate(for: "sites").source(over: ledger.mapper)
        .events(from: .zero, countMax: .max, ofTypes: nil)
    }
    #expect(!source.events.isEmpty)
    for event in source.events where event.type == "order.completed" {
      #expect(event.data.members.allSatisfy { $0.name == "storeId" })
    }
  }

  /// Who has a plan of her own keeps it.
  @Test func practiceNeverReplacesAPlan() async throws {
    _ = try await ledger.write { ledger in
      _ = try await ledger.publishPlan(files("item.reacted: all"))
      _ = try await ledger.fillWithPractice(customers: 5, events: 300, seed: 3)
      #expect(try await ledger.publishPracticePlan() == 0)
      #expect(try ledger.publishedPlan().plan.grants.map(\.department) == ["d0"])
    }
  }
}
