// What the house has in force at one instant, as far as it was known: policy, purposes, grants, lists, experiments.

package import JSONBytes

/// The rules of one instant, shared by all questions about it.
package final class PermissionRules: Sendable {
  /// The instant asked about.
  package let instant: Timestamp
  package let policy: PermissionPolicy
  /// The `policy.published` in force.
  package let policyStamp: EventStamp
  /// By path.
  let purposes: [String: Purpose]
  let grants: [String: (grant: DepartmentGrant, stamp: EventStamp)]
  let snapshots: [String: (asOf: Timestamp, stamp: EventStamp)]
  let concluded: Set<String>
  let labels: [String: String]
  /// The same rules hold at every instant from the first of these, and before the second; nil: they go on.
  private let holds: (from: Timestamp, before: Timestamp?)

  /// The rules in force at `instant`, of the events known at `known`; nil where no permission policy is in force: then
  /// there is no answer, ``PermissionError/noPolicy``. Costs a pass over the facts.
  package init?(_ facts: HouseFacts, at instant: Timestamp, knownAt known: KnownAt = .end) {
    func counts(_ stamp: EventStamp) -> Bool { known.includes(stamp) && stamp.time <= instant }
    guard
      let inForce = facts.policies.filter({ counts($0.stamp) }).max(by: { $0.stamp < $1.stamp })
    else { return nil }
    self.instant = instant
    policy = inForce.policy
    policyStamp = inForce.stamp
    var purposes: [String: Purpose] = [:]
    for purpose in facts.purposes where counts(purpose.stamp) {
      guard let old = purposes[purpose.path] else {
        purposes[purpose.path] = purpose
        continue
      }
      var newer = old.stamp < purpose.stamp ? purpose : old
      newer.firstRegistered = min(old.firstRegistered, purpose.firstRegistered)
      purposes[purpose.path] = newer
    }
    for retirement in facts.retirements where counts(retirement.stamp) {
      guard let purpose = purposes[retirement.id], purpose.stamp < retirement.stamp,
        purpose.retired.map({ $0 < retirement.stamp }) ?? true
      else { continue }
      purposes[retirement.id]?.retired = retirement.stamp
    }
    self.purposes = purposes
    func latest<Item, Value>(
      _ items: [Item], _ read: (Item) -> (name: String, stamp: EventStamp, value: Value)
    ) -> [String: (Value, EventStamp)] {
      var found: [String: (Value, EventStamp)] = [:]
      for item in items {
        let (name, stamp, value) = read(item)
        guard counts(stamp), found[name].map({ $0.1 < stamp }) ?? true else { continue }
        found[name] = (value, stamp)
      }
      return found
    }
    grants = latest(facts.grants) { ($0.grant.department, $0.stamp, $0.grant) }
    snapshots = latest(facts.snapshots) { ($0.list, $0.stamp, $0.asOf) }
    labels = latest(facts.labels) { ($0.topic, $0.stamp, $0.label) }.mapValues(\.0)
    concluded = Set(facts.conclusions.filter { counts($0.stamp) }.map(\.id))
    let times = facts.stamps.filter(known.includes).map(\.time)
    holds = (times.filter { $0 <= instant }.max() ?? .first, times.filter { $0 > instant }.min())
  }

  /// The same rules at another instant; nil where the house said something in between. Copies nothing.
  package func at(_ other: Timestamp) -> PermissionRules? {
    guard other >= holds.from, holds.before.map({ other < $0 }) ?? true else { return nil }
    return PermissionRules(self, at: other)
  }

  private init(_ rules: PermissionRules, at instant: Timestamp) {
    self.instant = instant
    policy = rules.policy
    policyStamp = rules.policyStamp
    purposes = rules.purposes
    grants = rules.grants
    snapshots = rules.snapshots
    concluded = rules.concluded
    labels = rules.labels
    holds = rules.holds
  }

  /// The label of a topic; its path where none is registered.
  func label(ofTopic topic: String) -> String { labels[topic] ?? topic }
}

/// Why there is no answer.
package enum PermissionError: Error, Hashable, Sendable {
  /// No permission policy is in force. Publish one: `rapport plan publish`.
  case noPolicy

  /// Stable, for programs.
  package var code: String { "policy.none" }

  /// What is wrong and how to mend it.
  package var sentence: String {
    "no permission policy is in force, so nobody may be contacted; publish one: rapport plan publish"
  }
}
