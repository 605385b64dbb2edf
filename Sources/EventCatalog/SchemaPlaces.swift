package import JSONBytes

/// One place in the data of a version, as people compare it.
package struct SchemaPlace: Hashable, Sendable {
  /// JSON Pointer, `*` for any element or any further member; empty for the whole.
  package let pointer: String
  /// Names of types, sorted; empty where any may be.
  package fileprivate(set) var types: [String] = []
  package let isRequired: Bool
  /// The values that are allowed, as JSON; nil where no list is given.
  package fileprivate(set) var values: [String]?
  /// Any other rule: keyword and value as JSON.
  package fileprivate(set) var limits: [String: String] = [:]
  package fileprivate(set) var isPersonal = false

  /// Every place that `properties`, `items` and `additionalProperties` name, through `$ref` and `allOf`, in the order of the pointers. A schema that holds itself is followed once.
  package static func fields(of schema: JSONSchema) -> [SchemaPlace] {
    var collection = SchemaPlaceCollection(schema: schema)
    collection.take([schema.root], "", isRequired: true, within: [])
    return collection.fields.values.sorted {
      $0.pointer.utf8.lexicographicallyPrecedes($1.pointer.utf8)
    }
  }

  /// `optional, string, maxLength 100, personal`.
  package var words: String {
    var words = [isRequired ? "required" : "optional"]
    if !types.isEmpty { words.append(types.joined(separator: " or ")) }
    if let values { words.append("one of \(values.joined(separator: ", "))") }
    words += limits.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    if isPersonal { words.append("personal") }
    return words.joined(separator: ", ")
  }

  package var json: JSONValue {
    .object([
      "pointer": .string(pointer), "required": .bool(isRequired),
      "types": .array(types.map { .string($0) }),
      "values": values.map { .array($0.map { .string($0) }) },
      "limits": .object(limits.sorted { $0.key < $1.key }.map { JSONMember($0, .string($1)) }),
      "personal": .bool(isPersonal),
    ])
  }
}

private struct SchemaPlaceCollection {
  let schema: JSONSchema
  var fields: [String: SchemaPlace] = [:]

  mutating func take(
    _ views: [JSONView], _ pointer: String, isRequired: Bool, within open: Set<Int>
  ) {
    let all = SchemaGapSearch(older: schema, newer: schema).conditions(of: views, in: schema)
    var field = SchemaPlace(pointer: pointer, isRequired: isRequired)
    var members: [String: [JSONView]] = [:]
    var elements: [JSONView] = []
    var required: Set<String> = []
    for view in all where view.kind == .object {
      for (name, value) in view.members {
        switch SchemaKeyword(rawValue: name) {
        case .type?:
          field.types = (value.kind == .array ? value.elements.map { $0 } : [value])
            .compactMap(\.string).sorted()
        case .enumeration?: field.values = value.elements.map { $0.value.text }
        case .const?: field.values = [value.value.text]
        case .properties?:
          for (name, part) in value.members { members[name, default: []] += [part] }
        case .items?: elements.append(value)
        case .additionalProperties? where value.kind == .object:
          members["*", default: []] += [value]
        case .required?: required.formUnion(value.elements.compactMap(\.string))
        case .personal?: field.isPersonal = true
        case .reference?, .allOf?: break
        case let keyword?: if !keyword.isAnnotation { field.limits[name] = Self.text(value) }
        case nil: break
        }
      }
    }
    // What stands here by two ways is told by the first.
    if fields[pointer] == nil { fields[pointer] = field }
    let inner = open.union(all.map(\.index))
    for (name, parts) in members.sorted(by: { $0.key < $1.key })
    where !parts.contains(where: { inner.contains($0.index) }) {
      take(
        parts, JSONPointer.appending(name, to: pointer), isRequired: required.contains(name),
        within: inner)
    }
    if !elements.isEmpty, !elements.contains(where: { inner.contains($0.index) }) {
      take(elements, pointer + "/*", isRequired: false, within: inner)
    }
  }

  private static func text(_ value: JSONView) -> String {
    var text: [UInt8] = []
    CanonicalWriter.write(value.value, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
