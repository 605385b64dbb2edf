// rapport receipt: a consent in the fields of ISO/IEC TS 27560.

import Foundation
import JSONBytes
import Ledger
import RapportTesting
import Testing

@Suite struct ReceiptCommandTests {
  @Test func aConsentHasAReceiptThatSheCanKeep() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    let position = try ledger.position(of: "yes")
    try ledger.program.write(
      """
      parties:
        shop:
          name: Example Shop Ltd
          address: 1 Example Street
          contact: privacy@example.com
          type: organisation
      """, to: "parties.yaml")
    let outcome = try ledger.program.run(
      "receipt", "--customer", "ann", "--event", "\(position)", "--parties", "parties.yaml",
      "--out", "receipt.json", "--json")
    #expect(outcome.status == 0, "\(outcome.error)")
    let receipt = try outcome.value()
    #expect(receipt["receipt_metadata"]?["schema_version"]?.string == "ISO/IEC TS 27560:2023")
    #expect(receipt["receipt_metadata"]?["pii_principal_id"]?.string == "ann")
    #expect(receipt["event_state"]?["now"]?.string == "ConsentGiven")
    #expect(receipt["not_filled"]?.elements.isEmpty == true)
    #expect(
      receipt["party_identification"]?.elements.first?["party_name"]?.string == "Example Shop Ltd")
    let path = "\(ledger.folder.path)/receipt.json"
    let written = [UInt8](try #require(FileManager.default.contents(atPath: path)))
    #expect(String(decoding: written, as: UTF8.self) == outcome.output)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let page = try ledger.program.run("receipt", "--customer", "ann", "--event", "yes")
    #expect(page.output.contains("Consent receipt") && page.output.contains("ConsentGiven"))
    #expect(page.output.contains("Not filled in"), "nobody said who the shop is")
  }

  @Test func aWithdrawalShowsWhatItEnded() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    try ledger.append([AnswerLedger.withdrawal(time: AnswerLedger.now)])
    let receipt = try ledger.program.run(
      "receipt", "--customer", "ann", "--event", "no", "--json"
    ).value()
    #expect(receipt["event_state"]?["as_of_event"]?.string == "ConsentWithdrawn")
    #expect(receipt["event"]?["words"]?.string == "no more letters of this kind")
    let record = receipt["consent_records"]?.elements.first
    #expect(record?["record_id"]?.string == "yes")
    #expect(
      record?["events"]?.elements.map { $0["event_state"]?.string } == [
        "ConsentGiven", "ConsentWithdrawn",
      ])
    let given = try ledger.program.run(
      "receipt", "--customer", "ann", "--event", "yes", "--json"
    ).value()
    #expect(given["event_state"]?["as_of_event"]?.string == "ConsentGiven")
    #expect(given["event_state"]?["now"]?.string == "ConsentWithdrawn")
    #expect(given["event_state"]?["now_by_event"]?.string == "no")
  }

  @Test func whatIsNoConsentOfHersHasNone() throws {
    let ledger = try AnswerLedger()
    try ledger.append([
      AnswerLedger.event("bob", "customer.registered", ["kind": "person"], customer: "bob")
    ])
    func run(_ customer: String, _ event: String) throws -> Program.Outcome {
      try ledger.program.run("receipt", "--customer", customer, "--event", event)
    }
    let fact = try run("ann", "reg")
    #expect(fact.status == 65 && fact.error.contains("[receipt.no-consent]"))
    #expect(fact.error.contains("customer.registered"))
    let other = try run("ann", "bob")
    #expect(other.status == 65 && other.error.contains("[event.other-customer]"))
    #expect(try run("ann", "999999").status == 66)
    #expect(try run("nobody", "reg").status == 66)
  }

  @Test func aFileOfPartiesThatIsWrongNamesTheLine() throws {
    let ledger = try AnswerLedger()
    try ledger.append([AnswerLedger.consent()])
    try ledger.program.write("parties:\n  shop:\n    name: Shop\n", to: "parties.yaml")
    let outcome = try ledger.program.run(
      "receipt", "--customer", "ann", "--event", "yes", "--parties", "parties.yaml")
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("parties.yaml"))
  }
}
