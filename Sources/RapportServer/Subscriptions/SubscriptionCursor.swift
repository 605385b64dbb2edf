// Where a follower stands, as a text that only we can make: the id of an item in a stream, and what comes back as
// `Last-Event-ID`.

import Vault

/// A place in what a subscription hands out.
///
/// As a text it is `<position>.<number>.<code>`; the code is a keyed hash over both, the subscription, what it follows
/// and who asks. So a cursor is good for one follower of one thing, and nobody can make one for a place that was not
/// handed out.
struct SubscriptionCursor: Hashable, Sendable {
  /// Everything before it was handed out.
  var position: UInt64
  /// And so many changes of a view at this position; 0 for events.
  var number: Int

  /// What a cursor is bound to.
  struct Bound: Hashable, Sendable {
    var subscription: String
    /// `events`, with its types, or `view:` and a name.
    var follows: String
    /// Who asks: the name of the token's holder.
    var actor: String
  }

  /// Positions are exact as JSON numbers.
  private static let positionMax: UInt64 = 1 << 53 - 1

  func text(for bound: Bound, by hash: KeyedHash) -> String {
    let code = hash.code(of: message(bound))
    return "\(position).\(number).\(Base64.url.text(of: code))"
  }

  /// Reads a cursor that comes back; nil for one that was not made for `bound`. Takes as long whichever byte of the
  /// code is wrong.
  init?(_ text: String, for bound: Bound, by hash: KeyedHash) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let position = Self.number(parts[0], max: Self.positionMax),
      let number = Self.number(parts[1], max: UInt64(Int32.max)),
      let code = Base64.url.bytes(of: parts[2])
    else { return nil }
    self.position = position
    self.number = Int(number)
    guard hash.isCode(code, of: message(bound)) else { return nil }
  }

  init(position: UInt64, number: Int = 0) {
    self.position = position
    self.number = number
  }

  /// Each part with its length, so that no two lists of parts give the same bytes.
  private func message(_ bound: Bound) -> [UInt8] {
    LengthPrefixed.bytes([
      "rapport-cursor-v1", bound.subscription, bound.follows, bound.actor, "\(position)",
      "\(number)",
    ])
  }

  /// Decimal, without needless zeros.
  private static func number(_ text: Substring, max: UInt64) -> UInt64? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || !text.hasPrefix("0"),
      let number = UInt64(text), number <= max
    else { return nil }
    return number
  }
}

/// Several texts as one run of bytes.
enum LengthPrefixed {
  /// Each as its length in 16 bits, the upper ones first, and its bytes. Traps where one is longer than that: texts
  /// that are signed have limits.
  static func bytes(_ texts: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in texts {
      let count = text.utf8.count
      precondition(count <= UInt16.max, "what is signed has at most 65,535 bytes a part")
      bytes += [UInt8(count >> 8), UInt8(count & 0xFF)]
      bytes += text.utf8
    }
    return bytes
  }

  /// Takes them apart; nil where the bytes are no such run, or no UTF-8.
  static func texts(of bytes: some Collection<UInt8>) -> [String]? {
    var texts: [String] = []
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      guard rest.count >= 2, let high = rest.popFirst(), let low = rest.popFirst() else {
        return nil
      }
      let count = Int(high) << 8 | Int(low)
      guard rest.count >= count, let text = String(validating: rest.prefix(count), as: UTF8.self)
      else { return nil }
      texts.append(text)
      rest = rest.dropFirst(count)
    }
    return texts
  }
}
