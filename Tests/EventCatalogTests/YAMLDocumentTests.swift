/// What is read of YAML, and what is refused, with line and sentence.
import Testing

@testable import EventCatalog

@Suite struct YAMLDocumentTests {
  private func parse(_ text: String) throws(YAMLError) -> YAMLNode {
    try YAMLDocument.parse(Array(text.utf8))
  }

  private func shown(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let isPlain): isPlain ? "\(text)@\(node.line)" : "'\(text)'@\(node.line)"
    case .sequence(let elements): "[\(elements.map(shown).joined(separator: ", "))]"
    case .mapping(let members):
      "{\(members.map { "\($0.name)@\($0.line): \(shown($0.value))" }.joined(separator: ", "))}"
    }
  }

  @Test func valuesKeepTheirLinesAndWhetherTheyWereQuoted() throws {
    let text = """
      # comment
      a: 1
      b: "1"
      c:
        - x
        - {d: 'y', e: }
      """
    #expect(
      shown(try parse(text)) == "{a@2: 1@2, b@3: '1'@3, c@4: [x@5, {d@6: 'y'@6, e@6: @6}]}")
  }

  @Test func nothingAndNullAreTheSame() throws {
    for text in ["a:", "a: ~", "a: null"] {
      guard case .mapping(let members) = try parse(text).content else {
        Issue.record("\(text) is a mapping")
        continue
      }
      #expect(members[0].value.isNull, "\(text)")
    }
  }

  @Test func aByteOrderMarkIsSkipped() throws {
    let node = try YAMLDocument.parse([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8))
    #expect(shown(node) == "{a@1: 1@1}")
  }

  @Test(arguments: [
    ("", 1, "the file is empty"),
    ("a: 1\nb: [1, 2", 2, "this is not YAML: did not find expected ',' or ']'"),
    ("a: 1\na: 2", 1, "`a` stands twice in one group; remove one"),
    ("a: 1\n\"a\": 2", 1, "`a` stands twice in one group; remove one"),
    (
      "a: &x 1\nb: *x", 1,
      "anchors (&) and aliases (*) are not read here; write the value out, or put quotes around it "
        + "if it is text"
    ),
    ("? [a]\n: 1", 1, "a name must be a word, not a list or a group"),
  ])
  func whatIsRefusedSaysWhereAndHowToMend(text: String, line: Int, sentence: String) {
    #expect(throws: YAMLError(line: line, sentence: sentence)) { try parse(text) }
  }

  @Test func secondDocumentsAreRefused() {
    #expect(throws: YAMLError.self) { try parse("a: 1\n---\nb: 1") }
  }

  @Test func bytesThatAreNotUTF8AreRefused() {
    #expect(throws: YAMLError(line: 1, sentence: "the file is not UTF-8; save it as UTF-8")) {
      try YAMLDocument.parse([0x61, 0x3A, 0x20, 0xFF])
    }
  }

  @Test func depthAndCountHaveLimits() {
    let deep = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
    #expect(
      throws: YAMLError(line: 1, sentence: "values are nested deeper than 32; flatten them")
    ) { try parse(deep) }
    let many = "[" + String(repeating: "1,", count: 50_001) + "1]"
    #expect(
      throws: YAMLError(line: 1, sentence: "the file has more than 50,000 values; split it")
    ) { try parse(many) }
  }

  /// A few lines of aliases unfold to more values than there is memory for.
  @Test func aliasesThatUnfoldAreRefusedAtTheFirst() {
    var bomb = "a: &a [x, x]\n"
    for (one, other) in zip("abcdefgh", "bcdefghi") {
      bomb += "\(other): &\(other) [*\(one), *\(one)]\n"
    }
    #expect(throws: YAMLError.self) { try parse(bomb) }
  }

  /// Cut anywhere, a file is read or refused; nothing traps.
  @Test func everyCutOfAFileIsReadOrRefused() {
    let text = Array("a: {b: [1, \"two\", 'three'], c: |\n  four\n}\nd: >-\n  five\n".utf8)
    for end in 0...text.count {
      _ = try? YAMLDocument.parse(Array(text[..<end]))  // either outcome is right
    }
  }
}
