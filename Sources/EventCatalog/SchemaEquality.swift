import JSONBytes

/// Equality of JSON values as JSON Schema has it: numbers by value (1 is 1.0), objects without
/// order, strings code point by code point.
enum SchemaEquality {
  /// Whether two values, of the same document or of two, are equal. Allocates only for arrays,
  /// objects, escapes.
  static func equal(
    _ one: Int, _ nodes: Span<JSONNode>, _ bytes: Span<UInt8>,
    _ other: Int, _ otherNodes: Span<JSONNode>, _ otherBytes: Span<UInt8>
  ) -> Bool {
    let a = nodes[one]
    let b = otherNodes[other]
    guard a.kind == b.kind else { return false }
    switch a.kind {
    case .null, .true, .false: return true
    case .number:
      return SchemaNumber(a, bytes).compare(bytes, with: SchemaNumber(b, otherBytes), otherBytes)
        == 0
    case .string where !a.isEscaped && !b.isEscaped:
      return sameBytes(a, bytes, b, otherBytes)
    case .string:
      return JSONText.decoded(a, bytes) == JSONText.decoded(b, otherBytes)
    case .array, .object:
      guard a.count == b.count else { return false }
      return key(one, nodes, bytes) == key(other, otherNodes, otherBytes)
    }
  }

  private static func sameBytes(
    _ one: JSONNode, _ bytes: Span<UInt8>, _ other: JSONNode, _ otherBytes: Span<UInt8>
  ) -> Bool {
    let count = Int(one.end - one.start)
    guard count == Int(other.end - other.start) else { return false }
    let a = Int(one.start)
    let b = Int(other.start)
    for place in 0..<count where bytes[a + place] != otherBytes[b + place] { return false }
    return true
  }

  /// Bytes that are the same for equal values and differ for others.
  static func key(_ place: Int, _ nodes: Span<JSONNode>, _ bytes: Span<UInt8>) -> [UInt8] {
    var key: [UInt8] = []
    append(place, nodes, bytes, to: &key)
    return key
  }

  private static func append(
    _ place: Int, _ nodes: Span<JSONNode>, _ bytes: Span<UInt8>, to key: inout [UInt8]
  ) {
    let node = nodes[place]
    key.append(node.kind.rawValue)
    switch node.kind {
    case .null, .true, .false: break
    case .number:
      SchemaNumber(node, bytes).appendKey(bytes, to: &key)
      key.append(0)
    case .string: appendCounted(JSONText.decoded(node, bytes), to: &key)
    case .array:
      appendCount(node.count, to: &key)
      var element = place + 1
      while element < Int(node.next) {
        append(element, nodes, bytes, to: &key)
        element = Int(nodes[element].next)
      }
    case .object:
      appendCount(node.count, to: &key)
      var members: [(name: [UInt8], value: Int)] = []
      var name = place + 1
      while name < Int(node.next) {
        members.append((JSONText.decoded(nodes[name], bytes), name + 1))
        name = Int(nodes[name + 1].next)
      }
      members.sort { $0.name.lexicographicallyPrecedes($1.name) }
      for member in members {
        appendCounted(member.name, to: &key)
        append(member.value, nodes, bytes, to: &key)
      }
    }
  }

  private static func appendCounted(_ text: [UInt8], to key: inout [UInt8]) {
    appendCount(text.count, to: &key)
    key += text
  }

  private static func appendCount(_ count: Int, to key: inout [UInt8]) {
    for shift in [24, 16, 8, 0] { key.append(UInt8(truncatingIfNeeded: count >> shift)) }
  }

  /// The second of two equal elements of an array; nil where all differ.
  static func repeatedElement(
    of array: Int, _ nodes: Span<JSONNode>, _ bytes: Span<UInt8>
  ) -> Int? {
    let node = nodes[array]
    let end = Int(node.next)
    var later = array + 1
    if node.count > 8 {
      var seen = Set<[UInt8]>(minimumCapacity: node.count)
      while later < end {
        if !seen.insert(key(later, nodes, bytes)).inserted { return later }
        later = Int(nodes[later].next)
      }
      return nil
    }
    while later < end {
      var earlier = array + 1
      while earlier < later {
        if equal(earlier, nodes, bytes, later, nodes, bytes) { return later }
        earlier = Int(nodes[earlier].next)
      }
      later = Int(nodes[later].next)
    }
    return nil
  }
}
