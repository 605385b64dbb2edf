import RapportTesting
import Testing
import Vault

@testable import RapportServer

/// The link in every message.
@Suite struct StopLinkTests {
  private static let hash = KeyedHash(secret: [UInt8](0..<32))
  private static let link = StopLink(
    customer: "c0ffee00-0000-4000-8000-000000000001", contactPoint: "a", purpose: "marketing",
    topic: "products.savings", channel: "email", decision: "decided-0123456789abcdef")

  @Test func aLinkSaysWhatItWasMadeFor() {
    let text = Self.link.text(by: Self.hash)
    #expect(StopLink(text, by: Self.hash) == Self.link)
    #expect(text.utf8.count < 400, "it fits a line of a message's head")
    #expect(
      text.utf8.allSatisfy {
        ServerSentEvents.isID(String(UnicodeScalar($0))) && $0 != UInt8(ascii: "/")
      })
  }

  @Test func everyChangedLetterMakesItNone() {
    var bytes = Array(Self.link.text(by: Self.hash).utf8)
    for place in bytes.indices {
      for bit in 0..<7 as Range<UInt8> {
        bytes[place] ^= 1 << bit
        #expect(
          StopLink(String(decoding: bytes, as: UTF8.self), by: Self.hash) == nil, "\(place).\(bit)")
        bytes[place] ^= 1 << bit
      }
    }
    let text = Self.link.text(by: Self.hash)
    #expect(StopLink(text + ".", by: Self.hash) == nil)
    #expect(StopLink(String(text.dropLast()), by: Self.hash) == nil)
    #expect(StopLink("", by: Self.hash) == nil && StopLink(".", by: Self.hash) == nil)
    #expect(StopLink(String(repeating: "A", count: 1_000_000), by: Self.hash) == nil)
  }

  @Test func onlyWhoHasTheSecretMakesOne() {
    let other = KeyedHash(secret: [UInt8](repeating: 9, count: 32))
    #expect(StopLink(Self.link.text(by: other), by: Self.hash) == nil)
    // A cursor is made under the same hash; it is no link.
    let bound = SubscriptionCursor.Bound(subscription: "a", follows: "events", actor: "b")
    let cursor = SubscriptionCursor(position: 1).text(for: bound, by: Self.hash)
    #expect(StopLink(cursor, by: Self.hash) == nil)
  }
}

/// Links that open a page once.
@Suite struct PageLinksTests {
  private static func secret(_ number: Int) -> Secret {
    Secret(
      random: (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) &+ UInt8($0) })
  }

  private static func holder(_ actor: String = "c1") -> PageLinks.Holder {
    PageLinks.Holder(
      principal: Principal(role: .customer, actor: actor, customer: actor), page: "/me")
  }

  private static let second: Int64 = 1_000_000

  @Test func lookingUsesNothingUp() {
    var links = PageLinks()
    let secret = Self.secret(1)
    #expect(links.add(secret, for: Self.holder(), at: 0) == true)
    for _ in 0..<3 { #expect(links.state(of: secret, at: 1) == .fresh(Self.holder())) }
    #expect(links.use(secret, at: 2) == .fresh(Self.holder()))
    #expect(links.use(secret, at: 3) == .used)
    #expect(links.state(of: secret, at: 3) == .used)
    #expect(links.state(of: Self.secret(2), at: 3) == .unknown)
  }

  @Test func aLinkEndsAfterAQuarterOfAnHour() {
    var links = PageLinks()
    let secret = Self.secret(1)
    #expect(links.add(secret, for: Self.holder(), at: 0) == true)
    #expect(links.state(of: secret, at: 900 * Self.second - 1) == .fresh(Self.holder()))
    #expect(links.state(of: secret, at: 900 * Self.second) == .unknown)
    #expect(links.use(secret, at: 900 * Self.second) == .unknown)
  }

  /// Whoever asks for links again and again keeps the last few, and nobody can fill the memory.
  @Test func thereAreNeverTooMany() {
    var links = PageLinks()
    for number in 0..<10 {
      #expect(links.add(Self.secret(number), for: Self.holder(), at: Int64(number)) == true)
    }
    #expect(links.count == PageLinks.countOfActorMax)
    #expect(links.state(of: Self.secret(4), at: 10) == .unknown)
    #expect(links.state(of: Self.secret(5), at: 10) == .fresh(Self.holder()))
    for number in 10..<20_000 {
      _ = links.add(
        Self.secret(number), for: Self.holder("c\(number)"), at: Int64(number) * Self.second)
    }
    #expect(links.count <= 901, "those that ended are gone")
  }

  @Test func aSecretIsReadAsItWasGiven() {
    let secret = Self.secret(7)
    #expect(Secret(secret.text) == secret && secret.text.utf8.count == 43)
    #expect(Secret(secret.text)?.digest == secret.digest)
    #expect(Secret("") == nil && Secret(secret.text + "A") == nil)
    #expect(Secret(String(secret.text.dropLast())) == nil)
    #expect(!"\(secret.digest)".contains(secret.text))
  }
}

/// Sessions of pages.
@Suite struct SessionsTests {
  private static let minute: Int64 = 60 * 1_000_000
  private let secret = Secret(random: [UInt8](repeating: 1, count: 32))
  private let customer = Principal(role: .customer, actor: "c1", customer: "c1")
  private let staff = Principal(role: .counter, actor: "s1", source: "/stores/1")

  @Test func aCustomersSessionEndsWhenSheRests() {
    var sessions = Sessions()
    #expect(sessions.begin(secret, for: customer, at: 0) == true)
    #expect(sessions.principal(of: secret, at: 29 * Self.minute) == customer)
    #expect(sessions.principal(of: secret, at: 58 * Self.minute) == customer)
    #expect(sessions.principal(of: secret, at: 88 * Self.minute) == nil)
    #expect(sessions.principal(of: secret, at: 0) == nil, "what has ended does not come back")
  }

  @Test func aSessionOfStaffEndsAfterItsDay() {
    var sessions = Sessions()
    #expect(sessions.begin(secret, for: staff, at: 0) == true)
    #expect(sessions.principal(of: secret, at: 479 * Self.minute) == staff)
    #expect(sessions.principal(of: secret, at: 480 * Self.minute) == nil)
  }

  @Test func whoLeavesHasLeft() {
    var sessions = Sessions()
    let other = Secret(random: [UInt8](repeating: 2, count: 32))
    #expect(sessions.begin(secret, for: customer, at: 0) == true)
    #expect(sessions.begin(other, for: staff, at: 0) == true)
    sessions.end(secret)
    #expect(sessions.principal(of: secret, at: 1) == nil)
    sessions.end(of: "s1")
    #expect(sessions.principal(of: other, at: 1) == nil && sessions.count == 0)
  }

  @Test(arguments: [true, false])
  func theCookieComesBack(isSecure: Bool) {
    let cookie = Sessions.setCookie(secret, isSecure: isSecure)
    #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    #expect(cookie.contains("Path=/") && cookie.contains("Secure") == isSecure)
    let pair = cookie.split(separator: ";")[0]
    #expect(Sessions.secret(in: "a=b; \(pair); c=d", isSecure: isSecure) == secret)
    #expect(Sessions.secret(in: "\(pair); \(pair)", isSecure: isSecure) == nil, "one of two")
    #expect(Sessions.secret(in: String(pair), isSecure: !isSecure) == nil)
    #expect(Sessions.secret(in: nil, isSecure: isSecure) == nil)
    #expect(Sessions.secret(in: "rapport=", isSecure: false) == nil)
    #expect(Sessions.removeCookie(isSecure: isSecure).contains("Max-Age=0"))
  }
}
