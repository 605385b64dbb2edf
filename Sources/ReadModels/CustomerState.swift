// All that is known of one customer while events are folded.

import GRDB
import JSONBytes
import Projection
package import Relationship

/// The state of one customer. What an event does to it stands in `CustomerFold…`, one file an area.
package struct CustomerState: Sendable {
  let id: String
  /// The parts that are here. A part that is not was left in the tables, because no event to come touches it.
  let parts: CustomerParts
  package var row: CustomerRow
  /// Rows that are new since the state was loaded.
  var timeline = TimelineRows()
  var spend: [Spend] = []
  package var facts = Facts()
  package var wishes = Wishes()
  package var promises = Numbered<Promise>()
  package var complaints = Numbered<Complaint>()
  package var dialogue = Dialogue()
  package var benefits = Numbered<Benefit>()
  package var relationships = EventList<RelationshipStep>()
  package var links = EventList<IdentityLink>()
  /// Those that wait for one of the events to come, and those that are new.
  var looseEnds = WaitingRows<LooseEnd>()
  /// The rows as they were loaded; nil for a fresh customer.
  private let before: LoadedCustomer?

  /// A customer of whom nothing is known yet.
  init(_ id: String) {
    self.id = id
    parts = .all
    row = CustomerRow(id)
    before = nil
  }

  /// The customer as the tables hold her, but for what waits for other events; nil if they do not know her.
  init?(loading id: String, from tables: Tables) throws {
    guard let loaded = try LoadedCustomer(id, from: tables) else { return nil }
    self.init(id, loaded, .all)
  }

  /// What the tables hold of the customer, as far as `events` touch it; nil if they do not know her.
  init?(loading id: String, for events: [DecodedEvent], from tables: Tables) throws {
    guard let row = try CustomerRow(id, from: tables) else { return nil }
    var waiting = WaitingRows<LooseEnd>()
    if row.looseEnds > 0 {
      try waiting.load(
        where: "customer_id = ? AND target IN (SELECT value FROM json_each(?))",
        [id, SQLList.of(Set(events.flatMap { LooseEnd.names(of: $0) }))], from: tables)
    }
    let ends = waiting.stored.sorted { $0.id < $1.id }
    let touch = CustomerTouch(ends.compactMap(\.event) + events, of: id)
    self.init(id, try LoadedCustomer(row, touch, of: id, from: tables), touch.parts)
    looseEnds = waiting
  }

  private init(_ id: String, _ loaded: LoadedCustomer, _ parts: CustomerParts) {
    self.id = id
    self.parts = parts
    row = loaded.row
    spend = loaded.spend
    facts = Facts(loaded.facts.map(\.fact))
    wishes = Wishes(occasions: loaded.occasions, honoured: loaded.cues.compactMap(\.honouring))
    promises = Numbered(loaded.promises)
    complaints = Numbered(loaded.complaints)
    dialogue = Dialogue(loaded.questions.map(\.question))
    benefits = Numbered(loaded.benefits)
    relationships = EventList(loaded.relationships)
    links = EventList(loaded.links)
    before = loaded
  }

  /// Writes what is new and what has changed.
  func store(in tables: Tables) throws {
    let successors = facts.successors()
    let inForce = facts.inForce(successors)
    let row = settledRow(inForce)
    if row != before?.row { try row.write(id, to: tables.writer("customer")) }
    try timeline.write(id, to: tables.writer("timeline"))
    func store<Row: TableRow>(_ part: CustomerParts, _ rows: [Row], _ old: [Row]?) throws {
      guard parts.isSuperset(of: part) else { return }
      try Row.store(rows, before: old ?? [], of: id, in: tables)
    }
    try store(.spend, spend.sorted { $0.currency < $1.currency }, before?.spend)
    let factRows = zip(facts.all, successors).map { FactRow($0, replacedBy: $1) }
    try store(.facts, factRows, before?.facts)
    try store([.facts, .wishes], wishes.occasions, before?.occasions)
    try store([.facts, .wishes], cueRows(inForce), before?.cues)
    try store(.promises, promises.sorted { $0.id < $1.id }, before?.promises)
    try store(.complaints, complaints.sorted { $0.id < $1.id }, before?.complaints)
    try store(.questions, questionRows, before?.questions)
    try store(.benefits, benefits.sorted { $0.id < $1.id }, before?.benefits)
    try store(.relationships, relationships.all, before?.relationships)
    try store(.links, links.all, before?.links)
    try looseEnds.store(in: tables)
  }

  private func cueRows(_ inForce: [Fact]) -> [CueRow] {
    let cues = wishes.cues(for: facts, inForce: inForce)
    guard let scope = before?.cueScope else { return cues.map(CueRow.init) }
    return cues.filter(scope.contains).map(CueRow.init)
  }

  private var questionRows: [QuestionRow] {
    let rows = zip(dialogue.questions, dialogue.askedTwice()).map(QuestionRow.init)
    guard let old = before?.questions, !old.isEmpty else { return rows }
    // Questions may be missing in between. So what the events change is told by judging these rows before and after them;
    // where that is the same, the table is right.
    var kept: [UInt64: Bool] = [:]
    for (row, judged) in zip(old, Dialogue(old.map(\.question)).askedTwice()) {
      kept[row.question.mark.moment.place] = judged == row.isRepeated ? nil : judged
    }
    if kept.isEmpty { return rows }
    return rows.map { row in
      var row = row
      if kept[row.question.mark.moment.place] == row.isRepeated { row.isRepeated.toggle() }
      return row
    }
  }

  /// The row, with the columns that are made of the parts that are here.
  package var settledRow: CustomerRow { settledRow(facts.inForce) }

  private func settledRow(_ inForce: [Fact]) -> CustomerRow {
    var row = row
    if parts.contains(.spend) {
      row.spendMicros = spend.first { $0.currency == row.currency }?.net ?? 0
    }
    row.openPromises += Int64(promises.count { $0.isUnredeemed })
    row.openComplaints += Int64(complaints.count { $0.isOpen })
    if let before {
      row.openPromises -= Int64(before.promises.count { $0.isUnredeemed })
      row.openComplaints -= Int64(before.complaints.count { $0.isOpen })
    }
    if parts.contains(.facts), !facts.all.isEmpty { settleFacts(inForce, &row) }
    return row
  }

  /// What follows from facts, where those it follows from are here: the events touch no others.
  private func settleFacts(_ inForce: [Fact], _ row: inout CustomerRow) {
    var isHere: (profile: Bool, death: Bool, restriction: Bool, pause: Bool) = (
      false, false, false, false
    )
    for fact in facts.all {
      switch fact.kind {
      case .profile: isHere.profile = true
      case .death: isHere.death = true
      case .restriction: isHere.restriction = true
      case .pause: if fact.about == ContactState.everything { isHere.pause = true }
      default: break
      }
    }
    if isHere.profile {
      settle("kind", inForce, &row.kind)
      settle("language", inForce, &row.language)
      settle("country", inForce, &row.country)
    }
    if isHere.death { row.deceased = inForce.contains { $0.kind == .death } }
    if isHere.restriction { row.restricted = inForce.contains { $0.kind == .restriction } }
    if isHere.pause {
      let pause = ContactState.pause(among: inForce)
      row.pausedUntil = pause?.validUntil
      row.pausedPlace = pause?.mark.moment.place
    }
  }

  private func settle(_ attribute: String, _ inForce: [Fact], _ value: inout String?) {
    func isIt(_ fact: Fact) -> Bool { fact.kind == .profile && fact.topic == attribute }
    guard facts.all.contains(where: isIt) else { return }
    value = inForce.filter(isIt).max { $0.mark < $1.mark }?.value
  }
}
