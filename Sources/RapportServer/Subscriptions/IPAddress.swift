// Addresses of the Internet as numbers: read strictly, and told apart by who may be behind them.

/// An address of IPv4 or IPv6.
enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  /// The upper and the lower 64 bits.
  case v6(UInt64, UInt64)

  /// Reads four decimal numbers without needless zeros, or RFC 4291 text; nothing else: forms such as `0x7f.1`, which
  /// some programs take and others do not, are no addresses.
  init?(_ text: String) {
    if let address = Self.v4(text.utf8[...]) {
      self = .v4(address)
    } else if let (upper, lower) = Self.v6(text) {
      self = .v6(upper, lower)
    } else {
      return nil
    }
  }

  private static func v4(_ text: Substring.UTF8View) -> UInt32? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.count == 1 || part.first != 0x30 else { return nil }
      var number: UInt32 = 0
      for byte in part {
        guard (0x30...0x39).contains(byte) else { return nil }
        number = number * 10 + UInt32(byte - 0x30)
      }
      guard number < 256 else { return nil }
      address = address << 8 | number
    }
    return address
  }

  private static func v6(_ text: String) -> (UInt64, UInt64)? {
    let gap = text.firstRange(of: "::")
    let head = text[..<(gap?.lowerBound ?? text.endIndex)]
    let tail = gap.map { text[$0.upperBound...] }
    guard let front = groups(head, mayEndInV4: tail == nil),
      let back = groups(tail ?? "", mayEndInV4: true)
    else { return nil }
    let missing = 8 - front.count - back.count
    // `::` stands for one group at least.
    guard tail == nil ? missing == 0 : missing >= 1 else { return nil }
    let all = front + [UInt16](repeating: 0, count: missing) + back
    func number(_ groups: ArraySlice<UInt16>) -> UInt64 {
      groups.reduce(0) { $0 << 16 | UInt64($1) }
    }
    return (number(all[..<4]), number(all[4...]))
  }

  /// The groups of one half; an IPv4 address may stand in place of the last two of all.
  private static func groups(_ text: Substring, mayEndInV4: Bool) -> [UInt16]? {
    if text.isEmpty { return [] }
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var groups: [UInt16] = []
    for (place, part) in parts.enumerated() {
      if mayEndInV4, place == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let address = v4(part) else { return nil }
        groups += [UInt16(address >> 16), UInt16(truncatingIfNeeded: address)]
        continue
      }
      guard (1...4).contains(part.count) else { return nil }
      var number: UInt16 = 0
      for byte in part {
        guard let digit = hexValue(byte) else { return nil }
        number = number << 4 | UInt16(digit)
      }
      groups.append(number)
    }
    return groups
  }

  private static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  // MARK: Who may be behind it

  /// The IPv4 address that an IPv6 address only wraps: IPv4-mapped, IPv4-compatible, NAT64, 6to4; itself otherwise.
  var unwrapped: IPAddress {
    guard case .v6(let upper, let lower) = self else { return self }
    let last = UInt32(truncatingIfNeeded: lower)
    if upper == 0, lower >> 32 == 0xFFFF { return .v4(last) }
    // `::` and `::1` are addresses of their own.
    if upper == 0, lower >> 32 == 0, lower > 1 { return .v4(last) }
    if upper == Self.nat64, lower >> 32 == 0 { return .v4(last) }
    if upper >> 48 == 0x2002 { return .v4(UInt32(truncatingIfNeeded: upper >> 16)) }
    return self
  }

  /// Whether anybody on the Internet may be behind it. Everything that IANA has set aside for something else may be a
  /// machine of ours (RFC 6890 and the registries that it began).
  ///
  /// Of addresses that wrap one of IPv4 only those of NAT64 count, by what they wrap: the others lead past a check that
  /// looks at IPv4 alone.
  var isGlobal: Bool {
    switch self {
    case .v4(let address):
      return !Self.special4.contains { address >> (32 - $0.bits) == $0.prefix >> (32 - $0.bits) }
    case .v6(let upper, let lower):
      if upper == Self.nat64, lower >> 32 == 0 { return unwrapped.isGlobal }
      // Only global unicast, 2000::/3, less what is set aside of it.
      return upper >> 61 == 1
        && !Self.special6.contains { upper >> (64 - $0.bits) == $0.prefix >> (64 - $0.bits) }
    }
  }

  /// `64:ff9b::/96`, where the rest is an address of IPv4.
  private static let nat64: UInt64 = 0x0064_FF9B_0000_0000

  private static let special4: [(prefix: UInt32, bits: UInt32)] = [
    (0x0000_0000, 8),  // this network
    (0x0A00_0000, 8),  // private
    (0x6440_0000, 10),  // shared by the customers of a provider
    (0x7F00_0000, 8),  // loopback
    (0xA9FE_0000, 16),  // link-local, where clouds keep their secrets
    (0xAC10_0000, 12),  // private
    (0xC000_0000, 24),  // protocols
    (0xC000_0200, 24),  // documentation
    (0xC058_6300, 24),  // 6to4 relays
    (0xC0A8_0000, 16),  // private
    (0xC612_0000, 15),  // benchmarks
    (0xC633_6400, 24),  // documentation
    (0xCB00_7100, 24),  // documentation
    (0xE000_0000, 4),  // multicast
    (0xF000_0000, 4),  // reserved, and broadcast
  ]

  private static let special6: [(prefix: UInt64, bits: UInt64)] = [
    (0x2001_0000_0000_0000, 23),  // protocols, Teredo and ORCHID among them
    (0x2001_0DB8_0000_0000, 32),  // documentation
    (0x2002_0000_0000_0000, 16),  // 6to4, which wraps an address of IPv4
    (0x3FFF_0000_0000_0000, 20),  // documentation
    (0x3FFE_0000_0000_0000, 16),  // the 6bone that was
  ]
}

/// A range of addresses: `10.1.0.0/16`, `2001:db8::/32`, or one address.
struct IPRange: Hashable, Sendable {
  private var first: IPAddress
  private var bits: Int

  /// Nil for what is none, and where bits behind the prefix are set: it would not say what it seems to.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
    var most = 32
    if case .v6 = address { most = 128 }
    bits = most
    if parts.count == 2 {
      guard (1...3).contains(parts[1].utf8.count), let count = Int(parts[1]),
        (0...most).contains(count)
      else { return nil }
      bits = count
    }
    first = address
    guard Self.masked(address, bits) == address else { return nil }
  }

  func contains(_ address: IPAddress) -> Bool { Self.masked(address, bits) == first }

  /// The same address with everything behind the first `bits` taken off. A shift by the whole width leaves nothing.
  private static func masked(_ address: IPAddress, _ bits: Int) -> IPAddress {
    switch address {
    case .v4(let number): .v4(number & ~(UInt32.max >> bits))
    case .v6(let upper, let lower):
      .v6(upper & ~(UInt64.max >> min(bits, 64)), lower & ~(UInt64.max >> max(0, bits - 64)))
    }
  }
}
