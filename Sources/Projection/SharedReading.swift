// One reading of new events for several models that are brought up to date one after the other.

package import LogEngine
import Synchronization

/// The events of another source, of which the last runs are kept as they were decoded: the second model that asks for a run
/// gets them without another look at the log.
///
/// A run is kept when somebody asked for all types, and a few at a time, so that a model far behind costs no memory. Any
/// number of threads may ask.
package final class SharedReading: EventSource {
  private let base: any EventSource
  private let runsMax: Int
  private let runs = Mutex<[Run]>([])

  private struct Run: Sendable {
    var start: Position
    var countMax: Int
    var batch: DecodedBatch
  }

  /// Keeps up to `runsMax` runs of `base`, whose end now is the end of this one.
  package init(_ base: any EventSource, runsMax: Int = 8) {
    self.base = base
    limit = Mutex(base.end)
    self.runsMax = runsMax
  }

  /// The end of the other source when this was made, or when it was told to look: so a model that always finds more does
  /// not keep the others waiting.
  package var end: Position { limit.withLock { $0 } }
  private let limit: Mutex<Position>
  package var stored: (any StoredEvents)? { base.stored }

  /// Keeps no run any longer: nobody will ask for those again.
  package func forget() { runs.withLock { $0 = [] } }

  package func refresh() throws {
    try base.refresh()
    limit.withLock { $0 = base.end }
  }

  package func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    let known = runs.withLock { runs in
      runs.first { $0.start == start && $0.countMax == countMax }?.batch
    }
    if var batch = known {
      if let types { batch.events.removeAll { !types.contains($0.type) } }
      return batch
    }
    let batch = try base.events(from: start, before: end, countMax: countMax, ofTypes: types)
    // A run up to the end may be longer the next time; the shorter one is as right.
    if types == nil, batch.next > start {
      runs.withLock { runs in
        if runs.count == runsMax { runs.removeFirst() }
        runs.append(Run(start: start, countMax: countMax, batch: batch))
      }
    }
    return batch
  }

  package func root(at end: Position) throws -> String { try base.root(at: end) }

  package func isRoot(_ root: String, at end: Position) throws -> Bool {
    try base.isRoot(root, at: end)
  }

  package func customers(before end: Position) throws -> CustomerMap {
    try base.customers(before: end)
  }

  package func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap {
    try base.customers(before: end, asOf: point)
  }

  package func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent] {
    try base.history(of: subjects, before: end)
  }
}
