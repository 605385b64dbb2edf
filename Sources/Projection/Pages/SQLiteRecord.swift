// Rows in the record format of SQLite: https://www.sqlite.org/fileformat2.html, section 2.1.

/// Where the values of a row stand in its record: of a table WITHOUT ROWID the primary key comes first.
struct RecordLayout: Hashable, Sendable {
  /// The columns of the table by their places in the record.
  let columns: [Int]
  /// For each column its place in the record.
  let places: [Int]
  /// How many places, from the first, are the primary key.
  let keyCount: Int
  /// Whether the record has the columns in the order of the table.
  let isPlain: Bool

  /// `columns` has each column of the table once, those of the primary key first.
  init(columns: [Int], keyCount: Int) {
    self.columns = columns
    self.keyCount = keyCount
    var places = Array(repeating: 0, count: columns.count)
    for (place, column) in columns.enumerated() { places[column] = place }
    self.places = places
    isPlain = places == Array(places.indices)
  }
}

/// Numbers of one to nine bytes, the first byte the highest: section 1.6.
enum SQLiteVarint {
  @inline(__always)
  static func count(_ value: UInt64) -> Int {
    if value < 1 << 7 { return 1 }
    if value < 1 << 14 { return 2 }
    if value >= 1 << 56 { return 9 }
    return (63 - value.leadingZeroBitCount) / 7 + 1
  }

  /// Writes the number at `place` and moves on. There is room for nine bytes.
  @inline(__always)
  static func write(
    _ value: UInt64, to bytes: inout MutableSpan<UInt8>, at place: inout Int
  ) {
    if value < 1 << 7 {
      bytes[place] = UInt8(truncatingIfNeeded: value)
      place += 1
      return
    }
    let count = count(value)
    var rest = value
    var last = place + count - 1
    if count == 9 {
      bytes[last] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
      last -= 1
    }
    var mark: UInt8 = count == 9 ? 0x80 : 0
    while last >= place {
      bytes[last] = UInt8(truncatingIfNeeded: rest & 0x7F) | mark
      rest >>= 7
      mark = 0x80
      last -= 1
    }
    place += count
  }

  /// Reads the number at `place` and moves on.
  @inline(__always)
  static func read(_ bytes: borrowing Span<UInt8>, at place: inout Int) -> UInt64 {
    var value: UInt64 = 0
    for count in 1...9 {
      let byte = bytes[place]
      place += 1
      if count == 9 { return value << 8 | UInt64(byte) }
      value = value << 7 | UInt64(byte & 0x7F)
      if byte < 0x80 { break }
    }
    return value
  }
}

/// What a record says of one value in front of all values.
enum SerialType {
  static let null: UInt64 = 0
  static let zero: UInt64 = 8
  static let one: UInt64 = 9

  /// The shortest type that holds the number.
  @inline(__always)
  static func of(_ value: Int64) -> UInt64 {
    if value == 0 { return zero }
    if value == 1 { return one }
    let size = value < 0 ? ~value : value
    if size < 1 << 7 { return 1 }
    if size < 1 << 15 { return 2 }
    if size < 1 << 23 { return 3 }
    if size < 1 << 31 { return 4 }
    if size < 1 << 47 { return 5 }
    return 6
  }

  static func ofText(count: Int) -> UInt64 { UInt64(count) * 2 + 13 }

  /// How many bytes the value takes.
  @inline(__always)
  static func size(_ type: UInt64) -> Int {
    switch type {
    case 0, 8, 9: 0
    case 1...4: Int(type)
    case 5: 6
    case 6, 7: 8
    default: Int(type - 12) / 2
    }
  }

  static func isText(_ type: UInt64) -> Bool { type >= 13 && type & 1 == 1 }

  /// The whole number that stands at `place`.
  @inline(__always)
  static func integer(_ type: UInt64, _ bytes: borrowing Span<UInt8>, at place: Int) -> Int64 {
    if type == zero { return 0 }
    if type == one { return 1 }
    let size = size(type)
    var value = Int64(Int8(bitPattern: bytes[place]))
    for next in 1..<max(1, size) { value = value << 8 | Int64(bytes[place + next]) }
    return value
  }
}

/// Reads the values of one record, in its order.
struct RecordReader {
  private var head: Int
  private var body: Int

  /// The record that begins at `start`.
  @inline(__always)
  init(_ bytes: borrowing Span<UInt8>, at start: Int) {
    head = start
    body = start + Int(SQLiteVarint.read(bytes, at: &head))
  }

  /// The type of the next value, and where it begins.
  @inline(__always)
  mutating func next(_ bytes: borrowing Span<UInt8>) -> (type: UInt64, start: Int) {
    let type = SQLiteVarint.read(bytes, at: &head)
    let start = body
    body += SerialType.size(type)
    return (type, start)
  }
}

enum RecordOrder {
  /// How the primary keys of two records compare, as SQLite compares them: less than, equal to or greater than zero.
  static func compare(
    _ one: borrowing Span<UInt8>, _ first: Int, _ other: borrowing Span<UInt8>, _ second: Int,
    keyCount: Int
  ) -> Int {
    var left = RecordReader(one, at: first)
    var right = RecordReader(other, at: second)
    for _ in 0..<keyCount {
      let (type, start) = left.next(one)
      let (otherType, otherStart) = right.next(other)
      let isText = SerialType.isText(type)
      guard isText == SerialType.isText(otherType) else { return isText ? 1 : -1 }
      if isText {
        let (size, otherSize) = (SerialType.size(type), SerialType.size(otherType))
        for index in 0..<min(size, otherSize) where one[start + index] != other[otherStart + index]
        {
          return one[start + index] < other[otherStart + index] ? -1 : 1
        }
        if size != otherSize { return size < otherSize ? -1 : 1 }
      } else {
        // NULL comes first. A primary key of a table WITHOUT ROWID never has one.
        if type == SerialType.null || otherType == SerialType.null {
          if type == otherType { continue }
          return type == SerialType.null ? -1 : 1
        }
        let value = SerialType.integer(type, one, at: start)
        let otherValue = SerialType.integer(otherType, other, at: otherStart)
        if value != otherValue { return value < otherValue ? -1 : 1 }
      }
    }
    return 0
  }
}
