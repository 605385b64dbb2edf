// One event that a row made, on its way through the door of imports.

import EventCatalog
import JSONBytes
import LogEngine
import Relationship

/// An envelope that an import made, taken apart as far as the door needs it.
struct RowEvent {
  let type: String
  let address: ImportedAddress?
  private(set) var json: JSONValue
  private(set) var data: JSONView

  /// Throws where the importer wrote what is no JSON, which is our bug.
  init(_ event: ImportedEvent) throws {
    let root = try JSONDocument(scanning: event.json).root
    type = event.type
    address = event.address
    json = root.value
    data = try root["data"] ?? JSONDocument(scanning: Array("{}".utf8)).root
  }

  private func text(_ name: String) -> String? {
    if case .string(let text)? = json[name] { text } else { nil }
  }

  var id: String { text("id") ?? "" }
  var source: String { text("source") ?? "" }
  var subject: String? { text("subject") }
  var time: String { text("time") ?? "" }

  /// What the address is known by that names the customer, or that a contact point adds.
  func hash(by index: AddressIndex) -> String? {
    if let address { return index.address(of: address.value, kind: address.kind) }
    guard type == "contactpoint.added", let value = data["value"]?.string else { return nil }
    return index.address(of: value, kind: data["kind"]?.string ?? "")
  }

  /// As the rules see it.
  func permissionEvent(recorded: Timestamp, at end: Position) throws -> PermissionEvent {
    PermissionEvent(
      EventStamp(
        id, source: source, place: end.value, time: Timestamp(time) ?? recorded,
        recorded: recorded, author: Author(authtype: text("authtype") ?? ""),
        authid: text("authid")),
      type: type, subject: subject, data: data)
  }

  /// Puts other ids in the place of contact points that were not added.
  mutating func rename(_ aliases: [String: String]) {
    guard !aliases.isEmpty else { return }
    replaceInData { aliases[$0] }
  }

  /// Puts the id of a contact point where the mapping left a place for it.
  mutating func replacePoint(by id: String) {
    replaceInData { $0 == ImportedAddress.pointWord ? id : nil }
  }

  private mutating func replaceInData(_ other: (String) -> String?) {
    guard case .object(let members)? = json["data"] else { return }
    var isChanged = false
    let replaced = members.map { member -> JSONMember in
      guard ["contactPoint", "contactPointId"].contains(member.name),
        case .string(let text) = member.value, let id = other(text)
      else { return member }
      isChanged = true
      return JSONMember(member.name, .string(id))
    }
    guard isChanged else { return }
    set("data", .object(replaced))
    var bytes: [UInt8] = []
    JSONValue.object(replaced).write(to: &bytes)
    // What was just written scans.
    if let document = try? JSONDocument(scanning: bytes) { data = document.root }
  }

  private mutating func set(_ name: String, _ value: JSONValue) {
    guard case .object(var members) = json else { return }
    members.removeAll { $0.name == name }
    members.append(JSONMember(name, value))
    json = .object(members)
  }

  /// The event as it is about one of those who have the address: with an id of its own, so that it stays the same
  /// whoever else has the address later.
  func copy(
    for holder: AddressIndex.Holder, in row: [RowEvent], hashedBy index: AddressIndex
  ) -> JSONValue {
    func name(_ id: String) -> String {
      let whole = "\(id)@\(holder.point)"
      if whole.utf8.count <= 256 { return whole }
      return "addressed-\(index.address(of: whole, kind: "").suffix(32))"
    }
    var copy = self
    copy.replacePoint(by: holder.point)
    copy.set("id", .string(name(id)))
    copy.set("subject", .string(holder.subject))
    if let cause = text("causationid"), row.contains(where: { $0.id == cause }) {
      copy.set("causationid", .string(name(cause)))
    }
    return copy.json
  }
}

/// Somebody of whom nothing is known but an address, and that she said no.
struct UnknownCustomer {
  let holder: AddressIndex.Holder
  let events: [JSONValue]

  /// Named after the keyed hash of the address: the same whichever file says it first.
  init(_ address: ImportedAddress, hash: String, batch: String, time: String) {
    let name = "unknown-\(hash.suffix(32))"
    holder = AddressIndex.Holder(subject: name, point: name)
    func event(_ type: String, _ data: JSONValue) -> JSONValue {
      [
        "specversion": "1.0", "id": .string("\(name)-\(type)"), "source": "/import/addresses",
        "type": .string(type), "subject": .string(name), "time": .string(time),
        "dataschema": .string("\(type)/1"), "authtype": "service_account",
        "authid": .string("import:\(batch)"), "correlationid": .string(batch), "data": data,
      ]
    }
    events = [
      event("customer.registered", ["kind": "person"]),
      event(
        "contactpoint.added",
        [
          "contactPointId": .string(name), "kind": .string(address.kind),
          "channels": .array(address.channels.map { .string($0) }),
          "value": .string(address.value), "ownership": "unknown", "addedBy": "import",
        ]),
    ]
  }
}
