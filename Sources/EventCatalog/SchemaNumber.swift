import JSONBytes

/// A JSON number by its decimal digits, as they lie in the text: exact at any size, and nothing is
/// copied.
///
/// The value is 0.*digits* × 10^`magnitude`, with digits that neither begin nor end with a zero;
/// zero has none.
struct SchemaNumber {
  private(set) var isNegative = false
  /// Offsets of the first significant digit and behind the last; a point may lie between.
  private var first = 0
  private var last = 0
  private(set) var digitCount = 0
  private(set) var magnitude = 0

  /// Exponents beyond are taken as this: no double comes near.
  private static let exponentMax = 1 << 40

  var isZero: Bool { digitCount == 0 }
  var isInteger: Bool { digitCount == 0 || magnitude >= digitCount }

  /// Reads a scanned number.
  init(_ node: JSONNode, _ bytes: Span<UInt8>) {
    var index = Int(node.start)
    let end = Int(node.end)
    if bytes[index] == UInt8(ascii: "-") {
      isNegative = true
      index += 1
    }
    var before = 0
    var count = 0
    var pointSeen = false
    while index < end {
      let byte = bytes[index]
      if byte == UInt8(ascii: ".") {
        pointSeen = true
      } else if byte &- 0x30 < 10 {
        if byte != 0x30 {
          if count == 0 { first = index }
          count += 1
          digitCount = count
          last = index + 1
        } else if count > 0 {
          count += 1
        }
        if !pointSeen, count > 0 { before += 1 }
        if pointSeen, count == 0 { before -= 1 }
      } else {
        break
      }
      index += 1
    }
    guard digitCount > 0 else {
      isNegative = false
      return
    }
    magnitude = before + Self.exponent(bytes, from: index, to: end)
  }

  /// The exponent that begins with the `e` at `start`; 0 where there is none.
  private static func exponent(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    guard start < end else { return 0 }
    var index = start + 1
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    var value = 0
    while index < end {
      value = min(value * 10 + Int(bytes[index] - 0x30), exponentMax)
      index += 1
    }
    return isNegative ? -value : value
  }

  /// -1, 0 or 1 as this is less than, equal to or greater than `other`.
  func compare(
    _ bytes: Span<UInt8>, with other: SchemaNumber, _ otherBytes: Span<UInt8>
  ) -> Int {
    if isZero || other.isZero {
      if isZero { return other.isZero ? 0 : other.isNegative ? 1 : -1 }
      return isNegative ? -1 : 1
    }
    if isNegative != other.isNegative { return isNegative ? -1 : 1 }
    let greater = isNegative ? -1 : 1
    if magnitude != other.magnitude { return magnitude > other.magnitude ? greater : -greater }
    var place = first
    var otherPlace = other.first
    while place < last, otherPlace < other.last {
      if bytes[place] == UInt8(ascii: ".") { place += 1 }
      if otherBytes[otherPlace] == UInt8(ascii: ".") { otherPlace += 1 }
      let digit = bytes[place]
      let otherDigit = otherBytes[otherPlace]
      if digit != otherDigit { return digit > otherDigit ? greater : -greater }
      place += 1
      otherPlace += 1
    }
    // The digits of one begin the other: what is left over does not end with a zero, so it is more.
    if place < last { return greater }
    return otherPlace < other.last ? -greater : 0
  }

  /// This as a count, the largest one standing for all beyond; nil for a fraction and for less than
  /// zero.
  func count(_ bytes: Span<UInt8>) -> UInt32? {
    guard isInteger, !isNegative else { return nil }
    if magnitude > 9 { return .max }
    var value: UInt32 = 0
    for place in first..<last where bytes[place] != UInt8(ascii: ".") {
      value = value * 10 + UInt32(bytes[place] - 0x30)
    }
    for _ in digitCount..<max(magnitude, digitCount) { value *= 10 }
    return value
  }

  /// Appends the same bytes for the same value, however it is written.
  func appendKey(_ bytes: Span<UInt8>, to key: inout [UInt8]) {
    key.append(isNegative ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    for place in first..<last where bytes[place] != UInt8(ascii: ".") { key.append(bytes[place]) }
    key.append(UInt8(ascii: "e"))
    key += String(magnitude).utf8
  }

  /// The number that a value must be a multiple of: `digits` × 10^`exponent`.
  struct Divisor: Sendable {
    private let digits: UInt64
    private let exponent: Int

    /// Nil for zero, for less than zero and for more than eighteen significant digits.
    init?(_ node: JSONNode, _ bytes: Span<UInt8>) {
      let number = SchemaNumber(node, bytes)
      guard !number.isZero, !number.isNegative, number.digitCount <= 18 else { return nil }
      var value: UInt64 = 0
      for place in number.first..<number.last where bytes[place] != UInt8(ascii: ".") {
        value = value * 10 + UInt64(bytes[place] - 0x30)
      }
      digits = value
      exponent = number.magnitude - number.digitCount
    }

    /// Whether `number` divided by this is whole, in exact arithmetic.
    func divides(_ number: SchemaNumber, _ bytes: Span<UInt8>) -> Bool {
      if number.isZero { return true }
      let shift = number.magnitude - number.digitCount - exponent
      // Neither number's digits end with a zero, so a divisor of the same digits times ten cannot
      // fit.
      if shift < 0 { return false }
      var rest: UInt64 = 0
      for place in number.first..<number.last where bytes[place] != UInt8(ascii: ".") {
        rest = (rest * 10 + UInt64(bytes[place] - 0x30)) % digits
      }
      return product(rest, powerOfTen(shift)) == 0
    }

    private func powerOfTen(_ exponent: Int) -> UInt64 {
      var result = 1 % digits
      var square = 10 % digits
      var left = exponent
      while left > 0 {
        if left & 1 == 1 { result = product(result, square) }
        square = product(square, square)
        left >>= 1
      }
      return result
    }

    private func product(_ one: UInt64, _ other: UInt64) -> UInt64 {
      digits.dividingFullWidth(one.multipliedFullWidth(by: other)).remainder
    }
  }
}
