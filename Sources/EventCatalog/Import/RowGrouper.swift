// Several rows to one event: keeps rows until the file ends, because those of one group need not lie together.

/// Rows by the text of their key, as compact as the file itself: their bytes in one array, 20 bytes a row for where
/// they are, and each key once.
///
/// Groups come out in the order of their first rows, rows of a group in the order of the file.
struct RowGrouper: Sendable {
  /// All rows together; beyond, the file must be split.
  static let sizeMax = 2 << 30
  static let rowsMax = Int(Int32.max)

  struct Row: Hashable, Sendable {
    var line: Int
    var recordInLine: Int
    var raw: [UInt8]
  }

  private struct Place {
    var start: Int
    var line: Int32
    var recordInLine: Int32
    /// Number of the next row of the group; -1 behind the last.
    var next: Int32 = -1
  }

  private struct Group {
    var first: Int32
    var last: Int32
  }

  private var bytes: [UInt8] = []
  private var places: [Place] = []
  private var groups: [Group] = []
  private var groupOfKey: [[UInt8]: Int32] = [:]
  private var groupsGiven = 0

  /// Keeps a row. False: there is no more room, and the row was not kept.
  mutating func add(key: ArraySlice<UInt8>, _ row: Row) -> Bool {
    guard bytes.count + row.raw.count <= Self.sizeMax, places.count < Self.rowsMax,
      let line = Int32(exactly: row.line), let recordInLine = Int32(exactly: row.recordInLine)
    else { return false }
    let number = Int32(places.count)
    places.append(Place(start: bytes.count, line: line, recordInLine: recordInLine))
    bytes += row.raw
    let key = Array(key)
    if let group = groupOfKey[key] {
      places[Int(groups[Int(group)].last)].next = number
      groups[Int(group)].last = number
    } else {
      groupOfKey[key] = Int32(groups.count)
      groups.append(Group(first: number, last: number))
    }
    return true
  }

  /// The rows of the next group; nil behind the last.
  mutating func next() -> [Row]? {
    guard groupsGiven < groups.count else { return nil }
    var rows: [Row] = []
    var number = groups[groupsGiven].first
    groupsGiven += 1
    while number >= 0 {
      let place = places[Int(number)]
      let end = Int(number) + 1 < places.count ? places[Int(number) + 1].start : bytes.count
      rows.append(
        Row(
          line: Int(place.line), recordInLine: Int(place.recordInLine),
          raw: Array(bytes[place.start..<end])))
      number = place.next
    }
    return rows
  }
}
