// Secrets that somebody carries: shown once, and kept here as a hash alone.

import Crypto

/// 256 random bits: the secret of a page link or a session.
struct Secret: Hashable, Sendable {
  private static let size = 32
  private let bytes: [UInt8]

  /// Of random bytes. Whoever calls this has them from the system.
  init(random bytes: [UInt8]) {
    precondition(bytes.count == Self.size, "a secret has 32 bytes")
    self.bytes = bytes
  }

  /// Reads what somebody brings; nil for what no secret can be.
  init?(_ text: String) {
    guard let bytes = Base64.url.bytes(of: text), bytes.count == Self.size else { return nil }
    self.bytes = bytes
  }

  /// What its holder gets.
  var text: String { Base64.url.text(of: bytes) }

  /// What is kept. A table is looked up by it, so that no time tells how much of a guess was right.
  var digest: Digest {
    let hash = Array(SHA256.hash(data: bytes))
    func word(_ place: Int) -> UInt64 {
      hash[8 * place..<8 * place + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
    return Digest(a: word(0), b: word(1), c: word(2), d: word(3))
  }

  /// SHA-256 of a secret.
  struct Digest: Hashable, Sendable {
    fileprivate let a, b, c, d: UInt64
  }
}
