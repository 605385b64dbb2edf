internal import Crypto

/// SHA-256 of content that comes in pieces: files that are imported, schemas, policies.
package struct ContentHasher {
  private var hasher = SHA256()

  package init() {}

  /// Takes the next piece.
  package mutating func update(_ bytes: [UInt8]) { hasher.update(data: bytes) }

  /// 64 lower-case hexadecimal digits. Taking more afterwards is possible and counts from the start.
  package func hex() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in hasher.finalize() { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
