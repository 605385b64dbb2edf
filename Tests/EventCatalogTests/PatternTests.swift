/// Regular expressions: a table, then random ones against the standard library's.
import EventCatalog
import JSONBytes
import RapportTesting
import Testing

@Suite struct PatternTests {
  private func matches(_ pattern: String, _ text: String) throws -> Bool {
    let schema = try schema(JSONValue.object([JSONMember("pattern", .string(pattern))]).text)
    return schema.accepts(try JSONDocument(scanning: Array(JSONValue.string(text).text.utf8)).root)
  }

  static let table: [(String, fits: [String], not: [String])] = [
    ("", ["", "a"], []),
    ("a", ["a", "bab"], ["", "b", "A"]),
    ("^a$", ["a"], ["", "aa", "a\n", "ba"]),
    ("^a*$", ["", "aaa"], ["b"]),
    ("^(ab|c)+$", ["ab", "cab"], ["", "a", "abb"]),
    ("^(?:ab|)$", ["", "ab"], ["a"]),
    ("^a{2}$", ["aa"], ["a", "aaa"]),
    ("^a{2,}$", ["aa", "aaaaa"], ["a"]),
    ("^a{1,3}?b$", ["ab", "aaab"], ["b", "aaaab"]),
    ("^.$", ["a", "€", "😀"], ["", "\n", "\r", "\u{2028}", "ab"]),
    ("^[a-c_]+$", ["abc_"], ["", "d", "-"]),
    ("^[^a-c]$", ["d", "\n", "😀"], ["a", ""]),
    ("^[\\d-]+$", ["1-2"], ["a"]),
    ("^[\\]\\\\-]$", ["]", "\\", "-"], ["["]),
    ("^\\d\\D\\w\\W\\s\\S$", ["1a_- x"], ["11_- x", "1aé- x", "1a_-xx"]),
    ("^\\d$", ["7"], ["٣"]),
    ("^\\s$", ["\u{A0}", "\u{FEFF}", "\u{2003}"], ["\u{200B}"]),
    ("\\bcat\\b", ["cat", "a cat!"], ["cats", "concat"]),
    ("\\Bcat", ["concat"], ["cat", "a cat"]),
    ("^\\x41\\u0042\\u{43}\\ud83d\\ude00\\t\\0$", ["ABC😀\t\0"], ["ABC"]),
    ("^\\p{Lu}\\p{Letter}\\P{L}$", ["Äé1"], ["aé1", "Äéé"]),
    ("^\\/\\.\\$\\^\\{\\}$", ["/.$^{}"], ["/a$^{}"]),
    ("a|^b$|c", ["xax", "b", "xc"], ["xb"]),
    ("^á", ["ármányos"], ["a"]),
    ("[]", [], ["", "a"]),
    ("[^]", ["a", "\n"], [""]),
    ("(a*)*b", ["b", "aab"], ["aa"]),
    ("(?:^a{0,3}){2,}[^a]", ["aacc", "b"], ["aaa", "aa"]),
  ]

  @Test func thePatternsOfTheTableMatchAsEcmaScriptHasThem() throws {
    for (pattern, fits, not) in Self.table {
      for text in fits {
        #expect(try matches(pattern, text), "\(pattern) on \(text.debugDescription)")
      }
      for text in not {
        #expect(try !matches(pattern, text), "\(pattern) on \(text.debugDescription)")
      }
    }
  }

  @Test(arguments: [
    "(", ")", "(a", "a)", "[a", "*", "+a", "a**", "a{2", "a{3,2}", "a{1001}", "{", "}", "]", "\\",
    "\\q", "\\1",
    "\\k<a>", "(?=a)", "(?!a)", "(?<=a)", "(?<n>a)", "[b-a]", "[\\d-z]", "\\x1", "\\u12",
    "\\u{110000}",
    "\\ud83d", "\\p{Script=Latin}", "\\p{Nope}", "\\pL", "((a{1000}){1000}){1000}",
    "((){1000}){1000}",
    "\\-",
  ])
  func whatIsNoPatternOrNotSupportedStopsTheLoad(pattern: String) {
    let error = #expect(throws: SchemaError.self) { _ = try self.matches(pattern, "") }
    #expect(error?.code == .malformed)
  }

  @Test func groupsAreNestedAtMost64Deep() throws {
    let deep = String(repeating: "(", count: 63) + "a" + String(repeating: ")", count: 63)
    #expect(try matches(deep, "a"))
    #expect(throws: SchemaError.self) { _ = try self.matches("((\(deep)))", "a") }
  }

  /// The expression and the text on which engines that try one way after another never end.
  @Test(.timeLimit(.minutes(1))) func noTextMakesAPatternSlow() throws {
    #expect(try !matches("^(a+)+$", String(repeating: "a", count: 20_000) + "b"))
    #expect(try !matches("^(a|aa)*c$", String(repeating: "a", count: 20_000)))
  }

  /// Anchors stand outermost only: within a counted group the standard library misses matches that
  /// ECMA-262 has, such as that of the table.
  @Test func randomPatternsAgreeWithTheStandardLibrary() throws {
    let seed = SeededGenerator.seedOfThisRun
    var numbers = SeededGenerator(seed: seed)
    func expression(_ depth: Int) -> String {
      switch numbers.below(depth > 3 ? 4 : depth > 0 ? 7 : 9) {
      case 0: "a"
      case 1: "b"
      case 2: "[ab]"
      case 3: "[^a]"
      case 4: "(?:\(expression(depth + 1))|\(expression(depth + 1)))"
      case 5:
        "(?:\(expression(depth + 1)))"
          + numbers.pick(["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}"])
      case 6: expression(depth + 1) + expression(depth + 1)
      case 7: "^\(expression(depth + 1))"
      default: "\(expression(depth + 1))$"
      }
    }
    for _ in 0..<400 {
      let pattern = expression(0)
      let oracle = try Regex(pattern)
      let own = try schema(JSONValue.object([JSONMember("pattern", .string(pattern))]).text)
      for _ in 0..<12 {
        let text = (0..<numbers.below(8)).map { _ in numbers.pick(["a", "b", "c"]) }.joined()
        let expected = try oracle.firstMatch(in: text) != nil
        #expect(
          own.accepts(try json("\"\(text)\"")) == expected, "seed \(seed): \(pattern) on \(text)")
      }
    }
  }
}
