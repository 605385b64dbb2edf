import JSONBytes

/// What single keywords say, compared between two schemas.
enum SchemaRules {
  /// Whether a value that follows `known` also follows `keyword: value` of the schema `wanted`.
  static func implies(
    _ known: JSONView, _ keyword: SchemaKeyword, _ value: JSONView, _ older: JSONSchema,
    _ newer: JSONSchema, _ wanted: JSONView
  ) -> Bool {
    func atLeast(_ names: String...) -> Bool {
      names.contains { known[$0].map { compare($0, value) >= 0 } ?? false }
    }
    func atMost(_ names: String...) -> Bool {
      names.contains { known[$0].map { compare($0, value) <= 0 } ?? false }
    }
    switch keyword {
    case .minimum: return atLeast("minimum", "exclusiveMinimum")
    case .exclusiveMinimum:
      return atLeast("exclusiveMinimum") || known["minimum"].map { compare($0, value) > 0 } ?? false
    case .maximum: return atMost("maximum", "exclusiveMaximum")
    case .exclusiveMaximum:
      return atMost("exclusiveMaximum") || known["maximum"].map { compare($0, value) < 0 } ?? false
    case .minLength, .minItems, .minProperties:
      return isZero(value) || atLeast(keyword.rawValue)
        || keyword == .minProperties && compare(count: known["required"]?.count ?? 0, value) >= 0
    case .maxLength, .maxItems, .maxProperties: return atMost(keyword.rawValue)
    case .uniqueItems: return value.bool == false || known["uniqueItems"]?.bool == true
    case .format:
      return known[keyword.rawValue]?.string.map { impliesFormat($0, value.string ?? "") } ?? false
    case .condition:
      return [SchemaKeyword.condition, .then, .otherwise].allSatisfy { part in
        switch (known[part.rawValue], wanted[part.rawValue]) {
        case (nil, nil): true
        case (let one?, let other?): isSame(one, other, part, older, newer)
        default: false
        }
      }
    case .contains:
      return [SchemaKeyword.contains, .minContains, .maxContains].allSatisfy { part in
        switch (known[part.rawValue], wanted[part.rawValue]) {
        case (nil, nil): true
        case (let one?, let other?): isSame(one, other, part, older, newer)
        default: false
        }
      }
    default:
      return known[keyword.rawValue].map { isSame($0, value, keyword, older, newer) } ?? false
    }
  }

  /// `maxLength 100`; for what is long, the keyword alone.
  static func words(_ keyword: SchemaKeyword, _ value: JSONView) -> String {
    let text = value.value.text
    return text.utf8.count <= 60 ? "\(keyword.rawValue) \(text)" : keyword.rawValue
  }

  private static func compare(_ one: JSONView, _ other: JSONView) -> Int {
    let bytes = one.document.bytes
    let others = other.document.bytes
    return SchemaNumber(one.node, bytes.span).compare(
      bytes.span, with: SchemaNumber(other.node, others.span), others.span)
  }

  private static func compare(count: Int, _ other: JSONView) -> Int {
    let bytes = other.document.bytes
    return count - Int(SchemaNumber(other.node, bytes.span).count(bytes.span) ?? .max)
  }

  private static func isZero(_ value: JSONView) -> Bool {
    let bytes = value.document.bytes
    return SchemaNumber(value.node, bytes.span).isZero
  }

  /// Whether every text of one format has the other.
  private static func impliesFormat(_ one: String, _ other: String) -> Bool {
    if one == other { return true }
    switch (SchemaFormat(rawValue: one), SchemaFormat(rawValue: other)) {
    case (.path, .scope), (.channel, .channelScope), (.channel, .path), (.channel, .scope),
      (.channelScope, .scope), (.id, .pointScope):
      return true
    default: return false
    }
  }

  // MARK: Equality

  /// Whether a keyword says the same in both schemas, annotations aside.
  static func isSame(
    _ one: JSONView, _ other: JSONView, _ keyword: SchemaKeyword, _ older: JSONSchema,
    _ newer: JSONSchema
  ) -> Bool {
    var open: Set<[Int]> = []
    return isSame(one, other, keyword, older, newer, &open)
  }

  private static func isSame(
    _ one: JSONView, _ other: JSONView, _ keyword: SchemaKeyword, _ older: JSONSchema,
    _ newer: JSONSchema, _ open: inout Set<[Int]>
  ) -> Bool {
    switch keyword {
    case .properties, .patternProperties, .dependentSchemas:
      guard one.count == other.count else { return false }
      for (name, value) in one.members {
        guard let twin = other[name], isSameSchema(value, twin, older, newer, &open) else {
          return false
        }
      }
      return true
    case .allOf, .anyOf, .oneOf, .prefixItems:
      guard one.count == other.count else { return false }
      for (value, twin) in zip(one.elements, other.elements)
      where !isSameSchema(value, twin, older, newer, &open) {
        return false
      }
      return true
    case .items, .contains, .additionalProperties, .propertyNames, .not, .condition, .then,
      .otherwise:
      return isSameSchema(one, other, older, newer, &open)
    case .reference:
      guard let target = older.target(of: one, naming: one.string),
        let twin = newer.target(of: other, naming: other.string)
      else { return false }
      return isSameSchema(target, twin, older, newer, &open)
    default: return equal(one, other)
    }
  }

  private static func isSameSchema(
    _ one: JSONView, _ other: JSONView, _ older: JSONSchema, _ newer: JSONSchema,
    _ open: inout Set<[Int]>
  ) -> Bool {
    guard one.kind == .object, other.kind == .object else { return one.kind == other.kind }
    guard open.insert([one.index, other.index]).inserted else { return true }
    func rules(_ view: JSONView) -> [(SchemaKeyword, JSONView)] {
      view.members.compactMap { name, value in
        SchemaKeyword(rawValue: name).flatMap { $0.isAnnotation ? nil : ($0, value) }
      }
    }
    let own = rules(one)
    guard own.count == rules(other).count else { return false }
    for (keyword, value) in own {
      guard let twin = other[keyword.rawValue],
        isSame(value, twin, keyword, older, newer, &open)
      else { return false }
    }
    return true
  }

  /// Equality of JSON values, whatever documents they lie in.
  static func equal(_ one: JSONView, _ other: JSONView) -> Bool {
    let nodes = one.document.nodes
    let bytes = one.document.bytes
    let otherNodes = other.document.nodes
    let otherBytes = other.document.bytes
    return SchemaEquality.equal(
      one.index, nodes.span, bytes.span, other.index, otherNodes.span, otherBytes.span)
  }
}

extension SchemaKeyword {
  /// Whether it says nothing of which values fit.
  var isAnnotation: Bool {
    switch self {
    case .schema, .id, .definitions, .comment, .title, .description, .default, .examples,
      .deprecated, .readOnly, .writeOnly, .personal, .label, .subject, .dataClassification,
      .dataCategory:
      true
    default: false
    }
  }

  /// The types of which it says something.
  var types: UInt8 {
    switch self {
    case .minLength, .maxLength, .pattern, .format: SchemaType.string
    case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf:
      SchemaType.integer | SchemaType.fraction
    case .items, .prefixItems, .contains, .minContains, .maxContains, .minItems, .maxItems,
      .uniqueItems:
      SchemaType.array
    case .properties, .required, .additionalProperties, .patternProperties, .propertyNames,
      .minProperties, .maxProperties, .dependentRequired, .dependentSchemas:
      SchemaType.object
    default: SchemaType.any
    }
  }
}

extension SchemaType {
  /// The names of types, for a sentence: `a string or null`.
  static func words(_ bits: UInt8) -> String {
    let names: [(UInt8, String)] = [
      (null, "null"), (boolean, "a boolean"), (integer | fraction, "a number"),
      (integer, "an integer"), (fraction, "a fraction"), (string, "a string"), (array, "an array"),
      (object, "an object"),
    ]
    var left = bits
    var words: [String] = []
    for (bit, name) in names where left & bit == bit {
      words.append(name)
      left &= ~bit
    }
    return words.joined(separator: " or ")
  }
}

extension JSONSchema {
  /// The schema that `$ref` of a schema names; nil where there is none.
  func target(of view: JSONView) -> JSONView? { target(of: view, naming: view["$ref"]?.string) }

  func target(of view: JSONView, naming text: String?) -> JSONView? {
    // The compiler let only places of this file through.
    text.flatMap { SchemaCompiler.percentDecoded($0[...].utf8.dropFirst()) }
      .flatMap { root.at(pointer: $0) }
  }

  /// The bits of the value of `type`.
  static func typeBits(_ type: JSONView) -> UInt8 {
    let names = type.kind == .array ? type.elements.compactMap(\.string) : [type.string ?? ""]
    return names.reduce(0) { $0 | (SchemaType.bits(of: $1) ?? 0) }
  }

  /// Whether `value` fits the schema that `part` is, a part of this one.
  func accepts(_ value: JSONView, at part: JSONView) -> Bool {
    if part.kind != .object { return part.kind == .true }
    guard let number = nodes.firstIndex(where: { Int($0.place) == part.index }) else {
      preconditionFailure("every schema of a file was compiled")
    }
    let values = value.document.nodes
    let bytes = value.document.bytes
    var failure = SchemaFailure()
    return accepts(Int32(number), value.index, values.span, bytes.span, &failure)
  }
}

extension JSONView {
  /// The values that `const` or `enum` leaves; nil where neither is there.
  var listed: [JSONView]? {
    if let only = self["const"] { return [only] }
    return self["enum"]?.elements.map { $0 }
  }

  func requires(_ name: String) -> Bool {
    self["required"]?.elements.contains { $0.equals(name) } ?? false
  }

  /// What a schema says of the member `name`; nil where it says nothing. Patterns of names count as nothing said.
  func member(_ name: String) -> JSONView? {
    if let own = self["properties"]?[name] { return own }
    return self["patternProperties"] == nil ? self["additionalProperties"] : nil
  }
}
