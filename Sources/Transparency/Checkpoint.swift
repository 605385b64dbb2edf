/// The head of a log as others keep it: three lines, each ended by one newline (C2SP tlog-checkpoint, v1.0.0).
///
///     example.com/rapport/00112233-4455-6677-8899-aabbccddeeff
///     8
///     XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=
///
/// Signatures, once there are keys, follow behind an empty line (C2SP signed-note); they are passed over here.
package struct Checkpoint: Hashable, Sendable {
  /// The log's name towards others.
  package var origin: String
  /// Events in the log.
  package var size: UInt64
  /// The tree root over them.
  package var root: MerkleHash

  /// Joins the parts.
  package init(origin: String, size: UInt64, root: MerkleHash) {
    self.origin = origin
    self.size = size
    self.root = root
  }

  /// The three lines.
  package var text: [UInt8] { Array("\(origin)\n\(size)\n\(root.base64)\n".utf8) }

  /// Reads the three lines, and nothing looser: no leading zeros, no extension lines, no other base64, no text
  /// without its last newline. Nil for anything else. Takes any bytes.
  package init?(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // Behind the third newline: nothing, or the empty line before signatures.
    guard lines.count >= 4, lines[3].isEmpty, lines.count == 4 || lines.count > 5,
      !lines[0].isEmpty, let origin = String(validating: lines[0], as: UTF8.self),
      lines[1].allSatisfy({ (0x30...0x39).contains($0) }), lines[1].count <= 20,
      lines[1].first != UInt8(ascii: "0") || lines[1].count == 1,
      let size = UInt64(String(decoding: lines[1], as: UTF8.self)),
      let root = MerkleHash(base64: lines[2])
    else { return nil }
    self.init(origin: origin, size: size, root: root)
  }
}

extension MerkleHash {
  /// The hash that 44 characters of base64 with padding spell (RFC 4648, section 4); nil for any other text, also
  /// for one whose unused bits are not zero.
  package init?(base64 text: some BidirectionalCollection<UInt8>) {
    guard text.count == 44, text.last == UInt8(ascii: "=") else { return nil }
    var bits: UInt32 = 0
    var count = 0
    var bytes: [UInt8] = []
    for character in text.dropLast() {
      guard let digit = Self.value(ofBase64: character) else { return nil }
      bits = bits << 6 | digit
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        bits &= 1 << UInt32(count) - 1
      }
    }
    guard bits == 0 else { return nil }
    self.init(bytes: bytes)
  }

  private static func value(ofBase64 character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
