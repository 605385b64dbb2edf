// The fold over events of many customers, in memory: what the door and tests ask from.

package import JSONBytes

/// Facts of customers, of the house, and of addresses that customers share. Events may come in any order.
///
/// For one question it is enough to take in the events of the house (``HouseFacts/types``), of the customer's merged
/// subjects, and of other customers whose contact points have one of her addresses.
package struct PermissionBook: Sendable {
  package private(set) var house = HouseFacts()
  package private(set) var merges = MergeFacts()
  package private(set) var customers: [String: CustomerFacts] = [:]
  /// Position of the last event taken in.
  package private(set) var readUpTo: UInt64?

  /// By the keyed hash of an address: erasures that keep it, with their subjects.
  private var erasures: [String: [(subject: String, stamp: EventStamp)]] = [:]
  /// By the value of an address: its contact points, with their subjects.
  private var points: [String: [(subject: String, point: PointAdded)]] = [:]
  /// By contact point: opt-outs that name it.
  private var optOuts: [String: [(subject: String, forbid: Forbid)]] = [:]

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
    own.take(event, hash: hash)
    for point in own.points {
      if let value = point.value { points[value, default: []].append((subject, point)) }
    }
    for forbid in own.forbids where forbid.kind == .optOut {
      if case .point(let id) = forbid.scope.point {
        optOuts[id, default: []].append((subject, forbid))
      }
    }
    for erasure in own.erasures {
      for hash in erasure.suppressed {
        erasures[hash, default: []].append((subject, erasure.stamp))
      }
    }
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
      readUpTo: readUpTo, notes: { notes(of: $0, besides: group.subjects, knownAt: known) })
  }

  /// What other customers said about an address.
  private func notes(
    of point: PointAdded, besides group: [String], knownAt known: KnownAt
  ) -> AddressNotes {
    var notes = AddressNotes()
    func add(_ forbid: Forbid) {
      if !notes.optOuts.contains(forbid) { notes.optOuts.append(forbid) }
    }
    for (subject, other) in points[point.value ?? ""] ?? []
    where !group.contains(subject) && known.includes(other.stamp) {
      for (author, forbid) in optOuts[other.id] ?? [] where !group.contains(author) { add(forbid) }
    }
    for (subject, stamp) in point.suppressionHash.flatMap({ erasures[$0] }) ?? [] {
      notes.erasures.append(stamp)
      guard known.includes(stamp), !group.contains(subject) else { continue }
      // Which of the erased addresses an opt-out was about cannot be read any more: it holds for each.
      for forbid in customers[subject]?.forbids ?? [] where forbid.kind == .optOut {
        if case .point = forbid.scope.point { add(forbid) }
      }
    }
    return notes
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
