// The guard of the till: a promise is kept once, and only one that was made and has not run out.

package import JSONBytes

/// Events that are on their way when another one is at the door: they have no position yet.
package enum ComingEvent {
  /// The places by which they are ordered begin here, behind any position of a log.
  package static let firstPlace: UInt64 = 1 << 60

  /// How a refusal names an event: with its position, where it has one.
  package static func name(_ id: String, at place: UInt64) -> String {
    place < firstPlace ? "\(id) at position \(place)" : "\(id), which came in just before"
  }
}

/// What may be redeemed. Pure: the caller brings the promise as the ledger has it.
package enum CreditRule {
  /// Why a redemption (`credit.redeemed`) at `instant` must not be appended; nil if it may. `promise` holds what the
  /// events of the customer's subjects say, without the redemption.
  ///
  /// Codes: `credit.redeemed`, naming the event that was first; `credit.expired`; `credit.unknown`.
  package static func refusal(of promise: Promise, at instant: Timestamp) -> AppendRefusal? {
    switch promise.state(at: instant) {
    case .open: return nil
    case .redeemed:
      let winner = promise.redemption.map {
        "by event \(ComingEvent.name($0.mark.id, at: $0.mark.moment.place))"
      }
      return AppendRefusal(
        code: "credit.redeemed",
        sentence: "the promise was redeemed before, \(winner ?? "by another event"); "
          + "it is kept once, so nothing more is owed")
    case .expired:
      let end = promise.grant?.validUntil.map { " at \($0.text)" }
      return AppendRefusal(
        code: "credit.expired",
        sentence:
          "the promise ended\(end ?? ""), before it was redeemed; grant a new one to keep it all the same"
      )
    case .unknown:
      return AppendRefusal(
        code: "credit.unknown",
        sentence:
          "the customer was never promised anything under this number; check the number and the "
          + "customer, and record credit.granted first")
    }
  }
}
