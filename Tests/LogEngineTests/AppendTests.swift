import Disk
import JSONBytes
import RapportTesting
import Synchronization
import Testing

@testable import LogEngine

struct AppendTests {
  @Test func positionsAreGivenInOrderWithoutGaps() async throws {
    let log = try TestLedger.make().open().log
    #expect(try await log.append([event("a"), event("b")]) == [Position(0), Position(1)])
    #expect(try await log.append(event("c")) == Position(2))
    #expect(log.end == Position(3))
    #expect(try log.ids() == ["a", "b", "c"])
    #expect(log.verify().findings.isEmpty)
    try await log.close()
  }

  @Test func anAppendOfNothingIsRecordedAsNothing() async throws {
    let log = try TestLedger.make().open().log
    #expect(try await log.append([]) == [])
    #expect(log.end == .zero)
    try await log.close()
  }

  @Test func aReceiptSaysWhatWasRecordedNow() async throws {
    let log = try TestLedger.make().open().log
    let first = try await log.submit([event("a"), event("b")]).receipt()
    #expect(first.positions == [Position(0), Position(1)])
    #expect(first.recorded == positions(0..<2))
    let second = try await log.submit([event("b"), event("c")]).receipt()
    #expect(second.positions == [Position(1), Position(2)])
    #expect(second.recorded == positions(2..<3))
    let third = try await log.submit([event("a")]).receipt()
    #expect(third.recorded.isEmpty)
    try await log.close()
  }

  @Test func anEventAboutTheWholeLedgerHasNoRevision() async throws {
    let log = try TestLedger.make().open().log
    _ = try await log.append([event("a", nil), event("b", "c1"), event("c", nil)])
    let entries = try log.entries().map { try JSONDocument(scanning: $0).root }
    #expect(entries.map { $0["revision"]?.integer } == [nil, 1, nil])
    #expect(log.verify().findings.isEmpty)
    try await log.close()
  }

  @Test func revisionsCountEachCustomerFromOne() async throws {
    let ledger = try TestLedger.make()
    var log = try ledger.open().log
    _ = try await log.append([event("a", "c1"), event("b", "c2"), event("c", "c1")])
    try await log.close()
    log = try ledger.open().log
    _ = try await log.append([event("d", "c1"), event("e", "c2")])
    let revisions = try log.entries().map {
      try JSONDocument(scanning: $0).root["revision"]?.integer
    }
    #expect(revisions == [1, 1, 2, 3, 2])
    #expect(log.revision(of: "c1") == 3)
    #expect(log.revision(of: "nobody") == 0)
    try await log.close()
  }

  /// The writers of one log share syncs, and each event has one position.
  @Test func sixtyFourWritersGetEachPositionOnce() async throws {
    let ledger = try TestLedger.make()
    let log = try ledger.open().log
    let each = 20
    let all = try await withThrowingTaskGroup(of: [Position].self) { group in
      for writer in 0..<64 {
        group.addTask {
          var got: [Position] = []
          for number in 0..<each {
            let subject = "c\(writer % 7)"
            got.append(try await log.append(event("\(writer)-\(number)", subject)))
          }
          #expect(got == got.sorted(), "one writer's events stay in its order")
          return got
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(all.map(\.value).sorted() == Array(0..<UInt64(64 * each)))
    #expect(Set(try log.ids()).count == 64 * each)
    let report = log.verify()
    #expect(report.findings.isEmpty)
    #expect(report.root == log.root)
    #expect(report.frames < 64 * each, "appends at one time share a frame")
    try await log.close()
  }

  @Test func appendsAreRecordedInTheOrderInWhichTheyWereSubmitted() async throws {
    let log = try TestLedger.make().open().log
    let tickets = try (0..<500).map { try log.submit([event("\($0)")]) }
    for (number, ticket) in tickets.enumerated() {
      #expect(try await ticket.receipt().positions == [Position(UInt64(number))])
    }
    try await log.close()
  }

  // MARK: Limits

  @Test func anEntryOfTheLargestSizeIsTakenAndOneByteMoreIsNot() async throws {
    let log = try TestLedger.make().open().log
    let largest = testEvent(id: "a", subject: "c1", countedSize: Limits.entrySizeMax)
    #expect(largest.bytes.count + NewEvent.addedSizeMax == 61_440)
    #expect(try await log.append(largest) == .zero)
    let larger = testEvent(id: "b", subject: "c1", countedSize: Limits.entrySizeMax + 1)
    let error = await refusal { try await log.append([event("c"), larger]) }
    #expect(error == .tooLarge(index: 1, byteCount: 61_441, byteCountMax: 61_440))
    #expect(log.end == Position(1), "nothing of a refused append is recorded")
    // The longest revision that there is makes the entry exactly as long as was counted.
    var bytes: [UInt8] = []
    largest.write(
      recorded: Array(Timestamp(microseconds: 0).text.utf8), revision: Limits.revisionMax,
      position: Position(Limits.positionMax), to: &bytes)
    #expect(bytes.count == Limits.entrySizeMax)
    try await log.close()
  }

  @Test func anAppendTakes4096EventsAndNotOneMore() async throws {
    let log = try TestLedger.make().open().log
    let events = (0..<Limits.appendEventsMax).map { event("\($0)", "c\($0 % 50)") }
    let all = try await log.append(events)
    #expect(all.map(\.value) == Array(0..<4_096))
    let error = await refusal { try await log.append(events + [event("more")]) }
    #expect(error == .tooMany(count: 4_097, countMax: 4_096))
    #expect(error?.code == "append.too-large")
    #expect(log.end == Position(4_096))
    try await log.close()
  }

  @Test func anAppendTakesOneMebibyteAndNotOneByteMore() async throws {
    let log = try TestLedger.make().open().log
    let each = Limits.entrySizeMax - NewEvent.addedSizeMax
    var events = (0..<17).map { testEvent(id: "\($0)", countedSize: Limits.entrySizeMax) }
    let rest = Limits.appendSizeMax - 17 * each
    events.append(testEvent(id: "rest", countedSize: rest + NewEvent.addedSizeMax))
    #expect(events.reduce(0) { $0 + $1.bytes.count } == Limits.appendSizeMax)
    #expect(try await log.append(events).count == 18)
    events[17] = testEvent(id: "rest", countedSize: rest + 1 + NewEvent.addedSizeMax)
    let error = await refusal { try await log.append(events) }
    #expect(error == .tooLarge(index: nil, byteCount: 1_048_577, byteCountMax: 1_048_576))
    try await log.close()
  }

  @Test func aFrameHoldsNoMoreThanItsLimits() async throws {
    // While the first frame waits for its sync, more gathers than one frame takes.
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    gate.close(for: .sync, onPathsWith: "journal")
    var tickets = [try log.submit([event("first")])]
    let size = 16 << 10
    for number in 0..<20 {
      let events = (0..<32).map { testEvent(id: "\(number)-\($0)", countedSize: size) }
      tickets.append(try log.submit(events))
    }
    gate.open()
    for ticket in tickets { _ = try await ticket.receipt() }
    let frames = try JournalReading(bytes: try #require(disk.bytes(of: ledger.journal))).frames()
    #expect(frames.count > 2)
    #expect(frames.allSatisfy { $0.rawSize <= Limits.frameRawMax })
    #expect(frames.map(\.count).reduce(0, +) == 641)
    #expect(log.verify().findings.isEmpty)
    try await log.close()
  }

  @Test(.faultRow(47, .simulated)) func aFullQueueRefusesAsBusyAndTakesAgainLater() async throws {
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let log = try TestLedger.make(on: disk).open().log
    gate.close(for: .sync, onPathsWith: "journal")
    var tickets: [AppendTicket] = []
    var error: AppendError?
    // One frame in flight and one in preparation take some; then the queue takes 32 MiB and no more.
    let big = (0..<16).map { testEvent(id: "\($0)", countedSize: Limits.entrySizeMax) }
    let size = big.reduce(0) { $0 + $1.bytes.count }
    for number in 0..<200 {
      let events = big.enumerated().map { place, _ in
        testEvent(id: "\(number)-\(place)", countedSize: Limits.entrySizeMax)
      }
      let ticket = try log.submit(events)
      tickets.append(ticket)
      if number * size > (40 << 20) { break }
    }
    for ticket in tickets.suffix(2) {
      error = await refusal { try await ticket.receipt() }
      #expect(error == .busy)
    }
    #expect(error?.code == "append.busy")
    gate.open()
    var recorded = 0
    for ticket in tickets {
      let answer = await refusal { try await ticket.receipt() }
      if answer == nil { recorded += 1 } else { #expect(answer == .busy) }
    }
    #expect(recorded * size >= (32 << 20) && recorded * size <= (40 << 20))
    #expect(log.end.value == UInt64(recorded * 16))
    _ = try await log.append(event("again"))
    try await log.close()
  }

  @Test func aCustomerHasNoRevisionBeyondTheLast() async throws {
    let ledger = try TestLedger.make()
    var log = try ledger.open().log
    _ = try await log.append(event("a", "c1"))
    try await log.close()
    // What no test can write one by one: the close note says that the customer is nearly at the end.
    let disk = try #require(ledger.disk as? SimulatedFileSystem)
    let written = try #require(disk.bytes(of: ledger.closeNote))
    var note = try #require(CloseNote(written))
    note.customers[0].revision = Limits.revisionMax - 1
    disk.overwrite(ledger.closeNote, with: note.encoded, at: 0)
    log = try ledger.open().log
    #expect(log.revision(of: "c1") == 2_147_483_646)
    #expect(try await log.append(event("b", "c1")) == Position(1))
    let error = await refusal { try await log.append(event("c", "c1")) }
    #expect(error == .invalid(index: 0, reason: "the customer has no revisions left"))
    #expect(try await log.append(event("d", "c2")) == Position(2))
    try await log.close()
  }

  @Test func anEventFarAheadOfTheClockIsRefused() async throws {
    let ledger = try TestLedger.make()
    let log = try ledger.open().log
    let now = ledger.clock.time.microseconds
    func at(_ offset: Int64, _ id: String) -> NewEvent {
      testEvent(id: id, time: Timestamp(microseconds: now + offset))
    }
    #expect(try await log.append(at(5 * 60_000_000, "a")) == .zero)
    let error = await refusal { try await log.append(at(5 * 60_000_000 + 1, "b")) }
    guard case .invalid(index: 0, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try await log.close()
  }
}
