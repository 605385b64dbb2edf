// rapport schema as a user runs it: outcomes, exit statuses, one JSON document on standard output.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct SchemaCommandTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private func write(_ text: String, to name: String) throws {
    let path = "\(folder.path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private static func schema(_ version: Int, _ fields: String, required: String = "") -> String {
    #"""
    {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "parcel.sent/\#(version)",
     "x-subject": "customer", "x-dataclassification": "internal", "x-datacategory": "standard",
     "type": "object", "additionalProperties": false, "properties": {\#(fields)}, "required": [\#(required)]}

    """#
  }

  private static func event(_ number: Int) -> String {
    #"""
    {"specversion":"1.0","id":"p-\#(number)","source":"/post","type":"parcel.sent","subject":"c1",\#
    "time":"2026-03-01T09:00:00Z","dataschema":"parcel.sent/1","authtype":"system","authid":"post","data":{"grams":\#(number)}}

    """#
  }

  private func writeChange() throws {
    try write(
      Self.schema(2, #""kilograms": {"type": "number"}"#, required: #""kilograms""#),
      to: "new/events/parcel.sent.v2.json")
    try write(
      #"""
      {"type": "parcel.sent", "from": 1, "to": 2, "steps": [
        {"scale": "/grams", "over": 1000}, {"rename": "/grams", "to": "kilograms"}]}

      """#, to: "new/upcasts/parcel.sent.v1-v2.json")
  }

  private func makeLedger() throws {
    try write(
      Self.schema(1, #""grams": {"type": "integer"}"#, required: #""grams""#),
      to: "own/parcel.sent.v1.json")
    let made = try program.run("init", "--own-types-only", "--schemas", "own", "--json")
    #expect(made.status == 0)
    #expect(try made.json()["schemas"]?.integer == 1)
    let lines = (0..<20).map { Self.event($0) }.joined()
    #expect(try program.run("append", input: lines).status == 0)
  }

  @Test func aChangeIsCheckedAddedAndSeen() throws {
    try makeLedger()
    try writeChange()
    let check = try program.run("schema", "check", "--schemas", "new", "--against-log")
    #expect(check.status == 0)
    #expect(check.output.contains("parcel.sent 1 -> 2  is read by parcel.sent.v1-v2.json"))
    #expect(check.output.contains("20 stored events"))
    #expect(check.output.contains("All is well."))
    let json = try program.run("schema", "check", "--schemas", "new", "--against-log", "--json")
      .json()
    #expect(json["good"]?.bool == true)
    #expect(json["log"]?["lifted"]?.integer == 20)
    #expect(json["links"]?.elements.map { $0["read"]?.string } == ["upcast"])
    // Nothing was written.
    #expect(
      try program.run("schema", "list", "--json").json().elements.map { $0["newest"]?.integer } == [
        1
      ])

    #expect(try program.run("schema", "add", "new").status == 0)
    let again = try program.run("schema", "add", "new", "--json")
    #expect(try again.json()["known"]?.integer == 2)
    let list = try program.run("schema", "list")
    #expect(list.output.contains("version 1  is read by parcel.sent.v1-v2.json"))
    let diff = try program.run("schema", "diff", "parcel.sent", "1", "2")
    #expect(diff.output.contains("/kilograms is new: required, number"))
    #expect(diff.output.contains("/grams is gone; it was required, integer"))
    #expect(diff.output.contains("the data may lack the member kilograms (required)"))
    #expect(
      try program.run("replay", "--json", "--last", "1").output.contains(#""data":{"grams":19}"#))
  }

  @Test func whatCannotBeReadEndsWith65AndACode() throws {
    try makeLedger()
    try writeChange()
    try FileManager.default.removeItem(atPath: "\(folder.path)/new/upcasts")
    let check = try program.run("schema", "check", "--schemas", "new", "--against-log", "--json")
    #expect(check.status == 65)
    #expect(try check.json()["good"]?.bool == false)
    #expect(
      try check.json()["findings"]?.elements.map { $0["code"]?.string } == ["schema.no-upcast"])
    let failures = try check.json()["log"]?["failures"]?.elements.map { $0 } ?? []
    #expect(failures.map { $0["code"]?.string } == ["schema.no-upcast"])
    #expect(failures.first?["count"]?.integer == 20)
    let words = try program.run("schema", "check", "--schemas", "new")
    #expect(words.status == 65 && words.output.contains("[schema.no-upcast]"))
    let add = try program.run("schema", "add", "new")
    #expect(add.status == 65 && add.error.contains("[schema.no-upcast]"))
    #expect(try program.run("schema", "check").status == 0)
  }

  @Test func wrongUseAndWrongFilesAreToldInASentence() throws {
    #expect(try program.run("init", "--own-types-only").status == 64)
    try makeLedger()
    let missing = try program.run("schema", "add", "nowhere")
    #expect(missing.status == 66)
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/empty", withIntermediateDirectories: true)
    let empty = try program.run("schema", "check", "--schemas", "empty")
    #expect(empty.status == 66 && empty.error.contains("[schema.missing]"))
    try write(
      #"{"type": "parcel.sent", "from": 1, "to": 2, "steps": [{"renme": "/a"}]}"#,
      to: "bad/parcel.sent.v1-v2.json")
    let bad = try program.run("schema", "add", "bad")
    #expect(bad.status == 65)
    #expect(bad.error.contains("parcel.sent.v1-v2.json, /steps/0, renme: "))
    #expect(bad.error.contains("[schema.unknown-step]"))
    try write(Self.schema(1, #""grams": {"type": "number"}"#), to: "changed/parcel.sent.v1.json")
    let changed = try program.run("schema", "add", "changed")
    #expect(changed.status == 65 && changed.error.contains("[schema.published]"))
    #expect(try program.run("schema", "diff", "parcel.sent", "1", "3").status == 64)
    #expect(try program.run("schema", "diff", "parcel.gone", "1", "2").status == 64)
  }

  @Test func versionsAreComparedBeforeTheyAreAdded() throws {
    try makeLedger()
    try writeChange()
    #expect(try program.run("schema", "diff", "parcel.sent", "1", "2").status == 64)
    let diff = try program.run("schema", "diff", "parcel.sent", "1", "2", "--schemas", "new")
    #expect(diff.status == 0 && diff.output.contains("/kilograms is new: required, number"))
    #expect(diff.output.contains("Events are lifted by parcel.sent.v1-v2.json."))
    #expect(try program.run("schema", "list").output.contains("version 1, own"))
    let missing = try program.run("schema", "diff", "parcel.sent", "1", "2", "--schemas", "none")
    #expect(missing.status == 66)
  }

  @Test func whatStoredEventsCouldNotBeReadByNeedsAWord() throws {
    try makeLedger()
    try writeChange()
    try write(
      Self.schema(2, #""kilograms": {"type": "number", "maximum": 0.01}"#),
      to: "new/events/parcel.sent.v2.json")
    let refused = try program.run("schema", "add", "new")
    #expect(refused.status == 65 && refused.error.contains("[schema.stored-events]"))
    #expect(refused.error.contains("9 stored events") && refused.error.contains("at 11"))
    #expect(try program.run("schema", "list").output.contains("version 1, own"))
    #expect(try program.run("schema", "add", "new", "--accept-holes").status == 0)
    #expect(try program.run("schema", "list").output.contains("version 2, own"))
  }

  @Test func aNewVersionIsToldInALedgerThatTellsOfItself() throws {
    try write(
      Self.schema(1, #""grams": {"type": "integer"}"#, required: #""grams""#),
      to: "own/parcel.sent.v1.json")
    let made = try program.run("init", "--schemas", "own", "--json")
    // The plan, and the type.
    #expect(try made.json()["appended"]?.integer == 25)
    try writeChange()
    let added = try program.run("schema", "add", "new")
    #expect(added.status == 0, "\(added.error)")
    #expect(added.output.contains("Registered 1 version in the ledger."))
    #expect(try program.run("schema", "add", "new", "--json").json()["registered"]?.integer == 0)
    let told = try program.run("replay", "--type", "schema.registered")
    #expect(told.lines.count == 2)
    #expect(told.lines.last?.hasSuffix("Schema parcel.sent/2 is in force") == true)
    // The command that appended it has taken it in; only the new catalogue is left to come.
    let views = try program.run("views", "--json").json()
    #expect(views.elements.allSatisfy { $0["lag"]?.integer == 0 })
    for view in ["customer", "permission"] {
      #expect(try program.run("query", view, "SELECT 1").error.contains("built anew"))
    }
    #expect(try program.run("verify", "--deep").status == 0)
  }

  @Test func initTakesUpcastsToo() throws {
    try write(
      Self.schema(1, #""grams": {"type": "integer"}"#), to: "new/events/parcel.sent.v1.json")
    try writeChange()
    let made = try program.run("init", "--schemas", "new", "--json")
    #expect(made.status == 0)
    #expect(try made.json()["schemas"]?.integer == 2)
    #expect(try made.json()["upcasts"]?.integer == 1)
    let list = try program.run("schema", "list", "--json").json()
    #expect(list.count == 110)
  }
}
