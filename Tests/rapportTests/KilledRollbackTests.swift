// `kill -9` in the middle of a rollback to another definition: whatever the moment, file and definition are one of the two.

import Foundation
import JSONBytes
import RapportTesting
import Testing

@Suite(.serialized) struct KilledRollbackTests {
  private static let kills = 16

  private static func text(_ version: Int, _ column: String) -> String {
    """
    -- name: counts
    -- version: \(version)
    -- department: sales
    -- reads: [order.completed]

    CREATE TABLE counts ( -- Orders by customer
      customer TEXT NOT NULL PRIMARY KEY, -- the customer
      \(column) INTEGER NOT NULL -- how many
    ) STRICT;
    INSERT INTO counts SELECT subject, count(*) FROM batch GROUP BY 1
      ON CONFLICT DO UPDATE SET \(column) = \(column) + excluded.\(column);

    """
  }

  @Test func aKilledRollbackLeavesOneOfTheTwo() async throws {
    let seed = SeededGenerator.seedOfThisRun
    print("killed rollback: RAPPORT_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    #expect(try program.run("init").status == 0)
    let orders = (0..<60).map { Lines.order("o-\($0)", customer: "c\($0 % 7)") }.joined()
    #expect(try program.run("append", "-", input: orders).status == 0)
    try program.write(Self.text(1, "orders"), to: "first.sql")
    try program.write(Self.text(2, "sales"), to: "second.sql")
    #expect(try program.run("view", "add", "first.sql").status == 0)
    #expect(try program.run("view", "add", "second.sql").status == 0)
    let clock = ContinuousClock()
    let begun = clock.now
    #expect(try program.run("rebuild", "counts", "--rollback").status == 0)
    let whole = clock.now - begun
    var versions: [Int64: Int] = [:]
    for number in 0..<Self.kills {
      #expect(try program.run("view", "add", "second.sql").status == 0, "kill \(number)")
      let process = try program.start(["rebuild", "counts", "--rollback"])
      try process.run()
      // From before the program is loaded to behind the end: the moments differ from run to run, the promise does not.
      try await Task.sleep(for: whole * Double(random.below(1_200)) / 1_000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let listed = try program.run("view", "list", "--json").json()
      let version = try #require(Array(listed.elements).first?["version"]?.integer)
      versions[version, default: 0] += 1
      let column = version == 1 ? "orders" : "sales"
      let asked = try program.run(
        "query", "counts", "SELECT sum(\(column)) AS n FROM counts", "--json")
      #expect(asked.output == "[{\"n\":60}]\n", "kill \(number), seed \(seed): \(asked.error)")
      #expect(!asked.error.contains("built anew"), "kill \(number), seed \(seed): \(asked.error)")
    }
    #expect(versions.count == 2, "the signals came at one end only: \(versions)")
    #expect(try program.run("verify").status == 0)
  }
}
