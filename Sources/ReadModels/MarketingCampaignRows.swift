// The rows of campaigns.

import GRDB
import JSONBytes
import Projection
import Relationship

/// A row of `campaign`.
struct CampaignRow: KeyedRow {
  static let table = "campaign"

  let id: ByteText
  let goal: ByteText?
  let purpose: ByteText?
  let topic: ByteText?
  let experiment: ByteText?
  let mark: EventMark
  var plans: Int64

  init(_ campaign: String, _ event: DecodedEvent, plans: Int64) {
    let fields = event.fields
    id = ByteText(campaign)
    goal = fields.bytes("goalId")
    purpose = fields.bytes("purpose")
    topic = fields.bytes("topic")
    experiment = fields.bytes("experimentId")
    mark = event.mark
    self.plans = plans
  }

  init(reading row: RowReader) {
    id = row.bytes()
    goal = row.optionalBytes()
    purpose = row.optionalBytes()
    topic = row.optionalBytes()
    experiment = row.optionalBytes()
    mark = row.mark() ?? EventMark("", at: Moment(.first, place: 0), by: .unknown)
    plans = row.integer()
  }

  func write(to row: RowWriter) {
    row.text(id)
    row.bytes(goal)
    row.bytes(purpose)
    row.bytes(topic)
    row.bytes(experiment)
    row.mark(mark)
    row.integer(plans)
  }
}

/// A row of `cell`.
struct CellRow: VanishingRow {
  /// What the campaign's plan says of it.
  struct Plan: Hashable, Sendable {
    var contentVersion: ByteText?
    var channel: ByteText?
    var dropAt: Timestamp?
  }

  static let table = "cell"
  static let keyColumns = ["campaign_id", "cell"]

  let campaign: String
  let id: ByteText
  /// Nil: the plan does not name it.
  var plan: Plan?
  var planned: Int64 = 0
  var allowed: Int64 = 0
  var deferred: Int64 = 0
  var denied: Int64 = 0
  var sent: Int64 = 0
  var span = TimeSpan()
  var customers = CustomerCount()

  var keyValues: [DatabaseValue] { [campaign.databaseValue, id.text.databaseValue] }

  /// Whether nothing but a plan ever spoke of it.
  var isEmpty: Bool { plan == nil && customers == CustomerCount() && planned + sent == 0 }

  init(_ campaign: String, _ cell: ByteText) {
    self.campaign = campaign
    id = cell
  }

  init(reading row: RowReader) {
    campaign = row.text()
    id = row.bytes()
    let isPlanned = row.bool()
    let plan = Plan(
      contentVersion: row.optionalBytes(), channel: row.optionalBytes(), dropAt: row.optionalTime())
    self.plan = isPlanned ? plan : nil
    planned = row.integer()
    allowed = row.integer()
    deferred = row.integer()
    denied = row.integer()
    sent = row.integer()
    span = TimeSpan(reading: row)
    customers = row.count()
  }

  func write(to row: RowWriter) {
    row.text(campaign)
    row.text(id)
    row.bool(plan != nil)
    row.bytes(plan?.contentVersion)
    row.bytes(plan?.channel)
    row.time(plan?.dropAt)
    row.integer(planned)
    row.integer(allowed)
    row.integer(deferred)
    row.integer(denied)
    row.integer(sent)
    row.span(span)
    row.count(customers)
  }
}

/// A row of `cell_refusal`.
struct CellRefusalRow: KeyedRow {
  struct ID: Hashable, Comparable, Sendable {
    var cell: ByteText
    var verdict: ByteText
    var rule: ByteText

    static func < (one: ID, other: ID) -> Bool {
      (one.cell, one.verdict, one.rule) < (other.cell, other.verdict, other.rule)
    }
  }

  static let table = "cell_refusal"

  let campaign: String
  let id: ID
  var decisions: Int64 = 0
  var customers = CustomerCount()

  init(_ campaign: String, _ cell: ByteText, verdict: String, rule: ByteText) {
    self.campaign = campaign
    id = ID(cell: cell, verdict: ByteText(verdict), rule: rule)
  }

  init(reading row: RowReader) {
    campaign = row.text()
    id = ID(cell: row.bytes(), verdict: row.bytes(), rule: row.bytes())
    decisions = row.integer()
    customers = row.count()
  }

  func write(to row: RowWriter) {
    row.text(campaign)
    row.text(id.cell)
    row.text(id.verdict)
    row.text(id.rule)
    row.integer(decisions)
    row.count(customers)
  }
}

/// A row of `drop_calendar`.
struct DropRow: VanishingRow {
  enum What: String, Hashable, Comparable, Sendable {
    case contacts, plan

    static func < (one: What, other: What) -> Bool { one.rawValue < other.rawValue }
  }

  struct ID: Hashable, Comparable, Sendable {
    var day: Int64
    var what: What
    var cell: ByteText
    var department: ByteText
    var channel: ByteText

    static func < (one: ID, other: ID) -> Bool {
      (one.day, one.what, one.cell, one.department, one.channel)
        < (other.day, other.what, other.cell, other.department, other.channel)
    }
  }

  static let table = "drop_calendar"
  static let keyColumns = ["campaign_id", "day", "what", "cell", "department", "channel"]

  let campaign: String
  let id: ID
  var span = TimeSpan()
  var contacts: Int64 = 0
  var customers = CustomerCount()

  var keyValues: [DatabaseValue] {
    [
      campaign.databaseValue, id.day.databaseValue, id.what.rawValue.databaseValue,
      id.cell.text.databaseValue, id.department.text.databaseValue, id.channel.text.databaseValue,
    ]
  }

  /// The start of the day of an instant, in UTC.
  static func day(_ instant: Timestamp) -> Int64 { Timestamp(instant.date).microseconds }

  init(
    _ campaign: String, _ what: What, _ cell: ByteText, department: ByteText, channel: ByteText,
    _ dropAt: Timestamp
  ) {
    self.campaign = campaign
    id = ID(
      day: Self.day(dropAt), what: what, cell: cell, department: department, channel: channel)
  }

  init(reading row: RowReader) {
    campaign = row.text()
    id = ID(
      day: row.integer(), what: What(rawValue: row.text()) ?? .contacts, cell: row.bytes(),
      department: row.bytes(), channel: row.bytes())
    span = TimeSpan(reading: row)
    contacts = row.integer()
    customers = row.count()
  }

  func write(to row: RowWriter) {
    row.text(campaign)
    row.integer(id.day)
    row.text(id.what.rawValue)
    row.text(id.cell)
    row.text(id.department)
    row.text(id.channel)
    row.span(span)
    row.integer(contacts)
    row.count(customers)
  }
}
