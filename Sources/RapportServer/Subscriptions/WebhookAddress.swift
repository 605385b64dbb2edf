// Where a webhook may be sent: nowhere that only we can reach (server-side request forgery).

/// The address of a webhook, taken apart so far that nobody can read it in two ways.
struct WebhookAddress: Hashable, Sendable {
  /// A name, lower case, or an address without brackets.
  var host: String
  var port: Int
  /// What stands behind the host, from the `/` on; at least that.
  var target: String

  static let sizeMax = 2_048

  /// Reads `https://host[:port][/path][?query]`. Nil for anything else: another scheme, a name and password, a
  /// fragment, a host that some programs would take for a number, any byte that is not visible ASCII.
  init?(_ text: String) {
    let scheme = "https://"
    guard text.utf8.count <= Self.sizeMax, text.lowercased().hasPrefix(scheme),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"#<>\\^`{|}".utf8.contains($0) })
    else { return nil }
    let rest = text.dropFirst(scheme.count)
    let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
    guard let (host, port) = Self.authority(rest[..<end]) else { return nil }
    self.host = host
    self.port = port
    target = rest[end...].hasPrefix("/") ? String(rest[end...]) : "/" + rest[end...]
  }

  private static func authority(_ text: Substring) -> (host: String, port: Int)? {
    guard !text.contains("@"), !text.contains("%") else { return nil }
    var host = text
    var port = 443
    let mark = text.hasPrefix("[") ? text.firstIndex(of: "]").map { text.index(after: $0) } : nil
    let colon = text[(mark ?? text.startIndex)...].firstIndex(of: ":")
    if text.hasPrefix("["), mark == nil || (colon ?? text.endIndex) != mark { return nil }
    if let colon {
      host = text[..<colon]
      let digits = text[text.index(after: colon)...]
      guard (1...5).contains(digits.utf8.count),
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        !digits.hasPrefix("0"), let number = Int(digits), number <= 65_535
      else { return nil }
      port = number
    }
    if host.hasPrefix("[") {
      let inside = String(host.dropFirst().dropLast())
      guard case .v6? = IPAddress(inside) else { return nil }
      return (inside.lowercased(), port)
    }
    let lower = host.lowercased()
    if case .v4? = IPAddress(lower) { return (lower, port) }
    return isName(lower) ? (lower, port) : nil
  }

  /// A name of two labels at least, of which the last is no number in any of the forms that are taken for one
  /// (`0x7f.1`, `127.1`, `2130706433`).
  private static func isName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard labels.count >= 2, let last = labels.last else { return false }
    let isPlain: (UInt8) -> Bool = {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard
      labels.allSatisfy({
        (1...63).contains($0.count) && $0.allSatisfy(isPlain) && $0.first != 0x2D && $0.last != 0x2D
      })
    else { return false }
    return last.contains { (0x61...0x7A).contains($0) } && !last.starts(with: "0x".utf8)
  }
}

/// Decides whether a webhook may be sent to an address. What is resolved is checked, and the connection goes to what
/// was checked: a name that says something else a moment later gains nothing.
struct AddressGuard: Sendable {
  /// Ranges that the operator names: a subscriber in the own network.
  var allowedRanges: [IPRange] = []
  /// Ports besides 443.
  var allowedPorts: Set<Int> = []

  /// Why nothing is sent.
  enum Refusal: String, Error, Hashable, Sendable, CaseIterable {
    case port
    /// The name stands for nothing.
    case unresolved
    /// One of the addresses that it stands for is not everybody's.
    case address
  }

  /// The addresses to connect to, in the order in which they were found: all that a name stands for, or none. One that
  /// may not be sent to spoils all, since the name belongs to somebody who tries.
  func checked(
    _ target: WebhookAddress, resolved: [IPAddress]
  ) throws(Refusal) -> [IPAddress] {
    guard target.port == 443 || allowedPorts.contains(target.port) else { throw .port }
    guard !resolved.isEmpty else { throw .unresolved }
    guard resolved.allSatisfy(mayBeSentTo) else { throw .address }
    return resolved
  }

  /// Whether anything may be sent to `address`.
  func mayBeSentTo(_ address: IPAddress) -> Bool {
    address.isGlobal
      || allowedRanges.contains { $0.contains(address) || $0.contains(address.unwrapped) }
  }
}
