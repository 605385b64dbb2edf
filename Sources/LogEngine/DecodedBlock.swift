internal import Disk
internal import Disk
internal import JSONBytes

/// What a scan asks of a segment's blocks: everything else is neither read nor decompressed.
package struct ScanColumns: OptionSet, Hashable, Sendable {
  package let rawValue: Int

  /// From its bits.
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// `source`, `dataschema` and the further attributes.
  package static let attributes = ScanColumns(rawValue: 1)
  /// `id`.
  package static let ids = ScanColumns(rawValue: 2)
  /// `recordedtime`.
  package static let recorded = ScanColumns(rawValue: 4)
  /// `time`.
  package static let times = ScanColumns(rawValue: 8)
  /// `subject` and `revision`.
  package static let customers = ScanColumns(rawValue: 16)
  /// `data`, as value columns or text.
  package static let data = ScanColumns(rawValue: 32)
  /// `dataschema` alone, without what ``attributes`` costs; with the entries that are kept whole.
  package static let schemas = ScanColumns(rawValue: 64)
  package static let all: ScanColumns = [
    .attributes, .ids, .recorded, .times, .customers, .data, .schemas,
  ]
}

/// The columns of one block in memory. Ids are those of the segment's dictionaries.
final class DecodedBlock: Sendable {
  /// Rows of the segment.
  let rows: Range<Int>
  /// Type ids.
  let types: [UInt32]
  /// Empty where they were not asked for.
  let sources: [UInt32]
  let schemas: [UInt32]
  let attributes: [[UInt32]]
  let ids: IDColumn
  /// Microseconds since 1970.
  let recorded: [Int64]
  let times: [Int64]
  /// For each type its data; nil where the block has none of it, or it was not asked for.
  let data: [TypeData?]
  /// Entries that are kept whole, by row within the block.
  let exceptions: [Int: Range<Int>]
  let exceptionBytes: [UInt8]

  init(
    rows: Range<Int>, types: [UInt32], sources: [UInt32], schemas: [UInt32],
    attributes: [[UInt32]], ids: IDColumn, recorded: [Int64], times: [Int64], data: [TypeData?],
    exceptions: [Int: Range<Int>], exceptionBytes: [UInt8]
  ) {
    self.rows = rows
    self.types = types
    self.sources = sources
    self.schemas = schemas
    self.attributes = attributes
    self.ids = ids
    self.recorded = recorded
    self.times = times
    self.data = data
    self.exceptions = exceptions
    self.exceptionBytes = exceptionBytes
  }
}

/// Ids of events: 16 bytes where they are UUIDs or ULIDs, else text.
package struct IDColumn: Sendable {
  /// The content of the chunk; empty where ids were not asked for.
  let bytes: [UInt8]
  /// 1 all UUIDs, 2 all ULIDs, 0 mixed.
  let form: UInt8
  /// Of mixed ids: each row's form, and its place among those of its kind.
  let forms: [UInt8]
  let places: [UInt32]
  /// Where the 16-byte ids begin.
  let wide: Int
  /// Where each text ends, and where all begin.
  let textEnds: [UInt32]
  let texts: Int

  static let none = IDColumn(
    bytes: [], form: 1, forms: [], places: [], wide: 0, textEnds: [], texts: 0)

  private init(
    bytes: [UInt8], form: UInt8, forms: [UInt8], places: [UInt32], wide: Int, textEnds: [UInt32],
    texts: Int
  ) {
    self.bytes = bytes
    self.form = form
    self.forms = forms
    self.places = places
    self.wide = wide
    self.textEnds = textEnds
    self.texts = texts
  }

  static let headSize = 16

  /// Nil where the content is not the ids of `count` rows.
  init?(_ bytes: [UInt8], count: Int) {
    var cursor = ContentCursor(bytes)
    guard let form = cursor.byte(), form <= 2, cursor.take(3)?.allSatisfy({ $0 == 0 }) == true,
      let wideCount = cursor.integer32(), let textCount = cursor.integer32(),
      cursor.integer32() == 0, wideCount + textCount == count
    else { return nil }
    if form != 0 {
      guard textCount == 0, bytes.count == Self.headSize + 16 * count else { return nil }
      self.init(
        bytes: bytes, form: form, forms: [], places: [], wide: Self.headSize, textEnds: [],
        texts: 0)
      return
    }
    let packed = Self.headSize..<Self.headSize + (2 * count + 7) / 8
    guard
      let codes = Columns.unpacked(
        bytes, in: packed.clamped(to: 0..<bytes.count), count: count, width: 2)
    else { return nil }
    var forms: [UInt8] = []
    var places: [UInt32] = []
    var wides: UInt32 = 0
    var texts: UInt32 = 0
    for code in codes {
      guard code <= 2 else { return nil }
      forms.append(UInt8(code))
      places.append(code == 0 ? texts : wides)
      if code == 0 { texts += 1 } else { wides += 1 }
    }
    let wide = (packed.upperBound + 15) / 16 * 16
    guard Int(texts) == textCount, wide + 16 * wideCount <= bytes.count,
      bytes[packed.upperBound..<wide].allSatisfy({ $0 == 0 })
    else { return nil }
    var ends: [UInt32] = []
    var start = wide + 16 * wideCount
    if textCount > 0 {
      guard let (lengths, end) = LengthColumn.ends(bytes, at: start, count: textCount) else {
        return nil
      }
      ends = lengths
      start = end
    }
    guard start + Int(ends.last ?? 0) == bytes.count else { return nil }
    self.init(
      bytes: bytes, form: 0, forms: forms, places: places, wide: wide, textEnds: ends,
      texts: start)
  }

  /// The two halves of the id of a row within the block, the first byte in the highest place; nil for a text.
  package func halves(_ row: Int) -> (high: UInt64, low: UInt64)? {
    var place = row
    if form == 0 {
      guard forms[row] != 0 else { return nil }
      place = Int(places[row])
    }
    let offset = wide + 16 * place
    precondition(offset >= 0 && offset + 16 <= bytes.count, "a row of the block")
    // Safe: both words lie within the bytes.
    return unsafe bytes.withUnsafeBytes { buffer in
      let high = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let low = unsafe buffer.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
      return (UInt64(bigEndian: high), UInt64(bigEndian: low))
    }
  }

  /// Appends the text of the id of a row within the block.
  func append(_ row: Int, to output: inout [UInt8]) {
    if let (high, low) = halves(row) {
      if (form == 0 ? forms[row] : form) == IDForm.uuidForm {
        IDForm.appendUUID(high, low, to: &output)
      } else {
        IDForm.appendULID(high, low, to: &output)
      }
      return
    }
    let place = Int(places[row])
    let start = place == 0 ? 0 : Int(textEnds[place - 1])
    output += bytes[texts + start..<texts + Int(textEnds[place])]
  }

  /// Whether a text could hold what JSON escapes.
  func isText(_ row: Int) -> Bool { form == 0 && forms[row] == IDForm.text }
}

extension IDForm {
  /// Appends the 36 characters of a UUID of any version, lower case.
  static func appendUUID(_ high: UInt64, _ low: UInt64, to output: inout [UInt8]) {
    let hyphen = UInt64(UInt8(ascii: "-"))
    let one = digits(UInt32(truncatingIfNeeded: high >> 32))
    let two = digits(UInt32(truncatingIfNeeded: high))
    let three = digits(UInt32(truncatingIfNeeded: low >> 32))
    let four = digits(UInt32(truncatingIfNeeded: low))
    let text = (
      one.bigEndian,
      (hyphen << 56 | (two >> 32) << 24 | hyphen << 16 | two >> 16 & 0xFFFF).bigEndian,
      (two << 48 | hyphen << 40 | (three >> 32) << 8 | hyphen).bigEndian,
      (three << 32 | four >> 32).bigEndian
    )
    let end = UInt32(truncatingIfNeeded: four).bigEndian
    // Safe: both are locals, and are copied before the closures end.
    unsafe withUnsafeBytes(of: text) { unsafe output.append(contentsOf: $0) }
    unsafe withUnsafeBytes(of: end) { unsafe output.append(contentsOf: $0) }
  }

  /// Eight hexadecimal digits, the first in the highest byte: all at once.
  private static func digits(_ value: UInt32) -> UInt64 {
    var digits = UInt64(value)
    digits = (digits << 16 | digits) & 0x0000_FFFF_0000_FFFF
    digits = (digits << 8 | digits) & 0x00FF_00FF_00FF_00FF
    digits = (digits << 4 | digits) & 0x0F0F_0F0F_0F0F_0F0F
    // One for each digit that is a letter, which lies 0x27 behind.
    let letters = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
    return digits + 0x3030_3030_3030_3030 + letters * 0x27
  }

  /// Appends the 26 characters of a ULID.
  static func appendULID(_ high: UInt64, _ low: UInt64, to output: inout [UInt8]) {
    for place in 0..<26 {
      let shift = 125 - 5 * place
      let digit =
        shift >= 64
        ? high >> UInt64(shift - 64)
        : shift == 0 ? low : high << UInt64(64 - shift) | low >> UInt64(shift)
      output.append(crockford[Int(digit & 31)])
    }
  }
}

/// Lengths(n) of docs/format.md.
enum LengthColumn {
  /// Where each of `count` values ends, counted from the first one's start, and the offset behind the lengths. Nil
  /// where they do not decode, or the places in front are not theirs.
  static func ends(_ bytes: [UInt8], at offset: Int, count: Int) -> (ends: [UInt32], end: Int)? {
    var cursor = ContentCursor(bytes, at: offset)
    guard let size = cursor.integer32() else { return nil }
    let groups = (count + 63) / 64
    let table = cursor.offset
    guard cursor.skip(8 * groups), size <= cursor.remaining else { return nil }
    let start = cursor.offset
    var stream = ContentCursor(bytes, at: start, end: start + size)
    var ends: [UInt32] = []
    ends.reserveCapacity(count)
    var sum = 0
    for number in 0..<count {
      if number % 64 == 0 {
        var entry = ContentCursor(bytes, at: table + number / 64 * 8)
        guard entry.integer32() == stream.offset - start, entry.integer32() == sum else {
          return nil
        }
      }
      guard let length = stream.varint(), sum + length <= Int(UInt32.max) else { return nil }
      sum += length
      ends.append(UInt32(sum))
    }
    return stream.isAtEnd ? (ends, start + size) : nil
  }
}

/// Times(n) of docs/format.md.
enum TimeColumn {
  static let groupSize = 128
  static let headSize = 16
  static let entrySize = 16

  /// All times; nil where they do not decode.
  static func times(_ bytes: [UInt8], count: Int) -> [Int64]? {
    var cursor = ContentCursor(bytes)
    guard let unit = cursor.integer64(), [1, 1_000, 1_000_000].contains(unit),
      cursor.integer64() == 0
    else { return nil }
    let groups = (count + groupSize - 1) / groupSize
    let data = headSize + entrySize * groups
    guard data <= bytes.count else { return nil }
    var times: [Int64] = []
    times.reserveCapacity(count)
    var end = data
    for group in 0..<groups {
      guard let base = cursor.integer64(), let offset = cursor.integer32(),
        let width = cursor.byte(), cursor.take(3)?.allSatisfy({ $0 == 0 }) == true,
        data + offset == end
      else { return nil }
      let size = min(groupSize, count - group * groupSize)
      end += (size * Int(width) + 7) / 8
      guard end <= bytes.count,
        let values = Columns.unpacked(
          bytes, in: data + offset..<end, count: size, width: Int(width),
          base: Int64(bitPattern: base), unit: Int64(unit))
      else { return nil }
      times += values
    }
    return end == bytes.count ? times : nil
  }
}
