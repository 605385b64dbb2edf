// Events that name another event which is not here yet.

import GRDB
import JSONBytes
import Projection
import Relationship

/// An event that waits for the one it names. When that comes, it is taken in as if it had come after it, so that
/// the rows do not depend on the order of arrival.
struct LooseEnd: WaitingRow {
  static let table = "loose_end"
  static let keyColumns = ["customer_id", "position"]

  let customer: String
  /// The event's position.
  let id: UInt64
  var target: ByteText
  var eventId: String
  var source: String
  var type: String
  var schemaVersion: Int
  var time: Timestamp
  var recorded: Timestamp
  var authtype: String
  var data: String

  var awaited: [ByteText] { [target] }
  var keyValues: [DatabaseValue] {
    [customer.databaseValue, Int64(bitPattern: id).databaseValue]
  }

  init(_ event: DecodedEvent, of customer: String, waitingFor target: String) {
    self.customer = customer
    id = event.place
    self.target = ByteText(target)
    eventId = event.id
    source = event.source
    type = event.type
    schemaVersion = event.schemaVersion
    time = event.time
    recorded = event.recorded
    authtype = event.authtype
    data = String(decoding: event.data.source, as: UTF8.self)
  }

  /// What a loose end may wait for when it waits for this event.
  static func names(of event: DecodedEvent) -> [ByteText] {
    let names: [String] =
      switch event.kind {
      case .contactpointAdded?:
        [event.id, name(ofContactPoint: event.fields.word("contactPointId"))]
      case .suggestionMade?: [event.id, name(ofSuggestion: event.fields.word("suggestionId"))]
      default: [event.id]
      }
    return names.map(ByteText.init)
  }

  /// What a loose end waits for that names a contact point.
  static func name(ofContactPoint id: String) -> String { "contact point \(id)" }

  /// What a loose end waits for that names a suggestion.
  static func name(ofSuggestion id: String) -> String { "suggestion \(id)" }

  /// The event again; nil if the stored text is damaged.
  var event: DecodedEvent? {
    // A row that another program has changed is found by `verify`; here it only must not stop the fold.
    guard let document = try? JSONDocument(scanning: Array(data.utf8)) else { return nil }
    return DecodedEvent(
      place: id, id: eventId, source: source, type: type, schemaVersion: schemaVersion,
      subject: customer, time: time, recorded: recorded, authtype: authtype, data: document.root)
  }

  init(reading row: RowReader) {
    customer = row.text()
    id = row.optionalPlace() ?? 0
    target = row.bytes()
    eventId = row.text()
    source = row.text()
    type = row.text()
    schemaVersion = Int(row.integer())
    time = Timestamp(microseconds: row.integer())
    recorded = Timestamp(microseconds: row.integer())
    authtype = row.text()
    data = row.text()
  }

  func write(to row: RowWriter) {
    row.text(customer)
    row.place(id)
    row.text(target)
    row.text(eventId)
    row.text(source)
    row.text(type)
    row.integer(Int64(schemaVersion))
    row.time(time)
    row.time(recorded)
    row.text(authtype)
    row.text(data)
  }
}
