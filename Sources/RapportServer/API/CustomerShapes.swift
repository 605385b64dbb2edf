// What the answers about a customer are made of, field by field: by this table each reader sees what her role may see.

/// The shapes of answers. A member that is not named here reaches nobody.
enum CustomerShapes {
  /// The event behind a value.
  private static let source: AnswerShape = .object([
    "position": .plain, "time": .plain, "saidBy": .plain, "eventId": .plain,
  ])

  private static func money(_ field: String) -> AnswerShape {
    .object(["amount": .of("\(field).amount"), "currency": .of("\(field).currency")])
  }

  // MARK: Values

  /// A value made from events of one type. Each argument names the fields that its part is made from.
  private static func value(
    _ type: String, topic: String? = nil, about: String? = nil, _ value: String? = nil,
    isPersonal: Bool = false, isAboutPersonal: Bool = false, detail: [String] = [],
    strength: String? = nil, standing: String? = nil, validUntil: String? = nil,
    reviewBy: String? = nil
  ) -> AnswerShape {
    func part(_ name: String?, _ isPersonal: Bool = false) -> AnswerShape {
      .made(from: name.map { ["\(type).\($0)"] } ?? [], isPersonal: isPersonal)
    }
    return .object([
      "kind": .plain, "topic": part(topic), "about": part(about, isAboutPersonal),
      "value": part(value, isPersonal),
      "detail": .made(from: detail.map { "\(type).\($0)" }, isPersonal: false),
      "strength": part(strength), "standing": part(standing), "validUntil": part(validUntil),
      "reviewBy": part(reviewBy), "origin": .plain, "outrankedBy": .plain, "source": source,
    ])
  }

  private static let profile: AnswerShape = .choice(
    by: "topic",
    Dictionary(
      uniqueKeysWithValues: [
        ("kind", false), ("name", true), ("birthDate", true), ("language", false),
        ("country", false),
      ].map { ($0.0, value("customer.registered", $0.0, isPersonal: $0.1)) }))

  /// By the kind of fact.
  private static let values: [String: AnswerShape] = [
    "profile": profile,
    "contactPoint": value(
      "contactpoint.added", topic: "kind", about: "contactPointId", "value", isPersonal: true,
      detail: ["channels", "ownership", "addedBy"]),
    "identifier": value(
      "identifier.linked", topic: "idType", "value", isPersonal: true, strength: "assurance"),
    "death": value("death.notified", "since", isPersonal: true, detail: ["notifiedBy"]),
    "restriction": value("restriction.applied", "reason"),
    "preference": value(
      "preference.stated", topic: "topic", "value", isPersonal: true, strength: "strength",
      standing: "standing", validUntil: "validUntil"),
    "interest": value("interest.stated", topic: "topic", validUntil: "validUntil"),
    "owns": value("item.reacted", topic: "topic", about: "sku", "reaction"),
    "reaction": value("item.reacted", topic: "topic", about: "sku", "reaction"),
    "lifestage": value("lifestage.stated", "stage", isPersonal: true, reviewBy: "reviewBy"),
    "lifestyle": value("lifestyle.stated", topic: "topic", "value", isPersonal: true),
    "need": value(
      "need.stated", topic: "topic", "text", isPersonal: true, validUntil: "validUntil"),
    "value": value("value.stated", topic: "topic", "text", isPersonal: true),
    "reason": value(
      "reason.given", topic: "topic", about: "stance", "text", isPersonal: true,
      detail: ["factor"]),
    "answer": value("question.answered", "answer", isPersonal: true, reviewBy: "reviewBy"),
    "feedback": value(
      "feedback.given", topic: "instrument", "text", isPersonal: true,
      detail: ["score", "scaleMax"]),
    "suggestion": value(
      "suggestion.made", topic: "topic", about: "suggestionId", "text", isPersonal: true),
    "channel": value(
      "channel.chosen", topic: "topic", about: "purpose", "channels", detail: ["mode"]),
    "cadence": .object([
      "kind": .plain, "topic": .of("cadence.chosen.topic"),
      "about": .of("cadence.chosen.purpose", "cadence.chosen.channel"),
      "value": .of(
        "cadence.chosen.window.days", "cadence.chosen.window.from", "cadence.chosen.window.to",
        "cadence.chosen.window.timeZone", "cadence.chosen.maxPer.count",
        "cadence.chosen.maxPer.period"),
      "origin": .plain, "source": source,
    ]),
    "pause": value("contact.paused", topic: "topic", about: "channel", validUntil: "until"),
    "viewed": value("product.viewed", topic: "topic", about: "sku", detail: ["surface"]),
    "configuration": .object([
      "kind": .plain, "topic": .of("configuration.chosen.topic"),
      "about": .of("configuration.chosen.sku"),
      "value": .of("configuration.chosen.options.option", "configuration.chosen.options.value"),
      "origin": .plain, "source": source,
    ]),
    "advocacy": value(
      "advocacy.observed", topic: "topic", about: "kind", "reference", isPersonal: true),
    "privacySignal": value(
      "signal.received", topic: "kind", about: "deviceId", "value", isAboutPersonal: true),
    "inference": value(
      "inference.made", topic: "topic", about: "model", "claim", isPersonal: true,
      detail: ["modelVersion"], strength: "confidence", validUntil: "validUntil"),
  ]

  private static let anyValue: AnswerShape = .choice(by: "kind", values)

  // MARK: Promises, complaints and the rest

  static let promise: AnswerShape = .object([
    "id": .of("credit.granted.promiseId"), "state": .plain,
    "owed": money("credit.granted.amount"), "reason": .personal("credit.granted.reason"),
    "redeemWhere": .of("credit.granted.redeemWhere"),
    "validUntil": .of("credit.granted.validUntil"), "promised": source, "redeemed": source,
    "conflicts": .list(.plain),
  ])

  private static let complaint: AnswerShape = .object([
    "id": .of("complaint.opened.complaintId"), "state": .plain,
    "topic": .of("complaint.opened.topic"), "product": .of("complaint.opened.product"),
    "issue": .of("complaint.opened.issue"), "severity": .of("complaint.opened.severity"),
    "wantedRemedy": .personal("complaint.opened.wantedRemedy"),
    "remedy": .of("complaint.resolved.remedy"), "opened": source,
  ])

  private static let wish: AnswerShape = .object([
    "wish": anyValue, "bookings": .list(.of("booking.created.bookingId")), "honoured": .plain,
    "missed": .plain,
  ])

  private static let booking: AnswerShape = .object([
    "reference": .of("booking.created.bookingId"), "topic": .of("booking.created.topic"),
    "startsAt": .of("booking.created.slots.startsAt"), "source": source,
  ])

  private static let question: AnswerShape = .object([
    "id": .of("question.asked.questionId"), "topic": .of("question.asked.topic"),
    "state": .plain, "answer": .personal("question.answered.answer"),
    "askAgain": .of("question.declined.askAgainAt"), "asked": source,
  ])

  private static let benefit: AnswerShape = .object([
    "id": .of("benefit.granted.benefitId"), "name": .of("benefit.granted.name"),
    "tier": .of("benefit.granted.tier"), "validUntil": .of("benefit.granted.validUntil"),
    "used": .of("benefit.used.benefitId"), "granted": source,
  ])

  private static let relationship: AnswerShape = .choice(
    by: "step",
    [
      "declared": .object([
        "step": .plain, "type": .personal("relationship.declared.relationshipType"),
        "topic": .of("relationship.declared.topic"),
        "declaredBy": .of("relationship.declared.declaredBy"),
        "outcome": .of("relationship.reviewed.outcome"), "source": source,
      ]),
      "invited": .object([
        "step": .plain, "topic": .of("relationship.invited.topic"),
        "offer": .of("relationship.invited.offer"), "outcome": .plain, "source": source,
      ]),
    ])

  private static let touch: AnswerShape = .told(
    by: "type",
    .object(["line": .plain, "type": .plain, "channel": .plain, "source": source]))

  // MARK: Whole answers

  private static let spending: AnswerShape = .object([
    "orders": .of("order.completed.orderId"),
    "gross": spent("order.completed.total"), "refunded": spent("order.refunded.amount"),
    "cancelled": spent("order.cancelled.total"),
    "net": spent("order.completed.total", "order.refunded.amount", "order.cancelled.total"),
  ])

  private static func spent(_ fields: String...) -> AnswerShape {
    func all(_ part: String) -> AnswerShape {
      .made(from: fields.map { "\($0).\(part)" }, isPersonal: false)
    }
    return .object(["amount": all("amount"), "currency": all("currency")])
  }

  private static let who: AnswerShape = .object([
    "kind": .of("customer.registered.kind"), "anonymous": .plain, "registered": .plain,
    "firstSeen": .plain, "lastSeen": .plain, "events": .plain,
    "orders": .of("order.completed.orderId"), "spending": .list(spending),
    "profile": .list(anyValue), "contactPoints": .list(anyValue), "identifiers": .list(anyValue),
    "sameAs": .list(
      .object([
        "subject": .of("profile.merged.absorbed"), "assurance": .of("profile.merged.assurance"),
        "source": source,
      ])),
  ])

  /// Whether contact is possible at all is for everybody to know who may see the customer: it stops them.
  private static let contact: AnswerShape = .object([
    "stopped": source, "pausedUntil": .plain, "paused": source, "erased": source,
    "deceased": anyValue, "restricted": anyValue, "choices": .list(anyValue),
  ])

  private static let incomplete: AnswerShape = .object(["events": .plain, "mendedBy": .plain])

  /// `GET /v1/customers/{id}`: the view all round.
  static let customer: AnswerShape = .object([
    "id": .plain, "at": .plain, "incomplete": incomplete, "who": who, "contact": contact,
    "complaints": .list(complaint), "bookings": .list(booking), "promises": .list(promise),
    "wishes": .list(wish), "stated": .list(anyValue), "observed": .list(anyValue),
    "inferred": .list(anyValue), "questions": .list(question), "benefits": .list(benefit),
    "relationships": .list(relationship), "lastTouches": .list(touch), "position": .plain,
  ])

  /// One line of `GET /v1/customers/{id}/timeline`. The line holds nothing personal.
  static let timelineLine: AnswerShape = .told(
    by: "type",
    .object([
      "position": .plain, "type": .plain, "title": .plain, "line": .plain, "time": .plain,
      "recorded": .plain, "source": .plain, "saidBy": .plain, "channel": .plain,
    ]))

  /// `GET /v1/customers/{id}/timeline`.
  static let timeline: AnswerShape = .object([
    "customer": .plain, "events": .list(timelineLine), "next": .plain, "position": .plain,
  ])

  /// `GET /v1/customers/{id}/promises`.
  static let promises: AnswerShape = .object([
    "customer": .plain, "at": .plain, "promises": .list(promise), "position": .plain,
  ])
}
