internal import JSONBytes
internal import Disk

/// The `data` of one type in one block: texts, or value columns (docs/format.md, section 7.7).
enum TypeData: Sendable {
  /// All texts, and where each ends.
  case texts(bytes: [UInt8], ends: [UInt32])
  case columns(ValueColumns)

  /// Rows of the type.
  var count: Int {
    switch self {
    case .texts(_, let ends): ends.count
    case .columns(let columns): columns.count
    }
  }
}

/// Shapes, and a column of values for each field.
package struct ValueColumns: Sendable {
  /// A text with holes.
  struct Shape: Sendable {
    /// The texts before the holes, and the one behind the last.
    var texts: [[UInt8]]
    /// For each hole its field.
    var fields: [Int]
  }

  /// Rows of the type in this block.
  package let count: Int
  let shapes: [Shape]
  /// The shape of each row; empty where there is only one.
  let rowShapes: [UInt32]
  /// The fields' JSON Pointers, `-` in place of array indices, in the order of their bytes.
  package let paths: [String]
  /// For each field its values, in order of row and then of the text.
  package let fields: [FieldColumn]

  func shape(_ row: Int) -> Shape { shapes[rowShapes.isEmpty ? 0 : Int(rowShapes[row])] }

  /// Whether every row has one value of each field: then value *i* is that of row *i*.
  package var isFlat: Bool { shapes.count == 1 && shapes[0].fields.count == fields.count }
}

/// The values of one field.
package enum FieldColumn: Sendable {
  /// One value throughout, as JSON.
  case constant([UInt8])
  /// Integers.
  case integers([Int64])
  /// Strings of one prefix and a number.
  case numbered(prefix: [UInt8], [Int64])
  /// Numbers of strings; the strings are JSON.
  case dictionary([UInt32], DictionaryStrings)
  /// Strings that are UUIDs: 16 bytes each, from offset 16 on.
  case uuids([UInt8])
  /// JSON texts, and where each ends.
  case texts(bytes: [UInt8], ends: [UInt32])

  /// The strings of a field's dictionary.
  package struct DictionaryStrings: Sendable {
    let table: StringTable

    /// How many there are.
    package var count: Int { table.count }

    /// One as JSON.
    package subscript(_ id: Int) -> ArraySlice<UInt8> { table[id] }
  }

  /// Appends value `number` as JSON.
  func append(_ number: Int, to output: inout [UInt8]) {
    switch self {
    case .constant(let bytes): output += bytes
    case .integers(let values):
      let value = values[number]
      if value < 0 { output.append(UInt8(ascii: "-")) }
      output.appendDecimal(value.magnitude)
    case .numbered(let prefix, let values):
      output.append(UInt8(ascii: "\""))
      output += prefix
      output.appendDecimal(UInt64(bitPattern: values[number]))
      output.append(UInt8(ascii: "\""))
    case .dictionary(let ids, let strings): output += strings.table[Int(ids[number])]
    case .uuids(let bytes):
      var cursor = ContentCursor(bytes, at: 16 + 16 * number)
      let high = (cursor.integer64() ?? 0).byteSwapped
      let low = (cursor.integer64() ?? 0).byteSwapped
      output.append(UInt8(ascii: "\""))
      IDForm.appendUUID(high, low, to: &output)
      output.append(UInt8(ascii: "\""))
    case .texts(let bytes, let ends):
      output += bytes[(number == 0 ? 0 : Int(ends[number - 1]))..<Int(ends[number])]
    }
  }
}

/// The first 16 bytes of a value column.
struct ValueHead {
  var encoding: UInt8
  var width: Int
  var size: Int
  var base: Int64

  init?(_ bytes: [UInt8]) {
    var cursor = ContentCursor(bytes)
    guard let encoding = cursor.byte(), encoding <= 5, let width = cursor.byte(), width <= 64,
      cursor.take(2)?.allSatisfy({ $0 == 0 }) == true, let size = cursor.integer32(),
      let base = cursor.integer64()
    else { return nil }
    self.encoding = encoding
    self.width = Int(width)
    self.size = size
    self.base = Int64(bitPattern: base)
  }

  /// Where the packed numbers of a numbered text begin.
  var numbers: Int { ValueColumn.headSize + (size + 7) / 8 * 8 }
}

/// Decodes shapes and value columns from chunk contents.
enum ValueDecoder {
  /// Nil where the content is no kind 40.
  static func shapes(
    _ bytes: [UInt8]
  ) -> (shapes: [ValueColumns.Shape], paths: [String])? {
    var cursor = ContentCursor(bytes)
    guard let fieldCount = cursor.integer32(), fieldCount <= bytes.count,
      let shapeCount = cursor.integer32(), shapeCount >= 1, shapeCount <= bytes.count
    else { return nil }
    var paths: [String] = []
    for _ in 0..<fieldCount {
      guard let size = cursor.varint(), let text = cursor.take(size),
        let path = String(validating: text, as: UTF8.self)
      else { return nil }
      paths.append(path)
    }
    var shapes: [ValueColumns.Shape] = []
    for _ in 0..<shapeCount {
      guard let holes = cursor.varint(), holes <= cursor.remaining else { return nil }
      var shape = ValueColumns.Shape(texts: [], fields: [])
      for _ in 0..<holes {
        guard let size = cursor.varint(), let text = cursor.take(size), let field = cursor.varint(),
          field < fieldCount
        else { return nil }
        shape.texts.append(Array(text))
        shape.fields.append(field)
      }
      guard let size = cursor.varint(), let text = cursor.take(size) else { return nil }
      shape.texts.append(Array(text))
      shapes.append(shape)
    }
    return cursor.isAtEnd ? (shapes, paths) : nil
  }

  /// The shape of each of `count` rows, from kind 41; nil where it does not decode or counts wrongly.
  static func rowShapes(
    _ bytes: [UInt8], count: Int, _ shapes: [ValueColumns.Shape], fields: Int
  ) -> [UInt32]? {
    var cursor = ContentCursor(bytes)
    guard let width = cursor.byte(), width <= 32,
      cursor.take(3)?.allSatisfy({ $0 == 0 }) == true
    else { return nil }
    let groups = (count + 63) / 64
    let table = cursor.offset
    let (size, overflow) = (4 * groups).multipliedReportingOverflow(by: fields)
    guard !overflow, cursor.skip(size) else { return nil }
    let end = cursor.offset + (count * Int(width) + 7) / 8
    guard end == bytes.count,
      let values = Columns.unpacked(
        bytes, in: cursor.offset..<end, count: count, width: Int(width))
    else { return nil }
    var counts = Array(repeating: 0, count: fields)
    var ids: [UInt32] = []
    ids.reserveCapacity(count)
    for (row, value) in values.enumerated() {
      guard value < shapes.count else { return nil }
      if row % 64 == 0 {
        var entry = ContentCursor(bytes, at: table + row / 64 * 4 * fields)
        for field in 0..<fields where entry.integer32() != counts[field] { return nil }
      }
      for field in shapes[Int(value)].fields { counts[field] += 1 }
      ids.append(UInt32(value))
    }
    return ids
  }

  /// A field's values; `texts` and `dictionary` are the contents of kinds 43 and 44, where it has them.
  static func field(
    _ bytes: [UInt8], count: Int, texts: [UInt8]?, dictionary: StringTable?
  ) -> FieldColumn? {
    guard let head = ValueHead(bytes) else { return nil }
    let start = ValueColumn.headSize
    func packed(at offset: Int, base: Int64 = 0) -> [Int64]? {
      guard offset + (count * head.width + 7) / 8 == bytes.count else { return nil }
      return Columns.unpacked(
        bytes, in: offset..<bytes.count, count: count, width: head.width, base: base)
    }
    switch head.encoding {
    case 0:
      guard bytes.count == start + head.size else { return nil }
      return .constant(Array(bytes[start...]))
    case 1: return packed(at: start, base: head.base).map { .integers($0) }
    case 2:
      guard start + head.size <= bytes.count, head.numbers <= bytes.count,
        let values = packed(at: head.numbers, base: head.base)
      else { return nil }
      return .numbered(prefix: Array(bytes[start..<start + head.size]), values)
    case 3:
      guard let dictionary, dictionary.count == head.size, let ids = packed(at: start),
        ids.allSatisfy({ $0 >= 0 && $0 < dictionary.count })
      else { return nil }
      return .dictionary(
        ids.map { UInt32($0) }, FieldColumn.DictionaryStrings(table: dictionary))
    case 4: return bytes.count == start + 16 * count ? .uuids(bytes) : nil
    default:
      guard let (ends, end) = LengthColumn.ends(bytes, at: start, count: count),
        end == bytes.count, Int(ends.last ?? 0) == texts?.count ?? 0
      else { return nil }
      return .texts(bytes: texts ?? [], ends: ends)
    }
  }
}
