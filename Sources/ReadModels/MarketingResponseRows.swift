// The rows of what became of contacts, and their tables.

import GRDB
import JSONBytes
import Projection
import Relationship

/// A row of `response`.
struct ResponseRow: Hashable, Sendable {
  static let table = "response"

  let customer: String
  let position: UInt64
  let time: Timestamp
  let eventId: ByteText
  let messageId: ByteText?
  let campaign: ByteText?
  let cell: ByteText?
  let topic: ByteText?
  let channel: ByteText?
  let messageClass: ByteText?
  /// When each outcome came first; few contacts have many.
  private var outcomes: [OutcomeTime] = []

  private struct OutcomeTime: Hashable, Sendable {
    var kind: Outcome.Kind
    var time: Timestamp
  }

  init(_ customer: String, _ event: DecodedEvent) {
    let fields = event.fields
    self.customer = customer
    position = event.place
    time = event.time
    eventId = ByteText(event.id)
    messageId = fields.bytes("messageId")
    campaign = fields.bytes("campaignId")
    cell = fields.bytes("cell")
    topic = fields.bytes("topic")
    channel = fields.bytes("channel")
    messageClass = fields.bytes("class")
  }

  /// What outcomes may name it by.
  var names: [Outcome.Name] { Outcome.Reference(send: eventId, message: messageId).names }

  /// The earliest of each kind counts.
  mutating func take(_ outcome: Outcome) { take(outcome.kind, outcome.moment.time) }

  private mutating func take(_ kind: Outcome.Kind, _ time: Timestamp) {
    if let index = outcomes.firstIndex(where: { $0.kind == kind }) {
      outcomes[index].time = min(outcomes[index].time, time)
    } else {
      outcomes.append(OutcomeTime(kind: kind, time: time))
    }
  }

  private func earliest(_ kind: Outcome.Kind) -> Timestamp? {
    outcomes.first { $0.kind == kind }?.time
  }

  init(reading row: RowReader) {
    customer = row.text()
    position = row.optionalPlace() ?? 0
    time = Timestamp(microseconds: row.integer())
    eventId = row.bytes()
    messageId = row.optionalBytes()
    campaign = row.optionalBytes()
    cell = row.optionalBytes()
    topic = row.optionalBytes()
    channel = row.optionalBytes()
    messageClass = row.optionalBytes()
    for kind in Outcome.Kind.allCases {
      if let time = row.optionalTime() { take(kind, time) }
    }
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.place(position)
    row.time(time)
    row.text(eventId)
    row.bytes(messageId)
    row.bytes(campaign)
    row.bytes(cell)
    row.bytes(topic)
    row.bytes(channel)
    row.bytes(messageClass)
    for kind in Outcome.Kind.allCases { row.time(earliest(kind)) }
  }
}

/// A row of `loose_outcome`.
struct LooseOutcomeRow: WaitingRow {
  static let table = "loose_outcome"
  static let keyColumns = ["customer_id", "position", "outcome"]

  struct ID: Hashable, Comparable, Sendable {
    var place: UInt64
    var kind: String

    static func < (one: ID, other: ID) -> Bool {
      (one.place, one.kind) < (other.place, other.kind)
    }
  }

  let customer: String
  let outcome: Outcome

  var id: ID { ID(place: outcome.moment.place, kind: outcome.kind.rawValue) }
  var keyValues: [DatabaseValue] {
    [
      customer.databaseValue, Int64(bitPattern: id.place).databaseValue, id.kind.databaseValue,
    ]
  }

  var awaited: [Outcome.Name] { outcome.reference.names }

  init(_ customer: String, _ outcome: Outcome) {
    self.customer = customer
    self.outcome = outcome
  }

  init(reading row: RowReader) {
    customer = row.text()
    let place = row.optionalPlace() ?? 0
    let kind = Outcome.Kind(rawValue: row.text()) ?? .delivered
    let time = Timestamp(microseconds: row.integer())
    let send = row.optionalBytes()
    outcome = Outcome(
      kind, Moment(time, place: place),
      Outcome.Reference(send: send, message: row.optionalBytes()))
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.place(id.place)
    row.text(id.kind)
    row.time(outcome.moment.time)
    row.bytes(outcome.reference.send)
    row.bytes(outcome.reference.message)
  }
}

extension MarketingResponses {
  package static let tables = """
    CREATE TABLE response ( -- What became of each contact, and what it cost the customer
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event that says it was sent
      time INTEGER NOT NULL, -- when it was sent, microseconds since 1970 UTC
      event_id TEXT NOT NULL, -- id of that event
      message_id TEXT, -- the carrier's number
      campaign_id TEXT, -- the campaign; NULL: none
      cell TEXT, -- the cell of the campaign
      topic TEXT, -- topic
      channel TEXT, -- channel
      class TEXT, -- mandatory, transactional, relationship or marketing
      delivered_time INTEGER, -- when it arrived first, microseconds since 1970 UTC; NULL: nobody said
      bounced_time INTEGER, -- when it came back first, microseconds since 1970 UTC
      hard_bounced_time INTEGER, -- when it came back for good, microseconds since 1970 UTC
      clicked_time INTEGER, -- when the customer followed a link first, microseconds since 1970 UTC
      replied_time INTEGER, -- when the customer replied first, microseconds since 1970 UTC
      called_time INTEGER, -- when the customer called first because of it, microseconds since 1970 UTC
      visited_time INTEGER, -- when the customer came first because of it, microseconds since 1970 UTC
      bought_time INTEGER, -- when the customer bought first because of it, microseconds since 1970 UTC
      declined_time INTEGER, -- when the customer declined first, microseconds since 1970 UTC
      complained_time INTEGER, -- when the customer called it unwanted first, microseconds since 1970 UTC
      opted_out_time INTEGER, -- when the customer answered it with a no first, microseconds since 1970 UTC
      complaint_time INTEGER, -- when the customer opened a complaint first that it caused, microseconds since 1970 UTC
      PRIMARY KEY (customer_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE loose_outcome ( -- Outcomes whose contact is not here yet; taken in when it comes
      customer_id TEXT NOT NULL, -- the customer
      position INTEGER NOT NULL, -- position of the event in the ledger
      outcome TEXT NOT NULL, -- delivered, bounced, hardBounced, clicked, replied and so on
      time INTEGER NOT NULL, -- when, microseconds since 1970 UTC
      send_event_id TEXT, -- id of the event it names
      message_id TEXT, -- the carrier's number that it names
      PRIMARY KEY (customer_id, position, outcome)
    ) STRICT, WITHOUT ROWID;

    """

  package static let indexes = """
    CREATE INDEX response_by_event ON response (customer_id, event_id);
    CREATE INDEX response_by_message ON response (customer_id, message_id) WHERE message_id IS NOT NULL;
    CREATE INDEX response_by_cell ON response (campaign_id, cell) WHERE campaign_id IS NOT NULL;
    CREATE INDEX loose_outcome_by_event ON loose_outcome (customer_id, send_event_id);
    CREATE INDEX loose_outcome_by_message ON loose_outcome (customer_id, message_id);
    CREATE VIEW cell_result AS -- What each cell of a campaign brought, and beside it what it cost the customers
      SELECT campaign_id, coalesce(cell, '') AS cell, count(*) AS sent,
        count(DISTINCT customer_id) AS customers, count(delivered_time) AS delivered,
        count(bounced_time) AS bounced, count(clicked_time) AS clicked,
        count(replied_time) AS replied, count(called_time) AS called,
        count(visited_time) AS visited, count(bought_time) AS bought,
        count(declined_time) AS declined, count(complained_time) AS complained,
        count(opted_out_time) AS opted_out, count(complaint_time) AS complaints
      FROM response WHERE campaign_id IS NOT NULL GROUP BY campaign_id, cell;
    """
}
