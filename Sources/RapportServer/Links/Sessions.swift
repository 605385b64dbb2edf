// Sessions of pages: what a cookie stands for.

/// The sessions that are open. Only the digests of their secrets are here.
///
/// A customer's ends when she has done nothing for half an hour; one of staff eight hours after it began. Times are
/// microseconds of a clock that never goes back.
struct Sessions: Sendable {
  static let customerIdle: Int64 = 30 * 60 * 1_000_000
  static let staffLifetime: Int64 = 8 * 3_600 * 1_000_000
  /// Sessions that are open at once. Then nobody new gets in.
  static let countMax = 100_000

  static let cookie = "rapport"

  private struct Session: Sendable {
    var principal: Principal
    var until: Int64
  }

  private var sessions: [Secret.Digest: Session] = [:]

  init() {}

  var count: Int { sessions.count }

  /// Begins a session; false where too many are open.
  mutating func begin(_ secret: Secret, for principal: Principal, at now: Int64) -> Bool {
    if sessions.count >= Self.countMax { sessions = sessions.filter { now < $0.value.until } }
    guard sessions.count < Self.countMax else { return false }
    let lifetime = principal.role == .customer ? Self.customerIdle : Self.staffLifetime
    sessions[secret.digest] = Session(principal: principal, until: now + lifetime)
    return true
  }

  /// Whose session it is, if it has not ended. A customer's goes on from now.
  mutating func principal(of secret: Secret, at now: Int64) -> Principal? {
    let digest = secret.digest
    guard let session = sessions[digest] else { return nil }
    guard now < session.until else {
      sessions[digest] = nil
      return nil
    }
    if session.principal.role == .customer {
      sessions[digest]?.until = now + Self.customerIdle
    }
    return session.principal
  }

  mutating func end(_ secret: Secret) { sessions[secret.digest] = nil }

  /// Ends all sessions of an actor: her rights were taken back.
  mutating func end(of actor: String) {
    sessions = sessions.filter { !$0.value.principal.actor.utf8.elementsEqual(actor.utf8) }
  }

  /// `Set-Cookie` of a session that begins. It ends with the browser at the latest; the server ends it earlier.
  static func setCookie(_ secret: Secret, isSecure: Bool) -> String {
    "\(name(isSecure))=\(secret.text); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
  }

  /// `Set-Cookie` that takes it away.
  static func removeCookie(isSecure: Bool) -> String {
    "\(name(isSecure))=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0\(isSecure ? "; Secure" : "")"
  }

  /// Under TLS the name itself keeps other hosts of the domain from setting it (RFC 6265bis, 4.1.3.2).
  private static func name(_ isSecure: Bool) -> String { isSecure ? "__Host-\(cookie)" : cookie }

  /// The secret in a header `Cookie`; nil where there is none, or more than one of the name: somebody put one there.
  static func secret(in header: String?, isSecure: Bool) -> Secret? {
    guard let header else { return nil }
    var found: [Substring] = []
    for pair in header.split(separator: ";") {
      let pair = pair.drop { $0 == " " }
      guard let mark = pair.firstIndex(of: "="),
        pair[..<mark].utf8.elementsEqual(name(isSecure).utf8)
      else { continue }
      found.append(pair[pair.index(after: mark)...])
    }
    return found.count == 1 ? Secret(String(found[0])) : nil
  }
}
