/// Chains of upcasts: composed once, checked by the newest schema, and the same as their steps one by one.
import JSONBytes
import RapportTesting
import Testing

@testable import EventCatalog

@Suite struct UpcasterTests {
  private func reading(
    _ version: Int, _ schemas: [Catalog.File], _ upcasts: [Catalog.File]
  ) throws -> VersionReading? {
    try Catalog.only(schemas, upcasts: upcasts).type(named: "a.b")?.reading(ofVersion: version)
  }

  static let closed = [
    Making.schema(
      "a.b", 1,
      #""properties": {"cents": {"type": "integer"}}, "required": ["cents"], "additionalProperties": false"#
    ),
    Making.schema(
      "a.b", 2,
      #""properties": {"total": {"type": "string", "x-format": "decimal"}}, "required": ["total"], "additionalProperties": false"#
    ),
    Making.schema(
      "a.b", 3,
      #""properties": {"total": {"type": "object", "properties": {"amount": {"type": "string", "maxLength": 6}, "currency": {"const": "EUR"}}, "required": ["amount", "currency"]}}, "required": ["total"], "additionalProperties": false"#
    ),
  ]
  static let steps = [
    Making.upcast(
      "a.b", 1, 2,
      #"{"scale": "/cents", "over": 100, "as": "text", "places": 2}, {"rename": "/cents", "to": "total"}"#
    ),
    Making.upcast(
      "a.b", 2, 3,
      #"{"wrap": "/total", "under": "amount"}, {"default": "/total/currency", "value": "EUR"}"#),
  ]

  @Test func aChainGoesToTheNewest() throws {
    guard case .lifted(let upcaster)? = try reading(1, Self.closed, Self.steps) else {
      Issue.record("version 1 is not lifted")
      return
    }
    #expect(upcaster.files == ["a.b.v1-v2.json", "a.b.v2-v3.json"])
    #expect(upcaster.newest.version == 3)
    let data = try upcaster.lift(try Making.view(#"{"cents":1250}"#))
    #expect(
      String(decoding: data.source, as: UTF8.self)
        == #"{"total":{"amount":"12.50","currency":"EUR"}}"#)
    guard case .lifted(let second)? = try reading(2, Self.closed, Self.steps) else {
      Issue.record("version 2 is not lifted")
      return
    }
    #expect(second.files == ["a.b.v2-v3.json"])
    guard case .newest? = try reading(3, Self.closed, Self.steps) else {
      Issue.record("version 3 is the newest")
      return
    }
    #expect(try reading(4, Self.closed, Self.steps) == nil)
  }

  @Test func theResultMustFitTheNewestSchema() throws {
    guard case .lifted(let upcaster)? = try reading(1, Self.closed, Self.steps) else { return }
    let data = try Making.view(#"{"cents":1234567}"#)
    let failure = #expect(throws: UpcastFailure.self) { _ = try upcaster.lift(data) }
    #expect(
      failure?.sentence
        == "a.b.v3.json: the result does not fit a.b/3: /total/amount must have at most 6 "
        + "characters (maxLength); found: string")
    let broken = try Making.view(#"{"cents":null}"#)
    #expect(
      #expect(throws: UpcastFailure.self) { _ = try upcaster.lift(broken) }?.sentence
        == "a.b.v1-v2.json, /steps/0 (scale /cents): the value is of type null, not a number or a "
        + "decimal")
  }

  @Test func aShortcutIsTakenAndAMissingStepIsTold() throws {
    let shortcut = Making.upcast("a.b", 1, 3, #"{"drop": "/cents"}"#)
    guard case .lifted(let upcaster)? = try reading(1, Self.closed, [shortcut]) else {
      Issue.record("the shortcut is not taken")
      return
    }
    #expect(upcaster.files == ["a.b.v1-v3.json"])
    guard case .unreadable(let sentence)? = try reading(2, Self.closed, [shortcut]) else {
      Issue.record("nothing leads on from version 2")
      return
    }
    #expect(
      sentence
        == "a.b/2 cannot be read as version 3: an upcast is missing, such as a.b.v2-v3.json")
    // A chain that breaks later leads nowhere.
    guard case .unreadable? = try reading(1, Self.closed, [Self.steps[0]]) else {
      Issue.record("version 2 leads nowhere, so version 1 does not either")
      return
    }
  }

  @Test func aVersionThatTakesWhateverTheOlderTookNeedsNoUpcast() throws {
    let grown = [
      Self.closed[0],
      Making.schema(
        "a.b", 2,
        #""properties": {"cents": {"type": "integer"}, "note": {"type": "string"}}, "required": ["cents"], "additionalProperties": false"#
      ),
    ]
    guard case .asItIs? = try reading(1, grown, []) else {
      Issue.record("an optional field needs no upcast")
      return
    }
    // An upcast counts more: it may say that the meaning changed.
    guard
      case .lifted? = try reading(
        1, grown, [Making.upcast("a.b", 1, 2, #"{"scale": "/cents", "times": 10}"#)])
    else {
      Issue.record("an upcast that is there is used")
      return
    }
    // As it is to version 2, from there by an upcast.
    let third = grown + [Making.schema("a.b", 3, #""required": ["amount"]"#)]
    guard
      case .lifted(let upcaster)? = try reading(
        1, third, [Making.upcast("a.b", 2, 3, #"{"rename": "/cents", "to": "amount"}"#)])
    else {
      Issue.record("version 1 is read as version 2, which is lifted")
      return
    }
    #expect(upcaster.files == ["a.b.v2-v3.json"])
  }

  /// A composed chain does what its files do one after another; every split of a list of steps gives the same.
  @Test func aComposedChainIsItsStepsOneByOne() throws {
    var generator = SeededGenerator.ofThisRun()
    let any = (1...5).map { Making.schema("a.b", $0) }
    for _ in 0..<300 {
      let steps = (0..<4).map { _ in Self.randomStep(&generator) }
      let files = steps.enumerated().map {
        Making.upcast("a.b", $0.offset + 1, $0.offset + 2, $0.element)
      }
      let data = Self.randomData(&generator)
      guard case .lifted(let whole)? = try reading(1, any, files) else { continue }
      let composed = Result { try whole.lift(try Making.view(data)).value.text }
      var single = Result<String, any Error>.success(data)
      for step in steps {
        single = single.flatMap { text in
          Result { try Making.upcaster(step).lift(try Making.view(text)).value.text }
        }
      }
      switch (composed, single) {
      case (.success(let one), .success(let other)):
        #expect(one == other, "\(steps) on \(data)")
      case (.failure(let one as UpcastFailure), .failure(let other as UpcastFailure)):
        #expect(one.words == other.words && one.reason == other.reason, "\(steps) on \(data)")
      default: Issue.record("only one of the two fails: \(steps) on \(data)")
      }
    }
  }

  private static func randomStep(_ generator: inout SeededGenerator) -> String {
    func place() -> String { "/" + generator.pick(["a", "b", "c", "o/a", "o/b", "l/*/a", "l/*"]) }
    let name = generator.pick(["a", "b", "d"])
    switch generator.below(9) {
    case 0: return #"{"rename": "/\#(name)", "to": "x\#(name)"}"#
    case 1: return #"{"move": "/\#(name)", "to": "/o/\#(name)\#(generator.below(3))"}"#
    case 2: return #"{"default": "/o/\#(name)", "value": \#(generator.below(9))}"#
    case 3: return #"{"drop": "/l/*/\#(name)"}"#
    case 4:
      return #"{"map": "\#(place())", "values": [[1, "one"], ["x-y", 2]], "keepOthers": true}"#
    case 5: return #"{"scale": "\#(place())", "times": 3, "over": 2}"#
    case 6: return #"{"split": "/\#(name)", "at": "-", "into": ["/s", "/t"]}"#
    case 7: return #"{"join": ["/s", "/\#(name)"], "with": "+", "into": "/j"}"#
    default: return #"{"wrap": "\#(place())", "under": "w"}"#
    }
  }

  private static func randomData(_ generator: inout SeededGenerator) -> String {
    func scalar() -> String { generator.pick(["1", "2.5", #""x-y""#, #""z""#, "null", "true"]) }
    return
      #"{"a":\#(scalar()),"b":\#(scalar()),"l":[{"a":\#(scalar())},\#(scalar())],"o":{"a":\#(scalar())}}"#
  }

  /// Splitting and joining with the same text gives back what was there, as long as no part is empty of meaning.
  @Test func joiningUndoesSplitting() throws {
    var generator = SeededGenerator.ofThisRun()
    let steps =
      #"{"split": "/n", "at": "-", "into": ["/a", "/b", "/c"]}, {"join": ["/a", "/b", "/c"], "with": "-", "into": "/n"}"#
    for _ in 0..<200 {
      let text = String((0..<generator.below(12)).map { _ in generator.pick(Array("ab-ö")) })
      #expect(try Making.lifted(#"{"n":"\#(text)"}"#, by: steps) == #"{"n":"\#(text)"}"#)
    }
  }

  @Test func scalingThereAndBackIsExact() throws {
    var generator = SeededGenerator.ofThisRun()
    let there = #"{"scale": "/n", "over": 1000, "as": "text", "places": 3}"#
    let back = #"{"scale": "/n", "times": 1000, "as": "number"}"#
    for _ in 0..<500 {
      let number = Int64(truncatingIfNeeded: generator.next()) >> Int64(11 + generator.below(50))
      let data = #"{"n":\#(number)}"#
      #expect(try Making.lifted(data, by: there + "," + back) == data)
    }
  }

  @Test func upcastsArePartOfWhatNamesTheCatalogue() throws {
    let catalog = try Catalog.only(Self.closed, upcasts: Self.steps)
    #expect(catalog.canonicalUpcasts.map(\.name) == ["a.b.v1-v2.json", "a.b.v2-v3.json"])
    #expect(try Catalog.only(Self.closed).canonicalUpcasts.isEmpty)
    #expect(
      try Catalog.shipped().canonicalUpcasts.count == EmbeddedUpcasts.files.count)
  }
}
