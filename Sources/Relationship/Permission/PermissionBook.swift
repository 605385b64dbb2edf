// The fold over events of many customers, in memory: what the door and tests ask from.

package import JSONBytes

/// Facts of customers, of the house, and of addresses that customers share. Events may come in any order.
///
/// For one question it is enough to take in the events of the house (``HouseFacts/types``), of the customer's merged
/// subjects, of other customers whose contact points have one of her addresses, and of who opted out from one of these.
package struct PermissionBook: Sendable {
  package private(set) var house = HouseFacts()
  package private(set) var merges = MergeFacts()
  package private(set) var customers: [String: CustomerFacts] = [:]
  /// Position of the last event taken in.
  package private(set) var readUpTo: UInt64?

  /// By the keyed hash of an address: whose erasure keeps it.
  private var erased: [String: Set<String>] = [:]
  /// By the value of an address: who has it, and the ids of contact points that stand for it.
  private var holders: [String: (subjects: Set<String>, ids: Set<String>)] = [:]
  /// By the id of a contact point: the contact points of that name, and who opted out from it.
  private var points: [String: [PointAdded]] = [:]
  private var optedOut: [String: Set<String>] = [:]

  private let hash: @Sendable (String) -> String?

  /// `hash` gives the keyed hash of a contact point's value that erasures keep; without it no address is suppressed.
  package init(hash: @escaping @Sendable (String) -> String? = { _ in nil }) { self.hash = hash }

  /// Takes in an event.
  package mutating func take(_ event: PermissionEvent) {
    readUpTo = max(readUpTo ?? 0, event.stamp.place)
    guard let subject = event.subject else {
      house.take(event)
      return
    }
    merges.take(event)
    // What this event alone says, to be found by its address as well.
    var own = CustomerFacts(subject)
    own.takeWord(event, hash: hash)
    for point in own.points {
      if let value = point.value {
        holders[value, default: ([], [])].subjects.insert(subject)
        holders[value, default: ([], [])].ids.insert(point.id)
      }
      points[point.id, default: []].append(point)
    }
    for forbid in own.forbids where forbid.kind == .optOut {
      if case .point(let id) = forbid.scope.point { optedOut[id, default: []].insert(subject) }
    }
    for hash in own.erasures.flatMap(\.suppressed) { erased[hash, default: []].insert(subject) }
    customers[subject, default: CustomerFacts(subject)].take(event, hash: hash)
  }

  /// The rules in force; nil where no policy is.
  package func rules(at instant: Timestamp, knownAt known: KnownAt = .end) -> PermissionRules? {
    PermissionRules(house, at: instant, knownAt: known)
  }

  /// A customer, ready for questions about `instant`. An absorbed subject stands for the whole group.
  package func customer(
    _ subject: String, at instant: Timestamp, knownAt known: KnownAt = .end
  ) -> CustomerPermission {
    let group = merges.group(of: subject, at: instant, knownAt: known)
    return CustomerPermission(
      group, facts: group.subjects.compactMap { customers[$0] }, knownAt: known,
      readUpTo: readUpTo, notes: { notes(of: $0, besides: group.subjects, knownAt: known) },
      pointsElsewhere: { points[$0] ?? [] })
  }

  /// What other customers said about an address.
  private func notes(
    of point: PointAdded, besides group: [String], knownAt known: KnownAt
  ) -> AddressNotes {
    let value = point.value ?? ""
    let keepers = point.suppressionHash.flatMap { erased[$0] } ?? []
    let holding = holders[value] ?? ([], [])
    // Every name that the address goes by, or went by as far as can be told, and who opted out from it by one of them.
    let names = holding.ids.union(keepers.flatMap { customers[$0]?.points.map(\.id) ?? [] })
    let speakers = names.reduce(into: keepers) { $0.formUnion(optedOut[$1] ?? []) }
    if speakers.isSubset(of: group) { return AddressNotes() }
    return AddressNotes(
      about: value, keptAs: point.suppressionHash, besides: group,
      in: holding.subjects.union(speakers).sorted().compactMap { customers[$0] }, knownAt: known)
  }

  /// Decides, for one moment and one state of knowledge.
  ///
  /// Throws ``PermissionError/noPolicy`` where no policy is in force. Costs a fold of the customer's facts; ask a
  /// prepared customer where many questions follow.
  package func answer(
    _ question: PermissionQuestion, at instant: Timestamp, knownAt known: KnownAt = .end,
    zones: ZoneTable
  ) throws(PermissionError) -> PermissionAnswer {
    guard let rules = rules(at: instant, knownAt: known) else { throw .noPolicy }
    return Permission(under: rules, zones: zones)
      .answer(question, of: customer(question.customer, at: instant, knownAt: known))
  }
}
