import LogEngine

/// Numbers for texts, in order of their first appearance. A text that ends in digits is found by its number: so are most
/// names of customers and products, at a fraction of the cost of comparing them.
struct TextPool: Sendable {
  private(set) var arena: [UInt8] = []
  private var ends: [Int] = []
  /// Texts before their digits.
  private var prefixes = ByteInterner()
  /// By prefix and how many digits: of small numbers the texts' numbers, one higher, by the number itself; 0 where there is
  /// none. Whoever asks in the order of a dictionary goes through them in order.
  private var lanes: [[UInt32]] = []
  /// Of large numbers: by prefix, digits and number; for each the text's number.
  private var numbered = NumberTable()
  private var numberedTexts: [UInt32] = []
  /// All other texts; for each its number here.
  private var others = ByteInterner()
  private var otherTexts: [UInt32] = []

  private static let digitsMax = 15
  private static let prefixesMax = 1 << 6
  /// Numbers below it are small: a lane takes 16 MiB at most.
  private static let smallMax: UInt64 = 1 << 22

  var count: Int { ends.count }

  func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

  subscript(_ number: Int) -> ArraySlice<UInt8> { arena[range(number)] }

  /// The number of `bytes[range]`, a new one if need be.
  mutating func number(of bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var start = range.upperBound
    while start > range.lowerBound, bytes[start - 1] &- 0x30 < 10 { start -= 1 }
    let digits = range.upperBound - start
    if (1...Self.digitsMax).contains(digits) {
      let prefix = prefixes.number(of: bytes, range.lowerBound..<start)
      if prefix < Self.prefixesMax {
        var value: UInt64 = 0
        for place in start..<range.upperBound { value = value * 10 + UInt64(bytes[place] - 0x30) }
        return number(prefix, digits, value) { bytes[range] }
      }
    }
    let place = others.number(of: bytes, range)
    if place == otherTexts.count { otherTexts.append(add(bytes[range])) }
    return otherTexts[place]
  }

  /// The numbers of texts that are `prefix` and a number without leading zeros, below 10^15. The prefix does not end in a
  /// digit.
  mutating func numbers(ofPrefix prefix: [UInt8], _ values: [Int64]) -> [UInt32] {
    let number = prefixes.number(of: prefix, 0..<prefix.count)
    var found: [UInt32] = []
    found.reserveCapacity(values.count)
    for value in values {
      let value = UInt64(bitPattern: value)
      if number < Self.prefixesMax {
        found.append(
          self.number(number, Self.digits(value), value) { Self.text(prefix, value)[...] })
      } else {
        let text = Self.text(prefix, value)
        found.append(self.number(of: text, 0..<text.count))
      }
    }
    return found
  }

  private static func text(_ prefix: [UInt8], _ value: UInt64) -> [UInt8] {
    var text = prefix
    for digit in String(value).utf8 { text.append(digit) }
    return text
  }

  @inline(__always)
  private mutating func number(
    _ prefix: Int, _ digits: Int, _ value: UInt64, _ text: () -> ArraySlice<UInt8>
  ) -> UInt32 {
    if value < Self.smallMax {
      let lane = prefix << 4 | digits
      let place = Int(value)
      if lane >= lanes.count || place >= lanes[lane].count { makeRoom(lane, place) }
      let known = lanes[lane][place]
      if known > 0 { return known - 1 }
      let number = add(text())
      lanes[lane][place] = number + 1
      return number
    }
    let place = Int(numbered.number(of: Self.key(prefix, digits, value)))
    if place == numberedTexts.count { numberedTexts.append(add(text())) }
    return numberedTexts[place]
  }

  private mutating func makeRoom(_ lane: Int, _ place: Int) {
    while lanes.count <= lane { lanes.append([]) }
    let size = max(1_024, lanes[lane].count * 2, place + 1)
    lanes[lane] += Array(repeating: 0, count: min(size, Int(Self.smallMax)) - lanes[lane].count)
  }

  private static func key(_ prefix: Int, _ digits: Int, _ value: UInt64) -> UInt64 {
    UInt64(prefix) << 54 | UInt64(digits) << 50 | value
  }

  private static func digits(_ value: UInt64) -> Int {
    var count = 1
    var bound: UInt64 = 10
    while count < digitsMax, value >= bound {
      count += 1
      bound *= 10
    }
    return count
  }

  private mutating func add(_ text: ArraySlice<UInt8>) -> UInt32 {
    arena += text
    ends.append(arena.count)
    return UInt32(ends.count - 1)
  }
}
