// Histories out of a seed, written in the notation of the permission table, so that a failing one can be read.

import JSONBytes
import RapportTesting
import Relationship

/// A few customers who share addresses, names and days, so that what they say meets.
struct GeneratedHistory {
  /// In the order in which they are taken in.
  private(set) var lines: [String] = []
  var random: SeededGenerator
  private var next = 0
  /// Ids of earlier events by type, with their subject and time.
  private var earlier: [String: [(id: String, subject: String)]] = [:]

  static let subjects = ["A", "B", "C"]
  /// Contact points of each subject. `b` has the value of `a`, `r` that of `p`; everybody has a contact point called
  /// `s`, of another address.
  static let points = [
    "A": ["a", "p", "x", "s"], "B": ["b", "q", "y", "s"], "C": ["c", "r", "z", "s"],
  ]
  private static let values = [
    "a": "one@example.test", "b": "one@example.test", "c": "three@example.test",
    "x": "four@example.test", "y": "two@example.test", "z": "three@example.test",
    "A.s": "two@example.test", "B.s": "three@example.test", "C.s": "one@example.test",
    "p": "+493023125001", "q": "+12025550101", "r": "+493023125001",
  ]
  static let phones = ["p", "q", "r"]

  /// What a contact point stands for: nearly always its own address, now and then another one of its kind, written in
  /// some way.
  private mutating func value(of point: String, _ subject: String) -> String {
    let isPhone = Self.phones.contains(point)
    let own = Self.values[point] ?? Self.values["\(subject).\(point)"] ?? ""
    let others = isPhone ? ["+493023125001", "+12025550101"] : ["one", "two", "three", "four"]
    var value = own
    if random.chance(12) {
      let other = random.pick(others)
      value = isPhone ? other : "\(other)@example.test"
    }
    if random.chance(85) { return value }
    return isPhone
      ? "+\(value.dropFirst(1).prefix(2)) (\(value.dropFirst(3).prefix(3)))-\(value.dropFirst(6))"
      : value.uppercased()
  }

  init(seed: UInt64, count: Int? = nil) {
    random = SeededGenerator(seed: seed)
    for subject in Self.subjects {
      let country = random.pick(["DE", "GB", "US", "US"])
      let birth = random.chance(18) ? ", birthDate: \(birthDate())" : ""
      add("customer.registered {kind: person, country: \(country)\(birth)}", subject, "2024-01-01")
      add("notice.presented {noticeId: n1, noticeVersion: v1}", subject, "2024-01-01")
      for point in Self.points[subject, default: []].prefix(random.pick([2, 2, 2, 3, 4])) {
        addPoint(point, subject, "2024-01-01", "")
      }
    }
    let events = count ?? 4 + random.below(22)
    while lines.count < events + 12 { addEvent() }
  }

  mutating func birthDate() -> String {
    "\(random.pick([1980, 2008, 2010, 2013, 2015]))-0\(1 + random.below(9))-1\(random.below(9))"
  }

  private mutating func day() -> String {
    let day = "d\(random.below(101))"
    return random.chance(30) ? "\(day) \(random.pick(["03:00", "09:30", "16:01", "23:00"]))" : day
  }

  mutating func add(_ text: String, _ subject: String?, _ time: String, _ tail: String = "") {
    next += 1
    let id = "e\(next)"
    let head = subject.map { " \($0):" } ?? ""
    lines.append("\(id) \(time)\(head) \(text)\(tail)")
    let type = String(text.prefix { $0 != " " })
    earlier[type, default: []].append((id, subject ?? ""))
  }

  mutating func addPoint(
    _ point: String, _ subject: String, _ time: String, _ more: String, _ tail: String = ""
  ) {
    let isPhone = Self.phones.contains(point)
    let channels = isPhone ? random.pick(["voice, sms", "voice"]) : "email"
    let zones =
      isPhone && random.chance(60)
      ? ", timeZones: [\(random.pick(["Europe/Berlin", "America/New_York"]))]" : ""
    let ownership = random.chance(10) ? ", ownership: shared" : ""
    add(
      "contactpoint.added {contactPointId: \(point), channels: [\(channels)], value: "
        + "\(value(of: point, subject))\(zones)\(ownership)\(more)}", subject, time, tail)
  }

  mutating func purpose(star: Bool = true) -> String {
    let paths = [
      "marketing", "marketing", "marketing.newsletter", "marketing.profiled",
      "relationship.survey", "service.receipt", "sharing.advertising",
    ]
    return star && random.chance(20) ? "*" : random.pick(paths)
  }

  mutating func topic() -> String {
    random.pick(["*", "*", "general", "products", "products.shoes", "news.n"])
  }

  mutating func channel(star: Int = 20) -> String {
    random.chance(star) ? "*" : random.pick(["email", "email", "voice", "sms", "voice.live"])
  }

  mutating func point(_ subject: String) -> String {
    random.pick(Self.points[subject, default: []])
  }

  /// As a rule a contact point of the subject, but also somebody else's, or one that nobody has.
  mutating func pointNamed(_ subject: String) -> String {
    random.chance(85) ? point(subject) : random.pick(["a", "b", "c", "p", "r", "s", "nobody"])
  }

  /// Purpose, topic and channel; the contact point is added by who needs it.
  mutating func scope(star: Bool = true) -> String {
    "purpose: \(purpose(star: star)), topic: \(topic()), channel: \(channel())"
  }

  mutating func reference(_ type: String, _ subject: String) -> String? {
    let found = (earlier[type] ?? []).filter { $0.subject == subject }
    return found.isEmpty ? nil : random.pick(found).id
  }

  mutating func addEvent() {
    let subject = random.pick(Self.subjects)
    let time = day()
    let tail =
      random.chance(8)
      ? " by import" : random.chance(10) ? " recorded d\(random.below(101))" : ""
    switch random.below(10) {
    case 0...2: addPermit(subject, time, tail)
    case 3: add(forbid(subject), subject, time, tail)
    case 4: addChoice(subject, time, tail)
    case 5: addAddress(subject, time, tail)
    case 6: addDealing(subject, time, tail)
    case 7: addContact(subject, time, tail)
    case 8: addStanding(subject, time, tail)
    default: addRight(subject, time, tail)
    }
  }

  mutating func addPermit(_ subject: String, _ time: String, _ tail: String) {
    switch random.below(8) {
    case 0:
      add(
        "consent.requested {purpose: marketing, topic: \(topic()), channel: email, contactPoint: "
          + "\(point(subject)), expiresAt: d\(random.below(101))}", subject, time, tail)
    case 1:
      guard let request = reference("consent.requested", subject),
        let line = lines.first(where: { $0.hasPrefix("\(request) ") }),
        let open = line.firstRange(of: "purpose"), let end = line.firstRange(of: ", expiresAt")
      else { return }
      let scope = line[open.lowerBound..<end.lowerBound]
      let isYes = random.chance(70)
      add(
        "consent.\(isYes ? "confirmed" : "refused") {\(scope), requestEventId: \(request)"
          + "\(isYes ? ", method: link" : "")}", subject, time, tail)
    case 2:
      add(
        "guardian.consented {\(scope(star: false)), contactPoint: \(point(subject))}", subject,
        time, tail)
    case 3:
      add(
        "item.reacted {reaction: \(random.pick(["want", "moreLikeThis"])), topic: products.shoes}",
        subject, time, tail)
    default:
      let to = point(subject)
      let kind = Self.phones.contains(to) ? random.pick(["voice", "sms", "voice"]) : "email"
      let what =
        switch random.below(10) {
        case 0: "purpose: sharing.advertising, topic: *, channel: none, contactPoint: none"
        case 1, 2: "\(scope(star: false)), contactPoint: \(to)"
        default:
          "purpose: \(random.pick(["marketing", "marketing", "relationship.survey"])), "
            + "topic: *, channel: \(kind), contactPoint: \(to)"
        }
      let method = random.pick(["webForm", "webForm", "paperSigned"])
      let end = random.chance(30) ? ", validityDuration: \(random.pick(["P1M", "P24M"]))" : ""
      add("consent.given {\(what), method: \(method)\(end)}", subject, time, tail)
    }
  }

  /// A no of any sort.
  mutating func forbid(_ subject: String) -> String {
    let to = random.chance(50) ? "*" : pointNamed(subject)
    switch random.below(7) {
    case 0: return "objection.raised {purpose: \(purpose())}"
    case 1: return "item.reacted {reaction: notInterested, topic: products.shoes}"
    case 2: return "consent.revoked {\(scope()), contactPoint: \(to)}"
    case 3:
      return "consent.refused {purpose: marketing, topic: \(topic()), channel: email, "
        + "contactPoint: \(point(subject)), requestEventId: e0}"
    case 4: return "consent.withdrawn {\(scope()), contactPoint: \(to)}"
    case 5:
      return "optout.recorded {purpose: *, topic: *, channel: \(channel()), contactPoint: \(to)}"
    default: return "optout.recorded {\(scope()), contactPoint: \(to)}"
    }
  }

  /// A restriction, an invalidation, an erasure or a no: what never raises a verdict. Of a subject of these questions,
  /// as a rule.
  mutating func tightening(near questions: [String]) -> String {
    let asked = Self.subjects.filter { subject in
      questions.contains { $0.contains("customer: \(subject)") }
    }
    let subject = random.pick(random.chance(75) && !asked.isEmpty ? asked : Self.subjects)
    let what =
      switch random.below(8) {
      case 0: "restriction.applied {reason: legalClaim}"
      case 1:
        "contactpoint.invalidated {contactPointId: \(point(subject)), reason: "
          + "\(random.pick(["hardBounce", "reassigned"]))}"
      case 2:
        "data.erased {suppressed: [\(Self.points[subject, default: []].joined(separator: ", "))]}"
      default: forbid(subject)
      }
    let tail = random.chance(20) ? " recorded d\(random.below(101))" : ""
    return "x1 \(day()) \(subject): \(what)\(tail)"
  }

  /// What an import may bring: nothing of it raises a verdict. Orders have no evidence, and complaints are not settled.
  mutating func imported() -> String {
    let subject = random.pick(Self.subjects)
    let what =
      switch random.below(10) {
      case 0, 1, 2:
        "contactpoint.added {contactPointId: \(random.pick([pointNamed(subject), "i1", "i2"])), channels: "
          + "[\(random.pick(["email", "voice, sms", "post"]))], value: "
          + "\(random.pick(["one@example.test", "two@example.test", "+12025550101", "5 Street"])), "
          + "timeZones: [Europe/Berlin]}"
      case 3: "customer.registered {kind: person, country: US, birthDate: \(birthDate())}"
      case 4: "notice.presented {noticeId: n1, noticeVersion: v1}"
      case 5: "experiment.assigned {experimentId: x1, campaignId: X, arm: treated}"
      case 6:
        "order.completed {topics: [products.shoes], contactPointId: \(point(subject)), softOptIn: "
          + "{offered: true, refused: false}}"
      case 7:
        "profile.merged {canonical: \(subject), absorbed: \(random.pick(Self.subjects)), "
          + "assurance: \(random.pick(["verified", "probable"]))}"
      case 8: "contactpoint.verified {contactPointId: \(point(subject)), method: code}"
      default: "contact.sent {contactPoint: \(point(subject)), decisionEventId: e9}"
      }
    return
      "x\(random.below(1_000_000)) \(day()) \(subject): \(what) by import recorded d\(60 + random.below(41))"
  }

  /// A question as the table writes it.
  mutating func question() -> String {
    let subject = random.pick(Self.subjects)
    let purpose = random.pick([
      "marketing", "marketing", "marketing.newsletter", "marketing.profiled",
      "relationship.survey", "service.receipt", "service.reply", "safety.recall",
      "sharing.advertising",
    ])
    let isSharing = purpose.hasPrefix("sharing")
    let to = isSharing ? "none" : point(subject)
    let isPhone = Self.phones.contains(to)
    let channel =
      isSharing ? "none" : isPhone ? random.pick(["voice", "sms", "voice.live"]) : "email"
    var text =
      "purpose: \(purpose), topic: \(random.pick(["general", "products.shoes", "news.n"])), "
      + "channel: \(channel), contactPoint: \(to), customer: \(subject), at: \(day())"
    let occasions = ["order.completed", "inquiry.received", "complaint.opened"].compactMap {
      reference($0, subject)
    }
    if !occasions.isEmpty { text += ", occasionEventId: \(random.pick(occasions))" }
    if random.chance(15) { text += ", promotion: true" }
    if random.chance(20) { text += ", campaignId: X" }
    return "{\(text)}"
  }
}
