// The events that a subscription hands out.

import EventCatalog
import JSONBytes
import LogEngine
import Projection
import Relationship

/// Events of the log from a place on, as one subscriber may have them.
struct FollowedEvents {
  /// An erasure reaches everybody who follows events, whatever else was asked for or granted.
  static let erasure = "data.erased"

  private let ledger: Ledger
  private let department: String?
  private let types: Set<String>?
  private var gate: SharingGate?
  /// The plan was looked at when the ledger ended here.
  private var gateAsOf = Position.zero

  init(_ ledger: Ledger, department: String?, types: Set<String>?) throws {
    self.ledger = ledger
    self.department = department
    self.types = types
    try readPlan()
  }

  /// The plan in force now.
  private mutating func readPlan() throws {
    guard let department else { return }
    let end = ledger.log.end
    let gate = try ledger.sharingGate(for: department)
    guard !gate.grant.aggregateOnly else { throw LedgerError.totalsOnly(department) }
    self.gate = gate
    // Last: who asks again after an error is not given what the plan before allowed.
    gateAsOf = end
  }

  /// What is read of the log; nil for everything.
  private var selected: Set<String>? {
    var all = types ?? gate?.types
    if let gate { all?.formIntersection(gate.types) }
    all?.insert(Self.erasure)
    if department != nil { all?.formUnion(PublishedPlan.types) }
    return all
  }

  /// Reads on from `start` until there are items, the log ends, or enough was looked at. At most `countMax` items.
  mutating func items(
    from start: Position, countMax: Int
  ) throws -> (items: [SubscriptionItem], end: Position) {
    // The plan in force decides, also about what was appended before it was published.
    if gateAsOf != ledger.log.end { try readPlan() }
    var next = start
    var items: [SubscriptionItem] = []
    let end = ledger.log.end
    // A look at this many positions is enough for one turn.
    let enough = start.advanced(by: 1 << 16)
    while items.isEmpty, next < end, next < enough {
      let batch = try ledger.log.read(
        Selection(types: selected, parsed: department != nil), from: next)
      if department != nil, try changesPlan(batch) {
        try readPlan()
        continue
      }
      next = batch.next
      for row in batch.rows {
        guard items.count < countMax else {
          next = row.position
          break
        }
        if let item = try item(row, of: batch) { items.append(item) }
      }
    }
    return (items, next)
  }

  private func changesPlan(_ batch: EventBatch) throws -> Bool {
    batch.rows.contains { row in
      row.position >= gateAsOf
        && batch.entry(row)["type"]?.string.map { PublishedPlan.types.contains($0) } ?? false
    }
  }

  private func item(_ row: EventBatch.Row, of batch: EventBatch) throws -> SubscriptionItem? {
    guard let gate else { return .event(batch.bytes(row), at: row.position) }
    let event = try ledger.mapper.decode(batch.entry(row), at: row.position)
    let isErasure = event.type == Self.erasure
    guard isErasure || types?.contains(event.type) ?? true else { return nil }
    if let shared = gate.delivered(event) {
      return .event(shared.cloudEvent()[...], at: row.position)
    }
    guard isErasure else { return nil }
    return .event(Self.bare(event).cloudEvent()[...], at: row.position)
  }

  /// Whom to erase, and by which request.
  private static func bare(_ event: DecodedEvent) -> DecodedEvent {
    var bare = event
    bare.authid = nil
    bare.data = JSONPruner.pruned(event.data, keeping: .members(named: ["requestId": .whole]))
    return bare
  }
}

extension LedgerError {
  static func totalsOnly(_ department: String) -> LedgerError {
    LedgerError(
      "subscription.totals-only",
      "the sharing plan shows \(department) totals only, never single events; subscribe to its view",
      .usage)
  }
}
