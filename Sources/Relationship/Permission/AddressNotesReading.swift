// What customers say about an address that another customer has as well, out of their facts.

extension AddressNotes {
  /// What `others` say about an address, as far as it was known: opt-outs that name one of their contact points of it,
  /// and erasures that keep it, with the opt-outs of who was erased.
  ///
  /// `group` is left out of the first: what it says of itself is in its own facts. Nobody is looked at twice. Costs a
  /// look at each contact point, forbid and erasure of `others`.
  package init(
    about address: String, besides group: [String], in others: [CustomerFacts],
    knownAt known: KnownAt = .end
  ) {
    self.init()
    func isOther(_ facts: CustomerFacts) -> Bool { !group.contains(facts.subject) }
    func add(_ facts: CustomerFacts, where isMeant: (String) -> Bool) {
      for forbid in facts.forbids where forbid.kind == .optOut {
        guard case .point(let id) = forbid.scope.point, isMeant(id), !optOuts.contains(forbid)
        else { continue }
        optOuts.append(forbid)
      }
    }
    var ids: Set<String> = []
    for facts in others where isOther(facts) {
      for point in facts.points where point.value == address && known.includes(point.stamp) {
        ids.insert(point.id)
      }
    }
    for facts in others {
      if !ids.isEmpty, isOther(facts) { add(facts) { ids.contains($0) } }
      for erasure in facts.erasures where erasure.suppressed.contains(address) {
        erasures.append(erasure.stamp)
        // Which of the erased addresses an opt-out was about cannot be read any more: it holds for each.
        if known.includes(erasure.stamp), isOther(facts) { add(facts) { _ in true } }
      }
    }
  }
}
