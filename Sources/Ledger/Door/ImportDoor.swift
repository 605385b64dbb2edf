// What becomes of a row of an import: its events, or a note that it was set aside. Imports only tighten.

import EventCatalog
import JSONBytes
import LogEngine
import Projection
import ReadModels
import Relationship
import Vault

/// A row that is not applied, or not as a whole.
struct SetAside: Sendable {
  /// As reject files have it.
  var code: String
  /// What is wrong; no value of the row.
  var sentence: String
  /// As `import.quarantined` has it; nil for a row that nothing is recorded of.
  var reason: String?
  /// The `id` of the no that it would have undone, or of the erasure.
  var decidingEventId: String?
}

/// The facts that a row is judged by are on their way: let them be recorded, then ask again.
struct SettleFirst: Error {}

/// Decides on the rows of one run over one file.
struct ImportDoor {
  /// What goes in: envelopes, in order, perhaps more than the row made or fewer; and why not all of it does.
  struct Answer {
    var events: [JSONValue] = []
    var aside: SetAside?
  }

  let ledger: Ledger
  let mapping: String
  /// Actor and batch of what is made besides.
  let batch: String
  /// Customers of whom something was taken in that may not be recorded yet.
  var onTheWay: Set<String> = []
  private var index: AddressIndex?
  /// For contact points that were not added, because the customer has the address: the one that she has.
  private var aliases: [String: String] = [:]

  /// Every no. It goes in even where the rest of its row is set aside: a no is free.
  private static let forbids: Set<String> = [
    "optout.recorded", "objection.raised", "consent.withdrawn", "consent.refused",
    "consent.revoked",
  ]

  init(_ ledger: Ledger, mapping: String, batch: String) {
    self.ledger = ledger
    self.mapping = mapping
    self.batch = batch
  }

  /// Whether a row can go in as it is, without a look at what is recorded.
  func passes(_ row: [ImportedEvent]) -> Bool {
    aliases.isEmpty
      && row.allSatisfy { event in
        event.address == nil && !AppendRule.importedTypes.contains(event.type)
          && !Self.forbids.contains(event.type)
      }
  }

  /// What becomes of a row. Throws ``SettleFirst`` where it must be asked again, and what reading throws.
  mutating func answer(_ row: [ImportedEvent]) throws -> Answer {
    var index = try self.index ?? AddressIndex(of: ledger)
    defer { self.index = index }
    let customers = try ledger.mapper.customers(before: ledger.log.end)
    var answer = Answer()
    var events: [RowEvent] = []
    var isOfErased = false
    for event in row {
      let event = try RowEvent(event)
      if let aside = suppressed(event, index, customers) {
        answer.aside = answer.aside ?? aside
        isOfErased = isOfErased || event.address == nil
      } else if let aside = try loosening(event, index, customers) {
        answer.aside = aside
      } else {
        events.append(event)
      }
    }
    // What else a row says of somebody erased would bring her back under another name.
    if isOfErased || answer.aside?.code == Self.loosensCode {
      events.removeAll { !Self.forbids.contains($0.type) }
    }
    var found: [String: [AddressIndex.Holder]] = [:]
    for var event in events {
      if let address = event.address {
        let holders =
          try found[address.value]
          ?? holders(of: address, events, &index, customers, &answer.events)
        found[address.value] = holders
        answer.events += holders.map { event.copy(for: $0, in: events, hashedBy: index) }
        onTheWay.formUnion(holders.map(\.subject))
        continue
      }
      if let subject = event.subject { onTheWay.insert(subject) }
      if event.type == "contactpoint.added" {
        if isKnown(event, &index, customers) { continue }
      } else {
        event.rename(aliases)
      }
      answer.events.append(event.json)
    }
    if answer.events.isEmpty, answer.aside == nil, events.contains(where: { $0.address != nil }) {
      answer.aside = Self.nobody
    }
    return answer
  }

  // MARK: What is set aside

  private static let loosensCode = "import.loosens"

  private static let nobody = SetAside(
    code: "import.nobody",
    sentence:
      "no customer has this address, and the row says no no for it; import the customer first")

  private func suppressed(
    _ event: RowEvent, _ index: AddressIndex, _ customers: CustomerMap
  ) -> SetAside? {
    guard let address = event.hash(by: index) else { return nil }
    guard let erasure = index.erasure(of: address) else { return nil }
    // Who came back by her own act has the address again; what a file says of her is judged as of anybody.
    let holders = index.holders(of: address)
    if event.address != nil, !holders.isEmpty { return nil }
    if let subject = event.subject {
      let group = customers.group(of: subject)
      if holders.contains(where: { group.contains($0.subject) }) { return nil }
    }
    return SetAside(
      code: "import.suppressed",
      sentence:
        "the address belongs to somebody who was erased; only she herself can bring it back",
      reason: "suppressed", decidingEventId: erasure.id)
  }

  private func loosening(
    _ event: RowEvent, _ index: AddressIndex, _ customers: CustomerMap
  ) throws -> SetAside? {
    guard AppendRule.importedTypes.contains(event.type) else { return nil }
    if event.address == nil, try isRecorded(event) { return nil }
    let asked = try event.permissionEvent(recorded: ledger.clock(), at: ledger.log.end)
    var isLoosening = AppendRule.quarantine(asked) != nil
    switch event.type {
    case "contactpoint.added":
      let id = event.data["contactPointId"]?.string ?? ""
      let address = event.hash(by: index) ?? ""
      isLoosening =
        isLoosening || index.isTaken(id, by: address) || index.isAwaited(id, isPoint: true)
    case "notice.presented":
      isLoosening = isLoosening || index.isAwaited(event.id, isPoint: false)
    case "customer.registered" where event.data["birthDate"] != nil:
      if let known = try birthDate(of: event, customers) {
        return Self.loosens(known, "the customer's age is known; an import does not rectify it")
      }
    default: break
    }
    guard isLoosening else { return nil }
    return Self.loosens(
      try undone(by: asked, of: event, index, customers),
      "`\(event.type)` would loosen what the customer or the company closed; imports only tighten")
  }

  private static func loosens(_ decidingEventId: String?, _ sentence: String) -> SetAside {
    SetAside(
      code: loosensCode, sentence: sentence, reason: "loosensPermission",
      decidingEventId: decidingEventId)
  }

  private func isRecorded(_ event: RowEvent) throws -> Bool {
    try ledger.log.position(ofSource: event.source, id: event.id) != nil
  }

  /// The no of the customer, or of the first of those who have the address.
  private func undone(
    by asked: PermissionEvent, of event: RowEvent, _ index: AddressIndex, _ customers: CustomerMap
  ) throws -> String? {
    guard let address = event.address else {
      guard let subject = event.subject else { return nil }
      return ImportRule.undone(
        by: asked, in: try customer(subject, customers), at: asked.stamp.recorded)
    }
    for holder in index.holders(of: index.address(of: address.value, kind: address.kind)) {
      var copy = event
      copy.replacePoint(by: holder.point)
      let asked = try copy.permissionEvent(recorded: ledger.clock(), at: ledger.log.end)
      let customer = try customer(holder.subject, customers)
      if let id = ImportRule.undone(by: asked, in: customer, at: asked.stamp.recorded) { return id }
    }
    return nil
  }

  private func customer(_ subject: String, _ customers: CustomerMap) throws -> CustomerPermission {
    let group = customers.group(of: subject)
    guard onTheWay.isDisjoint(with: group) else { throw SettleFirst() }
    let events = try DoorEvents(of: group, groupsAsOf: ledger.log.end, in: ledger)
    return CustomerPermission(
      SubjectGroup(subjects: group.sorted(), unverified: []), facts: events.facts())
  }

  /// The event by which her age is known: a birth date, or a guardian's consent, which says that she is a minor. Nil
  /// also where the same date is known.
  private func birthDate(of event: RowEvent, _ customers: CustomerMap) throws -> String? {
    guard let subject = event.subject else { return nil }
    let group = customers.group(of: subject)
    guard onTheWay.isDisjoint(with: group) else { throw SettleFirst() }
    if group.allSatisfy({ ledger.log.revision(of: $0) == 0 }) { return nil }
    let facts = try DoorEvents(of: group, groupsAsOf: ledger.log.end, in: ledger).facts()
    let known = facts.flatMap(\.birthDates).max { $0.stamp < $1.stamp }
    if let known { return known.value == event.data["birthDate"]?.string ? nil : known.stamp.id }
    return facts.flatMap(\.permits).first { $0.kind == .guardian }?.stamp.id
  }

  // MARK: Who has an address

  /// One contact point of each customer who has the address. Where nobody has it, and the row says no for it, a
  /// customer is made with it, so that the no is there before she is.
  private func holders(
    of address: ImportedAddress, _ events: [RowEvent], _ index: inout AddressIndex,
    _ customers: CustomerMap, _ made: inout [JSONValue]
  ) throws -> [AddressIndex.Holder] {
    let hash = index.address(of: address.value, kind: address.kind)
    var seen: Set<String> = []
    let holders = index.holders(of: hash)
      .filter { seen.insert(customers.customer(of: $0.subject)).inserted }
    guard holders.isEmpty,
      let no = events.first(where: {
        Self.forbids.contains($0.type) && $0.address?.value == address.value
      })
    else { return holders }
    let unknown = UnknownCustomer(address, hash: hash, batch: batch, time: no.time)
    index.add(unknown.holder, address: hash)
    made += unknown.events
    return [unknown.holder]
  }

  /// Whether the customer has the address of a contact point already: then it adds nothing and revives nothing.
  private mutating func isKnown(
    _ event: RowEvent, _ index: inout AddressIndex, _ customers: CustomerMap
  ) -> Bool {
    guard let subject = event.subject, let address = event.hash(by: index),
      let id = event.data["contactPointId"]?.string
    else { return false }
    let group = customers.group(of: subject)
    guard let known = index.holders(of: address).first(where: { group.contains($0.subject) }) else {
      index.add(AddressIndex.Holder(subject: subject, point: id), address: address)
      return false
    }
    if known.point == id { return false }
    index.take(id, for: address)
    aliases[id] = known.point
    return true
  }

  // MARK: The note

  /// The event that says that a row was set aside; nil where it was said before. The same row at the same place has the
  /// same id, whichever file of that name it stands in.
  func note(of aside: SetAside, _ row: ImportedRow) throws -> JSONValue? {
    guard let reason = aside.reason, let line = row.pieces.first?.line else { return nil }
    let hash = try ledger.addressHash()
    let bytes = Array(row.pieces.map(\.bytes).joined(separator: [0x0A]))
    let name = hash.text(of: Array("\(row.name)\n\(line)\n".utf8) + bytes)
    let id = "quarantined-\(name.suffix(32))"
    let source = "/import/\(mapping)"
    if try ledger.log.position(ofSource: source, id: id) != nil { return nil }
    return [
      "specversion": "1.0", "id": .string(id), "source": .string(source),
      "type": "import.quarantined", "time": .string(ledger.clock().text),
      "dataschema": "import.quarantined/1", "authtype": "system", "authid": "rapport",
      "correlationid": .string(batch),
      "data": .object([
        "batchId": .string(batch), "rowNumber": .integer(line), "reason": .string(reason),
        "decidingEventId": aside.decidingEventId.map { .string($0) },
        "rowHash": .string(hash.text(of: bytes)),
      ]),
    ]
  }
}
