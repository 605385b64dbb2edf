/// Files and functions that a reader may not hold in mind at once. A list to look at, never a failure.
enum Sizes {
  static let fileLinesMax = 500
  static let functionLinesMax = 70

  /// One line for each long file and function of `source`.
  static func remarks(on source: SwiftSource) -> [String] {
    var remarks: [String] = []
    if source.lines.count > fileLinesMax + 1 {
      remarks.append("\(source.path): \(source.lines.count) lines; is it one idea?")
    }
    for (line, name, count) in functions(in: source) where count > functionLinesMax {
      remarks.append("\(source.path):\(line): `\(name)` has \(count) lines; does it fit a screen?")
    }
    return remarks
  }

  /// Each function and initialiser that has a body: its line, its name, its length in lines.
  static func functions(in source: SwiftSource) -> [(line: Int, name: String, count: Int)] {
    source.lines.indices.compactMap { number in
      let words = source.words(inLine: number)
      guard
        let place = words.firstIndex(where: { word in
          word.text == "func" || word.text == "init" && word.before != "." && word.after != "."
        }), let end = endOfBody(from: number, in: source)
      else { return nil }
      let name = words[place].text == "func" ? words.dropFirst(place + 1).first?.text : "init"
      return (number + 1, String(name ?? "func"), end - number + 1)
    }
  }

  /// The line that closes the first body opened at or below `start`; nil where the declaration has none.
  private static func endOfBody(from start: Int, in source: SwiftSource) -> Int? {
    var parentheses = 0
    var braces = 0
    for number in start..<source.lines.count {
      for character in source.lines[number].code {
        switch character {
        case "(", "[": parentheses += 1
        case ")", "]": parentheses -= 1
        case "{" where parentheses == 0 || braces > 0: braces += 1
        case "}" where braces > 0:
          braces -= 1
          if braces == 0 { return number }
        case "}": return nil
        default: break
        }
      }
      // A requirement of a protocol has no body: the next declaration begins.
      let words = number + 1 < source.lines.count ? source.words(inLine: number + 1) : []
      if braces == 0, parentheses == 0,
        words.contains(where: { ["func", "var", "init"].contains($0.text) })
      {
        return nil
      }
    }
    return nil
  }
}
