// G8: what time removes, and when.

import JSONBytes
import Relationship
import Testing

@Suite struct PermissionTimeTests {
  private static let yes =
    "e1 d1 consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a}"
  private static let call =
    "e2 d1 consent.given {purpose: marketing, topic: *, channel: voice, contactPoint: p}"

  private func ask(_ question: String, _ lines: String...) throws -> String {
    var asking = Asking("EU", Self.yes, Self.call)
    asking.history += lines
    return try asking.ask(question)
  }

  @Test func aLaterPauseOfHersReplacesTheOthersOfItsScope() throws {
    let long = "p1 d2 contact.paused {purpose: *, topic: *, channel: *, until: d200}"
    let short = "p2 d3 contact.paused {purpose: *, topic: *, channel: *, until: d50}"
    #expect(try ask("", long) == "G8.paused p1 2026-09-18T16:00Z")
    #expect(try ask("", long, short) == "G6.consent e1")
    #expect(try ask("", long, short + " by staff") == "G8.paused p1 2026-09-18T16:00Z")
    #expect(
      try ask("", long, short.replacingFirst("topic: *", "topic: news"))
        == "G8.paused p1 2026-09-18T16:00Z")
    #expect(
      try ask("", long, "r1 d4 contact.resumed {pauseEventId: p1} by customer") == "G6.consent e1")
    #expect(
      try ask("", long, "r1 d4 contact.resumed {pauseEventId: p1} by system")
        == "G8.paused p1 2026-09-18T16:00Z")
    #expect(
      try ask("channel: voice", long.replacingFirst("channel: *", "channel: email"))
        == "G6.consent e2")
  }

  @Test func anAnswerAboutThePastKnowsWhatCameLater() throws {
    let pause = "p1 d2 contact.paused {purpose: *, topic: *, channel: *, until: d200}"
    let resumed = "r1 d60 contact.resumed {pauseEventId: p1} by customer"
    #expect(try ask("at: d50", pause, resumed) == "G8.paused p1 2026-05-01T16:00Z")
    let complaint = "k1 d40 complaint.opened {complaintId: k, topic: products}"
    let settled = "k2 d70 complaint.resolved {complaintId: k}"
    #expect(try ask("at: d50", complaint, settled) == "G8.complaintHold k1 2026-05-11T16:00Z")
    #expect(try ask("at: d50", complaint) == "G8.complaintHold k1 open")
  }

  @Test func aComplaintStaysOpenWhileSheDisagrees() throws {
    let opened = "k1 d40 complaint.opened {complaintId: k, topic: products}"
    #expect(
      try ask("", opened, "k2 d41 complaint.resolved {complaintId: k, customerAgrees: true}")
        == "G6.consent e1")
    #expect(
      try ask("", opened, "k2 d41 complaint.resolved {complaintId: k, customerAgrees: false}")
        == "G8.complaintHold k1 open")
    #expect(
      try ask("", opened, "k2 d41 complaint.resolved {complaintId: k} by import")
        == "G8.complaintHold k1 open")
    #expect(
      try ask("", opened + " by import", "k2 d41 complaint.resolved {complaintId: k} by import")
        == "G6.consent e1")
  }

  @Test func theObstacleThatEndsLastDecides() throws {
    let pause = "p1 d2 contact.paused {purpose: *, topic: *, channel: *, until: d101}"
    let window =
      "w1 d2 cadence.chosen {purpose: *, topic: *, channel: *, window: {days: [sat], from: 09:00, to: 10:00, timeZone: Europe/Berlin}}"
    // d103 is Saturday, 13 June 2026.
    #expect(try ask("", pause, window) == "G8.window w1 2026-06-13T07:00Z")
    let longer = pause.replacingFirst("d101", "d103 07:30")
    #expect(try ask("", longer, window) == "G8.paused p1 2026-06-13T07:30Z")
    let beyond = pause.replacingFirst("d101", "d103")
    #expect(
      try ask("", beyond, window) == "G8.paused p1 2026-06-20T07:00Z",
      "the pause ends last by itself, and the window comes again a week later")
  }

  @Test func hoursThatNeverMeetAreOpenEnded() throws {
    let night =
      "w1 d2 cadence.chosen {purpose: *, topic: *, channel: voice, window: {days: [sat], from: 22:00, to: 23:00, timeZone: Europe/Berlin}}"
    #expect(try ask("channel: voice", night) == "G8.window w1 open")
    let nowhere = night.replacingFirst("Europe/Berlin", "Europe/Nowhere")
    #expect(try ask("channel: voice", nowhere) == "G8.window w1 open")
  }

  @Test func twentyOneOClockIsQuiet() throws {
    // Berlin is two hours ahead in June.
    #expect(try ask("channel: voice, at: d100 18:59") == "G6.consent e2")
    #expect(try ask("channel: voice, at: d100 19:00") == "G8.quietHours P0 2026-06-11T06:00Z")
    #expect(try ask("channel: voice, at: d101 06:00") == "G6.consent e2")
    #expect(try ask("at: d100 23:00") == "G6.consent e1", "a letter wakes nobody")
  }

  @Test func whatSheAskedForJustNowMayCome() throws {
    let inquiry = "i1 d100 22:00 inquiry.received {channel: sms, topic: products}"
    let ask = "purpose: service.reply, channel: sms, occasionEventId: i1"
    #expect(try Asking("EU", inquiry).ask(ask + ", at: d100 22:10") == "class.transactional i1")
    #expect(
      try Asking("EU", inquiry).ask(ask + ", at: d100 22:11")
        == "G8.quietHours P0 2026-06-11T06:00Z")
    #expect(
      try Asking("EU", inquiry + " by system").ask(ask + ", at: d100 22:10")
        == "G8.quietHours P0 2026-06-11T06:00Z")
  }

  @Test func zonesThatStaffAndImportsBringOnlyAdd() throws {
    let phone =
      "CP 2024-01-01 contactpoint.added {contactPointId: p, channels: [voice], value: +12025550101}"
    let home =
      "h1 d2 contactpoint.added {contactPointId: h, channels: [post], value: 1 Example Street, "
      + "timeZones: [America/New_York]}"
    let ask = "channel: voice, at: d100 12:00"
    let everywhere = "G8.quietHoursZoneUnknown P0 2026-06-10T18:00Z"
    #expect(try Asking("US", phone, home).ask(ask) == "G6.optOutRegime P0")
    #expect(try Asking("US", phone, home + " by staff").ask(ask) == everywhere)
    // Where not even the country is known, every zone is possible, whatever an import says.
    let nowhere = "C0 2024-01-01 customer.registered {kind: person}"
    let yes =
      "e2 d1 consent.given {purpose: marketing, topic: *, channel: voice, contactPoint: p}"
    #expect(
      try Asking("US", phone, nowhere, yes).ask("channel: voice, at: d100 18:30") == "G6.consent e2"
    )
    #expect(try Asking("US", phone, nowhere, yes, home + " by import").ask(ask) == everywhere)
  }

  @Test func aNumberMayBeWhereverItWasAddedWith() throws {
    let first =
      "CP 2024-01-01 contactpoint.added {contactPointId: p, channels: [voice], value: +12025550101, "
      + "timeZones: [America/Los_Angeles]}"
    let again =
      "c2 d50 contactpoint.added {contactPointId: q, channels: [voice], value: +12025550101, "
      + "timeZones: [America/New_York]}"
    #expect(
      try Asking("US", first, again).ask("channel: voice, at: d100 12:30")
        == "G8.quietHoursZoneUnknown CP 2026-06-10T15:00Z")
  }

  @Test func everyZoneThatIsPossibleMustBeAwake() throws {
    let phone =
      "CP 2024-01-01 contactpoint.added {contactPointId: p, channels: [voice], value: +12025550101}"
    // Nothing is known but the country: New York to Honolulu.
    let asking = Asking("US", phone)
    #expect(
      try asking.ask("channel: voice, at: d100 17:59")
        == "G8.quietHoursZoneUnknown P0 2026-06-10T18:00Z")
    #expect(try asking.ask("channel: voice, at: d100 18:00") == "G6.optOutRegime P0")
    let home =
      "h1 d2 contactpoint.added {contactPointId: h, channels: [post], value: 1 Example Street, timeZones: [America/New_York]}"
    #expect(
      try Asking("US", phone, home).ask("channel: voice, at: d100 12:00") == "G6.optOutRegime P0")
    #expect(
      try Asking("US", phone, home + " by import").ask("channel: voice, at: d100 12:00")
        == "G8.quietHoursZoneUnknown P0 2026-06-10T18:00Z", "zones from imports only add")
    let unknown = home.replacingFirst("America/New_York", "America/Atlantis")
    #expect(
      try Asking("US", phone, unknown).ask("channel: voice") == "G8.quietHoursZoneUnknown h1 open")
    let before = home.replacingFirst("d2", "2023-01-01")
    #expect(
      try Asking("US", phone, before).ask("channel: voice, at: d100 12:00")
        == "G8.quietHoursZoneUnknown P0 2026-06-10T18:00Z")
  }

  /// What was sent on 30 January in the evening leaves later than what was sent on the 31st in the morning.
  @Test func monthsEndTogetherAndNothingIsMiscounted() throws {
    let cap =
      "c0 2024-02-01 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 1, "
      + "period: P1M}}"
    let evening = "c1 2026-01-30 20:00 contact.sent {}"
    let morning = "c2 2026-01-31 10:00 contact.sent {}"
    #expect(
      try Asking("US", cap, evening, morning).ask("at: 2026-02-28 15:00")
        == "G8.customerCap c1 2026-02-28T20:00Z")
  }

  @Test func aCapOfAdvertisingCountsWhatWasSentAsAdvertising() throws {
    let cap =
      "c0 d2 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 1, period: P7D}}"
    let receipt = "c1 d97 contact.sent {purpose: service.receipt, class: marketing}"
    #expect(try ask("", cap, receipt) == "G8.customerCap c1 2026-06-14T16:00Z")
    #expect(
      try ask("", cap, receipt.replacingFirst("class: marketing", "class: transactional"))
        == "G6.consent e1")
  }

  @Test func aCapOfNoneIsNoTrap() throws {
    let none =
      "c0 d2 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 0, period: P7D}}"
    #expect(try ask("", none) == "G8.customerCap c0 open")
    let one = none.replacingFirst("c0 d2", "c1 d3").replacingFirst("count: 0", "count: 1")
    #expect(try ask("", none, one) == "G6.consent e1")
    #expect(
      try ask("at: d2", none, one) == "G8.customerCap c0 2026-03-05T16:00Z",
      "until she chooses another")
  }

  @Test func capsCountWhatIsAdvertisingFromAnybody() throws {
    let cap =
      "c0 d2 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 2, period: P7D}}"
    let one = "c1 d95 contact.sent {department: sales}"
    let two = "c2 d97 gift.sent {channel: post}"
    #expect(try ask("", cap, one) == "G6.consent e1")
    #expect(try ask("", cap, one, two) == "G8.customerCap c1 2026-06-12T16:00Z")
    #expect(
      try ask("at: d102", cap, one, two) == "G6.consent e1", "it leaves exactly seven days later")
    let survey = "c3 d98 contact.sent {purpose: relationship.survey, class: relationship}"
    #expect(try ask("", cap, two, survey) == "G6.consent e1", "her cap is about marketing")
    let lying = "c4 d98 contact.sent {class: transactional}"
    #expect(
      try ask("", cap, two, lying) == "G8.customerCap c2 2026-06-14T16:00Z",
      "the purpose tells, not the sender")
    let answer = try Asking("EU", Self.yes, cap, one).answer("")
    #expect(answer.customerCap == CapUse(used: 1, left: 1))
    #expect(answer.companyCap == CapUse(used: 1, left: 7))
  }

  @Test func theCompanyCapCountsEverything() throws {
    var asking = Asking("EU", Self.yes)
    for day in 93..<101 {
      asking.history.append("c\(day) d\(day) 12:00 contact.sent {contactPoint: a}")
    }
    #expect(try asking.ask("at: d100 11:00") == "G6.consent e1")
    #expect(
      try asking.ask("at: d100 11:59") == "G6.consent e1", "the eighth is yet to come")
    asking.history.append("c0 d98 13:00 contact.sent {contactPoint: a}")
    #expect(try asking.ask("at: d100 12:00") == "G8.companyCap c94 2026-06-11T12:00Z")
  }

  @Test func aLiveTokenCountsUntilItIsStaleOrRedeemed() throws {
    let cap =
      "c0 d2 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 1, period: P7D}}"
    let token = "c1 d100 contact.decided {verdict: allow, decidingEventId: e1}"
    #expect(try ask("at: d100 16:15", cap, token).hasPrefix("G8.customerCap c1 2026-06-10T16:15Z"))
    #expect(try ask("at: d100 16:16", cap, token) == "G6.consent e1")
    let sent = "c2 d100 16:05 contact.sent {decisionEventId: c1}"
    #expect(try ask("at: d100 16:16", cap, token, sent) == "G8.customerCap c2 2026-06-17T16:05Z")
  }

  @Test func latestCadenceOfAScopeCounts() throws {
    let one =
      "c0 d2 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 1, period: P7D}}"
    let two =
      "c1 d3 cadence.chosen {purpose: marketing, topic: *, channel: *, maxPer: {count: 5, period: P7D}}"
    let window =
      "c2 d4 cadence.chosen {purpose: marketing, topic: *, channel: *, window: {days: [wed], from: 00:00, to: 24:00, timeZone: Europe/Berlin}}"
    let sent = "c9 d99 contact.sent {contactPoint: a}"
    #expect(try ask("", one, sent) == "G8.customerCap c9 2026-06-16T16:00Z")
    #expect(try ask("", one, two, sent) == "G6.consent e1")
    // A window of the same scope leaves the cap as it is. The cap ends on a Tuesday, the window opens on Wednesday.
    #expect(try ask("", one, window, sent) == "G8.customerCap c9 2026-06-16T22:00Z")
  }
}
