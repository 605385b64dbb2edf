// What customers say about an address that another customer has as well, out of their facts.

extension AddressNotes {
  /// What is said about an address by others than `group`, as far as it was known: opt-outs that name a contact point
  /// of it, whoever has that contact point, and erasures that keep it, whoever was erased.
  ///
  /// - Parameters:
  ///   - address: the value, as contact points have it.
  ///   - kept: the same as erasures keep it; nil where contact points have it in that form too.
  ///   - group: who asks; what it says of itself is in its own facts.
  ///   - all: the facts of who says something about the address or has a contact point that is named, each subject
  ///     once, the group's own among them.
  ///
  /// Costs a look at each contact point, forbid and erasure of `all`.
  package init(
    about address: String, keptAs kept: String? = nil, besides group: [String],
    in all: [CustomerFacts], knownAt known: KnownAt = .end
  ) {
    self.init()
    // An id is a name that several customers may use: whose contact point of that name has the address.
    var holders: [String: Set<String>] = [:]
    for facts in all {
      let erased = facts.erasures.filter { $0.suppressed.contains(kept ?? address) }
      erasures += erased.map(\.stamp)
      // Which contact point of somebody erased had the address cannot be read any more: each may have. So it is for
      // every question, also for one that does not know of the erasure.
      for point in facts.points
      where known.includes(point.stamp) && (point.value == address || !erased.isEmpty) {
        holders[point.id, default: []].insert(facts.subject)
      }
    }
    if holders.isEmpty { return }
    for facts in all where !group.contains(facts.subject) {
      let named = facts.forbids.filter { forbid in
        guard forbid.kind == .optOut, known.includes(forbid.stamp),
          case .point(let id) = forbid.scope.point
        else { return false }
        return holders[id] != nil
      }
      if named.isEmpty { continue }
      // Who has a contact point of that name means that one.
      let own = Set(facts.points.lazy.filter { known.includes($0.stamp) }.map(\.id))
      optOuts += named.filter { forbid in
        guard case .point(let id) = forbid.scope.point else { return false }
        return !own.contains(id) || holders[id]?.contains(facts.subject) ?? false
      }
    }
  }
}
