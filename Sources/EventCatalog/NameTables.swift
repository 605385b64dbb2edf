/// Finds names by their bytes, so that no String is made of what a source sent.
///
/// One pool holds the tables of a whole schema: the members of each object, the strings of each
/// `enum`.
struct NameTables: Sendable {
  /// One set of names within the pool.
  struct Table: Sendable {
    /// First slot; slots hold a name's number in the set, or -1.
    var slots: Int32 = 0
    /// Count of slots less one, a power of two less one; -1 for a set without names.
    var mask: Int32 = -1
    var firstName: Int32 = 0
    var count: Int32 = 0

    static let empty = Table()
  }

  private struct Name: Sendable {
    /// Length and first seven bytes: two names that differ here are told apart by one comparison.
    var key: UInt64
    var start: Int32
    var count: Int32
  }

  private var slots: [Int32] = []
  private var names: [Name] = []
  private var bytes: [UInt8] = []

  /// Adds a set; the number of a name is its place in `list`. Names must differ.
  mutating func add(_ list: [[UInt8]]) -> Table {
    guard !list.isEmpty else { return .empty }
    var size = 2
    while size < 2 * list.count { size *= 2 }
    let table = Table(
      slots: Int32(slots.count), mask: Int32(size - 1), firstName: Int32(names.count),
      count: Int32(list.count))
    slots += [Int32](repeating: -1, count: size)
    for (number, name) in list.enumerated() {
      let span = name.span
      let key = Self.key(span, 0, name.count)
      var slot = Self.hash(key, last: name.last ?? 0) & (size - 1)
      while slots[Int(table.slots) + slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[Int(table.slots) + slot] = Int32(number)
      names.append(Name(key: key, start: Int32(bytes.count), count: Int32(name.count)))
      bytes += name
    }
    return table
  }

  /// The number of the name that is `text[start..<end]`; -1 if the set does not have it.
  func find(_ table: Table, _ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard table.mask >= 0 else { return -1 }
    let key = Self.key(text, start, end)
    let first = Int(table.slots)
    let mask = Int(table.mask)
    var slot = Self.hash(key, last: end > start ? text[end - 1] : 0) & mask
    while true {
      let number = slots[first + slot]
      if number < 0 { return -1 }
      let name = names[Int(table.firstName + number)]
      if name.key == key, Int(name.count) == end - start, sameTail(name, text, start) {
        return Int(number)
      }
      slot = (slot + 1) & mask
    }
  }

  /// The bytes of a name.
  func name(_ number: Int, of table: Table) -> ArraySlice<UInt8> {
    let name = names[Int(table.firstName) + number]
    return bytes[Int(name.start)..<Int(name.start + name.count)]
  }

  private func sameTail(_ name: Name, _ text: Span<UInt8>, _ start: Int) -> Bool {
    var offset = 7
    let count = Int(name.count)
    let own = Int(name.start)
    while offset < count {
      if bytes[own + offset] != text[start + offset] { return false }
      offset += 1
    }
    return true
  }

  private static func key(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    let count = end - start
    var key = UInt64(min(count, 255))
    var place = start
    let stop = start + min(count, 7)
    while place < stop {
      key = key << 8 | UInt64(text[place])
      place += 1
    }
    return key
  }

  /// Spreads a key over the slots (the multiplier is that of C. Pelle Evensen's rrmxmx); the last
  /// byte tells apart names that begin alike.
  private static func hash(_ key: UInt64, last: UInt8) -> Int {
    var value = key &+ UInt64(last) &* 0x9E37_79B9_7F4A_7C15
    value ^= value >> 32
    value &*= 0xD6E8_FEB8_6659_FD93
    value ^= value >> 29
    return Int(truncatingIfNeeded: value & 0x7FFF_FFFF)
  }
}
