import Foundation
import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import ReadModels
import Testing

/// A customer whose name has an accent is one customer, whoever writes her name.
@Suite struct NameSpellingTests {
  private static let composed = "Ren\u{E9}"
  private static let decomposed = "Rene\u{301}"

  private static func order(_ id: String, _ subject: String) -> String {
    """
    {"specversion":"1.0","id":"\(id)","source":"/t","type":"order.completed","subject":"\(subject)",\
    "time":"2026-03-01T09:00:00Z","dataschema":"order.completed/1","authtype":"user","authid":"till",\
    "data":{"orderId":"\(id)","lines":[{"quantity":1}],"total":{"amount":"1.00","currency":"EUR"}}}

    """
  }

  @Test func theDoorTakesOneSpelling() async throws {
    let ledger = try TestLedger()
    let summary = try await ledger.append(
      Self.order("1", Self.composed) + Self.order("2", Self.decomposed)
        + Self.order("e\u{301}", Self.composed))
    #expect(summary.appended == 1)
    #expect(summary.rejections.map(\.code) == ["event.not-nfc", "event.not-nfc"])
  }

  /// Two files of one source, one of them written on a system that decomposes: one customer, and nothing twice.
  @Test func anImportBringsEitherSpellingToOneCustomer() async throws {
    let ledger = try TestLedger()
    let mapping = "\(ledger.folder.path)/tills.yaml"
    try Ledger.writePrivateFile(
      Array(
        """
        mapping: tills
        about: for a test
        reads: {format: delimited}
        id: "{receipt}"
        subject: {column: customer}
        time: "2026-03-01T09:00:00Z"
        events:
          - type: order.completed
            data:
              orderId: {column: number, as: id}
              lines: [{quantity: 1}]
              total: {amount: "1.00", currency: EUR}
        """.utf8), to: mapping)
    func bring(_ name: String, _ customer: String, _ receipt: String) async throws -> ImportSummary
    {
      let path = "\(ledger.folder.path)/\(name)"
      try Ledger.writePrivateFile(
        Array("customer,receipt,number\n\(customer),\(receipt),1\n".utf8), to: path)
      return try await ledger.importFile(path, mapping)
    }
    #expect(try await bring("one.csv", Self.composed, "caf\u{E9}-1").events.appended == 1)
    let again = try await bring("two.csv", Self.decomposed, "cafe\u{301}-1")
    #expect(
      again.events.appended == 0 && again.events.duplicates == 1, "the same event, by the same name"
    )
    #expect(try await bring("three.csv", Self.decomposed, "cafe\u{301}-2").events.appended == 1)
    try ledger.read { open in
      let history = try open.log.history(of: Self.composed)
      #expect(history.positions.count == 2)
      #expect(try open.log.history(of: Self.decomposed).positions.isEmpty)
      #expect(try open.customer(Self.composed).view?.who.events == 2)
    }
  }

  /// What a log holds from before shows under nobody, and whoever asks learns that something is missing.
  @Test func anEventFromBeforeIsToldAsAHole() async throws {
    let ledger = try TestLedger()
    try await ledger.write { open in
      for (id, subject) in [("1", Self.composed), ("2", Self.decomposed), ("3", Self.composed)] {
        _ = try await open.log.append([
          testEvent(
            id: id, subject: subject, type: "order.completed",
            data: [
              "lines": [["quantity": 1]], "orderId": .string(id),
              "total": ["amount": "1.00", "currency": "EUR"],
            ])
        ])
      }
    }
    try ledger.read { open in
      #expect(try open.customer(Self.composed).view?.who.events == 2)
      let view = try open.view("customer")
      _ = try view.catchUp()
      #expect(try view.status().holeCount == 1)
    }
    let rows = try ledger.query("SELECT reason FROM _rapport_holes")
    #expect(rows == #"[{"reason":"its subject is not in Unicode Normalization Form C"}]"#)
  }
}
