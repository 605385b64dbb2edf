// Making a read model again from position 0, beside the one in force.

package import JSONBytes
package import LogEngine
import GRDB

/// Why a read model is built anew. Never silently: whoever asked for the model is told.
package enum RebuildReason: Hashable, Sendable {
  case asked
  case missing
  case damaged(String)
  /// The fold changed: versions of the projector.
  case projectorChanged(from: Int, to: Int)
  /// Schemas, upcasts or policy changed.
  case catalogueChanged
  /// Tables, indexes or SQL views are not those of the projector: another program altered the file.
  case tablesAltered
  /// The file was folded from other events than this ledger's.
  case otherLedger
  /// So many events are missing that folding all anew costs less.
  case farBehind(events: UInt64)

  /// A clause for people: "the view was built anew: …".
  package var sentence: String {
    switch self {
    case .asked: "you asked for it"
    case .missing: "it did not exist yet"
    case .damaged(let finding): "its file could not be read (\(finding))"
    case .projectorChanged(let from, let to): "its fold changed from version \(from) to \(to)"
    case .catalogueChanged: "the schemas that its events are read by have changed"
    case .tablesAltered: "another program altered its tables"
    case .otherLedger: "its file was made from other events than this ledger holds"
    case .farBehind(let events): "it was \(events) events behind, more than it held"
    }
  }
}

/// What a rebuild did.
package struct RebuildReport: Hashable, Sendable {
  package var reason: RebuildReason
  /// The file that was in force: its position and content digest; nil where there was none that could be read.
  package var before: (position: Position, digest: ContentDigest)? {
    positionBefore.flatMap { position in digestBefore.map { (position, $0) } }
  }
  var positionBefore: Position?
  var digestBefore: ContentDigest?
  /// How far the new file has got.
  package var progress: Progress
  package var digest: ContentDigest

  /// Whether old and new hold the same rows; nil where they cannot be compared.
  package var isUnchanged: Bool? {
    before.flatMap { $0.position == progress.position ? $0.digest == digest : nil }
  }
}

/// The moments of a rebuild, for tests that stop at each.
package enum RebuildStep: String, CaseIterable, Sendable {
  case begun, folded, written, finished, caughtUp, inForce
}

extension ProjectionEngine {
  /// Builds the model anew and puts it in force; the old file stays in force until then and is kept beside it.
  ///
  /// Killed at any moment, it leaves the old file in force; what it left behind is removed by the next rebuild.
  /// Throws ``ProjectionError/rebuildRunning(model:)`` at once if another is at work. `now` is written into the file
  /// as its build time and decides nothing.
  package func rebuild(
    from source: any EventSource, now: Timestamp,
    at step: (RebuildStep) throws -> Void = { _ in }
  ) throws -> RebuildReport {
    try translatingErrors {
      try folder.create()
      let running = ProjectionError.rebuildRunning(model: P.name)
      return try ViewLock.holding(folder.rebuildLock, orThrow: running) {
        try rebuildLocked(from: source, now: now, because: .asked, at: step)
      }
    }
  }

  /// The rebuild itself, for the holder of the lock of rebuilds.
  func rebuildLocked(
    from source: any EventSource, now: Timestamp, because reason: RebuildReason,
    at step: (RebuildStep) throws -> Void
  ) throws -> RebuildReport {
    let old = folder.current()
    try folder.removeLitter(keeping: try old.flatMap { try folder.previous(to: $0) })
    let build = try folder.nextBuild()
    do {
      try step(.begun)
      let fold = try foldAll(from: source)
      try step(.folded)
      let written = try write(fold, root: try source.root(at: fold.next), now: now, build: build)
      try step(.written)
      try folder.finish(build)
      try step(.finished)
      return try withWriterLock {
        let made = try catchUp(build, with: source) ? try contents(ofBuild: build) : written
        try step(.caughtUp)
        let report = try report(on: made, because: reason, old: old)
        try folder.putInForce(build)
        try step(.inForce)
        try folder.removeLitter(keeping: old)
        return report
      }
    } catch {
      // The error that stopped the rebuild is the one to tell; what cannot be removed now, the next rebuild removes.
      try? folder.removeLitter(keeping: old)
      throw error
    }
  }

  /// Folds every event in memory.
  func foldAll(from source: any EventSource, upTo limit: Position? = nil) throws -> BulkFold<P> {
    var fold = BulkFold<P>()
    while fold.next < limit ?? source.end {
      let left = (limit ?? source.end).value - fold.next.value
      let batch = try source.events(
        from: fold.next, countMax: Int(min(left, 8_192)), ofTypes: P.eventTypes)
      guard batch.next > fold.next else { break }
      fold.fold(batch)
    }
    return fold
  }

  private typealias Contents = (progress: Progress, digest: ContentDigest)

  private func write(
    _ fold: BulkFold<P>, root: String, now: Timestamp, build: Int
  ) throws -> Contents {
    let queue = try ModelFile.openFresh(folder.unfinishedFile(ofBuild: build))
    let contents = try queue.write { db in
      try ModelFile.write(
        [fold], catalogueDigest: catalogueDigest, root: root, builtAt: now, into: db)
    }
    try queue.close()
    return contents
  }

  /// Takes in what was appended while the file was written; false if nothing was.
  private func catchUp(_ build: Int, with source: any EventSource) throws -> Bool {
    guard let progress = try progress(ofBuild: build), progress.position < source.end else {
      return false
    }
    let model = try LiveModel<P>(folder.file(ofBuild: build))
    _ = try apply(source, to: model, from: progress.position)
    try model.close()
    return true
  }

  private func report(
    on made: Contents, because reason: RebuildReason, old: Int?
  ) throws -> RebuildReport {
    // The old file may be damaged: then there is nothing to compare with, and the reason says so.
    let before = try? old.map { try contents(ofBuild: $0) }
    return RebuildReport(
      reason: reason, positionBefore: before?.progress.position, digestBefore: before?.digest,
      progress: made.progress, digest: made.digest)
  }
}
