// The link that every message carries: it says no at once, for ever, and can do nothing else.

import Vault

/// What a stop link says no to.
///
/// It is not kept anywhere: all that it means stands in it, under a keyed hash that only the ledger can make. It never
/// ends and is not used up, since it can only tighten; whoever gets hold of one can take nothing from the customer but
/// messages. GET shows a button; POST acts, as of RFC 8058.
struct StopLink: Hashable, Sendable {
  var customer: String
  /// The address to which the message went.
  var contactPoint: String
  var purpose: String
  var topic: String
  var channel: String
  /// The decision that allowed the message: the cause of the no.
  var decision: String

  private static let version = "rapport-stop-v1"
  /// Bytes of a link's text, at most: what is longer was not made here.
  private static let sizeMax = 1_400

  /// The last part of its address: what it means and its code, both in base64url.
  func text(by hash: KeyedHash) -> String {
    let message = message
    return Base64.url.text(of: message) + "." + Base64.url.text(of: hash.code(of: message))
  }

  private var message: [UInt8] {
    LengthPrefixed.bytes([
      Self.version, customer, contactPoint, purpose, topic, channel, decision,
    ])
  }

  /// Reads a link; nil for one that was not made by `hash`.
  init?(_ text: String, by hash: KeyedHash) {
    guard text.utf8.count <= Self.sizeMax else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let message = Base64.url.bytes(of: parts[0]),
      let code = Base64.url.bytes(of: parts[1]), hash.isCode(code, of: message),
      let texts = LengthPrefixed.texts(of: message), texts.count == 7, texts[0] == Self.version
    else { return nil }
    customer = texts[1]
    contactPoint = texts[2]
    purpose = texts[3]
    topic = texts[4]
    channel = texts[5]
    decision = texts[6]
  }

  init(
    customer: String, contactPoint: String, purpose: String, topic: String, channel: String,
    decision: String
  ) {
    self.customer = customer
    self.contactPoint = contactPoint
    self.purpose = purpose
    self.topic = topic
    self.channel = channel
    self.decision = decision
  }
}
