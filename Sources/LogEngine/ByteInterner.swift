/// Numbers for byte strings, in order of their first appearance. The sealer's dictionaries start here, and so do folds of
/// columns.
package struct ByteInterner: Sendable {
  /// All strings, one after another.
  package private(set) var arena: [UInt8] = []
  private var ends: [Int] = []
  private var hashes: [UInt32] = []
  /// The number plus one; 0 marks an empty slot.
  private var slots: [UInt32] = Array(repeating: 0, count: 64)

  /// Makes an empty one.
  package init() {}

  /// How many strings it has.
  package var count: Int { ends.count }

  /// Where a string lies in ``arena``.
  package func range(_ number: Int) -> Range<Int> {
    (number == 0 ? 0 : ends[number - 1])..<ends[number]
  }

  /// The string with a number.
  package subscript(_ number: Int) -> ArraySlice<UInt8> { arena[range(number)] }

  /// The number of `bytes[range]`, a new one if need be.
  package mutating func number(of bytes: [UInt8], _ range: Range<Int>) -> Int {
    let hash = Self.hash(bytes, range)
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while slots[place] != 0 {
      let number = Int(slots[place]) - 1
      if hashes[number] == hash, isEqual(number, bytes, range) { return number }
      place = (place + 1) & mask
    }
    let number = ends.count
    arena += bytes[range]
    ends.append(arena.count)
    hashes.append(hash)
    slots[place] = UInt32(number + 1)
    if ends.count * 2 > slots.count { grow() }
    return number
  }

  /// The number of a string that is known; nil for any other.
  func known(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
    let hash = Self.hash(bytes, range)
    let mask = slots.count - 1
    var place = Int(hash) & mask
    while slots[place] != 0 {
      let number = Int(slots[place]) - 1
      if hashes[number] == hash, isEqual(number, bytes, range) { return number }
      place = (place + 1) & mask
    }
    return nil
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var place = Int(hash) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = UInt32(number + 1)
    }
  }

  private func isEqual(_ number: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let own = self.range(number)
    guard own.count == range.count else { return false }
    var place = own.lowerBound
    for other in range {
      if arena[place] != bytes[other] { return false }
      place += 1
    }
    return true
  }

  /// FNV-1a over words of eight bytes, folded: it never leaves the process.
  private static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a range within bytes")
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(range.count)
    // Safe: the range was checked, and words are read only within it.
    unsafe bytes.withUnsafeBytes { buffer in
      var place = range.lowerBound
      while place + 8 <= range.upperBound {
        let word = unsafe buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 29
        place += 8
      }
      while place < range.upperBound {
        hash = (hash ^ UInt64(unsafe buffer[place])) &* 0x0000_0100_0000_01B3
        place += 1
      }
    }
    hash ^= hash >> 32
    hash &*= 0xD6E8_FEB8_6659_FD93
    return UInt32(truncatingIfNeeded: hash >> 32)
  }

  /// All numbers in the order of their strings' bytes, and for each number its place in that order.
  func sorted() -> (order: [Int], ranks: [UInt32]) {
    let order =
      SeededBug.processOrder.isOn
      ? Array(Set(0..<count)) : (0..<count).sorted { precedes($0, $1) }
    var ranks: [UInt32] = Array(repeating: 0, count: count)
    for (rank, number) in order.enumerated() { ranks[number] = UInt32(rank) }
    return (order, ranks)
  }

  private func precedes(_ one: Int, _ other: Int) -> Bool {
    let a = range(one)
    let b = range(other)
    let common = min(a.count, b.count)
    for place in 0..<common {
      let left = arena[a.lowerBound + place]
      let right = arena[b.lowerBound + place]
      if left != right { return left < right }
    }
    return a.count < b.count
  }
}
