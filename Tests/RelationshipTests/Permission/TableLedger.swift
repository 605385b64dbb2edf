// A small ledger as a row of the table describes it: whole events, as the door would take them.

import JSONBytes
import Relationship

/// Events in the order in which they were taken in, with every field that their schema asks for.
struct TableLedger {
  private(set) var events: [WrittenEvent] = []
  /// Events that must be refused, with the code.
  private(set) var refused: [(event: WrittenEvent, code: String)] = []
  private(set) var ofTheDoor: [String] = []

  init(world: [TableStep], history: [TableStep]) {
    for step in world + history { take(step) }
    // By `recordedtime`; what is equal stays as it is written.
    events = events.enumerated()
      .sorted { ($0.element.recorded, $0.offset) < ($1.element.recorded, $1.offset) }
      .map(\.element)
  }

  private mutating func take(_ step: TableStep) {
    switch step {
    case .event(let event):
      if let index = events.firstIndex(where: { $0.label == event.label }) {
        events[index] = event
      } else {
        events.append(event)
      }
    case .drop(let label): events.removeAll { $0.label == label }
    case .refused(let event, let code): refused.append((event, code))
    case .ofTheDoor(let text): ofTheDoor.append(text)
    }
  }

  /// A stand-in for the keyed hash of an address.
  static func hash(_ value: String) -> String {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in value.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let digits = String(state, radix: 16)
    let word = String(repeating: "0", count: 16 - digits.count) + digits
    return "hmac-sha256:" + String(repeating: word, count: 4)
  }

  static func book(_ events: [PermissionEvent]) -> PermissionBook {
    var book = PermissionBook { hash($0) }
    for event in events { book.take(event) }
    return book
  }

  /// Everything as the fold of permission sees it. The personal fields of who was erased cannot be read.
  func permissionEvents() throws -> [PermissionEvent] { try permissionEvents(before: events.count) }

  /// The first events as the fold saw them then: what was erased later could still be read.
  func permissionEvents(before end: Int) throws -> [PermissionEvent] {
    let events = events.prefix(end)
    let erased = Set(events.filter { $0.type == "data.erased" }.map { subject(of: $0) ?? "" })
    return try events.enumerated().map { place, event in
      try permissionEvent(
        event, at: UInt64(place), isErased: erased.contains(subject(of: event) ?? ""))
    }
  }

  func permissionEvent(
    _ event: WrittenEvent, at place: UInt64, isErased: Bool = false
  ) throws -> PermissionEvent {
    var text: [UInt8] = []
    var data = data(of: event)
    if isErased { data = Self.erased(data) }
    data.write(to: &text)
    let author = author(of: event)
    return PermissionEvent(
      EventStamp(
        event.label, source: "/table", place: place, time: event.time, recorded: event.recorded,
        author: author.0, authid: author.1),
      type: event.type, subject: subject(of: event),
      data: try JSONDocument(scanning: text).root)
  }

  private static func erased(_ data: JSONValue) -> JSONValue {
    guard case .object(let members) = data else { return data }
    return .object(
      members.map { member in
        ["value", "birthDate", "newValue", "deviceId"].contains(member.name)
          ? JSONMember(member.name, "[erased]") : member
      })
  }

  func subject(of event: WrittenEvent) -> String? {
    TableDefaults.house.contains(event.type) ? nil : event.subject ?? "C"
  }

  private func author(of event: WrittenEvent) -> (Author, String?) {
    switch event.author ?? TableDefaults.author(of: event.type) {
    case "customer": (.customer, "c")
    case "staff": (.staff, "s")
    case "import": (.serviceAccount, "import:b1")
    default: (.system, "rapport")
    }
  }

  /// The fields of an event: those that are written, and for the rest values that change nothing.
  func data(of event: WrittenEvent) -> JSONValue {
    let subject = subject(of: event)
    let notice = events.first { $0.type == "notice.presented" && self.subject(of: $0) == subject }
    var members = TableDefaults.members(
      of: event.type, time: event.time, notice: notice?.label ?? "none")
    func set(_ name: String, _ value: JSONValue) {
      members.removeAll { $0.name == name }
      members.append(JSONMember(name, value))
    }
    guard case .group(let written) = event.fields else { return .object(members) }
    for (name, value) in written {
      switch name {
      case "topics":
        set(
          "lines",
          .array(
            value.words.map { topic in
              [
                "topic": .string(topic), "quantity": 1,
                "lineTotal": ["amount": "10.00", "currency": "EUR"],
              ]
            }))
      case "suppressed":
        let kept = value.words.flatMap { self.hashes(ofPoint: $0, of: subject) }
        set(name, .array(kept.map { .string($0) }))
      default: set(name, TableDefaults.json(value, named: name))
      }
    }
    if event.type == "contactpoint.added", event.fields["kind"] == nil {
      set("kind", .string(kind(of: event)))
    }
    return .object(members)
  }

  private func kind(of point: WrittenEvent) -> String {
    point.fields["kind"]?.word ?? TableDefaults.kind(of: point.fields["channels"]?.words ?? [])
  }

  /// The hashes of every address that a contact point of the subject ever was; where it has none of that name, of
  /// anybody's.
  private func hashes(ofPoint id: String, of subject: String?) -> [String] {
    let named = events.filter {
      $0.type == "contactpoint.added" && $0.fields["contactPointId"]?.word == id
    }
    let own = named.filter { self.subject(of: $0) == subject }
    let values = (own.isEmpty ? Array(named.prefix(1)) : own).map { point in
      AddressForm.normal(point.fields["value"]?.word ?? id, kind: kind(of: point))
    }
    return (values.isEmpty ? [id] : values).map { Self.hash($0) }
  }
}
