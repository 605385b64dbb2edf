// Making the file of a read model out of a bulk fold.

import GRDB
import JSONBytes
import LogEngine
import Synchronization

/// Fresh files of read models.
package enum ModelFile {
  /// What a file holds.
  struct Contents: Sendable {
    var progress: Progress
    var digest: ContentDigest
    var holes: [Hole]
  }

  /// Opens a file that does not exist yet, for the one fast way of writing it: no journal unless something is
  /// to be taken back, no sync, nobody else. What a crash leaves is thrown away; the caller syncs the finished file.
  static func openFresh(
    _ file: String, rollsBack: Bool = false, pageSize: Int = 8_192
  ) throws -> DatabaseQueue {
    let journal = rollsBack ? "MEMORY" : "OFF"
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(
        sql: """
          PRAGMA page_size = \(pageSize);
          PRAGMA auto_vacuum = NONE;
          PRAGMA encoding = 'UTF-8';
          PRAGMA journal_mode = \(journal);
          PRAGMA synchronous = OFF;
          PRAGMA locking_mode = EXCLUSIVE;
          PRAGMA trusted_schema = OFF;
          """)
    }
    return try DatabaseQueue(path: file, configuration: configuration)
  }

  /// Makes a model from the events before `limit`: tables, rows, indexes, progress and digest, into an empty database.
  ///
  /// Returns the progress as it was written, and the digest of what it speaks of. `root` gives the tree root at the
  /// position that was reached.
  static func make(
    _ model: any ModelDefinition, from source: any EventSource, upTo limit: Position,
    catalogue: CatalogueDigest, root: (Position) throws -> String, builtAt: Timestamp,
    into db: Database
  ) throws -> Contents {
    let tables = Tables(db)
    try db.execute(sql: Progress.tables)
    try DefinitionTable.make(for: model, in: db)
    try db.execute(sql: model.tables)
    let built = try model.build(from: source, upTo: limit, into: tables)
    try db.execute(sql: model.indexes)
    let digest = try Digest.contents(of: db)
    let progress = Progress(
      name: model.name, projectorVersion: model.version, catalogueDigest: catalogue.whole,
      position: built.next, recorded: built.recorded, treeRoot: try root(built.next),
      digest: digest.digest, holes: built.holes.count, builtAt: builtAt)
    try progress.write(newHoles: built.holes, to: tables)
    try catalogue.write(to: tables)
    return Contents(progress: progress, digest: digest, holes: built.holes)
  }

  /// Makes a model as ``make(_:from:upTo:catalogue:root:builtAt:into:)`` does, into a file that does not exist yet.
  /// Where the model's rows come in the order of their keys they are written as pages, without SQLite.
  static func make(
    _ model: any ModelDefinition, from source: any EventSource, upTo limit: Position,
    catalogue: CatalogueDigest, root: (Position) throws -> String, builtAt: Timestamp,
    _ limits: BulkLimits, file: String
  ) throws -> Contents {
    guard let paged = model as? any PagedModel else {
      let queue = try openFresh(file, rollsBack: model.rollsBack)
      let contents = try queue.write { db in
        try make(
          model, from: source, upTo: limit, catalogue: catalogue, root: root, builtAt: builtAt,
          into: db)
      }
      try queue.close()
      return contents
    }
    precondition(model.definition == nil, "a model that is written as pages is its program alone")
    let pages = try openPages(file, tables: model.tables)
    let built = try paged.build(from: source, upTo: limit, limits, into: pages)
    try pages.finish()
    let queue = try openFresh(file)
    let contents = try queue.write { db in
      try pages.insertOthers(in: db)
      try db.execute(sql: model.indexes)
      let digest = try pages.digest(db)
      let progress = Progress(
        name: model.name, projectorVersion: model.version, catalogueDigest: catalogue.whole,
        position: built.next, recorded: built.recorded, treeRoot: try root(built.next),
        digest: digest.digest, holes: built.holes.count, builtAt: builtAt)
      let tables = Tables(db)
      try progress.write(newHoles: built.holes, to: tables)
      try catalogue.write(to: tables)
      return Contents(progress: progress, digest: digest, holes: built.holes)
    }
    try queue.close()
    return contents
  }

  /// Lets SQLite make a file with these tables and those that every file has, and closes it again.
  static func openPages(
    _ file: String, tables: String, pageSize: Int = 8_192
  ) throws -> PagedTables {
    let queue = try openFresh(file, pageSize: pageSize)
    try queue.write { db in
      try db.execute(sql: Progress.tables)
      try db.execute(sql: tables)
    }
    let (shapes, size, count) = try queue.read { db in
      (
        try TableShape.all(in: db), try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0,
        try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      )
    }
    try queue.close()
    return try PagedTables(file, pageSize: size, pageCount: count, shapes)
  }

  /// The text of every table, index and view, in name order: what an altered file is found by. What Rapport keeps there
  /// for subscribers comes and goes, and is left out.
  static func definitions(in db: Database) throws -> [String] {
    try String.fetchAll(
      db,
      sql: """
        SELECT sql FROM sqlite_master WHERE sql IS NOT NULL
          AND tbl_name NOT IN ('_rapport_changes', '_rapport_feed') ORDER BY type, name
        """)
  }

  /// Definitions by the SQL they were made of: they are asked for whenever a model is opened.
  private static let known = Mutex<[String: [String]]>([:])

  /// The definitions that a file of this model must have.
  static func definitions(of model: any ModelDefinition) throws -> [String] {
    let own = model.definition == nil ? [] : [DefinitionTable.sql]
    let sql = own + [model.tables, model.indexes]
    if let known = known.withLock({ $0[sql.joined()] }) { return known }
    let made = try DatabaseQueue().write { db in
      try db.execute(sql: Progress.tables)
      for text in sql { try db.execute(sql: text) }
      return try definitions(in: db)
    }
    known.withLock { $0[sql.joined()] = made }
    return made
  }

  /// Makes a model of `events` in memory, hands its tables to `body`, and forgets it: a read model as of any selection of
  /// events. The events are in log order; `customers` says which subjects are one.
  package static func withFolded<R>(
    _ model: any ModelDefinition, _ events: [DecodedEvent], customers: CustomerMap = .none,
    _ body: (Tables) throws -> R
  ) throws -> R {
    try withFolded(model, from: GivenEvents(events, customers), body)
  }

  /// Makes a model of a source's events in memory, hands its tables to `body`, and forgets it.
  package static func withFolded<R>(
    _ model: any ModelDefinition, from source: any EventSource, _ body: (Tables) throws -> R
  ) throws -> R {
    try DatabaseQueue().write { db in
      _ = try make(
        model, from: source, upTo: source.end, catalogue: "", root: { _ in "" },
        builtAt: Timestamp(microseconds: 0), into: db)
      return try body(Tables(db))
    }
  }

  /// The same for one projector.
  package static func withFolded<P: Projector, R>(
    _ projector: P.Type, _ events: [DecodedEvent], customers: CustomerMap = .none,
    _ body: (Tables) throws -> R
  ) throws -> R {
    try withFolded(FoldedModel(projector), events, customers: customers, body)
  }
}

/// Events that are at hand. Their positions may have gaps.
private struct GivenEvents: EventSource {
  let all: [DecodedEvent]

  private let map: CustomerMap

  init(_ events: [DecodedEvent], _ map: CustomerMap) {
    all = events
    self.map = map
  }

  var end: Position { all.last.map { $0.position.advanced(by: 1) } ?? .zero }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    // All at once: whoever asks for the rest gets nothing more.
    DecodedBatch(
      events: start == .zero ? all.filter { types?.contains($0.type) ?? true } : [], next: end,
      recorded: all.last?.recorded)
  }

  func root(at end: Position) throws -> String { "" }

  func customers(before end: Position) throws -> CustomerMap { map }
}
