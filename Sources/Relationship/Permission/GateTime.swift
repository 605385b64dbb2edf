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
  func deferral() -> (obstacle: Obstacle, until: Until)? {
    var obstacles = obstacles(at: instant)
    guard let deciding = Obstacle.latest(obstacles) else { return nil }
    var moment = instant
    for _ in 0..<Self.stepsMax + changesMax {
      guard let latest = Obstacle.latest(obstacles) else { return (deciding, .instant(moment)) }
      // Where an answer about the past knows what came later, that may end an obstacle too.
      guard let next = [latest.end, nextChange(after: moment)].compactMap({ $0 }).min() else {
        break
      }
      precondition(next > moment, "an obstacle ends later than it stands")
      moment = next
      obstacles = self.obstacles(at: moment)
    }
    return (deciding, .open)
  }

  /// Two hours of the day meet within a week, or at the next change of the clocks, or never.
  private static let stepsMax = 400

  /// When the next word that is known may make an obstacle, or end one: all others leave what stands as it is.
  private func nextChange(after moment: Timestamp) -> Timestamp? {
    let facts = customer.facts
    var next = customer.pauses.first { $0.stamp.momentOfNo > moment }?.stamp.momentOfNo
    func look(at words: [some Stamped]) {
      // Each list stands in the order of time, and nearly always nothing of it is to come.
      guard let last = words.last?.stamp.time, last > moment,
        let first = words.first(where: { $0.stamp.time > moment })?.stamp.time
      else { return }
      next = min(next ?? first, first)
    }
    look(at: facts.resumptions)
    look(at: facts.cadences)
    look(at: facts.contacts)
    look(at: facts.tokens)
    look(at: facts.points)
    look(at: facts.countries)
    look(at: facts.complaints)
    return next
  }

  /// How many words ``nextChange(after:)`` may stop at.
  private var changesMax: Int {
    let facts = customer.facts
    let hers = facts.pauses.count + facts.resumptions.count + facts.cadences.count
    let others = facts.points.count + facts.countries.count + facts.complaints.count
    return hers + others + facts.contacts.count + facts.tokens.count
  }

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
    let pauses = customer.pauses
    return pauses.indices.compactMap { index in
      let pause = pauses[index]
      guard pause.stamp.momentOfNo <= moment, moment < pause.until, covers(pause.scope),
        customer.pauseEnds[index].map({ moment < $0 }) ?? true
      else { return nil }
      let isReplaced = pauses[(index + 1)...].contains {
        $0.stamp.author == .customer && !$0.stamp.isImport && $0.stamp.momentOfNo <= moment
          && $0.scope == pause.scope
      }
      guard !isReplaced else { return nil }
      return Obstacle(
        rank: 0, rule: .paused, event: pause.stamp,
        end: min(pause.until, customer.pauseEnds[index] ?? pause.until))
    }
  }

  // MARK: Windows and caps of hers

  /// Of the choices that cover the question and have a part, the latest for each scope.
  func cadences<Part>(
    at moment: Timestamp, _ part: (Cadence) -> Part?
  ) -> [(cadence: Cadence, part: Part)] {
    let all = customer.facts.cadences
    return all.indices.compactMap { index in
      let cadence = all[index]
      guard cadence.stamp.time <= moment, let value = part(cadence), covers(cadence.scope)
      else { return nil }
      let isReplaced = all[(index + 1)...].contains {
        $0.stamp.time <= moment && part($0) != nil && $0.scope == cadence.scope
      }
      return isReplaced ? nil : (cadence, value)
    }
  }

  private func windowObstacles(at moment: Timestamp) -> [Obstacle] {
    cadences(at: moment, \.window).compactMap { cadence, window in
      // A zone that nobody knows is never open.
      let zone = zones[window.timeZone]
      if let zone, window.hours.contains(moment, in: zone) { return nil }
      return Obstacle(
        rank: 1, rule: .window, event: cadence.stamp,
        end: zone.flatMap { window.hours.opening(from: moment, in: $0) })
    }
  }

  private func capObstacles(at moment: Timestamp) -> [Obstacle] {
    var found = cadences(at: moment, \.cap).compactMap { cadence, cap in
      capObstacle(cap, at: moment, rank: 3, .customerCap) { CapScope.covers(cadence.scope, $0) }
    }
    if let company = capObstacle(
      rules.policy.companyCap, at: moment, rank: 4, .companyCap, { _ in true })
    {
      found.append(company)
    }
    return found
  }

  private func capObstacle(
    _ cap: PermissionPolicy.Cap, at moment: Timestamp, rank: Int, _ rule: RuleCode,
    _ isOf: (ContactFact) -> Bool
  ) -> Obstacle? {
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
    let complaints = customer.facts.complaints
    return complaints.indices.last { index in
      let opening = complaints[index]
      guard opening.isOpening, opening.stamp.time <= moment else { return false }
      let resolution = complaints[(index + 1)...].last {
        $0.stamp.time <= moment && $0.isResolution(of: opening)
      }
      return resolution.map { !$0.isSettled } ?? true
    }.map { complaints[$0] }
  }

  /// When a complaint is settled later on, as far as is known.
  private func settlement(of opening: ComplaintFact, after moment: Timestamp) -> Timestamp? {
    customer.facts.complaints.first {
      $0.stamp.time > moment && $0.isSettled && $0.isResolution(of: opening)
    }?.stamp.time
  }
}

extension ComplaintFact {
  fileprivate func isResolution(of opening: ComplaintFact) -> Bool {
    !isOpening && complaintId == opening.complaintId
      && (!stamp.isImport || opening.stamp.isImport)
  }
}
