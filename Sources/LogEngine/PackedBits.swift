internal import Disk

/// Numbers of a few bits each, one after another (docs/format.md, section 7.4), and varints.
enum PackedBits {
  /// Bits that `value` needs; 0 for 0.
  static func width(of value: UInt64) -> Int { UInt64.bitWidth - value.leadingZeroBitCount }

  /// Bytes that `count` numbers of `width` bits take.
  static func byteCount(_ count: Int, width: Int) -> Int { (count * width + 7) / 8 }
}

/// Writes numbers of a few bits each.
struct BitWriter {
  private(set) var bytes: [UInt8]
  private var pending: UInt64 = 0
  private var pendingBits = 0

  /// Goes on behind `bytes`, on a whole byte.
  init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  /// Appends the low `width` bits of `value`, whose other bits are zero.
  mutating func append(_ value: UInt64, width: Int) {
    guard width > 0 else { return }
    pending |= value << UInt64(pendingBits)
    let room = 64 - pendingBits
    if width < room {
      pendingBits += width
    } else {
      bytes.appendInteger(pending)
      pending = width > room ? value >> UInt64(room) : 0
      pendingBits = width - room
    }
  }

  /// Fills the last byte with zeros, and hands everything over.
  mutating func finish() -> [UInt8] {
    while pendingBits > 0 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingBits -= 8
    }
    pendingBits = 0
    pending = 0
    defer { bytes = [] }
    return bytes
  }
}

extension [UInt8] {
  /// Appends a varint: LEB128, seven bits a byte, the lowest first.
  mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// Appends Packed(n, width) of numbers that fit.
  mutating func appendPacked(_ values: some Sequence<UInt64>, width: Int) {
    var writer = BitWriter(self)
    self = []
    for value in values { writer.append(value, width: width) }
    self = writer.finish()
  }

  /// Appends Lengths(n): the size of the stream, a place and an offset for every 64th value, and the varints.
  mutating func appendLengths(_ lengths: some Sequence<Int>) {
    var places: [UInt8] = []
    var stream: [UInt8] = []
    var sum = 0
    for (number, length) in lengths.enumerated() {
      if number % 64 == 0 {
        places.appendInteger(UInt32(stream.count))
        places.appendInteger(UInt32(sum))
      }
      stream.appendVarint(UInt64(length))
      sum += length
    }
    appendInteger(UInt32(stream.count))
    self += places
    self += stream
  }

  /// Appends Times(n): the unit, then for each group of 128 its smallest and the width of what the others have more.
  mutating func appendTimes(_ times: ArraySlice<Int64>) {
    let unit: Int64 =
      times.allSatisfy { $0 % 1_000_000 == 0 }
      ? 1_000_000 : times.allSatisfy { $0 % 1_000 == 0 } ? 1_000 : 1
    appendInteger(UInt64(unit))
    appendInteger(UInt64(0))
    var writer = BitWriter()
    var bits: [UInt8] = []
    var start = times.startIndex
    while start < times.endIndex {
      let group = times[start..<Swift.min(start + 128, times.endIndex)]
      let least = group.min() ?? 0
      let most = group.max() ?? 0
      let width = PackedBits.width(of: UInt64((most - least) / unit))
      appendInteger(UInt64(bitPattern: least))
      appendInteger(UInt32(bits.count))
      append(UInt8(width))
      appendZeros(3)
      if width > 0 {
        for time in group { writer.append(UInt64((time - least) / unit), width: width) }
        bits += writer.finish()
      }
      start = group.endIndex
    }
    self += bits
  }
}
