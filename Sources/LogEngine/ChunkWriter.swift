internal import Disk

/// Writes chunks in file order: cuts a content into pages, compresses each, and keeps the directory.
struct ChunkWriter {
  private(set) var places: [ChunkPlace] = []
  /// Where the next byte goes in the file.
  private(set) var offset: UInt64
  /// What is written and not handed out yet.
  private var pending: [UInt8] = []
  private let compressor: LZ4HC

  /// Pieces that are handed out have about this many bytes.
  static let pieceSize = 1 << 20

  init(at offset: Int, compressor: LZ4HC) {
    self.offset = UInt64(offset)
    self.compressor = compressor
  }

  /// Appends a chunk; one without content is left out.
  mutating func add(
    _ kind: ChunkKind, block: UInt32 = SegmentFormat.wholeSegment, key: Int = 0, count: Int,
    _ content: [UInt8]
  ) {
    guard !content.isEmpty else { return }
    let padding = Int((8 - offset % 8) % 8)
    pending.appendZeros(padding)
    offset += UInt64(padding)
    let pageSize = kind.rawPageSize
    var table: [UInt8] = []
    var pages: [UInt8] = []
    for start in stride(from: 0, to: content.count, by: pageSize) {
      let range = start..<min(start + pageSize, content.count)
      let before = pages.count
      let isRaw = !compressor.append(content, in: range, to: &pages)
      let stored = pages.count - before
      table.appendInteger(UInt32(stored) | (isRaw ? SegmentFormat.rawPage : 0))
      table.appendInteger(CRC32C.of(pages, in: before..<pages.count))
    }
    table.appendInteger(CRC32C.of(table))
    let header = ChunkHeader(
      kind: kind.rawValue, block: block, key: UInt32(key), count: UInt32(count),
      rawSize: UInt32(content.count), storedSize: UInt32(pages.count),
      rawPageSize: UInt32(pageSize), pages: UInt32((content.count + pageSize - 1) / pageSize))
    pending += header.encoded
    pending += table
    pending += pages
    places.append(
      ChunkPlace(
        kind: kind.rawValue, block: block, key: UInt32(key), size: UInt32(header.chunkSize),
        offset: offset))
    offset += header.chunkSize
  }

  /// Appends zeros up to a multiple of 8.
  mutating func align() {
    let padding = Int((8 - offset % 8) % 8)
    pending.appendZeros(padding)
    offset += UInt64(padding)
  }

  /// Hands out what has gathered, once it is a piece, or always.
  mutating func flush<E: Error>(
    all: Bool = false, _ write: (_ piece: [UInt8]) throws(E) -> Void
  ) throws(E) {
    guard !pending.isEmpty, all || pending.count >= Self.pieceSize else { return }
    try write(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
