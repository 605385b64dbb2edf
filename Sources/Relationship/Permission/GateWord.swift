// G3 to G5: what she objected to, what the law lists, what she said no to.

import JSONBytes

extension PermissionCase {
  // MARK: G3 Objection

  func objectionDenial() -> Denial? {
    guard let last = standing.forbids.last(where: { statement($0).kind == .objection }) else {
      return nil
    }
    return Denial(.objection, event(last))
  }

  // MARK: G4 Statutory list

  /// What the lists of the law that name the channel come to.
  struct ListStanding {
    var denial: Denial?
    /// What made a match harmless.
    var override: Override?
    /// The last event that was looked at.
    var looked: EventStamp?

    struct Override {
      var rule: RuleCode
      var event: DecidingEvent
      /// The permit, where it is one.
      var permit: Int?
    }
  }

  func listStanding() -> ListStanding {
    var found = ListStanding()
    for list in regime.lists where isAbout(list) {
      guard let snapshot = rules.snapshots[list.list] else {
        found.denial = Denial(.listStale, policyStamp)
        return found
      }
      found.looked = snapshot.stamp
      guard list.maxAge.after(snapshot.asOf) >= instant else {
        found.denial = Denial(.listStale, snapshot.stamp)
        return found
      }
      guard let match = lastListing(on: list.list) else { continue }
      found.looked = match.stamp
      guard match.isMatch else { continue }
      switch overriding(list, match) {
      case .success(let override): found.override = override
      case .failure(let denial):
        found.denial = denial.denial
        return found
      }
    }
    return found
  }

  /// A list is about the channels below its own, and stops those above it, which a message may come by as well.
  func isAbout(_ list: PermissionPolicy.StatutoryList) -> Bool {
    list.channel.covers(asked.channel) || list.channel.isBelow(asked.channel)
  }

  private struct Listed: Error { var denial: Denial }

  private func overriding(
    _ list: PermissionPolicy.StatutoryList, _ match: Listing
  ) -> Result<ListStanding.Override, Listed> {
    if list.overriddenBy.contains(.signedConsent), case .permitted(let index) = standing.result {
      let permit = statement(index)
      // What she signed for an old number is no word about the match of the new one.
      let isForIt = permit.address < 0 || permit.address == address
      if permit.isSigned, isForIt, !permit.channel.isEverything,
        permit.effect > match.stamp.time
      {
        return .success(
          ListStanding.Override(rule: .overriddenByConsent, event: event(index), permit: index))
      }
    }
    if list.overriddenBy.contains(.relationship), let dealing = overridingDealing() {
      guard let forbid = standing.forbids.last else {
        return .success(
          ListStanding.Override(
            rule: .overriddenByRelationship, event: DecidingEvent(dealing), permit: nil))
      }
      return .failure(Listed(denial: Denial(.overrideCancelled, event(forbid))))
    }
    return .failure(Listed(denial: Denial(.listed, match.stamp)))
  }

  private func lastListing(on list: String) -> Listing? {
    guard let address else { return nil }
    return customer.book.addresses[address].listings.last {
      $0.list == list && $0.stamp.time <= instant
    }
  }

  /// The latest order or inquiry within the periods of the policy.
  private func overridingDealing() -> EventStamp? {
    let order = lastOrder(within: rules.policy.orderOverride)
    let inquiry = customer.facts.dealings.last {
      $0.kind == .inquiry && $0.counts && isWithin(rules.policy.inquiryOverride, $0.stamp)
    }?.stamp
    return [order, inquiry].compactMap { $0 }.max()
  }

  func lastOrder(within period: CalendarPeriod) -> EventStamp? {
    let orders = customer.facts.orders
    // Those that are too old are not read.
    return orders.indices.reversed().lazy
      .filter { isWithin(period, orders.moment(at: $0)) }.map { orders[$0] }
      .first { $0.counts }?.stamp
  }

  /// Whether an event lies at most so long before the instant asked about.
  func isWithin(_ period: CalendarPeriod, _ stamp: EventStamp) -> Bool {
    isWithin(period, stamp.time)
  }

  private func isWithin(_ period: CalendarPeriod, _ time: Timestamp) -> Bool {
    time <= instant && instant <= period.after(time)
  }

  // MARK: G5 Own no

  func noDenial() -> Denial? {
    if messageClass == .transactional {
      return standing.forbids.last { statement($0).isChannelStop }
        .map { Denial(.channelStopped, event($0)) }
    }
    if let last = standing.forbids.last {
      return Denial(RuleCode(statement(last).kind), event(last))
    }
    guard messageClass != .sharing, let choice = choiceInForce,
      !choice.channels.contains(where: { $0.covers(asked.channel) })
    else { return nil }
    return Denial(.topicChannelOnly, choice.stamp)
  }

  // MARK: G7 Signal

  /// Global Privacy Control is on in one of her devices, and she did not keep the consent in spite of it.
  func signalDenial() -> Denial? {
    var seen: Set<String> = []
    for signal in customer.facts.signals.reversed() where signal.stamp.time <= instant {
      // The latest of a device counts. One that cannot be read is a device of its own.
      if let device = signal.deviceId, !seen.insert(device).inserted { continue }
      if signal.isOn, !isConfirmed(signal) { return Denial(.signal, signal.stamp) }
    }
    return nil
  }

  /// Whether she kept the consent in spite of a signal: not before the device sent it.
  private func isConfirmed(_ signal: PrivacySignal) -> Bool {
    guard case .permitted(let index) = standing.result else { return false }
    let permit = statement(index).stamp
    return customer.facts.conflicts.contains { conflict in
      conflict.stamp.time <= instant && conflict.stamp.time >= signal.stamp.time
        && permit.isCalled(conflict.consentEventId)
        && customer.facts.signals.contains {
          $0.stamp.isCalled(conflict.signalEventId)
            && ($0.stamp == signal.stamp || $0.deviceId != nil && $0.deviceId == signal.deviceId)
        }
    }
  }

  // MARK: G9 Experiment

  func holdoutDenial() -> Denial? {
    guard let campaign = asked.question.campaignId else { return nil }
    let assignments = customer.facts.assignments
    let last = assignments.indices.last { index in
      let assignment = assignments[index]
      guard assignment.campaignId == campaign, assignment.isControl,
        assignment.stamp.time <= instant, !rules.concluded.contains(assignment.experimentId)
      else { return false }
      return !assignments[(index + 1)...].contains {
        $0.stamp.time <= instant && $0.experimentId == assignment.experimentId
          && $0.campaignId == campaign
      }
    }
    return last.map { Denial(.holdout, assignments[$0].stamp) }
  }
}
