// Rows of one table on their way into a file.

/// Rows as records, one behind the other.
struct RecordRun: Sendable {
  let layout: RecordLayout
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [Int] = []
  /// Whether each row so far is behind the one before it.
  private var isSorted = true
  private var scratch: [UInt8] = []

  init(_ layout: RecordLayout) { self.layout = layout }

  var count: Int { ends.count }

  func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

  /// Adds a row of these values, in the order of the table's columns.
  mutating func append(_ values: borrowing RowValues) {
    values.appendRecord(layout, to: &bytes, &scratch)
    added()
  }

  /// Adds a row that is a record of the same layout.
  mutating func append(record other: [UInt8], _ range: Range<Int>) {
    bytes += other[range]
    added()
  }

  private mutating func added() {
    let start = ends.last ?? 0
    ends.append(bytes.count)
    guard isSorted, ends.count > 1 else { return }
    let before = ends.count == 2 ? 0 : ends[ends.count - 3]
    isSorted =
      RecordOrder.compare(bytes.span, before, bytes.span, start, keyCount: layout.keyCount) < 0
  }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isSorted = true
  }

  /// The rows in the order of the primary key; of two with the same, the later one, as `INSERT OR REPLACE` would have it.
  func forEachInOrder(
    _ body: (_ bytes: [UInt8], _ range: Range<Int>) throws(ProjectionError) -> Void
  ) throws(ProjectionError) {
    if isSorted {
      for row in ends.indices { try body(bytes, range(row)) }
      return
    }
    let order = ends.indices.sorted { one, other in
      let found = compare(one, other)
      return found == 0 ? one < other : found < 0
    }
    for (place, row) in order.enumerated() {
      if place + 1 < order.count, compare(row, order[place + 1]) == 0 { continue }
      try body(bytes, range(row))
    }
  }

  private func compare(_ one: Int, _ other: Int) -> Int {
    RecordOrder.compare(
      bytes.span, range(one).lowerBound, bytes.span, range(other).lowerBound,
      keyCount: layout.keyCount)
  }
}
