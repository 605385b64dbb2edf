// Finds the event that somebody asks about: by its position, or by its id.

import EventCatalog
import JSONBytes
import LogEngine
import Projection
import Relationship

extension Ledger {
  /// The event at a position, or with an id.
  ///
  /// A reference of digits alone is a position. Throws `event.missing` where there is none, and `event.several` where
  /// events of several sources have the id. Cost: of a position one read; of an id a scan of the ids of all events, tens
  /// of nanoseconds each where they are sealed.
  func event(_ reference: String) throws -> DecodedEvent {
    if let number = UInt64(reference) {
      guard let found = try event(at: number) else { throw LedgerError.noEvent }
      return found
    }
    let places = try places(ofId: reference)
    guard places.count < 2 else {
      let list = places.prefix(5).map(\.description).joined(separator: ", ")
      throw LedgerError(
        "event.several",
        "\(places.count) events of different sources have that id; name one by its position: \(list)",
        .usage)
    }
    guard let place = places.first, let found = try event(at: place.value) else {
      throw LedgerError.noEvent
    }
    return found
  }

  /// The event at a position; nil behind the last one.
  func event(at position: UInt64) throws -> DecodedEvent? {
    guard position < log.end.value else { return nil }
    let batch = try log.read(.all, before: Position(position + 1))
    guard let row = batch.rows.first(where: { $0.position.value == position }) else { return nil }
    return try mapper.decode(batch.entry(row), at: row.position)
  }

  /// Where the events with an id are, ascending.
  private func places(ofId id: String) throws -> [Position] {
    let wanted = Array(id.utf8)
    let found = try log.scan(
      ScanSelection(columns: .ids), threads: 2, into: [Position]()
    ) { (places: inout [Position], batch: ScanBatch) throws(ReadError) in
      var bytes: [UInt8] = []
      for row in 0..<batch.count {
        bytes.removeAll(keepingCapacity: true)
        batch.appendID(row, to: &bytes)
        if bytes == wanted { places.append(batch.first.advanced(by: row)) }
      }
    }
    return found.flatMap { $0 }.sorted()
  }

  /// All events of a customer, with those of the subjects that merges in force join with her, in log order.
  func events(ofCustomer id: String) throws -> [DecodedEvent] {
    let end = log.end
    return try mapper.history(
      of: mapper.customers(before: end).group(of: id), before: end)
  }
}

extension LedgerError {
  /// The id is not repeated: it may be what somebody typed for an e-mail address.
  static let unknownCustomer = LedgerError(
    "customer.missing", "this ledger has no events of that customer; check the id", .missingInput)
  /// The reference is not repeated: it may be what somebody typed for an address.
  static let noEvent = LedgerError(
    "event.missing",
    "this ledger has no such event; name it by its position or its id, as rapport timeline and "
      + "rapport replay --json print them", .missingInput)
}
