// The form in which addresses are compared: what is written in several ways and means the same is one address.

import JSONBytes

/// The normal form of a contact point's value.
package enum AddressForm {
  /// The value as it is compared and hashed. `kind` is that of the contact point.
  ///
  /// An e-mail address is taken without blanks around it, its ASCII letters in lower case; a phone number without
  /// blanks, hyphens, dots and brackets; anything else without blanks around it, runs of them as one. All of it in
  /// Unicode Normalization Form C: an accent of its own makes no other address (RFC 6532, section 3.1). A keyed hash
  /// stays as it is. Whether it is an address at all is not asked.
  package static func normal(_ value: String, kind: String) -> String {
    if value.utf8.starts(with: "hmac-".utf8) { return value }
    let value = NormalForm.normal(value)
    // A composed character may stand for an ASCII letter or hold one: what is done to bytes comes behind, and then it is
    // composed once more.
    let bytes = Array(value.utf8)
    let normal: [UInt8] =
      switch kind {
      case "email": words(of: bytes).map { lower($0) }
      case "phone": bytes.filter { !isBlank($0) && !separators.contains($0) }
      default: words(of: bytes)
      }
    return normal.isEmpty ? value : NormalForm.normal(String(decoding: normal, as: UTF8.self))
  }

  private static let separators = Array("-.()[]".utf8)

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// Without blanks around it, and one in place of each run.
  private static func words(of bytes: [UInt8]) -> [UInt8] {
    Array(bytes.split(whereSeparator: isBlank).joined(separator: [0x20]))
  }
}
