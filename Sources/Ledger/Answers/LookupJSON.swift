// What a look-up found, for programs.

package import JSONBytes
import Relationship

extension LookupAnswer {
  /// Stable names. `owed` counts the promises that are open, over all customers found.
  package var json: JSONValue {
    .object([
      "at": .string(instant.text), "found": .array(found.map { $0.json(at: instant) }),
      "more": .integer(more),
      "owed": .integer(found.reduce(0) { $0 + $1.owed(at: instant).count }),
    ])
  }
}

extension LookupAnswer.Found {
  fileprivate func json(at instant: Timestamp) -> JSONValue {
    .object([
      "customer": .string(customer), "name": name.map { .string($0) },
      "foundBy": .array(
        points.map { point in
          .object([
            "contactPoint": point.contactPoint.map { .string($0) }, "kind": .string(point.kind),
            "verified": .bool(point.isVerified), "shared": .bool(point.isShared),
            "invalid": .bool(point.isInvalid), "since": point.since.json,
          ])
        }),
      "promises": .array(promises.map { Self.json($0, at: instant) }),
    ])
  }

  private static func json(_ aged: AgedPromise, at instant: Timestamp) -> JSONValue {
    let promise = aged.promise
    return .object([
      "promiseId": .string(promise.id), "state": .string(promise.state(at: instant).rawValue),
      "urgency": aged.urgency(at: instant).map { .string($0.rawValue) },
      "owed": promise.grant.map { json($0.owed) },
      "reason": promise.grant?.reason.map { .string($0) },
      "redeemWhere": promise.grant.map { .string($0.redeemWhere) },
      "validUntil": promise.grant?.validUntil.map { .string($0.text) },
      "ageDays": promise.state(at: instant) == .open
        ? aged.days(at: instant).map { .integer($0) } : nil,
      "promised": promise.grant.map { json($0.mark) },
      "askedAgain": .array(aged.askedAgain.map(json)),
      "redeemed": promise.redemption.map { redemption in
        .object([
          "amount": json(redemption.amount), "storeId": redemption.storeId.map { .string($0) },
          "by": json(redemption.mark),
        ])
      },
      "conflicts": .array(promise.conflicts.map { .integer($0) }),
    ])
  }

  private static func json(_ money: Money) -> JSONValue {
    [
      "amount": .string(String(money.text.dropLast(money.currency.count + 1))),
      "currency": .string(money.currency),
    ]
  }

  private static func json(_ mark: EventMark) -> JSONValue {
    [
      "position": .integer(mark.moment.place), "eventId": .string(mark.id),
      "time": .string(mark.moment.time.text), "saidBy": .string(mark.author.rawValue),
    ]
  }
}
