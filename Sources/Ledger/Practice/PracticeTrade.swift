/// Orders and what comes of them, bookings, contracts, perks and presents.
enum TradeStep: Sendable {
  case order, refund, cancel, redeem, view, book, propose, applyToBooking, applyToOrder, configure
  case startContract, renewContract, endContract, grantBenefit, useBenefit, gift
}

/// One line of an order, small enough to be handed to a later step.
struct PracticeLine {
  var product: Int
  var quantity: Int
  /// Per cent off, 0 to 30.
  var discount: Int

  init(product: Int, quantity: Int, discount: Int) {
    self.product = product
    self.quantity = quantity
    self.discount = discount
  }

  init(packed: UInt32) {
    product = Int(packed & 0xFF)
    quantity = Int(packed >> 8 & 0xFF)
    discount = Int(packed >> 16 & 0xFF)
  }

  var packed: UInt32 { UInt32(product | quantity << 8 | discount << 16) }

  var cents: Int { PracticeShop.products[product].cents * quantity * (100 - discount) / 100 }
}

extension PracticeHistory {
  mutating func perform(
    _ step: TradeStep, _ life: inout PracticeLife, at time: Int64,
    _ a: UInt32, _ b: UInt32, _ c: UInt32
  ) {
    guard !life.isDead else { return }
    switch step {
    case .order: completeOrder(&life, at: time, cause: a, campaign: b)
    case .refund: refund(&life, at: time, order: a, line: PracticeLine(packed: b), cause: c)
    case .cancel: cancel(&life, at: time, order: a, line: PracticeLine(packed: b))
    case .redeem: redeem(&life, at: time, credit: a, cents: Int(b), order: c)
    case .view: view(&life, at: time)
    case .book: book(&life, at: time)
    case .propose: propose(&life, at: time, booking: a, wish: b)
    case .applyToBooking: applyToBooking(&life, at: time, booking: a, wish: b, proposal: c)
    case .applyToOrder: applyToOrder(&life, at: time, order: a, wish: b)
    case .configure: configure(&life, at: time)
    case .startContract: startContract(&life, at: time)
    case .renewContract: renewContract(&life, at: time, contract: a)
    case .endContract: endContract(&life, at: time, contract: a)
    case .grantBenefit: grantBenefit(&life, at: time)
    case .useBenefit: useBenefit(&life, at: time, benefit: a)
    case .gift: sendGift(&life, at: time)
    }
  }

  private mutating func completeOrder(
    _ life: inout PracticeLife, at time: Int64, cause: Ordinal, campaign: UInt32
  ) {
    let persona = people.persona(life.number)
    var lines: [PracticeLine] = []
    let count = [1, 1, 1, 2, 2, 3, 4][life.random.below(7)]
    for _ in 0..<count {
      lines.append(
        PracticeLine(
          product: PracticeShop.product(liked: persona.topics, &life.random),
          quantity: life.random.chance(80) ? 1 : 2 + life.random.below(3),
          discount: life.random.chance(15) ? 5 * (1 + life.random.below(6)) : 0))
    }
    let door = life.random.chance(75) ? life.door : life.random.pick(PracticeShop.Door.allCases)
    let isAnonymous = persona.role == .anonymous
    let store =
      isAnonymous || door == .store ? self.store(of: life.number, &life) : nil
    let source =
      store?.till
      ?? (door == .web ? "/web/shop" : door == .app ? "/app/shop" : PracticeShop.desks[0])
    let author: PracticeAuthor =
      isAnonymous ? .software("till-service") : self.author(at: door, &life)
    // Orders by screen ask whether advertising is welcome, where an address is given and nothing
    // was said before.
    let asks =
      store == nil && door != .phone && life.mail != 0 && life.permission.mail == 0
      && life.random.chance(60)
    let refuses = asks && life.random.chance(20)
    let point = store != nil ? 0 : door == .phone ? life.phone : life.mail
    let currency = persona.country.currency
    let order = write(
      "order.completed", &life, at: time, by: author, from: source, cause: cause,
      case: campaign == 0 ? .none : .house("campaign", campaign)
    ) { data in
      data.id("contactPointId", "cp", point)
      data.lines("lines", lines, currency)
      data.id("orderId", "order", data.current)
      if asks {
        data.object("softOptIn") { data in
          data.bool("offered", true)
          data.bool("refused", refuses)
        }
      }
      data.code("storeId", store?.id)
      data.money("total", lines.reduce(0) { $0 + $1.cents }, currency)
    }
    life.order = order
    life.orderAt = time
    life.orderProduct = UInt8(lines[0].product)
    guard !isAnonymous else {
      if life.random.chance(6) {
        plan(
          .trade(.refund), life, at: days(1...14, after: time, &life), order, lines[0].packed)
      }
      return
    }
    if asks { recordSoftOptIn(&life, order: order, product: lines[0].product, refuses: refuses) }
    planAfterOrder(&life, at: time, order: order, line: lines[0], door: door)
  }

  private func recordSoftOptIn(
    _ life: inout PracticeLife, order: Ordinal, product: Int, refuses: Bool
  ) {
    if refuses {
      life.permission.forbid = order
      life.permission.forbidRule = .softOptInRefused
    } else {
      life.permission.softOrder = order
      life.permission.softTopic = UInt8(PracticeShop.products[product].topic)
    }
  }

  private mutating func planAfterOrder(
    _ life: inout PracticeLife, at time: Int64, order: Ordinal, line: PracticeLine,
    door: PracticeShop.Door
  ) {
    if life.credit != 0, life.random.chance(75) {
      // Forgotten at once: a credit is redeemed only once.
      plan(
        .trade(.redeem), life, at: minutes(0...2, after: time, &life), life.credit,
        life.creditCents, order)
      life.credit = 0
    }
    if life.benefit != 0, life.random.chance(50) {
      plan(.trade(.useBenefit), life, at: minutes(0...3, after: time, &life), life.benefit)
      life.benefit = 0
    }
    if life.wish != 0, PracticeShop.wishes[Int(life.wishKind)].slot == nil, life.random.chance(40) {
      plan(.trade(.applyToOrder), life, at: minutes(3...90, after: time, &life), order, life.wish)
    }
    if door != .store, life.mail != 0, life.random.chance(25) {
      let contact = PracticeContact(
        purpose: .receipt, topic: PracticeShop.products[line.product].topic, channel: .email)
      plan(
        .contact(.decide), life, at: minutes(1...10, after: time, &life), 0, contact.packed, order)
    }
    switch life.random.below(100) {
    case ..<5:
      plan(.trade(.refund), life, at: days(2...21, after: time, &life), order, line.packed)
    case ..<8 where door != .store:
      plan(.trade(.cancel), life, at: minutes(10...600, after: time, &life), order, line.packed)
    case ..<15:
      plan(.service(.complain), life, at: days(1...14, after: time, &life), order, line.packed)
    case ..<22:
      plan(.service(.feedback), life, at: days(2...20, after: time, &life), order)
    case ..<23:
      plan(.service(.advocate), life, at: days(5...60, after: time, &life))
    default: break
    }
  }

  private mutating func refund(
    _ life: inout PracticeLife, at time: Int64, order: Ordinal, line: PracticeLine, cause: Ordinal
  ) {
    let persona = people.persona(life.number)
    let code = life.random.pick(["defect", "late", "notAsDescribed", "unwanted", "other"])
    let reason = life.random.chance(50) ? life.random.pick(PracticeWords.refundReasons) : nil
    let currency = persona.country.currency
    let store = self.store(of: life.number, &life)
    write(
      "order.refunded", &life, at: time, by: .staff(life.random.below(24)), from: store.till,
      cause: cause == 0 ? order : cause, case: .of("order", order)
    ) { data in
      data.money("amount", line.cents, currency)
      data.lines("lines", [line], currency)
      data.id("orderId", "order", order)
      data.text("reason", persona.role == .anonymous ? nil : reason)
      data.code("reasonCode", code)
      data.id("refundId", "refund", data.current)
    }
  }

  private mutating func cancel(
    _ life: inout PracticeLife, at time: Int64, order: Ordinal, line: PracticeLine
  ) {
    let currency = people.persona(life.number).country.currency
    let isOurs = life.random.chance(25)
    let reason =
      isOurs
      ? "Sold out after the order came in."
      : life.random.pick(["Ordered twice.", "Changed my mind."])
    write(
      "order.cancelled", &life, at: time, by: isOurs ? .software("order-service") : .customer,
      from: isOurs ? "/practice/orders" : "/web/shop", cause: order, case: .of("order", order)
    ) { data in
      data.id("cancellationId", "cancellation", data.current)
      data.code("cancelledBy", isOurs ? "company" : "customer")
      data.lines("lines", [line], currency)
      data.id("orderId", "order", order)
      data.text("reason", reason)
      data.code("reasonCode", isOurs ? "other" : "unwanted")
      data.money("total", line.cents, currency)
    }
  }

  private mutating func redeem(
    _ life: inout PracticeLife, at time: Int64, credit: Ordinal, cents: Int, order: Ordinal
  ) {
    let currency = people.persona(life.number).country.currency
    let store = self.store(of: life.number, &life)
    let inStore = life.random.chance(60)
    write(
      "credit.redeemed", &life, at: time,
      by: inStore ? .staff(life.random.below(24)) : .software("order-service"),
      from: inStore ? store.till : "/web/shop", cause: credit, case: .of("promise", credit)
    ) { data in
      data.money("amount", cents, currency)
      data.id("orderId", "order", order)
      data.id("promiseId", "promise", credit)
      data.code("storeId", inStore ? store.id : nil)
    }
    life.isWaiting = false
  }

  private mutating func applyToOrder(
    _ life: inout PracticeLife, at time: Int64, order: Ordinal, wish: Ordinal
  ) {
    guard life.wish == wish else { return }
    write(
      "preference.applied", &life, at: time, by: .software("order-service"),
      from: "/practice/orders", cause: order, case: .of("order", order)
    ) { data in
      data.code("context", "order")
      data.code("department", "service")
      data.event("preferenceEventId", wish)
      data.id("reference", "order", order)
    }
  }

  private mutating func configure(_ life: inout PracticeLife, at time: Int64) {
    let persona = people.persona(life.number)
    let product = PracticeShop.products[PracticeShop.product(liked: persona.topics, &life.random)]
    let colour = life.random.pick(["green", "grey", "undyed", "dark blue", "red"])
    let extra = life.random.pick(["none", "engraving", "spare handle", "second set of batteries"])
    write(
      "configuration.chosen", &life, at: time, by: .customer, from: "/web/shop"
    ) { data in
      data.objects("options", count: 2) { data, place in
        data.code("option", place == 0 ? "colour" : "extra")
        data.text("value", place == 0 ? colour : extra)
      }
      data.code("sku", product.sku)
      data.code("topic", PracticeShop.topics[product.topic].path)
    }
  }

  /// Looking at something is kept only for those who said yes to it.
  private mutating func view(_ life: inout PracticeLife, at time: Int64) {
    guard life.permission.profile != 0 else { return }
    let persona = people.persona(life.number)
    let product = PracticeShop.products[PracticeShop.product(liked: persona.topics, &life.random)]
    let isApp = life.door == .app
    life.viewed = write(
      "product.viewed", &life, at: time, by: .customer, from: isApp ? "/app/shop" : "/web/shop"
    ) { data in
      data.code("purpose", "marketing.profiled")
      data.code("sku", product.sku)
      data.code("surface", isApp ? "app" : "web")
      data.code("topic", PracticeShop.topics[product.topic].path)
    }
    if life.random.chance(25) {
      plan(.dialogue(.infer), life, at: minutes(30...1000, after: time, &life))
    }
    if life.random.chance(20) {
      plan(.trade(.order), life, at: minutes(10...3000, after: time, &life))
    }
  }
}

extension PracticeWriter {
  /// Lines of an order, a refund or a cancellation.
  mutating func lines(_ name: String, _ lines: [PracticeLine], _ currency: String) {
    objects(name, count: lines.count) { data, place in
      let line = lines[place]
      let product = PracticeShop.products[line.product]
      data.text("label", product.label)
      data.money("lineTotal", line.cents, currency)
      data.number("quantity", line.quantity)
      data.code("sku", product.sku)
      data.code("topic", PracticeShop.topics[product.topic].path)
      data.money("unitPrice", product.cents, currency)
    }
  }
}
