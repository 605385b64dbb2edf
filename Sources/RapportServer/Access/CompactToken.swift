// A bearer token taken apart (RFC 7515, compact form), before anybody looks at its signature: what is not exactly as it
// is made here goes no further.

import JSONBytes

/// A token whose form is right. Whether it was made here only its signature tells: ``claims`` are not to be believed
/// before that.
struct CompactToken: Sendable {
  /// The one algorithm of the keys here: Ed25519. What a token says of its algorithm chooses nothing (RFC 8725, 3.1).
  static let algorithm = "EdDSA"
  /// Bytes of a token, at most: claims with full lists.
  static let sizeMax = 12 << 10

  /// The key that it says it was signed with: one of ours.
  let key: String
  let claims: TokenClaims

  /// Reads a token. `keys` are the names of the keys that are in force. Throws ``TokenFault/invalid`` for another form,
  /// another algorithm, another key, and for a header or claims with a member that is not made here, such as the
  /// address of a key (`jku`, `x5u`, `jwk`). Cost: a pass over it.
  init(_ token: String, keys: Set<String>) throws(TokenFault) {
    guard token.utf8.count <= Self.sizeMax else { throw .invalid }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = Base64.url.bytes(of: parts[2]), signature.count == 64,
      let header = Self.members(of: parts[0]), Set(header.keys) == ["alg", "kid", "typ"],
      header["alg"] == .string(Self.algorithm), header["typ"] == "JWT",
      let key = header["kid"]?.string, keys.contains(key),
      let members = Self.members(of: parts[1]), let claims = TokenClaims(members)
    else { throw .invalid }
    self.key = key
    self.claims = claims
  }

  /// Of a JSON object in base64url; nil for anything else, and where a name stands twice.
  private static func members(of text: Substring) -> [String: JSONValue]? {
    // Why it is no JSON nobody needs to know.
    guard let bytes = Base64.url.bytes(of: text),
      let root = try? JSONDocument(scanning: bytes).root,
      root.kind == .object
    else { return nil }
    // The scanner refuses two members of one name, by their bytes; here names that are equal as texts are one as well.
    return Dictionary(
      root.members.map { ($0.name, $0.value.value) }, uniquingKeysWith: { _, _ in .null })
  }
}

extension TokenClaims {
  private static let required: Set<String> = [
    "iss", "aud", "sub", "jti", "fam", "iat", "exp", "til", "role",
  ]
  private static let optional: Set<String> = ["src", "dep", "pur", "cus", "typ", "own"]

  /// Claims by their names; nil where one is missing, has another form, or is none of ours.
  init?(_ members: [String: JSONValue]) {
    let names = Set(members.keys)
    guard names.isSuperset(of: Self.required),
      names.isSubset(of: Self.required.union(Self.optional)),
      let iss = members["iss"]?.string, let aud = members["aud"]?.string,
      let sub = members["sub"]?.string, let jti = members["jti"]?.string,
      let fam = members["fam"]?.string, let role = members["role"]?.string,
      let iat = members["iat"]?.integer, let exp = members["exp"]?.integer,
      let til = members["til"]?.integer
    else { return nil }
    self.init(
      iss: iss, aud: aud, sub: sub, jti: jti, fam: fam, iat: iat, exp: exp, til: til, role: role)
    func text(_ name: String) -> String?? {
      members[name].map { value in value.string }
    }
    func list(_ name: String) -> [String]?? {
      guard let value = members[name] else { return .none }
      guard case .array(let elements) = value else { return .some(nil) }
      let texts = elements.compactMap(\.string)
      return .some(texts.count == elements.count ? texts : nil)
    }
    // A claim that is there must be of its form; one that is not there is none.
    for (name, keep) in [("src", \TokenClaims.src), ("dep", \.dep), ("cus", \.cus)] {
      guard let found = text(name) else { continue }
      guard let found else { return nil }
      self[keyPath: keep] = found
    }
    for (name, keep) in [("pur", \TokenClaims.pur), ("typ", \.typ)] {
      guard let found = list(name) else { continue }
      guard let found else { return nil }
      self[keyPath: keep] = found
    }
    if let own = members["own"] {
      guard case .bool(let isOwn) = own else { return nil }
      self.own = isOwn
    }
  }
}
