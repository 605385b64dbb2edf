// What answers about permission keep from one question to the next: an open file, rules, merges, time zones.

import EventCatalog
import Foundation
import GRDB
import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship
import Synchronization

/// Shared by all questions of an open ledger. Nothing here decides anything: it may be forgotten at any time.
final class PermissionDesk: Sendable {
  private let file = Mutex<OpenFile?>(nil)
  private let house = Mutex<HouseShelf?>(nil)
  private let rules = Mutex<[RulesShelf]>([])
  private let merges = Mutex(MergeReading())
  private let zones = Mutex(ZoneShelf())
  private let types: Mutex<Set<String>?> = Mutex(nil)

  // MARK: Types

  /// The types of a ledger's catalogue that leave no facts.
  func typesWithoutFacts(of catalog: Catalog) -> Set<String> {
    types.withLock { types in
      if let types { return types }
      let found = Set(catalog.types.map(\.name)).subtracting(CustomerFacts.types)
      types = found
      return found
    }
  }

  // MARK: The file

  /// The file of the model that is open, and what the link to it named.
  private struct OpenFile {
    var target: String
    var queue: DatabaseQueue
  }

  /// Reads the file that `link` names, through a connection that stays open. Nil where there is none, where it cannot
  /// be read, and where it is not open yet unless `opens`.
  func read<Result>(
    _ link: String, opens: Bool, _ body: (Tables) throws -> Result?
  ) throws -> Result? {
    guard let target = Self.target(of: link) else { return nil }
    do {
      guard let queue = try queue(link, target, opens: opens) else { return nil }
      return try queue.unsafeRead { db in try Self.inOneState(db) { try body(Tables(db)) } }
    } catch is DatabaseError {
      return nil  // Whoever brings the model up to date finds out what is wrong, and mends it.
    }
  }

  /// Several queries of one state of the file: what a read of the queue does, with statements that are kept.
  private static func inOneState<Result>(
    _ db: Database, _ body: () throws -> Result
  ) throws -> Result {
    try db.cachedStatement(sql: "BEGIN DEFERRED TRANSACTION").execute()
    do {
      let found = try body()
      try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
      return found
    } catch {
      try db.rollback()
      throw error
    }
  }

  private func queue(_ link: String, _ target: String, opens: Bool) throws -> DatabaseQueue? {
    try file.withLock { open -> DatabaseQueue? in
      if let open, open.target == target { return open.queue }
      open = nil
      guard opens else { return nil }
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(5)
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
      let folder = link.lastIndex(of: "/").map { link[...$0] } ?? ""
      let queue = try DatabaseQueue(path: folder + target, configuration: configuration)
      open = OpenFile(target: target, queue: queue)
      return queue
    }
  }

  /// Closes the file, so that whoever writes it next has it alone.
  func close() { file.withLock { $0 = nil } }

  /// What a link names; nil where there is none.
  private static func target(of link: String) -> String? {
    var bytes = [CChar](repeating: 0, count: 256)
    // Safe: the call writes no more than the array has room for.
    let count = unsafe readlink(link, &bytes, bytes.count)
    guard count > 0, count < bytes.count else { return nil }
    return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: Rules

  /// The house as of a position; how many rows it was made of says whether another position knows more.
  private struct HouseShelf {
    var end: Position
    var mark: [Int64]
    var facts: HouseFacts
  }

  private struct RulesShelf {
    var mark: [Int64]
    var known: KnownAt
    var rules: PermissionRules
  }

  private static let rulesMax = 4

  /// The rules in force at `instant`. Throws `policy.none` where no policy is. Costs two look-ups where the house has
  /// said nothing since.
  func rules(
    at instant: Timestamp, knownAt known: KnownAt, in tables: Tables, end: Position
  ) throws -> PermissionRules {
    let house = try house(in: tables, end: end)
    let shelved = rules.withLock { shelf in
      shelf.first { $0.mark == house.mark && $0.known == known }?.rules
    }
    if let same = shelved?.at(instant) { return same }
    guard let made = PermissionRules(house.facts, at: instant, knownAt: known) else {
      throw LedgerError(PermissionError.noPolicy.code, PermissionError.noPolicy.sentence)
    }
    rules.withLock { shelf in
      shelf.removeAll { $0.mark != house.mark || $0.known == known }
      if shelf.count == Self.rulesMax { shelf.removeFirst() }
      shelf.append(RulesShelf(mark: house.mark, known: known, rules: made))
    }
    return made
  }

  private func house(in tables: Tables, end: Position) throws -> HouseShelf {
    let shelved = house.withLock { $0 }
    if let shelved, shelved.end == end { return shelved }
    let mark = try PermissionHouse.mark(in: tables)
    var found = HouseShelf(end: end, mark: mark, facts: HouseFacts())
    if let shelved, shelved.mark == mark {
      found.facts = shelved.facts
    } else {
      for event in try PermissionHouse.events(in: tables) { found.facts.take(event) }
    }
    house.withLock { $0 = found }
    return found
  }

  // MARK: Merges

  /// All merges before `end`, as they were said. Cost: that of ``EventMapper/customers(before:)``.
  func merges(before end: Position, of ledger: Ledger) throws -> MergeFacts {
    try merges.withLock { try $0.merges(before: end, of: ledger) }
  }

  // MARK: Zones

  /// The zones of these names, for questions about `instant`.
  func zones(_ names: Set<String>, around instant: Timestamp) -> ZoneTable {
    zones.withLock { $0.table(names, around: instant) }
  }

  /// The zones of these names and those of the policy, and perhaps others, for questions under `rules`.
  func zones(_ names: Set<String>, and rules: PermissionRules) -> ZoneTable {
    zones.withLock { $0.table(names, and: rules) }
  }
}

/// Merges as far as they were asked for.
private struct MergeReading: Sendable {
  private var facts = MergeFacts()
  private var end = Position.zero
  private var count = 0

  /// What was read beyond `end` would say more than the tables: then it is read anew, unless there is nothing between.
  mutating func merges(before end: Position, of ledger: Ledger) throws -> MergeFacts {
    if self.end > end {
      if try ledger.mapper.identityEvents(from: 0, before: end).count == count { return facts }
      self = MergeReading()
    }
    let events = try ledger.mapper.identityEvents(from: count, before: end)
    for event in events where event.defect == nil { facts.take(event.permissionEvent) }
    count += events.count
    self.end = end
    return facts
  }
}

/// Zones that were asked for, with the instant around which they were made.
private struct ZoneShelf: Sendable {
  private var anchor: Timestamp?
  private var found: [String: ZoneTable.Zone] = [:]
  private var unknown: Set<String> = []
  /// Everything that was found, and where the policy stands whose zones are among it.
  private var whole = ZoneTable([:])
  private var policy: UInt64?

  private static let day: Int64 = 86_400_000_000

  mutating func table(_ names: Set<String>, around instant: Timestamp) -> ZoneTable {
    add(names, around: anchor(for: instant))
    return ZoneTable(found.filter { names.contains($0.key) })
  }

  /// Nothing is copied where all of them are known.
  mutating func table(_ names: Set<String>, and rules: PermissionRules) -> ZoneTable {
    let anchor = anchor(for: rules.instant)
    if policy != rules.policyStamp.place {
      add(Set(rules.policy.zonesByCountry.values.joined()), around: anchor)
      policy = rules.policyStamp.place
    }
    add(names, around: anchor)
    return whole
  }

  private mutating func add(_ names: Set<String>, around anchor: Timestamp) {
    let missing = names.filter { found[$0] == nil && !unknown.contains($0) }
    if missing.isEmpty { return }
    let made = ZoneTable.ofTheSystem(missing, around: anchor)
    for name in missing {
      if let zone = made[name] { found[name] = zone } else { unknown.insert(name) }
    }
    whole = ZoneTable(found)
  }

  /// The instant around which the zones are made. They hold from a year before it to ten years after; no deferral is
  /// looked for further than five.
  private mutating func anchor(for instant: Timestamp) -> Timestamp {
    if let anchor, instant.microseconds > anchor.microseconds - 360 * Self.day,
      instant.microseconds < anchor.microseconds + 5 * 365 * Self.day
    {
      return anchor
    }
    self = ZoneShelf()
    anchor = instant
    return instant
  }
}
