/// What pages, comments, scripts and schemas may not say, and what they must not point at in vain.
enum Pages {
  /// Words that tell of somebody's machine or work instead of the product, each with the better way.
  private static let forbidden: [(text: String, message: String)] =
    ["work", "home", "root", "Users"].map {
      ("/\($0)/".lowercased(), "a path of one machine; write it below the repository or the ledger")
    }
    + [
      "registry.npmjs.org", "files.pythonhosted.org", "proxy.golang.org", "deb.debian.org",
    ].map { ($0, "name the package, not the host it came from") }
    + ["issue #", "a later issue", "the next issue", "this issue", "this session"].map {
      ($0, "the repository speaks of the product; say what is so, or what is not yet")
    }
  /// Written in capitals, they mark what is not finished.
  private static let unfinished: Set = ["todo", "fixme"]

  /// The lines of a page, script or schema that say what they may not.
  static func findings(in file: TextFile) -> [Finding] {
    file.lines.enumerated().flatMap { wrongs(of: $1, in: file.path, line: $0 + 1) }
  }

  /// The comments of `source` that say what they may not, and the marks of unfinished work in its code.
  static func findings(in source: SwiftSource) -> [Finding] {
    source.lines.enumerated().flatMap {
      wrongs(of: $1.comment, in: source.path, line: $0 + 1)
    }
  }

  private static func wrongs(of text: String, in path: String, line: Int) -> [Finding] {
    guard !text.isEmpty else { return [] }
    let lower = text.lowercased()
    var found = forbidden.filter { lower.contains($0.text) }.map {
      Finding(path: path, line: line, message: "`\($0.text)`: \($0.message)")
    }
    for word in Word.all(in: text)
    where unfinished.contains(word.text.lowercased()) && word.text.allSatisfy(\.isUppercase) {
      found.append(
        Finding(
          path: path, line: line,
          message: "`\(word.text)`: finish it, or say in docs what Rapport does not do yet"))
    }
    return found
  }

  /// Pages named in `text` that are not among `pages`, the paths of those that there are.
  static func danglingPages(in text: String, of path: String, line: Int, pages: [String])
    -> [Finding]
  {
    text.split(whereSeparator: \.isWhitespace).compactMap { chunk in
      guard !chunk.contains("://"), let end = chunk.firstRange(of: ".md") else { return nil }
      let after = end.upperBound < chunk.endIndex ? chunk[end.upperBound] : nil
      guard after.map({ !$0.isLetter && !$0.isNumber }) ?? true else { return nil }
      let name = chunk[..<end.upperBound].reversed()
        .prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }.reversed()
      let isThere = pages.contains { $0 == String(name) || $0.hasSuffix("/\(String(name))") }
      guard name.count > 3, !isThere else { return nil }
      return Finding(
        path: path, line: line,
        message: "there is no page \(String(name)) in the repository; say it here, or name a page "
          + "of docs/")
    }
  }

  /// Swift files that a page names and that are not among `paths`.
  static func danglingFiles(in page: TextFile, paths: [String]) -> [Finding] {
    page.lines.enumerated().flatMap { number, line in
      line.split { " `|,;()".contains($0) }.filter { $0.hasSuffix(".swift") }.compactMap { name in
        guard !paths.contains(where: { $0 == name || $0.hasSuffix("/\(name)") }) else { return nil }
        return Finding(path: page.path, line: number + 1, message: "there is no file \(name)")
      }
    }
  }

  /// Relative links of a Markdown page that lead nowhere. `isThere` answers for a path below the repository.
  static func danglingLinks(in page: TextFile, isThere: (String) -> Bool) -> [Finding] {
    let folder = page.path.split(separator: "/").dropLast().joined(separator: "/")
    return page.lines.enumerated().flatMap { number, line in
      line.split(separator: "](").dropFirst().compactMap { rest -> Finding? in
        let target = rest.prefix { $0 != ")" && $0 != "#" && $0 != " " }
        guard !target.isEmpty, !target.contains("://"), !target.hasPrefix("mailto:") else {
          return nil
        }
        guard !isThere(resolved(String(target), from: folder)) else { return nil }
        return Finding(
          path: page.path, line: number + 1, message: "the link to \(target) leads nowhere")
      }
    }
  }

  private static func resolved(_ target: String, from folder: String) -> String {
    var parts = folder.split(separator: "/")
    for part in target.split(separator: "/") {
      if part == ".." {
        parts = parts.dropLast()
      } else if part != "." {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }
}

/// The commands that pages show must exist.
enum Commands {
  /// The commands in the ```sh blocks of a page, each with its line: program, then its first word.
  static func shown(in page: TextFile) -> [(line: Int, program: String, command: String?)] {
    var isShell = false
    var shown: [(Int, String, String?)] = []
    for (number, line) in page.lines.enumerated() {
      if line.hasPrefix("```") {
        isShell = line == "```sh"
      } else if isShell {
        let words = line.split(separator: " ").drop { $0 == "$" || $0.contains("=") }
        guard let program = words.first, !program.hasPrefix("#") else { continue }
        shown.append((number + 1, String(program), words.dropFirst().first.map(String.init)))
      }
    }
    return shown
  }

  /// Commands and scripts that `page` shows and that do not exist.
  static func findings(
    in page: TextFile, commands: Set<String>, isProgram: (String) -> Bool
  ) -> [Finding] {
    shown(in: page).compactMap { line, program, command in
      if program.hasPrefix("tools/") {
        return isProgram(program)
          ? nil
          : Finding(path: page.path, line: line, message: "there is no program \(program)")
      }
      guard program == "rapport" || program.hasSuffix("/rapport"), let command,
        !command.hasPrefix("-"), !commands.contains(command)
      else { return nil }
      return Finding(path: page.path, line: line, message: "`rapport` has no command \(command)")
    }
  }

  /// The commands that a help text lists below `SUBCOMMANDS:`.
  static func listed(inHelp text: String) -> Set<String> {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { !$0.hasPrefix("SUBCOMMANDS:") }.dropFirst().prefix { !$0.isEmpty }
    return Set(
      lines.compactMap { line in
        guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
        return line.split(separator: " ").first.map(String.init)
      })
  }
}
