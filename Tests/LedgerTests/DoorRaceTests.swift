// Between what the door reads and what it lets in somebody else may append: whenever that is, a promise is kept once.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Synchronization
import Testing

@Suite struct DoorRaceTests {
  /// Whether the door that is looked at runs here, and not a thread of the log.
  @TaskLocal private static var isAtTheDoor = false

  /// A clock that lets somebody else append when the door asks it for the n-th time, while it decides.
  private final class Meddler: Sendable {
    private struct State {
      var left = -1
      var meddle: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())
    private let time: Timestamp

    init(at day: String) { time = History.instant(day) }

    func arm(after calls: Int, _ meddle: @escaping @Sendable () -> Void) {
      state.withLock { $0 = State(left: calls, meddle: meddle) }
    }

    var hasMeddled: Bool { state.withLock { $0.meddle == nil } }

    func now() -> Timestamp {
      guard DoorRaceTests.isAtTheDoor else { return time }
      let meddle = state.withLock { state -> (@Sendable () -> Void)? in
        guard let meddle = state.meddle else { return nil }
        if state.left > 0 {
          state.left -= 1
          return nil
        }
        state.meddle = nil
        return meddle
      }
      meddle?()
      return time
    }
  }

  private static let amount: JSONValue = ["amount": "20.00", "currency": "EUR"]

  private static func granted(_ promise: String) -> String {
    Lines.event(
      "grant-\(promise)", "credit.granted", of: "c2", by: "staff",
      [
        "promiseId": .string(promise), "amount": amount, "reason": "late", "redeemWhere": "*",
      ])
  }

  private static func redeemed(
    _ id: String, _ promise: String, by subject: String = "c2"
  ) -> String {
    Lines.event(
      id, "credit.redeemed", of: subject, at: "2026-03-03", by: "staff", source: "/tills/\(id)",
      ["promiseId": .string(promise), "amount": amount])
  }

  private static let merged = Lines.event(
    "m1", "profile.merged", by: "staff",
    [
      "canonical": "c1", "absorbed": "c2", "assurance": "verified",
      "evidence": ["kind": "idCheck", "reference": "desk"],
    ])

  /// Appends past the door what another till's own door let in, and returns when it is recorded.
  private static func record(_ lines: String, in ledger: Ledger) {
    do {
      let events = try lines.split(separator: "\n").map {
        try ledger.intake.event(JSONDocument(scanning: Array($0.utf8)).root)
      }
      let end = ledger.log.end.value + UInt64(events.count)
      _ = try ledger.log.submit(events)
      while ledger.log.end.value < end { continue }
    } catch {
      Issue.record("\(error)")
    }
  }

  /// How often each promise was redeemed where somebody else appends `meddling` while `lines` are at the door: at each
  /// moment at which the door looks at the clock.
  private func redemptions(
    _ lines: String, together: Bool, meddling: String
  ) async throws -> [Int] {
    var most: [Int] = []
    for calls in 0..<12 {
      let ledger = try TestLedger.at("2026-11-01")
      _ = try await ledger.append(Self.granted("k1") + Self.granted("k2"))
      let meddler = Meddler(at: "2026-11-01")
      let open = try Ledger.open(ledger.directory, for: .writing, clock: { meddler.now() })
      let path = "\(ledger.folder.path)/lines.ndjson"
      try Ledger.writePrivateFile(Array(lines.utf8), to: path)
      meddler.arm(after: calls) { Self.record(meddling, in: open) }
      try await Self.$isAtTheDoor.withValue(true) {
        if together {
          _ = try await open.appendTogether(try InputFile(path), expecting: [])
        } else {
          _ = try await open.appendLines(try InputFile(path))
        }
      }
      try await open.close()
      #expect(calls > 0 || meddler.hasMeddled, "the door asks for the time")
      guard meddler.hasMeddled else { break }
      var count = 0
      try ledger.read { ledger in
        try ledger.replay(types: ["credit.redeemed"], described: false) { entry, _ in
          let data = try JSONDocument(scanning: Array(entry)).root["data"]
          if data?["promiseId"]?.string == "k1" { count += 1 }
        }
      }
      most.append(count)
    }
    return most
  }

  private static let word = Lines.event("i1", "interest.stated", of: "c2", ["topic": "food"])

  private func expectOne(
    _ counts: [Int], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(counts.count > 1, "the door looks more than once", sourceLocation: sourceLocation)
    #expect(counts.allSatisfy { $0 == 1 }, "\(counts)", sourceLocation: sourceLocation)
  }

  @Test func aRedemptionInBetweenIsSeen() async throws {
    expectOne(
      try await redemptions(
        Self.word + Self.redeemed("r1", "k1"), together: false,
        meddling: Self.redeemed("other", "k1")))
  }

  /// What stands before a redemption in the same input may be refused by the log itself: somebody else's event in its
  /// place is not taken for it.
  @Test func aRedemptionInThePlaceOfARefusedEventIsSeen() async throws {
    let ahead = Lines.event("i1", "interest.stated", of: "c2", at: "2026-11-02", ["topic": "food"])
    expectOne(
      try await redemptions(
        ahead + Self.redeemed("r1", "k1"), together: false, meddling: Self.redeemed("other", "k1")))
  }

  /// Two redemptions in one append: what came in between the two looks counts for both.
  @Test func aRedemptionBetweenTwoLooksOfOneAppendIsSeen() async throws {
    expectOne(
      try await redemptions(
        Self.redeemed("r1", "k1") + Self.redeemed("r2", "k2"), together: true,
        meddling: Self.redeemed("other", "k1")))
  }

  /// A merge is recorded under one of two subjects: the other one's revision does not tell of it.
  @Test(arguments: [true, false]) func aMergeInBetweenIsSeen(together: Bool) async throws {
    expectOne(
      try await redemptions(
        Self.word + Self.redeemed("r1", "k1"), together: together,
        meddling: Self.merged + Self.redeemed("other", "k1", by: "c1")))
  }
}
