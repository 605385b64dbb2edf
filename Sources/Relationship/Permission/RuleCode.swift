// Which rule decided: the codes of an answer.

/// The rule behind an answer. docs/permission.md lists them with what the customer reads.
package enum RuleCode: String, Hashable, Sendable, CaseIterable {
  case purposeUnknown = "G0.purposeUnknown"
  case purposeRetired = "G0.purposeRetired"
  case noContactPurpose = "G0.noContactPurpose"
  case noGrant = "G0.noGrant"
  case purposeNotGranted = "G0.purposeNotGranted"
  case aggregateOnly = "G0.aggregateOnly"
  case noOccasion = "G0.noOccasion"
  case occasionUsed = "G0.occasionUsed"
  case erased = "G1.erased"
  case suppressed = "G1.suppressed"
  case deceased = "G1.deceased"
  case restricted = "G1.restricted"
  case contactPointUnknown = "G1.contactPointUnknown"
  case contactPointInvalid = "G1.contactPointInvalid"
  case contactPointShared = "G1.contactPointShared"
  case mergeConflictUnverified = "G1.mergeConflictUnverified"
  case minorNoGuardian = "G2.minorNoGuardian"
  case minorProfiling = "G2.minorProfiling"
  case guardianScopeEnded = "G2.guardianScopeEnded"
  case objection = "G3.objection"
  case listStale = "G4.listStale"
  case listed = "G4.listed"
  case overrideCancelled = "G4.overrideCancelled"
  case overriddenByConsent = "G4.overriddenByConsent"
  case overriddenByRelationship = "G4.overriddenByRelationship"
  case withdrawn = "G5.withdrawn"
  case revoked = "G5.revoked"
  case refused = "G5.refused"
  case optOut = "G5.optOut"
  case standingObjection = "G5.objection"
  case notInterested = "G5.notInterested"
  case softOptInRefused = "G5.softOptInRefused"
  case channelStopped = "G5.channelStopped"
  case topicChannelOnly = "G5.topicChannelOnly"
  case consent = "G6.consent"
  case guardian = "G6.guardian"
  case softOptIn = "G6.softOptIn"
  case optOutRegime = "G6.optOutRegime"
  case relationship = "G6.relationship"
  case pending = "G6.pending"
  case expired = "G6.expired"
  case signedConsentNeeded = "G6.signedConsentNeeded"
  case notSimilar = "G6.notSimilar"
  case notCovered = "G6.notCovered"
  case importedAddress = "G6.importedAddress"
  case noRelationship = "G6.noRelationship"
  case noBasis = "G6.noBasis"
  case signal = "G7.signal"
  case paused = "G8.paused"
  case window = "G8.window"
  case quietHours = "G8.quietHours"
  case quietHoursZoneUnknown = "G8.quietHoursZoneUnknown"
  case customerCap = "G8.customerCap"
  case companyCap = "G8.companyCap"
  case complaintHold = "G8.complaintHold"
  case holdout = "G9.holdout"
  case transactional = "class.transactional"
  case mandatory = "class.mandatory"
  case mandatoryOverride = "class.mandatoryOverride"
  case promotionInService = "class.promotionInService"
  case tokenStale = "token.stale"
  case tokenOvertaken = "token.overtaken"
  case tokenUsed = "token.used"

  /// The code of a standing forbid at G5.
  init(_ kind: StatementKind) {
    switch kind {
    case .withdrawn: self = .withdrawn
    case .revoked: self = .revoked
    case .refused: self = .refused
    case .optOut: self = .optOut
    case .objection: self = .standingObjection
    case .notInterested: self = .notInterested
    case .softOptInRefused: self = .softOptInRefused
    case .given, .confirmed, .guardian: preconditionFailure("a permit forbids nothing")
    }
  }
}
