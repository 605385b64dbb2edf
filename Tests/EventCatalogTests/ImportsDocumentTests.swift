/// docs/imports.md: its example gives what it says, and its lists are whole.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct ImportsDocumentTests {
  private let page = String(
    decoding: SharedData.bytes(ofFile: SharedData.repository + "/docs/imports.md"), as: UTF8.self)

  /// The text of the first block with this language.
  private func block(_ language: String) throws -> String {
    let start = try #require(page.firstRange(of: "```\(language)\n")).upperBound
    let rest = page[start...]
    return String(rest[..<(try #require(rest.firstRange(of: "```")).lowerBound)])
  }

  @Test func theExampleGivesWhatItSays() throws {
    let imported = try importing(
      try block("csv"), with: try block("yaml"), name: "sales.csv")
    let wanted = try block("json").split(separator: "\n").map {
      try JSONDocument(scanning: Array($0.utf8)).root.value
    }
    let found: [JSONValue] = try imported.events.map { event in
      .object(
        ["id", "type", "subject", "time", "data"].map { JSONMember($0, event[$0]?.value ?? .null) })
    }
    #expect(found == wanted)
    let rejects = imported.rejects.map { "line \($0.line): \($0.code): \($0.reason)\n" }.joined()
    #expect(rejects == (try block("text")))
  }

  @Test func everyMappingThatShipsIsListed() {
    for (name, _) in EmbeddedImports.files {
      #expect(page.contains("| `\(name.dropLast(".yaml".count))` |"), "\(name)")
    }
  }
}
