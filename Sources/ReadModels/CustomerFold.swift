// How one event changes a customer: the timeline's row, then what the event means.

import JSONBytes
import Projection
import Relationship

/// What became of an event.
enum Taken: Hashable {
  case done
  /// Something in it cannot be understood: a short clause without personal data.
  case problem(String)
  /// It names an event, or a contact point, that is not here yet.
  case waits(for: String)
}

extension CustomerState {
  /// Takes an event in. Returns what of it could not be understood; nil where all was.
  mutating func take(_ event: DecodedEvent) -> String? {
    let fields = event.fields
    // Nil for a type of the ledger's own: nothing more is known of it.
    let kind = event.kind
    row.saw(event)
    timeline.append(
      event, channel: fields.text("channel"), line: SummaryLine.text(of: event, kind))
    return kind.flatMap { takeMeaning(of: event, $0) }
  }

  /// The same without what is common to all events: how often, when, and the timeline.
  mutating func takeMeaning(of event: DecodedEvent, _ kind: EventKind) -> String? {
    precondition(
      parts == .all || parts.isSuperset(of: CustomerParts(touchedBy: kind, event.fields)),
      "a part of the customer that \(event.type) touches was not loaded")
    var problem: String?
    switch take(kind, event, again: false) {
    case .done: break
    case .problem(let reason): problem = reason
    case .waits(let target): wait(LooseEnd(event, of: id, waitingFor: target))
    }
    settleLooseEnds(with: event)
    return problem
  }

  private mutating func wait(_ end: LooseEnd) {
    looseEnds.put(end)
    row.looseEnds += 1
  }

  /// Takes in again what waited for `event`.
  private mutating func settleLooseEnds(with event: DecodedEvent) {
    guard row.looseEnds > 0 else { return }
    for end in looseEnds.take(LooseEnd.names(of: event)) {
      row.looseEnds -= 1
      guard end.id != event.place, let waiting = end.event,
        let kind = EventKind.byName[end.type]
      else {
        wait(end)
        continue
      }
      if case .waits = take(kind, waiting, again: true) { wait(end) }
    }
  }

  /// What the event means. `again`: it waited for another event, and what it says by itself was taken in before.
  private mutating func take(_ kind: EventKind, _ event: DecodedEvent, again: Bool) -> Taken {
    switch kind {
    case .orderCompleted, .orderRefunded, .orderCancelled, .bookingCreated, .productViewed,
      .configurationChosen, .benefitGranted, .benefitUsed:
      return takeTrade(kind, event)
    case .complaintOpened, .complaintResolved, .creditGranted, .creditRedeemed, .feedbackGiven,
      .suggestionMade, .suggestionAdopted, .advocacyObserved:
      return takeService(kind, event)
    case .preferenceStated, .preferenceRetracted, .preferenceApplied, .interestStated,
      .itemReacted, .lifestageStated, .lifestyleStated, .needStated, .valueStated, .reasonGiven,
      .inferenceMade, .inferenceRejected:
      return takeTelling(kind, event)
    case .questionAsked, .questionAnswered, .questionDeclined, .relationshipInvited,
      .relationshipAccepted, .relationshipDeclined, .relationshipDeclared, .relationshipReviewed:
      return takeDialogue(kind, event)
    case .objectionRaised, .optoutRecorded, .consentWithdrawn, .consentRevoked, .consentRefused,
      .channelChosen, .cadenceChosen, .contactPaused, .contactResumed, .signalReceived,
      .restrictionApplied, .restrictionLifted, .dataErased:
      return takeContact(kind, event)
    default:
      return takeIdentity(kind, event, again: again)
    }
  }

  /// Ends the fact that the event's `field` names.
  mutating func end(
    _ kind: Fact.Kind, namedBy field: String, _ event: DecodedEvent, _ how: Fact.Ending
  ) -> Taken {
    let target = event.fields.word(field)
    let found = facts.end(target, kind, Fact.End(event.moment, how))
    return found ? .done : .waits(for: target)
  }
}
