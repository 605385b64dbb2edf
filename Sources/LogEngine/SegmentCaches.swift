internal import Disk
internal import Synchronization

/// What a log keeps of its segments in memory, bounded: pages for point reads, and the parts that were decoded last.
final class SegmentCaches: Sendable {
  /// Pages in a ring, and the hand of a clock: a page that was read again since the hand came by stays, the first other
  /// one goes. So the pages of tables stay, and those of single events pass through.
  private struct Clock: Sendable {
    struct Entry: Sendable {
      var chunk: PagedChunk
      var page: Int
      var byteCount: Int
    }

    private var ring: [Entry] = []
    private var hand = 0
    private var byteCount = 0

    /// Takes in a page, and drops others while there are more bytes than `max`. Each is looked at twice at most.
    mutating func keep(_ entry: Entry, max: Int) {
      byteCount += entry.byteCount
      var looks = 2 * ring.count
      while byteCount > max, looks > 0, !ring.isEmpty {
        looks -= 1
        if hand >= ring.count { hand = 0 }
        let found = ring[hand]
        guard found.chunk.drop(found.page) else {
          hand += 1
          continue
        }
        byteCount -= found.byteCount
        // The last one takes the place that is free.
        let last = ring.removeLast()
        if hand < ring.count { ring[hand] = last }
      }
      ring.append(entry)
    }
  }

  /// Decoded parts, the one that was used last at the end.
  private struct Recent<Value: Sendable>: Sendable {
    private var kept: [(segment: UInt64, part: Int, value: Value)] = []

    mutating func find(_ segment: UInt64, _ part: Int = 0) -> Value? {
      guard let place = kept.firstIndex(where: { $0.segment == segment && $0.part == part }) else {
        return nil
      }
      let found = kept.remove(at: place)
      kept.append(found)
      return found.value
    }

    mutating func keep(_ value: Value, _ segment: UInt64, _ part: Int = 0, max: Int) {
      kept.removeAll { $0.segment == segment && $0.part == part }
      kept.append((segment, part, value))
      if kept.count > max { kept.removeFirst() }
    }
  }

  private struct Parts: Sendable {
    var blocks = Recent<DecodedBlock>()
    var customers = Recent<SegmentCustomers>()
    var customerRows = Recent<CustomerRows>()
    var tables = Recent<EntryTables>()
    var buckets = Recent<IDBucketSums>()
    var next: UInt64 = 0
  }

  /// Where the pages' memory comes from.
  let frames = PageFrames()
  private let clock = Mutex(Clock())
  /// Pages of ids, of which one is seldom asked for twice: they do not push out the others.
  private let passing = Mutex(Clock())
  private let parts = Mutex(Parts())
  /// Blocks whose chunks are resolved, the oldest first: when they are too many, its segment resolves it anew.
  private let resolved: Mutex<[ResolvedBlock]> = Mutex([])
  private let pageBytesMax: Int
  private let partsMax: Int

  /// Blocks of which page tables and shapes are kept: some ten kilobytes each.
  private static let resolvedMax = 2_048
  /// Of 66 kilobytes each.
  private static let bucketsMax = 256

  /// Pages fill a 64th of the machine's memory, but at least 32 MiB and at most 256: those of the tables of ten million
  /// events fit, and stay. Only reading by customer or id fills it.
  static let pageBytesStandard = min(max(PageFrames.physicalMemory / 64, 32 << 20), 256 << 20)

  init(pageBytesMax: Int = pageBytesStandard, partsMax: Int = 3) {
    self.pageBytesMax = pageBytesMax
    self.partsMax = partsMax
  }

  /// A number that no other segment of this log has had.
  func nextNumber() -> UInt64 {
    parts.withLock { parts in
      parts.next += 1
      return parts.next
    }
  }

  // MARK: Pages

  /// Takes note of a page that a chunk keeps, and lets others go for it.
  func keepsPage(_ page: Int, of chunk: PagedChunk, byteCount: Int) {
    let entry = Clock.Entry(chunk: chunk, page: page, byteCount: byteCount)
    if chunk.place.kind == ChunkKind.id.rawValue {
      passing.withLock { $0.keep(entry, max: pageBytesMax / 16) }
    } else {
      clock.withLock { $0.keep(entry, max: pageBytesMax) }
    }
  }

  /// Takes note of a block whose chunks a segment has resolved, and lets the oldest one go for it.
  func resolves(_ block: Int, of segment: SegmentFile) {
    let oldest = resolved.withLock { resolved -> ResolvedBlock? in
      resolved.append(ResolvedBlock(segment: segment, block: block))
      return resolved.count > Self.resolvedMax ? resolved.removeFirst() : nil
    }
    if let oldest { oldest.segment?.forgetPoints(block: oldest.block) }
  }

  // MARK: Decoded parts

  func block(_ segment: UInt64, _ block: Int) -> DecodedBlock? {
    parts.withLock { $0.blocks.find(segment, block) }
  }

  func keep(_ contents: DecodedBlock, _ segment: UInt64, _ block: Int) {
    parts.withLock { $0.blocks.keep(contents, segment, block, max: partsMax) }
  }

  func customers(_ segment: UInt64) -> SegmentCustomers? {
    parts.withLock { $0.customers.find(segment) }
  }

  func keep(_ contents: SegmentCustomers, _ segment: UInt64) {
    parts.withLock { $0.customers.keep(contents, segment, max: partsMax) }
  }

  func customerRows(_ segment: UInt64) -> CustomerRows? {
    parts.withLock { $0.customerRows.find(segment) }
  }

  func keep(_ contents: CustomerRows, _ segment: UInt64) {
    parts.withLock { $0.customerRows.keep(contents, segment, max: partsMax) }
  }

  func tables(_ segment: UInt64) -> EntryTables? { parts.withLock { $0.tables.find(segment) } }

  func keep(_ tables: EntryTables, _ segment: UInt64) {
    parts.withLock { $0.tables.keep(tables, segment, max: partsMax) }
  }

  func buckets(_ segment: UInt64) -> IDBucketSums? { parts.withLock { $0.buckets.find(segment) } }

  func keep(_ sums: IDBucketSums, _ segment: UInt64) {
    parts.withLock { $0.buckets.keep(sums, segment, max: Self.bucketsMax) }
  }
}

/// A block of a segment that may be gone.
private struct ResolvedBlock: Sendable {
  weak let segment: SegmentFile?
  let block: Int
}
