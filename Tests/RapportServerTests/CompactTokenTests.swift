import JSONBytes
import Testing

@testable import RapportServer

/// What a token must look like before anybody checks its signature.
@Suite struct CompactTokenTests {
  private static let header = #"{"alg":"EdDSA","kid":"k1","typ":"JWT"}"#
  private static let claims = """
    {"iss":"o","aud":"o","sub":"till-7","jti":"j","fam":"f","iat":1,"exp":2,"til":3,"role":"source",\
    "src":"/stores/1","typ":["order.completed"],"own":true}
    """

  private static func token(
    _ header: String = header, _ claims: String = claims, signature: Int = 64
  ) -> String {
    [Array(header.utf8), Array(claims.utf8), [UInt8](repeating: 7, count: signature)]
      .map { Base64.url.text(of: $0) }.joined(separator: ".")
  }

  private func read(_ token: String, keys: Set<String> = ["k1"]) -> CompactToken? {
    do throws(TokenFault) {
      return try CompactToken(token, keys: keys)
    } catch {
      return nil
    }
  }

  @Test func aTokenIsTakenApart() throws {
    let token = try #require(read(Self.token()))
    #expect(token.key == "k1")
    #expect(
      token.claims
        == TokenClaims(
          iss: "o", aud: "o", sub: "till-7", jti: "j", fam: "f", iat: 1, exp: 2, til: 3,
          role: "source", src: "/stores/1", typ: ["order.completed"], own: true))
  }

  /// The attacks that RFC 8725 lists, and headers that would have a key fetched from somewhere.
  @Test(arguments: [
    #"{"alg":"none","kid":"k1","typ":"JWT"}"#, #"{"alg":"HS256","kid":"k1","typ":"JWT"}"#,
    #"{"alg":"RS256","kid":"k1","typ":"JWT"}"#, #"{"alg":"eddsa","kid":"k1","typ":"JWT"}"#,
    #"{"alg":"EdDSA","kid":"k2","typ":"JWT"}"#, #"{"alg":"EdDSA","kid":"","typ":"JWT"}"#,
    #"{"alg":"EdDSA","typ":"JWT"}"#, #"{"alg":"EdDSA","kid":["k1"],"typ":"JWT"}"#,
    #"{"alg":"EdDSA","kid":"k1","typ":"JWT","jku":"https://a.example/k"}"#,
    #"{"alg":"EdDSA","kid":"k1","typ":"JWT","x5u":"https://a.example/k"}"#,
    #"{"alg":"EdDSA","kid":"k1","typ":"JWT","jwk":{}}"#,
    #"{"alg":"EdDSA","kid":"k1","typ":"JWT","crit":["exp"],"exp":1}"#,
    #"{"alg":"EdDSA","kid":"k1","typ":"JWT","alg":"none"}"#, #"["EdDSA"]"#, "", "{",
  ])
  func anotherHeaderIsNoneOfOurs(header: String) {
    #expect(read(Self.token(header)) == nil)
  }

  @Test func aKeyThatIsNotInForceSignsNothing() {
    #expect(read(Self.token(), keys: []) == nil)
    #expect(read(Self.token(), keys: ["k1", "k2"]) != nil)
  }

  /// Each claim that must be there, and each of another form.
  @Test(arguments: [
    (#""aud":"o""#, #""aud":["o"]"#), (#""aud":"o","#, ""), (#""iat":1"#, #""iat":"1""#),
    (#""exp":2"#, #""exp":2.5"#), (#""exp":2"#, #""exp":1e300"#), (#""sub":"till-7""#, #""sub":7"#),
    (#""role":"source","#, ""), (#""role":"source""#, #""role":"source","role":"operator""#),
    (#""src":"/stores/1""#, #""src":null"#),
    (#""typ":["order.completed"]"#, #""typ":"order.completed""#),
    (#""typ":["order.completed"]"#, #""typ":[1]"#), (#""own":true"#, #""own":"true""#),
    (#""own":true"#, #""own":true,"nbf":1"#), (#""own":true"#, #""own":true,"admin":true"#),
    (#""fam":"f","#, ""), (#""jti":"j","#, ""), (#""til":3,"#, ""),
  ])
  func otherClaimsAreNoneOfOurs(claim: String, instead: String) {
    let other = Self.claims.replacing(claim, with: instead)
    #expect(other != Self.claims && read(Self.token(Self.header, other)) == nil)
  }

  @Test func anotherFormIsNone() {
    let token = Self.token()
    for other in [
      "", ".", "..", "...", token + ".", "." + token, token + "=", token + "\n", " " + token,
      token.replacing(".", with: ","), String(repeating: "a", count: 1 << 20),
      Self.token(signature: 63), Self.token(signature: 65), Self.token(signature: 0),
    ] {
      #expect(read(other) == nil, "\(other.prefix(40))")
    }
  }

  /// Of one signature there is one text: the last letter of 64 bytes holds four bits that mean nothing.
  @Test func theLettersBehindTheLastByteMustBeAsTheyWereMade() {
    var letters = Array(Self.token())
    let last = letters.count - 1
    #expect(letters[last] == "w")
    letters[last] = "x"
    #expect(read(String(letters)) == nil)
  }
}
