// Whether contact is possible at all, and how the customer wants it.

import JSONBytes
import Projection
import Relationship

extension CustomerState {
  mutating func takeContact(_ kind: EventKind, _ event: DecodedEvent) -> Taken {
    let fields = event.fields
    switch kind {
    case .objectionRaised, .optoutRecorded, .consentWithdrawn, .consentRevoked, .consentRefused:
      let isEverything = ContactState.isEverything(
        purpose: fields.text("purpose"), topic: fields.text("topic"),
        channel: fields.text("channel"), contactPoint: fields.text("contactPoint"))
      if isEverything { row.contact.stopped(at: event.momentOfNo) }
      return .done
    case .channelChosen:
      // A choice by anybody else does not count.
      guard event.mayLoosen else { return .done }
      facts.add(
        Fact(
          event.mark, .channel, .stated, topic: fields.word("topic"),
          about: ContactState.scope(purpose: fields.word("purpose"), channel: nil),
          value: fields.texts("channels").joined(separator: ", "), detail: fields.text("mode")))
      return .done
    case .cadenceChosen:
      guard event.mayLoosen else { return .done }
      facts.add(
        Fact(
          event.mark, .cadence, .stated, topic: fields.word("topic"), about: scope(of: fields),
          value: SummaryLine.cadence(fields)))
      return .done
    case .contactPaused:
      let mark = EventMark(event.id, at: event.momentOfNo, by: event.author)
      facts.add(
        Fact(
          mark, .pause, .stated, topic: fields.word("topic"), about: scope(of: fields),
          validUntil: fields.instant("until")))
      return .done
    case .contactResumed:
      guard event.mayLoosen else { return .done }
      return end(.pause, namedBy: "pauseEventId", event, .resumed)
    case .signalReceived:
      facts.add(
        Fact(
          event.mark, .privacySignal, .observed, topic: fields.word("kind"),
          about: fields.personal("deviceId"), value: fields.text("value")))
      return .done
    case .restrictionApplied:
      facts.add(
        Fact(
          event.mark, .restriction, .observed, topic: "", about: event.id,
          value: fields.text("reason")))
      return .done
    case .restrictionLifted:
      return end(.restriction, namedBy: "restrictionEventId", event, .lifted)
    case .dataErased:
      row.contact.erased(at: event.moment)
      return .done
    default: return .done
    }
  }

  private func scope(of fields: EventFields) -> String {
    ContactState.scope(purpose: fields.word("purpose"), channel: fields.word("channel"))
  }
}
