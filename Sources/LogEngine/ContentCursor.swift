internal import JSONBytes

/// Reads a chunk's content field by field. Reading behind the end gives nil, never a trap.
struct ContentCursor {
  let bytes: [UInt8]
  private(set) var offset: Int
  let end: Int

  init(_ bytes: [UInt8], at offset: Int = 0, end: Int? = nil) {
    self.bytes = bytes
    self.offset = offset
    self.end = min(end ?? bytes.count, bytes.count)
  }

  var isAtEnd: Bool { offset == end }
  var remaining: Int { max(0, end - offset) }

  mutating func integer32() -> Int? {
    guard remaining >= 4 else { return nil }
    defer { offset += 4 }
    return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
      | Int(bytes[offset + 3]) << 24
  }

  mutating func integer64() -> UInt64? {
    guard remaining >= 8 else { return nil }
    var value: UInt64 = 0
    for place in (0..<8).reversed() { value = value << 8 | UInt64(bytes[offset + place]) }
    offset += 8
    return value
  }

  mutating func byte() -> UInt8? {
    guard remaining >= 1 else { return nil }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// LEB128 of at most 10 bytes, as a count; nil where it is none or over 2⁴⁰.
  mutating func varint() -> Int? {
    guard let value = varint64(), value <= 1 << 40 else { return nil }
    return Int(value)
  }

  mutating func varint64() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 70, offset < end {
      let byte = bytes[offset]
      offset += 1
      if shift == 63, byte > 1 { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }

  /// The range of the next `count` bytes.
  mutating func range(_ count: Int) -> Range<Int>? {
    guard count >= 0, remaining >= count else { return nil }
    defer { offset += count }
    return offset..<offset + count
  }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? { range(count).map { bytes[$0] } }

  mutating func skip(_ count: Int) -> Bool { range(count) != nil }
}

/// Strings of a dictionary, decoded: one array of bytes, and where each ends.
struct StringTable: Sendable {
  let arena: [UInt8]
  private let ends: [UInt32]
  /// Whether no string holds anything that JSON escapes.
  let isPlain: Bool

  var count: Int { ends.count }
  var byteCount: Int { arena.count }

  func range(_ id: Int) -> Range<Int> { (id == 0 ? 0 : Int(ends[id - 1]))..<Int(ends[id]) }

  subscript(_ id: Int) -> ArraySlice<UInt8> { arena[range(id)] }

  func string(_ id: Int) -> String { String(decoding: self[id], as: UTF8.self) }

  /// Strings of any bytes in memory, no dictionary of a file.
  init(_ strings: [[UInt8]]) {
    var arena: [UInt8] = []
    var ends: [UInt32] = []
    for string in strings {
      arena += string
      ends.append(UInt32(arena.count))
    }
    self.arena = arena
    self.ends = ends
    isPlain = Self.isPlain(arena)
  }

  private static func isPlain(_ bytes: [UInt8]) -> Bool {
    !bytes.contains { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
  }

  /// Bytes of strings that one dictionary may give: more is a lie of the file.
  private static let sizeMax = 256 << 20

  /// Decodes a whole Dictionary (docs/format.md, section 7.4); nil where it is not one, or not sorted.
  init?(_ content: [UInt8]) {
    var decoder = DictionaryDecoder(content)
    guard decoder.isGood else { return nil }
    var arena: [UInt8] = []
    var ends: [UInt32] = []
    ends.reserveCapacity(decoder.count)
    if decoder.hasEmpty { ends.append(0) }
    for group in 0..<decoder.groups {
      let isWhole = decoder.group(group) { string in
        arena += string
        ends.append(UInt32(truncatingIfNeeded: arena.count))
      }
      guard isWhole, arena.count <= Self.sizeMax else { return nil }
    }
    guard ends.count == decoder.count, decoder.isAtEnd else { return nil }
    self.arena = arena
    self.ends = ends
    isPlain = Self.isPlain(arena)
    for id in 1..<max(1, count) where !precedes(id - 1, id) { return nil }
  }

  private func precedes(_ one: Int, _ other: Int) -> Bool {
    self[one].lexicographicallyPrecedes(self[other])
  }

  /// The id of a string; nil where it is not here. Binary search.
  func id(of string: ArraySlice<UInt8>) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].lexicographicallyPrecedes(string) { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low].elementsEqual(string) ? low : nil
  }
}

/// Steps through the groups of a Dictionary's content.
struct DictionaryDecoder {
  static let groupSize = 64

  let form: UInt8
  let hasEmpty: Bool
  let isQuoted: Bool
  /// Strings without the empty one.
  let listed: Int
  let isGood: Bool
  private let content: [UInt8]
  /// Where the offsets or entries of groups begin, and where the groups do.
  private let table: Int
  private let data: Int
  private let prefix: Range<Int>
  private let digits: Int
  private var end = 0
  private var string: [UInt8] = []

  static let headSize = 8

  var count: Int { listed + (hasEmpty ? 1 : 0) }
  var groups: Int { (listed + Self.groupSize - 1) / Self.groupSize }
  /// Whether the last group that was decoded ends where the content does.
  var isAtEnd: Bool { listed == 0 ? data == content.count : end == content.count }

  /// The whole content; or as much of it as the layout needs (``Layout/sizeMax``), where `size` says how much it is.
  init(_ content: [UInt8], size: Int? = nil) {
    self.content = content
    let size = size ?? content.count
    var cursor = ContentCursor(content)
    let form = cursor.byte() ?? 255
    let flags = cursor.byte() ?? 255
    let reserved = cursor.take(2)
    let listed = cursor.integer32() ?? 0
    self.form = form
    hasEmpty = flags & 1 != 0
    isQuoted = flags & 2 != 0
    self.listed = listed
    var isGood = form <= 2 && flags <= 3 && reserved?.allSatisfy { $0 == 0 } == true
    let groups = (listed + Self.groupSize - 1) / Self.groupSize
    var prefix = 0..<0
    var digits = 0
    switch form {
    case 0:
      table = Self.headSize
      data = table + 4 * groups
    case 2:
      let length = Int(cursor.byte() ?? 0)
      digits = Int(cursor.byte() ?? 0)
      isGood = isGood && cursor.skip(6) && (1...18).contains(digits)
      prefix = cursor.range(length) ?? 0..<0
      isGood = isGood && prefix.count == length
      table = Self.headSize + 8 + (length + 7) / 8 * 8
      data = table + 16 * groups
    default:
      table = Self.headSize
      data = table
      isGood = isGood && size == table + 16 * listed
    }
    self.prefix = prefix
    self.digits = digits
    // Every string takes at least a byte of the content, but for those that are differences of one.
    self.isGood = isGood && data <= size && listed <= size
  }

  /// The layout, to be kept without the bytes.
  var withoutContent: Layout {
    Layout(
      form: form, hasEmpty: hasEmpty, isQuoted: isQuoted, listed: listed, table: table, data: data,
      prefix: Array(content[prefix]), digits: digits)
  }

  /// Hands out the strings of a group; false where it does not decode.
  mutating func group(_ number: Int, _ body: (ArraySlice<UInt8>) -> Void) -> Bool {
    let count = min(Self.groupSize, listed - number * Self.groupSize)
    guard isGood, number >= 0, count > 0 else { return false }
    switch form {
    case 0: return textGroup(number, count, body)
    case 1: return uuidGroup(number, count, body)
    default: return numberedGroup(number, count, body)
    }
  }

  private mutating func textGroup(
    _ number: Int, _ count: Int, _ body: (ArraySlice<UInt8>) -> Void
  ) -> Bool {
    var head = ContentCursor(content, at: table + 4 * number)
    guard let offset = head.integer32(), offset <= content.count - data else { return false }
    var cursor = ContentCursor(content, at: data + offset)
    string.removeAll(keepingCapacity: true)
    if isQuoted { string.append(UInt8(ascii: "\"")) }
    let start = string.count
    for place in 0..<count {
      var shared = 0
      if place > 0 {
        guard let value = cursor.varint(), value <= string.count - start else { return false }
        shared = value
      }
      guard let length = cursor.varint(), let rest = cursor.take(length) else { return false }
      string.removeLast(string.count - start - shared)
      string += rest
      finish(body)
      if isQuoted { string.removeLast() }
    }
    end = cursor.offset
    return true
  }

  private mutating func uuidGroup(
    _ number: Int, _ count: Int, _ body: (ArraySlice<UInt8>) -> Void
  ) -> Bool {
    var cursor = ContentCursor(content, at: table + 16 * Self.groupSize * number)
    for _ in 0..<count {
      guard let high = cursor.integer64(), let low = cursor.integer64() else { return false }
      begin()
      IDForm.appendUUID(high.byteSwapped, low.byteSwapped, to: &string)
      finish(body)
    }
    end = cursor.offset
    return true
  }

  private mutating func numberedGroup(
    _ number: Int, _ count: Int, _ body: (ArraySlice<UInt8>) -> Void
  ) -> Bool {
    var head = ContentCursor(content, at: table + 16 * number)
    guard var value = head.integer64(), let offset = head.integer32(),
      offset <= content.count - data
    else { return false }
    let limit = (0..<digits).reduce(UInt64(1)) { product, _ in product * 10 }
    var cursor = ContentCursor(content, at: data + offset)
    begin()
    string += content[prefix]
    let start = string.count
    for place in 0..<count {
      if place > 0 {
        guard let difference = cursor.varint64(), difference > 0, difference < limit else {
          return false
        }
        value += difference
      }
      guard value < limit else { return false }
      string.removeLast(string.count - start)
      string.appendDecimal(value, width: digits)
      finish(body)
    }
    end = cursor.offset
    return true
  }

  private mutating func begin() {
    string.removeAll(keepingCapacity: true)
    if isQuoted { string.append(UInt8(ascii: "\"")) }
  }

  private mutating func finish(_ body: (ArraySlice<UInt8>) -> Void) {
    if isQuoted { string.append(UInt8(ascii: "\"")) }
    body(string[...])
  }
}
