// The fields that a schema names, as grants speak of them.

import EventCatalog
import Testing

@Suite struct SchemaFieldsTests {
  /// `a`, `lines{sku,text*}`, `open{x}+`: `*` is personal, `+` may have other members.
  private func fields(_ body: String) throws -> String {
    let text = #"{"$schema":"https://json-schema.org/draft/2020-12/schema",\#(body)}"#
    return Self.told(try JSONSchema(Array(text.utf8), file: "test.json").fields)
  }

  private static func told(_ field: SchemaField) -> String {
    let inner =
      field.members.isEmpty ? "" : "{" + field.members.map(told).joined(separator: ",") + "}"
    return field.name + (field.isPersonal ? "*" : "") + inner + (field.isOpen ? "+" : "")
  }

  @Test func listsArePassedThroughAndReferencesFollowed() throws {
    #expect(
      try fields(
        #"""
        "type":"object","additionalProperties":false,"properties":{
        "total":{"$ref":"#/$defs/money"},"lines":{"type":"array","items":{"$ref":"#/$defs/line"}},
        "tags":{"type":"array","items":{"type":"string"}}},
        "$defs":{"money":{"type":"object","additionalProperties":false,
        "properties":{"amount":{"type":"string"},"currency":{"type":"string"}}},
        "line":{"type":"object","additionalProperties":false,"properties":{"sku":{"type":"string"},
        "note":{"type":"string","x-personal":true},"price":{"$ref":"#/$defs/money"}}}}
        """#) == "{lines{note*,price{amount,currency},sku},tags,total{amount,currency}}")
  }

  /// Rather one field too many is personal than one too few.
  @Test func aFieldIsPersonalIfAnySchemaThatLooksAtItSaysSo() throws {
    #expect(
      try fields(
        #"""
        "type":"object","additionalProperties":false,
        "properties":{"a":{"type":"string"},"b":{"anyOf":[{"type":"string"},{"type":"integer","x-personal":true}]}},
        "allOf":[{"properties":{"a":{"x-personal":true}}}]
        """#) == "{a*,b*}")
  }

  @Test func aPersonalGroupIsOneField() throws {
    #expect(
      try fields(
        #"""
        "type":"object","additionalProperties":false,"properties":{"who":{"x-personal":true,"type":"object",
        "properties":{"name":{"type":"string"}}}}
        """#) == "{who*}")
  }

  /// One alternative that is closed does not close the others, and one element of a list not the rest.
  @Test(arguments: [
    #""anyOf":[{"type":"object","additionalProperties":false,"properties":{"a":{}}},{"properties":{"a":{}}}]"#,
    #""oneOf":[{"type":"object","additionalProperties":false,"properties":{"a":{}}},{"properties":{"a":{}}}]"#,
    #""type":"array","prefixItems":[{"type":"object","additionalProperties":false,"properties":{"a":{}}}]"#,
    #""type":"array","contains":{"type":"object","additionalProperties":false,"properties":{"a":{}}}"#,
    #""items":{"type":"object","additionalProperties":false,"properties":{"a":{}}}"#,
  ])
  func whatIsClosedInPartIsOpen(schema: String) throws {
    let body = #""type":"object","additionalProperties":false,"properties":{"p":{\#(schema)}}"#
    #expect(try fields(body) == "{p{a}+}")
  }

  @Test func whatMayHaveOtherMembersSaysSo() throws {
    #expect(try fields(#""type":"object","properties":{"a":{"type":"string"}}"#) == "{a}+")
    #expect(
      try fields(
        #"""
        "type":"object","additionalProperties":false,"patternProperties":{"^x":{"type":"string"}},
        "properties":{"a":{"type":"string"}}
        """#) == "{a}+")
    // A map of any names is one field, and personal if anything in it is.
    #expect(
      try fields(
        #"""
        "type":"object","additionalProperties":false,"properties":{
        "map":{"type":"object","additionalProperties":{"type":"string","x-personal":true}},
        "free":{"type":"object"}}
        """#) == "{free,map*}")
  }

  @Test func aSchemaThatHoldsItselfIsOneField() throws {
    #expect(
      try fields(
        #"""
        "type":"object","additionalProperties":false,"properties":{"tree":{"$ref":"#/$defs/tree"}},
        "$defs":{"tree":{"type":"object","additionalProperties":false,"properties":{
        "name":{"type":"string","x-personal":true},"below":{"type":"array","items":{"$ref":"#/$defs/tree"}}}}}
        """#) == "{tree{below*,name*}}")
  }
}
