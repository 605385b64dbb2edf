// Asking "may we?": from the log, or from the model alone. Both decide by the same facts and the same rules.

import EventCatalog
import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship

extension Ledger {
  /// Whether the contact may be made, and which event says so. The customer's own history comes from the log; the
  /// rules, and what others said about a shared address, from the model `permission`, which is brought up to date
  /// first.
  ///
  /// Throws `customer.missing` where there is no event of her, `policy.none` where no policy is in force,
  /// `usage.question` for what no question can ask. Cost: her history, a few milliseconds where it has hundreds of
  /// events.
  package func mayContact(_ question: ContactQuestion) throws -> ContactAnswer {
    try decided(question).answer
  }

  /// The same from the model alone, but for an event that the question names as its occasion. Brings the model up to
  /// date where it is behind. Cost: some hundred microseconds, through a file that stays open.
  package func decideFromModel(_ question: ContactQuestion) throws -> ContactAnswer {
    try requirePermission()
    return try asking(question) { asked in
      let known = try asked.knownFromModel()
      return try asked.answer(known)
    }
  }

  /// An answer from the log, how far the subjects it is about were known, and the end of the log when it was read that
  /// these are one customer.
  func decided(
    _ question: ContactQuestion
  ) throws -> (answer: ContactAnswer, expectations: [Expectation], groupsAsOf: Position) {
    try requirePermission()
    // What others appended meanwhile counts. What the tables do not know must not be in the history.
    try mapper.refresh()
    return try asking(question) { asked in
      let known = try asked.knownFromLog()
      return (try asked.answer(known), known.expectations, asked.end)
    }
  }

  /// Answers over a state of the model that is up to date, through a file that stays open.
  private func asking<Answer>(
    _ question: ContactQuestion, _ answer: (inout Asked) throws -> Answer
  ) throws -> Answer {
    let link = "\(directory)/views/\(PermissionModel.name).sqlite"
    // A file that is not open yet is first looked at: by whom it was made, and whether it is whole.
    var opens = false
    // What this process knows to be acknowledged counts; what comes while we answer need not.
    let end = log.end
    for _ in 0..<Self.attemptsMax {
      let found = try desk.read(link, opens: opens) { tables -> Answer? in
        let state = try tables.state()
        // Tables that another process brought further than we have read the log would mix two states.
        guard state.end >= end, state.end <= log.end else { return nil }
        var asked = try Asked(question, self, tables, state)
        return try answer(&asked)
      }
      if let found { return found }
      try mapper.refresh()
      // Whoever writes the file has it alone.
      desk.close()
      _ = try permissionView.catchUp()
      opens = true
    }
    throw Self.busy
  }

  private static let attemptsMax = 32

  static let busy = LedgerError(
    "permission.busy",
    "events came in faster than the view permission could take them in; ask again", .busy)

  func requirePermission() throws(LedgerError) {
    guard log.description.catalogue == .shipped else {
      throw LedgerError("view.unknown", "this ledger keeps no views", .missingInput)
    }
  }
}

/// One question on its way, over one state of the tables.
struct Asked {
  private let question: ContactQuestion
  private let ledger: Ledger
  private let at: Timestamp
  private let rules: PermissionRules
  private var sight: PermissionSight
  private let group: SubjectGroup
  /// What the model has read.
  let end: Position

  /// What is known of the customer.
  struct Known {
    /// Of the group's subjects.
    var facts: [CustomerFacts]
    var unread: Int
    /// Of the log, how far each subject was read.
    var expectations: [Expectation] = []
  }

  init(
    _ question: ContactQuestion, _ ledger: Ledger, _ tables: Tables, _ state: Tables.State
  ) throws {
    self.question = question
    self.ledger = ledger
    at = question.at ?? ledger.clock()
    end = state.end
    rules = try ledger.desk.rules(at: at, knownAt: question.known, in: tables, end: state.end)
    sight = PermissionSight(
      tables, state, map: try ledger.mapper.customers(before: state.end))
    group = try ledger.desk.merges(before: state.end, of: ledger)
      .group(of: question.customer, at: at, knownAt: question.known)
  }

  // MARK: What is known

  /// Her facts out of her history.
  mutating func knownFromLog() throws -> Known {
    let events = try words()
    guard !events.isEmpty else { throw LedgerError.noEvents }
    var known = Known(
      facts: group.subjects.map { CustomerFacts($0) },
      unread: events.count { $0.defect != nil },
      expectations: group.subjects.map { Expectation(customer: $0, revision: .noStream) })
    for event in events {
      guard let place = group.subjects.firstIndex(where: { $0 == event.subject }) else { continue }
      if let revision = event.revision {
        known.expectations[place].revision = .exactly(revision)
      }
      if event.defect == nil { known.facts[place].takeWord(event.permissionEvent) { $0 } }
    }
    try addOccasion(to: &known)
    return known
  }

  /// Her facts as the model has them.
  mutating func knownFromModel() throws -> Known {
    guard let all = try sight.facts(ofRowsOf: group.subjects) else { throw LedgerError.noEvents }
    var known = Known(
      facts: group.subjects.compactMap { subject in all.first { $0.subject == subject } },
      unread: try sight.holeCount(of: group.subjects))
    try addOccasion(to: &known)
    return known
  }

  /// The one event that the question names, if any: of the others it does not matter that they were.
  private func addOccasion(to known: inout Known) throws {
    guard let occasion = question.occasionEventId else { return }
    for event in try history() where event.defect == nil && event.id == occasion {
      let place = known.facts.firstIndex { $0.subject == event.subject }
      if place == nil { known.facts.append(CustomerFacts(event.subject ?? "")) }
      known.facts[place ?? known.facts.count - 1].takeOccasion(event.permissionEvent)
    }
  }

  /// What leaves facts of her, what nobody here can read, and her last event, which tells her revision.
  private func words() throws -> [DecodedEvent] {
    let others = ledger.desk.typesWithoutFacts(of: ledger.catalog)
    let events = try group.subjects.flatMap { subject in
      try ledger.mapper.events(of: subject, before: sight.state.end, passingOver: others)
    }
    return try ledger.addressGate().hashed(events.sorted { $0.position < $1.position })
  }

  private func history() throws -> [DecodedEvent] {
    try ledger.addressGate().source(over: ledger.mapper)
      .history(of: Set(group.subjects), before: sight.state.end)
  }

  // MARK: The answer

  /// The best answer over the contact points that are asked about.
  mutating func answer(_ known: Known) throws -> ContactAnswer {
    let customer = CustomerPermission(
      group, facts: known.facts, knownAt: question.known, readUpTo: sight.readUpTo,
      notes: try sight.notes(
        on: known.facts, besides: group.subjects, knownAt: question.known))
    let points = try contactPoints(of: customer, known.facts)
    let permission = Permission(under: rules, zones: zones(known.facts))
    let first = try question.about(points[0])
    let best = PermissionInquiry(first, under: permission)
      .answer(customer, contactPoints: points)
    let asked = best.contactPoint == points[0] ? first : try question.about(best.contactPoint)
    return ContactAnswer(asked, best.answer, unread: known.unread)
  }

  /// Those to ask about, the one that is preferred among equals first; one at least.
  private func contactPoints(
    of customer: CustomerPermission, _ facts: [CustomerFacts]
  ) throws -> [String] {
    let channel = AskedPath(question.channel)
    guard let address = question.address else {
      let points = customer.contactPoints(on: channel, at: at).map(\.id)
      return points.isEmpty ? [Self.none] : points
    }
    if customer.hasContactPoint(address) { return [address] }
    // No address in clear stands in an answer: one that is not hers is the contact point `none`, which she does not
    // have.
    let gate = try ledger.addressGate()
    func isIt(_ point: PointAdded) -> Bool {
      point.value == gate.text(of: address, kind: point.kind)
    }
    let serving = customer.contactPoints(on: channel, at: at).first(where: isIt)
    let any = facts.flatMap(\.points).last(where: isIt)
    return [(serving ?? any)?.id ?? Self.none]
  }

  private static let none = "none"

  /// The zones that the answer may ask about: those of the policy where somebody could be called.
  private func zones(_ facts: [CustomerFacts]) -> ZoneTable {
    var own: Set<String> = []
    for facts in facts { CustomerZones.add(facts, to: &own) }
    return ledger.desk.zones(own, and: rules)
  }
}

/// The names of zones that matter to a customer.
enum CustomerZones {
  static func names(
    _ facts: [CustomerFacts], _ policy: PermissionPolicy
  ) -> Set<String> {
    var names = Set(policy.zonesByCountry.values.joined())
    for own in facts { add(own, to: &names) }
    return names
  }

  static func add(_ facts: CustomerFacts, to names: inout Set<String>) {
    for point in facts.points { for zone in point.timeZones { names.insert(zone) } }
    for cadence in facts.cadences {
      if let window = cadence.window { names.insert(window.timeZone) }
    }
  }
}

extension LedgerError {
  /// Nobody has said anything of that customer.
  static let noEvents = LedgerError(
    "customer.missing", "this ledger has no events of that customer; check the id", .missingInput)
}
