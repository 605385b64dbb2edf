// Contact points and the addresses they stand for: two contact points of the same value are one address.

import JSONBytes

/// The addresses of one customer.
struct AddressBook: Sendable {
  /// Where an address was taken over from: she herself replaced the old one by this one.
  struct Carry: Sendable {
    /// The address it was taken over from, perhaps by way of others.
    var from: Int
    /// When the old one was replaced: a yes for it from later on is not carried.
    var left: Timestamp
    /// When this one was added: from then on statements are carried.
    var arrived: Timestamp
    /// The `contactpoint.added` by which they came here.
    var via: EventStamp
  }

  struct Address: Sendable {
    /// Indexes of points, by stamp.
    var adds: [Int] = []
    var carries: [Carry] = []
    var verifications: [PointChange] = []
    var invalidations: [PointChange] = []
  }

  /// By stamp.
  let points: [PointAdded]
  private(set) var addresses: [Address] = []
  /// Of each point.
  private(set) var addressOfPoint: [Int] = []
  private var byId: [String: Int] = [:]

  init(_ facts: CustomerFacts) {
    points = facts.points
    var byValue: [String: Int] = [:]
    for (index, point) in points.enumerated() {
      let address: Int
      if let value = point.value {
        address = byValue[value] ?? addresses.count
        byValue[value] = address
      } else {
        address = addresses.count
      }
      if address == addresses.count { addresses.append(Address()) }
      addresses[address].adds.append(index)
      addressOfPoint.append(address)
      // A contact point that was added again stands for what was said last.
      byId[point.id] = address
    }
    for change in facts.verifications {
      if let address = byId[change.id] { addresses[address].verifications.append(change) }
    }
    for change in facts.invalidations {
      if let address = byId[change.id] { addresses[address].invalidations.append(change) }
    }
    carry()
  }

  /// The address of a contact point; nil if it is not the customer's.
  func address(ofPoint id: String) -> Int? { byId[id] }

  /// What a statement's contact point is bound to.
  func address(of point: PointScope) -> Int {
    switch point {
    case .any: PreparedStatement.anyAddress
    case .none: PreparedStatement.noAddress
    case .point(let id): byId[id] ?? PreparedStatement.unknownAddress
    }
  }

  /// Follows every chain of replacements. Staff, imports and brokers carry nothing, nor does another kind of address.
  private mutating func carry() {
    var steps: [[Carry]] = Array(repeating: [], count: addresses.count)
    for (index, point) in points.enumerated() {
      guard let replaced = point.replaces, point.stamp.author == .customer, !point.isBrought,
        let old = byId[replaced], old != addressOfPoint[index],
        addresses[old].adds.contains(where: { points[$0].kind == point.kind })
      else { continue }
      steps[addressOfPoint[index]].append(
        Carry(from: old, left: point.stamp.time, arrived: point.stamp.time, via: point.stamp))
    }
    for address in addresses.indices where !steps[address].isEmpty {
      var seen: Set = [address]
      var open = steps[address]
      while let step = open.popLast() {
        guard seen.insert(step.from).inserted else { continue }
        addresses[address].carries.append(step)
        for earlier in steps[step.from] {
          open.append(
            Carry(
              from: earlier.from, left: earlier.left,
              arrived: max(earlier.arrived, step.arrived), via: step.via))
        }
      }
    }
  }

  // MARK: At an instant

  /// The additions of an address that count: an import of an address that she has already adds nothing.
  func adds(of address: Int, at instant: Timestamp) -> [PointAdded] {
    let all = addresses[address].adds.map { points[$0] }.filter { $0.stamp.time <= instant }
    let own = all.filter { !$0.isBrought }
    return own.isEmpty ? all : own
  }

  /// Whether it is known only from imports and brokers, and nobody verified it since: then the first of them.
  func importOnly(_ address: Int, at instant: Timestamp) -> EventStamp? {
    let all = adds(of: address, at: instant)
    guard let first = all.first, all.allSatisfy(\.isBrought) else { return nil }
    let isVerified = addresses[address].verifications.contains {
      $0.stamp.time <= instant && first.stamp < $0.stamp
    }
    return isVerified ? nil : first.stamp
  }

  /// The latest invalidation that nothing made good since; nil if the address reaches her.
  func invalidation(of address: Int, at instant: Timestamp) -> EventStamp? {
    let entry = addresses[address]
    return entry.invalidations.last { change in
      guard change.stamp.time <= instant else { return false }
      func isLater(_ stamp: EventStamp) -> Bool { change.stamp < stamp && stamp.time <= instant }
      let isAddedAnew = entry.adds.contains { index in
        let point = points[index]
        return !point.isBrought && [.customer, .staff].contains(point.stamp.author)
          && isLater(point.stamp)
      }
      let isVerified =
        !change.isReassigned && entry.verifications.contains { isLater($0.stamp) }
      return !isAddedAnew && !isVerified
    }?.stamp
  }
}
