// Topics that customers asked for in their own words.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `asked_for` and `loose_retraction`. The key is the customer.
///
/// Which statement holds is the rule of `Relationship.Facts`. Permission to write is another question, which the
/// permission rules answer.
package struct MarketingAskedFor: Projector {
  package static let name = MarketingModel.name
  package static let version = MarketingModel.version
  private static let kinds: Set<EventKind> = [
    .interestStated, .preferenceStated, .preferenceRetracted,
  ]
  package static let isOfCustomers = true
  package static let eventTypes: Set<String>? = kinds.names

  package static let tables = """
    CREATE TABLE asked_for ( -- Topics that a customer asked for: interests and wishes, without the wish's own words
      customer_id TEXT NOT NULL, -- the customer
      topic TEXT NOT NULL, -- topic
      kind TEXT NOT NULL, -- interest or preference
      position INTEGER NOT NULL, -- position of the event that states it
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of that event
      said_by TEXT NOT NULL, -- kind of actor: app_user is the customer, user is staff
      strength TEXT, -- of a preference: must, prefer or nice
      standing INTEGER, -- of a preference: 1 if it applies every time
      valid_until INTEGER, -- it holds until then, microseconds since 1970 UTC; NULL: no end is known
      in_force INTEGER NOT NULL, -- 1: neither replaced nor taken back; valid_until may have passed: see asked_for_now
      replaced_time INTEGER, -- when a later statement took its place, microseconds since 1970 UTC
      replaced_position INTEGER, -- position of that event
      retracted_time INTEGER, -- when it was taken back, microseconds since 1970 UTC
      retracted_position INTEGER, -- position of that event
      PRIMARY KEY (customer_id, topic, kind, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE loose_retraction ( -- Retractions whose statement is not here yet; taken in when it comes
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      preference_event_id TEXT NOT NULL, -- id of the event it names
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;

    """

  package static let indexes = """
    CREATE INDEX asked_for_by_topic ON asked_for (topic) WHERE in_force = 1;
    CREATE INDEX asked_for_by_event ON asked_for (customer_id, event_id);
    CREATE INDEX loose_retraction_by_event ON loose_retraction (customer_id, preference_event_id);
    CREATE VIEW asked_for_now AS -- What customers ask for as of the last event of the ledger
      SELECT asked_for.* FROM asked_for, _rapport
      WHERE in_force = 1 AND (valid_until IS NULL OR valid_until > recorded);
    CREATE VIEW topic_asked_for AS -- How many customers ask for each topic as of the last event of the ledger
      SELECT topic, count(DISTINCT customer_id) AS customers FROM asked_for_now GROUP BY topic;
    """

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.kind.map(Self.kinds.contains) == true ? event.subject : nil
  }

  package func fresh(_ key: String) -> MarketingAskedForState { MarketingAskedForState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> MarketingAskedForState {
    try MarketingAskedForState(key, for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout MarketingAskedForState) -> String? {
    state.take(event)
    return nil
  }

  package func store(_ state: MarketingAskedForState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// What one customer asked for, on the topics that events touch.
package struct MarketingAskedForState: Sendable {
  private let customer: String
  private var facts = Facts()
  private var loaded: [AskedForRow] = []
  private var loose = WaitingRows<LooseRetractionRow>()

  init(_ customer: String) { self.customer = customer }

  init(_ customer: String, for events: [DecodedEvent], from tables: Tables) throws {
    self.init(customer)
    let topics = Set(events.compactMap { $0.fields.bytes("topic") })
    let targets = Set(events.compactMap { $0.fields.bytes("preferenceEventId") })
    try tables.rows(
      """
      SELECT * FROM asked_for WHERE customer_id = ? AND topic IN (
        SELECT value FROM json_each(?) UNION SELECT topic FROM asked_for
          WHERE customer_id = ? AND event_id IN (SELECT value FROM json_each(?)))
        ORDER BY position
      """, [customer, SQLList.of(topics), customer, SQLList.of(targets)]
    ) { loaded.append(AskedForRow(reading: $0)) }
    facts = Facts(loaded.map(\.fact))
    try loose.load(
      where: "customer_id = ? AND preference_event_id IN (SELECT value FROM json_each(?))",
      [customer, SQLList.of(Set(events.map { ByteText($0.id) }))], from: tables)
  }

  mutating func take(_ event: DecodedEvent) {
    let fields = event.fields
    switch event.kind {
    case .interestStated?: take(event, .interest)
    case .preferenceStated?:
      take(event, .preference)
      for waiting in loose.take([ByteText(event.id)]) { retract(waiting.target, waiting.moment) }
    case .preferenceRetracted?:
      guard let target = fields.bytes("preferenceEventId") else { return }
      retract(target, event.moment)
    default: break
    }
  }

  private mutating func take(_ event: DecodedEvent, _ kind: Fact.Kind) {
    let fields = event.fields
    guard let topic = fields.text("topic") else { return }
    facts.add(
      Fact(
        event.mark, kind, .stated, topic: topic, strength: fields.text("strength"),
        standing: fields.bool("standing"), validUntil: fields.instant("validUntil")))
  }

  private mutating func retract(_ target: ByteText, _ moment: Moment) {
    if facts.end(target.text, .preference, Fact.End(moment, .retracted)) { return }
    loose.put(LooseRetractionRow(customer, target, moment))
  }

  func store(in tables: Tables) throws {
    let rows = zip(facts.all, facts.successors()).map { AskedForRow(customer, $0, replacedBy: $1) }
      .sorted { $0.order < $1.order }
    let known = Dictionary(uniqueKeysWithValues: loaded.map { ($0.fact.mark.moment.place, $0) })
    let writer = try tables.writer(AskedForRow.table)
    for row in rows where known[row.fact.mark.moment.place] != row {
      row.write(to: writer)
      try writer.insert()
    }
    try loose.store(in: tables)
  }
}

/// A row of `asked_for`.
private struct AskedForRow: Hashable, Sendable {
  static let table = "asked_for"

  let customer: String
  let fact: Fact
  let successor: Moment?

  /// The order of the table.
  var order: (ByteText, String, UInt64) {
    (ByteText(fact.topic), fact.kind.rawValue, fact.mark.moment.place)
  }

  init(_ customer: String, _ fact: Fact, replacedBy successor: Moment?) {
    self.customer = customer
    self.fact = fact
    self.successor = successor
  }

  init(reading row: RowReader) {
    customer = row.text()
    let topic = row.text()
    let kind = Fact.Kind(rawValue: row.text()) ?? .interest
    let place = row.optionalPlace() ?? 0
    let time = Timestamp(microseconds: row.integer())
    let id = row.text()
    let mark = EventMark(
      id, at: Moment(time, place: place), by: Author(authtype: row.text()))
    let strength = row.optionalText()
    let standing = row.optionalBool()
    let validUntil = row.optionalTime()
    _ = row.bool()
    successor = row.moment()
    fact = Fact(
      mark, kind, .stated, topic: topic, strength: strength, standing: standing,
      validUntil: validUntil, end: row.moment().map { Fact.End($0, .retracted) })
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.text(fact.topic)
    row.text(fact.kind.rawValue)
    row.place(fact.mark.moment.place)
    row.time(fact.mark.moment.time)
    row.text(fact.mark.id)
    row.text(fact.mark.author.rawValue)
    row.text(fact.strength)
    row.bool(fact.standing)
    row.time(fact.validUntil)
    row.bool(fact.end == nil && successor == nil)
    row.moment(successor)
    row.moment(fact.end?.moment)
  }
}

/// A row of `loose_retraction`.
private struct LooseRetractionRow: WaitingRow {
  static let table = "loose_retraction"
  static let keyColumns = ["customer_id", "position"]

  let customer: String
  let target: ByteText
  let moment: Moment

  var id: UInt64 { moment.place }
  var keyValues: [DatabaseValue] {
    [customer.databaseValue, Int64(bitPattern: id).databaseValue]
  }

  var awaited: [ByteText] { [target] }

  init(_ customer: String, _ target: ByteText, _ moment: Moment) {
    self.customer = customer
    self.target = target
    self.moment = moment
  }

  init(reading row: RowReader) {
    customer = row.text()
    let place = row.optionalPlace() ?? 0
    moment = Moment(Timestamp(microseconds: row.integer()), place: place)
    target = row.bytes()
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.place(id)
    row.time(moment.time)
    row.text(target)
  }
}
