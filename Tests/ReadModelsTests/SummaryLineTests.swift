import Foundation
import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

@Suite struct SummaryLineTests {
  /// The schemas that ship, by type.
  private static let schemas: [(type: String, schema: JSONValue)] = {
    let folder = SharedData.repository + "/schemas/events"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { name in
      guard name.hasSuffix(".v1.json"),
        let document = try? JSONDocument(scanning: SharedData.bytes(ofFile: "\(folder)/\(name)"))
      else { return nil }
      return (String(name.dropLast(8)), document.root.value)
    }
  }()

  private func line(_ type: String, _ data: JSONValue) -> String {
    var history = History()
    history.add(type, data)
    return SummaryLine.text(of: history.events[0])
  }

  @Test func everyTypeThatShipsIsKnown() {
    #expect(Set(Self.schemas.map(\.type)) == Set(EventKind.allCases.map(\.rawValue)))
  }

  @Test func everyTypeHasALineOfItsOwn() {
    for (type, schema) in Self.schemas {
      for example in schema["examples"]?.elements ?? [] {
        #expect(!line(type, example).hasPrefix("Recorded "), "\(type)")
      }
      #expect(!line(type, [:]).isEmpty, "\(type), with nothing in it")
    }
  }

  @Test func theLinesReadAsBelow() {
    let lines = Self.schemas.flatMap { type, schema in
      (schema["examples"]?.elements ?? []).map { "\(type): \(line(type, $0))" }
    }
    #expect(lines == summaryLinesOfExamples.split(separator: "\n").map(String.init))
  }

  /// Replaces every personal text by one that must never be seen.
  private func spoiled(_ value: JSONValue, _ schema: JSONValue, _ root: JSONValue) -> JSONValue {
    if let reference = schema["$ref"]?.string {
      let definition = root["$defs"]?[String(reference.dropFirst("#/$defs/".count))]
      return spoiled(value, definition ?? [:], root)
    }
    if schema["x-personal"] == .bool(true) { return "PERSONAL" }
    switch value {
    case .object(let members):
      return .object(
        members.map {
          JSONMember($0.name, spoiled($0.value, schema["properties"]?[$0.name] ?? [:], root))
        })
    case .array(let elements):
      return .array(elements.map { spoiled($0, schema["items"] ?? [:], root) })
    default: return value
    }
  }

  @Test func noLineHoldsAPersonalField() {
    var spoiledCount = 0
    for (type, schema) in Self.schemas {
      for example in schema["examples"]?.elements ?? [] {
        let data = spoiled(example, schema, schema)
        if data != example { spoiledCount += 1 }
        #expect(!line(type, data).contains("PERSONAL"), "\(type)")
      }
    }
    #expect(spoiledCount > 30, "the examples do have personal fields")
  }

  @Test(arguments: [
    ("P24M", "24 months"), ("P1D", "1 day"), ("PT15M", "15 minutes"), ("P1Y2M", "P1Y2M"),
    ("odd", "odd"),
  ])
  func durationsReadAsWords(text: String, words: String) {
    #expect(
      line("contract.renewed", ["contractId": "K1", "term": .string(text)])
        == "Renewed the contract K1 for \(words)")
  }

  @Test func aNoToEverythingReadsSo() {
    #expect(
      line(
        "optout.recorded",
        ["purpose": "*", "topic": "*", "channel": "*", "contactPoint": "*", "route": "spoken"])
        == "Said no to everything (spoken)")
    #expect(
      line(
        "optout.recorded",
        ["purpose": "*", "topic": "*", "channel": "voice", "contactPoint": "*", "route": "staff"])
        == "Said no to every message by phone (staff)")
  }

  @Test func aSaleOfManyLinesCountsThem() {
    #expect(
      line(
        "order.completed",
        [
          "orderId": "O1", "lines": [["quantity": 1], ["quantity": 2]],
          "total": money("35.10", "USD"),
        ]) == "Bought 2 lines for 35.10 USD")
    #expect(
      line(
        "order.completed",
        ["orderId": "O1", "lines": [["quantity": 2]], "total": money("29.33", "USD")])
        == "Bought 2 items for 29.33 USD")
  }
}
