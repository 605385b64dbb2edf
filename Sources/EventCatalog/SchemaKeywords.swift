/// A keyword of JSON Schema draft 2020-12, or one of ours, that is checked or at least understood.
///
/// What is not listed here stops the load of a schema: nothing may be silently unchecked.
/// `docs/schemas.md` says the same to people, and a test compares the two.
package enum SchemaKeyword: String, CaseIterable, Sendable {
  // Core.
  case schema = "$schema"
  case id = "$id"
  case definitions = "$defs"
  case reference = "$ref"
  case comment = "$comment"
  // Annotations.
  case title, description, `default`, examples, deprecated, readOnly, writeOnly
  // Any value.
  case type
  case enumeration = "enum"
  case const
  // Strings.
  case minLength, maxLength, pattern
  // Numbers.
  case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
  // Arrays.
  case items, prefixItems, contains, minContains, maxContains, minItems, maxItems, uniqueItems
  // Objects.
  case properties, required, additionalProperties, patternProperties, propertyNames
  case minProperties, maxProperties, dependentRequired, dependentSchemas
  // Combinations.
  case allOf, anyOf, oneOf, not
  case condition = "if"
  case then
  case otherwise = "else"
  // Ours.
  case format = "x-format"
  case personal = "x-personal"
  case label = "x-label"
  case subject = "x-subject"
  case dataClassification = "x-dataclassification"
  case dataCategory = "x-datacategory"

  /// Keywords of the standard and of its earlier drafts that are refused, each with what to do
  /// instead.
  package static let refused: KeyValuePairs<String, String> = [
    "format": "the standard leaves it unchecked; use x-format, which is checked",
    "unevaluatedProperties": "list the members under properties and close the object with "
      + "additionalProperties",
    "unevaluatedItems": "list the elements under prefixItems and close the array with items",
    "$anchor": "name the place by a JSON Pointer such as #/$defs/money",
    "$dynamicRef": "use $ref",
    "$dynamicAnchor": "use $ref and $defs",
    "$vocabulary": "there is one vocabulary, that of docs/schemas.md",
    "contentEncoding": "the standard leaves it unchecked; describe the text in description",
    "contentMediaType": "the standard leaves it unchecked; describe the text in description",
    "contentSchema": "the standard leaves it unchecked; make the content a part of the data",
    "definitions": "use $defs",
    "dependencies": "use dependentRequired or dependentSchemas",
    "additionalItems": "use items beside prefixItems",
    "$recursiveRef": "use $ref",
    "$recursiveAnchor": "use $ref and $defs",
    "id": "use $id",
  ]

  /// The one value of `$schema`.
  package static let dialect = "https://json-schema.org/draft/2020-12/schema"
}
