/// A decimal number kept exactly: money is never a binary float.
///
/// `unscaled` × 10^−`scale`. At most 30 digits and 12 of them behind the point: what does not fit
/// is refused, not rounded.
package struct ExactDecimal: Sendable {
  /// All digits as one whole number.
  package private(set) var unscaled: Int128
  /// How many of them stand behind the point.
  package private(set) var scale: Int

  /// Most significant digits that are read.
  package static let digitsMax = 30
  /// Most digits behind the point that are read.
  package static let scaleMax = 12

  /// A whole number.
  package init(_ value: some BinaryInteger) {
    unscaled = Int128(value)
    scale = 0
  }

  /// `unscaled` × 10^−`scale`; a scale is 0 to twice ``scaleMax``.
  package init(unscaled: Int128, scale: Int) {
    precondition((0...2 * Self.scaleMax).contains(scale), "a scale is small and not negative")
    self.unscaled = unscaled
    self.scale = scale
  }

  /// Reads `[-+]digits[.digits]`; nil for anything else, an exponent included.
  package init?(_ text: some Collection<UInt8>) { self.init(digits: text) }

  /// The same, compiled for the bytes that most callers have.
  package init?(_ text: ArraySlice<UInt8>) { self.init(digits: text) }

  private init?(digits text: some Collection<UInt8>) {
    var value: Int128 = 0
    var digits = 0
    var scale = 0
    var negative = false
    var seenPoint = false
    var digitSeen = false
    for (place, byte) in text.enumerated() {
      switch byte {
      case UInt8(ascii: "-") where place == 0: negative = true
      case UInt8(ascii: "+") where place == 0: break
      case UInt8(ascii: ".") where !seenPoint && digitSeen: seenPoint = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digitSeen = true
        if value != 0 || byte != 0x30 { digits += 1 }
        if seenPoint { scale += 1 }
        guard digits <= Self.digitsMax, scale <= Self.scaleMax else { return nil }
        value = value * 10 + Int128(byte - 0x30)
      default: return nil
      }
    }
    guard digitSeen, text.isEmpty || !(seenPoint && scale == 0) else { return nil }
    unscaled = negative ? -value : value
    self.scale = scale
  }

  /// Reads as from bytes.
  package init?(_ text: String) { self.init(text.utf8) }

  /// Less than zero.
  package var isNegative: Bool { unscaled < 0 }
  /// Zero at any scale.
  package var isZero: Bool { unscaled == 0 }

  package static prefix func - (value: ExactDecimal) -> ExactDecimal {
    ExactDecimal(unscaled: -value.unscaled, scale: value.scale)
  }

  /// Nil when the sum does not fit.
  package func adding(_ other: ExactDecimal) -> ExactDecimal? {
    let common = max(scale, other.scale)
    guard let one = raised(to: common), let two = other.raised(to: common) else { return nil }
    let (sum, overflow) = one.addingReportingOverflow(two)
    return overflow ? nil : ExactDecimal(unscaled: sum, scale: common)
  }

  /// Nil when the product does not fit.
  package func multiplied(by other: ExactDecimal) -> ExactDecimal? {
    let (product, overflow) = unscaled.multipliedReportingOverflow(by: other.unscaled)
    guard !overflow, scale + other.scale <= 2 * Self.scaleMax else { return nil }
    return ExactDecimal(unscaled: product, scale: scale + other.scale).reduced(
      toScaleMax: Self.scaleMax)
  }

  private func raised(to target: Int) -> Int128? {
    var value = unscaled
    for _ in scale..<target {
      let (next, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = next
    }
    return value
  }

  private func reduced(toScaleMax limit: Int) -> ExactDecimal? {
    var value = self
    while value.scale > limit {
      guard value.unscaled % 10 == 0 else { return nil }
      value.unscaled /= 10
      value.scale -= 1
    }
    return value
  }

  /// Millionths, the unit of money in read models; nil when more than six places are used or it
  /// does not fit.
  package var micros: Int64? {
    var value = unscaled
    var places = scale
    while places > 6 {
      guard value % 10 == 0 else { return nil }
      value /= 10
      places -= 1
    }
    for _ in places..<6 {
      let (next, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = next
    }
    return Int64(exactly: value)
  }

  /// As many millionths.
  package init(micros: Int64) { self.init(unscaled: Int128(micros), scale: 6) }

  /// Plain digits with at least `placesMin` places, zeros behind those cut: `2.10`, `0.001`, `-12`.
  package func text(placesMin: Int = 0) -> String {
    var value = unscaled.magnitude
    var places = scale
    while places > placesMin, value % 10 == 0 {
      value /= 10
      places -= 1
    }
    // Zeros are added as text: as a number they might not fit.
    var digits = String(value) + String(repeating: "0", count: max(0, placesMin - places))
    places = max(places, placesMin)
    if places > 0 {
      while digits.count <= places { digits = "0" + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -places))
    }
    return isNegative && !isZero ? "-" + digits : digits
  }
}

extension ExactDecimal: Hashable, Comparable {
  /// Equal by value: 1.50 is 1.5.
  package static func == (one: ExactDecimal, other: ExactDecimal) -> Bool {
    let a = one.normal
    let b = other.normal
    return a.unscaled == b.unscaled && a.scale == b.scale
  }

  /// Order by value, whatever the scales.
  package static func < (one: ExactDecimal, other: ExactDecimal) -> Bool {
    // The whole parts decide, and behind them the fractions; neither step can overflow.
    let (oneWhole, oneRest) = one.parts
    let (otherWhole, otherRest) = other.parts
    return oneWhole != otherWhole ? oneWhole < otherWhole : oneRest < otherRest
  }

  /// The whole part, and what is behind the point in units of 10^−24; both have the number's sign.
  private var parts: (whole: Int128, rest: Int128) {
    var power: Int128 = 1
    for _ in 0..<scale { power *= 10 }
    let (whole, rest) = unscaled.quotientAndRemainder(dividingBy: power)
    var fraction = rest
    for _ in scale..<2 * Self.scaleMax { fraction *= 10 }
    return (whole, fraction)
  }

  /// Equal values hash alike.
  package func hash(into hasher: inout Hasher) {
    let value = normal
    hasher.combine(value.unscaled)
    hasher.combine(value.scale)
  }

  private var normal: ExactDecimal {
    var value = self
    while value.scale > 0, value.unscaled % 10 == 0 {
      value.unscaled /= 10
      value.scale -= 1
    }
    return value
  }
}
