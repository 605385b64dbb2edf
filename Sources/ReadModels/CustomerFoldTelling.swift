// What the customer tells us, and what a model guesses.

import JSONBytes
import Projection
import Relationship

extension CustomerState {
  mutating func takeTelling(_ kind: EventKind, _ event: DecodedEvent) -> Taken {
    switch kind {
    case .preferenceRetracted:
      return end(.preference, namedBy: "preferenceEventId", event, .retracted)
    case .inferenceRejected:
      return end(.inference, namedBy: "inferenceEventId", event, .rejected)
    case .preferenceApplied:
      return honour(event)
    default:
      if let fact = Self.told(kind, event) { facts.add(fact) }
      return .done
    }
  }

  private static func told(_ kind: EventKind, _ event: DecodedEvent) -> Fact? {
    let fields = event.fields
    let topic = fields.word("topic")
    func stated(_ kind: Fact.Kind, about: String? = nil, value: String?) -> Fact {
      Fact(
        event.mark, kind, .stated, topic: topic, about: about, value: value,
        validUntil: fields.instant("validUntil"))
    }
    switch kind {
    case .preferenceStated:
      var fact = stated(.preference, value: fields.personal("value"))
      fact.strength = fields.text("strength")
      fact.standing = fields.bool("standing")
      return fact
    case .interestStated: return stated(.interest, value: nil)
    case .itemReacted: return reaction(event)
    case .lifestageStated:
      var fact = stated(.lifestage, value: fields.personal("stage"))
      fact.reviewBy = fields.day("reviewBy")
      return fact
    case .lifestyleStated: return stated(.lifestyle, value: fields.personal("value"))
    case .needStated: return stated(.need, value: fields.personal("text"))
    case .valueStated: return stated(.value, value: fields.personal("text"))
    case .reasonGiven:
      var fact = stated(
        .reason, about: fields.text("stance"), value: fields.personal("text"))
      fact.detail = fields.text("factor")
      return fact
    case .inferenceMade:
      return Fact(
        event.mark, .inference, .inferred, topic: topic, about: fields.text("model"),
        value: fields.personal("claim"), strength: fields.number("confidence"),
        validUntil: fields.instant("validUntil"),
        detail: "version \(fields.word("modelVersion"))")
    default: return nil
    }
  }

  /// To own a thing and to have an opinion of it are two facts: she may own it and want more like it.
  private static func reaction(_ event: DecodedEvent) -> Fact {
    let fields = event.fields
    let reaction = fields.word("reaction")
    return Fact(
      event.mark, reaction == "own" ? .owns : .reaction, .stated, topic: fields.word("topic"),
      about: fields.text("sku"), value: reaction)
  }

  private mutating func honour(_ event: DecodedEvent) -> Taken {
    let fields = event.fields
    let target = fields.word("preferenceEventId")
    guard let wish = facts.fact(target, .preference, before: event.moment) else {
      return .waits(for: target)
    }
    wishes.add(
      Honouring(
        event.moment, wish: wish.mark.moment.place, context: fields.word("context"),
        reference: fields.word("reference"), department: fields.word("department")))
    return .done
  }
}
