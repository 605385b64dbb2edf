internal import Disk
internal import JSONBytes
internal import Transparency

/// Where a block ends. Tests take smaller ones.
struct SegmentLimits: Hashable, Sendable {
  var blockEventsMax = Limits.blockEventsMax
  var blockRawMax = Limits.blockRawMax
}

/// Collects the entries of one segment, and writes them in columns (docs/format.md, section 7).
///
/// The bytes depend on the entries, their first position, the frontier there, the ledger id, the version of LZ4 and
/// the level alone. An entry that the columns would not give back byte for byte is kept whole.
struct SegmentBuilder: Sendable {
  private let ledger: LedgerID
  private let first: Position
  private let frontier: Frontier
  private let level: Int32
  private let limits: SegmentLimits
  private var rows: SegmentRows

  init(
    ledger: LedgerID, first: Position, frontier: Frontier, level: Int32,
    limits: SegmentLimits = SegmentLimits()
  ) {
    self.ledger = ledger
    self.first = first
    self.frontier = frontier
    self.level = level
    self.limits = limits
    rows = SegmentRows(first: first)
  }

  /// Takes whole entries in order, of any bytes; `raw` is kept until the segment is written.
  mutating func add(_ raw: [UInt8], entries: [Range<Int>]) { rows.add(raw, entries: entries) }

  var count: Int { rows.count }

  /// The id hashes of all entries, sorted as the segment holds them.
  var sortedIDHashes: [UInt32] { rows.idHash.sorted() }

  /// Writes the segment: hands pieces of about 1 MiB to `write`, in file order. `root` is that behind the last event.
  /// What `write` throws ends it.
  func write<E: Error>(
    root: MerkleHash, to write: (_ piece: [UInt8]) throws(E) -> Void
  ) throws(E) -> SegmentHeader {
    precondition(count > 0, "a segment holds events")
    let blocks = blockRanges()
    let columns = SegmentColumns(rows)
    let header = SegmentHeader(
      ledger: ledger, first: first, count: UInt64(count), rootBefore: frontier.root, root: root,
      entryBytes: rows.entryBytes, firstRecorded: Timestamp(microseconds: rows.recorded[0]),
      lastRecorded: Timestamp(microseconds: rows.recorded[count - 1]),
      lz4Version: UInt32(LZ4.version), level: UInt32(level), blocks: UInt32(blocks.count))
    try write(header.encoded)
    var chunks = ChunkWriter(at: SegmentFormat.headerSize, compressor: LZ4HC(level: level))
    columns.writeSegmentChunks(frontier: frontier, to: &chunks)
    try chunks.flush(write)
    var entries: [BlockEntry] = []
    for (number, block) in blocks.enumerated() {
      var writer = BlockWriter(rows: rows, columns: columns, block: block, number: UInt32(number))
      try writer.write(to: &chunks, write)
      entries.append(writer.zoneMap())
    }
    chunks.align()
    try chunks.flush(all: true, write)
    try write(end(entries, chunks, typeCount: columns.types.count))
    return header
  }

  /// A block ends before the event with which it would hold too many events or bytes.
  private func blockRanges() -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var start = 0
    var size = 0
    for row in 0..<count {
      let bytes = rows.entry(row).range.count
      if row > start, row - start == limits.blockEventsMax || size + bytes > limits.blockRawMax {
        blocks.append(start..<row)
        start = row
        size = 0
      }
      size += bytes
    }
    blocks.append(start..<count)
    return blocks
  }

  private func end(
    _ blocks: [BlockEntry], _ chunks: ChunkWriter, typeCount: Int
  ) -> [UInt8] {
    let footer = SegmentFooter(
      typeCount: UInt32(typeCount), blocks: blocks, chunks: chunks.places
    ).encoded
    let trailer = SegmentTrailer(
      footerOffset: chunks.offset, footerSize: UInt32(footer.count), footerCRC: CRC32C.of(footer),
      fileSize: chunks.offset + UInt64(footer.count + SegmentFormat.trailerSize), ledger: ledger,
      first: first)
    return footer + trailer.encoded
  }
}

/// The columns of a segment with their dictionaries in order, and what belongs to the segment as a whole.
struct SegmentColumns {
  /// A dictionary, and each row's id in it.
  struct Column {
    var content: [UInt8]
    var count: Int
    var ids: [UInt32]
    /// For each type the one id that all its events have; nil where some type has several.
    var implied: [UInt32]?

    var isWritten: Bool { count > 1 && implied == nil }

    init(_ column: InternedColumn) {
      let (order, ranks) = column.strings.sorted()
      content = DictionaryContent.encoded(column.strings, order)
      count = order.count
      ids = column.ids.map { ranks[Int($0)] }
    }
  }

  let rows: SegmentRows
  let types: Column
  private(set) var sources: Column
  private(set) var schemas: Column
  /// In order of the names.
  private(set) var attributes: [Column]
  private let attributeNames: [[UInt8]]

  init(_ rows: SegmentRows) {
    self.rows = rows
    types = Column(rows.types)
    sources = Column(rows.sources)
    schemas = Column(rows.schemas)
    let (order, _) = rows.attributeNames.sorted()
    attributeNames = order.map { Array(rows.attributeNames[$0]) }
    attributes = order.map { Column(rows.attributes[$0]) }
    sources.implied = implied(sources)
    schemas.implied = implied(schemas)
    for index in attributes.indices { attributes[index].implied = implied(attributes[index]) }
  }

  private func implied(_ column: Column) -> [UInt32]? {
    guard column.count > 1 else { return nil }
    var ids: [UInt32?] = Array(repeating: nil, count: types.count)
    for row in 0..<rows.count {
      let type = Int(types.ids[row])
      if let id = ids[type] {
        if id != column.ids[row] { return nil }
      } else {
        ids[type] = column.ids[row]
      }
    }
    return ids.map { $0 ?? 0 }
  }

  func writeSegmentChunks(frontier: Frontier, to chunks: inout ChunkWriter) {
    chunks.add(.types, count: types.count, types.content)
    chunks.add(.sources, count: sources.count, sources.content)
    chunks.add(.schemas, count: schemas.count, schemas.content)
    for (number, attribute) in attributes.enumerated() {
      chunks.add(.attribute, key: number, count: attribute.count, attribute.content)
    }
    writeCustomers(to: &chunks)
    chunks.add(.idHashes, count: rows.count, idHashes())
    var hashes: [UInt8] = []
    for hash in frontier.hashes { hash.write(to: &hashes) }
    chunks.add(.frontier, count: frontier.hashes.count, hashes)
    if !attributeNames.isEmpty {
      var names: [UInt8] = []
      names.appendInteger(UInt32(attributeNames.count))
      for name in attributeNames {
        names.appendVarint(UInt64(name.count))
        names += name
      }
      chunks.add(.attributeNames, count: attributeNames.count, names)
    }
    for (key, column) in ([sources, schemas] + attributes).enumerated() {
      guard let implied = column.implied else { continue }
      var content: [UInt8] = []
      content.appendIDs(implied, of: column.count)
      chunks.add(.impliedIDs, key: key, count: implied.count, content)
    }
  }

  /// Customers, where each one's postings start, the postings, and the revisions they start with.
  private func writeCustomers(to chunks: inout ChunkWriter) {
    let strings = rows.subjects.strings
    let (order, ranks) = strings.sorted()
    chunks.add(
      .customers, count: order.count, DictionaryContent.encoded(strings, order))
    var starts: [Int] = [0]
    for number in order {
      starts.append(starts[starts.count - 1] + Int(rows.customerCounts[number]))
    }
    var next = starts
    var postings: [UInt64] = Array(repeating: 0, count: rows.count)
    for (row, subject) in rows.subjects.ids.enumerated() {
      let customer = Int(ranks[Int(subject)])
      postings[next[customer]] = UInt64(row)
      next[customer] += 1
    }
    chunks.add(.customerStarts, count: order.count, startBits(starts.dropLast()))
    var packed: [UInt8] = []
    packed.appendPacked(postings, width: PackedBits.width(of: UInt64(rows.count - 1)))
    chunks.add(.postings, count: rows.count, packed)
    var places: [UInt8] = []
    var revisions: [UInt8] = []
    for (customer, number) in order.enumerated() {
      if customer % 64 == 0 { places.appendInteger(UInt32(revisions.count)) }
      revisions.appendVarint(UInt64(rows.firstRevisions[number]))
    }
    chunks.add(.firstRevisions, count: order.count, places + revisions)
  }

  private func startBits(_ starts: ArraySlice<Int>) -> [UInt8] {
    let groups = (rows.count + 511) / 512
    var bits: [UInt8] = Array(repeating: 0, count: groups * 64)
    var counts: [UInt32] = Array(repeating: 0, count: groups + 1)
    for start in starts {
      bits[start / 8] |= 1 << UInt8(start % 8)
      counts[start / 512 + 1] += 1
    }
    var content: [UInt8] = []
    var sum: UInt32 = 0
    for group in 0..<groups {
      sum += counts[group]
      content.appendInteger(sum)
    }
    return content + bits
  }

  private func idHashes() -> [UInt8] {
    let sorted = rows.idHash.sorted()
    var counts: [Int] = Array(repeating: 0, count: 65_536)
    for hash in sorted { counts[Int(hash >> 16)] += 1 }
    var content = counts.map { UInt8(min($0, 255)) }
    let full = counts.filter { $0 >= 255 }
    content.appendInteger(UInt32(full.count))
    for count in full { content.appendInteger(UInt32(count)) }
    for hash in sorted { content.appendInteger(UInt16(truncatingIfNeeded: hash)) }
    return content
  }
}

extension [UInt8] {
  /// Appends Ids(n, d): numbers of a dictionary with `count` strings.
  mutating func appendIDs(_ ids: some Sequence<UInt32>, of count: Int) {
    if count <= 256 {
      for id in ids { append(UInt8(truncatingIfNeeded: id)) }
    } else if count <= 65_536 {
      for id in ids { appendInteger(UInt16(truncatingIfNeeded: id)) }
    } else {
      for id in ids { appendInteger(id) }
    }
  }
}
