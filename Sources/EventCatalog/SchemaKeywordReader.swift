import JSONBytes

/// What each keyword may hold, and where it goes.
extension SchemaCompiler {
  mutating func take(
    _ keyword: SchemaKeyword, _ value: JSONView, into draft: inout Draft
  ) throws(SchemaError) {
    switch keyword {
    case .schema, .id, .definitions, .reference, .comment, .title, .description, .default,
      .examples, .deprecated, .readOnly, .writeOnly, .label, .personal, .subject,
      .dataClassification, .dataCategory:
      try takeAnnotation(keyword, value, into: &draft)
    case .type: draft.node.types = try types(value, draft)
    case .enumeration: draft.enumeration = Array(try array(value, draft).elements)
    case .const: draft.const = value
    case .format:
      let name = try string(value, draft)
      guard let format = SchemaFormat(rawValue: name) else {
        throw SchemaError(
          .unknownFormat, file, draft.pointer, keyword.rawValue,
          "no such format; docs/schemas.md lists those that are checked")
      }
      draft.node.format = format
      draft.node.flags.insert(.format)
    case .minLength, .maxLength, .minItems, .maxItems, .minProperties, .maxProperties,
      .minContains, .maxContains:
      try takeCount(keyword, value, into: &draft)
    case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf:
      try takeBound(keyword, value, into: &draft)
    case .pattern:
      draft.rare.pattern = try pattern(try string(value, draft), draft)
      draft.hasRare = true
    case .uniqueItems: if try bool(value, draft) { draft.node.flags.insert(.unique) }
    case .properties, .required, .additionalProperties, .patternProperties, .propertyNames,
      .dependentRequired, .dependentSchemas:
      try takeMembers(keyword, value, into: &draft)
    case .items: draft.node.items = try child(value, draft)
    case .prefixItems:
      let nodes = try children(value, draft)
      draft.node.prefix = SchemaNode.Run(
        start: Int32(program.children.count), count: Int32(nodes.count))
      program.children += nodes
    case .contains, .allOf, .anyOf, .oneOf, .not, .condition, .then, .otherwise:
      try takeCombination(keyword, value, into: &draft)
    }
  }

  private mutating func takeAnnotation(
    _ keyword: SchemaKeyword, _ value: JSONView, into draft: inout Draft
  ) throws(SchemaError) {
    switch keyword {
    case .schema:
      guard draft.isRoot, value.equals(SchemaKeyword.dialect) else {
        throw unsupported(draft, "only \(SchemaKeyword.dialect), at the top of a file")
      }
    case .id:
      _ = try string(value, draft)
      guard draft.isRoot else { throw unsupported(draft, "only at the top of a file") }
    case .definitions:
      for (name, schema) in try object(value, draft).members {
        _ = try node(schema, at: pointer(name, draft))
      }
    case .comment, .title, .description, .label: _ = try string(value, draft)
    case .examples: _ = try array(value, draft)
    case .deprecated, .readOnly, .writeOnly: _ = try bool(value, draft)
    case .personal:
      guard try bool(value, draft) else {
        throw malformed(draft, "must be true; leave it out where a field is not personal")
      }
      draft.node.flags.insert(.personal)
    case .subject: try oneOf(["customer", "none"], value, draft)
    case .dataClassification: try oneOf(DataClassification.allCases.map(\.rawValue), value, draft)
    case .dataCategory: try oneOf(DataCategory.allCases.map(\.rawValue), value, draft)
    default: break
    }
  }

  private func oneOf(
    _ words: [String], _ value: JSONView, _ draft: Draft
  ) throws(SchemaError) {
    guard draft.isRoot else { throw malformed(draft, "stands at the top of a file only") }
    guard words.contains(where: { value.equals($0) }) else {
      throw malformed(draft, "must be one of \(words.joined(separator: ", "))")
    }
  }

  private mutating func takeCount(
    _ keyword: SchemaKeyword, _ value: JSONView, into draft: inout Draft
  ) throws(SchemaError) {
    let count = try self.count(value, draft)
    switch keyword {
    case .minLength: draft.node.lengthMin = count
    case .maxLength: draft.node.lengthMax = count
    case .minItems: draft.node.itemsMin = count
    case .maxItems: draft.node.itemsMax = count
    case .minProperties: draft.node.membersMin = count
    case .maxProperties: draft.node.membersMax = count
    case .minContains: draft.rare.containsMin = Int(count)
    case .maxContains: draft.rare.containsMax = Int(count)
    default: break
    }
    if keyword == .minLength || keyword == .maxLength { draft.node.flags.insert(.length) }
  }

  private mutating func takeBound(
    _ keyword: SchemaKeyword, _ value: JSONView, into draft: inout Draft
  ) throws(SchemaError) {
    guard value.kind == .number else { throw malformed(draft, "must be a number") }
    let place = Int32(value.index)
    draft.hasBounds = true
    switch keyword {
    case .minimum: draft.bounds.minimum = place
    case .maximum: draft.bounds.maximum = place
    case .exclusiveMinimum: draft.bounds.exclusiveMinimum = place
    case .exclusiveMaximum: draft.bounds.exclusiveMaximum = place
    default:
      let bytes = value.document.bytes
      draft.bounds.divisor = SchemaNumber.Divisor(value.node, bytes.span)
      if draft.bounds.divisor == nil {
        throw malformed(draft, "must be more than 0 and have at most 18 digits")
      }
    }
  }

  private mutating func takeMembers(
    _ keyword: SchemaKeyword, _ value: JSONView, into draft: inout Draft
  ) throws(SchemaError) {
    switch keyword {
    case .required: draft.required = try names(value, draft)
    case .additionalProperties: draft.node.additional = try child(value, draft)
    case .propertyNames:
      draft.rare.memberNames = try child(value, draft)
      draft.hasRare = true
    case .properties:
      for (name, schema) in try object(value, draft).members {
        let node = try node(schema, at: pointer(name, draft))
        draft.properties.append((Array(name.utf8), node))
      }
    case .patternProperties:
      for (name, schema) in try object(value, draft).members {
        let pattern = try pattern(name, draft)
        draft.rare.patternMembers.append((pattern, try node(schema, at: pointer(name, draft))))
      }
      draft.hasRare = true
    case .dependentRequired:
      for (name, list) in try object(value, draft).members {
        draft.rare.dependentRequired.append((Array(name.utf8), try names(list, draft)))
      }
      draft.hasRare = true
    default:
      for (name, schema) in try object(value, draft).members {
        let node = try node(schema, at: pointer(name, draft))
        draft.rare.dependentSchemas.append((Array(name.utf8), node))
      }
      draft.hasRare = true
    }
  }

  private mutating func takeCombination(
    _ keyword: SchemaKeyword, _ value: JSONView, into draft: inout Draft
  ) throws(SchemaError) {
    draft.hasRare = true
    switch keyword {
    case .contains: draft.rare.contains = try child(value, draft)
    case .allOf: draft.rare.allOf += try children(value, draft)
    case .anyOf: draft.rare.anyOf = try children(value, draft)
    case .oneOf: draft.rare.oneOf = try children(value, draft)
    case .not: draft.rare.not = try child(value, draft)
    case .condition: draft.rare.condition = try child(value, draft)
    case .then: draft.rare.then = try child(value, draft)
    default: draft.rare.otherwise = try child(value, draft)
    }
  }

  // Values of keywords.

  private func malformed(_ draft: Draft, _ reason: String) -> SchemaError {
    SchemaError(.malformed, file, draft.pointer, draft.keyword.rawValue, reason)
  }

  private func unsupported(_ draft: Draft, _ reason: String) -> SchemaError {
    SchemaError(
      .unsupported, file, draft.pointer, draft.keyword.rawValue, "not supported: \(reason)")
  }

  private func pointer(_ name: String, _ draft: Draft) -> String {
    JSONPointer.appending(
      name, to: JSONPointer.appending(draft.keyword.rawValue, to: draft.pointer))
  }

  private mutating func child(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> Int32 {
    try node(value, at: JSONPointer.appending(draft.keyword.rawValue, to: draft.pointer))
  }

  private mutating func children(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> [Int32] {
    let list = try array(value, draft)
    guard list.count > 0 else { throw malformed(draft, "must name at least one schema") }
    var nodes: [Int32] = []
    for (number, schema) in list.elements.enumerated() {
      nodes.append(try node(schema, at: pointer(String(number), draft)))
    }
    return nodes
  }

  func string(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> String {
    guard let text = value.string else { throw malformed(draft, "must be a string") }
    return text
  }

  private func bool(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> Bool {
    guard let bool = value.bool else { throw malformed(draft, "must be true or false") }
    return bool
  }

  private func array(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> JSONView {
    guard value.kind == .array else { throw malformed(draft, "must be an array") }
    return value
  }

  private func object(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> JSONView {
    guard value.kind == .object else { throw malformed(draft, "must be an object") }
    return value
  }

  private func names(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for element in try array(value, draft).elements {
      guard let text = element.text, !names.contains(Array(text)) else {
        throw malformed(draft, "must be an array of strings that differ")
      }
      names.append(Array(text))
    }
    return names
  }

  /// A whole number from 0; `2.0` is one too.
  private func count(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> UInt32 {
    let bytes = value.document.bytes
    guard value.kind == .number,
      let count = SchemaNumber(value.node, bytes.span).count(bytes.span)
    else { throw malformed(draft, "must be a whole number from 0") }
    return count
  }

  private func types(_ value: JSONView, _ draft: Draft) throws(SchemaError) -> UInt8 {
    let names = value.kind == .array ? Array(value.elements) : [value]
    var types: UInt8 = 0
    for name in names {
      guard let bits = name.string.flatMap({ SchemaType.bits(of: $0) }) else {
        throw malformed(
          draft, "must be null, boolean, integer, number, string, array or object, or several")
      }
      types |= bits
    }
    guard types != 0 else { throw malformed(draft, "must name at least one type") }
    return types
  }

  private func pattern(_ text: String, _ draft: Draft) throws(SchemaError) -> Pattern {
    do throws(PatternError) {
      return try Pattern(text)
    } catch {
      throw malformed(draft, "this regular expression cannot be used: \(error.reason)")
    }
  }
}
