/// Reads the text of a regular expression (ECMA-262, section 22.2.1, flag `u`) into a tree.
struct PatternParser {
  indirect enum Tree {
    case step(Pattern.Step)
    case sequence([Tree])
    case choice([Tree])
    case repeated(Tree, min: Int, max: Int?)
  }

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0

  private static let depthMax = 64
  static let countMax = 1_000

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  mutating func parse() throws(PatternError) -> Tree {
    let tree = try choice()
    if index < scalars.count { throw PatternError(reason: "there is a ) without a (") }
    return tree
  }

  private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    index += 1
    return true
  }

  private mutating func choice() throws(PatternError) -> Tree {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthMax { throw PatternError(reason: "groups are nested deeper than 64") }
    var options = [try sequence()]
    while take("|") { options.append(try sequence()) }
    return options.count == 1 ? options[0] : .choice(options)
  }

  private mutating func sequence() throws(PatternError) -> Tree {
    var parts: [Tree] = []
    while let next = peek, next != "|", next != ")" { parts.append(try term()) }
    return .sequence(parts)
  }

  private mutating func term() throws(PatternError) -> Tree {
    if take("^") { return .step(.textStart) }
    if take("$") { return .step(.textEnd) }
    if peek == "\\", index + 1 < scalars.count {
      if scalars[index + 1] == "b" || scalars[index + 1] == "B" {
        index += 2
        return .step(scalars[index - 1] == "b" ? .wordEdge : .noWordEdge)
      }
    }
    let atom = try atom()
    guard let (least, most) = try quantifier() else { return atom }
    return .repeated(atom, min: least, max: most)
  }

  private mutating func atom() throws(PatternError) -> Tree {
    guard let scalar = peek else { throw PatternError(reason: "it ends too early") }
    index += 1
    switch scalar {
    case ".": return .step(.set(ScalarSet(members: ScalarSet.lineEnd, isNegated: true)))
    case "(":
      if take("?"), !take(":") {
        throw PatternError(reason: "look-around and named groups (?…) are not supported")
      }
      let tree = try choice()
      guard take(")") else { throw PatternError(reason: "there is a ( without a )") }
      return tree
    case "[": return .step(.set(try set()))
    case "\\":
      switch try escape(inSet: false) {
      case .range(let first, _): return .step(.scalar(first))
      case let member: return .step(.set(ScalarSet(members: [member])))
      }
    case "*", "+", "?", "{", "}", "]":
      throw PatternError(reason: "\(scalar) stands where it cannot; write \\\(scalar)")
    default: return .step(.scalar(scalar.value))
    }
  }

  private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
    let result: (Int, Int?)
    if take("*") {
      result = (0, nil)
    } else if take("+") {
      result = (1, nil)
    } else if take("?") {
      result = (0, 1)
    } else if take("{") {
      let least = try count()
      var most: Int? = least
      if take(",") { most = peek == "}" ? nil : try count() }
      guard take("}"), most.map({ $0 >= least }) ?? true else {
        throw PatternError(reason: "a count in braces is not {n}, {n,} or {n,m}")
      }
      result = (least, most)
    } else {
      return nil
    }
    // Lazy or greedy is the same where only a match matters.
    _ = take("?")
    return result
  }

  private mutating func count() throws(PatternError) -> Int {
    var value = 0
    let first = index
    while let scalar = peek, ("0"..."9").contains(scalar), value <= Self.countMax {
      value = value * 10 + Int(scalar.value - 0x30)
      index += 1
    }
    guard index > first, value <= Self.countMax else {
      throw PatternError(reason: "a count in braces must be a number up to \(Self.countMax)")
    }
    return value
  }

  private mutating func set() throws(PatternError) -> ScalarSet {
    var set = ScalarSet()
    set.isNegated = take("^")
    while true {
      guard let first = peek else { throw PatternError(reason: "there is a [ without a ]") }
      if take("]") { return set }
      let low = try setMember(first)
      guard peek == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
        set.members.append(low)
        continue
      }
      index += 1
      let high = try setMember(scalars[index])
      guard case .range(let one, _) = low, case .range(let other, _) = high, one <= other else {
        throw PatternError(reason: "a range in brackets is out of order")
      }
      set.members.append(.range(one, other))
    }
  }

  private mutating func setMember(
    _ scalar: Unicode.Scalar
  ) throws(PatternError) -> ScalarSet.Member {
    index += 1
    if scalar == "\\" { return try escape(inSet: true) }
    return .range(scalar.value, scalar.value)
  }

  /// What follows a backslash: one scalar as a range of one, or a class.
  private mutating func escape(inSet: Bool) throws(PatternError) -> ScalarSet.Member {
    guard let letter = peek else { throw PatternError(reason: "it ends with a backslash") }
    index += 1
    func one(_ value: UInt32) -> ScalarSet.Member { .range(value, value) }
    switch letter {
    case "d": return .set(ScalarSet.digit, negated: false)
    case "D": return .set(ScalarSet.digit, negated: true)
    case "w": return .set(ScalarSet.word, negated: false)
    case "W": return .set(ScalarSet.word, negated: true)
    case "s": return .set(ScalarSet.blank, negated: false)
    case "S": return .set(ScalarSet.blank, negated: true)
    case "p", "P": return try property(negated: letter == "P")
    case "t": return one(0x09)
    case "n": return one(0x0A)
    case "v": return one(0x0B)
    case "f": return one(0x0C)
    case "r": return one(0x0D)
    case "0": return one(0)
    case "b" where inSet: return one(0x08)
    case "-" where inSet: return one(letter.value)
    case "x": return one(try hexadecimal(2))
    case "u": return one(try unicodeEscape())
    case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/":
      return one(letter.value)
    case "1"..."9", "k": throw PatternError(reason: "back references are not supported")
    default: throw PatternError(reason: "\\\(letter) is no escape")
    }
  }

  private mutating func property(negated: Bool) throws(PatternError) -> ScalarSet.Member {
    var name = ""
    guard take("{") else { throw PatternError(reason: "\\p needs {…}") }
    while let scalar = peek, scalar != "}" {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    guard take("}") else { throw PatternError(reason: "\\p needs {…}") }
    for prefix in ["General_Category=", "gc="] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
    }
    guard let letters = ScalarSet.categoryLetters(name) else {
      throw PatternError(reason: "\\p knows general categories only, such as \\p{L}")
    }
    return .category(letters, negated: negated)
  }

  private mutating func hexadecimal(_ digits: Int) throws(PatternError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let scalar = peek, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
        throw PatternError(reason: "an escape needs \(digits) hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    return value
  }

  private mutating func unicodeEscape() throws(PatternError) -> UInt32 {
    var value: UInt32 = 0
    if take("{") {
      var digits = 0
      while peek != "}" {
        value = value << 4 | (try hexadecimal(1))
        digits += 1
        if digits > 6 { break }
      }
      guard take("}"), digits > 0 else { throw PatternError(reason: "\\u{…} is not closed") }
    } else {
      value = try hexadecimal(4)
      if value & 0xFC00 == 0xD800, take("\\"), take("u") {
        let low = try hexadecimal(4)
        guard low & 0xFC00 == 0xDC00 else { throw PatternError(reason: "half a surrogate pair") }
        value = 0x10000 + (value & 0x3FF) << 10 + (low & 0x3FF)
      }
    }
    guard Unicode.Scalar(value) != nil else {
      throw PatternError(reason: "\\u names no character")
    }
    return value
  }
}

/// Lays a tree out as steps.
struct PatternCompiler {
  var steps: [Pattern.Step] = []

  /// Parts laid out so far: counts of nothing, such as `(){1000}`, add no step.
  private var parts = 0

  private static let stepsMax = 10_000
  private static let partsMax = 100_000

  mutating func append(_ tree: PatternParser.Tree) throws(PatternError) {
    parts += 1
    if steps.count > Self.stepsMax || parts > Self.partsMax {
      throw PatternError(reason: "with its counts written out it has more than 10,000 steps")
    }
    switch tree {
    case .step(let step): steps.append(step)
    case .sequence(let parts): for part in parts { try append(part) }
    case .choice(let options): try append(choice: options)
    case .repeated(let part, let least, let most):
      for _ in 0..<least { try append(part) }
      guard let most else {
        // L1: split L2, L3; L2: part; jump L1; L3:
        let split = steps.count
        steps.append(.match)
        try append(part)
        steps.append(.jump(split))
        steps[split] = .split(split + 1, steps.count)
        return
      }
      var splits: [Int] = []
      for _ in least..<most {
        splits.append(steps.count)
        steps.append(.match)
        try append(part)
      }
      for split in splits { steps[split] = .split(split + 1, steps.count) }
    }
  }

  private mutating func append(choice options: [PatternParser.Tree]) throws(PatternError) {
    var jumps: [Int] = []
    for (number, option) in options.enumerated() {
      guard number < options.count - 1 else {
        try append(option)
        break
      }
      let split = steps.count
      steps.append(.match)
      try append(option)
      jumps.append(steps.count)
      steps.append(.match)
      steps[split] = .split(split + 1, steps.count)
    }
    for jump in jumps { steps[jump] = .jump(steps.count) }
  }
}
