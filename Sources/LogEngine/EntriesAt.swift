// Single entries by their positions.

extension EventLog {
  /// The exact bytes of the entries at these positions, in the order given. Cost: a frame of a journal is read once for
  /// all of its entries that are asked for one after the other; of a segment the pages of each.
  ///
  /// Throws ``ReadError/beyondEnd(_:)`` for a position that is not acknowledged yet.
  package func entries(at positions: [Position]) throws(ReadError) -> [ArraySlice<UInt8>] {
    var reader = EntryReader(core)
    var entries: [ArraySlice<UInt8>] = []
    entries.reserveCapacity(positions.count)
    for position in positions { entries.append(try reader.entry(at: position)) }
    return entries
  }
}
