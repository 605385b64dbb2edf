// What every file of a read model says about itself, in its table `_rapport`.

import GRDB
package import JSONBytes
package import LogEngine

/// How far a read model has got, and what made it.
package struct Progress: Hashable, Sendable {
  package var name: String
  package var projectorVersion: Int
  /// Digest of schemas, upcasts and policy that the events were read under.
  package var catalogueDigest: String
  /// Every event before it is in the rows.
  package var position: Position
  /// The recorded time of the event before ``position``; nil while there is none.
  package var recorded: Timestamp?
  /// The ledger's tree root over the events before ``position``.
  package var treeRoot: String
  /// Content digest when the file was last built anew.
  package var digest: String
  /// Events that could not be understood: see the table `_rapport_holes`.
  package var holes: Int
  /// When the file was built.
  package var builtAt: Timestamp
}

/// An event that a projector could not understand. The rows are complete but for it.
package struct Hole: Hashable, Sendable {
  package var position: Position
  package var type: String
  /// The customer whose rows lack it; nil for an event of none.
  package var subject: String?
  /// Without personal data.
  package var reason: String

  /// What is told of `event`.
  init(_ event: DecodedEvent, _ reason: String) {
    self.init(
      position: event.position, type: event.type, subject: event.subject, reason: reason)
  }

  /// Joins the parts.
  package init(position: Position, type: String, subject: String?, reason: String) {
    self.position = position
    self.type = type
    self.subject = subject
    self.reason = reason
  }

  /// Those of events that no projector is given.
  static func ofDefects(_ events: [DecodedEvent]) -> [Hole] {
    events.compactMap { event in event.defect.map { Hole(event, $0) } }
  }
}

extension [Hole] {
  /// By position, one an event: two parts of a model may have stumbled over the same.
  var inOrder: [Hole] {
    var seen: Set<Position> = []
    return sorted { $0.position < $1.position }.filter { seen.insert($0.position).inserted }
  }
}

extension Progress {
  static let tables = """
    CREATE TABLE _rapport ( -- What this file is and how far it has got: one row
      name TEXT NOT NULL PRIMARY KEY, -- name of the read model
      projector_version INTEGER NOT NULL, -- version of the fold that made the rows
      catalogue_digest TEXT NOT NULL, -- digest of the schemas, upcasts and policy the events were read under
      position INTEGER NOT NULL, -- every event of the ledger before this position is in the rows
      recorded INTEGER, -- recorded time of the last of them, microseconds since 1970 UTC
      tree_root TEXT NOT NULL, -- root of the ledger's Merkle tree over them, hexadecimal
      digest TEXT NOT NULL, -- content digest of the tables when this file was last built anew
      holes INTEGER NOT NULL, -- how many events could not be understood: see _rapport_holes
      built_at INTEGER NOT NULL -- when this file was built, microseconds since 1970 UTC
    ) STRICT;
    CREATE TABLE _rapport_holes ( -- Events that could not be understood; the rows are complete but for them
      position INTEGER NOT NULL PRIMARY KEY, -- position of the event in the ledger
      type TEXT NOT NULL, -- its type
      subject TEXT, -- the customer whose rows are incomplete without it
      reason TEXT NOT NULL -- what could not be understood
    ) STRICT;
    CREATE INDEX _rapport_holes_subject ON _rapport_holes(subject);
    CREATE TABLE _rapport_catalogue ( -- By what the events were read: a row an event type
      type TEXT NOT NULL PRIMARY KEY, -- the event type
      digest TEXT NOT NULL -- digest of its schemas and upcasts
    ) STRICT, WITHOUT ROWID;
    """

  /// Reads the row; nil where there is no table `_rapport`, or no row of `name`.
  static func read(_ name: String, from db: Database) throws -> Progress? {
    guard try db.tableExists("_rapport") else { return nil }
    return try Row.fetchOne(db, sql: "SELECT * FROM _rapport WHERE name = ?", arguments: [name])
      .map { row in
        Progress(
          name: row["name"], projectorVersion: row["projector_version"],
          catalogueDigest: row["catalogue_digest"],
          position: Position(UInt64(row["position"] as Int64)),
          recorded: (row["recorded"] as Int64?).map { Timestamp(microseconds: $0) },
          treeRoot: row["tree_root"], digest: row["digest"], holes: row["holes"],
          builtAt: Timestamp(microseconds: row["built_at"]))
      }
  }

  /// Writes the row, and the holes that are new. How many there are is counted in the table.
  func write(newHoles: [Hole], to tables: Tables) throws {
    if !newHoles.isEmpty {
      let row = try tables.writer("_rapport_holes")
      for hole in newHoles {
        row.integer(Int64(hole.position.value))
        row.text(hole.type)
        row.text(hole.subject)
        row.text(hole.reason)
        try row.insert()
      }
    }
    let row = try tables.writer("_rapport")
    row.text(name)
    row.integer(Int64(projectorVersion))
    row.text(catalogueDigest)
    row.integer(Int64(position.value))
    row.integer(recorded?.microseconds)
    row.text(treeRoot)
    row.text(digest)
    row.integer(try Self.holeCount(in: tables.db))
    row.integer(builtAt.microseconds)
    try row.insert()
  }

  private static func holeCount(in db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT count(*) FROM _rapport_holes") ?? 0
  }
}

extension Hole {
  /// The holes that a file tells of, in log order.
  static func read(from db: Database, countMax: Int? = nil) throws -> [Hole] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM _rapport_holes ORDER BY position LIMIT ?",
      arguments: [countMax ?? -1]
    ).map { row in
      Hole(
        position: Position(UInt64(row["position"] as Int64)), type: row["type"],
        subject: row["subject"], reason: row["reason"])
    }
  }
}

extension Tables {
  /// How many events of these customers could not be taken in.
  package func holeCount(of customers: Set<String>) throws -> Int {
    let list = JSONValue.array(customers.map { .string($0) }).text
    return try Int.fetchOne(
      db,
      sql: """
        SELECT count(*) FROM _rapport_holes WHERE subject IN (SELECT value FROM json_each(?))
        """, arguments: [list]) ?? 0
  }
}

extension CatalogueDigest {
  /// By what a file was made.
  static func read(_ progress: Progress, from db: Database) throws -> CatalogueDigest {
    var types: [String: String] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT type, digest FROM _rapport_catalogue") {
      types[row["type"]] = row["digest"]
    }
    return CatalogueDigest(whole: progress.catalogueDigest, types: types)
  }

  /// Puts this in place of what the file said.
  func write(to tables: Tables) throws {
    try tables.db.execute(sql: "DELETE FROM _rapport_catalogue")
    let row = try tables.writer("_rapport_catalogue")
    for (type, digest) in types.sorted(by: { ByteKey.precedes($0.key, $1.key) }) {
      row.text(type)
      row.text(digest)
      try row.insert()
    }
  }
}
