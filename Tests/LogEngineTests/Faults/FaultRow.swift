// Tests that stand for rows of the fault matrix (docs/faults.md), how much they try, and the line that counts it.
import Foundation
import RapportTesting
import Synchronization
import Testing

/// Marks a test that stands for a row of the fault matrix.
///
/// At its end it prints `fault-row ROW MEANS runs N violations M NAME`, which tools/faults adds up: a run is one fault
/// with everything that was checked behind it, a violation is an issue that was recorded.
struct FaultRow: TestTrait, TestScoping {
  enum Means: String, Sendable {
    /// The simulated disk.
    case simulated = "SIM"
    /// Bytes and files changed between runs.
    case bytes = "BIT"
    /// Real files, several processes or threads.
    case processes = "PRO"
  }

  let row: Int
  let means: Means

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let tally = FaultTally()
    let counting: IssueHandlingTrait = .compactMapIssues { issue in
      tally.violations.add(1, ordering: .relaxed)
      return issue
    }
    defer { show(tally, test) }
    try await FaultTally.$current.withValue(tally) {
      try await counting.provideScope(for: test, testCase: testCase) {
        do {
          try await function()
        } catch {
          tally.violations.add(1, ordering: .relaxed)
          throw error
        }
      }
    }
  }

  private func show(_ tally: FaultTally, _ test: Test) {
    let violations = tally.violations.load(ordering: .relaxed)
    var runs = tally.runs.withLock { $0 }
    if runs.isEmpty { runs[row] = 1 }
    let rows = runs.keys.sorted()
    for other in rows {
      // The violations of a test count once.
      print(
        "fault-row \(other) \(means.rawValue) runs \(runs[other] ?? 0) "
          + "violations \(other == rows.first ? violations : 0) \(test.name)")
    }
  }
}

extension Trait where Self == FaultRow {
  /// This test stands for a row of the fault matrix.
  static func faultRow(_ row: Int, _ means: FaultRow.Means) -> Self {
    FaultRow(row: row, means: means)
  }
}

/// What the current test has tried.
final class FaultTally: Sendable {
  fileprivate let runs = Mutex<[Int: Int]>([:])
  fileprivate let violations = Atomic(0)
  @TaskLocal fileprivate static var current: FaultTally?

  /// Counts runs of a row. Outside a test that is marked it counts nothing.
  static func countRuns(_ count: Int = 1, of row: Int) {
    current?.runs.withLock { $0[row, default: 0] += count }
  }
}

/// How much a campaign tries: a little in every run of the tests, more in tools/faults, all in `tools/faults --full`.
enum CampaignSize: String, Sendable {
  case tests, small, full

  static let current: CampaignSize = {
    let variables = ProcessInfo.processInfo.environment
    if let named = variables["RAPPORT_CAMPAIGN"].flatMap(CampaignSize.init(rawValue:)) {
      return named
    }
    return variables["RAPPORT_NIGHTLY"] == "1" ? .full : .tests
  }()

  static func pick<Value>(tests: Value, small: Value, full: Value) -> Value {
    switch current {
    case .tests: tests
    case .small: small
    case .full: full
    }
  }
}
