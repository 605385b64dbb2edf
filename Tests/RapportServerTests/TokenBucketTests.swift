import Testing

@testable import RapportServer

@Suite struct TokenBucketTests {
  private static let second: Int64 = 1_000_000

  @Test func itGivesItsDepthAtOnceAndItsRateForEver() {
    var bucket = TokenBucket(rate: 10, depth: 20, at: 0)
    for _ in 0..<20 { #expect(bucket.take(at: 0) == nil) }
    #expect(bucket.take(at: 0) == 1, "the next comes within a second")
    var given = 0
    for tick in 1...100 where bucket.take(at: Int64(tick) * Self.second / 20) == nil { given += 1 }
    #expect(given == 50, "ten a second over five seconds")
  }

  @Test func aSlowBucketSaysHowLongToWait() {
    var bucket = TokenBucket(rate: 1, depth: 1, at: 0)
    #expect(bucket.take(at: 0) == nil)
    #expect(bucket.take(at: 0) == 1)
    #expect(bucket.take(at: Self.second - 1) == 1)
    #expect(bucket.take(at: Self.second) == nil)
  }

  /// A clock that goes back, or very far ahead, gives nothing for nothing.
  @Test func noTimeGivesMoreThanItsDepth() {
    var bucket = TokenBucket(rate: 1_000_000, depth: 3, at: 0)
    for _ in 0..<3 { #expect(bucket.take(at: .max) == nil) }
    #expect(bucket.take(at: .max) != nil)
    #expect(bucket.take(at: 0) != nil)
    #expect(!bucket.isFull(at: .max))
    var other = TokenBucket(rate: 2, depth: 4, at: 0)
    #expect(other.isFull(at: 0))
    _ = other.take(at: 0)
    #expect(!other.isFull(at: 0) && other.isFull(at: Self.second))
  }
}
