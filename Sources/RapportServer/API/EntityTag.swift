// Expected revisions: `ETag`, `If-Match` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1).

/// How far a customer was known: the revisions of her subjects, in the order of the subjects' names. As an entity tag
/// it is `"12"`, and `"12.3"` where two subjects are one customer.
struct RevisionTag: Hashable, Sendable {
  var revisions: [UInt32]

  /// Subjects of one tag, at most: as many expectations as an append takes.
  static let subjectsMax = 64
  /// Revisions are CloudEvents integers.
  static let revisionMax: UInt32 = .max >> 1

  init(_ revisions: [UInt32]) { self.revisions = revisions }

  /// Reads what stands between the quotes; nil for anything that was not made here, as `"012"`.
  init?(_ opaque: some StringProtocol) {
    let parts = opaque.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...Self.subjectsMax).contains(parts.count) else { return nil }
    revisions = []
    for part in parts {
      guard (1...10).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0")
      else { return nil }
      var number: UInt64 = 0
      for byte in part {
        guard (0x30...0x39).contains(byte) else { return nil }
        number = number * 10 + UInt64(byte - 0x30)
      }
      guard number <= UInt64(Self.revisionMax) else { return nil }
      revisions.append(UInt32(number))
    }
  }

  /// As a header has it.
  var header: String { "\"\(revisions.map(String.init).joined(separator: "."))\"" }
}

/// What a request expects of the customer it is about.
enum ExpectedTag: Hashable, Sendable {
  case any
  /// There is no event of her: `If-None-Match: *`.
  case none
  /// There is one at least: `If-Match: *`.
  case exists
  /// She is as she was when one of these tags was given.
  case oneOf([RevisionTag])

  /// A condition that nobody can hold anything to: a weak tag, or none of ours. It is refused, not ignored: what a
  /// sender meant as a guard must guard.
  struct Unreadable: Error, Hashable, Sendable {}

  /// Reads the two headers; nil where one is absent.
  static func read(ifMatch: String?, ifNoneMatch: String?) throws(Unreadable) -> ExpectedTag {
    switch (ifMatch, ifNoneMatch) {
    case (nil, nil): return .any
    case (nil, let none?):
      guard trimmed(none[...]) == "*" else { throw Unreadable() }
      return .none
    case (let match?, nil):
      if trimmed(match[...]) == "*" { return .exists }
      var tags: [RevisionTag] = []
      for part in match.split(separator: ",", omittingEmptySubsequences: false) {
        let part = trimmed(part)
        guard part.count > 2, part.hasPrefix("\""), part.hasSuffix("\""),
          let tag = RevisionTag(part.dropFirst().dropLast())
        else { throw Unreadable() }
        tags.append(tag)
      }
      return .oneOf(tags)
    case (_?, _?): throw Unreadable()
    }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}

extension RevisionTag {
  /// Whether a reader who has one of the tags in `If-None-Match` has this answer already. Weakly compared; what is no
  /// tag of ours fits nothing.
  func isKnown(by ifNoneMatch: String?) -> Bool {
    guard let ifNoneMatch else { return false }
    return ifNoneMatch.split(separator: ",").contains { part in
      var part = part.drop { $0 == " " || $0 == "\t" }
      while let last = part.last, last == " " || last == "\t" { part.removeLast() }
      if part.hasPrefix("W/") { part = part.dropFirst(2) }
      return part.utf8.elementsEqual(header.utf8)
    }
  }
}
