package import JSONBytes

/// What changed between two versions of a type.
package struct SchemaDifference: Hashable, Sendable {
  /// One field, before and after; one of the two may be nil.
  package struct Change: Hashable, Sendable {
    package var before: SchemaPlace?
    package var after: SchemaPlace?

    /// For people: `/channel is new: optional, string`.
    package var sentence: String {
      switch (before, after) {
      case (nil, let new?): "\(Self.place(new)) is new: \(new.words)"
      case (let old?, nil): "\(Self.place(old)) is gone; it was \(old.words)"
      case (let old?, let new?): "\(Self.place(new)) \(Self.parts(old, new))"
      case (nil, nil): ""
      }
    }

    private static func place(_ field: SchemaPlace) -> String {
      field.pointer.isEmpty ? "the data" : field.pointer
    }

    private static func parts(_ old: SchemaPlace, _ new: SchemaPlace) -> String {
      var parts: [String] = []
      func list(_ types: [String]) -> String {
        types.isEmpty ? "any type" : types.joined(separator: " or ")
      }
      if old.types != new.types { parts.append("is \(list(new.types)), was \(list(old.types))") }
      if old.isRequired != new.isRequired {
        parts.append(new.isRequired ? "is required now" : "is optional now")
      }
      switch (old.values, new.values) {
      case (let before?, let after?) where Set(before) != Set(after):
        let added = after.filter { !before.contains($0) }
        let removed = before.filter { !after.contains($0) }
        if !added.isEmpty { parts.append("may be \(added.joined(separator: ", ")) as well") }
        if !removed.isEmpty { parts.append("may be \(removed.joined(separator: ", ")) no more") }
      case (nil, let after?): parts.append("is one of \(after.joined(separator: ", ")) now")
      case (_?, nil): parts.append("has no list of values any more")
      default: break
      }
      for name in Set(old.limits.keys).union(new.limits.keys).sorted()
      where old.limits[name] != new.limits[name] {
        switch (old.limits[name], new.limits[name]) {
        case (let before?, let after?): parts.append("\(name) is \(after), was \(before)")
        case (nil, let after?): parts.append("has \(name) \(after) now")
        default: parts.append("has no \(name) any more")
        }
      }
      if old.isPersonal != new.isPersonal {
        parts.append(new.isPersonal ? "is personal now" : "is personal no more")
      }
      return parts.joined(separator: "; ")
    }

    package var json: JSONValue {
      .object([
        "pointer": .string((after ?? before)?.pointer ?? ""), "before": before?.json,
        "after": after?.json, "sentence": .string(sentence),
      ])
    }
  }

  package var added: [Change] = []
  package var removed: [Change] = []
  package var changed: [Change] = []
  /// What a reader of the second version may meet in an event of the first and does not take.
  package var gaps: [SchemaGap]

  /// From one schema to another; either may be the newer.
  package init(from first: JSONSchema, to second: JSONSchema) {
    gaps = SchemaGap.gaps(from: first, to: second)
    let before = SchemaPlace.fields(of: first)
    let after = SchemaPlace.fields(of: second)
    let known = Dictionary(uniqueKeysWithValues: before.map { ($0.pointer, $0) })
    let kept = Set(after.map(\.pointer))
    removed = before.filter { !kept.contains($0.pointer) }.map { Change(before: $0, after: nil) }
    for field in after {
      guard let old = known[field.pointer] else {
        added.append(Change(before: nil, after: field))
        continue
      }
      if old != field { changed.append(Change(before: old, after: field)) }
    }
  }

  package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
}
