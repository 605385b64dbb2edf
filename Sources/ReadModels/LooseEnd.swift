// Events that name another event which is not here yet.

import JSONBytes
import Projection

/// An event that waits for the one it names. When that comes, it is taken in as if it had come after it, so that
/// the rows do not depend on the order of arrival.
struct LooseEnd: TableRow {
  static let table = "loose_end"
  static let order = "position"
  static let vanishes = true

  var target: String
  var position: UInt64
  var id: String
  var source: String
  var type: String
  var schemaVersion: Int
  var time: Timestamp
  var recorded: Timestamp
  var authtype: String
  var data: String

  init(_ event: DecodedEvent, waitingFor target: String) {
    self.target = target
    position = event.place
    id = event.id
    source = event.source
    type = event.type
    schemaVersion = event.schemaVersion
    time = event.time
    recorded = event.recorded
    authtype = event.authtype
    data = String(decoding: event.data.source, as: UTF8.self)
  }

  /// The event again; nil if the stored text is damaged.
  func event(of customer: String) -> DecodedEvent? {
    // A row that another program has changed is found by `verify`; here it only must not stop the fold.
    guard let document = try? JSONDocument(scanning: Array(data.utf8)) else { return nil }
    return DecodedEvent(
      place: position, id: id, source: source, type: type, schemaVersion: schemaVersion,
      subject: customer, time: time, recorded: recorded, authtype: authtype, data: document.root)
  }

  init(reading row: RowReader) {
    position = row.optionalPlace() ?? 0
    target = row.text()
    id = row.text()
    source = row.text()
    type = row.text()
    schemaVersion = Int(row.integer())
    time = Timestamp(microseconds: row.integer())
    recorded = Timestamp(microseconds: row.integer())
    authtype = row.text()
    data = row.text()
  }

  func write(to row: RowWriter) {
    row.place(position)
    row.text(target)
    row.text(id)
    row.text(source)
    row.text(type)
    row.integer(Int64(schemaVersion))
    row.time(time)
    row.time(recorded)
    row.text(authtype)
    row.text(data)
  }
}
