// Questions at the door: never twice, under whichever of her subjects, and nothing sensitive without her yes.

import JSONBytes
import Ledger
import LogEngine
import RapportTesting
import Testing

@Suite struct DoorQuestionTests {
  private static func asked(
    _ id: String, _ question: String = "q1", of subject: String = "c1",
    at day: String = "2026-03-10", by author: String = "staff", topic: String = "special.t01",
    sensitivity: String = "normal", consent: String? = nil
  ) -> String {
    Lines.event(
      id, "question.asked", of: subject, at: day, by: author,
      .object([
        "questionId": .string(question), "topic": .string(topic), "channel": "voice",
        "sensitivity": .string(sensitivity), "consentEventId": consent.map { .string($0) },
      ]))
  }

  private static func merged(_ assurance: String) -> String {
    Lines.event(
      "m1", "profile.merged", at: "2026-03-05", by: "staff",
      [
        "canonical": "c1", "absorbed": "c2", "assurance": .string(assurance),
        "evidence": ["kind": "idCheck", "reference": "desk"],
      ])
  }

  private func codes(_ summary: AppendSummary) -> [String] { summary.rejections.map(\.code) }

  // MARK: Never twice

  @Test func whatWaitsForItsAnswerIsNotAskedAgain() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(Self.asked("a1") + Self.asked("a2", at: "2026-03-11"))
    #expect(codes(summary) == ["question.alreadyAsked"] && summary.appended == 1)
  }

  /// A merge on its way in the same input is read before the door decides.
  @Test func aMergeInTheSameInputCounts() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let summary = try await ledger.append(
      Self.asked("a1") + Self.merged("verified") + Self.asked("a2", of: "c2", at: "2026-03-11"))
    #expect(codes(summary) == ["question.alreadyAsked"] && summary.appended == 2)
  }

  // MARK: With her yes

  private static let notice = Lines.event(
    "n1", "notice.presented", at: "2026-03-01", by: "system", Lines.notice)

  private static func yes(
    _ id: String = "g1", of subject: String = "c1", at day: String = "2026-03-02",
    purpose: String = "care.comfort", topic: String = "*", channel: String = "none",
    point: String = "none", validity: String = "untilWithdrawn", notice: String = "n1"
  ) -> String {
    guard
      case .object(let members) = Lines.consent(
        notice, purpose: purpose, topic: topic, channel: channel, point: point)
    else { return "" }
    return Lines.event(
      id, "consent.given", of: subject, at: day,
      .object(
        members.map {
          $0.name == "validityDuration" ? JSONMember($0.name, .string(validity)) : $0
        }))
  }

  private static func no(_ purpose: String, at day: String) -> String {
    Lines.event(
      "w1", "consent.withdrawn", at: day,
      [
        "purpose": .string(purpose), "topic": "*", "channel": "*", "contactPoint": "*",
        "route": "portal",
      ])
  }

  /// What becomes of a special question that names the yes `g1`, each event recorded when it happened.
  private func refusals(
    _ history: String, naming consent: String? = "g1", sensitivity: String = "special",
    at day: String = "2026-03-10", by author: String = "staff"
  ) async throws -> [String] {
    let ledger = try TestLedger.at("2026-01-01")
    #expect(try await ledger.tell(Self.notice + history) == [])
    return try await ledger.tell(
      Self.asked("a1", at: day, by: author, sensitivity: sensitivity, consent: consent)
    ).map(\.code)
  }

  @Test func aYesInForceToKeepTheAnswerIsEnough() async throws {
    #expect(try await refusals(Self.yes()) == [])
    #expect(try await refusals(Self.yes(topic: "special")) == [], "a topic above")
    #expect(try await refusals(Self.yes(validity: "P24M")) == [])
    #expect(try await refusals(Self.yes(), sensitivity: "sensitive") == [])
    #expect(try await refusals("", naming: nil, sensitivity: "normal") == [])
    #expect(
      try await refusals(Self.no("care.comfort", at: "2026-03-02") + Self.yes(at: "2026-03-03"))
        == [], "she thought better of it")
  }

  @Test func whatIsNoYesOfHersInForceIsRefused() async throws {
    let code = ["question.noConsent"]
    #expect(try await refusals("") == code, "there is no such event")
    #expect(try await refusals(Self.yes(), naming: "n1") == code, "a notice is no yes")
    #expect(try await refusals("", sensitivity: "normal") == code, "named for nothing")
    #expect(try await refusals(Self.yes(topic: "food")) == code, "another topic")
    #expect(
      try await refusals(Self.yes(channel: "email", point: "a")) == code,
      "a yes to e-mails keeps no answers")
    #expect(try await refusals(Self.yes(validity: "P3D")) == code, "it has run out")
    #expect(try await refusals(Self.yes() + Self.no("care", at: "2026-03-03")) == code)
    #expect(
      try await refusals(Self.yes() + Self.no("marketing", at: "2026-03-03")) == [],
      "that no is about something else")
    #expect(
      try await refusals(
        Lines.event("n2", "notice.presented", of: "c2", by: "system", Lines.notice)
          + Self.yes("g2", of: "c2", notice: "n2"), naming: "g2") == ["question.noConsent"],
      "another customer's")
  }

  /// The yes that a till sends late counts from then: the question that came with it is judged as of then.
  @Test func aYesThatComesInLateIsOneAllTheSame() async throws {
    let ledger = try TestLedger.at("2026-11-01")
    let late = try await ledger.append(
      Self.notice + Self.yes() + Self.asked("a1", sensitivity: "special", consent: "g1"))
    #expect(codes(late) == [])
    let before = try await ledger.append(
      Self.asked("a2", "q2", at: "2026-03-01", sensitivity: "special", consent: "g1"))
    #expect(codes(before) == ["question.noConsent"], "it was asked before she said yes")
  }

  @Test func anImportTellsWhatWasAskedElsewhere() async throws {
    #expect(try await refusals("", naming: "of-another-ledger", by: "import") == [])
  }

  /// Whose yes it is must be sure: what a merge joins that nobody verified is another file.
  @Test func theYesOfAFileThatIsPerhapsHersIsNone() async throws {
    func refusals(_ assurance: String) async throws -> [String] {
      let ledger = try TestLedger.at("2026-01-01")
      let told = try await ledger.tell(
        Self.notice + Self.yes() + Self.merged(assurance)
          + Self.asked("a1", of: "c2", sensitivity: "special", consent: "g1"))
      return told.map(\.code)
    }
    #expect(try await refusals("verified") == [])
    #expect(try await refusals("probable") == ["question.noConsent"])
  }
}
