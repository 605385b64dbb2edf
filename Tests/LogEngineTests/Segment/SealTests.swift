import Disk
import JSONBytes
import RapportTesting
import Testing
import Transparency

@testable import LogEngine

/// Sealing changes no byte of any entry, and nothing of what the log answers.
@Suite struct SealTests {
  /// A ledger whose journals are full after a few kilobytes.
  private func smallJournals(_ disk: SimulatedFileSystem) throws -> TestLedger {
    var ledger = try TestLedger.make(on: disk)
    ledger.limits = JournalLimits(rawMax: 4_096, reserveStep: 32 << 10)
    return ledger
  }

  private func fill(_ log: EventLog, _ range: Range<Int>) async throws {
    for number in range {
      try await log.append(event("e\(number)", "c\(number % 7)", "text \(number)"))
    }
  }

  private func segments(_ ledger: TestLedger) throws -> [String] {
    try ledger.disk.list(ledger.path("log")).filter { $0.hasSuffix(".segment") }
  }

  @Test func everythingIsReadAsBefore() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try smallJournals(disk)
    let log = try ledger.open().log
    try await fill(log, 0..<100)
    let before = try log.entries()
    let root = log.root
    let report = await log.seal()
    #expect(report.alarms == [])
    #expect(report.segments.count > 3)
    #expect(report.segments.reduce(0) { $0 + $1.events } == 100)
    #expect(try ledger.journals().count == 1, "journals that are sealed go")
    #expect(try log.entries() == before)
    #expect(log.root == root)
    try await fill(log, 100..<120)
    let all = try log.entries()
    #expect(all.prefix(100) == before[...])
    for size in 0...100 {
      #expect(try log.root(at: Position(UInt64(size))) == JournalReading.root(all.prefix(size)).hex)
    }
    let verified = log.verify()
    #expect(verified.findings == [] && verified.root == log.root && verified.events == 120)
    try await log.close()
    let (again, found) = try ledger.open()
    #expect(
      found
        == {
          var report = OpenReport(); report.wasClosed = true; return report
        }())
    #expect(try again.entries() == all)
    try await again.close()
    let reader = try ledger.openForReading().log
    #expect(try reader.entries() == all)
    #expect(reader.root == JournalReading.root(all[...]).hex)
  }

  @Test func oneCustomersEventsAreFoundInSegmentsAndJournals() async throws {
    let ledger = try smallJournals(SimulatedFileSystem(seed: 1))
    let log = try ledger.open().log
    try await fill(log, 0..<60)
    _ = await log.seal()
    try await fill(log, 60..<70)
    for customer in 0..<8 {
      var ids: [String] = []
      var place = Position.zero
      while place < log.end {
        let batch = try log.read(Selection(customer: "c\(customer)"), from: place)
        for row in batch.rows { ids.append(batch.entry(row)["id"]?.string ?? "") }
        place = batch.next
      }
      #expect(ids == (0..<70).filter { $0 % 7 == customer }.map { "e\($0)" })
    }
    try await log.close()
  }

  /// Of a history some types may be left out: the others are whole and in order, and the last event is the last.
  @Test func aHistoryWithoutSomeTypesEndsWithTheLastEvent() async throws {
    let types = ["order.completed", "page.viewed", "contact.sent"]
    for seed in 0..<20 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let ledger = try smallJournals(SimulatedFileSystem(seed: 1))
      let log = try ledger.open().log
      for number in 0..<90 {
        let made = testEvent(
          id: "e\(number)", source: "/t", subject: "c\(random.below(3))",
          type: types[random.below(3)], time: Timestamp(microseconds: 0), data: [:])
        _ = try await log.append(made)
        if number == 70 || random.below(25) == 0 { _ = await log.seal() }
      }
      for customer in ["c0", "c1", "c2"] {
        let all = try log.history(of: customer)
        for passed in [[], ["page.viewed"], ["page.viewed", "order.completed"], Set(types)] {
          let some = try log.history(of: customer, passingOver: passed)
          #expect(some.positions.last == all.positions.last, "seed \(seed)")
          let kept = Dictionary(
            uniqueKeysWithValues: zip(some.positions, some.ranges.map { Array(some.bytes[$0]) }))
          #expect(some.positions == kept.keys.sorted(), "seed \(seed)")
          var passedOver = 0
          for (position, range) in zip(all.positions, all.ranges) {
            let entry = Array(all.bytes[range])
            let type = try JSONDocument(scanning: entry).root["type"]?.string ?? ""
            if kept[position] == nil { passedOver += 1 }
            #expect(kept[position] == entry || kept[position] == nil && passed.contains(type))
          }
          #expect(passed.isEmpty == (passedOver == 0), "seed \(seed), \(customer)")
        }
      }
      try await log.close()
    }
  }

  /// Who asks while journals become segments misses nothing that was acknowledged before, and sees nothing twice.
  @Test func aHistoryIsWholeWhileJournalsAreSealed() async throws {
    var ledger = try smallJournals(SimulatedFileSystem(seed: 1))
    ledger.sealing = .automatic
    let log = try ledger.open().log
    let count: UInt64 = 600
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          while true {
            let known = log.end.value / 2
            let positions = try log.history(of: "c0").positions.map(\.value)
            #expect(positions.count >= known)
            #expect(positions == positions.indices.map { UInt64(2 * $0) })
            if known == count { return }
            await Task.yield()
          }
        }
      }
      for number in 0..<count {
        _ = try await log.append([event("a\(number)", "c0"), event("b\(number)", "c1")])
      }
      try await group.waitForAll()
    }
    #expect(try ledger.journals().count < 20, "many were sealed meanwhile")
    try await log.close()
  }

  /// A retry is answered with the old position, other content is refused: also when the event is sealed, in this
  /// process and after a start, with indexes and without.
  @Test(arguments: ["same process", "clean start", "killed", "no indexes"])
  func aSealedEventIsRecordedOnce(when: String) async throws {
    let disk = SimulatedFileSystem(seed: 1)
    var ledger = try smallJournals(disk)
    var log = try ledger.open().log
    try await fill(log, 0..<50)
    _ = await log.seal()
    try await fill(log, 50..<55)
    switch when {
    case "same process": break
    case "killed":
      let killed = disk.kill()
      ledger = ledger.on(killed)
      log = try ledger.open().log
    default:
      try await log.close()
      if when == "no indexes" {
        for name in try disk.list(ledger.path("index")) {
          try disk.remove(ledger.path("index/\(name)"))
        }
      }
      log = try ledger.open().log
    }
    for number in [0, 1, 17, 49, 50, 54] {
      let again = try await log.append(event("e\(number)", "c\(number % 7)", "text \(number)"))
      #expect(again == Position(UInt64(number)))
      let reused = await refusal { try await log.append(event("e\(number)", "c1", "other")) }
      #expect(reused == .idReused(index: 0, position: Position(UInt64(number))))
      #expect(try log.position(ofSource: "/test", id: "e\(number)") == Position(UInt64(number)))
    }
    #expect(log.end == Position(55))
    for customer in 0..<7 {
      #expect(
        log.revision(of: "c\(customer)") == UInt32((0..<55).filter { $0 % 7 == customer }.count))
    }
    #expect(log.revision(of: "c7") == 0)
    let next = try await log.append(
      [event("new", "c3")], expecting: [Expectation(customer: "c3", revision: .exactly(8))])
    #expect(next == [Position(55)])
    try await log.close()
  }

  @Test func fullJournalsAreSealedInTheBackground() async throws {
    var ledger = try smallJournals(SimulatedFileSystem(seed: 1))
    ledger.sealing = .automatic
    let log = try ledger.open().log
    try await fill(log, 0..<100)
    let report = await log.seal()
    #expect(report.alarms == [] && report.segments.count > 3)
    #expect(try ledger.journals().count == 1)
    try await log.close()
    #expect(try ledger.open().log.ids() == (0..<100).map { "e\($0)" })
  }

  /// Steps of sealing in order: the temporary file is synced and read back, a checkpoint covers it, then it gets its
  /// name, then the journal goes.
  @Test func theOrderOfSteps() async throws {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    try await fill(log, 0..<3)
    let start = disk.callCount
    _ = await log.seal()
    let seen = disk.calls.dropFirst(start).compactMap { call -> String? in
      let name = call.path.split(separator: "/").last.map(String.init) ?? ""
      switch call.operation {
      case .inspect, .list, .open: return nil
      case .read: return name.hasSuffix(".segment.tmp") ? "read back" : nil
      default: return "\(call.operation.rawValue) \(name)"
      }
    }
    let zero = "00000000000000000000"
    let next = "00000000000000000003.journal"
    let squeezed = seen.enumerated().filter { $0.offset == 0 || seen[$0.offset - 1] != $0.element }
      .map(\.element)
    #expect(
      squeezed == [
        "create \(next).tmp", "lock \(next).tmp", "write \(next).tmp", "sync \(next).tmp",
        "rename \(next)", "sync log", "close \(zero).journal.tmp", "create \(zero).segment.tmp",
        "write \(zero).segment.tmp", "sync \(zero).segment.tmp", "close \(zero).segment.tmp",
        "read back", "make the directory tlog", "sync ledger", "create checkpoint.tmp",
        "write checkpoint.tmp", "sync checkpoint.tmp", "close checkpoint.tmp", "rename checkpoint",
        "sync tlog", "rename \(zero).segment", "sync log", "remove \(zero).journal", "sync log",
      ])
    try await log.close()
  }
}
