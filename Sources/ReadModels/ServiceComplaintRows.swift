// The rows of complaints and of the effort they cost, and their tables.

import JSONBytes
import Projection
import Relationship

/// A row of `complaint`.
struct ComplaintRow: KeyedRow {
  static let table = "complaint"

  let customer: String
  let id: ByteText
  var complaint: Complaint
  var company: ByteText?
  /// Id of the event that made the resolution.
  var resolvedEventId: String?

  init(_ customer: String, _ id: ByteText) {
    self.customer = customer
    self.id = id
    complaint = Complaint(id.text)
  }

  mutating func take(_ event: DecodedEvent) {
    let fields = event.fields
    if event.kind == .complaintOpened {
      complaint.opened(
        Complaint.Opening(
          event.mark, channel: fields.word("channel"), topic: fields.word("topic"),
          severity: fields.text("severity"), orderId: fields.text("orderId"),
          product: fields.text("product"), issue: fields.text("issue"),
          wantedRemedy: fields.personal("wantedRemedy")))
      if complaint.opening?.mark.moment == event.moment { company = fields.bytes("company") }
    } else {
      complaint.resolved(
        Complaint.Resolution(
          event.moment, remedy: fields.word("remedy"),
          customerAgrees: fields.bool("customerAgrees")))
      if complaint.resolution?.moment == event.moment { resolvedEventId = event.id }
    }
  }

  init(reading row: RowReader) {
    customer = row.text()
    id = row.bytes()
    _ = row.text()
    let topic = row.text()
    let channel = row.text()
    let severity = row.optionalText()
    let orderId = row.optionalText()
    let product = row.optionalText()
    let issue = row.optionalText()
    company = row.optionalBytes()
    let wanted = row.optionalText()
    let opening = row.mark().map { mark in
      Complaint.Opening(
        mark, channel: channel, topic: topic, severity: severity, orderId: orderId,
        product: product, issue: issue, wantedRemedy: wanted)
    }
    let reopened = row.moment()
    let remedy = row.text()
    let agrees = row.optionalBool()
    let resolution = row.moment().map {
      Complaint.Resolution($0, remedy: remedy, customerAgrees: agrees)
    }
    resolvedEventId = row.optionalText()
    complaint = Complaint(id.text, opening: opening, reopened: reopened, resolution: resolution)
  }

  func write(to row: RowWriter) {
    let opening = complaint.opening
    row.text(customer)
    row.text(id)
    row.text(complaint.state.rawValue)
    row.word((opening?.topic).map(ByteText.init))
    row.word((opening?.channel).map(ByteText.init))
    row.text(opening?.severity)
    row.text(opening?.orderId)
    row.text(opening?.product)
    row.text(opening?.issue)
    row.bytes(company)
    row.text(opening?.wantedRemedy)
    row.mark(opening?.mark)
    row.moment(complaint.reopened)
    row.word((complaint.resolution?.remedy).map(ByteText.init))
    row.bool(complaint.resolution?.customerAgrees)
    row.moment(complaint.resolution?.moment)
    row.text(resolvedEventId)
  }
}

/// A row of `effort`.
struct EffortRow: KeyedRow {
  static let table = "effort"

  let customer: String
  let id: ByteText
  var since: Timestamp
  /// The settlement with which the customer did not disagree.
  var solved: Timestamp?
  var contacts: Int64 = 0
  var openedEventId: String
  var solvedEventId: String?

  init(_ row: ComplaintRow, since: Timestamp) {
    customer = row.customer
    id = row.id
    self.since = since
    let isSolved = row.complaint.state == .resolved
    solved = isSolved ? row.complaint.resolution?.moment.time : nil
    openedEventId = row.complaint.opening?.mark.id ?? ""
    solvedEventId = isSolved ? row.resolvedEventId : nil
  }

  init(reading row: RowReader) {
    customer = row.text()
    id = row.bytes()
    since = Timestamp(microseconds: row.integer())
    solved = row.optionalTime()
    contacts = row.integer()
    openedEventId = row.text()
    solvedEventId = row.optionalText()
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.text(id)
    row.time(since)
    row.time(solved)
    row.integer(contacts)
    row.text(openedEventId)
    row.text(solvedEventId)
  }
}

/// A row of `effort_contact`: the customer came to us.
///
/// It may be about a complaint where it opened that one, or is no complaint and names no topic that speaks against it.
struct EffortContactRow: KeyedRow {
  enum Kind: String, Hashable, Sendable { case inquiry, complaint, conversation }

  static let table = "effort_contact"

  let customer: String
  let id: Moment
  let kind: Kind
  let channel: ByteText?
  let topic: ByteText?
  let complaint: ByteText?

  /// Nil for an event that is no such contact.
  init?(_ customer: String, _ event: DecodedEvent) {
    switch event.kind {
    case .inquiryReceived?: kind = .inquiry
    case .complaintOpened?: kind = .complaint
    case .conversationHeld?: kind = .conversation
    default: return nil
    }
    let fields = event.fields
    self.customer = customer
    id = event.moment
    channel = fields.bytes("channel")
    topic = kind == .conversation ? nil : fields.bytes("topic")
    complaint = kind == .complaint ? fields.bytes("complaintId") : nil
  }

  init(reading row: RowReader) {
    customer = row.text()
    id = row.moment() ?? Moment(.first, place: 0)
    kind = Kind(rawValue: row.text()) ?? .inquiry
    channel = row.optionalBytes()
    topic = row.optionalBytes()
    complaint = row.optionalBytes()
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.moment(id)
    row.text(kind.rawValue)
    row.bytes(channel)
    row.bytes(topic)
    row.bytes(complaint)
  }
}

/// A row of `effort_score`.
struct EffortScoreRow: KeyedRow {
  static let table = "effort_score"

  let customer: String
  let id: UInt64
  let time: Timestamp
  var occasion: ByteText?
  var score: Int64?
  var scaleMax: Int64?

  init(_ customer: String, _ moment: Moment, occasion: ByteText?) {
    self.customer = customer
    id = moment.place
    time = moment.time
    self.occasion = occasion
  }

  init(reading row: RowReader) {
    customer = row.text()
    id = row.optionalPlace() ?? 0
    time = Timestamp(microseconds: row.integer())
    occasion = row.optionalBytes()
    score = row.optionalInteger()
    scaleMax = row.optionalInteger()
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.place(id)
    row.time(time)
    row.bytes(occasion)
    row.integer(score)
    row.integer(scaleMax)
  }
}
