// Unicode Normalization Form C (UAX #15): of the several spellings of one text, the one in which names are kept.
//
// Swift's `String` holds canonically equivalent texts for equal, files and hashes compare bytes. Of texts in this form
// both say the same.

// `String._nfc` is not public yet (docs/decisions/0013-names-in-nfc.md); the standard library compares strings by it.
// The check below is public. (Foundation composes some characters beyond U+FFFF wrongly; seen with 6.3.1.)
@_spi(_Unicode) import Swift

/// Texts in Normalization Form C.
package enum NormalForm {
  /// Whether the UTF-8 text `bytes[start..<end]` is in Normalization Form C. Of bytes that are no UTF-8 the answer says
  /// nothing. Cost: a look at eight bytes at a time while they are ASCII, at each byte up to the first character from
  /// U+0300 on; where there is one, a pass over the characters.
  package static func isNormal(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    // Characters below U+0300 compose with none of each other, and each is its own form (UAX #15, NFC_Quick_Check).
    if isBelowMarks(bytes, start, end) { return true }
    do {
      var text = try UTF8Span(validating: bytes.extracting(start..<end))
      return text.checkForNFC(quickCheck: false)
    } catch {
      // No UTF-8: it has no form at all.
      return false
    }
  }

  /// Whether a text is in Normalization Form C.
  package static func isNormal(_ text: String) -> Bool {
    let bytes = text.utf8.span
    return isNormal(bytes, 0, bytes.count)
  }

  /// The text in Normalization Form C. What is in it already comes back as it is.
  package static func normal(_ text: String) -> String {
    if isNormal(text) { return text }
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: text._nfc)
    return String(scalars)
  }

  /// The same of UTF-8; what is no UTF-8 comes back as it is.
  package static func normal(_ bytes: [UInt8]) -> [UInt8] {
    if isBelowMarks(bytes.span, 0, bytes.count) { return bytes }
    guard let text = String(validating: bytes, as: UTF8.self) else { return bytes }
    return Array(normal(text).utf8)
  }

  /// Whether every character comes before U+0300, whose first byte is 0xCC.
  private static func isBelowMarks(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    precondition(start >= 0 && start <= end && end <= bytes.count, "the text lies in the bytes")
    // Safe: words and bytes are read within `start..<end`, which lies within the text.
    return unsafe bytes.withUnsafeBytes { buffer in
      var place = start
      while place + 8 <= end {
        let word = unsafe buffer.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 != 0 { break }
        place += 8
      }
      while place < end {
        if unsafe buffer[place] >= 0xCC { return false }
        place += 1
      }
      return true
    }
  }
}
