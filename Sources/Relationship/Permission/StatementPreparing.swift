// Which statements count as far as the log alone can say, and which addresses they are bound to.

import JSONBytes

/// Makes the statements of one customer ready.
struct StatementPreparing {
  let subjects: [String]
  let known: KnownAt
  let book: AddressBook

  /// `elsewhere`: for each address, opt-outs of other customers; `pointsElsewhere`: their contact points by id.
  func statements(
    of all: [CustomerFacts], elsewhere: [[Forbid]],
    pointsElsewhere: (String) -> [PointAdded]
  ) -> [PreparedStatement] {
    var statements: [PreparedStatement] = []
    for (subject, facts) in subjects.paired(with: all) {
      if !facts.permits.isEmpty {
        let papers = PermitPapers(facts, knownAt: known)
        for permit in facts.permits where known.includes(permit.stamp) {
          if let statement = prepared(permit, subject, papers) { statements.append(statement) }
        }
      }
      for forbid in facts.forbids where known.includes(forbid.stamp) {
        let bound = addresses(of: forbid, by: subject, pointsElsewhere)
        statements += prepared(forbid, subject, bound)
      }
    }
    for (address, optOuts) in elsewhere.enumerated() {
      for forbid in optOuts where known.includes(forbid.stamp) {
        statements += prepared(forbid, PreparedStatement.elsewhere, [address])
      }
    }
    return statements.sorted(by: PreparedStatement.isOrdered)
  }

  /// A yes that counts; nil for one that never does. It is bound to the address that its contact point had when it took
  /// effect.
  private func prepared(
    _ permit: Permit, _ subject: Int, _ papers: PermitPapers
  ) -> PreparedStatement? {
    guard papers.defect(of: permit) == nil else { return nil }
    let effect = permit.stamp.momentOfYes
    let address =
      switch permit.scope.point {
      case .any: PreparedStatement.anyAddress
      case .none: PreparedStatement.noAddress
      case .point(let id):
        // What an import brings later is no address that she said yes for.
        book.isKnown(id, by: owner(subject), to: permit.stamp)
          ? book.address(ofYes: id, by: owner(subject), at: effect)
            ?? PreparedStatement.unknownAddress : PreparedStatement.unknownAddress
      }
    return PreparedStatement(
      kind: permit.kind, subject: subject, purpose: permit.scope.purpose,
      topic: permit.scope.topic, channel: permit.scope.channel, address: address, effect: effect,
      end: papers.end(of: permit), isSigned: permit.isSigned, stamp: permit.stamp)
  }

  /// A no, once for each address and channel that it reaches.
  private func prepared(
    _ forbid: Forbid, _ subject: Int, _ addresses: [Int]
  ) -> [PreparedStatement] {
    addresses.flatMap { address in
      var channels = [forbid.scope.channel]
      if forbid.reachesChannelsOfPoint, address >= 0 {
        channels = book.addresses[address].adds.flatMap { book.points[$0].channels }
        channels = Array(Set(channels)).sorted { $0.text < $1.text }
      }
      return channels.map {
        PreparedStatement(
          kind: forbid.kind, subject: subject, purpose: forbid.scope.purpose,
          topic: forbid.scope.topic, channel: $0, address: address,
          effect: forbid.stamp.momentOfNo, end: nil, isSigned: false, stamp: forbid.stamp)
      }
    }
  }

  /// What a no is bound to: every address that its contact point ever had. One that nobody knows is no excuse: then the
  /// no is about the person.
  private func addresses(
    of forbid: Forbid, by subject: Int, _ pointsElsewhere: (String) -> [PointAdded]
  ) -> [Int] {
    guard case .point(let id) = forbid.scope.point else {
      return [
        forbid.scope.point == .none
          ? PreparedStatement.noAddress : PreparedStatement.anyAddress
      ]
    }
    let own = book.allAddresses(ofPoint: id, by: owner(subject))
    if !own.isEmpty {
      return book.isKnown(id, by: owner(subject), to: forbid.stamp)
        ? own : [PreparedStatement.anyAddress]
    }
    // Somebody else's contact point, and perhaps an address that she has as well.
    let others = pointsElsewhere(id).filter { known.includes($0.stamp) }
    let isKnown = others.contains { !$0.isBrought || $0.stamp.recorded <= forbid.stamp.recorded }
    guard isKnown, others.allSatisfy({ $0.value != nil }) else {
      return [PreparedStatement.anyAddress]
    }
    return Set(others.compactMap { $0.value.flatMap(book.address(ofValue:)) }).sorted()
  }

  /// In a customer of one subject every id is hers.
  private func owner(_ subject: Int) -> Int? { subjects.count > 1 ? subject : nil }
}

extension [String] {
  /// The facts of these subjects, each with the index of its subject. Costs a look-up for each.
  func paired(with all: [CustomerFacts]) -> [(index: Int, facts: CustomerFacts)] {
    if count == 1 { return all.compactMap { $0.subject == self[0] ? (0, $0) : nil } }
    let indexes = Dictionary(zip(self, indices)) { first, _ in first }
    return all.compactMap { facts in indexes[facts.subject].map { ($0, facts) } }
  }
}
