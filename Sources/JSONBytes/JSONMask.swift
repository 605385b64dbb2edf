// Which members of a JSON value are kept, and what is left of a value without the others.

/// What is kept of a value.
package enum JSONMask: Hashable, Sendable {
  /// The value as it stands.
  case whole
  /// Of an object, these members, each with what is kept of it; of a list, that of each of its elements. A value that
  /// is neither is left out: what a mask does not know it does not keep.
  case members([Member])

  /// A member that is kept.
  package struct Member: Hashable, Sendable {
    /// UTF-8 of the name, without escapes.
    package let name: [UInt8]
    package let keeps: JSONMask

    /// Joins both parts.
    package init(_ name: String, _ keeps: JSONMask) {
      self.name = Array(name.utf8)
      self.keeps = keeps
    }
  }

  /// The members named, in the order of the names: canonical text is then pruned without searching.
  package static func members(named members: [String: JSONMask]) -> JSONMask {
    .members(
      members.map { Member($0.key, $0.value) }.sorted { one, other in
        one.name.lexicographicallyPrecedes(other.name)
      })
  }
}

/// Copies values without what their masks leave out. The copies lie in one document, which holds no byte of what was
/// left out. Costs one pass over what is kept.
package struct JSONPruner: Sendable {
  private var bytes: [UInt8] = []
  private var nodes: [JSONNode] = []

  package init() {}

  /// Appends what `mask` keeps of `view`; an object where it keeps nothing. Returns the index of its node, for
  /// ``finish()``'s document.
  package mutating func append(_ view: JSONView, keeping mask: JSONMask) -> Int {
    let place = nodes.count
    if !copy(view.index, of: view.document, mask) { open(.object) { _ in 0 } }
    return place
  }

  /// The document of all that was appended. The pruner is empty afterwards.
  package mutating func finish() -> JSONDocument {
    defer {
      bytes = []
      nodes = []
    }
    return JSONDocument(bytes: bytes, nodes: nodes)
  }

  /// What `mask` keeps of one value, as a document of its own.
  package static func pruned(_ view: JSONView, keeping mask: JSONMask) -> JSONView {
    var pruner = JSONPruner()
    let place = pruner.append(view, keeping: mask)
    return JSONView(document: pruner.finish(), index: place)
  }

  /// False, and nothing copied, where the mask knows members and the value can have none.
  private mutating func copy(_ index: Int, of document: JSONDocument, _ mask: JSONMask) -> Bool {
    guard case .members(let members) = mask else {
      copyWhole(index, of: document)
      return true
    }
    switch document.nodes[index].kind {
    case .object:
      copyObject(index, of: document, members)
      return true
    case .array:
      copyList(index, of: document, mask)
      return true
    default: return false
    }
  }

  private mutating func copyWhole(_ index: Int, of document: JSONDocument) {
    let node = document.nodes[index]
    // The quotes of a string belong to its text, not to its node.
    let quote = node.kind == .string ? 1 : 0
    let start = Int(node.start) - quote
    let offset = bytes.count - start
    let shift = nodes.count - index
    bytes.append(document.bytes, from: start, to: Int(node.end) + quote)
    for place in index..<Int(node.next) {
      nodes.append(document.nodes[place].moved(offset: offset, places: shift))
    }
  }

  private mutating func copyObject(
    _ index: Int, of document: JSONDocument, _ members: [JSONMask.Member]
  ) {
    open(.object) { pruner in
      var kept = 0
      var name = index + 1
      var expected = 0
      let end = Int(document.nodes[index].next)
      while name < end {
        let value = name + 1
        if let found = Self.member(name, of: document, in: members, from: expected) {
          expected = found + 1
          if pruner.copyMember(name, of: document, members[found].keeps, isFirst: kept == 0) {
            kept += 1
          }
        }
        name = Int(document.nodes[value].next)
      }
      return kept
    }
  }

  private mutating func copyMember(
    _ name: Int, of document: JSONDocument, _ mask: JSONMask, isFirst: Bool
  ) -> Bool {
    let mark = (bytes: bytes.count, nodes: nodes.count)
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    copyWhole(name, of: document)
    bytes.append(UInt8(ascii: ":"))
    if copy(name + 1, of: document, mask) { return true }
    bytes.removeLast(bytes.count - mark.bytes)
    nodes.removeLast(nodes.count - mark.nodes)
    return false
  }

  private mutating func copyList(_ index: Int, of document: JSONDocument, _ mask: JSONMask) {
    open(.array) { pruner in
      var kept = 0
      var element = index + 1
      let end = Int(document.nodes[index].next)
      while element < end {
        if kept > 0 { pruner.bytes.append(UInt8(ascii: ",")) }
        if pruner.copy(element, of: document, mask) {
          kept += 1
        } else if kept > 0 {
          pruner.bytes.removeLast()
        }
        element = Int(document.nodes[element].next)
      }
      return kept
    }
  }

  /// Writes brackets and their node around what `body` writes; `body` returns how many parts it wrote.
  private mutating func open(_ kind: JSONKind, _ body: (inout JSONPruner) -> Int) {
    let own = nodes.count
    let start = bytes.count
    bytes.append(kind == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
    nodes.append(JSONNode(kind: kind, start: start, end: start, next: own + 1))
    let count = body(&self)
    bytes.append(kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
    var node = JSONNode(kind: kind, start: start, end: bytes.count, next: nodes.count)
    node.setCount(count)
    nodes[own] = node
  }

  /// Place of the member with that name; names in their order are found at once.
  private static func member(
    _ name: Int, of document: JSONDocument, in members: [JSONMask.Member], from expected: Int
  ) -> Int? {
    let node = document.nodes[name]
    if node.isEscaped {
      let text = JSONText.decoded(node, document.bytes)
      return members.firstIndex { $0.name == text }
    }
    var place = expected
    for _ in members.indices {
      if place >= members.count { place = 0 }
      if equals(members[place].name, node, document.bytes) { return place }
      place += 1
    }
    return nil
  }

  private static func equals(_ name: [UInt8], _ node: JSONNode, _ bytes: [UInt8]) -> Bool {
    let start = Int(node.start)
    guard name.count == Int(node.end) - start else { return false }
    for place in name.indices where name[place] != bytes[start + place] { return false }
    return true
  }
}
