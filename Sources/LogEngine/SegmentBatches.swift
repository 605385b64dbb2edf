internal import JSONBytes

/// Entries of a segment as the batches that ``EventLog/read(_:from:)`` gives.
enum SegmentBatches {
  /// Entries that are put together at once.
  static let runLength = 2_048
  /// So many are read one by one: a block is decoded for more of them.
  private static let fewMax = 64

  /// The events that `selection` takes of a run from `start` on. One customer's are found through the postings.
  static func batch(
    of segment: OpenSegment, from start: Position, _ selection: Selection
  ) throws(ReadError) -> EventBatch {
    let row = Int(start.value - segment.first.value)
    if let customer = selection.customer {
      return try batch(of: customer, in: segment, from: row, selection)
    }
    let end = min(row + runLength, Int(segment.file.header.count))
    let rows = try segment.file.rows(row..<end, ofTypes: selection.types)
    return try batch(of: segment, rows, next: end, selection)
  }

  /// The same backward, from the event before `end`.
  static func batch(
    of segment: OpenSegment, before end: Position, _ selection: Selection
  ) throws(ReadError) -> EventBatch {
    let row = Int(end.value - segment.first.value)
    var rows: [Int]
    var next = 0
    if let customer = selection.customer {
      let found = try segment.file.rows(ofCustomer: Array(customer.utf8)[...])?.rows ?? []
      rows = Array(found.lazy.map { Int($0) }.filter { $0 < row }.suffix(runLength))
      if rows.count == runLength { next = rows[0] }
    } else {
      next = max(0, row - runLength)
      rows = try segment.file.rows(next..<row, ofTypes: selection.types)
    }
    var batch = try batch(of: segment, rows, next: row, selection)
    batch.rows.reverse()
    batch.next = segment.first.advanced(by: next)
    return batch
  }

  private static func batch(
    of customer: String, in segment: OpenSegment, from row: Int, _ selection: Selection
  ) throws(ReadError) -> EventBatch {
    let found = try segment.file.rows(ofCustomer: Array(customer.utf8)[...])?.rows ?? []
    let wanted = found.lazy.map { Int($0) }.filter { $0 >= row }
    let taken = Array(wanted.prefix(runLength))
    let isAll = taken.count < runLength
    let next = isAll ? Int(segment.file.header.count) : (taken.last ?? row) + 1
    return try batch(of: segment, taken, next: next, selection)
  }

  private static func batch(
    of segment: OpenSegment, _ rows: [Int], next: Int, _ selection: Selection
  ) throws(ReadError) -> EventBatch {
    let isFew = rows.count <= fewMax && (selection.types != nil || selection.customer != nil)
    let (raw, entries) =
      try isFew ? segment.file.fewEntries(rows) : segment.file.entries(rows)
    let isParsed = selection.parsed || selection.types != nil
    var scanner = JSONScanner()
    var nodes: [Int?] = Array(repeating: nil, count: entries.count)
    if isParsed {
      for (number, range) in entries.enumerated() {
        do throws(JSONError) {
          nodes[number] = try scanner.scan(raw.span, in: range)
        } catch {
          let position = segment.first.advanced(by: rows[number])
          throw .corrupt(
            Corruption(
              .entry, file: "\(LogFiles.directory)/\(segment.name)", offset: 0,
              positions: position..<position.advanced(by: 1), detail: "it is not JSON"))
        }
      }
    }
    let document = JSONDocument(bytes: raw, nodes: scanner.takeNodes())
    var taken: [EventBatch.Row] = []
    taken.reserveCapacity(rows.count)
    for (number, row) in rows.enumerated() {
      if isParsed, let node = nodes[number],
        !selection.takes(JSONView(document: document, index: node))
      {
        continue
      }
      taken.append(
        EventBatch.Row(
          position: segment.first.advanced(by: row), entry: entries[number], node: nodes[number]))
    }
    return EventBatch(
      document: document, rows: taken, next: segment.first.advanced(by: next),
      recorded: try segment.file.recorded(row: next - 1))
  }
}
