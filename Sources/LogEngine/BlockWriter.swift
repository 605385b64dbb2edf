internal import Disk
internal import JSONBytes

/// Writes the chunks of one block (docs/format.md, section 7.6), in order of kind and key.
struct BlockWriter {
  let rows: SegmentRows
  let columns: SegmentColumns
  /// Rows of the segment.
  let block: Range<Int>
  let number: UInt32
  /// For each type its rows in this block, by their numbers in the segment.
  private let rowsOfType: [[UInt32]]

  init(rows: SegmentRows, columns: SegmentColumns, block: Range<Int>, number: UInt32) {
    self.rows = rows
    self.columns = columns
    self.block = block
    self.number = number
    var byType: [[UInt32]] = Array(repeating: [], count: columns.types.count)
    for row in block { byType[Int(columns.types.ids[row])].append(UInt32(row)) }
    rowsOfType = byType
  }

  mutating func write<E: Error>(
    to chunks: inout ChunkWriter, _ write: (_ piece: [UInt8]) throws(E) -> Void
  ) throws(E) {
    writeIDs(columns.types, .type, to: &chunks)
    if columns.types.count > 1 {
      chunks.add(.typeRanks, block: number, count: columns.types.count, typeRanks())
    }
    writeIDs(columns.sources, .source, to: &chunks)
    writeIDs(columns.schemas, .schema, to: &chunks)
    for (key, attribute) in columns.attributes.enumerated() {
      writeIDs(attribute, .attributeIDs, key: key, to: &chunks)
    }
    chunks.add(.id, block: number, count: block.count, ids())
    var times: [UInt8] = []
    times.appendTimes(rows.recorded[block])
    chunks.add(.recorded, block: number, count: block.count, times)
    times.removeAll()
    times.appendTimes(rows.time[block])
    chunks.add(.time, block: number, count: block.count, times)
    try chunks.flush(write)
    try writeData(to: &chunks, write)
  }

  private func writeIDs(
    _ column: SegmentColumns.Column, _ kind: ChunkKind, key: Int = 0, to chunks: inout ChunkWriter
  ) {
    guard column.isWritten else { return }
    var content: [UInt8] = []
    content.appendIDs(column.ids[block], of: column.count)
    chunks.add(kind, block: number, key: key, count: block.count, content)
  }

  private func typeRanks() -> [UInt8] {
    let groups = (block.count + 1_023) / 1_024
    let typeCount = columns.types.count
    var ranks: [UInt16] = Array(repeating: 0, count: typeCount * groups)
    var counts: [UInt16] = Array(repeating: 0, count: typeCount)
    for (place, row) in block.enumerated() {
      if place % 1_024 == 0 {
        for type in 0..<typeCount { ranks[type * groups + place / 1_024] = counts[type] }
      }
      counts[Int(columns.types.ids[row])] &+= 1
    }
    var content: [UInt8] = []
    for rank in ranks { content.appendInteger(rank) }
    return content
  }

  func ids() -> [UInt8] {
    let forms = rows.idForm[block]
    let texts = forms.count { $0 == IDForm.text }
    let uuids = forms.count { $0 == IDForm.uuidForm }
    let form: UInt8 = uuids == block.count ? 1 : texts == 0 && uuids == 0 ? 2 : 0
    var content: [UInt8] = [form, 0, 0, 0]
    content.appendInteger(UInt32(block.count - texts))
    content.appendInteger(UInt32(texts))
    content.appendInteger(UInt32(0))
    if form == 0 {
      content.appendPacked(forms.lazy.map { UInt64($0) }, width: 2)
      content.appendZeros((16 - content.count % 16) % 16)
    }
    for row in block where rows.idForm[row] != IDForm.text {
      content.appendInteger(rows.idHigh[row].byteSwapped)
      content.appendInteger(rows.idLow[row].byteSwapped)
    }
    if texts > 0 {
      let textRows = block.filter { rows.idForm[$0] == IDForm.text }
      content.appendLengths(textRows.lazy.map { rows.idText($0).count })
      for row in textRows { content += rows.idTexts[rows.idText(row)] }
    }
    return content
  }

  // MARK: Data

  private func writeData<E: Error>(
    to chunks: inout ChunkWriter, _ write: (_ piece: [UInt8]) throws(E) -> Void
  ) throws(E) {
    var scanner = JSONScanner()
    var shaped: [ShapedData?] = []
    for numbers in rowsOfType { shaped.append(ShapedData(rows, numbers, &scanner)) }
    // In order of kind first: all lengths, then all texts, then the exceptions, then the value columns.
    let texts = rowsOfType.indices.filter { shaped[$0] == nil && !rowsOfType[$0].isEmpty }
    for type in texts {
      var lengths: [UInt8] = []
      lengths.appendLengths(rowsOfType[type].lazy.map { rows.data(Int($0)).range.count })
      chunks.add(
        .dataLengths, block: number, key: type, count: rowsOfType[type].count, lengths)
    }
    for type in texts {
      var data: [UInt8] = []
      for row in rowsOfType[type] {
        let (bytes, range) = rows.data(Int(row))
        data += bytes[range]
      }
      chunks.add(.data, block: number, key: type, count: rowsOfType[type].count, data)
      try chunks.flush(write)
    }
    writeExceptions(to: &chunks)
    let types = shaped.indices.filter { shaped[$0] != nil }
    for type in types {
      guard let data = shaped[type] else { continue }
      chunks.add(.shape, block: number, key: type, count: data.shapes.count, shape(data))
    }
    for type in types {
      guard let data = shaped[type], data.shapes.count > 1 else { continue }
      chunks.add(.shapeIDs, block: number, key: type, count: data.rowShapes.count, shapeIDs(data))
    }
    try writeValues(types.compactMap { type in shaped[type].map { (type, $0) } }, &chunks, write)
  }

  private func writeExceptions(to chunks: inout ChunkWriter) {
    let exceptions = block.filter { rows.isException[$0] }
    var content: [UInt8] = []
    for row in exceptions {
      content.appendInteger(UInt32(row - block.lowerBound))
      content.appendInteger(UInt32(rows.entry(row).range.count))
    }
    for row in exceptions {
      let (bytes, range) = rows.entry(row)
      content += bytes[range]
    }
    chunks.add(.exceptions, block: number, count: exceptions.count, content)
  }

  private func shape(_ data: ShapedData) -> [UInt8] {
    var content: [UInt8] = []
    content.appendInteger(UInt32(data.paths.count))
    content.appendInteger(UInt32(data.shapes.count))
    for path in data.paths {
      content.appendVarint(UInt64(path.count))
      content += path
    }
    for shape in data.shapes { content += shape.encoded }
    return content
  }

  private func shapeIDs(_ data: ShapedData) -> [UInt8] {
    let width = PackedBits.width(of: UInt64(data.shapes.count - 1))
    var content: [UInt8] = [UInt8(width), 0, 0, 0]
    var counts: [UInt32] = Array(repeating: 0, count: data.paths.count)
    for (place, shape) in data.rowShapes.enumerated() {
      if place % 64 == 0 { for count in counts { content.appendInteger(count) } }
      for field in data.shapes[Int(shape)].fields { counts[field] += 1 }
    }
    content.appendPacked(data.rowShapes.lazy.map { UInt64($0) }, width: width)
    return content
  }

  private func writeValues<E: Error>(
    _ types: [(Int, ShapedData)], _ chunks: inout ChunkWriter,
    _ write: (_ piece: [UInt8]) throws(E) -> Void
  ) throws(E) {
    var later: [(key: Int, count: Int, column: ValueColumn)] = []
    for (type, data) in types {
      for (field, values) in data.values.enumerated() {
        let column = ValueColumn(values, rows)
        let key = type << 16 | field
        chunks.add(.values, block: number, key: key, count: values.count, column.values)
        later.append((key, values.count, column))
      }
      try chunks.flush(write)
    }
    for (key, count, column) in later {
      chunks.add(.valueTexts, block: number, key: key, count: count, column.texts)
    }
    for (key, _, column) in later {
      chunks.add(
        .valueDictionary, block: number, key: key, count: column.dictionaryCount, column.dictionary)
    }
    try chunks.flush(write)
  }

  /// What the footer says of this block.
  func zoneMap() -> BlockEntry {
    var types: [UInt64] = Array(repeating: 0, count: (columns.types.count + 63) / 64)
    for (type, numbers) in rowsOfType.enumerated() where !numbers.isEmpty {
      types[type / 64] |= 1 << UInt64(type % 64)
    }
    let times = rows.time[block]
    return BlockEntry(
      firstRow: UInt32(block.lowerBound), rows: UInt32(block.count),
      timeMin: Timestamp(microseconds: times.min() ?? 0),
      timeMax: Timestamp(microseconds: times.max() ?? 0),
      firstRecorded: Timestamp(microseconds: rows.recorded[block.lowerBound]),
      lastRecorded: Timestamp(microseconds: rows.recorded[block.upperBound - 1]),
      entryBytes: block.reduce(UInt64(0)) { $0 + UInt64(rows.entry($1).range.count) },
      exceptions: UInt32(block.count { rows.isException[$0] }), types: types)
  }
}
