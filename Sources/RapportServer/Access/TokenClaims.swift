// What a token says, and whether it may be believed. The signature is checked before anything here is read.

/// The claims of a bearer token (RFC 7519), by the names that stand in it.
///
///     {"iss":"…","aud":"…","sub":"till-7","jti":"…","fam":"…","iat":1,"exp":900,"til":86400,"role":"source",
///      "src":"/stores/berlin-3/till","typ":["order.completed"]}
///
/// A token is short-lived. It belongs to a family that began when somebody was let in; a token that still holds can be
/// renewed until the family ends, and revoking the family ends them all.
struct TokenClaims: Codable, Hashable, Sendable {
  /// Who made it: the origin of the ledger.
  var iss: String
  /// Who is to believe it: the same origin. One name, never a list.
  var aud: String
  /// Pseudonym of who acts.
  var sub: String
  /// Its own name.
  var jti: String
  /// The name of its family.
  var fam: String
  /// Seconds since 1970: when it was made, when it ends, and when its family ends.
  var iat: Int64
  var exp: Int64
  var til: Int64
  var role: String
  /// Where facts enter.
  var src: String?
  var dep: String?
  /// Purposes.
  var pur: [String]?
  /// The customer.
  var cus: String?
  /// The types of events that a source may bring.
  var typ: [String]?
  /// A source that authenticates customers itself.
  var own: Bool?
}

/// Why a token is not believed.
enum TokenFault: Error, Hashable, Sendable {
  /// It is of another ledger, malformed, says more than its role may, or lives too long.
  case invalid
  /// It was good, and has ended.
  case expired
}

extension TokenClaims {
  /// Seconds from making to ending, at most.
  static let lifetimeMax: Int64 = 15 * 60
  /// Seconds from the first token of a family to its end, at most.
  static let familyMax: Int64 = 30 * 86_400
  /// Clocks of two machines may differ by so many seconds: only for a token that is said to be made in the future.
  static let skewMax: Int64 = 60
  /// Names of one list, at most.
  static let listMax = 64

  /// Who holds it, if it holds at `now` (seconds since 1970) for the ledger called `origin`. Whoever made it, nothing
  /// is taken that its role is not bound to. Cost: a look at each claim.
  func principal(at now: Int64, ofLedger origin: String) throws(TokenFault) -> Principal {
    guard Self.isSame(iss, origin), Self.isSame(aud, origin), let role = Role(rawValue: role),
      Self.isPseudonym(sub), Self.isName(jti), Self.isName(fam)
    else { throw .invalid }
    guard iat >= 0, iat <= now + Self.skewMax, exp > iat, exp - iat <= Self.lifetimeMax,
      til >= exp, til - iat <= Self.familyMax
    else { throw .invalid }
    var bound = Principal(role: role, actor: sub)
    try bind(&bound)
    guard now < exp else { throw .expired }
    return bound
  }

  /// What the role is bound to must be there; anything else must not.
  private func bind(_ bound: inout Principal) throws(TokenFault) {
    let needs = bound.role.bindings
    guard needs.contains(.source) == (src != nil), needs.contains(.department) == (dep != nil),
      needs.contains(.purposes) == (pur != nil), needs.contains(.customer) == (cus != nil)
    else { throw .invalid }
    // A list of types, and the word about customers, belong to a source alone.
    guard (typ != nil) == (bound.role == .source), own == nil || bound.role == .source
    else { throw .invalid }
    if let src {
      guard Self.isSource(src) else { throw .invalid }
      bound.source = src
    }
    if let dep {
      guard Self.isName(dep) else { throw .invalid }
      bound.department = dep
    }
    if let pur { bound.purposes = try Self.set(pur, Self.isPath) }
    if let cus {
      guard Self.isPseudonym(cus) else { throw .invalid }
      bound.customer = cus
    }
    if let typ { bound.types = try Self.set(typ, Self.isPath) }
    bound.vouches = own ?? false
  }

  private static func set(
    _ names: [String], _ rule: (String) -> Bool
  ) throws(TokenFault) -> Set<String> {
    guard (1...listMax).contains(names.count), names.allSatisfy(rule) else { throw .invalid }
    let set = Set(names)
    guard set.count == names.count else { throw .invalid }
    return set
  }

  // MARK: Rules for text

  /// By bytes: names that look alike are two.
  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8)
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// An `Id` of the catalogue: 1 to 64 of `A-Z a-z 0-9 . _ -`.
  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { isLetterOrDigit($0) || [0x2E, 0x5F, 0x2D].contains($0) }
  }

  /// A `Path` of the catalogue: 1 to 8 segments of letters, digits and hyphens, joined by dots, at most 128 bytes.
  static func isPath(_ text: String) -> Bool {
    guard text.utf8.count <= 128 else { return false }
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    return parts.count <= 8
      && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D } }
  }

  /// A pseudonym as the envelope takes it: 1 to 128 bytes, nothing unprintable, no address.
  static func isPseudonym(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy { $0.value > 0x20 && !(0x7F...0xA0).contains($0.value) }
      && !text.utf8.contains(UInt8(ascii: "@"))
  }

  /// A place where facts enter: an absolute path of visible ASCII that leads nowhere else.
  static func isSource(_ text: String) -> Bool {
    guard (2...256).contains(text.utf8.count), text.hasPrefix("/"), !text.hasSuffix("/"),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return false }
    return text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
  }
}
