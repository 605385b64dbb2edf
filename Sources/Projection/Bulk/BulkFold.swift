// The bulk way of working: fold everything in memory, write every row once.

import LogEngine

/// A fold of whatever projector.
protocol AnyBulkFold {
  /// Takes in a batch. Batches come in log order, the first from position 0.
  mutating func fold(_ batch: DecodedBatch, _ map: CustomerMap)
  /// Writes every row, in key order. `between` is called after each key.
  func write(to tables: Tables, between: () throws -> Void) throws
  /// Events that could not be understood, in log order.
  var holes: [Hole] { get }
}

/// Folds batches into states, then writes the rows sorted by key. Costs one look-up an event and no SQL before the
/// end; holds the state of every key at once.
struct BulkFold<P: Projector>: AnyBulkFold {
  private let projector = P()
  private var indexes: [ByteKey: Int] = [:]
  private var keys: [String] = []
  private var states: [P.State] = []
  private(set) var holes: [Hole] = []

  mutating func fold(_ batch: DecodedBatch, _ map: CustomerMap) {
    for event in batch.events {
      guard let key = projector.key(of: event, map) else { continue }
      let index = index(of: key)
      holes += projector.foldTellingHole(event, into: &states[index])
    }
  }

  private mutating func index(of key: String) -> Int {
    if let index = indexes[ByteKey(key)] { return index }
    let index = states.count
    indexes[ByteKey(key)] = index
    keys.append(key)
    states.append(projector.fresh(key))
    return index
  }

  func write(to tables: Tables, between: () throws -> Void) throws {
    let order = keys.indices.sorted { ByteKey.precedes(keys[$0], keys[$1]) }
    for index in order {
      try projector.store(states[index], of: keys[index], in: tables)
      try between()
    }
  }
}
