import LogEngine

/// The customers cut into ranges by the order of their names, so that the rows of one range come before those of the
/// next.
struct CustomerRanges: Sendable {
  /// Where each range but the first begins.
  private let starts: [[UInt8]]

  var count: Int { starts.count + 1 }

  /// At most `countMax` ranges with about as many of the customers in `sample` each.
  init(sample: [[UInt8]], countMax: Int) {
    let sorted = sample.sorted { $0.lexicographicallyPrecedes($1) }
    var starts: [[UInt8]] = []
    for number in stride(from: 1, to: max(1, countMax), by: 1) {
      let place = number * sorted.count / countMax
      guard place > 0, place < sorted.count else { continue }
      if starts.last.map({ $0.lexicographicallyPrecedes(sorted[place]) }) ?? true {
        starts.append(sorted[place])
      }
    }
    self.starts = starts
  }

  /// The range of a customer.
  func range(of name: some Collection<UInt8>) -> Int {
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if name.lexicographicallyPrecedes(starts[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
