// What may be offered to a customer, from the tables of the read model `customer`; and the answer as JSON.

package import JSONBytes
package import Projection
package import Relationship

extension Customer360 {
  /// What an offer goes by at `instant`; nil if the tables do not know the customer. `purchases` come from her orders,
  /// whose lines the tables do not hold.
  package static func offerSituation(
    of customer: String, at instant: Timestamp, purchases: KeptPurchases, in tables: Tables
  ) throws -> OfferSituation? {
    guard let builder = try builder(of: customer, at: instant, in: tables) else { return nil }
    return OfferSituation(
      facts: builder.facts, openWishes: builder.openWishes, purchases: purchases,
      obstacle: builder.offerObstacle)
  }
}

extension CustomerViewBuilder {
  fileprivate var openWishes: Set<UInt64> {
    Set(
      state.wishes.cues(for: state.facts).filter { $0.context.isEmpty && $0.isOpen }
        .map(\.wish.mark.moment.place))
  }

  fileprivate var offerObstacle: OfferObstacle? {
    let said = contact
    if let erased = said.erased { return .erased(erased.mark) }
    if let death = said.deceased { return .deceased(death.source.mark) }
    if let restricted = said.restricted { return .restricted(restricted.source.mark) }
    return said.stopped.map { .stopped($0.mark) }
  }
}

extension CustomerView.Source {
  /// As rules name the event.
  var mark: EventMark { EventMark(eventId, at: Moment(time, place: position), by: saidBy) }
}

extension Offers {
  /// One object: `offers` in order, `withheld` with rules, each with its events; `rule` and `reason` where nothing is
  /// offered at all.
  package var json: JSONValue {
    .object([
      "mayOffer": .bool(!lines.isEmpty), "offers": .array(lines.map(\.json)),
      "withheld": .array(
        withheld.map { withheld in
          .object([
            "item": .string(withheld.item.sku), "topic": withheld.item.topic.map { .string($0) },
            "rule": .string(withheld.reason.code), "reason": .string(withheld.reason.clause),
            "events": .array(withheld.events.map(\.json)),
          ])
        }),
      "rule": obstacle.map { .string($0.code) }, "reason": obstacle.map { .string($0.clause) },
      "event": obstacle?.mark.json,
    ])
  }
}

extension Offer {
  fileprivate var json: JSONValue {
    .object([
      "item": item.map { .string($0.sku) }, "topic": item?.topic.map { .string($0) },
      "choice": choice.map { wish in
        .object([
          "topic": .string(wish.topic), "value": wish.value.map { .string($0) },
          "strength": wish.strength.map { .string($0) },
        ])
      },
      "basis": .string(basis?.rawValue ?? "none"), "events": .array(events.map(\.json)),
    ])
  }
}

extension EventMark {
  fileprivate var json: JSONValue {
    [
      "position": .integer(moment.place), "eventId": .string(id),
      "time": .string(moment.time.text), "saidBy": .string(author.rawValue),
    ]
  }
}
