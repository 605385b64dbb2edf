/// Contacts: planned, decided, sent, and what came back; and the experiments among the campaigns.
enum ContactStep: Sendable {
  case begin, plan, decide, send, deliver, bounce, respond, complain, expose
}

/// What one contact is about, small enough to be handed to a later step.
struct PracticeContact {
  enum Purpose: UInt32 {
    case marketing, newsletter, survey, receipt, reply, promise, consentConfirmation

    var path: String {
      switch self {
      case .marketing: "marketing"
      case .newsletter: "marketing.newsletter"
      case .survey: "relationship.survey"
      case .receipt: "service.receipt"
      case .reply: "service.reply"
      case .promise: "service.promise"
      case .consentConfirmation: "service.consentConfirmation"
      }
    }

    /// The class under which the purpose is registered.
    var messageClass: String {
      switch self {
      case .marketing, .newsletter: "marketing"
      case .survey: "relationship"
      case .receipt, .reply, .promise, .consentConfirmation: "transactional"
      }
    }

    var department: String { messageClass == "transactional" ? "service" : "marketing" }
  }

  enum Channel: UInt8 {
    case email, sms, voice, post, inperson

    var path: String {
      switch self {
      case .email: "email"
      case .sms: "sms"
      case .voice: "voice.live"
      case .post: "post"
      case .inperson: "inperson"
      }
    }
  }

  var purpose: Purpose
  /// Place in ``PracticeShop/topics``, or ``general``.
  var topic: Int
  var channel: Channel
  /// Number of the campaign, from 1; 0 = none.
  var campaign = 0
  /// Cell of the campaign, 1 or 2; 0 = none.
  var cell = 0

  static let general = 255

  static func path(ofTopic topic: Int) -> String {
    topic == general ? "general" : PracticeShop.topics[topic].path
  }

  init(purpose: Purpose, topic: Int, channel: Channel, campaign: Int = 0, cell: Int = 0) {
    self.purpose = purpose
    self.topic = topic
    self.channel = channel
    self.campaign = campaign
    self.cell = cell
  }

  init(packed: UInt32) {
    purpose = Purpose(rawValue: packed & 15) ?? .marketing
    topic = Int(packed >> 4 & 255)
    channel = Channel(rawValue: UInt8(packed >> 12 & 15)) ?? .email
    campaign = Int(packed >> 16 & 255)
    cell = Int(packed >> 24 & 15)
  }

  var packed: UInt32 {
    purpose.rawValue | UInt32(topic) << 4 | UInt32(channel.rawValue) << 12
      | UInt32(campaign) << 16 | UInt32(cell) << 24
  }
}

extension PracticeHistory {
  mutating func perform(
    _ step: ContactStep, _ life: inout PracticeLife, at time: Int64,
    _ a: UInt32, _ b: UInt32, _ c: UInt32
  ) {
    guard !life.isDead else { return }
    let contact = PracticeContact(packed: b)
    switch step {
    case .begin: beginContact(&life, at: time)
    case .plan: planContact(contact, &life, at: time)
    case .decide: decide(contact, &life, at: time, occasion: c)
    case .send: send(contact, &life, at: time, decision: a, occasion: c)
    case .deliver: deliver(&life, at: time, send: a)
    case .bounce: bounce(&life, at: time, send: a)
    case .respond: respond(contact, &life, at: time, send: a)
    case .complain: complainOfContact(&life, at: time, send: a)
    case .expose: expose(contact, &life, at: time, send: a)
    }
  }

  /// A department wants to write: for the campaign that runs, else with the newsletter, a survey or
  /// an offer.
  private mutating func beginContact(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    if let campaign = PracticeCampaign.running(at: time), life.campaign < campaign.number,
      life.mail != 0 || life.post != 0
    {
      life.campaign = UInt8(campaign.number)
      return enter(campaign, &life, at: time)
    }
    var contact = PracticeContact(
      purpose: .newsletter, topic: persona.topics.0, channel: .email)
    switch life.random.below(100) {
    case ..<45: break
    case ..<65: contact.topic = PracticeContact.general
    case ..<80: contact.purpose = .survey
    case ..<90 where life.phone != 0:
      contact = PracticeContact(purpose: .marketing, topic: persona.topics.1, channel: .voice)
    case ..<97 where life.post != 0:
      contact = PracticeContact(
        purpose: .marketing, topic: PracticeContact.general, channel: .post)
    default: contact.purpose = .marketing
    }
    if life.point(for: contact.channel) == 0 {
      if life.phone == 0 { return completeOrderInstead(&life, at: time) }
      contact.channel = .voice
    }
    decide(contact, &life, at: time, occasion: 0)
  }

  private mutating func completeOrderInstead(_ life: inout PracticeLife, at time: Int64) {
    perform(.trade(.order), &life, at: time, 0, 0, 0)
  }

  /// Takes note of her for the campaign: an arm where it is an experiment, a plan where it is not.
  private mutating func enter(
    _ campaign: PracticeCampaign, _ life: inout PracticeLife, at time: Int64
  ) {
    let cell = 1 + life.random.below(2)
    let channel: PracticeContact.Channel = life.mail != 0 ? .email : .post
    var contact = PracticeContact(
      purpose: .marketing, topic: campaign.topic, channel: channel, campaign: campaign.number,
      cell: cell)
    guard campaign.isExperiment else {
      return planContact(contact, &life, at: time)
    }
    let arm = campaign.arm(of: life.number, ids)
    contact.cell = max(arm, 1)
    let assigned = write(
      "experiment.assigned", &life, at: time, by: .software("campaign-service"),
      from: "/practice/campaigns", case: .house("campaign", UInt32(campaign.number))
    ) { data in
      data.code("arm", PracticeCampaign.arms[arm])
      data.id("campaignId", "campaign", UInt32(campaign.number), of: data.ids.house)
      data.id("experimentId", "experiment", UInt32(campaign.number), of: data.ids.house)
    }
    life.permission.assigned = assigned
    life.permission.isControl = arm == 0
    plan(
      .contact(.decide), life, at: minutes(5...4000, after: time, &life), 0, contact.packed)
    // What the control arm buys, it buys without us.
    if life.random.chance(arm == 0 ? 8 : 3) {
      plan(.trade(.order), life, at: days(1...30, after: time, &life))
    }
  }

  private mutating func planContact(
    _ contact: PracticeContact, _ life: inout PracticeLife, at time: Int64
  ) {
    let point = life.point(for: contact.channel)
    guard point != 0 else { return }
    let drop = days(1...5, after: time, &life)
    write(
      "contact.planned", &life, at: time, by: .software("campaign-service"),
      from: "/practice/campaigns", case: .house("campaign", UInt32(contact.campaign))
    ) { data in
      data.contactHead(contact, point)
      data.code("department", contact.purpose.department)
      data.instant("dropAt", drop)
      data.code("purpose", contact.purpose.path)
      data.code("topic", PracticeContact.path(ofTopic: contact.topic))
    }
    plan(.contact(.decide), life, at: drop, 0, contact.packed)
  }

  /// Asks whether the contact may be made, and makes it if so.
  mutating func decide(
    _ contact: PracticeContact, _ life: inout PracticeLife, at time: Int64, occasion: Ordinal
  ) {
    let point = life.point(for: contact.channel)
    guard point != 0 || contact.channel == .inperson else { return }
    let verdict = verdict(on: contact, life, at: time, occasion: occasion)
    // Now and then somebody sends without asking.
    if verdict.isAllowed, contact.campaign == 0, life.random.chance(3) {
      return send(contact, &life, at: time, decision: 0, occasion: occasion)
    }
    let known = max(written, 1) - 1
    let decision = write(
      "contact.decided", &life, at: time, by: .rapport, from: "/practice/decisions",
      cause: occasion,
      case: contact.campaign == 0 ? .none : .house("campaign", UInt32(contact.campaign))
    ) { data in
      data.contactHead(contact, point)
      if verdict.isOfHouse {
        data.event("decidingEventId", verdict.deciding, of: data.ids.house)
      } else {
        data.event("decidingEventId", verdict.deciding)
      }
      if let until = verdict.until { data.instant("deferUntil", until) }
      data.code("department", contact.purpose.department)
      data.number("knownAtPosition", known)
      data.event("occasionEventId", occasion)
      data.code("policyVersion", PracticeHouse.policyVersion)
      data.code("purpose", contact.purpose.path)
      data.instant("questionAt", time)
      data.code("rule", verdict.rule)
      data.code("topic", PracticeContact.path(ofTopic: contact.topic))
      data.code("verdict", verdict.answer.rawValue)
    }
    if verdict.isAllowed {
      plan(
        .contact(.send), life, at: minutes(0...11, after: time, &life), decision, contact.packed,
        occasion)
    }
  }

  private mutating func send(
    _ contact: PracticeContact, _ life: inout PracticeLife, at time: Int64, decision: Ordinal,
    occasion: Ordinal
  ) {
    let point = life.point(for: contact.channel)
    guard point != 0 || contact.channel == .inperson else { return }
    let currency = people.persona(life.number).country.currency
    let isCall = contact.channel == .voice
    let length = 1 + life.random.below(9)
    let cents = isCall ? 90 : contact.channel == .post ? 110 : 1
    let isMarketing = contact.purpose.messageClass == "marketing"
    let content = UInt64(contact.packed) << 16 | UInt64(time / (30 * PracticePeriod.day))
    let sent = write(
      "contact.sent", &life, at: time,
      by: isCall ? .staff(life.random.below(24)) : .software("mail-service"),
      from: isCall ? PracticeShop.desks[2] : "/practice/sender",
      cause: decision != 0 ? decision : occasion,
      case: contact.campaign == 0 ? .none : .house("campaign", UInt32(contact.campaign))
    ) { data in
      data.contactHead(contact, point) { data in
        if !isCall { data.hash("contentHash", content) }
        data.money("cost", cents, currency)
      }
      data.event("decisionEventId", decision)
      data.code("department", contact.purpose.department)
      if isCall { data.code("duration", "PT\(length)M") }
      if !isCall { data.id("messageId", "message", data.current) }
      data.event("occasionEventId", occasion)
      data.code("purpose", contact.purpose.path)
      data.code("topic", PracticeContact.path(ofTopic: contact.topic))
    }
    if isMarketing {
      life.permission.lastMarketing = sent
      life.permission.lastMarketingAt = time
    }
    planOutcome(of: contact, &life, at: time, send: sent)
  }

  private mutating func planOutcome(
    of contact: PracticeContact, _ life: inout PracticeLife, at time: Int64, send: Ordinal
  ) {
    if let campaign = PracticeCampaign(number: contact.campaign), campaign.isExperiment {
      plan(.contact(.expose), life, at: time + 1500, send, contact.packed)
    }
    if contact.channel == .email {
      switch life.random.below(100) {
      case ..<2: return plan(.contact(.bounce), life, at: time + 9000, send, 0)
      case ..<45: plan(.contact(.deliver), life, at: time + 4000, send, 0)
      default: break
      }
    }
    guard contact.purpose.messageClass != "transactional" else { return }
    let answer = minutes(10...4000, after: time, &life)
    switch life.random.below(1000) {
    case ..<260: plan(.contact(.respond), life, at: answer, send, contact.packed)
    case ..<275 where contact.channel == .email && contact.topic != PracticeContact.general:
      plan(.permission(.optOutTopic), life, at: answer, send, UInt32(contact.topic))
    case ..<290 where contact.channel == .email:
      plan(.permission(.optOut), life, at: answer, send)
    case ..<296: plan(.contact(.complain), life, at: answer, send)
    default: break
    }
  }

  private mutating func deliver(_ life: inout PracticeLife, at time: Int64, send: Ordinal) {
    write(
      "contact.delivered", &life, at: time, by: .software("mail-service"),
      from: "/practice/sender", cause: send
    ) { data in
      data.id("messageId", "message", send)
      data.event("sendEventId", send)
    }
  }

  private mutating func bounce(_ life: inout PracticeLife, at time: Int64, send: Ordinal) {
    let isHard = life.random.chance(40)
    let bounced = write(
      "contact.bounced", &life, at: time, by: .software("mail-service"),
      from: "/practice/sender", cause: send
    ) { data in
      data.code("bounce", isHard ? "hard" : "soft")
      data.code("code", isHard ? "5.1.1" : "4.2.2")
      data.id("messageId", "message", send)
      data.event("sendEventId", send)
    }
    if isHard { plan(.identity(.invalidateMail), life, at: time + 700, bounced) }
  }

  private mutating func respond(
    _ contact: PracticeContact, _ life: inout PracticeLife, at time: Int64, send: Ordinal
  ) {
    let response =
      contact.channel == .email
      ? life.random.pick(["opened", "opened", "opened", "clicked", "clicked", "replied", "bought"])
      : life.random.pick(["called", "visited", "declined", "bought"])
    let responded = write(
      "contact.responded", &life, at: time, by: .software("mail-service"),
      from: "/practice/sender", cause: send
    ) { data in
      data.code("response", response)
      data.event("sendEventId", send)
    }
    if contact.purpose == .survey, response == "clicked" || response == "replied" {
      plan(.service(.feedback), life, at: minutes(1...30, after: time, &life), send)
    } else if response == "bought" || response == "visited" {
      plan(
        .trade(.order), life, at: minutes(2...200, after: time, &life), responded,
        UInt32(contact.campaign))
    }
  }

  /// Calling a message unwanted is a fact; the no that follows is its effect.
  private mutating func complainOfContact(
    _ life: inout PracticeLife, at time: Int64, send: Ordinal
  ) {
    let to = life.random.pick(["mailbox", "mailbox", "company", "authority"])
    let complained = write(
      "contact.complained", &life, at: time,
      by: to == "mailbox" ? .software("mail-service") : .staff(life.random.below(24)),
      from: to == "mailbox" ? "/practice/sender" : "/desk/compliance", cause: send
    ) { data in
      data.code("complainedTo", to)
      data.event("sendEventId", send)
    }
    plan(.permission(.optOut), life, at: time + 300, send, 0, complained)
  }

  private mutating func expose(
    _ contact: PracticeContact, _ life: inout PracticeLife, at time: Int64, send: Ordinal
  ) {
    write(
      "experiment.exposed", &life, at: time, by: .software("campaign-service"),
      from: "/practice/campaigns", cause: send, case: .house("campaign", UInt32(contact.campaign))
    ) { data in
      data.code("arm", PracticeCampaign.arms[contact.cell])
      data.id("experimentId", "experiment", UInt32(contact.campaign), of: data.ids.house)
      data.event("sendEventId", send)
    }
    if life.random.chance(9) {
      plan(.trade(.order), life, at: days(1...30, after: time, &life))
    }
  }
}

extension PracticeWriter {
  /// The members of a contact up to `contactPoint`, then those that `more` writes.
  mutating func contactHead(
    _ contact: PracticeContact, _ point: Ordinal, _ more: (inout PracticeWriter) -> Void = { _ in }
  ) {
    if contact.campaign != 0 {
      id("campaignId", "campaign", UInt32(contact.campaign), of: ids.house)
    }
    if contact.cell != 0 { code("cell", PracticeCampaign.arms[contact.cell]) }
    code("channel", contact.channel.path)
    code("class", contact.purpose.messageClass)
    if point == 0 { code("contactPoint", "none") } else { id("contactPoint", "cp", point) }
    more(&self)
  }
}
