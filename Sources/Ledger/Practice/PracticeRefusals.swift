/// The noes and the choices: opt-outs, objections, withdrawals, pauses, channels, cadence, signals,
/// lists.
extension PracticeHistory {
  mutating func withdraw(_ life: inout PracticeLife, at time: Int64) {
    guard life.permission.mail != 0 else { return }
    let route = life.random.pick(["portal", "portal", "spoken", "letter", "api"])
    let words = life.random.chance(40) ? life.random.pick(PracticeWords.noWords) : nil
    let cause = life.permission.mail
    let withdrawal = write(
      "consent.withdrawn", &life, at: time,
      by: route == "spoken" || route == "letter" ? .staff(life.random.below(24)) : .customer,
      from: route == "spoken" ? PracticeShop.desks[0] : "/web/preferences", cause: cause
    ) { data in
      data.code("channel", "email")
      data.code("contactPoint", "*")
      data.code("purpose", "marketing")
      data.code("route", route)
      data.code("topic", "*")
      data.text("words", words)
    }
    life.permission.forbid = withdrawal
    life.permission.forbidRule = .withdrawn
    askAgain(&life, after: time)
  }

  mutating func revoke(_ life: inout PracticeLife, at time: Int64) {
    guard life.permission.mail != 0 else { return object(&life, at: time) }
    let reason = life.random.pick(["noticeDefect", "controllerDecision"])
    let cause = life.permission.mail
    let revocation = write(
      "consent.revoked", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/compliance", cause: cause
    ) { data in
      data.code("channel", "email")
      data.code("contactPoint", "*")
      data.code("purpose", "marketing")
      data.code("reason", reason)
      data.code("topic", "*")
    }
    life.permission.forbid = revocation
    life.permission.forbidRule = .revoked
    askAgain(&life, after: time)
  }

  /// Some change their mind once more: a new notice, a new yes.
  private mutating func askAgain(_ life: inout PracticeLife, after time: Int64) {
    guard life.random.chance(25), life.mail != 0 else { return }
    plan(
      .permission(.notice), life, at: days(60...250, after: time, &life), PracticePlan.mail.rawValue
    )
  }

  mutating func object(_ life: inout PracticeLife, at time: Int64) {
    let isSpoken = life.random.chance(40)
    let words = life.random.chance(60) ? life.random.pick(PracticeWords.noWords) : nil
    life.permission.objection = write(
      "objection.raised", &life, at: time,
      by: isSpoken ? .staff(life.random.below(24)) : .customer,
      from: isSpoken ? PracticeShop.desks[1] : "/web/preferences"
    ) { data in
      data.code("purpose", "marketing")
      data.code("route", isSpoken ? "spoken" : "portal")
      data.text("words", words)
    }
  }

  /// A no to advertising on every topic: by one click in a message, by word, or to everything at
  /// once.
  mutating func optOut(
    _ life: inout PracticeLife, at time: Int64, send: Ordinal, complaint: Ordinal
  ) {
    let isVoice = send == 0 && complaint == 0 && life.phone != 0 && life.random.chance(35)
    let isAll = send == 0 && !isVoice && life.random.chance(20)
    let route =
      complaint != 0
      ? "spamComplaint"
      : send != 0
        ? "oneClick" : isVoice ? "spoken" : life.random.pick(["portal", "checkout", "letter"])
    let words = isVoice || life.random.chance(20) ? life.random.pick(PracticeWords.noWords) : nil
    let point = send != 0 ? life.mail : 0
    let cause = complaint != 0 ? complaint : send
    let author: PracticeAuthor =
      complaint != 0
      ? .rapport : isVoice || route == "letter" ? .staff(life.random.below(24)) : .customer
    let no = write(
      "optout.recorded", &life, at: time, by: author,
      from: isVoice
        ? PracticeShop.desks[2] : complaint != 0 ? "/practice/processes" : "/web/preferences",
      cause: cause
    ) { data in
      data.code("channel", isAll ? "*" : isVoice ? "voice" : "email")
      if point == 0 { data.code("contactPoint", "*") } else { data.id("contactPoint", "cp", point) }
      data.code("purpose", isAll ? "*" : isVoice && words == "Stop." ? "*" : "marketing")
      data.code("route", route)
      data.event("sendEventId", send)
      data.code("topic", "*")
      data.text("words", words)
    }
    if isVoice {
      life.permission.voiceForbid = no
    } else {
      life.permission.forbid = no
      life.permission.forbidRule = .optOut
      if isAll { life.permission.voiceForbid = no }
      askAgain(&life, after: time)
    }
  }

  /// One click in a message about a topic ends that topic.
  mutating func optOutOfTopic(
    _ life: inout PracticeLife, at time: Int64, send: Ordinal, topic: Int
  ) {
    let point = life.mail
    let no = write(
      "optout.recorded", &life, at: time, by: .customer, from: "/mail/unsubscribe", cause: send
    ) { data in
      data.code("channel", "email")
      if point == 0 { data.code("contactPoint", "*") } else { data.id("contactPoint", "cp", point) }
      data.code("purpose", "marketing")
      data.code("route", "oneClick")
      data.event("sendEventId", send)
      data.code("topic", PracticeShop.topics[topic].path)
    }
    life.permission.topicForbid = no
    life.permission.topicForbidRule = .optOut
    life.permission.topicForbidden = UInt8(topic)
  }

  mutating func chooseChannel(_ life: inout PracticeLife, at time: Int64, cause: Ordinal) {
    let has: [PracticeContact.Channel] = [
      life.mail != 0 ? .email : nil, life.phone != 0 ? .voice : nil, life.post != 0 ? .post : nil,
    ].compactMap { $0 }
    guard !has.isEmpty else { return }
    let first = life.random.pick(has)
    let channels = has.count > 1 && life.random.chance(40) ? has : [first]
    let isOnly = life.random.chance(60)
    let isForAll = life.random.chance(60)
    let topic = people.persona(life.number).topics.0
    let choice = write(
      "channel.chosen", &life, at: time, by: .customer, from: "/web/preferences", cause: cause
    ) { data in
      data.codes("channels", channels.map(\.path))
      data.code("mode", isOnly ? "only" : "prefer")
      data.code("purpose", "marketing")
      data.code("topic", isForAll ? "*" : PracticeShop.topics[topic].path)
    }
    if isForAll {
      life.permission.choice = isOnly ? choice : 0
      life.permission.choiceChannels = channels.reduce(0) { $0 | 1 << $1.rawValue }
    }
    tryAnyway(&life, after: time)
  }

  mutating func chooseCadence(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let zone = PracticeAddresses.timeZone(persona.addressee, persona.country)
    let isWindow = life.random.chance(35)
    let days = [7, 14, 30][life.random.below(3)]
    let isWeekend = life.random.chance(50)
    write(
      "cadence.chosen", &life, at: time, by: .customer, from: "/web/preferences"
    ) { data in
      data.code("channel", isWindow ? "voice" : "*")
      if !isWindow {
        data.object("maxPer") { data in
          data.number("count", 1)
          data.code("period", "P\(days)D")
        }
      }
      data.code("purpose", "marketing")
      data.code("topic", "*")
      if isWindow {
        data.object("window") { data in
          data.codes("days", isWeekend ? ["sat", "sun"] : ["mon", "tue", "wed", "thu", "fri"])
          data.code("from", isWeekend ? "10:00" : "17:30")
          data.code("timeZone", zone)
          data.code("to", isWeekend ? "18:00" : "20:00")
        }
      }
    }
    if !isWindow { life.permission.cadenceDays = UInt8(days) }
    tryAnyway(&life, after: time)
  }

  /// A choice shows when somebody wants to do otherwise.
  private mutating func tryAnyway(_ life: inout PracticeLife, after time: Int64) {
    guard life.random.chance(40), people.role(of: life.number) != .minor else { return }
    plan(.contact(.begin), life, at: days(1...20, after: time, &life))
  }

  mutating func pause(_ life: inout PracticeLife, at time: Int64) {
    let until =
      (time / PracticePeriod.day + Int64(14 + life.random.below(120))) * PracticePeriod.day
    let isStaffed = life.door.isStaffed
    let pause = write(
      "contact.paused", &life, at: time,
      by: isStaffed ? .staff(life.random.below(24)) : .customer,
      from: isStaffed ? PracticeShop.desks[0] : "/web/preferences"
    ) { data in
      data.code("channel", "*")
      data.code("purpose", "*")
      data.code("topic", "*")
      data.instant("until", until)
    }
    life.permission.pause = pause
    life.permission.pauseUntil = until
    if life.random.chance(30) {
      plan(.permission(.resume), life, at: days(3...30, after: time, &life), pause)
    }
  }

  mutating func resume(_ life: inout PracticeLife, at time: Int64, pause: Ordinal) {
    guard life.permission.pause == pause, time < life.permission.pauseUntil else { return }
    life.permission.pause = 0
    life.permission.pauseUntil = 0
    write(
      "contact.resumed", &life, at: time, by: .customer, from: "/web/preferences", cause: pause
    ) { data in
      data.event("pauseEventId", pause)
    }
  }

  /// The quiet year that follows a no to an invitation.
  mutating func coolOff(
    _ life: inout PracticeLife, at time: Int64, declined: Ordinal, topic: Int
  ) {
    let until = time + 365 * PracticePeriod.day
    let pause = write(
      "contact.paused", &life, at: time, by: .rapport, from: "/practice/processes",
      cause: declined
    ) { data in
      data.code("channel", "*")
      data.code("purpose", "*")
      data.code("topic", PracticeContact.path(ofTopic: topic))
      data.instant("until", until)
    }
    life.permission.coolOff = pause
    life.permission.coolOffTopic = UInt8(topic)
    life.permission.coolOffUntil = until
  }

  mutating func receiveSignal(_ life: inout PracticeLife, at time: Int64) {
    life.permission.signal = write(
      "signal.received", &life, at: time, by: .customer, from: "/web/shop"
    ) { data in
      data.id("deviceId", "device", 1)
      data.code("kind", "gpc")
      data.code("value", "1")
    }
    if life.permission.sharing == 0, life.random.chance(30) {
      plan(
        .permission(.notice), life, at: days(1...60, after: time, &life),
        PracticePlan.sharing.rawValue)
    }
  }

  mutating func confirmConflict(
    _ life: inout PracticeLife, at time: Int64, consent: Ordinal, notice: Ordinal
  ) {
    let signal = life.permission.signal
    write(
      "conflict.confirmed", &life, at: time, by: .customer, from: "/web/preferences",
      cause: consent
    ) { data in
      data.event("consentEventId", consent)
      data.event("noticeEventId", notice)
      data.event("signalEventId", signal)
    }
  }

  mutating func matchRegistry(_ life: inout PracticeLife, at time: Int64, point: Ordinal) {
    let isAmerica = people.persona(life.number).country == .america
    let snapshot = isAmerica ? house.americanList : house.britishList
    guard snapshot != 0, life.phone == point, life.permission.listed == 0 else { return }
    life.permission.listed = write(
      "registry.matched", &life, at: time, by: .software("registry-service"),
      from: "/practice/registries"
    ) { data in
      data.id("contactPointId", "cp", point)
      data.code("list", isAmerica ? "us-dnc" : "uk-tps")
      data.event("snapshotEventId", snapshot, of: data.ids.house)
    }
    if life.random.chance(25) {
      plan(.permission(.clearRegistry), life, at: days(60...400, after: time, &life), point)
    }
  }

  mutating func clearRegistry(_ life: inout PracticeLife, at time: Int64, point: Ordinal) {
    let isAmerica = people.persona(life.number).country == .america
    let snapshot = isAmerica ? house.americanList : house.britishList
    guard snapshot != 0, life.permission.listed != 0 else { return }
    let cause = life.permission.listed
    life.permission.listed = 0
    write(
      "registry.cleared", &life, at: time, by: .software("registry-service"),
      from: "/practice/registries", cause: cause
    ) { data in
      data.id("contactPointId", "cp", point)
      data.code("list", isAmerica ? "us-dnc" : "uk-tps")
      data.event("snapshotEventId", snapshot, of: data.ids.house)
    }
  }
}
