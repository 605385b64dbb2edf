// The front door of a read model: bring it up to date, build it anew, ask it, check it.

import GRDB
package import JSONBytes
package import LogEngine

/// Keeps the file of one read model in a folder `views/`.
///
/// The file in force is named by the link `views/NAME.sqlite`; it is a plain SQLite file that any program may open
/// read-only. Everything in it is derived from the ledger, so a file that is missing, damaged, altered or of another
/// version is built anew and the caller is told why.
package struct ProjectionEngine: Sendable {
  package let model: any ModelDefinition
  let folder: ViewFolder
  /// Digest of schemas, upcasts and policy under which `EventSource` reads events: another one, another file.
  package let catalogue: CatalogueDigest
  /// Events of one live transaction. Where a model is behind, many at a time: pages that several of them touch are
  /// written once.
  package var batchMax = 8_192
  /// Milliseconds to wait for another process that writes the file.
  package var patience = 10_000
  /// Throws where the model is not the one to have in force any more: asked before a file is made, and again, under the
  /// locks, before it comes into force.
  package var confirm: @Sendable () throws -> Void = {}

  /// What a rebuild may take.
  package var limits = BulkLimits()

  /// Opens nothing yet. `folder` is made when something is written.
  package init(_ model: any ModelDefinition, folder: String, catalogue: CatalogueDigest) {
    self.model = model
    self.folder = ViewFolder(folder, model: model.name)
    self.catalogue =
      model.definition.map { catalogue.under(ContentDigest.text(of: Array($0.utf8))) } ?? catalogue
  }

  /// Of a model of one projector.
  package init(_ projector: any Projector.Type, folder: String, catalogue: CatalogueDigest) {
    self.init(FoldedModel(projector), folder: folder, catalogue: catalogue)
  }

  /// The link to the file in force.
  package var link: String { folder.link }

  /// What bringing a model up to date did.
  package struct CatchUp: Hashable, Sendable {
    /// Events taken in one after the other.
    package var applied: UInt64
    /// The rebuild that was needed; nil where none was.
    package var rebuilt: RebuildReport?
    package var position: Position
    /// The event at which the model stopped; nil where it goes on.
    package var stopped: Hole?
    /// Whether it brought a rollback to its end that was broken off.
    package var wentBack = false
  }

  /// Takes in what the ledger holds and the model does not; builds it anew where that is needed.
  ///
  /// Writes nothing, and needs no permission to, where the model is up to date, or where another process that writes
  /// the file brings it there. Throws ``ProjectionError/busy(model:)`` where that takes longer than ``patience``.
  package func catchUp(with source: any EventSource, now: Timestamp) throws -> CatchUp {
    try translatingErrors { () -> CatchUp in
      if let position = try upToDate(with: source) {
        return CatchUp(applied: 0, rebuilt: nil, position: position)
      }
      try folder.create()
      let asked = source.end
      let outcome = try withWriterLock(orWhen: { try fedByOthers(upTo: asked, source) }) {
        try takeIn(source)
      }
      let reason: RebuildReason
      switch outcome {
      case .done(let catchUp): return catchUp
      case .needsRebuild(let why): reason = why
      }
      let running = ProjectionError.rebuildRunning(model: model.name)
      return try ViewLock.holding(folder.rebuildLock, patience: patience, orThrow: running) {
        // Whoever held the lock may have done the work.
        if let position = try upToDate(with: source) {
          return CatchUp(applied: 0, rebuilt: nil, position: position)
        }
        if let done = try finishRollback(with: source) { return done }
        let report = try rebuildLocked(from: source, now: now, because: reason) { _ in }
        return CatchUp(
          applied: 0, rebuilt: report, position: report.progress.position,
          stopped: report.stopped)
      }
    }
  }

  /// Reads the tables of the file in force inside one transaction.
  package func read<R>(_ body: (Tables) throws -> R) throws -> R {
    try translatingErrors {
      guard let build = folder.current() else { throw ProjectionError.missing(model: model.name) }
      return try read(build, body)
    }
  }

  /// How the file in force stands. Costs a look at one row.
  package func status(end: Position) throws -> ModelStatus {
    guard let build = folder.current() else {
      return ModelStatus(
        name: model.name, version: model.version, end: end, progress: nil, finding: .missing)
    }
    do {
      let progress = try translatingErrors { try self.progress(ofBuild: build) }
      let finding = try translatingErrors { try assess(build, progress) }
      return ModelStatus(
        name: model.name, version: model.version, end: end, progress: progress, finding: finding)
    } catch ProjectionError.damaged(_, let finding) {
      return ModelStatus(
        name: model.name, version: model.version, end: end, progress: nil,
        finding: .damaged(finding))
    }
  }

  /// The first events that are not in the rows of the file in force, in log order.
  package func holes(countMax: Int) throws -> [Hole] {
    try read { try Hole.read(from: $0.db, countMax: countMax) }
  }

  /// The content digest of the file in force. Reads all of it.
  package func contentDigest() throws -> ContentDigest {
    try read { try Digest.contents(of: $0.db) }
  }

  /// Folds the ledger anew in memory up to the model's position, and compares. Reads everything once.
  package func verify(against source: any EventSource) throws -> ModelVerification {
    try translatingErrors { () -> ModelVerification in
      try source.refresh()
      guard let build = folder.current() else { throw ProjectionError.missing(model: model.name) }
      if let reason = try assess(build, try progress(ofBuild: build)) {
        return ModelVerification(finding: reason, found: nil, expected: nil)
      }
      let contents = try contents(ofBuild: build)
      let (progress, found) = (contents.progress, contents.digest)
      guard progress.position <= source.end,
        try source.isRoot(progress.treeRoot, at: progress.position)
      else { return ModelVerification(finding: .otherLedger, found: found, expected: nil) }
      let expected = try DatabaseQueue().write { db in
        try ModelFile.make(
          model, from: source, upTo: progress.position, catalogue: catalogue, root: { _ in "" },
          builtAt: progress.builtAt, into: db
        ).digest
      }
      return ModelVerification(finding: nil, found: found, expected: expected)
    }
  }

  /// Runs one read-only SQL statement on the file in force: hands the names of its columns to `columns`, then each row
  /// to `row`. Throws ``ProjectionError/refusedQuery(_:)`` with a sentence for anything but a query.
  package func query(
    _ sql: String, columns: ([String]) throws -> Void, row: ([SQLValue]) throws -> Void
  ) throws {
    guard let build = folder.current() else { throw ProjectionError.missing(model: model.name) }
    // Takes back what a killed writer began, if need be: the query itself may not write.
    _ = try translatingErrors { try progress(ofBuild: build) }
    try ReadOnlyQuery.run(
      sql, on: folder.file(ofBuild: build), model: model.name, columns: columns, row: row)
  }

  /// As `query(_:columns:row:)`, with all rows in memory.
  package func query(_ sql: String) throws -> QueryResult {
    var result = QueryResult(columns: [], rows: [])
    try query(sql, columns: { result.columns = $0 }, row: { result.rows.append($0) })
    return result
  }
}

extension ProjectionEngine {
  enum Outcome {
    case done(CatchUp)
    case needsRebuild(RebuildReason)
  }

  /// Whether and why the file must be built anew; nil if its rows can be trusted as far as a look tells.
  func assess(_ build: Int, _ progress: Progress?) throws -> RebuildReason? {
    guard let progress else { return .damaged("it does not say how far it has got") }
    guard progress.projectorVersion == model.version else {
      return .projectorChanged(from: progress.projectorVersion, to: model.version)
    }
    let definitions = try read(build) { try ModelFile.definitions(in: $0.db) }
    guard try definitions == ModelFile.definitions(of: model) else { return .tablesAltered }
    return try typesChanged(build, progress).isEmpty ? nil : .catalogueChanged
  }

  /// The event types of which the rows were made by other schemas or upcasts than now.
  func typesChanged(_ build: Int, _ progress: Progress) throws -> Set<String> {
    if progress.catalogueDigest == catalogue.whole { return [] }
    let (before, holes) = try read(build) { tables in
      (
        try CatalogueDigest.read(progress, from: tables.db),
        Set(try Hole.read(from: tables.db).map(\.type))
      )
    }
    if before.types.isEmpty || catalogue.types.isEmpty { return [""] }
    let changed = catalogue.typesChanged(since: before, holes: holes)
    return model.eventTypes.map { changed.intersection($0) } ?? changed
  }

  /// The position of the file in force, if it is whole and has all that the ledger holds.
  private func upToDate(with source: any EventSource) throws -> Position? {
    guard let build = folder.current(),
      // Whatever is wrong with the file is found again, and told, by the way that mends it.
      let progress = try? progress(ofBuild: build), progress.position == source.end,
      (try? assess(build, progress)) == .some(nil),
      try source.isRoot(progress.treeRoot, at: progress.position)
    else { return nil }
    return progress.position
  }

  /// Whether the file in force can take in what is new.
  enum Standing {
    case good(build: Int, Progress)
    case needsRebuild(RebuildReason)
  }

  /// For the holder of the writer's lock.
  func standing(_ source: any EventSource) throws -> Standing {
    // The file may have been fed by somebody who saw more of the log.
    try source.refresh()
    guard let build = folder.current() else { return .needsRebuild(.missing) }
    do {
      return try translatingErrors { () -> Standing in
        let progress = try self.progress(ofBuild: build)
        if let reason = try assess(build, progress) { return .needsRebuild(reason) }
        guard let progress, progress.position <= source.end,
          try source.isRoot(progress.treeRoot, at: progress.position)
        else { return .needsRebuild(.otherLedger) }
        let missing = source.end.value - progress.position.value
        let waits = model.onError == .stop && progress.holes > 0
        if missing > 20_000, missing > progress.position.value, !waits {
          return .needsRebuild(.farBehind(events: missing))
        }
        return .good(build: build, progress)
      }
    } catch ProjectionError.damaged(_, let finding) {
      return .needsRebuild(.damaged(finding))
    }
  }

  /// Takes in what is new, for the holder of the writer's lock.
  func takeIn(_ source: any EventSource) throws -> Outcome {
    switch try standing(source) {
    case .needsRebuild(let reason): return .needsRebuild(reason)
    case .good(let build, let progress):
      do {
        return try translatingErrors { () -> Outcome in
          let live = try LiveModel(model, folder.file(ofBuild: build))
          let reached = try apply(source, to: live, from: progress.position)
          try live.close()
          return .done(
            CatchUp(
              applied: reached.position.value - progress.position.value, rebuilt: nil,
              position: reached.position, stopped: reached.hole))
        }
      } catch ProjectionError.damaged(_, let finding) {
        return .needsRebuild(.damaged(finding))
      }
    }
  }

  /// Where somebody else, who holds the lock, has fed the file as far as the ledger went at `end`: that is as good.
  private func fedByOthers(upTo end: Position, _ source: any EventSource) throws -> Outcome? {
    guard let build = folder.current(),
      // Whatever is wrong with the file is found again, and told, by whoever gets the lock.
      let progress = try? progress(ofBuild: build), progress.position >= end,
      (try? assess(build, progress)) == .some(nil)
    else { return nil }
    try source.refresh()
    guard progress.position <= source.end,
      try source.isRoot(progress.treeRoot, at: progress.position)
    else { return nil }
    return .done(CatchUp(applied: 0, rebuilt: nil, position: progress.position))
  }

  /// Folds batch after batch until the ledger's end, or the event at which the model stops.
  func apply(
    _ source: any EventSource, to live: LiveModel, from start: Position
  ) throws -> (position: Position, hole: Hole?) {
    var position = start
    var countMax = batchMax
    while position < source.end {
      let batch = try source.events(from: position, countMax: countMax, ofTypes: model.eventTypes)
      guard batch.next > position else { break }
      do {
        position = try live.apply(
          batch, of: source, root: try source.root(at: batch.next), under: catalogue)
      } catch let stopped as Stopped {
        // Once more, commit by commit: what lies before the event is taken in.
        guard countMax == 1 else {
          countMax = 1
          continue
        }
        try live.stop(at: stopped.hole)
        return (position, stopped.hole)
      }
    }
    return (position, nil)
  }

  /// Reads a file that may be in use. What a killed writer began is taken back first; that needs permission to write.
  func read<R>(_ build: Int, _ body: (Tables) throws -> R) throws -> R {
    var isTakenBack = false
    while true {
      do {
        let queue = try readOnly(build)
        return try queue.read { try body(Tables($0)) }
      } catch let error as DatabaseError where error.isHalfDone && !isTakenBack {
        try takeBack(build)
        isTakenBack = true
      }
    }
  }

  private func readOnly(_ build: Int) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
    return try DatabaseQueue(path: folder.file(ofBuild: build), configuration: configuration)
  }

  /// SQLite does it when a connection that may write reads for the first time, under a lock of its own.
  private func takeBack(_ build: Int) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    let queue = try DatabaseQueue(path: folder.file(ofBuild: build), configuration: configuration)
    _ = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
    try queue.close()
  }

  func progress(ofBuild build: Int) throws -> Progress? {
    try read(build) { try Progress.read(model.name, from: $0.db) }
  }

  func contents(ofBuild build: Int) throws -> ModelFile.Contents {
    try read(build) { tables in
      guard let progress = try Progress.read(model.name, from: tables.db) else {
        throw ProjectionError.damaged(
          model: model.name, finding: "it does not say how far it has got")
      }
      return ModelFile.Contents(
        progress: progress, digest: try Digest.contents(of: tables.db),
        holes: try Hole.read(from: tables.db))
    }
  }

  func withWriterLock<R>(
    orWhen other: () throws -> R? = { nil }, _ body: () throws -> R
  ) throws -> R {
    let busy = ProjectionError.busy(model: model.name)
    return try ViewLock.holding(
      folder.writerLock, patience: patience, orThrow: busy, orWhen: other, body)
  }

  /// Runs `body`; errors of SQLite come out as what a caller can act on.
  func translatingErrors<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw ProjectionError.translated(error, model: model.name, file: folder.link)
    }
  }
}

extension DatabaseError {
  /// Whether the file holds a part of what a writer began, which only a connection that may write can take back.
  fileprivate var isHalfDone: Bool {
    extendedResultCode == .SQLITE_READONLY_ROLLBACK
      || extendedResultCode == .SQLITE_READONLY_RECOVERY
  }
}
