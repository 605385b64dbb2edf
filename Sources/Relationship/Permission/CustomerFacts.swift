// The fold: from the events of one subject to what permission asks about her.

import JSONBytes

/// Everything that permission knows of one subject. Nothing is dropped and nothing is judged here: a fact that came in
/// keeps its stamp, so that the same facts answer for every instant and for everything that was known then.
///
/// Events may come in any order. Taking one in costs a few reads of its data.
package struct CustomerFacts: Hashable, Sendable {
  package let subject: String
  package var permits: FactList<Permit> = []
  package var forbids: FactList<Forbid> = []
  package var wishes: FactList<TopicWish> = []
  package var requests: FactList<ConsentRequest> = []
  /// `consent.confirmed` and `consent.refused`, naming the request.
  package var answers: FactList<EventLink> = []
  package var notices: FactList<EventStamp> = []
  package var choices: FactList<ChannelChoice> = []
  package var cadences: FactList<Cadence> = []
  package var pauses: FactList<Pause> = []
  package var resumptions: FactList<EventLink> = []
  package var points: FactList<PointAdded> = []
  package var verifications: FactList<PointChange> = []
  package var invalidations: FactList<PointChange> = []
  package var countries: FactList<ProfileValue> = []
  package var birthDates: FactList<ProfileValue> = []
  package var orders: FactList<OrderFact> = []
  package var dealings: FactList<Dealing> = []
  package var occasions: [OccasionFact] = []
  package var contacts: FactList<ContactFact> = []
  /// Answers that allow a contact: they count as one until they are redeemed or stale.
  package var tokens: FactList<ContactFact> = []
  package var signals: FactList<PrivacySignal> = []
  package var conflicts: FactList<SignalConflict> = []
  package var listings: FactList<Listing> = []
  package var complaints: FactList<ComplaintFact> = []
  package var assignments: FactList<Assignment> = []
  package var restrictions: FactList<EventStamp> = []
  package var lifts: FactList<EventLink> = []
  package var deaths: FactList<EventStamp> = []
  package var erasures: FactList<Erasure> = []

  /// A subject of whom nothing is known yet.
  package init(_ subject: String) { self.subject = subject }

  /// Takes in an event of the subject.
  ///
  /// `hash` gives the keyed hash of a contact point's value that erasures keep; the key is not a rule's to see.
  package mutating func take(_ event: PermissionEvent, hash: (String) -> String?) {
    takeOccasion(event)
    takeWord(event, hash: hash)
  }

  /// Takes in that there was an event: what a message may answer. Of ``take(_:hash:)`` the one half.
  package mutating func takeOccasion(_ event: PermissionEvent) {
    precondition(event.subject == subject, "facts are kept for each subject apart")
    occasions.append(
      OccasionFact(stamp: event.stamp, type: event.type, hasEvidence: event.hasEvidence))
  }

  /// The types of which ``takeWord(_:hash:)`` keeps something; of others it keeps nothing.
  package static let types: Set<String> = [
    "consent.given", "consent.confirmed", "guardian.consented", "consent.requested",
    "consent.refused", "consent.withdrawn", "consent.revoked", "objection.raised",
    "optout.recorded", "item.reacted", "notice.presented", "channel.chosen", "cadence.chosen",
    "contact.paused", "contact.resumed", "contactpoint.added", "contactpoint.verified",
    "contactpoint.invalidated", "registry.matched", "registry.cleared", "customer.registered",
    "profile.attribute.rectified", "order.completed", "inquiry.received", "contract.started",
    "complaint.opened", "complaint.resolved", "contact.sent", "gift.sent", "contact.decided",
    "experiment.assigned", "signal.received", "conflict.confirmed", "restriction.applied",
    "restriction.lifted", "death.notified", "data.erased",
  ]

  /// Takes in what the event says. Of ``take(_:hash:)`` the other half: with it alone only ``occasions`` is missing.
  package mutating func takeWord(_ event: PermissionEvent, hash: (String) -> String?) {
    precondition(event.subject == subject, "facts are kept for each subject apart")
    switch event.type {
    case "consent.given", "consent.confirmed", "guardian.consented", "consent.requested",
      "consent.refused", "consent.withdrawn", "consent.revoked", "objection.raised",
      "optout.recorded", "item.reacted", "notice.presented":
      takeStatement(event)
    case "channel.chosen", "cadence.chosen", "contact.paused", "contact.resumed":
      takeChoice(event)
    case "contactpoint.added", "contactpoint.verified", "contactpoint.invalidated",
      "registry.matched", "registry.cleared":
      takePoint(event, hash)
    case "customer.registered", "profile.attribute.rectified": takeProfile(event)
    case "order.completed", "inquiry.received", "contract.started", "complaint.opened",
      "complaint.resolved":
      takeDealing(event)
    case "contact.sent", "gift.sent", "contact.decided", "experiment.assigned":
      takeContact(event)
    case "signal.received", "conflict.confirmed", "restriction.applied", "restriction.lifted",
      "death.notified", "data.erased":
      takeRight(event)
    default: break
    }
  }

  private mutating func takeStatement(_ event: PermissionEvent) {
    let stamp = event.stamp
    switch event.type {
    case "notice.presented":
      // What an import says that she saw is no ground for a yes.
      if !stamp.isImport { notices.append(stamp) }
    case "consent.requested":
      if let request = ConsentRequest(event) { requests.append(request) }
    case "item.reacted":
      guard let topic = event.text("topic") else { return }
      switch event.text("reaction") {
      case "notInterested":
        forbids.append(
          Forbid(
            stamp, .notInterested,
            StatementScope(purpose: PathScope("marketing"), topic: PathScope(topic))))
      case "want", "moreLikeThis":
        // Hers alone lifts her no.
        guard stamp.author == .customer, !stamp.isImport else { return }
        wishes.append(TopicWish(stamp: stamp, topic: topic))
      default: break
      }
    default:
      guard let kind = StatementKind(rawValue: event.type) else { return }
      if kind == .confirmed || kind == .refused, let request = event.text("requestEventId") {
        answers.append(EventLink(stamp, to: request))
      }
      if kind.isPermit {
        permits.append(Permit(event, kind))
      } else {
        forbids.append(Forbid(stamp, kind, StatementScope(event)))
      }
    }
  }

  /// A choice, or the end of a pause, by anybody but the customer, or staff with proof, does not count. A pause is
  /// anybody's.
  private mutating func takeChoice(_ event: PermissionEvent) {
    switch event.type {
    case "contact.paused":
      guard let until = event.instant("until") else { return }
      pauses.append(Pause(stamp: event.stamp, scope: StatementScope(event), until: until))
    case "contact.resumed":
      guard event.mayLoosen, let pause = event.text("pauseEventId") else { return }
      resumptions.append(EventLink(event.stamp, to: pause))
    case "channel.chosen":
      guard event.mayLoosen else { return }
      choices.append(
        ChannelChoice(
          stamp: event.stamp, purpose: event.scope("purpose"), topic: event.scope("topic"),
          channels: event.texts("channels").map { PathScope($0) },
          isOnly: event.text("mode") == "only"))
    default:
      guard event.mayLoosen else { return }
      cadences.append(
        Cadence(
          stamp: event.stamp, scope: StatementScope(event), window: Self.window(event),
          cap: Self.cap(event)))
    }
  }

  private static func window(_ event: PermissionEvent) -> Cadence.Window? {
    guard let window = event.data["window"], let zone = window["timeZone"]?.string,
      let from = window["from"]?.string.flatMap({ LocalHours.minutes($0) }),
      let to = window["to"]?.string.flatMap({ LocalHours.minutes($0) })
    else { return nil }
    let days = window["days"]?.elements.compactMap { day in
      day.string.flatMap { LocalHours.week.firstIndex(of: $0) }
    }
    return Cadence.Window(
      hours: LocalHours(days: days ?? [], from: from, to: to), timeZone: zone)
  }

  private static func cap(_ event: PermissionEvent) -> PermissionPolicy.Cap? {
    guard let cap = event.data["maxPer"], let count = cap["count"]?.integer,
      let period = cap["period"]?.string.flatMap({ CalendarPeriod($0) })
    else { return nil }
    return PermissionPolicy.Cap(count: Int(clamping: count), period: period)
  }
}
