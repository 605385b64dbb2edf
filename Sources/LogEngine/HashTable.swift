internal import Transparency

/// Maps 128-bit hashes to numbers: open addressing, linear probing, no removal.
///
/// The keys are prefixes of SHA-256, so their bits serve as the hash, and two of them are equal only if what they
/// stand for is (a collision within 2^128 is not to be found). 24 bytes a slot; at most three quarters are used.
struct HashTable: Sendable {
  private struct Slot: Sendable {
    var high: UInt64 = 0
    var low: UInt64 = 0
    /// The value plus one; 0 marks an empty slot.
    var value: UInt64 = 0
  }

  private var slots: [Slot]
  private var mask: UInt64
  private(set) var count = 0
  /// The largest value that was ever set.
  private(set) var largest: UInt64 = 0

  init(capacity: Int = 0) {
    var size = 1_024
    while size * 3 / 4 <= capacity { size *= 2 }
    slots = Array(repeating: Slot(), count: size)
    mask = UInt64(size - 1)
  }

  private func place(of key: Hash128) -> Int {
    var place = Int(key.low & mask)
    while true {
      let slot = slots[place]
      if slot.value == 0 || (slot.low == key.low && slot.high == key.high) { return place }
      place = (place + 1) & Int(mask)
    }
  }

  subscript(key: Hash128) -> UInt64? {
    let value = slots[place(of: key)].value
    return value == 0 ? nil : value - 1
  }

  /// Sets the value of a key, replacing an older one.
  mutating func set(_ value: UInt64, for key: Hash128) {
    let place = place(of: key)
    largest = max(largest, value)
    if slots[place].value == 0 {
      count += 1
      if count > slots.count * 3 / 4 {
        grow()
        set(value, for: key)
        return
      }
    }
    slots[place] = Slot(high: key.high, low: key.low, value: value + 1)
  }

  private mutating func grow() {
    var larger = HashTable(capacity: slots.count)
    for slot in slots where slot.value != 0 {
      larger.set(slot.value - 1, for: Hash128(high: slot.high, low: slot.low))
    }
    self = larger
  }

  /// Hands out all pairs in the order of their keys. Sorts places, not pairs: 8 bytes each.
  func eachSorted<Failure>(
    _ body: (_ key: Hash128, _ value: UInt64) throws(Failure) -> Void
  ) throws(Failure) {
    var order: [(top: UInt32, place: UInt32)] = []
    order.reserveCapacity(count)
    for (place, slot) in slots.enumerated() where slot.value != 0 {
      order.append((UInt32(slot.high >> 32), UInt32(place)))
    }
    order.sort { one, other in
      if one.top != other.top { return one.top < other.top }
      let (a, b) = (slots[Int(one.place)], slots[Int(other.place)])
      return (a.high, a.low) < (b.high, b.low)
    }
    for (_, place) in order {
      let slot = slots[Int(place)]
      try body(Hash128(high: slot.high, low: slot.low), slot.value - 1)
    }
  }

  /// All pairs, in no order that may reach a file: sort them.
  func pairs() -> [(key: Hash128, value: UInt64)] {
    slots.compactMap { slot in
      slot.value == 0 ? nil : (Hash128(high: slot.high, low: slot.low), slot.value - 1)
    }
  }
}
