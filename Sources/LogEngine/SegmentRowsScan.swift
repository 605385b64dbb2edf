internal import JSONBytes

/// Events that are not sealed yet, given to a scan as sealed ones are. Their data is text.
struct SegmentRowsScan {
  let rows: SegmentRows
  let first: Position

  func scan(_ selection: ScanSelection, _ body: (ScanBatch) throws(ReadError) -> Void)
    throws(ReadError)
  {
    let columns = SegmentColumns(rows)
    let types = Self.table(rows.types)
    let customers = Self.table(rows.subjects)
    let typeIDs = columns.types.ids
    let customerIDs = Self.ranked(rows.subjects)
    let block = BlockWriter(rows: rows, columns: columns, block: 0..<rows.count, number: 0)
    guard let ids = IDColumn(block.ids(), count: rows.count) else {
      preconditionFailure("ids that were written here can be read")
    }
    var data: [TypeData?] = Array(repeating: nil, count: types.count)
    if selection.columns.contains(.data) {
      for type in 0..<types.count { data[type] = texts(of: UInt32(type), typeIDs) }
    }
    var exceptions: [Int: Range<Int>] = [:]
    var exceptionBytes: [UInt8] = []
    for row in 0..<rows.count where rows.isException[row] {
      let (raw, range) = rows.entry(row)
      exceptions[row] = exceptionBytes.count..<exceptionBytes.count + range.count
      exceptionBytes += raw[range]
    }
    let (order, _) = rows.attributeNames.sorted()
    let tables = ScanTables(
      schemas: Self.table(rows.schemas), sources: Self.table(rows.sources),
      attributeNames: order.map { String(decoding: rows.attributeNames[$0], as: UTF8.self) },
      attributes: order.map { Self.table(rows.attributes[$0]) })
    try body(
      ScanBatch(
        names: ScanNames(types: types, customers: customers, tables: tables),
        first: first,
        selected: selected(selection, types, typeIDs), types: typeIDs,
        customers: customerIDs[...], revisions: revisions(customerIDs)[...], times: rows.time,
        recorded: rows.recorded, ids: ids, data: data, exceptions: exceptions,
        exceptionBytes: exceptionBytes, sources: columns.sources.ids, schemas: columns.schemas.ids,
        attributes: columns.attributes.map(\.ids)))
  }

  private static func table(_ column: InternedColumn) -> StringTable {
    let (order, _) = column.strings.sorted()
    return StringTable(order.map { Array(column.strings[$0]) })
  }

  private static func ranked(_ column: InternedColumn) -> [UInt32] {
    let (_, ranks) = column.strings.sorted()
    return column.ids.map { ranks[Int($0)] }
  }

  private func texts(of type: UInt32, _ types: [UInt32]) -> TypeData {
    var bytes: [UInt8] = []
    var ends: [UInt32] = []
    for (row, other) in types.enumerated() where other == type {
      let (raw, range) = rows.data(row)
      bytes += raw[range]
      ends.append(UInt32(bytes.count))
    }
    return .texts(bytes: bytes, ends: ends)
  }

  private func revisions(_ customers: [UInt32]) -> [UInt32] {
    var next: [UInt32: UInt32] = [:]
    return rows.subjects.ids.enumerated().map { row, subject in
      let revision = next[subject] ?? rows.firstRevisions[Int(subject)]
      next[subject] = revision &+ 1
      return revision
    }
  }

  private func selected(
    _ selection: ScanSelection, _ types: StringTable, _ ids: [UInt32]
  ) -> [UInt32]? {
    guard selection.types != nil || selection.times != nil || selection.positions != nil else {
      return nil
    }
    return (0..<rows.count).filter { row in
      if let wanted = selection.types, !wanted.contains(types.string(Int(ids[row]))) {
        return false
      }
      if let times = selection.times,
        !times.contains(Timestamp(microseconds: rows.time[row]))
      {
        return false
      }
      return selection.positions?.contains(first.advanced(by: row)) ?? true
    }.map { UInt32($0) }
  }
}
