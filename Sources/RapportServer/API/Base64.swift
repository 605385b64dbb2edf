// Base64 (RFC 4648), read strictly: of each text there is one, so that a changed letter is never the same secret.

/// The two alphabets that the doors use.
enum Base64: Sendable {
  /// `+` and `/`, filled up with `=`.
  case standard
  /// `-` and `_`, not filled up: for addresses and headers.
  case url

  private static let common = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

  private var letters: [UInt8] { Self.common + (self == .standard ? "+/" : "-_").utf8 }

  func text(of bytes: some Collection<UInt8>) -> String {
    let letters = letters
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var group: UInt32 = 0
    var count = 0
    func flush() {
      // A group of n bytes is n + 1 letters, from its upper end.
      let full = group << UInt32(8 * (3 - count))
      for place in 0...count { text.append(letters[Int(full >> UInt32(18 - 6 * place) & 63)]) }
      if self == .standard { text += repeatElement(UInt8(ascii: "="), count: 3 - count) }
      (group, count) = (0, 0)
    }
    for byte in bytes {
      group = group << 8 | UInt32(byte)
      count += 1
      if count == 3 { flush() }
    }
    if count > 0 { flush() }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil for any text but the one that ``text(of:)`` gives: other letters, missing or needless `=`, blanks, bits behind
  /// the last byte.
  func bytes(of text: some StringProtocol) -> [UInt8]? {
    var text = Array(text.utf8)[...]
    if self == .standard {
      guard text.count.isMultiple(of: 4) else { return nil }
      for _ in 0..<2 where text.last == UInt8(ascii: "=") { text.removeLast() }
    }
    guard text.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count * 3 / 4)
    var group: UInt32 = 0
    var bits = 0
    for letter in text {
      guard let value = value(of: letter) else { return nil }
      group = group << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
        group &= 1 << UInt32(bits) - 1
      }
    }
    return group == 0 ? bytes : nil
  }

  private func value(of letter: UInt8) -> UInt8? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): letter - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): letter - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+") where self == .standard, UInt8(ascii: "-") where self == .url: 62
    case UInt8(ascii: "/") where self == .standard, UInt8(ascii: "_") where self == .url: 63
    default: nil
    }
  }
}
