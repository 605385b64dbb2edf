// Questions to the read model `customer`.

package import JSONBytes
package import Projection
import GRDB
import Relationship

extension Customer360 {
  /// The view of one customer at `instant`; nil if the tables do not know her. `touchesMax` last touches are in it;
  /// `subjects` are all that are read as this customer.
  ///
  /// The tables decide what is known, the instant what holds: an expired promise, a pause that is over.
  package static func view(
    of customer: String, _ subjects: Set<String> = [], at instant: Timestamp, in tables: Tables,
    touchesMax: Int = 5
  ) throws -> CustomerView? {
    guard let builder = try builder(of: customer, at: instant, in: tables) else { return nil }
    let touches = try timeline(
      of: customer, in: tables, newestFirst: true, countMax: touchesMax)
    return builder.view(touches, lacking: try tables.holeCount(of: subjects.union([customer])))
  }

  /// A customer's state, ready for views of it at `instant`; nil if the tables do not know her.
  static func builder(
    of customer: String, at instant: Timestamp, in tables: Tables
  ) throws -> CustomerViewBuilder? {
    guard let state = try CustomerState(loading: customer, from: tables) else { return nil }
    let moments =
      [state.row.contact.stop, state.row.contact.erasure].compactMap { $0 }
      + state.wishes.occasions.filter { $0.startsAt.map { $0 > instant } ?? false }.map(\.moment)
    let sources = try moments.map(\.place).reduce(into: [UInt64: CustomerView.Source]()) {
      sources, place in
      sources[place] = try touch(of: customer, at: place, in: tables)?.source
    }
    return CustomerViewBuilder(state, at: instant, sources: sources)
  }

  /// The view of one customer that follows from `events` alone, such as those that had happened by `instant`.
  ///
  /// The events are in log order; those of other customers may be among them. Nil if none is of this one. `customers` says
  /// which subjects are one customer; `customer` is the one under which they are read.
  package static func view(
    of customer: String, at instant: Timestamp, from events: [DecodedEvent],
    customers: CustomerMap = .none, touchesMax: Int = 5
  ) throws -> CustomerView? {
    let own = events.filter { event in
      event.subject.map { customers.customer(of: $0).utf8.elementsEqual(customer.utf8) } ?? false
    }
    return try ModelFile.withFolded(Customer360.self, own, customers: customers) {
      try view(
        of: customer, customers.group(of: customer), at: instant, in: $0, touchesMax: touchesMax)
    }
  }

  /// Events of one customer, by the time they happened.
  package static func timeline(
    of customer: String, in tables: Tables, newestFirst: Bool, countMax: Int
  ) throws -> [CustomerView.Touch] {
    let way = newestFirst ? "DESC" : "ASC"
    var touches: [CustomerView.Touch] = []
    try tables.rows(
      "\(touchSQL) WHERE customer_id = ? ORDER BY time \(way), position \(way) LIMIT ?",
      [customer, countMax]
    ) { touches.append(touch($0)) }
    return touches
  }

  private static let touchSQL =
    "SELECT position, time, said_by, event_id, channel, type, line FROM timeline"

  private static func touch(
    of customer: String, at place: UInt64, in tables: Tables
  ) throws -> CustomerView.Touch? {
    var found: CustomerView.Touch?
    try tables.rows(
      "\(touchSQL) WHERE customer_id = ? AND position = ?", [customer, Int64(bitPattern: place)]
    ) { found = touch($0) }
    return found
  }

  private static func touch(_ row: RowReader) -> CustomerView.Touch {
    let source = CustomerView.Source(
      position: row.optionalPlace() ?? 0, time: row.optionalTime() ?? .first,
      saidBy: Author(authtype: row.text()), eventId: row.text())
    let channel = row.optionalText()
    return CustomerView.Touch(channel: channel, type: row.text(), line: row.text(), source: source)
  }
}
