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
  ///
  /// Costs one pass over the statements, and for each forbid that covers a look at the scopes of later permits.
  init(
    _ asked: AskedScope, registered: Timestamp, _ customer: CustomerPermission,
    at instant: Timestamp, address: Int, age: AgeStanding?
  ) {
    let statements = customer.statements
    guard !statements.isEmpty else { return }
    let reach = customer.book.reach(of: address, at: instant)
    var covering: [Int] = []
    var lifting = Lifting(address: address, instant: instant)
    for index in statements.indices {
      if statements[index].effect > instant { break }
      guard statements[index].purpose.covers(asked.purpose),
        statements[index].topic.covers(asked.topic)
      else { continue }
      // What is asked about a channel is asked about those below it as well.
      let isBelow = !statements[index].channel.covers(asked.channel)
      guard !isBelow || statements[index].channel.isBelow(asked.channel),
        Self.reaches(statements[index], address, reach)
      else { continue }
      if !statements[index].kind.isPermit {
        covering.append(index)
      } else if statements[index].effect >= registered {
        let ofAge = age?.permitsCountFrom ?? .first
        if holds(statements[index], instant, ofAge) { lifting.add(statements[index]) }
        if !isBelow { take(index, statements[index], instant, ofAge) }
      }
    }
    forbids = covering.filter { !lifting.lifts(statements[$0], asked, customer) }
    if let last = forbids.last {
      result = .forbidden(last)
    } else {
      // A guardian's word holds while she is under age; her own never does then.
      let isMinor = age.map { $0.minor != nil || $0.isUnknown } ?? true
      let winner = max(permits.last ?? -1, isMinor ? guardianInForce ?? -1 : -1)
      if winner >= 0 { result = .permitted(winner) }
    }
  }

  /// Whether it is her own permit, given when she was of age, and has not expired.
  private func holds(
    _ permit: PreparedStatement, _ instant: Timestamp, _ ofAge: Timestamp
  ) -> Bool {
    permit.kind != .guardian && permit.effect >= ofAge && permit.end.map { instant < $0 } ?? true
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
    _ statement: PreparedStatement, _ address: Int, _ reach: AddressReach?
  ) -> Bool {
    if statement.address == PreparedStatement.anyAddress { return true }
    if statement.address == address { return address != PreparedStatement.unknownAddress }
    // What she took over from an old address. Another customer's no stays with the address.
    guard let reach, statement.subject != PreparedStatement.elsewhere else { return false }
    guard statement.kind.isPermit else { return reach.forbids.contains(statement.address) }
    return reach.permits[statement.address].map { statement.effect <= $0.left } ?? false
  }
}

/// What lifts a no: of each scope the last permit.
private struct Lifting {
  let address: Int
  let instant: Timestamp
  /// Few, however often she said yes: one for each scope above the question.
  private var permits: [PreparedStatement] = []

  init(address: Int, instant: Timestamp) {
    self.address = address
    self.instant = instant
  }

  /// Takes in a permit that holds; they come in the order of their effect.
  mutating func add(_ permit: PreparedStatement) {
    let same = permits.firstIndex {
      $0.address == permit.address && $0.channel == permit.channel && $0.topic == permit.topic
        && $0.purpose == permit.purpose
    }
    if let same { permits.remove(at: same) }
    permits.append(permit)
  }

  /// A permit lifts an earlier forbid if it names purpose and channel and is no wider; a wish lifts a lack of interest
  /// in the same topic.
  func lifts(
    _ forbid: PreparedStatement, _ asked: AskedScope, _ customer: CustomerPermission
  ) -> Bool {
    let isBelow = !forbid.channel.covers(asked.channel)
    for permit in permits.reversed() {
      if permit.effect <= forbid.effect { break }
      guard !permit.channel.isEverything, permit.purpose.isNoWider(than: forbid.purpose),
        permit.topic.isNoWider(than: forbid.topic), permit.channel.isNoWider(than: forbid.channel),
        // It must say yes to what the forbid is about: to the channel asked, or to the one below it.
        isBelow ? permit.channel == forbid.channel : permit.channel.covers(asked.channel),
        isAtHome(permit) || forbid.address == permit.address
          || forbid.address == PreparedStatement.anyAddress
      else { continue }
      return true
    }
    guard forbid.kind == .notInterested else { return false }
    return customer.lastWish(for: forbid.topic.text, upTo: instant).map { $0 > forbid.effect }
      ?? false
  }

  /// Whether it was given for the address asked about. One that was taken along from another address lifts no more than
  /// it did there.
  private func isAtHome(_ permit: PreparedStatement) -> Bool {
    permit.address == address || permit.address < 0
  }
}
