internal import Disk
internal import JSONBytes

/// A large dictionary that is looked up through its pages. Nothing of it is kept but how it is laid out: the pages that
/// a search meets first are those that every search meets, and stay in the caches.
final class PagedDictionary: Sendable {
  private let chunk: PagedChunk
  /// It holds what holds this.
  private unowned let segment: SegmentFile
  private let layout: DictionaryDecoder.Layout
  /// Of strings that are a prefix and a number: the first number, and that of the last group. Where to search first.
  private let numbers: ClosedRange<UInt64>

  init(_ chunk: PagedChunk, _ segment: SegmentFile) throws(ReadError) {
    self.chunk = chunk
    self.segment = segment
    let head = try chunk.bytes(0..<min(chunk.size, DictionaryDecoder.Layout.sizeMax))
    let decoder = DictionaryDecoder(head, size: chunk.size)
    guard decoder.isGood, decoder.count == chunk.count else {
      throw segment.damage(chunk.place, "the dictionary does not decode")
    }
    layout = decoder.withoutContent
    numbers = try Self.numbers(layout, chunk)
  }

  private static func numbers(
    _ layout: DictionaryDecoder.Layout, _ chunk: PagedChunk
  ) throws(ReadError) -> ClosedRange<UInt64> {
    guard layout.form == 2, layout.groups > 0 else { return 0...0 }
    func first(_ group: Int) throws(ReadError) -> UInt64 {
      try chunk.integer(at: layout.table + layout.entrySize * group, byteCount: 8)
    }
    let least = try first(0)
    return least...max(least, try first(layout.groups - 1))
  }

  private var broken: ReadError { segment.damage(chunk.place, "the dictionary does not decode") }

  // MARK: Strings by number

  /// Appends the string with this number.
  func append(_ id: Int, to output: inout [UInt8]) throws(ReadError) {
    guard id >= 0, id < layout.count else { throw broken }
    if layout.hasEmpty, id == 0 { return }
    let place = id - (layout.hasEmpty ? 1 : 0)
    let number = place / DictionaryDecoder.groupSize
    if layout.form == 2 {
      var value = try firstNumber(number)
      try differences(number, from: value) { other, found in
        if other == place % DictionaryDecoder.groupSize { value = found }
        return other < place % DictionaryDecoder.groupSize
      }
      if layout.isQuoted { output.append(UInt8(ascii: "\"")) }
      output += layout.prefix
      output.appendDecimal(value, width: layout.digits)
      if layout.isQuoted { output.append(UInt8(ascii: "\"")) }
      return
    }
    if layout.isQuoted { output.append(UInt8(ascii: "\"")) }
    if layout.form == 1 {
      let start = layout.table + 16 * place
      let high = try chunk.integer(at: start, byteCount: 8).byteSwapped
      let low = try chunk.integer(at: start + 8, byteCount: 8).byteSwapped
      IDForm.appendUUID(high, low, to: &output)
    } else {
      try appendText(place % DictionaryDecoder.groupSize, ofGroup: number, to: &output)
    }
    if layout.isQuoted { output.append(UInt8(ascii: "\"")) }
  }

  /// Appends a text of a group, without its quotes. Each byte is copied once: those before it are gone through for
  /// where its bytes stand, those behind it are not looked at.
  private func appendText(
    _ wanted: Int, ofGroup number: Int, to output: inout [UInt8]
  ) throws(ReadError) {
    let entry = layout.table + layout.entrySize * number
    let start = layout.data + Int(try chunk.integer(at: entry, byteCount: 4))
    let isLast = number + 1 == layout.groups
    let end =
      isLast
      ? chunk.size
      : layout.data + Int(try chunk.integer(at: entry + layout.entrySize, byteCount: 4))
    guard start <= end else { throw broken }
    var cursor = ContentCursor(try chunk.bytes(start..<end))
    // Of each text what it shares with the one before, and where the rest of it begins.
    var kept = InlineArray<64, UInt32>(repeating: 0)
    var starts = InlineArray<64, UInt32>(repeating: 0)
    precondition(wanted < kept.count, "a group has no more texts")
    var length = 0
    for place in 0...wanted {
      var shared = 0
      if place > 0 {
        guard let value = cursor.varint(), value <= length else { throw broken }
        shared = value
      }
      guard let count = cursor.varint(), let rest = cursor.range(count),
        shared + count <= Limits.entrySizeMax
      else { throw broken }
      kept[place] = UInt32(shared)
      starts[place] = UInt32(rest.lowerBound)
      length = shared + count
    }
    // From its end to its beginning: the pieces that each text gave, from the last one back.
    var pieces = InlineArray<64, UInt32>(repeating: 0)
    var ends = InlineArray<64, UInt32>(repeating: 0)
    var count = 0
    for place in (0...wanted).reversed() where Int(kept[place]) < length {
      pieces[count] = starts[place]
      ends[count] = starts[place] + UInt32(length) - kept[place]
      count += 1
      length = Int(kept[place])
      if length == 0 { break }
    }
    for piece in (0..<count).reversed() {
      output.append(cursor.bytes, from: Int(pieces[piece]), to: Int(ends[piece]))
    }
  }

  // MARK: Numbers by string

  /// The number of a string; nil where it is not here.
  func id(of string: ArraySlice<UInt8>) throws(ReadError) -> Int? {
    let shift = layout.hasEmpty ? 1 : 0
    if string.isEmpty { return shift == 1 ? 0 : nil }
    if layout.form == 2 { return try number(of: string).map { $0 + shift } }
    if layout.form == 1 { return try uuid(string).map { $0 + shift } }
    let low = try Ascending.countUpTo(of: layout.groups, from: layout.groups / 2) {
      group throws(ReadError) in
      let first = try first(group)
      return !string.lexicographicallyPrecedes(first)
    }
    guard low > 0 else { return nil }
    var place = (low - 1) * DictionaryDecoder.groupSize
    var found: Int?
    try group(low - 1) { candidate in
      if candidate.elementsEqual(string) { found = place + shift }
      place += 1
    }
    return found
  }

  /// Where all strings are UUIDs, their two halves are compared.
  private func uuid(_ string: ArraySlice<UInt8>) throws(ReadError) -> Int? {
    var text = Array(string)
    if layout.isQuoted {
      guard let inner = Self.unquoted(string) else { return nil }
      text = Array(inner)
    }
    guard let (high, low) = IDForm.uuid(text, 0..<text.count) else { return nil }
    func halves(_ place: Int) throws(ReadError) -> (UInt64, UInt64) {
      let start = layout.table + 16 * place
      return (
        try chunk.integer(at: start, byteCount: 8).byteSwapped,
        try chunk.integer(at: start + 8, byteCount: 8).byteSwapped
      )
    }
    let guess = Ascending.guess(high, in: 0...UInt64.max, of: layout.listed)
    let behind = try Ascending.countUpTo(of: layout.listed, from: guess) {
      place throws(ReadError) in
      try halves(place) <= (high, low)
    }
    guard behind > 0, try halves(behind - 1) == (high, low) else { return nil }
    return behind - 1
  }

  private static func unquoted(_ string: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let quote = UInt8(ascii: "\"")
    guard string.count >= 2, string.first == quote, string.last == quote else { return nil }
    return string.dropFirst().dropLast()
  }

  /// Where all strings are one prefix and a number, numbers are compared and no string is made.
  private func number(of string: ArraySlice<UInt8>) throws(ReadError) -> Int? {
    var text = string
    if layout.isQuoted {
      guard let inner = Self.unquoted(string) else { return nil }
      text = inner
    }
    guard text.count == layout.prefix.count + layout.digits, text.starts(with: layout.prefix) else {
      return nil
    }
    var wanted: UInt64 = 0
    for digit in text.dropFirst(layout.prefix.count) {
      guard (0x30...0x39).contains(digit) else { return nil }
      wanted = wanted * 10 + UInt64(digit - 0x30)
    }
    let low = try Ascending.countUpTo(
      of: layout.groups, from: Ascending.guess(wanted, in: numbers, of: layout.groups)
    ) { group throws(ReadError) in try firstNumber(group) <= wanted }
    guard low > 0 else { return nil }
    let first = try firstNumber(low - 1)
    if first == wanted { return (low - 1) * DictionaryDecoder.groupSize }
    var found: Int?
    try differences(low - 1, from: first) { place, value in
      if value == wanted { found = (low - 1) * DictionaryDecoder.groupSize + place }
      return value < wanted
    }
    return found
  }

  // MARK: Groups

  /// The first number of a group of numbered strings.
  private func firstNumber(_ number: Int) throws(ReadError) -> UInt64 {
    try chunk.integer(at: layout.table + layout.entrySize * number, byteCount: 8)
  }

  /// Hands out the numbers of a group behind its first one, with their places in it, while `body` wants more.
  private func differences(
    _ number: Int, from first: UInt64, _ body: (_ place: Int, _ value: UInt64) -> Bool
  ) throws(ReadError) {
    let entry = layout.table + layout.entrySize * number
    let start = layout.data + Int(try chunk.integer(at: entry + 8, byteCount: 4))
    let count = min(
      DictionaryDecoder.groupSize, layout.listed - number * DictionaryDecoder.groupSize)
    let end =
      number + 1 == layout.groups
      ? min(chunk.size, start + 10 * (count - 1))
      : layout.data + Int(try chunk.integer(at: entry + layout.entrySize + 8, byteCount: 4))
    guard start <= end else { throw broken }
    var cursor = ContentCursor(try chunk.bytes(start..<end))
    var value = first
    for place in 1..<max(1, count) {
      guard let difference = cursor.varint64() else { throw broken }
      value = value &+ difference
      if !body(place, value) { return }
    }
  }

  /// The first string of a group.
  private func first(_ number: Int) throws(ReadError) -> [UInt8] {
    var first: [UInt8] = layout.isQuoted ? [UInt8(ascii: "\"")] : []
    if layout.form == 0 {
      let start =
        layout.data
        + Int(try chunk.integer(at: layout.table + layout.entrySize * number, byteCount: 4))
      guard start <= chunk.size else { throw broken }
      var cursor = ContentCursor(try chunk.bytes(start..<min(chunk.size, start + 10)))
      guard let length = cursor.varint(), length <= chunk.size else { throw broken }
      try chunk.append(start + cursor.offset..<start + cursor.offset + length, to: &first)
    } else {
      let start = layout.table + 16 * DictionaryDecoder.groupSize * number
      let high = try chunk.integer(at: start, byteCount: 8).byteSwapped
      let low = try chunk.integer(at: start + 8, byteCount: 8).byteSwapped
      IDForm.appendUUID(high, low, to: &first)
    }
    if layout.isQuoted { first.append(UInt8(ascii: "\"")) }
    return first
  }

  /// Hands out the strings of a group.
  private func group(
    _ number: Int, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(ReadError) {
    let entry = layout.entrySize
    var start = layout.data
    var end = chunk.size
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

extension DictionaryDecoder {
  /// How a dictionary is laid out, without its bytes.
  struct Layout: Sendable {
    /// Bytes at the content's start that tell the layout of any dictionary: its prefix has 255 at most.
    static let sizeMax = 16 + 256

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
