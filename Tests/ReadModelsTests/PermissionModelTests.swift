import GRDB
import JSONBytes
import Projection
import RapportTesting
import ReadModels
import Testing

/// The model `permission`: the same rows by every way, and what they say.
@Suite struct PermissionModelTests {
  // MARK: The same rows

  @Test(arguments: [0, 1, 2, 3] as [UInt64])
  func liveAndBulkGiveTheSameRowsForEveryType(seed: UInt64) throws {
    for part in PermissionModel.parts {
      try expectProjectorConformance(part, seeds: seed..<seed + 1, events: 250, comparisons: 5)
    }
  }

  /// Types that touch the same rows.
  static let areas: [[String]] = [
    [
      "consent.given", "consent.requested", "consent.confirmed", "consent.refused",
      "consent.withdrawn", "notice.presented", "guardian.consented", "contactpoint.added",
    ],
    [
      "optout.recorded", "contactpoint.added", "contactpoint.verified", "contactpoint.invalidated",
      "registry.matched", "registry.cleared", "data.erased", "profile.merged", "profile.unmerged",
    ],
    [
      "channel.chosen", "cadence.chosen", "contact.paused", "contact.resumed", "item.reacted",
      "objection.raised", "order.completed",
    ],
    [
      "contact.sent", "contact.decided", "gift.sent", "product.viewed", "profile.merged",
      "profile.unmerged",
    ],
  ]

  @Test(arguments: areas)
  func liveAndBulkGiveTheSameRowsWhereEventsMeet(types: [String]) throws {
    for part in PermissionModel.parts {
      try expectProjectorConformance(
        part, seeds: 0..<3, events: 70, types: types, comparisons: 12)
    }
  }

  @Test func liveAndBulkGiveTheSameRowsWhereNothingComesInOrder() throws {
    let events = PracticeEvents.decoded(customers: 5, events: 400, seed: 3)
    var random = SeededGenerator(seed: 3)
    let shuffled = events.reordered(by: events.indices.shuffled(using: &random))
    try expectProjectorConformance(
      PermissionCustomers.self, over: events, named: "a practice history", comparisons: 4)
    try expectProjectorConformance(
      PermissionCustomers.self, over: shuffled, named: "a shuffled one", comparisons: 4)
  }

  @Test func practiceHistoriesFillEveryTable() throws {
    let events = PracticeEvents.decoded(customers: 300, events: 20_000, seed: 1)
    try ModelFile.withFolded(PermissionModel.folded, events) { tables in
      for table in [
        // Nobody is erased in a practice life, so `suppressed` stays empty.
        "statement", "permission", "choice", "contact_point", "address_word",
        "pressure", "facts", "house",
      ] {
        let count = try Int.fetchOne(tables.db, sql: "SELECT count(*) FROM \(table)") ?? 0
        #expect(count > 0, "\(table) has rows")
      }
    }
  }

  // MARK: What they say

  private static func consent(_ more: KeyValuePairs<String, JSONValue?> = [:]) -> JSONValue {
    var members: [JSONMember] = []
    let record: KeyValuePairs<String, JSONValue> = [
      "purpose": "marketing", "topic": "*", "channel": "email", "contactPoint": "a",
      "method": "webForm", "noticeEventId": "n", "language": "en", "consentType": "expressed",
      "validityDuration": "untilWithdrawn", "lawfulBasis": "gdpr.6-1-a",
      "personalDataTypes": ["contact point"], "controllers": ["shop"], "recipients": [],
      "storageLocations": ["DE"], "retentionPeriod": "P36M", "jurisdiction": "DE",
      "withdrawalMethod": "any",
    ]
    for (name, value) in record where !more.contains(where: { $0.key == name }) {
      members.append(JSONMember(name, value))
    }
    for (name, value) in more { if let value { members.append(JSONMember(name, value)) } }
    return .object(members)
  }

  private static func forbid(_ channel: String = "email", point: String = "*") -> JSONValue {
    [
      "purpose": "marketing", "topic": "*", "channel": .string(channel),
      "contactPoint": .string(point), "route": "portal",
    ]
  }

  private static func point(_ id: String, _ value: String) -> JSONValue {
    [
      "contactPointId": .string(id), "kind": "email", "channels": ["email"],
      "value": .string(value), "ownership": "sole", "addedBy": "customer",
    ]
  }

  private func rows(_ history: History, _ sql: String) throws -> [String] {
    try ModelFile.withFolded(PermissionModel.folded, history.events) { tables in
      try Row.fetchAll(tables.db, sql: sql).map { row in
        row.databaseValues.map { $0.isNull ? "-" : String.fromDatabaseValue($0) ?? "\($0)" }
          .joined(separator: " ")
      }
    }
  }

  private func began() -> History {
    var history = History()
    history.add("notice.presented", at: "2026-01-01", id: "n")
    history.add("contactpoint.added", at: "2026-01-01", Self.point("a", "one@example.test"))
    return history
  }

  @Test func aStatementSaysWhetherItCountsAndWhyNot() throws {
    var history = began()
    history.add("consent.given", at: "2026-01-02", Self.consent())
    history.add(
      "consent.given", at: "2026-01-03", Self.consent(["validityDuration": "P7D"]))
    history.add("consent.given", at: "2026-01-04", by: "user", Self.consent())
    history.add("consent.given", at: "2026-01-05", Self.consent(["noticeEventId": "none"]))
    history.add("optout.recorded", at: "2026-01-06", Self.forbid(point: "a"))
    let found = try rows(
      history,
      "SELECT position, says, type, contact_point, counts, defect, until FROM statement ORDER BY position"
    )
    #expect(
      found == [
        "2 permit consent.given a 1 - -",
        "3 permit consent.given a 1 - \(History.instant("2026-01-10").microseconds)",
        "4 permit consent.given a 0 permit.noEvidence -",
        "5 permit consent.given a 0 permit.noNotice -",
        "6 forbid optout.recorded a 1 - -",
      ])
  }

  /// A yes of seven days over one without an end, and a no that it lifts as long as it holds.
  @Test func whatAPermitLiftsStandsAgainWhenItEnds() throws {
    var history = began()
    history.add("consent.withdrawn", at: "2026-01-02", Self.forbid())
    history.add(
      "consent.given", at: "2026-01-03", Self.consent(["validityDuration": "P7D"]))
    let end = History.instant("2026-01-10").microseconds
    let said = History.instant("2026-01-03").microseconds
    #expect(
      try rows(
        history,
        "SELECT contact_point, part, says, decided_position, from_time, until FROM permission") == [
          "* 0 forbidden 2 \(said) -",
          "a 0 permitted 3 \(said) \(end)",
          "a 1 forbidden 2 \(end) -",
        ])
    // As of the ledger's last event; then as of one behind the end.
    #expect(
      try rows(history, "SELECT says FROM permission_now WHERE contact_point = 'a'") == [
        "permitted"
      ])
    history.add("product.viewed", at: "2026-02-01")
    #expect(
      try rows(history, "SELECT says FROM permission_now WHERE contact_point = 'a'") == [
        "forbidden"
      ])
  }

  @Test func choicesSayWhatReplacedThem() throws {
    var history = began()
    let first: JSONValue = [
      "purpose": "marketing", "topic": "news", "channels": ["email", "sms"], "mode": "only",
    ]
    history.add("channel.chosen", at: "2026-01-02", first)
    history.add("channel.chosen", at: "2026-01-03", first)
    history.add(
      "cadence.chosen", at: "2026-01-04",
      [
        "purpose": "*", "topic": "*", "channel": "*",
        "window": ["days": ["sat"], "from": "08:00", "to": "12:30", "timeZone": "Europe/Berlin"],
        "maxPer": ["count": 2, "period": "P7D"],
      ])
    let pause = history.add(
      "contact.paused", at: "2026-01-05",
      ["purpose": "*", "topic": "*", "channel": "*", "until": "2026-03-01T00:00:00Z"])
    history.add("contact.resumed", at: "2026-01-06", ["pauseEventId": .string(pause)])
    let ended = History.instant("2026-01-06").microseconds
    #expect(
      try rows(
        history,
        """
        SELECT kind, channels, only, days, from_minute, to_minute, most, period, replaced_position, ended
        FROM choice ORDER BY position, kind
        """) == [
          "channels email sms 1 - - - - - 3 -", "channels email sms 1 - - - - - - -",
          "cap - - - - - 2 P7D - -", "window - - sat 480 750 - - - -",
          "pause - - - - - - - - \(ended)",
        ])
  }

  @Test func contactPointsSayWhetherTheyReachHerAndOnWhichList() throws {
    var history = began()
    history.add("contactpoint.added", at: "2026-01-02", Self.point("b", "two@example.test"))
    history.add(
      "contactpoint.invalidated", at: "2026-01-03", ["contactPointId": "a", "reason": "hardBounce"])
    history.add(
      "contactpoint.verified", at: "2026-01-04", ["contactPointId": "b", "method": "code"])
    for list in ["one", "two"] {
      history.add(
        "registry.matched", at: "2026-01-05", by: "system",
        ["list": .string(list), "contactPointId": "b", "snapshotEventId": "s"])
    }
    let (bounced, verified, listed) = (
      History.instant("2026-01-03").microseconds, History.instant("2026-01-04").microseconds,
      History.instant("2026-01-05").microseconds
    )
    #expect(
      try rows(
        history, "SELECT contact_point, verified, invalidated, lists, listed FROM contact_point")
        == [
          "a - \(bounced) - -", "b \(verified) - one two \(listed)",
        ])
  }

  @Test func pressureCountsSevenAndThirtyDays() throws {
    var history = History()
    for (day, messageClass) in [
      ("2026-01-01", "marketing"), ("2026-01-20", "relationship"), ("2026-01-28", "marketing"),
      ("2026-01-29", "transactional"),
    ] {
      history.add(
        "contact.sent", at: day,
        [
          "department": "sales", "purpose": "marketing", "topic": "general", "channel": "email",
          "contactPoint": "a", "class": .string(messageClass),
        ])
    }
    #expect(
      try rows(history, "SELECT department, last_7_days, last_30_days FROM pressure_now") == [
        "sales 1 3"
      ])
  }

  /// An opt-out that names an address is found by it; one that names somebody else's contact point by the contact point.
  @Test func wordsAboutAddressesAreFoundByThem() throws {
    var history = began()
    history.add("optout.recorded", at: "2026-01-02", Self.forbid(point: "a"))
    history.add("optout.recorded", of: "c2", at: "2026-01-03", Self.forbid(point: "a"))
    #expect(
      try rows(history, "SELECT customer_id, address, position FROM address_word") == [
        "c1 one@example.test 2"
      ])
    #expect(
      try rows(history, "SELECT customer_id, contact_point, position FROM stray_word") == ["c2 a 3"]
    )
    // Hers by now; when she said it, it was not.
    history.add(
      "contactpoint.added", of: "c2", at: "2026-01-04", Self.point("a", "two@example.test"))
    #expect(
      try rows(history, "SELECT customer_id, address FROM address_word") == [
        "c1 one@example.test", "c2 two@example.test",
      ])
    #expect(try rows(history, "SELECT customer_id FROM stray_word") == ["c2"])
  }

  /// Whoever has any event is somebody about whom one may ask.
  @Test func everyCustomerHasARow() throws {
    var history = History()
    history.add("product.viewed", of: "c1")
    history.add("death.notified", of: "c2", ["notifiedBy": "family"])
    #expect(try rows(history, "SELECT customer_id, facts = '' FROM facts") == ["c1 1", "c2 0"])
  }

  @Test func theHouseIsKeptAsItSpoke() throws {
    var history = History()
    history.add("purpose.retired", of: nil, by: "user", ["purpose": "marketing"])
    history.add("campaign.planned", of: nil, by: "user", ["campaignId": "x"])
    #expect(
      try rows(history, "SELECT type, position, said_by, data FROM house") == [
        #"purpose.retired 0 user {"purpose":"marketing"}"#
      ])
  }
}
