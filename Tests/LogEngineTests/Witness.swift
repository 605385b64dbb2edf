// What a test knows of a log from outside, and the check that a log left by a fault keeps every promise.
import Disk
import JSONBytes
import RapportTesting
import Synchronization
import Testing
import Transparency

@testable import LogEngine

/// Remembers what was tried, what was answered, and what readers saw.
final class Witness: Sendable {
  enum Outcome: Hashable, Sendable {
    case acknowledged([Position])
    /// The answer said that nothing was recorded.
    case refused
    /// The answer said that it is not known, or none came.
    case unknown
  }

  struct Attempt: Sendable {
    var events: [NewEvent]
    var ids: [String]
    var outcome = Outcome.unknown
  }

  private struct State: Sendable {
    var attempts: [Attempt] = []
    var bytes: [UInt64: [UInt8]] = [:]
    var roots: [UInt64: String] = [:]
    var seen: [[UInt8]] = []
    var answersMayBeLost = false
  }

  private let state = Mutex(State())

  /// Knows that these appends were recorded, one after another, before it came.
  init(recorded: [[String]] = []) {
    var next: UInt64 = 0
    for ids in recorded {
      let positions = ids.indices.map { Position(next + UInt64($0)) }
      next += UInt64(ids.count)
      state.withLock { state in
        state.attempts.append(
          Attempt(
            events: ids.map { event($0) }, ids: ids, outcome: .acknowledged(positions)))
      }
    }
  }

  var attempts: [Attempt] { state.withLock { $0.attempts } }
  var acknowledgedCount: Int {
    attempts.count { if case .acknowledged = $0.outcome { true } else { false } }
  }

  /// The power will fail: what a machine says then, nobody hears, and "not recorded" proves nothing.
  func expectPowerCut(_ isExpected: Bool = true) {
    state.withLock { $0.answersMayBeLost = isExpected }
  }

  /// Appends, and remembers the answer. Returns it.
  @discardableResult
  func append(
    _ ids: [String], subject: String = "c1", expecting: [LogEngine.Expectation] = [],
    to log: EventLog,
    on disk: SimulatedFileSystem? = nil
  ) async -> AppendError? {
    let events = ids.map { event($0, subject) }
    let number = state.withLock { state in
      state.attempts.append(Attempt(events: events, ids: ids))
      return state.attempts.count - 1
    }
    do throws(AppendError) {
      let positions = try await log.append(events, expecting: expecting)
      if let disk {
        #expect(
          !disk.calls.contains { call in
            // A segment that could not be synced costs nothing: its journal stays.
            call.operation == .sync && call.failure != nil
              && (call.path.contains(".journal") || call.path.hasSuffix("/log"))
          },
          "nothing is acknowledged behind a failed sync")
      }
      state.withLock { $0.attempts[number].outcome = .acknowledged(positions) }
      remember(positions, of: log)
      return nil
    } catch {
      if case .outcomeUnknown = error { return error }
      state.withLock { state in
        if case .halted = error, state.answersMayBeLost { return }
        state.attempts[number].outcome = .refused
      }
      return error
    }
  }

  /// The exact bytes at these positions, and the root where a frame ends. A disk without power cannot tell them.
  private func remember(_ positions: [Position], of log: EventLog) {
    for position in positions {
      guard let batch = try? log.read(.bytes, from: position), let row = batch.rows.first else {
        continue
      }
      let bytes = Array(batch.bytes(row))
      state.withLock { $0.bytes[position.value] = bytes }
    }
    guard let last = positions.max() else { return }
    let size = last.advanced(by: 1)
    if let root = try? log.root(at: size) {
      state.withLock { $0.roots[size.value] = root }
    }
  }

  /// Reads what a reader of another process sees, and checks that it goes on from what was seen before. Throws where
  /// there is damage: whoever looks knows whether the device refused a read.
  func look(_ reader: EventLog) throws {
    _ = try reader.refresh()
    if let found = reader.damage.first { throw ReadError.corrupt(found) }
    let before = state.withLock { $0.seen }
    #expect(reader.end.value >= UInt64(before.count), "a reader never goes back")
    let more = try reader.entries(from: Position(UInt64(before.count)))
    state.withLock { $0.seen = before + more }
  }

  // MARK: What must hold

  /// Opens the log for writing, checks every promise, and leaves it closed with everything recorded that was tried.
  /// `place` is for the message. A witness that `goesOn` with this ledger remembers that it was recorded.
  func check(_ ledger: TestLedger, _ place: String, goesOn: Bool = false) async throws {
    let log: EventLog
    do throws(OpenError) {
      log = try ledger.open().log
    } catch {
      guard case .noLedger = error, acknowledgedCount == 0 else {
        Issue.record("\(place): \(error.sentence)")
        return
      }
      try ledger.create()
      log = try ledger.open().log
    }
    let entries = try log.entries()
    let report = log.verify()
    #expect(report.findings.isEmpty, "\(place): \(report.findings)")
    #expect(report.events == UInt64(entries.count), "\(place)")
    #expect(report.root == JournalReading.root(entries).hex, "\(place): the tree is another")
    let ids = try entries.map { try JSONDocument(scanning: $0).root["id"]?.string ?? "" }
    #expect(Set(ids).count == ids.count, "\(place): an id stands twice")
    checkAttempts(ids, place)
    checkBytes(entries, place)
    try await checkRetries(log, place, goesOn: goesOn)
    try await log.close()
    // Recovering again finds the same.
    let again = try ledger.open()
    #expect(again.report.wasClosed, "\(place)")
    #expect(again.report.quarantined.isEmpty, "\(place)")
    #expect(again.log.root == log.root, "\(place)")
    try await again.log.close()
  }

  /// Acknowledged: there, once. Refused: not there, unless recorded by another attempt. Unknown: whole or not at all.
  private func checkAttempts(_ ids: [String], _ place: String) {
    let there = Set(ids)
    var accounted: Set<String> = []
    for attempt in attempts where attempt.outcome != .refused { accounted.formUnion(attempt.ids) }
    for attempt in attempts {
      let found = attempt.ids.filter { there.contains($0) }
      switch attempt.outcome {
      case .acknowledged(let positions):
        for (id, position) in zip(attempt.ids, positions) {
          let stored = position.value < UInt64(ids.count) ? ids[Int(position.value)] : "nothing"
          #expect(stored == id, "\(place): position \(position) holds \(stored), not \(id)")
        }
      case .refused:
        let stray = found.filter { !accounted.contains($0) }
        #expect(stray.isEmpty, "\(place): \(stray) was said not to be recorded")
      case .unknown:
        #expect(
          found.isEmpty || found.count == attempt.ids.count,
          "\(place): \(found) is half of an append")
      }
    }
    let tried = Set(attempts.flatMap(\.ids))
    #expect(there.isSubset(of: tried), "\(place): nobody appended \(there.subtracting(tried))")
  }

  private func checkBytes(_ entries: [[UInt8]], _ place: String) {
    let (bytes, roots, seen) = state.withLock { ($0.bytes, $0.roots, $0.seen) }
    for (position, remembered) in bytes {
      let isSame = position < UInt64(entries.count) && entries[Int(position)] == remembered
      #expect(isSame, "\(place): the bytes at \(position) have changed")
    }
    for (size, root) in roots where size <= UInt64(entries.count) {
      #expect(
        JournalReading.root(entries.prefix(Int(size))).hex == root,
        "\(place): the root at \(size) has changed")
    }
    #expect(
      entries.starts(with: seen), "\(place): what a reader saw is not the beginning of the log")
  }

  /// Whoever got no answer sends again: what is there keeps its position, the rest is recorded once.
  private func checkRetries(_ log: EventLog, _ place: String, goesOn: Bool) async throws {
    let all = attempts
    let tickets = try all.map { try log.submit($0.events) }
    for (number, ticket) in tickets.enumerated() {
      let positions = try await ticket.receipt().positions
      if case .acknowledged(let before) = all[number].outcome {
        #expect(positions == before, "\(place): a retry gives other positions")
      }
      if goesOn { state.withLock { $0.attempts[number].outcome = .acknowledged(positions) } }
    }
    #expect(Set(try log.ids()) == Set(all.flatMap(\.ids)), "\(place)")
    #expect(log.verify().findings.isEmpty, "\(place)")
  }
}
