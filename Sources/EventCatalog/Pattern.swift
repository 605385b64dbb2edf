/// A regular expression of ECMA-262 (as with its flag `u`), without look-around and back
/// references.
///
/// It is run as all its threads side by side (K. Thompson, 1968; R. Pike's machine), so that time
/// grows with the text times the expression and never beyond: no text of a sender can make it slow.
struct Pattern: Sendable {
  enum Step: Sendable {
    case scalar(UInt32)
    case set(ScalarSet)
    case split(Int, Int)
    case jump(Int)
    case textStart, textEnd, wordEdge, noWordEdge
    case match
  }

  let steps: [Step]

  /// Reads an expression; throws what is wrong or not supported, in words.
  init(_ text: String) throws(PatternError) {
    var parser = PatternParser(text)
    var compiler = PatternCompiler()
    try compiler.append(try parser.parse())
    compiler.steps.append(.match)
    steps = compiler.steps
  }

  /// Whether the expression matches somewhere in the UTF-8 text `bytes[start..<end]`.
  func matches(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var threads = Threads(count: steps.count)
    var place = start
    var before: UInt32?
    while true {
      let (scalar, width) = Self.scalar(bytes, place, end)
      threads.mark += 1
      threads.reading.removeAll(keepingCapacity: true)
      for step in threads.waiting where follow(step, before, scalar, &threads) { return true }
      // A match may begin anywhere: one more thread at each place.
      if follow(0, before, scalar, &threads) { return true }
      guard let scalar else { return false }
      threads.waiting.removeAll(keepingCapacity: true)
      for step in threads.reading where accepts(step, scalar) { threads.waiting.append(step + 1) }
      before = scalar
      place += width
    }
  }

  /// The threads before one scalar: `waiting` to be followed to steps that read, then `reading`.
  private struct Threads {
    var waiting: [Int] = []
    var reading: [Int] = []
    /// The mark of the last scalar before which each step was reached.
    var seen: [Int]
    var mark = 0

    init(count: Int) { seen = [Int](repeating: 0, count: count) }
  }

  /// Follows a thread to the steps that read a scalar; true if it reached the end of the
  /// expression.
  private func follow(
    _ first: Int, _ before: UInt32?, _ after: UInt32?, _ threads: inout Threads
  ) -> Bool {
    var open = [first]
    while let step = open.popLast() {
      if threads.seen[step] == threads.mark { continue }
      threads.seen[step] = threads.mark
      switch steps[step] {
      case .match: return true
      case .jump(let to): open.append(to)
      case .split(let one, let other):
        open.append(other)
        open.append(one)
      case .textStart: if before == nil { open.append(step + 1) }
      case .textEnd: if after == nil { open.append(step + 1) }
      case .wordEdge: if isWord(before) != isWord(after) { open.append(step + 1) }
      case .noWordEdge: if isWord(before) == isWord(after) { open.append(step + 1) }
      case .scalar, .set: threads.reading.append(step)
      }
    }
    return false
  }

  private func accepts(_ step: Int, _ scalar: UInt32) -> Bool {
    switch steps[step] {
    case .scalar(let own): own == scalar
    case .set(let set): set.contains(scalar)
    default: false
    }
  }

  private func isWord(_ scalar: UInt32?) -> Bool {
    guard let scalar, scalar < 0x80 else { return false }
    return TextRules.isAlphanumeric(UInt8(scalar)) || scalar == 0x5F
  }

  /// The scalar at `place` of checked UTF-8 and its bytes; nil at the end.
  private static func scalar(_ bytes: Span<UInt8>, _ place: Int, _ end: Int) -> (UInt32?, Int) {
    guard place < end else { return (nil, 0) }
    let lead = bytes[place]
    if lead < 0x80 { return (UInt32(lead), 1) }
    let width = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = UInt32(lead) & (0xFF >> UInt32(width + 1))
    for offset in 1..<width { value = value << 6 | UInt32(bytes[place + offset] & 0x3F) }
    return (value, width)
  }
}

/// Why an expression cannot be used.
struct PatternError: Error {
  var reason: String
}

/// A set of Unicode scalars: ranges, and properties that Unicode gives.
struct ScalarSet: Sendable {
  enum Member: Sendable {
    case range(UInt32, UInt32)
    /// A general category as its letters: `L`, `Lu`.
    case category(String, negated: Bool)
    case set([Member], negated: Bool)
  }

  var members: [Member] = []
  var isNegated = false

  func contains(_ scalar: UInt32) -> Bool {
    Self.holds(members, scalar) != isNegated
  }

  private static func holds(_ members: [Member], _ scalar: UInt32) -> Bool {
    for member in members {
      switch member {
      case .range(let first, let last): if first <= scalar, scalar <= last { return true }
      case .category(let name, let negated):
        guard let value = Unicode.Scalar(scalar) else { continue }
        let category = value.properties.generalCategory.letters
        let isIn = name == "Any" || category == name || category.first.map(String.init) == name
        if isIn != negated { return true }
      case .set(let inner, let negated): if holds(inner, scalar) != negated { return true }
      }
    }
    return false
  }

  static let digit: [Member] = [.range(0x30, 0x39)]
  static let word: [Member] = [
    .range(0x30, 0x39), .range(0x41, 0x5A), .range(0x5F, 0x5F), .range(0x61, 0x7A),
  ]
  /// WhiteSpace and LineTerminator of ECMA-262.
  static let blank: [Member] = [
    .range(0x09, 0x0D), .range(0x20, 0x20), .range(0xA0, 0xA0), .range(0x1680, 0x1680),
    .range(0x2000, 0x200A), .range(0x2028, 0x2029), .range(0x202F, 0x202F), .range(0x205F, 0x205F),
    .range(0x3000, 0x3000), .range(0xFEFF, 0xFEFF),
  ]
  static let lineEnd: [Member] = [
    .range(0x0A, 0x0A), .range(0x0D, 0x0D), .range(0x2028, 0x2029),
  ]

  /// The letters of a general category, by its short or long name; nil for one that does not exist.
  static func categoryLetters(_ name: String) -> String? {
    let longNames = [
      "Letter": "L", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt",
      "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Nonspacing_Mark": "Mn",
      "Spacing_Mark": "Mc", "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd",
      "Letter_Number": "Nl", "Other_Number": "No", "Punctuation": "P", "Symbol": "S",
      "Separator": "Z", "Space_Separator": "Zs", "Other": "C", "Control": "Cc", "Format": "Cf",
    ]
    let letters = longNames[name] ?? name
    let known = [
      "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
      "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C",
      "Cc", "Cf", "Cs", "Co", "Cn", "Any",
    ]
    return known.contains(letters) ? letters : nil
  }
}

extension Unicode.GeneralCategory {
  /// The two letters by which the Unicode Character Database names the category.
  fileprivate var letters: String {
    switch self {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }
}
