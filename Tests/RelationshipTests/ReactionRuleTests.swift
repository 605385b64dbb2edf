// What follows by itself from one customer's events, and what does not.

import JSONBytes
import RapportTesting
import Relationship
import Testing

@Suite struct ReactionRuleTests {
  private struct Made {
    var event: PermissionEvent
    var cause: String?
  }

  private func made(
    _ type: String, _ id: String, on number: Int, recorded: Int? = nil, of subject: String = "c1",
    cause: String? = nil, _ data: JSONValue = [:]
  ) -> Made {
    Made(
      event: PermissionEvent(
        EventStamp(
          id, source: "/t", place: UInt64(number), time: day(number),
          recorded: day(recorded ?? number), author: .customer),
        type: type, subject: subject, data: History.view(data)),
      cause: cause)
  }

  private func wish(
    _ id: String = "w", on number: Int = 1, _ topic: String = "travel.hotel.room",
    standing: Bool = true, until: Int? = nil
  ) -> Made {
    made(
      "preference.stated", id, on: number,
      .object([
        "topic": .string(topic), "value": "quiet", "standing": .bool(standing),
        "strength": "prefer", "validUntil": until.map { .string(day($0).text) },
      ]))
  }

  private func booking(
    _ id: String = "b", on number: Int = 5, starts: Int? = 30, sku: String? = nil
  ) -> Made {
    let slot: JSONValue = .object([
      "slot": "room", "sku": sku.map { .string($0) },
      "startsAt": starts.map { .string(day($0).text) },
    ])
    return made(
      "booking.created", id, on: number,
      [
        "bookingId": .string("B-\(id)"), "topic": "travel.hotel",
        "slots": [slot, ["slot": "lunch"]],
      ])
  }

  private func order(_ id: String = "o", on number: Int = 5, _ topic: String = "wine") -> Made {
    made(
      "order.completed", id, on: number,
      ["orderId": .string("O-\(id)"), "lines": [["quantity": 1, "topic": .string(topic)]]])
  }

  private func reactions(
    _ events: [Made], on now: Int = 6, coolOff: String? = "P12M"
  ) -> [Reaction] {
    ReactionHistory(of: events.map { ($0.event, $0.cause) })
      .reactions(at: day(now), coolOff: { _ in coolOff.flatMap { CalendarPeriod($0) } })
  }

  // MARK: A standing wish meets a booking

  @Test func aStandingWishThatFitsABookingIsProposed() throws {
    let found = try #require(reactions([wish(), booking()]).first)
    #expect(found.type == "action.proposed")
    #expect(found.cause.id == "b" && found.subject == "c1" && found.time == day(5))
    #expect(
      found.data == [
        "action": "booking.fill.room", "occasionEventId": "b", "preferenceEventId": "w",
        "validUntil": .string(day(30).text),
      ])
  }

  @Test func theSlotIsNamedWhereOneFits() {
    func action(_ topic: String) -> String? {
      reactions([wish(on: 1, topic), booking()]).first?.data["action"]?.string
    }
    #expect(action("lunch") == "booking.fill.lunch")
    #expect(action("travel.hotel") == "booking.fill.room", "the first that fits")
    #expect(action("food") == nil)
    let long = Array(repeating: "x", count: 7).joined(separator: ".")
    let deep = made(
      "booking.created", "b", on: 5,
      ["bookingId": "B", "topic": "t", "slots": [["slot": .string(long)]]])
    #expect(
      reactions([wish(on: 1, long), deep]).first?.data["action"]?.string == "booking.fill",
      "an action is a path of at most eight segments")
  }

  @Test func anOrderOfItsTopicIsMetForAWeek() {
    let events = [wish(on: 1, "wine"), order()]
    #expect(reactions(events).first?.data["action"]?.string == "order.honour")
    #expect(reactions(events).first?.data["validUntil"]?.string == day(12).text)
    #expect(reactions(events, on: 11).count == 1)
    #expect(reactions(events, on: 12).isEmpty)
    #expect(reactions([wish(on: 1, "tea"), order()]).isEmpty)
  }

  @Test func whatIsNoStandingWishOfThatTimeIsNotProposed() {
    #expect(reactions([wish(standing: false), booking()]).isEmpty)
    #expect(reactions([booking(on: 5), wish(on: 6)]).isEmpty, "stated after the booking")
    #expect(reactions([wish(until: 29), booking()]).isEmpty, "over when it begins")
    #expect(reactions([wish(until: 31), booking()]).count == 1)
    #expect(
      reactions([
        wish(), booking(), made("preference.retracted", "x", on: 6, ["preferenceEventId": "w"]),
      ]).isEmpty)
    #expect(
      reactions([wish("old"), wish("new", on: 2), booking()])
        .map { $0.data["preferenceEventId"]?.string } == ["new"], "the later wish took its place")
  }

  @Test func aFilledSlotAndABookingThatHasBegunNeedNoProposal() {
    #expect(reactions([wish(), booking(sku: "ROOM-1")]).isEmpty)
    #expect(reactions([wish(), booking()], on: 30).isEmpty)
    #expect(reactions([wish(), booking(starts: nil)], on: 11).count == 1)
    #expect(reactions([wish(), booking(starts: nil)], on: 12).isEmpty)
  }

  @Test func whatWasProposedOrHonouredIsNotProposedAgain() {
    let proposed = made(
      "action.proposed", "p", on: 6,
      ["action": "x", "occasionEventId": "b", "preferenceEventId": "w", "validUntil": "x"])
    #expect(reactions([wish(), booking(), proposed]).isEmpty)
    let applied = made(
      "preference.applied", "a", on: 6,
      [
        "preferenceEventId": "w", "context": "booking", "reference": "B-b",
        "department": "service",
      ])
    #expect(reactions([wish(), booking(), applied]).isEmpty)
    #expect(
      reactions([wish(), booking("b2", on: 5), booking("b3", on: 6), proposed], on: 7)
        .map(\.cause.id) == ["b2", "b3"])
  }

  @Test func whoIsDeadRestrictedOrErasedIsLeftAlone() {
    for type in ["death.notified", "restriction.applied", "data.erased"] {
      #expect(reactions([wish(), booking(), made(type, "x", on: 2)]).isEmpty, "\(type)")
    }
    let lifted = made("restriction.lifted", "y", on: 3, ["restrictionEventId": "x"])
    #expect(
      reactions([wish(), booking(), made("restriction.applied", "x", on: 2), lifted]).count == 1)
  }

  // MARK: A declined invitation brings a rest

  private func invited(
    _ id: String = "i", on number: Int = 1, _ topic: String = "products.shoes"
  ) -> Made {
    made(
      "relationship.invited", id, on: number,
      ["topic": .string(topic), "channel": "email", "offer": "x", "noticeEventId": "n"])
  }

  private func declined(_ id: String = "d", on number: Int = 3, _ invitation: String = "i") -> Made
  {
    made("relationship.declined", id, on: number, ["invitationEventId": .string(invitation)])
  }

  @Test func aDeclinedInvitationPausesItsTopicForTheCoolOff() throws {
    let found = try #require(reactions([invited(), declined()]).first)
    #expect(found.type == "contact.paused")
    #expect(found.cause.id == "d" && found.time == day(3))
    #expect(
      found.data == [
        "channel": "*", "purpose": "*", "topic": "products.shoes",
        "until": .string(try #require(CalendarPeriod("P12M")).after(day(3)).text),
      ])
  }

  @Test func noPauseWithoutAPolicyWithoutTheInvitationOrWhereItIsOver() {
    #expect(reactions([invited(), declined()], coolOff: nil).isEmpty)
    #expect(reactions([declined()]).isEmpty)
    #expect(reactions([invited(), declined(on: 3)], on: 4, coolOff: "P1D").isEmpty)
    #expect(reactions([invited(), declined(on: 3)], on: 3, coolOff: "P1D").count == 1)
  }

  @Test func theInvitationMayComeInAfterItsRefusal() {
    #expect(reactions([declined(on: 3), invited(on: 4)]).count == 1)
  }

  @Test func aPauseThatFollowsTheRefusalAlreadyIsNotRepeated() {
    let paused = made("contact.paused", "p", on: 4, cause: "d", ["until": "x"])
    #expect(reactions([invited(), declined(), paused]).isEmpty)
    let other = made("contact.paused", "p", on: 4, cause: nil, ["until": "x"])
    #expect(reactions([invited(), declined(), other]).count == 1)
  }

  // MARK: Freshness, and running it again

  @Test func whatIsTooOldToMatterIsToldApartByItself() throws {
    let year = CalendarPeriod("P12M")
    func isFresh(_ made: Made, on now: Int) -> Bool {
      ReactionHistory.isFresh(made.event, at: day(now), coolOff: { _ in year })
    }
    #expect(isFresh(booking(), on: 29) && !isFresh(booking(), on: 30))
    #expect(isFresh(order(), on: 11) && !isFresh(order(), on: 12))
    #expect(isFresh(declined(on: 3), on: 300) && !isFresh(declined(on: 3), on: 400))
    #expect(!isFresh(invited(), on: 1))
    let late = made("relationship.invited", "i", on: 1, recorded: 2)
    #expect(isFresh(late, on: 3))
  }

  /// What follows, taken in as events, leaves nothing more to follow: over generated histories.
  @Test func whatFollowsFollowsOnce() {
    withEvery("seed", in: 0..<2_000) { seed in
      var random = SeededGenerator(seed: UInt64(seed))
      var events: [Made] = []
      for number in 1...(3 + random.below(12)) {
        let id = "e\(number)"
        switch random.below(7) {
        case 0: events.append(wish(id, on: number, random.pick(["travel", "lunch", "wine"])))
        case 1: events.append(booking(id, on: number, starts: random.chance(70) ? 30 : nil))
        case 2: events.append(order(id, on: number))
        case 3: events.append(invited(id, on: number))
        case 4: events.append(declined(id, on: number, "e\(1 + random.below(15))"))
        case 5:
          events.append(
            made(
              "preference.retracted", id, on: number,
              ["preferenceEventId": .string("e\(1 + random.below(15))")]))
        default: events.append(wish(id, on: number, "travel.hotel", standing: random.chance(60)))
        }
      }
      let first = reactions(events, on: 16)
      #expect(reactions(events, on: 16) == first, "\(loopValues)")
      let names = first.map { "\($0.cause.id) \($0.type) \($0.detail)" }
      #expect(Set(names).count == names.count, "\(loopValues)")
      for (number, reaction) in first.enumerated() {
        events.append(
          made(
            reaction.type, "r\(number)", on: 16 + number, cause: reaction.cause.id, reaction.data))
      }
      #expect(reactions(events, on: 16).isEmpty, "\(loopValues)")
    }
  }
}
