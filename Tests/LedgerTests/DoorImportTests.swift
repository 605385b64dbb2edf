// Imports only tighten: what a row may do, and what is said of one that may not.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing
import Vault

@Suite struct DoorImportTests {
  private static let header = "email,status,changed\n"

  private func customer(_ extra: String = "") async throws -> TestLedger {
    let ledger = try TestLedger.at("2025-01-01")
    try await ledger.publish()
    let refused = try await ledger.tell(
      Lines.event(
        "r1", "customer.registered", at: "2026-01-01", ["kind": "person", "country": "DE"])
        + Lines.event("a1", "contactpoint.added", at: "2026-01-01", Lines.point())
        + Lines.event("n1", "notice.presented", at: "2026-01-01", by: "system", Lines.notice)
        + Lines.event("g1", "consent.given", at: "2026-01-02", Lines.consent()) + extra)
    #expect(refused == [])
    ledger.wait(until: History.instant("2026-05-01"))
    return ledger
  }

  private func consents(
    _ rows: String, into ledger: TestLedger, strict: Bool = false
  ) async throws -> (summary: ImportSummary, rejects: [JSONValue]) {
    let path = "\(ledger.folder.path)/list.csv"
    try Ledger.writePrivateFile(Array((Self.header + rows).utf8), to: path)
    return try await importFile(path, "consent-list", into: ledger, strict: strict)
  }

  private func envelopes(
    _ lines: String, into ledger: TestLedger
  ) async throws -> (summary: ImportSummary, rejects: [JSONValue]) {
    let path = "\(ledger.folder.path)/events.ndjson"
    try Ledger.writePrivateFile(Array(lines.utf8), to: path)
    return try await importFile(path, "cloudevents", into: ledger)
  }

  private func importFile(
    _ path: String, _ mapping: String, into ledger: TestLedger, strict: Bool = false
  ) async throws -> (summary: ImportSummary, rejects: [JSONValue]) {
    let file = "\(ledger.folder.path)/rejects.ndjson"
    let rejects = try RejectFile(file)
    let summary = try await ledger.write { open in
      try await Importer(ledger: open, mapping: Importer.mapping(mapping))
        .importFile(path, strict: strict, rejects: rejects)
    }
    guard try rejects.finish() != nil else { return (summary, []) }
    let lines = SharedData.bytes(ofFile: file).split(separator: 0x0A)
    return (summary, try lines.map { try JSONDocument(scanning: Array($0)).root.value })
  }

  private func notes(of ledger: TestLedger) throws -> [JSONValue] {
    var found: [JSONValue] = []
    try ledger.read { ledger in
      try ledger.replay(types: ["import.quarantined"], described: false) { entry, _ in
        found.append(try JSONDocument(scanning: Array(entry)).root["data"]?.value ?? .null)
      }
    }
    return found
  }

  // MARK: The list that says yes

  @Test func subscribedForSomebodyWhoWithdrewChangesNothingAndNamesHerWord() async throws {
    let withdrawn = Lines.event("w1", "consent.withdrawn", at: "2026-02-01", Lines.optOut())
    let ledger = try await customer(withdrawn)
    let before = try ledger.ask()
    #expect(before == "deny G5.withdrawn w1")
    let size = try ledger.read { $0.size }
    let row = "a@example.test,subscribed,2026-03-01T09:00:00Z"
    let (summary, rejects) = try await consents(row + "\n", into: ledger)
    #expect(try ledger.ask() == before)
    #expect(summary.rowsRead == 1 && summary.rejected == 1)
    #expect(rejects.count == 1)
    #expect(rejects.first?["code"] == "import.loosens")
    #expect(rejects.first?["decidingEventId"] == "w1")
    #expect(rejects.first?["row"] == .string(row))
    let note = try #require(try notes(of: ledger).first)
    #expect(note["reason"] == "loosensPermission" && note["decidingEventId"] == "w1")
    #expect(note["rowNumber"] == 2)
    #expect(try ledger.read { $0.size } == size + 2, "import.quarantined and import.completed")
    #expect(!note.text.contains("example"))
    // Again: nothing is added, and the reject file says the same.
    let (again, rejectsAgain) = try await consents(row + "\n", into: ledger)
    #expect(again.events.appended == 0 && rejectsAgain == rejects)
    #expect(try ledger.read { $0.size } == size + 2)
  }

  @Test func whereNobodySaidNoThereIsNoDecidingEvent() async throws {
    let ledger = try await customer()
    let (_, rejects) = try await consents(
      "a@example.test,subscribed,2026-03-01T09:00:00Z\nnew@example.test,opted_in,2026-03-01T09:00:00Z\n",
      into: ledger)
    #expect(rejects.map { $0["code"] } == ["import.loosens", "import.loosens"])
    #expect(rejects.allSatisfy { $0["decidingEventId"] == nil })
    #expect(try ledger.count(of: "customer.registered") == 1, "a yes makes nobody")
  }

  /// What a later yes of her own lifted is no no any more.
  @Test func aNoThatSheLiftedDoesNotDecide() async throws {
    let ledger = try await customer(
      Lines.event("w1", "consent.withdrawn", at: "2026-02-01", Lines.optOut())
        + Lines.event("g2", "consent.given", at: "2026-02-02", Lines.consent()))
    let (_, rejects) = try await consents(
      "a@example.test,subscribed,2026-03-01T09:00:00Z\n", into: ledger)
    #expect(rejects.first?["decidingEventId"] == nil)
  }

  @Test func aRowOfTheSameFileCanBeTheNo() async throws {
    let ledger = try await customer()
    let (_, rejects) = try await consents(
      """
      a@example.test,unsubscribed,2026-03-01T09:00:00Z
      a@example.test,subscribed,2026-03-01T10:00:00Z

      """, into: ledger)
    #expect(rejects.map { $0["decidingEventId"] } == ["list.csv:2@a"])
  }

  @Test func strictAppendsNothingOfAFileThatWouldLoosen() async throws {
    let ledger = try await customer()
    let size = try ledger.read { $0.size }
    let (summary, rejects) = try await consents(
      "a@example.test,unsubscribed,2026-03-01T09:00:00Z\nb@example.test,subscribed,2026-03-01T09:00:00Z\n",
      into: ledger, strict: true)
    #expect(summary.rejected == 1 && rejects.count == 1)
    #expect(try ledger.read { $0.size } == size)
  }

  // MARK: A no for an address

  @Test func aNoForAnAddressReachesEverybodyWhoHasIt() async throws {
    let ledger = try await customer(
      Lines.event("a2", "contactpoint.added", of: "c2", at: "2026-01-01", Lines.point("b")))
    #expect(try ledger.ask() == "allow G6.consent g1")
    let row = "  A@Example.Test ,unsubscribed,2026-03-01T09:00:00Z\n"
    let (summary, rejects) = try await consents(row, into: ledger)
    #expect(summary.events.appended == 2 && rejects.isEmpty)
    // Both noes hold for the address, so that either may be named.
    #expect(try ledger.ask().hasPrefix("deny G5.optOut list.csv:2@"))
    #expect(try ledger.ask("c2", point: "b").hasPrefix("deny G5.optOut list.csv:2@"))
    #expect(try await consents(row, into: ledger).summary.events.appended == 0)
  }

  @Test func mergedSubjectsAreOneCustomer() async throws {
    let ledger = try await customer(
      Lines.event("a2", "contactpoint.added", of: "c2", at: "2026-01-01", Lines.point("b"))
        + Lines.event(
          "m1", "profile.merged", at: "2026-01-03", by: "staff",
          ["canonical": "c1", "absorbed": "c2", "assurance": "probable"]))
    let (summary, _) = try await consents(
      "a@example.test,unsubscribed,2026-03-01T09:00:00Z\n", into: ledger)
    #expect(summary.events.appended == 1)
  }

  @Test func aNoIsThereBeforeTheCustomerIs() async throws {
    let ledger = try await customer()
    let row = "late@example.test,unsubscribed,2026-03-01T09:00:00Z\n"
    let (summary, _) = try await consents(row + row, into: ledger)
    #expect(summary.events.appended == 4, "a customer, her address, and two noes")
    #expect(try await consents(row + row, into: ledger).summary.events.appended == 0)
    // She comes by herself, and says yes to something else.
    let came = try await ledger.tell(
      Lines.event(
        "r9", "customer.registered", of: "c9", at: "2026-04-01",
        ["kind": "person", "country": "US"])
        + Lines.event(
          "a9", "contactpoint.added", of: "c9", at: "2026-04-01",
          Lines.point("z", "late@example.test")))
    #expect(came == [])
    #expect(try ledger.ask("c9", point: "z").hasPrefix("deny G5.optOut list.csv:"))
  }

  @Test func whatSaysNeitherIsLeftOut() async throws {
    let ledger = try await customer()
    let (summary, rejects) = try await consents(
      "a@example.test,pending,2026-03-01T09:00:00Z\na@example.test,perhaps,2026-03-01T09:00:00Z\n",
      into: ledger)
    #expect(summary.skipped.map(\.rows) == [1])
    #expect(rejects.map { $0["code"] } == ["import.no-event"])
    #expect(summary.events.appended == 0)
  }

  // MARK: Addresses

  /// A ledger whose customer was erased: her address is kept as a hash.
  private func erased() async throws -> TestLedger {
    let ledger = try await customer()
    let hash = try ledger.read { try $0.addressHash().text(of: "a@example.test") }
    _ = try await ledger.append(
      Lines.event(
        "x1", "data.erased", at: "2026-02-01", by: "staff",
        [
          "requestId": "q1", "keyIds": [], "oldEpoch": 1, "newEpoch": 2,
          "suppressed": [.string(hash)], "readModels": [], "scanResult": "clean",
        ]))
    return ledger
  }

  @Test func whoWasErasedIsNotBroughtBack() async throws {
    let ledger = try await erased()
    let (summary, rejects) = try await consents(
      """
      a@example.test,subscribed,2026-03-01T09:00:00Z
      a@example.test,unsubscribed,2026-03-01T09:00:00Z

      """, into: ledger)
    #expect(rejects.map { $0["code"] } == ["import.suppressed", "import.suppressed"])
    #expect(rejects.allSatisfy { $0["decidingEventId"] == "x1" })
    #expect(summary.events.appended == 2, "two notes")
    #expect(try notes(of: ledger).allSatisfy { $0["reason"] == "suppressed" })
    let (added, _) = try await envelopes(
      Lines.event(
        "i1", "contactpoint.added", of: "c7", by: "import", source: "/old",
        Lines.point("o", "a@example.test", addedBy: "import")), into: ledger)
    #expect(added.rejections.map(\.code) == ["import.suppressed"])
    #expect(try ledger.count(of: "contactpoint.added") == 1)
  }

  /// Neither what stands before her address in a row nor what stands behind it: a number of hers that nobody erased.
  @Test func ofARowAboutSomebodyErasedNothingGoesIn() async throws {
    let ledger = try await erased()
    let size = try ledger.read { $0.size }
    let call: JSONValue = [
      "type": "identify", "messageId": "m1", "userId": "u7", "timestamp": "2026-03-01T09:00:00Z",
      "traits": ["name": "A", "email": "a@example.test", "phone": "+493023125009"],
    ]
    let path = "\(ledger.folder.path)/calls.ndjson"
    try Ledger.writePrivateFile(Array("\(call.text)\n".utf8), to: path)
    let (summary, rejects) = try await importFile(path, "segment", into: ledger)
    #expect(rejects.map { $0["code"] } == ["import.suppressed"])
    #expect(summary.events.appended == 1, "the note")
    #expect(try ledger.read { $0.size } == size + 2, "import.quarantined and import.completed")
    #expect(try ledger.count(of: "contactpoint.added") == 1)
  }

  @Test func anAddressThatSheHasAddsNothingAndRevivesNothing() async throws {
    let ledger = try await customer(
      Lines.event(
        "v1", "contactpoint.invalidated", at: "2026-02-01", by: "system",
        ["contactPointId": "a", "reason": "hardBounce"]))
    let before = try ledger.ask()
    #expect(before == "deny G1.contactPointInvalid v1")
    let (summary, rejects) = try await envelopes(
      Lines.event(
        "i1", "contactpoint.added", by: "import", source: "/old",
        Lines.point("old-1", channels: ["email", "whatsapp"], addedBy: "import"))
        + Lines.event(
          "i2", "optout.recorded", by: "import", source: "/old", Lines.optOut(point: "old-1")),
      into: ledger)
    #expect(rejects.isEmpty && summary.events.appended == 1)
    #expect(try ledger.ask() == before)
    #expect(try ledger.count(of: "contactpoint.added") == 1)
    // The no that named the other contact point means the one that she has.
    var point = ""
    try ledger.read { ledger in
      try ledger.replay(types: ["optout.recorded"], described: false) { entry, _ in
        point +=
          try JSONDocument(scanning: Array(entry)).root["data"]?["contactPoint"]?.string ?? ""
      }
    }
    #expect(point == "a")
  }

  /// An id that was not added means the address that it stood for, in the whole file.
  @Test func anIdOfTheFileNeverChangesItsAddress() async throws {
    let ledger = try await customer()
    let (summary, rejects) = try await envelopes(
      Lines.event(
        "i1", "contactpoint.added", by: "import", source: "/old",
        Lines.point("old-1", addedBy: "import"))
        + Lines.event(
          "i2", "contactpoint.added", by: "import", source: "/old",
          Lines.point("old-1", "other@example.test", addedBy: "import")),
      into: ledger)
    #expect(rejects.map { $0["code"] } == ["import.loosens"])
    #expect(summary.events.appended == 1)
    #expect(try ledger.ask() == "allow G6.consent g1")
  }

  // MARK: Whatever would loosen

  private static let loosening: [(type: String, data: JSONValue, deciding: String?)] = [
    ("consent.given", Lines.consent(), "w1"),
    ("contact.resumed", ["pauseEventId": "p1"], "p1"),
    ("contactpoint.verified", ["contactPointId": "a", "method": "link"], "v1"),
    (
      "channel.chosen",
      ["purpose": "marketing", "topic": "*", "channels": ["email"], "mode": "only"], nil
    ),
    ("restriction.lifted", ["restrictionEventId": "s1"], "s1"),
    ("contactpoint.added", Lines.point("n", "n@example.test"), nil),
    ("contactpoint.added", Lines.point("a", "n@example.test", addedBy: "import"), nil),
    ("profile.attribute.rectified", ["path": "country", "newValue": "US"], nil),
    ("profile.attribute.rectified", ["path": "birthDate", "newValue": "1980-01-01"], "b1"),
    ("customer.registered", ["kind": "person", "birthDate": "1980-01-01"], "b1"),
    (
      "profile.merged",
      [
        "canonical": "c1", "absorbed": "c2", "assurance": "verified",
        "evidence": ["kind": "idCheck", "reference": "x"],
      ], nil
    ),
  ]

  @Test(arguments: loosening.indices) func whatWouldLoosenIsSetAside(index: Int) async throws {
    let (type, data, deciding) = Self.loosening[index]
    let ledger = try await customer(
      Lines.event("w1", "consent.withdrawn", at: "2026-02-01", Lines.optOut())
        + Lines.event(
          "p1", "contact.paused", at: "2026-02-01",
          ["purpose": "*", "topic": "*", "channel": "*", "until": "2027-01-01T00:00:00Z"])
        + Lines.event(
          "v1", "contactpoint.invalidated", at: "2026-02-01", by: "system",
          ["contactPointId": "a", "reason": "hardBounce"])
        + Lines.event(
          "s1", "restriction.applied", at: "2026-02-01", by: "staff",
          ["reason": "accuracyContested"])
        + Lines.event(
          "b1", "profile.attribute.rectified", at: "2026-02-01", by: "staff",
          ["path": "birthDate", "newValue": "2015-01-01"]))
    let size = try ledger.read { $0.size }
    let line = Lines.event("i1", type, by: "import", source: "/old", data)
    let (summary, rejects) = try await envelopes(line, into: ledger)
    #expect(rejects.map { $0["code"] } == ["import.loosens"])
    #expect(rejects.first?["decidingEventId"] == deciding.map { .string($0) })
    #expect(summary.events.appended == 1)
    #expect(try ledger.read { $0.size } == size + 2)
    #expect(try notes(of: ledger).first?["reason"] == "loosensPermission")
    // Neither does it come in by another way.
    let appended = try await ledger.append(line)
    if type != "contactpoint.added", type != "customer.registered" {
      #expect(appended.rejected == 1 && appended.appended == 0)
    }
  }

  /// A contact point that a yes already names would decide what the yes was for.
  @Test func whatAYesWaitsForCannotBeBroughtIn() async throws {
    let ledger = try TestLedger.at("2025-01-01")
    try await ledger.publish()
    try await ledger.tell(
      Lines.event("n1", "notice.presented", at: "2026-01-01", by: "system", Lines.notice)
        + Lines.event("g1", "consent.given", at: "2026-01-02", Lines.consent(point: "ghost")))
    let (_, rejects) = try await envelopes(
      Lines.event(
        "i1", "contactpoint.added", by: "import", source: "/old",
        Lines.point("ghost", "g@example.test", addedBy: "import")), into: ledger)
    #expect(rejects.map { $0["code"] } == ["import.loosens"])
  }

  @Test func theSameAgeAgainIsNoRectification() async throws {
    let ledger = try TestLedger.at("2026-03-03")
    func registered(_ id: String, _ date: String) -> String {
      Lines.event(
        id, "customer.registered", by: "import", source: "/old",
        ["kind": "person", "birthDate": .string(date)])
    }
    let (summary, rejects) = try await envelopes(
      registered("i1", "2012-01-01") + registered("i2", "2012-01-01")
        + registered("i3", "1980-01-01"), into: ledger)
    // Of two that say the same, the later one is what she would be made older than.
    #expect(rejects.map { $0["decidingEventId"] } == ["i2"])
    #expect(summary.events.appended == 3)
  }
}
