/// The keywords against the published test suite of JSON Schema, then what the suite leaves open.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

/// Compiles a schema that a test writes out.
func schema(_ text: String) throws -> JSONSchema {
  try JSONSchema(Array(text.utf8), file: "test.json")
}

func json(_ text: String) throws -> JSONView {
  try JSONDocument(scanning: Array(text.utf8)).root
}

@Suite struct JSONSchemaTests {
  /// Each required test of draft 2020-12 passes, or its schema is refused for a reason counted
  /// here: none is silently left out.
  @Test(.enabled(if: SharedData.isPresent, "needs vectors/json-schema of the shared folder"))
  func everySupportedKeywordPassesThePublishedSuite() throws {
    var passed = 0
    var refused: [String: Int] = [:]
    for line in SharedData.file("vectors/json-schema/tests.jsonl").split(separator: 0x0A) {
      let test = try JSONDocument(scanning: Array(line)).root
      let title = "\(test["group"]?.string ?? ""): \(test["test"]?.string ?? "")"
      let text = try #require(test["schema"])
      let schema: JSONSchema
      do throws(SchemaError) {
        schema = try JSONSchema(text, file: "suite")
      } catch {
        #expect(error.code == .unsupported, "\(title): \(error.sentence)")
        refused[error.keyword, default: 0] += 1
        continue
      }
      let violation = schema.violation(in: try #require(test["data"]))
      let isValid = try #require(test["valid"]?.bool as Bool?)
      #expect((violation == nil) == isValid, "\(title): \(violation?.sentence ?? "accepted")")
      passed += 1
    }
    #expect(passed == 821)
    #expect(
      refused == [
        "format": 133, "unevaluatedProperties": 130, "unevaluatedItems": 69, "$id": 47, "$ref": 35,
        "$dynamicAnchor": 28, "contentMediaType": 15, "$anchor": 7, "$dynamicRef": 6, "$schema": 5,
        "contentEncoding": 3,
      ])
    #expect(passed + refused.values.reduce(0, +) == 1_299)
  }

  /// Every keyword that the suite refuses above is one that documentation and code name as refused,
  /// or is supported but for the use made of it there.
  @Test func eachRefusedKeywordStopsTheLoadAndNamesTheRemedy() throws {
    for (keyword, advice) in SchemaKeyword.refused {
      let error = #expect(throws: SchemaError.self) {
        _ = try schema(#"{"properties": {"a": {"\#(keyword)": "email"}}}"#)
      }
      #expect(error?.code == .unsupported)
      #expect(
        error?.sentence
          == "test.json, /properties/a, \(keyword): not supported: \(advice)")
    }
  }

  @Test func formatIsRefusedAndXFormatNamed() {
    let error = #expect(throws: SchemaError.self) { _ = try schema(#"{"format": "date-time"}"#) }
    #expect(
      error?.sentence
        == "test.json, at the top, format: not supported: the standard leaves it unchecked; use "
        + "x-format, which is checked")
  }

  static let refusals: [(String, SchemaError.Code, String)] = [
    (
      #"{"minLenght": 1}"#, .unknownKeyword,
      "test.json, at the top, minLenght: no such keyword; docs/schemas.md lists those that "
        + "are checked"
    ),
    (
      #"{"x-colour": "red"}"#, .unknownKeyword,
      "test.json, at the top, x-colour: no such keyword; docs/schemas.md lists those that "
        + "are checked"
    ),
    (
      #"{"$defs": {"m": {"type": "string", "x-format": "iban"}}}"#, .unknownFormat,
      "test.json, /$defs/m, x-format: no such format; docs/schemas.md lists those that are checked"
    ),
    (
      #"{"x-format": "id"}"#, .malformed,
      "test.json, at the top, x-format: a format says nothing of other types; add "
        + "\"type\": \"string\""
    ),
    (
      ##"{"$ref": "#/$defs/m"}"##, .unresolvedReference,
      "test.json, at the top, $ref: #/$defs/m is no schema of this file"
    ),
    (
      ##"{"const": {"a": true}, "$ref": "#/const/a"}"##, .unresolvedReference,
      "test.json, at the top, $ref: #/const/a is no schema of this file"
    ),
    (
      ##"{"$defs": {"a": {}}, "$ref": "#/$defs/%zz"}"##, .unresolvedReference,
      "test.json, at the top, $ref: #/$defs/%zz is no schema of this file"
    ),
    (
      #"{"$ref": "money.json"}"#, .unsupported,
      "test.json, at the top, $ref: not supported: name a place in this file, such as #/$defs/money"
    ),
    (
      #"{"properties": {"a": {"$id": "b"}}}"#, .unsupported,
      "test.json, /properties/a, $id: not supported: only at the top of a file"
    ),
    (
      #"{"$schema": "http://json-schema.org/draft-07/schema#"}"#, .unsupported,
      "test.json, at the top, $schema: not supported: only "
        + "https://json-schema.org/draft/2020-12/schema, at the top of a file"
    ),
    (
      ##"{"$ref": "#"}"##, .endlessReference,
      "test.json, at the top, $ref: this schema comes back to itself without a step into the data, "
        + "so a check would not end"
    ),
    (
      "{", .notJSON,
      "test.json: not JSON: line 1, column 2: the text ends inside a value"
    ),
    (
      #"{"properties": {"a": 1}}"#, .malformed,
      "test.json: a schema at /properties/a must be an object, true or false"
    ),
    (
      #"{"pattern": "(a"}"#, .malformed,
      "test.json, at the top, pattern: this regular expression cannot be used: there is a ( "
        + "without a )"
    ),
    (
      #"{"x-personal": false}"#, .malformed,
      "test.json, at the top, x-personal: must be true; leave it out where a field is not personal"
    ),
    (
      #"{"x-subject": "staff"}"#, .malformed,
      "test.json, at the top, x-subject: must be one of customer, none"
    ),
    (
      #"{"properties": {"a": {"x-subject": "none"}}}"#, .malformed,
      "test.json, /properties/a, x-subject: stands at the top of a file only"
    ),
    (
      #"{"multipleOf": 0.0}"#, .malformed,
      "test.json, at the top, multipleOf: must be more than 0 and have at most 18 digits"
    ),
  ]

  @Test(arguments: refusals)
  func aSchemaThatCannotBeHeldStopsTheLoad(
    text: String, code: SchemaError.Code, sentence: String
  ) {
    let error = #expect(throws: SchemaError.self) { _ = try schema(text) }
    #expect(error?.code == code)
    #expect(error?.sentence == sentence)
  }

  /// A keyword with a value of the wrong sort says nothing sensible, so it stops the load as well.
  @Test func everyKeywordRefusesAValueThatIsNotItsOwn() throws {
    let annotations: Set<SchemaKeyword> = [.default]
    for keyword in SchemaKeyword.allCases where keyword != .const && !annotations.contains(keyword)
    {
      for value in ["null", "-1", "1.5", "\"?\"", "[[]]", "{\"a\": 0}"] {
        let text = #"{"\#(keyword.rawValue)": \#(value)}"#
        if Self.isProper(keyword, value) {
          _ = try schema(text)
        } else {
          #expect(throws: SchemaError.self, "\(text)") { _ = try schema(text) }
        }
      }
    }
  }

  private static func isProper(_ keyword: SchemaKeyword, _ value: String) -> Bool {
    switch keyword {
    case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum:
      value == "-1" || value == "1.5"
    case .multipleOf: value == "1.5"
    case .id, .comment, .title, .description, .label: value == "\"?\""
    case .examples, .enumeration: value == "[[]]"
    default: false
    }
  }

  static let endless = [
    ##"{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}"##,
    ##"{"allOf": [{"$ref": "#"}]}"##, ##"{"anyOf": [true, {"$ref": "#"}]}"##,
    ##"{"oneOf": [{"$ref": "#"}]}"##, ##"{"not": {"$ref": "#"}}"##, ##"{"if": {"$ref": "#"}}"##,
    ##"{"if": true, "then": {"$ref": "#"}}"##, ##"{"if": true, "else": {"$ref": "#"}}"##,
    ##"{"dependentSchemas": {"a": {"$ref": "#"}}}"##,
  ]

  @Test(arguments: endless) func aReferenceThatNeverStepsIntoTheDataIsRefused(text: String) {
    let error = #expect(throws: SchemaError.self) { _ = try schema(text) }
    #expect(error?.code == .endlessReference)
  }

  @Test func aReferenceThatStepsIntoTheDataMayHoldItself() throws {
    let tree = try schema(
      ##"{"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}, "##
        + #""additionalProperties": false}"#)
    #expect(tree.accepts(try json(#"{"left": {"right": {}}}"#)))
    let violation = tree.violation(in: try json(#"{"left": {"right": {"middle": {}}}}"#))
    #expect(violation?.pointer == "/left/right/middle")
  }

  /// More required members than one word has bits.
  @Test(arguments: [1, 63, 64, 65, 130, 300])
  func anyCountOfRequiredMembersIsAsked(count: Int) throws {
    let names = (0..<count).map { "\"m\($0)\"" }
    let schema = try schema(#"{"required": [\#(names.joined(separator: ","))]}"#)
    for missing in [nil, 0, count / 2, count - 1] as [Int?] {
      let members = names.indices.filter { $0 != missing }.map { "\(names[$0]): 0" }
      let violation = schema.violation(in: try json("{\(members.joined(separator: ","))}"))
      #expect(violation?.rule == missing.map { "must have the member m\($0)" })
    }
  }

  @Test func anEnumAndAConstTogetherLeaveWhatBothAllow() throws {
    let both = try schema(#"{"enum": ["a", "b", 1], "const": 1.0}"#)
    #expect(both.accepts(try json("1")))
    #expect(!both.accepts(try json("\"a\"")))
    #expect(!(try schema(#"{"enum": [1], "const": 2}"#)).accepts(try json("2")))
  }

  @Test func namesAndStringsWithEscapesAreTheirTexts() throws {
    let schema = try schema(
      #"{"properties": {"kind": {"enum": ["é"]}}, "required": ["kind"], "#
        + #""additionalProperties": false}"#
    )
    #expect(schema.accepts(try json(#"{"k\u0069nd": "\u00e9"}"#)))
    #expect(schema.violation(in: try json(#"{"k\u0069nd": "\u00e8"}"#))?.keyword == "enum")
  }

  /// Large sets are told apart by a key of each element, small ones by pairs: both must agree.
  @Test(arguments: [2, 8, 9, 40]) func uniqueItemsAgreesForSmallAndLargeSets(count: Int) throws {
    let unique = try schema(#"{"uniqueItems": true}"#)
    let twins = [
      ("1", "1.0"), ("{\"a\": 1, \"b\": [2]}", "{\"b\": [2e0], \"a\": 1.00}"),
      ("\"a\"", "\"\\u0061\""),
      ("[100]", "[1e2]"),
    ]
    for (one, other) in twins {
      let filling = (0..<count - 2).map { "\($0 + 500)" }
      let array = [one] + filling + [other]
      let violation = unique.violation(in: try json("[\(array.joined(separator: ","))]"))
      #expect(violation?.pointer == "/\(count - 1)")
      #expect(unique.accepts(try json("[\(([one] + filling).joined(separator: ","))]")))
    }
    let strangers = [
      "1", "\"1\"", "true", "[1]", "{\"a\": 1}", "{\"a\": \"1\"}", "null", "10", "-1",
    ]
    #expect(unique.accepts(try json("[\(strangers.prefix(count).joined(separator: ","))]")))
  }
}
