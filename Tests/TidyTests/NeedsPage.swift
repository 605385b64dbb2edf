import Testing

/// What docs/needs.md names must be there: event types, tables and columns, commands.
enum NeedsPage {
  /// The tables of the read models, as their SQL declares them: `model.table`, each with the words of its text.
  struct Tables {
    /// By `model.table`: columns; of an SQL view every word of its statement.
    private(set) var columns: [String: Set<String>] = [:]

    init(in files: [TextFile]) {
      for file in files {
        var table: String?
        for line in file.lines {
          let words = line.split(separator: " ").map(String.init)
          if words.count > 2, words[0] == "CREATE", ["TABLE", "VIEW"].contains(words[1]) {
            table = "\(Self.model(of: file.path)).\(words[2])"
            if let table { columns[table] = [] }
          } else if words.first?.hasPrefix(")") == true || words.first?.hasPrefix("\"\"\"") == true
          {
            table = nil
          } else if let table {
            columns[table]?.formUnion(
              line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
          }
        }
      }
    }

    /// The read model is the first word of the file's name: `ServicePromiseRows.swift` is of `service`.
    private static func model(of path: String) -> String {
      let name = path.split(separator: "/").last ?? ""
      let tail = name.dropFirst().prefix { $0.isLowercase }
      return (name.prefix(1) + tail).lowercased()
    }

    func has(_ name: String) -> Bool {
      if columns[name] != nil { return true }
      guard let dot = name.lastIndex(of: ".") else { return false }
      let column = String(name[name.index(after: dot)...])
      return columns[String(name[..<dot])]?.contains(column) == true
    }
  }

  /// What a need's row names and is not there. A row: number, need, events, commands and tables, tests.
  static func findings(
    in page: TextFile, types: Set<String>, tables: Tables, commands: Set<String>
  ) -> [Finding] {
    page.lines.enumerated().flatMap { number, line -> [Finding] in
      guard line.hasPrefix("| N"), !line.hasPrefix("| No.") else { return [] }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst()
        .dropLast().map { trimmed($0) }
      func finding(_ message: String) -> Finding {
        Finding(path: page.path, line: number + 1, message: message)
      }
      guard cells.count == 5 else { return [finding("a row has five cells, not \(cells.count)")] }
      let wrongTypes = codes(in: cells[2]).filter { $0.contains(".") && !types.contains($0) }.map {
        finding("there is no event type \($0)")
      }
      let wrongNames = codes(in: cells[3]).compactMap { code -> Finding? in
        let words = code.split(separator: " ").map(String.init)
        if words.first == "rapport" {
          return words.count > 1 && commands.contains(words[1])
            ? nil : finding("`rapport` has no command \(words.dropFirst().first ?? "")")
        }
        if code.hasPrefix("--") || tables.has(code) { return nil }
        return finding(
          "there is no table or column \(code); write model.table or model.table.column")
      }
      return wrongTypes + wrongNames
    }
  }

  /// What stands between backticks.
  static func codes(in cell: String) -> [String] {
    cell.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }

  /// `consent.given` of `schemas/events/consent.given.v1.json`.
  static func types(in paths: [String]) -> Set<String> {
    Set(
      paths.filter { $0.hasSuffix(".json") }.compactMap { path in
        let name = path.split(separator: "/").last ?? ""
        return name.firstRange(of: ".v").map { String(name[..<$0.lowerBound]) }
      })
  }
}

@Suite struct NeedsPageTests {
  @Test func whatNeedsNameIsThere() throws {
    let page = try #require(Repository.file("docs/needs.md"))
    let types = NeedsPage.types(in: Repository.names(below: "schemas/events"))
    try #require(types.contains("consent.given"), "event types are found")
    let tables = NeedsPage.Tables(
      in: Repository.names(below: "Sources/ReadModels").compactMap(Repository.file))
    try #require(tables.has("customer.promise.redeem_where"), "columns are found")
    let helps = Repository.names(below: "Tests/rapportTests/Snapshots").compactMap(Repository.file)
    let commands = helps.reduce(into: Set<String>()) {
      $0.formUnion(Commands.listed(inHelp: $1.text))
    }
    report(NeedsPage.findings(in: page, types: types, tables: tables, commands: commands))
  }

  /// A need is served, and then has a row with its tests, or it is said that it is not.
  @Test func everyNeedFromOneToSixtyTwoIsTold() throws {
    let page = try #require(Repository.file("docs/needs.md"))
    func numbers(_ text: String) -> [Int] {
      text.split { !($0.isLetter || $0.isNumber) }.compactMap { word in
        word.hasPrefix("N") ? Int(word.dropFirst()) : nil
      }
    }
    let served = page.lines.filter { $0.hasPrefix("| N") && !$0.hasPrefix("| No.") }
      .flatMap { numbers(String($0.prefix(8))) }
    let others = page.lines.filter { $0.hasPrefix("Not served yet:") }.flatMap(numbers)
    #expect(served == served.sorted(), "in their order")
    #expect((served + others).sorted() == Array(1...62), "each once")
  }

  @Test func aNameThatIsNotThereIsFound() {
    let tables = NeedsPage.Tables(in: [
      TextFile(
        path: "Sources/ReadModels/ServiceRows.swift",
        text: "    CREATE TABLE gift ( -- Given\n      cost INTEGER, -- what\n    ) STRICT;\n"
          + "    CREATE VIEW gift_now AS -- Now\n      SELECT cost AS price FROM gift;\n    \"\"\"\n"
      )
    ])
    #expect(tables.has("service.gift") && tables.has("service.gift.cost"))
    #expect(tables.has("service.gift_now.price") && !tables.has("service.gift.price"))
    #expect(!tables.has("customer.gift") && !tables.has("gift"))
    func count(_ row: String) -> Int {
      NeedsPage.findings(
        in: TextFile(path: "docs/needs.md", text: row), types: ["gift.sent"], tables: tables,
        commands: ["why"]
      ).count
    }
    #expect(count("| N6 | a | `gift.sent` | `service.gift`, `rapport why ID` | `A.b` |") == 0)
    #expect(count("| N6 | a | `gift.lost` | `service.gift` | `A.b` |") == 1)
    #expect(count("| N6 | a | `gift.sent` | `service.gone`, `rapport gone` | `A.b` |") == 2)
    #expect(count("| N6 | a | `gift.sent` | `A.b` |") == 1, "a cell is missing")
  }
}
