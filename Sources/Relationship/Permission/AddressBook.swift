// Contact points and the addresses they stand for: two contact points of the same value are one address.

import JSONBytes

/// The addresses of one customer.
struct AddressBook: Sendable {
  struct Address: Sendable {
    /// Indexes of points, by stamp.
    var adds: [Int] = []
    var verifications: [PointChange] = []
    var invalidations: [PointChange] = []
    /// Matches and clearances of statutory lists, by stamp.
    var listings: [Listing] = []
    /// Indexes of the steps by which she came here.
    var arrivals: [Int] = []
  }

  /// She herself put one address in place of another.
  struct Step: Sendable {
    var from: Int
    var to: Int
    /// Of the `contactpoint.added`.
    var stamp: EventStamp
  }

  /// By stamp.
  let points: [PointAdded]
  private(set) var addresses: [Address] = []
  /// Of each point.
  private(set) var addressOfPoint: [Int] = []
  /// Indexes of the points that are postal addresses.
  private(set) var postal: [Int] = []
  /// By stamp.
  private(set) var steps: [Step] = []
  private var byValue: [String: Int] = [:]
  private var byId: [String: PointUses] = [:]
  /// Where several subjects are one customer: ids of each, for an id names a contact point of its own subject first.
  private var byOwner: [OwnedId: PointUses] = [:]
  private let subjects: Range<Int>
  private let owners: Owners?

  private struct OwnedId: Hashable {
    var owner: Int
    var id: String
  }

  /// `joined`: the facts of all `subjects` together; `all`: of each of them.
  init(_ joined: CustomerFacts, of subjects: [String], _ all: [CustomerFacts]) {
    points = Array(joined.points)
    self.subjects = subjects.indices
    owners = all.count > 1 ? Owners(subjects, all) : nil
    for (index, point) in points.enumerated() {
      let address = add(index, point)
      let owner = owner(of: point.stamp)
      take(point, to: address, owner)
      let use = PointUses.Use(address, point)
      PointUses.add(use, to: &byId[point.id])
      if let owner { PointUses.add(use, to: &byOwner[OwnedId(owner: owner, id: point.id)]) }
    }
    for change in joined.verifications {
      // What loosens is bound to the address that the id had then.
      let owner = owner(of: change.stamp)
      guard let address = address(ofPoint: change.id, by: owner, meantBy: change.stamp) else {
        continue
      }
      addresses[address].verifications.append(change)
    }
    for change in joined.invalidations {
      for address in allAddresses(ofPoint: change.id, by: owner(of: change.stamp)) {
        addresses[address].invalidations.append(change)
      }
    }
    for listing in joined.listings {
      let owner = owner(of: listing.stamp)
      let bound =
        listing.isMatch
        ? allAddresses(ofPoint: listing.point, by: owner)
        : address(ofPoint: listing.point, by: owner, meantBy: listing.stamp).map { [$0] } ?? []
      for address in bound { addresses[address].listings.append(listing) }
    }
  }

  /// The address of a point that is added, made where it is new. One that cannot be read stands for itself alone.
  private mutating func add(_ index: Int, _ point: PointAdded) -> Int {
    let address = point.value.flatMap { byValue[$0] } ?? addresses.count
    if address == addresses.count { addresses.append(Address()) }
    if let value = point.value { byValue[value] = address }
    addresses[address].adds.append(index)
    if point.kind == "postal" { postal.append(index) }
    addressOfPoint.append(address)
    return address
  }

  /// The step by which she came to an address. Staff, imports and brokers carry nothing, nor does another kind of
  /// address.
  private mutating func take(_ point: PointAdded, to address: Int, _ owner: Int?) {
    guard let replaced = point.replaces, point.stamp.author == .customer, !point.isBrought,
      let from = self.address(ofPoint: replaced, by: owner, meantBy: point.stamp), from != address,
      addresses[from].adds.contains(where: { points[$0].kind == point.kind })
    else { return }
    addresses[address].arrivals.append(steps.count)
    steps.append(Step(from: from, to: address, stamp: point.stamp))
  }

  // MARK: What an id stands for

  /// Whose an event is, as far as ids of contact points matter; nil where all is one subject's.
  func owner(of stamp: EventStamp) -> Int? { owners?.byStamp[stamp] }

  private func uses(of id: String, by owner: Int?) -> PointUses? {
    owner.flatMap { byOwner[OwnedId(owner: $0, id: id)] } ?? byId[id]
  }

  /// Every address that the id ever had: what a no is bound to. Of the ids of `owner`, if it has this one; empty where
  /// it is nobody's here.
  func allAddresses(ofPoint id: String, by owner: Int? = nil) -> [Int] {
    uses(of: id, by: owner)?.addresses ?? []
  }

  /// The address that the id has at an instant; nil if it was not added by then. What she or staff added stands before
  /// what an import brought, and an id of `owner` before that of another subject.
  func address(ofPoint id: String, by owner: Int? = nil, at instant: Timestamp) -> Int? {
    uses(of: id, by: owner)?.address(at: instant)
  }

  /// The address that a word meant by an id: the one that it had then, of those that she or staff added or that an
  /// import had brought by the time the word was recorded. An import that comes later changes no word that loosens.
  func address(ofPoint id: String, by owner: Int?, meantBy word: EventStamp) -> Int? {
    uses(of: id, by: owner)?.address(meantBy: word)
  }

  /// The addresses that a question may mean by an id: more than one where subjects that are one customer use it for
  /// different ones.
  func addresses(ofPoint id: String, at instant: Timestamp) -> [Int] {
    guard let uses = byId[id] else { return [] }
    if byOwner.isEmpty || uses.addresses.count == 1 {
      return uses.address(at: instant).map { [$0] } ?? []
    }
    return Set(subjects.compactMap { byOwner[OwnedId(owner: $0, id: id)]?.address(at: instant) })
      .sorted()
  }

  /// The address that a yes is given for: the one that its id had when it took effect; before it had any, its first.
  func address(ofYes id: String, by owner: Int?, at effect: Timestamp) -> Int? {
    guard let uses = uses(of: id, by: owner) else { return nil }
    return uses.address(at: effect) ?? uses.first
  }

  /// The address of a value.
  func address(ofValue value: String) -> Int? { byValue[value] }

  /// Whether who said something about an id can have meant its addresses: she or staff added it, or an import had
  /// brought it by then.
  func isKnown(_ id: String, by owner: Int?, to word: EventStamp) -> Bool {
    uses(of: id, by: owner)?.isKnown(to: word) ?? false
  }

  /// The address at an instant, as statements are bound; see ``PreparedStatement/address``.
  func address(of point: PointScope, at instant: Timestamp) -> Int {
    switch point {
    case .any: PreparedStatement.anyAddress
    case .none: PreparedStatement.noAddress
    case .point(let id):
      address(ofYes: id, by: nil, at: instant) ?? PreparedStatement.unknownAddress
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
    guard !entry.invalidations.isEmpty else { return nil }
    let added = entry.adds.last { index in
      let point = points[index]
      return !point.isBrought && [.customer, .staff].contains(point.stamp.author)
        && point.stamp.time <= instant
    }.map { points[$0].stamp }
    let verified = entry.verifications.last { $0.stamp.time <= instant }?.stamp
    return entry.invalidations.last { change in
      guard change.stamp.time <= instant else { return false }
      let isAddedAnew = added.map { change.stamp < $0 } ?? false
      let isVerified = !change.isReassigned && (verified.map { change.stamp < $0 } ?? false)
      return !isAddedAnew && !isVerified
    }?.stamp
  }
}

/// The addresses that one contact point's id had, one after another. Nearly always it is one.
private struct PointUses: Sendable {
  struct Use {
    var address: Int
    var time: Timestamp
    var recorded: Timestamp
    var isBrought: Bool

    init(_ address: Int, _ point: PointAdded) {
      self.address = address
      time = point.stamp.time
      recorded = point.stamp.recorded
      isBrought = point.isBrought
    }
  }

  private let earliest: Use
  /// Where there are more: what she or staff added, and what imports and brokers brought, by stamp.
  private var own: [Use] = []
  private var brought: [Use] = []
  private var others: [Int] = []

  static func add(_ use: Use, to uses: inout PointUses?) {
    if uses == nil { uses = PointUses(earliest: use) } else { uses?.add(use) }
  }

  private init(earliest: Use) { self.earliest = earliest }

  private mutating func add(_ use: Use) {
    if own.isEmpty, brought.isEmpty { sort(earliest) }
    sort(use)
    if use.address != earliest.address, !others.contains(use.address) { others.append(use.address) }
  }

  private mutating func sort(_ use: Use) {
    if use.isBrought { brought.append(use) } else { own.append(use) }
  }

  private var isOne: Bool { own.isEmpty && brought.isEmpty }

  /// Each once.
  var addresses: [Int] { [earliest.address] + others }

  /// The first; what an import brought gives way to what she or staff added.
  var first: Int { (own.first ?? earliest).address }

  func address(at instant: Timestamp) -> Int? {
    if isOne { return earliest.time <= instant ? earliest.address : nil }
    return Self.last(own, at: instant) ?? Self.last(brought, at: instant)
  }

  func address(meantBy word: EventStamp) -> Int? {
    let brought = isOne ? (earliest.isBrought ? [earliest] : []) : brought
    let own = isOne ? (earliest.isBrought ? [] : [earliest]) : own
    return Self.last(own, at: word.time)
      ?? brought.last { $0.time <= word.time && $0.recorded <= word.recorded }?.address
  }

  private static func last(_ uses: [Use], at instant: Timestamp) -> Int? {
    let end = uses.insertionIndex { $0.time <= instant }
    return end > 0 ? uses[end - 1].address : nil
  }

  func isKnown(to word: EventStamp) -> Bool {
    if !own.isEmpty || isOne && !earliest.isBrought { return true }
    return (isOne ? [earliest] : brought).contains { $0.recorded <= word.recorded }
  }
}

/// Which subject's an event is.
private struct Owners: Sendable {
  private(set) var byStamp: [EventStamp: Int] = [:]

  init(_ subjects: [String], _ all: [CustomerFacts]) {
    for (owner, facts) in subjects.paired(with: all) {
      for point in facts.points { byStamp[point.stamp] = owner }
      for change in facts.verifications { byStamp[change.stamp] = owner }
      for change in facts.invalidations { byStamp[change.stamp] = owner }
      for listing in facts.listings { byStamp[listing.stamp] = owner }
      for order in facts.orders { byStamp[order.stamp] = owner }
    }
  }
}
