/// What a violation says: the place, the rule with its limit, the type found, and never the value.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct SchemaViolationTests {
  static let sentences: [(String, String, String)] = [
    (#"{"type": "integer"}"#, "1.5", "the value must be an integer (type); found: number"),
    (
      #"{"type": ["string", "null"]}"#, "1",
      "the value must be a string or null (type); found: integer"
    ),
    (#"{"enum": ["a", 1]}"#, "\"b\"", "the value must be one of a, 1 (enum); found: string"),
    (#"{"const": {"a": 1}}"#, "{}", #"the value must be exactly {"a": 1} (const); found: object"#),
    (
      #"{"minLength": 2}"#, #""€""#,
      "the value must have at least 2 characters (minLength); found: string"
    ),
    (
      #"{"maxLength": 1}"#, #""€€""#,
      "the value must have at most 1 characters (maxLength); found: string"
    ),
    (
      #"{"pattern": "^a"}"#, "\"b\"",
      #"the value must match the pattern "^a" (pattern); found: string"#
    ),
    (#"{"minimum": 1}"#, "0.5", "the value must be at least 1 (minimum); found: number"),
    (#"{"maximum": 1e2}"#, "101", "the value must be at most 1e2 (maximum); found: integer"),
    (
      #"{"exclusiveMinimum": 1}"#, "1.0",
      "the value must be more than 1 (exclusiveMinimum); found: integer"
    ),
    (
      #"{"exclusiveMaximum": 1}"#, "1",
      "the value must be less than 1 (exclusiveMaximum); found: integer"
    ),
    (
      #"{"multipleOf": 0.1}"#, "0.25",
      "the value must be a multiple of 0.1 (multipleOf); found: number"
    ),
    (#"{"minItems": 1}"#, "[]", "the value must have at least 1 elements (minItems); found: array"),
    (
      #"{"maxItems": 1}"#, "[0,0]",
      "the value must have at most 1 elements (maxItems); found: array"
    ),
    (
      #"{"uniqueItems": true}"#, "[0,1,0]",
      "/2 must differ from the elements before it (uniqueItems); found: integer"
    ),
    (
      #"{"contains": {"type": "null"}}"#, "[0]",
      "the value must hold an element that fits (contains); found: array"
    ),
    (
      #"{"contains": true, "minContains": 2}"#, "[0]",
      "the value must hold at least 2 elements that fit (minContains); found: array"
    ),
    (
      #"{"contains": true, "maxContains": 1}"#, "[0,1]",
      "the value must hold at most 1 elements that fit (maxContains); found: array"
    ),
    (
      #"{"minProperties": 1}"#, "{}",
      "the value must have at least 1 members (minProperties); found: object"
    ),
    (
      #"{"maxProperties": 0}"#, #"{"a":1}"#,
      "the value must have at most 0 members (maxProperties); found: object"
    ),
    (
      #"{"properties": {"a": {"required": ["b"]}}}"#, #"{"a":{}}"#,
      "/a must have the member b (required); found: object"
    ),
    (
      #"{"additionalProperties": false}"#, #"{"orderId":1}"#,
      "/orderId must not have a member that the schema does not name (additionalProperties); "
        + "found: string"
    ),
    (
      #"{"propertyNames": {"maxLength": 1}}"#, #"{"ab":1}"#,
      "/ab must have a name that fits (propertyNames); found: string"
    ),
    (
      #"{"dependentRequired": {"a": ["b", "c"]}}"#, #"{"a":1,"b":1}"#,
      "the value must have, beside a, the members b, c (dependentRequired); found: object"
    ),
    (
      #"{"anyOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}"#, "{}",
      "the value must have a or b and c (anyOf); found: object"
    ),
    (
      #"{"anyOf": [{"type": "null"}, {"const": 1}]}"#, "2",
      "the value must fit at least one of 2 alternatives (anyOf); found: integer"
    ),
    (
      #"{"oneOf": [true, true, false]}"#, "2",
      "the value must fit exactly one alternative, not 2 (oneOf); found: integer"
    ),
    (
      #"{"not": {"type": "null"}}"#, "null",
      "the value must not fit what is ruled out (not); found: null"
    ),
    (#"{"properties": {"a": false}}"#, #"{"a":true}"#, "/a must be absent (false); found: boolean"),
    (
      #"{"if": {"required": ["a"]}, "then": {"required": ["b"]}}"#, #"{"a":1}"#,
      "the value must have the member b (required); found: object"
    ),
    (
      #"{"if": {"required": ["a"]}, "else": {"required": ["b"]}}"#, "{}",
      "the value must have the member b (required); found: object"
    ),
    (
      #"{"dependentSchemas": {"a": {"maxProperties": 1}}}"#, #"{"a":1,"b":1}"#,
      "the value must have at most 1 members (maxProperties); found: object"
    ),
    (
      #"{"items": {"prefixItems": [true, {"type": "string", "x-format": "country"}]}}"#,
      #"[[0,"DE"],[0,"De"]]"#,
      "/1/1 must be country: two upper-case letters (ISO 3166-1 alpha-2) (x-format); found: string"
    ),
  ]

  @Test(arguments: sentences)
  func aViolationNamesPlaceRuleAndType(schemaText: String, data: String, sentence: String) throws {
    #expect(try schema(schemaText).violation(in: json(data))?.sentence == sentence)
  }

  /// A pointer goes as far as names look like fields: what a sender made up could be somebody.
  @Test(arguments: [
    ("orderId", "/orderId"), ("ada@example.com", ""), ("+49 30 1234567", ""), ("Ada Lovelace", ""),
    ("4930123456", ""), ("x1y2z3", "/x1y2z3"), ("tel12345", ""), ("a/b", ""), ("", ""),
  ])
  func aMemberNameThatCouldBeSomebodyIsNotRepeated(name: String, pointer: String) throws {
    let closed = try schema(#"{"additionalProperties": false}"#)
    #expect(closed.violation(in: try json("{\"\(name)\": 1}"))?.pointer == pointer)
    let integers = try schema(#"{"additionalProperties": {"items": {"type": "integer"}}}"#)
    let below = integers.violation(in: try json("{\"\(name)\": [\"x\"]}"))?.pointer
    #expect(below == (pointer.isEmpty ? "" : pointer + "/0"))
  }

  /// Over every shipped schema: an example with one value spoilt is refused without that value.
  @Test func noViolationRepeatsTheValue() throws {
    let secret = "ada.lovelace@example.com +4930123456789 secret"
    var refused = 0
    for type in try Catalog.shipped().types {
      let schema = type.newest.schema
      guard let example = schema.root["examples"]?.elements.first(where: { _ in true })?.value,
        case .object(let members) = example
      else { continue }
      for place in members.indices {
        var spoilt = members
        spoilt[place].value = .array([.string(secret)])
        let document = try JSONDocument(scanning: Array(JSONValue.object(spoilt).text.utf8))
        guard let violation = schema.violation(in: document.root) else { continue }
        refused += 1
        for word in ["ada", "lovelace", "4930", "secret"] {
          #expect(!violation.sentence.contains(word), "\(type.name): \(violation.sentence)")
        }
      }
    }
    #expect(refused > 300)
  }
}
