// Rows of choices and contact points of the model `permission`.

import GRDB
import JSONBytes
import Projection
import Relationship

struct ChoiceRow: FollowingRow {
  static let table = "choice"
  static let keyColumns = ["position", "kind"]

  /// What is chosen, as the columns have it.
  private var kind: String
  private var channels: String?
  private var isOnly: Bool?
  private var window: Cadence.Window?
  private var cap: PermissionPolicy.Cap?
  private var until: Timestamp?

  private var stamp: EventStamp
  private var scope: StatementScope
  private var ended: Timestamp?
  private var replacedPlace: UInt64?

  init(_ choice: ChoiceOverTime) {
    stamp = choice.stamp
    scope = StatementScope(
      purpose: choice.purpose, topic: choice.topic, channel: choice.channel)
    ended = choice.ended
    replacedPlace = choice.replacedBy?.place
    switch choice.content {
    case .channels(let paths, let isOnly):
      kind = "channels"
      channels = paths.map(\.text).joined(separator: " ")
      self.isOnly = isOnly
    case .window(let window):
      kind = "window"
      self.window = window
    case .cap(let cap):
      kind = "cap"
      self.cap = cap
    case .pause(let until):
      kind = "pause"
      self.until = until
    }
  }

  var key: WordOnPlace { WordOnPlace(kind, stamp.place) }
  var keyValues: [DatabaseValue] {
    [Int64(bitPattern: stamp.place).databaseValue, kind.databaseValue]
  }

  func write(to row: RowWriter) {
    row.place(stamp.place)
    row.text(kind)
    row.text(scope.purpose.text)
    row.text(scope.topic.text)
    row.text(scope.channel.text)
    row.text(channels)
    row.bool(isOnly)
    row.text(window?.hours.dayNames.joined(separator: " "))
    row.integer((window?.hours.parts.from).map { Int64($0) })
    row.integer((window?.hours.parts.to).map { Int64($0) })
    row.text(window?.timeZone)
    row.integer(cap.map { Int64($0.count) })
    row.text(cap?.period.text)
    row.time(until)
    row.time(ended)
    row.place(replacedPlace)
    row.text(stamp.author.rawValue)
    row.text(stamp.id)
    row.time(stamp.time)
  }
}

struct ContactPointRow: FollowingRow {
  static let table = "contact_point"
  static let keyColumns = ["contact_point", "position"]

  private var line: PointLine
  private var subject: String

  /// The parts of a line that stand in columns.
  private struct PointLine: Hashable {
    var point: PointAdded
    var verified: Timestamp?
    var invalidated: EventStamp?
    var listings: [Listing]
  }

  /// `subject`: whom it was added for.
  init(_ line: PointOverTime, subject: String) {
    self.line = PointLine(
      point: line.point, verified: line.verified?.time, invalidated: line.invalidated,
      listings: line.listings)
    self.subject = subject
  }

  var key: UInt64 { line.point.stamp.place }
  var keyValues: [DatabaseValue] {
    [line.point.id.databaseValue, Int64(bitPattern: line.point.stamp.place).databaseValue]
  }

  func write(to row: RowWriter) {
    let point = line.point
    row.text(point.id)
    row.place(point.stamp.place)
    row.text(subject)
    row.text(point.kind)
    row.text(point.channels.map(\.text).joined(separator: " "))
    row.text(point.value)
    row.text(point.timeZones.joined(separator: " "))
    row.bool(point.isShared)
    row.bool(point.isBrought)
    row.text(point.replaces)
    row.text(point.stamp.author.rawValue)
    row.time(point.stamp.time)
    row.time(point.stamp.recorded)
    row.time(line.verified)
    row.time(line.invalidated?.time)
    row.place(line.invalidated?.place)
    row.text(
      line.listings.isEmpty ? nil : line.listings.map(\.list).joined(separator: " "))
    row.time(line.listings.first?.stamp.time)
  }
}

/// An opt-out that names a contact point of the customer's own, by an address that it stood for.
struct AddressWordRow: FollowingRow {
  static let table = "address_word"
  static let keyColumns = ["address", "position"]

  private var address: String
  private var place: UInt64

  var key: WordOnPlace { WordOnPlace(address, place) }
  var keyValues: [DatabaseValue] { key.values }

  func write(to row: RowWriter) {
    row.text(address)
    row.place(place)
  }
}

/// An opt-out that names a contact point which the customer had not added before: perhaps somebody else's.
struct StrayWordRow: FollowingRow {
  static let table = "stray_word"
  static let keyColumns = ["contact_point", "position"]

  private var point: String
  private var place: UInt64

  var key: WordOnPlace { WordOnPlace(point, place) }
  var keyValues: [DatabaseValue] { key.values }

  func write(to row: RowWriter) {
    row.text(point)
    row.place(place)
  }
}

extension AddressWordRow {
  static func all(_ facts: [CustomerFacts]) -> [AddressWordRow] {
    OptOutOfPoint.all(facts).flatMap { optOut in
      optOut.addresses.map { AddressWordRow(address: $0.text, place: optOut.place) }
    }
  }
}

extension StrayWordRow {
  static func all(_ facts: [CustomerFacts]) -> [StrayWordRow] {
    OptOutOfPoint.all(facts).filter(\.isStray)
      .map { StrayWordRow(point: $0.point, place: $0.place) }
  }
}

/// An opt-out that names a contact point, and what the customer's own additions of it come to.
private struct OptOutOfPoint {
  var point: String
  var place: UInt64
  /// Readable ones, each once.
  var addresses: Set<ByteText> = []
  /// The customer had not added it before.
  var isStray = true

  static func all(_ facts: [CustomerFacts]) -> [OptOutOfPoint] {
    facts.flatMap(\.forbids).compactMap { forbid in
      guard forbid.kind == .optOut, case .point(let id) = forbid.scope.point else { return nil }
      var optOut = OptOutOfPoint(point: id, place: forbid.stamp.place)
      for own in facts {
        for added in own.points where ByteText(added.id) == ByteText(id) {
          if added.stamp.place < optOut.place { optOut.isStray = false }
          if let value = added.value { optOut.addresses.insert(ByteText(value)) }
        }
      }
      return optOut
    }
  }
}
