// How instants, places and authors stand in rows.

import JSONBytes
import Projection
import Relationship

extension RowWriter {
  /// An instant, in microseconds since 1970 UTC.
  func time(_ value: Timestamp?) { integer(value?.microseconds) }

  /// A position of the ledger.
  func place(_ value: UInt64?) { integer(value.map { Int64(bitPattern: $0) }) }

  /// Two columns: time and position.
  func moment(_ value: Moment?) {
    self.time(value?.time)
    place(value?.place)
  }

  /// Four columns: time, position, event id, kind of actor.
  func mark(_ value: EventMark?) {
    moment(value?.moment)
    text(value?.id)
    text(value?.author.rawValue)
  }
}

extension RowReader {
  /// As ``RowWriter/time(_:)`` writes it.
  func optionalTime() -> Timestamp? { optionalInteger().map { Timestamp(microseconds: $0) } }

  /// As ``RowWriter/place(_:)`` writes it.
  func optionalPlace() -> UInt64? { optionalInteger().map { UInt64(bitPattern: $0) } }

  /// As ``RowWriter/moment(_:)`` writes it.
  func moment() -> Moment? {
    let time = optionalTime()
    let place = optionalPlace()
    guard let time, let place else { return nil }
    return Moment(time, place: place)
  }

  /// As ``RowWriter/mark(_:)`` writes it.
  func mark() -> EventMark? {
    let moment = moment()
    let id = optionalText()
    let author = optionalText()
    guard let moment, let id, let author else { return nil }
    return EventMark(id, at: moment, by: Author(authtype: author))
  }

  /// Two columns: millionths and currency.
  func money() -> Money? {
    let micros = optionalInteger()
    let currency = optionalText()
    guard let micros, let currency else { return nil }
    return Money(micros: micros, currency: currency)
  }
}
