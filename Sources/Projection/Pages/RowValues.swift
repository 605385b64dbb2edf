/// The values of one row, on their way into SQLite or into a record.
struct RowValues {
  enum Cell {
    case null
    case integer(Int64)
    case text(offset: UInt32, count: UInt32)
  }

  private(set) var cells: [Cell] = []
  private(set) var bytes: [UInt8] = []

  /// The next value; nil is NULL.
  @inline(__always)
  mutating func integer(_ value: Int64?) {
    if let value { cells.append(.integer(value)) } else { cells.append(.null) }
  }

  /// The next value, from its UTF-8.
  @inline(__always)
  mutating func text(utf8 value: some Collection<UInt8>) {
    let offset = bytes.count
    bytes.append(contentsOf: value)
    cells.append(.text(offset: UInt32(offset), count: UInt32(bytes.count - offset)))
  }

  /// The next value, from its UTF-8 in `other[range]`.
  @inline(__always)
  mutating func text(_ other: [UInt8], _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= other.count, "it lies in there")
    let offset = bytes.count
    // Safe: the range lies within `other`, as was just seen to, and is copied before the closure ends.
    unsafe other.withUnsafeBufferPointer {
      unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: $0[range]))
    }
    cells.append(.text(offset: UInt32(offset), count: UInt32(range.count)))
  }

  /// The next value.
  @inline(__always)
  mutating func text(_ value: String) {
    let offset = bytes.count
    var value = value
    // Safe: the bytes are copied before the closure ends.
    value.withUTF8 { unsafe bytes.append(contentsOf: $0) }
    cells.append(.text(offset: UInt32(offset), count: UInt32(bytes.count - offset)))
  }

  mutating func removeAll() {
    cells.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Appends the row as a record. `scratch` is room to work in.
  func appendRecord(
    _ layout: RecordLayout, to output: inout [UInt8], _ scratch: inout [UInt8]
  ) {
    precondition(cells.count == layout.columns.count, "a row has a value for each column")
    // A number takes nine bytes of the head at most, and a value eight besides its text.
    let roomMax = bytes.count + 17 * cells.count + 9
    if scratch.count < roomMax {
      scratch += Array(repeating: 0, count: 2 * roomMax - scratch.count)
    }
    var headSize = 0
    for cell in cells { headSize += SQLiteVarint.count(Self.type(cell)) }
    // The head counts itself.
    let own = SQLiteVarint.count(UInt64(headSize + 1)) > 1 ? 2 : 1
    headSize += own
    var room = scratch.mutableSpan
    var head = 0
    SQLiteVarint.write(UInt64(headSize), to: &room, at: &head)
    var body = headSize
    let texts = bytes.span
    for column in layout.columns {
      let cell = cells[column]
      let type = Self.type(cell)
      SQLiteVarint.write(type, to: &room, at: &head)
      switch cell {
      case .null: break
      case .integer(let value):
        let size = SerialType.size(type)
        var rest = value
        for place in stride(from: body + size - 1, through: body, by: -1) {
          room[place] = UInt8(truncatingIfNeeded: rest)
          rest >>= 8
        }
        body += size
      case .text(let offset, let count):
        for place in 0..<Int(count) { room[body + place] = texts[Int(offset) + place] }
        body += Int(count)
      }
    }
    output += scratch[..<body]
  }

  @inline(__always)
  private static func type(_ cell: Cell) -> UInt64 {
    switch cell {
    case .null: SerialType.null
    case .integer(let value): SerialType.of(value)
    case .text(_, let count): SerialType.ofText(count: Int(count))
    }
  }
}
