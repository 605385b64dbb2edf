import Testing

/// The checkers themselves: each finds the fault it is for, and lets good code pass.
@Suite struct CheckersTests {
  private func source(_ text: String, in path: String = "Sources/Relationship/Promise.swift")
    -> SwiftSource
  {
    SwiftSource(path: path, text: text)
  }

  // MARK: parting code from comments and strings

  @Test func stringsAndCommentsAreNoCode() {
    let parted = source(
      #"""
      let a = "try! // no comment" // try! is bad
      /* print( /* nested */ try! */ let b = 1
      let c = #"a " try! \(no)"#
      let d = "x \(try! f(")")) omega"
      let e = text.split(/"try!/) + 1 / 2
      """#)
    #expect(!parted.lines[0].code.contains("try"))
    #expect(parted.lines[0].comment == "// try! is bad")
    #expect(trimmed(parted.lines[1].code) == "let b = 1")
    #expect(!parted.lines[2].code.contains("try"))
    #expect(parted.lines[3].code.contains("try! f("))
    #expect(!parted.lines[3].code.contains("omega"))
    #expect(parted.lines[4].code.hasSuffix("+ 1 / 2"))
  }

  @Test func stringsOfManyLinesAreNoCode() {
    let quotes = "\"\"\""
    let parted = source("let a = \(quotes)\n  try! \"print(\" \\(b)\n  \(quotes)\nlet c = 1")
    #expect(!parted.lines[1].code.contains("try"))
    #expect(parted.lines[1].code.contains("b"))
    #expect(parted.lines[3].code == "let c = 1")
  }

  // MARK: arrows

  @Test(arguments: [
    ("import Vault2", 0), ("import LogEngine", 1), ("package import JSONBytes", 0),
    ("@testable import ReadModels", 1), ("internal import struct LogEngine.Position", 1),
    ("@_spi(Hidden) import Ledger", 1), ("@_spi(_Unicode) import Swift", 0),
    ("import Foundation", 1), ("import Glibc", 1), ("import Synchronization", 0),
    ("let text = \"import Foundation\"", 0), ("// import Foundation", 0),
  ])
  func anArrowUpwardIsFound(line: String, count: Int) {
    #expect(Arrows.findings(in: source("/// A rule.\n\(line)")).count == count)
  }

  @Test func aFindingNamesLineAndBetterWay() {
    let found = Arrows.findings(
      in: source("/// A site.\n\nimport LogEngine", in: "Sources/ReadModels/Sites.swift"))
    #expect(
      found.map(\.description) == [
        "Sources/ReadModels/Sites.swift:3: error: ReadModels may not import LogEngine; "
          + "a read model gets decoded events from Projection and asks their JSONView"
      ])
  }

  @Test func aProgramSeesOnlyThePositionOfTheLog() {
    let path = "Sources/rapport/Replay.swift"
    #expect(Arrows.findings(in: source("import LogEngine", in: path)).count == 1)
    #expect(Arrows.findings(in: source("import struct LogEngine.Position", in: path)).isEmpty)
    #expect(Arrows.findings(in: source("import Foundation", in: path)).isEmpty)
  }

  @Test func onlyOneFileReadsYAML() {
    #expect(
      Arrows.findings(in: source("import Yams", in: "Sources/EventCatalog/Catalog.swift")).count
        == 1)
    #expect(
      Arrows.findings(in: source("import Yams", in: "Sources/EventCatalog/YAMLDocument.swift"))
        .isEmpty)
  }

  @Test func theManifestIsReadAsItIsWritten() {
    let stated = Arrows.stated(
      inManifest: """
        func room(_ name: String) -> Target { .target(name: name) }
        targets: [
          .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
          .target(name: "CDisk"),  // "Ledger"
          room("ReadModels", ["Projection", "Ledger", grdb]),
          .executableTarget(
            name: "rapport", dependencies: ["Ledger", arguments], swiftSettings: house),
          .testTarget(name: "DiskTests", dependencies: ["Disk"]),
        ]
        """)
    #expect(
      stated == [
        "CLZ4": [], "CDisk": [], "ReadModels": ["Projection", "Ledger", "GRDB"],
        "rapport": ["Ledger", "ArgumentParser"],
      ])
  }

  // MARK: banned names

  @Test(arguments: [
    ("let a = try! f()", 1), ("let a = try f()", 0), ("print(a)", 1), ("document.print(a)", 0),
    ("func print(_ a: Int) {}", 0), ("let now = Date()", 1), ("let now = Date.now", 1),
    ("let date: Date", 0), ("let clock = ContinuousClock()", 1), ("let t = time(nil)", 1),
    ("let t = event.time", 0), ("let a = Int.random(in: 0..<9)", 1), ("a.hashValue", 1),
    ("let data: Data", 1), ("let data = event.data", 0), ("case Data(Int)", 0),
    ("fdatasync(3)", 1), ("try file.sync()", 0), ("truncate(path, 0)", 1),
    ("JSONDecoder().decode(A.self, from: b)", 1), ("let a = \"print(\\(1))\"", 0),
  ])
  func aBannedNameIsFound(line: String, count: Int) {
    #expect(BannedName.findings(in: source(line)).count == count)
  }

  @Test func aBanHoldsOnlyInItsRooms() {
    #expect(BannedName.findings(in: source("print(1)", in: "Sources/rapport/Views.swift")).isEmpty)
    #expect(
      BannedName.findings(in: source("let now = Date()", in: "Sources/Ledger/Intake.swift")).isEmpty
    )
    #expect(BannedName.findings(in: source("fdatasync(3)", in: "Sources/Disk/File.swift")).isEmpty)
    #expect(
      !BannedName.findings(in: source("fdatasync(3)", in: "Sources/LogEngine/Journal.swift"))
        .isEmpty)
  }

  // MARK: reasons

  @Test func unsafeWithoutReasonIsFound() {
    let far = String(repeating: "let a = 1\n", count: 12)
    #expect(MarkWithReason.findings(in: source("let a = unsafe p.pointee")).count == 1)
    #expect(
      MarkWithReason.findings(in: source("// Ours until freed.\n\(far)let a = unsafe p")).count == 1
    )
    #expect(MarkWithReason.findings(in: source("// Ours until freed.\nlet a = unsafe p")).isEmpty)
    #expect(MarkWithReason.findings(in: source("let a = \"unsafe\"")).isEmpty)
  }

  @Test func aForgottenErrorWithoutReasonIsFound() {
    #expect(MarkWithReason.findings(in: source("let a = try? f()")).count == 1)
    #expect(MarkWithReason.findings(in: source("let a = try? f()  // Absent means none.")).isEmpty)
    #expect(MarkWithReason.findings(in: source("let a = try f()")).isEmpty)
    #expect(MarkWithReason.findings(in: source("final class A: @unchecked Sendable {}")).count == 1)
  }

  // MARK: documentation

  @Test(arguments: [
    ("package struct A {", 1), ("/// A.\npackage struct A {", 0), ("struct A {", 0),
    ("package import JSONBytes", 0), ("package extension A {", 0), ("package func a(", 1),
    ("/// Gives a.\n@discardableResult\npackage func a(", 0), ("package func hash(into h: A) {", 0),
    ("package static func < (one: A, other: A) -> Bool {", 0), ("package func a() -> Int { 1 }", 0),
    ("/// A.\n\npackage enum A {", 1), ("package final class A {", 1), ("package class func a(", 1),
    ("package private(set) var a = 1", 0), ("@inlinable package func a(", 1),
    ("let a = package", 0), ("package protocol P {", 1), ("  package enum Kind { case a }", 0),
  ])
  func anUndocumentedDeclarationIsFound(text: String, count: Int) {
    #expect(Documentation.findings(in: source(text)).count == count)
  }

  @Test func whatAProtocolTellsNeedNotBeToldAgain() {
    let told = source(
      """
      /// Files.
      package protocol FileSystem {
        /// Lists.
        func list(_ directory: String) -> [String]
      }
      extension FileSystem { func other() {} }
      """)
    let requirements = Documentation.requirements(of: [told])
    #expect(requirements == ["list"])
    let kept = source(
      "package func list(_ directory: String) -> [String] {\npackage func other() {\n")
    #expect(Documentation.findings(in: kept, requirements: requirements).map(\.line) == [2])
  }

  @Test func aFileThatSaysNothingIsFound() {
    #expect(Opening.findings(in: source("import JSONBytes\n\nlet a = 1")).count == 1)
    #expect(Opening.findings(in: source("import JSONBytes\n\n/// One.\nlet a = 1")).isEmpty)
  }

  // MARK: pages

  @Test(arguments: [
    ("See /home/a/x.", 1), ("As issue #4 says.", 1), ("Comes with a later issue.", 1),
    ("\("fixme".uppercased()): mend", 1), ("A todo list.", 0), ("rapport-quickstart.XXXXXX", 0),
    ("It works.", 0),
  ])
  func aWordThatIsNotOfTheProductIsFound(text: String, count: Int) {
    #expect(Pages.findings(in: TextFile(path: "README.md", text: text)).count == count)
    #expect(Pages.findings(in: source("// \(text)")).count == count)
    #expect(Pages.findings(in: source("let a = \"\(text)\"")).isEmpty)
  }

  @Test func aPageThatIsNotThereIsFound() {
    let pages = ["README.md", "docs/format.md"]
    func count(_ text: String) -> Int {
      Pages.danglingPages(in: text, of: "a", line: 1, pages: pages).count
    }
    #expect(count("// See ledger.md, section 4.") == 1)
    #expect(count("// See docs/format.md, and `format.md`.") == 0)
    #expect(count("// https://example.com/other.md") == 0)
  }

  @Test func aFileThatIsNotThereIsFound() {
    let page = TextFile(
      path: "docs/a.md", text: "| `Disk/LZ4.swift`, `Package.swift` | `Gone.swift` |")
    let found = Pages.danglingFiles(in: page, paths: ["Sources/Disk/LZ4.swift", "Package.swift"])
    #expect(found.map(\.message) == ["there is no file Gone.swift"])
  }

  @Test func aLinkThatLeadsNowhereIsFound() {
    let page = TextFile(
      path: "docs/a.md",
      text: "[b](b.md) [c](../README.md#top) [d](gone.md) [e](https://example.com) [f](#here)")
    let found = Pages.danglingLinks(in: page) { ["docs/b.md", "README.md"].contains($0) }
    #expect(found.map(\.message) == ["the link to gone.md leads nowhere"])
  }

  @Test func aCommandThatDoesNotExistIsFound() {
    let page = TextFile(
      path: "README.md",
      text: "```sh\ntools/test\ntools/gone\nrapport views --json\n.build/release/rapport fly\n"
        + "rapport --version\n```\n\n```\nrapport swim\n```\n")
    let found = Commands.findings(in: page, commands: ["views"]) { $0 == "tools/test" }
    #expect(found.map(\.line) == [3, 5])
  }

  @Test func aNeedWithoutATestIsFound() {
    let tests = Needs.tests(in: [
      source("@Suite struct ATests {\n  @Test func holds() throws {}\n}\n", in: "Tests/A/A.swift")
    ])
    #expect(tests == ["ATests.holds"])
    let page = TextFile(
      path: "docs/needs.md",
      text: "| No. | Need | Test |\n|---|---|---|\n| N1 | a | `ATests.holds` |\n| N2 | b | TBD |\n"
        + "| N3 | c | |\n| N4 | d | `ATests.holds`, `ATests.gone` |\n")
    #expect(Needs.findings(in: page, tests: tests).map(\.line) == [4, 5, 6])
  }

  @Test func helpListsItsCommands() {
    let help =
      "USAGE: rapport <subcommand>\n\nSUBCOMMANDS:\n  init      Makes a ledger.\n"
      + "  append    Appends events, from a file\n            or from input.\n\n  See 'rapport help'."
    #expect(Commands.listed(inHelp: help) == ["init", "append"])
  }

  @Test func anOwnerInASchemaIsFound() {
    func count(_ text: String) -> Int {
      Ownership.findings(in: TextFile(path: "a.json", text: text)).count
    }
    #expect(count("\"owner\": {}") == 1)
    #expect(count("\"ownerId\": {}") == 1)
    #expect(count("\"ownership\": { \"description\": \"Whether its owner is alone.\" }") == 0)
  }

  @Test func aMagicOrLimitThatDiffersIsFound() {
    #expect(
      FormatPage.magics(in: #"let a = Array("RPTX1".utf8), b = "Rest", c = "RX""#) == ["RPTX1"])
    #expect(FormatPage.magics(inPage: "magic `RPTX1`, not `rptx`, RPTY1") == ["RPTX1"])
    #expect(FormatPage.limits(inPage: "| `aMax` | 1,024 | a |\n| b | 3 |") == ["aMax": 1_024])
    let code = source(
      "static let aMax = 61_440\nstatic let bMax: UInt64 = 256 << 20\nstatic let cMax = 1 << 53 - 1\n"
        + "static let dMax: UInt32 = .max >> 1\nstatic let eMax = 5 * 60 * 10\nstatic let f = other"
    )
    #expect(
      FormatPage.limits(in: code) == [
        "aMax": 61_440, "bMax": 268_435_456, "cMax": 9_007_199_254_740_991, "dMax": 2_147_483_647,
        "eMax": 3_000,
      ])
  }

  // MARK: sizes

  @Test func longFilesAndFunctionsAreRemarked() {
    let body = String(repeating: "  let a = 1\n", count: 80)
    let long = source("func short() { 1 }\nfunc long(\n  a: Int\n) {\n\(body)}\n")
    #expect(Sizes.functions(in: long).map(\.count) == [1, 84])
    #expect(Sizes.remarks(on: long).count == 1)
    #expect(Sizes.remarks(on: source(String(repeating: "\n", count: 501))).count == 1)
    #expect(Sizes.functions(in: source("protocol P {\n  func a()\n  func b() throws\n}\n")).isEmpty)
  }
}
