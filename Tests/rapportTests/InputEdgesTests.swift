// Inputs and outputs that are no plain files of plain lines: pipes, devices, endless lines, full standard output.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct InputEdgesTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private static let badRow = "not a purchase\n"

  @Test func theTailOfAnEndlessLineIsNoLineOfItsOwn() throws {
    _ = try program.run("init")
    // Longer than what is read at once, so that an event stands alone behind the cut.
    let endless = String(repeating: "x", count: 1 << 18) + Lines.order("smuggled")
    let outcome = try program.run(
      "append", "--json", input: endless + "bad\n" + Lines.order("after"))
    #expect(outcome.status == 65)
    #expect(try outcome.json()["appended"]?.integer == 1)
    #expect(outcome.error.contains("line 1:"))
    #expect(outcome.error.contains("line 2:"))
    #expect(!(try program.run("replay", "--json").output.contains("smuggled")))
  }

  @Test func anImportFromAPipeIsRefusedAndMakesNoLedger() throws {
    let piped = try program.run(
      "import", "--mapping", "cdnow-sample", "/dev/stdin", input: Self.badRow)
    #expect(piped.status == 64)
    #expect(piped.error.contains("[import.not-a-file]"))
    #expect(try program.run("import", "--mapping", "cdnow-sample", "-", input: "").status == 64)
    #expect(try program.run("import", "--mapping", "cdnow-sample", "/").status == 66)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/ledger"))
  }

  @Test func rejectedRowsReplaceNeitherAnInputNorWhatIsNoPlainFile() throws {
    try program.write(Self.badRow, to: "p.txt")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: "p.txt")
    for (target, status) in [("p.txt", 64), ("link", 64), ("nowhere/x", 66)] as [(String, Int32)] {
      let outcome = try program.run(
        "import", "--mapping", "cdnow-sample", "p.txt", "--rejects", target)
      #expect(outcome.status == status, "\(target)")
    }
    #expect(SharedData.bytes(ofFile: "\(folder.path)/p.txt") == Array(Self.badRow.utf8))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/ledger"))
  }

  @Test func aFullStandardOutputIsSaidWithStatus74() throws {
    _ = try program.run("init")
    var intoFull = program
    intoFull.launcher = ["/bin/sh", "-c", "exec \"$0\" \"$@\" > /dev/full"]
    let outcome = try intoFull.run("views", "--json")
    #expect(outcome.status == 74)
    #expect(outcome.error.contains("[output.failed]"))
  }

  @Test func errorsShowWhatATerminalWouldObey() throws {
    let outcome = try program.run("import", "--mapping", "x\u{1B}[31m", "p.txt")
    #expect(outcome.status == 66)
    #expect(!outcome.error.contains("\u{1B}"))
  }
}
