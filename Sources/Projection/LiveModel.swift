// The live way of working: rows and progress change in one transaction.

import GRDB
import JSONBytes
import LogEngine

/// An open file of a read model that takes events. For the holder of the model's writer lock.
final class LiveModel: Sendable {
  private let queue: DatabaseQueue
  private let model: any ModelDefinition
  /// Nil where nobody follows the model.
  private let capture: ChangeCapture?

  /// Opens the file of a model. Throws GRDB's error if it is no database.
  init(_ model: any ModelDefinition, _ file: String) throws {
    self.model = model
    var configuration = Configuration()
    // Somebody may be reading: SQLite answers "busy" for a moment when the write-ahead log starts over.
    configuration.busyMode = .timeout(5)
    // In WAL mode only a checkpoint syncs: with 64 MiB between two of them, the disk sets the pace less often.
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = NORMAL;
          PRAGMA wal_autocheckpoint = 8192;
          PRAGMA secure_delete = ON;
          PRAGMA trusted_schema = OFF;
          """)
    }
    queue = try DatabaseQueue(path: file, configuration: configuration)
    capture = try queue.inDatabase { db in
      let capture = try ChangeCapture(in: db)
      // A change that somebody has had must not be lost with the power: it would come again under another number.
      if capture != nil { try db.execute(sql: "PRAGMA synchronous = FULL") }
      return capture
    }
  }

  /// Folds a batch in and stores the progress, all in one transaction. `root` is the tree root at `batch.next`. Returns the
  /// position that was reached: `batch.next`, or the ledger's end where every row had to be made anew.
  ///
  /// `catalogue` is by what the batch is read: the file says so from now on, of types too that it did not know before.
  /// Throws ``Stopped`` and changes nothing where the model stops at an event that it cannot take in.
  func apply(
    _ batch: DecodedBatch, of source: any EventSource, root: String,
    under catalogue: CatalogueDigest
  ) throws -> Position {
    var reached = batch.next
    try change { progress, tables in
      if progress.catalogueDigest != catalogue.whole {
        progress.catalogueDigest = catalogue.whole
        try catalogue.write(to: tables)
      }
      var root = root
      var recorded = batch.recorded
      let holes: [Hole]
      if try model.mustRefill(batch, at: progress.position, of: source) {
        // With all that follows: other batches may ask for the same. One that stops goes no further than it must.
        let limit = model.onError == .stop ? batch.next : source.end
        let built = try refill(from: source, upTo: limit, tables)
        (holes, reached, recorded) = (built.holes, built.next, built.recorded)
        if reached != batch.next { root = try source.root(at: reached) }
      } else {
        holes = try model.apply(batch, at: progress.position, of: source, to: tables)
      }
      if model.onError == .stop {
        if let hole = holes.first { throw Stopped(hole: hole) }
        // The event it waited for, if there was one, is taken in now.
        try tables.db.execute(sql: "DELETE FROM _rapport_holes")
      }
      progress.position = reached
      progress.recorded = recorded ?? progress.recorded
      progress.treeRoot = root
      try progress.write(newHoles: holes, to: tables)
    }
    return reached
  }

  private func refill(
    from source: any EventSource, upTo limit: Position, _ tables: Tables
  ) throws -> Built {
    for table in try ModelFile.tableNames(in: tables.db) {
      try tables.db.execute(sql: "DELETE FROM \(table.quotedDatabaseIdentifier)")
    }
    try tables.db.execute(sql: "DELETE FROM _rapport_holes")
    return try model.build(from: source, upTo: limit, into: tables)
  }

  /// Stores that the model waits before `hole`.
  func stop(at hole: Hole) throws {
    try change { progress, tables in
      try tables.db.execute(sql: "DELETE FROM _rapport_holes")
      try progress.write(newHoles: [hole], to: tables)
    }
  }

  /// Makes the rows of customers again, as of the file's position, and closes their holes; `catalogue` is by what their
  /// events are read now. False, and nothing is changed, where the model cannot do that.
  func refold(
    _ customers: Set<String>, of source: any EventSource, under catalogue: CatalogueDigest
  ) throws -> Bool {
    var isDone = true
    try change { progress, tables in
      guard
        let holes = try model.refold(
          customers, of: source, upTo: progress.position, in: tables)
      else {
        isDone = false
        return
      }
      for customer in customers.sorted() {
        try tables.delete(from: "_rapport_holes", where: "subject", is: customer)
      }
      progress.catalogueDigest = catalogue.whole
      try catalogue.write(to: tables)
      try progress.write(newHoles: holes, to: tables)
    }
    return isDone
  }

  private func change(_ body: (inout Progress, Tables) throws -> Void) throws {
    try queue.write { db in
      guard var progress = try Progress.read(model.name, from: db) else {
        throw ProjectionError.damaged(
          model: model.name, finding: "it does not say how far it has got")
      }
      let tables = Tables(db)
      try body(&progress, tables)
      try capture?.finish(progress, in: tables)
    }
  }

  /// Ends the work. The file is left without a write-ahead log where nobody reads it, so that a plain `sqlite3` opens
  /// it from a folder it may not write to; where somebody does, the log stays and is as good.
  func close() throws {
    // A reader in the way is no error: the file stays in its present mode.
    try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try queue.close()
  }

  /// Ends the work for the next one who writes the file: the write-ahead log stays, and nobody is waited for.
  func leave() throws { try queue.close() }
}

/// A model that stops at errors has met one.
struct Stopped: Error {
  var hole: Hole
}
