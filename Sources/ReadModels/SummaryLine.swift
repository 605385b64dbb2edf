// One short line for every event, for people: what happened, in plain English.

package import Projection

/// Lines for a timeline. They are made of fields that are not personal: codes, numbers, sums, dates, paths and the
/// pseudonyms that events carry in the clear. So a line stays true and readable when a customer has been erased.
package enum SummaryLine {
  /// The line of an event. A type that does not ship is named as it is.
  package static func text(of event: DecodedEvent) -> String {
    text(of: event, EventKind.byName[event.type])
  }

  /// The same, where the kind is known.
  static func text(of event: DecodedEvent, _ kind: EventKind?) -> String {
    guard let kind else { return "Recorded \(event.type)" }
    return text(of: kind, event.fields)
  }

  static func text(of kind: EventKind, _ fields: EventFields) -> String {
    trade(kind, fields) ?? contact(kind, fields) ?? identity(kind, fields) ?? service(kind, fields)
      ?? telling(kind, fields) ?? dialogue(kind, fields) ?? permission(kind, fields)
      ?? results(kind, fields) ?? rights(kind, fields) ?? governance(kind, fields)
      ?? "Recorded \(kind.rawValue)"
  }

  static func identity(_ kind: EventKind, _ fields: EventFields) -> String? {
    switch kind {
    case .customerRegistered:
      return "Became known to us as \(article(fields.word("kind")))"
    case .identifierLinked:
      let word = ["device": "device", "login": "login"][fields.word("idType")]
      let name = word ?? "\(words(fields.word("idType"))) number"
      return "Linked \(article(name)) (\(fields.word("assurance")))"
    case .identifierUnlinked: return "Unlinked an identifier: \(words(fields.word("reason")))"
    case .contactpointAdded:
      let by = words(fields.word("addedBy"))
      let source =
        switch by {
        case "customer", "staff": "by \(by == "staff" ? by : "the customer")"
        case "order": "from an order"
        case "broker": "from a data broker"
        default: "by \(by)"
        }
      return "Gained \(article(contactPointName(fields.word("kind")))), added \(source)"
    case .contactpointVerified:
      return "Contact point \(fields.word("contactPointId")) was verified by"
        + " \(words(fields.word("method")))"
    case .contactpointInvalidated:
      return "Contact point \(fields.word("contactPointId")) no longer reaches the customer"
        + " (\(words(fields.word("reason"))))"
    case .profileMerged:
      return "Found to be the same person as \(fields.word("absorbed"))"
        + " (\(fields.word("assurance")))"
    case .profileUnmerged: return "Took a merge back: \(words(fields.word("reason")))"
    case .profileAttributeRectified: return "Corrected the \(words(fields.word("path")))"
    case .deathNotified: return "Reported to have died, by the \(fields.word("notifiedBy"))"
    default: return nil
    }
  }

  private static func contactPointName(_ kind: String) -> String {
    switch kind {
    case "email": "e-mail address"
    case "phone": "phone number"
    case "postal": "postal address"
    default: words(kind)
    }
  }
}
