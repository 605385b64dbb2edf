// Who has an address, by its keyed hash: made once for an import from a scan of the log, and kept up with what the
// import brings in.

import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship

/// Contact points by address, and what an import must not touch. No address is held in clear. It is the one place where
/// the door of imports looks addresses up.
struct AddressIndex: Sendable {
  /// A contact point that has the address.
  struct Holder: Hashable, Sendable {
    var subject: String
    var point: String
  }

  private let gate: AddressGate
  /// In the order in which the contact points were added.
  private var holders: [String: [Holder]] = [:]
  /// The address of each contact point that was ever added.
  private var addresses: [String: String] = [:]
  /// Contact points, notices and requests that a yes names: whoever brought them in could give it another meaning.
  private var named: Set<String> = []
  private var erased: Set<String> = []
  /// By address the latest erasure that keeps it.
  private var erasures: [String: EventStamp] = [:]

  private static let types: Set<String> = [
    "contactpoint.added", "contactpoint.verified", "data.erased", "consent.requested",
    "consent.given", "consent.confirmed", "guardian.consented",
  ]

  /// Reads what the log says. Cost: a scan that steps over blocks without these types, and a hash for each address.
  init(of ledger: Ledger) throws {
    gate = try ledger.addressGate()
    let mapper = ledger.mapper
    let end = ledger.log.end
    var next = Position.zero
    while next < end {
      let batch = try ledger.log.read(Selection(types: Self.types), from: next)
      for row in batch.rows {
        let event = try mapper.decode(batch.entry(row), at: row.position)
        if event.defect == nil { take(event) }
      }
      next = batch.next
    }
  }

  private mutating func take(_ event: DecodedEvent) {
    guard let subject = event.subject else { return }
    func text(_ name: String) -> String? { event.data[name]?.string }
    switch event.type {
    case "contactpoint.added":
      guard let point = text("contactPointId") else { return }
      let value = text("value").flatMap { PermissionEvent.unreadable.contains($0) ? nil : $0 }
      add(
        Holder(subject: subject, point: point),
        address: value.map { address(of: $0, kind: text("kind") ?? "") })
    case "contactpoint.verified": if let id = text("contactPointId") { named.insert(id) }
    case "data.erased":
      erased.insert(subject)
      let stamp = event.permissionEvent.stamp
      for address in event.data["suppressed"]?.elements.compactMap(\.string) ?? [] {
        erasures[address] = max(erasures[address] ?? stamp, stamp)
      }
    default:
      for name in ["contactPoint", "noticeEventId", "requestEventId"] {
        if let id = text(name) { named.insert(id) }
      }
    }
  }

  /// Takes in a contact point. `address` is nil where the value cannot be read any more: the id is taken all the same.
  mutating func add(_ holder: Holder, address: String?) {
    addresses[holder.point] = address ?? ""
    guard let address, holders[address]?.contains(holder) != true else { return }
    holders[address, default: []].append(holder)
  }

  /// The id means this address from now on, although no contact point of it was added.
  mutating func take(_ point: String, for address: String) { addresses[point] = address }

  /// What an address is known by. `kind` is that of its contact point.
  func address(of value: String, kind: String) -> String { gate.text(of: value, kind: kind) }

  /// The contact points of an address, those of erased customers left out.
  func holders(of address: String) -> [Holder] {
    (holders[address] ?? []).filter { !erased.contains($0.subject) }
  }

  /// The erasure that keeps an address.
  func erasure(of address: String) -> EventStamp? { erasures[address] }

  /// Whether a contact point with this id was added for another address.
  func isTaken(_ point: String, by address: String) -> Bool {
    addresses[point].map { $0 != address } ?? false
  }

  /// Whether somebody said yes naming a contact point, notice or request of this id that is not there: who brings it in
  /// would decide what the yes means.
  func isAwaited(_ id: String, isPoint: Bool) -> Bool {
    named.contains(id) && (!isPoint || addresses[id] == nil)
  }
}
