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
    case .catalogueChanged:
      "what its events are read by has changed: schemas, the sharing plan, or its own definition"
    case .tablesAltered: "its tables are not those that this program makes"
    case .otherLedger: "its file was made from other events than this ledger holds"
    case .farBehind(let events): "it was \(events) events behind, more than it held"
    }
  }
}

/// How a rebuild is done, and what stops it.
package struct RebuildOptions: Sendable {
  /// Builds and compares, and puts nothing in force.
  package var isDry = false
  /// Compares with the file in force, row by row.
  package var compares = false
  /// Stops where any row differs from the file in force.
  package var expectsUnchanged = false
  /// Holes that are known and accepted; any other stops the rebuild. Nil accepts all.
  package var acceptedHoles: Set<Position>?

  /// A rebuild that puts in force whatever comes of it.
  package init() {}
}

/// Why a new file was not put in force.
package enum RebuildStop: Hashable, Sendable {
  /// Nothing else was asked for.
  case dryRun
  /// Rows differ, and none was to.
  case changed
  /// No row was to differ, and the file in force could not be compared.
  case notCompared
  /// Events that cannot be taken in, and are not accepted: the first few, and how many.
  case holes([Hole], count: Int)
}

/// What a rebuild did.
package struct RebuildReport: Hashable, Sendable {
  /// A file's rows.
  package struct Rows: Hashable, Sendable {
    package var position: Position
    package var digest: ContentDigest
  }

  package var reason: RebuildReason
  /// The file that was in force; nil where there was none that could be read, or nobody wanted to compare.
  package var before: Rows?
  /// The new file at the same position; nil where there was nothing to compare with.
  package var compared: Rows?
  /// What differs between the two, if that was asked for.
  package var difference: ModelDifference?
  /// How far the new file has got.
  package var progress: Progress
  package var digest: ContentDigest
  /// Events that could not be taken in, in log order.
  package var holes: [Hole]
  /// The event at which the model stopped; nil where it goes on.
  package var stopped: Hole?
  /// Why the new file is not in force; nil where it is.
  package var notInForce: RebuildStop?

  /// Whether old and new hold the same rows; nil where they were not compared.
  package var isUnchanged: Bool? {
    before.flatMap { before in compared.map { $0.digest == before.digest } }
  }
}

/// The moments of a rebuild, for tests that stop at each.
package enum RebuildStep: String, CaseIterable, Sendable {
  case begun, written, finished, compared, caughtUp, inForce
}

extension ProjectionEngine {
  /// Builds the model anew and puts it in force; the old file stays in force until then and is kept beside it.
  ///
  /// Killed at any moment, it leaves the old file in force; what it left behind is removed by the next rebuild.
  /// Throws ``ProjectionError/rebuildRunning(model:)`` at once if another is at work. `now` is written into the file
  /// as its build time and decides nothing.
  package func rebuild(
    from source: any EventSource, now: Timestamp, _ options: RebuildOptions = RebuildOptions(),
    at step: (RebuildStep) throws -> Void = { _ in }
  ) throws -> RebuildReport {
    try translatingErrors {
      try folder.create()
      let running = ProjectionError.rebuildRunning(model: model.name)
      return try ViewLock.holding(folder.rebuildLock, orThrow: running) {
        try rebuildLocked(from: source, now: now, because: .asked, options, at: step)
      }
    }
  }

  /// The rebuild itself, for the holder of the lock of rebuilds.
  func rebuildLocked(
    from source: any EventSource, now: Timestamp, because reason: RebuildReason,
    _ options: RebuildOptions = RebuildOptions(), at step: (RebuildStep) throws -> Void
  ) throws -> RebuildReport {
    let old = folder.current()
    // The file before the one in force stays, to go back to, until a new one is in force.
    let previous = try old.flatMap { try folder.previous(to: $0) }
    try folder.removeLitter(keeping: previous)
    let build = try folder.nextBuild()
    do {
      try confirm()
      try step(.begun)
      try source.refresh()
      let limit = try comparable(old, with: source, options)?.position ?? source.end
      let (made, stopped) = try write(from: source, upTo: limit, now: now, build: build)
      try step(.written)
      try folder.finish(build)
      try step(.finished)
      return try withWriterLock {
        try source.refresh()
        var report = RebuildReport(
          reason: reason, progress: made.progress, digest: made.digest, holes: made.holes,
          stopped: stopped)
        try compare(old, with: build, of: source, options, &report)
        try step(.compared)
        report.notInForce = options.stop(report, hasOld: old != nil)
        if report.notInForce == nil { try carryFeed(from: old, to: build, of: source, &report) }
        if report.notInForce == nil { try catchUp(build, with: source, options, &report) }
        try step(.caughtUp)
        guard report.notInForce == nil else {
          try folder.removeLitter(keeping: previous)
          return report
        }
        try confirm()
        try folder.putInForce(build)
        try step(.inForce)
        try folder.removeLitter(keeping: old)
        return report
      }
    } catch {
      // The error that stopped the rebuild is the one to tell; what cannot be removed now, the next rebuild removes.
      try? folder.removeLitter(keeping: previous)
      throw error
    }
  }

  /// How far the old file has got, where the new one is to be compared with it there. A file of other events, one that
  /// cannot be read, or one that has most of the way before it is not compared.
  private func comparable(
    _ old: Int?, with source: any EventSource, _ options: RebuildOptions
  ) throws -> Progress? {
    guard options.compares || options.expectsUnchanged, let old,
      // The old file may be damaged: then there is nothing to compare with, and the report says so.
      let progress = try? progress(ofBuild: old), progress.position <= source.end,
      try source.isRoot(progress.treeRoot, at: progress.position)
    else { return nil }
    let missing = source.end.value - progress.position.value
    return missing > 20_000 && missing > progress.position.value ? nil : progress
  }

  private func write(
    from source: any EventSource, upTo limit: Position, now: Timestamp, build: Int
  ) throws -> (ModelFile.Contents, stopped: Hole?) {
    let file = folder.unfinishedFile(ofBuild: build)
    let made = try write(from: source, upTo: limit, now: now, file: file)
    guard model.onError == .stop, let hole = made.holes.first else { return (made, nil) }
    // Once more, up to the commit that holds the event.
    try ViewCalls.remove(file)
    var end = Position.zero
    while true {
      let next = try source.events(from: end, countMax: 1, ofTypes: []).next
      if next > hole.position || next == end { break }
      end = next
    }
    var shorter = try write(from: source, upTo: end, now: now, file: file)
    let live = try LiveModel(model, file)
    try live.stop(at: hole)
    try live.close()
    shorter.holes = [hole]
    shorter.progress.holes = 1
    return (shorter, hole)
  }

  private func write(
    from source: any EventSource, upTo limit: Position, now: Timestamp, file: String
  ) throws -> ModelFile.Contents {
    try ModelFile.make(
      model, from: source, upTo: limit, catalogue: catalogue, root: { try source.root(at: $0) },
      builtAt: now, limits, file: file)
  }

  /// Compares old and new where the old one stands now.
  private func compare(
    _ old: Int?, with build: Int, of source: any EventSource, _ options: RebuildOptions,
    _ report: inout RebuildReport
  ) throws {
    guard let old, let then = try comparable(old, with: source, options) else { return }
    // Somebody may have fed the old file meanwhile.
    if report.progress.position < then.position {
      try feed(build, UpTo(base: source, end: then.position), &report)
    }
    guard report.progress.position == then.position else { return }
    // What cannot be read any more cannot be compared; the report shows that it was not.
    guard let before = try? contents(ofBuild: old) else { return }
    report.before = .init(position: then.position, digest: before.digest)
    report.compared = .init(position: then.position, digest: report.digest)
    if options.compares {
      report.difference = try difference(
        from: before.digest, of: old, to: report.digest, of: build, source, then.position)
    }
  }

  /// Where somebody follows the model: adds what differs as changes, before the new file takes in more.
  private func carryFeed(
    from old: Int?, to build: Int, of source: any EventSource, _ report: inout RebuildReport
  ) throws {
    guard let old, let position = try feedPosition(of: old, source) else { return }
    if report.stopped == nil, report.progress.position < position {
      try feed(build, UpTo(base: source, end: position), &report)
    }
    // A model that stops before an event has fewer rows than the old one: who follows begins again with them.
    guard report.progress.position >= position else { return }
    try carryFeed(from: old, to: build)
  }

  /// Takes in what was appended while the file was written.
  private func catchUp(
    _ build: Int, with source: any EventSource, _ options: RebuildOptions,
    _ report: inout RebuildReport
  ) throws {
    guard report.stopped == nil, report.progress.position < source.end else { return }
    try feed(build, source, &report)
    report.notInForce = options.stop(report, hasOld: false)
  }

  private func feed(
    _ build: Int, _ source: any EventSource, _ report: inout RebuildReport
  ) throws {
    let live = try LiveModel(model, folder.file(ofBuild: build))
    report.stopped = try apply(source, to: live, from: report.progress.position).hole
    try live.close()
    let contents = try contents(ofBuild: build)
    report.progress = contents.progress
    report.digest = contents.digest
    report.holes = contents.holes
  }
}

extension RebuildOptions {
  /// What stops the new file from coming into force.
  fileprivate func stop(_ report: RebuildReport, hasOld: Bool) -> RebuildStop? {
    if let accepted = acceptedHoles {
      let unknown = report.holes.filter { !accepted.contains($0.position) }
      if !unknown.isEmpty { return .holes(Array(unknown.prefix(5)), count: unknown.count) }
    }
    if expectsUnchanged, report.isUnchanged == false { return .changed }
    if expectsUnchanged, hasOld, report.isUnchanged == nil { return .notCompared }
    return isDry ? .dryRun : nil
  }
}

/// Another source, up to a position.
private struct UpTo: EventSource {
  let base: any EventSource
  let end: Position

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    try base.events(from: start, before: end, countMax: countMax, ofTypes: types)
  }

  func root(at end: Position) throws -> String { try base.root(at: end) }

  func isRoot(_ root: String, at end: Position) throws -> Bool {
    try base.isRoot(root, at: end)
  }

  func customers(before end: Position) throws -> CustomerMap { try base.customers(before: end) }

  func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent] {
    try base.history(of: subjects, before: end)
  }
}
