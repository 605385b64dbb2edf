/// What the customer tells us and what we guess: wishes, interests, questions, relationships,
/// inferences.
enum DialogueStep: Sendable {
  case prefer, retract, interest, react, stage, lifestyle, need, value, ask, answer, declineQuestion
  case reason, invite, accept, decline, declare, review, infer, rejectInference
}

extension PracticeHistory {
  mutating func perform(
    _ step: DialogueStep, _ life: inout PracticeLife, at time: Int64, _ a: UInt32, _ b: UInt32
  ) {
    guard !life.isDead else { return }
    switch step {
    case .prefer: prefer(&life, at: time, inTalk: a == 1)
    case .retract: retract(&life, at: time, wish: a)
    case .interest: stateInterest(&life, at: time)
    case .react: react(&life, at: time)
    case .stage: stateStage(&life, at: time)
    case .lifestyle: stateLifestyle(&life, at: time)
    case .need: stateNeed(&life, at: time, inTalk: a == 1)
    case .value: stateValue(&life, at: time)
    case .ask: ask(&life, at: time)
    case .answer: answer(&life, at: time, question: a, bank: Int(b))
    case .declineQuestion: declineQuestion(&life, at: time, question: a)
    case .reason: giveReason(&life, at: time, cause: a, stance: Int(b))
    case .invite: invite(&life, at: time, notice: a)
    case .accept: accept(&life, at: time, invitation: a)
    case .decline: decline(&life, at: time, invitation: a, topic: b)
    case .declare: declare(&life, at: time)
    case .review: review(&life, at: time, relationship: a)
    case .infer: infer(&life, at: time)
    case .rejectInference: rejectInference(&life, at: time, inference: a)
    }
  }

  private mutating func prefer(_ life: inout PracticeLife, at time: Int64, inTalk: Bool) {
    let kind = life.random.below(PracticeShop.wishes.count)
    let wish = PracticeShop.wishes[kind]
    let value = life.random.pick(wish.values)
    let isStanding = life.random.chance(75)
    let strength = life.random.pick(["must", "prefer", "prefer", "nice"])
    let until = !isStanding && life.random.chance(50) ? time + 60 * PracticePeriod.day : 0
    let door = inTalk ? .phone : life.door
    let preference = write(
      "preference.stated", &life, at: time, by: author(at: door, &life),
      from: door == .web ? "/web/preferences" : source(of: door, &life)
    ) { data in
      data.bool("standing", isStanding)
      data.code("strength", strength)
      data.code("topic", wish.topic)
      if until != 0 { data.instant("validUntil", until) }
      data.text("value", value)
    }
    if isStanding {
      life.wish = preference
      life.wishKind = UInt8(kind)
      if life.random.chance(8) {
        plan(.dialogue(.retract), life, at: days(30...300, after: time, &life), preference)
      } else if wish.slot != nil, life.random.chance(70) {
        plan(.trade(.book), life, at: days(3...80, after: time, &life))
      }
    }
    if inTalk {
      plan(.service(.talk), life, at: minutes(1...10, after: time, &life), preference)
    }
  }

  private mutating func retract(_ life: inout PracticeLife, at time: Int64, wish: Ordinal) {
    guard life.wish == wish else { return }
    life.wish = 0
    write(
      "preference.retracted", &life, at: time, by: .customer, from: "/web/preferences", cause: wish
    ) { data in
      data.event("preferenceEventId", wish)
    }
  }

  private mutating func stateInterest(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let topic =
      life.random.chance(50)
      ? life.random.pick(PracticeShop.hobbies) : PracticeShop.topics[persona.topics.0].path
    let until = life.random.chance(20) ? time + 365 * PracticePeriod.day : 0
    write(
      "interest.stated", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.code("topic", topic)
      if until != 0 { data.instant("validUntil", until) }
    }
  }

  /// One tap. "Not interested" is a no to advertising about the topic.
  private mutating func react(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let reaction = life.random.pick(["own", "notInterested", "moreLikeThis", "want", "want"])
    let product = PracticeShop.products[PracticeShop.product(liked: persona.topics, &life.random)]
    let isAboutTopic = reaction == "notInterested" && life.random.chance(60)
    let ordinal = write(
      "item.reacted", &life, at: time, by: .customer,
      from: life.door == .app ? "/app/shop" : "/web/shop"
    ) { data in
      data.code("reaction", reaction)
      data.code("sku", isAboutTopic ? nil : product.sku)
      if isAboutTopic { data.code("topic", PracticeShop.topics[product.topic].path) }
    }
    if isAboutTopic {
      life.permission.topicForbid = ordinal
      life.permission.topicForbidRule = .notInterested
      life.permission.topicForbidden = UInt8(product.topic)
    }
  }

  private mutating func stateStage(_ life: inout PracticeLife, at time: Int64) {
    let stage = life.random.pick(PracticeWords.stages)
    let since = time - Int64(10 + life.random.below(200)) * PracticePeriod.day
    write(
      "lifestage.stated", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.date("reviewBy", time + 730 * PracticePeriod.day)
      data.date("since", since)
      data.text("stage", stage)
    }
  }

  private mutating func stateLifestyle(_ life: inout PracticeLife, at time: Int64) {
    let style = life.random.pick(PracticeWords.lifestyles)
    write(
      "lifestyle.stated", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.code("topic", style.0)
      data.text("value", style.1)
    }
  }

  /// A need; where she said yes to its keeping, now and then one about health under the opaque
  /// topic.
  private mutating func stateNeed(_ life: inout PracticeLife, at time: Int64, inTalk: Bool) {
    let isSpecial = life.permission.care != 0 && life.random.chance(50)
    let need = life.random.pick(PracticeShop.needs)
    let door = inTalk ? .phone : life.door
    let ordinal = write(
      "need.stated", &life, at: time, by: author(at: door, &life), from: source(of: door, &life),
      cause: isSpecial ? life.permission.care : 0, isSpecial: isSpecial
    ) { data in
      data.text("text", isSpecial ? "A chair at the till: I cannot stand for long." : need.1)
      data.code("topic", isSpecial ? PracticeShop.specialTopic : need.0)
    }
    if inTalk {
      plan(.service(.talk), life, at: minutes(1...10, after: time, &life), ordinal)
    }
  }

  private mutating func stateValue(_ life: inout PracticeLife, at time: Int64) {
    let value = life.random.pick(PracticeShop.values)
    write(
      "value.stated", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.text("text", value.1)
      data.code("topic", value.0)
    }
  }

  /// Asks a question of the bank that was not asked before; the sensitive one only where it may be.
  private mutating func ask(_ life: inout PracticeLife, at time: Int64) {
    let isSensitive = life.permission.care != 0 && life.questions & 0x8000 == 0
    let bank = isSensitive ? 15 : life.random.below(PracticeShop.questions.count)
    guard life.questions & (1 << UInt16(bank)) == 0 else { return }
    life.questions |= 1 << UInt16(bank)
    let question = isSensitive ? nil : PracticeShop.questions[bank]
    let door = life.door
    let consent = life.permission.care
    let asked = write(
      "question.asked", &life, at: time,
      by: door.isStaffed ? .staff(life.random.below(24)) : .software("question-bank"),
      from: source(of: door, &life), isSpecial: isSensitive
    ) { data in
      data.code("channel", door.channel)
      if isSensitive { data.event("consentEventId", consent) }
      data.code("questionId", question?.0 ?? "q-comfort")
      data.code("sensitivity", isSensitive ? "special" : "normal")
      data.code("topic", question?.1 ?? PracticeShop.specialTopic)
    }
    switch life.random.below(100) {
    case ..<65:
      plan(
        .dialogue(.answer), life, at: minutes(0...5, after: time, &life), asked, UInt32(bank))
    case ..<85:
      plan(.dialogue(.declineQuestion), life, at: minutes(0...2, after: time, &life), asked)
    default: break
    }
  }

  private mutating func answer(
    _ life: inout PracticeLife, at time: Int64, question: Ordinal, bank: Int
  ) {
    let isSpecial = bank >= PracticeShop.questions.count
    let text =
      isSpecial
      ? "A place to sit would help." : life.random.pick(PracticeShop.questions[bank].2)
    let ages = life.random.chance(70)
    let answer = write(
      "question.answered", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life), cause: question, isSpecial: isSpecial
    ) { data in
      data.text("answer", text)
      data.event("questionEventId", question)
      if ages { data.date("reviewBy", time + 540 * PracticePeriod.day) }
    }
    if bank == 0, life.mail != 0 || life.phone != 0 {
      plan(
        .permission(.chooseChannel), life, at: minutes(0...1, after: time, &life), answer)
    }
  }

  private mutating func declineQuestion(
    _ life: inout PracticeLife, at time: Int64, question: Ordinal
  ) {
    let isFinal = life.random.chance(60)
    write(
      "question.declined", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life), cause: question
    ) { data in
      if !isFinal { data.instant("askAgainAt", time + 200 * PracticePeriod.day) }
      data.event("questionEventId", question)
    }
  }

  private mutating func giveReason(
    _ life: inout PracticeLife, at time: Int64, cause: Ordinal, stance: Int
  ) {
    let persona = people.persona(life.number)
    let factor = life.random.pick([
      "location", "need", "categoryInterest", "switchingCost", "price", "service", "other",
    ])
    let text = life.random.chance(60) ? life.random.pick(PracticeWords.reasons) : nil
    write(
      "reason.given", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life), cause: cause
    ) { data in
      data.code("factor", factor)
      data.code("stance", ["choose", "stay", "leave"][stance])
      data.text("text", text)
      data.code("topic", PracticeShop.topics[persona.topics.0].path)
    }
  }

  private mutating func invite(_ life: inout PracticeLife, at time: Int64, notice: Ordinal) {
    let persona = people.persona(life.number)
    life.isInvited = true
    let offer = life.random.pick(PracticeWords.offers)
    let topic = life.random.chance(60) ? PracticeContact.general : persona.topics.0
    let door = life.door
    let invitation = write(
      "relationship.invited", &life, at: time,
      by: door.isStaffed ? .staff(life.random.below(24)) : .software("invitation-service"),
      from: source(of: door, &life), cause: notice
    ) { data in
      data.code("channel", door.channel)
      data.event("noticeEventId", notice)
      data.text("offer", offer)
      data.code("topic", PracticeContact.path(ofTopic: topic))
    }
    switch life.random.below(100) {
    case ..<50:
      plan(.dialogue(.accept), life, at: minutes(1...4000, after: time, &life), invitation)
    case ..<80:
      plan(
        .dialogue(.decline), life, at: minutes(1...4000, after: time, &life), invitation,
        UInt32(topic))
    default: break
    }
  }

  private mutating func accept(
    _ life: inout PracticeLife, at time: Int64, invitation: Ordinal
  ) {
    write(
      "relationship.accepted", &life, at: time, by: .customer, from: "/web/account",
      cause: invitation
    ) { data in
      data.event("invitationEventId", invitation)
    }
    if life.random.chance(60) {
      plan(.dialogue(.declare), life, at: days(5...120, after: time, &life))
    }
  }

  /// A no to the invitation; the cool-off follows by itself.
  private mutating func decline(
    _ life: inout PracticeLife, at time: Int64, invitation: Ordinal, topic: UInt32
  ) {
    let declined = write(
      "relationship.declined", &life, at: time, by: .customer, from: "/web/account",
      cause: invitation
    ) { data in
      data.event("invitationEventId", invitation)
    }
    plan(.permission(.coolOff), life, at: time + 500, declined, topic)
  }

  private mutating func declare(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let type = life.random.pick([
      "partner", "closeFriend", "acquaintance", "acquaintance", "fling", "arranged", "captive",
    ])
    let isHers = life.random.chance(60)
    let topic = life.random.chance(50) ? "*" : PracticeShop.topics[persona.topics.0].path
    let relationship = write(
      "relationship.declared", &life, at: time,
      by: isHers ? .customer : .staff(life.random.below(24)),
      from: isHers ? "/web/account" : "/desk/customers"
    ) { data in
      data.code("declaredBy", isHers ? "customer" : "staff")
      if !isHers { data.evidence("chat") }
      data.code("relationshipType", type)
      data.code("topic", topic)
    }
    life.relationship = relationship
    if life.random.chance(60) {
      plan(.dialogue(.review), life, at: days(90...360, after: time, &life), relationship)
    }
  }

  private mutating func review(
    _ life: inout PracticeLife, at time: Int64, relationship: Ordinal
  ) {
    let outcome = life.random.pick(["same", "same", "changed", "ended"])
    let text = life.random.chance(50) ? life.random.pick(PracticeWords.reviews) : nil
    write(
      "relationship.reviewed", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/customers", cause: relationship
    ) { data in
      data.code("outcome", outcome)
      data.event("relationshipEventId", relationship)
      data.text("text", text)
    }
  }

  /// A guess from an order or from what she looked at. It never permits anything.
  private mutating func infer(_ life: inout PracticeLife, at time: Int64) {
    let inputs = [life.order, life.viewed].filter { $0 != 0 }.sorted()
    guard !inputs.isEmpty else { return }
    let topic = PracticeShop.topics[PracticeShop.products[Int(life.orderProduct)].topic]
    let claim = life.random.pick([
      "likes \(topic.label.lowercased())", "will buy \(topic.label.lowercased()) again",
      "looks for a present", "prefers the cheaper of two",
    ])
    let confidence = 30 + life.random.below(65)
    let inference = write(
      "inference.made", &life, at: time, by: .software("next-order-model"),
      from: "/practice/models", cause: inputs[inputs.count - 1]
    ) { data in
      data.text("claim", claim)
      data.hundredths("confidence", confidence)
      data.events("inputEventIds", inputs)
      data.code("model", "next-order")
      data.code("modelVersion", "3")
      data.code("topic", topic.path)
      data.instant("validUntil", time + 120 * PracticePeriod.day)
    }
    if life.random.chance(18) {
      plan(.dialogue(.rejectInference), life, at: days(2...60, after: time, &life), inference)
    }
  }

  private mutating func rejectInference(
    _ life: inout PracticeLife, at time: Int64, inference: Ordinal
  ) {
    write(
      "inference.rejected", &life, at: time, by: .customer, from: "/web/account", cause: inference
    ) { data in
      data.event("inferenceEventId", inference)
    }
  }
}
