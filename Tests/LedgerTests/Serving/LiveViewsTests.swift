// Views that are kept live hold what is recorded, whoever fails beside them, and are what a rebuild would give.

import Disk
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Relationship
import Synchronization
import Testing

@Suite struct LiveViewsTests {
  private static let sql: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(4).joined(separator: "/") + "/schemas/read-models/weeklysales.sql"
  }()

  /// Counts inquiries by channel, and cannot take one in that names none.
  private static func counting(_ onError: String) -> String {
    """
    -- name: asking
    -- version: 1
    -- department: service
    -- reads: [inquiry.received]
    -- onError: \(onError)

    CREATE TABLE asked ( -- One row an inquiry
      id TEXT NOT NULL PRIMARY KEY, -- its id
      channel TEXT NOT NULL -- where it came in
    ) STRICT;

    INSERT INTO asked
      SELECT id, nullif(json_extract(data, '$.channel'), 'voice') FROM batch
      WHERE true ON CONFLICT DO NOTHING;
    """
  }

  private static func asked(_ id: String, by channel: String = "email") -> String {
    Lines.event(
      id, "inquiry.received", ["inquiryId": "i", "channel": .string(channel), "topic": "delivery"])
  }

  private func add(_ text: String, to ledger: TestLedger) async throws {
    let path = "\(ledger.folder.path)/view.sql"
    try Ledger.writePrivateFile(Array(text.utf8), to: path)
    _ = try await ledger.write { try $0.addView($0.sqlModel(path)) }
  }

  /// That each view holds what folding the log anew gives.
  private func expectWhole(_ ledger: TestLedger, _ comment: Comment? = nil) throws {
    try ledger.read { ledger in
      for view in ledger.views {
        let found = try view.check()
        #expect(found.isEqual && found.finding == nil, "\(view.name): \(found)")
        #expect(try view.status().lag == 0, comment)
      }
    }
  }

  @Test(arguments: [UInt64(1), 2])
  func liveIsWhatARebuildGives(seed: UInt64) async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await add(
      String(decoding: SharedData.bytes(ofFile: Self.sql), as: UTF8.self), to: test)
    var random = SeededGenerator(seed: seed)
    var history = PracticeHistory(customers: 30, events: 1_200, seed: seed)
    let heard = Mutex<[String: [Position]]>([:])
    let hear: LiveViews.Hear = { view, position in
      heard.withLock { $0[view, default: []].append(position) }
    }
    var left = true
    try await test.serve(hear) { served in
      while left {
        var batch: [UInt8] = []
        for _ in 0..<1 + random.below(200) where left { left = history.nextLine(into: &batch) }
        _ = try await served.ledger.append(
          EventTexts(lines: String(decoding: batch, as: UTF8.self)))
        if random.chance(30) { try await served.wait(for: served.ledger.log.end) }
      }
      try await served.wait(for: served.ledger.log.end)
      for view in served.live.status {
        #expect(view.doing == .following && view.lag == 0, "\(view)")
      }
    }
    for (view, positions) in heard.withLock({ $0 }) {
      #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 <= $1 }, "\(view)")
      #expect(positions.last == Position(try test.read { $0.size }), "\(view)")
    }
    #expect(heard.withLock { $0.count } == 6)
    try expectWhole(test)
  }

  @Test func anotherProcessReadsWhatIsLiveAndMayNotPutAFileInForce() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      // From here on its file is open, and locked.
      try await served.wait(for: .zero, in: ["customer"])
      let end = try await served.record(Self.asked("a") + Self.asked("b", by: "voice"))
      // It waits for the process that holds the lock, and not for the lock.
      try test.read { other in
        let view = try other.view("customer")
        #expect(try view.catchUp().position == end.value)
        let engine = try engine(FoldedModel(Customer360.self), of: other)
        #expect(throws: ProjectionError.busy(model: "customer")) {
          _ = try engine.rebuild(from: other.mapper, now: Ledger.now())
        }
      }
      try await served.wait(for: try await served.record(Self.asked("c")))
      #expect(served.live.status.allSatisfy { $0.doing == .following })
    }
    try expectWhole(test)
    #expect(try test.read { try $0.view("customer").rebuild().report.notInForce == nil })
  }

  /// The engine that a ledger has for a model of no single department, without patience.
  private func engine(_ model: FoldedModel, of ledger: Ledger) throws -> ProjectionEngine {
    var engine = ProjectionEngine(
      model, folder: "\(ledger.directory)/views", catalogue: "another")
    engine.patience = 0
    return engine
  }

  @Test(.timeLimit(.minutes(3))) func aViewThatFailsOrStopsHoldsUpNobody() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await add(Self.counting("stop"), to: test)
    let (told, teller) = AsyncStream.makeStream(of: String.self)
    try await test.serve({ view, _ in teller.yield(view) }) { served in
      let end = try await served.record(Self.asked("a") + Self.asked("b", by: "voice"))
      let others = served.live.status.map(\.view).filter { $0 != "asking" }
      try await served.wait(for: end, in: others)
      let more = try await served.record(Self.asked("c"))
      try await served.wait(for: more, in: others)
      // It has a thread of its own, and tells of each batch.
      func asking() throws -> LiveView {
        try #require(served.live.status.first { $0.view == "asking" })
      }
      for await view in told where view == "asking" {
        if case .stopped = try asking().doing { break }
      }
      let status = try asking()
      guard case .stopped(let hole) = status.doing else {
        Issue.record("it has not stopped: \(status)")
        return
      }
      #expect(hole.position == Position(more.value - 2) && status.lag > 0)
    }
    // The next one stops there as well: nothing was passed over.
    #expect(try test.read { try $0.view("asking").status().isStopped })
  }

  @Test func aFileThatAnotherProcessWritesIsTakenOverWhenItLetsGo() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    let other = try Ledger.open(test.directory, for: .reading)
    let engine = try engine(FoldedModel(Customer360.self), of: other)
    let source = Beginning(base: other.mapper, end: .zero)
    _ = try engine.rebuild(from: source, now: Ledger.now())
    guard case .open(let kept) = try engine.keep(with: source) else {
      Issue.record("there is a file to keep")
      return
    }
    try await test.serve { served in
      let end = try await served.record(Self.asked("a"))
      let others = served.live.status.map(\.view).filter { $0 != "customer" }
      try await served.wait(for: end, in: others)
      #expect(
        await code {
          try await served.live.wait(for: end, in: ["customer"], until: .now)
        } == "view.behind")
      let status = try #require(served.live.status.first { $0.view == "customer" })
      guard case .failed(let error) = status.doing else {
        Issue.record("somebody else has it: \(status)")
        return
      }
      #expect(error.code == "view.busy")
      try kept.close(forGood: true)
      try await served.wait(for: end, in: ["customer"])
    }
    try expectWhole(test)
  }

  @Test func aRebuildGoesOnBesideWhatComes() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      try await served.record(Self.asked("first"))
      let live = served.live
      async let rebuilding = Threads.result {
        var options = RebuildOptions()
        options.compares = true
        return try live.rebuild("customer", options)
      }
      for number in 0..<20 {
        try await served.wait(for: try await served.record(Self.asked("e\(number)")))
      }
      let made = try await rebuilding.get()
      #expect(made.report.isUnchanged == true && made.report.notInForce == nil)
      let end = try await served.record(Self.asked("last"))
      try await served.wait(for: end)
      #expect(try #require(try served.customer("c1")).position == end)
    }
    try expectWhole(test)
  }

  @Test func whatIsBorrowedComesBackAndGoesOn() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      try await served.wait(for: try await served.record(Self.asked("a")))
      let live = served.live
      let found = await Threads.result {
        try live.lending("customer") { live.status.first { $0.view == "customer" }?.doing }
      }
      #expect(try found.get() == .lent)
      try await served.wait(for: try await served.record(Self.asked("b")))
      _ = try await Threads.result { try live.repair("customer") }.get()
      try await served.wait(for: try await served.record(Self.asked("c")))
    }
    try expectWhole(test)
  }

  @Test func anotherSharingPlanHasTheViewsOfDepartmentsBuiltAnew() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.serve { served in
      try await served.wait(for: try await served.record(Self.asked("a")))
      _ = try await served.ledger.publishPlan(at: History.instant("2026-10-01"))
      try await served.wait(for: served.ledger.log.end)
      try await served.wait(for: try await served.record(Self.asked("b")))
    }
    try expectWhole(test)
  }

  @Test(.timeLimit(.minutes(3))) func whatFollowsByItselfIsAppendedBehindItsCause() async throws {
    let clock = ManualClock(microseconds: History.instant("2026-03-10").microseconds)
    let test = try TestLedger(clock: clock)
    try await test.publish()
    try await test.serve { served in
      let wish = Lines.event(
        "w", "preference.stated", at: "2026-03-02",
        ["topic": "travel.hotel.room", "value": "quiet", "standing": true, "strength": "prefer"])
      let booking = Lines.event(
        "b", "booking.created", at: "2026-03-09",
        [
          "bookingId": "B", "topic": "travel.hotel",
          "slots": [["slot": "room", "startsAt": "2026-04-09T00:00:00Z"]],
        ])
      let end = try await served.record(wish + booking)
      try await served.ledger.log.waitForEnd(past: end)
      let found = try served.ledger.mapper.events(
        from: end, countMax: 1, ofTypes: ["action.proposed"])
      #expect(found.events.map(\.causationid) == ["b"])
      try await served.wait(for: served.ledger.log.end)
      #expect(served.live.reactionFailure == nil)
    }
    try expectWhole(test)
  }

  /// However the deadline and whoever keeps it come to pass each other.
  @Test(.timeLimit(.minutes(3))) func aDeadlineThatHasPassedEndsTheWait() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      for _ in 0..<500 {
        let found = await code {
          try await served.live.wait(for: Position(1_000_000), in: ["customer"], until: .now)
        }
        guard found != "view.behind" else { continue }
        Issue.record("\(found ?? "nothing")")
        break
      }
    }
  }

  @Test func waitingEndsWithItsTaskAndWithTheViews() async throws {
    let test = try TestLedger.at("2026-11-01")
    try await test.publish()
    try await test.serve { served in
      let far = Position(1_000_000)
      let live = served.live
      let waiting = Task {
        try await live.wait(for: far, in: ["customer"], until: .farAway)
      }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      #expect(
        await code {
          try await live.wait(for: .zero, in: ["nobody's"], until: .farAway)
        } == "view.unknown")
      let other = Task { try await live.wait(for: far, in: ["customer"], until: .farAway) }
      await live.stop()
      #expect(await code { try await other.value } == "ledger.closed")
      #expect(
        await code { try await live.wait(for: far, in: ["customer"], until: .farAway) }
          == "ledger.closed")
    }
  }
}

/// Threads for what blocks.
private enum Threads {
  static func result<R: Sendable>(
    _ body: @escaping @Sendable () throws -> R
  ) async -> Result<R, any Error> {
    await withCheckedContinuation { continuation in
      DedicatedThread.start(named: "test") {
        continuation.resume(returning: Result { try body() })
      }
    }
  }
}
