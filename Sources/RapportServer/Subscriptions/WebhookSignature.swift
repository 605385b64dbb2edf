// Signatures of what is sent to subscribers (Standard Webhooks, 1.0): who gets it can tell that it comes from here.

import Crypto

/// A secret that a subscriber and the ledger share, or a key whose public half the subscriber has.
enum WebhookKey: Sendable {
  /// `whsec_` and base64: HMAC with SHA-256, signatures `v1`.
  case shared([UInt8])
  /// `whsk_` and base64: Ed25519, signatures `v1a`.
  case pair(Curve25519.Signing.PrivateKey)

  static let sharedSizes = 24...64

  /// Reads a key as it is written. A text without prefix is a shared secret. Nil for anything else; the text is never
  /// repeated.
  init?(_ text: String) {
    let pairPrefix = "whsk_"
    if text.hasPrefix(pairPrefix) {
      guard let bytes = Base64.standard.bytes(of: text.dropFirst(pairPrefix.count)),
        // The seed, or the seed with the public half behind it.
        bytes.count == 32 || bytes.count == 64,
        // What is no key of 32 bytes does not exist.
        let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes.prefix(32)),
        bytes.count == 32 || bytes.suffix(32).elementsEqual(key.publicKey.rawRepresentation)
      else { return nil }
      self = .pair(key)
      return
    }
    let prefix = "whsec_"
    let secret = text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]
    guard let bytes = Base64.standard.bytes(of: secret), Self.sharedSizes.contains(bytes.count)
    else { return nil }
    self = .shared(bytes)
  }

  /// `v1,…` or `v1a,…`.
  fileprivate func signature(of message: [UInt8]) throws -> String {
    switch self {
    case .shared(let secret):
      let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
      return "v1," + Base64.standard.text(of: Array(code))
    case .pair(let key):
      return "v1a," + Base64.standard.text(of: Array(try key.signature(for: message)))
    }
  }

  /// What a subscriber needs to check signatures by a pair; nil for a shared secret.
  var publicText: String? {
    guard case .pair(let key) = self else { return nil }
    return "whpk_" + Base64.standard.text(of: Array(key.publicKey.rawRepresentation))
  }
}

/// The three headers of a message.
struct WebhookHeaders: Hashable, Sendable {
  /// Names the message; the same at every try.
  var id: String
  /// Seconds since 1970: of this try.
  var timestamp: Int64
  /// By every key in force, separated by blanks: so that a key can be changed without a gap.
  var signature: String

  /// Signs `body` for a try at `timestamp`. Throws what the library throws where a key does not sign.
  ///
  /// `id` has no `.`, which would let two messages be signed alike.
  init(id: String, timestamp: Int64, body: [UInt8], keys: [WebhookKey]) throws {
    precondition(!keys.isEmpty, "a message is signed by one key at least")
    precondition(!id.utf8.contains(UInt8(ascii: ".")), "the id of a message has no dot")
    let message = Array("\(id).\(timestamp).".utf8) + body
    self.id = id
    self.timestamp = timestamp
    signature = try keys.map { try $0.signature(of: message) }.joined(separator: " ")
  }

  /// As they are sent.
  var fields: [(name: String, value: String)] {
    [
      ("webhook-id", id), ("webhook-timestamp", "\(timestamp)"), ("webhook-signature", signature),
    ]
  }
}
