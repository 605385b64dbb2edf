/// What docs/format.md says of magics and limits must be what the code says.
enum FormatPage {
  /// The magics in the strings of `source`: four to eight capitals, and perhaps a digit, that begin with R.
  static func magics(in text: String) -> Set<String> {
    Set(
      text.split(separator: "\"").map(String.init).filter { part in
        (4...8).contains(part.count) && part.hasPrefix("R")
          && part.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber) }
      })
  }

  /// The magics that `page` names in code: `RFRM`.
  static func magics(inPage page: String) -> Set<String> {
    magics(in: page.split(separator: "`").joined(separator: "\""))
  }

  /// Names and values of the table of limits: | `entrySizeMax` | 61,440 | … |
  static func limits(inPage page: String) -> [String: Int] {
    var limits: [String: Int] = [:]
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      let cells = line.split(separator: "|").map { trimmed($0) }
      guard cells.count > 1, let value = Int(cells[1].filter { $0 != "," }) else { continue }
      limits[cells[0].filter { $0 != "`" }] = value
    }
    return limits
  }

  /// The constants of `Limits.swift` that are sums, products or shifts of whole numbers.
  static func limits(in source: SwiftSource) -> [String: Int] {
    var limits: [String: Int] = [:]
    for line in source.lines {
      let sides = line.code.split(separator: "=", maxSplits: 1)
      let words = Word.all(in: line.code).map { String($0.text) }
      guard sides.count == 2, let place = words.firstIndex(of: "let"), place + 1 < words.count,
        let value = value(of: sides[1])
      else { continue }
      limits[words[place + 1]] = value
    }
    return limits
  }

  /// `1 << 20`, `60 * 1024`, `1 << 53 - 1`: operators as Swift binds them.
  static func value(of expression: some StringProtocol) -> Int? {
    let text = String(expression).filter { !$0.isWhitespace && $0 != "_" }
    func fold(_ mark: String, _ text: String, _ inner: (String) -> Int?, _ join: (Int, Int) -> Int)
      -> Int?
    {
      let parts = text.components(separatedBy: mark).map(inner)
      guard let first = parts.first, var value = first else { return nil }
      for part in parts.dropFirst() {
        guard let part else { return nil }
        value = join(value, part)
      }
      return value
    }
    if text.hasPrefix(".max>>") { return Int(text.dropFirst(6)).map { Int(UInt32.max) >> $0 } }
    return fold(
      "-", String(text),
      { sum in
        fold("*", sum, { product in fold("<<", product, { Int($0) }, { $0 << $1 }) }, *)
      }, -)
  }
}

extension String {
  /// The parts between occurrences of `mark`, empty ones included.
  fileprivate func components(separatedBy mark: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let found = rest.firstRange(of: mark) {
      parts.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return parts + [String(rest)]
  }
}
