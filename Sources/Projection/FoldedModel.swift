// A read model made of projectors, each with tables and a key of its own, in one file.

import GRDB
package import LogEngine
import Synchronization

/// A read model whose rows are folds of events: the engine's side of ``Projector``.
package struct FoldedModel: ModelDefinition {
  package let name: String
  package let version: Int
  package let parts: [any Projector.Type]
  package let onError: HolePolicy
  package let eventTypes: Set<String>?

  /// A model of one projector, under its name and version.
  package init(_ projector: any Projector.Type, onError: HolePolicy = .goOn) {
    self.init(projector.name, version: projector.version, [projector], onError: onError)
  }

  /// A model of several projectors, each with tables of its own.
  package init(
    _ name: String, version: Int, _ parts: [any Projector.Type], onError: HolePolicy = .goOn
  ) {
    self.name = name
    eventTypes = Self.eventTypes(of: parts)
    self.version = version
    self.parts = parts
    self.onError = onError
  }

  static func eventTypes(of parts: [any Projector.Type]) -> Set<String>? {
    var all: Set<String> = []
    for part in parts {
      guard let types = part.eventTypes else { return nil }
      all.formUnion(types)
    }
    return all
  }

  package var isOfCustomers: Bool { parts.allSatisfy { $0.isOfCustomers } }
  package var tables: String { parts.map { $0.tables }.joined(separator: "\n") }
  package var indexes: String { parts.map { $0.indexes }.joined(separator: "\n") }

  // MARK: Live

  /// Rows that are not of customers cannot be made again for some; where they are made of merges, one that is taken back
  /// counts no more.
  package func mustRefill(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource
  ) throws -> Bool {
    let reads = parts.contains { part in
      !part.isOfCustomers && !(part.eventTypes?.isDisjoint(with: CustomerMap.eventTypes) ?? false)
    }
    guard reads else { return false }
    return try source.customers(before: batch.next)
      .takesBack(since: try source.customers(before: start), before: start)
  }

  package func apply(
    _ batch: DecodedBatch, at start: Position, of source: any EventSource, to tables: Tables
  ) throws -> [Hole] {
    let map = try source.customers(before: batch.next)
    let changed = map.subjectsChanged(since: try source.customers(before: start))
    var holes = Hole.ofDefects(batch.events)
    // Rows of those who were joined or parted are made again, with what the batch brings of them. Their holes as well,
    // where no other part could have told of them.
    if !changed.isEmpty, let made = try refold(changed, of: source, upTo: batch.next, in: tables) {
      if isOfCustomers {
        for subject in changed.sorted() {
          try tables.delete(from: "_rapport_holes", where: "subject", is: subject)
        }
      }
      holes += made
    }
    for part in parts {
      holes += try FoldedModel.apply(part, batch.events, map, but: changed, to: tables)
    }
    return holes.inOrder
  }

  private static func apply<P: Projector>(
    _ part: P.Type, _ events: [DecodedEvent], _ map: CustomerMap, but done: Set<String>,
    to tables: Tables
  ) throws -> [Hole] {
    let projector = P()
    var indexes: [ByteKey: Int] = [:]
    var groups: [(key: String, events: [DecodedEvent])] = []
    for event in events {
      guard let key = projector.key(of: event, map) else { continue }
      if P.isOfCustomers, let subject = event.subject, done.contains(subject) { continue }
      if let index = indexes[ByteKey(key)] {
        groups[index].events.append(event)
      } else {
        indexes[ByteKey(key)] = groups.count
        groups.append((key, [event]))
      }
    }
    if let aggregate = part as? any AggregateProjector.Type,
      try AggregateBatch.apply(aggregate, groups, to: tables)
    {
      return []
    }
    var holes: [Hole] = []
    for group in groups {
      var state = try projector.load(group.key, for: group.events, from: tables)
      for event in group.events { holes += projector.foldTellingHole(event, into: &state) }
      try projector.store(state, of: group.key, in: tables)
    }
    return holes
  }

  // MARK: Bulk

  package func build(
    from source: any EventSource, upTo limit: Position, into tables: Tables
  ) throws -> Built {
    var (built, folds) = try fold(parts, from: source, upTo: limit)
    for fold in folds {
      try fold.write(to: tables) {}
      built.holes += fold.holes
    }
    built.holes = built.holes.inOrder
    return built
  }

  /// Folds every event into `parts`, on this thread.
  func fold(
    _ parts: [any Projector.Type], from source: any EventSource, upTo limit: Position
  ) throws -> (Built, [any AnyBulkFold]) {
    let map = try source.customers(before: limit)
    var folds = parts.map { FoldedModel.fold($0) }
    let types = FoldedModel.eventTypes(of: parts)
    var built = Built(next: .zero, recorded: nil, holes: [])
    while built.next < limit {
      let batch = try source.events(
        from: built.next, before: limit, countMax: 8_192, ofTypes: types)
      guard batch.next > built.next else { break }
      built.holes += Hole.ofDefects(batch.events)
      for index in folds.indices { folds[index].fold(batch, map) }
      built.next = batch.next
      built.recorded = batch.recorded ?? built.recorded
    }
    return (built, folds)
  }

  private static func fold<P: Projector>(_ part: P.Type) -> any AnyBulkFold { BulkFold<P>() }

  // MARK: Again, for some

  package func refold(
    _ customers: Set<String>, of source: any EventSource, upTo end: Position, in tables: Tables
  ) throws -> [Hole]? {
    let own = parts.filter { $0.isOfCustomers }
    guard !own.isEmpty else { return nil }
    let map = try source.customers(before: end)
    let subjects = customers.reduce(into: customers) { $0.formUnion(map.group(of: $1)) }
    var events = try source.history(of: subjects, before: end)
    if let types = eventTypes { events.removeAll { !types.contains($0.type) } }
    var holes = Hole.ofDefects(events)
    for part in own {
      holes += try FoldedModel.refold(part, subjects, events, map, in: tables)
    }
    return holes.inOrder
  }

  private static func refold<P: Projector>(
    _ part: P.Type, _ subjects: Set<String>, _ events: [DecodedEvent], _ map: CustomerMap,
    in tables: Tables
  ) throws -> [Hole] {
    for table in try PartTables.names(of: part) {
      guard let column = try tables.db.primaryKey(table).columns.first else { continue }
      for subject in subjects.sorted() {
        try tables.delete(from: table, where: column, is: subject)
      }
    }
    return try apply(part, events, map, but: [], to: tables)
  }

  // MARK: What rows follow from

  package func events(
    behind rows: [RowName], of source: any EventSource, before end: Position
  ) throws -> [[Position]?] {
    var found: [[Position]?] = rows.map { _ in nil }
    for part in parts {
      let tables = Set(try PartTables.names(of: part))
      let own = rows.indices.filter { tables.contains(rows[$0].table) }
      if own.isEmpty { continue }
      let keys = own.map { rows[$0].key.first }
      let positions = try FoldedModel.positions(part, keys, of: source, before: end)
      for (index, list) in zip(own, positions) { found[index] = list }
    }
    return found
  }

  /// The events of each key: the first column of a primary key is the key of the fold.
  private static func positions<P: Projector>(
    _ part: P.Type, _ keys: [SQLValue?], of source: any EventSource, before end: Position
  ) throws -> [[Position]?] {
    let projector = P()
    let map = try source.customers(before: end)
    var found: [String: [Position]] = [:]
    for case .text(let key)? in keys { found[key] = [] }
    func add(_ events: [DecodedEvent]) {
      for event in events where event.position < end {
        guard P.eventTypes?.contains(event.type) ?? true else { continue }
        if let key = projector.key(of: event, map) { found[key]?.append(event.position) }
      }
    }
    if P.isOfCustomers {
      let subjects = found.keys.reduce(into: Set<String>()) { $0.formUnion(map.group(of: $1)) }
      add(try source.history(of: subjects, before: end))
    } else {
      var next = Position.zero
      while next < end {
        let batch = try source.events(from: next, countMax: 8_192, ofTypes: P.eventTypes)
        guard batch.next > next else { break }
        add(batch.events)
        next = batch.next
      }
    }
    return keys.map { key in
      if case .text(let text)? = key { found[text] } else { nil }
    }
  }
}

extension Projector {
  /// The key under which an event is folded; nil where it is not.
  func key(of event: DecodedEvent, _ map: CustomerMap) -> String? {
    guard event.defect == nil, map.counts(event.position), let key = key(of: event) else {
      return nil
    }
    return Self.isOfCustomers ? map.customer(of: key) : key
  }

  func foldTellingHole(_ event: DecodedEvent, into state: inout State) -> [Hole] {
    guard let reason = fold(event, into: &state) else { return [] }
    return [Hole(event, reason)]
  }
}

/// Names of the tables that a projector makes.
enum PartTables {
  private static let known = Mutex<[String: [String]]>([:])

  static func names(of part: any Projector.Type) throws -> [String] {
    let sql = part.tables
    if let names = known.withLock({ $0[sql] }) { return names }
    let names = try DatabaseQueue().write { db in
      try db.execute(sql: sql)
      return try String.fetchAll(
        db,
        sql: """
          SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'
            ORDER BY name
          """)
    }
    known.withLock { $0[sql] = names }
    return names
  }
}
