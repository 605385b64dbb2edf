import EventCatalog
import JSONBytes
import Ledger
import RapportTesting
import ReadModels
import Relationship
import Testing

@testable import RapportServer

/// Who sees which field of an answer.
@Suite struct AnswerMaskTests {
  private static let shape: AnswerShape = .object([
    "id": .plain,
    "name": .personal("customer.registered.name"),
    "kind": .of("customer.registered.kind"),
    "sum": .of("order.completed.total.amount", "order.refunded.amount.amount"),
    "values": .list(
      .choice(
        by: "kind",
        [
          "wish": .object(["kind": .plain, "value": .personal("preference.stated.value")]),
          "guess": .object(["kind": .plain, "claim": .personal("inference.made.claim")]),
        ])),
    "touches": .list(.told(by: "type", .object(["type": .plain, "line": .plain]))),
  ])

  private static let answer: JSONValue = [
    "id": "c1", "name": "Ada", "kind": "person", "sum": "20.00",
    "values": [
      ["kind": "wish", "value": "window seat"], ["kind": "guess", "claim": "sails"],
      ["kind": "new", "value": "secret"],
    ],
    "touches": [
      ["type": "order.completed", "line": "Order"], ["type": "inference.made", "line": "Guess"],
    ],
    "owner": "nobody named this field",
  ]

  private func masked(_ reach: Reach, _ granted: Set<String> = []) -> JSONValue {
    AnswerMask(Self.shape, reach: reach, granted: granted).masked(Self.answer)
  }

  @Test func aFieldThatNoTableNamesReachesNobody() {
    for reach in [Reach.whole, .own, .granted, .hidden] {
      let granted: Set<String> = ["customer.registered.name", "preference.stated.value"]
      let text = masked(reach, granted).text
      #expect(!text.contains("owner") && !text.contains("nobody") && !text.contains("secret"))
    }
    #expect(masked(.own)["name"] == "Ada")
  }

  @Test func whatIsNotGrantedIsNotThere() {
    #expect(masked(.granted) == .null, "nothing is granted: nothing is there")
    let some = masked(
      .granted, ["customer.registered.kind", "order.completed.total.amount"])
    #expect(some["kind"] == "person" && some["name"] == nil)
    #expect(some["sum"] == nil, "a sum is made of two fields, and one of them is not granted")
    #expect(some["values"]?.elements == [])
    #expect(some["touches"]?.elements == [["type": "order.completed", "line": "Order"]])
    let wish = masked(.granted, ["preference.stated.value"])
    #expect(wish["values"]?.elements == [["kind": "wish", "value": "window seat"]])
    #expect(wish["touches"]?.elements == [])
  }

  /// A type is not granted because another one is called alike.
  @Test func whatIsGrantedIsComparedWhole() {
    let one = masked(.granted, ["order.completedx.a", "customer.registered.namesake"])
    #expect(one == .null)
  }

  @Test func whoMayNotReadPeopleReadsThatItIsHidden() {
    let hidden = masked(.hidden)
    #expect(hidden["name"] == "[hidden]" && hidden["kind"] == "person")
    #expect(
      hidden["values"]?.elements
        == [
          ["kind": "wish", "value": "[hidden]"], ["kind": "guess", "claim": "[hidden]"],
        ])
    #expect(!hidden.text.contains("Ada") && !hidden.text.contains("sails"))
  }

  /// A value of another form than the table says is not shown: a list where one value was, an object in place of a
  /// text.
  @Test func whatHasAnotherFormIsNotShown() {
    let mask = AnswerMask(Self.shape, reach: .own)
    #expect(mask.masked(["values": ["kind": "wish", "value": "x"]]) == .object([]))
    #expect(mask.masked(["touches": ["a"]]) == .null)
    #expect(mask.masked("c1") == .null)
  }
}

/// The tables of the customer's answers against what the ledger really answers, and against the catalogue.
@Suite struct CustomerShapesTests {
  private static let shapes: [(name: String, shape: AnswerShape)] = [
    ("customer", CustomerShapes.customer), ("timeline", CustomerShapes.timeline),
    ("promises", CustomerShapes.promises),
  ]

  /// What a field is made from are fields that a grant can name, and it is personal where one of them is.
  @Test func everyFieldIsOneThatAPlanCanGrant() throws {
    let grantable = GrantableFields(try Catalog.shipped())
    var personal: [String: Bool] = [:]
    for type in grantable.typeNames {
      for field in grantable.fields(of: type) ?? [] {
        personal["\(type).\(field.name)"] = field.isPersonal
      }
    }
    for (name, shape) in Self.shapes {
      for field in AnswerMask.fields(of: shape) {
        for origin in field.from {
          #expect(personal[origin] != nil, "\(name) \(field.path): \(origin) is no field")
        }
        let isPersonal = field.from.contains { personal[$0] == true }
        #expect(field.isPersonal == isPersonal, "\(name) \(field.path)")
      }
    }
  }

  private func practice(
    _ body: (Ledger, [String]) async throws -> Void
  ) async throws {
    try await TemporaryDirectory.with { folder in
      let directory = "\(folder)/ledger"
      _ = try Ledger.create(directory)
      let ledger = try Ledger.open(directory, for: .writing)
      _ = try await ledger.fillWithPractice(customers: 40, events: 2_000, seed: 11)
      var ids: [String] = []
      let view = try ledger.view("customer")
      _ = try view.catchUp()
      try view.query(
        "SELECT customer_id FROM customer ORDER BY customer_id", asOf: nil, { _, _ in },
        columns: { _ in }, row: { ids.append($0[0].string ?? "") })
      try await body(ledger, ids)
      try await ledger.close()
    }
  }

  /// Her own view is the whole view: nothing that the ledger answers is missing in the table.
  @Test func theTableNamesEverythingThatTheLedgerAnswers() async throws {
    try await practice { ledger, ids in
      #expect(ids.count >= 30)
      let mask = AnswerMask(CustomerShapes.customer, reach: .own)
      for id in ids {
        let view = try #require(try ledger.customer(id).view)
        #expect(mask.masked(view.json) == view.json, "\(id)")
      }
    }
  }

  /// What a department sees of a customer at the counter has no word that the plan does not grant it.
  @Test(arguments: ["service", "marketing"])
  func aCounterSeesWhatThePlanGrantsItsDepartment(department: String) async throws {
    let catalog = try Catalog.shipped()
    let grantable = GrantableFields(catalog)
    let plan = grantable.expanded(try SharingFiles.shipped(for: catalog).plan)
    let granted = Set(try #require(plan.grants.first { $0.department == department }).fields)
    try await practice { ledger, ids in
      let mask = AnswerMask(CustomerShapes.customer, reach: .granted, granted: granted)
      var (seen, taken) = (0, 0)
      for id in ids {
        let view = try #require(try ledger.customer(id).view)
        let masked = mask.masked(view.json)
        let profile = masked["who"]?["profile"]?.elements ?? []
        seen += profile.count
        #expect(!profile.contains { $0["topic"] == "birthDate" })
        let hasName = profile.contains { $0["topic"] == "name" }
        #expect(!hasName || granted.contains("customer.registered.name"))
        for spent in masked["who"]?["spending"]?.elements ?? [] {
          let isGranted = granted.contains("order.completed.total.amount")
          #expect((spent["gross"] != nil) == isGranted)
        }
        // By the table of the question bank, which nobody made for this.
        let shown = Set(
          (masked["stated"]?.elements ?? []).compactMap { $0["source"]?["eventId"]?.string })
        for value in view.stated {
          guard let type = FactPath.recordedAs[value.kind] else { continue }
          let isGranted = granted.contains { $0.hasPrefix("\(type).") }
          if !isGranted { taken += 1 }
          #expect(
            isGranted || !shown.contains(value.source.eventId), "\(id): \(type) is not granted")
        }
        for touch in masked["lastTouches"]?.elements ?? [] {
          let type = touch["type"]?.string ?? ""
          #expect(granted.contains { $0.hasPrefix("\(type).") }, "\(id): \(type)")
        }
      }
      #expect(seen > 0 && taken > 0, "there is something to see, and something to take out")
    }
  }

  /// Nothing about a person is left where it is hidden.
  @Test func whatIsHiddenIsHiddenEverywhere() async throws {
    try await practice { ledger, ids in
      let mask = AnswerMask(CustomerShapes.customer, reach: .hidden)
      for id in ids {
        let view = try #require(try ledger.customer(id).view)
        let text = mask.masked(view.json).text
        let personal =
          view.who.profile.filter { ["name", "birthDate"].contains($0.topic) }
          + view.who.contactPoints + view.who.identifiers
          + view.stated.filter { [.preference, .need, .value, .answer].contains($0.kind) }
          + view.inferred
        for value in personal {
          guard let word = value.text, word.utf8.count > 3 else { continue }
          #expect(!text.contains(JSONValue.string(word).text), "\(id): \(value.kind)")
        }
      }
    }
  }
}
