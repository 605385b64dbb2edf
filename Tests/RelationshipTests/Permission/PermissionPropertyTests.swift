// What holds for every history: P1, P2, P4, P6 and P7 of docs/permission.md.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct PermissionPropertyTests {
  private static func questions(_ history: inout GeneratedHistory, _ count: Int = 4) -> [String] {
    (0..<count).map { _ in history.question() }
  }

  @Test func p1AddingANoNeverRaisesTheVerdict() throws {
    try PropertyRun.expect("P1") { history in
      let asked = Self.questions(&history)
      return (asked, [history.tightening(near: asked)])
    } check: { base, asked, added in
      try PropertyRun.expectNotRaised(asked, base.book, try base.adding(added))
    }
  }

  @Test func p2OrderOfArrivalPlaysNoPart() throws {
    try PropertyRun.expect("P2") { history in
      (Self.questions(&history, 2), [])
    } check: { base, asked, _ in
      var random = SeededGenerator(seed: UInt64(base.lines.count))
      var shuffled = base.events.shuffled(using: &random)
      for index in shuffled.indices { shuffled[index].stamp.place = base.events[index].stamp.place }
      try PropertyRun.expectSame(
        asked, PropertyRun.answers(asked, base.book),
        PropertyRun.answers(asked, PropertyRun.book(shuffled)))
    }
  }

  @Test func p4MergeAndUnmergeChangeNothing() throws {
    try PropertyRun.expect("P4") { history in
      let assurance = ["verified", "probable"][history.lines.count % 2]
      return (
        Self.questions(&history, 3),
        [
          "m1 d40 A: profile.merged {canonical: A, absorbed: C, assurance: \(assurance)}",
          "m2 d41 A: profile.unmerged {mergeEventId: m1}",
        ]
      )
    } check: { base, asked, added in
      // Between the two the merge is in force.
      let between = NotationTime.day(40)..<NotationTime.day(41)
      let asked = try asked.filter { !between.contains(try PropertyRun.question($0).1) }
      try PropertyRun.expectSame(
        asked, PropertyRun.answers(asked, base.book),
        PropertyRun.answers(asked, base.adding(added)))
    }
  }

  /// A merge that is not verified raises nothing: what was denied to each stays denied.
  @Test func anUnverifiedMergeRaisesNoVerdict() throws {
    try PropertyRun.expect("P4b") { history in
      let canonical = history.random.pick(GeneratedHistory.subjects)
      let absorbed = history.random.pick(GeneratedHistory.subjects.filter { $0 != canonical })
      let (asked, how) = (Self.questions(&history), history.random.pick(["", " by import"]))
      return (
        asked,
        [
          "m1 d\(history.random.below(101)) \(canonical): profile.merged {canonical: \(canonical), "
            + "absorbed: \(absorbed), assurance: probable}\(how)"
        ]
      )
    } check: { base, asked, added in
      let owned = try PropertyRun.aboutOwnPoints(asked, base.book)
      try PropertyRun.expectNotRaised(owned, base.book, try base.adding(added))
    }
  }

  /// P5, as far as facts go: what the door sets aside is not asked here.
  @Test func p5ImportsRaiseNoVerdict() throws {
    try PropertyRun.expect("P5") { history in
      let asked = Self.questions(&history).filter { text in
        ["marketing", "relationship", "sharing"].contains { text.hasPrefix("{purpose: \($0)") }
      }
      return (asked, (0..<3).map { _ in history.imported() })
    } check: { base, asked, added in
      let owned = try PropertyRun.aboutOwnPoints(asked, base.book)
      try PropertyRun.expectNotRaised(owned, base.book, try base.adding(added))
    }
  }

  /// Of an erasure that was recorded later nothing is known either, but what it made unreadable cannot be read any
  /// more: that only tightens, and of who was erased herself nothing is said here.
  @Test func p6WhatIsRecordedLaterChangesNoAnswer() throws {
    try PropertyRun.expect("P6") { history in
      (Self.questions(&history, 2), [])
    } check: { base, asked, _ in
      let events = base.events
      for cut in Set([events.count / 2, events.count - 1]).sorted() where cut > 0 {
        let known = events[cut - 1].stamp
        let before = PropertyRun.book(try base.events(before: cut))
        var ways = [KnownAt.position(known.place)]
        // By time, where no later event has the same.
        if events[cut].stamp.recorded > known.recorded { ways.append(.recorded(known.recorded)) }
        let erased = Set(
          events[cut...].filter { $0.type == "data.erased" }.map { $0.subject ?? "" })
        for way in ways {
          guard !erased.isEmpty else {
            try PropertyRun.expectSame(
              asked, PropertyRun.answers(asked, before),
              PropertyRun.answers(asked, base.book, knownAt: way), " \(way)")
            continue
          }
          let others = try asked.filter { text in
            let (question, at) = try PropertyRun.question(text)
            let group = before.merges.group(of: question.customer, at: at)
            return erased.isDisjoint(with: group.subjects)
          }
          try PropertyRun.expectNotRaised(others, before, base.book, knownAt: way)
        }
      }
    }
  }

  @Test func p7TheDecidingEventCountsAndIsHersOrOfHerAddressOrOfTheHouse() throws {
    try PropertyRun.expect("P7") { history in
      (Self.questions(&history), [])
    } check: { base, asked, _ in
      for (question, decision) in zip(asked, try PropertyRun.decisions(asked, base.book)) {
        guard let wrong = try wrong(with: decision, question, base) else { continue }
        throw PropertyRun.Failure(
          question: question,
          sentence: "\(decision.rule.rawValue) by \(decision.decidingEvent.stamp.id): \(wrong)")
      }
    }
  }

  /// What is wrong with a deciding event; nil for nothing.
  private func wrong(
    with decision: Decision, _ question: String, _ base: HistoryCase
  ) throws -> String? {
    let stamp = decision.decidingEvent.stamp
    if PropertyRun.house.events.contains(where: { $0.label == stamp.id }) { return nil }
    let (asked, at) = try PropertyRun.question(question)
    guard let event = base.events.first(where: { $0.stamp == stamp }) else {
      return "there is none"
    }
    // Once an erasure is known, nothing can be said of any moment before it.
    guard min(stamp.time, stamp.recorded) <= at || decision.rule == .erased else {
      return "it is yet to come"
    }
    guard let subject = event.subject else { return nil }
    let group = base.book.merges.group(of: asked.customer, at: at).subjects
    guard decision.decidingEvent.isElsewhere else {
      return group.contains(subject) ? nil : "it is of \(subject), not of \(group)"
    }
    return ["optout.recorded", "data.erased"].contains(event.type)
      ? nil : "\(event.type) of another person"
  }

  /// The histories reach every gate and every verdict; otherwise the properties above would say little.
  @Test func theHistoriesReachNearlyEveryRule() throws {
    var found: Set<RuleCode> = []
    for seed in 0..<UInt64(400) {
      var history = GeneratedHistory(seed: seed)
      let asked = Self.questions(&history, 6)
      let book = try HistoryCase(history.lines).book
      for decision in try PropertyRun.decisions(asked, book) { found.insert(decision.rule) }
    }
    let missing = Set(RuleCode.allCases).subtracting(found)
    #expect(missing.count <= 22, "\(missing.map(\.rawValue).sorted())")
  }
}
