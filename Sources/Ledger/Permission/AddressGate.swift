// Where addresses end: what asks about permission sees keyed hashes in their place.

import Disk
import JSONBytes
import LogEngine
package import Projection
import Relationship
package import Vault

/// Puts a keyed hash in place of every contact point's value, and of every device's id: both are only ever compared.
///
/// The model `permission` is made of events behind it, and so is every answer from the log, so that both compare the
/// same texts. Values are compared in their normal form, whoever wrote them.
package struct AddressGate: Sendable {
  private let hash: KeyedHash

  /// Hashes under the ledger's secret for addresses.
  package init(_ hash: KeyedHash) { self.hash = hash }

  /// What a model behind it depends on besides the catalogue: another secret, other rows. The number rises when other
  /// fields are hashed, or other forms of a value.
  var digest: String { "addresses-1:\(hash.fingerprint)" }

  /// In place of ``digest`` where there is no secret: no model is made under it.
  static let none = "addresses-1:none"

  /// The hash of an address as the model holds it. `kind` is that of a contact point: `email`, `phone`, …
  package func text(of value: String, kind: String) -> String {
    hash.text(of: Self.normal(value, kind: kind))
  }

  /// The form in which values are compared, the same as the rules compare them in.
  static func normal(_ value: String, kind: String) -> String {
    AddressForm.normal(value, kind: kind)
  }

  // MARK: Reading through it

  /// The events of another source without addresses.
  package func source(over base: any EventSource) -> some EventSource {
    AddresslessSource(base: base, gate: self)
  }

  /// The events without addresses. Costs a hash, and a copy of its data, for each event that has one.
  func hashed(_ events: [DecodedEvent]) -> [DecodedEvent] {
    var events = events
    for index in events.indices {
      switch events[index].type {
      case "contactpoint.added":
        let kind = events[index].data["kind"]?.string ?? ""
        replace("value", of: &events[index]) { text(of: $0, kind: kind) }
      case "signal.received": replace("deviceId", of: &events[index]) { hash.text(of: $0) }
      default: break
      }
    }
    return events
  }

  /// Puts another text in place of a field's; what stands in place of a value that cannot be read stays.
  private func replace(
    _ field: String, of event: inout DecodedEvent, by make: (String) -> String
  ) {
    guard let value = event.data[field], let text = value.string,
      !PermissionEvent.unreadable.contains(text)
    else { return }
    let (whole, own) = (event.data.source, value.source)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(whole.count + 96)
    bytes += whole[..<own.startIndex]
    bytes.append(UInt8(ascii: "\""))
    bytes += make(text).utf8
    bytes.append(UInt8(ascii: "\""))
    bytes += whole[own.endIndex...]
    do throws(JSONError) {
      event.data = try JSONDocument(scanning: bytes).root
    } catch {
      preconditionFailure("a hash in place of a text leaves JSON what it is")
    }
  }
}

/// A ledger without addresses.
private struct AddresslessSource: EventSource {
  let base: any EventSource
  let gate: AddressGate

  var end: Position { base.end }

  func refresh() throws { try base.refresh() }

  func events(
    from start: Position, countMax: Int, ofTypes types: Set<String>?
  ) throws -> DecodedBatch {
    var batch = try base.events(from: start, countMax: countMax, ofTypes: types)
    batch.events = gate.hashed(batch.events)
    return batch
  }

  func root(at end: Position) throws -> String { try base.root(at: end) }

  func isRoot(_ root: String, at end: Position) throws -> Bool {
    try base.isRoot(root, at: end)
  }

  func customers(before end: Position) throws -> CustomerMap { try base.customers(before: end) }

  func customers(before end: Position, asOf point: AsOf) throws -> CustomerMap {
    try base.customers(before: end, asOf: point)
  }

  func history(of subjects: Set<String>, before end: Position) throws -> [DecodedEvent] {
    gate.hashed(try base.history(of: subjects, before: end))
  }

  var stored: (any StoredEvents)? { base.stored.map { AddresslessStored(base: $0, gate: gate) } }
}

/// A ledger's log without addresses.
private struct AddresslessStored: StoredEvents {
  let base: any StoredEvents
  let gate: AddressGate

  var log: EventLog { base.log }
  var types: Set<String>? { base.types }

  func newestVersion(of type: String) -> Int? { base.newestVersion(of: type) }

  func lifted(_ event: DecodedEvent) -> DecodedEvent { base.lifted(event) }

  func decoded(entry: JSONView, at position: Position) throws -> DecodedEvent {
    try base.decoded(entry: entry, at: position)
  }

  func shared(_ events: [DecodedEvent]) -> [DecodedEvent] { gate.hashed(base.shared(events)) }

  func hear(_ done: UInt64, of all: UInt64) { base.hear(done, of: all) }
}

extension Ledger {
  /// The gate under this ledger's secret, which is made at the first call.
  package func addressGate() throws(LedgerError) -> AddressGate { AddressGate(try addressHash()) }

  /// Whether the secret is there; makes none.
  func hasAddressKey() throws(DiskError) -> Bool {
    try LinuxFileSystem().exists("\(keys.path)/addresses.key")
  }
}
