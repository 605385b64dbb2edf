package import JSONBytes

/// A seeded practice history: an invented shop, its customers, and what happens between them, as
/// CloudEvents.
///
///     var history = PracticeHistory(customers: 2_000, events: 40_000, seed: 1)
///     while history.nextLine(into: &ndjson) {}
///
/// The same arguments give the same bytes on every machine: one SplitMix64 a life, integers and the
/// four operations of IEEE 754, no clock, no hashing order. Events come in the order of their
/// `time`, within 2024-01-01 to 2026-06-30 UTC, and refer to earlier ones only. Each is an envelope
/// complete, without what the ledger adds (`recordedtime`, `sequence`,
/// `revision`), in the canonical form of RFC 8785.
///
/// Customers are simulated one step at a time, the next step of all being first; what a life will
/// do later waits in a queue. A history costs a few hundred bytes of memory a customer, however
/// many events it has, and some microseconds an event.
///
/// Addresses are those that RFC 2606 and telephone regulators keep for examples and fiction.
/// Positions inside events (`knownAtPosition`, `untilPosition`) count from the first event of the
/// history, as in a ledger that holds nothing else.
package struct PracticeHistory: Sendable {
  /// The most events that ``nextLine(into:)`` gives.
  package let eventsMax: Int
  /// Events given so far.
  package private(set) var written = 0

  let ids: PracticeIds
  let people: PracticePeople
  var queue = PracticeQueue()
  var house = PracticeHouse()
  /// What all lives together are still good for.
  private(set) var promised = 0
  private var lives: [PracticeLife]
  private var line: [UInt8] = []

  /// Prepares `customers` lives that are good for some `events` together; costs a few microseconds
  /// a customer.
  ///
  /// A history stops after `events`. With more customers than events many of them never come in;
  /// where lives are over earlier, it has fewer. A second history of another seed shares no
  /// pseudonym and no id with the first.
  package init(customers: Int, events: Int, seed: UInt64) {
    precondition((1...Int(UInt32.max >> 1)).contains(customers), "a practice shop has customers")
    precondition(events >= 0, "a history has no fewer than no events")
    eventsMax = events
    let ids = PracticeIds(seed: seed, house: UInt32(customers))
    self.ids = ids
    people = PracticePeople(ids: ids, customers: customers)
    lives = []
    lives.reserveCapacity(customers + 1)
    queue.reserve(2 * customers)
    // What the house does not need is shared among the lives by their activity.
    let activity = (0..<UInt32(customers)).reduce(1) { $0 + people.persona($1).activity }
    let share = Double(max(0, events - PracticeHouse.events)) / Double(activity) * Self.overshoot
    for number in 0..<UInt32(customers) {
      let persona = people.persona(number)
      let budget = max(persona.role == .anonymous ? 1 : 2, Int(Double(persona.activity) * share))
      lives.append(
        PracticeLife(
          number: number, persona: persona, budget: budget, seed: ids.bits(of: number, 0x0020)))
      promised += Int(lives[Int(number)].budget)
      let first: PracticeStep.Kind =
        persona.role == .anonymous ? .trade(.order) : .identity(.register)
      if persona.startsAt < PracticePeriod.end {
        queue.push(first, of: number, at: persona.startsAt)
      }
    }
    lives.append(PracticeLife(house: ids.house, seed: ids.bits(of: ids.house, 0x0020)))
    openHouse()
  }

  /// Some lives end before their budget is used; a little too much keeps the others from running
  /// dry.
  private static let overshoot = 1.2

  /// The next event; nil at the end. ``nextLine(into:)`` costs a tenth.
  package mutating func next() -> JSONValue? {
    var text: [UInt8] = []
    guard nextLine(into: &text) else { return nil }
    do {
      text.removeLast()
      return try JSONDocument(scanning: text).root.value
    } catch {
      preconditionFailure("a practice event is JSON: \(error)")
    }
  }

  /// Appends the next event and a line feed to `output`; false, and nothing appended, at the end.
  package mutating func nextLine(into output: inout [UInt8]) -> Bool {
    guard written < eventsMax else { return false }
    line.removeAll(keepingCapacity: true)
    while line.isEmpty {
      guard let step = queue.pop() else { return false }
      var life = lives[Int(step.life)]
      perform(step.kind, &life, at: step.time, step.a, step.b, step.c)
      lives[Int(step.life)] = life
    }
    line.append(UInt8(ascii: "\n"))
    output += line
    return true
  }

  /// Does what a step says; writes one event, or none where the life has moved on since it was
  /// planned.
  mutating func perform(
    _ kind: PracticeStep.Kind, _ life: inout PracticeLife, at time: Int64,
    _ a: UInt32, _ b: UInt32, _ c: UInt32
  ) {
    switch kind {
    case .episode: beginEpisode(&life, at: time)
    case .identity(let step): perform(step, &life, at: time, a)
    case .trade(let step): perform(step, &life, at: time, a, b, c)
    case .service(let step): perform(step, &life, at: time, a, b, c)
    case .dialogue(let step): perform(step, &life, at: time, a, b)
    case .permission(let step): perform(step, &life, at: time, a, b, c)
    case .contact(let step): perform(step, &life, at: time, a, b, c)
    case .rights(let step): perform(step, &life, at: time, a, b)
    case .house(let step): perform(step, &life, at: time, a)
    }
  }

  /// Writes one event and returns its ordinal. `data` writes the members in alphabetical order.
  ///
  /// - Parameters:
  ///   - type: the event's type; its schema version is 1.
  ///   - cause: ordinal of the event of this life that caused it, or 0.
  ///   - isSpecial: whether the topic is a special category of the GDPR, so that nobody takes the event who does
  ///     not know what that means.
  @discardableResult
  mutating func write(
    _ type: String, _ life: inout PracticeLife, at time: Int64, by author: PracticeAuthor,
    from source: String, cause: Ordinal = 0, case businessCase: PracticeCase = .none,
    isSpecial: Bool = false, _ data: (inout PracticeWriter) -> Void
  ) -> Ordinal {
    precondition(line.isEmpty, "a step writes one event")
    life.events += 1
    if life.budget > 0 {
      life.budget -= 1
      promised -= 1
    }
    written += 1
    let ordinal = life.events
    precondition(cause < ordinal, "an event is caused by an earlier one")
    let isHouse = life.number == ids.house
    let isAnonymous = !isHouse && people.role(of: life.number) == .anonymous
    var buffer: [UInt8] = []
    swap(&buffer, &line)
    var writer = PracticeWriter(buffer, ids: ids, life: life.number, event: ordinal)
    writer.braced { event in
      switch author {
      case .customer:
        event.subject("authid", life.number)
        event.code("authtype", "app_user")
      case .staff(let number):
        event.code("authid", PracticeShop.staff[number % PracticeShop.staff.count])
        event.code("authtype", "user")
      case .software(let name):
        event.code("authid", name)
        event.code("authtype", "service_account")
      case .rapport:
        event.code("authid", "rapport")
        event.code("authtype", "system")
      }
      event.event("causationid", cause)
      switch businessCase {
      case .none: break
      case .of(let kind, let ordinal): event.id("correlationid", kind, ordinal)
      case .house(let kind, let number): event.id("correlationid", kind, number, of: ids.house)
      }
      event.object("data", data)
      if isSpecial {
        event.code("datacategory", "special-category")
        event.code("dataclassification", "restricted")
      }
      event.code("dataschema", type + "/1")
      event.event("id", ordinal)
      event.code("source", source)
      event.code("specversion", "1.0")
      if !isHouse { event.subject("subject", life.number, isAnonymous: isAnonymous) }
      event.instant("time", time)
      event.code("type", type)
    }
    line = writer.bytes
    return ordinal
  }
}
