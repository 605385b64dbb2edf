// The permission policy as files, and as the log has it once it is published.

import EventCatalog
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Relationship
import Testing

@Suite struct PolicyFilesTests {
  private static let catalog = Result { try Catalog.shipped() }
  private static let department: SharingFiles.Text = (
    "lab.yaml",
    Array("department: lab\nabout: Looks.\npurposes: [analysis]\nsees:\n  item.reacted: all\n".utf8)
  )
  private static let registry: SharingFiles.Text = (
    "purposes.yaml",
    Array(
      "purposes:\n  analysis: {label: Figures, class: internal, lawfulBasis: gdpr.6-1-f}\n".utf8)
  )

  private func load(_ policies: [(name: String, text: String)]) throws -> SharingFiles {
    try SharingFiles(
      departments: [Self.department], registry: Self.registry,
      policies: policies.map { ($0.name, Array($0.text.utf8)) }, catalog: try Self.catalog.get())
  }

  private static var shipped: [(name: String, text: String)] {
    EmbeddedPolicies.files.filter { $0.name != "purposes.yaml" }
  }

  /// What ships with one text replaced in one file.
  private func changed(_ file: String, _ old: String, _ new: String) -> [(
    name: String, text: String
  )] {
    Self.shipped.map { $0.name == file ? ($0.name, $0.text.replacing(old, with: new)) : $0 }
  }

  /// The permission policies of a ledger, as the rules read them.
  private func published(_ ledger: TestLedger) throws -> [PermissionPolicy] {
    try ledger.read { ledger in
      let batch = try ledger.mapper.events(
        from: .zero, countMax: .max, ofTypes: ["policy.published"])
      return try batch.events.filter { $0.data["part"]?.equals("permission") == true }
        .map { try PermissionPolicy(try #require($0.data["policy"])) }
    }
  }

  /// The table of permission is answered under exactly this policy.
  @Test func whatShipsIsWhatTheTableIsAnsweredBy() throws {
    let files = try SharingFiles.shipped(for: try Self.catalog.get())
    let path = SharedData.repository + "/Tests/RelationshipTests/Fixtures/policy.json"
    let table = try JSONDocument(scanning: SharedData.bytes(ofFile: path)).root.value
    var (one, other): ([UInt8], [UInt8]) = ([], [])
    CanonicalWriter.write(files.policy.policy.json, to: &one)
    CanonicalWriter.write(table, to: &other)
    #expect(String(decoding: one, as: UTF8.self) == String(decoding: other, as: UTF8.self))
  }

  @Test func thePolicyOfPracticeIsAPolicy() async throws {
    let ledger = try TestLedger()
    _ = try await ledger.write {
      try await $0.fillWithPractice(customers: 20, events: 300, seed: 1)
    }
    _ = try await ledger.write { try await $0.publishPracticePlan() }
    #expect(try published(ledger).map(\.version) == ["practice-1"])
    #expect(try ledger.read { try $0.publishedPlan() }.permission?.name == "practice-1")
  }

  @Test func aChangedPolicyIsPublishedUnderItsOwnVersion() async throws {
    let ledger = try TestLedger()
    let first = try await ledger.write { try await $0.publishPlan(load(Self.shipped)) }
    #expect(first.policy == "1")
    let longer = changed("default.yaml", "coolOff: P12M", "coolOff: P24M")
    try await expectRefusal(of: longer, by: ledger)
    let second = longer.map {
      ($0.name, $0.text.replacing("policyVersion: 1", with: "policyVersion: 2"))
    }
    let done = try await ledger.write { try await $0.publishPlan(load(second), by: "staff-1") }
    #expect(done.policy == "2" && done.appended == 1)
    #expect(try published(ledger).map(\.coolOff.text) == ["P12M", "P24M"])
    #expect(
      try ledger.read { try $0.publishedPlan() }.permission?.publication.authid == "staff-1")
    // The first one may come back, but no third under its name.
    let back = try await ledger.write { try await $0.publishPlan(load(Self.shipped)) }
    #expect(back.policy == "1" && back.appended == 1)
    let third = changed("default.yaml", "coolOff: P12M", "coolOff: P6M")
      .map { ($0.name, $0.text.replacing("policyVersion: 1", with: "policyVersion: 2")) }
    try await expectRefusal(of: third, by: ledger)
  }

  private func expectRefusal(
    of policies: [(name: String, text: String)], by ledger: TestLedger
  ) async throws {
    try await ledger.write { ledger in
      do {
        _ = try await ledger.publishPlan(load(policies))
        Issue.record("it was published")
      } catch let error as LedgerError { #expect(error.code == "policy.version") }
    }
  }

  @Test func aRegimeOfOnesOwnIsAFile() throws {
    let own = """
      regime: CH
      countries: {CH: [Europe/Zurich]}
      basis: {email: optIn, post: optOut}
      softOptIn: [email]
      minorAge: 16

      """
    let policy = try load(Self.shipped + [("ch.yaml", own)]).policy.policy
    #expect(
      policy.regimeByCountry["CH"] == "CH" && policy.zonesByCountry["CH"] == ["Europe/Zurich"])
    #expect(policy.regimes["CH"]?.minorAge == 16)
  }

  @Test(arguments: [
    (
      "default.yaml", "coolOff: P12M", "coolOff: a year", "plan.value", "default.yaml:17: `coolOff`"
    ),
    ("default.yaml", "coolOff: P12M\n", "", "plan.value", "`coolOff` is missing"),
    (
      "default.yaml", "coolOff: P12M", "cooloff: P12M", "plan.unknown", "default.yaml:17: `cooloff`"
    ),
    ("default.yaml", "{count: 8,", "{count: 0,", "plan.value", "default.yaml:11: `count`"),
    ("default.yaml", "complaintHold: yes", "complaintHold: perhaps", "plan.value", "`yes` or `no`"),
    ("default.yaml", "defaultRegime: EU", "defaultRegime: FR", "plan.value", "for the regime FR"),
    ("eu.yaml", "email: optIn", "email: perhaps", "plan.value", "eu.yaml:8: `email` is one of"),
    (
      "eu.yaml", "  email: optIn", "  pigeon: optIn", "plan.value",
      "eu.yaml:8: `pigeon` is no channel"
    ),
    ("eu.yaml", "minorAge: 16", "minorAge: 99", "plan.value", "from 0 to 25"),
    ("eu.yaml", "softOptIn: [email, sms]\n", "", "plan.missing", "lacks `softOptIn`"),
    ("us.yaml", "relationship]", "luck]", "plan.value", "us.yaml:26: `overriddenBy` is one of"),
    ("us.yaml", "regime: US", "regime: EU", "plan.duplicate", "is in eu.yaml already"),
    ("us.yaml", "maxAge: P31D", "maxAge: 31", "plan.value", "us.yaml:26: `maxAge`"),
  ]) func whatDoesNotFitIsNamedByFileAndLine(
    _ file: String, _ old: String, _ new: String, _ code: String, _ words: String
  ) throws {
    do {
      _ = try load(changed(file, old, new))
      Issue.record("it was taken")
    } catch let error as PlanFileError {
      #expect(error.code == code && error.description.contains(words), "\(error)")
    }
  }

  @Test func aPolicyWithoutItsDefaultsIsNone() throws {
    let error = #expect(throws: PlanFileError.self) {
      try load(Self.shipped.filter { $0.name != "default.yaml" })
    }
    #expect(error?.code == "plan.missing" && error?.sentence.contains("default.yaml") == true)
  }
}
