/// Which parts of an event are personal.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct SchemaPersonalTests {
  private func personal(_ schema: JSONSchema, in text: String) throws -> [String] {
    var found: [String] = []
    schema.forEachPersonal(in: try json(text)) { pointer, view in
      found.append("\(pointer)=\(String(decoding: view.source, as: UTF8.self))")
    }
    return found
  }

  @Test func everyWayToAPersonalFieldIsFollowed() throws {
    let schema = try schema(
      ##"""
      {"$defs": {"secret": {"x-personal": true}},
       "properties": {
         "plain": {"type": "string"}, "direct": {"x-personal": true},
         "byRef": {"$ref": "#/$defs/secret"},
         "list": {"items": {"properties": {"name": {"$ref": "#/$defs/secret"}}}},
         "pair": {"prefixItems": [true, {"x-personal": true}]},
         "either": {"anyOf": [{"const": "none"}, {"x-personal": true}]},
         "map": {"additionalProperties": {"x-personal": true}},
         "named": {"patternProperties": {"^p": {"x-personal": true}}},
         "whole": {"x-personal": true, "properties": {"inner": {"x-personal": true}}}},
       "allOf": [{"properties": {"late": {"x-personal": true}}}],
       "if": {"required": ["late"]}, "then": {"properties": {"then": {"x-personal": true}}},
       "dependentSchemas": {"late": {"properties": {"dependent": {"x-personal": true}}}}}
      """##)
    let found = try personal(
      schema,
      in: """
        {"plain": 0, "direct": 1, "byRef": 2, "list": [{"name": 3}, {"other": 0}, {"name": 4}],
         "pair": [0, 5, 0], "either": "none", "map": {"ada@example.com": 6},
         "named": {"p": 7, "q": 0},
         "whole": {"inner": 8}, "late": 9, "then": 10, "dependent": 11}
        """)
    #expect(
      found == [
        "/direct=1", "/byRef=2", "/list/0/name=3", "/list/2/name=4", "/pair/1=5",
        "/either=\"none\"",
        "/map/ada@example.com=6", "/named/p=7", "/whole={\"inner\": 8}", "/late=9", "/then=10",
        "/dependent=11",
      ])
    #expect(
      schema.personalPointers == [
        "/byRef", "/dependent", "/direct", "/either", "/late", "/list/*/name", "/map/*", "/named/*",
        "/pair/*", "/then", "/whole",
      ])
  }

  @Test func aSchemaThatHoldsItselfIsFollowedThroughTheWholeValue() throws {
    let tree = try schema(
      ##"{"properties": {"name": {"x-personal": true}, "child": {"$ref": "#"}}}"##)
    #expect(
      try personal(tree, in: #"{"name": 1, "child": {"child": {"name": 2}}}"#)
        == ["/name=1", "/child/child/name=2"])
    #expect(tree.personalPointers == ["/name"])
  }

  /// Two schemas may look at the same value, one at the whole and one at a part of it.
  @Test func aPersonalValueIsNamedOnceAndItsPartsWithIt() throws {
    let schema = try schema(
      #"""
      {"properties": {"a": {"x-personal": true}, "b": {"x-personal": true}},
       "allOf": [{"properties": {"a": {"x-personal": true},
                  "b": {"properties": {"c": {"x-personal": true}}}, "d": {"x-personal": true}}}]}
      """#)
    #expect(
      try personal(schema, in: #"{"a": 1, "b": {"c": 2}, "d": 3}"#)
        == ["/a=1", #"/b={"c": 2}"#, "/d=3"])
  }

  @Test func whatIsNotPersonalCostsNoWalk() throws {
    let schema = try schema(#"{"properties": {"a": {"type": "string"}}}"#)
    #expect(!schema.holdsPersonal)
    #expect(try personal(schema, in: #"{"a": "x"}"#).isEmpty)
  }
}
