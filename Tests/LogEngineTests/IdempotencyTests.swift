import Disk
import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

/// One source and id is recorded at most once, for ever.
struct IdempotencyTests {
  /// Where the first of two equal events is when the second one comes.
  enum Place: String, CaseIterable {
    case onDisk, reopenedAfterClose, reopenedAfterKill, reopenedWithOldNote
  }

  private func log(with events: [NewEvent], at place: Place) async throws -> EventLog {
    let disk = SimulatedFileSystem(seed: 1)
    let ledger = try TestLedger.make(on: disk)
    let log = try ledger.open().log
    switch place {
    case .onDisk:
      _ = try await log.append(events)
      return log
    case .reopenedAfterClose:
      _ = try await log.append(events)
      try await log.close()
      return try ledger.open().log
    case .reopenedAfterKill:
      _ = try await log.append(events)
      return try ledger.on(disk.kill()).open().log
    case .reopenedWithOldNote:
      // The note covers a part, the entries behind it are read.
      _ = try await log.append([events[0]])
      try await log.close()
      _ = try await ledger.open().log.append(Array(events.dropFirst()))
      return try ledger.on(disk.kill()).open().log
    }
  }

  @Test(arguments: Place.allCases)
  func anEqualEventKeepsItsPosition(place: Place) async throws {
    let events = [event("a", "c1"), event("b", nil), event("ü\"\\", "c\u{1F600}")]
    let log = try await log(with: events, at: place)
    for (number, event) in events.enumerated() {
      let receipt = try await log.submit([event]).receipt()
      #expect(receipt.positions == [Position(UInt64(number))])
      #expect(receipt.recorded.isEmpty)
    }
    #expect(try await log.append(event("new", "c\u{1F600}")) == Position(3))
    #expect(log.end == Position(4))
    #expect(log.verify().findings.isEmpty)
    try await log.close()
  }

  @Test(arguments: Place.allCases)
  func otherContentUnderAnOldIdIsRefusedWhole(place: Place) async throws {
    let log = try await log(with: [event("a"), event("b")], at: place)
    let changed: [NewEvent] = [
      event("b", "c1", "other data"), event("b", "c2"),
      testEvent(id: "b", subject: "c1", type: "test.other"),
      testEvent(id: "b", subject: "c1", time: Timestamp(microseconds: 1)),
    ]
    for other in changed {
      let error = await refusal { try await log.append([event("new"), other]) }
      #expect(error == .idReused(index: 1, position: Position(1)))
    }
    #expect(log.end == Position(2), "nothing of such an append is recorded")
    #expect(log.revision(of: "c1") == 2)
    // The same id of another source is another event.
    #expect(
      try await log.append(testEvent(id: "b", source: "/other", subject: "c1")) == Position(2))
    try await log.close()
  }

  @Test func attributesThatMayChangeOnTheWayDoNotCount() async throws {
    let log = try await log(with: [event("a")], at: .onDisk)
    let text = String(decoding: event("a").bytes, as: UTF8.self)
    let traced = text.replacing(#""type""#, with: #""traceparent":"00-1-2-03","type""#)
    let again = testEvent(
      canonical: Array(traced.utf8), source: "/test", id: "a", subject: "c1",
      time: Timestamp(microseconds: 1_700_000_000_000_000))
    #expect(again.bytes != event("a").bytes)
    #expect(try await log.append(again) == .zero)
    try await log.close()
  }

  @Test func ofEqualEventsInOneAppendTheFirstIsRecorded() async throws {
    let log = try TestLedger.make().open().log
    let receipt = try await log.submit(
      [event("a"), event("b"), event("a"), event("c"), event("b"), event("a")]
    ).receipt()
    #expect(receipt.positions.map(\.value) == [0, 1, 0, 2, 1, 0])
    #expect(receipt.recorded == positions(0..<3))
    #expect(try log.ids() == ["a", "b", "c"])
    try await log.close()
  }

  @Test func unequalEventsWithOneIdInOneAppendAreRefused() async throws {
    let log = try TestLedger.make().open().log
    let error = await refusal {
      try await log.append([event("a"), event("b"), event("a", "c1", "other")])
    }
    guard case .invalid(index: 2, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(log.end == .zero)
    try await log.close()
  }

  /// An index in an error is that of the caller's list, though equal events were taken out of it before.
  @Test func anErrorNamesTheIndexThatTheCallerKnows() async throws {
    let ledger = try TestLedger.make()
    let log = try ledger.open().log
    _ = try await log.append(event("old"))
    let reused = await refusal {
      try await log.append([event("a"), event("a"), event("a"), event("old", "c1", "other")])
    }
    #expect(reused == .idReused(index: 3, position: .zero))
    let late = testEvent(
      id: "late", time: Timestamp(microseconds: ledger.clock.time.microseconds + 600_000_000))
    let early = await refusal { try await log.append([event("a"), event("a"), late]) }
    guard case .invalid(index: 2, _) = early else {
      Issue.record("\(String(describing: early))")
      return
    }
    try await log.close()
  }

  /// The frame of the first is being synced when the second comes; both answers come together, after that sync.
  @Test func anEqualEventWaitsForTheOneInFlight() async throws {
    try await whileInFlight { log in
      (try log.submit([event("a")]), Position.zero)
    }
  }

  /// The first is in the frame that is being prepared.
  @Test func anEqualEventWaitsForTheOneInPreparation() async throws {
    try await whileInFlight { log in
      _ = try log.submit([event("b")])
      return (try log.submit([event("b")]), Position(1))
    }
  }

  @Test func otherContentIsRefusedWhereverTheFirstIs() async throws {
    let gate = Gate()
    let log = try gatedLog(gate)
    gate.close(for: .sync, onPathsWith: "journal")
    let tickets = [
      try log.submit([event("a")]), try log.submit([event("b")]),
      try log.submit([event("a", "c1", "other")]), try log.submit([event("b", "c1", "other")]),
    ]
    gate.open()
    #expect(try await tickets[0].receipt().positions == [.zero])
    #expect(try await tickets[1].receipt().positions == [Position(1)])
    for (number, position) in [(2, Position.zero), (3, Position(1))] {
      let error = await refusal { try await tickets[number].receipt() }
      #expect(error == .idReused(index: 0, position: position))
    }
    #expect(log.end == Position(2))
    try await log.close()
  }

  private func gatedLog(_ gate: Gate) throws -> EventLog {
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    return try TestLedger.make(on: disk).open().log
  }

  private func whileInFlight(
    _ submit: (EventLog) throws -> (AppendTicket, Position)
  ) async throws {
    let gate = Gate()
    let log = try gatedLog(gate)
    gate.close(for: .sync, onPathsWith: "journal")
    let first = try log.submit([event("a")])
    let (second, position) = try submit(log)
    let answered = Task { try await second.receipt() }
    try await Task.sleep(for: .milliseconds(30))
    #expect(log.end == .zero, "nothing is acknowledged before its sync")
    gate.open()
    #expect(try await first.receipt().positions == [.zero])
    let receipt = try await answered.value
    #expect(receipt.positions == [position])
    #expect(receipt.recorded.isEmpty)
    #expect(log.end > position)
    try await log.close()
  }

  /// An equal event must not be answered before the sync, even in the very first frame.
  @Test func anEqualEventIsNotAnsweredBeforeTheFirstOneIsDurable() async throws {
    let gate = Gate()
    let disk = SimulatedFileSystem(seed: 1, beforeEachCall: { gate.pass($0) })
    let log = try TestLedger.make(on: disk).open().log
    disk.inject(.error(Errno.io), at: .next(.sync))
    // While space is reserved for the first, the second comes: both are taken into one frame.
    gate.close(for: .reserve, onPathsWith: "journal")
    let tickets = [try log.submit([event("a")]), try log.submit([event("a")])]
    gate.open()
    for ticket in tickets {
      let error = await refusal { try await ticket.receipt() }
      #expect(error != nil, "nothing is acknowledged when the sync fails")
    }
  }
}
