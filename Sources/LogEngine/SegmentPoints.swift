internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// A chunk that is read page by page.
final class PagedChunk: Sendable {
  let place: ChunkPlace
  let header: ChunkHeader
  private let table: PageTable
  private let segment: SegmentFile

  init(_ place: ChunkPlace, of segment: SegmentFile) throws(ReadError) {
    let least = SegmentFormat.chunkHeaderSize
    guard Int(place.size) >= least else { throw segment.damage(place, "the chunk is too short") }
    // Header and table in one read, as far as the table may reach: a page holds at least 1,024 bytes.
    let guess = min(Int(place.size), 4_096)
    var stored = try segment.read(place.offset, guess, place)
    header = try segment.chunkHeader(stored, place)
    let needed = least + 8 * Int(header.pages) + 4
    if needed > stored.count { stored = try segment.read(place.offset, needed, place) }
    table = try PageTable(stored, header, place, segment)
    self.place = place
    self.segment = segment
  }

  /// Bytes of the content; a copy.
  func bytes(_ range: Range<Int>) throws(ReadError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= Int(header.rawSize) else {
      throw segment.damage(place, "something is said to stand behind its end")
    }
    guard !range.isEmpty else { return [] }
    let size = Int(header.rawPageSize)
    let first = range.lowerBound / size
    let last = (range.upperBound - 1) / size
    if first == last {
      let page = try page(first)
      return Array(page[range.lowerBound - first * size..<range.upperBound - first * size])
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    for number in first...last {
      let page = try page(number)
      let start = number * size
      bytes += page[max(0, range.lowerBound - start)..<min(page.count, range.upperBound - start)]
    }
    return bytes
  }

  func integer(at offset: Int, byteCount: Int) throws(ReadError) -> UInt64 {
    let bytes = try bytes(offset..<offset + byteCount)
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private func page(_ number: Int) throws(ReadError) -> [UInt8] {
    let key = SegmentCaches.PageKey(
      segment: segment.number, chunk: place.offset, page: UInt32(number))
    if let known = segment.caches.page(key) { return known }
    let range = table.range(number)
    let offset = place.offset + UInt64(range.lowerBound)
    let stored = try segment.read(offset, range.count, place)
    guard CRC32C.of(stored) == table.crc(number) else {
      throw segment.damage(at: offset, place, "a page fails its CRC")
    }
    let size = Int(header.rawPageSize)
    let count = min(size, Int(header.rawSize) - number * size)
    var page = [UInt8](repeating: 0, count: count)
    guard table.unpack(number, stored, 0..<stored.count, into: &page, at: 0, size: count) else {
      throw segment.damage(at: offset, place, "a page does not decompress")
    }
    segment.caches.keep(page, key)
    return page
  }
}

/// Reads of single rows, customers and ids: only the pages that hold them.
extension SegmentFile {
  func paged(_ place: ChunkPlace) throws(ReadError) -> PagedChunk {
    if let known = caches.chunk(number, place.offset) { return known }
    let chunk = try PagedChunk(place, of: self)
    caches.keep(chunk, number)
    return chunk
  }

  private func paged(
    _ kind: ChunkKind, block: Int? = nil, key: Int = 0
  ) throws(ReadError) -> PagedChunk { try paged(try place(kind, block: block, key: key)) }

  // MARK: One row

  /// The entry of one row.
  func entry(row: Int) throws(ReadError) -> ArraySlice<UInt8> {
    let (customer, revision) = try customer(ofRow: row)
    return try entry(row: row, customer: customer, revision: revision)
  }

  /// The entry of a row whose customer and revision are known.
  func entry(
    row: Int, customer: [UInt8], revision: UInt32
  ) throws(ReadError) -> ArraySlice<UInt8> {
    let number = block(holding: row)
    let start = Int(footer.blocks[number].firstRow)
    if let kept = try exception(row - start, block: number) { return kept[...] }
    let single = try singleRow(row, block: number)
    var assembler = EntryAssembler(
      first: header.first, single.block,
      SegmentCustomers(
        names: StringTable([customer]), base: row, customers: [0], revisions: [revision]),
      single.tables, EntryLayout(attributes: try attributeNames()), from: row)
    var entry: [UInt8] = []
    entry.reserveCapacity(512)
    assembler.append(to: &entry)
    return entry[...]
  }

  private func exception(_ row: Int, block: Int) throws(ReadError) -> [UInt8]? {
    let count = Int(footer.blocks[block].exceptions)
    guard count > 0 else { return nil }
    let chunk = try paged(.exceptions, block: block)
    guard 8 * count <= Int(chunk.header.rawSize) else {
      throw damage(chunk.place, "the exceptions do not decode")
    }
    var offset = 8 * count
    for number in 0..<count {
      let found = Int(try chunk.integer(at: 8 * number, byteCount: 4))
      let size = Int(try chunk.integer(at: 8 * number + 4, byteCount: 4))
      if found == row {
        guard size <= Limits.entrySizeMax else {
          throw damage(chunk.place, "the exceptions do not decode")
        }
        return try chunk.bytes(offset..<offset + size)
      }
      offset += size
    }
    return nil
  }

  /// A block that holds nothing but one row.
  private func singleRow(
    _ row: Int, block number: Int
  ) throws(ReadError) -> (block: DecodedBlock, tables: EntryTables) {
    let place = row - Int(footer.blocks[number].firstRow)
    let type = try typeID(place, block: number)
    let types = try smallDictionary(.types)
    guard type < types.count else { throw disagreement(block: number, "a type has no name") }
    var attributes: [StringTable] = []
    for key in try attributeNames().indices {
      attributes.append(
        try string(.attribute, .attributeIDs, key: key, implied: 2 + key, place, number, type))
    }
    let tables = EntryTables(
      types: StringTable([Array(types[type])]),
      sources: try string(.sources, .source, implied: 0, place, number, type),
      schemas: try string(.schemas, .schema, implied: 1, place, number, type),
      attributes: attributes)
    let rank = try typeRank(place, type, block: number)
    let data = try singleData(rank, type: type, block: number)
    let block = DecodedBlock(
      rows: row..<row + 1, types: [0], sources: [0], schemas: [0],
      attributes: attributes.map { _ in [0] }, ids: try singleID(place, block: number),
      recorded: [try time(.recorded, place, block: number)],
      times: [try time(.time, place, block: number)], data: [data], exceptions: [:],
      exceptionBytes: [])
    return (block, tables)
  }

  /// The recorded time of a row.
  func recorded(row: Int) throws(ReadError) -> Timestamp {
    let number = block(holding: row)
    let place = row - Int(footer.blocks[number].firstRow)
    return Timestamp(microseconds: try time(.recorded, place, block: number))
  }

  private func id(
    _ kind: ChunkKind, key: Int = 0, of size: Int, _ place: Int, block: Int
  ) throws(ReadError) -> Int? {
    guard let found = optionalPlace(kind, block: block, key: key) else { return nil }
    let width = size <= 256 ? 1 : size <= 65_536 ? 2 : 4
    let id = Int(try paged(found).integer(at: place * width, byteCount: width))
    guard id < size else { throw damage(found, "an id has no string") }
    return id
  }

  private func typeID(_ place: Int, block: Int) throws(ReadError) -> Int {
    try id(.type, of: Int(footer.typeCount), place, block: block) ?? 0
  }

  /// The one string of a column that a row refers to.
  private func string(
    _ dictionary: ChunkKind, _ kind: ChunkKind, key: Int = 0, implied: Int, _ place: Int,
    _ block: Int, _ type: Int
  ) throws(ReadError) -> StringTable {
    let found = try self.place(dictionary, key: key)
    // The whole table where it is small and kept; else the one group that holds the string.
    let isSmall = found.size <= 16_384
    let size = isSmall ? try smallDictionary(dictionary, key: key).count : try dictionarySize(found)
    var id = try self.id(kind, key: key, of: size, place, block: block)
    if id == nil, let ids = try impliedIDs(implied, of: size) { id = Int(ids[type]) }
    guard let id = id ?? (size == 1 ? 0 : nil) else {
      throw disagreement(block: block, "a chunk of kind \(kind.rawValue) is missing")
    }
    if isSmall { return StringTable([Array(try smallDictionary(dictionary, key: key)[id])]) }
    return StringTable([try PagedDictionary(try paged(found), self).string(id)])
  }

  private func dictionarySize(_ place: ChunkPlace) throws(ReadError) -> Int {
    Int(try paged(place).header.count)
  }

  /// How many rows of this type the block has before this one.
  private func typeRank(_ place: Int, _ type: Int, block: Int) throws(ReadError) -> Int {
    let typeCount = Int(footer.typeCount)
    guard typeCount > 1 else { return place }
    let groups = (Int(footer.blocks[block].rows) + 1_023) / 1_024
    let group = place / 1_024
    let ranks = try paged(.typeRanks, block: block)
    let before = Int(try ranks.integer(at: 2 * (type * groups + group), byteCount: 2))
    let width = typeCount <= 256 ? 1 : 2
    let types = try paged(.type, block: block)
    let ids = try types.bytes(group * 1_024 * width..<place * width)
    guard width == 2 else { return before + ids.count { Int($0) == type } }
    var rank = before
    for offset in stride(from: 0, to: ids.count, by: 2)
    where Int(ids[offset]) | Int(ids[offset + 1]) << 8 == type { rank += 1 }
    return rank
  }

  private func singleID(_ place: Int, block: Int) throws(ReadError) -> IDColumn {
    let chunk = try paged(.id, block: block)
    let form = try chunk.integer(at: 0, byteCount: 1)
    if form == 1 || form == 2 {
      let offset = IDColumn.headSize + 16 * place
      let bytes = try chunk.bytes(offset..<offset + 16)
      let head: [UInt8] = [UInt8(form), 0, 0, 0, 1] + Array(repeating: 0, count: 11)
      guard let column = IDColumn(head + bytes, count: 1) else {
        throw damage(chunk.place, "the ids do not decode")
      }
      return column
    }
    // Mixed ids are rare enough to be decoded whole.
    let rows = Int(footer.blocks[block].rows)
    guard let column = IDColumn(try chunk.bytes(0..<Int(chunk.header.rawSize)), count: rows) else {
      throw damage(chunk.place, "the ids do not decode")
    }
    return column.only(place)
  }

  private func time(
    _ kind: ChunkKind, _ place: Int, block: Int
  ) throws(ReadError) -> Int64 {
    let chunk = try paged(kind, block: block)
    let rows = Int(footer.blocks[block].rows)
    let groups = (rows + TimeColumn.groupSize - 1) / TimeColumn.groupSize
    let unit = try chunk.integer(at: 0, byteCount: 8)
    let group = place / TimeColumn.groupSize
    let head = try chunk.bytes(
      TimeColumn.headSize + 16 * group..<TimeColumn.headSize + 16 * group + 16)
    var cursor = ContentCursor(head)
    guard let base = cursor.integer64(), let offset = cursor.integer32(),
      let width = cursor.byte(), width <= 64, unit <= 1_000_000
    else { throw damage(chunk.place, "the times do not decode") }
    let data = TimeColumn.headSize + 16 * groups + offset
    let value = try packed(
      chunk, at: data, place % TimeColumn.groupSize, width: Int(width))
    let time = Int64(bitPattern: base) &+ Int64(bitPattern: value) &* Int64(unit)
    guard time >= Timestamp.first.microseconds && time <= Timestamp.last.microseconds || time == 0
    else { throw damage(chunk.place, "the times do not decode") }
    return time
  }

  /// Number `index` of those of `width` bits that begin at `offset` of the content.
  private func packed(
    _ chunk: PagedChunk, at offset: Int, _ index: Int, width: Int
  ) throws(ReadError) -> UInt64 {
    guard width > 0 else { return 0 }
    let bit = index * width
    let first = offset + bit / 8
    let last = offset + (bit + width + 7) / 8
    let bytes = try chunk.bytes(first..<last)
    guard
      let value = Columns.unpacked(
        shifted(bytes, by: bit % 8), in: 0..<bytes.count, count: 1, width: width)
    else { throw damage(chunk.place, "a packed number does not decode") }
    return UInt64(bitPattern: value[0])
  }

  private func shifted(_ bytes: [UInt8], by count: Int) -> [UInt8] {
    guard count > 0 else { return bytes }
    return bytes.indices.map { place in
      let next = place + 1 < bytes.count ? bytes[place + 1] : 0
      return bytes[place] >> UInt8(count) | next << UInt8(8 - count)
    }
  }

  // MARK: Data of one row

  private func singleData(_ rank: Int, type: Int, block: Int) throws(ReadError) -> TypeData {
    guard let place = optionalPlace(.shape, block: block, key: type) else {
      return try singleText(rank, type: type, block: block)
    }
    let (shapes, paths) = try shapes(place)
    var shape = 0
    var counts: [Int] = []
    if shapes.count > 1 {
      (shape, counts) = try rowShape(rank, type: type, block: block, shapes, fields: paths.count)
    }
    let picked = shapes[shape]
    var fields: [FieldColumn] = []
    var used = Array(repeating: 0, count: paths.count)
    for field in picked.fields { used[field] += 1 }
    for (field, count) in used.enumerated() {
      guard count > 0 else {
        fields.append(.constant([]))
        continue
      }
      let first = shapes.count > 1 ? counts[field] : rank * count
      fields.append(
        try singleField(key: type << 16 | field, block: block, first..<first + count))
    }
    return .columns(
      ValueColumns(
        count: 1, shapes: [picked], rowShapes: [], paths: paths, fields: fields))
  }

  private func shapes(
    _ place: ChunkPlace
  ) throws(ReadError) -> (shapes: [ValueColumns.Shape], paths: [String]) {
    if let known = caches.shapes(number, place.offset) { return known }
    guard let found = ValueDecoder.shapes(try content(place).bytes) else {
      throw damage(place, "the shapes do not decode")
    }
    caches.keep(found, number, place.offset)
    return found
  }

  /// The shape of a row, and for each field how many values come before its own.
  private func rowShape(
    _ rank: Int, type: Int, block: Int, _ shapes: [ValueColumns.Shape], fields: Int
  ) throws(ReadError) -> (Int, [Int]) {
    let chunk = try paged(.shapeIDs, block: block, key: type)
    let width = Int(try chunk.integer(at: 0, byteCount: 1))
    guard width <= 32 else { throw damage(chunk.place, "the numbers of shapes do not decode") }
    let groups = (Int(chunk.header.count) + 63) / 64
    let group = rank / 64
    var cursor = ContentCursor(
      try chunk.bytes(4 + 4 * fields * group..<4 + 4 * fields * (group + 1)))
    var counts: [Int] = []
    for _ in 0..<fields { counts.append(cursor.integer32() ?? 0) }
    let data = 4 + 4 * fields * groups
    for row in group * 64...rank {
      let shape = Int(try packed(chunk, at: data, row, width: width))
      guard shape < shapes.count else {
        throw damage(chunk.place, "the numbers of shapes do not decode")
      }
      if row == rank { return (shape, counts) }
      for field in shapes[shape].fields { counts[field] += 1 }
    }
    preconditionFailure("the loop ends at the row")
  }

  /// A few values of a field as a column of their own.
  private func singleField(
    key: Int, block: Int, _ numbers: Range<Int>
  ) throws(ReadError) -> FieldColumn {
    let chunk = try paged(.values, block: block, key: key)
    guard numbers.upperBound <= Int(chunk.header.count),
      let head = ValueHead(try chunk.bytes(0..<min(16, Int(chunk.header.rawSize))))
    else { throw damage(chunk.place, "the values of a field do not decode") }
    let start = ValueColumn.headSize
    switch head.encoding {
    case 0: return .constant(try chunk.bytes(start..<start + head.size))
    case 1:
      var values: [Int64] = []
      for number in numbers {
        values.append(
          head.base
            &+ Int64(bitPattern: try packed(chunk, at: start, number, width: head.width)))
      }
      return .integers(values)
    case 2:
      var values: [Int64] = []
      for number in numbers {
        values.append(
          head.base
            &+ Int64(
              bitPattern: try packed(chunk, at: head.numbers, number, width: head.width)))
      }
      return .numbered(prefix: try chunk.bytes(start..<start + head.size), values)
    case 3:
      let dictionary = PagedDictionary(
        try paged(.valueDictionary, block: block, key: key), self)
      var strings: [[UInt8]] = []
      for number in numbers {
        strings.append(
          try dictionary.string(Int(try packed(chunk, at: start, number, width: head.width))))
      }
      return .dictionary(
        strings.indices.map { UInt32($0) },
        FieldColumn.DictionaryStrings(table: StringTable(strings)))
    case 4:
      let bytes = try chunk.bytes(start + 16 * numbers.lowerBound..<start + 16 * numbers.upperBound)
      return .uuids(Array(repeating: 0, count: 16) + bytes)
    default:
      let texts = optionalPlace(.valueTexts, block: block, key: key)
      return try text(chunk, lengthsAt: start, texts, numbers)
    }
  }

  private func singleText(_ rank: Int, type: Int, block: Int) throws(ReadError) -> TypeData {
    let lengths = try paged(.dataLengths, block: block, key: type)
    guard rank < Int(lengths.header.count) else {
      throw damage(lengths.place, "a type has fewer texts than rows")
    }
    let data = optionalPlace(.data, block: block, key: type)
    guard case .texts(let bytes, let ends) = try text(lengths, lengthsAt: 0, data, rank..<rank + 1)
    else { preconditionFailure("texts were asked for") }
    return .texts(bytes: bytes, ends: ends)
  }

  /// A few texts whose lengths stand in `chunk` and whose bytes are the content of `texts`.
  private func text(
    _ chunk: PagedChunk, lengthsAt start: Int, _ texts: ChunkPlace?, _ numbers: Range<Int>
  ) throws(ReadError) -> FieldColumn {
    let groups = (Int(chunk.header.count) + 63) / 64
    let group = numbers.lowerBound / 64
    let head = start + 4 + 8 * group
    let streamPlace = Int(try chunk.integer(at: head, byteCount: 4))
    var offset = Int(try chunk.integer(at: head + 4, byteCount: 4))
    let streamSize = Int(try chunk.integer(at: start, byteCount: 4))
    let stream = start + 4 + 8 * groups
    // A length takes at most three bytes: an entry has no more than 61,440.
    let last = min(streamSize, streamPlace + 3 * (numbers.upperBound - group * 64))
    guard streamPlace <= last else { throw damage(chunk.place, "the lengths do not decode") }
    var cursor = ContentCursor(try chunk.bytes(stream + streamPlace..<stream + last))
    var ends: [UInt32] = []
    var size = 0
    for number in group * 64..<numbers.upperBound {
      guard let length = cursor.varint(), length <= Limits.entrySizeMax else {
        throw damage(chunk.place, "the lengths do not decode")
      }
      if number < numbers.lowerBound {
        offset += length
      } else {
        size += length
        ends.append(UInt32(size))
      }
    }
    guard size > 0 else { return .texts(bytes: [], ends: ends) }
    guard let texts else { throw damage(chunk.place, "the texts are missing") }
    return .texts(bytes: try paged(texts).bytes(offset..<offset + size), ends: ends)
  }
}

extension IDColumn {
  /// A column of nothing but one row.
  func only(_ row: Int) -> IDColumn {
    var content: [UInt8] = [form == 0 ? forms[row] : form, 0, 0, 0]
    let isText = isText(row)
    if isText { content[0] = 0 }
    content.appendInteger(UInt32(isText ? 0 : 1))
    content.appendInteger(UInt32(isText ? 1 : 0))
    content.appendInteger(UInt32(0))
    if let (high, low) = halves(row) {
      content.appendInteger(high.byteSwapped)
      content.appendInteger(low.byteSwapped)
    } else {
      content.append(0)
      content.appendZeros(15)
      var text: [UInt8] = []
      append(row, to: &text)
      content.appendLengths([text.count])
      content += text
    }
    guard let column = IDColumn(content, count: 1) else {
      preconditionFailure("what was written here is a column")
    }
    return column
  }
}
