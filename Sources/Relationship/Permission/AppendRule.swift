// The guard of the door: what may not be appended, whoever asks.

package import JSONBytes

/// Why an event is not appended. Nothing of it is in the log.
package struct AppendRefusal: Error, Hashable, Sendable {
  /// Stable: one of ``PermitDefect``, `choice.author` or `policy.unreadable`.
  package var code: String
  /// What is wrong and how to mend it; no personal data.
  package var sentence: String

  /// Joins both parts.
  package init(code: String, sentence: String) {
    self.code = code
    self.sentence = sentence
  }
}

/// Why a row of an import is not applied: the codes of `import.quarantined`.
package enum QuarantineReason: Hashable, Sendable {
  /// It would permit, lift, replace, verify, resume, choose or rectify.
  case loosensPermission
  /// Its address belongs to somebody who was erased; the erasure says so.
  case suppressed(EventStamp)

  /// The value of the field `reason`.
  package var code: String {
    switch self {
    case .loosensPermission: "loosensPermission"
    case .suppressed: "suppressed"
    }
  }
}

/// What may be appended, as far as permission is concerned. A no is never refused.
package enum AppendRule {
  /// The types of which ``refusal(of:in:minorAge:)`` refuses some; all others may be appended without asking.
  package static let types: Set<String> = [
    "consent.given", "consent.confirmed", "guardian.consented", "channel.chosen",
    "cadence.chosen", "contact.resumed", "policy.published",
  ]

  /// The types of which ``quarantine(_:erasures:)`` sets some aside, and those that an import must not bring of
  /// somebody who is known already.
  package static let importedTypes: Set<String> = types.union([
    "contactpoint.verified", "registry.cleared", "restriction.lifted", "conflict.confirmed",
    "profile.unmerged", "profile.merged", "profile.attribute.rectified", "department.granted",
    "purpose.registered", "topic.registered", "contactpoint.added", "customer.registered",
    "notice.presented",
  ])

  /// The age of majority that the rules have for a customer: the highest by the law of any country that her subjects
  /// were known under by `instant`; without one by the law that holds where no country is known.
  package static func minorAge(
    of facts: [CustomerFacts], at instant: Timestamp, under rules: PermissionRules
  ) -> Int {
    let countries = facts.flatMap(\.countries).filter { $0.stamp.time <= instant }.map(\.value)
    return countries.map { rules.policy.minorAge(in: $0) }.max()
      ?? rules.policy.minorAge(in: nil)
  }

  /// Why `event` must not be appended; nil if it may.
  ///
  /// - Parameters:
  ///   - facts: of the event's subject, without the event.
  ///   - birthDates: all that are known of the customer, under whichever of her subjects; nil: those of `facts`.
  ///   - minorAge: of the law that applies to her; nil where no policy is in force.
  package static func refusal(
    of event: PermissionEvent, in facts: CustomerFacts, birthDates: [ProfileValue]? = nil,
    minorAge: Int? = nil
  ) -> AppendRefusal? {
    switch event.type {
    case "consent.given", "consent.confirmed", "guardian.consented":
      guard let kind = StatementKind(rawValue: event.type) else { return nil }
      let permit = Permit(event, kind)
      let defect =
        PermitRule.defect(of: permit, in: facts)
        ?? (isUnderAge(permit, birthDates ?? Array(facts.birthDates), minorAge) ? .underAge : nil)
      return defect.map { AppendRefusal(code: $0.rawValue, sentence: $0.sentence) }
    case "channel.chosen", "cadence.chosen", "contact.resumed":
      guard !event.mayLoosen else { return nil }
      return AppendRefusal(
        code: "choice.author",
        sentence: "only the customer herself can choose this, or staff with `evidence` of her act")
    case "policy.published":
      guard event.data["part"]?.equals("permission") == true, let policy = event.data["policy"]
      else { return nil }
      do throws(PolicyFault) {
        _ = try PermissionPolicy(policy)
        return nil
      } catch {
        return AppendRefusal(
          code: "policy.unreadable", sentence: "policy\(error.pointer): \(error.sentence)")
      }
    default: return nil
    }
  }

  private static func isUnderAge(
    _ permit: Permit, _ birthDates: [ProfileValue], _ minorAge: Int?
  ) -> Bool {
    guard permit.kind != .guardian, let minorAge else { return false }
    let effect = permit.stamp.momentOfYes
    return birthDates.contains { fact in
      CivilDate(fact.value.utf8).map { effect < PermitRule.birthday(minorAge, of: $0) } ?? false
    }
  }

  /// Why an import must not bring an event; nil if it may. `erasures`: those that keep the row's address.
  package static func quarantine(
    _ event: PermissionEvent, erasures: [EventStamp] = []
  ) -> QuarantineReason? {
    let loosens =
      switch event.type {
      case "consent.given", "consent.confirmed", "guardian.consented", "channel.chosen",
        "cadence.chosen", "contact.resumed", "contactpoint.verified", "registry.cleared",
        "restriction.lifted", "conflict.confirmed", "profile.unmerged", "policy.published",
        "department.granted", "purpose.registered", "topic.registered":
        true
      case "profile.attribute.rectified":
        ["birthDate", "country"].contains(event.text("path") ?? "")
      case "contactpoint.added":
        event.data["replaces"] != nil
          || !["import", "broker"].contains(event.text("addedBy") ?? "")
      case "profile.merged": event.text("assurance") != "probable"
      default: false
      }
    if loosens { return .loosensPermission }
    guard event.type == "contactpoint.added", let erasure = erasures.max() else { return nil }
    return .suppressed(erasure)
  }
}
