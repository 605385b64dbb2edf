import JSONBytes

/// A schema as lists of plain values; nodes name each other by number.
struct SchemaProgram: Sendable {
  var nodes: [SchemaNode] = []
  var names = NameTables()
  var memberNodes: [Int32] = []
  /// Places in the schema's document of the values, other than strings, of `enum` and `const`.
  var constants: [Int32] = []
  var children: [Int32] = []
  var bounds: [NumberBounds] = []
  var rare: [RareRules] = []
}

/// Compiles the text of a schema, once.
///
/// Two passes: each schema in the text becomes a node, then each `$ref` is bound to the node it
/// names.
struct SchemaCompiler {
  let file: String
  let root: JSONView
  var program = SchemaProgram()
  private var nodeAtPlace: [Int: Int32] = [:]
  private var references: [(node: Int32, target: String, pointer: String)] = []

  /// A node in the making.
  struct Draft {
    var node: SchemaNode
    let pointer: String
    let isRoot: Bool
    var keyword = SchemaKeyword.type
    var bounds = NumberBounds()
    var hasBounds = false
    var rare = RareRules()
    var hasRare = false
    var properties: [(name: [UInt8], node: Int32)] = []
    var required: [[UInt8]] = []
    var enumeration: [JSONView]?
    var const: JSONView?
  }

  init(_ root: JSONView, file: String) {
    self.root = root
    self.file = file
  }

  static func compile(_ root: JSONView, file: String) throws(SchemaError) -> SchemaProgram {
    var compiler = SchemaCompiler(root, file: file)
    _ = try compiler.node(root, at: "", isRoot: true)
    try compiler.bindReferences()
    try compiler.refuseEndlessReferences()
    compiler.markPersonal()
    return compiler.program
  }

  /// Compiles one schema and those within it; returns its number. The root is number 0.
  mutating func node(
    _ view: JSONView, at pointer: String, isRoot: Bool = false
  ) throws(SchemaError) -> Int32 {
    let number = Int32(program.nodes.count)
    var draft = Draft(node: SchemaNode(), pointer: pointer, isRoot: isRoot)
    draft.node.place = Int32(view.index)
    program.nodes.append(draft.node)
    nodeAtPlace[view.index] = number
    switch view.kind {
    case .true: break
    case .false: draft.node.flags.insert(.never)
    case .object:
      for (name, value) in view.members {
        guard let keyword = SchemaKeyword(rawValue: name) else {
          throw unknown(name, at: pointer)
        }
        draft.keyword = keyword
        if keyword == .reference {
          references.append((number, try string(value, draft), pointer))
        } else {
          try take(keyword, value, into: &draft)
        }
      }
      try finish(&draft)
    default:
      throw SchemaError(
        .malformed, file, pointer, "", "a schema at \(pointer) must be an object, true or false")
    }
    program.nodes[Int(number)] = draft.node
    return number
  }

  private func unknown(_ name: String, at pointer: String) -> SchemaError {
    if let advice = SchemaKeyword.refused.first(where: { $0.key == name })?.value {
      return SchemaError(.unsupported, file, pointer, name, "not supported: \(advice)")
    }
    return SchemaError(
      .unknownKeyword, file, pointer, name,
      "no such keyword; docs/schemas.md lists those that are checked")
  }

  /// Joins what several keywords said together.
  private mutating func finish(_ draft: inout Draft) throws(SchemaError) {
    if draft.node.flags.contains(.format), draft.node.types != SchemaType.string {
      throw SchemaError(
        .malformed, file, draft.pointer, SchemaKeyword.format.rawValue,
        "a format says nothing of other types; add \"type\": \"string\"")
    }
    finishEnumeration(&draft)
    finishMembers(&draft)
    if draft.hasBounds {
      draft.node.bounds = Int32(program.bounds.count)
      program.bounds.append(draft.bounds)
    }
    if draft.hasRare {
      draft.node.rare = Int32(program.rare.count)
      program.rare.append(draft.rare)
    }
  }

  private mutating func finishEnumeration(_ draft: inout Draft) {
    guard var values = draft.enumeration ?? draft.const.map({ [$0] }) else { return }
    let nodes = root.document.nodes
    let bytes = root.document.bytes
    func equal(_ one: JSONView, _ other: JSONView) -> Bool {
      SchemaEquality.equal(
        one.index, nodes.span, bytes.span, other.index, nodes.span, bytes.span)
    }
    if draft.enumeration != nil, let const = draft.const {
      values = values.contains { equal($0, const) } ? [const] : []
    }
    var strings: [[UInt8]] = []
    draft.node.constants.start = Int32(program.constants.count)
    for value in values {
      if let text = value.text {
        if !strings.contains(Array(text)) { strings.append(Array(text)) }
      } else {
        program.constants.append(Int32(value.index))
        draft.node.constants.count += 1
      }
    }
    draft.node.strings = program.names.add(strings)
    draft.node.flags.insert(.closed)
  }

  /// Required names come first, so that their bits fit; what goes beyond 64 becomes schemas of
  /// their own.
  private mutating func finishMembers(_ draft: inout Draft) {
    let required = draft.required
    if required.count > 64 {
      for start in stride(from: 64, to: required.count, by: 64) {
        var rest = Draft(node: SchemaNode(), pointer: draft.pointer, isRoot: false)
        rest.node.place = draft.node.place
        rest.required = Array(required[start..<min(start + 64, required.count)])
        finishMembers(&rest)
        draft.rare.allOf.append(Int32(program.nodes.count))
        draft.hasRare = true
        program.nodes.append(rest.node)
      }
    }
    var names = Array(required.prefix(64))
    if names.isEmpty && draft.properties.isEmpty { return }
    var nodes = [Int32](repeating: Self.undeclared, count: names.count)
    for property in draft.properties {
      if let place = names.firstIndex(of: property.name) {
        nodes[place] = property.node
      } else {
        names.append(property.name)
        nodes.append(property.node)
      }
    }
    let count = min(required.count, 64)
    draft.node.required = count == 64 ? .max : (1 << UInt64(count)) - 1
    draft.node.memberNodes = Int32(program.memberNodes.count)
    draft.node.members = program.names.add(names)
    program.memberNodes += nodes
  }

  /// Stands for a name that is required and not under `properties`.
  static let undeclared: Int32 = -1

  private mutating func bindReferences() throws(SchemaError) {
    for reference in references {
      func refuse(_ code: SchemaError.Code, _ reason: String) -> SchemaError {
        SchemaError(code, file, reference.pointer, SchemaKeyword.reference.rawValue, reason)
      }
      let target = reference.target
      guard target == "#" || target.utf8.starts(with: "#/".utf8) else {
        throw refuse(
          .unsupported, "not supported: name a place in this file, such as #/$defs/money")
      }
      guard let pointer = Self.percentDecoded(target.utf8.dropFirst()),
        let place = root.at(pointer: pointer), let node = nodeAtPlace[place.index]
      else {
        throw refuse(.unresolvedReference, "\(target) is no schema of this file")
      }
      program.nodes[Int(reference.node)].reference = node
    }
  }

  /// The text of a URI fragment (RFC 3986, 2.1); nil where it is not well formed.
  static func percentDecoded(_ text: Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst(), let low = rest.popFirst(),
        let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Nodes that look at the same value as `node` does.
  private func nodesOfSameValue(_ node: SchemaNode) -> [Int32] {
    var list: [Int32] = []
    if node.reference >= 0 { list.append(node.reference) }
    if node.rare >= 0 {
      let rules = program.rare[Int(node.rare)]
      list += rules.allOf + rules.anyOf + rules.oneOf + rules.dependentSchemas.map(\.node)
      list += [rules.not, rules.condition, rules.then, rules.otherwise].filter { $0 >= 0 }
    }
    return list
  }

  /// Nodes that look at a part of the value.
  private func nodesOfParts(_ node: SchemaNode) -> [Int32] {
    var list = [node.additional, node.items].filter { $0 >= 0 }
    let first = Int(node.memberNodes)
    list += program.memberNodes[first..<first + Int(node.members.count)].filter { $0 >= 0 }
    let prefix = Int(node.prefix.start)
    list += program.children[prefix..<prefix + Int(node.prefix.count)]
    if node.rare >= 0 {
      let rules = program.rare[Int(node.rare)]
      list += rules.patternMembers.map(\.node)
      list += [rules.memberNames, rules.contains].filter { $0 >= 0 }
    }
    return list
  }

  /// A schema that comes back to itself without a step into the data would never end.
  private func refuseEndlessReferences() throws(SchemaError) {
    enum Mark { case open, done }
    var marks: [Int32: Mark] = [:]
    func visit(_ number: Int32) throws(SchemaError) {
      if marks[number] == .done { return }
      let node = program.nodes[Int(number)]
      if marks[number] == .open {
        let pointer = JSONPlace.pointer(from: root.index, to: Int(node.place), in: root.document)
        throw SchemaError(
          .endlessReference, file, pointer, SchemaKeyword.reference.rawValue,
          "this schema comes back to itself without a step into the data, so a check would not end")
      }
      marks[number] = .open
      for next in nodesOfSameValue(node) { try visit(next) }
      marks[number] = .done
    }
    for number in program.nodes.indices { try visit(Int32(number)) }
  }

  private mutating func markPersonal() {
    var changed = true
    while changed {
      changed = false
      for number in program.nodes.indices {
        let node = program.nodes[number]
        if node.flags.contains(.holdsPersonal) { continue }
        let below = nodesOfSameValue(node) + nodesOfParts(node)
        let holds =
          node.flags.contains(.personal)
          || below.contains { program.nodes[Int($0)].flags.contains(.holdsPersonal) }
        if holds {
          program.nodes[number].flags.insert(.holdsPersonal)
          changed = true
        }
      }
    }
  }
}
