// One thread's share of an audience: customer after customer, counted by the rule that decided.

import JSONBytes
import Projection
import ReadModels
import Relationship

/// Counts of one range.
struct AudienceTally: Sendable {
  /// By verdict and rule.
  private var byRule: [Key: AudienceReason] = [:]
  /// How many are reached now, by the place of the channel.
  private(set) var channels: [Int]
  private let sampleMax: Int

  private struct Key: Hashable {
    var verdict: Verdict
    var rule: RuleCode
  }

  init(channels: Int, sampleMax: Int) {
    self.channels = Array(repeating: 0, count: channels)
    self.sampleMax = sampleMax
  }

  /// In no order.
  var reasons: [AudienceReason] { Array(byRule.values) }

  mutating func add(_ decision: Decision, channel: Int, of customer: String) {
    if decision.verdict == .allow { channels[channel] += 1 }
    let key = Key(verdict: decision.verdict, rule: decision.rule)
    let fresh = AudienceReason(verdict: decision.verdict, rule: decision.rule)
    let sampleMax = sampleMax
    func count(_ reason: inout AudienceReason) {
      reason.count += 1
      if reason.sample.count < sampleMax { reason.sample.append(customer) }
      if case .instant(let end)? = decision.until {
        reason.earliest = min(reason.earliest ?? end, end)
      }
    }
    count(&byRule[key, default: fresh])
  }

  /// Adds the counts of a range that lies behind this one.
  mutating func add(_ other: AudienceTally) {
    for (key, reason) in other.byRule {
      guard var sum = byRule[key] else {
        byRule[key] = reason
        continue
      }
      sum.count += reason.count
      sum.sample += reason.sample.prefix(sampleMax - sum.sample.count)
      sum.earliest = [sum.earliest, reason.earliest].compactMap { $0 }.min()
      byRule[key] = sum
    }
    for place in channels.indices { channels[place] += other.channels[place] }
  }
}

/// Decides about customers as their rows come.
struct AudienceCounter {
  /// Holds the text of the row that is counted.
  var reader = FactsReader()
  private(set) var tally: AudienceTally
  private let rules: PermissionRules
  private let asked: [(path: AskedPath, question: PermissionQuestion)]
  private let shared: SharedAddresses
  private let desk: PermissionDesk
  private let merges: MergeFacts
  private var sight: PermissionSight
  private let each: ((String, Decision) -> Void)?
  /// Zones that were met, and the inquiries that know them.
  private var zones: Set<String> = []
  private var inquiries: [PermissionInquiry] = []

  init(
    _ rules: PermissionRules, _ asked: [(path: AskedPath, question: PermissionQuestion)],
    _ shared: SharedAddresses, _ desk: PermissionDesk, _ sight: PermissionSight,
    _ merges: MergeFacts, sampleMax: Int, _ each: ((String, Decision) -> Void)?
  ) {
    self.each = each
    self.rules = rules
    self.asked = asked
    self.shared = shared
    self.desk = desk
    self.sight = sight
    self.merges = merges
    tally = AudienceTally(channels: asked.count, sampleMax: sampleMax)
    zones = CustomerZones.names([], rules.policy)
    prepare()
  }

  private mutating func prepare() {
    let permission = Permission(under: rules, zones: desk.zones(zones, around: rules.instant))
    inquiries = asked.map { PermissionInquiry($0.question, under: permission) }
  }

  /// Counts the customer of a row whose text the reader holds: as often as she is several at the instant asked about.
  mutating func count(_ row: String) throws {
    let facts = try PermissionSight.read(&reader, of: row)
    if facts.count == 1, !merges.names(row) {
      try decide(SubjectGroup(subjects: [row]), facts, as: row)
      return
    }
    var left = Set(facts.map(\.subject))
    for own in facts where left.contains(own.subject) {
      let group = merges.group(of: own.subject, at: rules.instant)
      left.subtract(group.subjects)
      let name = group.subjects.contains(row) ? row : own.subject
      let others = group.subjects.filter { subject in !facts.contains { $0.subject == subject } }
      if others.isEmpty {
        try decide(group, group.facts(in: facts), as: name)
      } else if try counts(group, here: row) {
        try decide(
          group, group.facts(in: try sight.facts(ofRowsOf: group.subjects) ?? []), as: name)
      }
    }
  }

  /// Whether a customer whose subjects stand in several rows is counted with this one: with the first that there is.
  private mutating func counts(_ group: SubjectGroup, here row: String) throws -> Bool {
    for subject in group.subjects {
      let other = sight.map.customer(of: subject)
      if other == row { return true }
      if try sight.facts(ofRow: other) != nil { return false }
    }
    return true
  }

  private mutating func decide(
    _ group: SubjectGroup, _ facts: [CustomerFacts], as name: String
  ) throws {
    meetZones(of: facts)
    let elsewhere = try sight.pointsElsewhere(for: facts)
    let customer = CustomerPermission(
      group, facts: facts, readUpTo: sight.readUpTo,
      notes: { shared.notes(on: $0.value, besides: group.subjects) },
      pointsElsewhere: { elsewhere[$0] ?? [] })
    guard let best = best(of: customer) else { return }
    tally.add(best.decision, channel: best.channel, of: name)
    each?(name, best.decision)
  }

  /// The best decision over the channels, and of equal ones the first. A channel by which nothing reaches her is denied
  /// at any rate, so that it is only asked about where no other channel does better.
  private func best(of customer: CustomerPermission) -> (decision: Decision, channel: Int)? {
    var best: (decision: Decision, channel: Int)?
    for place in inquiries.indices {
      let points = customer.contactPoints(on: asked[place].path, at: rules.instant).map(\.id)
      if points.isEmpty, inquiries[place].needsAddress { continue }
      let decision = decision(place, points, customer)
      if best.map({ $0.decision.verdict < decision.verdict }) ?? true { best = (decision, place) }
      if decision.verdict == .allow { return best }
    }
    if let best, best.channel == 0 || best.decision.verdict != .deny { return best }
    guard let first = inquiries.indices.first else { return nil }
    // Every channel is denied: the first one says why.
    return (decision(first, [], customer), first)
  }

  /// The best over contact points; `none` where there are none.
  private func decision(
    _ place: Int, _ points: [String], _ customer: CustomerPermission
  ) -> Decision {
    guard points.count > 1 else {
      return inquiries[place].decide(customer, contactPoint: points.first ?? "none")
    }
    return inquiries[place].best(customer, contactPoints: points).decision
  }

  private mutating func meetZones(of facts: [CustomerFacts]) {
    var isNew = false
    func meet(_ zone: String) { if zones.insert(zone).inserted { isNew = true } }
    for own in facts {
      for point in own.points { point.timeZones.forEach(meet) }
      for cadence in own.cadences { if let window = cadence.window { meet(window.timeZone) } }
    }
    if isNew { prepare() }
  }
}

extension SubjectGroup {
  /// The facts of its subjects, in their order.
  func facts(in all: [CustomerFacts]) -> [CustomerFacts] {
    subjects.compactMap { subject in all.first { $0.subject == subject } }
  }
}
