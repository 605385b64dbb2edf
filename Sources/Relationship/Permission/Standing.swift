// Which statement wins: section 2.5 of the rules, for one question.

import JSONBytes

/// What the statements that cover a question come to. Order of arrival plays no part: the statements stand in the order
/// of their effect.
struct Standing {
  enum Result: Hashable {
    case nothing
    /// The winner: the last permit that covers.
    case permitted(Int)
    /// The winner: the last forbid that nothing lifts.
    case forbidden(Int)
  }

  private(set) var result = Result.nothing
  /// Forbids that nothing lifts, in order.
  private(set) var forbids: [Int] = []
  /// Her own permits that cover and hold, in order.
  private(set) var permits: [Int] = []
  /// The last `guardian.consented` that covers, whether or not it has ended.
  private(set) var guardian: Int?
  /// The last one that holds.
  private(set) var guardianInForce: Int?
  /// The last permit that covers and has expired.
  private(set) var expired: Int?

  /// - Parameters:
  ///   - registered: when the purpose was first registered; no earlier permit covers it.
  ///   - age: nil: she is of age, and always was.
  ///   - address: as statements are bound, see ``PreparedStatement/address``.
  ///   - only: run over the statements of one subject; nil: over all together.
  ///
  /// Costs one pass over the statements, and for each forbid that covers a pass over the permits that do.
  init(
    _ asked: AskedScope, registered: Timestamp, _ customer: CustomerPermission,
    at instant: Timestamp, address: Int, age: AgeStanding?, onlySubject only: Int?
  ) {
    let statements = customer.statements
    guard !statements.isEmpty else { return }
    let carries = address >= 0 ? customer.book.addresses[address].carries : []
    var covering: [Int] = []
    for index in statements.indices {
      if statements[index].effect > instant { break }
      guard statements[index].purpose.covers(asked.purpose),
        statements[index].channel.covers(asked.channel),
        statements[index].topic.covers(asked.topic),
        Self.reaches(statements[index], address, carries, instant)
      else { continue }
      if let only, statements[index].subject != only,
        statements[index].subject != PreparedStatement.elsewhere
      {
        continue
      }
      if !statements[index].kind.isPermit {
        covering.append(index)
      } else if statements[index].effect >= registered {
        take(index, statements[index], instant, age?.permitsCountFrom ?? .first)
      }
    }
    forbids = covering.filter { !isLifted(statements[$0], statements, customer.facts, instant) }
    if let last = forbids.last {
      result = .forbidden(last)
    } else {
      // A guardian's word holds while she is under age; her own never does then.
      let isMinor = age.map { $0.minor != nil || $0.isUnknown } ?? true
      let winner = max(permits.last ?? -1, isMinor ? guardianInForce ?? -1 : -1)
      if winner >= 0 { result = .permitted(winner) }
    }
  }

  private mutating func take(
    _ index: Int, _ permit: PreparedStatement, _ instant: Timestamp, _ ofAge: Timestamp
  ) {
    let holds = permit.end.map { instant < $0 } ?? true
    if permit.kind == .guardian {
      guardian = index
      if holds { guardianInForce = index }
    } else if permit.effect >= ofAge {
      if holds { permits.append(index) }
    } else {
      return
    }
    if !holds { expired = index }
  }

  private static func reaches(
    _ statement: PreparedStatement, _ address: Int, _ carries: [AddressBook.Carry],
    _ instant: Timestamp
  ) -> Bool {
    if statement.address == PreparedStatement.anyAddress { return true }
    if statement.address == address { return address != PreparedStatement.unknownAddress }
    // What she took over from an old address. Another customer's no stays with the address.
    guard statement.address >= 0, statement.subject != PreparedStatement.elsewhere else {
      return false
    }
    return carries.contains {
      $0.from == statement.address && $0.arrived <= instant
        && (!statement.kind.isPermit || statement.effect <= $0.left)
    }
  }

  /// A permit lifts an earlier forbid if it names purpose and channel and is no wider; a wish lifts a lack of interest in
  /// the same topic.
  private func isLifted(
    _ forbid: PreparedStatement, _ statements: [PreparedStatement], _ facts: CustomerFacts,
    _ instant: Timestamp
  ) -> Bool {
    let isLifted = permits.contains { index in
      statements[index].effect > forbid.effect && !statements[index].channel.isEverything
        && statements[index].purpose.isNoWider(than: forbid.purpose)
        && statements[index].topic.isNoWider(than: forbid.topic)
        && statements[index].channel.isNoWider(than: forbid.channel)
    }
    if isLifted || forbid.kind != .notInterested { return isLifted }
    return facts.wishes.contains {
      $0.topic == forbid.topic.text && $0.stamp.time > forbid.effect && $0.stamp.time <= instant
    }
  }

  /// The address event by which the winner came to an address; nil if it was given for it.
  static func carrier(
    of statement: PreparedStatement, to address: Int?, _ book: AddressBook, _ instant: Timestamp
  ) -> EventStamp? {
    guard let address, statement.address >= 0, statement.address != address else { return nil }
    return book.addresses[address].carries.last {
      $0.from == statement.address && $0.arrived <= instant && statement.effect <= $0.left
    }?.via
  }
}
