// `kill -9` in the middle of a rebuild: the file in force goes on serving, and what was begun is gone after the next one.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite(.serialized) struct KilledRebuildTests {
  private static let kills = 50

  @Test func aKilledRebuildLeavesTheOldFileServingAndNoLitter() async throws {
    let seed = SeededGenerator.seedOfThisRun
    print("killed rebuild: RAPPORT_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    let views = "\(folder.path)/ledger/views"
    let made = try program.run(
      "practice", "--customers", "60", "--events", "2000", "--seed", "\(random.below(1_000))")
    #expect(made.status == 0, "\(made.error)")
    let clock = ContinuousClock()
    let whole = try clock.measure { try rebuild(program) }
    let question = ["query", "customer", "SELECT * FROM customer ORDER BY customer_id", "--json"]
    let answer = try program.run(question).output
    #expect(answer.count > 1_000)
    var isKilled = 0
    for number in 0..<Self.kills {
      let before = try inForce(views)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(views)/\(before)"))
      let process = try program.start(["rebuild", "customer"])
      try process.run()
      // From before the program is loaded to behind the end: the moments differ from run to run, the promise does not.
      try await Task.sleep(for: whole * Double(random.below(1_200)) / 1_000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal { isKilled += 1 }
      if try inForce(views) == before {
        let now = try Data(contentsOf: URL(fileURLWithPath: "\(views)/\(before)"))
        #expect(now == bytes, "kill \(number), seed \(seed): the file in force was touched")
      }
      #expect(try program.run(question).output == answer, "kill \(number), seed \(seed)")
    }
    #expect(isKilled > Self.kills / 4, "few rebuilds were at work when the signal came")
    try rebuild(program)
    let files = try FileManager.default.contentsOfDirectory(atPath: views)
    // Killed while it brought the file in force up to date, a writer leaves a log that SQLite knows what to do with.
    let builds = files.filter { $0.hasPrefix("customer@") && $0.hasSuffix(".sqlite") }
    #expect(builds.count == 2, "the file in force and the one before it: \(builds)")
    #expect(!files.contains { $0.contains(".tmp") || $0.hasSuffix(".link") }, "\(files)")
    #expect(try program.run(question).output == answer)
    #expect(try program.run("verify").status == 0)
  }

  private func rebuild(_ program: Program) throws {
    let outcome = try program.run("rebuild", "customer", "--expect-unchanged")
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.error)")
  }

  private func inForce(_ views: String) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: "\(views)/customer.sqlite")
  }
}
