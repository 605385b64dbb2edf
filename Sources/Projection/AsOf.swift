// A read model as of an earlier point: built up to there, kept for the next question.

import GRDB
package import JSONBytes
package import LogEngine

/// A point of the past.
package enum AsOf: Hashable, Sendable {
  /// The events that had happened by then: whose `time` is not later.
  case time(Timestamp)
  /// The events before this position: that had been recorded by then.
  case position(Position)
}

extension ProjectionEngine {
  /// Files of earlier points that are kept beside the read models, the latest used ones.
  private static var keptMax: Int { 4 }

  /// The model as of a point, as a file of its own. Built once for a point and a size of the ledger. Cost: a rebuild.
  func file(asOf point: AsOf, from source: any EventSource, now: Timestamp) throws -> String {
    try translatingErrors {
      try folder.create()
      let cache = AsOfFolder(folder, version: model.version)
      try cache.create()
      let end = source.end
      let file = cache.file(point, end, catalogue.whole)
      if isWhole(file) {
        try cache.touch(file)
        return file
      }
      let running = ProjectionError.rebuildRunning(model: model.name)
      return try ViewLock.holding(cache.lock, patience: patience, orThrow: running) {
        try cache.removeAll(but: Self.keptMax - 1)
        let past = PastEvents(base: source, end: end, point: point)
        let unfinished = file + ".tmp"
        try ViewCalls.remove(unfinished)
        do {
          _ = try ModelFile.make(
            model, from: past, upTo: past.end, catalogue: catalogue, root: { _ in "" },
            builtAt: now, limits, file: unfinished)
        } catch {
          // The first error is the one to tell; the next question removes what is left.
          try? ViewCalls.remove(unfinished)
          throw error
        }
        try ViewCalls.syncFile(unfinished)
        try ViewCalls.rename(unfinished, to: file)
        return file
      }
    }
  }

  /// Whether a file says what it is. One that does not is built anew: it is derived.
  private func isWhole(_ file: String) -> Bool {
    guard ViewCalls.exists(file) else { return false }
    var configuration = Configuration()
    configuration.readonly = true
    // Whatever is wrong with it, it is not whole.
    let found = try? DatabaseQueue(path: file, configuration: configuration).read {
      try Progress.read(model.name, from: $0)
    }
    return found.flatMap { $0 } != nil
  }

  /// As `query(_:columns:row:)`, of the model as it was at a point of the past.
  package func query(
    _ sql: String, asOf point: AsOf, from source: any EventSource, now: Timestamp,
    columns: ([String]) throws -> Void, row: ([SQLValue]) throws -> Void
  ) throws {
    let file = try file(asOf: point, from: source, now: now)
    try ReadOnlyQuery.run(sql, on: file, model: model.name, columns: columns, row: row)
  }
}

/// The events of another source up to a point of the past.
private struct PastEvents: EventSource {
  let base: any EventSource
  let end: Position
  private let point: AsOf

  init(base: any EventSource, end: Position, point: AsOf) {
    self.base = base
    self.point = point
    // By time, an event recorded today may belong to the past: all are looked at.
    if case .position(let limit) = point { self.end = min(end, limit) } else { self.end = end }
  }

  private func isPast(_ event: DecodedEvent) -> Bool {
    guard event.position < end else { return false }
    if case .time(let time) = point { return event.time <= time }
    return true
  }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    var batch = try base.events(from: start, countMax: countMax, ofTypes: types)
    batch.events.removeAll { !isPast($0) }
    // What moves with the clock is asked as of then: SQL views compute ages from it.
    if case .time(let time) = point {
      batch.recorded = batch.recorded.map { min($0, time) }
    } else if batch.next > end {
      batch.recorded = batch.events.last?.recorded ?? batch.recorded
    }
    batch.next = min(batch.next, end)
    return batch
  }

  func root(at end: Position) throws -> String { "" }

  func customers(before end: Position) throws -> CustomerMap {
    try base.customers(before: end, asOf: point)
  }

  func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent] {
    try base.history(of: subjects, before: end).filter(isPast)
  }
}

/// The folder `views/past`, and the names in it.
private struct AsOfFolder {
  private let path: String
  private let model: String
  private let version: Int

  init(_ folder: ViewFolder, version: Int) {
    path = "\(folder.path)/past"
    model = folder.model
    self.version = version
  }

  var lock: String { "\(path)/\(model).lock" }

  func create() throws(ProjectionError) { try ViewCalls.makeFolder(path) }

  /// The file of a point, seen from a ledger of `end` events, read under this catalogue.
  func file(_ point: AsOf, _ end: Position, _ catalogue: String) -> String {
    let name =
      switch point {
      case .time(let time): "t\(time.microseconds)"
      case .position(let position): "p\(position.value)"
      }
    return
      "\(path)/\(model)@\(version)-\(name)-\(end.value)-\(Digest.text(of: Array(catalogue.utf8)).suffix(8)).sqlite"
  }

  /// Marks a file as used now.
  func touch(_ file: String) throws(ProjectionError) { try ViewCalls.touch(file) }

  /// Removes the files of this model but the `count` latest used, and what was left unfinished.
  func removeAll(but count: Int) throws(ProjectionError) {
    let own = try ViewCalls.names(in: path).filter { $0.hasPrefix("\(model)@") }
    for name in own where name.contains(".sqlite.tmp") {
      try ViewCalls.remove("\(path)/\(name)")
    }
    let files = own.filter { $0.hasSuffix(".sqlite") }.map { "\(path)/\($0)" }
    let byAge = files.sorted { ViewCalls.changed($0) < ViewCalls.changed($1) }
    for file in byAge.dropLast(count) { try ViewCalls.remove(file) }
  }
}
