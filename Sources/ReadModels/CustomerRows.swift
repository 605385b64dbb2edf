// The rows of a customer's other tables, in the column order of Customer360Tables.

import GRDB
import JSONBytes
import Projection
import Relationship

struct FactRow: TableRow {
  static let table = "fact"
  static let order = "position, item"

  var fact: Fact
  /// The fact that took its place.
  var successor: Moment?

  init(_ fact: Fact, replacedBy successor: Moment?) {
    self.fact = fact
    self.successor = successor
  }

  init(reading row: RowReader) {
    let place = row.optionalPlace() ?? 0
    let item = Int(row.integer())
    let kind = Fact.Kind(rawValue: row.text()) ?? .preference
    let topic = row.text()
    let about = row.optionalText()
    let value = row.optionalText()
    let origin = Origin(rawValue: row.text()) ?? .observed
    let time = Timestamp(microseconds: row.integer())
    let id = row.text()
    let mark = EventMark(
      id, at: Moment(time, place: place), by: Author(authtype: row.text()))
    let strength = row.optionalText()
    let standing = row.optionalBool()
    let validUntil = row.optionalTime()
    let reviewBy = row.optionalTime()
    let detail = row.optionalText()
    _ = row.bool()
    successor = row.moment()
    let how = row.optionalText().flatMap { Fact.Ending(rawValue: $0) }
    let ended = row.moment()
    fact = Fact(
      mark, item: item, kind, origin, topic: topic, about: about, value: value,
      strength: strength, standing: standing, validUntil: validUntil, reviewBy: reviewBy,
      detail: detail, end: ended.flatMap { moment in how.map { Fact.End(moment, $0) } })
  }

  func write(to row: RowWriter) {
    row.place(fact.mark.moment.place)
    row.integer(Int64(fact.item))
    row.text(fact.kind.rawValue)
    row.text(fact.topic)
    row.text(fact.about)
    row.text(fact.value)
    row.text(fact.origin.rawValue)
    row.time(fact.mark.moment.time)
    row.text(fact.mark.id)
    row.text(fact.mark.author.rawValue)
    row.text(fact.strength)
    row.bool(fact.standing)
    row.time(fact.validUntil)
    row.time(fact.reviewBy)
    row.text(fact.detail)
    row.bool(fact.end == nil && successor == nil)
    row.moment(successor)
    row.text(fact.end?.how.rawValue)
    row.moment(fact.end?.moment)
  }
}

struct CueRow: TableRow {
  static let table = "cue"
  static let order = "wish_position, context, reference"

  var vanishingKey: [DatabaseValue]? {
    [
      Int64(bitPattern: wish).databaseValue, context.databaseValue, reference.databaseValue,
    ]
  }

  var wish: UInt64
  var context: String
  var reference: String
  var topic: String
  var standing: Bool
  var isOpen: Bool
  var occasion: UInt64?
  var occasionTime: Timestamp?
  var startsAt: Timestamp?
  var honoured: Moment?
  var department: String?

  init(_ cue: Cue) {
    wish = cue.wish.mark.moment.place
    context = cue.context
    reference = cue.reference
    topic = cue.wish.topic
    standing = cue.wish.standing ?? false
    isOpen = cue.isOpen
    occasion = cue.occasion?.moment.place
    occasionTime = cue.occasion?.moment.time
    startsAt = cue.occasion?.startsAt
    honoured = cue.honoured?.moment
    department = cue.honoured?.department
  }

  /// The proof that the wish was honoured; nil for the row of the next visit, which repeats another row's.
  var honouring: Honouring? {
    guard let honoured, !context.isEmpty else { return nil }
    return Honouring(
      honoured, wish: wish, context: context, reference: reference, department: department ?? "")
  }

  init(reading row: RowReader) {
    wish = row.optionalPlace() ?? 0
    context = row.text()
    reference = row.text()
    topic = row.text()
    standing = row.bool()
    isOpen = row.text() == "open"
    occasion = row.optionalPlace()
    occasionTime = row.optionalTime()
    startsAt = row.optionalTime()
    honoured = row.moment()
    department = row.optionalText()
  }

  func write(to row: RowWriter) {
    row.place(wish)
    row.text(context)
    row.text(reference)
    row.text(topic)
    row.bool(standing)
    row.text(isOpen ? "open" : "honoured")
    row.place(occasion)
    row.time(occasionTime)
    row.time(startsAt)
    row.moment(honoured)
    row.text(department)
  }
}

extension Occasion: TableRow {
  static let table = "occasion"
  static let order = "position"

  init(reading row: RowReader) {
    let place = row.optionalPlace() ?? 0
    let context = Context(rawValue: row.text()) ?? .order
    let reference = row.text()
    let topic = row.optionalText()
    let slots = row.text().split(separator: " ").map(String.init)
    let time = Timestamp(microseconds: row.integer())
    self.init(
      Moment(time, place: place), context, reference: reference, topic: topic, slots: slots,
      startsAt: row.optionalTime())
  }

  func write(to row: RowWriter) {
    row.place(moment.place)
    row.text(context.rawValue)
    row.text(reference)
    row.text(topic)
    row.text(slots.joined(separator: " "))
    row.time(moment.time)
    row.time(startsAt)
  }
}

extension IdentityLink: TableRow {
  static let table = "link"
  static let order = "position"

  init(reading row: RowReader) {
    let place = row.optionalPlace() ?? 0
    let absorbed = row.text()
    let assurance = row.text()
    let time = Timestamp(microseconds: row.integer())
    let id = row.text()
    let author = Author(authtype: row.text())
    self.init(
      EventMark(id, at: Moment(time, place: place), by: author), absorbed: absorbed,
      assurance: assurance, undone: row.moment())
  }

  func write(to row: RowWriter) {
    row.place(mark.moment.place)
    row.text(absorbed)
    row.text(assurance)
    row.time(mark.moment.time)
    row.text(mark.id)
    row.text(mark.author.rawValue)
    row.moment(undone)
  }
}
