// The rows of the model `permission` that follow from a customer's facts, in the column order of PermissionTables.

import GRDB
import JSONBytes
import Projection
import Relationship

/// A row that follows from a customer's facts alone.
protocol FollowingRow: Hashable {
  static var table: String { get }
  /// Columns of the primary key behind `customer_id`.
  static var keyColumns: [String] { get }
  /// What tells the rows of one customer apart, and the same as values.
  associatedtype Key: Hashable
  var key: Key { get }
  var keyValues: [DatabaseValue] { get }
  /// Gives every column but the customer.
  func write(to row: RowWriter)
}

extension FollowingRow {
  /// Writes what is new or has changed since `old`, and removes what is gone. Costs a look at each row of both.
  static func store(
    _ new: [Self], inPlaceOf old: [Self], of customer: String, in tables: Tables
  ) throws {
    let writer = try tables.writer(table)
    var gone = Dictionary(old.map { ($0.key, $0) }) { first, _ in first }
    for row in new where gone.removeValue(forKey: row.key) != row {
      writer.text(customer)
      row.write(to: writer)
      try writer.insert()
    }
    guard !gone.isEmpty else { return }
    let condition = keyColumns.map { "AND \($0) = ?" }.joined(separator: " ")
    let statement = try tables.db.cachedStatement(
      sql: "DELETE FROM \(table) WHERE customer_id = ? \(condition)")
    for row in gone.values {
      try statement.execute(
        arguments: StatementArguments([customer.databaseValue] + row.keyValues))
    }
  }
}

/// Of rows of which an event makes one.
protocol RowOfEvent: FollowingRow where Key == UInt64 {
  var stamp: EventStamp { get }
}

extension RowOfEvent {
  static var keyColumns: [String] { ["position"] }
  var key: UInt64 { stamp.place }
  var keyValues: [DatabaseValue] { [Int64(bitPattern: stamp.place).databaseValue] }
}

/// A word and the position of the event that says it: most rows have no other key.
struct WordOnPlace: Hashable {
  private var word: ByteText
  private var place: UInt64

  init(_ word: String, _ place: UInt64) {
    self.word = ByteText(word)
    self.place = place
  }

  var values: [DatabaseValue] {
    [word.text.databaseValue, Int64(bitPattern: place).databaseValue]
  }
}

struct StatementRow: RowOfEvent {
  static let table = "statement"

  var stamp: EventStamp
  var subject: String
  var kind: StatementKind
  var scope: StatementScope
  var effect: Timestamp
  var until: Timestamp?
  var defect: PermitDefect?
  var isSigned: Bool

  init(_ permit: Permit, in facts: CustomerFacts) {
    stamp = permit.stamp
    subject = facts.subject
    kind = permit.kind
    scope = permit.scope
    effect = permit.stamp.momentOfYes
    until = PermitRule.end(of: permit, in: facts)
    defect = PermitRule.defect(of: permit, in: facts)
    isSigned = permit.isSigned
  }

  init(_ forbid: Forbid, in facts: CustomerFacts) {
    stamp = forbid.stamp
    subject = facts.subject
    kind = forbid.kind
    scope = forbid.scope
    effect = forbid.stamp.momentOfNo
    isSigned = false
  }

  static func all(_ facts: [CustomerFacts]) -> [StatementRow] {
    facts.flatMap { own in
      own.permits.map { StatementRow($0, in: own) } + own.forbids.map { StatementRow($0, in: own) }
    }
  }

  func write(to row: RowWriter) {
    row.place(stamp.place)
    row.text(subject)
    row.text(kind.isPermit ? "permit" : "forbid")
    row.text(kind.rawValue)
    row.text(scope.purpose.text)
    row.text(scope.topic.text)
    row.text(scope.channel.text)
    row.text(scope.point.text)
    row.time(effect)
    row.time(until)
    row.bool(defect == nil)
    row.text(defect?.rawValue)
    row.bool(isSigned)
    row.text(stamp.author.rawValue)
    row.bool(stamp.isImport)
    row.text(stamp.source)
    row.text(stamp.id)
    row.time(stamp.time)
    row.time(stamp.recorded)
  }
}

struct StandingRow: FollowingRow {
  static let table = "permission"
  static let keyColumns = ["purpose", "topic", "channel", "contact_point", "part"]

  var part: StandingPart

  private var words: [String] {
    let scope = part.scope
    return [scope.purpose.text, scope.topic.text, scope.channel.text, scope.point.text]
  }

  var key: [ByteText] { words.map(ByteText.init) + [ByteText("\(part.number)")] }
  var keyValues: [DatabaseValue] { words.map(\.databaseValue) + [part.number.databaseValue] }

  func write(to row: RowWriter) {
    for word in words { row.text(word) }
    row.integer(Int64(part.number))
    row.text(part.standing.result.rawValue)
    row.place(part.standing.winner?.place)
    row.text(part.standing.winner?.id)
    row.time(part.from)
    row.time(part.until)
  }
}

struct SuppressedRow: FollowingRow {
  static let table = "suppressed"
  static let keyColumns = ["address", "position"]

  var address: String
  var place: UInt64
  var time: Timestamp

  var key: WordOnPlace { WordOnPlace(address, place) }
  var keyValues: [DatabaseValue] { key.values }

  static func all(_ facts: [CustomerFacts]) -> [SuppressedRow] {
    facts.flatMap(\.erasures).flatMap { erasure in
      Set(erasure.suppressed.map(ByteText.init)).map { address in
        SuppressedRow(
          address: address.text, place: erasure.stamp.place, time: erasure.stamp.time)
      }
    }
  }

  func write(to row: RowWriter) {
    row.text(address)
    row.place(place)
    row.time(time)
  }
}

struct PressureRow: RowOfEvent {
  static let table = "pressure"

  var contact: ContactFact
  var stamp: EventStamp { contact.stamp }

  static func all(_ facts: [CustomerFacts]) -> [PressureRow] {
    facts.flatMap(\.contacts).filter { $0.messageClass?.isCounted == true }
      .map { PressureRow(contact: $0) }
  }

  func write(to row: RowWriter) {
    row.place(stamp.place)
    row.time(stamp.time)
    row.text(contact.department)
    row.text(contact.purpose)
    row.text(contact.topic)
    row.text(contact.channel)
    row.text(contact.contactPoint)
    row.text(contact.messageClass?.rawValue ?? "")
    row.text(contact.campaignId)
    row.text(stamp.id)
  }
}
