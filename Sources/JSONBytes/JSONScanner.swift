/// Scans JSON texts into nodes, without building a value and without copying a byte.
///
/// Strict RFC 8259: UTF-8 is checked; duplicate names, lone surrogates, NaN, a byte order mark,
/// bytes after the value, depth over 32 and objects of over 1,000 members are refused, because one
/// signed text must not mean two things to two readers. One scanner takes many texts one after
/// another into one list of nodes; reuse it. Cost: one pass, no allocation but the growth of the
/// list.
package struct JSONScanner: Sendable {
  /// Arrays and objects within each other, at most.
  package static let depthMax = 32
  /// Members of one object, at most.
  package static let membersMax = 1_000
  /// Elements of one array, at most.
  package static let elementsMax = 1_000_000
  /// Bytes of one text, at most.
  package static let sizeMax = 1 << 30

  /// What was scanned since the start or the last ``takeNodes()``.
  package private(set) var nodes: [JSONNode] = []

  /// A scanner with an empty list.
  package init() {}

  /// Starts anew and keeps the room for nodes.
  package mutating func removeAll() { nodes.removeAll(keepingCapacity: true) }

  /// Hands the nodes over, and starts anew.
  package mutating func takeNodes() -> [JSONNode] {
    let taken = nodes
    nodes = []
    return taken
  }

  /// Scans the one value in `bytes[range]`, blanks around it allowed.
  ///
  /// Returns the index of its node. After a throw the nodes are those from before the call.
  package mutating func scan(
    _ bytes: Span<UInt8>, in range: Range<Int>
  ) throws(JSONError) -> Int {
    let root = nodes.count
    do throws(Stop) {
      // Nodes hold offsets of 32 bits, into all that `bytes` holds.
      if range.count > Self.sizeMax || range.upperBound > Int(UInt32.max) {
        throw Stop(reason: .tooLarge, offset: range.lowerBound)
      }
      var cursor = Cursor(index: range.lowerBound, end: range.upperBound)
      if range.count >= 3, bytes[range.lowerBound] == 0xEF, bytes[range.lowerBound + 1] == 0xBB,
        bytes[range.lowerBound + 2] == 0xBF
      {
        throw Stop(reason: .byteOrderMark, offset: range.lowerBound)
      }
      cursor.skipBlanks(bytes)
      try value(bytes, &cursor, depth: 1)
      cursor.skipBlanks(bytes)
      if cursor.index < cursor.end { throw Stop(reason: .trailingBytes, offset: cursor.index) }
      return root
    } catch {
      nodes.removeSubrange(root...)
      throw JSONError(error.reason, at: error.offset, in: bytes, from: range.lowerBound)
    }
  }

  private struct Stop: Error {
    var reason: JSONError.Reason
    var offset: Int
  }

  private struct Cursor {
    var index: Int
    let end: Int

    mutating func skipBlanks(_ bytes: Span<UInt8>) {
      while index < end {
        switch bytes[index] {
        case 0x20, 0x0A, 0x0D, 0x09: index += 1
        default: return
        }
      }
    }

    func peek(_ bytes: Span<UInt8>) throws(Stop) -> UInt8 {
      guard index < end else { throw Stop(reason: .unexpectedEnd, offset: end) }
      return bytes[index]
    }
  }

  private mutating func value(
    _ bytes: Span<UInt8>, _ cursor: inout Cursor, depth: Int
  ) throws(Stop) {
    switch try cursor.peek(bytes) {
    case UInt8(ascii: "{"): try object(bytes, &cursor, depth: depth)
    case UInt8(ascii: "["): try array(bytes, &cursor, depth: depth)
    case UInt8(ascii: "\""): try string(bytes, &cursor)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(bytes, &cursor)
    case UInt8(ascii: "t"): try literal("true", .true, bytes, &cursor)
    case UInt8(ascii: "f"): try literal("false", .false, bytes, &cursor)
    case UInt8(ascii: "n"): try literal("null", .null, bytes, &cursor)
    default: throw Stop(reason: .unexpectedByte, offset: cursor.index)
    }
  }

  private mutating func literal(
    _ word: StaticString, _ kind: JSONKind, _ bytes: Span<UInt8>, _ cursor: inout Cursor
  ) throws(Stop) {
    let start = cursor.index
    let count = word.utf8CodeUnitCount
    guard start + count <= cursor.end else { throw Stop(reason: .badLiteral, offset: start) }
    for place in 0..<count where bytes[start + place] != word.byte(at: place) {
      throw Stop(reason: .badLiteral, offset: start)
    }
    cursor.index = start + count
    nodes.append(JSONNode(kind: kind, start: start, end: cursor.index, next: nodes.count + 1))
  }

  private mutating func number(_ bytes: Span<UInt8>, _ cursor: inout Cursor) throws(Stop) {
    let start = cursor.index
    var index = start
    let end = cursor.end
    func digits() throws(Stop) {
      let first = index
      while index < end, bytes[index] &- 0x30 < 10 { index += 1 }
      if index == first { throw Stop(reason: .badNumber, offset: index) }
    }
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let firstDigit = index
    try digits()
    let integerDigits = index - firstDigit
    if integerDigits > 1, bytes[firstDigit] == UInt8(ascii: "0") {
      throw Stop(reason: .badNumber, offset: firstDigit)
    }
    var plain = integerDigits <= 15
    if bytes[firstDigit] == UInt8(ascii: "0"), firstDigit > start { plain = false }
    if index < end, bytes[index] == UInt8(ascii: ".") {
      plain = false
      index += 1
      try digits()
    }
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      plain = false
      index += 1
      if index < end, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
        index += 1
      }
      try digits()
    }
    cursor.index = index
    var node = JSONNode(kind: .number, start: start, end: index, next: nodes.count + 1)
    if plain { node.mark(JSONNode.plainIntegerFlag) }
    nodes.append(node)
  }

  private mutating func string(_ bytes: Span<UInt8>, _ cursor: inout Cursor) throws(Stop) {
    let start = cursor.index + 1
    var index = start
    let end = cursor.end
    var escaped = false
    while true {
      index = Self.endOfPlain(bytes, index, end)
      guard index < end else { throw Stop(reason: .unexpectedEnd, offset: end) }
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        escaped = true
        try escape(bytes, &index, end)
      } else if byte < 0x20 {
        throw Stop(reason: .controlCharacter, offset: index)
      } else if byte < 0x80 {
        index += 1
      } else {
        let length = Self.sequenceLength(bytes, at: index, end: end)
        if length == 0 { throw Stop(reason: .badUTF8, offset: index) }
        index += length
      }
    }
    cursor.index = index + 1
    var node = JSONNode(kind: .string, start: start, end: index, next: nodes.count + 1)
    if escaped { node.mark(JSONNode.escapedFlag) }
    nodes.append(node)
  }

  /// The place of the first byte that is no printable ASCII, a quote or a backslash, if a word of eight bytes begins
  /// there or before; else the place of the last word. Looks at eight bytes at once: of a word whose bytes are below
  /// 0x80, `x - 0x01…` borrows into the high bit exactly of bytes that are zero, or above one of those: the lowest bit
  /// that is set is always right.
  private static func endOfPlain(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) -> Int {
    guard start + 8 <= end, end <= bytes.count else { return start }
    // Safe: words are read within `start..<end`, which lies within the span.
    return unsafe bytes.withUnsafeBytes { buffer in
      var index = start
      let ones: UInt64 = 0x0101_0101_0101_0101
      let highs: UInt64 = 0x8080_8080_8080_8080
      while index + 8 <= end {
        let word = UInt64(
          littleEndian: unsafe buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let stops =
          (word | (word &- ones &* 0x20) | (quote &- ones) | (backslash &- ones)) & highs
        if stops != 0 { return index + stops.trailingZeroBitCount / 8 }
        index += 8
      }
      return index
    }
  }

  private func escape(
    _ bytes: Span<UInt8>, _ index: inout Int, _ end: Int
  ) throws(Stop) {
    let start = index
    guard index + 1 < end else { throw Stop(reason: .unexpectedEnd, offset: end) }
    switch bytes[index + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      index += 2
    case UInt8(ascii: "u"):
      guard let unit = Self.hexUnit(bytes, at: index + 2, end: end) else {
        throw Stop(reason: .badEscape, offset: start)
      }
      index += 6
      if unit & 0xFC00 == 0xDC00 { throw Stop(reason: .loneSurrogate, offset: start) }
      if unit & 0xFC00 == 0xD800 {
        guard index + 1 < end, bytes[index] == UInt8(ascii: "\\"),
          bytes[index + 1] == UInt8(ascii: "u"),
          let low = Self.hexUnit(bytes, at: index + 2, end: end), low & 0xFC00 == 0xDC00
        else { throw Stop(reason: .loneSurrogate, offset: start) }
        index += 6
      }
    default: throw Stop(reason: .badEscape, offset: start)
    }
  }

  /// The four hexadecimal digits at `index`, or nil.
  static func hexUnit(_ bytes: Span<UInt8>, at index: Int, end: Int) -> UInt16? {
    guard index + 4 <= end else { return nil }
    var unit: UInt16 = 0
    for place in index..<index + 4 {
      let digit: UInt8
      switch bytes[place] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[place] - 0x30
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[place] - 0x57
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[place] - 0x37
      default: return nil
      }
      unit = unit << 4 | UInt16(digit)
    }
    return unit
  }

  /// Length of the well-formed UTF-8 sequence (Unicode, table 3-7) of two bytes or more at `index`;
  /// 0 if ill-formed.
  static func sequenceLength(_ bytes: Span<UInt8>, at index: Int, end: Int) -> Int {
    func tail(_ place: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
      place < end && bytes[place] >= low && bytes[place] <= high
    }
    switch bytes[index] {
    case 0xC2...0xDF: return tail(index + 1) ? 2 : 0
    case 0xE0: return tail(index + 1, 0xA0) && tail(index + 2) ? 3 : 0
    case 0xED: return tail(index + 1, 0x80, 0x9F) && tail(index + 2) ? 3 : 0
    case 0xE1...0xEF: return tail(index + 1) && tail(index + 2) ? 3 : 0
    case 0xF0: return tail(index + 1, 0x90) && tail(index + 2) && tail(index + 3) ? 4 : 0
    case 0xF1...0xF3: return tail(index + 1) && tail(index + 2) && tail(index + 3) ? 4 : 0
    case 0xF4: return tail(index + 1, 0x80, 0x8F) && tail(index + 2) && tail(index + 3) ? 4 : 0
    default: return 0
    }
  }

  private mutating func array(
    _ bytes: Span<UInt8>, _ cursor: inout Cursor, depth: Int
  ) throws(Stop) {
    if depth > Self.depthMax { throw Stop(reason: .tooDeep, offset: cursor.index) }
    let own = nodes.count
    nodes.append(JSONNode(kind: .array, start: cursor.index, end: 0, next: 0))
    cursor.index += 1
    cursor.skipBlanks(bytes)
    var count = 0
    if try cursor.peek(bytes) == UInt8(ascii: "]") {
      cursor.index += 1
    } else {
      while true {
        if count == Self.elementsMax { throw Stop(reason: .tooManyElements, offset: cursor.index) }
        try value(bytes, &cursor, depth: depth + 1)
        count += 1
        cursor.skipBlanks(bytes)
        let byte = try cursor.peek(bytes)
        guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") else {
          throw Stop(reason: .unexpectedByte, offset: cursor.index)
        }
        cursor.index += 1
        if byte == UInt8(ascii: "]") { break }
        cursor.skipBlanks(bytes)
      }
    }
    close(own, at: cursor.index, count: count)
  }

  private mutating func object(
    _ bytes: Span<UInt8>, _ cursor: inout Cursor, depth: Int
  ) throws(Stop) {
    if depth > Self.depthMax { throw Stop(reason: .tooDeep, offset: cursor.index) }
    let own = nodes.count
    nodes.append(JSONNode(kind: .object, start: cursor.index, end: 0, next: 0))
    cursor.index += 1
    cursor.skipBlanks(bytes)
    var count = 0
    var anyEscaped = false
    if try cursor.peek(bytes) == UInt8(ascii: "}") {
      cursor.index += 1
    } else {
      while true {
        guard try cursor.peek(bytes) == UInt8(ascii: "\"") else {
          throw Stop(reason: .unexpectedByte, offset: cursor.index)
        }
        if count == Self.membersMax { throw Stop(reason: .tooManyMembers, offset: cursor.index) }
        let name = nodes.count
        try string(bytes, &cursor)
        if nodes[name].isEscaped { anyEscaped = true }
        cursor.skipBlanks(bytes)
        guard try cursor.peek(bytes) == UInt8(ascii: ":") else {
          throw Stop(reason: .unexpectedByte, offset: cursor.index)
        }
        cursor.index += 1
        cursor.skipBlanks(bytes)
        try value(bytes, &cursor, depth: depth + 1)
        count += 1
        cursor.skipBlanks(bytes)
        let byte = try cursor.peek(bytes)
        guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") else {
          throw Stop(reason: .unexpectedByte, offset: cursor.index)
        }
        cursor.index += 1
        if byte == UInt8(ascii: "}") { break }
        cursor.skipBlanks(bytes)
      }
    }
    close(own, at: cursor.index, count: count)
    if count > 1, anyEscaped || !isAscending(own, bytes) {
      let twin =
        anyEscaped || count > 24
        ? duplicateBySet(of: own, bytes) : duplicateByPairs(of: own, bytes)
      if let twin { throw Stop(reason: .duplicateName, offset: Int(nodes[twin].start) - 1) }
    }
  }

  private mutating func close(_ own: Int, at end: Int, count: Int) {
    nodes[own].end = UInt32(truncatingIfNeeded: end)
    nodes[own].next = UInt32(truncatingIfNeeded: nodes.count)
    nodes[own].setCount(count)
  }

  /// Whether each name is greater than the one before, as in canonical texts: then none stands twice.
  private func isAscending(_ object: Int, _ bytes: Span<UInt8>) -> Bool {
    let end = Int(nodes[object].next)
    var earlier = object + 1
    var later = Int(nodes[object + 2].next)
    while later < end {
      if !precedes(nodes[earlier], nodes[later], bytes) { return false }
      earlier = later
      later = Int(nodes[later + 1].next)
    }
    return true
  }

  private func precedes(_ one: JSONNode, _ other: JSONNode, _ bytes: Span<UInt8>) -> Bool {
    let a = Int(one.start)..<Int(one.end)
    let b = Int(other.start)..<Int(other.end)
    for place in 0..<min(a.count, b.count) {
      let left = bytes[a.lowerBound + place]
      let right = bytes[b.lowerBound + place]
      if left != right { return left < right }
    }
    return a.count < b.count
  }

  private func duplicateByPairs(of object: Int, _ bytes: Span<UInt8>) -> Int? {
    let end = Int(nodes[object].next)
    var later = Int(nodes[object + 2].next)
    while later < end {
      var earlier = object + 1
      while earlier < later {
        if sameBytes(nodes[earlier], nodes[later], bytes) { return later }
        earlier = Int(nodes[earlier + 1].next)
      }
      later = Int(nodes[later + 1].next)
    }
    return nil
  }

  private func sameBytes(_ one: JSONNode, _ other: JSONNode, _ bytes: Span<UInt8>) -> Bool {
    let count = Int(one.end - one.start)
    guard count == Int(other.end - other.start) else { return false }
    let a = Int(one.start)
    let b = Int(other.start)
    for place in 0..<count where bytes[a + place] != bytes[b + place] { return false }
    return true
  }

  private func duplicateBySet(of object: Int, _ bytes: Span<UInt8>) -> Int? {
    let end = Int(nodes[object].next)
    var seen = Set<[UInt8]>()
    var name = object + 1
    while name < end {
      if !seen.insert(JSONText.decoded(nodes[name], bytes)).inserted { return name }
      name = Int(nodes[name + 1].next)
    }
    return nil
  }
}

extension StaticString {
  /// The byte at `place` of an ASCII literal.
  func byte(at place: Int) -> UInt8 {
    precondition(place < utf8CodeUnitCount, "a literal is read within its bounds")
    // Safe: the pointer of a StaticString lives for ever, and `place` was checked against its
    // length.
    return unsafe utf8Start[place]
  }
}
