// The words of summary lines: channels, scopes, dates, durations, counts.

import JSONBytes
import Relationship

extension SummaryLine {
  /// `by e-mail`, `in person`, `on the web`.
  static func by(_ fields: EventFields) -> String {
    let channel = fields.word("channel")
    switch channel.prefix(while: { $0 != "." }) {
    case "inperson": return "in person"
    case "inapp": return channel == "inapp.web" ? "on the web" : "in the app"
    case "none": return channel == "none.referral" ? "through somebody else" : "without contact"
    case "": return "somehow"
    default: return "by \(channelName(channel))"
    }
  }

  /// A channel by its everyday name.
  static func channelName(_ channel: String) -> String {
    switch channel {
    case "email": return "e-mail"
    case "sms": return "text message"
    case "voice": return "phone"
    case "voice.live": return "phone"
    case "voice.recorded": return "recorded call"
    case "push": return "push message"
    case "inapp": return "app"
    case "inapp.web": return "web"
    case "post.fax": return "fax"
    case "whatsapp": return "WhatsApp"
    case "inperson": return "in person"
    default:
      // What stands below a channel is named by its own word.
      guard let dot = channel.firstIndex(of: ".") else { return words(channel) }
      return words(String(channel[channel.index(after: dot)...]))
    }
  }

  /// ` about products.shoes`; empty for `*` and where there is no topic.
  static func topic(_ fields: EventFields, _ word: String = "about") -> String {
    guard let topic = fields.text("topic"), topic != "*" else { return "" }
    return " \(word) \(topic)"
  }

  /// `marketing about products.shoes by e-mail`, `everything`, `every message by phone`.
  static func scope(_ fields: EventFields) -> String {
    let purpose = fields.word("purpose")
    let channel = fields.text("channel") ?? "*"
    let topic = topic(fields)
    if purpose == "*" {
      if channel == "*" { return topic.isEmpty ? "everything" : "every message\(topic)" }
      return "every message\(topic) \(by(fields))"
    }
    return purpose + topic + (channel == "*" ? "" : " \(by(fields))")
  }

  /// The sum of a field: `35.10 USD`.
  static func sum(_ fields: EventFields, _ name: String) -> String {
    fields.money(name)?.text ?? "a sum"
  }

  /// The day of an instant, in UTC.
  static func day(_ instant: Timestamp) -> String { instant.date.text }

  /// `, valid until 2027-03-01`; empty where there is no such field.
  static func until(_ fields: EventFields, _ name: String) -> String {
    fields.instant(name).map { ", valid until \(day($0))" } ?? ""
  }

  /// `2 lines`, `1 line`.
  static func number(_ count: Int, _ noun: String) -> String {
    count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
  }

  /// `a person`, `an organisation`.
  static func article(_ noun: String) -> String {
    guard let first = noun.first else { return "somebody" }
    return ("aeiou".contains(first) ? "an " : "a ") + noun
  }

  /// `a, b and c`.
  static func list(_ parts: [String]) -> String {
    guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A code as words: `notAsDescribed` becomes `not as described`.
  static func words(_ code: String) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(code.utf8.count + 4)
    for byte in code.utf8 {
      guard byte < 0x80 else { return wordsOfAnyScript(code) }
      let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      if isUpper, !text.isEmpty { text.append(UInt8(ascii: " ")) }
      text.append(isUpper ? byte | 0x20 : byte)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func wordsOfAnyScript(_ code: String) -> String {
    var text = ""
    for character in code {
      if character.isUppercase, !text.isEmpty { text.append(" ") }
      text += character.lowercased()
    }
    return text
  }

  /// An ISO 8601 duration of one unit in words: `P24M` becomes `24 months`. Anything else stays as it is.
  static func duration(_ text: String) -> String {
    let isTime = text.hasPrefix("PT")
    let rest = text.dropFirst(isTime ? 2 : 1)
    guard text.hasPrefix("P"), let unit = rest.last, let count = Int(rest.dropLast()) else {
      return text
    }
    let nouns: [Character: String] =
      isTime
      ? ["H": "hour", "M": "minute", "S": "second"]
      : ["Y": "year", "M": "month", "W": "week", "D": "day"]
    return nouns[unit].map { number(count, $0) } ?? text
  }
}
