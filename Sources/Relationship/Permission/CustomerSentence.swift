// The words around a decision: what the customer reads, and who said it.

import JSONBytes

/// The reason of an answer in one sentence that she understands.
struct CustomerSentence {
  private let rules: PermissionRules
  private let question: PermissionQuestion
  private let choice: ChannelChoice?

  init(_ rules: PermissionRules, _ question: PermissionQuestion, choice: ChannelChoice?) {
    self.rules = rules
    self.question = question
    self.choice = choice
  }

  /// Nil for what is not shown to her.
  func text(_ rule: RuleCode) -> String? {
    rule == .topicChannelOnly
      ? "For \(topicLabel) you chose \(channelLabels) only." : rule.customerText
  }

  private var topicLabel: String {
    let topic = choice?.topic.text ?? question.topic
    return topic == "*" ? "everything" : rules.label(ofTopic: topic)
  }

  private var channelLabels: String {
    let words = (choice?.channels ?? []).map { Self.label(ofChannel: $0.text) }
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  private static func label(ofChannel channel: String) -> String {
    switch channel {
    case "email": "e-mail"
    case "sms": "text messages"
    case "voice": "phone"
    case "post": "letters"
    case "push": "notifications"
    case "inapp": "messages in the app"
    case "whatsapp": "WhatsApp"
    case "inperson": "talks in person"
    default: channel
    }
  }
}

extension RuleCode {
  /// What the customer reads where this rule decides, without what is her own in it: topic and channels. Nil for what is
  /// not shown to her.
  package var customerText: String? {
    switch self {
    case .purposeUnknown, .purposeRetired: "We do not use your data for this."
    case .noContactPurpose: "This use never involves contacting you."
    case .noGrant, .purposeNotGranted: "This department may not contact you for this."
    case .aggregateOnly: "This department only sees totals, never you."
    case .noOccasion: "There is nothing of yours this message would answer."
    case .occasionUsed: "We have already sent you this message."
    case .erased, .suppressed: "You asked us to forget you, and we keep to it."
    case .deceased, .tokenStale, .tokenOvertaken, .tokenUsed: nil
    case .restricted: "You asked us to keep your data unused."
    case .contactPointUnknown: "We do not have this address from you."
    case .contactPointInvalid: "This address no longer reaches you."
    case .contactPointShared: "Others read this address too."
    case .mergeConflictUnverified:
      "We are not sure that two files are both yours. Until then, no."
    case .minorNoGuardian, .minorProfiling:
      "You are too young for this without a guardian, or for this at all."
    case .guardianScopeEnded: "You are of age now. The decision is yours."
    case .objection: "You objected."
    case .listStale: "Our copy of the do-not-call list is too old to call anyone."
    case .listed: "Your number is on the do-not-call list."
    case .overrideCancelled: "You told us not to call."
    case .overriddenByConsent: "You signed for calls."
    case .overriddenByRelationship: "You bought from us or asked us recently."
    case .withdrawn, .refused, .optOut, .standingObjection: "You said no to this."
    case .revoked: "We ended this ourselves."
    case .notInterested: "You are not interested in this."
    case .softOptInRefused: "You ticked \"no advertising\" when you ordered."
    case .channelStopped: "You asked us not to use this channel at all."
    case .topicChannelOnly: "You chose other channels for this."
    default: textOfBasisOrTime
    }
  }

  private var textOfBasisOrTime: String? {
    switch self {
    case .consent: "You said yes."
    case .guardian: "Your guardian said yes."
    case .softOptIn: "You bought something like it and did not refuse."
    case .optOutRegime: "The law where you live allows this until you say no."
    case .relationship: "You are a customer of this."
    case .pending: "You have not confirmed yet."
    case .expired: "Your yes has run out."
    case .signedConsentNeeded: "This needs your signature."
    case .notSimilar: "You bought something else from us."
    case .notCovered: "You said yes to other things, not to this."
    case .importedAddress: "You did not give us this address yourself."
    case .noRelationship, .noBasis: "You never said yes."
    case .signal: "Your browser tells us not to share."
    case .paused, .window: "Not before the time you set."
    case .quietHours, .quietHoursZoneUnknown: "Too early or too late where you are, or may be."
    case .customerCap, .companyCap: "You have heard enough from us for now."
    case .complaintHold: "First we settle your complaint."
    case .holdout: "You are in a comparison group for this campaign."
    case .transactional: "This is about something you did or asked."
    case .mandatory: "We must tell you this."
    case .mandatoryOverride: "You asked us not to, but for your safety we must."
    case .promotionInService: "This message also advertises, so it counts as advertising."
    default: nil
    }
  }
}

/// Who said it, where and when, in words.
enum SaidBy {
  static func text(_ event: DecidingEvent) -> String {
    let stamp = event.stamp
    return "\(event.isElsewhere ? "somebody at the same address" : author(stamp)), "
      + "\(stamp.source), \(date(stamp.time))"
  }

  private static func author(_ stamp: EventStamp) -> String {
    if stamp.isImport { return "an import" }
    return switch stamp.author {
    case .customer: "customer"
    case .staff: "staff"
    case .serviceAccount, .apiKey: "software"
    case .system: "the ledger"
    case .unauthenticated, .unknown: "somebody unknown"
    }
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]

  /// `5 March 2026 16:00 UTC`.
  static func date(_ instant: Timestamp) -> String {
    let date = instant.date
    let clock = instant.text.dropFirst(11).prefix(5)
    return "\(date.day) \(months[date.month - 1]) \(date.year) \(clock) UTC"
  }
}
