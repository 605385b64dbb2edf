// The ledger's own processes: what follows from an event by itself is appended behind it, once.

import Disk
import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship
import Synchronization
import Transparency

/// What followed by itself.
package struct ReactionSummary: Hashable, Sendable {
  /// Events that were appended, by type.
  package var appended: [String: Int] = [:]
  /// Customers that were looked at.
  package var customers = 0

  package var count: Int { appended.values.reduce(0, +) }

  /// `1 action.proposed, 2 contact.paused`.
  package var text: String {
    appended.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
  }
}

extension Ledger {
  /// Appends what follows from the events that came in since the last time: a proposal for each standing wish that fits
  /// a new booking or order (`action.proposed`), and the rest after a declined invitation (`contact.paused`).
  ///
  /// Which events follow is ``ReactionHistory``'s to say; each names its cause, and its id follows from it, so that
  /// running this again adds nothing. How far it got is kept in a file that may be lost: then events of the types
  /// concerned are looked at from the beginning. A command that was killed before it came here is made good by the next.
  ///
  /// Cost: a scan over what was not looked at yet, which steps over blocks without such events, and the history of each
  /// customer with a recent one. Throws what reading and appending throw.
  @discardableResult
  package func react() async throws -> ReactionSummary {
    var summary = ReactionSummary()
    guard opening == .writing, tellsOfItself else { return summary }
    let end = log.end
    let start = ReactionMark.read(self, end: end)
    guard start < end else { return summary }
    let rules = ReactionRules(try house.withLock { try $0.facts(of: self) }, now: clock())
    // Of what was looked at before any policy nobody could say how long a rest is.
    let isFirstPolicy = rules.firstPolicy.map { $0 >= start.value } ?? false
    let found = try triggers(from: isFirstPolicy ? .zero : start, to: end, rules)
    if !found.subjects.isEmpty {
      var events: [NewEvent] = []
      for group in try groups(of: found.subjects) {
        summary.customers += 1
        for reaction in try reactions(of: group, rules) {
          events += try own(event(of: reaction))
          summary.appended[reaction.type, default: 0] += 1
          guard events.count == Self.reactionsInOneAppend else { continue }
          _ = try await log.append(events)
          events = []
        }
      }
      if !events.isEmpty { _ = try await log.append(events) }
    }
    if found.count > 0 || isFirstPolicy || end.value - start.value >= ReactionMark.distanceMax {
      try ReactionMark.write(end, of: self)
    }
    return summary
  }

  private static let reactionsInOneAppend = 256
  /// From so many customers on, those without any wish are told apart by a scan sooner than by their histories.
  private static let customersForScan = 256

  /// The customers of events from which something may follow, and how many such events there are.
  private func triggers(
    from start: Position, to end: Position, _ rules: ReactionRules
  ) throws -> (subjects: Set<String>, count: Int) {
    let now = clock()
    var wishing: Set<String> = []
    var others: Set<String> = []
    var count = 0
    try scan(ReactionHistory.triggers, from: start, to: end) { event in
      count += 1
      guard let subject = event.subject,
        ReactionHistory.isFresh(event.permissionEvent, at: now, coolOff: rules.coolOff)
      else { return }
      if event.type.hasPrefix("relationship.") {
        others.insert(subject)
      } else {
        wishing.insert(subject)
      }
    }
    guard wishing.count > Self.customersForScan else { return (wishing.union(others), count) }
    var stated: Set<String> = []
    try scan(["preference.stated"], from: .zero, to: end) { event in
      if let subject = event.subject { stated.insert(subject) }
    }
    let map = try mapper.customers(before: end)
    let customers = Set(stated.map { map.customer(of: $0) })
    return (wishing.filter { customers.contains(map.customer(of: $0)) }.union(others), count)
  }

  private func scan(
    _ types: Set<String>, from start: Position, to end: Position,
    _ body: (DecodedEvent) throws -> Void
  ) throws {
    let mapper = mapper
    var next = start
    while next < end {
      let batch = try log.read(Selection(types: types), from: next)
      for row in batch.rows where row.position < end {
        let event = try mapper.decode(batch.entry(row), at: row.position)
        if event.defect == nil { try body(event) }
      }
      next = batch.next
    }
  }

  /// Each customer once, with all her subjects.
  private func groups(of subjects: Set<String>) throws -> [Set<String>] {
    let map = try mapper.customers(before: log.end)
    return Set(subjects.map { map.customer(of: $0) }).sorted().map { map.group(of: $0) }
  }

  /// What follows for one customer and is not recorded.
  private func reactions(of group: Set<String>, _ rules: ReactionRules) throws -> [Reaction] {
    let events = try mapper.history(of: group, before: log.end)
      .filter { $0.defect == nil && ReactionHistory.types.contains($0.type) }
    let history = ReactionHistory(of: events.lazy.map { ($0.permissionEvent, $0.causationid) })
    return try history.reactions(at: clock(), coolOff: rules.coolOff).filter {
      try log.position(ofSource: ownSource, id: id(of: $0)) == nil
    }
  }

  private var ownSource: String { "/\(log.description.origin)" }

  /// Follows from the cause and what else makes the reaction, so that it is the same whenever it is made.
  private func id(of reaction: Reaction) -> String {
    var hasher = ContentHasher()
    for part in [reaction.cause.source, reaction.cause.id, reaction.type, reaction.detail] {
      hasher.update(Array("\(part.utf8.count):\(part)\n".utf8))
    }
    return "follows-\(hasher.hex().prefix(32))"
  }

  private func event(of reaction: Reaction) -> JSONValue {
    [
      "specversion": "1.0", "id": .string(id(of: reaction)), "source": .string(ownSource),
      "type": .string(reaction.type), "subject": .string(reaction.subject),
      "time": .string(reaction.time.text), "dataschema": .string("\(reaction.type)/1"),
      "authtype": "system", "authid": "rapport", "causationid": .string(reaction.cause.id),
      "data": reaction.data,
    ]
  }
}

/// The rules by which reactions go, for every instant.
private struct ReactionRules {
  private let house: HouseFacts
  private let now: Timestamp

  init(_ house: HouseFacts, now: Timestamp) {
    self.house = house
    self.now = now
  }

  /// Where the first policy stands that is in force by now; nil where there is none.
  var firstPolicy: UInt64? {
    house.policyStamps.filter { $0.time <= now }.map(\.place).min()
  }

  /// Of the policy in force at `instant`; where none was yet, of the first that came after it.
  func coolOff(_ instant: Timestamp) -> CalendarPeriod? {
    if let rules = PermissionRules(house, at: instant) { return rules.policy.coolOff }
    let first = house.policyStamps.filter { $0.time > instant && $0.time <= now }.min()
    return first.flatMap { PermissionRules(house, at: $0.time)?.policy.coolOff }
  }
}
