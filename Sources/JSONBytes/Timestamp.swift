/// An instant: signed microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Since 1970-01-01T00:00:00Z; negative before.
  package var microseconds: Int64

  /// An instant so many microseconds after 1970-01-01T00:00:00Z.
  package init(microseconds: Int64) { self.microseconds = microseconds }

  /// Earlier is less.
  package static func < (one: Timestamp, other: Timestamp) -> Bool {
    one.microseconds < other.microseconds
  }

  /// Reads the RFC 3339 text `bytes[range]` with at most six fraction digits and any offset; nil
  /// for anything else, for second 60 and for years outside 1900 to 2199. Does not allocate.
  package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    var reader = DigitReader(range)
    guard let year = reader.number(4, bytes), reader.take("-", bytes),
      let month = reader.number(2, bytes), reader.take("-", bytes),
      let day = reader.number(2, bytes), reader.take("T", bytes) || reader.take("t", bytes),
      let hour = reader.number(2, bytes), reader.take(":", bytes),
      let minute = reader.number(2, bytes), reader.take(":", bytes),
      let second = reader.number(2, bytes),
      let date = CivilDate(year: year, month: month, day: day), (1900...2199).contains(year),
      hour < 24, minute < 60, second < 60
    else { return nil }
    var fraction = 0
    if reader.take(".", bytes) {
      guard let digits = reader.fraction(digitsMax: 6, bytes) else { return nil }
      fraction = digits
    }
    var offset = 0
    if !(reader.take("Z", bytes) || reader.take("z", bytes)) {
      let sign = reader.take("+", bytes) ? 1 : reader.take("-", bytes) ? -1 : 0
      guard sign != 0, let hours = reader.number(2, bytes), reader.take(":", bytes),
        let minutes = reader.number(2, bytes), hours < 24, minutes < 60
      else { return nil }
      offset = sign * (hours * 60 + minutes)
    }
    guard reader.isAtEnd else { return nil }
    let seconds = date.daysSince1970 * 86_400 + (hour * 60 + minute - offset) * 60 + second
    let value = Int64(seconds) * 1_000_000 + Int64(fraction)
    guard value >= Self.first.microseconds, value <= Self.last.microseconds else { return nil }
    self.init(microseconds: value)
  }

  /// Reads RFC 3339, as ``init(_:in:)``.
  package init?(_ text: some Collection<UInt8>) {
    let bytes = Array(text)
    self.init(bytes.span, in: 0..<bytes.count)
  }

  /// Reads RFC 3339, as ``init(_:in:)``.
  package init?(_ text: ArraySlice<UInt8>) { self.init(text.span, in: 0..<text.count) }

  /// Reads RFC 3339, as ``init(_:in:)``.
  package init?(_ text: String) {
    let bytes = text.utf8
    self.init(bytes.span, in: 0..<bytes.count)
  }

  /// 1900-01-01T00:00:00Z.
  package static let first = Timestamp(microseconds: -2_208_988_800_000_000)
  /// 2199-12-31T23:59:59.999999Z.
  package static let last = Timestamp(microseconds: 7_258_118_399_999_999)

  /// The start of a day in UTC.
  package init(_ date: CivilDate) {
    self.init(microseconds: Int64(date.daysSince1970) * 86_400_000_000)
  }

  /// The day in UTC.
  package var date: CivilDate {
    CivilDate(daysSince1970: Int(Self.floorDivide(microseconds, 86_400_000_000)))
  }

  private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? quotient - 1 : quotient
  }

  /// Bytes of the written form.
  package static let writtenSize = 27

  /// Whether it lies in the years 1900 to 2199.
  package var isInRange: Bool { self >= Self.first && self <= Self.last }

  /// Appends the form of entries: UTC, exactly six fraction digits, `2026-03-01T09:00:00.250000Z`,
  /// 27 bytes. An instant before ``first`` or behind ``last``, as damaged files have them, is
  /// written as that one.
  package func write(to output: inout [UInt8]) {
    let microseconds = min(max(microseconds, Self.first.microseconds), Self.last.microseconds)
    let days = Self.floorDivide(microseconds, 86_400_000_000)
    let date = CivilDate(daysSince1970: Int(days))
    let rest = microseconds - days * 86_400_000_000
    let seconds = Int(rest / 1_000_000)
    var text = InlineArray<27, UInt8>(repeating: UInt8(ascii: "-"))
    func put(_ value: Int, _ place: Int) {
      text[place] = 0x30 + UInt8(truncatingIfNeeded: value / 10)
      text[place + 1] = 0x30 + UInt8(truncatingIfNeeded: value % 10)
    }
    put(date.year / 100, 0)
    put(date.year % 100, 2)
    put(date.month, 5)
    put(date.day, 8)
    text[10] = UInt8(ascii: "T")
    put(seconds / 3600, 11)
    text[13] = UInt8(ascii: ":")
    put(seconds / 60 % 60, 14)
    text[16] = UInt8(ascii: ":")
    put(seconds % 60, 17)
    text[19] = UInt8(ascii: ".")
    let fraction = Int(rest % 1_000_000)
    put(fraction / 10_000, 20)
    put(fraction / 100 % 100, 22)
    put(fraction % 100, 24)
    text[26] = UInt8(ascii: "Z")
    // Safe: the bytes of the array are read while it is not changed.
    unsafe withUnsafeBytes(of: text) { bytes in unsafe output.append(contentsOf: bytes) }
  }

  /// As entries write it.
  package var text: String {
    var output: [UInt8] = []
    write(to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}

/// A day of the proleptic Gregorian calendar.
package struct CivilDate: Hashable, Comparable, Sendable {
  /// From 0; the calendar is taken as if it had always been in use.
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int

  /// Earlier is less.
  package static func < (one: CivilDate, other: CivilDate) -> Bool {
    (one.year, one.month, one.day) < (other.year, other.month, other.day)
  }

  /// Nil for a day that does not exist.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else {
      return nil
    }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `YYYY-MM-DD` in `bytes[range]`; nil for anything else and for a day that does not exist.
  package init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
    var reader = DigitReader(range)
    guard let year = reader.number(4, bytes), reader.take("-", bytes),
      let month = reader.number(2, bytes), reader.take("-", bytes),
      let day = reader.number(2, bytes), reader.isAtEnd
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// Reads `YYYY-MM-DD`.
  package init?(_ text: some Collection<UInt8>) {
    let bytes = Array(text)
    self.init(bytes.span, in: 0..<bytes.count)
  }

  /// 28 to 31.
  package static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// By the algorithm of H. Hinnant, "chrono-compatible low-level date algorithms": eras of 400
  /// years from March.
  package init(daysSince1970 days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01; negative before.
  package var daysSince1970: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Appends `YYYY-MM-DD`, 10 bytes.
  package func write(to output: inout [UInt8]) {
    output.appendDecimal(UInt64(year), width: 4)
    output.append(UInt8(ascii: "-"))
    output.appendDecimal(UInt64(month), width: 2)
    output.append(UInt8(ascii: "-"))
    output.appendDecimal(UInt64(day), width: 2)
  }

  /// `YYYY-MM-DD`.
  package var text: String {
    var output: [UInt8] = []
    write(to: &output)
    return String(decoding: output, as: UTF8.self)
  }
}

/// Reads fixed runs of digits. The bytes are handed in at each step: they are lent, not kept.
struct DigitReader {
  private var index: Int
  private let end: Int

  init(_ range: Range<Int>) {
    index = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { index == end }

  mutating func take(_ character: Unicode.Scalar, _ bytes: Span<UInt8>) -> Bool {
    guard index < end, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  /// Exactly `count` digits.
  mutating func number(_ count: Int, _ bytes: Span<UInt8>) -> Int? {
    guard end - index >= count else { return nil }
    var value = 0
    for _ in 0..<count {
      let digit = bytes[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
      index += 1
    }
    return value
  }

  /// One to `digitsMax` digits, as if zeros followed.
  mutating func fraction(digitsMax: Int, _ bytes: Span<UInt8>) -> Int? {
    var value = 0
    var count = 0
    while index < end, bytes[index] &- 0x30 < 10 {
      guard count < digitsMax else { return nil }
      value = value * 10 + Int(bytes[index] - 0x30)
      count += 1
      index += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<digitsMax { value *= 10 }
    return value
  }
}
