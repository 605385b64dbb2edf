// Every event of an append has its answer, in order, and nothing is recorded that has none.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite struct AnsweredAppendTests {
  private static let amount: JSONValue = ["amount": "20.00", "currency": "EUR"]

  private static func registered(_ customer: String) -> String {
    Lines.event(
      "r-\(customer)", "customer.registered", of: customer, ["kind": "person", "country": "DE"])
  }

  private static func asked(_ id: String, _ customer: String = "c1") -> String {
    Lines.event(
      id, "inquiry.received", of: customer,
      ["inquiryId": "i", "channel": "email", "topic": "delivery"])
  }

  private static func redeemed(_ id: String) -> String {
    Lines.event(
      id, "credit.redeemed", at: "2026-03-03", by: "staff", source: "/tills/\(id)",
      ["promiseId": "k1", "amount": amount])
  }

  private static let granted = Lines.event(
    "g", "credit.granted", by: "staff",
    ["promiseId": "k1", "amount": amount, "reason": "late", "redeemWhere": "*"])

  private func open(_ ledger: TestLedger) throws -> Ledger {
    let clock = ledger.clock
    return try Ledger.open(
      ledger.directory, for: .writing, clock: { clock?.time ?? Ledger.now() })
  }

  @Test func eachEventHasItsAnswerInOrder() async throws {
    let test = try TestLedger.at("2026-11-01")
    let ledger = try open(test)
    let lines = [
      Self.registered("c1"), "{\"no\": event\n", Self.asked("a"), Self.registered("c1"),
      Lines.event("s", "inquiry.received", ["channel": 7]),
      // A yes without the notice that it was given under.
      Lines.event("y", "consent.given", Lines.consent("nowhere")), Self.asked("b", "c2"),
      Self.granted, Self.redeemed("t1"), Self.redeemed("t2"),
    ]
    let answers = try await ledger.append(EventTexts(lines: lines.joined()))
    func recorded(_ position: UInt64, _ revision: UInt32, again: Bool = false) -> EventAnswer {
      .recorded(position: Position(position), revision: revision, isDuplicate: again)
    }
    #expect(answers.count == lines.count)
    #expect(answers[0] == recorded(0, 1))
    #expect(answers[1].refusal?.code == "event.json")
    #expect(answers[2] == recorded(1, 2))
    #expect(answers[3] == recorded(0, 1, again: true))
    #expect(answers[4].refusal?.code == "event.schema")
    #expect(answers[5].refusal?.code == "permit.noNotice")
    #expect(answers[6] == recorded(2, 1))
    #expect(answers[7] == recorded(3, 3))
    #expect(answers[8] == recorded(4, 4))
    #expect(answers[9].refusal?.code == "credit.redeemed")
    #expect(ledger.log.end == Position(5))
    // The same once more: the same answers, nothing new.
    let again = try await ledger.append(EventTexts(lines: lines.joined()))
    #expect(again.map(\.position) == answers.map(\.position))
    #expect(again[6] == recorded(2, 1, again: true))
    #expect(ledger.log.end == Position(5))
    try await ledger.close()
  }

  @Test func togetherIsAllOrNone() async throws {
    let test = try TestLedger.at("2026-11-01")
    let ledger = try open(test)
    let bad = try await ledger.append(
      EventTexts(lines: Self.asked("a") + Self.redeemed("t1") + Self.asked("b")), together: true)
    #expect(bad.map { $0.refusal?.code } == [nil, "credit.unknown", nil])
    #expect(bad[0] == .heldBack && bad[2] == .heldBack)
    #expect(ledger.log.end == .zero)
    let good = try await ledger.append(
      EventTexts(lines: Self.granted + Self.redeemed("t1") + Self.asked("b")), together: true)
    #expect(good.map(\.position) == [Position(0), Position(1), Position(2)])
    // An id that is taken spoils the whole.
    let other = Lines.event(
      "b", "inquiry.received", ["inquiryId": "i", "channel": "voice", "topic": "delivery"])
    let taken = try await ledger.append(
      EventTexts(lines: Self.asked("c") + other), together: true)
    #expect(taken[0] == .heldBack && taken[1].refusal?.code == "append.id-reused")
    #expect(ledger.log.end == Position(3))
    try await ledger.close()
  }

  @Test func anExpectationThatDoesNotHoldTellsTheRevision() async throws {
    let test = try TestLedger.at("2026-11-01")
    let ledger = try open(test)
    func append(_ id: String, _ expected: ExpectedSubject) async throws -> EventAnswer {
      try await ledger.append(
        EventTexts(lines: Self.asked(id)), expecting: ["c1": expected])[0]
    }
    func isConflict(_ answer: EventAnswer, at revision: UInt32) -> Bool {
      answer.refusal?.code == "append.revision-conflict"
        && answer.refusal?.conflict == SubjectRevision(subject: "c1", revision: revision)
    }
    #expect(isConflict(try await append("a", .exists), at: 0))
    #expect(try await append("a", .none).position == Position(0))
    #expect(isConflict(try await append("b", .none), at: 1))
    #expect(isConflict(try await append("b", .revision(2)), at: 1))
    #expect(try await append("b", .revision(1)).position == Position(1))
    #expect(try await append("c", .exists).position == Position(2))
    #expect(try await append("d", .any).position == Position(3))
    // Who sends again what was recorded hears so, although the revision has moved on.
    #expect(
      try await append("b", .revision(1))
        == .recorded(position: Position(1), revision: 2, isDuplicate: true))
    let several = EventTexts(lines: Self.asked("e") + Self.asked("f", "c2"))
    #expect(
      await code { _ = try await ledger.append(several, expecting: ["c1": .revision(4)]) }
        == "usage.expectations")
    let refused = try await ledger.append(
      several, expecting: ["c1": .revision(3)], together: true)
    #expect(refused.allSatisfy { isConflict($0, at: 4) })
    #expect(ledger.log.end == Position(4))
    try await ledger.close()
  }

  @Test func ofManyWhoExpectTheSameRevisionOneIsRecorded() async throws {
    let test = try TestLedger.at("2026-11-01")
    let ledger = try open(test)
    _ = try await ledger.append(EventTexts(lines: Self.registered("c1")))
    let answers = try await withThrowingTaskGroup(of: EventAnswer.self) { group in
      for number in 0..<32 {
        group.addTask {
          try await ledger.append(
            EventTexts(lines: Self.asked("e\(number)")), expecting: ["c1": .revision(1)])[0]
        }
      }
      return try await group.reduce(into: [EventAnswer]()) { $0.append($1) }
    }
    #expect(answers.count { $0.position == Position(1) } == 1)
    let conflict = SubjectRevision(subject: "c1", revision: 2)
    #expect(answers.count { $0.refusal?.conflict == conflict } == 31)
    #expect(ledger.log.end == Position(2))
    try await ledger.close()
  }

  @Test func of64TillsOneRedeemsTheCredit() async throws {
    let test = try TestLedger.at("2026-11-01")
    let ledger = try open(test)
    _ = try await ledger.append(EventTexts(lines: Self.granted))
    let answers = try await withThrowingTaskGroup(of: EventAnswer.self) { group in
      for number in 0..<64 {
        group.addTask {
          try await ledger.append(EventTexts(lines: Self.redeemed("t\(number)")))[0]
        }
      }
      return try await group.reduce(into: [EventAnswer]()) { $0.append($1) }
    }
    #expect(answers.count { $0.position != nil } == 1)
    #expect(answers.count { $0.refusal?.code == "credit.redeemed" } == 63)
    #expect(ledger.log.end == Position(2))
    try await ledger.close()
  }

  /// The same lines, in batches of any size, give the same log as the way of the command line.
  @Test(arguments: [1, 2])
  func theLogIsThatOfTheCommandLine(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var history = PracticeHistory(customers: 30, events: 1_500, seed: seed)
    var lines: [String] = []
    var line: [UInt8] = []
    while history.nextLine(into: &line) {
      lines.append(String(decoding: line, as: UTF8.self))
      line.removeAll()
      // Some come twice, some are broken.
      if random.chance(5), let earlier = lines.randomElement(using: &random) {
        lines.append(earlier)
      }
      if random.chance(2) { lines.append("{\"specversion\":\"1.0\"}\n") }
    }
    let one = try TestLedger.at("2026-11-01")
    let summary = try await one.append(lines.joined())
    let other = try TestLedger.at("2026-11-01")
    let ledger = try open(other)
    var answers: [EventAnswer] = []
    while answers.count < lines.count {
      let batch = lines[answers.count...].prefix(1 + random.below(300))
      answers += try await ledger.append(EventTexts(lines: batch.joined()))
    }
    #expect(ledger.log.root == (try one.read { $0.log.root }))
    #expect(answers.count { $0.refusal != nil } == summary.rejected)
    let recorded = answers.filter { $0.position != nil }
    #expect(recorded.count == summary.appended + summary.duplicates)
    #expect(
      recorded.count {
        if case .recorded(_, _, isDuplicate: true) = $0 { true } else { false }
      } == summary.duplicates)
    // The revision is the one that the entry has.
    for answer in answers {
      guard case .recorded(let position, let revision, _) = answer else { continue }
      let entry = try JSONDocument(scanning: Array(ledger.log.entries(at: [position])[0])).root
      #expect(entry["revision"]?.integer == revision.map { Int64($0) })
    }
    try await ledger.close()
  }
}
