import Testing

@testable import LogEngine

@Suite("Searching among ascending numbers")
struct AscendingTests {
  @Test("every boundary is found from every guess, and nothing outside is looked at")
  func everyBoundary() throws {
    for count in 0...20 {
      for boundary in 0...count {
        for guess in -2...count + 2 {
          let found = try Ascending.countUpTo(of: count, from: guess) { place in
            #expect((0..<count).contains(place))
            return place < boundary
          }
          #expect(found == boundary, "\(count) places, boundary \(boundary), guess \(guess)")
        }
      }
    }
  }

  @Test("the cost is a logarithm of what the guess is off by")
  func cost() throws {
    let count = 1 << 20
    for off in [0, 1, 10, 100, 1_000, count / 2] {
      for boundary in [count / 2 - off, count / 2 + off] {
        var looks = 0
        let found = try Ascending.countUpTo(of: count, from: count / 2) { place in
          looks += 1
          return place < boundary
        }
        #expect(found == boundary)
        let logarithm = (off + 1).bitWidth - (off + 1).leadingZeroBitCount
        #expect(looks <= 2 * logarithm + 2, "off by \(off): \(looks) looks")
      }
    }
  }

  @Test("a guess lies where an even spread would put the number, and always at a place")
  func guess() {
    #expect(Ascending.guess(500, in: 0...1_000, of: 100) == 50)
    #expect(Ascending.guess(0, in: 10...20, of: 7) == 0)
    #expect(Ascending.guess(99, in: 10...20, of: 7) == 6)
    #expect(Ascending.guess(5, in: 5...5, of: 7) == 0)
    #expect(Ascending.guess(.max, in: 0...UInt64.max, of: 7) == 6)
    #expect(Ascending.guess(.max - 1, in: 0...UInt64.max, of: 7) == 6)
    #expect(Ascending.guess(1, in: 0...2, of: 0) == 0)
  }
}
