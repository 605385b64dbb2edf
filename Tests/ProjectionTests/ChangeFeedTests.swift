// Changes of a read model: whatever writes its rows, applying the changes gives the rows.

import Foundation
import GRDB
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import Testing

/// Rows as a follower holds them, by table and key.
private struct Copy: Equatable {
  var rows: [String: JSONValue] = [:]

  static func name(_ table: String, _ key: JSONValue) -> String { "\(table) \(key.text)" }

  /// Takes in a change; false where it does not fit what is held.
  mutating func take(_ change: RowChange) -> Bool {
    let name = Copy.name(change.table, change.key)
    let before = rows[name]
    switch change.operation {
    case .added:
      rows[name] = change.row
      return before == nil
    case .altered:
      rows[name] = change.row
      return before != nil && before != change.row
    case .removed:
      rows[name] = nil
      return before != nil && change.row == .null
    }
  }

  static func whole(_ engine: ProjectionEngine) throws -> Copy {
    var copy = Copy()
    var place: RowPlace?
    repeat {
      let page = try #require(try engine.rows(from: place, countMax: 3))
      for row in page.rows { copy.rows[name(page.table, row.key)] = row.row }
      place = page.next
    } while place != nil
    return copy
  }
}

@Suite struct ChangeFeedTests {
  private let folder = TemporaryFolder()

  private func engine(_ projector: any Projector.Type = Tally.self) -> ProjectionEngine {
    var engine = ProjectionEngine(projector, folder: "\(folder.path)/views", catalogue: "c")
    engine.batchMax = 7
    return engine
  }

  private func follow(
    _ engine: ProjectionEngine, _ feed: FeedState, _ from: FeedCursor, _ copy: inout Copy
  ) throws -> [RowChange] {
    var all: [RowChange] = []
    var place = from
    while true {
      let found = try #require(try engine.changes(of: feed.id, from: place, countMax: 5))
      for change in found.changes {
        #expect(change.place >= place, "in order")
        let fits = copy.take(change)
        #expect(fits, "\(change)")
      }
      all += found.changes
      if found.next == place { return all }
      place = found.next
    }
  }

  @Test func nobodyPaysWhileNobodyFollows() throws {
    let source = ArraySource(tallyEvents(60))
    _ = try engine().catchUp(with: source, now: noon)
    #expect(try engine().feed() == nil)
    let made = try engine().read {
      try Int.fetchOne($0.db, sql: "SELECT count(*) FROM sqlite_master WHERE name LIKE '%changes%'")
    }
    #expect(made == 0)
  }

  @Test func changesApplyToTheRowsThatWereThere() throws {
    let events = tallyEvents(200)
    let source = ArraySource(events[..<60])
    let engine = engine()
    _ = try engine.catchUp(with: source, now: noon)
    let feed = try engine.startFeed(now: noon)
    #expect(feed.since == FeedCursor(Position(60)) && feed.end == feed.since)
    var copy = try Copy.whole(engine)
    source.append(events[60...])
    _ = try engine.catchUp(with: source, now: noon)
    let changes = try follow(engine, feed, feed.since, &copy)
    #expect(copy == (try Copy.whole(engine)))
    #expect(changes.contains { $0.operation == .altered && $0.table == "tally" })
    #expect(changes.contains { $0.operation == .added && $0.table == "tally_event" })
    let status = try engine.status(end: source.end)
    #expect(status.finding == nil, "what is kept for followers is no part of the model")
    #expect(try engine.verify(against: source).isWhole)
  }

  /// Every way of writing a row, through the file itself.
  @Test func everyStatementIsSeen() throws {
    let source = ArraySource(tallyEvents(12))
    let engine = engine(StatementTally.self)
    _ = try engine.catchUp(with: source, now: noon)
    let feed = try engine.startFeed(now: noon)
    var copy = try Copy.whole(engine)
    var history = History()
    for event in source.snapshot { history.add(event.type, of: event.subject, id: event.id) }
    for statement in StatementTally.statements {
      history.add("test.sql", of: nil, id: statement, ["sql": .string(statement)])
    }
    source.append(history.events[12...])
    var single = engine
    single.batchMax = 1
    _ = try single.catchUp(with: source, now: noon)
    _ = try follow(single, feed, feed.since, &copy)
    #expect(copy == (try Copy.whole(single)))
  }

  @Test func aRebuildThatChangesRowsDeliversTheDifferences() throws {
    let events = tallyEvents(80)
    let source = ArraySource(events[..<60])
    let old = engine()
    _ = try old.catchUp(with: source, now: noon)
    let feed = try old.startFeed(now: noon)
    var copy = try Copy.whole(old)
    source.append(events[60...])
    let new = engine(LouderTally.self)
    let caughtUp = try new.catchUp(with: source, now: noon)
    #expect(caughtUp.rebuilt != nil)
    let after = try #require(try new.feed())
    #expect(after.id == feed.id && after.since == feed.since)
    _ = try follow(new, feed, feed.since, &copy)
    #expect(copy == (try Copy.whole(new)))
    // Asked for and compared, at the same position: the differences come behind what was had.
    var place = after.end
    var options = RebuildOptions()
    options.compares = true
    var unchanged = Copy()
    _ = try new.rebuild(from: source, now: noon, options)
    #expect(try follow(new, feed, place, &unchanged).isEmpty, "nothing changed, nothing is told")
    place = try #require(try new.feed()).end
    let quieter = engine(QuieterTally.self)
    _ = try quieter.catchUp(with: source, now: noon)
    let changes = try follow(quieter, feed, place, &copy)
    #expect(!changes.isEmpty && changes.allSatisfy { $0.place.next == source.end })
    #expect(copy == (try Copy.whole(quieter)))
  }

  @Test func aRollbackEndsTheFeed() throws {
    let source = ArraySource(tallyEvents(60))
    let engine = engine()
    _ = try engine.catchUp(with: source, now: noon)
    let feed = try engine.startFeed(now: noon)
    _ = try engine.rebuild(from: source, now: noon)
    #expect(try engine.feed() == feed)
    _ = try engine.rollBack()
    #expect(try engine.feed() == nil)
    let later = try engine.startFeed(now: Timestamp(microseconds: noon.microseconds + 1))
    #expect(try engine.changes(of: feed.id, from: feed.since, countMax: 1) == nil)
    #expect(later.id != feed.id)
  }

  @Test func changesAreKeptForSevenDaysOfRecordedTime() throws {
    let engine = engine()
    var history = History()
    for day in 1...20 {
      history.add("test.noted", of: "c1", at: day < 10 ? "2026-03-0\(day)" : "2026-03-\(day)")
    }
    let source = ArraySource(history.events[..<1])
    _ = try engine.catchUp(with: source, now: noon)
    let feed = try engine.startFeed(now: noon)
    var single = engine
    single.batchMax = 1
    source.append(history.events[1...])
    _ = try single.catchUp(with: source, now: noon)
    let kept = try #require(try engine.feed())
    // The 13th is seven days before the 20th, and event 13 of the month brings the model to 13.
    #expect(kept.since == FeedCursor(Position(13)))
    #expect(try engine.changes(of: feed.id, from: feed.since, countMax: 1) == nil)
    let rest = try #require(try engine.changes(of: feed.id, from: kept.since, countMax: 100))
    #expect(rest.changes.map(\.place.next.value).min() == 13)
    #expect(rest.changes.count == 16)
    try engine.endFeed()
    #expect(try engine.feed() == nil)
    #expect(try engine.verify(against: source).isWhole)
  }

  @Test func aCommitThatFailsLeavesNoChange() throws {
    var history = History()
    for _ in 0..<5 { history.add("test.noted", of: "c1") }
    let source = ArraySource(history.events)
    let engine = engine()
    _ = try engine.catchUp(with: source, now: noon)
    let feed = try engine.startFeed(now: noon)
    history.add("test.noted", of: "c1")
    history.add("test.noted", of: "boom")
    source.append(history.events[5...])
    #expect(throws: Tally.CannotStore.self) { try engine.catchUp(with: source, now: noon) }
    #expect(try engine.feed() == feed)
  }
}

extension ArraySource {
  fileprivate var snapshot: [DecodedEvent] {
    // An array in memory: reading it cannot fail.
    (try? events(from: .zero, countMax: Int(end.value), ofTypes: nil).events) ?? []
  }
}

/// The same counts, told in another way.
private struct LouderTally: Projector {
  typealias State = Tally.State
  static let name = "tally"
  static let version = 5
  static let eventTypes: Set<String>? = nil
  static let tables = Tally.tables
  static let indexes = Tally.indexes
  private let tally = Tally()

  func key(of event: DecodedEvent) -> String? { event.subject == "c2" ? nil : event.subject }
  func fresh(_ key: String) -> State { State() }
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State {
    try tally.load(key, for: events, from: tables)
  }
  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    defer { state.note = state.note?.uppercased() }
    return tally.fold(event, into: &state)
  }
  func store(_ state: State, of key: String, in tables: Tables) throws {
    try tally.store(state, of: key, in: tables)
  }
}

/// The same without notes, and with all customers again.
private struct QuieterTally: Projector {
  typealias State = Tally.State
  static let name = "tally"
  static let version = 6
  static let eventTypes: Set<String>? = nil
  static let tables = Tally.tables
  static let indexes = Tally.indexes
  private let tally = Tally()

  func key(of event: DecodedEvent) -> String? { event.subject }
  func fresh(_ key: String) -> State { State() }
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State {
    try tally.load(key, for: events, from: tables)
  }
  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    defer { state.note = nil }
    return tally.fold(event, into: &state)
  }
  func store(_ state: State, of key: String, in tables: Tables) throws {
    try tally.store(state, of: key, in: tables)
  }
}

/// A projector that runs the SQL of its events: whatever a read model may do to its rows.
private struct StatementTally: Projector {
  struct State: Sendable {
    var statements: [String] = []
    var count = 0
  }

  static let name = "statement"
  static let version = 1
  static let eventTypes: Set<String>? = nil
  static let tables = """
    CREATE TABLE pair ( -- Two keys
      a TEXT NOT NULL, -- one
      b INTEGER NOT NULL, -- other
      value TEXT UNIQUE, -- something
      PRIMARY KEY (a, b)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE counted ( -- Numbered by SQLite
      id INTEGER PRIMARY KEY, -- number
      value TEXT -- something
    ) STRICT;
    """
  static let indexes = ""
  static let statements = [
    "INSERT INTO pair VALUES ('x', 1, 'one'), ('x', 2, 'two'), ('y', 1, NULL)",
    "INSERT OR REPLACE INTO pair VALUES ('x', 1, 'eins')",
    "INSERT OR REPLACE INTO pair VALUES ('z', 9, 'two')",
    "INSERT INTO pair VALUES ('y', 1, 'up') ON CONFLICT (a, b) DO UPDATE SET value = excluded.value",
    "INSERT OR IGNORE INTO pair VALUES ('y', 1, 'ignored')",
    "UPDATE pair SET b = b + 10",
    "UPDATE pair SET b = b - 10, value = value || '!'",
    "UPDATE OR REPLACE pair SET a = 'y', b = 1 WHERE a = 'z'",
    "UPDATE pair SET value = value",
    "DELETE FROM pair WHERE a = 'x'; INSERT INTO pair VALUES ('x', 1, 'eins!')",
    "INSERT INTO pair VALUES ('t', 1, 'short'); DELETE FROM pair WHERE a = 't'",
    "INSERT INTO counted(value) VALUES ('p'), ('q'), ('r')",
    "UPDATE counted SET id = id + 100 WHERE value = 'q'",
    "REPLACE INTO counted(id, value) VALUES (1, 'again')",
    "DELETE FROM counted",
    "INSERT INTO counted(id, value) VALUES (7, 'seven')",
    "DELETE FROM pair",
  ]

  func key(of event: DecodedEvent) -> String? { "all" }
  func fresh(_ key: String) -> State { State() }
  func load(_ key: String, for events: [DecodedEvent], from tables: Tables) throws -> State {
    State()
  }
  func fold(_ event: DecodedEvent, into state: inout State) -> String? {
    if let sql = event.data["sql"]?.string { state.statements.append(sql) }
    return nil
  }
  func store(_ state: State, of key: String, in tables: Tables) throws {
    for sql in state.statements { try tables.db.execute(sql: sql) }
  }
}
