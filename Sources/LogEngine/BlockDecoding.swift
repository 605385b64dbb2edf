internal import Disk
internal import JSONBytes

/// Decodes blocks of a segment.
extension SegmentFile {
  /// The columns of a block that are asked for; `types` are the ids of the types whose data is wanted, nil for all.
  func decode(
    block number: Int, _ columns: ScanColumns, dataOf types: Set<Int>? = nil
  ) throws(ReadError) -> DecodedBlock {
    let block = footer.blocks[number]
    let count = Int(block.rows)
    let typeIDs = try idColumn(.type, .types, block: number, count)
    var sources: [UInt32] = []
    var schemas: [UInt32] = []
    var attributes: [[UInt32]] = []
    if columns.contains(.attributes) {
      sources = try idColumn(.source, .sources, block: number, count, implied: 0, typeIDs)
      for key in try attributeNames().indices {
        attributes.append(
          try idColumn(
            .attributeIDs, .attribute, key: key, block: number, count, implied: 2 + key, typeIDs))
      }
    }
    if !columns.isDisjoint(with: [.attributes, .schemas]) {
      schemas = try idColumn(.schema, .schemas, block: number, count, implied: 1, typeIDs)
    }
    var ids = IDColumn.none
    if columns.contains(.ids) {
      let place = try place(.id, block: number)
      guard let column = IDColumn(try content(place).bytes, count: count) else {
        throw damage(place, "the ids do not decode")
      }
      ids = column
    }
    let recorded = columns.contains(.recorded) ? try times(.recorded, block: number, count) : []
    let times = columns.contains(.times) ? try times(.time, block: number, count) : []
    var data: [TypeData?] = []
    var exceptions: [Int: Range<Int>] = [:]
    var exceptionBytes: [UInt8] = []
    if columns.contains(.data) {
      data = try decodeData(block: number, typeIDs, types)
    }
    if !columns.isDisjoint(with: [.data, .schemas]) {
      (exceptions, exceptionBytes) = try decodeExceptions(block: number, count)
    }
    return DecodedBlock(
      rows: Int(block.firstRow)..<Int(block.firstRow) + count, types: typeIDs, sources: sources,
      schemas: schemas, attributes: attributes, ids: ids, recorded: recorded, times: times,
      data: data, exceptions: exceptions, exceptionBytes: exceptionBytes)
  }

  /// A whole block, from the cache where it was decoded lately.
  func wholeBlock(_ block: Int) throws(ReadError) -> DecodedBlock {
    if let known = caches.block(number, block) { return known }
    let decoded = try decode(block: block, .all)
    caches.keep(decoded, number, block)
    return decoded
  }

  /// The number of the block that holds a row.
  func block(holding row: Int) -> Int {
    var low = 0
    var high = footer.blocks.count
    while low < high {
      let middle = (low + high) / 2
      if Int(footer.blocks[middle].firstRow) <= row { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  /// How many strings a dictionary has, without decoding it where that is known.
  func dictionaryCount(_ kind: ChunkKind, key: Int = 0) throws(ReadError) -> Int {
    if kind == .types { return Int(footer.typeCount) }
    return try smallDictionary(kind, key: key).count
  }

  private func idColumn(
    _ kind: ChunkKind, _ dictionary: ChunkKind, key: Int = 0, block: Int, _ count: Int,
    implied: Int? = nil, _ types: [UInt32] = []
  ) throws(ReadError) -> [UInt32] {
    let size = try dictionaryCount(dictionary, key: key)
    guard let place = optionalPlace(kind, block: block, key: key) else {
      if let implied, let ids = try impliedIDs(implied, of: size) {
        return types.map { ids[Int($0)] }
      }
      guard size == 1 else {
        throw disagreement(block: block, "a chunk of kind \(kind.rawValue) is missing")
      }
      return Array(repeating: 0, count: count)
    }
    guard let ids = Columns.ids(try content(place).bytes, count: count, of: size) else {
      throw damage(place, "the ids of a dictionary do not decode")
    }
    return ids
  }

  private func times(_ kind: ChunkKind, block: Int, _ count: Int) throws(ReadError) -> [Int64] {
    let place = try place(kind, block: block)
    guard let times = TimeColumn.times(try content(place).bytes, count: count),
      // What a time column says must be a time: it is written into entries.
      times.allSatisfy({
        $0 >= Timestamp.first.microseconds && $0 <= Timestamp.last.microseconds || $0 == 0
      })
    else { throw damage(place, "the times do not decode") }
    return times
  }

  // MARK: Data

  private func decodeData(
    block: Int, _ typeIDs: [UInt32], _ wanted: Set<Int>?
  ) throws(ReadError) -> [TypeData?] {
    var counts = Array(repeating: 0, count: Int(footer.typeCount))
    for type in typeIDs { counts[Int(type)] += 1 }
    var data: [TypeData?] = Array(repeating: nil, count: counts.count)
    for (type, count) in counts.enumerated() where count > 0 {
      if let wanted, !wanted.contains(type) { continue }
      data[type] = try decodeData(block: block, type: type, count)
    }
    return data
  }

  private func decodeData(
    block: Int, type: Int, _ count: Int
  ) throws(ReadError) -> TypeData {
    if let place = optionalPlace(.shape, block: block, key: type) {
      return .columns(try valueColumns(place, block: block, type: type, count))
    }
    let place = try place(.dataLengths, block: block, key: type)
    let lengths = try content(place).bytes
    guard let (ends, end) = LengthColumn.ends(lengths, at: 0, count: count), end == lengths.count
    else { throw damage(place, "the lengths of data do not decode") }
    var bytes: [UInt8] = []
    if let place = optionalPlace(.data, block: block, key: type) {
      bytes = try content(place).bytes
    }
    guard Int(ends.last ?? 0) == bytes.count else {
      throw damage(place, "the lengths of data are not those of the data")
    }
    return .texts(bytes: bytes, ends: ends)
  }

  private func valueColumns(
    _ place: ChunkPlace, block: Int, type: Int, _ count: Int
  ) throws(ReadError) -> ValueColumns {
    guard let (shapes, paths) = ValueDecoder.shapes(try content(place).bytes) else {
      throw damage(place, "the shapes do not decode")
    }
    var rowShapes: [UInt32] = []
    if shapes.count > 1 {
      let place = try self.place(.shapeIDs, block: block, key: type)
      guard
        let ids = ValueDecoder.rowShapes(
          try content(place).bytes, count: count, shapes, fields: paths.count)
      else { throw damage(place, "the numbers of shapes do not decode") }
      rowShapes = ids
    }
    var valueCounts = Array(repeating: 0, count: paths.count)
    if rowShapes.isEmpty {
      for field in shapes[0].fields { valueCounts[field] += count }
    } else {
      for shape in rowShapes { for field in shapes[Int(shape)].fields { valueCounts[field] += 1 } }
    }
    var fields: [FieldColumn] = []
    for (field, valueCount) in valueCounts.enumerated() {
      fields.append(try self.field(block: block, key: type << 16 | field, valueCount))
    }
    return ValueColumns(
      count: count, shapes: shapes, rowShapes: rowShapes, paths: paths, fields: fields)
  }

  private func field(block: Int, key: Int, _ count: Int) throws(ReadError) -> FieldColumn {
    let place = try place(.values, block: block, key: key)
    let (header, bytes) = try content(place)
    var texts: [UInt8]?
    if let place = optionalPlace(.valueTexts, block: block, key: key) {
      texts = try content(place).bytes
    }
    var dictionary: StringTable?
    if let place = optionalPlace(.valueDictionary, block: block, key: key) {
      dictionary = StringTable(try content(place).bytes)
    }
    guard Int(header.count) == count,
      let field = ValueDecoder.field(bytes, count: count, texts: texts, dictionary: dictionary)
    else { throw damage(place, "the values of a field do not decode") }
    return field
  }

  private func decodeExceptions(
    block: Int, _ count: Int
  ) throws(ReadError) -> ([Int: Range<Int>], [UInt8]) {
    let expected = Int(footer.blocks[block].exceptions)
    guard let place = optionalPlace(.exceptions, block: block) else {
      guard expected == 0 else { throw disagreement(block: block, "the exceptions are missing") }
      return ([:], [])
    }
    let bytes = try content(place).bytes
    var cursor = ContentCursor(bytes)
    var offset = 8 * expected
    var exceptions: [Int: Range<Int>] = [:]
    var last = -1
    guard expected > 0, offset <= bytes.count else {
      throw damage(place, "the exceptions do not decode")
    }
    for _ in 0..<expected {
      guard let row = cursor.integer32(), let size = cursor.integer32(), row > last, row < count,
        size >= 1, size <= Limits.entrySizeMax, offset + size <= bytes.count
      else { throw damage(place, "the exceptions do not decode") }
      exceptions[row] = offset..<offset + size
      offset += size
      last = row
    }
    guard offset == bytes.count else { throw damage(place, "the exceptions do not decode") }
    return (exceptions, bytes)
  }
}
