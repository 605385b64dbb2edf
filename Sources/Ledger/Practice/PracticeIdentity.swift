/// Who somebody is and how she can be reached: the identity events of a practice life.
enum IdentityStep: Sendable {
  case register, addMail, addPhone, addPost, verifyMail, linkLoyalty, unlink, replaceMail
  case invalidateMail, invalidatePhone, rectify, merge, unmerge, death
}

extension PracticeHistory {
  mutating func perform(
    _ step: IdentityStep, _ life: inout PracticeLife, at time: Int64, _ a: UInt32
  ) {
    guard !life.isDead else { return }
    switch step {
    case .register: register(&life, at: time)
    case .addMail: addMail(&life, at: time)
    case .addPhone: addPhone(&life, at: time)
    case .addPost: addPost(&life, at: time)
    case .verifyMail: verifyMail(&life, at: time, point: a)
    case .linkLoyalty: linkLoyalty(&life, at: time)
    case .unlink: unlink(&life, at: time, link: a)
    case .replaceMail: replaceMail(&life, at: time)
    case .invalidateMail: invalidateMail(&life, at: time, bounce: a)
    case .invalidatePhone: invalidatePhone(&life, at: time)
    case .rectify: rectify(&life, at: time)
    case .merge: merge(&life, at: time)
    case .unmerge: unmerge(&life, at: time, merge: a)
    case .death: notifyDeath(&life, at: time)
    }
  }

  private mutating func register(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let name = persona.hasName ? "Practice Customer \(persona.addressee)" : nil
    write(
      "customer.registered", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      if let birthday = persona.birthday { data.date("birthDate", birthday) }
      data.code("country", persona.country.code)
      data.code("kind", persona.kind)
      data.code("language", persona.language)
      data.text("name", name)
    }
    var next = time
    if persona.hasMail {
      next = minutes(0...1, after: next, &life)
      plan(.identity(.addMail), life, at: next)
    }
    if persona.hasPhone {
      next = minutes(0...2, after: next, &life)
      plan(.identity(.addPhone), life, at: next)
    }
    if persona.hasPost {
      plan(.identity(.addPost), life, at: days(0...30, after: time, &life))
    }
    if life.random.chance(30) {
      plan(.identity(.linkLoyalty), life, at: minutes(2...9, after: time, &life))
    }
    if persona.role == .minor {
      plan(
        .permission(.notice), life, at: minutes(3...20, after: time, &life),
        PracticePlan.guardian.rawValue)
    } else if persona.hasMail, life.budget > 3, life.random.chance(55) {
      plan(
        .permission(.notice), life, at: minutes(3...6, after: time, &life),
        PracticePlan.mail.rawValue)
    }
    if life.budget > 1, life.random.chance(70) {
      plan(.trade(.order), life, at: minutes(7...25, after: time, &life))
    }
    if life.random.rarely(4) {
      let rest = (life.endsAt - time) / 1000 * Int64(life.random.below(1000))
      plan(.identity(.death), life, at: daytime(time, plus: rest + PracticePeriod.day, &life))
    }
    if persona.role == .first {
      let second = people.persona(life.number + 1).startsAt
      plan(.identity(.merge), life, at: days(3...60, after: max(second, time), &life))
    }
    planEpisode(&life, after: minutes(26...30, after: time, &life))
  }

  private mutating func addMail(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    life.mailGeneration = 1
    let value = PracticeAddresses.mail(persona.addressee, generation: 1)
    let isShared = persona.kind != "person"
    let addedBy = life.door.isStaffed ? "staff" : "customer"
    life.mail = write(
      "contactpoint.added", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.code("addedBy", addedBy)
      data.codes("channels", ["email"])
      data.id("contactPointId", "cp", data.current)
      data.code("kind", "email")
      data.code("ownership", isShared ? "shared" : "sole")
      data.text("value", value)
    }
    if life.budget > 2, life.random.chance(60) {
      plan(.identity(.verifyMail), life, at: minutes(1...40, after: time, &life), life.mail)
    }
  }

  private mutating func addPhone(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let value = PracticeAddresses.phone(persona.addressee, persona.country)
    let zone = PracticeAddresses.timeZone(persona.addressee, persona.country)
    let addedBy = life.door.isStaffed ? "staff" : "customer"
    let channels = PracticeAddresses.isMobile(value) ? ["sms", "voice"] : ["voice"]
    let ownership =
      persona.kind == "person" ? life.random.chance(80) ? "sole" : "unknown" : "shared"
    life.phone = write(
      "contactpoint.added", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.code("addedBy", addedBy)
      data.codes("channels", channels)
      data.id("contactPointId", "cp", data.current)
      data.code("kind", "phone")
      data.code("ownership", ownership)
      data.codes("timeZones", [zone])
      data.text("value", value)
    }
    if persona.country == .britain || persona.country == .america, life.random.chance(8) {
      plan(.permission(.matchRegistry), life, at: days(20...300, after: time, &life), life.phone)
    }
  }

  private mutating func addPost(_ life: inout PracticeLife, at time: Int64) {
    guard life.post == 0 else { return }
    let persona = people.persona(life.number)
    let addedBy = life.door.isStaffed ? "staff" : "customer"
    let value = PracticeAddresses.post(persona.addressee, persona.country)
    life.post = write(
      "contactpoint.added", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.code("addedBy", addedBy)
      data.codes("channels", ["post"])
      data.id("contactPointId", "cp", data.current)
      data.code("kind", "postal")
      data.code("ownership", "unknown")
      data.text("value", value)
    }
  }

  private mutating func verifyMail(_ life: inout PracticeLife, at time: Int64, point: Ordinal) {
    let method = life.random.chance(75) ? "link" : "code"
    write(
      "contactpoint.verified", &life, at: time, by: .customer, from: "/web/account", cause: point
    ) { data in
      data.id("contactPointId", "cp", point)
      data.code("method", method)
    }
  }

  private mutating func linkLoyalty(_ life: inout PracticeLife, at time: Int64) {
    let isVerified = life.random.chance(60)
    let value = "card-\(1_000_000 + Int(life.number))"
    life.loyalty = write(
      "identifier.linked", &life, at: time, by: author(at: life.door, &life),
      from: source(of: life.door, &life)
    ) { data in
      data.code("assurance", isVerified ? "verified" : "claimed")
      data.code("idType", "loyalty")
      data.text("value", value)
    }
  }

  private mutating func unlink(_ life: inout PracticeLife, at time: Int64, link: Ordinal) {
    guard life.loyalty == link else { return }
    life.loyalty = 0
    let reason = life.random.pick(["wrongPerson", "requested", "other"])
    write(
      "identifier.unlinked", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/customers", cause: link
    ) { data in
      data.event("linkEventId", link)
      data.code("reason", reason)
    }
  }

  private mutating func replaceMail(_ life: inout PracticeLife, at time: Int64) {
    guard life.mail != 0 else { return }
    let persona = people.persona(life.number)
    let old = life.mail
    life.mailGeneration += life.mailGeneration < 99 ? 1 : 0
    let value = PracticeAddresses.mail(life.number, generation: Int(life.mailGeneration))
    life.mail = write(
      "contactpoint.added", &life, at: time, by: .customer, from: "/web/account"
    ) { data in
      data.code("addedBy", "customer")
      data.codes("channels", ["email"])
      data.id("contactPointId", "cp", data.current)
      data.code("kind", "email")
      data.code("ownership", persona.kind == "person" ? "sole" : "shared")
      data.id("replaces", "cp", old)
      data.text("value", value)
    }
    life.isMailDead = false
    // What was asked about the old address is not answered for the new one.
    life.permission.request = 0
    plan(.identity(.verifyMail), life, at: minutes(1...40, after: time, &life), life.mail)
  }

  private mutating func invalidateMail(
    _ life: inout PracticeLife, at time: Int64, bounce: Ordinal
  ) {
    guard life.mail != 0, !life.isMailDead else { return }
    life.isMailDead = true
    let point = life.mail
    life.permission.invalidated = write(
      "contactpoint.invalidated", &life, at: time, by: .rapport, from: "/practice/processes",
      cause: bounce
    ) { data in
      data.id("contactPointId", "cp", point)
      data.code("reason", "hardBounce")
    }
    if life.random.chance(40) {
      plan(.identity(.replaceMail), life, at: days(5...90, after: time, &life))
    }
  }

  private mutating func invalidatePhone(_ life: inout PracticeLife, at time: Int64) {
    guard life.phone != 0 else { return }
    let point = life.phone
    life.phone = 0
    let reason = life.random.pick(["goneAway", "reassigned", "notTheirs", "removed"])
    write(
      "contactpoint.invalidated", &life, at: time, by: .staff(life.random.below(24)),
      from: "/phone/desk-1"
    ) { data in
      data.id("contactPointId", "cp", point)
      data.code("reason", reason)
    }
  }

  private mutating func rectify(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let isName = life.random.chance(60)
    let value =
      isName ? "Practice Customer \(life.number) B" : persona.language == "de" ? "en" : "de"
    write(
      "profile.attribute.rectified", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/customers"
    ) { data in
      if isName { data.evidence("idCheck") }
      data.text("newValue", value)
      data.code("path", isName ? "name" : "language")
    }
  }

  /// The next life is the same person: a link, nothing is copied.
  private mutating func merge(_ life: inout PracticeLife, at time: Int64) {
    let isVerified = life.random.chance(60)
    let confidence = 70 + life.random.below(29)
    let reviewer = life.random.below(24)
    let absorbed = life.number + 1
    let merge = write(
      "profile.merged", &life, at: time, by: .staff(reviewer), from: "/desk/merges"
    ) { data in
      data.subject("absorbed", absorbed)
      data.code("assurance", isVerified ? "verified" : "probable")
      data.subject("canonical", data.life)
      if !isVerified { data.hundredths("confidence", confidence) }
      if isVerified { data.evidence("orderRecord") }
      data.code("reviewer", PracticeShop.staff[reviewer])
    }
    if life.random.chance(isVerified ? 8 : 40) {
      plan(.identity(.unmerge), life, at: days(2...90, after: time, &life), merge)
    }
  }

  private mutating func unmerge(_ life: inout PracticeLife, at time: Int64, merge: Ordinal) {
    let reason = life.random.chance(70) ? "wrongPerson" : "requested"
    write(
      "profile.unmerged", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/merges", cause: merge
    ) { data in
      data.event("mergeEventId", merge)
      data.code("reason", reason)
    }
  }

  private mutating func notifyDeath(_ life: inout PracticeLife, at time: Int64) {
    life.isDead = true
    let by = life.random.pick(["family", "executor", "authority"])
    let since = time - Int64(1 + life.random.below(40)) * PracticePeriod.day
    write(
      "death.notified", &life, at: time, by: .staff(life.random.below(24)), from: "/phone/desk-2"
    ) { data in
      data.code("notifiedBy", by)
      data.date("since", since)
    }
  }

  /// Who enters an event at a door: the customer herself, or staff for her.
  func author(
    at door: PracticeShop.Door, _ life: inout PracticeLife
  ) -> PracticeAuthor {
    door.isStaffed ? .staff(life.random.below(24)) : .customer
  }

  /// Where an event enters that has no better place.
  func source(of door: PracticeShop.Door, _ life: inout PracticeLife) -> String {
    switch door {
    case .web: "/web/account"
    case .app: "/app/account"
    case .store: store(of: life.number, &life).till
    case .phone: PracticeShop.desks[life.random.below(PracticeShop.desks.count)]
    }
  }

  /// Where staff enter what they did for a customer who came through a door.
  func desk(at door: PracticeShop.Door, _ life: inout PracticeLife) -> String {
    door.isStaffed ? source(of: door, &life) : "/desk/service"
  }

  /// A store near the customer: mostly her own.
  func store(of number: UInt32, _ life: inout PracticeLife) -> PracticeShop.Store {
    let country = people.persona(number).country
    if life.random.chance(25) { return PracticeShop.store(in: country, &life.random) }
    var own = SplitMix64(seed: ids.bits(of: number, 0x0013))
    return PracticeShop.store(in: country, &own)
  }
}
