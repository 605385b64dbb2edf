import JSONBytes

/// What customers say about contact and about the use of their data: notices, consents, refusals,
/// choices.
enum PermissionStep: Sendable {
  case notice, request, give, confirm, refuse, withdraw, revoke, object, optOut, optOutTopic
  case chooseChannel, chooseCadence, pause, resume, coolOff, signal, confirmConflict
  case matchRegistry, clearRegistry, guardian
}

/// What a notice is shown for, and what follows it.
enum PracticePlan: UInt32 {
  case mail, voice, profile, care, sharing, invitation, guardian

  var purposes: [String] {
    switch self {
    case .mail, .voice: ["marketing"]
    case .profile: ["marketing.profiled"]
    case .care: ["care.comfort"]
    case .sharing: ["sharing.advertising"]
    case .invitation: ["relationship.survey"]
    case .guardian: ["marketing.newsletter"]
    }
  }
}

extension PracticeHistory {
  mutating func perform(
    _ step: PermissionStep, _ life: inout PracticeLife, at time: Int64,
    _ a: UInt32, _ b: UInt32, _ c: UInt32
  ) {
    guard !life.isDead else { return }
    switch step {
    case .notice: presentNotice(&life, at: time, PracticePlan(rawValue: a) ?? .mail)
    case .request: requestConsent(&life, at: time, notice: a)
    case .give: giveConsent(&life, at: time, notice: a, PracticePlan(rawValue: b) ?? .mail)
    case .confirm: confirmConsent(&life, at: time, request: a, notice: b)
    case .refuse: refuseConsent(&life, at: time, request: a)
    case .withdraw: withdraw(&life, at: time)
    case .revoke: revoke(&life, at: time)
    case .object: object(&life, at: time)
    // Where b is set, the cause a is no message.
    case .optOut: optOut(&life, at: time, send: b == 0 ? a : 0, complaint: c)
    case .optOutTopic: optOutOfTopic(&life, at: time, send: a, topic: Int(b))
    case .chooseChannel: chooseChannel(&life, at: time, cause: a)
    case .chooseCadence: chooseCadence(&life, at: time)
    case .pause: pause(&life, at: time)
    case .resume: resume(&life, at: time, pause: a)
    case .coolOff: coolOff(&life, at: time, declined: a, topic: Int(b))
    case .signal: receiveSignal(&life, at: time)
    case .confirmConflict: confirmConflict(&life, at: time, consent: a, notice: b)
    case .matchRegistry: matchRegistry(&life, at: time, point: a)
    case .clearRegistry: clearRegistry(&life, at: time, point: a)
    case .guardian: guardianConsents(&life, at: time, notice: a)
    }
  }

  /// Shows the notice that a permit needs, and plans what she answers.
  private mutating func presentNotice(
    _ life: inout PracticeLife, at time: Int64, _ plan: PracticePlan
  ) {
    let persona = people.persona(life.number)
    let version = 1 + Int((time - PracticePeriod.start) / (300 * PracticePeriod.day))
    let door = life.door
    let notice = write(
      "notice.presented", &life, at: time,
      by: door.isStaffed ? .staff(life.random.below(24)) : .software("notice-service"),
      from: source(of: door, &life)
    ) { data in
      data.hash("contentHash", UInt64(plan.rawValue) << 8 | UInt64(version))
      data.code("language", persona.language ?? "en")
      data.code("noticeId", "notice-\(plan.rawValue + 1)")
      data.code("noticeVersion", "v\(version)")
      data.codes("purposes", plan.purposes)
      data.code(
        "surface",
        ["web.preferences", "app.settings", "store.form", "phone.script"][Int(door.rawValue)])
    }
    life.permission.notice = notice
    let soon = time + Int64(5_000 + life.random.below(90_000))
    switch plan {
    case .invitation: self.plan(.dialogue(.invite), life, at: soon, notice)
    case .guardian: self.plan(.permission(.guardian), life, at: soon, notice)
    case .mail where persona.country != .america && !door.isStaffed:
      self.plan(.permission(.request), life, at: soon, notice)
    default:
      // Some read the notice and leave it at that.
      if life.random.chance(85) {
        self.plan(.permission(.give), life, at: soon, notice, plan.rawValue)
      }
    }
  }

  /// A double opt-in: request, confirmation mail, and a click, a no, or nothing.
  private mutating func requestConsent(
    _ life: inout PracticeLife, at time: Int64, notice: Ordinal
  ) {
    guard life.mail != 0 else { return }
    let record = PracticeRecord(life, notice: notice, people: people)
    let point = life.mail
    let request = write(
      "consent.requested", &life, at: time, by: .software("consent-service"),
      from: "/web/preferences", cause: notice
    ) { data in
      data.record(
        record, purpose: "marketing", channel: "email", point: point,
        expiresAt: time + 7 * PracticePeriod.day, method: nil, isSigned: false)
    }
    life.permission.request = request
    life.permission.requestUntil = time + 7 * PracticePeriod.day
    let contact = PracticeContact(
      purpose: .consentConfirmation, topic: PracticeContact.general, channel: .email)
    plan(
      .contact(.decide), life, at: time + 2000 + Int64(life.random.below(20_000)), 0,
      contact.packed, request)
    switch life.random.below(100) {
    case ..<68:
      plan(.permission(.confirm), life, at: minutes(1...4000, after: time, &life), request, notice)
    case ..<75:
      plan(.permission(.refuse), life, at: minutes(1...4000, after: time, &life), request)
    default: break
    }
  }

  private mutating func confirmConsent(
    _ life: inout PracticeLife, at time: Int64, request: Ordinal, notice: Ordinal
  ) {
    guard life.permission.request == request else { return }
    let point = life.mail
    let method = life.random.pick(["link", "link", "code", "reply"])
    let permit = write(
      "consent.confirmed", &life, at: time, by: .customer, from: "/web/preferences", cause: request
    ) { data in
      data.code("channel", "email")
      data.id("contactPoint", "cp", point)
      data.code("method", method)
      data.code("purpose", "marketing")
      data.event("requestEventId", request)
      data.code("topic", "*")
    }
    life.permission.request = 0
    life.permission.mail = permit
    let record = PracticeRecord(life, notice: notice, people: people)
    life.permission.mailUntil = record.until(from: time)
  }

  private mutating func refuseConsent(
    _ life: inout PracticeLife, at time: Int64, request: Ordinal
  ) {
    guard life.permission.request == request else { return }
    let point = life.mail
    let refusal = write(
      "consent.refused", &life, at: time, by: .customer, from: "/web/preferences", cause: request
    ) { data in
      data.code("channel", "email")
      data.id("contactPoint", "cp", point)
      data.code("purpose", "marketing")
      data.event("requestEventId", request)
      data.code("topic", "*")
    }
    life.permission.request = 0
    life.permission.forbid = refusal
    life.permission.forbidRule = .refused
  }

  private mutating func giveConsent(
    _ life: inout PracticeLife, at time: Int64, notice: Ordinal, _ plan: PracticePlan
  ) {
    let record = PracticeRecord(life, notice: notice, people: people)
    let door = life.door
    let isSigned = door == .store
    let method =
      switch door {
      case .web: "webForm"
      case .app: "appForm"
      case .store: "paperSigned"
      case .phone: "phoneCall"
      }
    let point = plan == .mail ? life.mail : plan == .voice ? life.phone : 0
    guard point != 0 || plan != .mail && plan != .voice else { return }
    let channel = plan == .mail ? "email" : plan == .voice ? "voice" : "none"
    let permit = write(
      "consent.given", &life, at: time, by: author(at: door, &life), from: source(of: door, &life),
      cause: notice
    ) { data in
      data.record(
        record, purpose: plan.purposes[0], channel: channel, point: point, expiresAt: nil,
        method: method, isSigned: isSigned, isRecorded: door == .phone,
        isExplicit: plan == .care)
    }
    switch plan {
    case .mail:
      life.permission.mail = permit
      life.permission.mailUntil = record.until(from: time)
    case .voice: life.permission.voice = permit
    case .profile: life.permission.profile = permit
    case .care: life.permission.care = permit
    case .sharing:
      life.permission.sharing = permit
      if life.permission.signal != 0 {
        self.plan(
          .permission(.confirmConflict), life, at: time + 30_000, permit, notice)
      }
    case .invitation, .guardian: break
    }
  }

  /// The guardian is a customer of her own: the life before, where that is one.
  private mutating func guardianConsents(
    _ life: inout PracticeLife, at time: Int64, notice: Ordinal
  ) {
    guard life.number > 0, life.mail != 0 else { return }
    let guardian = life.number - 1
    let other = people.persona(guardian)
    guard other.role == .single || other.role == .double, other.startsAt < time else { return }
    let verification = life.random.pick(["idCheck", "payment", "signedForm", "call"])
    let point = life.mail
    let until = PracticePeriod.end + 365 * PracticePeriod.day
    write(
      "guardian.consented", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/customers", cause: notice
    ) { data in
      data.code("channel", "email")
      data.id("contactPoint", "cp", point)
      data.evidence("signedForm")
      data.subject("guardian", guardian)
      data.event("noticeEventId", notice)
      data.code("purpose", "marketing.newsletter")
      data.code("topic", "*")
      data.instant("until", until)
      data.code("verification", verification)
    }
  }
}

/// The consent record of ISO/IEC TS 27560, as far as it differs from one consent to the next.
struct PracticeRecord {
  let notice: Ordinal
  let language: String
  let validity: String
  let jurisdiction: String
  private let months: Int

  init(_ life: PracticeLife, notice: Ordinal, people: PracticePeople) {
    let persona = people.persona(life.number)
    self.notice = notice
    language = persona.language ?? "en"
    jurisdiction = persona.country.jurisdiction
    // What the form of that notice offered: the same for a request and its confirmation.
    switch people.ids.bits(of: life.number, 0x0030 &+ UInt64(notice)) % 4 {
    case 0: (validity, months) = ("P6M", 6)
    case 1: (validity, months) = ("P24M", 24)
    default: (validity, months) = ("untilWithdrawn", 0)
    }
  }

  /// When a permit given at `time` runs out: calendar steps, clamped to the end of the month. 0 =
  /// never.
  func until(from time: Int64) -> Int64 {
    guard months > 0 else { return 0 }
    let days = time / PracticePeriod.day
    let date = CivilDate(daysSince1970: Int(days))
    let month = date.month - 1 + months
    let year = date.year + month / 12
    let day = min(date.day, CivilDate.days(inMonth: month % 12 + 1, of: year))
    guard let end = CivilDate(year: year, month: month % 12 + 1, day: day) else { return 0 }
    return (Int64(end.daysSince1970) - days) * PracticePeriod.day + time
  }
}

extension PracticeWriter {
  /// The scope and the whole record of a consent, or of the request of one (`method` nil).
  mutating func record(
    _ record: PracticeRecord, purpose: String, channel: String, point: Ordinal,
    expiresAt: Int64?, method: String?, isSigned: Bool, isRecorded: Bool = false,
    isExplicit: Bool = false
  ) {
    code("channel", channel)
    code("consentType", isExplicit ? "explicit" : "expressed")
    if point == 0 { code("contactPoint", "none") } else { id("contactPoint", "cp", point) }
    codes("controllers", ["shop"])
    if isSigned || isRecorded { evidence(isSigned ? "signedForm" : "callRecording") }
    if let expiresAt { instant("expiresAt", expiresAt) }
    code("jurisdiction", record.jurisdiction)
    code("language", record.language)
    code("lawfulBasis", isExplicit ? "gdpr.9-2-a" : "gdpr.6-1-a")
    code("method", method)
    event("noticeEventId", record.notice)
    codes(
      "personalDataTypes",
      channel == "none" ? ["purchases", "statements"] : ["contact point", "stated interests"])
    code("purpose", purpose)
    codes("recipients", purpose == "sharing.advertising" ? ["advertising partners"] : [])
    code("retentionPeriod", "P36M")
    codes("storageLocations", [record.jurisdiction])
    code("topic", "*")
    code("validityDuration", record.validity)
    code("withdrawalMethod", "one click in every message, any counter, /web/preferences")
  }
}
