/// Dense numbers for 64-bit keys, in order of their first appearance: open addressing, no removal.
struct NumberTable: Sendable {
  /// The keys by number.
  private(set) var keys: [UInt64] = []
  /// The number plus one; 0 marks an empty slot.
  private var slots: [UInt32] = Array(repeating: 0, count: 1_024)
  private var shift = 54

  var count: Int { keys.count }

  /// The number of a key, a new one if need be.
  @inline(__always)
  mutating func number(of key: UInt64) -> UInt32 {
    var place = Int((key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(shift))
    let mask = slots.count - 1
    while true {
      let slot = slots[place]
      if slot == 0 { return add(key, at: place) }
      if keys[Int(slot) - 1] == key { return slot - 1 }
      place = (place + 1) & mask
    }
  }

  private mutating func add(_ key: UInt64, at place: Int) -> UInt32 {
    keys.append(key)
    slots[place] = UInt32(keys.count)
    if keys.count * 2 > slots.count { grow() }
    return UInt32(keys.count - 1)
  }

  private mutating func grow() {
    shift -= 1
    slots = Array(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, key) in keys.enumerated() {
      var place = Int((key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(shift))
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = UInt32(number + 1)
    }
  }
}
