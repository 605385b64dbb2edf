import Disk
import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

/// `recordedtime` = max(clock, the last one): order is the position, and time never goes back.
struct RecordedTimeTests {
  private func times(_ log: EventLog) throws -> [String] {
    try log.entries().map { try JSONDocument(scanning: $0).root["recordedtime"]?.string ?? "" }
  }

  @Test func timeNeverGoesBackWhateverTheClockDoes() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try TestLedger.make(on: disk)
    let start = ledger.clock.time
    var log = try ledger.open().log
    let hour: Int64 = 3_600_000_000
    _ = try await log.append(event("0"))
    ledger.clock.advance(microseconds: -hour)
    _ = try await log.append(event("1"))
    ledger.clock.advance(microseconds: 2 * hour)
    _ = try await log.append(event("2"))
    ledger.clock.advance(microseconds: -10 * hour)
    try await log.close()
    // Over a restart with a close note.
    log = try ledger.open().log
    _ = try await log.append(event("3"))
    // And over one without.
    ledger = ledger.on(disk.kill())
    log = try ledger.open().log
    _ = try await log.append(event("4"))
    ledger.clock.advance(microseconds: 20 * hour)
    _ = try await log.append(event("5"))
    func at(_ hours: Int64) -> String {
      Timestamp(microseconds: start.microseconds + hours * hour).text
    }
    #expect(try times(log) == [at(0), at(0), at(1), at(1), at(1), at(11)])
    #expect(log.verify().findings.isEmpty)
    try await log.close()
  }

  @Test func allEventsOfAFrameShareOneTime() async throws {
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    gate.close(for: .sync, onPathsWith: "journal")
    var tickets = [try log.submit([event("0")])]
    while !gate.holdsACall { try await Task.sleep(for: .milliseconds(1)) }
    for number in 1..<10 {
      ledger.clock.advance(microseconds: 1_000)
      tickets.append(try log.submit([event("\(number)")]))
    }
    gate.open()
    for ticket in tickets { _ = try await ticket.receipt() }
    var place = Position.zero
    var frames = 0
    let all = try times(log)
    while place < log.end {
      let batch = try log.read(.bytes, from: place)
      for row in batch.rows { #expect(all[Int(row.position.value)] == batch.recorded.text) }
      place = batch.next
      frames += 1
    }
    #expect(frames < 10)
    try await log.close()
  }
}
