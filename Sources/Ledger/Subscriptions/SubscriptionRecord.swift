// What the ledger keeps of a subscription.

package import JSONBytes
import LogEngine
package import Projection

/// What a subscription follows.
package enum Followed: Hashable, Sendable {
  /// Events, of these types; nil for all that its department may see.
  case events(types: Set<String>?)
  /// Changes of a view's rows.
  case changes(view: String)

  /// `events`, or `view:` and the name.
  package var text: String {
    switch self {
    case .events: "events"
    case .changes(let view): "view:\(view)"
    }
  }
}

/// A subscription: who follows what, and how far it is.
package struct SubscriptionRecord: Hashable, Sendable {
  package var name: String
  /// Nil for the operator, who sees everything.
  package var department: String?
  package var follows: Followed
  package var acknowledged: FeedCursor
  package var feed: Int64
  package var created: Timestamp
  /// Why the last run ended early; nil where it did not, or something was acknowledged since.
  package var lastError: String?

  /// Lower-case letters, digits, `.`, `-` and `_`, beginning with a letter or digit; at most 64.
  package static func isName(_ name: String) -> Bool {
    func isPlain(_ byte: UInt8) -> Bool {
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
    return (1...64).contains(name.utf8.count) && name.utf8.first.map(isPlain) == true
      && name.utf8.allSatisfy { isPlain($0) || [0x2E, 0x2D, 0x5F].contains($0) }
  }
}

/// How a subscription stands.
package struct SubscriptionStatus: Hashable, Sendable {
  package var record: SubscriptionRecord
  package var lag: SubscriptionState.Lag

  /// Everything before it was acknowledged.
  package var position: UInt64 { record.acknowledged.next.value }

  package var json: JSONValue {
    var types: JSONValue?
    if case .events(let some?) = record.follows {
      types = .array(some.sorted().map { .string($0) })
    }
    return .object([
      "name": .string(record.name), "department": record.department.map { .string($0) } ?? .null,
      "to": .string(record.follows.text), "types": types,
      "position": .integer(position),
      "lagEvents": .integer(lag.events), "lagSeconds": .integer(lag.seconds),
      "created": .string(record.created.text),
      "lastError": record.lastError.map { .string($0) } ?? .null,
    ])
  }
}
