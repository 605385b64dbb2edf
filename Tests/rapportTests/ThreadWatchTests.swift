import Testing

@testable import rapport

@Suite struct ThreadWatchTests {
  /// Looks with nothing but these answers; the number of the look that ends the program.
  private func end(_ looks: [(used: Int64, hasThread: Bool)]) -> Int? {
    var watch = ThreadWatch()
    return looks.indices.first { index in
      watch.isStuck(used: looks[index].used) { looks[index].hasThread }
    }
  }

  @Test func standingStillWithoutAThreadIsTheEnd() {
    let looks = (0..<100).map { (used: Int64($0) * 100, hasThread: false) }
    #expect(end(looks) == ThreadWatch.looksMax, "the first look has nothing to compare with")
  }

  @Test func workingWithoutAThreadIsNot() {
    #expect(end((0..<100).map { (used: Int64($0) * 50_000, hasThread: false) }) == nil)
  }

  @Test func waitingForInputIsNot() {
    #expect(end((0..<100).map { _ in (used: 5, hasThread: true) }) == nil)
  }

  @Test func aThreadOrSomeWorkInBetweenBeginsAnew() {
    for moved in [true, false] {
      var used: Int64 = 0
      let looks = (0..<200).map { look in
        let isBetter = look % ThreadWatch.looksMax == 0
        if isBetter, moved { used += 1_000_000 }
        return (used: used, hasThread: isBetter && !moved)
      }
      #expect(end(looks) == nil)
    }
  }
}
