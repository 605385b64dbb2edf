/// Searches among ascending numbers that are spread about evenly: first where it should be, then around that place.
enum Ascending {
  /// Where `wanted` should stand among `count` numbers that run evenly through `range`.
  static func guess(_ wanted: UInt64, in range: ClosedRange<UInt64>, of count: Int) -> Int {
    guard count > 0, wanted > range.lowerBound else { return 0 }
    let width = range.upperBound - range.lowerBound
    guard wanted - range.lowerBound < width else { return count - 1 }
    let share = Double(wanted - range.lowerBound) / Double(width)
    return min(count - 1, Int(share * Double(count)))
  }

  /// How many of `count` places, from the first one on, `isUpTo` is true for: it is true up to some place, then false.
  /// Looks at about as many places as the logarithm of what `guess` is off by, twice that at most.
  static func countUpTo(
    of count: Int, from guess: Int, _ isUpTo: (Int) throws(ReadError) -> Bool
  ) throws(ReadError) -> Int {
    guard count > 0 else { return 0 }
    // True for all before `low`, false for all from `high` on.
    var low = 0
    var high = count
    var step = 1
    var place = min(max(0, guess), count - 1)
    if try isUpTo(place) {
      low = place + 1
      while low < high {
        place = min(low - 1 + step, high - 1)
        guard try isUpTo(place) else {
          high = place
          break
        }
        low = place + 1
        step *= 2
      }
    } else {
      high = place
      while low < high {
        place = max(high - step, low)
        guard try !isUpTo(place) else {
          low = place + 1
          break
        }
        high = place
        step *= 2
      }
    }
    while low < high {
      place = (low + high) / 2
      if try isUpTo(place) { low = place + 1 } else { high = place }
    }
    return low
  }
}
