/// What a practice history answers to "may we?": the rules of permission,
/// for the few things its lives can say.
///
/// It is written down here a second time so that invented decisions look like real ones; the rule
/// itself belongs to `Relationship`, and nothing but practice reads this.
struct PracticeVerdict {
  enum Answer: String {
    case allow, `defer`, deny
  }

  var answer: Answer
  var rule: String
  /// Ordinal of the event that decided: of this life, or of the house.
  var deciding: Ordinal
  var isOfHouse = false
  var until: Int64?

  var isAllowed: Bool { answer == .allow }

  static func deny(_ rule: String, _ deciding: Ordinal) -> PracticeVerdict {
    PracticeVerdict(answer: .deny, rule: rule, deciding: deciding)
  }

  static func allow(_ rule: String, _ deciding: Ordinal) -> PracticeVerdict {
    PracticeVerdict(answer: .allow, rule: rule, deciding: deciding)
  }

  /// Where nobody said anything, the policy decides.
  static func policy(_ answer: Answer, _ rule: String) -> PracticeVerdict {
    PracticeVerdict(answer: answer, rule: rule, deciding: PracticeHouse.policy, isOfHouse: true)
  }
}

extension PracticeHistory {
  func verdict(
    on contact: PracticeContact, _ life: PracticeLife, at time: Int64, occasion: Ordinal = 0
  ) -> PracticeVerdict {
    let standing = life.permission
    if contact.channel == .email, life.isMailDead {
      return .deny("G1.contactPointInvalid", standing.invalidated)
    }
    if standing.restriction != 0 { return .deny("G1.restricted", standing.restriction) }
    if contact.purpose.messageClass == "transactional" {
      return .allow("class.transactional", occasion)
    }
    let isMarketing = contact.purpose.messageClass == "marketing"
    let verdict =
      isMarketing
      ? marketingVerdict(on: contact, life, at: time)
      : relationshipVerdict(life, at: time)
    guard verdict.isAllowed else { return verdict }
    if contact.campaign != 0, standing.isControl, standing.assigned != 0,
      PracticeCampaign(number: contact.campaign)?.isExperiment == true
    {
      return .deny("G9.holdout", standing.assigned)
    }
    return obstacle(to: contact, life, at: time) ?? verdict
  }

  /// G3 to G6 for advertising.
  private func marketingVerdict(
    on contact: PracticeContact, _ life: PracticeLife, at time: Int64
  ) -> PracticeVerdict {
    let standing = life.permission
    let isExpired = standing.mailUntil != 0 && standing.mailUntil <= time
    let permit =
      switch contact.channel {
      case .email: isExpired ? 0 : standing.mail
      case .voice: standing.voice
      default: Ordinal(0)
      }
    // A yes lifts an older no that is no narrower.
    if standing.objection > permit { return .deny("G3.objection", standing.objection) }
    if contact.channel == .voice, standing.listed != 0 {
      return .deny("G4.listed", standing.listed)
    }
    if let no = forbid(on: contact, life, permit: permit) { return no }
    if standing.choice != 0, standing.choiceChannels & 1 << contact.channel.rawValue == 0 {
      return .deny("G5.topicChannelOnly", standing.choice)
    }
    if permit != 0 { return .allow("G6.consent", permit) }
    return basis(of: contact, life, at: time, isExpired: isExpired)
  }

  private func forbid(
    on contact: PracticeContact, _ life: PracticeLife, permit: Ordinal
  ) -> PracticeVerdict? {
    let standing = life.permission
    var last: Ordinal = 0
    var rule = PracticeStanding.Rule.optOut
    if contact.channel == .voice {
      if standing.voiceForbid > permit { last = standing.voiceForbid }
    } else if standing.forbid > permit, contact.channel == .email {
      last = standing.forbid
      rule = standing.forbidRule
    }
    let isForbidden = standing.topicForbid != 0 && Int(standing.topicForbidden) == contact.topic
    // "Not interested" reaches every channel, one click in a mail reaches mail.
    let reaches = standing.topicForbidRule == .notInterested || contact.channel == .email
    if isForbidden, reaches, standing.topicForbid > last {
      last = standing.topicForbid
      rule = standing.topicForbidRule
    }
    return last == 0 ? nil : .deny(rule.code, last)
  }

  /// What permits where she did not say yes: the law of the country, an order with a chance to
  /// refuse, nothing.
  private func basis(
    of contact: PracticeContact, _ life: PracticeLife, at time: Int64, isExpired: Bool
  ) -> PracticeVerdict {
    let standing = life.permission
    let country = people.persona(life.number).country
    let isOptOut =
      contact.channel == .post || contact.channel == .inperson
      || country == .america || country == .britain && contact.channel == .voice
    if isOptOut { return .policy(.allow, "G6.optOutRegime") }
    let hasSoft = contact.channel == .email && standing.softOrder != 0
    if hasSoft, contact.topic == Int(standing.softTopic) {
      return .allow("G6.softOptIn", standing.softOrder)
    }
    if contact.channel == .email, standing.request != 0, time < standing.requestUntil {
      return .deny("G6.pending", standing.request)
    }
    if contact.channel == .email, isExpired { return .deny("G6.expired", standing.mail) }
    if hasSoft { return .policy(.deny, "G6.notSimilar") }
    let saidYes = standing.mail != 0 || standing.voice != 0
    return .policy(.deny, saidYes ? "G6.notCovered" : "G6.noBasis")
  }

  private func relationshipVerdict(_ life: PracticeLife, at time: Int64) -> PracticeVerdict {
    let isRecent = life.order != 0 && time - life.orderAt < 730 * PracticePeriod.day
    return isRecent
      ? .allow("G6.relationship", life.order) : .policy(.deny, "G6.noRelationship")
  }

  /// G8: what time removes. The obstacle with the latest end decides; an open complaint has none.
  private func obstacle(
    to contact: PracticeContact, _ life: PracticeLife, at time: Int64
  ) -> PracticeVerdict? {
    let standing = life.permission
    var last: PracticeVerdict?
    func add(_ rule: String, _ deciding: Ordinal, until: Int64) {
      guard deciding != 0, until > time, until > last?.until ?? 0 else { return }
      last = PracticeVerdict(answer: .defer, rule: rule, deciding: deciding, until: until)
    }
    add("G8.paused", standing.pause, until: standing.pauseUntil)
    if Int(standing.coolOffTopic) == contact.topic {
      add("G8.paused", standing.coolOff, until: standing.coolOffUntil)
    }
    if standing.cadenceDays != 0, contact.purpose.messageClass == "marketing" {
      let end = standing.lastMarketingAt + Int64(standing.cadenceDays) * PracticePeriod.day
      add("G8.customerCap", standing.lastMarketing, until: end)
    }
    if life.complaint != 0 {
      return PracticeVerdict(answer: .defer, rule: "G8.complaintHold", deciding: life.complaint)
    }
    return last
  }
}
