// Ledgers that older programs wrote, kept as they were.

import Foundation
import LogEngine
import RapportTesting
import Testing

@testable import Ledger

/// A ledger from before there were segments opens, reads, verifies and seals, and gives the same bytes all the way.
@Suite struct OldLedgerTests {
  private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  private func lines(_ log: EventLog) throws -> [UInt8] {
    var lines: [UInt8] = []
    var place = Position.zero
    while place < log.end {
      let batch = try log.read(.bytes, from: place)
      for row in batch.rows { lines += batch.bytes(row) + [0x0A] }
      place = batch.next
    }
    return lines
  }

  @Test func aLedgerOfJournalsAloneIsReadVerifiedAndSealed() async throws {
    let folder = TemporaryFolder()
    let directory = "\(folder.path)/ledger"
    try FileManager.default.copyItem(
      at: fixtures.appending(path: "ledger-1"), to: URL(fileURLWithPath: directory))
    let expected = [UInt8](try Data(contentsOf: fixtures.appending(path: "ledger-1.ndjson")))
    #expect(try lines(Ledger.open(directory, for: .reading).log) == expected)
    let ledger = try Ledger.open(directory, for: .writing)
    let root = ledger.log.root
    let report = ledger.log.verify()
    #expect(report.findings == [] && report.root == root)
    let sealed = await ledger.seal()
    #expect(sealed.alarms == [] && sealed.segments.count == 1)
    try await ledger.close()
    let again = try Ledger.open(directory, for: .reading).log
    #expect(try lines(again) == expected)
    #expect(again.root == root && again.verify().findings == [])
    #expect(again.fileCounts == (1, 1))
  }
}
