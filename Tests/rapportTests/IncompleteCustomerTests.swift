// rapport customer of somebody whose events could not all be taken in.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct IncompleteCustomerTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }
  private var schema: String { "\(folder.path)/ledger/schemas/events/parcel.sent.v1.json" }

  private static let parcel = #"""
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "parcel.sent/1",
     "x-subject": "customer", "x-dataclassification": "internal", "x-datacategory": "standard",
     "type": "object", "additionalProperties": false, "properties": {"grams": {"type": "integer"}}, "required": []}

    """#

  private static func event(
    _ id: String, _ type: String, of customer: String, _ data: String
  ) -> String {
    #"""
    {"specversion":"1.0","id":"\#(id)","source":"/t","type":"\#(type)","subject":"\#(customer)",\#
    "time":"2026-03-01T09:00:00Z","dataschema":"\#(type)/1","authtype":"user","authid":"desk","data":\#(data)}

    """#
  }

  /// Two customers with parcels, one of whom did something else too.
  private func makeLedger() throws {
    try program.makeLedger()
    let new = "\(folder.path)/new/events"
    try FileManager.default.createDirectory(atPath: new, withIntermediateDirectories: true)
    try Data(Self.parcel.utf8).write(to: URL(fileURLWithPath: "\(new)/parcel.sent.v1.json"))
    #expect(try program.run("schema", "add", "new").status == 0)
    let inquiry = #"{"inquiryId":"q","channel":"email","topic":"food"}"#
    let lines =
      Self.event("1", "inquiry.received", of: "c1", inquiry)
      + Self.event("2", "parcel.sent", of: "c1", #"{"grams":1}"#)
      + Self.event("3", "parcel.sent", of: "c1", #"{"grams":2}"#)
      + Self.event("4", "parcel.sent", of: "c2", #"{"grams":3}"#)
    #expect(try program.run("append", input: lines).status == 0)
  }

  private func isIncomplete(_ arguments: String...) throws -> Int? {
    let page = try program.run(["customer"] + arguments)
    #expect(page.status == 0)
    let object = try program.run(["customer", "--json"] + arguments)
    let incomplete = try object.json()["incomplete"]
    let count = incomplete?["events"]?.integer.map { Int($0) }
    #expect(page.output.contains("Incomplete: ") == (count != nil))
    if let count {
      #expect(page.output.contains("Incomplete: \(count) event"))
      #expect(page.output.contains("Once the cause is mended: rapport repair customer"))
      #expect(incomplete?["mendedBy"]?.string == "rapport repair customer")
    }
    return count
  }

  @Test func itSaysSoUntilTheCauseIsMendedAndTheViewRepaired() throws {
    try makeLedger()
    #expect(try isIncomplete("c1") == nil)
    #expect(try isIncomplete("c2") == nil)

    let kept = try Data(contentsOf: URL(fileURLWithPath: schema))
    try FileManager.default.removeItem(atPath: schema)
    #expect(try isIncomplete("c1") == 2)
    #expect(try isIncomplete("c1", "--as-of", "2026-03-02") == 2)
    for arguments in [["customer", "c2"], ["customer", "c2", "--as-of", "2026-03-02"]] {
      let lost = try program.run(arguments)
      #expect(lost.status == 65)
      #expect(lost.error.contains("[customer.incomplete]"))
      #expect(lost.error.contains("rapport repair customer"))
    }
    #expect(try program.run("customer", "c3").error.contains("[customer.missing]"))

    try kept.write(to: URL(fileURLWithPath: schema))
    #expect(try program.run("repair", "customer").status == 0)
    #expect(try isIncomplete("c1") == nil)
    #expect(try isIncomplete("c2") == nil)
  }

  @Test func whatAMergedSubjectLacksIsLackedByTheCustomer() throws {
    try makeLedger()
    let merge = #"{"canonical":"c1","absorbed":"c2","assurance":"probable"}"#
    #expect(
      try program.run("append", input: Self.event("5", "profile.merged", of: "c1", merge)).status
        == 0)
    try FileManager.default.removeItem(atPath: schema)
    #expect(try isIncomplete("c2") == 3)
    #expect(try isIncomplete("c1", "--as-of", "2026-03-02") == 3)
  }
}
