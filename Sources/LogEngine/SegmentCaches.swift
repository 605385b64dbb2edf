internal import Synchronization

/// What a log keeps of its segments in memory, bounded: pages for point reads, and the last decoded blocks for runs.
final class SegmentCaches: Sendable {
  /// A page of a chunk, by segment, offset of the chunk in the file, and number.
  struct PageKey: Hashable, Sendable {
    var segment: UInt64
    var chunk: UInt64
    var page: UInt32
  }

  private struct Page: Sendable {
    var bytes: [UInt8]
    var wasUsed: Bool
  }

  private struct State: Sendable {
    var pages: [PageKey: Page] = [:]
    /// In order of arrival; the clock hand goes round it.
    var ring: [PageKey] = []
    var hand = 0
    var byteCount = 0
    var blocks: [(segment: UInt64, block: Int, contents: DecodedBlock)] = []
    var customers: [(segment: UInt64, contents: SegmentCustomers)] = []
    var chunks: [ChunkKey: PagedChunk] = [:]
    var heads: [ChunkKey: DictionaryHeads] = [:]
    var buckets: [UInt64: IDBucketSums] = [:]
    var shapes: [ChunkKey: (shapes: [ValueColumns.Shape], paths: [String])] = [:]
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

  func page(_ key: PageKey) -> [UInt8]? {
    state.withLock { state in
      guard let page = state.pages[key] else { return nil }
      if !page.wasUsed { state.pages[key]?.wasUsed = true }
      return page.bytes
    }
  }

  func keep(_ bytes: [UInt8], _ key: PageKey) {
    state.withLock { state in
      guard state.pages[key] == nil else { return }
      state.pages[key] = Page(bytes: bytes, wasUsed: false)
      state.ring.append(key)
      state.byteCount += bytes.count
      // The clock: a page that was used since the hand passed gets a second round.
      while state.byteCount > pageBytesMax, state.ring.count > 1 {
        if state.hand >= state.ring.count { state.hand = 0 }
        let candidate = state.ring[state.hand]
        if state.pages[candidate]?.wasUsed == true, candidate != key {
          state.pages[candidate]?.wasUsed = false
          state.hand += 1
          continue
        }
        if candidate == key {
          state.hand += 1
          continue
        }
        state.byteCount -= state.pages.removeValue(forKey: candidate)?.bytes.count ?? 0
        state.ring.swapAt(state.hand, state.ring.count - 1)
        state.ring.removeLast()
      }
    }
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

  func shapes(
    _ segment: UInt64, _ offset: UInt64
  ) -> (shapes: [ValueColumns.Shape], paths: [String])? {
    state.withLock { $0.shapes[ChunkKey(segment: segment, offset: offset)] }
  }

  func keep(
    _ shapes: (shapes: [ValueColumns.Shape], paths: [String]), _ segment: UInt64, _ offset: UInt64
  ) {
    state.withLock { state in
      if state.shapes.count >= Self.chunksMax { state.shapes = [:] }
      state.shapes[ChunkKey(segment: segment, offset: offset)] = shapes
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
