// The ids of a row's events, and a subject for events about nobody known.

/// Names that depend on the mapping, the file and the line alone, so that a second import finds the same ones.
struct RowIdentity {
  /// `FILE:LINE`, or the source's own id.
  let base: [UInt8]
  let mapping: String
  private var made = 0

  init(base: [UInt8], mapping: String) {
    self.base = base
    self.mapping = mapping
  }

  /// The base itself, then with `#2`, `#3` behind it.
  mutating func nextID() -> [UInt8] {
    made += 1
    return made == 1 ? base : base + "#\(made)".utf8
  }

  /// `anon-MAPPING:BASE`: readable, the same for all events of the row, and for no other row.
  ///
  /// Where the base is too long or holds other characters than letters, digits and `. _ - : /`, its hash stands
  /// there, after `fnv-`.
  var anonymousSubject: [UInt8] {
    let readable = Array("anon-\(mapping):".utf8) + base
    let isPlain = base.allSatisfy {
      ValueForms.isIDByte($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/")
    }
    if isPlain, readable.count <= 128 { return readable }
    let hex = String(fnv1a128(base), radix: 16)
    let zeros = String(repeating: "0", count: 32 - hex.utf8.count)
    return Array("anon-\(mapping):fnv-\(zeros)\(hex)".utf8)
  }

  static func checkID(_ id: [UInt8], _ name: String) throws(Misfit) {
    guard (1...250).contains(id.count), isText(id[...]) else {
      throw Misfit(
        "import.bad-value", "`\(name)` is no id: 1 to 250 bytes of UTF-8 without control characters"
      )
    }
  }

  static func checkSubject(_ text: ArraySlice<UInt8>, _ name: String) throws(Misfit) {
    if TextRules.isContactPoint(text.span, 0, text.count) {
      throw Misfit(
        "import.subject-personal",
        "`\(name)` is an e-mail address or phone number and cannot name a customer; map a pseudonym"
      )
    }
    guard (1...128).contains(text.count), isText(text) else {
      throw Misfit(
        "import.bad-value",
        "`\(name)` cannot name a customer: 1 to 128 bytes of UTF-8 without control characters")
    }
  }

  private static func isText(_ text: ArraySlice<UInt8>) -> Bool {
    if TextRules.hasForbiddenCharacter(text.span, 0, text.count) { return false }
    return text.allSatisfy { $0 < 0x80 } || String(validating: text, as: UTF8.self) != nil
  }
}

/// FNV-1a with 128 bits (draft-eastlake-fnv): spreads names, and keeps no secret.
func fnv1a128(_ bytes: [UInt8]) -> UInt128 {
  var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
  for byte in bytes {
    hash ^= UInt128(byte)
    hash &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
  }
  return hash
}
