// Whether a read model in SQL gives the same rows however its events are cut into batches.

import GRDB
package import LogEngine

/// What running a model at several batch sizes gave.
package struct SQLBatchTest: Sendable {
  /// A table whose rows depend on how events were batched.
  package struct Difference: Hashable, Sendable {
    package var table: String
    /// The batch sizes at which the rows were compared.
    package var sizes: [Int]
    /// The columns in which the first row that differs does; empty where it is in one of the two only.
    package var columns: [String]
    /// That row at each of the sizes, as `column=value`; nil where it is not there. May hold personal data.
    package var rows: [String?]
  }

  /// Batch sizes that are compared with the last of them.
  package static let sizes = [1, 7, 1_000]

  /// Events of the model's types that were run.
  package var events: UInt64
  /// Events that could not be taken in.
  package var holes: Int
  package var digest: ContentDigest
  package var differences: [Difference] = []
  /// Whether other events could not be taken in at another size.
  package var holesDiffer = false

  package var isGood: Bool { differences.isEmpty && !holesDiffer }

  /// Runs `model` in memory over the events at `positions` of a source, once for each size. Cost: each event three times;
  /// at size 1 one run of all statements for each.
  package init(
    _ model: SQLReadModel, from source: any EventSource, at positions: [Range<Position>]
  ) throws {
    let map = try source.customers(before: source.end)
    let runs = try Self.sizes.map { try SQLTrial(model, batches: $0) }
    events = 0
    for range in positions {
      var next = range.lowerBound
      while next < range.upperBound {
        let left = range.upperBound.value - next.value
        let batch = try source.events(
          from: next, countMax: Int(min(left, 1_000)), ofTypes: model.eventTypes)
        guard batch.next > next else { break }
        let events = batch.events.filter { range.contains($0.position) }
        self.events += UInt64(events.count)
        for run in runs { try run.add(events, map) }
        next = batch.next
      }
    }
    for run in runs { try run.finish(map) }
    let last = runs[runs.count - 1]
    digest = try last.digest()
    holes = last.holes.count
    for run in runs.dropLast() {
      if run.holes != last.holes { holesDiffer = true }
      for table in try run.digest().tablesDiffering(from: digest)
      where !differences.contains(where: { $0.table == table }) {
        differences.append(try run.difference(from: last, in: table))
      }
    }
  }
}

/// A model in memory that is fed in batches of one size.
private final class SQLTrial {
  private let model: SQLReadModel
  private let size: Int
  private let queue: DatabaseQueue
  private var waiting: [DecodedEvent] = []
  private(set) var holes: [Hole] = []

  init(_ model: SQLReadModel, batches size: Int) throws {
    self.model = model
    self.size = size
    queue = try DatabaseQueue()
    try queue.write { db in
      try db.execute(sql: model.tables)
      // As live: the indexes are there before the rows.
      try db.execute(sql: model.indexes)
    }
  }

  func add(_ events: [DecodedEvent], _ map: CustomerMap) throws {
    waiting += events
    let whole = waiting.count - waiting.count % size
    try run(waiting[..<whole], map)
    waiting.removeFirst(whole)
  }

  func finish(_ map: CustomerMap) throws {
    try run(waiting[...], map)
    waiting = []
  }

  private func run(_ events: ArraySlice<DecodedEvent>, _ map: CustomerMap) throws {
    if events.isEmpty { return }
    try queue.write { db in
      let batch = try SQLBatch(model, Tables(db))
      for start in stride(from: events.startIndex, to: events.endIndex, by: size) {
        let end = min(start + size, events.endIndex)
        holes += try batch.takeIn(Array(events[start..<end]), map)
      }
    }
  }

  func digest() throws -> ContentDigest { try queue.read { try Digest.contents(of: $0) } }

  func difference(from other: SQLTrial, in table: String) throws -> SQLBatchTest.Difference {
    let (columns, mine) = try rows(of: table)
    let theirs = try other.rows(of: table).rows
    var found = SQLBatchTest.Difference(
      table: table, sizes: [size, other.size], columns: [], rows: [nil, nil])
    let common = mine.keys.filter { theirs[$0] != nil && theirs[$0] != mine[$0] }
    if let key = common.min(), let one = mine[key], let two = theirs[key] {
      found.columns = columns.indices.filter { one[$0] != two[$0] }.map { columns[$0] }
      found.rows = [Self.text(columns, one), Self.text(columns, two)]
    } else if let key = Set(mine.keys).symmetricDifference(theirs.keys).min() {
      found.rows = [mine[key], theirs[key]].map { $0.map { Self.text(columns, $0) } }
    }
    return found
  }

  private static func text(_ columns: [String], _ values: [String]) -> String {
    zip(columns, values).map { "\($0)=\($1)" }.joined(separator: ", ")
  }

  /// The rows as texts, by primary key.
  private func rows(of table: String) throws -> (columns: [String], rows: [String: [String]]) {
    try queue.read { db in
      let key = try db.primaryKey(table).columns.map { $0.lowercased() }
      let columns = try db.columns(in: table).map(\.name)
      var rows: [String: [String]] = [:]
      let name = table.quotedDatabaseIdentifier
      for row in try Row.fetchAll(db, sql: "SELECT * FROM \(name)") {
        let values = row.map { _, value -> String in
          switch value.storage {
          case .int64(let number): "\(number)"
          case .string(let text): "'\(text)'"
          default: "NULL"
          }
        }
        let parts = columns.indices.filter { key.contains(columns[$0].lowercased()) }
        rows[parts.map { values[$0] }.joined(separator: ", ")] = values
      }
      return (columns, rows)
    }
  }
}
