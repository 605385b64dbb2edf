// `kill -9` in the middle of an import: nothing acknowledged is lost, nothing is doubled, and running it again finishes it.

import Disk
import Foundation
import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite(.serialized) struct KilledImportTests {
  private static let rows = 30_000
  private static let kills = 200

  @Test func aKilledImportLosesNothingAcknowledgedAndIsFinishedByRunningItAgain() async throws {
    let seed = SeededGenerator.seedOfThisRun
    print("killed import: RAPPORT_TEST_SEED=\(seed)")
    var random = SeededGenerator(seed: seed)
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    try program.write(Self.purchases(&random), to: "purchases.txt")
    var ledgerNumber = 0
    var kills = 0
    var midway = 0
    while kills < Self.kills {
      ledgerNumber += 1
      let ledger = "ledger-\(ledgerNumber)"
      _ = try Ledger.create("\(folder.path)/\(ledger)")
      var known: UInt64 = 0
      while kills < Self.kills {
        let process = try program.start([
          "import", "--mapping", "cdnow-sample", "purchases.txt", "--ledger", ledger,
        ])
        try process.run()
        // From before the program is loaded to behind the middle of the import.
        try await Task.sleep(for: .microseconds(random.below(900_000)))
        known = max(known, try Self.end(of: "\(folder.path)/\(ledger)"))
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        kills += 1
        let end = try Self.end(of: "\(folder.path)/\(ledger)")
        #expect(end >= known, "seed \(seed), kill \(kills): acknowledged events are gone")
        if end > 0, end < UInt64(Self.rows) { midway += 1 }
        if end >= UInt64(Self.rows) { break }
      }
      try expectWhole(program, ledger, seed: seed)
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(ledger)")
    }
    #expect(midway > 0, "no kill struck in the middle of an import")
  }

  /// Finishes the import, and checks that each row is there once.
  private func expectWhole(_ program: Program, _ ledger: String, seed: UInt64) throws {
    let last = try program.run(
      "import", "--mapping", "cdnow-sample", "purchases.txt", "--ledger", ledger, "--json")
    #expect(last.status == 0, "seed \(seed): \(last.error)")
    let counts = try last.json()
    let all = (counts["appended"]?.integer ?? 0) + (counts["duplicates"]?.integer ?? 0)
    #expect(all == Int64(Self.rows))
    let again = try program.run(
      "import", "--mapping", "cdnow-sample", "purchases.txt", "--ledger", ledger, "--json")
    #expect(try again.json()["duplicates"]?.integer == Int64(Self.rows))
    let answer = try program.run(
      "query", "customer", "SELECT sum(orders) AS orders FROM customer", "--json", "--ledger",
      ledger)
    #expect(answer.output == "[{\"orders\":\(Self.rows)}]\n", "seed \(seed)")
    let verified = try program.run("verify", "--ledger", ledger)
    #expect(verified.status == 0, "seed \(seed): \(verified.output)")
  }

  private static func end(of directory: String) throws -> UInt64 {
    let (log, _) = try EventLog.open(
      directory, for: .readingOnly, on: LinuxFileSystem(), clock: Ledger.now)
    return log.end.value
  }

  /// Rows as the cdnow-sample mapping reads them: master id, sample id, date, quantity, dollars.
  private static func purchases(_ random: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<rows {
      let customer = String(10_000 + random.below(900))
      let cents = random.below(90) + 10
      text +=
        " \(customer) \(customer.dropFirst()) 19971\(random.below(3))\(10 + random.below(19)) "
        + "\(1 + random.below(5))  \(random.below(80) + 10).\(cents)\r\n"
    }
    return text
  }
}
