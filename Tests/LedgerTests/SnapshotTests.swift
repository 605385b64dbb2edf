/// Texts kept as files: what is compared, and what is said when they differ.
import Foundation
import RapportTesting
import Testing

@Suite(
  .enabled(
    if: ProcessInfo.processInfo.environment["RAPPORT_RECORD"] != "1",
    "RAPPORT_RECORD=1 writes what these tests compare"))
struct SnapshotTests {
  private let folder = TemporaryFolder()
  private var file: String { "\(folder.path)/SomeTests.swift" }

  private func keep(_ text: String, as name: String) throws {
    let kept = "\(folder.path)/Snapshots"
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    try text.write(toFile: "\(kept)/\(name).txt", atomically: true, encoding: .utf8)
  }

  @Test func theSameTextPasses() throws {
    try keep("one\ntwo\n", as: "page")
    try expectSnapshot("one\ntwo\n", named: "page", file: file)
    try expectSnapshot("one\ntwo", named: "page", file: file)
  }

  @Test(arguments: [
    ("one\nthree\n", "line 2:\n  kept \"two\"\n  now  \"three\""),
    ("one\n", "line 2:\n  kept \"two\"\n  now  \"\""),
    ("one\ntwo\nthree\n", "line 3:\n  kept \"\"\n  now  \"three\""),
  ]) func anotherTextNamesTheFirstLineThatDiffers(text: String, words: String) throws {
    try keep("one\ntwo\n", as: "page")
    let difference = #expect(throws: SnapshotDifference.self) {
      try expectSnapshot(text, named: "page", file: file)
    }
    #expect(difference?.description.contains(words) == true)
    #expect(difference?.description.contains("RAPPORT_RECORD=1") == true)
  }

  @Test func aTextThatWasNeverKeptFails() {
    #expect(throws: SnapshotDifference.self) {
      try expectSnapshot("one", named: "absent", file: file)
    }
  }
}
