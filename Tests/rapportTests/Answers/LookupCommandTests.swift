// rapport lookup: a number is enough to be known, and to be told what we owe.

import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct LookupCommandTests {
  private static func credit(_ id: String, time: String, until: String? = nil) -> String {
    AnswerLedger.event(
      "grant-\(id)", "credit.granted",
      .object([
        "promiseId": .string(id), "amount": ["amount": "20.00", "currency": "EUR"],
        "reason": "the parcel was late", "redeemWhere": "*",
        "validUntil": until.map { .string($0) },
      ]), by: "user", time: time)
  }

  @Test func aNumberHoweverItIsWrittenFindsHer() throws {
    let ledger = try AnswerLedger()
    for words in [
      ["--phone", "+49 30 2312 5001"], ["--phone", "030/23125001", "--country", "DE"],
      ["--phone", "0049 30 23125001"], ["--email", " Ann@EXAMPLE.test"], ["--id", "ann"],
    ] {
      let found = try ledger.program.run(["lookup", "--json"] + words)
      #expect(found.status == 0, "\(words): \(found.error)")
      #expect(try found.value()["found"]?.elements.map { $0["customer"]?.string } == ["ann"])
    }
    let page = try ledger.program.run("lookup", "--phone", "+493023125001")
    #expect(page.lines.first == "Ann Practice  (ann)")
    #expect(page.output.contains("phone, not verified"))
    #expect(page.output.contains("We owe\n  nothing"))
  }

  @Test func nobodyIsOneAndAWrongNumberIsAnError() throws {
    let ledger = try AnswerLedger()
    let nobody = try ledger.program.run("lookup", "--phone", "+493023125099")
    #expect(nobody.status == 1 && nobody.error.isEmpty)
    #expect(nobody.output == "Nobody with this yet.\n")
    let bare = try ledger.program.run("lookup", "--phone", "030 23125001")
    #expect(bare.status == 64 && bare.error.contains("--country DE"))
    #expect(!bare.error.contains("23125001"))
    #expect(try ledger.program.run("lookup", "--email", "ann").status == 64)
    #expect(try ledger.program.run("lookup").status == 64)
    #expect(try ledger.program.run("lookup", "--phone", "1", "--email", "a@b.test").status == 64)
  }

  @Test func whatWeOweComesWithItsAgeAndTheLoudestFirst() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      Self.credit("old", time: "2025-01-01T09:00:00Z"),
      Self.credit("asked", time: "2025-06-01T09:00:00Z"),
      Self.credit("gone", time: "2025-01-01T09:00:00Z", until: "2025-02-01T09:00:00Z"),
      Self.credit("kept", time: "2025-01-02T09:00:00Z"),
      AnswerLedger.event(
        "again", "inquiry.received",
        ["inquiryId": "i1", "channel": "voice", "topic": "service"],
        time: "2025-07-01T09:00:00Z", cause: "grant-asked"),
      AnswerLedger.event(
        "paid", "credit.redeemed",
        [
          "promiseId": "kept", "amount": ["amount": "20.00", "currency": "EUR"], "storeId": "s7",
        ], by: "user", time: "2025-01-20T09:00:00Z"),
    ])
    let found = try ledger.program.run("lookup", "--phone", "+493023125001", "--json").value()
    #expect(found["owed"]?.integer == 2)
    let promises = try #require(found["found"]?.elements.first?["promises"]?.elements)
    #expect(promises.compactMap { $0["promiseId"]?.string } == ["asked", "old", "gone", "kept"])
    #expect(promises[0]["urgency"]?.string == "askedAgain")
    #expect(promises[0]["askedAgain"]?.elements.first?["eventId"]?.string == "again")
    #expect(promises[1]["urgency"]?.string == "old")
    #expect((promises[1]["ageDays"]?.integer ?? 0) > 30)
    #expect(promises[1]["redeemWhere"]?.string == "*")
    #expect(promises[2]["state"]?.string == "expired" && promises[2]["urgency"] == nil)
    #expect(promises[3]["redeemed"]?["by"]?["eventId"]?.string == "paid")
    #expect(promises[3]["redeemed"]?["storeId"]?.string == "s7")
    let page = try ledger.program.run("lookup", "--phone", "+493023125001").output
    #expect(page.contains("20.00 EUR: the parcel was late, anywhere, since 2025-06-01"))
    #expect(page.contains("asked for again 1 time"))
    #expect(page.contains("Kept"))
  }

  @Test func severalCustomersMayHaveOneNumber() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.event(
        "bob-phone", "contactpoint.added",
        [
          "contactPointId": "p2", "kind": "phone", "channels": ["voice"],
          "value": "+493023125001", "ownership": "unknown", "addedBy": "customer",
        ], customer: "bob"),
      AnswerLedger.event(
        "bob-verified", "contactpoint.verified", ["contactPointId": "p2", "method": "code"],
        customer: "bob"),
    ])
    let found = try ledger.program.run("lookup", "--phone", "+493023125001", "--json").value()
    let all = found["found"]?.elements ?? []
    #expect(all.compactMap { $0["customer"]?.string } == ["ann", "bob"])
    #expect(all.allSatisfy { $0["foundBy"]?.elements.first?["shared"] == true })
    #expect(all.map { $0["foundBy"]?.elements.first?["verified"] } == [false, true])
  }

  @Test func anIdentifierFindsHerToo() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.event(
        "card", "identifier.linked",
        ["idType": "loyalty", "value": "LC-90017", "assurance": "verified"])
    ])
    let found = try ledger.program.run("lookup", "--id", "LC-90017", "--json").value()
    #expect(found["found"]?.elements.first?["customer"]?.string == "ann")
    #expect(
      found["found"]?.elements.first?["foundBy"]?.elements.first?["kind"]?.string == "loyalty")
  }

  /// The view that numbers are looked up in holds none: its key lies elsewhere, readable by its owner alone.
  @Test func noIndexHoldsTheNumber() throws {
    let ledger = try AnswerLedger()
    #expect(try ledger.program.run("lookup", "--phone", "+493023125001").status == 0)
    let rows = try ledger.program.run(
      "query", "permission", "SELECT address FROM contact_point", "--json"
    ).value()
    #expect(rows.elements.count == 2)
    #expect(rows.elements.allSatisfy { $0["address"]?.string?.hasPrefix("hmac-sha256:") == true })
    var elsewhere = ledger.program
    elsewhere.environment = ["RAPPORT_KEYS": "other-keys"]
    #expect(
      try elsewhere.run("lookup", "--phone", "+493023125001").status == 0,
      "another key makes other hashes, and the view is made anew by them")
  }
}
