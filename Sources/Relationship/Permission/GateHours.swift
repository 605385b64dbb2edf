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

  /// Those it was added with, ever, and those of each postal address that she has added since; if there are none, the
  /// country's. Zones of postal addresses from staff, and all zones from imports, only add.
  func possibleZones(of address: Int, at moment: Timestamp) -> [PossibleZone] {
    let book = customer.book
    func known(_ indexes: [Int]) -> [PointAdded] {
      indexes.map { book.points[$0] }.filter { $0.stamp.time <= moment }
    }
    func named(_ points: [PointAdded]) -> [PossibleZone] {
      points.flatMap { point in
        point.timeZones.map { PossibleZone(name: $0, broughtBy: point.stamp) }
      }
    }
    let phones = known(book.addresses[address].adds)
    let given = phones.filter { !$0.isBrought }
    let first = given.first ?? phones.first
    let postal = known(book.postal).filter { point in first.map { $0.stamp < point.stamp } ?? true }
    // An address from before she gave the number last says less of where it is now.
    let last = given.last ?? phones.first
    let own = postal.filter { point in
      !point.isBrought && point.stamp.author == .customer
        && last.map { $0.stamp < point.stamp } ?? true
    }
    var zones = named(given + own)
    if zones.isEmpty {
      let country = customer.facts.countries.last { $0.stamp.time <= moment }?.value
      let names = country.flatMap { rules.policy.zonesByCountry[$0] } ?? []
      zones = names.map { PossibleZone(name: $0, broughtBy: policyStamp) }
    }
    // Nobody knows where she is at all: the zones of every country are possible.
    if zones.isEmpty {
      let all = Set(rules.policy.zonesByCountry.values.flatMap { $0 }).sorted()
      zones = all.map { PossibleZone(name: $0, broughtBy: policyStamp) }
    }
    return zones + named(phones.filter(\.isBrought) + postal)
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
    let contacts = customer.facts.contacts
    let end = contacts.count(upTo: moment)
    for contact in contacts[..<end].reversed() {
      let leaves = period.after(contact.stamp.time)
      // The ends of months come together: what was sent a day before may leave later, but by less than a day.
      if leaves.microseconds + Self.day <= moment.microseconds { break }
      if leaves > moment, isCounted(contact), isOf(contact) {
        found.append(CountedContact(stamp: contact.stamp, leaves: leaves))
      }
    }
    let tokens = customer.facts.tokens
    let known = tokens.count(upTo: moment)
    let lifetime = rules.policy.tokenLifetime
    for index in (0..<known).reversed() {
      let token = tokens[index]
      let stale = lifetime.after(token.stamp.time)
      if stale.microseconds + Self.day <= moment.microseconds { break }
      guard isLive(token, index, at: moment), isCounted(token), isOf(token) else { continue }
      let leaves = period.after(token.stamp.time)
      if leaves <= moment { continue }
      let ends = [
        leaves, Timestamp(microseconds: stale.microseconds + 1), customer.tokenUses[index],
      ]
      found.append(
        CountedContact(stamp: token.stamp, leaves: ends.compactMap { $0 }.min() ?? leaves))
    }
    return found
  }

  private static let day: Int64 = 86_400_000_000

  /// Marketing and relationship messages count: by what the sender called them, and by their purpose.
  private func isCounted(_ contact: ContactFact) -> Bool {
    guard !asked.question.uncounted.contains(contact.stamp.id) else { return false }
    return contact.messageClass?.isCounted == true
      || rules.purposes[contact.purpose]?.messageClass.isCounted == true
  }
}
