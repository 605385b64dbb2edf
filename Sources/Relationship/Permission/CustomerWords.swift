// What the fold keeps besides statements: choices, contact points, dealings, contacts. One small value an event.

package import JSONBytes

/// Which channels for which topic (`channel.chosen`).
package struct ChannelChoice: Hashable, Sendable {
  package var stamp: EventStamp
  package var purpose: PathScope
  package var topic: PathScope
  package var channels: [PathScope]
  /// Every other channel is denied; otherwise the list only says what to try first.
  package var isOnly: Bool

  /// Joins the parts.
  package init(
    stamp: EventStamp, purpose: PathScope, topic: PathScope, channels: [PathScope], isOnly: Bool
  ) {
    self.stamp = stamp
    self.purpose = purpose
    self.topic = topic
    self.channels = channels
    self.isOnly = isOnly
  }
}

/// When, and how often at most (`cadence.chosen`).
package struct Cadence: Hashable, Sendable {
  package var stamp: EventStamp
  package var scope: StatementScope
  package var window: Window?
  package var cap: PermissionPolicy.Cap?

  /// Joins the parts.
  package init(
    stamp: EventStamp, scope: StatementScope, window: Window? = nil,
    cap: PermissionPolicy.Cap? = nil
  ) {
    self.stamp = stamp
    self.scope = scope
    self.window = window
    self.cap = cap
  }

  /// Hours in which contact is welcome.
  package struct Window: Hashable, Sendable {
    package var hours: LocalHours
    package var timeZone: String

    /// Joins both parts.
    package init(hours: LocalHours, timeZone: String) {
      self.hours = hours
      self.timeZone = timeZone
    }
  }
}

/// Not before a date (`contact.paused`).
package struct Pause: Hashable, Sendable {
  package var stamp: EventStamp
  package var scope: StatementScope
  package var until: Timestamp

  /// Joins the parts.
  package init(
    stamp: EventStamp, scope: StatementScope, until: Timestamp
  ) {
    self.stamp = stamp
    self.scope = scope
    self.until = until
  }
}

/// An address or number (`contactpoint.added`).
package struct PointAdded: Hashable, Sendable {
  package var stamp: EventStamp
  package var id: String
  package var kind: String
  package var channels: [PathScope]
  /// Normalised; personal. Nil where it cannot be read: then the contact point stands for itself alone.
  package var value: String?
  /// The keyed hash of the value, as erasures keep it.
  package var suppressionHash: String?
  package var timeZones: [String]
  package var isShared: Bool
  /// Brought in by an import or bought from a broker: she did not give it herself.
  package var isBrought: Bool
  package var replaces: String?

  /// Joins the parts.
  package init(
    stamp: EventStamp, id: String, kind: String, channels: [PathScope], value: String? = nil,
    suppressionHash: String? = nil, timeZones: [String], isShared: Bool, isBrought: Bool,
    replaces: String? = nil
  ) {
    self.stamp = stamp
    self.id = id
    self.kind = kind
    self.channels = channels
    self.value = value
    self.suppressionHash = suppressionHash
    self.timeZones = timeZones
    self.isShared = isShared
    self.isBrought = isBrought
    self.replaces = replaces
  }
}

/// A contact point that was verified or invalidated.
package struct PointChange: Hashable, Sendable {
  package var stamp: EventStamp
  package var id: String
  /// The number belongs to somebody else now: only adding it anew helps.
  package var isReassigned: Bool

  /// Joins the parts.
  package init(
    stamp: EventStamp, id: String, isReassigned: Bool
  ) {
    self.stamp = stamp
    self.id = id
    self.isReassigned = isReassigned
  }
}

/// A country or birth date as it was stated.
package struct ProfileValue: Hashable, Sendable {
  package var stamp: EventStamp
  package var value: String
}

/// An order, as far as permission asks about it.
package struct OrderFact: Hashable, Sendable {
  package var stamp: EventStamp
  package var topics: [String]
  package var point: String?
  /// She could refuse advertising in the sale, and did not.
  package var isSoftOptIn: Bool
  package var hasEvidence: Bool

  /// Whether it may stand in for a permission: an import's only with proof.
  var counts: Bool { !stamp.isImport || hasEvidence }
}

/// An inquiry (`inquiry.received`) or a contract (`contract.started`).
package struct Dealing: Hashable, Sendable {
  package enum Kind: Hashable, Sendable { case inquiry, contract }

  package var stamp: EventStamp
  package var kind: Kind
  package var hasEvidence: Bool

  var counts: Bool { !stamp.isImport || hasEvidence }
}

/// Any event of the customer: what a message may answer.
package struct OccasionFact: Hashable, Sendable {
  package var stamp: EventStamp
  package var type: String
  package var hasEvidence: Bool

  var counts: Bool { !stamp.isImport || hasEvidence }
}

/// A contact that was made (`contact.sent`, `gift.sent`), or that an answer allows (`contact.decided`).
package struct ContactFact: Hashable, Sendable {
  package var stamp: EventStamp
  package var department: String
  package var purpose: String
  package var topic: String
  package var channel: String
  package var contactPoint: String
  package var messageClass: MessageClass?
  package var occasionEventId: String?
  package var campaignId: String?
  /// Of a contact that was made: the answer it was made under.
  package var decisionEventId: String?

  /// Joins the parts.
  package init(
    stamp: EventStamp, department: String, purpose: String, topic: String, channel: String,
    contactPoint: String, messageClass: MessageClass? = nil, occasionEventId: String? = nil,
    campaignId: String? = nil, decisionEventId: String? = nil
  ) {
    self.stamp = stamp
    self.department = department
    self.purpose = purpose
    self.topic = topic
    self.channel = channel
    self.contactPoint = contactPoint
    self.messageClass = messageClass
    self.occasionEventId = occasionEventId
    self.campaignId = campaignId
    self.decisionEventId = decisionEventId
  }
}

/// A privacy signal of a device (`signal.received`).
package struct PrivacySignal: Hashable, Sendable {
  package var stamp: EventStamp
  /// Personal; nil where it cannot be read: then each signal is a device of its own.
  package var deviceId: String?
  /// Global Privacy Control is on.
  package var isOn: Bool
}

/// The customer saw that signal and consent disagree, and kept the consent (`conflict.confirmed`).
package struct SignalConflict: Hashable, Sendable {
  package var stamp: EventStamp
  package var signalEventId: String
  package var consentEventId: String
}

/// A number came on to a statutory list, or is off it (`registry.matched`, `registry.cleared`).
package struct Listing: Hashable, Sendable {
  package var stamp: EventStamp
  package var list: String
  package var point: String
  package var isMatch: Bool

  /// Joins the parts.
  package init(
    stamp: EventStamp, list: String, point: String, isMatch: Bool
  ) {
    self.stamp = stamp
    self.list = list
    self.point = point
    self.isMatch = isMatch
  }
}

/// A complaint, opened or resolved.
package struct ComplaintFact: Hashable, Sendable {
  package var stamp: EventStamp
  package var complaintId: String
  /// Resolved, and she does not disagree.
  package var isSettled: Bool
  package var isOpening: Bool
}

/// An arm of an experiment (`experiment.assigned`).
package struct Assignment: Hashable, Sendable {
  package var stamp: EventStamp
  package var experimentId: String
  package var campaignId: String
  package var isControl: Bool
}

/// An erasure (`data.erased`), with the keyed hashes of the addresses that must not come back.
package struct Erasure: Hashable, Sendable {
  package var stamp: EventStamp
  package var suppressed: [String]
}

/// A wish for a topic that takes back an earlier lack of interest (`item.reacted`).
package struct TopicWish: Hashable, Sendable {
  package var stamp: EventStamp
  package var topic: String
}
