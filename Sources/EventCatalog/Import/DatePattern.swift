// Dates and times as foreign files write them: `yyyyMMdd`, `d.M.yyyy HH:mm`, `d-MMM` with a given year.
import JSONBytes

/// Reads one way of writing a date or an instant. Letters as in Unicode TS 35:
///
///     yyyy   year, four digits              H  HH  hour, 0 to 23
///     M  MM  month as a number              h  hh  hour, 1 to 12, with `a` for AM or PM
///     MMM    Jan to Dec, any case           m  mm  minute
///     MMMM   January to December            s  ss  second
///     d  dd  day of the month               SSS    fraction of a second, one to six digits
///     XXX    Z or +hh:mm                    '…'    text as it stands, '' for a quote
///
/// One letter reads one or two digits, two letters read two. Other characters stand for themselves.
struct DatePattern: Hashable, Sendable {
  enum Part: Hashable, Sendable {
    case number(Field, digits: ClosedRange<Int>)
    case monthName(short: Bool)
    case halfDay
    case fraction
    case offset
    case literal(UInt8)
  }

  enum Field: Hashable, Sendable { case year, month, day, hour, halfHour, minute, second }

  /// What one text says. What the pattern does not name is absent.
  struct Reading: Hashable {
    var year: Int?
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0
    var offsetMinutes: Int?
    fileprivate var halfHour: Int?
    fileprivate var isAfternoon = false
  }

  enum Source: Hashable, Sendable {
    case parts([Part])
    case rfc3339
    /// Seconds or thousandths of them since 1970.
    case epoch(perSecond: Int64)
  }

  let source: Source

  private init(_ source: Source) { self.source = source }

  static let rfc3339 = DatePattern(.rfc3339)

  /// Why a pattern cannot be used: a sentence that says how to mend it.
  struct Refusal: Error { var sentence: String }

  /// A pattern as above, or `rfc3339`, `epochSeconds`, `epochMilliseconds`.
  init(_ text: String) throws(Refusal) {
    switch text {
    case "rfc3339": source = .rfc3339
    case "epochSeconds": source = .epoch(perSecond: 1)
    case "epochMilliseconds": source = .epoch(perSecond: 1_000)
    default: source = .parts(try Self.parts(Array(text.utf8), text))
    }
  }

  private static func parts(_ text: [UInt8], _ whole: String) throws(Refusal) -> [Part] {
    var parts: [Part] = []
    var place = 0
    while place < text.count {
      let letter = text[place]
      if letter == UInt8(ascii: "'") {
        guard let (quoted, end) = quotedText(text, from: place) else {
          throw Refusal(sentence: "the pattern `\(whole)` lacks a closing '; add it")
        }
        parts += quoted.map(Part.literal)
        place = end
        continue
      }
      var count = 1
      while place + count < text.count, text[place + count] == letter { count += 1 }
      if TextRules.isLetter(letter) {
        guard let part = part(letter, count) else {
          let letters = String(decoding: text[place..<(place + count)], as: UTF8.self)
          throw Refusal(
            sentence:
              "`\(letters)` in the pattern `\(whole)` is not known; use yyyy M MM MMM MMMM d dd "
              + "H HH h hh m mm s ss SSS a XXX, and put other letters between ' '")
        }
        parts.append(part)
      } else {
        parts += [Part](repeating: .literal(letter), count: count)
      }
      place += count
    }
    return parts
  }

  /// The text between quotes that begins at `start`, and where it ends; two quotes are one, within it and alone.
  private static func quotedText(_ text: [UInt8], from start: Int) -> ([UInt8], end: Int)? {
    let quote = UInt8(ascii: "'")
    var quoted: [UInt8] = []
    var place = start + 1
    if place < text.count, text[place] == quote { return ([quote], place + 1) }
    while place < text.count {
      if text[place] != quote {
        quoted.append(text[place])
        place += 1
      } else if place + 1 < text.count, text[place + 1] == quote {
        quoted.append(quote)
        place += 2
      } else {
        return (quoted, place + 1)
      }
    }
    return nil
  }

  private static func part(_ letter: UInt8, _ count: Int) -> Part? {
    func short(_ field: Field) -> Part? {
      count == 1 ? .number(field, digits: 1...2) : count == 2 ? .number(field, digits: 2...2) : nil
    }
    switch Unicode.Scalar(letter) {
    case "y": return count == 4 ? .number(.year, digits: 4...4) : nil
    case "M" where count > 2: return count > 4 ? nil : .monthName(short: count == 3)
    case "M": return short(.month)
    case "d": return short(.day)
    case "H": return short(.hour)
    case "h": return short(.halfHour)
    case "m": return short(.minute)
    case "s": return short(.second)
    case "S": return .fraction
    case "a": return count == 1 ? .halfDay : nil
    case "X": return count == 3 ? .offset : nil
    default: return nil
    }
  }

  /// Whether the texts name the year themselves.
  var hasYear: Bool {
    guard case .parts(let parts) = source else { return true }
    return parts.contains(.number(.year, digits: 4...4))
  }

  /// Whether the texts say how far they are from UTC.
  var hasOffset: Bool {
    guard case .parts(let parts) = source else { return true }
    return parts.contains(.offset)
  }

  /// The instant that `text` names; nil if it is not written so or does not exist.
  ///
  /// `year` stands in where the pattern has none, `offsetMinutes` (east of UTC) likewise.
  func instant(_ text: ArraySlice<UInt8>, year: Int?, offsetMinutes: Int) -> Timestamp? {
    switch source {
    case .rfc3339: return Timestamp(text) ?? Timestamp(Self.toMicroseconds(text)[...])
    case .epoch(let perSecond):
      // A fraction of a second is read; one of a millisecond is below what a time can hold.
      let point = text.firstIndex(of: UInt8(ascii: ".")) ?? text.endIndex
      var rest = text[point...].dropFirst()
      var fraction = 0
      if point < text.endIndex {
        guard perSecond == 1, text.first != UInt8(ascii: "-"), let digits = rest.takeFraction(),
          rest.allSatisfy(TextRules.isDigit)
        else { return nil }
        fraction = digits
      }
      guard let number = Int64(ascii: text[..<point]) else { return nil }
      let (micros, isLarge) = number.multipliedReportingOverflow(by: 1_000_000 / perSecond)
      let (sum, isLarger) = micros.addingReportingOverflow(Int64(fraction))
      return isLarge || isLarger ? nil : Self.inRange(sum)
    case .parts(let parts):
      guard let reading = Self.read(text, parts),
        let date = CivilDate(
          year: reading.year ?? year ?? 0, month: reading.month, day: reading.day)
      else { return nil }
      let minutes = reading.hour * 60 + reading.minute - (reading.offsetMinutes ?? offsetMinutes)
      let seconds = Int64(date.daysSince1970) * 86_400 + Int64(minutes * 60 + reading.second)
      return Self.inRange(seconds * 1_000_000 + Int64(reading.microsecond))
    }
  }

  /// Some sources write more digits of a second than a time can hold: those behind the sixth are left away.
  private static func toMicroseconds(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard let point = text.firstIndex(of: UInt8(ascii: ".")) else { return Array(text) }
    let digits = text[(point + 1)...].prefix(while: TextRules.isDigit)
    return Array(text[...point] + digits.prefix(6) + text[digits.endIndex...])
  }

  /// The day that `text` names, as written there; nil if it is not written so or does not exist.
  func date(_ text: ArraySlice<UInt8>, year: Int?) -> CivilDate? {
    guard case .parts(let parts) = source else {
      return instant(text, year: nil, offsetMinutes: 0)?.date
    }
    guard let reading = Self.read(text, parts) else { return nil }
    return CivilDate(year: reading.year ?? year ?? 0, month: reading.month, day: reading.day)
  }

  private static func inRange(_ micros: Int64) -> Timestamp? {
    micros >= Timestamp.first.microseconds && micros <= Timestamp.last.microseconds
      ? Timestamp(microseconds: micros) : nil
  }

  private static func read(_ text: ArraySlice<UInt8>, _ parts: [Part]) -> Reading? {
    var reading = Reading()
    var rest = text
    for part in parts {
      switch part {
      case .literal(let byte):
        guard rest.popFirst() == byte else { return nil }
      case .number(let field, let digits):
        guard let value = rest.takeNumber(digits) else { return nil }
        reading.set(field, value)
      case .monthName(let short):
        guard let month = rest.takeMonth(short: short) else { return nil }
        reading.month = month
      case .halfDay:
        guard let half = rest.popFirst(), rest.popFirst().map({ $0 | 0x20 }) == UInt8(ascii: "m")
        else { return nil }
        guard half | 0x20 == UInt8(ascii: "a") || half | 0x20 == UInt8(ascii: "p") else {
          return nil
        }
        reading.isAfternoon = half | 0x20 == UInt8(ascii: "p")
      case .fraction:
        guard let fraction = rest.takeFraction() else { return nil }
        reading.microsecond = fraction
      case .offset:
        guard let offset = rest.takeOffset() else { return nil }
        reading.offsetMinutes = offset
      }
    }
    return rest.isEmpty && reading.settle() ? reading : nil
  }
}

extension DatePattern.Reading {
  fileprivate mutating func set(_ field: DatePattern.Field, _ value: Int) {
    switch field {
    case .year: year = value
    case .month: month = value
    case .day: day = value
    case .hour: hour = value
    case .halfHour: halfHour = value
    case .minute: minute = value
    case .second: second = value
    }
  }

  /// Joins the half of the day with its hour. False: there is no such time of day.
  fileprivate mutating func settle() -> Bool {
    if let halfHour {
      guard (1...12).contains(halfHour) else { return false }
      hour = halfHour % 12 + (isAfternoon ? 12 : 0)
    }
    return hour < 24 && minute < 60 && second < 60
  }
}

/// `UTC`, `Z`, or a fixed distance from it such as `+02:00`: minutes east. Nil for anything else.
func fixedOffsetMinutes(_ text: String) -> Int? {
  if text == "UTC" { return 0 }
  var rest = Array(text.utf8)[...]
  guard let offset = rest.takeOffset(), rest.isEmpty else { return nil }
  return offset
}

extension ArraySlice<UInt8> {
  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ].map { Array($0.utf8) }

  fileprivate mutating func takeNumber(_ digits: ClosedRange<Int>) -> Int? {
    var value = 0
    var count = 0
    while count < digits.upperBound, let byte = first, TextRules.isDigit(byte) {
      value = value * 10 + Int(byte - 0x30)
      removeFirst()
      count += 1
    }
    return count >= digits.lowerBound ? value : nil
  }

  fileprivate mutating func takeMonth(short: Bool) -> Int? {
    for (index, name) in Self.months.enumerated() {
      let wanted = short ? name[..<3] : name[...]
      if count >= wanted.count, zip(self, wanted).allSatisfy({ $0 | 0x20 == $1 }) {
        removeFirst(wanted.count)
        return index + 1
      }
    }
    return nil
  }

  fileprivate mutating func takeFraction() -> Int? {
    var value = 0
    var count = 0
    while count < 6, let byte = first, TextRules.isDigit(byte) {
      value = value * 10 + Int(byte - 0x30)
      removeFirst()
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in count..<6 { value *= 10 }
    return value
  }

  fileprivate mutating func takeOffset() -> Int? {
    guard let sign = popFirst() else { return nil }
    if sign == UInt8(ascii: "Z") { return 0 }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = takeNumber(2...2),
      popFirst() == UInt8(ascii: ":"), let minutes = takeNumber(2...2), hours < 24, minutes < 60
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
  }
}

extension Int64 {
  /// Reads `[-+]digits`; nil for anything else and for what does not fit.
  init?(ascii text: ArraySlice<UInt8>) {
    var digits = text
    let negative = digits.first == UInt8(ascii: "-")
    if negative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty else { return nil }
    var value: Int64 = 0
    for byte in digits {
      guard TextRules.isDigit(byte) else { return nil }
      let (tens, wide) = value.multipliedReportingOverflow(by: 10)
      let (sum, high) = tens.subtractingReportingOverflow(Int64(byte - 0x30))
      if wide || high { return nil }
      value = sum
    }
    if !negative {
      guard value != .min else { return nil }
      value = -value
    }
    self = value
  }
}
