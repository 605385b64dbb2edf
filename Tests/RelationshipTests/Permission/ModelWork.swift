// The model `permission` of a small history, made live and in bulk, and asked.

import GRDB
import JSONBytes
import LogEngine
import Projection
import RapportTesting
import ReadModels
import Relationship

@testable import Ledger

/// A model in memory, filled again and again.
final class ModelWork {
  private let queue: DatabaseQueue
  private static let model = PermissionModel.folded

  init() throws {
    queue = try DatabaseQueue()
    try queue.write { db in
      try db.execute(
        sql: """
          CREATE TABLE _rapport (position INTEGER, recorded INTEGER, holes INTEGER);
          CREATE TABLE _rapport_holes (position INTEGER, type TEXT, subject TEXT, reason TEXT);
          """ + Self.model.tables + Self.model.indexes)
    }
  }

  /// Fills the tables with what follows from `events`: in batches of `size`, or in bulk. Returns their digest.
  func fill(_ source: ArraySource, batches size: Int?) throws -> ContentDigest {
    try queue.write { db in
      let names = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
      for name in names { try db.execute(sql: "DELETE FROM \(name)") }
      let tables = Tables(db)
      if let size {
        var next = Position.zero
        while next < source.end {
          let batch = try source.events(from: next, countMax: size, ofTypes: nil)
          _ = try Self.model.apply(batch, at: next, of: source, to: tables)
          next = batch.next
        }
      } else {
        _ = try Self.model.build(from: source, upTo: source.end, into: tables)
      }
      try db.execute(
        sql: "INSERT INTO _rapport VALUES (?, 0, 0)", arguments: [Int64(source.end.value)])
      return try Digest.contents(of: db)
    }
  }

  /// The answers of the tables.
  func answers(
    _ asked: [String], of source: ArraySource, _ history: HistoryCase, knownAt known: KnownAt = .end
  ) throws -> [PermissionAnswer] {
    try queue.read { db in
      let tables = Tables(db)
      var house = HouseFacts()
      for event in try PermissionHouse.events(in: tables) { house.take(event) }
      let map = try source.customers(before: source.end)
      return try asked.map { text in
        let (question, at) = try PropertyRun.question(text)
        guard let rules = PermissionRules(house, at: at, knownAt: known) else {
          throw PermissionError.noPolicy
        }
        var sight = PermissionSight(tables, try tables.state(), map: map)
        let group = history.book.merges.group(of: question.customer, at: at, knownAt: known)
        var facts = group.facts(in: try sight.facts(ofRowsOf: group.subjects) ?? [])
        // An occasion is looked for in the log.
        for event in history.events where event.stamp.id == question.occasionEventId {
          if let place = facts.firstIndex(where: { $0.subject == event.subject }) {
            facts[place].takeOccasion(event)
          }
        }
        let customer = CustomerPermission(
          group, facts: facts, knownAt: known, readUpTo: sight.readUpTo,
          notes: try sight.notes(on: facts, besides: group.subjects, knownAt: known))
        return Permission(under: rules, zones: TableZones.all).answer(question, of: customer)
      }
    }
  }

  /// The events of a history behind those of its house, as a read model gets them: hashes in place of addresses.
  static func source(_ history: HistoryCase) throws -> ArraySource {
    ArraySource(try (PropertyRun.house.said + history.events).map(decoded))
  }

  static func decoded(_ event: PermissionEvent) throws -> DecodedEvent {
    var data = event.data
    if event.type == "contactpoint.added", let value = data["value"]?.string,
      !PermissionEvent.unreadable.contains(value), case .object(let members) = data.value
    {
      let kind = data["kind"]?.string ?? ""
      let hash = TableLedger.hash(AddressForm.normal(value, kind: kind))
      data = History.view(
        .object(
          members.map { member in
            member.name == "value"
              ? JSONMember("value", .string(hash)) : member
          }))
    }
    let stamp = event.stamp
    return DecodedEvent(
      position: Position(stamp.place), id: stamp.id, source: stamp.source, type: event.type,
      schemaVersion: 1, subject: event.subject, revision: nil, time: stamp.time,
      recorded: stamp.recorded, authtype: stamp.author.rawValue,
      authid: stamp.isImport ? "import:b1" : "x", causationid: nil, correlationid: nil, data: data)
  }
}
