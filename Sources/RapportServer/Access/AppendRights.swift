// What each role may append. What is not named here is refused.

/// An event at the door, as far as rights go by it.
struct EventAtDoor: Hashable, Sendable {
  var type: String
  var source: String
  var subject: String?
}

/// Why an event may not be brought by whoever brings it.
enum AppendDenial: String, Error, Hashable, Sendable, CaseIterable {
  /// The role appends nothing at all.
  case role
  case type
  case source
  /// The customer speaks for herself alone.
  case subject
}

/// Who may append what. Pure; a look-up each.
enum AppendRights {
  /// What a customer may say about herself. Everything else about her is said by others.
  static let customerTypes: Set<String> = [
    "cadence.chosen", "channel.chosen", "complaint.opened", "conflict.confirmed",
    "consent.confirmed", "consent.given", "consent.refused", "consent.withdrawn", "contact.paused",
    "contact.resumed", "contactpoint.added", "feedback.given", "inference.rejected",
    "inquiry.received", "interest.stated", "item.reacted", "lifestage.stated", "lifestyle.stated",
    "need.stated", "objection.raised", "optout.recorded", "preference.retracted",
    "preference.stated", "question.answered", "question.declined", "reason.given",
    "relationship.accepted", "relationship.declined", "request.received", "request.withdrawn",
    "signal.received", "suggestion.made", "value.stated",
  ]

  /// What anybody who meets a customer may record: her no costs nothing, whoever hears it.
  static let noes: Set<String> = [
    "consent.refused", "consent.withdrawn", "contact.paused", "objection.raised",
    "optout.recorded",
  ]

  /// What a counter needs for somebody nobody knew: a minimal customer.
  static let firstSight: Set<String> = ["contactpoint.added", "customer.registered"]

  /// What a follower answers to an erasure.
  static let followerTypes: Set<String> = ["erasure.acknowledged"]

  static let privacyTypes: Set<String> = [
    "erasure.requested", "request.denied", "request.fulfilled", "request.received",
    "request.verified", "restriction.applied", "restriction.lifted",
  ]

  /// Why `event` may not be brought by `principal`; nil if it may. `contributes`: the types that the sharing plan has
  /// the principal's department contribute.
  ///
  /// Which of these events go in is for the rules to say; this says only who may bring which.
  static func denial(
    of event: EventAtDoor, by principal: Principal, contributes: Set<String>
  ) -> AppendDenial? {
    guard let types = types(of: principal, contributes: contributes) else { return .role }
    guard types.contains(event.type) else { return .type }
    if let place = principal.source, !isAt(event.source, place) { return .source }
    // Whoever is bound to no place speaks for the door itself.
    if principal.source == nil, !isAt(event.source, place(of: principal.role)) { return .source }
    if principal.role == .customer {
      guard let subject = event.subject, principal.isOwn(customer: subject) else {
        return .subject
      }
    }
    return nil
  }

  /// Nil for roles that append nothing.
  private static func types(
    of principal: Principal, contributes: Set<String>
  ) -> Set<String>? {
    switch principal.role {
    case .source: principal.types
    case .staff: contributes.union(noes)
    case .counter: contributes.union(noes).union(firstSight)
    case .customer: customerTypes
    case .subscriber: followerTypes
    case .privacyOfficer: privacyTypes
    case .auditor, .approver, .engineer, .operator, .witness: nil
    }
  }

  /// Where the facts of a role enter that is bound to no place.
  static func place(of role: Role) -> String { "/door/\(role.rawValue)" }

  /// Whether `source` is `place`, or lies below it. By bytes; `..` leads nowhere, since nothing is resolved.
  private static func isAt(_ source: String, _ place: String) -> Bool {
    let (source, place) = (source.utf8, place.utf8)
    guard source.starts(with: place) else { return false }
    let rest = source.dropFirst(place.count)
    return rest.isEmpty || rest.first == UInt8(ascii: "/")
  }
}
