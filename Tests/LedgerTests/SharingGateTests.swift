// What the gate lets through: every granted value, and no other, for every department and every event type.

import EventCatalog
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@Suite struct SharingGateTests {
  private static let catalog = Result { try Catalog.shipped() }
  private static let files = Result { try SharingFiles.shipped(for: try catalog.get()) }

  private static var departments: [String] {
    (try? files.get().departments.map(\.grant.department)) ?? []  // none: the test below says so
  }

  @Test func theSevenDepartmentsShip() {
    #expect(
      Self.departments == [
        "compliance", "marketing", "pricing", "product", "sales", "service", "sites",
      ])
  }

  /// Every event of every type has a value in every field that is nowhere else: what is granted arrives, and what is not
  /// is in no byte of what arrives.
  @Test(arguments: departments, [false, true])
  func noUngrantedValuePassesAndEveryGrantedOneDoes(
    department: String, isEncrypted: Bool
  ) throws {
    let grant = try Self.files.get().plan[department]
    let gate = SharingGate(grant, catalog: try Self.catalog.get())
    let canaries = try CanaryEvent.all(isEncrypted: isEncrypted)
    let source = gate.source(over: ArraySource(canaries.map(\.event)))
    let batch = try source.events(from: .zero, countMax: .max, ofTypes: nil)
    #expect(batch.next.value == UInt64(canaries.count), "what is left out is still read past")
    let granted = Set(grant.fields)
    var met = Set<String>()
    for canary in canaries {
      let type = canary.event.type
      guard let event = batch.events.first(where: { $0.type == type }) else {
        #expect(!granted.contains { $0.hasPrefix(type + ".") }, "\(type) is granted and never came")
        continue
      }
      let text = String(decoding: event.data.document.bytes, as: UTF8.self)
      for field in canary.fields {
        let isGranted = granted.contains(field.path)
        if isGranted { met.insert(field.path) }
        for value in field.texts {
          #expect(text.contains(value) == isGranted, "\(field.path) for \(department)")
        }
      }
      let paths = event.data.paths(below: type)
      let expected = Set(canary.fields.map(\.path)).intersection(granted)
      #expect(
        paths.subtracting(["\(type).policy.anything"])
          == expected.subtracting(["policy.published.policy"]), "\(type) for \(department)")
      let showsActor = granted.contains("\(type).authid")
      if showsActor { met.insert("\(type).authid") }
      #expect(event.authid == (showsActor ? canary.actor : nil), "\(type) for \(department)")
    }
    #expect(met == granted, "every grant names a field that an event can have")
    #expect(Set(batch.events.map(\.type)) == gate.types)
  }

  /// Personal fields are granted by name only, and to nobody who sees totals.
  @Test func personalFieldsAreFew() throws {
    let personal = Set(try CanaryEvent.all().flatMap(\.fields).filter(\.isPersonal).map(\.path))
    let seen = try Dictionary(
      uniqueKeysWithValues: Self.files.get().departments.map { file in
        (file.grant.department, personal.intersection(file.grant.fields))
      })
    for department in ["marketing", "pricing", "sites"] { #expect(seen[department] == []) }
    #expect(seen["product"] == ["need.stated.text", "suggestion.made.text"])
    #expect(seen["sales"] == ["relationship.declared.relationshipType"])
    let contact = ["contactpoint.added.value", "customer.registered.name"]
    for (department, fields) in seen where department != "service" {
      #expect(fields.isDisjoint(with: contact), "\(department)")
    }
  }

  @Test func whatTheDesignPromisesOfEachDepartment() throws {
    let plan = try Self.files.get().plan
    func sees(_ department: String, _ path: String) -> Bool {
      plan[department].fields.contains(path)
    }
    #expect(
      sees("service", "complaint.opened.text") && sees("service", "credit.granted.amount.amount"))
    #expect(!sees("service", "question.answered.answer"))
    #expect(!sees("service", "order.completed.lines.margin.amount"))
    #expect(!sees("marketing", "complaint.opened.topic"))
    #expect(!sees("marketing", "order.completed.lines.margin.amount"))
    #expect(
      sees("marketing", "interest.stated.topic") && sees("marketing", "contact.responded.response"))
    #expect(sees("sales", "order.completed.lines.margin.amount"))
    #expect(sees("compliance", "contact.decided.decidingEventId"))
    #expect(!sees("compliance", "order.completed.total.amount"))
    for department in ["pricing", "sites"] {
      #expect(plan[department].aggregateOnly && plan[department].k == 10)
    }
    for grant in plan.grants {
      #expect(Set(DepartmentFile.granted).isSubset(of: grant.fields), "\(grant.department)")
    }
  }

  private func gate(_ fields: [String], totals: Bool = false) throws -> SharingGate {
    SharingGate(
      DepartmentGrant(
        department: "d", purposes: ["analysis"], fields: fields, aggregateOnly: totals,
        k: totals ? 10 : nil), catalog: try Self.catalog.get())
  }

  private func order(version: Int = 1) -> DecodedEvent {
    var history = History()
    history.add(
      "order.completed", ["orderId": "o1", "total": ["amount": "1.00", "currency": "EUR"]])
    var event = history.events[0]
    event.schemaVersion = version
    return event
  }

  /// What no schema describes cannot be told apart: it does not pass, and the reader sees the version it does not know.
  @Test func ofAnUnknownVersionNothingPasses() throws {
    let event = try #require(try gate(["order.completed"]).delivered(order(version: 2)))
    #expect(event.schemaVersion == 2 && event.data.count == 0)
    #expect(try gate(["order.completed"]).delivered(order())?.data.count == 2)
  }

  @Test func whoSeesTotalsIsDeliveredNothing() throws {
    let gate = try gate(["order.completed.orderId"], totals: true)
    #expect(gate.delivered(order()) == nil)
    let source = gate.source(over: ArraySource([order()]))
    let events = try source.events(from: .zero, countMax: 10, ofTypes: nil).events
    #expect(events.map(\.subject) == ["c1"], "its model counts customers")
  }

  @Test func whatIsGrantedWholeIsNotCopied() throws {
    let fields = try #require(GrantableFields(try Self.catalog.get()).fields(of: "order.completed"))
    let event = order()
    let whole = try gate(fields.map { "order.completed.\($0.name)" }).delivered(event)
    #expect(whole?.data.document === event.data.document)
    let part = try gate(["order.completed.orderId"]).delivered(event)
    #expect(part?.data.document !== event.data.document && part?.data.count == 1)
  }

  @Test func aSourceGivesNoOtherTypesThanAsked() throws {
    let gate = try gate(["order.completed.orderId", "item.reacted.sku"])
    let source = gate.source(over: ArraySource([order()]))
    let none = try source.events(
      from: .zero, countMax: 10, ofTypes: ["item.reacted", "need.stated"])
    #expect(none.events.isEmpty && none.next.value == 1)
    #expect(
      try source.events(from: .zero, countMax: 10, ofTypes: ["order.completed"]).events.count == 1)
  }

  @Test func whatWasGrantedToNobodyNeverComes() throws {
    let gate = SharingGate(.nothing(for: "d"), catalog: try Self.catalog.get())
    #expect(gate.types.isEmpty && gate.delivered(order()) == nil)
  }
}
