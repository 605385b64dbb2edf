internal import Disk
internal import JSONBytes

/// What the footer says of a block: enough to pass it by unread.
struct BlockEntry: Hashable, Sendable {
  var firstRow: UInt32
  var rows: UInt32
  var timeMin: Timestamp
  var timeMax: Timestamp
  var firstRecorded: Timestamp
  var lastRecorded: Timestamp
  var entryBytes: UInt64
  var exceptions: UInt32
  /// Bit t mod 64 of word t ÷ 64: the block has an event of type t.
  var types: [UInt64]

  func has(type: Int) -> Bool {
    type / 64 < types.count && types[type / 64] >> UInt64(type % 64) & 1 == 1
  }
}

/// Where a chunk lies.
struct ChunkPlace: Hashable, Sendable {
  var kind: UInt16
  var block: UInt32
  var key: UInt32
  /// Bytes of the chunk with header and page table.
  var size: UInt32
  var offset: UInt64

  /// File order: the whole segment's chunks first, then block after block.
  var order: (UInt64, UInt64) {
    let block = block == SegmentFormat.wholeSegment ? 0 : UInt64(block) + 1
    return (block, UInt64(kind) << 32 | UInt64(key))
  }
}

/// The table of contents of a segment.
struct SegmentFooter: Hashable, Sendable {
  var typeCount: UInt32
  var blocks: [BlockEntry]
  var chunks: [ChunkPlace]

  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.appendInteger(UInt32(blocks.count))
    bytes.appendInteger(typeCount)
    bytes.appendInteger(UInt32(chunks.count))
    bytes.appendInteger(UInt32(0))
    for block in blocks {
      bytes.appendInteger(block.firstRow)
      bytes.appendInteger(block.rows)
      for time in [block.timeMin, block.timeMax, block.firstRecorded, block.lastRecorded] {
        bytes.appendInteger(UInt64(bitPattern: time.microseconds))
      }
      bytes.appendInteger(block.entryBytes)
      bytes.appendInteger(block.exceptions)
      bytes.appendInteger(UInt32(0))
      precondition(block.types.count == (Int(typeCount) + 63) / 64, "one bit for each type")
      for word in block.types { bytes.appendInteger(word) }
    }
    for chunk in chunks {
      bytes.appendInteger(chunk.kind)
      bytes.appendInteger(UInt16(0))
      bytes.appendInteger(chunk.block)
      bytes.appendInteger(chunk.key)
      bytes.appendInteger(chunk.size)
      bytes.appendInteger(chunk.offset)
    }
    return bytes
  }

  init(typeCount: UInt32, blocks: [BlockEntry], chunks: [ChunkPlace]) {
    self.typeCount = typeCount
    self.blocks = blocks
    self.chunks = chunks
  }

  /// Nil unless the tables fill the bytes exactly, the blocks cover `rows` rows in order, and the chunks lie in order,
  /// apart from each other, between the header and `end`.
  init?(_ bytes: [UInt8], rows: UInt64, end: UInt64) {
    var cursor = ByteCursor(bytes)
    guard let blockCount = cursor.integer(UInt32.self), let types = cursor.integer(UInt32.self),
      let chunkCount = cursor.integer(UInt32.self), cursor.integer(UInt32.self) == 0,
      types >= 1, UInt64(types) <= rows
    else { return nil }
    let words = (UInt64(types) + 63) / 64
    let blockSize = UInt64(SegmentFormat.blockEntrySize) + 8 * words
    let blocksSize = UInt64(blockCount).multipliedReportingOverflow(by: blockSize)
    let chunksSize = UInt64(chunkCount) * UInt64(SegmentFormat.directoryEntrySize)
    guard !blocksSize.overflow, blocksSize.partialValue <= UInt64(bytes.count),
      UInt64(SegmentFormat.footerHeadSize) + blocksSize.partialValue + chunksSize
        == UInt64(bytes.count)
    else { return nil }
    typeCount = types
    blocks = []
    chunks = []
    var row: UInt64 = 0
    for _ in 0..<blockCount {
      guard let block = Self.block(&cursor, words: Int(words)), UInt64(block.firstRow) == row,
        block.rows >= 1, Int(block.rows) <= Limits.blockEventsMax, block.exceptions <= block.rows
      else { return nil }
      row += UInt64(block.rows)
      blocks.append(block)
    }
    guard row == rows else { return nil }
    var place = UInt64(SegmentFormat.headerSize)
    for _ in 0..<chunkCount {
      guard let chunk = Self.chunk(&cursor), chunk.offset >= place, chunk.offset % 8 == 0,
        UInt64(chunk.size) <= end, chunk.offset <= end - UInt64(chunk.size),
        chunk.block == SegmentFormat.wholeSegment || chunk.block < blockCount,
        chunks.last.map({ $0.order < chunk.order }) ?? true
      else { return nil }
      place = chunk.offset + UInt64(chunk.size)
      chunks.append(chunk)
    }
  }

  private static func block(_ cursor: inout ByteCursor, words: Int) -> BlockEntry? {
    guard let firstRow = cursor.integer(UInt32.self), let rows = cursor.integer(UInt32.self),
      let timeMin = cursor.integer(UInt64.self), let timeMax = cursor.integer(UInt64.self),
      let first = cursor.integer(UInt64.self), let last = cursor.integer(UInt64.self),
      let entryBytes = cursor.integer(UInt64.self), let exceptions = cursor.integer(UInt32.self),
      cursor.integer(UInt32.self) == 0
    else { return nil }
    var types: [UInt64] = []
    for _ in 0..<words {
      guard let word = cursor.integer(UInt64.self) else { return nil }
      types.append(word)
    }
    return BlockEntry(
      firstRow: firstRow, rows: rows, timeMin: Timestamp(microseconds: Int64(bitPattern: timeMin)),
      timeMax: Timestamp(microseconds: Int64(bitPattern: timeMax)),
      firstRecorded: Timestamp(microseconds: Int64(bitPattern: first)),
      lastRecorded: Timestamp(microseconds: Int64(bitPattern: last)), entryBytes: entryBytes,
      exceptions: exceptions, types: types)
  }

  private static func chunk(_ cursor: inout ByteCursor) -> ChunkPlace? {
    guard let kind = cursor.integer(UInt16.self), cursor.integer(UInt16.self) == 0,
      let block = cursor.integer(UInt32.self), let key = cursor.integer(UInt32.self),
      let size = cursor.integer(UInt32.self), let offset = cursor.integer(UInt64.self)
    else { return nil }
    return ChunkPlace(kind: kind, block: block, key: key, size: size, offset: offset)
  }

  /// The chunk of this kind and key; nil where there is none. Binary search.
  func chunk(_ kind: ChunkKind, block: UInt32, key: UInt32 = 0) -> ChunkPlace? {
    let wanted = ChunkPlace(kind: kind.rawValue, block: block, key: key, size: 0, offset: 0).order
    var low = 0
    var high = chunks.count
    while low < high {
      let middle = (low + high) / 2
      if chunks[middle].order < wanted { low = middle + 1 } else { high = middle }
    }
    guard low < chunks.count, chunks[low].order == wanted else { return nil }
    return chunks[low]
  }
}

/// The last 64 bytes of a segment.
struct SegmentTrailer: Hashable, Sendable {
  var footerOffset: UInt64
  var footerSize: UInt32
  var footerCRC: UInt32
  var fileSize: UInt64
  var ledger: LedgerID
  var first: Position

  var encoded: [UInt8] {
    var bytes = SegmentFormat.endMagic
    bytes.appendInteger(footerOffset)
    bytes.appendInteger(footerSize)
    bytes.appendInteger(footerCRC)
    bytes.appendInteger(fileSize)
    bytes += ledger.bytes
    bytes.appendInteger(first.value)
    bytes.appendInteger(UInt32(0))
    bytes.appendInteger(CRC32C.of(bytes))
    return bytes
  }

  init(
    footerOffset: UInt64, footerSize: UInt32, footerCRC: UInt32, fileSize: UInt64,
    ledger: LedgerID, first: Position
  ) {
    self.footerOffset = footerOffset
    self.footerSize = footerSize
    self.footerCRC = footerCRC
    self.fileSize = fileSize
    self.ledger = ledger
    self.first = first
  }

  /// Nil unless it is whole and says where a footer lies directly before it, in a file of its size.
  init?(_ bytes: [UInt8], fileSize actual: UInt64) {
    let size = SegmentFormat.trailerSize
    guard bytes.count == size, bytes.starts(with: SegmentFormat.endMagic) else { return nil }
    var check = ByteCursor(bytes, at: size - 4)
    guard check.integer(UInt32.self) == CRC32C.of(bytes, in: 0..<size - 4) else { return nil }
    var cursor = ByteCursor(bytes, at: 8)
    guard let offset = cursor.integer(UInt64.self), let footerSize = cursor.integer(UInt32.self),
      let crc = cursor.integer(UInt32.self), let fileSize = cursor.integer(UInt64.self),
      let ledger = cursor.take(16), let first = cursor.integer(UInt64.self),
      cursor.integer(UInt32.self) == 0, fileSize == actual, offset % 8 == 0,
      offset >= UInt64(SegmentFormat.headerSize), offset <= fileSize,
      fileSize - offset == UInt64(footerSize) + UInt64(size), first <= Limits.positionMax
    else { return nil }
    self.init(
      footerOffset: offset, footerSize: footerSize, footerCRC: crc, fileSize: fileSize,
      ledger: LedgerID(bytes: Array(ledger)), first: Position(first))
  }
}
