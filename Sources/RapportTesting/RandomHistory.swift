// Histories out of a seed: events of every type that ships, shaped by their own schemas.

import Foundation
import JSONBytes

/// Makes random events that have the shape of `schemas/events`: required fields, codes, lists, references to earlier
/// events. Few ids, topics and days, so that events meet; some values that a reader may not see; some sums that no
/// read model can keep.
package struct RandomHistory {
  /// A schema as this generator reads it.
  private struct EventSchema {
    var type: String
    var hasSubject: Bool
    var root: JSONValue
  }

  private static let schemas: [EventSchema] = {
    let folder = SharedData.repository + "/schemas/events"
    // A folder that cannot be read is an empty one here: the next line says so.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    precondition(!names.isEmpty, "there are no event schemas in \(folder)")
    return names.filter { $0.hasSuffix(".v1.json") }.sorted().map { name in
      do {
        let root = try JSONDocument(scanning: SharedData.bytes(ofFile: "\(folder)/\(name)"))
          .root.value
        return EventSchema(
          type: String(name.dropLast(".v1.json".count)),
          hasSubject: root["x-subject"]?.string != "none", root: root)
      } catch { preconditionFailure("\(name) is no JSON: \(error)") }
    }
  }()

  /// Types whose events have a customer.
  package static var customerTypes: [String] { schemas.filter(\.hasSubject).map(\.type) }

  /// The types of the events that a reference of this name means.
  private static let referred: [String: String] = [
    "linkEventId": "identifier.linked", "mergeEventId": "profile.merged",
    "preferenceEventId": "preference.stated", "questionEventId": "question.asked",
    "invitationEventId": "relationship.invited", "relationshipEventId": "relationship.declared",
    "inferenceEventId": "inference.made", "pauseEventId": "contact.paused",
    "restrictionEventId": "restriction.applied", "sendEventId": "contact.sent",
  ]

  private var random: SeededGenerator
  private var history = History()
  private let customers: [String]
  private let prefix: String
  /// Ids of the customer's earlier events by type.
  private var ids: [String: [String: [String]]] = [:]
  private var subject = ""
  /// Whether references may dangle: to an event that is yet to come, or never will.
  private let dangles: Bool
  /// A reference was asked for that no earlier event can be.
  private var isImpossible = false

  /// The history of a seed. `types`: which types, nil for all that ship. `distinctTimes`: no two events carry the same
  /// instant. `prefix`: what the names of customers and events begin with, so that several histories stand in one ledger.
  /// In the histories of even seeds every reference finds its event.
  package static func events(
    seed: UInt64, count: Int, customers: Int = 4, types: [String]? = nil,
    distinctTimes: Bool = false, prefix: String = ""
  ) -> History {
    var maker = RandomHistory(seed: seed, customers: customers, prefix: prefix)
    let wanted = schemas.filter { types?.contains($0.type) ?? true }
    while maker.history.events.count < count { maker.addEvent(wanted, distinctTimes) }
    return maker.history
  }

  private init(seed: UInt64, customers: Int, prefix: String) {
    random = SeededGenerator(seed: seed)
    dangles = seed % 2 == 1
    self.prefix = prefix
    self.customers =
      (1..<customers).map { "\(prefix)c\($0)" } + ["\(prefix)anon-1"]
  }

  private mutating func addEvent(_ schemas: [EventSchema], _ distinct: Bool) {
    let number = history.events.count
    let schema = random.pick(schemas)
    subject = random.pick(customers)
    isImpossible = false
    let data = value(of: schema.root, schema.root, named: "")
    if isImpossible { return }
    // Days of 2026, so that times tie; late arrivals come by themselves.
    let day = Int64(random.next() % 300) * 86_400_000_000
    let start = Timestamp(CivilDate(daysSince1970: 20_454)).microseconds
    let time = Timestamp(microseconds: start + day + (distinct ? Int64(number) : 0))
    let id = history.add(
      schema.type, of: schema.hasSubject ? subject : nil, at: time,
      recorded: Timestamp(microseconds: start + 31_536_000_000_000 + Int64(number) * 1_000_000),
      id: prefix.isEmpty ? nil : "\(prefix)e\(number + 1)",
      by: random.pick(["app_user", "user", "service_account", "unknown"]),
      source: "/random", cause: cause(of: schema.type), data)
    ids[subject, default: [:]][schema.type, default: []].append(id)
  }

  /// Types of which another event is often the cause, and the types of that event.
  private static let causes: [String: [String]] = [
    "inquiry.received": ["contact.sent", "credit.granted"],
    "complaint.opened": ["contact.sent", "credit.granted"],
    "question.asked": ["contact.sent"], "conversation.held": ["contact.sent"],
  ]

  /// An earlier event of the customer; nil where the type has no cause, and now and then.
  private mutating func cause(of type: String) -> String? {
    let earlier = (Self.causes[type] ?? []).flatMap { ids[subject]?[$0] ?? [] }
    return earlier.isEmpty || random.chance(20) ? nil : random.pick(earlier)
  }

  private mutating func value(of schema: JSONValue, _ root: JSONValue, named name: String)
    -> JSONValue
  {
    if let reference = schema["$ref"]?.string {
      let definition = root["$defs"]?[String(reference.dropFirst("#/$defs/".count))]
      guard let definition else { preconditionFailure("no \(reference)") }
      return value(of: definition, root, named: name)
    }
    if let constant = schema["const"] { return constant }
    if let codes = schema["enum"]?.elements, !codes.isEmpty { return random.pick(codes) }
    if schema["x-personal"] == .bool(true), random.chance(15) {
      return random.pick([["$enc": "AAEC"], "[erased]", .null])
    }
    switch schema["type"]?.string {
    case "object"?: return object(schema, root)
    case "array"?:
      let least = Int(schema["minItems"]?.integer ?? 0)
      let count = least + Int(random.next() % 3)
      guard let items = schema["items"] else { return [] }
      return .array((0..<count).map { _ in value(of: items, root, named: name) })
    case "boolean"?: return .bool(random.chance(50))
    case "integer"?: return .integer(Int64(random.next() % 5) + (schema["minimum"]?.integer ?? 0))
    case "number"?: return .number(random.pick(["0", "0.5", "1", "4"]))
    default: return .string(text(schema["x-format"]?.string, named: name))
    }
  }

  private mutating func object(_ schema: JSONValue, _ root: JSONValue) -> JSONValue {
    guard case .object(let properties)? = schema["properties"] else { return [:] }
    var required = Set(schema["required"]?.elements.compactMap(\.string) ?? [])
    let ways = schema["anyOf"]?.elements.filter { $0["required"] != nil } ?? []
    if !ways.isEmpty {
      required.formUnion(random.pick(ways)["required"]?.elements.compactMap(\.string) ?? [])
    }
    var members: [JSONMember] = []
    for property in properties where required.contains(property.name) || random.chance(50) {
      members.append(
        JSONMember(property.name, value(of: property.value, root, named: property.name)))
    }
    return .object(members)
  }

  private mutating func text(_ format: String?, named name: String) -> String {
    switch format {
    case "eventId"?: return reference(name)
    case "id"?: return "\(name.prefix(2))\(random.next() % 3)"
    case "subject"?: return random.pick(customers)
    case "path"? where name == "path":
      return random.pick(["name", "birthDate", "country", "language"])
    case "path"? where name == "slot": return random.pick(["room", "meal", "food.meal"])
    case "path"? where name == "purpose": return random.pick(["marketing", "service.receipt"])
    case "path"?:
      return random.pick([
        "food", "food.meal", "food.meal.dessert", "travel.hotel", "travel.hotel.room",
      ])
    case "scope"? where name == "redeemWhere": return random.pick(["*", "berlin-3"])
    case "scope"?: return random.chance(50) ? "*" : name == "purpose" ? "marketing" : "food.meal"
    case "channel"?:
      return random.pick(["email", "voice.live", "inapp.web", "inperson", "none.referral"])
    case "channelScope"?: return random.pick(["*", "*", "email", "voice"])
    case "pointScope"?: return random.pick(["*", "*", "cp1"])
    case "decimal"?:
      if random.chance(3) { return random.pick(["0.00000001", "99999999999999999999"]) }
      return "\(random.next() % 200).\(random.pick(["00", "5", "125", "99"]))"
    case "currency"?: return random.pick(["EUR", "USD"])
    case "instant"?: return instant().text
    case "date"?: return instant().date.text
    case "duration"?: return random.pick(["P24M", "P7D", "PT15M"])
    case "language"?: return random.pick(["de", "en-GB"])
    case "country"?: return random.pick(["DE", "GB"])
    case "localTime"?: return random.pick(["09:00", "18:00"])
    case "timeZone"?: return "Europe/Berlin"
    case "hash"?: return "sha256:" + String(repeating: "ab", count: 32)
    default: return random.pick(["plain", "två ord", "\"quoted\"\n", "a b, c"])
    }
  }

  private mutating func instant() -> Timestamp {
    let start = Timestamp(CivilDate(daysSince1970: 20_454)).microseconds
    return Timestamp(microseconds: start + Int64(random.next() % 400) * 86_400_000_000)
  }

  /// Mostly an earlier event of the right type; where references may dangle, sometimes another.
  private mutating func reference(_ name: String) -> String {
    let type = Self.referred[name] ?? "order.completed"
    let earlier = ids[subject]?[type] ?? []
    if !earlier.isEmpty, !dangles || random.chance(80) { return random.pick(earlier) }
    if !dangles, Self.referred[name] != nil { isImpossible = true }
    return "e\(UInt64(history.events.count) + random.next() % 40)"
  }
}
