// One customer made ready for questions: the facts of all her subjects, what counts of them, in the order in which it
// counts.

import JSONBytes
import Synchronization

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
  /// What verified merges alone make of her, where others join her as well.
  struct Part: Sendable {
    let customer: CustomerPermission
    /// Of each of her addresses its index in the part; nil for one that the part does not have.
    let addresses: [Int?]
  }

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
  /// For each pause, when she put another of the same scope in its place.
  let pauseReplacements: [Timestamp?]
  /// For each choice of a cadence, when another window, or another cap, of the same scope took the place of its own.
  let cadenceReplacements: [(window: Timestamp?, cap: Timestamp?)]
  /// Restrictions, and when each was lifted.
  let restrictions: [(stamp: EventStamp, lifted: Timestamp?)]
  let unverifiedMerges: [EventStamp]
  /// Empty where every merge is verified.
  let parts: [Part]
  /// Of each address: erasures that keep it.
  let erasures: [[EventStamp]]
  private let made = Mutex(MadeOnDemand())

  /// What few questions ask for.
  private struct MadeOnDemand: Sendable {
    var tokenUses: [Timestamp?]?
    var requests: [AnsweredRequest]?
    var softOptIns: [SoftOptIn]?
  }

  /// A request for a consent, and when it was answered.
  struct AnsweredRequest: Sendable {
    var request: ConsentRequest
    var address: Int
    var answered: Timestamp?
  }

  /// An order with a soft opt-in.
  struct SoftOptIn: Sendable {
    /// Among the orders.
    var index: Int
    /// That its contact point had then.
    var address: Int
  }

  /// Prepares a customer.
  ///
  /// - Parameters:
  ///   - group: the subjects that are her.
  ///   - facts: of each subject of the group; a subject without facts may be left out.
  ///   - known: what the answer may know.
  ///   - readUpTo: position of the last event read, for ``PermissionAnswer/asOf``.
  ///   - notes: what is said elsewhere about an address of hers.
  ///   - pointsElsewhere: contact points of other customers by their id. A no of hers that names one is about that
  ///     address; where nobody has it, or nobody is asked, it is about her, whatever the address.
  ///
  /// Costs a few look-ups for each statement, contact point, choice and pause, and a look at the times of the other
  /// facts; where merges are not verified, as much again.
  package init(
    _ group: SubjectGroup, facts all: [CustomerFacts], knownAt known: KnownAt = .end,
    readUpTo: UInt64? = nil, notes: (PointAdded) -> AddressNotes = { _ in AddressNotes() },
    pointsElsewhere: (String) -> [PointAdded] = { _ in [] }
  ) {
    subjects = group.subjects
    unverifiedMerges = group.unverified
    self.known = known
    self.readUpTo = readUpTo
    var joined = CustomerFacts(joining: all, knownAt: known)
    // Every question goes through all of these.
    joined.choices.readAll()
    joined.cadences.readAll()
    facts = joined
    let book = AddressBook(joined, of: group.subjects, all)
    self.book = book
    // What cannot be read is nobody else's address.
    let elsewhere = book.addresses.map { entry in
      let point = book.points[entry.adds[0]]
      return point.value == nil ? AddressNotes() : notes(point)
    }
    erasures = elsewhere.map { $0.erasures.filter(known.includes).sorted() }
    let statements = StatementPreparing(subjects: group.subjects, known: known, book: book)
      .statements(
        of: all, elsewhere: elsewhere.map(\.optOuts), pointsElsewhere: pointsElsewhere)
    self.statements = statements
    guardians = statements.indices.filter { statements[$0].kind == .guardian }
    let pauses = joined.pauses.sorted {
      $0.stamp.momentOfNo == $1.stamp.momentOfNo
        ? $0.stamp.isNamedBefore($1.stamp) : $0.stamp.momentOfNo < $1.stamp.momentOfNo
    }
    self.pauses = pauses
    pauseEnds = Self.ends(of: pauses.map(\.stamp), by: joined.resumptions)
    pauseReplacements = Self.replacements(
      pauses, at: \.stamp.momentOfNo, scope: \.scope,
      where: { $0.stamp.author == .customer && !$0.stamp.isImport })
    let cadences = Array(joined.cadences)
    cadenceReplacements = Array(
      zip(
        Self.replacements(cadences, at: \.stamp.time, scope: \.scope, where: { $0.window != nil }),
        Self.replacements(cadences, at: \.stamp.time, scope: \.scope, where: { $0.cap != nil })))
    let restricted = Array(joined.restrictions)
    restrictions = Array(zip(restricted, Self.ends(of: restricted, by: joined.lifts)))
    parts = Self.parts(
      group, all, known, readUpTo, book, notes: notes, pointsElsewhere: pointsElsewhere)
  }

  // MARK: Made on demand

  /// When each token was redeemed. The first time it costs a look at every contact.
  var tokenUses: [Timestamp?] {
    made.withLock { made in
      if let known = made.tokenUses { return known }
      let uses = facts.contacts.compactMap { contact in
        contact.decisionEventId.map { EventLink(contact.stamp, to: $0) }
      }
      let found = Self.ends(of: facts.tokens.map(\.stamp), by: uses)
      made.tokenUses = found
      return found
    }
  }

  /// Requests, and when each was answered.
  var requests: [AnsweredRequest] {
    made.withLock { made in
      if let known = made.requests { return known }
      let answers = Self.ends(of: facts.requests.map(\.stamp), by: facts.answers)
      let found = zip(facts.requests, answers).map { request, answered in
        AnsweredRequest(
          request: request, address: book.address(of: request.scope.point, at: request.stamp.time),
          answered: answered)
      }
      made.requests = found
      return found
    }
  }

  /// The orders with a soft opt-in whose contact point had an address then. The first time it costs a look at every
  /// order.
  var softOptIns: [SoftOptIn] {
    made.withLock { made in
      if let known = made.softOptIns { return known }
      let orders = facts.orders
      let found = orders.indices.compactMap { index -> SoftOptIn? in
        let fields = orders.fields(at: index)
        guard fields.isSoftOptIn, let id = fields.point else { return nil }
        let stamp = orders.stamp(at: index)
        return book.address(ofPoint: id, by: book.owner(of: stamp), meantBy: stamp)
          .map { SoftOptIn(index: index, address: $0) }
      }
      made.softOptIns = found
      return found
    }
  }

  /// When she last took back a lack of interest in a topic, up to an instant.
  func lastWish(for topic: String, upTo instant: Timestamp) -> Timestamp? {
    facts.wishes.last { $0.stamp.time <= instant && $0.topic == topic }?.stamp.time
  }

  /// For each event the earliest time of a later one that names it. Costs a look-up for each link.
  private static func ends(
    of stamps: [EventStamp], by links: some Sequence<EventLink>
  ) -> [Timestamp?] {
    var ends = [Timestamp?](repeating: nil, count: stamps.count)
    if stamps.isEmpty { return ends }
    let named = Dictionary(grouping: stamps.indices) { ByteText(stamps[$0].id) }
    for link in links {
      guard let indexes = named[ByteText(link.id)],
        let found = link.index(in: indexes.map { stamps[$0] })
      else { continue }
      let index = indexes[found]
      ends[index] = min(ends[index] ?? link.stamp.time, link.stamp.time)
    }
    return ends
  }

  /// So many are compared faster than they are put in order.
  private static let fewMax = 16

  /// For each word, when a later one of the same scope that can take a place took its own. Words come in the order in
  /// which they count.
  private static func replacements<Word>(
    _ words: [Word], at moment: (Word) -> Timestamp, scope: (Word) -> StatementScope,
    where takesPlace: (Word) -> Bool
  ) -> [Timestamp?] {
    var found = [Timestamp?](repeating: nil, count: words.count)
    if words.count < 2 { return found }
    if words.count <= fewMax {
      for index in words.indices {
        found[index] = words[(index + 1)...]
          .first { takesPlace($0) && scope($0) == scope(words[index]) }.map(moment)
      }
      return found
    }
    var next: [StatementScope: Timestamp] = [:]
    for index in words.indices.reversed() {
      found[index] = next[scope(words[index])]
      if takesPlace(words[index]) { next[scope(words[index])] = moment(words[index]) }
    }
    return found
  }

  /// Each part with what it would know if it were alone.
  private static func parts(
    _ group: SubjectGroup, _ all: [CustomerFacts], _ known: KnownAt, _ readUpTo: UInt64?,
    _ book: AddressBook, notes: (PointAdded) -> AddressNotes,
    pointsElsewhere: (String) -> [PointAdded]
  ) -> [Part] {
    guard group.parts.count > 1 else { return [] }
    return group.parts.map { subjects in
      let own = all.filter { subjects.contains($0.subject) }
      let others = all.filter { !subjects.contains($0.subject) }
      let customer = CustomerPermission(
        SubjectGroup(subjects: subjects), facts: own, knownAt: known, readUpTo: readUpTo,
        notes: { point in
          var found = notes(point)
          guard let value = point.value else { return found }
          let more = AddressNotes(
            about: value, keptAs: point.suppressionHash, besides: subjects, in: all,
            knownAt: known)
          found.erasures += more.erasures
          found.optOuts += more.optOuts
          return found
        },
        pointsElsewhere: { id in
          pointsElsewhere(id) + others.flatMap { $0.points.filter { $0.id == id } }
        })
      let index = Dictionary(
        zip(customer.book.points.map(\.stamp), customer.book.addressOfPoint)
      ) { first, _ in first }
      return Part(
        customer: customer,
        addresses: book.addresses.map { address in
          address.adds.lazy.compactMap { index[book.points[$0].stamp] }.first
        })
    }
  }
}
