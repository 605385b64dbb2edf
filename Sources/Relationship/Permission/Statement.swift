// What was said: permits and forbids as events state them, before anybody asks whether they count.

package import JSONBytes

/// Which contact point a statement is about.
package enum PointScope: Hashable, Sendable {
  /// The person, whatever the address.
  case any
  /// A use of data without contact.
  case none
  /// The address of this contact point.
  case point(String)

  /// Reads the field; a type that does not have it means `*`.
  package init(_ text: String?) {
    switch text {
    case nil, "*": self = .any
    case "none": self = .none
    case let id?: self = .point(id)
    }
  }
}

/// What a statement is about.
package struct StatementScope: Hashable, Sendable {
  package var purpose: PathScope
  package var topic: PathScope
  package var channel: PathScope
  package var point: PointScope

  /// Joins the parts; what is left out is everything.
  package init(
    purpose: PathScope = .everything, topic: PathScope = .everything,
    channel: PathScope = .everything, point: PointScope = .any
  ) {
    self.purpose = purpose
    self.topic = topic
    self.channel = channel
    self.point = point
  }

  /// The scope fields of an event; a field that its type does not have counts as `*`.
  init(_ event: PermissionEvent) {
    self.init(
      purpose: event.scope("purpose"), topic: event.scope("topic"),
      channel: event.scope("channel"), point: PointScope(event.text("contactPoint")))
  }
}

/// What sort of word a statement is.
package enum StatementKind: String, Hashable, Sendable, CaseIterable {
  // Permits.
  case given = "consent.given"
  case confirmed = "consent.confirmed"
  case guardian = "guardian.consented"
  // Forbids.
  case refused = "consent.refused"
  case withdrawn = "consent.withdrawn"
  case revoked = "consent.revoked"
  case objection = "objection.raised"
  case optOut = "optout.recorded"
  case notInterested = "item.reacted"
  case softOptInRefused = "order.completed"

  /// Whether it is a yes.
  package var isPermit: Bool { self == .given || self == .confirmed || self == .guardian }
}

/// A yes as it was said. Whether it counts is asked of ``PermitRule``.
package struct Permit: Hashable, Sendable {
  package var stamp: EventStamp
  package var kind: StatementKind
  package var scope: StatementScope
  /// The notice she saw; of a confirmation that of its request.
  package var noticeEventId: String?
  /// The request that is confirmed.
  package var requestEventId: String?
  /// How long it holds; nil: until it is withdrawn.
  package var validity: CalendarPeriod?
  /// When it ends besides (a guardian's).
  package var until: Timestamp?
  /// Signed on paper or electronically.
  package var isSigned: Bool
  /// Every field of the consent record is there.
  package var isComplete: Bool
  package var hasEvidence: Bool

  /// Joins the parts.
  package init(
    stamp: EventStamp, kind: StatementKind, scope: StatementScope, noticeEventId: String? = nil,
    requestEventId: String? = nil, validity: CalendarPeriod? = nil, until: Timestamp? = nil,
    isSigned: Bool, isComplete: Bool, hasEvidence: Bool
  ) {
    self.stamp = stamp
    self.kind = kind
    self.scope = scope
    self.noticeEventId = noticeEventId
    self.requestEventId = requestEventId
    self.validity = validity
    self.until = until
    self.isSigned = isSigned
    self.isComplete = isComplete
    self.hasEvidence = hasEvidence
  }

  /// Reads a `consent.given`, `consent.confirmed` or `guardian.consented`.
  init(_ event: PermissionEvent, _ kind: StatementKind) {
    stamp = event.stamp
    self.kind = kind
    scope = StatementScope(event)
    noticeEventId = event.text("noticeEventId")
    requestEventId = event.text("requestEventId")
    validity = event.period("validityDuration")
    until = event.instant("until")
    isSigned = ["paperSigned", "electronicSigned"].contains(event.text("method"))
    hasEvidence = event.hasEvidence
    let hasScope = ["purpose", "topic", "channel", "contactPoint"].allSatisfy {
      event.text($0) != nil
    }
    isComplete =
      switch kind {
      case .confirmed: hasScope && requestEventId != nil
      case .guardian:
        hasScope && event.text("guardian") != nil && event.text("verification") != nil
          && (event.data["until"] == nil || until != nil)
      default: hasScope && event.text("method") != nil && ConsentRecord.isComplete(event)
      }
  }
}

/// The consent record of ISO/IEC TS 27560.
enum ConsentRecord {
  /// Whether an event holds every field of it.
  static func isComplete(_ event: PermissionEvent) -> Bool {
    let hasWords = [
      "noticeEventId", "language", "consentType", "lawfulBasis", "retentionPeriod", "jurisdiction",
      "withdrawalMethod",
    ].allSatisfy { event.text($0)?.isEmpty == false }
    let hasLists = ["personalDataTypes", "controllers", "storageLocations"].allSatisfy {
      !event.texts($0).isEmpty
    }
    let hasEnd =
      event.text("validityDuration") == "untilWithdrawn" || event.period("validityDuration") != nil
    // Nobody else may receive it, so that an empty list is a statement too.
    return hasWords && hasLists && hasEnd && event.data["recipients"]?.kind == .array
  }
}

/// A request for a consent (`consent.requested`): a double opt-in that began.
package struct ConsentRequest: Hashable, Sendable {
  package var stamp: EventStamp
  package var scope: StatementScope
  package var noticeEventId: String?
  package var validity: CalendarPeriod?
  package var isComplete: Bool
  /// From then on nobody can confirm it.
  package var expiresAt: Timestamp

  /// Joins the parts.
  package init(
    stamp: EventStamp, scope: StatementScope, noticeEventId: String? = nil,
    validity: CalendarPeriod? = nil, isComplete: Bool, expiresAt: Timestamp
  ) {
    self.stamp = stamp
    self.scope = scope
    self.noticeEventId = noticeEventId
    self.validity = validity
    self.isComplete = isComplete
    self.expiresAt = expiresAt
  }

  init?(_ event: PermissionEvent) {
    guard let expiresAt = event.instant("expiresAt") else { return nil }
    stamp = event.stamp
    scope = StatementScope(event)
    noticeEventId = event.text("noticeEventId")
    validity = event.period("validityDuration")
    isComplete = ConsentRecord.isComplete(event)
    self.expiresAt = expiresAt
  }
}

/// A no as it was said. It counts whatever its route, wording or proof.
package struct Forbid: Hashable, Sendable {
  package var stamp: EventStamp
  package var kind: StatementKind
  package var scope: StatementScope
  /// It reaches every channel of its contact point, and no other: a refusal in an order.
  package var reachesChannelsOfPoint: Bool

  /// Joins the parts.
  package init(
    _ stamp: EventStamp, _ kind: StatementKind, _ scope: StatementScope,
    reachesChannelsOfPoint: Bool = false
  ) {
    self.stamp = stamp
    self.kind = kind
    self.scope = scope
    self.reachesChannelsOfPoint = reachesChannelsOfPoint
  }
}
