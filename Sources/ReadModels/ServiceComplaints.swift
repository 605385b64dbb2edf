// What went wrong for customers, and how many contacts they needed until it was solved.

import GRDB
import JSONBytes
package import Projection
import Relationship

/// The tables `complaint`, `effort`, `effort_contact` and `effort_score`. The key is the customer.
package struct ServiceComplaints: Projector {
  package static let name = ServiceModel.name
  package static let version = ServiceModel.version
  private static let kinds: Set<EventKind> = [
    .complaintOpened, .complaintResolved, .inquiryReceived, .conversationHeld, .feedbackGiven,
  ]
  package static let isOfCustomers = true
  package static let eventTypes: Set<String>? = kinds.names

  package init() {}

  package func key(of event: DecodedEvent) -> String? {
    event.kind.map(Self.kinds.contains) == true ? event.subject : nil
  }

  package func fresh(_ key: String) -> ServiceComplaintsState { ServiceComplaintsState(key) }

  package func load(
    _ key: String, for events: [DecodedEvent], from tables: Tables
  ) throws -> ServiceComplaintsState {
    try ServiceComplaintsState(key, for: events, from: tables)
  }

  package func fold(_ event: DecodedEvent, into state: inout ServiceComplaintsState) -> String? {
    state.take(event)
  }

  package func store(_ state: ServiceComplaintsState, of key: String, in tables: Tables) throws {
    try state.store(in: tables)
  }
}

/// The complaints of one customer that events touch, with the contacts they may be counted from.
package struct ServiceComplaintsState: Sendable {
  private let customer: String
  private var complaints = KeyedRows<ComplaintRow>()
  private var efforts = KeyedRows<EffortRow>()
  private var scores = KeyedRows<EffortScoreRow>()
  private var contacts = KeyedRows<EffortContactRow>()

  init(_ customer: String) { self.customer = customer }

  /// Loads the complaints that the events name, and those that were open when one of the contacts happened. Where a
  /// complaint itself may change, also the contacts since it was opened: they are counted anew.
  init(_ customer: String, for events: [DecodedEvent], from tables: Tables) throws {
    self.init(customer)
    var named: Set<ByteText> = []
    var since: Timestamp?
    for event in events where event.kind == .complaintOpened || event.kind == .complaintResolved {
      guard let id = event.fields.bytes("complaintId") else { continue }
      named.insert(id)
      since = min(since ?? event.time, event.time)
    }
    let times = events.filter { EffortContactRow(customer, $0) != nil }.map(\.time)
    let touched = """
      customer_id = ? AND (complaint_id IN (SELECT value FROM json_each(?))
        OR complaint_id IN (SELECT complaint_id FROM effort
          WHERE customer_id = ? AND since <= ? AND coalesce(solved_time, ?) >= ?))
      """
    let first = times.min()?.microseconds ?? Timestamp.last.microseconds
    let last = times.max()?.microseconds ?? Timestamp.first.microseconds
    try complaints.load(
      where: touched, [customer, SQLList.of(named), customer, last, first, first], from: tables)
    try efforts.load(
      where: touched, [customer, SQLList.of(named), customer, last, first, first], from: tables)
    for effort in efforts.stored where named.contains(effort.id) {
      since = since.map { min($0, effort.since) }
    }
    guard let since else { return }
    try contacts.load(
      where: "customer_id = ? AND time >= ?", [customer, since.microseconds], from: tables)
  }

  mutating func take(_ event: DecodedEvent) -> String? {
    if let contact = EffortContactRow(customer, event) { contacts.put(contact) }
    let fields = event.fields
    switch event.kind {
    case .complaintOpened?, .complaintResolved?:
      guard let id = fields.bytes("complaintId") else { return nil }
      complaints.change(id, or: ComplaintRow(customer, id)) { $0.take(event) }
    case .feedbackGiven?:
      guard fields.word("instrument") == "effort" else { return nil }
      return take(score: event)
    default: break
    }
    return nil
  }

  private mutating func take(score event: DecodedEvent) -> String? {
    let fields = event.fields
    var row = EffortScoreRow(customer, event.moment, occasion: fields.bytes("occasionEventId"))
    row.score = fields.millionths("score")
    row.scaleMax = fields.millionths("scaleMax")
    scores.put(row)
    let isExact = [("score", row.score), ("scaleMax", row.scaleMax)].allSatisfy { name, value in
      value != nil || !fields.has(name)
    }
    return isExact
      ? nil : "score is no number of at most six places that fits 64 bits of millionths"
  }

  func store(in tables: Tables) throws {
    var efforts = efforts
    let all = EffortContactIndex(contacts.sorted)
    let new = EffortContactIndex(contacts.sorted.filter { contacts.stored($0.id) == nil })
    for row in complaints.sorted {
      guard let opening = row.complaint.opening else { continue }
      var effort = EffortRow(row, since: opening.mark.moment.time)
      // Nothing of the complaint changed: what is new is all there is to count.
      let old = complaints.stored(row.id)?.complaint == row.complaint ? efforts[row.id] : nil
      effort.contacts = (old?.contacts ?? 0) + (old == nil ? all : new).count(about: row)
      efforts.put(effort)
    }
    try complaints.store(in: tables)
    try efforts.store(in: tables)
    try contacts.store(in: tables)
    try scores.store(in: tables)
  }
}

extension EventFields {
  /// A number in millionths; nil where there is none, and where it is not exactly so many.
  func millionths(_ name: String) -> Int64? {
    number(name).flatMap { ExactDecimal($0.utf8)?.micros }
  }
}
