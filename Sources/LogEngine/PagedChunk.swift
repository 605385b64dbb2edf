internal import Disk
internal import JSONBytes
internal import Synchronization
internal import Transparency

/// Bytes of a file that lie around several chunks, so that one read serves them all.
struct NearBytes {
  private let offset: UInt64
  private let bytes: [UInt8]

  /// Longer ones are not read at once.
  private static let countMax = 256 << 10

  /// From the first of these chunks to the last; nil where they are one, or too far from each other, or cannot be read
  /// at once.
  init?(around places: [ChunkPlace], in segment: SegmentFile) {
    guard let first = places.min(by: { $0.offset < $1.offset }),
      let last = places.max(by: { $0.offset < $1.offset }), places.count > 1
    else { return nil }
    let (end, overflow) = last.offset.addingReportingOverflow(UInt64(last.size))
    guard !overflow, end - first.offset <= UInt64(Self.countMax) else { return nil }
    // Where a sector is bad, whoever reads a chunk alone finds out whether it is that one's.
    guard let bytes = try? segment.read(first.offset, Int(end - first.offset), first) else {
      return nil
    }
    offset = first.offset
    self.bytes = bytes
  }

  /// Nil where they are not all here.
  func bytes(at place: UInt64, count: Int) -> [UInt8]? {
    guard place >= offset, place - offset <= UInt64(bytes.count),
      count <= bytes.count - Int(place - offset)
    else { return nil }
    let start = Int(place - offset)
    var found: [UInt8] = []
    found.append(bytes, from: start, to: start + count)
    return found
  }
}

/// A chunk that is read page by page. Pages that were read stay until the caches of its log need their room.
final class PagedChunk: Sendable {
  let place: ChunkPlace
  let header: ChunkHeader
  private let table: PageTable
  /// It holds this chunk, and whoever reads holds it.
  private unowned let segment: SegmentFile
  private let shift: Int
  private let pages: Mutex<[Page]>
  private let frames: PageFrames

  private struct Page: Sendable {
    /// Nil where the page is not here.
    var frame: PageFrame?
    /// Read again since the caches last looked.
    var isUsed = false
  }

  /// `near`: bytes of the file that were read already, perhaps with this chunk's.
  init(
    _ place: ChunkPlace, of segment: SegmentFile, in near: NearBytes? = nil
  ) throws(ReadError) {
    let least = SegmentFormat.chunkHeaderSize
    guard Int(place.size) >= least else { throw segment.damage(place, "the chunk is too short") }
    // Header and table in one read, as far as the table may reach in most chunks.
    let guess = min(Int(place.size), 4_096)
    var stored = near?.bytes(at: place.offset, count: guess) ?? []
    if stored.isEmpty { stored = try segment.read(place.offset, guess, place) }
    let header = try segment.chunkHeader(stored, place)
    let needed = least + 8 * Int(header.pages) + 4
    if needed > stored.count { stored = try segment.read(place.offset, needed, place) }
    table = try PageTable(stored, header, place, segment)
    self.header = header
    self.place = place
    self.segment = segment
    shift = Int(header.rawPageSize).trailingZeroBitCount
    pages = Mutex(Array(repeating: Page(), count: table.count))
    frames = segment.caches.frames
    // A small chunk was read whole.
    if stored.count == Int(place.size), table.count == 1 {
      keep(try unpacked(0, stored, table.range(0)), 0)
    }
  }

  deinit {
    pages.withLock { pages in
      for page in pages { if let frame = page.frame { frames.giveBack(frame) } }
    }
  }

  var count: Int { Int(header.count) }
  var size: Int { Int(header.rawSize) }

  // MARK: Pages

  /// Hands out a page, read where it is not here.
  @inline(__always)
  private func page<Value>(
    _ number: Int, _ body: (PageFrame) -> Value
  ) throws(ReadError) -> Value {
    let known: Value? = pages.withLock { pages in
      guard let frame = pages[number].frame else { return nil }
      pages[number].isUsed = true
      return body(frame)
    }
    if let known { return known }
    let range = table.range(number)
    let stored = try segment.read(place.offset + UInt64(range.lowerBound), range.count, place)
    let frame = try unpacked(number, stored, 0..<stored.count)
    let value = body(frame)
    keep(frame, number)
    return value
  }

  private func unpacked(
    _ number: Int, _ stored: [UInt8], _ range: Range<Int>
  ) throws(ReadError) -> PageFrame {
    let offset = place.offset + UInt64(table.range(number).lowerBound)
    guard CRC32C.of(stored, in: range) == table.crc(number) else {
      throw segment.damage(at: offset, place, "a page fails its CRC")
    }
    let frame = frames.take(min(1 << shift, size - number << shift))
    guard frame.fill(stored, range, isCompressed: !table.isRaw(number)) else {
      frames.giveBack(frame)
      throw segment.damage(at: offset, place, "a page does not decompress")
    }
    return frame
  }

  private func keep(_ frame: PageFrame, _ number: Int) {
    let isNew = pages.withLock { pages in
      guard pages[number].frame == nil else { return false }
      pages[number].frame = frame
      return true
    }
    if isNew {
      segment.caches.keepsPage(number, of: self, byteCount: frame.count)
    } else {
      frames.giveBack(frame)
    }
  }

  /// Forgets a page that was not read again since this was last asked; false where it was, and stays.
  func drop(_ number: Int) -> Bool {
    pages.withLock { pages in
      guard !pages[number].isUsed else {
        pages[number].isUsed = false
        return false
      }
      if let frame = pages[number].frame { frames.giveBack(frame) }
      pages[number].frame = nil
      return true
    }
  }

  // MARK: Reading

  private func check(_ lower: Int, _ upper: Int) throws(ReadError) {
    guard lower >= 0, upper >= lower, upper <= size else {
      throw segment.damage(place, "something is said to stand behind its end")
    }
  }

  /// Bytes of the content; a copy.
  func bytes(_ range: Range<Int>) throws(ReadError) -> [UInt8] {
    try check(range.lowerBound, range.upperBound)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    try append(range, to: &bytes)
    return bytes
  }

  /// Appends bytes of the content.
  func append(_ range: Range<Int>, to output: inout [UInt8]) throws(ReadError) {
    try check(range.lowerBound, range.upperBound)
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place & (1 << shift - 1)
      let end = min(range.upperBound - place + start, 1 << shift)
      try page(place >> shift) { $0.append(start..<end, to: &output) }
      place += end - start
    }
  }

  /// How often a byte stands in a part of the content.
  func count(of byte: UInt8, _ range: Range<Int>) throws(ReadError) -> Int {
    try check(range.lowerBound, range.upperBound)
    var sum = 0
    var place = range.lowerBound
    while place < range.upperBound {
      let start = place & (1 << shift - 1)
      let end = min(range.upperBound - place + start, 1 << shift)
      sum += try page(place >> shift) { $0.count(of: byte, start..<end) }
      place += end - start
    }
    return sum
  }

  /// A little-endian number of up to eight bytes.
  func integer(at offset: Int, byteCount: Int) throws(ReadError) -> UInt64 {
    try check(offset, offset &+ byteCount)
    let start = offset & (1 << shift - 1)
    if start + byteCount <= 1 << shift {
      return try page(offset >> shift) { $0.integer(at: start, byteCount: byteCount) }
    }
    return try bytes(offset..<offset + byteCount).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Number `index` of Packed numbers that begin at `offset` of the content.
  func packed(at offset: Int, _ index: Int, width: Int) throws(ReadError) -> UInt64 {
    guard width > 0 else { return 0 }
    let (bit, overflow) = index.multipliedReportingOverflow(by: width)
    guard !overflow, bit >= 0, width <= 64 else {
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
}
