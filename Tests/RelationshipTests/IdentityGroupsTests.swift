import RapportTesting
import Relationship
import Testing

@Suite struct IdentityGroupsTests {
  private func merged(
    _ place: UInt64, _ kept: String, _ absorbed: String, verified: Bool = true, id: String? = nil
  ) -> IdentityEvent {
    .merged(
      place: place, id: id ?? "m\(place)", kept: kept, absorbed: absorbed, isVerified: verified)
  }

  private func unmerged(_ place: UInt64, _ subject: String, _ id: String) -> IdentityEvent {
    .unmerged(place: place, subject: subject, mergeId: id)
  }

  @Test func nobodyIsMerged() {
    #expect(IdentityGroups([]).canonical.isEmpty)
  }

  @Test func aMergeJoins() {
    #expect(IdentityGroups([merged(1, "a", "b")]).canonical == ["a": "a", "b": "a"])
  }

  @Test func aChainIsOneGroupInWhateverOrder() {
    let links = [merged(1, "a", "b"), merged(2, "b", "c"), merged(3, "c", "d")]
    let expected = ["a": "a", "b": "a", "c": "a", "d": "a"]
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      #expect(IdentityGroups(order.map { links[$0] }).canonical == expected)
    }
  }

  @Test func theEarliestVerifiedMergeDecidesBetweenTwoThatNothingAbsorbs() {
    let both = [merged(1, "a", "c", verified: false), merged(2, "b", "c")]
    #expect(IdentityGroups(both).canonical == ["a": "b", "b": "b", "c": "b"])
    let neither = [
      merged(1, "a", "c", verified: false), merged(2, "b", "c", verified: false),
    ]
    #expect(IdentityGroups(neither).canonical["b"] == "a")
  }

  @Test func aCircleIsReadUnderTheEarliestVerified() {
    let circle = [merged(1, "a", "b", verified: false), merged(2, "b", "a")]
    #expect(IdentityGroups(circle).canonical == ["a": "b", "b": "b"])
  }

  @Test func anUnmergeTakesExactlyOneMergeBack() {
    let events = [merged(1, "a", "b"), merged(2, "a", "c"), unmerged(3, "a", "m1")]
    let groups = IdentityGroups(events)
    #expect(groups.canonical == ["a": "a", "c": "a"])
    #expect(groups.undone == [1: "a", 3: "a"])
  }

  @Test func ofTwoMergesOfOneIdTheLatestOfTheSubjectIsMeant() {
    let events = [
      merged(1, "a", "b", id: "m"), merged(2, "x", "y", id: "m"), unmerged(3, "a", "m"),
    ]
    #expect(IdentityGroups(events).canonical == ["x": "x", "y": "x"])
  }

  /// The ledger tells ids apart by their bytes; equal as characters they may be those of two merges.
  @Test(arguments: ["m\u{E9}", "me\u{301}"]) func anUnmergeMeansTheMergeWithTheBytesOfItsId(
    _ id: String
  ) {
    let events = [merged(1, "a", "b", id: "m\u{E9}"), merged(2, "a", "c", id: "me\u{301}")]
    let groups = IdentityGroups(events + [unmerged(3, "a", id)])
    let isFirst = id.utf8.elementsEqual("m\u{E9}".utf8)
    #expect(groups.canonical == (isFirst ? ["a": "a", "c": "a"] : ["a": "a", "b": "a"]))
    #expect(groups.undone == [(isFirst ? 1 : 2): "a", 3: "a"])
  }

  @Test func anUnmergeOfNothingChangesNothing() {
    let groups = IdentityGroups([unmerged(1, "a", "m9"), merged(2, "a", "b", id: "m9")])
    #expect(groups.canonical == ["a": "a", "b": "a"])
    #expect(groups.undone.isEmpty)
  }

  @Test func aSubjectMergedWithItselfIsAlone() {
    #expect(IdentityGroups([merged(1, "a", "a")]).canonical.isEmpty)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func mergesTakenBackAreAsIfTheyHadNeverBeen(offset: UInt64) {
    let seed = SeededGenerator.seedOfThisRun &+ offset
    var generator = SeededGenerator(seed: seed)
    var events: [IdentityEvent] = []
    var kept: [IdentityEvent] = []
    for place in 1...UInt64.random(in: 1...30, using: &generator) {
      let (one, other) = (
        Int.random(in: 0..<6, using: &generator), Int.random(in: 0..<6, using: &generator)
      )
      events.append(merged(place, "s\(one)", "s\(other)", verified: .random(using: &generator)))
      if Bool.random(using: &generator) { kept.append(events.last!) }
    }
    let undone = events.filter { !kept.contains($0) }.shuffled(using: &generator)
    for (number, event) in undone.enumerated() {
      guard case .merged(_, let id, let subject, _, _) = event else { continue }
      events.append(unmerged(UInt64(100 + number), subject, id))
    }
    #expect(IdentityGroups(events).canonical == IdentityGroups(kept).canonical, "seed \(seed)")
  }
}
