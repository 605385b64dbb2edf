// The rules of the house as the log has them, read once and kept up with what is appended.

import LogEngine
import Projection
import ReadModels
import Relationship

/// What concerns no single customer, as far as the log was read.
struct HouseReading: Sendable {
  private var facts = HouseFacts()
  private var next = Position.zero

  /// The facts of everything that is acknowledged. Cost: a scan over what was not looked at yet, which steps over
  /// blocks without such events.
  mutating func facts(of ledger: Ledger) throws -> HouseFacts {
    let mapper = ledger.mapper
    let end = ledger.log.end
    while next < end {
      let batch = try ledger.log.read(Selection(types: HouseFacts.types), from: next)
      for row in batch.rows {
        let event = try mapper.decode(batch.entry(row), at: row.position)
        if event.defect == nil { facts.take(event.permissionEvent) }
      }
      next = batch.next
    }
    return facts
  }
}
