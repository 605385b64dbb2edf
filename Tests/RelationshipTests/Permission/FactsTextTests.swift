// The text of facts: what is written is read, all of it, and nothing that stands there makes a reader fail.

import JSONBytes
import Projection
import RapportTesting
import Testing

@testable import Relationship

@Suite struct FactsTextTests {
  /// What one event left, as the fold of a read model takes it in.
  private static func word(_ event: PermissionEvent) -> CustomerFacts {
    var facts = CustomerFacts(event.subject ?? "")
    facts.takeWord(event) { TableLedger.hash($0) }
    return facts
  }

  /// The facts of each subject of `A`'s text, and the text.
  private static func written(
    _ events: [PermissionEvent]
  ) -> (facts: [CustomerFacts], bytes: [UInt8]) {
    var facts = [CustomerFacts("A")]
    var writer = FactsWriter("A")
    for event in events where event.subject != nil {
      let own = word(event)
      guard own != CustomerFacts(own.subject) else { continue }
      writer.append(own)
      if let index = facts.firstIndex(where: { $0.subject == own.subject }) {
        facts[index].append(own)
      } else {
        facts.append(own)
      }
    }
    return (facts, writer.bytes)
  }

  private static func read(_ bytes: [UInt8], _ reader: inout FactsReader) -> [CustomerFacts]? {
    reader.bytes = bytes
    return reader.read(of: "A")
  }

  private static func events(seed: UInt64, count: Int? = nil) throws -> [PermissionEvent] {
    try HistoryCase(GeneratedHistory(seed: seed, count: count).lines).events
  }

  /// What the generated histories do not hold, or hold in one way only.
  private static let rest = [
    "n1 d1 A: notice.presented {noticeId: n1, noticeVersion: v1}",
    "s1 d1 12:30 A: consent.given {purpose: marketing, topic: *, channel: none, contactPoint: none, "
      + "method: electronicSigned, validityDuration: P7D, evidence: e} by staff recorded d2",
    "s2 d1 A: consent.given {purpose: marketing, topic: *, channel: email, contactPoint: a, language: } by system",
    "s3 d1 B: guardian.consented {purpose: marketing, topic: *, channel: email, contactPoint: b, until: d9}",
    "s4 d1 A: consent.requested {purpose: marketing.a, topic: x, channel: sms, contactPoint: p, "
      + "validityDuration: P1D, expiresAt: d3, language: }",
    "s5 d1 A: consent.requested {purpose: marketing, topic: *, channel: email, contactPoint: a, "
      + "validityDuration: P12M, expiresAt: d4}",
    "c1 d2 A: cadence.chosen {purpose: *, topic: *, channel: *, window: {days: [sun], from: 22:15, "
      + "to: 06:45, timeZone: Pacific/Honolulu}, maxPer: {count: 7, period: PT15M}}",
    "c2 d2 A: cadence.chosen {purpose: *, topic: *, channel: *, maxPer: {count: 2, period: P1Y2M3DT4H5M6S}}",
    "p1 d3 A: contactpoint.added {contactPointId: z9, channels: [post, post.fax], value: 1 Example Street, "
      + "timeZones: [America/Denver, America/Chicago], ownership: shared, replaces: x, addedBy: broker}",
    "p2 d3 A: contactpoint.added {contactPointId: z8, channels: [push], value: [erased]}",
    "o1 d3 A: order.completed {topics: [products, news.n], evidence: e}",
    "o2 d3 A: order.completed {topics: [], softOptIn: {offered: true, refused: true}}",
    "o3 d3 A: inquiry.received {topic: x, evidence: e}",
    "m1 d4 A: contact.sent {department: sales, purpose: relationship.survey, topic: news, channel: voice.live, "
      + "class: relationship, campaignId: k7, contactPoint: p}",
    "m2 d4 A: contact.sent {class: internal}",
    "m3 d4 A: contact.decided {verdict: allow, occasionEventId: o1, campaignId: k7, decidingEventId: e1, "
      + "department: sales, purpose: service, topic: x, channel: sms, class: transactional}",
    "g1 d5 A: signal.received {kind: gpc, value: 1, deviceId: [erased]}",
    "g2 d5 A: signal.received {kind: gpc, value: 0, deviceId: dev2}",
    "g3 d5 A: conflict.confirmed {signalEventId: g2, consentEventId: s1}",
    "a1 d6 A: experiment.assigned {experimentId: x2, campaignId: Y, arm: control}",
    "a2 d6 A: experiment.assigned {experimentId: x3, campaignId: Z, arm: b}",
    "l1 d6 A: registry.matched {list: other, contactPointId: q}",
    "l2 d6 A: registry.cleared {list: us-dnc, contactPointId: p}",
    "k1 d6 A: complaint.opened {complaintId: k9}",
    "k2 d6 A: complaint.resolved {complaintId: k8, customerAgrees: false}",
    "r1 d6 A: restriction.applied {reason: legalClaim}",
    "r2 d7 A: restriction.lifted {restrictionEventId: r1}",
    "w1 d7 A: item.reacted {reaction: want, topic: products}",
    "w2 d7 A: item.reacted {reaction: moreLikeThis, topic: news}",
    "t1 d7 A: death.notified {}",
    "y1 d8 A: channel.chosen {purpose: x, topic: y, channels: [], mode: prefer}",
    "y2 d8 A: channel.chosen {purpose: x, topic: z, channels: [email, sms, post], mode: only}",
    "z1 d8 A: contact.paused {purpose: x, topic: y, channel: z, until: d40}",
    "z2 d8 A: contact.resumed {pauseEventId: z1} by customer",
    "i1 d9 A: contactpoint.invalidated {contactPointId: a, reason: reassigned}",
    "i2 d9 A: contactpoint.verified {contactPointId: a, method: code}",
    "b1 d9 A: profile.attribute.rectified {path: country, newValue: FR}",
    "b2 d9 A: profile.attribute.rectified {path: birthDate, newValue: 2001-02-03}",
    "q1 d9 A: contact.paused {purpose: *, topic: *, channel: *, until: 2026-07-01T00:00:00.123456Z}",
    "q2 2026-03-05T09:00:00.000001Z A: contact.paused {purpose: *, topic: *, channel: *, until: d3}",
    "u1 d9 A: contact.sent {class: unheard, campaignId: k8, decisionEventId: m3}",
    "u2 d9 A: contact.sent {decisionEventId: m9}",
    "u3 d9 A: contact.decided {verdict: allow, class: unheard, campaignId: k8, occasionEventId: o3, "
      + "decisionEventId: m9, decidingEventId: e1}",
    "u4 d9 A: restriction.lifted {restrictionEventId: r9}",
    "u5 d9 A: guardian.consented {purpose: x, topic: *, channel: email, contactPoint: a, until: d12}",
    "u6 d9 A: consent.requested {purpose: x, topic: *, channel: email, contactPoint: a, "
      + "noticeEventId: {none: x}, expiresAt: d12}",
    "u7 d9 A: signal.received {kind: gpc, value: 1, deviceId: dev3}",
    "u8 d9 A: contact.decided {verdict: allow, decisionEventId: m8, decidingEventId: e1}",
  ]

  /// By themselves: an erasure makes what was personal before it unreadable.
  private static let erased = [
    "q1 d9 A: data.erased {suppressed: []}",
    "q2 d9 A: data.erased {suppressed: [a, a, p]}",
  ]

  // MARK: Everything comes back

  @Test func whatIsWrittenIsRead() throws {
    var reader = FactsReader()
    for seed in 0..<UInt64(400) {
      let (facts, bytes) = Self.written(try Self.events(seed: seed))
      #expect(Self.read(bytes, &reader) == facts, "seed \(seed)")
    }
    for lines in [Self.rest, Self.erased] {
      let (facts, bytes) = Self.written(try HistoryCase(lines).events)
      #expect(Self.read(bytes, &reader) == facts)
      #expect(String(validating: bytes, as: UTF8.self) != nil, "it is a text")
    }
  }

  @Test func eachKindOfAuthorIsRead() throws {
    var reader = FactsReader()
    for author in Author.allCases {
      for isImport in [true, false] {
        var facts = CustomerFacts("A")
        facts.deaths = [
          EventStamp(
            "e", source: "/s", place: .max >> 1, time: .first, recorded: .last, author: author,
            isImport: isImport)
        ]
        var writer = FactsWriter("A")
        writer.append(facts)
        #expect(Self.read(writer.bytes, &reader) == [facts])
      }
    }
  }

  /// Spellings that Swift holds for equal, lengths that need two digits, bytes that look like digits.
  @Test func textsComeBackByteByByte() throws {
    let texts = [
      "", "\u{e9}", "e\u{301}", "0", String(repeating: "o", count: 31),
      String(repeating: "x", count: 32), String(repeating: "\u{1F600}", count: 600), "a\u{0}b",
      "*", "none", "marketing",
    ]
    var writer = FactsWriter("A")
    var all = CustomerFacts("A")
    for (number, text) in (texts + texts).enumerated() {
      var facts = CustomerFacts("A")
      let stamp = EventStamp(
        text + "\(number)", source: text, place: UInt64(number),
        time: Timestamp(microseconds: Int64(number)), recorded: Timestamp(microseconds: 0),
        author: .customer)
      facts.countries = [ProfileValue(stamp: stamp, value: text)]
      facts.listings = [Listing(stamp: stamp, list: text, point: text, isMatch: true)]
      facts.signals = [PrivacySignal(stamp: stamp, deviceId: text, isOn: true)]
      facts.forbids = [
        Forbid(stamp, .optOut, StatementScope(topic: PathScope(text), point: .point(text)))
      ]
      writer.append(facts)
      all.append(facts)
    }
    var reader = FactsReader()
    let found = try #require(Self.read(writer.bytes, &reader)?.first)
    func bytes(_ facts: CustomerFacts) -> [[UInt8]] {
      let words =
        facts.countries.flatMap { [$0.value, $0.stamp.id, $0.stamp.source] }
        + facts.listings.flatMap { [$0.list, $0.point] }
        + facts.signals.map { $0.deviceId ?? "nil" }
        + facts.forbids.flatMap { [$0.scope.topic.text, $0.scope.point.text] }
      return words.map { Array($0.utf8) }
    }
    #expect(found == all)
    #expect(bytes(found) == bytes(all))
  }

  @Test func aTextIsGoneOnWithAtEveryPlace() throws {
    var reader = FactsReader()
    for seed in 0..<UInt64(60) {
      let events = try Self.events(seed: seed).filter { $0.subject != nil }
      let (facts, bytes) = Self.written(events)
      for cut in 0...events.count {
        reader.bytes = Self.written(Array(events[..<cut])).bytes
        let found = reader.readToGoOn(of: "A")
        var (before, writer) = try #require(found)
        for event in events[cut...] {
          let own = Self.word(event)
          guard own != CustomerFacts(own.subject) else { continue }
          writer.append(own)
          if let index = before.firstIndex(where: { $0.subject == own.subject }) {
            before[index].append(own)
          } else {
            before.append(own)
          }
        }
        #expect(writer.bytes == bytes && before == facts, "seed \(seed), cut \(cut)")
      }
    }
  }

  // MARK: Nothing is forgotten

  /// The sample has every list of facts, and every field of every fact in two values at least: a field that is added and
  /// not written makes `whatIsWrittenIsRead` fail.
  @Test func everyFieldOfEveryFactTakesTwoValues() throws {
    var values: [String: Set<String>] = [:]
    func collect(_ value: Any, _ path: String) {
      let mirror = Mirror(reflecting: value)
      switch mirror.displayStyle {
      case .collection?:
        values["\(path) count", default: []].insert("\(mirror.children.count)")
        for child in mirror.children { collect(child.value, path) }
      case .optional?:
        values["\(path)?", default: []].insert(mirror.children.isEmpty ? "none" : "some")
        for child in mirror.children { collect(child.value, path) }
      case .struct? where !(value is Timestamp) && !(value is PathScope):
        for child in mirror.children {
          // Stamps are alike wherever they stand.
          let isStamp = child.value is EventStamp || value is EventStamp
          collect(
            child.value, isStamp ? "stamp.\(child.label ?? "")" : "\(path).\(child.label ?? "")")
        }
      default: values[path, default: []].insert("\(value)")
      }
    }
    for seed in 0..<UInt64(150) {
      for facts in Self.written(try Self.events(seed: seed)).facts { collect(facts, "") }
    }
    for lines in [Self.rest, Self.erased] {
      for facts in Self.written(try HistoryCase(lines).events).facts { collect(facts, "") }
    }
    let lists = Mirror(reflecting: CustomerFacts("A")).children.compactMap(\.label)
    let kept = lists.filter { $0 != "subject" && $0 != "occasions" }
    #expect(kept.count == FactKind.allCases.count)
    for list in kept { #expect((values[".\(list) count"] ?? []).count > 1, "no \(list)") }
    let once = values.filter { $0.value.count < 2 }.keys.filter { !$0.hasSuffix("count") }
    // Types that have no such field, and a source that the table's notation does not write.
    let always: Set = [
      ".cadences.scope.point", ".pauses.scope.point", ".verifications.isReassigned", "stamp.source",
    ]
    #expect(once.filter { !always.contains($0) }.sorted() == [], "say them in another way too")
  }

  /// A type that the fold reads is named among its types, and none besides.
  @Test func theTypesAreThoseThatLeaveFacts() throws {
    var leaving: Set<String> = []
    for seed in 0..<UInt64(6) {
      for event in RandomHistory.events(seed: seed, count: 3_000).events {
        guard let subject = event.subject else { continue }
        var facts = CustomerFacts(subject)
        facts.takeWord(
          PermissionEvent(
            EventStamp(
              event.id, source: event.source, place: event.place, time: event.time,
              recorded: event.recorded, author: Author(authtype: event.authtype)),
            type: event.type, subject: subject, data: event.data)
        ) { _ in nil }
        if facts != CustomerFacts(subject) { leaving.insert(event.type) }
      }
    }
    #expect(leaving == CustomerFacts.types)
  }

  /// Facts of several events are joined list by list.
  @Test func joiningFactsForgetsNoList() throws {
    let events = try HistoryCase(Self.rest).events.filter { $0.subject == "A" }
    var one = CustomerFacts("A")
    var other = CustomerFacts("A")
    for event in events {
      one.take(event) { TableLedger.hash($0) }
      var own = CustomerFacts("A")
      own.take(event) { TableLedger.hash($0) }
      other.append(own)
    }
    #expect(one == other)
  }

  // MARK: Damage

  /// A text that was cut or altered is told from a whole one.
  @Test func damageIsFound() throws {
    var reader = FactsReader()
    let (facts, bytes) = Self.written(
      try HistoryCase(Self.rest).events + Self.events(seed: 3, count: 40))
    for cut in 0..<bytes.count {
      #expect(Self.read(Array(bytes[..<cut]), &reader) != facts, "cut at \(cut)")
    }
    for place in bytes.indices {
      for bit in 0..<8 {
        var altered = bytes
        altered[place] ^= 1 << UInt8(bit)
        #expect(Self.read(altered, &reader) == nil, "bit \(bit) of \(place)")
      }
    }
    #expect(Self.read(bytes, &reader) == facts, "what was read before leaves nothing behind")
  }

  /// A text may name more words than have numbers, and a reader keeps nothing from one text to the next.
  @Test func everyWordIsFoundWhereItStandsFirst() throws {
    var reader = FactsReader()
    var writer = FactsWriter("A")
    let count = 3_000
    for number in 0..<2 * count {
      var facts = CustomerFacts("A")
      let stamp = EventStamp(
        "e\(number % count)", source: "/session/\(number % count)", place: UInt64(number),
        time: .first, recorded: .first, author: .customer)
      facts.deaths = [stamp]
      writer.append(facts)
    }
    for _ in 0..<2 {
      let found = try #require(Self.read(writer.bytes, &reader)?.first)
      #expect(found.deaths.count == 2 * count)
      for number in 0..<2 * count {
        let stamp = found.deaths[number]
        #expect(stamp.id == "e\(number % count)" && stamp.source == "/session/\(number % count)")
      }
    }
    let (facts, bytes) = Self.written(try Self.events(seed: 1))
    #expect(Self.read(bytes, &reader) == facts)
  }

  /// A list out of a text gives one fact, its time, its stamp and its fields as a list that was read whole.
  @Test func aFactIsReadWithoutThoseBeforeIt() throws {
    var reader = FactsReader()
    for seed in 0..<UInt64(60) {
      let (facts, bytes) = Self.written(try Self.events(seed: seed))
      let found = try #require(Self.read(bytes, &reader))
      for (one, other) in zip(found, facts) {
        for index in one.orders.indices.reversed() {
          let order = other.orders[index]
          #expect(one.orders[index] == order)
          #expect(one.orders.moment(at: index) == order.stamp.time)
          #expect(one.orders.stamp(at: index) == order.stamp)
          var fields = one.orders.fields(at: index)
          fields.stamp = order.stamp
          #expect(fields == order)
        }
      }
    }
  }

  /// Facts that are known, of all subjects, stand in the order of their stamps, whether they were read before or not.
  @Test func factsOfSeveralSubjectsAreJoinedInOrder() throws {
    var reader = FactsReader()
    for seed in 0..<UInt64(200) {
      let (facts, bytes) = Self.written(try Self.events(seed: seed))
      let read = try #require(Self.read(bytes, &reader))
      for known in [KnownAt.end, .position(20), .recorded(Timestamp("2026-04-01T00:00:00Z")!)] {
        let one = CustomerFacts(joining: facts, knownAt: known)
        #expect(CustomerFacts(joining: read, knownAt: known) == one, "seed \(seed)")
        let stamps = one.orders.map(\.stamp)
        #expect(stamps == facts.flatMap(\.orders).map(\.stamp).filter(known.includes).sorted())
      }
    }
  }

  @Test func aKeyedHashTakesFewerDigits() throws {
    let hash = TableLedger.hash("a@example.test")
    let digits = try #require(KeyedHashDigits(hash))
    #expect(digits.bytes.count == KeyedHashDigits.count)
    #expect(KeyedHashDigits.text(digits.bytes, at: 0) == hash)
    for other in [
      "", "hmac-sha256:", hash.uppercased(), hash + "0", "sha256:" + hash.dropFirst(12),
    ] {
      #expect(KeyedHashDigits(other) == nil)
    }
  }
}
