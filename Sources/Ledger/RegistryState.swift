// What the log says of a do-not-call list: its snapshots, whose numbers are on it, and which numbers customers have.

import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship

/// Customers' phone numbers by their hash, and how each stands with one list.
struct RegistryState {
  /// One number of one customer. Of several contact points with the same number the first stands for all.
  struct Entry {
    var subject: String
    var point: String
    /// The last word of the log.
    var isListed = false
    fileprivate var said: EventStamp?
  }

  /// A snapshot that was loaded.
  struct Snapshot {
    var id: String
    var asOf: Timestamp
  }

  /// By hash. Customers who were erased are left out.
  private(set) var entries: [String: [Entry]] = [:]
  /// The one with the latest state.
  private(set) var latest: Snapshot?
  private(set) var snapshots: Set<String> = []

  /// Reads what the log says. Cost: a scan that steps over blocks without these types, and a hash for each number.
  init(of list: String, in ledger: Ledger, _ gate: AddressGate) throws {
    var addresses: [String: String] = [:]
    var listings: [(event: EventStamp, subject: String, point: String, isMatch: Bool)] = []
    var erased: Set<String> = []
    try Self.events(of: ledger) { event in
      func text(_ name: String) -> String? { event.data[name]?.string }
      let stamp = event.permissionEvent.stamp
      switch event.type {
      case "registry.snapshot.loaded":
        guard text("list") == list, !stamp.isImport,
          let asOf = text("asOf").flatMap({ Timestamp($0) })
        else { return }
        snapshots.insert(event.id)
        if latest.map({ $0.asOf <= asOf }) ?? true { latest = Snapshot(id: event.id, asOf: asOf) }
      case "contactpoint.added":
        guard let subject = event.subject, let point = text("contactPointId"),
          text("kind") == "phone", let value = text("value"),
          !PermissionEvent.unreadable.contains(value)
        else { return }
        let hash = gate.text(of: value, kind: "phone")
        addresses[point] = hash
        if entries[hash]?.contains(where: { $0.subject == subject }) != true {
          entries[hash, default: []].append(Entry(subject: subject, point: point))
        }
      case "data.erased": if let subject = event.subject { erased.insert(subject) }
      default:
        guard text("list") == list, let subject = event.subject, let point = text("contactPointId")
        else { return }
        let isMatch = event.type == "registry.matched"
        // An import may put somebody on the list, never take her off it.
        if isMatch || !stamp.isImport { listings.append((stamp, subject, point, isMatch)) }
      }
    }
    for listing in listings {
      guard let hash = addresses[listing.point] else { continue }
      for index in (entries[hash] ?? []).indices {
        guard entries[hash]?[index].subject == listing.subject,
          entries[hash]?[index].said.map({ $0 < listing.event }) ?? true
        else { continue }
        entries[hash]?[index].said = listing.event
        entries[hash]?[index].isListed = listing.isMatch
      }
    }
    for hash in entries.keys { entries[hash]?.removeAll { erased.contains($0.subject) } }
  }

  private static let types: Set<String> = [
    "registry.snapshot.loaded", "registry.matched", "registry.cleared", "contactpoint.added",
    "data.erased",
  ]

  private static func events(of ledger: Ledger, _ body: (DecodedEvent) -> Void) throws {
    let mapper = ledger.mapper
    let end = ledger.log.end
    var next = Position.zero
    while next < end {
      let batch = try ledger.log.read(Selection(types: types), from: next)
      for row in batch.rows {
        let event = try mapper.decode(batch.entry(row), at: row.position)
        if event.defect == nil { body(event) }
      }
      next = batch.next
    }
  }
}
