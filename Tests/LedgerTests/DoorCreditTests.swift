// A promise is kept once, whoever asks first, and the loser is told who did.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite struct DoorCreditTests {
  private static let amount: JSONValue = ["amount": "20.00", "currency": "EUR"]

  private static func granted(
    _ promise: String = "k1", to subject: String = "c1", until: String? = nil
  ) -> String {
    Lines.event(
      "grant-\(promise)", "credit.granted", of: subject, by: "staff",
      .object([
        "promiseId": .string(promise), "amount": amount, "reason": "late", "redeemWhere": "*",
        "validUntil": until.map { .string(History.instant($0).text) },
      ]))
  }

  private static func redeemed(
    _ id: String, _ promise: String = "k1", by subject: String = "c1",
    at day: String = "2026-03-03"
  ) -> String {
    Lines.event(
      id, "credit.redeemed", of: subject, at: day, by: "staff", source: "/tills/\(id)",
      ["promiseId": .string(promise), "amount": amount])
  }

  private static func merged(_ canonical: String, _ absorbed: String) -> String {
    Lines.event(
      "m-\(canonical)-\(absorbed)", "profile.merged", of: canonical, by: "staff",
      [
        "canonical": .string(canonical), "absorbed": .string(absorbed), "assurance": "verified",
        "evidence": ["kind": "idCheck", "reference": "desk"],
      ])
  }

  private static func texts(_ line: String) -> [EventTexts] {
    let bytes = Array(line.utf8.dropLast())
    return [EventTexts(bytes: bytes, items: [EventTexts.Item(range: 0..<bytes.count, line: 1)])]
  }

  @Test func aSecondRedemptionIsRefusedAndNamesTheFirst() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let first = try await ledger.append(Self.granted() + Self.redeemed("r1") + Self.redeemed("r2"))
    #expect(first.appended == 2)
    #expect(first.rejections.map(\.code) == ["credit.redeemed"])
    // It may still be on its way then, without a position.
    #expect(first.rejections[0].sentence.contains("by event r1"))
    let later = try await ledger.append(Self.redeemed("r3"))
    #expect(later.rejections[0].sentence.contains("by event r1 at position 1;"))
    #expect(later.rejections.map(\.code) == ["credit.redeemed"])
    #expect(try await ledger.append(Self.redeemed("r1")).duplicates == 1)
  }

  @Test func whatWasNeverPromisedOrHasEndedIsRefused() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(
      Self.granted("k1", until: "2026-03-05") + Self.redeemed("r1", "k9")
        + Self.redeemed("r2", at: "2026-03-06") + Self.redeemed("r3", by: "c2")
        + Self.redeemed("r4", at: "2026-03-04"))
    #expect(
      summary.rejections.map(\.code) == ["credit.unknown", "credit.expired", "credit.unknown"])
    #expect(summary.appended == 2)
  }

  @Test func oneAppendRedeemsOnceToo() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    func together(_ lines: String) async throws -> AppendSummary {
      let path = "\(ledger.folder.path)/together.ndjson"
      try Ledger.writePrivateFile(Array(lines.utf8), to: path)
      return try await ledger.write {
        try await $0.appendTogether(try InputFile(path), expecting: [])
      }
    }
    let twice = try await together(Self.granted() + Self.redeemed("r1") + Self.redeemed("r2"))
    #expect(twice.rejections.map(\.code) == ["credit.redeemed"] && twice.appended == 0)
    let once = try await together(Self.granted() + Self.redeemed("r1"))
    #expect(once.appended == 2)
  }

  /// 64 writers in one ledger, each with a redemption of its own.
  private func race(
    _ setUp: String, subjects: [String], together: Bool = false
  ) async throws -> (winners: Int, refusals: [Rejection], winner: String) {
    let ledger = try TestLedger.at("2026-11-01")
    _ = try await ledger.append(setUp)
    return try await ledger.write { ledger in
      let summaries = try await withThrowingTaskGroup(of: AppendSummary.self) { group in
        for number in 0..<64 {
          let line = Self.redeemed("r\(number)", by: subjects[number % subjects.count])
          let folder = "\(ledger.directory)-\(number)"
          group.addTask {
            guard together else { return try await ledger.append(Self.texts(line)) }
            try Ledger.writePrivateFile(Array(line.utf8), to: folder)
            return try await ledger.appendTogether(try InputFile(folder), expecting: [])
          }
        }
        return try await group.reduce(into: [AppendSummary]()) { $0.append($1) }
      }
      var winner = ""
      try ledger.replay(types: ["credit.redeemed"], described: false) { entry, _ in
        let view = try JSONDocument(scanning: Array(entry)).root
        let place = view["sequence"]?.string.flatMap { UInt64($0) }
        winner += "by event \(view["id"]?.string ?? "") at position \(place ?? 0);"
      }
      return (
        summaries.map(\.appended).reduce(0, +), summaries.flatMap(\.rejections), winner
      )
    }
  }

  private func expectOneWinner(
    _ found: (winners: Int, refusals: [Rejection], winner: String),
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.winners == 1, sourceLocation: sourceLocation)
    #expect(found.refusals.count == 63, sourceLocation: sourceLocation)
    #expect(
      found.refusals.allSatisfy {
        $0.code == "credit.redeemed" && $0.sentence.contains(found.winner)
      }, "\(found.winner)", sourceLocation: sourceLocation)
  }

  @Test func ofSixtyFourWritersExactlyOneWins() async throws {
    expectOneWinner(try await race(Self.granted(), subjects: ["c1"]))
  }

  @Test func theCreditBelongsToTheCustomerUnderEachOfHerSubjects() async throws {
    expectOneWinner(
      try await race(Self.granted() + Self.merged("c1", "c2"), subjects: ["c1", "c2"]))
  }

  @Test func ofSixtyFourAppendsThatGoTogetherExactlyOneWins() async throws {
    expectOneWinner(
      try await race(
        Self.granted() + Self.merged("c1", "c2"), subjects: ["c1", "c2"], together: true))
  }

  /// A merge on its way in the same input is read before the door decides.
  @Test func aMergeInTheSameInputCounts() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(
      Self.granted() + Self.merged("c1", "c2") + Self.redeemed("r1", by: "c2")
        + Self.redeemed("r2", by: "c1"))
    #expect(summary.appended == 3)
    #expect(summary.rejections.map(\.code) == ["credit.redeemed"])
  }
}
