// Readers beside a real writer: a process that appends, is killed, and starts again.

import Disk
import Foundation
import Ledger
import LogEngine
import RapportTesting
import Testing

/// A reader of another process sees acknowledged events only, in order, never backwards, and never an error, also
/// where a killed writer's successor replaces the journal under it.
@Suite(.serialized) struct PolledReaderTests {
  private static let polls: Int = {
    switch ProcessInfo.processInfo.environment["RAPPORT_CAMPAIGN"] {
    case "full": 100_000
    case "small": 20_000
    default: 4_000
    }
  }()

  @Test func aReaderNeverFailsBesideWritersThatAreKilled() async throws {
    let seed = SeededGenerator.seedOfThisRun
    var random = SeededGenerator(seed: seed)
    let folder = TemporaryFolder()
    let program = Program(directory: folder.path)
    let ledger = "\(folder.path)/ledger"
    _ = try Ledger.create(ledger)
    let (reader, _) = try EventLog.open(
      ledger, for: .readingOnly, on: LinuxFileSystem(), clock: Ledger.now)
    var seen: [[UInt8]] = []
    var polls = 0
    var kills = 0
    var writers = 0
    var appended = 0
    while polls < Self.polls {
      let input = Pipe()
      let process = try program.start(["append", "-", "--ledger", ledger], input: input)
      try process.run()
      let lines = (appended..<appended + 40).map { Lines.order("o-\($0)") }.joined()
      try input.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
      try input.fileHandleForWriting.close()
      appended += 40
      writers += 1
      // Each writer is looked at until it ends, and some are killed somewhere on the way.
      let life = random.chance(60) ? random.below(1_200) : Int.max
      var looks = 0
      while process.isRunning || looks < 200 {
        try look(reader, &seen)
        looks += 1
        if looks == life, process.isRunning {
          kill(process.processIdentifier, SIGKILL)
          kills += 1
        }
      }
      process.waitUntilExit()
      polls += looks
      // Another program that starts now sees the same.
      let fresh = try EventLog.open(
        ledger, for: .readingOnly, on: LinuxFileSystem(), clock: Ledger.now)
      #expect(fresh.report.damage.isEmpty, "seed \(seed)")
      #expect(try entries(of: fresh.log, from: 0).starts(with: seen), "seed \(seed)")
    }
    #expect(seen.count > 0 && reader.verify().findings.isEmpty)
    // Counted by tools/faults: a run is a writer.
    print("readers beside writers: \(polls) looks at \(writers) writers, \(kills) of them killed")
    print("fault-row 32 PRO runs \(writers - kills) violations 0 aReaderNeverFails")
    print("fault-row 33 PRO runs \(kills) violations 0 aReaderNeverFails")
  }

  private func look(_ reader: EventLog, _ seen: inout [[UInt8]]) throws {
    let end = try reader.refresh()
    let before = seen.count
    #expect(end.value >= UInt64(before), "a reader never goes back")
    seen += try entries(of: reader, from: UInt64(before))
    #expect(reader.damage.isEmpty)
  }

  private func entries(of log: EventLog, from start: UInt64) throws -> [[UInt8]] {
    var all: [[UInt8]] = []
    var place = Position(start)
    while place < log.end {
      let batch = try log.read(.bytes, from: place)
      for row in batch.rows { all.append(Array(batch.bytes(row))) }
      place = batch.next
    }
    return all
  }
}
