/// Which changes of a schema need an upcast, and what people are told of a change.
import JSONBytes
import RapportTesting
import Testing

@testable import EventCatalog

@Suite struct SchemaGapTests {
  private func schema(_ text: String) throws -> JSONSchema {
    try JSONSchema(Array(text.utf8), file: "test.json")
  }

  private func gaps(_ older: String, _ newer: String) throws -> [String] {
    try SchemaGap.gaps(from: schema(older), to: schema(newer)).map(\.sentence)
  }

  static let name = #""properties": {"a": {"type": "string"}}"#

  /// Whatever fits the first fits the second.
  @Test(arguments: [
    ("true", "true"), ("{}", "{}"), (#"{"type": "integer"}"#, #"{"type": "number"}"#),
    (#"{"type": "string"}"#, #"{"type": ["string", "null"]}"#),
    (#"{"enum": ["a", "b"]}"#, #"{"enum": ["c", "b", "a"]}"#),
    (#"{"enum": ["a", "b"]}"#, #"{"type": "string", "maxLength": 1}"#),
    (#"{"const": 3}"#, #"{"minimum": 3}"#),
    (#"{"enum": ["a", 1], "type": "string"}"#, #"{"type": "string"}"#),
    (#"{"type": "string", "maxLength": 3}"#, #"{"type": "string", "maxLength": 4}"#),
    (#"{"type": "string", "minLength": 3}"#, #"{"type": "string", "minLength": 3}"#),
    (#"{"type": "string"}"#, #"{"minLength": 0}"#), (#"{"type": "integer"}"#, #"{"maxLength": 4}"#),
    (#"{"minimum": 3}"#, #"{"minimum": 2.5}"#), (#"{"exclusiveMinimum": 3}"#, #"{"minimum": 3}"#),
    (#"{"minimum": 4}"#, #"{"exclusiveMinimum": 3}"#),
    (#"{"maximum": 3}"#, #"{"exclusiveMaximum": 3.1}"#),
    (#"{"type": "string", "x-format": "path"}"#, #"{"type": "string", "x-format": "scope"}"#),
    (#"{\#(name), "additionalProperties": false}"#, #"{\#(name)}"#),
    (
      #"{\#(name), "additionalProperties": false}"#,
      #"{"properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "additionalProperties": false}"#
    ),
    (#"{"required": ["a", "b"]}"#, #"{"required": ["b"]}"#),
    (#"{"required": ["a", "b"]}"#, #"{"minProperties": 2}"#),
    (
      #"{"type": "array", "items": {"type": "integer"}, "maxItems": 3}"#,
      #"{"items": {"type": "number"}}"#
    ),
    (
      ##"{"$defs": {"m": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/m"}}}"##,
      #"{\#(name)}"#
    ),
    (
      #"{\#(name)}"#,
      ##"{"$defs": {"m": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/m"}}}"##
    ),
    (#"{"allOf": [{"required": ["a"]}, {\#(name)}]}"#, #"{"required": ["a"], \#(name)}"#),
    (#"{"required": ["a"], \#(name)}"#, #"{"allOf": [{"required": ["a"]}, {\#(name)}]}"#),
    (#"{"type": "string"}"#, #"{"anyOf": [{"type": "integer"}, {"type": "string"}]}"#),
    (
      #"{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}"#,
      #"{"anyOf": [{"required": ["a"]}, {"required": ["b"]}], "description": "x"}"#
    ),
    (
      #"{"if": {"required": ["a"]}, "then": {"required": ["b"]}}"#,
      #"{"if": {"required": ["a"]}, "then": {"required": ["b"], "title": "x"}}"#
    ),
    (#"{"x-personal": true}"#, #"{"x-label": "x"}"#), ("false", #"{"type": "string"}"#),
    // A schema that holds itself.
    (
      ##"{"properties": {"a": {"$ref": "#"}, "n": {"type": "integer"}}}"##,
      ##"{"properties": {"a": {"$ref": "#"}, "n": {"type": "number"}}}"##
    ),
  ]) func whatTakesMoreHasNoGap(older: String, newer: String) throws {
    #expect(try gaps(older, newer) == [])
  }

  @Test(arguments: [
    (
      "true", #"{"type": "string"}"#,
      "the data may be null or a boolean or a number or an array or an object (type)"
    ),
    (#"{"type": "number"}"#, #"{"type": "integer"}"#, "the data may be a fraction (type)"),
    (#"{"enum": ["a", "b"]}"#, #"{"enum": ["b"]}"#, #"the data may be "a" (enum)"#),
    (#"{"type": "string"}"#, #"{"enum": ["b"]}"#, #"the data may break enum ["b"] (enum)"#),
    (
      #"{"type": "string", "maxLength": 5}"#, #"{"maxLength": 4}"#,
      "the data may break maxLength 4 (maxLength)"
    ),
    (
      #"{"minimum": 3}"#, #"{"exclusiveMinimum": 3}"#,
      "the data may break exclusiveMinimum 3 (exclusiveMinimum)"
    ),
    (
      #"{"x-format": "scope", "type": "string"}"#, #"{"x-format": "path", "type": "string"}"#,
      #"the data may break x-format "path" (x-format)"#
    ),
    (
      #"{\#(name), "additionalProperties": false}"#, #"{\#(name), "required": ["a"]}"#,
      "the data may lack the member a (required)"
    ),
    (
      #"{\#(name), "additionalProperties": false}"#,
      #"{"properties": {}, "additionalProperties": false}"#,
      "/a may be there, and the reader takes no such value (false)"
    ),
    // An open object may have anything under a name that is new.
    (
      #"{"type": "object"}"#, #"{"type": "object", \#(name)}"#,
      "/a may be null or a boolean or a number or an array or an object (type)"
    ),
    (
      #"{"type": "object"}"#, #"{"additionalProperties": false}"#,
      "/* may be there, and the reader takes no such value (false)"
    ),
    (
      #"{"items": {"type": "string"}}"#, #"{"items": {"type": "integer"}}"#,
      "/* may be a string (type)"
    ),
    (
      #"{"properties": {"l": {"items": {\#(name), "additionalProperties": false}}}}"#,
      #"{"properties": {"l": {"items": {"required": ["a"]}}}}"#,
      "/l/* may lack the member a (required)"
    ),
    (
      #"{"anyOf": [{"required": ["a"]}]}"#, #"{"anyOf": [{"required": ["b"]}]}"#,
      "the data may fit none of the alternatives (anyOf)"
    ),
    (
      #"{"oneOf": [{"type": "string"}]}"#, #"{"oneOf": [{"type": "integer"}]}"#,
      #"the data may break oneOf [{"type":"integer"}] (oneOf)"#
    ),
    (#"{}"#, "false", "the data may be there, and the reader takes no such value (false)"),
    (
      #"{"if": {"required": ["a"]}}"#, #"{"if": {"required": ["a"]}, "then": {"required": ["b"]}}"#,
      #"the data may break if {"required":["a"]} (if)"#
    ),
  ]) func whatTakesLessHasAGap(older: String, newer: String, sentence: String) throws {
    #expect(try gaps(older, newer) == [sentence])
  }

  /// No gap is a promise: whatever fits the first fits the second. Random pairs of small schemas, all small values.
  @Test func noGapMeansThatEveryValueFits() throws {
    var generator = SeededGenerator.ofThisRun()
    let values = try [
      "null", "true", "0", "1", "2.5", "7", #""""#, #""a""#, #""abc""#, "[]", "[1]", #"["a",2]"#,
      "{}",
      #"{"a":1}"#, #"{"a":"x"}"#, #"{"a":"x","b":2}"#, #"{"b":null}"#, #"{"c":[]}"#,
    ].map { try JSONDocument(scanning: Array($0.utf8)).root }
    var proven = 0
    for _ in 0..<3_000 {
      let older = try schema(Self.randomSchema(&generator, depth: 2))
      let newer = try schema(Self.randomSchema(&generator, depth: 2))
      guard SchemaGap.gaps(from: older, to: newer).isEmpty else { continue }
      proven += 1
      for value in values where older.accepts(value) {
        #expect(
          newer.accepts(value),
          "\(older.root.value.text) to \(newer.root.value.text) on \(value.value.text)")
      }
    }
    #expect(proven > 100, "some pairs have no gap")
  }

  private static func randomSchema(_ generator: inout SeededGenerator, depth: Int) -> String {
    func part() -> String { depth == 0 ? "true" : randomSchema(&generator, depth: depth - 1) }
    if generator.chance(10) { return generator.pick(["true", "false"]) }
    var rules: [String: String] = [:]
    for _ in 0..<generator.below(4) {
      switch generator.below(12) {
      case 0:
        rules["type"] = generator.pick([
          #""string""#, #""integer""#, #""number""#, #"["object","null"]"#, #"["array","string"]"#,
        ])
      case 1: rules["enum"] = generator.pick([#"["a", 1]"#, #"[null, {"a":1}]"#, #"["abc"]"#])
      case 2: rules["minimum"] = "\(generator.below(3))"
      case 3: rules["exclusiveMaximum"] = "\(generator.below(8))"
      case 4: rules["maxLength"] = "\(generator.below(4))"
      case 5: rules["required"] = generator.pick([#"["a"]"#, #"["a","b"]"#, "[]"])
      case 6: rules["properties"] = #"{"a": \#(part()), "b": \#(part())}"#
      case 7: rules["additionalProperties"] = part()
      case 8: rules["items"] = part()
      case 9: rules["anyOf"] = "[\(part()), \(part())]"
      case 10: rules["allOf"] = "[\(part()), \(part())]"
      default: rules["minProperties"] = "\(generator.below(3))"
      }
    }
    return "{"
      + rules.sorted { $0.key < $1.key }.map { #""\#($0.key)": \#($0.value)"# }.joined(
        separator: ", ") + "}"
  }

  @Test func aDifferenceIsToldFieldByField() throws {
    let older = try schema(
      #"{"type": "object", "properties": {"a": {"type": "string", "maxLength": 9}, "k": {"enum": ["x", "y"]}, "l": {"type": "array", "items": {"type": "object", "properties": {"q": {"type": "integer"}}}}, "z": {"type": "string"}}, "required": ["a"]}"#
    )
    let newer = try schema(
      #"{"type": "object", "properties": {"a": {"type": ["string", "null"], "maxLength": 12, "x-personal": true}, "k": {"enum": ["y", "z"]}, "l": {"type": "array", "items": {"type": "object", "properties": {"q": {"type": "integer", "minimum": 1}}, "required": ["q"]}}, "n": {"type": "string", "x-format": "id"}}, "required": ["n"], "additionalProperties": false}"#
    )
    let difference = SchemaDifference(from: older, to: newer)
    #expect(difference.added.map(\.sentence) == [#"/n is new: required, string, x-format "id""#])
    #expect(difference.removed.map(\.sentence) == ["/z is gone; it was optional, string"])
    #expect(
      difference.changed.map(\.sentence) == [
        "the data has additionalProperties false now",
        "/a is null or string, was string; is optional now; maxLength is 12, was 9; is personal now",
        #"/k may be "z" as well; may be "x" no more"#,
        "/l/*/q is required now; has minimum 1 now",
      ])
    #expect(
      difference.gaps.map(\.sentence).contains("the data may lack the member n (required)"))
    #expect(SchemaDifference(from: older, to: older).isEmpty)
  }

  /// What ships: each version takes whatever it takes itself, however its schema is written.
  @Test func noSchemaThatShipsHasAGapToItself() throws {
    for schema in try Catalog.shipped().types.flatMap(\.schemas) {
      #expect(SchemaGap.gaps(from: schema.schema, to: schema.schema) == [], "\(schema.file)")
      #expect(SchemaPlace.fields(of: schema.schema).count > 1, "\(schema.file)")
    }
  }

  @Test func theCheckNamesWhatIsMissingAndExamplesThatFail() throws {
    let first = Making.schema(
      "a.b", 1,
      #""properties": {"n": {"type": "string"}}, "additionalProperties": false, "examples": [{"n": "x-y"}, {"n": 7}, {"n": "z"}]"#
    )
    let second = Making.schema("a.b", 2, #""required": ["f", "g"]"#)
    let bare = SchemaCheck(try Catalog.only([first, second]))
    #expect(
      bare.findings.map(\.sentence) == [
        "a.b/1 cannot be read as version 2: an upcast is missing, such as a.b.v1-v2.json; the data "
          + "may lack the member f (required)"
      ])
    #expect(bare.findings.map(\.code.rawValue) == ["schema.no-upcast"])
    let upcast = Making.upcast("a.b", 1, 2, #"{"split": "/n", "at": "-", "into": ["/f", "/g"]}"#)
    let lifted = SchemaCheck(try Catalog.only([first, second], upcasts: [upcast]))
    #expect(
      lifted.findings.map(\.sentence) == [
        "example 3 of a.b.v1.json: a.b.v2.json: the result does not fit a.b/2: the value must have "
          + "the member g (required); found: object"
      ])
    #expect(lifted.findings.map(\.code.rawValue) == ["schema.example-fails"])
    #expect(lifted.links.count == 1)
  }

  /// How many elements must fit is said beside `contains`, and is one where nothing is said.
  @Test func containsIsComparedWithItsCounts() throws {
    let contains = #""contains": {"type": "integer"}"#
    let loose = #"{\#(contains), "minContains": 0}"#
    #expect(try gaps(loose, #"{\#(contains)}"#).count == 1)
    #expect(try gaps(#"{\#(contains)}"#, #"{\#(contains), "maxContains": 1}"#).count >= 1)
    #expect(try gaps(loose, loose).isEmpty)
  }
}
