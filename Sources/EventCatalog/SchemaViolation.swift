import JSONBytes

/// What a value breaks, in words: the place, the rule and the type that was found, never the value.
package struct SchemaViolation: Hashable, Sendable {
  /// JSON Pointer of the value within what was checked; empty for the whole. It ends early where a
  /// sender's own member name could tell something personal.
  package let pointer: String
  /// The keyword that was broken, `required`, or `false` where no value is allowed.
  package let keyword: String
  /// The rule with its limit, to be read after "must": `must have at most 200 characters`.
  package let rule: String
  /// The type that was found: `string`, `integer`, `number`, `object` …
  package let found: String

  /// `/lines/0/quantity must be an integer (type); found: string`.
  package var sentence: String {
    "\(pointer.isEmpty ? "the value" : pointer) \(rule) (\(keyword)); found: \(found)"
  }

  init(_ failure: SchemaFailure, of schema: JSONSchema, in view: JSONView) {
    let node = schema.nodes[Int(failure.node)]
    let own = JSONView(document: schema.document, index: Int(node.place))
    pointer = JSONPlace.pointer(
      from: view.index, to: Int(failure.place), in: view.document)
    found = Self.typeWord(JSONView(document: view.document, index: Int(failure.place)))
    if node.flags.contains(.never) {
      keyword = "false"
      rule = "must be absent"
      return
    }
    let isConst = failure.keyword == .enumeration && own["enum"] == nil
    keyword = isConst ? SchemaKeyword.const.rawValue : failure.keyword.rawValue
    rule = Self.rule(isConst ? .const : failure.keyword, failure, own, node, schema)
  }

  private static func typeWord(_ view: JSONView) -> String {
    let bytes = view.document.bytes
    if view.kind == .number, SchemaNumber(view.node, bytes.span).isInteger { return "integer" }
    return view.kind.word
  }

  private static func rule(
    _ keyword: SchemaKeyword, _ failure: SchemaFailure, _ own: JSONView, _ node: SchemaNode,
    _ schema: JSONSchema
  ) -> String {
    func limit() -> String {
      own[keyword.rawValue].map { String(decoding: $0.source, as: UTF8.self) } ?? "?"
    }
    switch keyword {
    case .type: return "must be \(typeWords(own["type"]))"
    case .enumeration: return "must be \(listWords(own["enum"]))"
    case .const: return "must be exactly \(limit())"
    case .format: return "must be \(node.format.rawValue): \(node.format.rule)"
    case .minLength: return "must have at least \(limit()) characters"
    case .maxLength: return "must have at most \(limit()) characters"
    case .pattern: return "must match the pattern \(limit())"
    case .minimum: return "must be at least \(limit())"
    case .maximum: return "must be at most \(limit())"
    case .exclusiveMinimum: return "must be more than \(limit())"
    case .exclusiveMaximum: return "must be less than \(limit())"
    case .multipleOf: return "must be a multiple of \(limit())"
    case .minItems: return "must have at least \(limit()) elements"
    case .maxItems: return "must have at most \(limit()) elements"
    case .uniqueItems: return "must differ from the elements before it"
    case .contains: return "must hold an element that fits"
    case .minContains: return "must hold at least \(limit()) elements that fit"
    case .maxContains: return "must hold at most \(limit()) elements that fit"
    case .minProperties: return "must have at least \(limit()) members"
    case .maxProperties: return "must have at most \(limit()) members"
    case .additionalProperties: return "must not have a member that the schema does not name"
    case .propertyNames: return "must have a name that fits"
    case .required:
      let name = schema.names.name(Int(failure.detail), of: node.members)
      return "must have the member \(String(decoding: name, as: UTF8.self))"
    case .dependentRequired:
      let rules = schema.rare[Int(node.rare)].dependentRequired[Int(failure.detail)]
      let needs = rules.needs.map { String(decoding: $0, as: UTF8.self) }
      return "must have, beside \(String(decoding: rules.name, as: UTF8.self)), "
        + "the members \(needs.joined(separator: ", "))"
    case .anyOf: return anyOfWords(own["anyOf"])
    case .oneOf: return "must fit exactly one alternative, not \(failure.detail)"
    case .not: return "must not fit what is ruled out"
    default: return "must follow the rule"
    }
  }

  private static func typeWords(_ type: JSONView?) -> String {
    guard let type else { return "of another type" }
    let names = type.kind == .array ? type.elements.compactMap(\.string) : [type.string ?? ""]
    let words = names.map { name in
      switch name {
      case "null": "null"
      case "array", "integer", "object": "an \(name)"
      default: "a \(name)"
      }
    }
    return words.joined(separator: " or ")
  }

  private static func listWords(_ list: JSONView?) -> String {
    guard let list, list.count <= 20 else { return "one of the values that the schema lists" }
    let words = list.elements.map { $0.string ?? String(decoding: $0.source, as: UTF8.self) }
    return "one of \(words.joined(separator: ", "))"
  }

  /// Alternatives that only ask for members read as what they mean.
  private static func anyOfWords(_ list: JSONView?) -> String {
    guard let list else { return "must fit an alternative" }
    let needs = list.elements.compactMap { option -> String? in
      guard option.count == 1, let names = option["required"] else { return nil }
      return names.elements.compactMap(\.string).joined(separator: " and ")
    }
    if needs.count == list.count { return "must have \(needs.joined(separator: " or "))" }
    return "must fit at least one of \(list.count) alternatives"
  }
}
