internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// A chunk that is read page by page. It keeps pages that were read until the caches of its log run full.
final class PagedChunk: Sendable {
  let place: ChunkPlace
  let header: ChunkHeader
  private let table: PageTable
  private let segment: SegmentFile
  private let pages: Mutex<[[UInt8]?]>

  init(_ place: ChunkPlace, of segment: SegmentFile) throws(ReadError) {
    let least = SegmentFormat.chunkHeaderSize
    guard Int(place.size) >= least else { throw segment.damage(place, "the chunk is too short") }
    // Header and table in one read, as far as the table may reach in most chunks.
    let guess = min(Int(place.size), 4_096)
    var stored = try segment.read(place.offset, guess, place)
    let header = try segment.chunkHeader(stored, place)
    let needed = least + 8 * Int(header.pages) + 4
    if needed > stored.count { stored = try segment.read(place.offset, needed, place) }
    table = try PageTable(stored, header, place, segment)
    self.header = header
    self.place = place
    self.segment = segment
    pages = Mutex(Array(repeating: nil, count: Int(header.pages)))
  }

  var count: Int { Int(header.count) }

  /// Bytes of the content; a copy.
  func bytes(_ range: Range<Int>) throws(ReadError) -> [UInt8] {
    guard !range.isEmpty else { return [] }
    try check(range.lowerBound, range.upperBound)
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

  private func check(_ lower: Int, _ upper: Int) throws(ReadError) {
    guard lower >= 0, upper >= lower, upper <= Int(header.rawSize) else {
      throw segment.damage(place, "something is said to stand behind its end")
    }
  }

  /// A little-endian number of up to eight bytes.
  func integer(at offset: Int, byteCount: Int) throws(ReadError) -> UInt64 {
    try check(offset, offset &+ byteCount)
    let size = Int(header.rawPageSize)
    let number = offset / size
    let start = offset - number * size
    if start + byteCount <= size {
      let page = try page(number)
      var value: UInt64 = 0
      var place = start + byteCount
      while place > start {
        place -= 1
        value = value << 8 | UInt64(page[place])
      }
      return value
    }
    return try bytes(offset..<offset + byteCount).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Number `index` of those of `width` bits, at most 64, that begin at `offset` of the content.
  func packed(at offset: Int, _ index: Int, width: Int) throws(ReadError) -> UInt64 {
    guard width > 0 else { return 0 }
    let (bit, overflow) = index.multipliedReportingOverflow(by: width)
    guard !overflow, width <= 64 else {
      throw segment.damage(place, "something is said to stand behind its end")
    }
    let first = offset + bit / 8
    let shift = bit % 8
    let byteCount = (shift + width + 7) / 8
    let low = try integer(at: first, byteCount: min(8, byteCount)) >> UInt64(shift)
    let high =
      byteCount > 8 ? try integer(at: first + 8, byteCount: 1) << UInt64(64 - shift) : 0
    return (low | high) & (width == 64 ? .max : 1 << UInt64(width) - 1)
  }

  /// A page of the content.
  func page(_ number: Int) throws(ReadError) -> [UInt8] {
    if let known = pages.withLock({ $0[number] }) { return known }
    let range = table.range(number)
    let offset = place.offset + UInt64(range.lowerBound)
    let stored = try segment.read(offset, range.count, place)
    guard CRC32C.of(stored) == table.crc(number) else {
      throw segment.damage(at: offset, place, "a page fails its CRC")
    }
    let size = Int(header.rawPageSize)
    let count = min(size, Int(header.rawSize) - number * size)
    let page: [UInt8]
    if table.isRaw(number) {
      page = stored
    } else {
      guard let unpacked = LZ4.decompressed(stored, in: 0..<stored.count, size: count) else {
        throw segment.damage(at: offset, place, "a page does not decompress")
      }
      page = unpacked
    }
    pages.withLock { $0[number] = page }
    segment.caches.keepsPage(of: self, byteCount: count)
    return page
  }

  /// Forgets its pages.
  func dropPages() {
    pages.withLock { pages in
      for number in pages.indices { pages[number] = nil }
    }
  }
}
