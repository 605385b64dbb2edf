/// Each need of docs/needs.md names the tests that would fail if it were served no more; these must exist.
enum Needs {
  /// `Suite.test` for each function of a file that declares the suite.
  static func tests(in sources: [SwiftSource]) -> Set<String> {
    sources.reduce(into: Set<String>()) { tests, source in
      let lines = source.lines.indices.map { source.words(inLine: $0).map { String($0.text) } }
      let suites = lines.flatMap { names(after: "struct", in: $0) }
      let functions = lines.flatMap { names(after: "func", in: $0) }
      for suite in suites { tests.formUnion(functions.map { "\(suite).\($0)" }) }
    }
  }

  private static func names(after keyword: String, in words: [String]) -> [String] {
    zip(words, words.dropFirst()).filter { $0.0 == keyword }.map { $0.1 }
  }

  /// Rows of `page` that name no test, or one that is not among `tests`. A row begins with the number of its need.
  static func findings(in page: TextFile, tests: Set<String>) -> [Finding] {
    page.lines.enumerated().flatMap { number, line -> [Finding] in
      let cells = line.split(separator: "|").map { trimmed($0) }
      guard line.hasPrefix("| N"), let last = cells.last, cells[0] != "No." else { return [] }
      let named = last.split(separator: "`").map(String.init).filter { $0 != ", " }
      guard !named.isEmpty else {
        return [Finding(path: page.path, line: number + 1, message: "\(cells[0]) names no test")]
      }
      return named.filter { !tests.contains($0) }.map {
        Finding(
          path: page.path, line: number + 1,
          message: "there is no test \($0); name one of Tests, or say what is not served")
      }
    }
  }
}
