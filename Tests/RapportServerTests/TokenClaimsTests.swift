import Testing

@testable import RapportServer

/// What a token may make of its holder, and for how long.
@Suite struct TokenClaimsTests {
  static let origin = "example.com/rapport/00112233-4455-6677-8899-aabbccddeeff"

  static func source() -> TokenClaims {
    TokenClaims(
      iss: origin, aud: origin, sub: "till-7", jti: "j1", fam: "f1", iat: 1_000, exp: 1_900,
      til: 90_000, role: "source", src: "/stores/berlin-3/till", typ: ["order.completed"])
  }

  static func counter() -> TokenClaims {
    var claims = source()
    claims.role = "counter"
    claims.typ = nil
    claims.dep = "service"
    claims.pur = ["service", "service.promise"]
    return claims
  }

  private func fault(_ claims: TokenClaims, at now: Int64 = 1_500) -> TokenFault? {
    do throws(TokenFault) {
      _ = try claims.principal(at: now, ofLedger: Self.origin)
      return nil
    } catch {
      return error
    }
  }

  private func changed(
    _ claims: TokenClaims = source(), _ change: (inout TokenClaims) -> Void
  ) -> TokenClaims {
    var claims = claims
    change(&claims)
    return claims
  }

  @Test func aRoleIsWhatItIsBoundTo() throws {
    let source = try Self.source().principal(at: 1_500, ofLedger: Self.origin)
    #expect(
      source
        == Principal(
          role: .source, actor: "till-7", source: "/stores/berlin-3/till",
          types: ["order.completed"]))
    let counter = try Self.counter().principal(at: 1_500, ofLedger: Self.origin)
    #expect(counter.department == "service" && counter.purposes.contains("service.promise"))
    #expect(counter.source == "/stores/berlin-3/till" && !counter.vouches)
  }

  /// The first second counts, the last one does not; nothing that is said of the future is believed.
  @Test func aTokenHoldsForItsTimeAlone() {
    #expect(fault(Self.source(), at: 1_000) == nil)
    #expect(fault(Self.source(), at: 1_899) == nil)
    #expect(fault(Self.source(), at: 1_900) == .expired)
    #expect(fault(Self.source(), at: 940) == nil, "clocks differ by a minute")
    #expect(fault(Self.source(), at: 939) == .invalid)
    #expect(fault(changed { $0.exp = 1_901 }) == .invalid, "a quarter of an hour is the most")
    #expect(fault(changed { $0.exp = .max }) == .invalid)
    #expect(fault(changed { $0.exp = 1_000 }, at: 1_000) == .invalid)
    #expect(fault(changed { $0.iat = -1 }) == .invalid)
    #expect(fault(changed { $0.til = 1_899 }) == .invalid, "a token does not outlive its family")
    #expect(fault(changed { $0.til = 1_000 + 30 * 86_400 }) == nil)
    #expect(fault(changed { $0.til = 1_001 + 30 * 86_400 }) == .invalid)
  }

  @Test func aTokenOfAnotherLedgerIsNone() {
    #expect(fault(changed { $0.iss = "example.com/rapport/other" }) == .invalid)
    #expect(fault(changed { $0.aud = "" }) == .invalid)
    #expect(fault(changed { $0.aud += " " }) == .invalid)
  }

  /// Nothing is taken that the role is not bound to, and nothing may be missing.
  @Test(arguments: Role.allCases)
  func aRoleSaysNoMoreAndNoLessThanItsBindings(role: Role) throws {
    var claims = Self.source()
    claims.role = role.rawValue
    claims.src = role.bindings.contains(.source) ? "/a" : nil
    claims.dep = role.bindings.contains(.department) ? "service" : nil
    claims.pur = role.bindings.contains(.purposes) ? ["service"] : nil
    claims.cus = role.bindings.contains(.customer) ? "c1" : nil
    claims.typ = role == .source ? ["order.completed"] : nil
    #expect(fault(claims) == nil)
    #expect(fault(changed(claims) { $0.src = $0.src == nil ? "/a" : nil }) == .invalid)
    #expect(fault(changed(claims) { $0.dep = $0.dep == nil ? "service" : nil }) == .invalid)
    #expect(fault(changed(claims) { $0.pur = $0.pur == nil ? ["service"] : nil }) == .invalid)
    #expect(fault(changed(claims) { $0.cus = $0.cus == nil ? "c1" : nil }) == .invalid)
    #expect(fault(changed(claims) { $0.typ = $0.typ == nil ? ["a.b"] : nil }) == .invalid)
    let vouching = changed(claims) { $0.own = true }
    #expect(fault(vouching) == (role == .source ? nil : .invalid))
  }

  @Test(arguments: ["", "owner", "Source", "source ", "admin"])
  func aRoleThatIsNoneIsRefused(role: String) {
    #expect(fault(changed { $0.role = role }) == .invalid)
  }

  @Test(arguments: [
    "", "ada@example.com", "a b", "a\u{0}", "a\u{85}", "a\u{A0}",
    String(repeating: "a", count: 129),
  ])
  func whoActsIsAPseudonym(actor: String) {
    #expect(fault(changed { $0.sub = actor }) == .invalid)
  }

  @Test(arguments: ["", "/", "a", "/a/", "//a", "/a/../b", "/a/.", "/ä", "/a b"])
  func aPlaceIsAPathThatLeadsNowhereElse(place: String) {
    #expect(fault(changed { $0.src = place }) == .invalid)
  }

  @Test func listsHaveLimits() {
    #expect(fault(changed { $0.typ = [] }) == .invalid)
    #expect(fault(changed { $0.typ = ["a.b", "a.b"] }) == .invalid)
    #expect(fault(changed { $0.typ = (0..<64).map { "a.b\($0)" } }) == nil)
    #expect(fault(changed { $0.typ = (0..<65).map { "a.b\($0)" } }) == .invalid)
    #expect(fault(changed { $0.typ = ["*"] }) == .invalid)
    #expect(fault(changed(Self.counter()) { $0.pur = ["*"] }) == .invalid)
  }
}
