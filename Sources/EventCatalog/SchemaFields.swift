// The fields of an event's data as names: what a grant can speak of, read from the schema.

/// A member of an event's data, or of an object within it. Lists are passed through: the members of an object in a list
/// are the list's own.
package struct SchemaField: Hashable, Sendable {
  package var name: String
  /// Marked `x-personal`; the field is then one whole, whatever it holds.
  package var isPersonal: Bool
  /// In the order of their names; empty where the field is one whole.
  package var members: [SchemaField]
  /// Whether the object may have members that no schema names.
  package var isOpen: Bool
}

extension JSONSchema {
  /// The data as one nameless field with its members. A field is personal if any schema that looks at its place says so;
  /// where a schema comes back to itself, the field is one whole. Costs one walk over the schema.
  package var fields: SchemaField { field("", at: [0], within: []) }

  /// `own` are the nodes that look at one place.
  private func field(_ name: String, at own: [Int32], within open: Set<Int32>) -> SchemaField {
    var all: [Int32] = []
    for place in own { collect(place, &all) }
    let isPersonal = all.contains { nodes[Int($0)].flags.contains(.personal) }
    let whole = SchemaField(name: name, isPersonal: isPersonal, members: [], isOpen: false)
    if isPersonal { return whole }
    guard open.isDisjoint(with: all) else {
      return SchemaField(name: name, isPersonal: holdPersonal(all), members: [], isOpen: false)
    }
    var names: [String] = []
    var places: [String: [Int32]] = [:]
    for place in all {
      let node = nodes[Int(place)]
      for member in 0..<Int(node.members.count) {
        let text = String(decoding: self.names.name(member, of: node.members), as: UTF8.self)
        if places[text] == nil { names.append(text) }
        let named = memberNodes[Int(node.memberNodes) + member]
        let schema = named >= 0 ? named : node.additional
        places[text, default: []] += schema >= 0 ? [schema] : []
      }
    }
    guard !names.isEmpty else {
      return SchemaField(name: name, isPersonal: holdPersonal(all), members: [], isOpen: false)
    }
    let within = open.union(all)
    return SchemaField(
      name: name, isPersonal: false,
      members: names.sorted().map { field($0, at: places[$0] ?? [], within: within) },
      isOpen: !(Set(firm(of: own)) == Set(all) && all.contains(where: isClosed)))
  }

  /// `place` and every node that looks at the same value, or at the elements of a list in its place.
  private func collect(_ place: Int32, _ all: inout [Int32]) {
    guard place >= 0, !all.contains(place) else { return }
    all.append(place)
    let node = nodes[Int(place)]
    let rules = node.rare >= 0 ? rare[Int(node.rare)] : RareRules()
    collect(node.reference, &all)
    for other in rules.allOf + rules.anyOf + rules.oneOf + rules.dependentSchemas.map(\.node) {
      collect(other, &all)
    }
    for other in [rules.not, rules.condition, rules.then, rules.otherwise, rules.contains] {
      collect(other, &all)
    }
    let prefix = Int(node.prefix.start)
    for other in children[prefix..<prefix + Int(node.prefix.count)] { collect(other, &all) }
    collect(node.items, &all)
  }

  /// Of the nodes that look at a place those that hold for every value there: not those of alternatives, and of a list's
  /// elements only where one schema is for all of them.
  private func firm(of places: [Int32]) -> [Int32] {
    var all: [Int32] = []
    func add(_ place: Int32) {
      guard place >= 0, !all.contains(place) else { return }
      all.append(place)
      let node = nodes[Int(place)]
      add(node.reference)
      if node.rare >= 0 { for other in rare[Int(node.rare)].allOf { add(other) } }
      if node.prefix.count == 0, node.types & SchemaType.object == 0 { add(node.items) }
    }
    for place in places { add(place) }
    return all
  }

  private func holdPersonal(_ all: [Int32]) -> Bool {
    all.contains { nodes[Int($0)].flags.contains(.holdsPersonal) }
  }

  private func isClosed(_ place: Int32) -> Bool {
    let node = nodes[Int(place)]
    guard node.additional >= 0, nodes[Int(node.additional)].flags.contains(.never) else {
      return false
    }
    return node.rare < 0 || rare[Int(node.rare)].patternMembers.isEmpty
  }
}
