/// Bookings with the wishes they meet, contracts, perks given unasked, and presents.
extension PracticeHistory {
  mutating func book(_ life: inout PracticeLife, at time: Int64) {
    let course = life.random.pick(PracticeShop.courses)
    let starts =
      daytime(
        time, plus: Int64(7 + life.random.below(40)) * PracticePeriod.day, &life)
      / 3_600_000 * 3_600_000
    let door = life.door
    let booking = write(
      "booking.created", &life, at: time, by: author(at: door, &life),
      from: door == .web ? "/web/courses" : source(of: door, &life)
    ) { data in
      data.id("bookingId", "booking", data.current)
      data.objects("slots", count: 3) { data, place in
        data.code("slot", ["seat", "drink", "lunch"][place])
        data.instant("startsAt", starts + Int64(place) * 3_600_000)
      }
      data.code("topic", course.0)
    }
    // A standing wish that fits fills the slot by itself.
    if life.wish != 0, PracticeShop.wishes[Int(life.wishKind)].slot != nil {
      plan(
        .trade(.propose), life, at: time + 1000 + Int64(life.random.below(4000)), booking, life.wish
      )
    }
    if life.random.chance(20) {
      plan(.service(.feedback), life, at: days(1...3, after: starts, &life), booking)
    }
  }

  mutating func propose(
    _ life: inout PracticeLife, at time: Int64, booking: Ordinal, wish: Ordinal
  ) {
    guard let slot = PracticeShop.wishes[Int(life.wishKind)].slot, life.wish == wish else { return }
    let until = time + 5 * PracticePeriod.day
    let proposal = write(
      "action.proposed", &life, at: time, by: .rapport, from: "/practice/processes",
      cause: booking, case: .of("booking", booking)
    ) { data in
      data.code("action", "booking.fill.\(slot)")
      data.event("occasionEventId", booking)
      data.event("preferenceEventId", wish)
      data.instant("validUntil", until)
    }
    if life.random.chance(80) {
      plan(
        .trade(.applyToBooking), life, at: minutes(5...2000, after: time, &life), booking, wish,
        proposal)
    }
  }

  mutating func applyToBooking(
    _ life: inout PracticeLife, at time: Int64, booking: Ordinal, wish: Ordinal, proposal: Ordinal
  ) {
    guard life.wish == wish else { return }
    write(
      "preference.applied", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/courses", cause: proposal, case: .of("booking", booking)
    ) { data in
      data.code("context", "booking")
      data.code("department", "service")
      data.event("preferenceEventId", wish)
      data.id("reference", "booking", booking)
    }
  }

  mutating func startContract(_ life: inout PracticeLife, at time: Int64) {
    guard life.contract == 0 else { return grantBenefit(&life, at: time) }
    let currency = people.persona(life.number).country.currency
    let months = life.random.chance(60) ? 3 : 12
    let isCare = life.random.chance(50)
    let contract = write(
      "contract.started", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.id("contractId", "contract", data.current)
      data.money("price", months == 3 ? 2_400 : 7_900, currency)
      data.code("term", "P\(months)M")
      data.code("topic", isCare ? "care.bicycle" : "kitchen.coffee")
    }
    life.contract = contract
    let end = time + Int64(months * 30) * PracticePeriod.day
    let next: TradeStep = life.random.chance(65) ? .renewContract : .endContract
    plan(.trade(next), life, at: daytime(end, plus: 0, &life), contract)
  }

  mutating func renewContract(
    _ life: inout PracticeLife, at time: Int64, contract: Ordinal
  ) {
    guard life.contract == contract else { return }
    write(
      "contract.renewed", &life, at: time, by: .software("contract-service"),
      from: "/practice/contracts", cause: contract, case: .of("contract", contract)
    ) { data in
      data.id("contractId", "contract", contract)
      data.code("term", "P12M")
    }
    if life.random.chance(40) {
      plan(.dialogue(.reason), life, at: minutes(20...3000, after: time, &life), contract, 1)
    }
    if life.random.chance(60) {
      plan(.trade(.endContract), life, at: days(100...365, after: time, &life), contract)
    }
  }

  mutating func endContract(_ life: inout PracticeLife, at time: Int64, contract: Ordinal) {
    guard life.contract == contract else { return }
    life.contract = 0
    let reason = life.random.pick(["customer", "customer", "company", "nonPayment", "termOver"])
    let end = write(
      "contract.ended", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life), cause: contract, case: .of("contract", contract)
    ) { data in
      data.id("contractId", "contract", contract)
      data.code("endReason", reason)
    }
    if reason == "customer", life.random.chance(60) {
      plan(.dialogue(.reason), life, at: minutes(1...60, after: time, &life), end, 2)
    }
  }

  mutating func grantBenefit(_ life: inout PracticeLife, at time: Int64) {
    if life.random.chance(25) { return sendGift(&life, at: time) }
    let name = life.random.pick([
      "Free sharpening of one knife", "Free delivery for a month", "Check of the bicycle",
      "A coffee at the counter", "Early entry to the spring sale",
    ])
    let until = time + 90 * PracticePeriod.day
    life.benefit = write(
      "benefit.granted", &life, at: time, by: .software("benefit-service"),
      from: "/practice/benefits"
    ) { data in
      data.id("benefitId", "benefit", data.current)
      data.text("name", name)
      data.instant("validUntil", until)
    }
  }

  mutating func useBenefit(_ life: inout PracticeLife, at time: Int64, benefit: Ordinal) {
    let store = self.store(of: life.number, &life)
    write(
      "benefit.used", &life, at: time, by: .staff(life.random.below(24)), from: store.till,
      cause: benefit
    ) { data in
      data.id("benefitId", "benefit", benefit)
      data.code("storeId", store.id)
    }
  }

  /// A present counts as contact of marketing, so those who said no get none.
  mutating func sendGift(_ life: inout PracticeLife, at time: Int64) {
    let contact = PracticeContact(
      purpose: .marketing, topic: PracticeContact.general, channel: .inperson)
    guard verdict(on: contact, life, at: time).isAllowed || life.permission.forbid == 0,
      life.permission.objection == 0
    else { return }
    let currency = people.persona(life.number).country.currency
    let description = life.random.pick(PracticeWords.gifts)
    let byPost = life.post != 0
    let cents = 150 + 10 * life.random.below(120)
    let gift = write(
      "gift.sent", &life, at: time, by: .staff(life.random.below(24)), from: "/desk/customers"
    ) { data in
      data.code("channel", byPost ? "post" : "inperson")
      data.money("cost", cents, currency)
      data.code("costCode", "presents")
      data.code("department", "marketing")
      data.text("description", description)
      data.id("giftId", "gift", data.current)
      data.code("sender", "The shop in town")
    }
    life.permission.lastMarketing = gift
    life.permission.lastMarketingAt = time
  }
}
