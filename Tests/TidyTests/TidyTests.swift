import Testing

/// The rules of the house, held over every file of the repository. A failure says which line, and the better way.
@Suite struct TidyTests {
  @Test func roomsImportOnlyWhatTheArrowsAllow() {
    report(Repository.sources.flatMap(Arrows.findings))
  }

  @Test func everyRoomIsOnTheMap() {
    let rooms = Set(Repository.sources.map(\.room))
    #expect(rooms.subtracting(Arrows.allowed.keys) == [], "draw the room's arrows in Arrows.swift")
  }

  @Test func packageStatesTheSameArrows() throws {
    let manifest = try #require(Repository.file("Package.swift"))
    let stated = Arrows.stated(inManifest: manifest.text)
    for (room, modules) in Arrows.allowed.sorted(by: { $0.key < $1.key }) {
      #expect(stated[room] == modules, "Package.swift and Arrows.swift differ about \(room)")
    }
    #expect(Set(stated.keys) == Set(Arrows.allowed.keys))
  }

  @Test func roomsUseNoBannedNames() {
    report(Repository.sources.flatMap(BannedName.findings))
  }

  @Test func marksThatAskForTrustGiveTheirReason() {
    let sources = Repository.sources
    report(sources.flatMap(MarkWithReason.findings))
    for source in sources {
      let count = MarkWithReason.count(of: "unsafe", in: source)
      if count > 0 { print("unsafe: \(count) lines in \(source.path)") }
    }
  }

  @Test func declarationsForOtherRoomsAreDocumented() {
    let sources = Repository.sources
    let requirements = Documentation.requirements(of: sources)
    report(sources.flatMap { Documentation.findings(in: $0, requirements: requirements) })
    let silent = sources.reduce(0) { $0 + Documentation.countOfSilent(in: $1) }
    print("undocumented properties, cases and initialisers, told by type and name: \(silent)")
  }

  @Test func filesOpenBySayingWhatTheyHold() {
    report(Repository.sources.flatMap(Opening.findings))
  }

  @Test func theRepositorySpeaksOfTheProductAlone() {
    report((Repository.sources + Repository.tests).flatMap(Pages.findings(in:)))
    report((Repository.pages + Repository.otherTexts).flatMap(Pages.findings(in:)))
  }

  @Test func pagesAndFilesThatAreNamedAreThere() {
    let pages = Repository.pages.map(\.path)
    for source in Repository.sources + Repository.tests {
      for (number, line) in source.lines.enumerated() where line.comment.contains(".md") {
        report(
          Pages.danglingPages(
            in: line.comment, of: source.path, line: number + 1, pages: pages))
      }
    }
    let paths = (Repository.sources + Repository.tests).map(\.path) + ["Package.swift"]
    for page in Repository.pages {
      report(Pages.danglingLinks(in: page, isThere: Repository.exists))
      report(Pages.danglingFiles(in: page, paths: paths))
    }
  }

  @Test func commandsThatPagesShowExist() throws {
    let helps = Repository.names(below: "Tests/rapportTests").filter {
      $0.lowercased().contains("help")
    }.compactMap(Repository.file)
    let commands = helps.reduce(into: Set<String>()) {
      $0.formUnion(Commands.listed(inHelp: $1.text))
    }
    try #require(!commands.isEmpty, "no kept help text in Tests/rapportTests lists the commands")
    for page in Repository.pages {
      report(Commands.findings(in: page, commands: commands, isProgram: Repository.isProgram))
    }
  }

  @Test func theFormatPageSaysWhatTheCodeSays() throws {
    let page = try #require(Repository.file("docs/format.md"))
    let engine = Repository.sources.filter { $0.room == "LogEngine" }
    let magics = engine.compactMap { Repository.file($0.path) }.reduce(into: Set<String>()) {
      $0.formUnion(FormatPage.magics(in: $1.text))
    }
    #expect(magics == FormatPage.magics(inPage: page.text))
    let limits = engine.filter { $0.path.hasSuffix("/Limits.swift") }.map(FormatPage.limits(in:))
    let written = FormatPage.limits(inPage: page.text)
    #expect(!written.isEmpty)
    for (name, value) in written.sorted(by: { $0.key < $1.key }) {
      #expect(limits.contains { $0[name] == value }, "\(name) is not \(value) in Limits.swift")
    }
  }

  @Test func everyNeedNamesTestsThatExist() throws {
    let page = try #require(Repository.file("docs/needs.md"))
    let tests = Needs.tests(in: Repository.tests)
    #expect(tests.contains("TidyTests.everyNeedNamesTestsThatExist"), "suites are found")
    #expect(page.lines.contains { $0.hasPrefix("| N1 ") }, "rows are found")
    report(Needs.findings(in: page, tests: tests))
  }

  @Test func noSchemaSaysWhoOwnsACustomer() {
    report(Repository.otherTexts.filter { $0.path.hasSuffix(".json") }.flatMap(Ownership.findings))
  }

  @Test func longFilesAndFunctionsAreListed() {
    for remark in (Repository.sources + Repository.tests).flatMap(Sizes.remarks) { print(remark) }
  }
}

/// Nobody owns a customer: no event has a field that names an owner.
enum Ownership {
  static func findings(in schema: TextFile) -> [Finding] {
    schema.lines.enumerated().compactMap { number, line in
      let names = line.split(separator: "\"").map { $0.lowercased() }
      guard
        names.contains(where: {
          $0.hasPrefix("owner") && !$0.hasPrefix("ownership") && !$0.contains(" ")
        })
      else { return nil }
      return Finding(
        path: schema.path, line: number + 1,
        message: "no field says who owns a customer; `source` says where the event came in")
    }
  }
}
