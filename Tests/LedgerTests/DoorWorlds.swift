// Generated customers, their histories, and files that somebody imports about them.

import JSONBytes
import RapportTesting

/// A customer or two, everything that was said of them, and two files about them.
struct DoorWorld {
  let name: String
  /// Events that are in the log, whoever let them in.
  var history: [String] = []
  /// Rows of a list of consents.
  var rows: [String] = []
  /// Envelopes of another ledger.
  var envelopes: [String] = []
  private var random: SeededGenerator
  private var made = 0

  static let purposes = [
    "marketing", "marketing.newsletter", "marketing.profiled", "relationship.survey",
    "sharing.advertising",
  ]

  init(_ number: Int, seed: UInt64) {
    name = "w\(number)"
    random = SeededGenerator(seed: seed &* 0x9E37_79B9 &+ UInt64(number))
    history.append(
      event("customer.registered", "c", ["kind": "person", "country": .string(country)]))
    history.append(event("notice.presented", "c", by: "system", Lines.notice, id: "\(name)-n1"))
    history.append(event("contactpoint.added", "c", point(by: "customer")))
    for _ in 0..<3 + random.below(12) { history.append(happening()) }
    for _ in 0..<random.below(4) { rows.append(row()) }
    for _ in 0..<1 + random.below(5) { envelopes.append(envelope()) }
  }

  var subjects: [String] { ["\(name)-c", "\(name)-d"] }
  var values: [String] {
    ["x@\(name).test", "y@\(name).test", "z@\(name).test", phone(1), phone(2)]
  }

  private func phone(_ last: Int) -> String {
    let digits = String(name.dropFirst())
    return "+4930" + String(repeating: "0", count: max(0, 7 - digits.utf8.count)) + digits
      + "\(last)"
  }

  private var country: String { ["DE", "GB", "US"][name.utf8.reduce(0) { $0 + Int($1) } % 3] }

  // MARK: Parts

  private mutating func event(
    _ type: String, _ subject: String, by author: String = "customer", _ data: JSONValue,
    id: String? = nil
  ) -> String {
    made += 1
    let day = random.below(150)
    let date = CivilDate(daysSince1970: 20_454 + day)  // from 1 January 2026
    let text = "\(date.year)-\(two(date.month))-\(two(date.day))"
    return Lines.event(
      id ?? "\(name)-e\(made)", type, of: "\(name)-\(subject)", at: text, by: author,
      source: author == "import" ? "/old" : "/web", data)
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private mutating func who() -> String { random.chance(75) ? "c" : "d" }
  private mutating func author() -> String {
    random.pick(["customer", "customer", "staff", "system"])
  }
  private mutating func pointID() -> String { "\(name)-p\(1 + random.below(4))" }
  private mutating func channel() -> String { random.pick(["email", "sms", "voice", "*"]) }
  private mutating func topic() -> String { random.pick(["*", "*", "general", "food"]) }
  private mutating func purpose() -> String { random.pick(Self.purposes) }

  private mutating func point(by: String) -> JSONValue {
    let value = random.pick(values)
    let channels =
      value.hasPrefix("+")
      ? random.pick([["voice"], ["sms"], ["voice", "sms"]]) : ["email"]
    var data = Lines.point(pointID(), value, channels: channels, addedBy: by)
    if by == "customer" || random.chance(10), random.chance(20),
      case .object(let members) = data
    {
      data = .object(members + [JSONMember("replaces", .string(pointID()))])
    }
    return data
  }

  private mutating func consent() -> JSONValue {
    let purpose = purpose()
    let isSharing = purpose == "sharing.advertising"
    return Lines.consent(
      "\(name)-n\(random.chance(80) ? 1 : 2)", purpose: purpose, topic: topic(),
      channel: isSharing ? "none" : channel(), point: isSharing ? "none" : pointID())
  }

  private mutating func no() -> (String, JSONValue) {
    switch random.below(4) {
    case 0: return ("objection.raised", ["purpose": .string(purpose()), "route": "portal"])
    case 1:
      return (
        "consent.withdrawn",
        [
          "purpose": .string(random.chance(50) ? "*" : purpose()), "topic": .string(topic()),
          "channel": .string(channel()), "contactPoint": "*", "route": "portal",
        ]
      )
    case 2:
      return (
        "item.reacted",
        ["reaction": .string(random.pick(["notInterested", "want"])), "topic": "food"]
      )
    default:
      return (
        "optout.recorded",
        [
          "purpose": .string(random.chance(50) ? "*" : purpose()), "topic": .string(topic()),
          "channel": .string(channel()),
          "contactPoint": .string(random.chance(50) ? "*" : pointID()), "route": "portal",
        ]
      )
    }
  }

  private mutating func birthDate() -> JSONValue {
    .string(random.pick(["2012-03-01", "2014-06-01", "1980-01-01"]))
  }

  private mutating func change() -> (String, JSONValue) {
    switch random.below(9) {
    case 0:
      return (
        "contactpoint.invalidated",
        [
          "contactPointId": .string(pointID()),
          "reason": .string(random.pick(["hardBounce", "reassigned"])),
        ]
      )
    case 1:
      return ("contactpoint.verified", ["contactPointId": .string(pointID()), "method": "link"])
    case 2:
      return (
        "profile.attribute.rectified", ["path": "birthDate", "newValue": birthDate()]
      )
    case 3:
      return (
        "channel.chosen",
        [
          "purpose": .string(purpose()), "topic": .string(topic()),
          "channels": [.string(random.pick(["email", "sms", "voice"]))], "mode": "only",
        ]
      )
    case 4:
      return (
        "contact.paused",
        [
          "purpose": "*", "topic": "*", "channel": .string(channel()),
          "until": "2026-08-01T00:00:00Z",
        ]
      )
    case 5: return ("restriction.applied", ["reason": "accuracyContested"])
    case 6:
      return (
        "signal.received",
        ["kind": "gpc", "value": .string(random.pick(["0", "1"])), "deviceId": .string(name)]
      )
    case 7:
      return (
        "guardian.consented",
        [
          "purpose": .string(purpose()), "topic": .string(topic()), "channel": .string(channel()),
          "contactPoint": .string(pointID()), "guardian": "g1",
          "noticeEventId": .string("\(name)-n1"), "verification": "idCheck",
        ]
      )
    default:
      return (
        "registry.matched",
        [
          "list": "us-dnc", "contactPointId": .string(pointID()),
          "snapshotEventId": .string("\(name)-s"),
        ]
      )
    }
  }

  /// Something that is in the log: also what no door would let in today.
  private mutating func happening() -> String {
    switch random.below(10) {
    case 0, 1: return event("contactpoint.added", who(), by: author(), point(by: "customer"))
    case 2, 3: return event("consent.given", who(), consent())
    case 4, 5:
      let (type, data) = no()
      return event(type, who(), by: author(), data)
    case 6:
      return event(
        "order.completed", who(),
        [
          "orderId": .string("\(name)-o\(made)"), "total": ["amount": "10.00", "currency": "EUR"],
          "lines": [["quantity": 1, "topic": "food"]], "contactPointId": .string(pointID()),
          "softOptIn": ["offered": true, "refused": .bool(random.chance(30))],
        ])
    case 7 where random.chance(40): return merge(by: "staff")
    case 8 where random.chance(50):
      return event("complaint.opened", who(), by: author(), complaint())
    default:
      let (type, data) = change()
      return event(type, who(), by: author(), data)
    }
  }

  private mutating func merge(by author: String) -> String {
    let isKept = random.chance(50)
    return event(
      "profile.merged", isKept ? "c" : "d", by: author,
      [
        "canonical": .string("\(name)-\(isKept ? "c" : "d")"),
        "absorbed": .string("\(name)-\(isKept ? "d" : "c")"),
        "assurance": .string(random.pick(["verified", "probable"])),
        "evidence": ["kind": "idCheck", "reference": "desk"],
      ])
  }

  private mutating func complaint() -> JSONValue {
    ["complaintId": .string("\(name)-k\(random.below(2))"), "channel": "email", "topic": "food"]
  }

  // MARK: Files

  private mutating func row() -> String {
    let value = random.chance(80) ? values[random.below(3)] : "new@\(name).test"
    let status = random.pick(["subscribed", "unsubscribed", "opted_in", "pending"])
    return "\(value),\(status),2026-0\(1 + random.below(5))-11T09:00:00Z"
  }

  private mutating func envelope() -> String {
    switch random.below(12) {
    case 10: return merge(by: "import")
    case 11:
      return event(
        "complaint.resolved", who(), by: "import",
        [
          "complaintId": .string("\(name)-k\(random.below(2))"), "remedy": "apology",
          "customerAgrees": true,
        ])
    case 0, 1, 2:
      return event(
        "contactpoint.added", who(), by: "import",
        point(by: random.pick(["import", "import", "broker", "customer"])))
    case 3: return event("consent.given", who(), by: "import", consent())
    case 4:
      return event(
        "customer.registered", who(), by: "import", ["kind": "person", "birthDate": birthDate()])
    case 5:
      return event(
        "notice.presented", who(), by: "import", Lines.notice,
        id: "\(name)-n\(1 + random.below(3))")
    case 6:
      let earlier = "\(name)-e\(1 + random.below(made))"
      return random.chance(50)
        ? event("restriction.lifted", who(), by: "import", ["restrictionEventId": .string(earlier)])
        : event("contact.resumed", who(), by: "import", ["pauseEventId": .string(earlier)])
    case 7:
      return event(
        "registry.cleared", who(), by: "import",
        [
          "list": "us-dnc", "contactPointId": .string(pointID()),
          "snapshotEventId": .string("\(name)-s"),
        ])
    case 8:
      let (type, data) = no()
      return event(type, who(), by: "import", data)
    default:
      let (type, data) = change()
      return event(type, who(), by: "import", data)
    }
  }
}
