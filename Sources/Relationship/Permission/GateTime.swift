// G8: obstacles that time removes.

import JSONBytes

/// Something that stands in the way for a while.
struct Obstacle {
  /// The order of the table: of two that end together the first decides.
  var rank: Int
  var rule: RuleCode
  var event: EventStamp
  /// The first instant without it, seen alone; nil: only an event ends it.
  var end: Timestamp?

  /// The one with the latest end; where they are equal, the first of the table.
  static func latest(_ obstacles: [Obstacle]) -> Obstacle? {
    obstacles.max { one, other in
      let (a, b) = (one.end ?? .never, other.end ?? .never)
      return a == b ? one.rank > other.rank : a < b
    }
  }
}

extension Timestamp {
  /// Behind every instant that an event can carry.
  static let never = Timestamp(microseconds: .max)
}

extension PermissionCase {
  /// The answer of G8: nil where nothing stands in the way.
  func obstacle() -> Obstacle? { Obstacle.latest(obstacles(at: instant)) }

  /// Everything that stands in the way at a moment, with what takes effect until then.
  private func obstacles(at moment: Timestamp) -> [Obstacle] {
    var found: [Obstacle] = []
    if messageClass != .transactional {
      found += pauseObstacles(at: moment)
      found += windowObstacles(at: moment)
    }
    if let quiet = quietObstacle(at: moment) { found.append(quiet) }
    if messageClass != .transactional {
      found += capObstacles(at: moment)
      if rules.policy.complaintHold, let complaint = openComplaint(at: moment) {
        found.append(
          Obstacle(
            rank: 5, rule: .complaintHold, event: complaint.stamp,
            end: settlement(of: complaint, after: moment)))
      }
    }
    return found
  }

  func covers(_ scope: StatementScope) -> Bool {
    scope.purpose.covers(asked.purpose) && scope.topic.covers(asked.topic)
      && scope.channel.covers(asked.channel)
  }

  // MARK: Pauses

  /// A later pause by the customer replaces those of exactly the same scope; anybody else's only adds.
  private func pauseObstacles(at moment: Timestamp) -> [Obstacle] {
    customer.pauses.indices.compactMap { index in
      let pause = customer.pauses[index]
      guard pause.stamp.momentOfNo <= moment, moment < pause.until, covers(pause.scope),
        customer.pauseEnds[index].map({ moment < $0 }) ?? true,
        customer.pauseReplacements[index].map({ moment < $0 }) ?? true
      else { return nil }
      return Obstacle(
        rank: 0, rule: .paused, event: pause.stamp,
        end: min(pause.until, customer.pauseEnds[index] ?? pause.until))
    }
  }

  // MARK: Windows and caps of hers

  /// A choice that covers the question, with its part that is in force.
  struct ChosenCadence<Part> {
    var cadence: Cadence
    var part: Part
    /// When another of the same scope takes its place.
    var replaced: Timestamp?
  }

  /// Of the windows that cover the question the latest for each scope.
  func windows(at moment: Timestamp) -> [ChosenCadence<Cadence.Window>] {
    cadences(at: moment, \.window) { customer.cadenceReplacements[$0].window }
  }

  /// Of the caps that cover the question the latest for each scope.
  func caps(at moment: Timestamp) -> [ChosenCadence<PermissionPolicy.Cap>] {
    cadences(at: moment, \.cap) { customer.cadenceReplacements[$0].cap }
  }

  private func cadences<Part>(
    at moment: Timestamp, _ part: (Cadence) -> Part?, replaced: (Int) -> Timestamp?
  ) -> [ChosenCadence<Part>] {
    let all = customer.facts.cadences
    return all.indices.compactMap { index in
      let cadence = all[index]
      guard cadence.stamp.time <= moment, let value = part(cadence), covers(cadence.scope)
      else { return nil }
      let replaced = replaced(index)
      return replaced.map { moment < $0 } ?? true
        ? ChosenCadence(cadence: cadence, part: value, replaced: replaced) : nil
    }
  }

  private func windowObstacles(at moment: Timestamp) -> [Obstacle] {
    windows(at: moment).compactMap { windowObstacle($0, at: moment) }
  }

  func windowObstacle(
    _ chosen: ChosenCadence<Cadence.Window>, at moment: Timestamp
  ) -> Obstacle? {
    // A zone that nobody knows is never open.
    let zone = zones[chosen.part.timeZone]
    if let zone, chosen.part.hours.contains(moment, in: zone) { return nil }
    return Obstacle(
      rank: 1, rule: .window, event: chosen.cadence.stamp,
      end: zone.flatMap { chosen.part.hours.opening(from: moment, in: $0) })
  }

  private func capObstacles(at moment: Timestamp) -> [Obstacle] {
    let hers = caps(at: moment).compactMap { capObstacle($0, at: moment) }
    return hers + [companyCapObstacle(at: moment)].compactMap { $0 }
  }

  func capObstacle(
    _ chosen: ChosenCadence<PermissionPolicy.Cap>, at moment: Timestamp
  ) -> Obstacle? {
    capObstacle(chosen.part, at: moment, rank: 3, .customerCap, none: chosen.cadence.stamp) {
      CapScope.covers(chosen.cadence.scope, $0)
    }
  }

  func companyCapObstacle(at moment: Timestamp) -> Obstacle? {
    capObstacle(
      rules.policy.companyCap, at: moment, rank: 4, .companyCap, none: policyStamp
    ) { _ in true }
  }

  /// `none`: what decides where no contact at all is wanted; only another word ends that.
  private func capObstacle(
    _ cap: PermissionPolicy.Cap, at moment: Timestamp, rank: Int, _ rule: RuleCode,
    none: EventStamp, _ isOf: (ContactFact) -> Bool
  ) -> Obstacle? {
    guard cap.count > 0 else { return Obstacle(rank: rank, rule: rule, event: none, end: nil) }
    let counted = counted(cap.period, at: moment, isOf)
    guard counted.count >= cap.count else { return nil }
    // The contact whose leaving makes room for one more.
    let maker = counted.sorted { ($0.leaves, $0.stamp) < ($1.leaves, $1.stamp) }[
      counted.count - cap.count]
    return Obstacle(rank: rank, rule: rule, event: maker.stamp, end: maker.leaves)
  }

  // MARK: Complaints

  /// The latest complaint that is open. What an import resolved closes only what an import opened.
  private func openComplaint(at moment: Timestamp) -> ComplaintFact? {
    /// Of each complaint whether the latest resolution settled it: of all, and of those that no import brought.
    var settled: [String: (any: Bool?, own: Bool?)] = [:]
    return customer.facts.complaints.last { fact in
      guard fact.stamp.time <= moment else { return false }
      var state = settled[fact.complaintId] ?? (nil, nil)
      if fact.isOpening { return !((fact.stamp.isImport ? state.any : state.own) ?? false) }
      state.any = state.any ?? fact.isSettled
      if !fact.stamp.isImport { state.own = state.own ?? fact.isSettled }
      settled[fact.complaintId] = state
      return false
    }
  }

  /// When a complaint is settled later on, as far as is known.
  private func settlement(of opening: ComplaintFact, after moment: Timestamp) -> Timestamp? {
    customer.facts.complaints.first {
      $0.stamp.time > moment && $0.isSettled && !$0.isOpening
        && $0.complaintId == opening.complaintId
        && (!$0.stamp.isImport || opening.stamp.isImport)
    }?.stamp.time
  }
}
