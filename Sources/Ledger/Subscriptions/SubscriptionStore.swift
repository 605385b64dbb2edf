// `subscriptions.sqlite`: how far each subscriber is. Not derived: nothing else knows it, and a backup holds it.

import Disk
import GRDB
import JSONBytes
import LogEngine
import Projection

/// The file of a ledger's subscriptions. What it was told survives `kill -9` and a power cut.
struct SubscriptionStore {
  static let fileName = "subscriptions.sqlite"

  private static let format = 1
  private static let tables = """
    CREATE TABLE subscription ( -- Who follows what, and how far it is
      name TEXT NOT NULL PRIMARY KEY, -- name of the subscription
      department TEXT, -- whose it is; none for the operator
      follows TEXT NOT NULL, -- events, or view: and a name
      types TEXT, -- event types, separated by blanks; none for all
      position INTEGER NOT NULL, -- everything before this position was acknowledged
      number INTEGER NOT NULL, -- and so many changes of the view at this position
      feed INTEGER NOT NULL, -- the feed of changes that this is a place in; 0 for none
      created INTEGER NOT NULL, -- microseconds since 1970 UTC
      last_error TEXT -- why the last run ended early
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = \(format);
    """

  private let queue: DatabaseQueue

  /// Opens the file of a ledger, and makes it where there is none.
  init(inLedger directory: String) throws {
    try self.init(file: "\(directory)/\(Self.fileName)")
    try LinuxFileSystem().syncDirectory(directory)
  }

  private init(file: String) throws {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      // EXTRA also syncs the folder after a commit: without it a power cut could bring a journal back, and undo.
      try db.execute(
        sql: "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA; PRAGMA trusted_schema = OFF"
      )
    }
    queue = try Self.telling { try DatabaseQueue(path: file, configuration: configuration) }
    try Self.telling {
      try queue.write { db in
        if try !db.tableExists("subscription") { try db.execute(sql: Self.tables) }
        try Self.requireFormat(db)
      }
    }
  }

  func close() throws { try Self.telling { try queue.close() } }

  private static func requireFormat(_ db: Database) throws {
    guard try Int.fetchOne(db, sql: "PRAGMA user_version") == format else {
      throw LedgerError(
        "subscription.format",
        "\(fileName) was written by another version of this program; use that one", .badData)
    }
  }

  // MARK: Records

  func record(_ name: String) throws -> SubscriptionRecord? {
    try Self.telling {
      try queue.read { db in
        try Row.fetchOne(db, sql: "SELECT * FROM subscription WHERE name = ?", arguments: [name])
          .map { SubscriptionRecord($0) }
      }
    }
  }

  /// Adds or replaces a subscription. Durable when this returns.
  func write(_ record: SubscriptionRecord) throws { try write([record]) }

  /// The same of several, in one transaction with one sync.
  func write(_ records: [SubscriptionRecord]) throws {
    try Self.telling {
      try queue.write { db in
        let insert = try db.cachedStatement(
          sql: "INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for record in records {
          var types: String?
          if case .events(let some?) = record.follows {
            types = some.sorted().joined(separator: " ")
          }
          try insert.execute(arguments: [
            record.name, record.department, record.follows.text, types,
            Int64(record.acknowledged.next.value), record.acknowledged.number, record.feed,
            record.created.microseconds, record.lastError,
          ])
        }
      }
    }
  }

  /// False where there is none of that name.
  func remove(_ name: String) throws -> Bool {
    try Self.telling {
      try queue.write { db in
        try db.execute(sql: "DELETE FROM subscription WHERE name = ?", arguments: [name])
        return db.changesCount > 0
      }
    }
  }

  /// All subscriptions of a ledger, by name; none where there is no file. Writes nothing.
  static func records(inLedger directory: String) throws -> [SubscriptionRecord] {
    let file = "\(directory)/\(fileName)"
    guard try LinuxFileSystem().exists(file) else { return [] }
    // A journal that a killed writer left is taken back by a connection that may write; where the folder may not be
    // written to, nobody writes either.
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    return try telling {
      let queue = try DatabaseQueue(path: file, configuration: configuration)
      let records = try queue.read { db -> [SubscriptionRecord] in
        // A file that was just made may be empty.
        guard try db.tableExists("subscription") else { return [] }
        try requireFormat(db)
        return try Row.fetchAll(db, sql: "SELECT * FROM subscription ORDER BY name")
          .map { SubscriptionRecord($0) }
      }
      try queue.close()
      return records
    }
  }

  /// Makes the file of a copy, in place of an older one, and removes it where nobody subscribes.
  static func replace(_ records: [SubscriptionRecord], inLedger directory: String) throws {
    let files = LinuxFileSystem()
    let file = "\(directory)/\(fileName)"
    let temporary = "\(file).tmp"
    if try files.exists(temporary) { try files.remove(temporary) }
    if records.isEmpty {
      if try files.exists(file) { try files.remove(file) }
    } else {
      let store = try SubscriptionStore(file: temporary)
      for record in records { try store.write(record) }
      try store.close()
      try files.rename(temporary, to: file)
    }
    try files.syncDirectory(directory)
  }

  /// Errors of SQLite come out as what a caller can act on.
  private static func telling<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED:
        throw LedgerError(
          "subscription.busy", "another process writes \(fileName) now; try again", .busy)
      case .SQLITE_CORRUPT, .SQLITE_NOTADB:
        throw LedgerError(
          "subscription.damaged",
          "\(fileName) cannot be read; take it from a backup, or remove it and subscribe anew",
          .badData)
      case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
        throw LedgerError(
          "disk.failed",
          "cannot write \(fileName); check the space and the permissions of the ledger's folder",
          .disk)
      default: throw error
      }
    }
  }
}

extension SubscriptionRecord {
  fileprivate init(_ row: Row) {
    let text: String = row["follows"]
    let types: String? = row["types"]
    let follows: Followed =
      text.hasPrefix("view:")
      ? .changes(view: String(text.dropFirst(5)))
      : .events(types: types.map { Set($0.split(separator: " ").map(String.init)) })
    self.init(
      name: row["name"], department: row["department"], follows: follows,
      acknowledged: FeedCursor(Position(UInt64(row["position"] as Int64)), row["number"]),
      feed: row["feed"], created: Timestamp(microseconds: row["created"]),
      lastError: row["last_error"])
  }
}
