internal import Disk
internal import JSONBytes
internal import Transparency

/// The fixed parts of a segment (docs/format.md, section 7): header, chunk header, footer, trailer.
///
/// Every one is written and read here and nowhere else. Reading takes any bytes: nil is "not such a thing".
enum SegmentFormat {
  static let magic = Array("RPTSEGM1".utf8)
  static let endMagic = Array("RPTSEGE1".utf8)
  static let version: UInt16 = 1
  static let headerSize = 256
  static let chunkHeaderSize = 40
  static let trailerSize = 64
  static let footerHeadSize = 16
  static let blockEntrySize = 56
  static let directoryEntrySize = 24
  /// In the place of a block's number: the chunk belongs to the whole segment.
  static let wholeSegment = UInt32.max
  /// In a page's stored size: the page is stored as it is.
  static let rawPage: UInt32 = 1 << 31
  /// Kinds from here on may be passed over.
  static let optionalKind: UInt16 = 128
  static let pageSizes = 1_024...65_536
}

/// What a chunk holds (docs/format.md, sections 7.5 to 7.7).
enum ChunkKind: UInt16, CaseIterable, Sendable {
  case types = 1
  case sources = 2
  case schemas = 3
  case attribute = 4
  case customers = 5
  case customerStarts = 6
  case postings = 7
  case firstRevisions = 8
  case idHashes = 9
  case frontier = 10
  case attributeNames = 11
  case impliedIDs = 12
  case type = 20
  case typeRanks = 21
  case source = 22
  case schema = 23
  case attributeIDs = 24
  case id = 25
  case recorded = 26
  case time = 27
  case dataLengths = 28
  case data = 29
  case exceptions = 30
  case shape = 40
  case shapeIDs = 41
  case values = 42
  case valueTexts = 43
  case valueDictionary = 44

  var rawPageSize: Int {
    switch self {
    case .types, .sources, .schemas, .attribute, .idHashes, .frontier, .attributeNames, .impliedIDs,
      .shape, .valueDictionary:
      16_384
    case .data, .exceptions, .valueTexts: 32_768
    default: 4_096
    }
  }
}

/// The first 256 bytes of a segment.
struct SegmentHeader: Hashable, Sendable {
  var ledger: LedgerID
  var first: Position
  var count: UInt64
  var rootBefore: MerkleHash
  var root: MerkleHash
  var entryBytes: UInt64
  var firstRecorded: Timestamp
  var lastRecorded: Timestamp
  var lz4Version: UInt32
  var level: UInt32
  var blocks: UInt32

  var next: Position { first.advanced(by: Int(count)) }

  var encoded: [UInt8] {
    var bytes = SegmentFormat.magic
    bytes.appendInteger(SegmentFormat.version)
    bytes.appendInteger(UInt16(SegmentFormat.headerSize))
    bytes.appendInteger(UInt32(0))
    bytes += ledger.bytes
    bytes.appendInteger(first.value)
    bytes.appendInteger(count)
    rootBefore.write(to: &bytes)
    root.write(to: &bytes)
    bytes.appendInteger(entryBytes)
    bytes.appendInteger(UInt64(bitPattern: firstRecorded.microseconds))
    bytes.appendInteger(UInt64(bitPattern: lastRecorded.microseconds))
    bytes.appendInteger(lz4Version)
    bytes.appendInteger(level)
    bytes.appendInteger(blocks)
    bytes += Array(repeating: 0, count: 104)
    bytes.appendInteger(CRC32C.of(bytes))
    return bytes
  }

  enum Reading { case whole(SegmentHeader), newer(UInt16), damaged }

  static func read(_ bytes: [UInt8]) -> Reading {
    let size = SegmentFormat.headerSize
    guard bytes.count >= size, bytes.starts(with: SegmentFormat.magic) else { return .damaged }
    var check = ByteCursor(bytes, at: size - 4)
    guard check.integer(UInt32.self) == CRC32C.of(bytes, in: 0..<size - 4) else { return .damaged }
    var cursor = ByteCursor(bytes, at: 8)
    guard let version = cursor.integer(UInt16.self) else { return .damaged }
    if version > SegmentFormat.version { return .newer(version) }
    guard version == SegmentFormat.version,
      cursor.integer(UInt16.self) == UInt16(size), cursor.integer(UInt32.self) == 0,
      let ledger = cursor.take(16), let first = cursor.integer(UInt64.self),
      let count = cursor.integer(UInt64.self), let before = cursor.take(32),
      let root = cursor.take(32), let rootBefore = MerkleHash(bytes: before),
      let rootAfter = MerkleHash(bytes: root), let entryBytes = cursor.integer(UInt64.self),
      let firstRecorded = cursor.integer(UInt64.self),
      let lastRecorded = cursor.integer(UInt64.self),
      let lz4Version = cursor.integer(UInt32.self), let level = cursor.integer(UInt32.self),
      let blocks = cursor.integer(UInt32.self), let rest = cursor.take(104),
      rest.allSatisfy({ $0 == 0 }),
      // Rows and blocks are counted in 32 bits; a block holds at least one row.
      count >= 1, count <= UInt64(UInt32.max), first <= Limits.positionMax,
      count <= Limits.positionMax, blocks >= 1, UInt64(blocks) <= count,
      entryBytes <= count * UInt64(Limits.entrySizeMax)
    else { return .damaged }
    let header = SegmentHeader(
      ledger: LedgerID(bytes: Array(ledger)), first: Position(first), count: count,
      rootBefore: rootBefore, root: rootAfter, entryBytes: entryBytes,
      firstRecorded: Timestamp(microseconds: Int64(bitPattern: firstRecorded)),
      lastRecorded: Timestamp(microseconds: Int64(bitPattern: lastRecorded)),
      lz4Version: lz4Version, level: level, blocks: blocks)
    // The next event is never recorded before the last one: a time of another age would stay for ever.
    return header.firstRecorded.isInRange && header.lastRecorded.isInRange
      ? .whole(header) : .damaged
  }
}

/// The 40 bytes in front of a chunk's page table.
struct ChunkHeader: Hashable, Sendable {
  var kind: UInt16
  var block: UInt32
  var key: UInt32
  var count: UInt32
  var rawSize: UInt32
  var storedSize: UInt32
  var rawPageSize: UInt32
  var pages: UInt32

  static let magic = Array("RCHK".utf8)

  /// Bytes of header, page table and pages.
  var chunkSize: UInt64 {
    UInt64(SegmentFormat.chunkHeaderSize) + 8 * UInt64(pages) + 4 + UInt64(storedSize)
  }

  var encoded: [UInt8] {
    var bytes = Self.magic
    bytes.appendInteger(kind)
    bytes.appendInteger(UInt16(0))
    for field in [block, key, count, rawSize, storedSize, rawPageSize, pages] {
      bytes.appendInteger(field)
    }
    bytes.appendInteger(CRC32C.of(bytes))
    return bytes
  }

  /// Nil unless all of it is as it must be: what it says of sizes then holds together.
  init?(_ bytes: [UInt8], at offset: Int = 0) {
    let size = SegmentFormat.chunkHeaderSize
    guard offset >= 0, bytes.count - offset >= size,
      bytes[offset..<offset + 4].elementsEqual(Self.magic)
    else { return nil }
    var check = ByteCursor(bytes, at: offset + size - 4)
    guard check.integer(UInt32.self) == CRC32C.of(bytes, in: offset..<offset + size - 4) else {
      return nil
    }
    var cursor = ByteCursor(bytes, at: offset + 4)
    guard let kind = cursor.integer(UInt16.self), cursor.integer(UInt16.self) == 0,
      let block = cursor.integer(UInt32.self), let key = cursor.integer(UInt32.self),
      let count = cursor.integer(UInt32.self), let rawSize = cursor.integer(UInt32.self),
      let storedSize = cursor.integer(UInt32.self),
      let rawPageSize = cursor.integer(UInt32.self), let pages = cursor.integer(UInt32.self),
      SegmentFormat.pageSizes.contains(Int(rawPageSize)), rawPageSize.nonzeroBitCount == 1,
      UInt64(pages) == (UInt64(rawSize) + UInt64(rawPageSize) - 1) / UInt64(rawPageSize),
      storedSize <= rawSize
    else { return nil }
    self.init(
      kind: kind, block: block, key: key, count: count, rawSize: rawSize, storedSize: storedSize,
      rawPageSize: rawPageSize, pages: pages)
  }

  init(
    kind: UInt16, block: UInt32, key: UInt32, count: UInt32, rawSize: UInt32, storedSize: UInt32,
    rawPageSize: UInt32, pages: UInt32
  ) {
    self.kind = kind
    self.block = block
    self.key = key
    self.count = count
    self.rawSize = rawSize
    self.storedSize = storedSize
    self.rawPageSize = rawPageSize
    self.pages = pages
  }
}
