// The bulk way of working: fold everything in memory, write every row once.

package import LogEngine
package import JSONBytes

/// Folds batches into states, then writes the rows sorted by key. Costs one look-up an event and no SQL before the
/// end; holds the state of every key at once.
package struct BulkFold<P: Projector> {
  /// The keys this fold takes: those whose hash has `remainder` modulo `count`. Folds of all remainders, over the same
  /// events, may run on threads of their own; each key is in one of them.
  package struct Share: Hashable, Sendable {
    package var remainder: UInt64
    package var count: UInt64

    /// Every key.
    package static var all: Share { Share(0, of: 1) }

    /// The part `remainder` of `count` parts.
    package init(_ remainder: UInt64, of count: UInt64) {
      precondition(remainder < count, "a share is one of its parts")
      self.remainder = remainder
      self.count = count
    }

    func takes(_ key: String) -> Bool {
      if count == 1 { return true }
      // FNV-1a: the same in every process, so that a run can be repeated.
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      return hash % count == remainder
    }
  }

  private let projector = P()
  private let share: Share
  private var indexes: [ByteKey: Int] = [:]
  private var keys: [String] = []
  private var states: [P.State] = []
  /// Events that could not be understood, in log order.
  package private(set) var holes: [Hole] = []
  /// The position behind the last event looked at.
  package private(set) var next = Position.zero
  /// The recorded time of the event before ``next``.
  package private(set) var recorded: Timestamp?

  /// A fold of which no event was taken yet.
  package init(_ share: Share = .all) { self.share = share }

  /// Takes in a batch. Batches come in log order, the first from position 0.
  package mutating func fold(_ batch: DecodedBatch) {
    for event in batch.events {
      guard let key = projector.key(of: event), share.takes(key) else { continue }
      let index = index(of: key)
      if let reason = projector.fold(event, into: &states[index]) {
        holes.append(Hole(position: event.position, type: event.type, reason: reason))
      }
    }
    next = batch.next
    recorded = batch.recorded ?? recorded
  }

  private mutating func index(of key: String) -> Int {
    if let index = indexes[ByteKey(key)] { return index }
    let index = states.count
    indexes[ByteKey(key)] = index
    keys.append(key)
    states.append(projector.fresh(key))
    return index
  }

  /// Writes every row, in key order.
  package func write(to tables: Tables) throws {
    let order = keys.indices.sorted { ByteKey.precedes(keys[$0], keys[$1]) }
    for index in order { try projector.store(states[index], of: keys[index], in: tables) }
  }
}
