// The steps of the table of permissions that only the door can take: refused appends, imports, a link that is followed.

import JSONBytes
import Ledger
import RapportTesting
import Relationship
import Testing
import Vault

@Suite struct DoorTableTests {
  /// The steps of the table, as they stand there.
  private static func steps() -> [String] {
    let page = String(
      decoding: SharedData.bytes(
        ofFile: SharedData.repository
          + "/Tests/RelationshipTests/Fixtures/permission-table.md"), as: UTF8.self)
    var steps: [String] = []
    for line in page.split(separator: "\n") where line.hasPrefix("| T") {
      let row = line.dropFirst(2).prefix { $0 != " " }
      for step in line.split(separator: "`") {
        for word in ["refused ", "import ", "GET "] where step.hasPrefix(word) {
          steps.append("\(row): \(step)")
        }
      }
    }
    return steps
  }

  /// A row that is added to the table is missed here until it is shown below.
  @Test func everyStepOfTheDoorIsShownHere() {
    #expect(
      Self.steps() == [
        "T7: refused e2 d2 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a} by staff",
        "T14: GET the unsubscribe link of a message to a, d2",
        "T31: import d20 {value: a@example.test, status: subscribed}",
      ])
  }

  /// Day N of the table: d0 is 2 March 2026.
  private func day(_ number: Int) -> String {
    Timestamp(
      microseconds: History.instant("2026-03-02T16:00:00Z").microseconds
        + Int64(number) * 86_400_000_000
    ).text
  }

  /// World EU.
  private func world() async throws -> TestLedger {
    let ledger = try TestLedger.at("2024-01-01")
    try await ledger.publish(at: "2024-01-01")
    let refused = try await ledger.tell(
      Lines.event(
        "C0", "customer.registered", of: "C", at: "2024-01-01",
        ["kind": "person", "country": "DE"])
        + Lines.event(
          "N1", "notice.presented", of: "C", at: "2024-01-01", by: "system", Lines.notice)
        + Lines.event("CA", "contactpoint.added", of: "C", at: "2024-01-01", Lines.point())
        + Lines.event(
          "CP", "contactpoint.added", of: "C", at: "2024-01-01",
          Lines.point("p", "+493023125001", channels: ["voice", "sms"])))
    #expect(refused == [])
    return ledger
  }

  private func ask(_ ledger: TestLedger) throws -> String { try ledger.ask("C", at: day(100)) }

  @Test func t7StaffWithoutEvidenceIsRefused() async throws {
    let ledger = try await world()
    try await ledger.tell(
      Lines.event(
        "e1", "objection.raised", of: "C", at: day(1),
        ["purpose": "marketing", "route": "portal"]))
    let size = try ledger.read { $0.size }
    let refused = try await ledger.tell(
      Lines.event("e2", "consent.given", of: "C", at: day(2), by: "staff", Lines.consent("N1")))
    #expect(refused.map(\.code) == ["permit.noEvidence"])
    #expect(try ledger.read { $0.size } == size)
    #expect(try ask(ledger) == "deny G3.objection e1")
  }

  @Test func t14FollowingTheLinkAppendsNothing() async throws {
    let ledger = try await world()
    let given = try await ledger.tell(
      Lines.event("e1", "consent.given", of: "C", at: day(1), Lines.consent("N1")))
    #expect(given == [])
    let size = try ledger.read { $0.size }
    let request = OneClick.read(method: "GET", contentType: nil, body: [])
    #expect(request == .page)
    if request == .unsubscribe {
      try await ledger.tell(
        Lines.event("e2", "optout.recorded", of: "C", at: day(2), Lines.optOut(point: "a")))
    }
    #expect(try ledger.read { $0.size } == size)
    #expect(try ask(ledger) == "allow G6.consent e1")
  }

  @Test func t31WhoWasErasedIsNotBroughtBackByAFile() async throws {
    let ledger = try await world()
    let hash = try ledger.read { try $0.addressHash() }
    let erased = try await ledger.tell(
      Lines.event("e1", "consent.given", of: "C", at: day(1), Lines.consent("N1"))
        + Lines.event(
          "e9", "data.erased", of: "C", at: day(9), by: "staff",
          [
            "requestId": "r1", "keyIds": [], "oldEpoch": 1, "newEpoch": 2,
            "suppressed": [
              .string(hash.text(of: "a@example.test")), .string(hash.text(of: "+493023125001")),
            ], "readModels": [], "scanResult": "clean",
          ]))
    #expect(erased == [])
    ledger.wait(until: History.instant(day(20)))
    let size = try ledger.read { $0.size }
    let path = "\(ledger.folder.path)/row.csv"
    try Ledger.writePrivateFile(
      Array("email,status,changed\na@example.test,subscribed,\(day(20))\n".utf8), to: path)
    let summary = try await ledger.importFile(path, "consent-list")
    #expect(summary.rejections.map(\.code) == ["import.suppressed"])
    #expect(try ledger.read { $0.size } == size + 2)
    #expect(
      try ledger.count(of: "import.quarantined") == 1
        && ledger.count(of: "import.completed") == 1)
    #expect(try ask(ledger) == "deny G1.erased e9")
  }
}
