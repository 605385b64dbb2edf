internal import Disk

/// Writes a Dictionary (docs/format.md, section 7.4): strings sorted by their bytes, each once.
enum DictionaryContent {
  static let groupSize = 64

  /// The content of the chunk for the strings of `interner`, in the order given, which is that of their bytes.
  static func encoded(_ interner: ByteInterner, _ order: [Int]) -> [UInt8] {
    let hasEmpty = order.first.map { interner.range($0).isEmpty } ?? false
    var strings = (hasEmpty ? order.dropFirst() : order[...]).map { interner.range($0) }
    let arena = interner.arena
    let quote = UInt8(ascii: "\"")
    let isQuoted =
      !strings.isEmpty
      && strings.allSatisfy {
        $0.count >= 2 && arena[$0.lowerBound] == quote && arena[$0.upperBound - 1] == quote
      }
    if isQuoted { strings = strings.map { $0.lowerBound + 1..<$0.upperBound - 1 } }
    let form = Form(strings, arena)
    var content: [UInt8] = [form.number, (hasEmpty ? 1 : 0) | (isQuoted ? 2 : 0), 0, 0]
    content.appendInteger(UInt32(strings.count))
    switch form {
    case .texts: appendTexts(strings, arena, to: &content)
    case .uuids:
      for string in strings {
        guard let (high, low) = IDForm.uuid(arena, string) else {
          preconditionFailure("the form was chosen because all are UUIDs")
        }
        content.appendInteger(high.byteSwapped)
        content.appendInteger(low.byteSwapped)
      }
    case .numbered(let prefix, let digits):
      appendNumbered(strings, arena, prefix: prefix, digits: digits, to: &content)
    }
    return content
  }

  private enum Form {
    case texts
    case uuids
    case numbered(prefix: Range<Int>, digits: Int)

    var number: UInt8 {
      switch self {
      case .texts: 0
      case .uuids: 1
      case .numbered: 2
      }
    }

    init(_ strings: [Range<Int>], _ arena: [UInt8]) {
      self = .texts
      guard let first = strings.first, let last = strings.last else { return }
      if strings.allSatisfy({ IDForm.uuid(arena, $0) != nil }) {
        self = .uuids
        return
      }
      guard strings.count >= 2, strings.allSatisfy({ $0.count == first.count }) else { return }
      // Sorted: what the first and the last share, all share.
      let shared = DictionaryContent.sharedPrefix(first, last, arena)
      let digits = first.count - shared
      guard shared <= 255, (1...18).contains(digits) else { return }
      let isNumbered = strings.allSatisfy { string in
        arena[string.lowerBound + shared..<string.upperBound].allSatisfy {
          (0x30...0x39).contains($0)
        }
      }
      if isNumbered {
        self = .numbered(
          prefix: first.lowerBound..<first.lowerBound + shared, digits: digits)
      }
    }
  }

  private static func sharedPrefix(_ one: Range<Int>, _ other: Range<Int>, _ arena: [UInt8]) -> Int
  {
    let most = min(one.count, other.count)
    var count = 0
    while count < most, arena[one.lowerBound + count] == arena[other.lowerBound + count] {
      count += 1
    }
    return count
  }

  private static func appendTexts(
    _ strings: [Range<Int>], _ arena: [UInt8], to content: inout [UInt8]
  ) {
    var groups: [UInt8] = []
    for start in stride(from: 0, to: strings.count, by: groupSize) {
      content.appendInteger(UInt32(groups.count))
      groups.appendVarint(UInt64(strings[start].count))
      groups += arena[strings[start]]
      for place in start + 1..<max(start + 1, min(start + groupSize, strings.count)) {
        let string = strings[place]
        let shared = sharedPrefix(strings[place - 1], string, arena)
        groups.appendVarint(UInt64(shared))
        groups.appendVarint(UInt64(string.count - shared))
        groups += arena[string.lowerBound + shared..<string.upperBound]
      }
    }
    content += groups
  }

  private static func appendNumbered(
    _ strings: [Range<Int>], _ arena: [UInt8], prefix: Range<Int>, digits: Int,
    to content: inout [UInt8]
  ) {
    content.append(UInt8(prefix.count))
    content.append(UInt8(digits))
    content.appendZeros(6)
    content += arena[prefix]
    content.appendZeros((8 - prefix.count % 8) % 8)
    let numbers = strings.map { string in
      arena[string.upperBound - digits..<string.upperBound].reduce(UInt64(0)) {
        $0 * 10 + UInt64($1 - 0x30)
      }
    }
    var differences: [UInt8] = []
    for start in stride(from: 0, to: numbers.count, by: groupSize) {
      content.appendInteger(numbers[start])
      content.appendInteger(UInt32(differences.count))
      content.appendInteger(UInt32(0))
      for place in start + 1..<max(start + 1, min(start + groupSize, numbers.count)) {
        differences.appendVarint(numbers[place] - numbers[place - 1])
      }
    }
    content += differences
  }
}

/// Forms of ids that are stored in 16 bytes (docs/format.md, section 7.6).
enum IDForm {
  static let text: UInt8 = 0
  static let uuidForm: UInt8 = 1
  static let ulidForm: UInt8 = 2

  /// The halves of a canonical UUID: 36 characters, lower case; nil for anything else.
  static func uuid(_ bytes: [UInt8], _ range: Range<Int>) -> (UInt64, UInt64)? {
    guard range.count == 36 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    var digits = 0
    for place in 0..<36 {
      let byte = bytes[range.lowerBound + place]
      if place == 8 || place == 13 || place == 18 || place == 23 {
        guard byte == UInt8(ascii: "-") else { return nil }
        continue
      }
      let digit: UInt64
      switch byte {
      case 0x30...0x39: digit = UInt64(byte - 0x30)
      case 0x61...0x66: digit = UInt64(byte - 0x61 + 10)
      default: return nil
      }
      if digits < 16 { high = high << 4 | digit } else { low = low << 4 | digit }
      digits += 1
    }
    return (high, low)
  }

  static let crockford = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
  private static let crockfordValues: [UInt8] = {
    var values: [UInt8] = Array(repeating: 255, count: 256)
    for (value, digit) in crockford.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// The halves of a canonical ULID: 26 characters of Crockford's base 32, upper case, the first 0 to 7; else nil.
  static func ulid(_ bytes: [UInt8], _ range: Range<Int>) -> (UInt64, UInt64)? {
    guard range.count == 26 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for place in range {
      let digit = crockfordValues[Int(bytes[place])]
      guard digit < 32, place > range.lowerBound || digit < 8 else { return nil }
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(digit)
    }
    return (high, low)
  }
}
