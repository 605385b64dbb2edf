import Crypto
import Foundation
import JSONBytes
import RapportTesting
import Testing

@testable import RapportServer

/// Signatures that any library of the standard accepts.
@Suite struct WebhookSignatureTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  @Test(.enabled(if: SharedData.isPresent, "the published vectors are not here"))
  func thePublishedMessageIsSignedAsPublished() throws {
    let vector = try JSONDocument(scanning: SharedData.file("vectors/standard-webhooks.json"))
      .root.value
    let sign = try #require(vector["published_sign_vector"])
    for name in ["secret", "secret_without_prefix_must_work"] {
      let key = try #require(vector[name]?.string.flatMap { WebhookKey($0) })
      let headers = try WebhookHeaders(
        id: try #require(sign["id"]?.string),
        timestamp: try #require(sign["timestamp"]?.integer),
        body: Array(try #require(sign["payload"]?.string).utf8), keys: [key])
      #expect(headers.signature == sign["signature"]?.string)
    }
  }

  /// While a secret is changed, a message carries the signatures of both.
  @Test func severalKeysSignAtOnce() throws {
    let body = Array("{}".utf8)
    let old = try #require(WebhookKey(Self.secret))
    let new = try #require(
      WebhookKey("whsec_" + Data(repeating: 7, count: 32).base64EncodedString()))
    let both = try WebhookHeaders(id: "msg_1", timestamp: 5, body: body, keys: [old, new])
    let one = try WebhookHeaders(id: "msg_1", timestamp: 5, body: body, keys: [old])
    let parts = both.signature.split(separator: " ")
    #expect(parts.count == 2 && parts[0] == one.signature && parts[1] != one.signature)
    #expect(both.fields.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
  }

  @Test func aPairSignsForWhoeverHasItsPublicHalf() throws {
    let seed = [UInt8](0..<32)
    let key = try #require(WebhookKey("whsk_" + Base64.standard.text(of: seed)))
    let body = Array("{\"a\":1}".utf8)
    let headers = try WebhookHeaders(id: "msg_1", timestamp: 7, body: body, keys: [key])
    let signature = try #require(
      headers.signature.split(separator: ",").last.flatMap { Base64.standard.bytes(of: $0) })
    let publicText = try #require(key.publicText)
    let half = try #require(Base64.standard.bytes(of: publicText.dropFirst(5)))
    let checker = try Curve25519.Signing.PublicKey(rawRepresentation: half)
    let message = Array("msg_1.7.".utf8) + body
    #expect(headers.signature.hasPrefix("v1a,"))
    #expect(checker.isValidSignature(Data(signature), for: Data(message)))
    let long = seed + half
    #expect(WebhookKey("whsk_" + Base64.standard.text(of: long)) != nil)
    #expect(
      WebhookKey("whsk_" + Base64.standard.text(of: seed + seed)) == nil,
      "the half behind the seed is another one's")
  }

  @Test(arguments: [
    "", "whsec_", "whsec_AAAA", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", "whsk_AAAA", "whsk_",
    "whsec_" + String(repeating: "A", count: 88), "whpk_" + String(repeating: "A", count: 44),
  ])
  func whatIsNoKeyIsNone(text: String) {
    #expect(WebhookKey(text) == nil)
  }
}

/// The life of a message to a subscriber.
@Suite struct WebhookStateTests {
  private func answered(_ status: Int, after: Int? = nil) -> WebhookState.Outcome {
    .answered(status: status, retryAfter: after)
  }

  @Test(arguments: [200, 204, 299])
  func aGoodAnswerEndsIt(status: Int) {
    var state = WebhookState()
    #expect(state.tried(answered(status), chance: 0) == .delivered)
  }

  /// Redirects are not followed: they are failures like any other.
  @Test(arguments: [301, 302, 307, 400, 404, 429, 500, 503])
  func anyOtherAnswerIsTriedAgain(status: Int) {
    var state = WebhookState()
    #expect(state.tried(answered(status), chance: 500) == .retry(afterSeconds: 5))
  }

  @Test func goneIsGone() {
    var state = WebhookState()
    #expect(state.tried(answered(410), chance: 0) == .disable)
  }

  @Test func anAddressThatMayNotBeSentToIsNotTriedAgain() {
    var state = WebhookState()
    #expect(state.tried(.refused, chance: 0) == .setAside)
  }

  /// Each wait is longer than the one before, within its jitter, and after days the message is set aside.
  @Test func theWaitsGrowAndEnd() {
    for chance in [0, 250, 999] as [Int64] {
      var state = WebhookState()
      var waited: Int64 = 0
      for delay in WebhookState.delays {
        guard case .retry(let seconds) = state.tried(.unreachable, chance: chance) else {
          Issue.record("it was given up after \(state.tries) tries")
          return
        }
        #expect((delay * 8 / 10...delay * 12 / 10).contains(seconds))
        waited += seconds
      }
      #expect(state.tried(.unreachable, chance: chance) == .setAside)
      #expect((2 * 86_400...5 * 86_400).contains(waited), "over days, whatever chance says")
    }
  }

  @Test func whoAsksForMoreTimeGetsItUpToADay() {
    var state = WebhookState()
    #expect(state.tried(answered(503, after: 600), chance: 0) == .retry(afterSeconds: 600))
    #expect(state.tried(answered(503, after: 1), chance: 500) == .retry(afterSeconds: 60))
    #expect(
      state.tried(answered(503, after: .max), chance: 0) == .retry(afterSeconds: 86_400))
  }
}
