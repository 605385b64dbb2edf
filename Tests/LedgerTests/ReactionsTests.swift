// What follows by itself, over a real ledger: once, whatever is lost or killed in between.

import Foundation
import JSONBytes
import Ledger
import LogEngine
import Projection
import RapportTesting
import Testing

@Suite struct ReactionsTests {
  private static let mark = "index/reactions"

  private func line(
    _ id: String, _ type: String, of customer: String = "c1", at time: Timestamp, _ data: JSONValue
  ) -> String {
    let event: JSONValue = [
      "specversion": "1.0", "id": .string(id), "source": "/desk", "type": .string(type),
      "subject": .string(customer), "time": .string(time.text), "dataschema": .string("\(type)/1"),
      "authtype": "app_user", "authid": "a", "data": data,
    ]
    return event.text + "\n"
  }

  private func days(_ number: Int64) -> Timestamp {
    Timestamp(microseconds: Ledger.now().microseconds + number * 86_400_000_000)
  }

  private func wish(_ customer: String = "c1") -> String {
    line(
      "w-\(customer)", "preference.stated", of: customer, at: days(-9),
      ["topic": "travel.hotel.room", "value": "quiet", "standing": true, "strength": "prefer"])
  }

  private func booking(_ id: String, of customer: String = "c1") -> String {
    line(
      id, "booking.created", of: customer, at: days(-1),
      [
        "bookingId": .string("B-\(id)"), "topic": "travel.hotel",
        "slots": [["slot": "room", "startsAt": .string(days(30).text)]],
      ])
  }

  private func invitation(_ customer: String = "c1") -> String {
    line(
      "i", "relationship.invited", of: customer, at: days(-9),
      ["topic": "products.shoes", "channel": "email", "offer": "x", "noticeEventId": "n"])
      + line("d", "relationship.declined", of: customer, at: days(-8), ["invitationEventId": "i"])
  }

  /// Appends without anything that follows, as a command does that is killed then.
  private func append(_ lines: String, to ledger: TestLedger) async throws {
    let summary = try await ledger.append(lines)
    #expect(summary.rejected == 0, "\(summary.rejections)")
  }

  private func react(_ ledger: TestLedger) async throws -> ReactionSummary {
    try await ledger.write { try await $0.react() }
  }

  private func events(_ ledger: TestLedger, _ type: String) throws -> [DecodedEvent] {
    try ledger.read {
      try $0.mapper.events(from: .zero, countMax: .max, ofTypes: [type]).events
    }
  }

  @Test func aProposalFollowsItsBookingOnceAndNamesIt() async throws {
    let ledger = try TestLedger()
    try await append(wish() + booking("b1"), to: ledger)
    #expect(try await react(ledger).appended == ["action.proposed": 1])
    let proposal = try #require(try events(ledger, "action.proposed").first)
    #expect(proposal.causationid == "b1" && proposal.subject == "c1")
    #expect(proposal.authtype == "system" && proposal.authid == "rapport")
    #expect(proposal.data["preferenceEventId"]?.string == "w-c1")
    #expect(proposal.id.hasPrefix("follows-"))
    #expect(try await react(ledger).count == 0)
    try await append(booking("b2"), to: ledger)
    #expect(try await react(ledger).count == 1)
    #expect(try events(ledger, "action.proposed").map(\.causationid) == ["b1", "b2"])
  }

  @Test func aDeclineBringsThePauseOfThePolicy() async throws {
    let ledger = try TestLedger()
    try await append(invitation(), to: ledger)
    #expect(try await react(ledger).count == 0, "without a policy nobody says how long")
    #expect(try await react(ledger).customers == 0, "nor is it looked at again and again")
    _ = try await ledger.write { try await $0.publishPlan() }
    #expect(try await react(ledger).appended == ["contact.paused": 1], "now somebody does")
    let pause = try #require(try events(ledger, "contact.paused").first)
    #expect(pause.causationid == "d" && pause.time < days(-7))
    #expect(pause.data["topic"]?.string == "products.shoes")
    #expect(pause.data["purpose"]?.string == "*" && pause.data["channel"]?.string == "*")
    let until = try #require(pause.data["until"]?.text.flatMap { Timestamp($0) })
    #expect(until > days(350) && until < days(360))
    #expect(try await react(ledger).count == 0)
  }

  @Test func losingTheMarkCostsAScanAndNothingIsAddedTwice() async throws {
    let ledger = try TestLedger()
    _ = try await ledger.write { try await $0.publishPlan() }
    try await append(wish() + booking("b1") + invitation(), to: ledger)
    #expect(try await react(ledger).count == 2)
    let path = "\(ledger.directory)/\(Self.mark)"
    let size = try ledger.read { $0.size }
    for content in ["", "no JSON", "{\"ledger\":\"another\",\"position\":99}\n"] {
      try Ledger.writePrivateFile(Array(content.utf8), to: path)
      #expect(try await react(ledger).count == 0)
      #expect(try ledger.read { $0.size } == size)
    }
    try FileManager.default.removeItem(atPath: path)
    let again = try await react(ledger)
    #expect(again.count == 0 && again.customers == 1)
    #expect(FileManager.default.fileExists(atPath: path))
    let idle = try await react(ledger)
    #expect(idle.customers == 0, "what was looked at is not looked at again")
  }

  @Test func anAppendThatWasKilledBeforeItIsMadeGoodByTheNext() async throws {
    let ledger = try TestLedger()
    try await append(wish() + booking("b1"), to: ledger)
    // The next command appends something else.
    try await append(
      line("x", "interest.stated", of: "c2", at: days(-1), ["topic": "tea"]), to: ledger)
    #expect(try await react(ledger).appended == ["action.proposed": 1])
  }

  @Test func killedAfterSomeOfWhatFollowsTheRestFollowsNextTime() async throws {
    let ledger = try TestLedger()
    try await append(wish() + booking("b1"), to: ledger)
    #expect(try await react(ledger).count == 1)
    // As if the mark had not been written: the first is recognised, the second is new.
    try await append(booking("b2"), to: ledger)
    try FileManager.default.removeItem(atPath: "\(ledger.directory)/\(Self.mark)")
    #expect(try await react(ledger).count == 1)
    #expect(try events(ledger, "action.proposed").count == 2)
  }

  @Test func mergedSubjectsAreOneCustomer() async throws {
    let ledger = try TestLedger()
    try await append(wish("c1"), to: ledger)
    try await append(
      line(
        "m", "profile.merged", of: "c2", at: days(-5),
        ["canonical": "c2", "absorbed": "c1", "assurance": "probable"]), to: ledger)
    try await append(booking("b1", of: "c2"), to: ledger)
    #expect(try await react(ledger).count == 1)
    #expect(try events(ledger, "action.proposed").map(\.subject) == ["c2"])
  }

  @Test func ofManyCustomersOnlyThoseWithAWishAreLookedAt() async throws {
    let ledger = try TestLedger()
    let customers = (0..<300).map { "k\($0)" }
    let lines = customers.enumerated().map { number, customer in
      (number % 30 == 0 ? wish(customer) : "") + booking("b\(number)", of: customer)
    }
    try await append(lines.joined(), to: ledger)
    let summary = try await react(ledger)
    #expect(summary.customers == 10)
    #expect(summary.appended == ["action.proposed": 10])
  }

  @Test func whatIsOldBringsNothingAndCostsNoHistory() async throws {
    let ledger = try TestLedger()
    let orders = (0..<50).map { number in
      line(
        "o\(number)", "order.completed", of: "k\(number)", at: days(-400),
        [
          "orderId": .string("O\(number)"), "lines": [["quantity": 1, "topic": "wine"]],
          "total": ["amount": "1.00", "currency": "EUR"],
        ])
    }
    try await append(orders.joined(), to: ledger)
    let summary = try await react(ledger)
    #expect(summary.count == 0 && summary.customers == 0)
  }

  @Test func aCopyNeedsNoMarkAndVerifyKnowsIt() async throws {
    let ledger = try TestLedger()
    try await append(wish() + booking("b1"), to: ledger)
    _ = try await react(ledger)
    #expect(try ledger.read { try $0.verify(deep: true).isGood })
    let copy = "\(ledger.folder.path)/copy"
    let restored = "\(ledger.folder.path)/restored"
    _ = try Ledger.backUp(ledger.directory, to: copy)
    #expect(!FileManager.default.fileExists(atPath: "\(copy)/\(Self.mark)"))
    _ = try Ledger.restore(copy, to: restored)
    let opened = try Ledger.open(restored, for: .writing)
    let again = try await opened.react()
    #expect(again.count == 0 && again.customers == 1)
    try await opened.close()
  }

  @Test func aLedgerThatIsReadAndOneWithTypesOfItsOwnReactToNothing() async throws {
    let ledger = try TestLedger()
    try await append(wish() + booking("b1"), to: ledger)
    let reader = try Ledger.open(ledger.directory, for: .reading)
    #expect(try await reader.react().count == 0)
    try await reader.close()
    #expect(try events(ledger, "action.proposed").isEmpty)
  }
}
