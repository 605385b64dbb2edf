/// That a loop of a test says in which turn it failed.
import RapportTesting
import Testing

@Suite struct WithEveryTests {
  private struct Broken: Error {}

  @Test func everyElementIsTriedInOrder() {
    var seen: [Int] = []
    withEvery("cut", in: 1...3) { cut in
      withEvery("flip", in: [10, 20]) { flip in
        #expect(loopValues == "cut = \(cut), flip = \(flip)")
        seen.append(cut + flip)
      }
    }
    #expect(seen == [11, 21, 12, 22, 13, 23])
    #expect(loopValues.isEmpty)
  }

  @Test func aThrownErrorNamesTheTurnsOfAllLoops() {
    let failure = #expect(throws: LoopFailure.self) {
      try withEvery("cut", in: 0...9) { cut in
        try withEvery("flip", in: 0...9) { flip in
          if cut == 4, flip == 7 { throw Broken() }
        }
      }
    }
    #expect(failure?.values == "cut = 4, flip = 7")
    #expect(failure?.underlying is Broken)
    #expect(failure?.description == "cut = 4, flip = 7: Broken()")
  }

  @Test func aBodyThatWaitsIsNamedToo() async {
    await #expect(throws: LoopFailure.self) {
      try await withEvery("step", in: ["a", "b"]) { step in
        await Task.yield()
        #expect(loopValues == "step = \(step)")
        if step == "b" { throw Broken() }
      }
    }
  }
}
