/// Inquiries, complaints with what we promise and do about them, talks, feedback and ideas.
enum ServiceStep: Sendable {
  case inquire, reply, complain, grantCredit, resolve, talk, feedback, suggest, adopt, advocate
}

extension PracticeHistory {
  mutating func perform(
    _ step: ServiceStep, _ life: inout PracticeLife, at time: Int64,
    _ a: UInt32, _ b: UInt32, _ c: UInt32
  ) {
    guard !life.isDead else { return }
    switch step {
    case .inquire: inquire(&life, at: time)
    case .reply: reply(&life, at: time, inquiry: a, topic: Int(b))
    case .complain: complain(&life, at: time, order: a, line: b)
    case .grantCredit: grantCredit(&life, at: time, complaint: a)
    case .resolve: resolve(&life, at: time, complaint: a, remedy: Int(b), cause: c)
    case .talk: talk(&life, at: time, learned: [a, b].filter { $0 != 0 })
    case .feedback: giveFeedback(&life, at: time, occasion: a)
    case .suggest: suggest(&life, at: time)
    case .adopt: adopt(&life, at: time, suggestion: a)
    case .advocate: advocate(&life, at: time)
    }
  }

  private mutating func inquire(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let door = life.door
    let isMail = door == .web && life.mail != 0
    let channel = isMail ? "email" : door.channel
    let point = isMail ? life.mail : door == .phone ? life.phone : 0
    let topic = persona.topics.0
    let text = life.random.pick(PracticeWords.inquiries)
    let inquiry = write(
      "inquiry.received", &life, at: time, by: author(at: door, &life),
      from: isMail ? "/mail/inbox" : source(of: door, &life)
    ) { data in
      data.code("channel", channel)
      data.id("contactPointId", "cp", point)
      data.id("inquiryId", "inquiry", data.current)
      data.text("text", text)
      data.code("topic", PracticeShop.topics[topic].path)
    }
    if isMail, life.random.chance(80) {
      plan(
        .service(.reply), life, at: minutes(20...2000, after: time, &life), inquiry, UInt32(topic))
    } else if life.random.chance(60) {
      // The talk teaches us something: a wish or a need, then the note about the talk.
      let lesson = minutes(1...6, after: time, &life)
      let kind: DialogueStep = life.random.chance(50) ? .prefer : .need
      plan(.dialogue(kind), life, at: lesson, 1)
    }
  }

  private mutating func reply(
    _ life: inout PracticeLife, at time: Int64, inquiry: Ordinal, topic: Int
  ) {
    guard life.mail != 0 else { return }
    let contact = PracticeContact(purpose: .reply, topic: topic, channel: .email)
    decide(contact, &life, at: time, occasion: inquiry)
  }

  private mutating func complain(
    _ life: inout PracticeLife, at time: Int64, order: Ordinal, line: UInt32
  ) {
    let order = order == 0 ? life.order : order
    // Complaints that are about no order of hers say what is wrong with the shop.
    let product = line == 0 ? Int(life.orderProduct) : PracticeLine(packed: line).product
    let label = PracticeShop.products[product].label
    let again = life.isWaiting && life.random.chance(60)
    let text =
      again
      ? life.random.pick(PracticeWords.stillWaiting)
      : PracticeWords.complaint(about: label, &life.random)
    let issue = again ? "promise not kept" : life.random.pick(PracticeWords.issues)
    let severity = life.random.pick(["low", "low", "medium", "medium", "high"])
    let remedy = life.random.chance(60) ? life.random.pick(PracticeWords.remedies) : nil
    let door = life.door
    let complaint = write(
      "complaint.opened", &life, at: time, by: author(at: door, &life),
      from: source(of: door, &life), cause: again ? 0 : order
    ) { data in
      data.code("channel", door.channel)
      data.id("complaintId", "complaint", data.current)
      data.text("issue", issue)
      data.id("orderId", "order", order)
      data.text("product", PracticeWords.plain(label))
      data.code("severity", severity)
      data.text("text", text)
      data.code("topic", PracticeShop.topics[PracticeShop.products[product].topic].path)
      data.text("wantedRemedy", remedy)
    }
    life.complaint = complaint
    switch life.random.below(100) {
    case ..<55:
      plan(.service(.grantCredit), life, at: minutes(10...5000, after: time, &life), complaint)
    case ..<70 where line != 0 && order != 0:
      plan(
        .trade(.refund), life, at: days(1...6, after: time, &life), order, line, complaint)
      plan(.service(.resolve), life, at: days(7...12, after: time, &life), complaint, 1)
    case ..<90:
      plan(
        .service(.resolve), life, at: days(1...9, after: time, &life), complaint,
        UInt32(2 + life.random.below(4)))
    default: break  // nobody took care of it
    }
  }

  private mutating func grantCredit(
    _ life: inout PracticeLife, at time: Int64, complaint: Ordinal
  ) {
    // One promise at a time, so that none is lost sight of.
    guard life.credit == 0 else {
      plan(.service(.resolve), life, at: days(1...4, after: time, &life), complaint, 3)
      return
    }
    let currency = people.persona(life.number).country.currency
    let cents = 500 * (1 + life.random.below(8))
    let reason = life.random.pick(PracticeWords.creditReasons)
    let until = life.random.chance(30) ? time + 365 * PracticePeriod.day : 0
    let source = desk(at: life.door, &life)
    life.credit = write(
      "credit.granted", &life, at: time, by: .staff(life.random.below(24)), from: source,
      cause: complaint, case: .of("complaint", complaint)
    ) { data in
      data.money("amount", cents, currency)
      data.id("promiseId", "promise", data.current)
      data.text("reason", reason)
      data.code("redeemWhere", "*")
      if until != 0 { data.instant("validUntil", until) }
    }
    life.creditCents = UInt32(cents)
    life.isWaiting = true
    if life.mail != 0, life.random.chance(35) {
      let contact = PracticeContact(
        purpose: .promise, topic: PracticeContact.general, channel: .email)
      plan(
        .contact(.decide), life, at: minutes(2...60, after: time, &life), 0, contact.packed,
        life.credit)
    }
    plan(
      .service(.resolve), life, at: days(0...3, after: time, &life), complaint, 0, life.credit)
    if life.random.chance(65) {
      plan(.trade(.order), life, at: days(4...70, after: time, &life))
    } else if life.random.chance(20) {
      plan(.service(.complain), life, at: days(10...60, after: time, &life))
    }
  }

  private static let remedies = [
    "credit", "refund", "replacement", "repair", "apology", "none",
  ]

  private mutating func resolve(
    _ life: inout PracticeLife, at time: Int64, complaint: Ordinal, remedy: Int, cause: Ordinal
  ) {
    if life.complaint == complaint { life.complaint = 0 }
    // Whether she agrees, nobody asked in every sixth case.
    let agrees: Bool? = life.random.chance(84) ? life.random.chance(84) : nil
    let source = desk(at: life.door, &life)
    let resolved = write(
      "complaint.resolved", &life, at: time, by: .staff(life.random.below(24)), from: source,
      cause: cause == 0 ? complaint : cause, case: .of("complaint", complaint)
    ) { data in
      data.id("complaintId", "complaint", complaint)
      data.bool("customerAgrees", agrees)
      data.code("remedy", Self.remedies[remedy])
    }
    if agrees == false, life.random.chance(40) {
      let next: PracticeStep.Kind =
        life.random.chance(50) ? .dialogue(.reason) : .permission(.optOut)
      plan(next, life, at: days(1...10, after: time, &life), resolved, 2)
    } else if life.random.chance(25) {
      plan(.service(.feedback), life, at: days(1...6, after: time, &life), resolved)
    }
  }

  mutating func talk(_ life: inout PracticeLife, at time: Int64, learned: [Ordinal]) {
    let length = 2 + life.random.below(22)
    let isCall = life.door == .phone || life.random.chance(30)
    let summary = life.random.chance(70) ? life.random.pick(PracticeWords.summaries) : nil
    let store = self.store(of: life.number, &life)
    let conversation = write(
      "conversation.held", &life, at: time, by: .staff(life.random.below(24)),
      from: isCall ? PracticeShop.desks[1] : store.till
    ) { data in
      data.code("channel", isCall ? "voice.live" : "inperson")
      data.code("duration", "PT\(length)M")
      data.events("learnedEventIds", learned)
      data.text("summary", summary)
    }
    if life.random.chance(10) {
      plan(.service(.feedback), life, at: days(1...3, after: time, &life), conversation)
    }
  }

  private mutating func giveFeedback(
    _ life: inout PracticeLife, at time: Int64, occasion: Ordinal
  ) {
    let instrument = life.random.pick([
      "satisfaction", "satisfaction", "effort", "advocacy", "free",
    ])
    let scale = instrument == "advocacy" ? 10 : 5
    // The middle of two draws leans to the upper half.
    let score = min(scale, 1 + (life.random.below(scale) + life.random.below(scale)) / 2 + 1)
    let isFree = instrument == "free"
    let text = isFree || life.random.chance(35) ? life.random.pick(PracticeWords.feedback) : nil
    let occasion = occasion == 0 ? life.order : occasion
    write(
      "feedback.given", &life, at: time, by: .customer,
      from: life.random.chance(60) ? "/web/survey" : "/mail/survey"
    ) { data in
      data.code("instrument", instrument)
      data.event("occasionEventId", occasion)
      if !isFree {
        data.number("scaleMax", scale)
        data.number("score", score)
      }
      data.text("text", text)
    }
  }

  private mutating func suggest(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let text = life.random.pick(PracticeWords.suggestions)
    let suggestion = write(
      "suggestion.made", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.id("suggestionId", "suggestion", data.current)
      data.text("text", text)
      data.code("topic", PracticeShop.topics[persona.topics.1].path)
    }
    if life.random.chance(25) {
      plan(.service(.adopt), life, at: days(30...200, after: time, &life), suggestion)
    }
  }

  private mutating func adopt(
    _ life: inout PracticeLife, at time: Int64, suggestion: Ordinal
  ) {
    let product =
      life.random.chance(60) ? PracticeShop.products[life.random.below(40)].sku : nil
    write(
      "suggestion.adopted", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/products", cause: suggestion
    ) { data in
      data.code("productId", product)
      data.id("suggestionId", "suggestion", suggestion)
    }
  }

  private mutating func advocate(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let isReview = life.random.chance(60)
    write(
      "advocacy.observed", &life, at: time,
      by: isReview ? .software("review-service") : .staff(life.random.below(24)),
      from: isReview ? "/practice/reviews" : PracticeShop.desks[2]
    ) { data in
      data.code("kind", isReview ? "review" : "referral")
      data.id("reference", isReview ? "review" : "referral", data.current)
      data.code("topic", PracticeShop.topics[persona.topics.0].path)
    }
  }
}
