/// Each step on all kinds of values and places, in small cases.
import JSONBytes
import RapportTesting
import Testing

@testable import EventCatalog

@Suite struct UpcastStepTests {
  /// Steps, data, and what comes out; a failure as the reason behind the step.
  struct Case: CustomTestStringConvertible, Sendable {
    var steps: String
    var data: String
    var result: String

    init(_ steps: String, _ data: String, _ result: String) {
      self.steps = steps
      self.data = data
      self.result = result
    }

    var testDescription: String { "\(steps) on \(data)" }
  }

  private func expect(_ test: Case) throws {
    let found = try Making.lifted(test.data, by: test.steps)
    if test.result.hasPrefix("{") {
      #expect(found == test.result)
    } else {
      #expect(found.hasPrefix("t.t.v1-v2.json, /steps/"))
      #expect(found.hasSuffix("): \(test.result)"), "\(found)")
    }
  }

  static let everyKind = [
    "null", "true", "false", "0", "-1.5", #""""#, #""text""#, "[]", "[1,2]", "{}", #"{"x":1}"#,
  ]

  @Test(arguments: [
    Case(#"{"rename": "/a", "to": "b"}"#, #"{"a":1,"c":2}"#, #"{"b":1,"c":2}"#),
    Case(#"{"rename": "/a", "to": "b"}"#, #"{"c":2}"#, #"{"c":2}"#),
    Case(
      #"{"rename": "/a", "to": "b"}"#, #"{"a":1,"b":2}"#,
      "there is a member of the new name already"
    ),
    Case(#"{"rename": "/o/a", "to": "b"}"#, #"{"o":{"a":[1]}}"#, #"{"o":{"b":[1]}}"#),
    Case(#"{"rename": "/o/a", "to": "b"}"#, #"{"o":7}"#, #"{"o":7}"#),
    Case(
      #"{"rename": "/l/0", "to": "b"}"#, #"{"l":[1]}"#,
      "the value lies in an array, whose elements have no names"),
    Case(
      #"{"rename": "/l/*/a", "to": "b"}"#, #"{"l":[{"a":1},{},{"a":2},3]}"#,
      #"{"l":[{"b":1},{},{"b":2},3]}"#),
    Case(
      #"{"rename": "/l/*/m/*/a", "to": "b"}"#, #"{"l":[{"m":[{"a":1}]},{"m":[]},{}]}"#,
      #"{"l":[{"m":[{"b":1}]},{"m":[]},{}]}"#),
    Case(
      #"{"rename": "/l/1/a", "to": "b"}"#, #"{"l":[{"a":1},{"a":2}]}"#, #"{"l":[{"a":1},{"b":2}]}"#),
    // RFC 6901: escapes, an empty name, and `*` as a name of an object.
    Case(#"{"rename": "/a~1b~0c", "to": "d"}"#, #"{"a/b~c":1}"#, #"{"d":1}"#),
    Case(#"{"rename": "/", "to": "d"}"#, #"{"":1}"#, #"{"d":1}"#),
    Case(
      #"{"rename": "/*/a", "to": "d"}"#, #"{"*":{"a":1},"o":{"a":1}}"#,
      #"{"*":{"d":1},"o":{"a":1}}"#),
    // Names that Unicode calls equal are two names.
    Case(#"{"rename": "/\u00e9", "to": "d"}"#, #"{"e\u0301":1}"#, "{\"e\u{301}\":1}"),
  ]) func renames(_ test: Case) throws { try expect(test) }

  @Test(arguments: [
    Case(#"{"move": "/a", "to": "/b"}"#, #"{"a":1}"#, #"{"b":1}"#),
    Case(#"{"move": "/a", "to": "/o/p/b"}"#, #"{"a":1}"#, #"{"o":{"p":{"b":1}}}"#),
    Case(#"{"move": "/a", "to": "/o/b"}"#, #"{"a":1,"o":{"c":2}}"#, #"{"o":{"b":1,"c":2}}"#),
    Case(#"{"move": "/a", "to": "/o/b"}"#, #"{"c":1}"#, #"{"c":1}"#),
    Case(#"{"move": "/a", "to": "/a/b"}"#, #"{"a":1}"#, #"{"a":{"b":1}}"#),
    Case(
      #"{"move": "/o/a", "to": "/o"}"#, #"{"o":{"a":1}}"#,
      "there is a value already where one is to go"),
    Case(
      #"{"move": "/a", "to": "/b"}"#, #"{"a":1,"b":null}"#,
      "there is a value already where one is to go"),
    Case(
      #"{"move": "/a", "to": "/s/b"}"#, #"{"a":1,"s":"x"}"#,
      "the value is to go into a value of type string, which takes no members"),
    Case(
      #"{"move": "/a", "to": "/l/0"}"#, #"{"a":1,"l":[]}"#,
      "the value is to go into a value of type array, which takes no members"),
    Case(#"{"move": "/l/0", "to": "/first"}"#, #"{"l":[1,2]}"#, #"{"first":1,"l":[2]}"#),
    Case(#"{"move": "/l/2", "to": "/third"}"#, #"{"l":[1,2]}"#, #"{"l":[1,2]}"#),
    Case(#"{"move": "/l/00", "to": "/first"}"#, #"{"l":[1,2]}"#, #"{"l":[1,2]}"#),
    Case(
      #"{"move": "/l/*/p", "to": "/l/*/price/value"}"#, #"{"l":[{"p":1},{"q":2},{"p":3}]}"#,
      #"{"l":[{"price":{"value":1}},{"q":2},{"price":{"value":3}}]}"#),
  ]) func moves(_ test: Case) throws { try expect(test) }

  @Test(arguments: [
    Case(#"{"default": "/a", "value": 1}"#, #"{}"#, #"{"a":1}"#),
    Case(#"{"default": "/a", "value": 1}"#, #"{"a":null}"#, #"{"a":null}"#),
    Case(#"{"default": "/o/a", "value": {"z": [1]}}"#, #"{"o":{}}"#, #"{"o":{"a":{"z":[1]}}}"#),
    // What stands in an optional object is not asked for where the object is not there.
    Case(#"{"default": "/o/a", "value": 1}"#, #"{}"#, #"{}"#),
    Case(#"{"default": "/o/a", "value": 1}"#, #"{"o":"x"}"#, #"{"o":"x"}"#),
    Case(#"{"default": "/l/3", "value": 1}"#, #"{"l":[0]}"#, #"{"l":[0]}"#),
    Case(
      #"{"default": "/l/*/a", "value": 1}"#, #"{"l":[{},{"a":2},3]}"#, #"{"l":[{"a":1},{"a":2},3]}"#
    ),
    Case(#"{"drop": "/a"}"#, #"{"a":1,"b":2}"#, #"{"b":2}"#),
    Case(#"{"drop": "/a/b"}"#, #"{"a":{"b":1}}"#, #"{"a":{}}"#),
    Case(#"{"drop": "/a/b/c"}"#, #"{"a":{}}"#, #"{"a":{}}"#),
    Case(#"{"drop": "/l/1"}"#, #"{"l":[1,2,3]}"#, #"{"l":[1,3]}"#),
    Case(#"{"drop": "/l/*/a"}"#, #"{"l":[{"a":1,"b":2},{"a":3}]}"#, #"{"l":[{"b":2},{}]}"#),
  ]) func fillsInAndDrops(_ test: Case) throws { try expect(test) }

  static let table =
    #"{"map": "/a", "values": [["x", "y"], [1, "one"], [true, {"t": []}], [null, 0]]"#
  @Test(arguments: [
    Case(table + "}", #"{"a":"x"}"#, #"{"a":"y"}"#),
    Case(table + "}", #"{"a":1}"#, #"{"a":"one"}"#),
    Case(table + "}", #"{"a":true}"#, #"{"a":{"t":[]}}"#),
    Case(table + "}", #"{"a":null}"#, #"{"a":0}"#),
    Case(table + "}", #"{}"#, #"{}"#),
    Case(
      table + "}", #"{"a":"1"}"#, "the table has no line for the value, which is of type string"),
    Case(
      table + "}", #"{"a":false}"#, "the table has no line for the value, which is of type boolean"),
    Case(table + "}", #"{"a":[]}"#, "the table has no line for the value, which is of type array"),
    Case(table + #", "keepOthers": true}"#, #"{"a":"z"}"#, #"{"a":"z"}"#),
    Case(table + #", "keepOthers": true}"#, #"{"a":"x"}"#, #"{"a":"y"}"#),
    Case(table + #", "others": "other"}"#, #"{"a":{"b":1}}"#, #"{"a":"other"}"#),
    Case(#"{"map": "/l/*", "values": [[1, 2]]}"#, #"{"l":[1,1.0,1]}"#, #"{"l":[2,2,2]}"#),
    Case(#"{"map": "/l/*/k", "values": [[1, 2]]}"#, #"{"l":[{"k":1},{}]}"#, #"{"l":[{"k":2},{}]}"#),
    // Equal by Unicode, other bytes.
    Case(
      #"{"map": "/a", "values": [["\u00e9", 1]]}"#, #"{"a":"e\u0301"}"#,
      "the table has no line for the value, which is of type string"),
  ]) func maps(_ test: Case) throws { try expect(test) }

  static let endless = "the value in the new unit has no exact decimal of this size"
  @Test(arguments: [
    Case(#"{"scale": "/a", "times": 1000}"#, #"{"a":2}"#, #"{"a":2000}"#),
    Case(#"{"scale": "/a", "times": 1000}"#, #"{"a":0.0015}"#, #"{"a":1.5}"#),
    Case(#"{"scale": "/a", "times": 1000}"#, #"{"a":1e-7}"#, #"{"a":0.0001}"#),
    Case(#"{"scale": "/a", "over": 100}"#, #"{"a":-1250}"#, #"{"a":-12.5}"#),
    Case(#"{"scale": "/a", "over": 100}"#, #"{"a":0}"#, #"{"a":0}"#),
    Case(#"{"scale": "/a", "times": 9, "over": 5}"#, #"{"a":100}"#, #"{"a":180}"#),
    Case(#"{"scale": "/a", "over": 3}"#, #"{"a":9}"#, #"{"a":3}"#),
    Case(#"{"scale": "/a", "over": 3}"#, #"{"a":10}"#, endless),
    Case(
      #"{"scale": "/a", "times": 1000}"#, #"{"a":9007199254740991}"#,
      "the value in the new unit has more digits than readers of JSON keep"),
    Case(
      #"{"scale": "/a", "times": 1000000000000000}"#, #"{"a":"999999999999999999.999999999999"}"#,
      endless),
    Case(#"{"scale": "/a", "over": 100}"#, #"{"a":"1250"}"#, #"{"a":"12.5"}"#),
    Case(
      #"{"scale": "/a", "over": 100, "as": "text", "places": 2}"#, #"{"a":1250}"#, #"{"a":"12.50"}"#
    ),
    Case(
      #"{"scale": "/a", "over": 100, "as": "text", "places": 2}"#, #"{"a":5}"#, #"{"a":"0.05"}"#),
    Case(
      #"{"scale": "/a", "over": 1000, "as": "text", "places": 2}"#, #"{"a":12345}"#,
      #"{"a":"12.345"}"#),
    Case(#"{"scale": "/a", "times": 100, "as": "number"}"#, #"{"a":"12.50"}"#, #"{"a":1250}"#),
    // 0.1 + 0.2 of floating point is not here.
    Case(#"{"scale": "/a", "times": 3}"#, #"{"a":0.1}"#, #"{"a":0.3}"#),
    Case(
      #"{"scale": "/a", "times": 2}"#, #"{"a":"twelve"}"#,
      "the value is a string that is no decimal"),
    Case(
      #"{"scale": "/a", "times": 2}"#, #"{"a":null}"#,
      "the value is of type null, not a number or a decimal"),
    Case(
      #"{"scale": "/a", "times": 2}"#, #"{"a":[1]}"#,
      "the value is of type array, not a number or a decimal"),
    Case(#"{"scale": "/a", "times": 2}"#, #"{"b":1}"#, #"{"b":1}"#),
    Case(
      #"{"scale": "/l/*/a", "times": 2}"#, #"{"l":[{"a":1},{"a":2}]}"#, #"{"l":[{"a":2},{"a":4}]}"#),
  ]) func scales(_ test: Case) throws { try expect(test) }

  @Test(arguments: [
    Case(
      #"{"split": "/n", "at": " ", "into": ["/f", "/l"]}"#, #"{"n":"Ada Lovelace"}"#,
      #"{"f":"Ada","l":"Lovelace"}"#),
    Case(
      #"{"split": "/n", "at": " ", "into": ["/f", "/l"]}"#, #"{"n":"a b c"}"#,
      #"{"f":"a","l":"b c"}"#),
    Case(#"{"split": "/n", "at": " ", "into": ["/f", "/l"]}"#, #"{"n":"Ada"}"#, #"{"f":"Ada"}"#),
    Case(#"{"split": "/n", "at": " ", "into": ["/f", "/l"]}"#, #"{"n":""}"#, #"{"f":""}"#),
    Case(#"{"split": "/n", "at": " ", "into": ["/f", "/l"]}"#, #"{}"#, #"{}"#),
    Case(
      #"{"split": "/n", "at": "--", "into": ["/f", "/l", "/m"]}"#, #"{"n":"----a-"}"#,
      #"{"f":"","l":"","m":"a-"}"#),
    Case(
      #"{"split": "/n", "at": "ö", "into": ["/f", "/n"]}"#, #"{"n":"höh"}"#, #"{"f":"h","n":"h"}"#),
    Case(
      #"{"split": "/n", "at": " ", "into": ["/f", "/l"]}"#, #"{"n":7}"#,
      "the value is of type number, not a string"),
    Case(
      #"{"split": "/n", "at": " ", "into": ["/f", "/l"]}"#, #"{"n":"a b","l":1}"#,
      "there is a value already where one is to go"),
    Case(
      #"{"split": "/l/*/n", "at": "-", "into": ["/l/*/a", "/l/*/o/b"]}"#, #"{"l":[{"n":"1-2"}]}"#,
      #"{"l":[{"a":"1","o":{"b":"2"}}]}"#),
    Case(
      #"{"join": ["/f", "/l"], "with": " ", "into": "/n"}"#, #"{"f":"a","l":"b"}"#, #"{"n":"a b"}"#),
    Case(#"{"join": ["/f", "/l"], "with": " ", "into": "/n"}"#, #"{"l":"b"}"#, #"{"n":"b"}"#),
    Case(#"{"join": ["/f", "/l"], "with": " ", "into": "/n"}"#, #"{"x":1}"#, #"{"x":1}"#),
    Case(
      #"{"join": ["/f", "/l"], "with": "", "into": "/f"}"#, #"{"f":"a","l":"b"}"#, #"{"f":"ab"}"#),
    Case(
      #"{"join": ["/f", "/l"], "with": " ", "into": "/n"}"#, #"{"f":"a","l":1}"#,
      "a part is of type number, not a string"),
    Case(
      #"{"join": ["/f", "/l"], "with": " ", "into": "/n"}"#, #"{"f":"a","n":1}"#,
      "there is a value already where one is to go"),
  ]) func splitsAndJoins(_ test: Case) throws { try expect(test) }

  @Test func wrapsEveryKindOfValue() throws {
    try withEvery("kind", in: Self.everyKind) { value in
      try expect(
        Case(#"{"wrap": "/a", "under": "v"}"#, #"{"a":\#(value)}"#, #"{"a":{"v":\#(value)}}"#))
      try expect(Case(#"{"wrap": "/a", "in": "list"}"#, #"{"a":\#(value)}"#, #"{"a":[\#(value)]}"#))
    }
    try expect(Case(#"{"wrap": "/a", "under": "v"}"#, #"{"b":1}"#, #"{"b":1}"#))
    try expect(Case(#"{"wrap": "", "under": "v"}"#, #"{"b":1}"#, #"{"v":{"b":1}}"#))
    try expect(
      Case(#"{"wrap": "/l/*", "under": "v"}"#, #"{"l":[1,[]]}"#, #"{"l":[{"v":1},{"v":[]}]}"#))
  }

  @Test func callsAFunctionOfTheProgram() throws {
    try expect(Case(#"{"call": "length", "at": "/a"}"#, #"{"a":"höh"}"#, #"{"a":3}"#))
    try expect(Case(#"{"call": "length", "at": "/a"}"#, #"{"b":1}"#, #"{"b":1}"#))
    try expect(Case(#"{"call": "length", "at": "/l/*"}"#, #"{"l":["a",""]}"#, #"{"l":[1,0]}"#))
    try expect(Case(#"{"call": "length", "at": "/a"}"#, #"{"a":1}"#, "the value is no string"))
  }

  /// Every step leaves alone, or refuses in words, whatever kind of value stands where it looks.
  @Test func noStepTrapsOnAnyKindOfValue() throws {
    let steps = [
      #"{"rename": "/a/b", "to": "c"}"#, #"{"move": "/a/b", "to": "/c/d"}"#,
      #"{"default": "/a/b", "value": 1}"#, #"{"drop": "/a/b"}"#,
      #"{"map": "/a", "values": [[0, 1]]}"#, #"{"scale": "/a", "over": 7}"#,
      #"{"split": "/a", "at": "e", "into": ["/b", "/c"]}"#,
      #"{"join": ["/a", "/b"], "with": "-", "into": "/c"}"#, #"{"wrap": "/a/*", "under": "c"}"#,
      #"{"call": "length", "at": "/a/0"}"#,
    ]
    try withEvery("step", in: steps) { step in
      try withEvery("value", in: Self.everyKind) { value in
        let result = try Making.lifted(#"{"a":\#(value)}"#, by: step)
        #expect(
          result.hasPrefix("{") || result.hasPrefix("t.t.v1-v2.json, /steps/0 ("), "\(result)")
      }
    }
  }

  /// An error text ends in logs, which nobody can erase.
  @Test func aFailureNeverTellsTheValue() throws {
    let secret = "ada@example.com"
    for step in [
      #"{"map": "/a", "values": [[0, 1]]}"#, #"{"scale": "/a", "over": 7}"#,
      #"{"move": "/b", "to": "/a/c"}"#,
    ] {
      let sentence = try Making.lifted(#"{"a":"\#(secret)","b":1}"#, by: step)
      #expect(sentence.hasPrefix("t.t.v1-v2.json, /steps/0"))
      #expect(!sentence.contains("ada"))
    }
  }
}
