// Lines about permission: every yes and every no.

extension SummaryLine {
  static func permission(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .noticePresented:
      return "Was shown the notice \(fields.word("noticeId")), version"
        + " \(fields.word("noticeVersion"))"
    case .consentRequested: return "Was asked to confirm a yes to \(scope(fields))"
    case .consentGiven: return "Said yes to \(scope(fields)) (\(words(fields.word("method"))))"
    case .consentConfirmed:
      return "Confirmed the yes to \(scope(fields)) (\(words(fields.word("method"))))"
    case .consentRefused: return "Refused \(scope(fields))"
    case .consentWithdrawn: return "Took back the yes to \(scope(fields))\(route(fields))"
    case .consentRevoked:
      return "We ended the yes to \(scope(fields)) (\(words(fields.word("reason"))))"
    case .objectionRaised: return "Objected to \(scope(fields))\(route(fields))"
    case .optoutRecorded: return "Said no to \(scope(fields))\(route(fields))"
    case .guardianConsented:
      return "A guardian said yes to \(scope(fields)) (\(words(fields.word("verification"))))"
    case .exclusionDecided: return "We narrowed the relationship (\(fields.word("reasonCode")))"
    default: return choice(kind, fields)
    }
  }

  private static func choice(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .channelChosen:
      let channels = list(fields.texts("channels").map(channelName))
      let verb = fields.word("mode") == "only" ? "Wants only \(channels)" : "Prefers \(channels)"
      return "\(verb) for \(scope(fields))"
    case .cadenceChosen: return "Set when \(scope(fields)) may come: \(cadence(fields))"
    case .contactPaused:
      let until = fields.instant("until").map { " until \(day($0))" } ?? ""
      return "Paused \(scope(fields))\(until)"
    case .contactResumed: return "Ended a pause"
    case .signalReceived:
      return "A device sent the privacy signal \(fields.word("kind").uppercased())"
    case .conflictConfirmed: return "Kept a yes that a privacy signal speaks against"
    case .registryMatched:
      return "Contact point \(fields.word("contactPointId")) came on to the list"
        + " \(fields.word("list"))"
    case .registryCleared:
      return "Contact point \(fields.word("contactPointId")) is no longer on the list"
        + " \(fields.word("list"))"
    case .registrySnapshotLoaded:
      return "The list \(fields.word("list")) arrived"
        + " (\(number(Int(fields.integer("rows") ?? 0), "row")))"
    default: return nil
    }
  }

  /// `at most 2 in a month; mon, sat 09:00 to 18:00`.
  static func cadence(_ fields: EventFields) -> String {
    var parts: [String] = []
    if let most = fields.object("maxPer"), let count = most.integer("count") {
      parts.append("at most \(count) in \(duration(most.word("period")))")
    }
    if let window = fields.object("window") {
      parts.append(
        "\(window.texts("days").joined(separator: ", ")) \(window.word("from")) to"
          + " \(window.word("to"))")
    }
    return parts.joined(separator: "; ")
  }

  private static func route(_ fields: EventFields) -> String {
    fields.text("route").map { " (\($0 == "api" ? "API" : words($0)))" } ?? ""
  }
}
