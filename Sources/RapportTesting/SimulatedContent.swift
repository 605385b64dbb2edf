/// The bytes of one simulated file, twice: as programs see them, in the page cache, and as a power
/// cut leaves them, on the medium.
///
/// A write changes the cache alone. A sync copies to the medium the sectors written since the one
/// before. A failed sync calls them clean without copying, as Linux does: they read well until the
/// cache is dropped, and no later sync saves them.
struct SimulatedContent: Sendable {
  static let sectorSize = 512

  /// Bytes, as programs see it. It never shrinks: nothing in ``FileSystem`` can shorten a file.
  private(set) var size = 0
  private var cache = SectorMap()
  /// Sectors whose content in the cache the next sync must copy.
  private var dirty: Set<Int> = []
  /// Sizes the file has had since its last sync, the oldest first.
  private var unsyncedSizes: [Int] = []
  private var medium = SectorMap()
  private var mediumSize = 0
  /// Sectors that the device can no longer read; writing one mends it, as a device takes a spare.
  private var unreadable: Set<Int> = []

  /// What a write does on its way to the medium.
  enum Fate {
    /// It waits in the cache for a sync.
    case waits
    /// It never arrives, and the sync that should bring it says yes.
    case isLost
  }

  /// The bytes as a program reads them; nil where a sector cannot be read. The range is within
  /// ``size``.
  func read(_ range: Range<Int>) -> [UInt8]? {
    let sectors = Self.sectors(of: range)
    guard unreadable.allSatisfy({ !sectors.contains($0) }) else { return nil }
    return cache.read(range)
  }

  /// Sometimes the kernel has written a sector back by itself before it is written again: `random`
  /// decides, so that a power cut may also leave a state between the last sync and the last write.
  mutating func write(
    _ bytes: ArraySlice<UInt8>, at offset: Int, fate: Fate = .waits,
    random: inout SeededGenerator
  ) {
    guard !bytes.isEmpty else { return }
    let range = offset..<offset + bytes.count
    for sector in Self.sectors(of: range) {
      if dirty.contains(sector), random.chance(50) { medium[sector] = cache[sector] }
      unreadable.remove(sector)
      switch fate {
      case .waits: dirty.insert(sector)
      case .isLost: dirty.remove(sector)
      }
    }
    cache.write(bytes, at: offset)
    grow(to: range.upperBound)
  }

  /// Makes the file at least `newSize` long; new bytes read as zero.
  mutating func grow(to newSize: Int) {
    guard newSize > size else { return }
    size = newSize
    unsyncedSizes.append(newSize)
  }

  mutating func sync() {
    for sector in dirty { medium[sector] = cache[sector] }
    dirty.removeAll()
    // Not simply `size`: a size that a failed sync has lost stays lost.
    mediumSize = unsyncedSizes.last ?? mediumSize
    unsyncedSizes.removeAll()
  }

  /// What a sync that reports an error leaves: nothing was copied, and all of it is called clean.
  mutating func failSync() {
    dirty.removeAll()
    unsyncedSizes.removeAll()
  }

  /// Forgets what the cache holds of clean sectors, so that the next read shows the medium.
  mutating func dropCache() {
    var fresh = medium
    for sector in dirty { fresh[sector] = cache[sector] }
    cache = fresh
  }

  /// The file after a power cut: all that was synced, and of the rest what `random` leaves.
  ///
  /// First the size: one that the file has had since the last sync, or a whole number of sectors on
  /// the way to it. Then each unsynced sector within it is kept, dropped or torn. One file in four
  /// loses all of it and one in four keeps all, since those corners are rare among many sectors.
  func afterPowerCut(_ random: inout SeededGenerator) -> SimulatedContent {
    var left = SimulatedContent()
    left.unreadable = unreadable
    left.medium = medium
    switch random.below(4) {
    case 0:
      left.size = mediumSize
    case 1:
      left.size = unsyncedSizes.last ?? mediumSize
      for sector in dirty { left.medium[sector] = cache[sector] }
    default:
      left.size = sizeAfterPowerCut(&random)
      for sector in dirty.sorted() {
        left.medium[sector] = sectorAfterPowerCut(sector, &random)
      }
    }
    left.medium.cut(at: left.size)
    left.mediumSize = left.size
    left.cache = left.medium
    return left
  }

  private func sizeAfterPowerCut(_ random: inout SeededGenerator) -> Int {
    let sizes = [mediumSize] + unsyncedSizes
    let chosen = random.below(sizes.count)
    guard chosen > 0, random.chance(50) else { return sizes[chosen] }
    let whole = sizes[chosen - 1] / Self.sectorSize + 1
    let between = max(0, (sizes[chosen] - 1) / Self.sectorSize - whole + 1)
    return between == 0 ? sizes[chosen] : (whole + random.below(between)) * Self.sectorSize
  }

  private func sectorAfterPowerCut(_ sector: Int, _ random: inout SeededGenerator) -> [UInt8] {
    let fate = random.below(3)
    if fate == 0 { return medium[sector] }
    if fate == 1 { return cache[sector] }
    // Torn: one side of a cut is new. Which side, and where the cut is, are free.
    var torn = medium[sector]
    let cut = 1 + random.below(Self.sectorSize - 1)
    let part = random.chance(50) ? 0..<cut : cut..<Self.sectorSize
    torn.replaceSubrange(part, with: cache[sector][part])
    return torn
  }

  private static func sectors(of range: Range<Int>) -> Range<Int> {
    range.isEmpty
      ? 0..<0 : range.lowerBound / sectorSize..<(range.upperBound - 1) / sectorSize + 1
  }
}

/// Damage that no program has done.
extension SimulatedContent {
  /// Changes bytes in the cache and on the medium alike.
  mutating func overwrite(_ bytes: [UInt8], at offset: Int) {
    cache.write(bytes[...], at: offset)
    medium.write(bytes[...], at: offset)
    size = max(size, offset + bytes.count)
    mediumSize = max(mediumSize, offset + bytes.count)
  }

  /// Makes the file at most `newSize` bytes long, here and on the medium.
  mutating func cut(to newSize: Int) {
    size = min(size, newSize)
    mediumSize = min(mediumSize, newSize)
    unsyncedSizes = unsyncedSizes.map { min($0, newSize) }
    dirty = dirty.filter { $0 * Self.sectorSize < newSize }
    cache.cut(at: newSize)
    medium.cut(at: newSize)
  }

  mutating func makeUnreadable(at offset: Int) { unreadable.insert(offset / Self.sectorSize) }
}

/// Bytes kept by sector; a sector that was never written is zeros and takes no memory.
private struct SectorMap: Sendable {
  private var sectors: [Int: [UInt8]] = [:]
  private static let size = SimulatedContent.sectorSize
  private static let zeros = [UInt8](repeating: 0, count: size)

  subscript(sector: Int) -> [UInt8] {
    get { sectors[sector] ?? Self.zeros }
    set { sectors[sector] = newValue }
  }

  func read(_ range: Range<Int>) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    guard let last = range.last else { return bytes }
    let wanted = range.lowerBound / Self.size...last / Self.size
    func copy(_ sector: Int, _ content: [UInt8]) {
      let part = range.clamped(to: sector * Self.size..<(sector + 1) * Self.size)
      let source = part.lowerBound - sector * Self.size
      bytes.replaceSubrange(
        part.lowerBound - range.lowerBound..<part.upperBound - range.lowerBound,
        with: content[source..<source + part.count])
    }
    // Reserved space is long and mostly empty: go by whichever list is shorter.
    if sectors.count < wanted.count {
      for (sector, content) in sectors where wanted.contains(sector) { copy(sector, content) }
    } else {
      for sector in wanted { if let content = sectors[sector] { copy(sector, content) } }
    }
    return bytes
  }

  mutating func write(_ bytes: ArraySlice<UInt8>, at offset: Int) {
    var rest = bytes
    var position = offset
    while !rest.isEmpty {
      let (sector, start) = position.quotientAndRemainder(dividingBy: Self.size)
      let part = rest.prefix(Self.size - start)
      if part.count == Self.size {
        sectors[sector] = Array(part)
      } else {
        sectors[sector, default: Self.zeros].replaceSubrange(start..<start + part.count, with: part)
      }
      rest = rest.dropFirst(part.count)
      position += part.count
    }
  }

  /// Makes everything from `size` on read as zeros.
  mutating func cut(at size: Int) {
    let (last, kept) = size.quotientAndRemainder(dividingBy: Self.size)
    sectors = sectors.filter { $0.key < last || $0.key == last && kept > 0 }
    sectors[last]?.replaceSubrange(kept..., with: Self.zeros[kept...])
  }
}
