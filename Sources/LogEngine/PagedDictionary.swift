internal import Disk
internal import JSONBytes

/// A large dictionary that is looked up through its pages: the first string of every group is kept, the group that is
/// meant is read.
struct PagedDictionary {
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
    let heads = DictionaryHeads(decoder: decoder.withoutContent, first: StringTable(first))
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

  init(decoder: DictionaryDecoder.Layout, first: StringTable) {
    self.decoder = decoder
    self.first = first
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
