// What is told of views: plain values, and their JSON.

package import JSONBytes
import LogEngine
package import Projection

/// What bringing a view up to date did.
package struct ViewProgress: Hashable, Sendable {
  package var view: String
  /// The number of events the view now stands on.
  package var position: UInt64
  /// Why it was built anew; nil where it was not.
  package var rebuiltBecause: String?
  /// The event at which the view stopped, and why; nil where it goes on.
  package var stopped: String?
  /// Why it could not be brought up to date; nil where it was.
  package var failure: LedgerError?
  /// Whether a rollback that had been broken off was brought to its end.
  package var wentBack = false
  /// The version of the definition that came back with a file; nil where the definition is as it was.
  package var definition: Int?
}

/// What a rebuild made, whether it is what was there, and whether it is in force.
package struct ViewRebuild: Hashable, Sendable {
  package var view: String
  package var report: RebuildReport
  package var took: Duration

  package var position: UInt64 { report.progress.position.value }
  package var rows: Int { report.digest.rows }
  package var digest: String { report.digest.digest }
  /// Of the model that was in force, if it could be read and was compared.
  package var digestBefore: String? { report.before?.digest.digest }
  package var positionBefore: UInt64? { report.before?.position.value }
  /// Whether old and new hold the same rows at the same position; nil where they were not compared.
  package var isUnchanged: Bool? { report.isUnchanged }

  package var json: JSONValue {
    .object([
      "view": .string(view), "position": .integer(position), "rows": .integer(rows),
      "digest": .string(digest), "positionBefore": positionBefore.map { .integer($0) } ?? .null,
      "digestBefore": digestBefore.map { .string($0) } ?? .null,
      "unchanged": isUnchanged.map { .bool($0) } ?? .null,
      "inForce": .bool(report.notInForce == nil),
      "stoppedBy": report.notInForce.map { .string($0.code) } ?? .null,
      "holes": .array(report.holes.map(\.json)),
      "milliseconds": .integer(Int64(took / .milliseconds(1))),
      "difference": report.difference.map(\.json) ?? .null,
    ])
  }
}

extension RebuildStop {
  /// Stable; for programs.
  package var code: String {
    switch self {
    case .dryRun: "dryRun"
    case .changed: "changed"
    case .notCompared: "notCompared"
    case .holes: "holes"
    }
  }
}

extension Hole {
  package var json: JSONValue {
    .object([
      "position": .integer(position.value), "type": .string(type),
      "customer": subject.map { .string($0) } ?? .null, "reason": .string(reason),
    ])
  }
}

extension ModelDifference {
  package var json: JSONValue {
    .array(
      tables.map { table in
        .object([
          "table": .string(table.table), "added": .integer(table.added),
          "removed": .integer(table.removed), "changed": .integer(table.changed),
          "columns": .object(
            table.columns.sorted { $0.key < $1.key }
              .map { JSONMember($0.key, .integer($0.value)) }),
          "columnsAdded": .array(table.columnsAdded.map { .string($0) }),
          "columnsRemoved": .array(table.columnsRemoved.map { .string($0) }),
          "samples": .array(table.samples.map(\.json)),
        ])
      })
  }
}

extension RowDifference {
  package var json: JSONValue {
    .object([
      "kind": .string(kind.rawValue), "key": Self.object(key) { $0.after ?? $0.before },
      "before": kind == .added ? .null : Self.object(cells) { $0.before },
      "after": kind == .removed ? .null : Self.object(cells) { $0.after },
      "events": events.map { .array($0.map { .integer($0.value) }) } ?? .null,
      "eventCount": events.map { _ in .integer(eventCount) } ?? .null,
    ])
  }

  private static func object(_ cells: [Cell], _ value: (Cell) -> SQLValue?) -> JSONValue {
    .object(cells.map { JSONMember($0.column, value($0)?.json ?? .null) })
  }
}

/// What a repair did.
package struct ViewRepair: Hashable, Sendable {
  package var view: String
  package var report: RepairReport

  package var json: JSONValue {
    .object([
      "view": .string(view), "customers": .integer(report.customers),
      "holesBefore": .integer(report.holesBefore),
      "holes": .array(report.holes.map(\.json)), "position": .integer(report.position.value),
      "rebuilt": .bool(report.rebuilt != nil),
    ])
  }
}

/// How a view stands.
package struct ViewStatus: Hashable, Sendable {
  package var view: String
  package var version: Int
  /// The number of events the view stands on; nil where there is no file.
  package var position: UInt64?
  /// Events that the log holds and the view does not.
  package var lag: UInt64
  /// Seconds between the recorded times of the last event it holds and of the log's last; nil where it holds none.
  package var lagSeconds: Int64?
  /// Content digest, computed now; nil where there is no file.
  package var digest: String?
  package var rows: Int?
  /// Events that are not in its rows: the first few, and how many.
  package var holes: [Hole]
  package var holeCount: Int
  /// Whether it waits at the first of them.
  package var isStopped: Bool
  /// Why the next use builds it anew; nil if it does not.
  package var finding: String?

  package var json: JSONValue {
    .object([
      "view": .string(view), "version": .integer(version),
      "position": position.map { .integer($0) } ?? .null, "lag": .integer(lag),
      "lagSeconds": lagSeconds.map { .integer($0) } ?? .null,
      "digest": digest.map { .string($0) } ?? .null, "rows": rows.map { .integer($0) } ?? .null,
      "holes": .integer(holeCount), "firstHoles": .array(holes.map(\.json)),
      "stopped": .bool(isStopped), "finding": finding.map { .string($0) } ?? .null,
    ])
  }
}

/// A view compared with one folded anew.
package struct ViewCheck: Hashable, Sendable {
  package var view: String
  package var isEqual: Bool
  package var digest: String?
  package var expected: String?
  /// Why nothing could be compared, or which tables differ; nil where all is well.
  package var finding: String?

  package var json: JSONValue {
    .object([
      "view": .string(view), "equal": .bool(isEqual), "digest": digest.map { .string($0) } ?? .null,
      "expected": expected.map { .string($0) } ?? .null,
      "finding": finding.map { .string($0) } ?? .null,
    ])
  }
}
