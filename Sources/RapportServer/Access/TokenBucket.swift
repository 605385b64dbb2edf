// How often somebody may ask: a bucket that fills at a steady rate, and gives one drop a request.

/// Requests of one token or address. Times are microseconds of a clock that never goes back.
struct TokenBucket: Hashable, Sendable {
  /// Requests a second in the long run.
  let rate: Int64
  /// Requests at once after a rest.
  let depth: Int64
  /// Millionths of a request.
  private var level: Int64
  private var filled: Int64

  private static let unit: Int64 = 1_000_000

  /// A full bucket.
  init(rate: Int64, depth: Int64, at now: Int64) {
    precondition(
      (1...1_000_000).contains(rate) && (1...1_000_000).contains(depth),
      "a bucket fills, and holds one request at least")
    self.rate = rate
    self.depth = depth
    level = depth * Self.unit
    filled = now
  }

  /// Takes one request; nil where there is one, else the seconds after which there is one again, at least 1.
  mutating func take(at now: Int64) -> Int? {
    // In a time that fills the whole bucket nothing more can gather.
    let passed = min(max(0, now - filled), depth * Self.unit / rate + 1)
    level = min(depth * Self.unit, level + passed * rate)
    filled = max(filled, now)
    guard level >= Self.unit else {
      let missing = Self.unit - level
      return Int((missing + rate * Self.unit - 1) / (rate * Self.unit))
    }
    level -= Self.unit
    return nil
  }

  /// Whether it is full by now: then it need not be kept.
  func isFull(at now: Int64) -> Bool {
    let passed = min(max(0, now - filled), depth * Self.unit / rate + 1)
    return level + passed * rate >= depth * Self.unit
  }
}
