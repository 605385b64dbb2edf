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
  private let before: Loaded?

  /// A customer of whom nothing is known yet.
  init(_ id: String) {
    self.id = id
    parts = .all
    row = CustomerRow(id)
    before = nil
  }

  /// The customer as the tables hold her, but for parts that neither `wanted` nor the `events` to come ask for; nil if
  /// they do not know her.
  init?(
    loading wanted: CustomerParts = [], for events: [DecodedEvent] = [], of id: String,
    from tables: Tables
  ) throws {
    guard let row = try CustomerRow(id, from: tables) else { return nil }
    var parts = wanted
    for event in events { parts.formUnion(CustomerParts(touchedBy: event)) }
    if row.looseEnds > 0 {
      let awaited = Set(events.flatMap { LooseEnd.names(of: $0) })
      try looseEnds.load(
        where: "customer_id = ? AND target IN (SELECT value FROM json_each(?))",
        [id, SQLList.of(awaited)], from: tables)
      for end in looseEnds.stored {
        if let event = end.event { parts.formUnion(CustomerParts(touchedBy: event)) }
      }
    }
    let loaded = try Loaded(row, parts, of: id, from: tables)
    self.id = id
    self.parts = parts
    self.row = row
    spend = loaded.spend
    facts = Facts(loaded.facts.map(\.fact))
    wishes = Wishes(
      occasions: loaded.occasions, honoured: loaded.cues.compactMap(\.honouring))
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
    try store([.facts, .wishes], wishes.cues(for: facts, inForce: inForce).map(CueRow.init), before?.cues)
    try store(.promises, promises.sorted { $0.id < $1.id }, before?.promises)
    try store(.complaints, complaints.sorted { $0.id < $1.id }, before?.complaints)
    try store(
      .questions, zip(dialogue.questions, dialogue.askedTwice()).map(QuestionRow.init),
      before?.questions)
    try store(.benefits, benefits.sorted { $0.id < $1.id }, before?.benefits)
    try store(.relationships, Array(relationships), before?.relationships)
    try store(.links, Array(links), before?.links)
    try looseEnds.store(in: tables)
  }

  /// The row, with the columns that are made of the parts that are here.
  package var settledRow: CustomerRow { settledRow(facts.inForce) }

  private func settledRow(_ inForce: [Fact]) -> CustomerRow {
    var row = row
    if parts.contains(.spend) {
      row.spendMicros = spend.first { $0.currency == row.currency }?.net ?? 0
    }
    if parts.contains(.promises) {
      row.openPromises = Int64(promises.count { $0.isUnredeemed })
    }
    if parts.contains(.complaints) { row.openComplaints = Int64(complaints.count { $0.isOpen }) }
    if parts.contains(.facts), !facts.all.isEmpty { settleFacts(inForce, &row) }
    return row
  }

  private func settleFacts(_ inForce: [Fact], _ row: inout CustomerRow) {
    func profile(_ attribute: String) -> String? {
      inForce.filter { $0.kind == .profile && $0.topic == attribute }
        .max { $0.mark < $1.mark }?.value
    }
    row.kind = profile("kind")
    row.language = profile("language")
    row.country = profile("country")
    row.deceased = inForce.contains { $0.kind == .death }
    row.restricted = inForce.contains { $0.kind == .restriction }
    let pause = ContactState.pause(among: inForce)
    row.pausedUntil = pause?.validUntil
    row.pausedPlace = pause?.mark.moment.place
  }
}

/// The rows of one customer as they were loaded. A class, so that the many fresh states of a rebuild hold no more
/// than a reference to none.
private final class Loaded: Sendable {
  let row: CustomerRow
  let spend: [Spend]
  let facts: [FactRow]
  let occasions: [Occasion]
  let cues: [CueRow]
  let promises: [Promise]
  let complaints: [Complaint]
  let questions: [QuestionRow]
  let benefits: [Benefit]
  let relationships: [RelationshipStep]
  let links: [IdentityLink]

  init(_ row: CustomerRow, _ parts: CustomerParts, of id: String, from tables: Tables) throws {
    self.row = row
    func load<Row: TableRow>(_ part: CustomerParts) throws -> [Row] {
      parts.contains(part) ? try Row.load(id, from: tables) : []
    }
    spend = try load(.spend)
    facts = try load(.facts)
    occasions = try load(.wishes)
    cues = try load(.wishes)
    promises = try load(.promises)
    complaints = try load(.complaints)
    questions = try load(.questions)
    benefits = try load(.benefits)
    relationships = try load(.relationships)
    links = try load(.links)
  }
}
