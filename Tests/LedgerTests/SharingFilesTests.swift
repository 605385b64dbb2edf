// What the files of a plan are refused for: each sentence says where, what, and how to mend it.

import EventCatalog
import JSONBytes
import Ledger
import Projection
import RapportTesting
import Relationship
import Testing

@Suite struct SharingFilesTests {
  private static let catalog = Result { try Catalog.shipped() }
  private static let registry = """
    purposes:
      analysis:
        label: Figures
        class: internal
        lawfulBasis: gdpr.6-1-f

    """

  private func load(_ departments: [String], registry: String = registry) throws -> SharingFiles {
    try SharingFiles(
      departments: departments.enumerated().map { ("d\($0).yaml", Array($1.utf8)) },
      registry: ("purposes.yaml", Array(registry.utf8)), catalog: try Self.catalog.get())
  }

  private func grant(_ sees: String, _ more: String = "") throws -> DepartmentGrant {
    try load([Self.department(sees, more)]).departments[0].grant
  }

  private static func department(_ sees: String, _ more: String = "") -> String {
    "department: lab\nabout: Looks.\npurposes: [analysis]\n\(more)sees:\n\(sees)\n"
  }

  private func expectRefusal(
    _ code: String, _ line: Int, _ words: String, of departments: [String],
    registry: String = registry, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try load(departments, registry: registry)
      Issue.record("it was taken", sourceLocation: sourceLocation)
    } catch let error as PlanFileError {
      #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
      #expect(error.line == line, "\(error)", sourceLocation: sourceLocation)
      #expect(error.description.contains(words), "\(error)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(error)", sourceLocation: sourceLocation)
    }
  }

  private func fields(_ grant: DepartmentGrant, _ type: String) -> [String] {
    grant.fields.filter { $0.hasPrefix(type + ".") }.map { String($0.dropFirst(type.count + 1)) }
  }

  // MARK: The notation

  @Test func allIsEveryFieldThatIsNotPersonal() throws {
    let grant = try grant("  complaint.opened: all")
    #expect(
      fields(grant, "complaint.opened") == [
        "channel", "company", "complaintId", "evidence.contentHash", "evidence.kind", "issue",
        "orderId", "product", "severity", "topic",
      ])
  }

  @Test func aListNamesFieldsAndGroupsOfThem() throws {
    let grant = try grant("  order.completed: [lines.sku, total, evidence]")
    #expect(
      fields(grant, "order.completed") == [
        "evidence.contentHash", "evidence.kind", "lines.sku", "total.amount", "total.currency",
      ])
  }

  @Test func allButLeavesOutAndPersonalAdds() throws {
    let grant = try grant(
      "  credit.granted:\n    allBut: [amount, validUntil]\n    personal: [reason]")
    #expect(fields(grant, "credit.granted") == ["promiseId", "reason", "redeemWhere"])
  }

  @Test func everyDepartmentLearnsOfMergesRestrictionsAndErasures() throws {
    let grant = try grant("  item.reacted: [sku]")
    #expect(grant.fields == (DepartmentFile.granted + ["item.reacted.sku"]).sorted())
  }

  // MARK: Refusals

  @Test func unknownNamesAreRefused() {
    let unknown = Self.department("  order.complete: all")
    expectRefusal(
      "plan.type", 5,
      "d0.yaml:5: there is no event type `order.complete`; there is order.cancelled",
      of: [unknown])
    expectRefusal(
      "plan.field", 5, "`item.reacted` has no field `colour`; it has: ",
      of: [Self.department("  item.reacted: [sku, colour]")])
    expectRefusal(
      "plan.field", 7, "has no field `colour`",
      of: [Self.department("  item.reacted:\n    fields: all\n    personal: [colour]")])
    expectRefusal(
      "plan.unknown", 4, "`fieldz` is not known in a department",
      of: [Self.department("  item.reacted: all", "fieldz: x\n")])
    expectRefusal(
      "plan.type", 4, "there is no event type `order.made`",
      of: [Self.department("  item.reacted: all", "contributes: [order.made]\n")])
    expectRefusal(
      "plan.purpose", 3, "no purpose `fun` is registered",
      of: [Self.department("  item.reacted: all").replacing("[analysis]", with: "[analysis, fun]")])
  }

  @Test func personalFieldsAreNamedAsSuch() {
    expectRefusal(
      "plan.personal", 5, "`text` of `need.stated` is personal; name it under `personal`",
      of: [Self.department("  need.stated: [topic, text]")])
    expectRefusal(
      "plan.personal", 7, "`topic` of `need.stated` is not personal",
      of: [Self.department("  need.stated:\n    fields: [validUntil]\n    personal: [topic]")])
    expectRefusal(
      "plan.personal", 8, "totals need nothing personal",
      of: [
        Self.department(
          "  need.stated:\n    personal: [text]", "aggregateOnly: yes\nk: 10\n")
      ])
  }

  @Test func whatStandsTwiceIsRefused() {
    let one = Self.department("  item.reacted: all")
    expectRefusal("plan.duplicate", 1, "`lab` is in d0.yaml already", of: [one, one])
    expectRefusal(
      "plan.duplicate", 5, "`sku` stands twice", of: [Self.department("  item.reacted: [sku, sku]")]
    )
    expectRefusal(
      "plan.duplicate", 5, "`lines.sku` of `order.completed` is named twice",
      of: [Self.department("  order.completed: [lines, lines.sku]")])
    expectRefusal(
      "plan.yaml", 5, "twice", of: [Self.department("  item.reacted: all\n  item.reacted: all")])
  }

  @Test func whatIsMissingIsNamed() {
    expectRefusal(
      "plan.missing", 1, "a department lacks `purposes`",
      of: ["department: lab\nabout: Looks.\nsees:\n  item.reacted: all\n"])
    expectRefusal(
      "plan.missing", 3, "without a purpose sees nothing",
      of: [Self.department("  item.reacted: all").replacing("[analysis]", with: "[]")])
    expectRefusal(
      "plan.missing", 4, "go together",
      of: [Self.department("  item.reacted: all", "aggregateOnly: yes\n")])
    expectRefusal(
      "plan.missing", 4, "go together", of: [Self.department("  item.reacted: all", "k: 10\n")])
    expectRefusal(
      "plan.missing", 5, "nothing of `item.reacted` is granted",
      of: [Self.department("  item.reacted: []")])
    expectRefusal("plan.yaml", 1, "empty", of: [""])
  }

  @Test func valuesOfTheWrongKindAreRefused() {
    expectRefusal(
      "plan.value", 5, "of `item.reacted` is granted `all`, a list of fields",
      of: [Self.department("  item.reacted: everything")])
    expectRefusal(
      "plan.value", 7, "write one of them",
      of: [Self.department("  item.reacted:\n    fields: [sku]\n    allBut: [topic]")])
    expectRefusal(
      "plan.value", 5, "`k` is a whole number from 2",
      of: [Self.department("  item.reacted: all", "aggregateOnly: yes\nk: 1\n")])
    expectRefusal(
      "plan.value", 1, "letters, digits and hyphens",
      of: [Self.department("  item.reacted: all").replacing("lab", with: "the.lab")])
  }

  @Test func purposesAreCheckedByTheSchemaOfTheirEvent() {
    let lab = Self.department("  item.reacted: all")
    expectRefusal(
      "plan.value", 2, "/class must be one of", of: [lab],
      registry: Self.registry.replacing("internal", with: "secret"))
    expectRefusal(
      "plan.missing", 3, "lacks `lawfulBasis`", of: [lab],
      registry: "purposes:\n  analysis:\n    label: Figures\n    class: internal\n")
    expectRefusal(
      "plan.type", 6, "no event type `order.made` to be an occasion", of: [lab],
      registry: Self.registry + "    occasions: [order.made]\n")
  }

  // MARK: What ships

  @Test func everyFieldThatShipsExistsAndAllOfThemFitAnEvent() throws {
    let files = try SharingFiles.shipped(for: try Self.catalog.get())
    let grantable = GrantableFields(try Self.catalog.get())
    for file in files.departments {
      #expect(grantable.unknown(in: file.grant).isEmpty)
      #expect(grantable.expanded(file.grant) == file.grant, "every field is named by itself")
      #expect(!file.contributes.isEmpty || file.grant.aggregateOnly)
    }
  }

  private func catalog(withOwn type: String) throws -> Catalog {
    let own = """
      {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"\(type)/1",\
      "title":"Visit ended","description":"A visit.","x-subject":"customer",\
      "x-dataclassification":"internal","x-datacategory":"standard","type":"object",\
      "properties":{"minutes":{"type":"integer","description":"Minutes."},\
      "no_word":{"type":"string","description":"Cannot be named."}},"additionalProperties":false}
      """
    return try Catalog.shipped(adding: [("\(type).v1.json", Array(own.utf8))])
  }

  @Test func aFieldOfALedgersOwnTypeCanBeGranted() throws {
    let catalog = try catalog(withOwn: "visit.ended")
    let files = try SharingFiles(
      departments: [("d.yaml", Array(Self.department("  visit.ended: all").utf8))],
      registry: ("purposes.yaml", Array(Self.registry.utf8)), catalog: catalog)
    #expect(fields(files.plan["lab"], "visit.ended") == ["minutes"])
    var history = History()
    history.add("visit.ended", ["minutes": 3, "no_word": "secret"])
    let event = SharingGate(files.plan["lab"], catalog: catalog).delivered(history.events[0])
    #expect(event?.data.value == ["minutes": 3])
  }

  /// A grant of the lines of orders opens nothing of a type with that name, and what ships still loads.
  @Test func aTypeThatReadsLikeAFieldIsGrantedToNobody() throws {
    let catalog = try catalog(withOwn: "order.completed.lines")
    let files = try SharingFiles.shipped(for: catalog)
    #expect(files.plan == (try SharingFiles.shipped(for: try Self.catalog.get()).plan))
    let grantable = GrantableFields(catalog)
    #expect(grantable.fields(of: "order.completed.lines") == [])
    let grant = DepartmentGrant(
      department: "lab", purposes: ["analysis"],
      fields: ["order.completed.lines", "order.completed.lines.minutes"])
    #expect(SharingGate(grant, catalog: catalog).types == ["order.completed"])
    #expect(grantable.unknown(in: grant) == ["order.completed.lines.minutes"])
  }
}
