// What follows by itself: a standing wish that fits a new booking is proposed, a declined invitation brings a rest.
//
// Pure: from the events of one customer to the events that follow and are not there yet. So whoever runs it, and however
// often, the same events follow once.

package import JSONBytes

/// An event that follows from another one.
package struct Reaction: Hashable, Sendable {
  /// The event it follows from: its `causationid`.
  package var cause: EventStamp
  package var subject: String
  package var type: String
  /// When it happened: with its cause.
  package var time: Timestamp
  package var data: JSONValue
  /// With the cause all that its id is made from.
  package var detail: String
}

/// The events of one customer, as far as something follows from them.
package struct ReactionHistory: Sendable {
  private var facts = Facts()
  private var wishes = Wishes()
  private var occasions: [UInt64: Trigger] = [:]
  private var ids: [UInt64: String] = [:]
  private var invitations = EventList<RelationshipStep>()
  private var declines: [Trigger] = []
  /// Proposals that are there: the ids of occasion and wish.
  private var proposed: Set<[String]> = []
  /// The ids of events that a pause follows.
  private var paused: Set<String> = []
  private var restricted: Set<String> = []
  private var isDead = false
  private var isErased = false

  /// An event from which something may follow.
  private struct Trigger: Sendable {
    var event: PermissionEvent
    var subject: String
  }

  /// The types that this reads.
  package static let types: Set<String> = triggers.union([
    "preference.stated", "preference.retracted", "preference.applied", "action.proposed",
    "contact.paused", "restriction.applied", "restriction.lifted", "death.notified", "data.erased",
  ])

  /// The types from which something follows.
  package static let triggers: Set<String> = [
    "booking.created", "order.completed", "relationship.declined", "relationship.invited",
  ]

  /// How long a proposal makes sense where the occasion does not say when it begins.
  package static let proposalDays = 7

  /// Reads the events of all subjects that are one customer, in log order, each with its `causationid`. What names an
  /// event that is not among them means nothing.
  package init(of events: some Sequence<(event: PermissionEvent, cause: String?)>) {
    var naming: [PermissionEvent] = []
    for (event, cause) in events {
      guard let subject = event.subject else { continue }
      take(event, subject, cause: cause)
      if Self.isNaming.contains(event.type) { naming.append(event) }
    }
    for event in naming { takeNaming(event) }
  }

  private static let isNaming: Set<String> = [
    "preference.retracted", "preference.applied", "restriction.lifted",
  ]

  private mutating func take(_ event: PermissionEvent, _ subject: String, cause: String?) {
    let mark = event.stamp.mark
    switch event.type {
    case "preference.stated":
      facts.add(
        Fact(
          mark, .preference, .stated, topic: event.text("topic") ?? "",
          standing: event.data["standing"]?.bool, validUntil: event.instant("validUntil")))
    case "booking.created", "order.completed":
      occasions[mark.moment.place] = Trigger(event: event, subject: subject)
      wishes.add(Self.occasion(event))
    case "relationship.invited":
      invitations.add(
        .invited(
          mark, topic: event.text("topic") ?? "", channel: event.text("channel") ?? "", offer: nil))
    case "relationship.declined": declines.append(Trigger(event: event, subject: subject))
    case "action.proposed":
      proposed.insert([
        event.text("occasionEventId") ?? "", event.text("preferenceEventId") ?? "",
      ])
    case "contact.paused": if let cause { paused.insert(cause) }
    case "restriction.applied": restricted.insert(event.stamp.id)
    case "death.notified": isDead = true
    case "data.erased": isErased = true
    default: break
    }
  }

  private mutating func takeNaming(_ event: PermissionEvent) {
    let moment = event.stamp.mark.moment
    switch event.type {
    case "preference.retracted":
      _ = facts.end(
        event.text("preferenceEventId") ?? "", .preference, Fact.End(moment, .retracted))
    case "preference.applied":
      let id = event.text("preferenceEventId") ?? ""
      guard let wish = facts.fact(id, .preference, before: moment) else { return }
      wishes.add(
        Honouring(
          moment, wish: wish.mark.moment.place, context: event.text("context") ?? "",
          reference: event.text("reference") ?? "", department: event.text("department") ?? ""))
    default: restricted.remove(event.text("restrictionEventId") ?? "")
    }
  }

  /// A booking with the slots that are still to be filled, or an order with the topics of its lines.
  private static func occasion(_ event: PermissionEvent) -> Occasion {
    let moment = event.stamp.mark.moment
    guard event.type == "booking.created" else {
      let topics = event.data["lines"]?.elements.compactMap { $0["topic"]?.string } ?? []
      return Occasion(moment, .order, reference: event.text("orderId") ?? "", slots: topics)
    }
    let slots = event.data["slots"]?.elements.map { $0 } ?? []
    return Occasion(
      moment, .booking, reference: event.text("bookingId") ?? "", topic: event.text("topic"),
      slots: slots.compactMap { $0["sku"] == nil ? $0["slot"]?.string : nil },
      startsAt: slots.compactMap { $0["startsAt"]?.text.flatMap { Timestamp($0) } }.min())
  }

  // MARK: What follows

  /// Whether a trigger is recent enough for anything to follow from it at `now`: what it costs to look at an old one is
  /// saved.
  package static func isFresh(
    _ event: PermissionEvent, at now: Timestamp, coolOff: (Timestamp) -> CalendarPeriod?
  ) -> Bool {
    switch event.type {
    case "booking.created", "order.completed": return end(of: occasion(event)) > now
    case "relationship.declined":
      return coolOff(event.stamp.time).map { $0.after(event.stamp.time) > now } ?? false
    // One that comes in late, behind its refusal, is of any age.
    default: return event.stamp.isLate
    }
  }

  private static func end(of occasion: Occasion) -> Timestamp {
    let week = Int64(proposalDays) * 86_400_000_000
    return occasion.startsAt
      ?? Timestamp(
        microseconds: min(occasion.moment.time.microseconds + week, Timestamp.last.microseconds))
  }

  /// The events that follow and are not there yet, in the order of their causes. What would be over by `now` does not
  /// follow any more.
  ///
  /// - Parameters:
  ///   - coolOff: how long contact rests after an invitation that was declined at an instant; nil: no policy says.
  package func reactions(
    at now: Timestamp, coolOff: (Timestamp) -> CalendarPeriod?
  ) -> [Reaction] {
    guard !isErased else { return [] }
    let pauses = declines.compactMap { pause(after: $0, at: now, coolOff) }
    let proposals = isDead || !restricted.isEmpty ? [] : proposals(at: now)
    return (proposals + pauses).sorted {
      ($0.cause.place, $0.detail) < ($1.cause.place, $1.detail)
    }
  }

  private func pause(
    after decline: Trigger, at now: Timestamp, _ coolOff: (Timestamp) -> CalendarPeriod?
  ) -> Reaction? {
    let stamp = decline.event.stamp
    var invitations = invitations
    guard !paused.contains(stamp.id),
      let id = decline.event.text("invitationEventId"),
      let index = invitations.indexes(of: id, before: stamp.mark.moment)?.first,
      let until = coolOff(stamp.time)?.after(stamp.time), until > now
    else { return nil }
    return Reaction(
      cause: stamp, subject: decline.subject, type: "contact.paused", time: stamp.time,
      data: [
        "channel": "*", "purpose": "*", "topic": .string(invitations.all[index].topic),
        "until": .string(until.text),
      ], detail: "coolOff")
  }

  private func proposals(at now: Timestamp) -> [Reaction] {
    wishes.cues(for: facts).compactMap { cue in
      guard cue.isOpen, let occasion = cue.occasion,
        let trigger = occasions[occasion.moment.place],
        !proposed.contains([trigger.event.stamp.id, cue.wish.mark.id])
      else { return nil }
      let until = min(Self.end(of: occasion), cue.wish.validUntil ?? .last)
      guard until > now, let action = Self.action(cue.wish.topic, at: occasion) else { return nil }
      return Reaction(
        cause: trigger.event.stamp, subject: trigger.subject, type: "action.proposed",
        time: trigger.event.stamp.time,
        data: [
          "action": .string(action), "occasionEventId": .string(trigger.event.stamp.id),
          "preferenceEventId": .string(cue.wish.mark.id), "validUntil": .string(until.text),
        ], detail: cue.wish.mark.id)
    }
  }

  /// What somebody should confirm: `booking.fill.SLOT` where the wish fits a slot, `booking.honour`, `order.honour`.
  private static func action(_ wish: String, at occasion: Occasion) -> String? {
    guard occasion.context == .booking else { return "order.honour" }
    let slot = occasion.slots.first { slot in
      TopicPath.areRelated(wish, slot)
        || occasion.topic.map { TopicPath.areRelated(wish, "\($0).\(slot)") } ?? false
    }
    guard let slot else { return "booking.honour" }
    let action = "booking.fill.\(slot)"
    let isPath = action.utf8.count <= 128 && action.utf8.count { $0 == UInt8(ascii: ".") } < 8
    return isPath ? action : "booking.fill"
  }
}

extension EventStamp {
  /// Whether it came into the ledger long after it happened.
  fileprivate var isLate: Bool { recorded.microseconds - time.microseconds > 60_000_000 }
}
