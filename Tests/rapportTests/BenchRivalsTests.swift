// The comparison with others' stores, `tools/bench-rivals`: it compiles, and its sides agree.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite struct BenchRivalsTests {
  private static let tools = "\(SharedData.repository)/tools"
  private static let environment = "\(SharedData.repository)/.build-rivals/python/complete"
  /// Built beside the tests.
  private static let benchmarks = Program.path + "-bench"
  private static let hasPython =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/env")
    && (try? output(of: ["python3", "--version"]).status) == 0  // One that does not start is none.
  private static let hasRivals =
    FileManager.default.fileExists(atPath: environment)
    && FileManager.default.isExecutableFile(atPath: benchmarks)

  /// Runs a command that is looked for as a shell would.
  private static func output(
    of command: [String], variables: [String: String] = [:]
  ) throws -> (status: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
    let folder = TemporaryFolder()
    let path = "\(folder.path)/output"
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let file = try #require(FileHandle(forWritingAtPath: path))
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try file.close()
    return (
      process.terminationStatus, String(decoding: SharedData.bytes(ofFile: path), as: UTF8.self)
    )
  }

  @Test(.enabled(if: hasPython, "there is no python3")) func everyPythonFileCompiles() throws {
    let folder = "\(Self.tools)/rivals"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".py") }.map { "\(folder)/\($0)" }
    #expect(files.count > 5)
    let caches = TemporaryFolder()
    let compiled = try Self.output(
      of: ["python3", "-m", "py_compile"] + files, variables: ["PYTHONPYCACHEPREFIX": caches.path])
    #expect(compiled.status == 0)
  }

  @Test(.enabled(if: hasRivals, "tools/bench-rivals has not made its Python environment here"))
  func allSidesGiveTheGeneratorsAnswers() throws {
    let folder = TemporaryFolder()
    let run = try Self.output(of: [
      "\(Self.tools)/bench-rivals", "--events", "2000", "--rounds", "1", "--warm", "--json",
      "--folder", folder.path, "--bench", Self.benchmarks,
    ])
    #expect(run.status == 0)
    let report = try JSONDocument(scanning: Array(run.text.utf8)).root
    #expect(report["failures"]?.count == 0)
    #expect(report["stores"]?.count == 6)
    let measures = report["measures"].map { Array($0.elements) } ?? []
    #expect(measures.count == 6)
    for measure in measures {
      let entries = measure["entries"].map { Array($0.elements) } ?? []
      #expect(entries.count >= 3)
      #expect(entries.contains { $0["side"]?.string == "rapport" })
      #expect(entries.allSatisfy { ($0["seconds"]?.double ?? 0) > 0 })
    }
  }
}
