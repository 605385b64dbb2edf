/// Rights used, looks taken, uses stopped, and the rare end of a relationship by the company.
enum RightsStep: Sendable {
  case request, verify, export, fulfil, deny, withdraw, look, restrict, lift, exclude
}

extension PracticeHistory {
  mutating func perform(
    _ step: RightsStep, _ life: inout PracticeLife, at time: Int64, _ a: UInt32, _ b: UInt32
  ) {
    guard !life.isDead else { return }
    switch step {
    case .request: receiveRequest(&life, at: time)
    case .verify: verifyRequest(&life, at: time, request: a)
    case .export: exportData(&life, at: time, request: a)
    case .fulfil: fulfil(&life, at: time, request: a, cause: b)
    case .deny: denyRequest(&life, at: time, request: a)
    case .withdraw: withdrawRequest(&life, at: time, request: a)
    case .look: look(&life, at: time)
    case .restrict: restrict(&life, at: time)
    case .lift: lift(&life, at: time, restriction: a)
    case .exclude: exclude(&life, at: time)
    }
  }

  private mutating func receiveRequest(_ life: inout PracticeLife, at time: Int64) {
    let right = life.random.chance(75) ? "access" : "portability"
    let text = life.random.chance(70) ? life.random.pick(PracticeWords.answersToRequests) : nil
    let request = write(
      "request.received", &life, at: time, by: .customer, from: "/web/account"
    ) { data in
      data.instant("dueAt", time + 30 * PracticePeriod.day)
      data.id("requestId", "request", data.current)
      data.code("right", right)
      data.text("text", text)
      data.code("via", "customer")
    }
    switch life.random.below(100) {
    case ..<80: plan(.rights(.verify), life, at: minutes(5...3000, after: time, &life), request)
    case ..<90: plan(.rights(.withdraw), life, at: days(1...8, after: time, &life), request)
    default: plan(.rights(.deny), life, at: days(8...25, after: time, &life), request)
    }
  }

  private mutating func verifyRequest(
    _ life: inout PracticeLife, at time: Int64, request: Ordinal
  ) {
    let method = life.random.pick(["link", "code", "idCheck"])
    write(
      "request.verified", &life, at: time, by: .customer, from: "/web/account", cause: request,
      case: .of("request", request)
    ) { data in
      data.code("method", method)
      data.id("requestId", "request", request)
    }
    plan(.rights(.export), life, at: days(2...20, after: time, &life), request)
  }

  private mutating func exportData(
    _ life: inout PracticeLife, at time: Int64, request: Ordinal
  ) {
    let format = life.random.pick(["json", "jsonl", "pdf"])
    let salt = UInt64(life.number) << 32 | UInt64(request)
    let export = write(
      "data.exported", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/compliance", cause: request, case: .of("request", request)
    ) { data in
      data.hash("contentHash", salt)
      data.code("format", format)
      data.code("recipient", "customer")
      data.id("requestId", "request", request)
    }
    plan(.rights(.fulfil), life, at: minutes(1...30, after: time, &life), request, export)
  }

  private mutating func fulfil(
    _ life: inout PracticeLife, at time: Int64, request: Ordinal, cause: Ordinal
  ) {
    write(
      "request.fulfilled", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/compliance", cause: cause, case: .of("request", request)
    ) { data in
      data.id("requestId", "request", request)
    }
  }

  private mutating func denyRequest(
    _ life: inout PracticeLife, at time: Int64, request: Ordinal
  ) {
    let reason = life.random.pick(["insufficientVerification", "noMatch", "suspectedFraud"])
    write(
      "request.denied", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/compliance", cause: request, case: .of("request", request)
    ) { data in
      data.code("reason", reason)
      data.id("requestId", "request", request)
    }
  }

  private mutating func withdrawRequest(
    _ life: inout PracticeLife, at time: Int64, request: Ordinal
  ) {
    write(
      "request.withdrawn", &life, at: time, by: .customer, from: "/web/account", cause: request,
      case: .of("request", request)
    ) { data in
      data.id("requestId", "request", request)
    }
  }

  /// Somebody of a department looked; the customer can see it.
  private mutating func look(_ life: inout PracticeLife, at time: Int64) {
    let isService = life.random.chance(70)
    write(
      "access.read", &life, at: time, by: .staff(life.random.below(24)),
      from: isService ? PracticeShop.desks[0] : "/desk/marketing"
    ) { data in
      data.code("department", isService ? "service" : "marketing")
      data.codes(
        "fields",
        isService ? ["complaint.opened", "order.completed.total"] : ["interest.stated.topic"])
      data.code("purpose", isService ? "service.reply" : "marketing")
      data.code("readModel", isService ? "customer" : "marketing")
    }
  }

  private mutating func restrict(_ life: inout PracticeLife, at time: Int64) {
    guard life.permission.restriction == 0 else { return }
    let reason = life.random.pick(["accuracyContested", "legalClaim", "objectionPending"])
    let restriction = write(
      "restriction.applied", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/compliance"
    ) { data in
      data.code("reason", reason)
    }
    life.permission.restriction = restriction
    if life.random.chance(75) {
      plan(.rights(.lift), life, at: days(10...60, after: time, &life), restriction)
    }
  }

  private mutating func lift(
    _ life: inout PracticeLife, at time: Int64, restriction: Ordinal
  ) {
    guard life.permission.restriction == restriction else { return }
    life.permission.restriction = 0
    write(
      "restriction.lifted", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/compliance", cause: restriction
    ) { data in
      data.event("restrictionEventId", restriction)
    }
  }

  /// The company ends or narrows the relationship, with a reason and somebody who answers for it.
  private mutating func exclude(_ life: inout PracticeLife, at time: Int64) {
    let isAbuse = life.random.chance(50)
    let until = life.random.chance(50) ? time + 365 * PracticePeriod.day : 0
    write(
      "exclusion.decided", &life, at: time, by: .staff(life.random.below(24)),
      from: "/desk/compliance"
    ) { data in
      data.code("approver", PracticeShop.staff[1])
      data.codes("benefits", ["returns.free"])
      data.text("reason", PracticeWords.exclusions[isAbuse ? 1 : 0])
      data.code("reasonCode", isAbuse ? "abuse" : "cost")
      if until != 0 { data.instant("until", until) }
    }
  }
}
