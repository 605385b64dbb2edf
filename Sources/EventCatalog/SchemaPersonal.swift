package import JSONBytes

/// Which parts of an event are personal: marked `x-personal` in its schema.
extension JSONSchema {
  /// Whether any part can be personal.
  package var holdsPersonal: Bool { nodes[0].flags.contains(.holdsPersonal) }

  /// Calls `body` with the JSON Pointer and the view of every personal value in `view`, in the
  /// order of the text.
  ///
  /// A value counts as personal if any schema that looks at it says so, also in an alternative that
  /// does not fit: rather one value too many than one too few. Values within a personal value are
  /// not named again.
  package func forEachPersonal(in view: JSONView, _ body: (String, JSONView) -> Void) {
    guard holdsPersonal else { return }
    var places: [Int] = []
    let values = view.document.nodes
    let bytes = view.document.bytes
    collectPersonal(0, view.index, values.span, bytes.span, &places)
    places.sort()
    var behind = 0
    for place in places where place >= behind {
      behind = Int(values[place].next)
      let pointer = JSONPlace.pointer(from: view.index, to: place, in: view.document, exact: true)
      body(pointer, JSONView(document: view.document, index: place))
    }
  }

  private func collectPersonal(
    _ number: Int32, _ place: Int, _ values: Span<JSONNode>, _ bytes: Span<UInt8>,
    _ places: inout [Int]
  ) {
    let node = nodes[Int(number)]
    guard node.flags.contains(.holdsPersonal) else { return }
    if node.flags.contains(.personal) {
      places.append(place)
      return
    }
    if node.reference >= 0 { collectPersonal(node.reference, place, values, bytes, &places) }
    let rules = node.rare >= 0 ? rare[Int(node.rare)] : RareRules()
    for schema in rules.allOf + rules.anyOf + rules.oneOf + rules.dependentSchemas.map(\.node) {
      collectPersonal(schema, place, values, bytes, &places)
    }
    for schema in [rules.not, rules.condition, rules.then, rules.otherwise] where schema >= 0 {
      collectPersonal(schema, place, values, bytes, &places)
    }
    let end = Int(values[place].next)
    switch values[place].kind {
    case .array:
      var element = place + 1
      var index = 0
      while element < end {
        let schema =
          index < Int(node.prefix.count) ? children[Int(node.prefix.start) + index] : node.items
        if schema >= 0 { collectPersonal(schema, element, values, bytes, &places) }
        if rules.contains >= 0 { collectPersonal(rules.contains, element, values, bytes, &places) }
        element = Int(values[element].next)
        index += 1
      }
    case .object:
      var name = place + 1
      while name < end {
        for schema in schemas(ofMember: name, node, rules, values, bytes) {
          collectPersonal(schema, name + 1, values, bytes, &places)
        }
        name = Int(values[name + 1].next)
      }
    default: break
    }
  }

  private func schemas(
    ofMember name: Int, _ node: SchemaNode, _ rules: RareRules, _ values: Span<JSONNode>,
    _ bytes: Span<UInt8>
  ) -> [Int32] {
    var list: [Int32] = []
    let text = JSONText.decoded(values[name], bytes)
    let member = names.find(node.members, text.span, 0, text.count)
    if member >= 0 {
      let schema = memberNodes[Int(node.memberNodes) + member]
      if schema >= 0 { list.append(schema) }
    }
    for rule in rules.patternMembers where rule.pattern.matches(text.span, 0, text.count) {
      list.append(rule.node)
    }
    if list.isEmpty, node.additional >= 0 { list.append(node.additional) }
    return list
  }

  /// The places that can be personal, as JSON Pointers with `*` for any element or any further
  /// member; sorted. A schema that holds itself is followed once.
  package var personalPointers: [String] {
    var found = Set<String>()
    collectPointers(0, "", within: [], &found)
    return found.sorted()
  }

  private func collectPointers(
    _ number: Int32, _ pointer: String, within open: Set<Int32>, _ found: inout Set<String>
  ) {
    let node = nodes[Int(number)]
    guard node.flags.contains(.holdsPersonal), !open.contains(number) else { return }
    let open = open.union([number])
    if node.flags.contains(.personal) {
      found.insert(pointer)
      return
    }
    if node.reference >= 0 { collectPointers(node.reference, pointer, within: open, &found) }
    let rules = node.rare >= 0 ? rare[Int(node.rare)] : RareRules()
    for schema in rules.allOf + rules.anyOf + rules.oneOf + rules.dependentSchemas.map(\.node) {
      collectPointers(schema, pointer, within: open, &found)
    }
    for schema in [rules.not, rules.condition, rules.then, rules.otherwise] where schema >= 0 {
      collectPointers(schema, pointer, within: open, &found)
    }
    for member in 0..<Int(node.members.count) {
      let schema = memberNodes[Int(node.memberNodes) + member]
      guard schema >= 0 else { continue }
      let name = String(decoding: names.name(member, of: node.members), as: UTF8.self)
      collectPointers(schema, JSONPointer.appending(name, to: pointer), within: open, &found)
    }
    let prefix = Int(node.prefix.start)
    let elements =
      children[prefix..<prefix + Int(node.prefix.count)] + [node.items, rules.contains]
    let members = rules.patternMembers.map(\.node) + [node.additional]
    for schema in elements + members where schema >= 0 {
      collectPointers(schema, pointer + "/*", within: open, &found)
    }
  }
}
