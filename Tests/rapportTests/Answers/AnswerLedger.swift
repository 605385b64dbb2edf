// A small ledger with the policy that ships, and events of one customer, for the commands that answer questions.

import Foundation
import JSONBytes
import Ledger
import RapportTesting
import Testing

/// A ledger in a folder of its own.
struct AnswerLedger {
  let folder = TemporaryFolder()
  var program: Program { Program(directory: folder.path) }

  /// Makes the ledger, with a customer `ann` who gave an address, a number and read a notice.
  init() throws {
    try #require(try program.run("init").status == 0)
    try append([
      Self.event(
        "reg", "customer.registered", ["kind": "person", "name": "Ann Practice", "country": "DE"]),
      Self.event(
        "mail", "contactpoint.added",
        [
          "contactPointId": "m1", "kind": "email", "channels": ["email"],
          "value": "ann@example.test", "ownership": "sole", "addedBy": "customer",
        ]),
      Self.event(
        "phone", "contactpoint.added",
        [
          "contactPointId": "p1", "kind": "phone", "channels": ["voice", "sms"],
          "value": "+493023125001", "ownership": "sole", "addedBy": "customer",
          "timeZones": ["Europe/Berlin"],
        ]),
      Self.event(
        "notice", "notice.presented",
        [
          "noticeId": "n1", "noticeVersion": "v1", "language": "de",
          "contentHash": .string(Self.hash),
          "surface": "web.preferences", "purposes": ["marketing"],
        ]),
    ])
  }

  private static let hash = "sha256:" + String(repeating: "0", count: 64)

  /// Now, as events write it.
  static var now: String { Ledger.now().text }

  /// An event of `ann`, by herself unless told otherwise.
  static func event(
    _ id: String, _ type: String, _ data: JSONValue, customer: String = "ann",
    by author: String = "app_user", time: String = "2025-03-01T09:00:00Z", cause: String? = nil
  ) -> String {
    JSONValue.object([
      "specversion": "1.0", "id": .string(id), "source": "/web/preferences",
      "type": .string(type), "subject": .string(customer), "time": .string(time),
      "dataschema": .string("\(type)/1"), "authtype": .string(author),
      "authid": .string(author == "app_user" ? customer : "staff-17"),
      "causationid": cause.map { .string($0) }, "data": data,
    ]).text
  }

  /// Her yes to advertising by e-mail.
  static func consent(_ id: String = "yes", customer: String = "ann") -> String {
    event(
      id, "consent.given",
      [
        "purpose": "marketing", "topic": "*", "channel": "email", "contactPoint": "m1",
        "noticeEventId": "notice", "language": "de", "consentType": "expressed",
        "validityDuration": "untilWithdrawn", "lawfulBasis": "gdpr.6-1-a",
        "personalDataTypes": ["contact point"], "controllers": ["shop"], "recipients": [],
        "storageLocations": ["DE"], "retentionPeriod": "P36M", "jurisdiction": "DE",
        "withdrawalMethod": "one click", "method": "webForm",
      ], customer: customer)
  }

  /// Her no to it. A no counts from the earlier of its two times, a yes from the later: `time` must lie behind the yes.
  static func withdrawal(_ id: String = "no", time: String) -> String {
    event(
      id, "consent.withdrawn",
      [
        "purpose": "marketing", "topic": "*", "channel": "email", "contactPoint": "*",
        "route": "portal", "words": "no more letters of this kind",
      ], time: time)
  }

  func append(_ lines: [String]) throws {
    let outcome = try program.run(
      "append", "--json", input: lines.map { $0 + "\n" }.joined())
    try #require(outcome.status == 0, "\(outcome.error)")
  }

  /// Asks whether marketing may write to her.
  func ask(_ more: String...) throws -> Program.Outcome {
    try program.run(
      [
        "may-contact", "--customer", "ann", "--department", "marketing", "--purpose", "marketing",
        "--channel", "email",
      ] + more)
  }

  /// Position of the event with this id.
  func position(of id: String) throws -> Int64 {
    for line in try program.run("timeline", "ann", "--json").lines {
      let entry = try JSONDocument(scanning: Array(line.utf8)).root
      if entry["id"]?.equals(id) == true, let text = entry["sequence"]?.string {
        return try #require(Int64(text))
      }
    }
    throw PositionMissing(id: id)
  }

  struct PositionMissing: Error {
    var id: String
  }

  /// Every file of the ledger's views, as bytes.
  func viewBytes() throws -> [UInt8] {
    let views = "\(folder.path)/ledger/views"
    return try FileManager.default.contentsOfDirectory(atPath: views).flatMap {
      [UInt8](FileManager.default.contents(atPath: "\(views)/\($0)") ?? Data())
    }
  }
}

extension Program.Outcome {
  /// The one JSON document on standard output, as a tree.
  func value() throws -> JSONValue { try json().value }
}

extension JSONValue {
  /// The names of an object's members, in their order.
  var names: [String] {
    if case .object(let members) = self { members.map(\.name) } else { [] }
  }
}
