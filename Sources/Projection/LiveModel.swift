// The live way of working: rows and progress change in one transaction.

import GRDB
import JSONBytes
import LogEngine

/// An open file of a read model that takes events. For the holder of the model's writer lock.
final class LiveModel<P: Projector>: Sendable {
  private let queue: DatabaseQueue
  private let projector = P()

  /// Opens the file of a model. Throws GRDB's error if it is no database.
  init(_ file: String) throws {
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
  }

  /// How far the file has got; nil if it does not say.
  func progress() throws -> Progress? {
    try queue.read { try Progress.read(P.name, from: $0) }
  }

  /// The text of every table, index and view but `_rapport`'s own, in name order.
  func definitions() throws -> [String] { try queue.read { try ModelFile.definitions(in: $0) } }

  /// Folds a batch in and stores the progress, all in one transaction. `root` is the tree root at `batch.next`.
  func apply(_ batch: DecodedBatch, root: String) throws {
    try queue.write { db in
      guard var progress = try Progress.read(P.name, from: db) else {
        throw ProjectionError.damaged(model: P.name, finding: "it does not say how far it has got")
      }
      let tables = Tables(db)
      let holes = try fold(batch.events, in: tables)
      progress.position = batch.next
      progress.recorded = batch.recorded ?? progress.recorded
      progress.treeRoot = root
      progress.holes += holes.count
      try progress.write(newHoles: holes, to: tables)
    }
  }

  private func fold(_ events: [DecodedEvent], in tables: Tables) throws -> [Hole] {
    var indexes: [ByteKey: Int] = [:]
    var groups: [(key: String, events: [DecodedEvent])] = []
    for event in events {
      guard let key = projector.key(of: event) else { continue }
      if let index = indexes[ByteKey(key)] {
        groups[index].events.append(event)
      } else {
        indexes[ByteKey(key)] = groups.count
        groups.append((key, [event]))
      }
    }
    var holes: [Hole] = []
    for group in groups {
      var state = try projector.load(group.key, for: group.events, from: tables)
      for event in group.events {
        if let reason = projector.fold(event, into: &state) {
          holes.append(Hole(position: event.position, type: event.type, reason: reason))
        }
      }
      try projector.store(state, of: group.key, in: tables)
    }
    return holes.sorted { $0.position < $1.position }
  }

  /// Ends the work. The file is left without a write-ahead log where nobody reads it, so that a plain `sqlite3` opens
  /// it from a folder it may not write to; where somebody does, the log stays and is as good.
  func close() throws {
    // A reader in the way is no error: the file stays in its present mode.
    try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
    try queue.close()
  }
}
