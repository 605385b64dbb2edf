// A keyed hash in fewer digits: addresses stand in texts by their hashes, two for each customer.

/// The digits of a keyed hash of 256 bits, which events write as `hmac-sha256:` and 64 hexadecimal digits.
struct KeyedHashDigits {
  /// Six bits each, the highest first; the last has four.
  static let count = 43
  private static let head = Array("hmac-sha256:".utf8)
  private static let hexadecimal = Array("0123456789abcdef".utf8)

  private(set) var bytes: [UInt8] = []

  /// Nil for anything else than a keyed hash.
  init?(_ text: String) {
    let source = Array(text.utf8)
    guard source.count == Self.head.count + 64, source.starts(with: Self.head) else { return nil }
    bytes.reserveCapacity(Self.count)
    var gathered: UInt32 = 0
    var bits = 0
    for byte in source[Self.head.count...] {
      guard let value = Self.value(of: byte) else { return nil }
      gathered = gathered << 4 | value
      bits += 4
      if bits >= 6 {
        bits -= 6
        bytes.append(FactsDigit.base + UInt8(gathered >> UInt32(bits) & 63))
      }
    }
    bytes.append(FactsDigit.base + UInt8(gathered << UInt32(6 - bits) & 63))
  }

  private static func value(of byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    default: nil
    }
  }

  /// The hash as events write it; nil where these are not its digits. The caller has seen that they are within `bytes`.
  static func text(_ bytes: [UInt8], at start: Int) -> String? {
    precondition(start + count <= bytes.count, "the digits are there")
    var text: [UInt8] = head
    text.reserveCapacity(head.count + 64)
    var gathered: UInt32 = 0
    var bits = 0
    for place in start..<start + count {
      let value = bytes[place] &- FactsDigit.base
      guard value < FactsDigit.count else { return nil }
      gathered = gathered << 6 | UInt32(value)
      bits += 6
      while bits >= 4, text.count < head.count + 64 {
        bits -= 4
        text.append(hexadecimal[Int(gathered >> UInt32(bits) & 15)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
