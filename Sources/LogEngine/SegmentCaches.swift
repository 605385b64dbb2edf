internal import Synchronization

/// What a log keeps of its segments in memory, bounded: pages for point reads, and the last decoded blocks for runs.
final class SegmentCaches: Sendable {
  private struct State: Sendable {
    /// Chunks that keep pages, in order of their first page; the oldest ones lose theirs first.
    var ring: [PagedChunk] = []
    var byteCount = 0
    var blocks: [(segment: UInt64, block: Int, contents: DecodedBlock)] = []
    var customers: [(segment: UInt64, contents: SegmentCustomers)] = []
    var chunks: [ChunkKey: PagedChunk] = [:]
    var heads: [ChunkKey: DictionaryHeads] = [:]
    var buckets: [UInt64: IDBucketSums] = [:]
    var next: UInt64 = 0
  }

  private struct ChunkKey: Hashable, Sendable {
    var segment: UInt64
    var offset: UInt64
  }

  /// Page tables, heads of dictionaries and shapes that are kept; then they are all forgotten and found anew.
  private static let chunksMax = 16_384

  private let state = Mutex(State())
  private let pageBytesMax: Int
  private let blocksMax: Int

  init(pageBytesMax: Int = 32 << 20, blocksMax: Int = 3) {
    self.pageBytesMax = pageBytesMax
    self.blocksMax = blocksMax
  }

  /// A number that no other segment of this log has had.
  func nextNumber() -> UInt64 {
    state.withLock { state in
      state.next += 1
      return state.next
    }
  }

  /// Takes note of a page that a chunk keeps. When the pages are too many, all are forgotten: what is used comes back.
  func keepsPage(of chunk: PagedChunk, byteCount: Int) {
    let dropped: [PagedChunk] = state.withLock { state in
      if state.ring.last !== chunk { state.ring.append(chunk) }
      state.byteCount += byteCount
      guard state.byteCount > pageBytesMax else { return [] }
      defer {
        state.ring = []
        state.byteCount = 0
      }
      return state.ring
    }
    for chunk in dropped { chunk.dropPages() }
  }

  func block(_ segment: UInt64, _ block: Int) -> DecodedBlock? {
    state.withLock { state in
      guard
        let place = state.blocks.firstIndex(where: { $0.segment == segment && $0.block == block })
      else { return nil }
      let found = state.blocks.remove(at: place)
      state.blocks.append(found)
      return found.contents
    }
  }

  func keep(_ contents: DecodedBlock, _ segment: UInt64, _ block: Int) {
    state.withLock { state in
      state.blocks.append((segment, block, contents))
      if state.blocks.count > blocksMax { state.blocks.removeFirst() }
    }
  }

  func customers(_ segment: UInt64) -> SegmentCustomers? {
    state.withLock { state in
      guard let place = state.customers.firstIndex(where: { $0.segment == segment }) else {
        return nil
      }
      let found = state.customers.remove(at: place)
      state.customers.append(found)
      return found.contents
    }
  }

  func keep(_ contents: SegmentCustomers, _ segment: UInt64) {
    state.withLock { state in
      state.customers.append((segment, contents))
      if state.customers.count > blocksMax { state.customers.removeFirst() }
    }
  }

  func chunk(_ segment: UInt64, _ offset: UInt64) -> PagedChunk? {
    state.withLock { $0.chunks[ChunkKey(segment: segment, offset: offset)] }
  }

  func keep(_ chunk: PagedChunk, _ segment: UInt64) {
    state.withLock { state in
      if state.chunks.count >= Self.chunksMax { state.chunks = [:] }
      state.chunks[ChunkKey(segment: segment, offset: chunk.place.offset)] = chunk
    }
  }

  func heads(_ segment: UInt64, _ offset: UInt64) -> DictionaryHeads? {
    state.withLock { $0.heads[ChunkKey(segment: segment, offset: offset)] }
  }

  func keep(_ heads: DictionaryHeads, _ segment: UInt64, _ offset: UInt64) {
    state.withLock { state in
      if state.heads.count >= Self.chunksMax { state.heads = [:] }
      state.heads[ChunkKey(segment: segment, offset: offset)] = heads
    }
  }

  func buckets(_ segment: UInt64) -> IDBucketSums? { state.withLock { $0.buckets[segment] } }

  func keep(_ sums: IDBucketSums, _ segment: UInt64) {
    state.withLock { state in
      // 66 KB each.
      if state.buckets.count >= 256 { state.buckets = [:] }
      state.buckets[segment] = sums
    }
  }
}
