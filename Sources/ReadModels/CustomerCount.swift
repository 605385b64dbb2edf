// How many customers are behind a number, in a table that holds no customer.

import Projection

/// At least so many different customers, merged ones counted each,: what a door asks before it shows a small group.
///
/// Subjects that were merged count each, as they were when each event was recorded.
///
/// One of 256 bits is set for each customer, by a hash of the pseudonym, and the set bits are counted. So the count
/// never exceeds the subjects, is close to them up to some fifty, and ends at 256. A sale to nobody known has a
/// pseudonym of its own and counts as a customer.
struct CustomerCount: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  static func == (one: CustomerCount, other: CustomerCount) -> Bool { one.words == other.words }

  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  init() {}

  var atLeast: Int64 {
    Int64(
      words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount
        + words.3.nonzeroBitCount)
  }

  /// Counts the customer of an event; an event of none adds nobody.
  mutating func add(_ customer: String?) {
    guard let customer else { return }
    // FNV-1a with a last stirring: the same in every process.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in customer.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    let bit: UInt64 = 1 << (hash >> 58)
    switch hash >> 56 & 3 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  /// The bits as 64 hexadecimal digits; what ``bits`` is not, is nobody.
  init(bits: String) {
    let digits = Array(bits.utf8)
    guard digits.count == 64 else { return }
    func word(_ number: Int) -> UInt64 {
      UInt64(String(decoding: digits[16 * number..<16 * number + 16], as: UTF8.self), radix: 16)
        ?? 0
    }
    words = (word(0), word(1), word(2), word(3))
  }

  var bits: String {
    [words.0, words.1, words.2, words.3].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }.joined()
  }
}

extension RowWriter {
  /// Two columns: the count, and what it is counted from.
  func count(_ value: CustomerCount) {
    integer(value.atLeast)
    text(value.bits)
  }
}

extension RowReader {
  /// As ``RowWriter/count(_:)`` writes it.
  func count() -> CustomerCount {
    _ = integer()
    return CustomerCount(bits: text())
  }
}
