// A ledger that is served, for tests: texts as a door gets them, and a deadline that only a fault reaches.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

extension EventTexts {
  /// One event a line.
  init(lines: String) {
    var items: [Item] = []
    let bytes = Array(lines.utf8)
    var start = 0
    for end in bytes.indices where bytes[end] == UInt8(ascii: "\n") {
      items.append(Item(range: start..<end, line: items.count + 1))
      start = end + 1
    }
    self.init(bytes: bytes, items: items)
  }
}

extension ContinuousClock.Instant {
  /// Long enough for the slowest machine; who waits until then has found a fault.
  static var farAway: Self { .now + .seconds(120) }
}

extension TestLedger {
  /// Opens for writing, serves, and stops.
  func serve<Result>(
    _ hear: @escaping LiveViews.Hear = { _, _ in },
    _ body: (ServedLedger) async throws -> Result
  ) async throws -> Result {
    let clock = clock
    let ledger = try Ledger.open(
      directory, for: .writing, clock: { clock?.time ?? Ledger.now() })
    let served = ledger.serve(hear)
    do {
      let result = try await body(served)
      try await served.stop()
      try await ledger.close()
      return result
    } catch {
      try await served.stop()
      try await ledger.close()
      throw error
    }
  }
}

extension ServedLedger {
  /// Appends, and expects that everything is recorded. Returns where the ledger ends then.
  @discardableResult
  func record(_ lines: String) async throws -> Position {
    let answers = try await ledger.append(EventTexts(lines: lines))
    for answer in answers { #expect(answer.position != nil, "\(answer)") }
    return Position((answers.compactMap { $0.position?.value }.max() ?? 0) + 1)
  }

  func wait(for position: Position, in views: [String]? = nil) async throws {
    try await live.wait(
      for: position, in: views ?? live.status.map(\.view), until: .farAway)
  }
}

/// The code of the error that `body` throws.
func code(_ body: () async throws -> Void) async -> String? {
  do {
    try await body()
    return nil
  } catch {
    return LedgerError(any: error).code
  }
}
