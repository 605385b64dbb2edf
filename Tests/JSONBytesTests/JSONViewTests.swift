/// Reading scanned values, and pointers to them.
import JSONBytes
import RapportTesting
import Testing

@Suite struct JSONViewTests {
  static let text = #"""
    {"s":"a\n\u00e9","n":-12.50,"i":42,"t":true,"f":false,"z":null,"a":[10,[20],{"b":30}],
     "o":{"k\u0065y":1,"":2},"a/b":3,"m~n":4}
    """#

  @Test func everyKindReadsAsItself() throws {
    let view = try scan(Self.text)
    #expect(view.kind == .object && view.count == 10)
    #expect(view["s"]?.string == "a\né")
    #expect(
      view["n"]?.numberText == "-12.50" && view["n"]?.double == -12.5 && view["n"]?.integer == nil)
    #expect(view["i"]?.integer == 42 && view["i"]?.string == nil && view["i"]?.bool == nil)
    #expect(view["t"]?.bool == true && view["f"]?.bool == false && view["z"]?.kind == .null)
    #expect(view["a"]?.elements.map(\.kind) == [.number, .array, .object])
    #expect(view["o"]?["key"]?.integer == 1 && view["o"]?[""]?.integer == 2)
    #expect(view["missing"] == nil && view["i"]?["x"] == nil && view["a"]?["0"] == nil)
    #expect(view["i"].map { Array($0.elements).isEmpty && Array($0.members).isEmpty } == true)
    #expect(view.members.map(\.name) == ["s", "n", "i", "t", "f", "z", "a", "o", "a/b", "m~n"])
    #expect(view["s"]?.equals("a\né") == true && view["s"]?.equals("a") == false)
    #expect(String(decoding: try #require(view["s"]).source, as: UTF8.self) == #""a\n\u00e9""#)
  }

  @Test(
    arguments: [
      ("", "object"), ("/i", "42"), ("/a/0", "10"), ("/a/1/0", "20"), ("/a/2/b", "30"),
      ("/o/", "2"), ("/o/key", "1"),
      ("/a~1b", "3"), ("/m~0n", "4"), ("/a/3", nil), ("/a/-", nil), ("/a/00", nil), ("/a/01", nil),
      ("/i/x", nil), ("i", nil),
      ("/missing", nil), ("/a/99999999999999999999", nil), ("/a/+0", nil),
    ] as [(String, String?)])
  func pointersAreThoseOfRFC6901(pointer: String, expected: String?) throws {
    let view = try scan(Self.text).at(pointer: pointer)
    #expect(view?.numberText ?? view?.kind.word == expected)
  }

  /// A name may begin with a mark that would join the character before it.
  @Test(arguments: [
    "/", "~", "~1", "/\u{301}", "~\u{301}", "\u{301}", "", "a/b~c", "é", "e\u{301}",
  ])
  func aPointerFindsAnyName(name: String) throws {
    let text = JSONValue.object([JSONMember("o", .object([JSONMember(name, 7)]))]).text
    let pointer = JSONPointer.appending(name, to: "/o")
    #expect(try scan(text).at(pointer: pointer)?.integer == 7)
  }

  /// Names are bytes: two that look alike are two.
  @Test func namesAreNotNormalised() throws {
    let view = try scan("{\"é\":1,\"e\u{301}\":2}")
    #expect(view["é"]?.integer == 1 && view["e\u{301}"]?.integer == 2)
    #expect(view.value["é"]?.integer == 1 && view.value["e\u{301}"]?.integer == 2)
  }

  @Test(
    arguments: [
      ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
      ("9223372036854775808", nil),
      ("1.0", nil), ("1e2", nil), ("-0", 0), ("999999999999999", 999_999_999_999_999),
    ] as [(String, Int64?)])
  func anIntegerIsReadWhereItFits(text: String, value: Int64?) throws {
    #expect(try scan(text).integer == value)
  }

  @Test func aTreeKeepsNumbersAndOrderAsWritten() throws {
    let text = #"{"b":1.50,"a":[1E2,"\"\\\u0007"],"é":null}"#
    #expect(try scan(text).value.text == #"{"b":1.50,"a":[1E2,"\"\\\u0007"],"é":null}"#)
    #expect(JSONValue.object(["a": 1, "b": nil, "c": .null]).text == #"{"a":1,"c":null}"#)
  }
}
