// Which tables an event can touch: a live batch loads no more than that.

import Projection

/// Parts of a customer's state, one for each table besides `customer`, `timeline` and `loose_end`.
package struct CustomerParts: OptionSet, Sendable {
  package let rawValue: UInt16

  package init(rawValue: UInt16) { self.rawValue = rawValue }

  static let spend = CustomerParts(rawValue: 1 << 0)
  static let facts = CustomerParts(rawValue: 1 << 1)
  static let wishes = CustomerParts(rawValue: 1 << 2)
  static let promises = CustomerParts(rawValue: 1 << 3)
  static let complaints = CustomerParts(rawValue: 1 << 4)
  static let questions = CustomerParts(rawValue: 1 << 5)
  static let benefits = CustomerParts(rawValue: 1 << 6)
  static let relationships = CustomerParts(rawValue: 1 << 7)
  static let links = CustomerParts(rawValue: 1 << 8)
  static let all = CustomerParts(rawValue: (1 << 9) - 1)

  /// The parts that `event` can touch.
  init(touchedBy event: DecodedEvent) {
    guard let kind = EventKind.byName[event.type] else {
      self = []
      return
    }
    self.init(touchedBy: kind, event.fields)
  }

  init(touchedBy kind: EventKind, _ fields: EventFields) {
    switch kind {
    case .orderCompleted:
      self = CustomerState.topics(of: fields).isEmpty ? .spend : [.spend, .facts, .wishes]
    case .orderRefunded, .orderCancelled: self = .spend
    case .bookingCreated, .preferenceStated, .preferenceRetracted, .preferenceApplied:
      self = [.facts, .wishes]
    case .customerRegistered, .identifierLinked, .identifierUnlinked, .contactpointAdded,
      .contactpointVerified, .contactpointInvalidated, .profileAttributeRectified, .deathNotified,
      .productViewed, .configurationChosen, .feedbackGiven, .suggestionMade, .suggestionAdopted,
      .advocacyObserved, .interestStated, .itemReacted, .lifestageStated, .lifestyleStated,
      .needStated, .valueStated, .reasonGiven, .inferenceMade, .inferenceRejected, .channelChosen,
      .cadenceChosen, .contactPaused, .contactResumed, .signalReceived, .restrictionApplied,
      .restrictionLifted:
      self = .facts
    case .questionAsked, .questionAnswered, .questionDeclined: self = [.questions, .facts]
    case .creditGranted, .creditRedeemed: self = .promises
    case .complaintOpened, .complaintResolved: self = .complaints
    case .benefitGranted, .benefitUsed: self = .benefits
    case .relationshipInvited, .relationshipAccepted, .relationshipDeclined, .relationshipDeclared,
      .relationshipReviewed:
      self = .relationships
    case .profileMerged, .profileUnmerged: self = .links
    default: self = []
    }
  }
}
