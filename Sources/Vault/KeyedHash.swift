// A hash that only who holds the secret can make: addresses are few enough to be guessed, so a plain one would tell them.

import Crypto

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1) under one secret.
///
/// Equal texts give equal hashes, so that an address can be found again without being kept. Whoever holds the secret can
/// test guesses. Cost: about a microsecond.
package struct KeyedHash: Sendable {
  private let key: SymmetricKey

  /// `secret`: 32 random bytes.
  package init(secret: [UInt8]) {
    precondition(secret.count == Self.secretSize, "a secret is made by KeyFolder, of 32 bytes")
    key = SymmetricKey(data: secret)
  }

  static let secretSize = 32

  /// The hash of a text's UTF-8 bytes, as events and tables hold it: `hmac-sha256:` and 64 hexadecimal digits.
  package func text(of value: String) -> String { text(of: Array(value.utf8)) }

  /// The same of bytes.
  package func text(of bytes: [UInt8]) -> String {
    "hmac-sha256:" + Hex.text(of: code(of: bytes))
  }

  /// The hash itself, ``codeSize`` bytes: what says that bytes come from who holds the secret.
  package func code(of bytes: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  /// Whether `code` is that of `bytes`. Takes as long whichever byte of it differs, so that nobody can find one by trying.
  package func isCode(_ code: [UInt8], of bytes: [UInt8]) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: bytes, using: key)
  }

  /// Bytes of a hash.
  package static let codeSize = 32

  /// Names the secret without telling it: what was made under another one is made anew.
  package var fingerprint: String { text(of: "rapport: fingerprint of this secret") }
}

/// Bytes as hexadecimal digits, two each, lower case.
enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  static func text(of bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Nil where the text holds anything but pairs of digits.
  static func bytes(of text: [UInt8]) -> [UInt8]? {
    guard text.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 2)
    for index in stride(from: 0, to: text.count, by: 2) {
      guard let high = digits.firstIndex(of: text[index]),
        let low = digits.firstIndex(of: text[index + 1])
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
