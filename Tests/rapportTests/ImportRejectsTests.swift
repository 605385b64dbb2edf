// Rows that do not fit: told, kept apart with their reason, and with --strict a reason to append nothing.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct ImportRejectsTests {
  private let folder = TemporaryFolder()
  private var program: Program { Program(directory: folder.path) }

  private static let good = " 00004 0001 19970101  2   29.33\n"
  private static let other = " 00021 0002 19970102  3   63.34\n"
  private static let bad = " 00021 0002 19971301  3   63.34\n"

  private func importAll(_ flags: String...) throws -> Program.Outcome {
    try program.run(["import", "--mapping", "cdnow-sample", "p.txt", "--json"] + flags)
  }

  @Test func aRowThatDoesNotFitGoesToTheRejectFileAndTheRestGoesIn() throws {
    try program.write(Self.good + Self.bad + Self.other, to: "p.txt")
    let outcome = try importAll()
    #expect(outcome.status == 65)
    #expect(try outcome.json()["read"]?.integer == 3)
    #expect(try outcome.json()["rejected"]?.integer == 1)
    #expect(try outcome.json()["appended"]?.integer == 2)
    #expect(outcome.error.contains("line 2:"))
    #expect(!outcome.error.contains("63.34"), "a row is not repeated on the terminal")
    let path = "\(folder.path)/p.txt.rejects.ndjson"
    let row = try JSONDocument(scanning: Array(SharedData.bytes(ofFile: path).dropLast())).root
    #expect(row["file"]?.string == "p.txt")
    #expect(row["line"]?.integer == 2)
    #expect(row["code"]?.string == "import.bad-date")
    #expect(row["row"]?.string == String(Self.bad.dropLast()))
    let modes = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(modes == 0o600)
  }

  @Test func strictAppendsNothingOfAFileWithARowThatDoesNotFit() throws {
    try program.write(Self.good + Self.bad, to: "p.txt")
    let outcome = try importAll("--strict")
    #expect(outcome.status == 65)
    #expect(try outcome.json()["appended"]?.integer == 0)
    #expect(try program.run("replay", "--json").output.isEmpty)
    try program.write(Self.good + Self.other, to: "p.txt")
    #expect(try importAll("--strict").json()["appended"]?.integer == 2)
  }

  @Test func strictAlsoComparesWithWhatIsRecorded() throws {
    try program.write(Self.good, to: "p.txt")
    _ = try importAll()
    // The same file and line, and another purchase: its id is taken.
    try program.write(Self.other + Self.good, to: "p.txt")
    let outcome = try importAll("--strict")
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("[append.id-reused]"))
    #expect(try outcome.json()["appended"]?.integer == 0)
    let orders = try program.run("replay", "--json", "--type", "order.completed").lines.count
    #expect(orders == 1)
  }

  @Test func withoutStrictAnIdThatIsTakenCostsOneRow() throws {
    try program.write(Self.good, to: "p.txt")
    _ = try importAll()
    try program.write(Self.other + Self.good, to: "p.txt")
    let outcome = try importAll()
    #expect(outcome.status == 65)
    #expect(try outcome.json()["appended"]?.integer == 1)
    #expect(try outcome.json()["rejected"]?.integer == 1)
  }
}
