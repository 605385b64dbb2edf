// Lengths of time as events and policies write them: ISO 8601 durations in whole units.

package import JSONBytes

/// A duration: calendar months, and a length. Months and years are steps of the calendar in UTC, clamped to the end of
/// the month; days are 24 hours.
package struct CalendarPeriod: Hashable, Sendable {
  package let text: String
  private let months: Int
  private let microseconds: Int64

  /// Longer ones end with the calendar of events.
  private static let monthsMax = 12 * 300
  private static let secondsMax: Int64 = 300 * 366 * 86_400

  /// Reads `P24M`, `P7D`, `PT15M`, `P1Y2M3DT4H5M6S` or `P2W`; nil for anything else.
  package init?(_ text: String) {
    var months = 0
    var seconds: Int64 = 0
    var inTime = false
    var number: Int64?
    var rank = 0
    var hasUnit = false
    guard text.utf8.first == UInt8(ascii: "P") else { return nil }
    for byte in text.utf8.dropFirst() {
      if byte == UInt8(ascii: "T") {
        guard !inTime, number == nil else { return nil }
        inTime = true
        hasUnit = false
        continue
      }
      if byte &- 0x30 < 10 {
        let value = (number ?? 0) * 10 + Int64(byte - 0x30)
        guard value < 1_000_000_000 else { return nil }
        number = value
        continue
      }
      guard let value = number, let unit = Unit(byte, inTime: inTime), unit.rank > rank else {
        return nil
      }
      rank = unit.rank
      hasUnit = true
      number = nil
      months = min(months + Int(value) * unit.months, Self.monthsMax)
      seconds = min(seconds + value * unit.seconds, Self.secondsMax)
    }
    guard hasUnit, number == nil else { return nil }
    self.text = text
    self.months = months
    microseconds = seconds * 1_000_000
  }

  private struct Unit {
    var rank: Int
    var months = 0
    var seconds: Int64 = 0

    init?(_ letter: UInt8, inTime: Bool) {
      switch (UInt8(letter), inTime) {
      case (UInt8(ascii: "Y"), false): (rank, months) = (1, 12)
      case (UInt8(ascii: "M"), false): (rank, months) = (2, 1)
      case (UInt8(ascii: "W"), false): (rank, seconds) = (3, 7 * 86_400)
      case (UInt8(ascii: "D"), false): (rank, seconds) = (4, 86_400)
      case (UInt8(ascii: "H"), true): (rank, seconds) = (5, 3_600)
      case (UInt8(ascii: "M"), true): (rank, seconds) = (6, 60)
      case (UInt8(ascii: "S"), true): (rank, seconds) = (7, 1)
      default: return nil
      }
    }
  }

  /// Whether it is no time at all.
  var isZero: Bool { months == 0 && microseconds == 0 }

  /// The instant that lies this long after `start`; the last of the calendar where it would lie beyond.
  package func after(_ start: Timestamp) -> Timestamp {
    var value = start.microseconds
    if months > 0 {
      let date = start.date
      let month = date.year * 12 + date.month - 1 + months
      let (year, monthOfYear) = (month / 12, month % 12 + 1)
      let day = min(date.day, CivilDate.days(inMonth: monthOfYear, of: year))
      guard let later = CivilDate(year: year, month: monthOfYear, day: day) else { return .last }
      value += Int64(later.daysSince1970 - date.daysSince1970) * 86_400_000_000
    }
    return min(Timestamp(microseconds: value + microseconds), .last)
  }
}
