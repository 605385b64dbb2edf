// A yes is expensive at the door as well: what lacks something never comes into the log, and the rest goes in.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite struct DoorPermitTests {
  private static let notice = Lines.event("n1", "notice.presented", by: "system", Lines.notice)

  private func codes(_ summary: AppendSummary) -> [String] { summary.rejections.map(\.code) }

  @Test func aPermitWithoutItsNoticeIsRefusedAndTheRestGoesIn() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(
      Lines.event("g1", "consent.given", Lines.consent()) + Self.notice
        + Lines.event("w1", "optout.recorded", Lines.optOut()))
    #expect(codes(summary) == ["permit.noNotice"])
    #expect(summary.rejections.first?.line == 1)
    #expect(summary.appended == 2)
    #expect(try ledger.count(of: "consent.given") == 0)
  }

  @Test func theNoticeMayStandEarlierInTheSameInput() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(
      Self.notice + Lines.event("g1", "consent.given", Lines.consent()))
    #expect(codes(summary) == [] && summary.appended == 2)
  }

  /// Seven batches are on their way at once: none of them can be read from the log yet.
  @Test func theNoticeMayStandInAnEarlierBatchThatIsOnItsWay() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let filler = (0..<3_000).map {
      Lines.event("f\($0)", "interest.stated", of: "c\($0 + 2)", ["topic": "food"])
    }
    let summary = try await ledger.append(
      Self.notice + filler.joined() + Lines.event("g1", "consent.given", Lines.consent()))
    #expect(codes(summary) == [] && summary.appended == 3_002)
  }

  @Test func theNoticeOfAnotherCustomerIsNone() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(
      Self.notice + Lines.event("g1", "consent.given", of: "c2", Lines.consent()))
    #expect(codes(summary) == ["permit.noNotice"])
  }

  @Test(arguments: [
    ("staff", "permit.noEvidence"), ("system", "permit.noEvidence"),
    ("import", "permit.fromImport"),
  ]) func whoSaysYesForHerIsAsked(author: String, code: String) async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(
      Self.notice + Lines.event("g1", "consent.given", by: author, Lines.consent()))
    #expect(codes(summary) == [code])
  }

  @Test func whoIsUnderAgeIsToldByTheLawOfHerCountry() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    try await ledger.publish()
    func lines(_ subject: String, _ country: String) -> String {
      Lines.event(
        "r-\(subject)", "customer.registered", of: subject, at: "2026-01-01",
        ["kind": "person", "country": .string(country), "birthDate": "2012-05-01"])
        + Lines.event(
          "n-\(subject)", "notice.presented", of: subject, by: "system", Lines.notice)
        + Lines.event(
          "g-\(subject)", "consent.given", of: subject, Lines.consent("n-\(subject)"))
    }
    let summary = try await ledger.append(lines("de", "DE") + lines("us", "US"))
    #expect(codes(summary) == ["permit.underAge"], "fourteen: 16 in the EU, 13 in the US")
    #expect(summary.rejections.first?.line == 3)
  }

  /// A birth date is hers under whichever of her subjects somebody told it.
  @Test func theAgeIsThatOfEverySubjectOfHers() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    try await ledger.publish()
    let merge = Lines.event(
      "m1", "profile.merged", by: "staff",
      [
        "canonical": "c1", "absorbed": "c2", "assurance": "verified",
        "evidence": ["kind": "idCheck", "reference": "desk"],
      ])
    _ = try await ledger.append(
      Self.notice
        + Lines.event(
          "r2", "customer.registered", of: "c2", at: "2026-01-01",
          ["kind": "person", "country": "DE", "birthDate": "2012-05-01"]) + merge)
    let summary = try await ledger.append(Lines.event("g1", "consent.given", Lines.consent()))
    #expect(codes(summary) == ["permit.underAge"])
  }

  @Test func aChoiceByAnybodyElseIsRefused() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let choice: JSONValue = [
      "purpose": "marketing", "topic": "*", "channels": ["email"], "mode": "only",
    ]
    let summary = try await ledger.append(
      Lines.event("h1", "channel.chosen", by: "system", choice)
        + Lines.event("h2", "channel.chosen", choice)
        + Lines.event(
          "h3", "contact.resumed", by: "staff", ["pauseEventId": "p1"]))
    #expect(codes(summary) == ["choice.author", "choice.author"] && summary.appended == 1)
  }

  @Test func aPolicyThatCannotBeReadIsRefused() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let hash = JSONValue.string("sha256:" + String(repeating: "0", count: 64))
    func policy(_ id: String, _ part: String) -> String {
      Lines.event(
        id, "policy.published", of: nil, by: "staff",
        ["policyVersion": "9", "part": .string(part), "policy": [:], "contentHash": hash])
    }
    let summary = try await ledger.append(policy("p1", "permission") + policy("p2", "sharingPlan"))
    #expect(codes(summary) == ["policy.unreadable"] && summary.appended == 1)
  }

  /// Neither a policy nor a plan comes from an import, by whichever way.
  @Test(arguments: ["permission", "sharingPlan"]) func anImportPublishesNothing(
    part: String
  ) async throws {
    let ledger = try TestLedger.at("2026-11-01")
    try await ledger.publish()
    let shipped = try ledger.read { try $0.publishedPlan().permission?.content ?? [:] }
    let hash = JSONValue.string("sha256:" + String(repeating: "0", count: 64))
    let summary = try await ledger.append(
      Lines.event(
        "p1", "policy.published", of: nil, by: "import", source: "/import/old",
        ["policyVersion": "9", "part": .string(part), "policy": shipped, "contentHash": hash]))
    #expect(codes(summary) == ["import.loosens"] && summary.appended == 0)
  }

  /// Also one that no door would let in today.
  @Test func whatIsRecordedStaysADuplicate() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let yes = Lines.event("g1", "consent.given", Lines.consent())
    try await ledger.write { ledger in
      let bytes = Array(yes.dropLast().utf8)
      let event = try ledger.intake.event(JSONDocument(scanning: bytes).root)
      _ = try await ledger.log.append([event])
    }
    let again = try await ledger.append(yes)
    #expect(again.duplicates == 1 && again.rejected == 0)
    let other = try await ledger.append(
      Lines.event("g1", "consent.given", Lines.consent(topic: "food")))
    #expect(codes(other) == ["append.id-reused"])
  }

  @Test func togetherMeansAllOrNothingAtTheDoorToo() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    func together(_ lines: String) async throws -> AppendSummary {
      let path = "\(ledger.folder.path)/together.ndjson"
      try Ledger.writePrivateFile(Array(lines.utf8), to: path)
      return try await ledger.write {
        try await $0.appendTogether(try InputFile(path), expecting: ["c1=none"])
      }
    }
    let yes = Lines.event("g1", "consent.given", Lines.consent())
    let refused = try await together(yes + Self.notice)
    #expect(codes(refused) == ["permit.noNotice"] && refused.appended == 0)
    #expect(try ledger.read { $0.size } == 0)
    #expect(try await together(Self.notice + yes).appended == 2)
  }
}
