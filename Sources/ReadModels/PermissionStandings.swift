// What a customer's own statements come to, as the table `permission` has it.

import GRDB
package import JSONBytes
package import Projection
package import Relationship

extension PermissionModel {
  /// One scope that a statement names, and what is so there.
  package struct Standing: Hashable, Sendable {
    package var purpose: String
    package var topic: String
    package var channel: String
    package var contactPoint: String
    package var says: ScopeStanding.Result
    package var decidedPlace: UInt64?
    package var decidedEventId: String?
    /// Until when it is so; nil: no end is known.
    package var until: Timestamp?
    /// Who said it, and when.
    package var saidBy: Author?
    package var time: Timestamp?

    /// Stable names, for programs.
    package var json: JSONValue {
      .object([
        "purpose": .string(purpose), "topic": .string(topic), "channel": .string(channel),
        "contactPoint": .string(contactPoint), "says": .string(says.rawValue),
        "until": until.map { .string($0.text) },
        "event": decidedPlace.map { place in
          .object([
            "position": .integer(place), "eventId": decidedEventId.map { .string($0) },
            "time": time.map { .string($0.text) }, "saidBy": saidBy.map { .string($0.rawValue) },
          ])
        },
      ])
    }
  }

  /// What the statements of a customer come to at `instant`: the broadest scopes first. Cost: her rows.
  package static func standings(
    of customer: String, at instant: Timestamp, in tables: Tables
  ) throws -> [Standing] {
    var standings: [Standing] = []
    try tables.rows(
      """
      SELECT p.purpose, p.topic, p.channel, p.contact_point, p.says, decided_position,
        decided_event_id, p.until, said_by, time
      FROM permission p
      LEFT JOIN statement s ON s.customer_id = p.customer_id AND position = decided_position
      WHERE p.customer_id = ? AND (from_time <= ? OR part = 0) AND (p.until IS NULL OR p.until > ?)
      ORDER BY p.purpose, p.topic, p.channel, p.contact_point, part DESC
      """, [customer, instant.microseconds, instant.microseconds]
    ) { row in
      standings.append(
        Standing(
          purpose: row.text(), topic: row.text(), channel: row.text(), contactPoint: row.text(),
          says: ScopeStanding.Result(rawValue: row.text()) ?? .nothing,
          decidedPlace: row.optionalPlace(), decidedEventId: row.optionalText(),
          until: row.optionalTime(), saidBy: row.optionalText().map { Author(authtype: $0) },
          time: row.optionalTime()))
    }
    // Of the parts of one scope the last that has begun.
    var seen: Set<[String]> = []
    return standings.filter {
      seen.insert([$0.purpose, $0.topic, $0.channel, $0.contactPoint]).inserted
        && $0.says != .nothing
    }
  }
}
