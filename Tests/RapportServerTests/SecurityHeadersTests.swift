import Testing

@testable import RapportServer

/// The table of headers, as the threat model has it.
@Suite struct SecurityHeadersTests {
  private func fields(
    _ kind: SecurityHeaders.Kind, underTLS: Bool = false
  ) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: SecurityHeaders.fields(of: kind, underTLS: underTLS)
        .map { ($0.name, $0.value) })
  }

  @Test(arguments: SecurityHeaders.Kind.allCases)
  func everyAnswerCarriesThem(kind: SecurityHeaders.Kind) {
    let fields = fields(kind)
    #expect(fields["x-content-type-options"] == "nosniff")
    #expect(fields["referrer-policy"] == "no-referrer")
    #expect(fields["cross-origin-resource-policy"] == "same-origin")
    #expect(fields["cache-control"]?.hasPrefix("no-store") == (kind != .asset))
    #expect(fields["server"] == nil)
    #expect((fields["content-security-policy"] != nil) == (kind == .page))
    #expect(self.fields(kind, underTLS: true)["strict-transport-security"] != nil)
    #expect(fields["strict-transport-security"] == nil)
  }

  /// Nothing inline, nothing from elsewhere, nobody around it.
  @Test func aPageRunsNothingThatIsNotItsOwn() throws {
    let policy = try #require(fields(.page)["content-security-policy"])
    for part in [
      "default-src 'none'", "script-src 'self'", "base-uri 'none'",
      "frame-ancestors 'none'", "form-action 'self'",
    ] {
      #expect(policy.contains(part))
    }
    #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("data:"))
  }
}
