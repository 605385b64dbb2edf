import RapportTesting
import Testing
import Vault

@testable import RapportServer

/// A cursor is good for whom it was given, and nobody else can make one.
@Suite struct SubscriptionCursorTests {
  private static let hash = KeyedHash(secret: [UInt8](0..<32))
  private static let bound = SubscriptionCursor.Bound(
    subscription: "shop", follows: "view:service", actor: "svc-1")

  private func read(
    _ text: String, _ bound: SubscriptionCursor.Bound = bound, by hash: KeyedHash = hash
  ) -> SubscriptionCursor? {
    SubscriptionCursor(text, for: bound, by: hash)
  }

  @Test func aCursorComesBackAsItWasGiven() {
    for (position, number) in [(0, 0), (8, 2), (1 << 53 - 1, 1_000_000)] as [(UInt64, Int)] {
      let cursor = SubscriptionCursor(position: position, number: number)
      let text = cursor.text(for: Self.bound, by: Self.hash)
      #expect(read(text) == cursor)
      #expect(ServerSentEvents.isID(text), "it is the id of a frame")
    }
  }

  @Test func everyChangedLetterMakesItNone() {
    let text = SubscriptionCursor(position: 918_223, number: 2).text(for: Self.bound, by: Self.hash)
    var bytes = Array(text.utf8)
    for place in bytes.indices {
      for bit in 0..<7 as Range<UInt8> {
        bytes[place] ^= 1 << bit
        #expect(read(String(decoding: bytes, as: UTF8.self)) == nil, "\(place).\(bit)")
        bytes[place] ^= 1 << bit
      }
      #expect(read(String(decoding: bytes[..<place], as: UTF8.self)) == nil, "\(place)")
    }
    #expect(read(text + "A") == nil && read("0" + text) == nil && read(" " + text) == nil)
  }

  @Test func itIsBoundToOneFollowerOfOneThing() {
    let text = SubscriptionCursor(position: 8).text(for: Self.bound, by: Self.hash)
    for change in [\SubscriptionCursor.Bound.subscription, \.follows, \.actor] {
      var other = Self.bound
      other[keyPath: change] += "x"
      #expect(read(text, other) == nil)
    }
    // The same bytes, parted in another way.
    let parted = SubscriptionCursor.Bound(
      subscription: "shopview", follows: ":service", actor: "svc-1")
    #expect(read(text, parted) == nil)
    #expect(read(text, by: KeyedHash(secret: [UInt8](repeating: 7, count: 32))) == nil)
  }

  @Test func textsComeBackFromTheirBytes() {
    withEvery("texts", in: [[], [""], ["a", "", "ä€😀"]] as [[String]]) { texts in
      let bytes = LengthPrefixed.bytes(texts)
      #expect(LengthPrefixed.texts(of: bytes) == texts, "\(loopValues)")
      for end in bytes.indices.dropFirst() {
        #expect(LengthPrefixed.texts(of: bytes[..<end]) != texts, "\(loopValues) \(end)")
      }
    }
    #expect(LengthPrefixed.texts(of: [0, 1, 0xFF]) == nil)
  }
}
