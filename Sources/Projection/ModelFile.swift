// Making the file of a read model out of a bulk fold.

import GRDB
import JSONBytes
import LogEngine
import Synchronization

/// Fresh files of read models.
package enum ModelFile {
  /// Opens a file that does not exist yet, for the one fast way of writing it: no journal, no sync, nobody else. What
  /// a crash leaves is thrown away; the caller syncs the finished file.
  static func openFresh(_ file: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA page_size = 8192;
          PRAGMA journal_mode = OFF;
          PRAGMA synchronous = OFF;
          PRAGMA locking_mode = EXCLUSIVE;
          PRAGMA trusted_schema = OFF;
          """)
    }
    return try DatabaseQueue(path: file, configuration: configuration)
  }

  /// Writes tables, rows, indexes and progress of finished folds that share the keys among them.
  ///
  /// Returns the progress as it was written, and the digest of what it speaks of. `root` is the tree root at the position the folds have reached.
  static func write<P: Projector>(
    _ folds: [BulkFold<P>], catalogueDigest: String, root: String, builtAt: Timestamp,
    into db: Database
  ) throws -> (progress: Progress, digest: ContentDigest) {
    let tables = Tables(db)
    try db.execute(sql: Progress.tables)
    try db.execute(sql: P.tables)
    for fold in folds { try fold.write(to: tables) }
    try db.execute(sql: P.indexes)
    let holes = folds.flatMap(\.holes).sorted { $0.position < $1.position }
    let digest = try Digest.contents(of: db)
    let progress = Progress(
      name: P.name, projectorVersion: P.version, catalogueDigest: catalogueDigest,
      position: folds[0].next, recorded: folds[0].recorded, treeRoot: root,
      digest: digest.digest, holes: holes.count, builtAt: builtAt)
    try progress.write(newHoles: holes, to: tables)
    return (progress, digest)
  }

  /// The text of every table, index and view but `_rapport`'s own, in name order: what an altered file is found by.
  static func definitions(in db: Database) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND substr(tbl_name, 1, 8) <> '_rapport'
          ORDER BY type, name
        """)
  }

  /// Definitions by the SQL they were made of: they are asked for whenever a model is opened.
  private static let known = Mutex<[String: [String]]>([:])

  /// The definitions that a file of this projector must have.
  static func definitions<P: Projector>(of projector: P.Type) throws -> [String] {
    let sql = P.tables + P.indexes
    if let known = known.withLock({ $0[sql] }) { return known }
    let made = try DatabaseQueue().write { db in
      try db.execute(sql: Progress.tables)
      try db.execute(sql: P.tables)
      try db.execute(sql: P.indexes)
      return try definitions(in: db)
    }
    known.withLock { $0[sql] = made }
    return made
  }

  /// Folds events into a database in memory, hands its tables to `body`, and forgets it: a read model as of any
  /// selection of events. The events are in log order. `parts`: how many folds share the keys; the rows are the same.
  package static func withFolded<P: Projector, R>(
    _ projector: P.Type, _ events: [DecodedEvent], parts: UInt64 = 1,
    _ body: (Tables) throws -> R
  ) throws -> R {
    var folds = (0..<parts).map { BulkFold<P>(BulkFold<P>.Share($0, of: parts)) }
    if let last = events.last {
      let batch = DecodedBatch(
        events: events, next: last.position.advanced(by: 1), recorded: last.recorded)
      for index in folds.indices { folds[index].fold(batch) }
    }
    let queue = try DatabaseQueue()
    return try queue.write { db in
      _ = try write(
        folds, catalogueDigest: "", root: "", builtAt: Timestamp(microseconds: 0), into: db)
      return try body(Tables(db))
    }
  }
}
