internal import Disk
internal import JSONBytes

/// A large dictionary that is looked up through its pages: the first string of every group is kept, the group that is
/// meant is read.
struct PagedDictionary: Sendable {
  private let chunk: PagedChunk
  private let segment: SegmentFile

  init(_ chunk: PagedChunk, _ segment: SegmentFile) {
    self.chunk = chunk
    self.segment = segment
  }

  /// The string with this number.
  func string(_ id: Int) throws(ReadError) -> [UInt8] {
    let heads = try heads()
    guard id >= 0, id < heads.decoder.count else { throw broken }
    if heads.decoder.hasEmpty, id == 0 { return [] }
    let place = id - (heads.decoder.hasEmpty ? 1 : 0)
    var found: [UInt8]?
    var number = 0
    try group(place / DictionaryDecoder.groupSize, heads) { string in
      if number == place % DictionaryDecoder.groupSize { found = Array(string) }
      number += 1
    }
    guard let found else { throw broken }
    return found
  }

  /// The number of a string; nil where it is not here.
  func id(of string: ArraySlice<UInt8>) throws(ReadError) -> Int? {
    let heads = try heads()
    let shift = heads.decoder.hasEmpty ? 1 : 0
    if string.isEmpty { return shift == 1 ? 0 : nil }
    if !heads.numbers.isEmpty { return try number(of: string, heads).map { $0 + shift } }
    // The last group whose first string is not behind the one that is sought.
    var low = 0
    var high = heads.first.count
    while low < high {
      let middle = (low + high) / 2
      if string.lexicographicallyPrecedes(heads.first[middle]) {
        high = middle
      } else {
        low = middle + 1
      }
    }
    guard low > 0 else { return nil }
    let number = low - 1
    var place = number * DictionaryDecoder.groupSize
    var found: Int?
    try group(number, heads) { candidate in
      if candidate.elementsEqual(string) { found = place + shift }
      place += 1
    }
    return found
  }

  /// Where all strings are one prefix and a number, numbers are compared and no string is made.
  private func number(
    of string: ArraySlice<UInt8>, _ heads: DictionaryHeads
  ) throws(ReadError) -> Int? {
    let layout = heads.decoder
    var text = string
    if layout.isQuoted {
      guard text.count >= 2, text.first == UInt8(ascii: "\""), text.last == UInt8(ascii: "\"")
      else { return nil }
      text = text.dropFirst().dropLast()
    }
    guard text.count == layout.prefix.count + layout.digits, text.starts(with: layout.prefix) else {
      return nil
    }
    var wanted: UInt64 = 0
    for digit in text.dropFirst(layout.prefix.count) {
      guard (0x30...0x39).contains(digit) else { return nil }
      wanted = wanted * 10 + UInt64(digit - 0x30)
    }
    var low = 0
    var high = heads.numbers.count
    while low < high {
      let middle = (low + high) / 2
      if wanted < heads.numbers[middle] { high = middle } else { low = middle + 1 }
    }
    guard low > 0 else { return nil }
    let group = low - 1
    let entry = layout.table + layout.entrySize * group
    let start = layout.data + Int(try chunk.integer(at: entry + 8, byteCount: 4))
    let count = min(
      DictionaryDecoder.groupSize, layout.listed - group * DictionaryDecoder.groupSize)
    let end = min(Int(chunk.header.rawSize), start + 10 * (count - 1))
    guard start <= end else { throw broken }
    var cursor = ContentCursor(try chunk.bytes(start..<end))
    var value = heads.numbers[group]
    for place in 0..<count {
      if place > 0 {
        guard let difference = cursor.varint64() else { throw broken }
        value = value &+ difference
      }
      if value == wanted { return group * DictionaryDecoder.groupSize + place }
      if value > wanted { return nil }
    }
    return nil
  }

  private var broken: ReadError { segment.damage(chunk.place, "the dictionary does not decode") }

  private func heads() throws(ReadError) -> DictionaryHeads {
    if let known = segment.caches.heads(segment.number, chunk.place.offset) { return known }
    // Once: the whole content, of which only the groups' first strings are kept.
    var decoder = DictionaryDecoder(try segment.content(chunk.place).bytes)
    guard decoder.isGood, decoder.count == Int(chunk.header.count) else { throw broken }
    var first: [[UInt8]] = []
    for number in 0..<decoder.groups {
      var head: [UInt8]?
      guard decoder.group(number, { if head == nil { head = Array($0) } }), let head else {
        throw broken
      }
      first.append(head)
    }
    let layout = decoder.withoutContent
    let numbers =
      layout.form == 2
      ? first.map { head in
        head.filter { $0 != UInt8(ascii: "\"") }.suffix(layout.digits).reduce(UInt64(0)) {
          $0 * 10 + UInt64($1 - 0x30)
        }
      } : []
    let heads = DictionaryHeads(decoder: layout, first: StringTable(first), numbers: numbers)
    segment.caches.keep(heads, segment.number, chunk.place.offset)
    return heads
  }

  private func group(
    _ number: Int, _ heads: DictionaryHeads, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(ReadError) {
    let layout = heads.decoder
    let entry = layout.entrySize
    var start = layout.data
    var end = Int(chunk.header.rawSize)
    var head: [UInt8] = []
    if entry > 0 {
      // The group's own entry, and the next one's for where it ends.
      let isLast = number + 1 == layout.groups
      head = try chunk.bytes(
        layout.table + entry * number..<layout.table + entry * (number + (isLast ? 1 : 2)))
      let own = layout.offset(in: head, 0)
      if !isLast { end = layout.data + layout.offset(in: head, 1) }
      start = layout.data + own
    } else {
      start = layout.table + 16 * DictionaryDecoder.groupSize * number
      end = min(end, start + 16 * DictionaryDecoder.groupSize)
    }
    guard start <= end else { throw broken }
    let bytes = try chunk.bytes(start..<end)
    guard layout.group(number, head: head, bytes, body) else { throw broken }
  }
}

/// What is kept of a dictionary that is read page by page.
final class DictionaryHeads: Sendable {
  let decoder: DictionaryDecoder.Layout
  let first: StringTable
  /// The numbers of the groups' first strings, where strings are numbered.
  let numbers: [UInt64]

  init(decoder: DictionaryDecoder.Layout, first: StringTable, numbers: [UInt64]) {
    self.decoder = decoder
    self.first = first
    self.numbers = numbers
  }
}

extension DictionaryDecoder {
  /// How a dictionary is laid out, without its bytes.
  struct Layout: Sendable {
    let form: UInt8
    let hasEmpty: Bool
    let isQuoted: Bool
    let listed: Int
    let table: Int
    let data: Int
    let prefix: [UInt8]
    let digits: Int

    var count: Int { listed + (hasEmpty ? 1 : 0) }
    var groups: Int { (listed + DictionaryDecoder.groupSize - 1) / DictionaryDecoder.groupSize }
    /// Bytes of a group's entry in the table; 0 where there is none.
    var entrySize: Int { form == 0 ? 4 : form == 2 ? 16 : 0 }

    /// Where the group of an entry begins, counted from the first group.
    func offset(in head: [UInt8], _ number: Int) -> Int {
      var cursor = ContentCursor(head, at: entrySize * number + (form == 2 ? 8 : 0))
      return cursor.integer32() ?? 0
    }

    /// Hands out the strings of a group whose bytes are `bytes` and whose entry is the first of `head`; false where
    /// they do not decode.
    func group(
      _ number: Int, head: [UInt8], _ bytes: [UInt8], _ body: (ArraySlice<UInt8>) -> Void
    ) -> Bool {
      let count = min(DictionaryDecoder.groupSize, listed - number * DictionaryDecoder.groupSize)
      guard count > 0 else { return false }
      // The same as a dictionary of one group.
      var content: [UInt8] = [form, isQuoted ? 2 : 0, 0, 0]
      content.appendInteger(UInt32(count))
      switch form {
      case 0: content.appendInteger(UInt32(0))
      case 2:
        content.append(UInt8(prefix.count))
        content.append(UInt8(digits))
        content.appendZeros(6)
        content += prefix
        content.appendZeros((8 - prefix.count % 8) % 8)
        content += head.prefix(8)
        content.appendZeros(8)
      default: break
      }
      content += bytes
      var decoder = DictionaryDecoder(content)
      return decoder.isGood && decoder.group(0, body) && decoder.isAtEnd
    }
  }
}
