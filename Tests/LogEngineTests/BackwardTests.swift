import JSONBytes
import RapportTesting
import Testing

@testable import LogEngine

/// Reading backward gives what reading forward gives, the newest first.
@Suite struct BackwardTests {
  private struct Read: Equatable {
    var position: Position
    var entry: [UInt8]
  }

  private func forward(_ log: EventLog, _ selection: Selection) throws -> [Read] {
    var found: [Read] = []
    var next = Position.zero
    while next < log.end {
      let batch = try log.read(selection, from: next)
      found += batch.rows.map { Read(position: $0.position, entry: Array(batch.bytes($0))) }
      next = batch.next
    }
    return found
  }

  private func backward(
    _ log: EventLog, _ selection: Selection, before end: Position
  ) throws -> [Read] {
    var found: [Read] = []
    var end = end
    while end > .zero {
      let batch = try log.read(selection, before: end)
      found += batch.rows.map { Read(position: $0.position, entry: Array(batch.bytes($0))) }
      try #require(batch.next < end, "each batch leads on")
      end = batch.next
    }
    return found
  }

  private let selections = [
    .all, .bytes, Selection(types: ["test.other"]), Selection(types: ["no.such"]),
    Selection(customer: "c1"), Selection(customer: "nobody"),
    Selection(customer: "c3", types: ["test.noted"]),
  ]

  @Test func segmentsAndFramesFromEveryEnd() async throws {
    let sealed = try await SealedLedger()
    let log = try sealed.ledger.openForReading().log
    for selection in selections {
      let all = try forward(log, selection)
      for end in 1...log.end.value {
        let expected = all.filter { $0.position.value < end }.reversed()
        #expect(try backward(log, selection, before: Position(end)) == Array(expected))
      }
    }
  }

  @Test func aSegmentOfMoreEventsThanOneBatchHas() async throws {
    let ledger = try TestLedger.make(on: SimulatedFileSystem(seed: 1))
    let log = try ledger.open().log
    for start in stride(from: 0, to: 5_000, by: 500) {
      _ = try await log.append(
        (start..<start + 500).map { number in
          testEvent(
            id: "\(number)", source: "/test", subject: number % 5 == 0 ? "c2" : "c1",
            type: number % 3 == 0 ? "test.other" : "test.noted", data: [:])
        })
    }
    _ = await log.seal()
    #expect(log.fileCounts.segments == 1)
    for selection in selections {
      let all = try forward(log, selection)
      for end: UInt64 in [1, 2_047, 2_048, 2_049, 4_096, 4_999, 5_000] {
        let expected = all.filter { $0.position.value < end }.reversed()
        #expect(try backward(log, selection, before: Position(end)) == Array(expected))
      }
    }
    try await log.close()
  }
}
