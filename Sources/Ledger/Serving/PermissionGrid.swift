// Everything a customer can say yes and no to, as one table: topics by channels.

package import JSONBytes
import LogEngine
import Projection
import ReadModels
package import Relationship

/// What holds for each topic and channel.
package struct PermissionGrid: Sendable {
  package struct Cell: Sendable {
    package var channel: String
    /// The contact point that the answer is about: of those that the channel serves the best one; `none` where she has
    /// none.
    package var contactPoint: String
    package var answer: PermissionAnswer
  }

  package struct Row: Sendable {
    package var topic: String
    /// As people read it; nil for one that only she has named.
    package var label: String?
    /// One for each channel, in the order of these.
    package var cells: [Cell]
  }

  package var purpose: String
  package var channels: [String]
  /// By topic: the registered ones, and those that she has named.
  package var rows: [Row]
}

extension PermissionGrid {
  /// Stable names; of each answer what a page shows.
  package var json: JSONValue {
    .object([
      "purpose": .string(purpose), "channels": .array(channels.map { .string($0) }),
      "topics": .array(
        rows.map { row in
          .object([
            "topic": .string(row.topic), "label": row.label.map { .string($0) },
            "channels": .array(row.cells.map(\.json)),
          ])
        }),
    ])
  }
}

extension PermissionGrid.Cell {
  fileprivate var json: JSONValue {
    let decision = answer.decision
    return .object([
      "channel": .string(channel), "contactPoint": .string(contactPoint),
      "verdict": .string(decision.verdict.rawValue), "until": decision.until.map(\.json),
      "rule": .string(decision.rule.rawValue),
      "decidingEvent": .string(decision.decidingEvent.stamp.id),
      "saidBy": .string(answer.saidBy),
      "customerText": answer.customerText.map { .string($0) },
    ])
  }
}

extension Ledger {
  /// What holds for a customer on each topic and channel, as of an instant and by what was known then. Nil where there
  /// is no event of her.
  ///
  /// Topics are those that the plan registers and those that her own statements name; channels are those of the policy,
  /// the best first. Throws `policy.none` where no policy is in force. Cost: her history twice, and some microseconds a
  /// cell.
  package func permissionGrid(
    of id: String, department: String = "marketing", purpose: String = "marketing",
    at instant: Timestamp? = nil, known: KnownAt = .end
  ) throws -> PermissionGrid? {
    let instant = instant ?? clock()
    let prepared = try prepared(id, at: instant, knownAt: known)
    let events = try mapper.history(of: Set(prepared.customer.subjects), before: log.end)
      .filter { known.includes($0.permissionEvent.stamp) }
    if events.isEmpty { return nil }
    guard let rules = prepared.rules else {
      throw LedgerError(PermissionError.noPolicy.code, PermissionError.noPolicy.sentence)
    }
    let labels = try publishedPlan().topics.filter { !$0.value.isRetired }.mapValues(\.label)
    var topics = Set(labels.keys)
    for event in events where StatementKind(rawValue: event.type) != nil && event.defect == nil {
      if let topic = event.data["topic"]?.string, topic != "*" { topics.insert(topic) }
    }
    let channels = rules.policy.channelOrder
    let permission = Permission(under: rules, zones: prepared.zones)
    let rows = try topics.sorted().map { topic in
      PermissionGrid.Row(
        topic: topic, label: labels[topic],
        cells: try channels.map { channel in
          let question = ContactQuestion(
            customer: id, department: department, purpose: purpose, topic: topic,
            channel: channel, at: instant, known: known)
          return try Self.cell(question, permission, prepared.customer, instant)
        })
    }
    return PermissionGrid(purpose: purpose, channels: channels, rows: rows)
  }

  private static func cell(
    _ question: ContactQuestion, _ permission: Permission, _ customer: CustomerPermission,
    _ instant: Timestamp
  ) throws -> PermissionGrid.Cell {
    var points = customer.contactPoints(on: AskedPath(question.channel), at: instant).map(\.id)
    // A contact point that she does not have.
    if points.isEmpty { points = ["none"] }
    let inquiry = PermissionInquiry(try question.about(points[0]), under: permission)
    let best = inquiry.best(customer, contactPoints: points).contactPoint
    return PermissionGrid.Cell(
      channel: question.channel, contactPoint: best,
      answer: permission.answer(try question.about(best), of: customer))
  }
}
