// The view of a customer as JSON: the same content, for programs.

package import JSONBytes
import Relationship

extension CustomerView {
  /// One object. Instants are RFC 3339 in UTC, sums are exact decimals with their currency, and what is unknown is
  /// absent; a list is there even when it is empty. `incomplete` is there where events could not be taken in: how many,
  /// and the command that takes them in once the cause is mended.
  package var json: JSONValue {
    .object([
      "id": .string(id), "at": .string(instant.text), "incomplete": incomplete, "who": who.json,
      "contact": contact.json,
      "complaints": .array(complaints.map(\.json)), "bookings": .array(bookings.map(\.json)),
      "promises": .array(promises.map(\.json)), "wishes": .array(wishes.map(\.json)),
      "stated": .array(stated.map(\.json)), "observed": .array(observed.map(\.json)),
      "inferred": .array(inferred.map(\.json)), "questions": .array(questions.map(\.json)),
      "benefits": .array(benefits.map(\.json)),
      "relationships": .array(relationships.map(\.json)),
      "lastTouches": .array(touches.map(\.json)),
    ])
  }

  private var incomplete: JSONValue? {
    lacking == 0
      ? nil : ["events": .integer(lacking), "mendedBy": .string(Customer360.repairCommand)]
  }
}

extension Optional<String> {
  fileprivate var json: JSONValue? { map { .string($0) } }
}

extension Optional<Timestamp> {
  fileprivate var json: JSONValue? { map { .string($0.text) } }
}

extension Money {
  fileprivate var json: JSONValue {
    let amount = text.dropLast(currency.count + 1)
    return ["amount": .string(String(amount)), "currency": .string(currency)]
  }
}

extension CustomerView.Source {
  var json: JSONValue {
    [
      "position": .integer(position), "time": .string(time.text),
      "saidBy": .string(saidBy.rawValue), "eventId": .string(eventId),
    ]
  }
}

extension CustomerView.Value {
  fileprivate var json: JSONValue {
    .object([
      "kind": .string(kind.rawValue), "topic": topic.isEmpty ? nil : .string(topic),
      "about": about.json, "value": text.json, "detail": detail.json, "strength": strength.json,
      "standing": standing.map { .bool($0) }, "validUntil": validUntil.json,
      "reviewBy": reviewBy.json, "origin": .string(origin.rawValue),
      "outrankedBy": outrankedBy.map { .integer($0) }, "source": source.json,
    ])
  }
}

extension CustomerView.Who {
  fileprivate var json: JSONValue {
    .object([
      "kind": kind.json, "anonymous": .bool(isAnonymous), "registered": .bool(isRegistered),
      "firstSeen": .string(firstSeen.text), "lastSeen": .string(lastSeen.text),
      "events": .integer(events), "orders": .integer(orders),
      "spending": .array(
        spending.map { spent in
          [
            "orders": .integer(spent.orders), "gross": spent.gross.json,
            "refunded": spent.refunded.json, "cancelled": spent.cancelled.json,
            "net": spent.net.json,
          ]
        }),
      "profile": .array(profile.map(\.json)), "contactPoints": .array(contactPoints.map(\.json)),
      "identifiers": .array(identifiers.map(\.json)),
      "sameAs": .array(
        sameAs.map { link in
          [
            "subject": .string(link.subject), "assurance": .string(link.assurance),
            "source": link.source.json,
          ]
        }),
    ])
  }
}

extension CustomerView.Contact {
  fileprivate var json: JSONValue {
    .object([
      "stopped": stopped?.json, "pausedUntil": pausedUntil.json, "paused": paused?.json,
      "erased": erased?.json, "deceased": deceased?.json, "restricted": restricted?.json,
      "choices": .array(choices.map(\.json)),
    ])
  }
}

extension CustomerView.ComplaintItem {
  fileprivate var json: JSONValue {
    .object([
      "id": .string(id), "state": .string(state.rawValue), "topic": topic.json,
      "product": product.json, "issue": issue.json, "severity": severity.json,
      "wantedRemedy": wantedRemedy.json, "remedy": remedy.json, "opened": opened?.json,
    ])
  }
}

extension CustomerView.Booking {
  fileprivate var json: JSONValue {
    .object([
      "reference": .string(reference), "topic": topic.json, "startsAt": .string(startsAt.text),
      "source": source.json,
    ])
  }
}

extension CustomerView.PromiseItem {
  var json: JSONValue {
    .object([
      "id": .string(id), "state": .string(state.rawValue), "owed": owed?.json,
      "reason": reason.json, "redeemWhere": redeemWhere.json, "validUntil": validUntil.json,
      "promised": promised?.json, "redeemed": redeemed?.json,
      "conflicts": .array(conflicts.map { .integer($0) }),
    ])
  }
}

extension CustomerView.Wish {
  var json: JSONValue {
    .object([
      "wish": value.json, "bookings": .array(bookings.map { .string($0) }),
      "honoured": honoured.json, "missed": .integer(missed),
    ])
  }
}

extension CustomerView.QuestionItem {
  fileprivate var json: JSONValue {
    .object([
      "id": .string(id), "topic": .string(topic), "state": .string(state),
      "answer": answer.json, "askAgain": askAgain.json, "asked": asked.json,
    ])
  }
}

extension CustomerView.BenefitItem {
  fileprivate var json: JSONValue {
    .object([
      "id": .string(id), "name": .string(name), "tier": tier.json,
      "validUntil": validUntil.json, "used": .integer(used), "granted": granted.json,
    ])
  }
}

extension CustomerView.RelationshipItem {
  fileprivate var json: JSONValue {
    .object([
      "step": .string(step.rawValue), "type": type.json, "topic": .string(topic),
      "declaredBy": declaredBy.json, "offer": offer.json, "outcome": outcome.json,
      "source": source.json,
    ])
  }
}

extension CustomerView.Touch {
  fileprivate var json: JSONValue {
    .object([
      "line": .string(line), "type": .string(type), "channel": channel.json,
      "source": source.json,
    ])
  }
}
