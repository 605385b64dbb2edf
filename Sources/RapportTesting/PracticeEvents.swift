// Practice histories as projectors see them.

import JSONBytes
import Ledger
package import Projection
import LogEngine

/// The events of a practice history without a ledger around them: decoded, recorded as they happen.
package enum PracticeEvents {
  /// The events of ``Ledger/PracticeHistory`` with the same arguments, at positions from 0.
  package static func decoded(customers: Int, events: Int, seed: UInt64) -> [DecodedEvent] {
    var history = PracticeHistory(customers: customers, events: events, seed: seed)
    var decoded: [DecodedEvent] = []
    while let event = history.next() { decoded.append(Self.decoded(event, at: decoded.count)) }
    return decoded
  }

  private static func decoded(_ event: JSONValue, at place: Int) -> DecodedEvent {
    func text(_ name: String) -> String {
      guard let text = event[name]?.string else {
        preconditionFailure("a practice event has \(name)")
      }
      return text
    }
    let time = History.instant(text("time"))
    return DecodedEvent(
      position: Position(UInt64(place)), id: text("id"), source: text("source"), type: text("type"),
      schemaVersion: 1, subject: event["subject"]?.string, revision: nil, time: time,
      recorded: time, authtype: text("authtype"), authid: event["authid"]?.string,
      causationid: event["causationid"]?.string, correlationid: event["correlationid"]?.string,
      data: History.view(event["data"] ?? [:]))
  }
}

extension [DecodedEvent] {
  /// The same events appended in another order, at positions from 0.
  package func reordered(by order: [Int]) -> [DecodedEvent] {
    order.enumerated().map { place, index in
      var event = self[index]
      event.position = Position(UInt64(place))
      return event
    }
  }
}
