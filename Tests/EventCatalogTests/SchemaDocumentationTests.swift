/// docs/schemas.md tells people what the code does.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct SchemaDocumentationTests {
  static let sections: [String: [Substring]] = {
    let text = String(
      decoding: SharedData.bytes(ofFile: SharedData.repository + "/docs/schemas.md"), as: UTF8.self)
    var sections: [String: [Substring]] = [:]
    var title = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") { title = String(line.dropFirst(3)) }
      sections[title, default: []].append(line)
    }
    return sections
  }()

  /// The cells of the tables of a section, without the head.
  private func rows(_ section: String) throws -> [[String]] {
    let lines = try #require(Self.sections[section]).filter { $0.hasPrefix("|") }
    return lines.dropFirst(2).map { line in
      line.dropFirst().dropLast().split(separator: "|").map {
        String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
    }
  }

  private func quoted(_ text: some StringProtocol) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  @Test func everySupportedKeywordIsListedAndNoOther() throws {
    var listed = try rows("Keywords that are checked").flatMap { quoted($0[1]) }
    let kept = try #require(Self.sections["Keywords that are kept and not checked"])
    listed += quoted(kept.joined(separator: " ")).filter { $0 != "TYPE/N" }
    listed += try rows("Keywords of our own").map { quoted($0[0])[0] }
    #expect(Set(listed) == Set(SchemaKeyword.allCases.map(\.rawValue)))
  }

  @Test func everyFormatIsListedWithItsRule() throws {
    let listed = try rows("Formats")
    #expect(listed == SchemaFormat.allCases.map { ["`\($0.rawValue)`", $0.rule] })
  }

  @Test func everyRefusedKeywordIsListedWithItsRemedy() throws {
    let listed = try rows("Keywords that are refused")
    #expect(listed == SchemaKeyword.refused.map { ["`\($0.key)`", $0.value] })
  }

  @Test func everyStepIsListedAndItsExampleRuns() throws {
    var listed: Set<String> = []
    for row in try rows("Steps of an upcast") {
      let step = quoted(row[1])[0]
      listed.insert(quoted(row[0])[0])
      #expect(step.hasPrefix(#"{"\#(quoted(row[0])[0])": "#), "\(step)")
      #expect(
        try Making.lifted(quoted(row[2])[0], by: step, functions: .shipped) == quoted(row[3])[0],
        "\(step)")
    }
    #expect(listed == Set(UpcastWord.allCases.map(\.rawValue)))
  }

  @Test func theWholeUpcastOfThePageLifts() throws {
    let lines = try #require(Self.sections["Upcasts"])
    let start = try #require(lines.firstIndex(of: "```json"))
    let end = try #require(lines[(start + 1)...].firstIndex(of: "```"))
    let text = lines[(start + 1)..<end].joined(separator: "\n")
    let catalog = try Catalog.only(
      [Making.schema("parcel.sent", 1), Making.schema("parcel.sent", 2)],
      upcasts: [("parcel.sent.v1-v2.json", Array(text.utf8))])
    guard case .lifted(let upcaster)? = catalog.type(named: "parcel.sent")?.reading(ofVersion: 1)
    else {
      Issue.record("it is not used")
      return
    }
    let data = try upcaster.lift(try Making.view(#"{"cents":1250}"#))
    #expect(
      String(decoding: data.source, as: UTF8.self)
        == #"{"price":{"amount":"12.50","currency":"EUR"}}"#)
  }

  @Test func everyFunctionIsListed() throws {
    #expect(
      try rows("Functions of upcasts").map { quoted($0[0])[0] } == UpcastFunctions.shipped.names)
  }
}
