/// What a file of upcasts may say, and what stops its load.
import JSONBytes
import RapportTesting
import Testing

@testable import EventCatalog

@Suite struct UpcastLoaderTests {
  private func error(_ text: String, file: String = "a.b.v1-v2.json") -> SchemaError? {
    do throws(SchemaError) {
      _ = try Upcast(
        Array(text.utf8), file: file, ships: false, functions: Making.functions)
      return nil
    } catch {
      return error
    }
  }

  private static func file(_ steps: String) -> String {
    #"{"type": "a.b", "from": 1, "to": 2, "steps": [\#(steps)]}"#
  }

  /// A step, the code, and the sentence behind the file's name.
  static let refusedSteps: [(String, SchemaError.Code, String)] = [
    (
      #"{"renam": "/a", "to": "b"}"#, .unknownStep,
      "/steps/0, renam: a step begins with one of rename, move, default, drop, map, scale, split, "
        + "join, wrap, call"
    ),
    (
      "{}", .unknownStep,
      "a step begins with one of rename, move, default, drop, map, scale, split, join, wrap, call"
    ),
    ("7", .malformed, "the step at /steps/0 must be an object"),
    (
      #"{"drop": "/a", "rename": "/b", "to": "c"}"#, .malformed,
      "/steps/0, drop: a step does one thing; write two steps"
    ),
    (
      #"{"drop": "/a", "why": "x"}"#, .unknownMember,
      "/steps/0, why: this member is not known here; see docs/schemas.md"
    ),
    (#"{"drop": "/a", "description": 1}"#, .malformed, "/steps/0, description: must be a string"),
    (#"{"drop": 1}"#, .malformed, "/steps/0, drop: must be a string"),
    (
      #"{"drop": "a"}"#, .malformed,
      "/steps/0, drop: must be a JSON Pointer (RFC 6901) of at most 32 parts, such as /lines/*/sku"
    ),
    (
      #"{"drop": "/a~2"}"#, .malformed,
      "/steps/0, drop: must be a JSON Pointer (RFC 6901) of at most 32 parts, such as /lines/*/sku"
    ),
    (
      #"{"drop": ""}"#, .malformed,
      "/steps/0, drop: must name a member, neither the whole data nor all elements of a list"
    ),
    (
      #"{"drop": "/l/*"}"#, .malformed,
      "/steps/0, drop: must name a member, neither the whole data nor all elements of a list"
    ),
    (#"{"rename": "/a"}"#, .malformed, "/steps/0, to: must be there"),
    (
      #"{"rename": "/a", "to": "a"}"#, .malformed,
      "/steps/0, to: is the name that the member has already"
    ),
    (
      #"{"move": "/a", "to": "/a"}"#, .malformed,
      "/steps/0, to: is the place where the value lies already"
    ),
    (
      #"{"move": "/l/*/a", "to": "/b"}"#, .malformed,
      "/steps/0, move: all pointers of a step must be alike up to the last *, or it is open which "
        + "element is meant"
    ),
    (
      #"{"move": "/l/*/a", "to": "/m/*/a"}"#, .malformed,
      "/steps/0, move: all pointers of a step must be alike up to the last *, or it is open which "
        + "element is meant"
    ),
    (#"{"default": "/a"}"#, .malformed, "/steps/0, value: must be there"),
    (#"{"map": "/a"}"#, .malformed, "/steps/0, values: must be there"),
    (
      #"{"map": "/a", "values": []}"#, .malformed,
      "/steps/0, values: must be a list of 1 to 4096 pairs [old, new]"
    ),
    (
      #"{"map": "/a", "values": [["x"]]}"#, .malformed,
      "/steps/0, values: each line is a pair [old, new], and old is a string, a number, true, false "
        + "or null"
    ),
    (
      #"{"map": "/a", "values": [[{}, 1]]}"#, .malformed,
      "/steps/0, values: each line is a pair [old, new], and old is a string, a number, true, false "
        + "or null"
    ),
    (
      #"{"map": "/a", "values": [[1, 2], [1.0, 3]]}"#, .malformed,
      "/steps/0, values: an old value stands in two lines"
    ),
    (
      #"{"map": "/a", "values": [[1, 2]], "keepOthers": false}"#, .malformed,
      "/steps/0, keepOthers: is true, or is left away"
    ),
    (
      #"{"map": "/a", "values": [[1, 2]], "keepOthers": true, "others": 1}"#, .malformed,
      "/steps/0, others: cannot stand beside keepOthers"
    ),
    (
      #"{"map": "", "values": [[1, 2]]}"#, .malformed,
      "/steps/0, map: must name a part of the data, not the whole"
    ),
    (
      #"{"scale": "/a"}"#, .malformed,
      "/steps/0, times: and over must change something between them"
    ),
    (
      #"{"scale": "/a", "times": 1.5}"#, .malformed, "/steps/0, times: must be a whole number"
    ),
    (
      #"{"scale": "/a", "over": 0}"#, .malformed,
      "/steps/0, over: must be a whole number from 2 to 10^15"
    ),
    (
      #"{"scale": "/a", "over": 2, "as": "float"}"#, .malformed,
      "/steps/0, as: must be number or text"
    ),
    (
      #"{"scale": "/a", "over": 2, "places": 2}"#, .malformed,
      #"/steps/0, places: must be a whole number from 1 to 12, beside "as": "text""#
    ),
    (
      #"{"split": "/a", "at": "", "into": ["/b", "/c"]}"#, .malformed,
      "/steps/0, at: must be a text of one character or more"
    ),
    (
      #"{"split": "/a", "at": "-", "into": ["/b"]}"#, .malformed,
      "/steps/0, into: must be a list of 2 to 16 JSON Pointers"
    ),
    (
      #"{"join": ["/a", "/a"], "with": "", "into": "/b"}"#, .malformed,
      "/steps/0, join: names one place twice"
    ),
    (
      #"{"join": ["/a", 1], "with": "", "into": "/b"}"#, .malformed,
      "/steps/0, join: must be a list of 2 to 16 JSON Pointers"
    ),
    (
      #"{"wrap": "/a"}"#, .malformed,
      #"/steps/0, under: must name a member, or "in": "list" stand in its place"#
    ),
    (
      #"{"wrap": "", "in": "list"}"#, .malformed,
      "/steps/0, in: must be list, and data itself stays an object"
    ),
    (
      #"{"call": "unheard-of", "at": "/a"}"#, .unknownFunction,
      "/steps/0, call: there is no function of that name; there is length"
    ),
    (#"{"call": "length"}"#, .malformed, "/steps/0, at: must be there"),
  ]

  @Test(arguments: refusedSteps) func aStepThatIsNotUnderstoodStopsTheLoad(
    step: String, code: SchemaError.Code, sentence: String
  ) {
    let error = error(Self.file(step))
    #expect(error?.code == code)
    #expect(
      error?.sentence == "a.b.v1-v2.json, \(sentence)"
        || error?.sentence == "a.b.v1-v2.json: \(sentence)", "\(error?.sentence ?? "it loads")")
  }

  @Test func thePlaceOfTheStepIsTold() {
    let error = error(Self.file(#"{"drop": "/a"}, {"drop": "/b"}, {"drop": "/c", "x": 1}"#))
    #expect(error?.pointer == "/steps/2")
  }

  @Test(arguments: [
    ("a.b.v2-v1.json", Self.file(#"{"drop": "/a"}"#)), ("a.b.v1-v1.json", "{}"),
    ("a.b.v1-2.json", "{}"), ("a.b.v1.json", "{}"), ("a.v1-v2.json", "{}"), ("a.b.v1-v2", "{}"),
    ("a.b.v01-v2.json", "{}"), ("a.b.v1-v2.v3.json", "{}"), ("A.b.v1-v2.json", "{}"),
  ]) func theNameSaysTypeAndVersions(name: String, text: String) {
    let error = error(text, file: name)
    #expect(error?.code == .file)
    #expect(error?.sentence.hasPrefix("\(name): the name must be TYPE.vN-vM.json, ") == true)
  }

  @Test(arguments: [
    ("[]", "the file must be an object"),
    ("{", "not JSON: line 1, column 2: the text ends inside a value"),
    (
      #"{"type": "b.a", "from": 1, "to": 2, "steps": []}"#,
      "at the top, type: must be a.b, as the file's name says"
    ),
    (
      #"{"type": "a.b", "from": 2, "to": 2, "steps": []}"#,
      "at the top, from: must be 1, as the file's name says"
    ),
    (
      #"{"type": "a.b", "from": 1, "to": 3, "steps": []}"#,
      "at the top, to: must be 2, as the file's name says"
    ),
    (
      #"{"type": "a.b", "from": 1, "to": 2, "steps": []}"#,
      "at the top, steps: must be a list of 1 to 256 steps"
    ),
    (#"{"type": "a.b", "from": 1, "to": 2}"#, "at the top, steps: must be there"),
    (
      #"{"type": "a.b", "from": 1, "to": 2, "steps": [1], "x": 1}"#,
      "at the top, x: this member is not known here; see docs/schemas.md"
    ),
    (
      #"{"type": "a.b", "from": 1, "to": 2, "steps": [{"default": "/a", "value": 1e400}]}"#,
      "line 1, column 74: this number changes when it is stored as an IEEE double; write it as a string"
    ),
  ]) func theTopIsCheckedToo(text: String, sentence: String) {
    #expect(
      [", ", ": "].map { "a.b.v1-v2.json\($0)\(sentence)" }.contains(error(text)?.sentence),
      "\(error(text)?.sentence ?? "it loads")")
  }

  private func catalogError(
    _ schemas: [Catalog.File], _ upcasts: [Catalog.File]
  ) -> SchemaError? {
    do throws(SchemaError) {
      _ = try Catalog.only(schemas, upcasts: upcasts)
      return nil
    } catch {
      return error
    }
  }

  @Test func anUpcastLeadsBetweenVersionsThatExist() {
    let one = [Making.schema("a.b", 1), Making.schema("a.b", 2), Making.schema("a.b", 4)]
    let drop = #"{"drop": "/a"}"#
    #expect(
      catalogError(one, [Making.upcast("a.c", 1, 2, drop)])?.sentence
        == "a.c.v1-v2.json, at the top, type: the catalogue has no type a.c")
    #expect(
      catalogError(one, [Making.upcast("a.b", 1, 3, drop)])?.sentence
        == "a.b.v1-v3.json, at the top, to: the catalogue has no a.b.v3.json")
    #expect(
      catalogError(one, [Making.upcast("a.b", 3, 4, drop)])?.sentence
        == "a.b.v3-v4.json, at the top, from: the catalogue has no a.b.v3.json")
    #expect(
      catalogError(one, [Making.upcast("a.b", 1, 2, drop), Making.upcast("a.b", 1, 4, drop)])?
        .sentence
        == "a.b.v1-v4.json, at the top, from: a.b.v1-v2.json leads from version 1 too; one upcast "
        + "may, to any later version")
    #expect(catalogError(one, [Making.upcast("a.b", 1, 4, drop)]) == nil)
  }

  @Test func whatShipsIsNotLiftedByALedger() {
    let error = #expect(throws: SchemaError.self) {
      _ = try Catalog.shipped(upcasts: [Making.upcast("order.completed", 1, 2, #"{"drop": "/a"}"#)])
    }
    #expect(
      error?.sentence
        == "order.completed.v1-v2.json: the type order.completed ships with the program; give yours "
        + "another name")
  }

  /// Whatever is done to a file: it loads, or one sentence names the file; nothing traps.
  @Test func mutatedFilesLoadOrAreRefusedInASentence() {
    var generator = SeededGenerator.ofThisRun()
    let steps =
      Self.refusedSteps.map(\.0) + [
        #"{"rename": "/l/*/a", "to": "b"}"#, #"{"map": "/a", "values": [["x", 1], [2, null]]}"#,
        #"{"scale": "/a", "times": 9, "over": 5, "as": "text", "places": 2}"#,
        #"{"split": "/a", "at": "-", "into": ["/b", "/c"]}"#, #"{"wrap": "/a", "under": "v"}"#,
        #"{"join": ["/a", "/b"], "with": "-", "into": "/c"}"#, #"{"call": "length", "at": "/a"}"#,
      ]
    let marks = Array(#"{}[]",:/~*\0-1.5eE9ntu "#.utf8) + [0, 0xC3, 0xFF]
    var loaded = 0
    for _ in 0..<4_000 {
      var bytes = Array(
        Self.file(
          (0...generator.below(3)).map { _ in generator.pick(steps) }.joined(separator: ",")
        )
        .utf8)
      for _ in 0..<generator.below(4) {
        let place = generator.below(bytes.count)
        switch generator.below(4) {
        case 0: bytes[place] = generator.pick(marks)
        case 1: bytes.insert(generator.pick(marks), at: place)
        case 2: bytes.remove(at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + generator.below(9)))
        }
        if bytes.isEmpty { break }
      }
      do throws(SchemaError) {
        let upcast = try Upcast(
          bytes, file: "a.b.v1-v2.json", ships: false, functions: Making.functions)
        loaded += 1
        #expect(!upcast.steps.isEmpty)
      } catch {
        #expect(error.sentence.hasPrefix("a.b.v1-v2.json"))
        #expect(!error.reason.isEmpty)
      }
    }
    #expect(loaded > 50, "some come through: the steps themselves are reached")
  }
}
