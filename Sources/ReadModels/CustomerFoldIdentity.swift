// Who the customer is: registration, identifiers, contact points, links to other subjects.

import JSONBytes
import Projection
import Relationship

extension CustomerState {
  mutating func takeIdentity(_ kind: EventKind, _ event: DecodedEvent, again: Bool) -> Taken {
    let fields = event.fields
    switch kind {
    case .customerRegistered:
      register(event)
      return .done
    case .identifierLinked:
      let assurance = fields.word("assurance")
      facts.add(
        Fact(
          event.mark, .identifier, assurance == "inferred" ? .inferred : .stated,
          topic: fields.word("idType"), about: event.id, value: fields.personal("value"),
          strength: assurance))
      return .done
    case .identifierUnlinked:
      return end(.identifier, namedBy: "linkEventId", event, .unlinked)
    case .contactpointAdded:
      return addContactPoint(event, again: again)
    case .contactpointVerified:
      let point = fields.word("contactPointId")
      let found = facts.change(.contactPoint, about: point) { $0.strength = "verified" }
      return found ? .done : .waits(for: LooseEnd.name(ofContactPoint: point))
    case .contactpointInvalidated:
      return endContactPoint(fields.word("contactPointId"), event, .invalidated)
    case .profileAttributeRectified:
      facts.add(
        Fact(
          event.mark, .profile, .stated, topic: fields.word("path"),
          value: fields.personal("newValue"), detail: "corrected"))
      return .done
    case .deathNotified:
      facts.add(
        Fact(
          event.mark, .death, .observed, topic: "", value: fields.personal("since"),
          detail: "told by \(fields.word("notifiedBy"))"))
      return .done
    case .profileMerged:
      links.add(
        IdentityLink(
          event.mark, absorbed: fields.word("absorbed"), assurance: fields.word("assurance")))
      return .done
    case .profileUnmerged:
      return unmerge(event)
    default:
      // Every other type is in the timeline, and this model reads no more of it.
      return .done
    }
  }

  private mutating func register(_ event: DecodedEvent) {
    let fields = event.fields
    row.registered = true
    let values = [
      ("kind", fields.text("kind")), ("name", fields.personal("name")),
      ("birthDate", fields.personal("birthDate")), ("language", fields.text("language")),
      ("country", fields.text("country")),
    ]
    for (item, (attribute, value)) in values.enumerated() {
      guard let value else { continue }
      facts.add(Fact(event.mark, item: item, .profile, .stated, topic: attribute, value: value))
    }
  }

  private mutating func addContactPoint(_ event: DecodedEvent, again: Bool) -> Taken {
    let fields = event.fields
    if !again {
      let addedBy = fields.word("addedBy")
      let serves = fields.texts("channels").joined(separator: ", ")
      facts.add(
        Fact(
          event.mark, .contactPoint, ["customer", "staff"].contains(addedBy) ? .stated : .observed,
          topic: fields.word("kind"), about: fields.word("contactPointId"),
          value: fields.personal("value"),
          detail: "for \(serves); \(fields.word("ownership")); added by \(addedBy)"))
    }
    guard let old = fields.text("replaces") else { return .done }
    return endContactPoint(old, event, .replaced)
  }

  private mutating func endContactPoint(
    _ id: String, _ event: DecodedEvent, _ how: Fact.Ending
  ) -> Taken {
    let found = facts.end(.contactPoint, about: id, Fact.End(event.moment, how))
    return found ? .done : .waits(for: LooseEnd.name(ofContactPoint: id))
  }

  private mutating func unmerge(_ event: DecodedEvent) -> Taken {
    let target = event.fields.word("mergeEventId")
    guard let index = links.indexes(of: target, before: event.moment)?.first else {
      return .waits(for: target)
    }
    links.change(index) { $0.unmerged(at: event.moment) }
    return .done
  }
}
