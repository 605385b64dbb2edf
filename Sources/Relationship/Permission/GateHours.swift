// The rest of G8: quiet hours where she may be, and how many contacts she has had.

import JSONBytes

extension PermissionCase {
  // MARK: Quiet hours

  /// A zone that a phone may be in, and the event that brought it.
  struct PossibleZone {
    var name: String
    var broughtBy: EventStamp
  }

  /// Outside the policy's hours in any zone that is possible.
  func quietObstacle(at moment: Timestamp) -> Obstacle? {
    guard asked.rings, case .address(let address) = point, !isRequested(at: moment) else {
      return nil
    }
    let possible = possibleZones(of: address, at: moment)
    guard !possible.isEmpty else {
      return Obstacle(rank: 2, rule: .quietHoursZoneUnknown, event: policyStamp, end: nil)
    }
    let isOne = Set(possible.map(\.name)).count == 1
    let hours = rules.policy.quietHours
    var last: (end: Timestamp, zone: PossibleZone)?
    var isQuiet = false
    for zone in possible {
      guard let table = zones[zone.name] else {
        // Nobody knows what time it is there, so no hour is safe.
        return Obstacle(
          rank: 2, rule: .quietHoursZoneUnknown, event: zone.broughtBy, end: nil)
      }
      guard !hours.contains(moment, in: table) else { continue }
      isQuiet = true
      let end = hours.opening(from: moment, in: table) ?? .never
      if last.map({ ($0.end, $0.zone.broughtBy) < (end, zone.broughtBy) }) ?? true {
        last = (end, zone)
      }
    }
    guard isQuiet, let last else { return nil }
    return Obstacle(
      rank: 2, rule: isOne ? .quietHours : .quietHoursZoneUnknown,
      event: isOne ? policyStamp : last.zone.broughtBy,
      end: openEverywhere(possible, from: moment))
  }

  /// What she asked for just now may come now.
  private func isRequested(at moment: Timestamp) -> Bool {
    guard messageClass == .transactional, let occasion, occasion.stamp.author == .customer else {
      return false
    }
    return moment <= rules.policy.requestedWithin.after(occasion.stamp.time)
  }

  /// Those it was added with, and those of each postal address added since; if there are none, the country's. Zones from
  /// imports only add.
  func possibleZones(of address: Int, at moment: Timestamp) -> [PossibleZone] {
    let book = customer.book
    let own = book.addresses[address].adds.map { book.points[$0] }
      .filter { $0.stamp.time <= moment }
    let latest = own.last { !$0.isBrought }
    let since = latest ?? own.first
    let postal = book.points.filter { point in
      point.kind == "postal" && point.stamp.time <= moment
        && since.map { $0.stamp < point.stamp } ?? true
    }
    func named(_ points: [PointAdded]) -> [PossibleZone] {
      points.flatMap { point in
        point.timeZones.map { PossibleZone(name: $0, broughtBy: point.stamp) }
      }
    }
    var zones = named((latest.map { [$0] } ?? []) + postal.filter { !$0.isBrought })
    if zones.isEmpty {
      let country = customer.facts.countries.last { $0.stamp.time <= moment }?.value
      let names = country.flatMap { rules.policy.zonesByCountry[$0] } ?? []
      zones = names.map { PossibleZone(name: $0, broughtBy: policyStamp) }
    }
    zones += named((own + postal).filter(\.isBrought))
    // Nobody knows where she is at all: the zones of every country are possible.
    if zones.isEmpty {
      let all = Set(rules.policy.zonesByCountry.values.flatMap { $0 }).sorted()
      zones = all.map { PossibleZone(name: $0, broughtBy: policyStamp) }
    }
    return zones
  }

  /// The first moment at which no zone is quiet; nil if there is none.
  private func openEverywhere(_ possible: [PossibleZone], from start: Timestamp) -> Timestamp? {
    let tables = possible.compactMap { zones[$0.name] }
    var moment = start
    for _ in 0..<64 {
      var next = moment
      for table in tables {
        guard let opening = rules.policy.quietHours.opening(from: moment, in: table) else {
          return nil
        }
        next = max(next, opening)
      }
      if next == moment { return moment }
      moment = next
    }
    return nil
  }

  // MARK: Contacts that count

  /// A contact that is counted, and when it leaves the period.
  struct CountedContact {
    var stamp: EventStamp
    var leaves: Timestamp
  }

  /// Contacts within a period before a moment, by any department, and answers that can still be acted on.
  func counted(
    _ period: CalendarPeriod, at moment: Timestamp, _ isOf: (ContactFact) -> Bool
  ) -> [CountedContact] {
    var found: [CountedContact] = []
    for contact in customer.facts.contacts.reversed() where contact.stamp.time <= moment {
      let leaves = period.after(contact.stamp.time)
      if leaves <= moment { break }
      if isCounted(contact), isOf(contact) {
        found.append(CountedContact(stamp: contact.stamp, leaves: leaves))
      }
    }
    let lifetime = rules.policy.tokenLifetime
    for (index, token) in customer.facts.tokens.enumerated().reversed() {
      let stale = lifetime.after(token.stamp.time)
      if stale < moment { break }
      guard isLive(token, index, at: moment), isCounted(token), isOf(token) else { continue }
      let leaves = period.after(token.stamp.time)
      if leaves <= moment { continue }
      found.append(
        CountedContact(
          stamp: token.stamp,
          leaves: min(leaves, Timestamp(microseconds: stale.microseconds + 1))))
    }
    return found
  }

  /// Marketing and relationship messages count: by what the sender called them, and by their purpose.
  private func isCounted(_ contact: ContactFact) -> Bool {
    guard !asked.question.uncounted.contains(contact.stamp.id) else { return false }
    return contact.messageClass?.isCounted == true
      || rules.purposes[contact.purpose]?.messageClass.isCounted == true
  }
}
