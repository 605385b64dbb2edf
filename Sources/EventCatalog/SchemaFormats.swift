import JSONBytes

/// The names that `x-format` knows: the field types of the event catalogue that are strings. All
/// are asserted.
package enum SchemaFormat: String, CaseIterable, Sendable {
  case id, path, scope, channel, channelScope, pointScope, instant, date, localTime, duration
  case language, country, timeZone, currency, decimal, hash, subject, eventId

  /// What the text must be, for an error and for the documentation.
  package var rule: String {
    switch self {
    case .id: "1 to 64 of A-Z a-z 0-9 . _ -"
    case .path: "1 to 8 segments of A-Z a-z 0-9 - joined by dots, at most 128 bytes"
    case .scope: "a path, or *"
    case .channel:
      "a path that begins with email, sms, voice, post, push, inapp, whatsapp, inperson or none"
    case .channelScope: "a channel, or *"
    case .pointScope: "the id of a contact point, none, or *"
    case .instant: "RFC 3339 in UTC, ending in Z, at most 6 fraction digits, years 1900 to 2199"
    case .date: "a day that exists, YYYY-MM-DD"
    case .localTime: "HH:MM from 00:00 to 24:00"
    case .duration: "an ISO 8601 duration in whole units, such as P24M or PT15M"
    case .language: "a BCP 47 language tag, such as en or de-AT"
    case .country: "two upper-case letters (ISO 3166-1 alpha-2)"
    case .timeZone: "an IANA time zone, such as Europe/Berlin"
    case .currency: "three upper-case letters (ISO 4217)"
    case .decimal:
      "an exact decimal such as -12.50: at most 30 digits, 12 of them behind the point, no plus, "
        + "no exponent"
    case .hash: "sha256: or hmac-sha256: and 64 lower-case hexadecimal digits"
    case .subject:
      "1 to 128 bytes in Unicode Normalization Form C, neither an e-mail address nor a phone number"
    case .eventId: "1 to 256 bytes in Unicode Normalization Form C"
    }
  }

  /// Whether the text `bytes[start..<end]` has this format. Does not allocate.
  func accepts(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    switch self {
    case .id: Self.isID(text, start, end)
    case .path: Self.isPath(text, start, end)
    case .scope: Self.isStar(text, start, end) || Self.isPath(text, start, end)
    case .channel: Self.isChannel(text, start, end)
    case .channelScope: Self.isStar(text, start, end) || Self.isChannel(text, start, end)
    case .pointScope: Self.isStar(text, start, end) || Self.isID(text, start, end)
    case .instant: Self.isInstant(text, start, end)
    case .date: CivilDate(text, in: start..<end) != nil
    case .localTime: Self.isLocalTime(text, start, end)
    case .duration: Self.isDuration(text, start, end)
    case .language: Self.isLanguage(text, start, end)
    case .country: end - start == 2 && Self.allUpper(text, start, end)
    case .timeZone: Self.isTimeZone(text, start, end)
    case .currency: end - start == 3 && Self.allUpper(text, start, end)
    case .decimal: Self.isDecimal(text, start, end)
    case .hash: Self.isHash(text, start, end)
    case .subject:
      (1...128).contains(end - start) && !TextRules.isContactPoint(text, start, end)
        && !TextRules.hasForbiddenCharacter(text, start, end)
        && NormalForm.isNormal(text, start, end)
    case .eventId:
      (1...256).contains(end - start) && !TextRules.hasForbiddenCharacter(text, start, end)
        && NormalForm.isNormal(text, start, end)
    }
  }

  private static func isStar(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    end - start == 1 && text[start] == UInt8(ascii: "*")
  }

  private static func allUpper(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for place in start..<end where !TextRules.isUpper(text[place]) { return false }
    return true
  }

  private static func isID(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard (1...64).contains(end - start) else { return false }
    for place in start..<end {
      let byte = text[place]
      if TextRules.isAlphanumeric(byte) { continue }
      guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
      else { return false }
    }
    return true
  }

  private static func isPath(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard (1...128).contains(end - start) else { return false }
    var segments = 1
    var segmentStart = start
    for place in start..<end {
      let byte = text[place]
      if TextRules.isAlphanumeric(byte) || byte == UInt8(ascii: "-") { continue }
      guard byte == UInt8(ascii: "."), place > segmentStart else { return false }
      segments += 1
      segmentStart = place + 1
    }
    return segmentStart < end && segments <= 8
  }

  private static func isChannel(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard isPath(text, start, end) else { return false }
    var stop = start
    while stop < end, text[stop] != UInt8(ascii: ".") { stop += 1 }
    switch text[start] {
    case UInt8(ascii: "e"): return TextRules.equals(text, start, stop, "email")
    case UInt8(ascii: "s"): return TextRules.equals(text, start, stop, "sms")
    case UInt8(ascii: "v"): return TextRules.equals(text, start, stop, "voice")
    case UInt8(ascii: "p"):
      return TextRules.equals(text, start, stop, "post")
        || TextRules.equals(text, start, stop, "push")
    case UInt8(ascii: "i"):
      return TextRules.equals(text, start, stop, "inapp")
        || TextRules.equals(text, start, stop, "inperson")
    case UInt8(ascii: "w"): return TextRules.equals(text, start, stop, "whatsapp")
    case UInt8(ascii: "n"): return TextRules.equals(text, start, stop, "none")
    default: return false
    }
  }

  private static func isInstant(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 20, text[end - 1] == UInt8(ascii: "Z"),
      text[start + 10] == UInt8(ascii: "T")
    else { return false }
    return Timestamp(text, in: start..<end) != nil
  }

  private static func isLocalTime(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start == 5, text[start + 2] == UInt8(ascii: ":"),
      let hour = number(text, start, start + 2), let minute = number(text, start + 3, end)
    else { return false }
    return hour * 60 + minute <= 24 * 60 && minute < 60
  }

  private static func number(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var value = 0
    for place in start..<end {
      guard TextRules.isDigit(text[place]) else { return nil }
      value = value * 10 + Int(text[place] - 0x30)
    }
    return value
  }

  /// `P` and units in the order Y M D, then `T` and H M S; or weeks alone. At most nine digits a
  /// number.
  private static func isDuration(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 3, text[start] == UInt8(ascii: "P") else { return false }
    var place = start + 1
    var inTime = false
    var rankSoFar = 0
    var unitSeen = false
    while place < end {
      if text[place] == UInt8(ascii: "T") {
        guard !inTime else { return false }
        inTime = true
        unitSeen = false
        rankSoFar = 3
        place += 1
        continue
      }
      let digits = place
      while place < end, TextRules.isDigit(text[place]) { place += 1 }
      guard (1...9).contains(place - digits), place < end else { return false }
      let rank: Int
      switch text[place] {
      case UInt8(ascii: "Y") where !inTime: rank = 1
      case UInt8(ascii: "M"): rank = inTime ? 5 : 2
      case UInt8(ascii: "D") where !inTime: rank = 3
      case UInt8(ascii: "W") where !inTime: return digits == start + 1 && place + 1 == end
      case UInt8(ascii: "H") where inTime: rank = 4
      case UInt8(ascii: "S") where inTime: rank = 6
      default: return false
      }
      guard rank > rankSoFar else { return false }
      rankSoFar = rank
      unitSeen = true
      place += 1
    }
    return unitSeen
  }

  /// The shape of RFC 5646: a language of 2 to 8 letters (or `x`, `i`), then subtags of 1 to 8
  /// letters and digits.
  private static func isLanguage(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard (2...64).contains(end - start) else { return false }
    var place = start
    while place < end, TextRules.isLetter(text[place]) { place += 1 }
    let private_ = place - start == 1 && (text[start] | 0x20 == 0x78 || text[start] | 0x20 == 0x69)
    guard private_ || (2...8).contains(place - start) else { return false }
    if place == end { return !private_ }
    while place < end {
      guard text[place] == UInt8(ascii: "-") else { return false }
      let subtag = place + 1
      place = subtag
      while place < end, TextRules.isAlphanumeric(text[place]) { place += 1 }
      guard (1...8).contains(place - subtag) else { return false }
    }
    return true
  }

  /// The shape of names in the IANA time zone database: up to three parts that begin with a letter.
  private static func isTimeZone(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard (3...64).contains(end - start) else { return false }
    var parts = 1
    var partStart = start
    for place in start..<end {
      let byte = text[place]
      if byte == UInt8(ascii: "/") {
        guard place > partStart else { return false }
        parts += 1
        partStart = place + 1
      } else if TextRules.isLetter(byte) {
        continue
      } else {
        guard place > partStart,
          TextRules.isDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+")
        else { return false }
      }
    }
    return partStart < end && parts <= 3
  }

  /// What `ExactDecimal` reads, without a plus.
  private static func isDecimal(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var place = start
    if place < end, text[place] == UInt8(ascii: "-") { place += 1 }
    let firstDigit = place
    var significant = 0
    var point = -1
    while place < end {
      let byte = text[place]
      if byte == UInt8(ascii: ".") {
        guard point < 0, place > firstDigit else { return false }
        point = place
      } else {
        guard TextRules.isDigit(byte) else { return false }
        if significant > 0 || byte != 0x30 { significant += 1 }
      }
      place += 1
    }
    guard place > firstDigit, significant <= ExactDecimal.digitsMax else { return false }
    return point < 0 || (1...ExactDecimal.scaleMax).contains(end - point - 1)
  }

  private static func isHash(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let digits: Int
    if TextRules.starts(text, start, end, with: "sha256:") {
      digits = start + 7
    } else if TextRules.starts(text, start, end, with: "hmac-sha256:") {
      digits = start + 12
    } else {
      return false
    }
    guard end - digits == 64 else { return false }
    for place in digits..<end where !TextRules.isLowerHexDigit(text[place]) { return false }
    return true
  }
}
