// One customer made ready for questions: the facts of all her subjects, what counts of them, in the order in which it
// counts.

import JSONBytes

/// A statement that counts as far as the log alone can say, bound to addresses. In the order of 2.5: by effect, permits
/// before forbids of the same instant, then by id.
struct PreparedStatement: Sendable {
  var kind: StatementKind
  /// Index of the subject it was said by or for; ``elsewhere``: another customer, of the same address.
  var subject: Int
  var purpose: PathScope
  var topic: PathScope
  var channel: PathScope
  /// Index of an address, or one of the numbers below.
  var address: Int
  var effect: Timestamp
  /// From then on a permit permits and lifts nothing.
  var end: Timestamp?
  var isSigned: Bool
  var stamp: EventStamp

  static let elsewhere = -1
  /// Of ``address``: every one; none at all; one that is not the customer's.
  static let anyAddress = -1
  static let noAddress = -2
  static let unknownAddress = -3

  /// Whether it is one of the stops that end even receipts: every purpose and topic, on a named channel.
  var isChannelStop: Bool {
    purpose.isEverything && topic.isEverything && !channel.isEverything
  }

  static func isOrdered(_ one: PreparedStatement, _ other: PreparedStatement) -> Bool {
    if one.effect != other.effect { return one.effect < other.effect }
    if one.kind.isPermit != other.kind.isPermit { return one.kind.isPermit }
    return one.stamp.isNamedBefore(other.stamp)
  }
}

/// What other customers' events say about an address that this one has as well.
package struct AddressNotes: Sendable {
  /// Erasures that keep the address.
  package var erasures: [EventStamp]
  /// Opt-outs that name a contact point of it.
  package var optOuts: [Forbid]

  /// Joins both parts.
  package init(erasures: [EventStamp] = [], optOuts: [Forbid] = []) {
    self.erasures = erasures
    self.optOuts = optOuts
  }
}

/// One customer, ready for questions about any instant. Made once, asked often, shared by all who ask.
package final class CustomerPermission: Sendable {
  /// Merged subjects together.
  package let subjects: [String]
  /// Position of the last event that was read.
  package let readUpTo: UInt64?
  let known: KnownAt
  let facts: CustomerFacts
  let statements: [PreparedStatement]
  /// Indexes of the statements of guardians.
  let guardians: [Int]
  let book: AddressBook
  /// Ordered by effect.
  let pauses: [Pause]
  /// For each pause, when it was ended early.
  let pauseEnds: [Timestamp?]
  /// When each token was redeemed.
  let tokenUses: [Timestamp?]
  /// Restrictions, and when each was lifted.
  let restrictions: [(stamp: EventStamp, lifted: Timestamp?)]
  /// Requests, and when each was answered.
  let requests: [(request: ConsentRequest, address: Int, answered: Timestamp?)]
  let unverifiedMerges: [EventStamp]
  /// Of each address: erasures that keep it.
  let erasures: [[EventStamp]]

  /// Prepares a customer.
  ///
  /// - Parameters:
  ///   - group: the subjects that are her.
  ///   - facts: of each subject of the group; a subject without facts may be left out.
  ///   - known: what the answer may know.
  ///   - readUpTo: position of the last event read, for ``PermissionAnswer/asOf``.
  ///   - notes: what is said elsewhere about an address of hers.
  ///
  /// Costs a sort of her facts and a few searches among them.
  package init(
    _ group: SubjectGroup, facts all: [CustomerFacts], knownAt known: KnownAt = .end,
    readUpTo: UInt64? = nil, notes: (PointAdded) -> AddressNotes = { _ in AddressNotes() }
  ) {
    subjects = group.subjects
    unverifiedMerges = group.unverified
    self.known = known
    self.readUpTo = readUpTo
    let joined = CustomerFacts(joining: all, knownAt: known)
    facts = joined
    let book = AddressBook(joined)
    self.book = book
    // What cannot be read is nobody else's address.
    let elsewhere = book.addresses.map { entry in
      let point = book.points[entry.adds[0]]
      return point.value == nil ? AddressNotes() : notes(point)
    }
    erasures = elsewhere.map { $0.erasures.filter(known.includes).sorted() }
    let statements = Self.statements(
      group.subjects, all, known, book,
      elsewhere.map { $0.optOuts.filter { known.includes($0.stamp) } })
    self.statements = statements
    guardians = statements.indices.filter { statements[$0].kind == .guardian }
    pauses = joined.pauses.sorted {
      $0.stamp.momentOfNo == $1.stamp.momentOfNo
        ? $0.stamp.isNamedBefore($1.stamp) : $0.stamp.momentOfNo < $1.stamp.momentOfNo
    }
    pauseEnds = Self.ends(of: pauses.map(\.stamp), by: joined.resumptions)
    restrictions = Array(
      zip(joined.restrictions, Self.ends(of: joined.restrictions, by: joined.lifts)))
    let uses = joined.contacts.compactMap { contact in
      contact.decisionEventId.map { EventLink(contact.stamp, to: $0) }
    }
    tokenUses = Self.ends(of: joined.tokens.map(\.stamp), by: uses)
    requests = zip(
      joined.requests, Self.ends(of: joined.requests.map(\.stamp), by: joined.answers)
    ).map { ($0, book.address(of: $0.scope.point), $1) }
  }

  /// For each event the earliest time of a later one that names it.
  private static func ends(of stamps: [EventStamp], by links: [EventLink]) -> [Timestamp?] {
    var ends = [Timestamp?](repeating: nil, count: stamps.count)
    for link in links {
      guard let index = link.index(in: stamps) else { continue }
      ends[index] = min(ends[index] ?? link.stamp.time, link.stamp.time)
    }
    return ends
  }

  private static func statements(
    _ subjects: [String], _ all: [CustomerFacts], _ known: KnownAt, _ book: AddressBook,
    _ elsewhere: [[Forbid]]
  ) -> [PreparedStatement] {
    var statements: [PreparedStatement] = []
    for facts in all {
      guard let subject = subjects.firstIndex(of: facts.subject) else { continue }
      for permit in facts.permits where known.includes(permit.stamp) {
        guard PermitRule.defect(of: permit, in: facts, knownAt: known) == nil else { continue }
        let request = PermitRule.request(of: permit, in: facts, known)
        statements.append(
          PreparedStatement(
            kind: permit.kind, subject: subject, purpose: permit.scope.purpose,
            topic: permit.scope.topic, channel: permit.scope.channel,
            address: book.address(of: permit.scope.point), effect: permit.stamp.momentOfYes,
            end: PermitRule.end(of: permit, request: request), isSigned: permit.isSigned,
            stamp: permit.stamp))
      }
      for forbid in facts.forbids where known.includes(forbid.stamp) {
        statements += prepared(
          forbid, subject: subject, address: book.address(of: forbid.scope.point), book)
      }
    }
    for (address, optOuts) in elsewhere.enumerated() {
      for forbid in optOuts {
        statements += prepared(
          forbid, subject: PreparedStatement.elsewhere, address: address, book)
      }
    }
    return statements.sorted(by: PreparedStatement.isOrdered)
  }

  /// A forbid, once for each channel that it reaches.
  private static func prepared(
    _ forbid: Forbid, subject: Int, address: Int, _ book: AddressBook
  ) -> [PreparedStatement] {
    var channels = [forbid.scope.channel]
    if forbid.reachesChannelsOfPoint, address >= 0 {
      channels = book.addresses[address].adds.flatMap { book.points[$0].channels }
      channels = Array(Set(channels)).sorted { $0.text < $1.text }
    }
    return channels.map {
      PreparedStatement(
        kind: forbid.kind, subject: subject, purpose: forbid.scope.purpose,
        topic: forbid.scope.topic, channel: $0, address: address, effect: forbid.stamp.momentOfNo,
        end: nil, isSigned: false, stamp: forbid.stamp)
    }
  }
}
