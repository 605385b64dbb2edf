// Places in the ledger by a name: how one event among thousands is found with one look-up.

/// For each name the places of the events that have it.
struct PlaceIndex<Name: Hashable & Sendable>: Sendable {
  /// Ascending, each once. Few names have more than one.
  private var places: [Name: [UInt64]] = [:]

  /// Ascending; empty where nothing has that name.
  subscript(name: Name) -> [UInt64] { places[name] ?? [] }

  /// Takes in that the event at `place` has that name.
  mutating func add(_ name: Name, _ place: UInt64) {
    Self.insert(place, into: &places[name, default: []])
  }

  private static func insert(_ place: UInt64, into places: inout [UInt64]) {
    let index = places.insertionIndex { $0 < place }
    if index < places.endIndex, places[index] == place { return }
    places.insert(place, at: index)
  }
}

extension RandomAccessCollection {
  /// Behind the last element for which `precedes` holds, which holds for every earlier one too. Costs a look at one
  /// element where that is the last, as nearly always with what comes in the order of the log, else at log2 of them.
  package func insertionIndex(where precedes: (Element) -> Bool) -> Index {
    if let last, precedes(last) { return endIndex }
    var low = startIndex
    var count = self.count
    while count > 0 {
      let half = count / 2
      let middle = index(low, offsetBy: half)
      if precedes(self[middle]) {
        low = index(after: middle)
        count -= half + 1
      } else {
        count = half
      }
    }
    return low
  }
}
