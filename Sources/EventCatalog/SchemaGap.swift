package import JSONBytes

/// A place where a value that one schema takes may not be what another one takes: why events of one version cannot be
/// read as another without an upcast.
package struct SchemaGap: Hashable, Sendable {
  /// JSON Pointer into the data, `*` for any element or any further member; empty for the whole.
  package let pointer: String
  /// The keyword of the reader's schema that may be broken.
  package let keyword: String
  /// What a reader meets, without the place: `may lack the member channel`.
  package let reason: String

  /// `/lines/* may lack the member channel (required)`.
  package var sentence: String {
    "\(pointer.isEmpty ? "the data" : pointer) \(reason) (\(keyword))"
  }

  package var json: JSONValue {
    .object([
      "pointer": .string(pointer), "keyword": .string(keyword), "sentence": .string(sentence),
    ])
  }

  /// Every such place, in the order of the reader's schema. Empty where whatever fits `older` fits `newer`.
  ///
  /// An empty answer is a proof; a gap may be one that no value falls into, where only a rule beyond keyword by keyword
  /// would tell: of combinations (`oneOf`, `if` and others) only equal ones are understood.
  package static func gaps(from older: JSONSchema, to newer: JSONSchema) -> [SchemaGap] {
    var search = SchemaGapSearch(older: older, newer: newer)
    search.compare(search.conditions(of: [older.root], in: older), newer.root, "")
    return search.gaps
  }
}

/// Walks two schemas side by side. What is known of a value is a list of schemas of the older version that all hold.
struct SchemaGapSearch {
  let older: JSONSchema
  let newer: JSONSchema
  private(set) var gaps: [SchemaGap] = []
  /// Pairs that are being compared: a schema that holds itself is taken to hold where it comes back.
  private var open: Set<[Int]> = []

  init(older: JSONSchema, newer: JSONSchema) {
    self.older = older
    self.newer = newer
  }

  /// The schemas that a value meets besides: what `$ref` and `allOf` add.
  func conditions(of views: [JSONView], in schema: JSONSchema) -> [JSONView] {
    var found: [JSONView] = []
    var waiting = Array(views.reversed())
    while let view = waiting.popLast() {
      guard view.kind != .true, !found.contains(where: { $0.index == view.index }) else { continue }
      found.append(view)
      if let target = schema.target(of: view) { waiting.append(target) }
      waiting += view["allOf"]?.elements.map { $0 } ?? []
    }
    return found
  }

  private mutating func gap(_ pointer: String, _ keyword: String, _ reason: String) {
    let gap = SchemaGap(pointer: pointer, keyword: keyword, reason: reason)
    if !gaps.contains(gap) { gaps.append(gap) }
  }

  mutating func compare(_ known: [JSONView], _ wanted: JSONView, _ pointer: String) {
    if wanted.kind == .true || known.contains(where: { $0.kind == .false }) { return }
    if wanted.kind == .false {
      return gap(pointer, "false", "may be there, and the reader takes no such value")
    }
    guard open.insert([wanted.index] + known.map(\.index)).inserted else { return }
    if let values = known.lazy.compactMap({ $0.listed }).first {
      return compareListed(values, known, wanted, pointer)
    }
    for (name, value) in wanted.members {
      guard let keyword = SchemaKeyword(rawValue: name) else { continue }
      compare(known, keyword, value, wanted, pointer)
    }
  }

  /// Where the older version lists its values, each is tried.
  private mutating func compareListed(
    _ values: [JSONView], _ known: [JSONView], _ wanted: JSONView, _ pointer: String
  ) {
    let lost = values.filter { value in
      known.allSatisfy { older.accepts(value, at: $0) } && !newer.accepts(value, at: wanted)
    }
    if lost.isEmpty { return }
    let words = lost.prefix(5).map { String(decoding: $0.source, as: UTF8.self) }
    gap(
      pointer, "enum",
      "may be \(words.joined(separator: ", "))\(lost.count > 5 ? ", …" : "")")
  }

  private mutating func compare(
    _ known: [JSONView], _ keyword: SchemaKeyword, _ value: JSONView, _ wanted: JSONView,
    _ pointer: String
  ) {
    switch keyword {
    case .reference:
      if let target = newer.target(of: wanted) { compare(known, target, pointer) }
    case .allOf: for part in value.elements { compare(known, part, pointer) }
    case .anyOf: compareAny(known, value, pointer)
    case .type:
      let left = types(of: known) & ~JSONSchema.typeBits(value)
      if left != 0 { gap(pointer, keyword.rawValue, "may be \(SchemaType.words(left))") }
    case .properties: compareMembers(known, value, pointer)
    case .additionalProperties: compareFurther(known, value, wanted, pointer)
    case .items: compareElements(known, value, wanted, pointer)
    case .required:
      for name in value.elements.compactMap(\.string)
      where !known.contains(where: { $0.requires(name) }) && mayBe(SchemaType.object, known) {
        gap(pointer, keyword.rawValue, "may lack the member \(name)")
      }
    case .then, .otherwise: break
    default:
      guard !keyword.isAnnotation, mayBe(keyword.types, known),
        !known.contains(where: { SchemaRules.implies($0, keyword, value, older, newer, wanted) })
      else { return }
      gap(pointer, keyword.rawValue, "may break \(SchemaRules.words(keyword, value))")
    }
  }

  /// It is enough that one alternative takes all.
  private mutating func compareAny(_ known: [JSONView], _ list: JSONView, _ pointer: String) {
    if known.contains(where: {
      $0["anyOf"].map { SchemaRules.isSame($0, list, .anyOf, older, newer) } ?? false
    }) {
      return
    }
    for option in list.elements {
      var attempt = SchemaGapSearch(older: older, newer: newer)
      attempt.open = open
      attempt.compare(known, option, pointer)
      if attempt.gaps.isEmpty { return }
    }
    gap(pointer, "anyOf", "may fit none of the alternatives")
  }

  // MARK: Parts

  private mutating func compareMembers(
    _ known: [JSONView], _ properties: JSONView, _ pointer: String
  ) {
    guard mayBe(SchemaType.object, known) else { return }
    for (name, wanted) in properties.members {
      let own = known.compactMap { $0.member(name) }
      compare(
        conditions(of: own, in: older), wanted, JSONPointer.appending(name, to: pointer))
    }
  }

  private mutating func compareFurther(
    _ known: [JSONView], _ further: JSONView, _ wanted: JSONView, _ pointer: String
  ) {
    guard mayBe(SchemaType.object, known), further.kind != .true else { return }
    let named = Set(wanted["properties"]?.members.map(\.name) ?? [])
    var seen: Set<String> = []
    for (name, _) in known.flatMap({ $0["properties"]?.members.map { $0 } ?? [] })
    where !named.contains(name) && seen.insert(name).inserted {
      let own = known.compactMap { $0.member(name) }
      compare(conditions(of: own, in: older), further, JSONPointer.appending(name, to: pointer))
    }
    let rest = known.compactMap {
      $0["patternProperties"] == nil ? $0["additionalProperties"] : nil
    }
    compare(conditions(of: rest, in: older), further, pointer + "/*")
  }

  private mutating func compareElements(
    _ known: [JSONView], _ items: JSONView, _ wanted: JSONView, _ pointer: String
  ) {
    guard mayBe(SchemaType.array, known) else { return }
    let own = known.compactMap { $0["prefixItems"] == nil ? $0["items"] : nil }
    compare(conditions(of: own, in: older), items, pointer + "/*")
  }

  private func types(of known: [JSONView]) -> UInt8 {
    known.reduce(SchemaType.any) { bits, view in
      view["type"].map { bits & JSONSchema.typeBits($0) } ?? bits
    }
  }

  private func mayBe(_ bits: UInt8, _ known: [JSONView]) -> Bool { types(of: known) & bits != 0 }
}
