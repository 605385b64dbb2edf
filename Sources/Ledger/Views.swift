// The read models of a ledger, by name: kept up to date, built anew, asked, checked.

package import JSONBytes
import EventCatalog
import LogEngine
import Projection
import ReadModels
import Transparency

/// A read model as commands see it. What a user calls a view.
package protocol View: Sendable {
  /// Hears how far the work is: events done, all events.
  typealias Hear = @Sendable (UInt64, UInt64) -> Void

  var name: String { get }
  /// Takes in what the log holds and the model does not.
  /// `hear` is told of events done and of all events.
  func catchUp(_ hear: @escaping Hear) throws -> ViewProgress
  /// Builds the model anew beside the one in force, and puts it in force.
  func rebuild(_ hear: @escaping Hear) throws -> ViewRebuild
  /// Runs one read-only SQL statement: hands the names of its columns to `columns`, no two of them alike, then each row
  /// to `row`. Memory does not grow with the rows.
  func query(
    _ sql: String, columns: ([String]) throws -> Void, row: ([JSONValue]) throws -> Void
  ) throws
  /// How the model stands; brings nothing up to date.
  func status() throws -> ViewStatus
  /// Compares the model with one folded anew from the events.
  func check() throws -> ViewCheck
}

/// What bringing a view up to date did.
package struct ViewProgress: Hashable, Sendable {
  package var view: String
  /// The number of events the view now stands on.
  package var position: UInt64
  /// Why it was built anew; nil where it was not.
  package var rebuiltBecause: String?
}

/// What a rebuild made, and whether it is what was there.
package struct ViewRebuild: Hashable, Sendable {
  package var view: String
  package var position: UInt64
  package var rows: Int
  package var digest: String
  /// Of the model that was in force, if it could be read.
  package var digestBefore: String?
  package var positionBefore: UInt64?
  /// Whether old and new hold the same rows; nil where they stand on different numbers of events.
  package var isUnchanged: Bool?

  package var json: JSONValue {
    .object([
      "view": .string(view), "position": .integer(position), "rows": .integer(rows),
      "digest": .string(digest), "positionBefore": positionBefore.map { .integer($0) } ?? .null,
      "digestBefore": digestBefore.map { .string($0) } ?? .null,
      "unchanged": isUnchanged.map { .bool($0) } ?? .null,
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
  /// Content digest, computed now; nil where there is no file.
  package var digest: String?
  package var rows: Int?
  package var holes: Int
  /// Why the next use builds it anew; nil if it does not.
  package var finding: String?

  package var json: JSONValue {
    .object([
      "view": .string(view), "version": .integer(version),
      "position": position.map { .integer($0) } ?? .null, "lag": .integer(lag),
      "digest": digest.map { .string($0) } ?? .null, "rows": rows.map { .integer($0) } ?? .null,
      "holes": .integer(holes), "finding": finding.map { .string($0) } ?? .null,
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

extension View {
  /// Without anybody who hears how far it is.
  package func catchUp() throws -> ViewProgress { try catchUp { _, _ in } }
  /// Without anybody who hears how far it is.
  package func rebuild() throws -> ViewRebuild { try rebuild { _, _ in } }
}

/// Events as another source gives them, and somebody who hears how far they were read.
private struct WatchedSource: EventSource {
  let base: any EventSource
  let hear: View.Hear

  var end: Position { base.end }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    let batch = try base.events(from: start, countMax: countMax, ofTypes: types)
    hear(batch.next.value, base.end.value)
    return batch
  }

  func root(at end: Position) throws -> String { try base.root(at: end) }
}

/// A read model of an open ledger.
struct LedgerView<P: Projector>: View {
  let ledger: Ledger
  let engine: ProjectionEngine<P>

  init(_ ledger: Ledger) {
    self.ledger = ledger
    engine = ProjectionEngine(
      folder: "\(ledger.directory)/views", catalogueDigest: ledger.catalogueDigest)
  }

  var name: String { P.name }

  func catchUp(_ hear: @escaping Hear) throws -> ViewProgress {
    let source = WatchedSource(base: ledger.mapper, hear: hear)
    let done = try engine.catchUp(with: source, now: Ledger.now())
    return ViewProgress(
      view: name, position: done.position.value, rebuiltBecause: done.rebuilt?.reason.sentence)
  }

  func rebuild(_ hear: @escaping Hear) throws -> ViewRebuild {
    let source = WatchedSource(base: ledger.mapper, hear: hear)
    let report = try engine.rebuild(from: source, now: Ledger.now())
    return ViewRebuild(
      view: name, position: report.progress.position.value, rows: report.digest.rows,
      digest: report.digest.digest, digestBefore: report.before?.digest.digest,
      positionBefore: report.before?.position.value, isUnchanged: report.isUnchanged)
  }

  func query(
    _ sql: String, columns: ([String]) throws -> Void, row: ([JSONValue]) throws -> Void
  ) throws {
    try engine.query(
      sql, columns: { try columns(QueryResult.memberNames($0)) },
      row: { try row($0.map(\.json)) })
  }

  func status() throws -> ViewStatus {
    let status = try engine.status(end: ledger.log.end)
    var digest: ContentDigest?
    // A file that cannot be read has no digest; the finding says why.
    if status.progress != nil { digest = try? engine.contentDigest() }
    return ViewStatus(
      view: name, version: status.version, position: status.progress?.position.value,
      lag: status.lag, digest: digest?.digest, rows: digest?.rows,
      holes: status.progress?.holes ?? 0, finding: status.finding?.sentence)
  }

  func check() throws -> ViewCheck {
    let found: ModelVerification
    do {
      found = try engine.verify(against: ledger.mapper)
    } catch ProjectionError.missing {
      // Derived, so disposable: a view that is not there is not wrong.
      return ViewCheck(
        view: name, isEqual: true, digest: nil, expected: nil, finding: "there is no file yet")
    }
    var finding = found.finding.map { "it must be built anew: \($0.sentence)" }
    if finding == nil, !found.isWhole {
      finding =
        "these tables differ from the events: \(found.tablesDiffering.joined(separator: ", "))"
    }
    return ViewCheck(
      view: name, isEqual: found.isWhole, digest: found.found?.digest,
      expected: found.expected?.digest, finding: finding)
  }
}

extension Ledger {
  /// The views that this ledger keeps: those that ship, where it has the event types that ship.
  package var views: [any View] {
    switch log.description.catalogue {
    case .shipped: [LedgerView<Customer360>(self)]
    case .own: []
    }
  }

  /// The view called `name`.
  package func view(_ name: String) throws -> any View {
    guard let view = views.first(where: { $0.name == name }) else {
      let names = views.map(\.name).joined(separator: ", ")
      throw LedgerError(
        "view.unknown",
        names.isEmpty
          ? "this ledger keeps no views" : "there is no view of that name; there is \(names)",
        .missingInput)
    }
    return view
  }

  /// Brings every view up to date. Returns what was done. `hear` is told of events done and of all events.
  package func catchUpViews(
    _ hear: @escaping @Sendable (UInt64, UInt64) -> Void = { _, _ in }
  ) throws -> [ViewProgress] {
    try views.map { try $0.catchUp(hear) }
  }

  /// SHA-256 over the schemas by which events are read, in the order of their names.
  var catalogueDigest: String {
    var hasher = ContentHasher()
    for (name, text) in catalog.canonicalTexts {
      hasher.update(Array("\(name)\n\(text.count)\n".utf8))
      hasher.update(text)
    }
    return hasher.hex()
  }
}

extension ViewProgress {
  /// The reason of a view that is made for the first time.
  package static let firstBuild = RebuildReason.missing.sentence
}
