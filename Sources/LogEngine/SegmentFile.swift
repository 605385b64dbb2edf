internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// A sealed segment that is open for reading (docs/format.md, section 7). Opening reads header, trailer and footer;
/// everything else is read, checked and decompressed when it is asked for. Any bytes may stand in the file.
final class SegmentFile: Sendable {
  /// Why a file does not open as a segment.
  enum Problem: Error {
    /// Of a format, or with a kind of chunk, that this program does not know.
    case newer(Int)
    /// Of another ledger.
    case foreign
    case damaged(offset: UInt64, detail: String)
    case disk(DiskError)

    var offset: UInt64 {
      if case .damaged(let offset, _) = self { return offset }
      return 0
    }

    var detail: String {
      switch self {
      case .newer(let version): "it has format \(version)"
      case .foreign: "it belongs to another ledger"
      case .damaged(_, let detail): detail
      case .disk(let error): "\(error)"
      }
    }
  }

  let name: String
  let file: any ReadableFile
  let header: SegmentHeader
  let footer: SegmentFooter
  let fileSize: UInt64
  let caches: SegmentCaches
  /// Tells this segment's pages and blocks from others in the caches.
  let number: UInt64
  private let dictionaries = Mutex(SmallDictionaries())
  /// What point reads have resolved: of the segment, and of each block.
  let points = Mutex<SegmentPoints?>(nil)
  let blockPoints: Mutex<[BlockPoints?]>

  private init(
    name: String, file: any ReadableFile, header: SegmentHeader, footer: SegmentFooter,
    fileSize: UInt64, caches: SegmentCaches
  ) {
    self.name = name
    self.file = file
    self.header = header
    self.footer = footer
    self.fileSize = fileSize
    self.caches = caches
    number = caches.nextNumber()
    blockPoints = Mutex(Array(repeating: nil, count: footer.blocks.count))
  }

  /// Opens a file by its three fixed parts, which must fit each other, the file's name and the ledger. Reads at most a
  /// few kilobytes.
  static func open(
    _ file: any ReadableFile, name: String, ledger: LedgerID, first: Position,
    caches: SegmentCaches = SegmentCaches()
  ) throws(Problem) -> SegmentFile {
    let size = try disk { () throws(DiskError) in try file.size() }
    let least = UInt64(SegmentFormat.headerSize + SegmentFormat.trailerSize)
    guard size >= least else {
      throw .damaged(offset: 0, detail: "it is too short for a segment")
    }
    let head = try disk { () throws(DiskError) in
      try file.read(at: 0, count: SegmentFormat.headerSize)
    }
    let header: SegmentHeader
    switch SegmentHeader.read(head) {
    case .newer(let version): throw .newer(Int(version))
    case .damaged: throw .damaged(offset: 0, detail: "its header fails the check")
    case .whole(let whole): header = whole
    }
    guard header.ledger == ledger else { throw .foreign }
    guard header.first == first else {
      throw .damaged(
        offset: 32, detail: "its header says that it starts at position \(header.first)")
    }
    let end = size - UInt64(SegmentFormat.trailerSize)
    let tail = try disk { () throws(DiskError) in
      try file.read(at: end, count: SegmentFormat.trailerSize)
    }
    guard let trailer = SegmentTrailer(tail, fileSize: size), trailer.ledger == ledger,
      trailer.first == first
    else { throw .damaged(offset: end, detail: "its trailer fails the check") }
    let bytes = try disk { () throws(DiskError) in
      try file.read(at: trailer.footerOffset, count: Int(trailer.footerSize))
    }
    guard CRC32C.of(bytes) == trailer.footerCRC,
      let footer = SegmentFooter(bytes, rows: header.count, end: trailer.footerOffset),
      footer.blocks.count == Int(header.blocks)
    else { throw .damaged(offset: trailer.footerOffset, detail: "its footer fails the check") }
    let isKnown = footer.chunks.allSatisfy {
      $0.kind >= SegmentFormat.optionalKind || ChunkKind(rawValue: $0.kind) != nil
    }
    guard isKnown else { throw .newer(LedgerDescription.format + 1) }
    return SegmentFile(
      name: name, file: file, header: header, footer: footer, fileSize: size, caches: caches)
  }

  private static func disk<Value>(
    _ body: () throws(DiskError) -> Value
  ) throws(Problem) -> Value {
    do throws(DiskError) {
      return try body()
    } catch {
      // The file ended before the bytes that its size promised.
      if error.number == 0 { throw .damaged(offset: 0, detail: "the file ends too early") }
      throw .disk(error)
    }
  }

  var count: Int { Int(header.count) }

  // MARK: Damage

  /// Damage of a chunk, with the positions that cannot be relied on: those of its block, or all.
  func damage(_ place: ChunkPlace, _ detail: String) -> ReadError {
    var rows = 0..<count
    if place.block != SegmentFormat.wholeSegment, Int(place.block) < footer.blocks.count {
      let block = footer.blocks[Int(place.block)]
      rows = Int(block.firstRow)..<Int(block.firstRow) + Int(block.rows)
    }
    return damage(at: place.offset, rows, detail)
  }

  func damage(at offset: UInt64, _ rows: Range<Int>, _ detail: String) -> ReadError {
    .corrupt(
      Corruption(
        .segment, file: "\(LogFiles.directory)/\(name)", offset: offset,
        positions: header.first.advanced(
          by: rows.lowerBound)..<header.first.advanced(
            by: rows.upperBound), detail: detail))
  }

  /// Damage that shows only in what several chunks say together.
  func disagreement(block: Int?, _ detail: String) -> ReadError {
    let number = block.map { UInt32($0) } ?? SegmentFormat.wholeSegment
    let place = footer.chunks.first { $0.block == number }
    return damage(
      place ?? ChunkPlace(kind: 0, block: number, key: 0, size: 0, offset: 0), detail)
  }

  // MARK: Chunks

  /// The chunk of this kind and key; damage where it must be there and is not.
  func place(
    _ kind: ChunkKind, block: Int? = nil, key: Int = 0
  ) throws(ReadError) -> ChunkPlace {
    if let place = optionalPlace(kind, block: block, key: key) { return place }
    throw disagreement(block: block, "a chunk of kind \(kind.rawValue) is missing")
  }

  func optionalPlace(_ kind: ChunkKind, block: Int? = nil, key: Int = 0) -> ChunkPlace? {
    footer.chunk(
      kind, block: block.map { UInt32($0) } ?? SegmentFormat.wholeSegment, key: UInt32(key))
  }

  /// A whole chunk: its header and its content, with every CRC checked.
  func content(_ place: ChunkPlace) throws(ReadError) -> (header: ChunkHeader, bytes: [UInt8]) {
    let stored = try read(place.offset, Int(place.size), place)
    let header = try chunkHeader(stored, place)
    let table = try PageTable(stored, header, place, self)
    var bytes = [UInt8](repeating: 0, count: Int(header.rawSize))
    for page in 0..<table.count {
      let range = table.range(page)
      guard CRC32C.of(stored, in: range) == table.crc(page) else {
        throw damage(at: place.offset + UInt64(range.lowerBound), place, "a page fails its CRC")
      }
      let start = page * Int(header.rawPageSize)
      let size = min(Int(header.rawPageSize), bytes.count - start)
      guard table.unpack(page, stored, range, into: &bytes, at: start, size: size) else {
        throw damage(
          at: place.offset + UInt64(range.lowerBound), place, "a page does not decompress")
      }
    }
    return (header, bytes)
  }

  func damage(at offset: UInt64, _ place: ChunkPlace, _ detail: String) -> ReadError {
    guard case .corrupt(var found) = damage(place, detail) else { return damage(place, detail) }
    found.offset = offset
    return .corrupt(found)
  }

  func read(_ offset: UInt64, _ count: Int, _ place: ChunkPlace) throws(ReadError) -> [UInt8] {
    do throws(DiskError) {
      return try file.read(at: offset, count: count)
    } catch {
      if error.number == 0 { throw damage(place, "the file ends inside the chunk") }
      if error.number == Errno.io { throw damage(place, "the device cannot read it") }
      throw .disk(error)
    }
  }

  func chunkHeader(_ stored: [UInt8], _ place: ChunkPlace) throws(ReadError) -> ChunkHeader {
    guard let header = ChunkHeader(stored), header.kind == place.kind,
      header.block == place.block, header.key == place.key,
      header.chunkSize == UInt64(place.size)
    else { throw damage(place, "the chunk's header fails the check") }
    // A page expands at most as LZ4 can: what is asked for stays near what is stored.
    guard UInt64(header.rawSize) <= UInt64(header.storedSize) * UInt64(LZ4.ratioMax) + 16 else {
      throw damage(place, "the chunk promises more bytes than its pages can hold")
    }
    return header
  }

  // MARK: Dictionaries

  /// The dictionaries that are small enough to be kept.
  func smallDictionary(
    _ kind: ChunkKind, key: Int = 0
  ) throws(ReadError) -> StringTable {
    let known = dictionaries.withLock { $0.tables[SmallDictionaries.Key(kind: kind, key: key)] }
    if let known { return known }
    let table = try dictionary(kind, key: key)
    if table.byteCount <= SmallDictionaries.sizeMax {
      dictionaries.withLock { $0.tables[SmallDictionaries.Key(kind: kind, key: key)] = table }
    }
    return table
  }

  /// A dictionary of the segment, decoded whole.
  func dictionary(_ kind: ChunkKind, key: Int = 0) throws(ReadError) -> StringTable {
    let place = try place(kind, key: key)
    let (header, bytes) = try content(place)
    guard let table = StringTable(bytes), table.count == Int(header.count), table.count > 0,
      // Ids of types are checked against the footer's count.
      kind != .types || table.count == Int(footer.typeCount)
    else { throw damage(place, "the dictionary does not decode") }
    return table
  }

  /// Names of the further attributes, in order.
  func attributeNames() throws(ReadError) -> [String] {
    if let known = dictionaries.withLock({ $0.attributeNames }) { return known }
    var names: [String] = []
    if let place = optionalPlace(.attributeNames) {
      let (_, bytes) = try content(place)
      var cursor = ContentCursor(bytes)
      guard let count = cursor.integer32(), count <= bytes.count else {
        throw damage(place, "the names of attributes do not decode")
      }
      for _ in 0..<count {
        guard let size = cursor.varint(), let text = cursor.take(size),
          let name = String(validating: text, as: UTF8.self), names.last.map({ $0 < name }) ?? true
        else { throw damage(place, "the names of attributes do not decode") }
        names.append(name)
      }
      guard cursor.isAtEnd else { throw damage(place, "the names of attributes do not decode") }
    }
    dictionaries.withLock { $0.attributeNames = names }
    return names
  }

  /// For each type the one id of a column that is left out because the type tells it; nil where it is not.
  func impliedIDs(_ key: Int, of count: Int) throws(ReadError) -> [UInt32]? {
    guard let place = optionalPlace(.impliedIDs, key: key) else { return nil }
    let known = dictionaries.withLock { $0.implied[key] }
    if let known { return known }
    let (_, bytes) = try content(place)
    guard let ids = Columns.ids(bytes, count: Int(footer.typeCount), of: count) else {
      throw damage(place, "the implied ids do not decode")
    }
    dictionaries.withLock { $0.implied[key] = ids }
    return ids
  }

  /// The frontier of the log before this segment.
  func startFrontier() throws(ReadError) -> Frontier {
    guard header.first > .zero else { return Frontier() }
    let place = try place(.frontier)
    let (_, bytes) = try content(place)
    let hashes = stride(from: 0, to: bytes.count, by: 32).compactMap {
      MerkleHash(bytes: bytes[$0..<min($0 + 32, bytes.count)])
    }
    guard hashes.count * 32 == bytes.count,
      let frontier = Frontier(size: header.first.value, hashes: hashes),
      frontier.root == header.rootBefore
    else { throw damage(place, "the frontier does not give the root at its start") }
    return frontier
  }
}

/// What a segment keeps once it was decoded.
private struct SmallDictionaries: Sendable {
  struct Key: Hashable, Sendable {
    var kind: ChunkKind
    var key: Int
  }

  static let sizeMax = 64 << 10

  var tables: [Key: StringTable] = [:]
  var attributeNames: [String]?
  var implied: [Int: [UInt32]] = [:]
}

/// The page table of a chunk: where each page lies within the chunk's bytes.
struct PageTable: Sendable {
  private let sizes: [UInt32]
  private let crcs: [UInt32]
  private let starts: [Int]

  var count: Int { sizes.count }

  /// Checks the table's CRC and that the pages fill the stored size.
  init(
    _ stored: [UInt8], _ header: ChunkHeader, _ place: ChunkPlace, _ segment: SegmentFile
  ) throws(ReadError) {
    let start = SegmentFormat.chunkHeaderSize
    let count = Int(header.pages)
    let end = start + 8 * count
    var check = ByteCursor(stored, at: end)
    guard end + 4 <= stored.count,
      check.integer(UInt32.self) == CRC32C.of(stored, in: start..<end)
    else { throw segment.damage(place, "the page table fails its CRC") }
    var cursor = ByteCursor(stored, at: start)
    var sizes: [UInt32] = []
    var crcs: [UInt32] = []
    var starts: [Int] = []
    var offset = end + 4
    for page in 0..<count {
      guard let size = cursor.integer(UInt32.self), let crc = cursor.integer(UInt32.self) else {
        throw segment.damage(place, "the page table ends too early")
      }
      let raw = min(Int(header.rawPageSize), Int(header.rawSize) - page * Int(header.rawPageSize))
      let isRaw = size & SegmentFormat.rawPage != 0
      let stored = Int(size & ~SegmentFormat.rawPage)
      guard isRaw ? stored == raw : stored < raw && stored > 0 else {
        throw segment.damage(place, "a page has an impossible size")
      }
      sizes.append(size)
      crcs.append(crc)
      starts.append(offset)
      offset += stored
    }
    guard offset == end + 4 + Int(header.storedSize) else {
      throw segment.damage(place, "the pages do not fill the chunk")
    }
    self.sizes = sizes
    self.crcs = crcs
    self.starts = starts
  }

  func range(_ page: Int) -> Range<Int> {
    starts[page]..<starts[page] + Int(sizes[page] & ~SegmentFormat.rawPage)
  }

  func crc(_ page: Int) -> UInt32 { crcs[page] }

  func isRaw(_ page: Int) -> Bool { sizes[page] & SegmentFormat.rawPage != 0 }

  /// Puts the `size` bytes of a page, which is `stored[range]`, to `output[start...]`; false where it does not fit.
  func unpack(
    _ page: Int, _ stored: [UInt8], _ range: Range<Int>, into output: inout [UInt8], at start: Int,
    size: Int
  ) -> Bool {
    guard sizes[page] & SegmentFormat.rawPage != 0 else {
      return LZ4.decompress(stored, in: range, into: &output, at: start, size: size)
    }
    guard range.count == size else { return false }
    Columns.copy(stored, range, to: &output, at: start)
    return true
  }
}
